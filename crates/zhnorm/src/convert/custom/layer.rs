//! A user's dictionary laid over a conversion.
//!
//! What the dictionary gives is an island that no later step touches. Each step converts the
//! stretches between the islands, each as if it stood alone, so that no phrase of a later step
//! reaches into or across an island.

use std::borrow::Cow;
use std::ops::Range;

use super::Dictionary;
use crate::report::{Change, LineCounter, Origin, Report, Stage};

/// The name under which the report has what a user's dictionary changed.
const RULE: &str = "dictionary";

/// A text and, in rising order, the ranges of bytes in it that are final.
struct Islands<'a> {
    text: Cow<'a, str>,
    islands: Vec<Range<usize>>,
}

/// Runs steps over a text, under a dictionary. A step takes a text and gives it back converted.
pub(in crate::convert) fn layered<'a, S>(
    text: &'a str,
    dictionary: &Dictionary,
    steps: impl IntoIterator<Item = S>,
    run: impl for<'t> Fn(&S, &'t str, &mut Report) -> Cow<'t, str>,
    report: &mut Report,
) -> Cow<'a, str> {
    let mut current = look_up(text, dictionary, report);
    for step in steps {
        let next = between(&current, report, |stretch, report| {
            run(&step, stretch, report)
        });
        if let Some(next) = next {
            current = next;
        }
    }
    current.text
}

/// Finds the dictionary's entries, from left to right and the longest at each place.
fn look_up<'a>(text: &'a str, dictionary: &Dictionary, report: &mut Report) -> Islands<'a> {
    let mut output = String::new();
    let mut islands = Vec::new();
    let mut lines = LineCounter::new(text.as_bytes());
    let (mut copied, mut at) = (0, 0);
    while let Some(character) = text[at..].chars().next() {
        let Some((length, value)) = dictionary.longest(&text[at..]) else {
            at += character.len_utf8();
            continue;
        };
        let place = at..at + length;
        let before = &text[place.clone()];
        output.push_str(&text[copied..at]);
        islands.push(output.len()..output.len() + value.len());
        output.push_str(value);
        if before != value {
            let line = lines.line_at(at);
            let change = Change::edit(Stage::Convert, RULE, place.clone(), line, before, value);
            report.record(change);
        }
        (copied, at) = (place.end, place.end);
    }
    let text = if output == text[..copied] {
        Cow::Borrowed(text)
    } else {
        output.push_str(&text[copied..]);
        Cow::Owned(output)
    };
    Islands { text, islands }
}

/// Runs one step over the stretches between the islands; `None` when it changed nothing.
fn between(
    current: &Islands<'_>,
    report: &mut Report,
    run: impl for<'t> Fn(&'t str, &mut Report) -> Cow<'t, str>,
) -> Option<Islands<'static>> {
    let text = current.text.as_ref();
    let mut output = String::with_capacity(text.len());
    let mut islands = Vec::with_capacity(current.islands.len());
    let mut lines = LineCounter::new(text.as_bytes());
    let mut changed = false;
    let mut start = 0;
    let end = text.len()..text.len();
    for island in current.islands.iter().chain([&end]) {
        let mut found = report.empty();
        let converted = run(&text[start..island.start], &mut found);
        changed |= matches!(converted, Cow::Owned(_));
        output.push_str(&converted);
        merge(found, start, lines.line_at(start), report);
        islands.push(output.len()..output.len() + island.len());
        output.push_str(&text[island.clone()]);
        start = island.end;
    }
    islands.pop();
    changed.then_some(Islands {
        text: Cow::Owned(output),
        islands,
    })
}

/// Takes over what was found in a stretch that starts at an offset, on a line.
pub(in crate::convert) fn merge(found: Report, offset: usize, line: usize, report: &mut Report) {
    report.append(found, |_| Origin {
        offset,
        characters: offset,
        lines: line - 1,
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::convert::{Config, Options, Plan, Provenance, convert};

    fn options(dictionary: &str, protect: &[&str]) -> Options {
        let mut dictionary = Dictionary::parse(dictionary).expect("a dictionary");
        for term in protect {
            dictionary.protect(term);
        }
        Options {
            dictionary: Some(dictionary.into()),
            ..Options::default()
        }
    }

    fn plan(configs: &[Config]) -> Plan {
        Plan {
            configs: configs.to_vec(),
            provenance: Provenance::Written,
            context: false,
            spelling: None,
        }
    }

    #[test]
    fn what_the_dictionary_gives_is_final() {
        let options = options("云上\t云上\n软件\t軟體程式\n", &["头发"]);
        let mut report = Report::listing();
        let text = "云上软件\n软件头发发头";
        let found = convert(text, &plan(&[Config::S2t]), &options, &mut report);
        assert_eq!(found, "云上軟體程式\n軟體程式头发發頭");
        let rules: Vec<_> = report
            .changes()
            .iter()
            .map(|change| (change.rule.as_ref(), change.line, change.before.as_str()))
            .collect();
        assert_eq!(
            rules,
            [
                ("dictionary", 1, "软件"),
                ("dictionary", 2, "软件"),
                ("s2t", 2, "发"),
                ("s2t", 2, "头"),
            ]
        );
    }

    #[test]
    fn a_text_that_is_left_alone_is_not_looked_up() {
        let options = options("甲\t乙\n", &[]);
        let mut report = Report::listing();
        assert_eq!(convert("甲", &Plan::default(), &options, &mut report), "甲");
    }

    #[test]
    fn mapped_text_is_judged_as_a_whole() {
        let plan = Plan {
            configs: Vec::new(),
            provenance: Provenance::CharacterMapped,
            context: false,
            spelling: None,
        };
        let options = options("", &["軟體"]);
        let text = "干部軟體李乾和干警來了";
        let found = convert(text, &plan, &options, &mut Report::listing());
        assert_eq!(found, "干部軟體李乾和干警来了");
    }

    proptest! {
        #[test]
        fn protected_terms_survive_and_every_change_is_told(
            text in "[云计算软件发头后里面干a\n]{0,40}",
            term in "[云计算软件发头后里面干]{1,3}",
        ) {
            let options = options("", &[&term]);
            let plan = plan(&[Config::S2twp]);
            let mut report = Report::listing();
            let output = convert(&text, &plan, &options, &mut report).into_owned();
            let count = |text: &str| text.matches(&term).count();
            prop_assert!(count(&output) >= count(&text));
            let mut applied = String::new();
            let mut copied = 0;
            for change in report.changes() {
                prop_assert_eq!(&text[change.span.clone()], &change.before);
                applied += &text[copied..change.span.start];
                applied += &change.after;
                copied = change.span.end;
            }
            applied += &text[copied..];
            prop_assert_eq!(&applied, &output);
            let mut counting = Report::counting();
            prop_assert_eq!(convert(&text, &plan, &options, &mut counting), output);
        }

        /// With nothing to find, the layer is not there.
        #[test]
        fn an_empty_dictionary_changes_nothing(text in "[云计算软件发头后里面干a\n]{0,40}") {
            let plan = plan(&[Config::Hk2t, Config::T2tw]);
            let layered = options("", &[]);
            let (mut one, mut other) = (Report::listing(), Report::listing());
            let with = convert(&text, &plan, &layered, &mut one).into_owned();
            let without = convert(&text, &plan, &Options::default(), &mut other).into_owned();
            prop_assert_eq!(with, without);
            prop_assert_eq!(one.changes(), other.changes());
        }
    }
}
