//! Text whose lines were wrapped at a width, in mid-word where it fell: `她的头` and `发很长`.
//!
//! Whether a line end is such a cut is seen from its paragraph: its lines end without the mark that
//! ends a sentence, but for the last, and none of them is shorter than that. A title above a
//! paragraph is shorter than it, and verse and lists have lines of their own.

use std::borrow::Cow;
use std::ops::Range;

use super::{Options, Plan, convert};
use crate::align;
use crate::report::{LineCounter, Origin, Report};

/// The widest line that was wrapped, in characters.
const WIDEST: usize = 80;

/// Runs a plan over a text as [`convert`] does, and reads words across wrapped lines.
pub(super) fn convert_wrapped<'a>(
    text: &'a str,
    plan: &Plan,
    options: &Options,
    report: &mut Report,
) -> Cow<'a, str> {
    let paragraphs = if options.has_texts_in_lines || is_one_line(text) {
        Vec::new()
    } else {
        paragraphs(text)
    };
    if paragraphs.is_empty() {
        return convert(text, plan, options, report);
    }
    let mut converted = String::with_capacity(text.len());
    let mut origin = Origin::default();
    let mut start = 0;
    let mut work = |range: Range<usize>, is_wrapped: bool, report: &mut Report| {
        if range.is_empty() {
            return;
        }
        let piece = &text[range];
        let mut part = report.empty();
        if is_wrapped {
            converted.push_str(&paragraph(piece, plan, options, &mut part));
        } else {
            converted.push_str(&convert(piece, plan, options, &mut part));
        }
        report.append(part, |_| origin);
        origin.pass(piece.as_bytes());
    };
    for paragraph in paragraphs {
        work(start..paragraph.start, false, report);
        start = paragraph.end;
        work(paragraph, true, report);
    }
    work(start..text.len(), false, report);
    if converted == text {
        return Cow::Borrowed(text);
    }
    Cow::Owned(converted)
}

/// Converts a paragraph as if its lines were one, and cuts it again.
fn paragraph(text: &str, plan: &Plan, options: &Options, report: &mut Report) -> String {
    let mut joined = String::with_capacity(text.len());
    let (mut cuts, mut ends) = (Vec::new(), Vec::new());
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let content = line.trim_end_matches(['\n', '\r']);
        joined.push_str(content);
        let goes_on = lines.peek().is_some_and(|next| next.starts_with(is_han));
        if goes_on && content.ends_with(is_han) {
            cuts.push(joined.len());
            ends.push(&line[content.len()..]);
        } else {
            joined.push_str(&line[content.len()..]);
        }
    }
    let converted = convert(&joined, plan, options, report);
    let mut lines = LineCounter::new(text.as_bytes());
    report.for_each_change(|change| {
        // What the line ends before it add.
        let moved = |offset: usize, is_end: bool| {
            let before = cuts.partition_point(|cut| *cut < offset + usize::from(!is_end));
            offset
                + ends[..before.min(ends.len())]
                    .iter()
                    .map(|end| end.len())
                    .sum::<usize>()
        };
        let span = change.span.clone();
        let inside = cuts.partition_point(|cut| *cut <= span.start)
            ..cuts.partition_point(|cut| *cut < span.end);
        if !inside.is_empty() && change.before.len() == span.len() {
            let within: Vec<usize> = cuts[inside.clone()]
                .iter()
                .map(|cut| cut - span.start)
                .collect();
            change.after = cut_again(
                &change.before,
                &change.after,
                &within,
                &ends[inside.clone()],
            );
            change.before = cut_again(&change.before, &change.before, &within, &ends[inside]);
        }
        change.span = moved(span.start, false)..moved(span.end, true);
        change.line = lines.line_at(change.span.start);
    });
    cut_again(&joined, &converted, &cuts, &ends)
}

/// Puts the line ends that were between `joined`, at `cuts`, into what became of it.
fn cut_again(joined: &str, converted: &str, cuts: &[usize], ends: &[&str]) -> String {
    let places = align::quickly(joined, converted, cuts)
        .unwrap_or_else(|| align::closely(joined, converted, cuts));
    let mut cut = String::with_capacity(converted.len() + 2 * ends.len());
    let mut start = 0;
    for (place, end) in places.into_iter().zip(ends) {
        cut.push_str(&converted[start..place]);
        cut.push_str(end);
        start = place;
    }
    cut.push_str(&converted[start..]);
    cut
}

/// Whether no line of a text goes on in another.
fn is_one_line(text: &str) -> bool {
    memchr::memchr(b'\n', text.as_bytes()).is_none_or(|end| end + 1 == text.len())
}

/// The paragraphs whose lines were wrapped, with the line ends between them and not the last.
fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n').chain(std::iter::once("")) {
        let content = line.trim_end_matches(['\n', '\r']);
        let goes_on = open.last().is_some_and(|before| !ends_sentence(before))
            && content.chars().next().is_some_and(is_letter);
        if !goes_on {
            if is_wrapped(&open) {
                let length = at - start;
                let last = text[start..at].trim_end_matches(['\n', '\r']).len();
                found.push(start..start + last.min(length));
            }
            open.clear();
            start = at;
        }
        if content.is_empty() {
            open.clear();
            start = at + line.len();
        } else {
            open.push(content);
        }
        at += line.len();
    }
    found
}

/// Whether these lines are one that was wrapped.
fn is_wrapped(lines: &[&str]) -> bool {
    let [before @ .., last] = lines else {
        return false;
    };
    let width = |line: &str| line.chars().count();
    let narrowest = width(last);
    let is_cut = |line: &&str| line.chars().next_back().is_some_and(is_han);
    !before.is_empty()
        && ends_sentence(last)
        && before.iter().any(is_cut)
        && before
            .iter()
            .all(|line| (narrowest..=WIDEST).contains(&width(line)))
}

fn ends_sentence(line: &str) -> bool {
    line.trim_end()
        .trim_end_matches(['”', '」', '』', '）', ')', '"'])
        .ends_with(['。', '！', '？', '…', '!', '?', '：', '；'])
}

fn is_letter(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '，' | '、' | '“' | '「' | '《')
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        paragraphs(text)
            .into_iter()
            .map(|range| &text[range])
            .collect()
    }

    /// Else the place of a change would be longer than what it says was there.
    #[test]
    fn a_change_across_a_line_end_has_it_in_both_texts() {
        let target: super::super::Target = "zh-TW".parse().expect("a tag");
        let plan = target.plan(
            super::super::Variety::Hans,
            super::super::Provenance::Written,
        );
        let text = "这本书讲的是一个关于王\n后的故事，她的头\n发很长。\n";
        let mut report = Report::listing();
        let output = convert_wrapped(text, &plan, &Options::default(), &mut report);
        assert!(output.contains("頭\n髮"), "{output}");
        for change in report.changes() {
            assert_eq!(change.before, text[change.span.clone()]);
        }
        let has_end = |change: &crate::report::Change| change.after.contains('\n');
        assert!(report.changes().iter().any(has_end));
    }

    #[test]
    fn wrapped_paragraphs_are_found() {
        let text = "这本书讲的是一个关于王\n后的故事，她的头\n发很长。\n";
        assert_eq!(found(text), [text.trim_end()]);
        assert_eq!(found(&format!("题\n\n{text}\n{text}")).len(), 2);
        assert!(found("女王\n后来他走了，头也不回，发也不乱。\n").is_empty());
        assert!(found("王\n后\n头\n发\n").is_empty());
        assert!(found("昨天下了雪。\n路上的车开得很慢。\n").is_empty());
    }
}
