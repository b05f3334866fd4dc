//! Quotation marks: the mainland's “ ” ‘ ’ and the corner brackets 「 」 『 』 of Taiwan and Hong
//! Kong.
//!
//! OpenCC leaves quotation marks as they are. Here they are paired first, because the mark to
//! write depends on its level: the outermost quotation takes “ ” or 「 」, one inside
//! it ‘ ’ or 『 』, one inside that “ ” or 「 」 again, whatever marks the text had. An apostrophe is
//! no quotation mark, nor is a ‘ or ’ that has no partner in its line.

use std::borrow::Cow;
use std::str::FromStr;

use super::Error;
use crate::report::{Change, LineCounter, Report, Stage};

/// Which quotation marks to write.
///
/// ```
/// use zhnorm::convert::QuoteStyle;
///
/// assert_eq!("corner".parse::<QuoteStyle>()?, QuoteStyle::Corner);
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum QuoteStyle {
    /// Leave them as they are.
    #[default]
    Keep,
    /// 「 」 and, inside, 『 』.
    Corner,
    /// “ ” and, inside, ‘ ’.
    Curly,
}

impl QuoteStyle {
    /// The names that its [`FromStr`] takes.
    pub const NAMES: [&'static str; 3] = ["keep", "corner", "curly"];

    /// Its name: `keep`, `corner` or `curly`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Corner => "corner",
            Self::Curly => "curly",
        }
    }
}

impl FromStr for QuoteStyle {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        [Self::Keep, Self::Corner, Self::Curly]
            .into_iter()
            .find(|style| style.name() == name)
            .ok_or_else(|| Error::UnknownQuotes {
                style: name.to_owned(),
            })
    }
}

/// A kind of quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MarkKind {
    /// “ ”
    Double,
    /// ‘ ’
    Single,
    /// 「 」
    Corner,
    /// 『 』
    WhiteCorner,
}

impl MarkKind {
    fn index(self) -> usize {
        self as usize
    }

    fn is_curly(self) -> bool {
        matches!(self, Self::Double | Self::Single)
    }

    /// The opening and the closing mark.
    fn marks(self) -> [&'static str; 2] {
        match self {
            Self::Double => ["“", "”"],
            Self::Single => ["‘", "’"],
            Self::Corner => ["「", "」"],
            Self::WhiteCorner => ["『", "』"],
        }
    }

    /// What is written inside a quotation with these marks, and the other way round.
    fn other(self) -> Self {
        match self {
            Self::Double => Self::Single,
            Self::Single => Self::Double,
            Self::Corner => Self::WhiteCorner,
            Self::WhiteCorner => Self::Corner,
        }
    }
}

/// A quotation mark of the text.
struct Mark {
    /// Its byte offset; every mark has three bytes.
    at: usize,
    kind: MarkKind,
    opens: bool,
    /// Whether it is the first of its line, blanks aside.
    begins_line: bool,
    /// Where its line is among the lines that have marks.
    line: usize,
    pairing: Pairing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pairing {
    None,
    /// It has a partner.
    Paired,
    /// It opens one more paragraph of a quotation that began earlier.
    Continues,
}

/// Writes quotation marks in a style.
///
/// - Marks of the other style that form a pair are replaced, and nest as the style wants; marks
///   already in the style count as levels and are kept.
/// - A “ or ” without a partner is replaced too (a quotation of several paragraphs opens each and
///   closes the last); a ‘ or ’ without a partner is kept, and so is ’ between letters.
/// - Vertical forms (﹁), straight marks (") and 《 》 are not quotation marks here.
///
/// Borrowed when nothing changes. Each mark is one change, under `quotes.corner` or
/// `quotes.curly`. Linear in the text.
pub(super) fn requote<'a>(text: &'a str, style: QuoteStyle, report: &mut Report) -> Cow<'a, str> {
    /// Marks that cross each other (‘“」’) pair only when those between are written. Each pass
    /// leaves fewer; no written text needs more than these.
    const PASSES: usize = 8;
    let rule = match style {
        QuoteStyle::Keep => return Cow::Borrowed(text),
        QuoteStyle::Corner => "quotes.corner",
        QuoteStyle::Curly => "quotes.curly",
    };
    let mut requoted = Cow::Borrowed(text);
    for _ in 0..PASSES {
        match pass(&requoted, style) {
            Some(next) => requoted = Cow::Owned(next),
            None => break,
        }
    }
    let mut lines = LineCounter::new(text.as_bytes());
    let mut changed = 0;
    for ((at, before), after) in text.char_indices().zip(requoted.chars()) {
        if before == after {
            continue;
        }
        changed += 1;
        if report.lists() {
            let place = at..at + before.len_utf8();
            let (before, after) = (before.to_string(), after.to_string());
            report.record(Change::edit(
                Stage::Convert,
                rule,
                place,
                lines.line_at(at),
                before,
                after,
            ));
        }
    }
    if !report.lists() {
        report.count(Stage::Convert, rule, changed);
    }
    requoted
}

/// Writes the marks that form pairs in this pass; `None` when nothing changes.
fn pass(text: &str, style: QuoteStyle) -> Option<String> {
    let primary = if style == QuoteStyle::Corner {
        MarkKind::Corner
    } else {
        MarkKind::Double
    };
    let mut marks = marks(text);
    pair(&mut marks);

    let mut output = String::new();
    let mut copied = 0;
    // The kinds written for the pairs that are open, innermost last.
    let mut open: Vec<MarkKind> = Vec::new();
    for mark in &marks {
        let inside = |open: &[MarkKind]| open.last().map_or(primary, |kind| kind.other());
        let foreign = mark.kind.is_curly() != primary.is_curly();
        let kind = match (mark.pairing, mark.opens) {
            (Pairing::Paired, true) => {
                let kind = if foreign { inside(&open) } else { mark.kind };
                open.push(kind);
                kind
            }
            (Pairing::Paired, false) => open.pop().unwrap_or(primary),
            (Pairing::Continues, _) => open.last().copied().unwrap_or(primary),
            (Pairing::None, _) if matches!(mark.kind, MarkKind::Single) => continue,
            (Pairing::None, _) if mark.kind == MarkKind::WhiteCorner => primary.other(),
            (Pairing::None, _) => primary,
        };
        if !foreign {
            continue;
        }
        let place = mark.at..mark.at + 3;
        let after = kind.marks()[usize::from(!mark.opens)];
        output.push_str(&text[copied..place.start]);
        output.push_str(after);
        copied = place.end;
    }
    if copied == 0 {
        return None;
    }
    output.push_str(&text[copied..]);
    Some(output)
}

/// The quotation marks of a text. Apostrophes between letters are none.
fn marks(text: &str) -> Vec<Mark> {
    let bytes = text.as_bytes();
    let mut marks: Vec<Mark> = Vec::new();
    let (mut line, mut line_start) = (0, 0);
    for at in memchr::memchr3_iter(0xE2, 0xE3, b'\n', bytes) {
        let (kind, opens) = match bytes[at..] {
            [b'\n', ..] => {
                line += 1;
                line_start = at + 1;
                continue;
            }
            [0xE2, 0x80, mark @ 0x98..=0x99, ..] => (MarkKind::Single, mark == 0x98),
            [0xE2, 0x80, mark @ 0x9C..=0x9D, ..] => (MarkKind::Double, mark == 0x9C),
            [0xE3, 0x80, mark @ 0x8C..=0x8D, ..] => (MarkKind::Corner, mark == 0x8C),
            [0xE3, 0x80, mark @ 0x8E..=0x8F, ..] => (MarkKind::WhiteCorner, mark == 0x8E),
            _ => continue,
        };
        if kind == MarkKind::Single && !opens && is_apostrophe(text, at) {
            continue;
        }
        marks.push(Mark {
            at,
            kind,
            opens,
            // The blanks of a paragraph's start are few; a longer run is no paragraph's start.
            begins_line: at - line_start <= 32 && text[line_start..at].trim().is_empty(),
            line,
            pairing: Pairing::None,
        });
    }
    marks
}

/// Whether the ’ at `at` is between letters of an alphabet that uses apostrophes.
fn is_apostrophe(text: &str, at: usize) -> bool {
    let is_letter = |character: char| character.is_alphanumeric() && character < '\u{2E80}';
    text[..at].chars().next_back().is_some_and(is_letter)
        && text[at + 3..].chars().next().is_some_and(is_letter)
}

/// Finds the pairs. A closing mark pairs with the last open mark of its kind, and what was opened
/// after that has no partner.
fn pair(marks: &mut [Mark]) {
    // Indices of open marks, and how many of each kind, so that a closing mark never searches in
    // vain: each mark is pushed and popped once.
    let mut open: Vec<usize> = Vec::new();
    let mut counts = [0usize; 4];
    for index in 0..marks.len() {
        let line = marks[index].line;
        // A ‘ lasts to the end of its line: further on, it was an apostrophe.
        while let Some(&last) = open.last()
            && marks[last].kind == MarkKind::Single
            && marks[last].line != line
        {
            open.pop();
            counts[MarkKind::Single.index()] -= 1;
        }
        let kind = marks[index].kind;
        if marks[index].opens {
            // The same mark again in a later line: either the paragraphs of one quotation each
            // open with it, or the earlier one was never closed.
            while let Some(&last) = open.last()
                && marks[last].kind == kind
                && marks[last].line != line
            {
                if marks[index].begins_line {
                    marks[index].pairing = Pairing::Continues;
                    break;
                }
                open.pop();
                counts[kind.index()] -= 1;
            }
            if marks[index].pairing == Pairing::None {
                open.push(index);
                counts[kind.index()] += 1;
            }
            continue;
        }
        let pairs = match kind {
            // Crossing another open mark, ’ is more likely an apostrophe than a closing mark.
            MarkKind::Single => open.last().is_some_and(|last| marks[*last].kind == kind),
            _ => counts[kind.index()] > 0,
        };
        while pairs && let Some(last) = open.pop() {
            counts[marks[last].kind.index()] -= 1;
            if marks[last].kind == kind {
                marks[last].pairing = Pairing::Paired;
                marks[index].pairing = Pairing::Paired;
                break;
            }
        }
    }
    // What continues a quotation that is never closed is an opening mark like any other.
    let mut inside = 0usize;
    for mark in marks {
        match mark.pairing {
            Pairing::Paired if mark.opens => inside += 1,
            Pairing::Paired => inside -= 1,
            Pairing::Continues if inside == 0 => mark.pairing = Pairing::None,
            Pairing::Continues | Pairing::None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn corner(text: &str) -> String {
        requote(text, QuoteStyle::Corner, &mut Report::listing()).into_owned()
    }

    fn curly(text: &str) -> String {
        requote(text, QuoteStyle::Curly, &mut Report::listing()).into_owned()
    }

    #[test]
    fn quotations_nest_whatever_marks_the_text_had() {
        for (curly_text, corner_text) in [
            ("“甲”", "「甲」"),
            ("“甲‘乙’丙”", "「甲『乙』丙」"),
            ("“甲‘乙“丙”丁’戊”", "「甲『乙「丙」丁』戊」"),
        ] {
            assert_eq!(corner(curly_text), corner_text);
            assert_eq!(curly(corner_text), curly_text);
        }
        assert_eq!(corner("“甲“乙”丙”"), "「甲『乙』丙」");
        assert_eq!(corner("‘甲“乙”丙’"), "「甲『乙』丙」");
        assert_eq!(corner("「甲“乙”丙」"), "「甲『乙』丙」");
        assert_eq!(curly("『書』"), "“書”");
    }

    #[test]
    fn apostrophes_and_other_marks_stay() {
        for text in [
            "it’s",
            "rock ’n’ roll",
            "the dogs’ bowl",
            "\"甲\" '乙'",
            "﹁甲﹂",
            "《甲》〈乙〉",
            "‘90s",
        ] {
            assert_eq!(corner(text), text);
            assert_eq!(curly(text), text);
        }
        assert_eq!(corner("“it’s 甲”"), "「it’s 甲」");
        assert_eq!(corner("‘it’s 甲’"), "「it’s 甲」");
    }

    #[test]
    fn a_quotation_of_several_paragraphs_opens_each() {
        assert_eq!(
            corner("“甲‘乙’\n“丙‘丁’\n　　“戊”后“己”"),
            "「甲『乙』\n「丙『丁』\n　　「戊」后「己」"
        );
    }

    #[test]
    fn an_unbalanced_mark_spoils_only_itself() {
        assert_eq!(corner("“甲\n他说“乙‘丙’”。"), "「甲\n他说「乙『丙』」。");
        assert_eq!(corner("甲”\n“乙”"), "甲」\n「乙」");
        assert_eq!(corner("“甲‘乙”丙’"), "「甲‘乙」丙’");
    }

    proptest! {
        #[test]
        fn twice_is_once_and_only_marks_change(
            text in "[“”‘’「」『』a甲\n 《》\"']{0,24}|\\PC{0,40}"
        ) {
            for style in [QuoteStyle::Corner, QuoteStyle::Curly] {
                let mut report = Report::listing();
                let once = requote(&text, style, &mut report).into_owned();
                prop_assert_eq!(&requote(&once, style, &mut Report::counting()), &once);
                let is_mark = |character: &char| "“”‘’「」『』".contains(*character);
                let others = |text: &str| -> String {
                    text.chars().filter(|character| !is_mark(character)).collect()
                };
                prop_assert_eq!(others(&once), others(&text));
                prop_assert_eq!(once.chars().count(), text.chars().count());
                let differing = once.chars().zip(text.chars()).filter(|(a, b)| a != b).count();
                prop_assert_eq!(report.changes().len(), differing);
            }
        }

        /// Well-nested quotations come back.
        #[test]
        fn there_and_back_is_where_it_was(depth in 1usize..8, times in 1usize..4) {
            let mut text = String::from("甲");
            for level in (0..depth).rev() {
                text = if level % 2 == 0 {
                    format!("“乙{text}丙”")
                } else {
                    format!("‘乙{text}丙’")
                };
            }
            let text = text.repeat(times);
            prop_assert_eq!(curly(&corner(&text)), text);
        }
    }
}
