//! What a run did, in one record type.
//!
//! Every stage writes what it did into a [`Report`]: one [`Change`] for each place, with the
//! stage, the name of the rule, the place in *that stage's input*, and the text before and
//! after. Nothing is changed without a record, so a person can list every change and a program
//! can check it. A report that only counts ([`Report::counting`]) keeps the numbers per rule and
//! drops the places, which is what a run over a hundred thousand files wants.
//!
//! A text that is damaged on purpose would make millions of changes, each of which takes hundreds of
//! bytes. A report lists at most [`MOST_LISTED`] edits and flags of one text; the others are counted
//! all the same, and [`Report::unlisted`] says how many they are. Lines that were dropped are
//! always listed: they may be wanted back.

mod change;
mod line_counter;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::ser::{SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

use crate::document_kind::DocumentKind;
pub use crate::metadata::Metadata;

pub use change::{Action, Change, Stage};
pub(crate) use line_counter::LineCounter;

/// The most edits and flags that a report lists, unless [`crate::Options::most_listed`] says
/// otherwise.
pub const MOST_LISTED: usize = 100_000;

/// How often one rule acted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Tally {
    /// Places edited or dropped.
    pub changed: usize,
    /// Places flagged and left alone.
    pub flagged: usize,
}

/// What the places of changes are counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Places {
    /// Bytes of UTF-8.
    #[default]
    Bytes,
    /// Characters, for languages whose strings are counted so. Places of the decode stage are
    /// places in the bytes of the file all the same.
    Characters,
}

/// Where a part of a text begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// Bytes before it.
    pub offset: usize,
    /// Characters before it.
    pub characters: usize,
    /// Line feeds before it.
    pub lines: usize,
}

impl Origin {
    /// The place that lies so far before it.
    pub(crate) fn before(self, extent: Self) -> Self {
        Self {
            offset: self.offset.saturating_sub(extent.offset),
            characters: self.characters.saturating_sub(extent.characters),
            lines: self.lines.saturating_sub(extent.lines),
        }
    }

    /// Moves past these bytes.
    pub fn pass(&mut self, passed: &[u8]) {
        self.offset += passed.len();
        self.characters += characters(passed);
        self.lines += memchr::memchr_iter(b'\n', passed).count();
    }
}

/// Collects what the stages did.
///
/// ```
/// use zhnorm::report::{Change, Report, Stage};
///
/// let mut report = Report::listing();
/// report.record(Change::drop(Stage::Strip, "related.heading", 0..12, 1, "相关阅读"));
/// assert_eq!(report.changed(Stage::Strip, "related"), 1);
/// assert_eq!(report.changes()[0].before, "相关阅读");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Report {
    listing: bool,
    /// Nothing is kept, not even counts.
    ignoring: bool,
    most: usize,
    unlisted: usize,
    places: Places,
    changes: Vec<Change>,
    tallies: BTreeMap<(Stage, Cow<'static, str>), Tally>,
    /// How often each word was put in the place of each, if that is counted.
    words: Option<BTreeMap<(String, String), usize>>,
    document_kind: Option<DocumentKind>,
    page: Option<Box<Metadata>>,
}

impl Report {
    /// A report that keeps every change, but for edits and flags beyond [`MOST_LISTED`].
    pub fn listing() -> Self {
        Self {
            listing: true,
            most: MOST_LISTED,
            ..Self::default()
        }
    }

    /// The same report, which lists at most so many edits and flags.
    #[must_use]
    pub(crate) fn with_most(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    /// A report that keeps only how often each rule acted.
    pub fn counting() -> Self {
        Self::default()
    }

    /// A report that keeps nothing, for who wants the text alone.
    pub(crate) fn ignoring() -> Self {
        Self {
            ignoring: true,
            ..Self::default()
        }
    }

    /// An empty report that lists changes if this one does. Its places are counted in bytes, as a
    /// stage counts them.
    pub(crate) fn empty(&self) -> Self {
        Self {
            listing: self.listing,
            ignoring: self.ignoring,
            most: self.most,
            words: self.words.as_ref().map(|_| BTreeMap::new()),
            ..Self::default()
        }
    }

    /// The same report; whether it counts the words of a region that are put in the place of others.
    #[must_use]
    pub fn with_words(mut self, are_counted: bool) -> Self {
        self.words = are_counted.then(BTreeMap::new);
        self
    }

    /// Whether words are counted.
    pub(crate) fn counts_words(&self) -> bool {
        self.words.is_some()
    }

    /// Counts a word of a region that is put in the place of another.
    pub(crate) fn count_word(&mut self, before: &str, after: &str) {
        if let Some(words) = &mut self.words {
            *words
                .entry((before.to_owned(), after.to_owned()))
                .or_default() += 1;
        }
    }

    /// The words of a region that were put in the place of others: before, after, how often. Empty unless
    /// [`Options::count_words`](crate::Options::count_words) is set.
    pub fn words(&self) -> impl Iterator<Item = (&str, &str, usize)> {
        self.words
            .iter()
            .flatten()
            .map(|((before, after), times)| (before.as_str(), after.as_str(), *times))
    }

    /// The same report with its places counted so.
    #[must_use]
    pub(crate) fn with_places(mut self, places: Places) -> Self {
        self.places = places;
        self
    }

    /// Runs a stage on its input and counts the places that it reports as the report is to count
    /// them. A stage itself counts bytes.
    pub(crate) fn place<'a, T>(
        &mut self,
        input: &'a str,
        stage: impl FnOnce(&'a str, &mut Self) -> T,
    ) -> T {
        let before = self.changes.len();
        let done = stage(input, self);
        if self.places == Places::Characters {
            count_characters(&mut self.changes[before..], input);
        }
        done
    }

    /// Counts places in bytes of `text` as `places` says.
    pub(crate) fn count_places(&mut self, text: &str, places: Places) {
        self.places = places;
        if places == Places::Characters {
            count_characters(&mut self.changes, text);
        }
    }

    /// How many bytes or characters a text has, by what the report counts places in.
    pub(crate) fn length(&self, text: &str) -> usize {
        match self.places {
            Places::Bytes => text.len(),
            Places::Characters => characters(text.as_bytes()),
        }
    }

    /// Whether changes are kept. A stage asks before it does work that only a list needs.
    pub fn lists(&self) -> bool {
        self.listing
    }

    /// Whether another edit or flag would be listed. A stage with very many of them asks before it
    /// builds each.
    pub(crate) fn has_room(&self) -> bool {
        self.listing && self.changes.len() < self.most
    }

    /// How many edits and flags were counted and not listed, because there were too many.
    pub fn unlisted(&self) -> usize {
        self.unlisted
    }

    /// The kind of document that the strip stage saw; `None` if the stage did not run. Of a text
    /// that was worked on in parts it is the kind of the first part.
    pub fn document_kind(&self) -> Option<DocumentKind> {
        self.document_kind
    }

    /// What a web page says about its article; `None` if the document is no web page.
    pub fn page(&self) -> Option<&Metadata> {
        self.page.as_deref()
    }

    /// Notes what a web page says about its article.
    pub fn set_page(&mut self, page: Metadata) {
        self.page = Some(Box::new(page));
    }

    /// Notes the kind of the document.
    pub fn set_document_kind(&mut self, kind: DocumentKind) {
        self.document_kind = Some(kind);
    }

    /// Takes one change.
    pub fn record(&mut self, change: Change) {
        if self.ignoring {
            return;
        }
        let tally = self
            .tallies
            .entry((change.stage, change.rule.clone()))
            .or_default();
        match change.action {
            Action::Edit | Action::Drop => tally.changed += 1,
            Action::Flag => tally.flagged += 1,
        }
        self.list(change);
    }

    /// Lists a change that is counted already.
    pub(crate) fn list(&mut self, change: Change) {
        if self.has_room() || self.listing && change.action == Action::Drop {
            self.changes.push(change);
        } else {
            self.unlisted += usize::from(self.listing);
        }
    }

    /// Counts an edit or a flag that need not be listed.
    pub(crate) fn count_unlisted(&mut self, stage: Stage, rule: Cow<'static, str>, is_flag: bool) {
        if self.ignoring {
            return;
        }
        let tally = self.tallies.entry((stage, rule)).or_default();
        *(if is_flag {
            &mut tally.flagged
        } else {
            &mut tally.changed
        }) += 1;
        self.unlisted += usize::from(self.listing);
    }

    /// Notes that so many changes which were counted are not listed.
    pub(crate) fn leave_unlisted(&mut self, times: usize) {
        self.unlisted += times;
    }

    /// Counts `times` changes of a rule without their places: for stages that are asked to count
    /// only and would be slowed down by building a [`Change`] for each.
    pub fn count(&mut self, stage: Stage, rule: impl Into<Cow<'static, str>>, times: usize) {
        if times > 0 && !self.ignoring {
            self.tallies
                .entry((stage, rule.into()))
                .or_default()
                .changed += times;
        }
    }

    /// Takes over what was reported of a part of a text. `origin` gives the start of
    /// the part in the input of a stage, to which the places of the part are relative.
    pub fn append(&mut self, part: Self, origin: impl Fn(Stage) -> Origin) {
        if let Some(words) = part.words {
            let sums = self.words.get_or_insert_default();
            for (word, times) in words {
                *sums.entry(word).or_default() += times;
            }
        }
        self.document_kind = self.document_kind.or(part.document_kind);
        self.page = self.page.take().or(part.page);
        if self.tallies.is_empty() {
            self.tallies = part.tallies;
        } else {
            for (key, tally) in part.tallies {
                let sum = self.tallies.entry(key).or_default();
                sum.changed += tally.changed;
                sum.flagged += tally.flagged;
            }
        }
        self.unlisted += part.unlisted;
        if !self.listing {
            return;
        }
        for change in part.changes {
            let origin = origin(change.stage);
            let before = match self.places {
                Places::Characters if change.stage != Stage::Decode => origin.characters,
                _ => origin.offset,
            };
            self.list(Change {
                span: change.span.start + before..change.span.end + before,
                line: change.line + origin.lines,
                ..change
            });
        }
    }

    /// The same report as that of a field of a record on this line.
    #[must_use]
    pub(crate) fn of_field(mut self, line: usize) -> Self {
        (self.document_kind, self.page) = (None, None);
        self.for_each_place(|_, at| *at = line);
        self
    }

    /// Moves the places of the changes: `each` gets the span and the line.
    pub(crate) fn for_each_place(&mut self, mut each: impl FnMut(&mut Range<usize>, &mut usize)) {
        for change in &mut self.changes {
            each(&mut change.span, &mut change.line);
        }
    }

    /// Rewrites the changes.
    pub(crate) fn for_each_change(&mut self, each: impl FnMut(&mut Change)) {
        self.changes.iter_mut().for_each(each);
    }

    /// The numbers of this report without the changes.
    #[must_use]
    pub fn counts(&self) -> Self {
        Self {
            listing: false,
            ignoring: false,
            most: 0,
            unlisted: self.unlisted,
            places: self.places,
            changes: Vec::new(),
            tallies: self.tallies.clone(),
            words: self.words.clone(),
            document_kind: self.document_kind,
            page: self.page.clone(),
        }
    }

    /// The changes, in the order in which the stages made them. Empty for a counting report.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Gives the changes away.
    pub fn into_changes(self) -> Vec<Change> {
        self.changes
    }

    /// How often each rule acted, ordered by stage and name.
    pub fn tallies(&self) -> impl Iterator<Item = (Stage, &str, Tally)> {
        self.tallies
            .iter()
            .map(|((stage, rule), tally)| (*stage, rule.as_ref(), *tally))
    }

    /// How many places a stage edited or dropped under a rule or a family of rules: the family
    /// `pinyin` covers `pinyin` and `pinyin.annotation`, not `pinyinless`.
    pub fn changed(&self, stage: Stage, family: &str) -> usize {
        self.tallies()
            .filter(|(of, rule, _)| *of == stage && in_family(rule, family))
            .map(|(_, _, tally)| tally.changed)
            .sum()
    }

    /// How many places a stage flagged under a rule or a family of rules.
    pub fn flagged(&self, stage: Stage, family: &str) -> usize {
        self.tallies()
            .filter(|(of, rule, _)| *of == stage && in_family(rule, family))
            .map(|(_, _, tally)| tally.flagged)
            .sum()
    }

    /// Whether any stage edited or dropped anything.
    pub fn is_changed(&self) -> bool {
        self.tallies.values().any(|tally| tally.changed > 0)
    }
}

impl Serialize for Report {
    /// Writes `{"changes": [...], "tallies": [{"stage", "rule", "changed", "flagged"}, ...]}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Report", 2)?;
        object.serialize_field("changes", &self.changes)?;
        object.serialize_field("tallies", &Tallies(self))?;
        object.end()
    }
}

/// The tallies of a report as a list.
struct Tallies<'a>(&'a Report);

/// One element of the list.
#[derive(Serialize)]
struct RuleTally<'a> {
    stage: Stage,
    rule: &'a str,
    #[serde(flatten)]
    tally: Tally,
}

impl Serialize for Tallies<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.tallies.len()))?;
        for (stage, rule, tally) in self.0.tallies() {
            list.serialize_element(&RuleTally { stage, rule, tally })?;
        }
        list.end()
    }
}

/// The family of a rule: its name up to the first dot.
pub(crate) fn family(rule: &str) -> &str {
    rule.split('.').next().unwrap_or(rule)
}

/// Whether `rule` is `family` itself or one of its members (`family.…`).
pub(crate) fn in_family(rule: &str, family: &str) -> bool {
    rule.strip_prefix(family)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The number of characters in bytes of UTF-8: those that continue none.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

/// Makes ranges of characters of the ranges of bytes of `text` in which changes have their places.
fn count_characters(changes: &mut [Change], text: &str) {
    let mut ends: Vec<&mut usize> = changes
        .iter_mut()
        .filter(|change| change.stage != Stage::Decode)
        .flat_map(|change| [&mut change.span.start, &mut change.span.end])
        .collect();
    ends.sort_unstable();
    let (mut bytes, mut passed) = (0, 0);
    for end in ends {
        let next = (*end).clamp(bytes, text.len());
        passed += characters(&text.as_bytes()[bytes..next]);
        bytes = next;
        *end = passed;
    }
}
