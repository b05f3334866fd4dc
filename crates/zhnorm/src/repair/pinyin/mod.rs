//! The pinyin garble: `環(huán)球` was 環球.
//!
//! A scraper mapped a simplified page to traditional characters, held it as GBK bytes, and
//! replaced each character of a table by itself and its reading in brackets. The story:
//! [`annotation`] finds what looks like such an insertion, [`evidence`] decides for the document
//! as a whole whether it was made by that machine or by a person who glosses rare characters, and
//! the annotations of a garbled document are taken out again. Where a reading was inserted across
//! a character border, or a mark was cut there, the bytes that follow are read one off:
//! [`token`] reads the copy in the machine's units, [`site`] learns what the document shows of the
//! site's table, and [`search`] finds the likeliest original.

use super::Options;
use super::edits::{Edit, Flag, Found, More};
use super::findings::Findings;
use zhnorm_lang::folding;

mod account;
mod annotation;
mod cache;
pub(super) mod damage;
mod evidence;
mod forward;
mod lesson;
mod pairs;
pub(super) mod readings;
mod replaced;
mod search;
mod site;
mod sprinkled;
mod token;

use annotation::Annotation;
pub(super) use annotation::{may_break, may_close, may_close_wide};
use forward::Verdict;
pub(super) use replaced::may_be_at as may_be_replaced;
use search::{Before, Search, Solution};
use site::Site;

/// How much likelier, in nats, a restored stretch must be than the literal text, for one
/// stretch alone to show that a document is garbled.
const TELLING: f32 = 14.0;

/// The same where readings stand within characters.
const TELLING_WITHIN: f32 = 8.0;

/// How sure such a stretch must be of its original. What an earlier run kept because it was not
/// sure is alone in a text that is healthy else, and must not be guessed now.
const CONVINCING: f32 = 0.4;

/// How many stretches of a document without other evidence are asked.
const MAX_PROBES: usize = 20;

/// From so many stretches on that say nothing a document is flagged.
const SUSPICIOUS: usize = 5;

/// From this confidence on a solution teaches what is in the site's table.
const TEACHING: f32 = 0.98;

/// How much less likely, in nats, a rival may be to be named as an alternative.
const NEAR: f32 = 5.0;

/// Alternatives that are named.
const ALTERNATIVES: usize = 3;

/// How far back, in bytes, from the end of what was read in vain the next search may start: it
/// bounds how often a byte is read.
const RETREAT: usize = 200;

/// What may show that a text is garbled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// The readings after its characters.
    Readings,
    /// The readings, or damage on bytes where there are none.
    Any,
}

/// Finds what undoes either machine's work, if the text as a whole shows that it is garbled.
///
/// `seen` is what the scan of `text` found.
pub(super) fn find(text: &str, seen: &Findings, evidence: Evidence, options: &Options) -> Found {
    let mut found = mapped(text, seen, evidence, options);
    if evidence == Evidence::Any && found.edits.is_empty() {
        let sprinkled = sprinkled::find(text, &seen.closings);
        found.flags.extend(sprinkled.flags);
        let replaced = replaced::find(text, &seen.toned);
        // Readings in brackets and such without do not overlap.
        let mut edits = [sprinkled.edits, replaced].concat();
        edits.sort_by_key(|edit| edit.span.start);
        for edit in edits {
            found.decide(edit, options);
        }
        found.flags.sort_by_key(|flag| flag.span.start);
    }
    found
}

/// Finds what undoes the garble, if the text as a whole shows that it is garbled.
fn mapped(text: &str, seen: &Findings, evidence: Evidence, options: &Options) -> Found {
    let annotations: Vec<Annotation> = annotation::find(text, &seen.closings).collect();
    let breaks: Vec<usize> = annotation::breaks(text, &seen.breaks).collect();
    // Nearly every text that comes here ends here.
    let is_mapped =
        |found: &Annotation| found.is_plausible() && folding::is_traditional(found.matched);
    // A mark of half width after a question mark is too common to be asked about.
    // Readings within a character are enough to ask about each.
    let broken = breaks.iter().filter(|at| {
        matches!(
            token::next(&text[**at..]),
            Some((token::Token::Broken(_), _))
        )
    });
    let within = evidence::within_characters(&annotations, broken.count());
    let is_telling_break =
        |at: &&usize| within > 0 || !text[**at + 1..].starts_with(['!', ',', ';', '?']);
    if !annotations.iter().any(is_mapped) && !breaks.iter().any(|at| is_telling_break(&at)) {
        return Found::default();
    }
    let is_garbled = evidence::is_garbled(text, &annotations, within);
    // The machine maps a text to traditional characters; a simplified one was damaged otherwise.
    if !is_garbled && (evidence == Evidence::Readings || is_simplified(text)) {
        return Found::default();
    }
    let site = Site::learn(text, &annotations, &breaks);
    if !is_garbled {
        // Damage on bytes is evidence of its own.
        let mut search = Search::new();
        let (mut probes, mut telling) = (0, 0);
        let mut first = None;
        let mut done = 0;
        for &at in breaks.iter().filter(is_telling_break).take(MAX_PROBES) {
            if at < done || search.is_exhausted(at) {
                continue;
            }
            probes += 1;
            if let Ok(solution) = search.solve(&site, text, at, &in_front(text, at))
                && is_telling(&text[at..solution.end], &solution, within)
            {
                telling += 1;
                first.get_or_insert(at);
                done = solution.end;
            }
        }
        // Of text that is no damage, one place or another reads as some by chance.
        if telling * 2 <= probes {
            // Half a reading within a character is written by nobody.
            let many = (probes >= SUSPICIOUS || within > 0).then(|| breaks[0]);
            return Found {
                edits: Vec::new(),
                flags: first.or(many).map(suspected).into_iter().collect(),
            };
        }
    }
    let mut repair = Repair {
        text,
        options,
        site,
        before: Before::default(),
        done: 0,
        explanation: is_garbled.then(|| account::explain_table(&annotations)),
        gave_up: false,
        found: Found::default(),
    };
    repair.run(&annotations, &breaks);
    repair.found
}

/// What is said once of a text that shows damage, but too little to be sure.
fn suspected(at: usize) -> Flag {
    Flag {
        rule: "pinyin.given-up".into(),
        span: at..at + 1,
        note: Some("this may be damage; the text as a whole shows too little of it".into()),
        ..Flag::default()
    }
}

/// Whether a text is clearly written in simplified characters. A few prove nothing: a damaged
/// stretch has some of either script.
fn is_simplified(text: &str) -> bool {
    /// Characters that are looked at, and how many are a few.
    const SAMPLE: usize = 20_000;
    const FEW: usize = 20;
    let sample = text.chars().filter(|ch| !ch.is_ascii()).take(SAMPLE);
    let (traditional, simplified) = folding::count_by_script(sample);
    simplified > 2 * traditional + FEW
}

fn is_telling(damaged: &str, solution: &Solution, within: usize) -> bool {
    let least = if within > 0 { TELLING_WITHIN } else { TELLING };
    // Half an unsolved run reads as letters often, and tells nothing. Those of a tag do.
    let is_letter = |ch: char| ch.is_ascii_alphanumeric();
    let has_letters = !solution.text.contains('>') && solution.text.contains(is_letter);
    damaged != solution.text
        && !has_letters
        && solution.score - solution.literal_score > least
        && confidence(solution, Verdict::Unknown) > CONVINCING
}

/// A garbled text on its way to the original.
struct Repair<'a> {
    text: &'a str,
    options: &'a Options,
    site: Site,
    /// What the repaired text ends with, as far as it goes.
    before: Before,
    /// How far the damaged text is read.
    done: usize,
    /// What is said once, with the first annotation.
    explanation: Option<String>,
    /// Whether a stretch was passed over.
    gave_up: bool,
    found: Found,
}

impl Repair<'_> {
    fn run(&mut self, annotations: &[Annotation], breaks: &[usize]) {
        let mut search = Search::new();
        let mut annotations = annotations.iter().peekable();
        let mut breaks = breaks.iter().copied().peekable();
        loop {
            while annotations
                .next_if(|next| next.span.start < self.done)
                .is_some()
            {}
            while breaks.next_if(|at| *at < self.done).is_some() {}
            let annotated = annotations.peek().map(|next| next.span.start);
            match (annotated, breaks.peek().copied()) {
                (Some(start), broken) if broken.is_none_or(|at| start < at) => {
                    if let Some(annotation) = annotations.next() {
                        self.unannotate(annotation);
                    }
                }
                (_, Some(at)) if search.is_exhausted(at) => self.pass(at),
                (_, Some(at)) => self.solve(&mut search, at),
                (_, None) => return,
            }
        }
    }

    /// Passes over a stretch because too much was searched in vain or with great effort; it is flagged
    /// where that happens first.
    fn pass(&mut self, at: usize) {
        if !self.gave_up {
            self.gave_up = true;
            self.found.flags.push(Flag {
                rule: "pinyin.given-up".into(),
                span: at..at + 1,
                note: Some("too much is damaged up to here to search all for what it was".into()),
                ..Flag::default()
            });
        }
        self.before.extend(&self.text[self.done..=at]);
        self.done = at + 1;
    }

    /// Takes an intact annotation out.
    fn unannotate(&mut self, annotation: &Annotation) {
        if !annotation.is_plausible() {
            return;
        }
        self.before
            .extend(&self.text[self.done..annotation.span.start]);
        self.before.push(annotation.base);
        self.before.is_annotated = true;
        self.done = annotation.span.end;
        self.found.edits.push(Edit {
            rule: "pinyin.annotation",
            after: annotation.base.to_string(),
            span: annotation.span.clone(),
            confidence: 1.0,
            more: self
                .explanation
                .take()
                .map(|note| Box::new(More::note(note))),
        });
    }

    /// Searches for the original of the stretch that starts at byte `at`.
    fn solve(&mut self, search: &mut Search, at: usize) {
        self.before.extend(&self.text[self.done..at]);
        match search.solve(&self.site, self.text, at, &self.before) {
            Err(reached) => {
                self.found.flags.push(Flag {
                    rule: "pinyin.unsolved".into(),
                    span: at..at + 1,
                    note: Some("damaged from here on, and no reading of it is likely".into()),
                    ..Flag::default()
                });
                let retreat = reached.saturating_sub(RETREAT).max(at + 1);
                let is_border = |at: &usize| self.text.is_char_boundary(*at);
                self.done = (retreat..reached).find(is_border).unwrap_or(reached);
                self.before.extend(&self.text[at..self.done]);
            }
            Ok(mut solution) => {
                self.done = solution.end;
                let verdict = self.verify(at, &mut solution);
                let confidence = confidence(&solution, verdict);
                self.take(at, &solution, confidence);
                self.before.extend(&solution.text);
            }
        }
    }

    /// Damages a solution again, and its rivals if that does not give the text of the file: the
    /// first that does is preferred.
    fn verify(&self, at: usize, solution: &mut Solution) -> Verdict {
        let damaged = &self.text[at..solution.end];
        if !solution.gaps.is_empty() {
            return Verdict::Unknown;
        }
        let judge = |text: &str| forward::verify(&self.site, &self.before, text, damaged);
        let verdict = judge(&solution.text);
        if verdict != Verdict::Differs {
            return verdict;
        }
        let mut near = solution.rivals.iter().take_while(|rival| rival.0 < NEAR);
        match near.position(|rival| judge(&rival.1) == Verdict::Same) {
            Some(rival) => {
                solution.prefer(rival);
                Verdict::Same
            }
            None => verdict,
        }
    }

    /// Takes a solution as edits: one, or where gaps are left one between each and the next.
    fn take(&mut self, start: usize, solution: &Solution, confidence: f32) {
        let account = account::explain(
            &self.text[start..solution.end],
            &self.before,
            &solution.text,
        );
        if confidence > TEACHING
            && let Some(matched) = account.matched
            && folding::is_traditional(matched)
        {
            self.site.annotates(matched);
        }
        let mut from = (0, start);
        for &gap in &solution.gaps {
            self.replace(from, gap, solution, &account, confidence);
            from = (gap.0 + 1, gap.1 + 1);
            self.found.flags.push(Flag {
                rule: "pinyin.gap".into(),
                span: gap.1..gap.1 + 1,
                note: Some("a digit was swallowed here, and nothing tells which".into()),
                ..Flag::default()
            });
        }
        let end = (solution.text.len(), solution.end);
        self.replace(from, end, solution, &account, confidence);
    }

    /// Replaces what is between two places, each given as one of the solution and one of the
    /// damaged text.
    fn replace(
        &mut self,
        from: (usize, usize),
        to: (usize, usize),
        solution: &Solution,
        account: &account::Account,
        confidence: f32,
    ) {
        let restored = &solution.text[from.0..to.0];
        let damaged = &self.text[from.1..to.1];
        // What was read before a gap and after the stretch is the same in both.
        let ahead = if from.0 == 0 {
            0
        } else {
            same(damaged.chars(), restored.chars())
        };
        let trailing = same(
            damaged[ahead..].chars().rev(),
            restored[ahead..].chars().rev(),
        );
        let after = &restored[ahead..restored.len() - trailing];
        if ahead + trailing == damaged.len() && after.is_empty() {
            return;
        }
        let common = &restored[restored.len() - trailing..];
        let near = solution.rivals.iter().take_while(|rival| rival.0 < NEAR);
        let alternatives = near
            .filter(|_| solution.gaps.is_empty())
            .filter_map(|rival| Some(rival.1.strip_suffix(common)?.to_owned()))
            .take(ALTERNATIVES)
            .collect();
        let edit = Edit {
            rule: account.rule,
            span: from.1 + ahead..to.1 - trailing,
            after: after.to_owned(),
            confidence,
            more: Some(Box::new(More::new(alternatives, account.note.clone()))),
        };
        self.found.decide(edit, self.options);
    }
}

/// How sure a solution is: how often solutions with this share of the probability turned out
/// right on simulated damage, about half as often as the share says, as a trigram model sees
/// little (`cargo xtask eval repair pinyin` prints both). What damaged again gives something else
/// is mostly wrong.
fn confidence(solution: &Solution, verdict: Verdict) -> f32 {
    /// Odds above this are not distinguished.
    const SUREST: f32 = 250.0;
    /// How much likelier, in nats for each of its characters, a solution is than what stands there.
    /// One that is not was found in text that says something as it is, or says nothing either way.
    const LEAST_GAIN: f32 = 1.2;
    let share = solution.share();
    let odds = (share / (1.0 - share) / 2.0).min(SUREST);
    let mut right = odds / (1.0 + odds);
    let length = solution.text.chars().count().max(1) as f32;
    if solution.score - solution.literal_score < LEAST_GAIN * length {
        right *= 0.4;
    }
    match verdict {
        Verdict::Same | Verdict::Unknown => right,
        Verdict::Differs => 0.25 * right,
    }
}

/// The length in bytes of the characters with which two texts start alike.
fn same(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other)
        .take_while(|(one, other)| one == other)
        .map(|(ch, _)| ch.len_utf8())
        .sum()
}

/// The last two characters in front of a place, without an annotation that ends there.
fn in_front(text: &str, at: usize) -> Before {
    let mut before = Before::default();
    let annotation = at
        .checked_sub(1)
        .and_then(|close| annotation::before(text, close));
    match annotation {
        Some(annotation) => {
            before.extend(&text[..annotation.span.start]);
            before.push(annotation.base);
            before.is_annotated = true;
        }
        None => before.extend(&text[..at]),
    }
    before
}

#[cfg(test)]
mod tests;
