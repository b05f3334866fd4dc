//! What the line around a place holds, for places that come in rising order.
//!
//! Text that was copied from a PDF has a place to ask about every few characters. To read the line
//! around each anew would cost more than all else together, so a window moves along with the
//! places, and only what enters and leaves it is counted.

use super::Place;
use zhnorm_lang::characters::is_ideograph;

/// How far a line is looked at on each side, in characters.
const REACH: usize = 120;

/// Words of texts about characters, in both scripts.
const TOPICS: &[&str] = &[
    "U+",
    "u+",
    "Unicode",
    "unicode",
    "部首",
    "偏旁",
    "字头",
    "字頭",
    "字旁",
    "兼容",
    "相容",
    "笔画",
    "筆畫",
    "异体",
    "異體",
    "零宽",
    "零寬",
    "零宽度",
    "BOM",
    "软连字符",
    "軟連字",
    "字形",
    "碼位",
    "码位",
    "字源",
];

/// A bit for the last byte of each topic, by its lowest six bits.
const LAST_BYTES: u64 = {
    let (mut bits, mut topic) = (0, 0);
    while topic < TOPICS.len() {
        let bytes = TOPICS[topic].as_bytes();
        bits |= 1 << (bytes[bytes.len() - 1] & 63);
        topic += 1;
    }
    bits
};

/// What the line of a place holds beside the character there.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Line {
    pub(super) ideographs: usize,
    pub(super) substitutes: usize,
    /// Rows of the two.
    pub(super) runs: usize,
    pub(super) hangul: usize,
    pub(super) kana: usize,
    pub(super) sentence_ends: usize,
    pub(super) commas: usize,
    pub(super) tabs: usize,
    pub(super) descriptions: usize,
}

impl Line {
    /// Counts a character in, or out again. Rows are the window's affair.
    fn count(&mut self, ch: char, by: isize) {
        let count = |sum: &mut usize, is: bool| {
            if is {
                *sum = sum.saturating_add_signed(by);
            }
        };
        count(&mut self.ideographs, is_ideograph(ch));
        count(&mut self.substitutes, is_substitute(ch));
        count(&mut self.hangul, is_hangul(ch));
        count(&mut self.kana, is_kana(ch));
        count(&mut self.sentence_ends, matches!(ch, '。' | '！' | '？'));
        count(&mut self.commas, ch == '，');
        count(&mut self.tabs, ch == '\t');
        count(
            &mut self.descriptions,
            matches!(ch, '\u{2FF0}'..='\u{2FFF}'),
        );
    }
}

/// The window: a part of one line, from [`REACH`] characters before a place to as many after it.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    text: &'a str,
    /// The place that it is around.
    at: usize,
    /// The bytes in it, and its characters on each side; that of the place is the first after it.
    from: usize,
    to: usize,
    before: usize,
    after: usize,
    line: Line,
    /// Where the last topic in it begins.
    topic: Option<usize>,
    /// Characters that entered it, by which a test sees how much was read.
    #[cfg(test)]
    entered: usize,
}

impl<'a> Surroundings<'a> {
    /// Around no place yet.
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            from: 0,
            to: 0,
            before: 0,
            after: 0,
            line: Line::default(),
            topic: None,
            #[cfg(test)]
            entered: 0,
        }
    }

    /// What the line of a place holds without the character there.
    pub(super) fn line(&mut self, place: Place<'_>) -> Line {
        self.go_to(place);
        let mut line = self.line.clone();
        line.count(place.ch, -1);
        let end = place.start + place.ch.len_utf8();
        let is_inside = |ch: Option<char>| ch.is_some_and(is_in_row);
        let last = is_inside(self.text[self.from..place.start].chars().next_back());
        let next = is_inside(self.text[end..self.to].chars().next());
        let own = is_in_row(place.ch);
        let begins = |before: bool, here: bool| usize::from(here && !before);
        line.runs = line.runs + begins(last, next) - begins(last, own) - begins(own, next);
        line
    }

    /// Whether the line of a place speaks of characters.
    pub(super) fn speaks_of_characters(&mut self, place: Place<'_>) -> bool {
        self.go_to(place);
        self.topic.is_some_and(|start| start >= self.from)
    }

    fn go_to(&mut self, place: Place<'_>) {
        let start = place.start;
        if start < self.at || start >= self.to {
            let here = |ch: &char| *ch != '\n';
            let before = place.before().take(REACH).take_while(here);
            self.from = start - before.map(char::len_utf8).sum::<usize>();
            (self.at, self.to) = (self.from, self.from);
            (self.before, self.after) = (0, 0);
            (self.line, self.topic) = (Line::default(), None);
            while self.to < start {
                self.enter();
            }
        }
        let passed = self.text[self.at..start].chars().count();
        self.at = start;
        self.before += passed;
        self.after -= passed;
        // The place's own character is not one of those after it.
        while self.after <= REACH && self.enter() {}
        while self.before > REACH {
            self.leave();
        }
    }

    /// Takes in the next character of the line, if there is one.
    fn enter(&mut self) -> bool {
        let next = self.text[self.to..].chars().next();
        let Some(ch) = next.filter(|ch| *ch != '\n') else {
            return false;
        };
        let last = self.text[self.from..self.to].chars().next_back();
        self.line.runs += usize::from(is_in_row(ch) && !last.is_some_and(is_in_row));
        self.line.count(ch, 1);
        self.to += ch.len_utf8();
        self.after += 1;
        let window = &self.text[self.from..self.to];
        if let Some(last) = window.bytes().next_back()
            && LAST_BYTES >> (last & 63) & 1 != 0
        {
            let topics = TOPICS.iter().filter(|topic| window.ends_with(**topic));
            let shortest = topics.map(|topic| topic.len()).min();
            self.topic = shortest.map(|length| self.to - length).or(self.topic);
        }
        #[cfg(test)]
        {
            self.entered += 1;
        }
        true
    }

    /// Drops its first character.
    fn leave(&mut self) {
        let mut characters = self.text[self.from..self.to].chars();
        let Some(ch) = characters.next() else { return };
        let next = characters.next().is_some_and(is_in_row);
        self.line.runs -= usize::from(is_in_row(ch) && !next);
        self.line.count(ch, -1);
        self.from += ch.len_utf8();
        self.before -= 1;
    }
}

pub(super) fn is_radical(ch: char) -> bool {
    matches!(ch, '\u{2E80}'..='\u{2FDF}')
}

/// Radicals and compatibility ideographs.
pub(super) fn is_substitute(ch: char) -> bool {
    is_radical(ch) || matches!(ch, '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}')
}

fn is_in_row(ch: char) -> bool {
    is_ideograph(ch) || is_substitute(ch)
}

fn is_hangul(ch: char) -> bool {
    matches!(ch, '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7A3}')
}

fn is_kana(ch: char) -> bool {
    matches!(ch, '\u{3041}'..='\u{30FA}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, read anew.
    fn counted(place: Place<'_>) -> (Line, bool) {
        let here = |ch: &char| *ch != '\n';
        let mut before: Vec<char> = place.before().take(REACH).take_while(here).collect();
        before.reverse();
        let after: Vec<char> = place.after().take(REACH).take_while(here).collect();
        let mut line = Line::default();
        let mut inside = false;
        for &ch in before.iter().chain(&after) {
            line.count(ch, 1);
            line.runs += usize::from(is_in_row(ch) && !inside);
            inside = is_in_row(ch);
        }
        let whole: String = before.iter().chain([&place.ch]).chain(&after).collect();
        (line, TOPICS.iter().any(|topic| whole.contains(topic)))
    }

    fn places(text: &str) -> impl Iterator<Item = Place<'_>> {
        let places = text.char_indices();
        places.map(move |(start, ch)| Place { text, start, ch })
    }

    proptest! {
        #[test]
        fn the_window_holds_what_is_around_each_place(
            pieces in prop::collection::vec(
                "[一-龥⼀-⿕，。\t\n]{0,90}|[가-힣ぁ-ん a-z⿰豈]{0,40}|部首|U\\+|零宽度",
                0..20,
            ),
            step in 1usize..300,
        ) {
            let text = pieces.concat();
            let mut around = Surroundings::new(&text);
            for place in places(&text).filter(|place| place.ch != '\n').step_by(step) {
                let (line, speaks) = counted(place);
                prop_assert_eq!(around.speaks_of_characters(place), speaks);
                prop_assert_eq!(around.line(place), line);
            }
        }
    }

    #[test]
    fn each_character_is_read_once() {
        let text = "使⽤者很⻓，⽅⾯很多。".repeat(500);
        let mut around = Surroundings::new(&text);
        for place in places(&text).filter(|place| is_radical(place.ch)) {
            around.line(place);
        }
        assert!(around.entered <= text.chars().count());
    }
}
