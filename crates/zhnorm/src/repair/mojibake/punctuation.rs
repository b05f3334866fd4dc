//! What a sentence says of the mark behind it.
//!
//! Of a mark of full width that lost its last byte nothing is left: ，：；）？ and others may have been
//! there, and the model sees two characters. A bracket that is open and words that ask say more.

use super::frame;

/// Marks that open and close; the first are brackets, the last three titles and headings.
const PAIRS: [(char, char); 7] = [
    ('（', '）'),
    ('「', '」'),
    ('『', '』'),
    ('“', '”'),
    ('《', '》'),
    ('【', '】'),
    ('〈', '〉'),
];

/// Characters of a sentence that are looked at.
const REACH: usize = 80;

/// Words that ask.
const ASKING: [&str; 26] = [
    "什么",
    "什麼",
    "甚麼",
    "怎么",
    "怎麼",
    "怎样",
    "怎樣",
    "如何",
    "哪",
    "为何",
    "為何",
    "是否",
    "能否",
    "吗",
    "嗎",
    "呢",
    "谁",
    "誰",
    "几",
    "幾",
    "多少",
    "有没有",
    "有沒有",
    "是不是",
    "难道",
    "難道",
];

/// Whether a character ends a line.
pub(super) fn is_line_end(ch: char) -> bool {
    matches!(ch, '\n' | '\r')
}

/// What follows a mark that ends its line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Ending {
    /// Nothing: the line goes on.
    #[default]
    Within,
    /// An item of the same list as this line.
    NextItem,
    /// The first item of a list, one of a list within this item, code, a formula or an image.
    Opened,
    /// Something else.
    Other,
}

/// What may speak for a mark or against it.
#[derive(Clone, Copy, Debug)]
enum Sign {
    /// It closes what is open: a bracket, a quotation, a title.
    ClosesBracket,
    ClosesQuotation,
    ClosesTitle,
    /// A bracket or a quotation that the end of the line closes too.
    ClosesBracketAtEnd,
    ClosesQuotationAtEnd,
    ClosesNothing,
    /// It opens what is closed behind it, or nothing is.
    Opens,
    OpensNothing,
    /// It opens what is open.
    OpensTwice,
    OpensAtEnd,
    /// A question mark behind words that ask, and elsewhere.
    Asks,
    AsksNothing,
    /// The same sign as before: `★★`.
    InRow,
    /// A dash between numbers, and another mark there.
    Range,
    NoRange,
    /// A mark at the end of a line.
    Ends(Ending, usize),
}

impl Sign {
    /// What it costs, in nats; fitted as the weights of [`super::guess`].
    fn cost(self) -> f32 {
        match self {
            Self::ClosesBracket => -4.1,
            Self::ClosesQuotation => -5.3,
            Self::ClosesTitle => -3.5,
            Self::ClosesBracketAtEnd => -4.9,
            Self::ClosesQuotationAtEnd => -1.9,
            Self::Opens => -4.2,
            Self::ClosesNothing | Self::OpensNothing => 2.9,
            Self::OpensTwice => 0.9,
            Self::OpensAtEnd => 2.8,
            Self::Asks => -3.3,
            Self::AsksNothing => 0.8,
            Self::InRow => -1.3,
            Self::Range => -0.7,
            Self::NoRange => 0.7,
            Self::Ends(ending, mark) => match ending {
                Ending::Within => 0.0,
                Ending::NextItem => NEXT_ITEM[mark],
                Ending::Opened => OPENED[mark],
                Ending::Other => OTHER[mark],
            },
        }
    }
}

/// Marks that lines end with, and what each costs there.
const ENDS: [char; 12] = [
    '，', '、', '；', '：', '。', '．', '！', '？', '）', '”', '」', '…',
];
const NEXT_ITEM: [f32; 12] = [
    2.1, 0.9, -2.9, 2.6, -1.3, 0.4, -0.3, -1.1, -1.0, 0.0, 0.3, 0.0,
];
const OPENED: [f32; 12] = [
    2.1, 0.7, 1.2, -3.8, -1.3, 0.5, 0.0, -0.1, -0.3, 0.0, 0.4, 0.0,
];
const OTHER: [f32; 12] = [
    0.3, 1.1, 0.4, 0.8, -2.8, -1.4, 0.4, 1.5, -3.4, -2.7, 0.7, 0.4,
];

/// What is in front of a mark on its line, and what is behind it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sentence {
    /// Which of [`PAIRS`] are open, and which are closed behind the mark without being open.
    open: [bool; PAIRS.len()],
    lacks: [bool; PAIRS.len()],
    asks: bool,
    ends_line: bool,
    ending: Ending,
    last: Option<char>,
    next: Option<char>,
}

/// An item of a list: how far it is indented, and with what it begins.
fn item(line: &str) -> Option<(usize, char)> {
    let indent = indent(line);
    let text = &line[indent..];
    let first = text.chars().next()?;
    let rest = &text[first.len_utf8()..];
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match first {
        '-' | '*' | '+' if rest.starts_with(' ') => Some((indent, first)),
        '0'..='9' if digits <= 3 && text[digits..].starts_with(['.', ')', '、', '）', '．']) => {
            Some((indent, '1'))
        }
        '（' | '(' if rest.starts_with(|ch: char| ch.is_ascii_digit()) => Some((indent, '(')),
        '①'..='⑳' => Some((indent, '①')),
        '|' | '>' | '•' | '·' | '●' => Some((indent, first)),
        _ => None,
    }
}

/// Whether a line is code, a formula or an image.
fn is_other_than_prose(line: &str) -> bool {
    let line = line.trim_start();
    ["```", "$$", "![", "<img", "{%", "~~~"]
        .iter()
        .any(|start| line.starts_with(start))
}

impl Ending {
    /// `line` ends with the mark, and `below` follows it.
    fn between(line: &str, below: &str) -> Self {
        let here = item(line);
        let mut lines = below.split('\n');
        let mut next = lines.next().unwrap_or_default();
        let mut is_apart = false;
        while next.trim().is_empty() {
            is_apart = true;
            match lines.next() {
                Some(line) => next = line,
                None => return Self::Other,
            }
        }
        let there = item(next);
        match (here, there) {
            (Some(here), Some(there)) if here == there => Self::NextItem,
            (Some(here), Some(there)) if there.0 > here.0 => Self::Opened,
            (None, Some(_)) => Self::Opened,
            _ if is_other_than_prose(next) => Self::Opened,
            _ if is_apart && indent(next) >= indent(line) + 4 => Self::Opened,
            _ => Self::Other,
        }
    }
}

/// Arrows, shapes and stars, of which people write rows.
fn is_shape(ch: char) -> bool {
    matches!(ch, '\u{2190}'..='\u{24FF}' | '\u{2580}'..='\u{2BFF}')
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

impl Sentence {
    /// The end of a text, which `next` follows; `rest` is behind it on its line as far as it is known,
    /// and `below` are the next lines.
    pub(super) fn around(
        text: &str,
        next: Option<char>,
        rest: impl Iterator<Item = char>,
        below: &str,
    ) -> Self {
        let mut found = Self {
            ends_line: next.is_none_or(is_line_end),
            last: text.chars().next_back(),
            next,
            ..Self::default()
        };
        let mut closed = [0usize; PAIRS.len()];
        let (mut start, mut sentence) = (text.len(), None);
        for (at, ch) in text.char_indices().rev().take(REACH) {
            if ch == '\n' {
                break;
            }
            if matches!(ch, '。' | '！' | '？' | '；') && sentence.is_none() {
                sentence = Some(at + ch.len_utf8());
            }
            start = at;
            // A bracket may be of half width.
            let wide = match ch {
                '(' => '（',
                ')' => '）',
                _ => ch,
            };
            if let Some(pair) = PAIRS.iter().position(|(_, close)| *close == wide) {
                closed[pair] += 1;
            } else if let Some(pair) = PAIRS.iter().position(|(open, _)| *open == wide) {
                found.open[pair] |= closed[pair] == 0;
                closed[pair] = closed[pair].saturating_sub(1);
            }
        }
        let sentence = &text[sentence.unwrap_or(start)..];
        found.asks = ASKING.iter().any(|word| sentence.contains(word));
        let mut opened = [0usize; PAIRS.len()];
        for ch in rest.take(REACH).take_while(|ch| !is_line_end(*ch)) {
            if let Some(pair) = PAIRS.iter().position(|(open, _)| *open == ch) {
                opened[pair] += 1;
            } else if let Some(pair) = PAIRS.iter().position(|(_, close)| *close == ch) {
                found.lacks[pair] |= opened[pair] == 0;
                opened[pair] = opened[pair].saturating_sub(1);
            }
        }
        if found.ends_line {
            let line = text.rsplit('\n').next().unwrap_or_default();
            found.ending = Ending::between(line, below);
        }
        found
    }

    /// What a character costs here, beside what the model says.
    pub(super) fn cost(self, ch: char) -> f32 {
        let signs = [
            self.of_pair(ch),
            (ch == '？').then_some(if self.asks {
                Sign::Asks
            } else {
                Sign::AsksNothing
            }),
            (is_shape(ch) && self.last == Some(ch)).then_some(Sign::InRow),
            self.is_between_numbers().then_some(if ch == '—' {
                Sign::Range
            } else {
                Sign::NoRange
            }),
            self.at_end(ch),
        ];
        let signs: f32 = signs.into_iter().flatten().map(Sign::cost).sum();
        signs + frame::cost(self.last, ch, self.next)
    }

    /// What a mark of a pair does here.
    fn of_pair(self, ch: char) -> Option<Sign> {
        let closes = PAIRS.iter().position(|(_, close)| *close == ch);
        let opens = PAIRS.iter().position(|(open, _)| *open == ch);
        match (closes, opens) {
            (Some(pair), _) => Some(match (self.open[pair], pair, self.ends_line) {
                (false, ..) => Sign::ClosesNothing,
                (true, 0, false) => Sign::ClosesBracket,
                (true, 0, true) => Sign::ClosesBracketAtEnd,
                (true, 1..=3, false) => Sign::ClosesQuotation,
                (true, 1..=3, true) => Sign::ClosesQuotationAtEnd,
                (true, ..) => Sign::ClosesTitle,
            }),
            (_, Some(_)) if self.ends_line => Some(Sign::OpensAtEnd),
            (_, Some(pair)) => Some(match (self.open[pair], self.lacks[pair]) {
                (true, _) => Sign::OpensTwice,
                (false, true) => Sign::Opens,
                (false, false) => Sign::OpensNothing,
            }),
            (None, None) => None,
        }
    }

    fn is_between_numbers(self) -> bool {
        let is_of_number =
            |ch: char| ch.is_ascii_digit() || matches!(ch, '年' | '月' | '日' | '%' | '％');
        self.last.is_some_and(is_of_number) && self.next.is_some_and(|next| next.is_ascii_digit())
    }

    fn at_end(self, ch: char) -> Option<Sign> {
        let mark = ENDS.iter().position(|end| *end == ch)?;
        Some(Sign::Ends(self.ending, mark))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_questions_tell_the_mark() {
        for (text, is_open, asks) in [
            ("今天下雨", false, false),
            ("（今天下雨", true, false),
            ("（今天）下雨", false, false),
            ("（今天（下午）下雨", true, false),
            ("（今天\n下雨", false, false),
            ("为什么下雨", false, true),
            ("为什么？今天下雨", false, false),
        ] {
            let found = Sentence::around(text, None, "".chars(), "");
            assert_eq!((found.open[0], found.asks), (is_open, asks), "{text}");
        }
        let sentence = Sentence::around("（今天下雨", Some('\n'), "".chars(), "");
        assert!(sentence.cost('）') < sentence.cost('，'));
        assert!(sentence.cost('，') < sentence.cost('？'));
        assert!(sentence.cost('，') < sentence.cost('」'));
        assert!(sentence.cost('，') < sentence.cost('（'));
    }
}
