//! What single lines cannot tell, their neighbours do.
//!
//! A title under `相关阅读` looks like any subheading, `评论` alone may be one: only the lines around
//! them say what they are. This module looks at a page's lines in order, once, and says which go:
//!
//! - a line that met a strong rule goes by itself;
//! - a weak one goes in company, that is in an unbroken run of lines that met rules;
//! - a related heading opens a block: titles, dates, summaries that were cut off. It closes at
//!   prose, at a caption or at verse. A block that ends with the page or at another line of the
//!   frame goes; one that runs into the article may be a box of the article's own and stays whole.

use std::borrow::Cow;
use std::cell::{LazyCell, OnceCell};
use std::collections::HashMap;

use super::evidence::GroupEvidence;
use super::kind::{Kind, MOST_ON_A_PAGE};
use super::matcher::Hit;
use super::options::Options;
use super::shape::{Shape, shape};

/// A line of the page that is not blank.
#[derive(Debug)]
pub(super) struct Line<'t> {
    /// Its number in the text, from 0.
    pub number: usize,
    /// The line without its end.
    pub text: &'t str,
    /// The rule that it met.
    pub hit: Option<Hit>,
    /// In how many of how many other documents it stands.
    pub recurs: Option<(u32, u32)>,
    /// In how many of how many other documents one of its kind stands.
    alike: Option<Alike>,
    shape: OnceCell<Shape>,
}

impl<'t> Line<'t> {
    pub(super) fn new(number: usize, text: &'t str, hit: Option<Hit>) -> Self {
        Self {
            number,
            text,
            hit,
            recurs: None,
            alike: None,
            shape: OnceCell::new(),
        }
    }

    /// What it looks like; told when somebody asks.
    fn shape(&self) -> Shape {
        *self.shape.get_or_init(|| shape(self.text))
    }
}

/// In how many of how many other documents a line's kind stands.
#[derive(Clone, Copy, Debug)]
struct Alike {
    found: (u32, u32),
    /// Whether it counts only above the article.
    heads: bool,
}

/// Why a line goes.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub rule: Cow<'static, str>,
    pub note: Option<Cow<'static, str>>,
}

/// A run of weak lines alone is believed from this length on.
const RUN_OF_WEAK: usize = 4;

/// A line that recurs needs company when it has at most this many characters.
const SHORT_RECURRING: usize = 5;

/// A page with at least this many lines about who wrote a comment is a thread.
const THREAD: usize = 4;

/// A list of at least this many titles is one even where prose follows.
const LIST: usize = 4;

/// More documents than an article has editions in one folder.
const EDITIONS: u32 = 4;

/// So many characters of sentences are an article.
const ARTICLE: usize = 80;

/// So many lines of the frame after an article tell that it is over.
const FRAMES: usize = 2;

/// Where so many titles stand for each sentence, the sentences are a frame's.
const TITLES_TO_A_SENTENCE: usize = 5;

/// Gaps of at most this many lines between lines of the frame are frame.
const GAP: usize = 3;

/// The lines that go, by number, in order.
pub(super) fn judge(page: &[Line<'_>], options: &Options) -> Vec<(usize, Verdict)> {
    let mut judge = Judge {
        page,
        options,
        verdicts: page.iter().map(|_| None).collect(),
        begun: page
            .iter()
            .position(|line| {
                line.shape() == Shape::Prose && line.hit.is_none() && line.recurs.is_none()
            })
            .unwrap_or(page.len()),
    };
    judge.strong();
    judge.company();
    judge.alike();
    judge.related();
    judge.mastheads();
    // In a thread short lines are what people said, wherever they stand.
    if !judge.is_thread() {
        judge.tail();
        judge.after();
        judge.gaps();
    }
    judge
        .verdicts
        .into_iter()
        .zip(page)
        .filter_map(|(verdict, line)| Some((line.number, verdict?)))
        .collect()
}

/// Notes what the other documents of the group say about the lines of a page.
pub(super) fn consult(page: &mut [Line<'_>], evidence: &GroupEvidence, options: &Options) {
    let rules = options.rules().rules();
    let mut kinds: HashMap<Kind, Vec<usize>> = HashMap::new();
    for (at, line) in page.iter_mut().enumerate() {
        line.recurs = evidence.recurs(line.text);
        let rule = line.hit.map(|hit| &rules[usize::from(hit.rule)]);
        if let Some(kind) = Kind::of(line.text, rule) {
            kinds.entry(kind).or_default().push(at);
        }
    }
    for (kind, lines) in kinds {
        if lines.len() <= MOST_ON_A_PAGE {
            let alike = evidence.recurs_in_kind(&kind).map(|found| Alike {
                found,
                heads: kind.is_heads(),
            });
            for at in lines {
                page[at].alike = alike;
            }
        }
    }
    keep_editions(page);
}

/// Whether something that stands in so many documents of so many is in all editions of an article
/// that a folder may hold, and in others: only a template's lines are.
fn is_everywhere((found, of): (u32, u32)) -> bool {
    found >= EDITIONS && found * 2 >= of
}

/// Takes evidence back from a page most of whose sentences recur: it is another edition of an
/// article, and what the two share is the article. Only lines of many documents are a template's.
fn keep_editions(page: &mut [Line<'_>]) {
    let (mut all, mut recurring) = (0, 0);
    for line in page.iter().filter(|line| line.shape() == Shape::Prose) {
        // Disclaimers are the rules' business, and a long menu is no sentence.
        let sentence = line.text.contains(['。', '，', '！', '？', '；']);
        if !sentence || line.hit.is_some() || line.recurs.is_some_and(is_everywhere) {
            continue;
        }
        all += line.text.len();
        recurring += if line.recurs.is_some() {
            line.text.len()
        } else {
            0
        };
    }
    if recurring * 2 <= all {
        return;
    }
    for line in page {
        line.recurs = line.recurs.filter(|&found| is_everywhere(found));
        line.alike = line.alike.filter(|alike| is_everywhere(alike.found));
    }
}

/// Whether what stays of a page is an article beyond doubt: sentences, most of it.
pub(super) fn reads_as_article(page: &[Line<'_>]) -> bool {
    let length = |line: &Line<'_>| line.text.chars().count();
    let all: usize = page.iter().map(length).sum();
    let prose = page
        .iter()
        .filter(|line| line.hit.is_none() && line.text.contains(['。', '！', '？']));
    let long: usize = prose.map(length).sum();
    long >= ARTICLE && long * 2 >= all
}

/// Whether a rule meets what stands around each message of a thread.
fn is_meta(rule: &str) -> bool {
    matches!(rule, "comments.meta" | "comments.forum")
}

struct Judge<'p, 't> {
    page: &'p [Line<'t>],
    options: &'p Options,
    verdicts: Vec<Option<Verdict>>,
    /// The first line of running text that no rule met.
    begun: usize,
}

impl Judge<'_, '_> {
    /// Lets a line go under the name of the rule it met, unless that rule is off.
    fn by_hit(&mut self, at: usize) {
        let Some(hit) = self.page[at].hit else {
            self.by_template(at);
            return;
        };
        if self.options.active(hit.rule) && self.verdicts[at].is_none() {
            let rule = &self.options.rules().rules()[usize::from(hit.rule)];
            self.verdicts[at] = Some(Verdict {
                rule: rule.name.clone(),
                note: None,
            });
        }
    }

    /// Lets a line go that recurs in other documents.
    fn by_template(&mut self, at: usize) {
        if let Some((in_documents, of)) = self.page[at].recurs {
            self.by_name(at, "template");
            if let Some(verdict) = &mut self.verdicts[at] {
                verdict.note = Some(format!("df = {in_documents} of {of}").into());
            }
        }
    }

    /// Whether a line is known to recur, and template lines go.
    fn recurs(&self, at: usize) -> bool {
        self.page[at].recurs.is_some() && self.options.acts("template")
    }

    fn by_name(&mut self, at: usize, name: &'static str) {
        if self.verdicts[at].is_none() && self.options.acts(name) {
            self.verdicts[at] = Some(Verdict {
                rule: Cow::Borrowed(name),
                note: None,
            });
        }
    }

    fn opens(&self, at: usize) -> bool {
        self.page[at].hit.is_some_and(|hit| {
            self.options.active(hit.rule)
                && self.options.rules().rules()[usize::from(hit.rule)].opens
        })
    }

    fn is_strong(&self, at: usize) -> bool {
        match self.page[at].hit {
            Some(hit) => hit.strong || (self.options.active(hit.rule) && self.recurs(at)),
            // A short line may recur because articles say the same: it needs company.
            None => self.recurs(at) && self.page[at].text.chars().nth(SHORT_RECURRING).is_some(),
        }
    }

    fn acts(&self, at: usize) -> bool {
        self.page[at]
            .hit
            .is_some_and(|hit| self.options.active(hit.rule))
    }

    fn strong(&mut self) {
        for at in 0..self.page.len() {
            if self.is_strong(at) && !self.opens(at) {
                self.by_hit(at);
            }
        }
    }

    fn company(&mut self) {
        let mut start = 0;
        while start < self.page.len() {
            let run = self.page[start..]
                .iter()
                .take_while(|line| line.hit.is_some() || line.recurs.is_some())
                .count();
            let range = start..start + run;
            let strong = range.clone().any(|at| self.is_strong(at));
            if strong || run >= RUN_OF_WEAK {
                for at in range {
                    if !self.opens(at) {
                        self.by_hit(at);
                    }
                }
            }
            start += run + 1;
        }
    }

    /// Lines that a template writes anew on each page: what it says of the article, and numbers in
    /// the frame.
    fn alike(&mut self) {
        // Where nothing else of a template stands, as in a folder of statutes, there is none.
        if self.verdicts.iter().all(Option::is_none) {
            return;
        }
        let rules = self.options.rules().rules();
        for at in 0..self.page.len() {
            let line = &self.page[at];
            let Some(Alike { found, heads }) = line.alike else {
                continue;
            };
            let goes = |at: usize| self.verdicts.get(at).is_some_and(Option::is_some);
            let goes = match line.hit.map(|hit| &rules[usize::from(hit.rule)]) {
                Some(rule) => !self.options.keeps(&rule.name),
                None => is_everywhere(found) || goes(at + 1) || (at > 0 && goes(at - 1)),
            };
            if goes && (at < self.begun || !heads) {
                self.by_name(at, "template.kind");
                if let Some(verdict) = &mut self.verdicts[at] {
                    verdict.note = Some(format!("df = {} of {}", found.0, found.1).into());
                }
            }
        }
    }

    /// Headings of the frame above the article, where no list of their own follows.
    fn mastheads(&mut self) {
        for at in 0..self.begun {
            if self.opens(at) && self.page[at].recurs.is_some_and(is_everywhere) {
                self.by_template(at);
            }
        }
    }

    fn related(&mut self) {
        let thread = self.is_thread();
        let mut at = 0;
        while at < self.page.len() {
            // Above a thread's first message there may be no sentence to tell where it begins.
            if !self.opens(at) || (thread && at < self.begun) {
                at += 1;
                continue;
            }
            let end = self.block_end(at);
            let strong = self.is_strong(at);
            let closed = end == self.page.len() || self.acts(end);
            // A summary right before prose may be the article's own first words.
            let trailing = self.page[at + 1..end]
                .iter()
                .rev()
                .take_while(|line| line.shape() == Shape::Summary)
                .count();
            if closed || (strong && trailing == 0 && end - at > LIST) {
                self.by_hit(at);
                for item in at + 1..end {
                    self.by_name(item, "related.item");
                }
            }
            at = end.max(at + 1);
        }
    }

    /// Whether a line belongs to the frame beyond doubt: it goes by a rule of its own, and the rule
    /// is not one that an article's own end could meet, as a date or an author's name does.
    fn is_frame(&self, at: usize) -> bool {
        let Some(hit) = self.page[at].hit else {
            // One that recurs and stays is a phrase that articles share.
            return self.recurs(at) && self.verdicts[at].is_some();
        };
        self.is_strong(at) && {
            let rule = &self.options.rules().rules()[usize::from(hit.rule)];
            // A platform's lines stand between its users' texts, too.
            !matches!(rule.family(), "metadata" | "comments")
                && !matches!(rule.name.as_ref(), "credit.byline" | "app.platform")
        }
    }

    /// Whether it is, and of the part that surrounds an article: an advertisement stands in the
    /// middle of one as well.
    fn is_outer_frame(&self, at: usize) -> bool {
        let rules = self.options.rules().rules();
        let family = self.page[at]
            .hit
            .map(|hit| rules[usize::from(hit.rule)].family());
        self.is_frame(at) && family != Some("advertisement")
    }

    /// Whether the page is a thread: readers' names, floors and times again and again.
    fn is_thread(&self) -> bool {
        let rules = self.options.rules().rules();
        let meta = self.page.iter().filter(|line| {
            line.hit
                .is_some_and(|hit| is_meta(&rules[usize::from(hit.rule)].name))
        });
        meta.count() >= THREAD
    }

    /// Whether a line names the article's own people, dates or sources.
    fn is_credit(&self, at: usize) -> bool {
        self.is_strong(at) && !self.is_frame(at)
    }

    /// Short lines without a sentence after the article's last sentence and a line of the frame.
    fn tail(&mut self) {
        let last = self.page.iter().enumerate().rposition(|(at, line)| {
            matches!(line.shape(), Shape::Prose | Shape::Kept)
                && ((line.hit.is_none() && !self.recurs(at)) || self.is_credit(at))
        });
        let start = last.map_or(self.page.len(), |last| last + 1);
        let Some(frame) = (start..self.page.len()).find(|&at| self.is_outer_frame(at)) else {
            return;
        };
        for at in frame..self.page.len() {
            if self.page[at].hit.is_none() {
                self.by_name(at, "navigation.item");
            } else {
                self.by_hit(at);
            }
        }
    }

    /// Short lines after the article where sentences still stand among them: what follows the first
    /// line of the frame of which nearly all is titles. The sentences stay.
    fn after(&mut self) {
        // Most pages have no such lines, and what their other lines look like need not be told.
        let mut frames = (self.begun..self.page.len()).filter(|&at| self.is_outer_frame(at));
        let Some(begun) = frames.next() else { return };
        if frames.nth(FRAMES - 2).is_none() {
            return;
        }
        let own = |line: &Line<'_>| line.hit.is_none() && line.recurs.is_none();
        let prose = |line: &Line<'_>| own(line) && line.shape() == Shape::Prose;
        let title =
            |line: &Line<'_>| own(line) && matches!(line.shape(), Shape::Title | Shape::Summary);
        let size = |line: &Line<'_>| line.text.len();
        let all = LazyCell::new(|| -> usize {
            let prose = self.page.iter().filter(|line| prose(line));
            prose.map(size).sum()
        });
        let (mut titles, mut sentences, mut length, mut frames) = (0, 0, 0, 0);
        let mut start = None;
        for at in (begun..self.page.len()).rev() {
            let line = &self.page[at];
            titles += usize::from(title(line));
            if prose(line) {
                sentences += 1;
                length += size(line);
            }
            if !self.is_outer_frame(at) {
                continue;
            }
            frames += 1;
            if frames >= FRAMES
                && titles >= LIST
                && sentences * TITLES_TO_A_SENTENCE <= titles
                && length * 4 <= *all - length
            {
                start = Some(at);
            }
        }
        let Some(start) = start else {
            return;
        };
        for at in start..self.page.len() {
            // The heading of a paragraph that stays.
            let heads = self.page.get(at + 1).is_some_and(prose);
            if title(&self.page[at]) && !heads {
                self.by_name(at, "navigation.item");
            } else if self.page[at].hit.is_some() {
                self.by_hit(at);
            }
        }
    }

    /// One or two short lines between lines of the frame, after the article has begun.
    fn gaps(&mut self) {
        let mut before: Option<usize> = None;
        for at in self.begun..self.page.len() {
            if !self.is_frame(at) {
                continue;
            }
            if let Some(before) = before {
                let gap = before + 1..at;
                let short = gap
                    .clone()
                    .all(|at| matches!(self.page[at].shape(), Shape::Title | Shape::Summary));
                if gap.len() <= GAP && short {
                    for item in gap {
                        if self.page[item].hit.is_none() {
                            self.by_name(item, "navigation.item");
                        } else {
                            self.by_hit(item);
                        }
                    }
                }
            }
            before = Some(at);
        }
    }

    /// The index after the last item of a block whose heading stands at `heading`.
    fn block_end(&self, heading: usize) -> usize {
        // Above the article, what ends in an ellipsis is as likely its own first words.
        let begun = self.begun;
        let mut end = heading + 1;
        while end < self.page.len() {
            let line = &self.page[end];
            let item = match line.hit {
                Some(_) if self.opens(end) => false,
                Some(hit) => !(hit.strong && self.options.active(hit.rule)),
                None if self.recurs(end) => false,
                None => {
                    line.shape() == Shape::Title || (line.shape() == Shape::Summary && end > begun)
                }
            };
            if !item {
                break;
            }
            end += 1;
        }
        end
    }
}
