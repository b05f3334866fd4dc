//! One way to write a line, for matching only.
//!
//! Each character of the line becomes what [`fold`](super::fold) says; of a run of blanks one is
//! left, of several full stops an ellipsis; bullets at both ends and pinyin annotations go. The
//! copy is thrown away after matching: what is kept is kept byte for byte as it was.
//!
//! Every line of every document is folded, so the copy is made of UTF-16 units: all that the rules
//! are about is one unit, which is looked up without being taken apart.

use super::fold::{ANNOTATING, ELLIPSIS, GONE, is_bullet, is_chinese, is_frame};
use super::traits::{ODD, Table, Traits, UNEVEN, answers, words};

const BLANK: u16 = b' ' as u16;
const STOP: u16 = b'.' as u16;
const OPENING: u16 = b'(' as u16;
const DOTS: u16 = ELLIPSIS as u16;

/// The letters of which a pinyin annotation holds one.
const TONED: &str = "āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜü";

/// First units of the pairs that stand for [`is_bullet`]'s characters outside the basic plane.
const BULLET_PAIRS: std::ops::RangeInclusive<u16> = 0xD83C..=0xD83E;

/// Memory for this many units is enough for nearly all lines.
const MOST_LINES: usize = 1024;

/// A folded line, and the memory for the next one.
#[derive(Debug, Default)]
pub(super) struct Folded {
    buffer: Vec<u16>,
    traits: Vec<Traits>,
    start: usize,
    end: usize,
    /// Whether the line holds characters of two units.
    pairs: bool,
    /// Whether there was more of the line than the limit.
    cut: bool,
    /// Whether hint words may begin in it.
    has_hints: bool,
}

impl Folded {
    /// Folds a line in place of the last one. Reads at most `limit` characters, of an annotation
    /// none.
    pub(super) fn fold(&mut self, line: &str, limit: usize, table: &Table) {
        let mut found = self.look_up(line, limit, table);
        // An annotation may have been cut off with what was not read.
        if ((found & ODD != 0 && self.may_annotate()) || self.cut)
            && let Some(line) = without_annotations(line, table)
        {
            found = self.look_up(&line, limit, table);
        }
        if found & UNEVEN != 0 {
            self.even_out(table);
            found = answers(&self.traits[self.start..self.end]);
        }
        self.has_hints = found & !UNEVEN != 0;
        (self.start, self.end) = self.without(is_bullet);
    }

    /// Looks up each character; gives what is found about neighbours.
    fn look_up(&mut self, line: &str, limit: usize, table: &Table) -> Traits {
        // One unit for one to three bytes, two for four.
        let most = line.len().min(limit.saturating_mul(2));
        if self.buffer.len() < most {
            self.buffer.resize(most.max(MOST_LINES), 0);
            self.traits.resize(most.max(MOST_LINES), 0);
        }
        let (units, traits) = (&mut self.buffer[..most], &mut self.traits[..most]);
        let (end, pairs, rest) = translate(line.as_bytes(), units, traits, limit, table);
        // An indent is no run of blanks: it goes with the bullets.
        let blanks = units[..end].iter().take_while(|&&unit| unit == BLANK);
        self.start = blanks.count();
        self.end = end;
        self.pairs = pairs > 0;
        self.cut = rest > 0;
        answers(&traits[self.start..end])
    }

    /// Whether a letter is in the line that annotations hold.
    fn may_annotate(&self) -> bool {
        let units = &self.buffer[self.start..self.end];
        units.iter().any(|unit| ANNOTATING.contains(unit))
    }

    /// Leaves one of each run of blanks, an ellipsis of a run of full stops, and nothing of what
    /// leaves no trace.
    fn even_out(&mut self, table: &Table) {
        let units = &mut self.buffer[self.start..self.end];
        let traits = &mut self.traits[self.start..self.end];
        let is_stop = |unit: u16| unit == STOP || unit == DOTS;
        let mut end = 0;
        let mut last = BLANK;
        for at in 0..units.len().min(traits.len()) {
            let unit = units[at];
            if is_stop(unit) && is_stop(last) {
                last = DOTS;
                (units[end - 1], traits[end - 1]) = table.get(DOTS);
                continue;
            }
            // Written over by the next one when it goes: without a branch.
            (units[end], traits[end]) = (unit, traits[at]);
            let goes = unit == GONE || (unit == BLANK && last == BLANK);
            end += usize::from(!goes);
            last = if unit == GONE { last } else { unit };
        }
        self.end = self.start + end;
    }

    /// Gives the places in the folded line where a hint word may begin.
    #[inline]
    pub(super) fn words(&self, tell: impl FnMut(usize)) {
        if self.has_hints {
            words(&self.traits[self.start..self.end], tell);
        }
    }

    /// The folded line.
    pub(super) fn units(&self) -> &[u16] {
        &self.buffer[self.start..self.end]
    }

    /// The folded line without what frames it: brackets around it, colons, arrows, dashes and full
    /// stops at its ends. `[相关阅读]:` and `>> 相关阅读` are both `相关阅读`.
    pub(super) fn core(&self) -> &[u16] {
        let (start, end) = self.without(is_frame);
        &self.buffer[start..end]
    }

    /// The length in characters.
    pub(super) fn length(&self) -> usize {
        let units = self.units();
        if self.pairs {
            units.len() - units.iter().filter(|&&unit| unit >> 10 == 0x36).count()
        } else {
            units.len()
        }
    }

    /// Writes the folded line into `text`, which is cleared first.
    pub(super) fn write(&self, text: &mut String) {
        text.clear();
        text.extend(chars(self.units()));
    }

    /// Where the line starts and ends without such characters at its ends.
    fn without(&self, is: fn(char) -> bool) -> (usize, usize) {
        let (mut start, mut end) = (self.start, self.end);
        let is = |unit: u16| char::from_u32(u32::from(unit)).is_some_and(is);
        while start < end {
            let unit = self.buffer[start];
            if is(unit) {
                start += 1;
            } else if BULLET_PAIRS.contains(&unit) {
                start += 2;
            } else {
                break;
            }
        }
        while start < end {
            let unit = self.buffer[end - 1];
            if is(unit) {
                end -= 1;
            } else if unit >> 10 == 0x37 && BULLET_PAIRS.contains(&self.buffer[end - 2]) {
                end -= 2;
            } else {
                break;
            }
        }
        (start, end)
    }
}

/// The characters of folded units, which never hold half a pair.
pub(super) fn chars(units: &[u16]) -> impl Iterator<Item = char> {
    char::decode_utf16(units.iter().copied())
        .map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// A text folded.
pub(super) fn folded(text: &str) -> Folded {
    let mut folded = Folded::default();
    folded.fold(text, usize::MAX, Table::plain());
    folded
}

/// Looks up each character of a UTF-8 text, `limit` of them at most, for whose units there is room;
/// gives the number of units, how many characters have two, and how many bytes were not read.
fn translate(
    text: &[u8],
    units: &mut [u16],
    traits: &mut [Traits],
    limit: usize,
    table: &Table,
) -> (usize, usize, usize) {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    /// The bits that are the same in the first bytes of four characters of three bytes, and what
    /// they are.
    const FOUR: (u64, u32) = lead_bits(0xF0);
    const THREE_BYTES: (u64, u32) = lead_bits(0xE0);
    let three = |a: u8, b: u8, c: u8| {
        // The bits that mark the bytes as parts of a character go by overflow and by subtraction.
        let (a, b) = (u16::from(a) << 12, u16::from(b) << 6);
        let code = a.wrapping_add(b).wrapping_add(u16::from(c));
        table.get(code.wrapping_sub(0x2080))
    };
    let mut rest = text;
    let mut end = 0;
    let mut pairs = 0;
    let mut most = limit.min(units.len());
    while end < most {
        match *rest {
            [a @ 0xE0..=0xEF, b, c, ..] => {
                if let (Some(from), Some(units), Some(traits)) = (
                    rest.first_chunk::<12>(),
                    units[end..most].first_chunk_mut::<4>(),
                    traits[end..most].first_chunk_mut::<4>(),
                ) && split(from).0 & FOUR.0 == THREE_BYTES.0
                    && split(from).1 & FOUR.1 == THREE_BYTES.1
                {
                    for (at, from) in from.as_chunks::<3>().0.iter().enumerate() {
                        (units[at], traits[at]) = three(from[0], from[1], from[2]);
                    }
                    end += 4;
                    rest = &rest[12..];
                } else {
                    (units[end], traits[end]) = three(a, b, c);
                    end += 1;
                    rest = &rest[3..];
                }
            }
            [a @ 0..0x80, ..] => {
                if let (Some(from), Some(units), Some(traits)) = (
                    rest.first_chunk::<8>(),
                    units[end..most].first_chunk_mut::<8>(),
                    traits[end..most].first_chunk_mut::<8>(),
                ) && u64::from_ne_bytes(*from) & HIGH == 0
                {
                    for (at, from) in from.iter().enumerate() {
                        (units[at], traits[at]) = table.get(u16::from(*from));
                    }
                    end += 8;
                    rest = &rest[8..];
                } else {
                    (units[end], traits[end]) = table.get(u16::from(a));
                    end += 1;
                    rest = &rest[1..];
                }
            }
            [a @ 0xC0..=0xDF, b, ..] => {
                let code = u16::from(a & 0x1F) << 6 | u16::from(b & 0x3F);
                (units[end], traits[end]) = table.get(code);
                end += 1;
                rest = &rest[2..];
            }
            [a, b, c, d, ..] => {
                let low = |byte: u8| u32::from(byte & 0x3F);
                let code = u32::from(a & 7) << 18 | low(b) << 12 | low(c) << 6 | low(d);
                let above = code.wrapping_sub(0x1_0000);
                let (high, low) = (0xD800 | above >> 10, 0xDC00 | above & 0x3FF);
                (units[end], traits[end]) = table.get(high as u16);
                (units[end + 1], traits[end + 1]) = table.get(low as u16);
                end += 2;
                pairs += 1;
                most = units.len().min(most + 1);
                rest = &rest[4..];
            }
            _ => break,
        }
    }
    (end, pairs, rest.len())
}

/// Twelve bytes as two numbers.
const fn split(bytes: &[u8; 12]) -> (u64, u32) {
    let (first, rest) = bytes.split_at(8);
    match (first.first_chunk(), rest.first_chunk()) {
        (Some(first), Some(rest)) => (u64::from_le_bytes(*first), u32::from_le_bytes(*rest)),
        _ => (0, 0),
    }
}

/// Twelve bytes of which each third one is `lead`.
const fn lead_bits(lead: u8) -> (u64, u32) {
    split(&[lead, 0, 0, lead, 0, 0, lead, 0, 0, lead, 0, 0])
}

/// A line with a NUL, which leaves no trace, in place of each pinyin annotation, when it has any.
fn without_annotations(line: &str, table: &Table) -> Option<String> {
    let mut kept = String::new();
    let mut from = 0;
    let mut last = BLANK;
    let mut rest = line.chars();
    while let Some(char) = rest.next() {
        let (unit, _) = u16::try_from(char as u32).map_or((0xFFFF, 0), |code| table.get(code));
        if unit == OPENING
            && char::from_u32(u32::from(last)).is_some_and(is_chinese)
            && let Some(length) = annotation(rest.as_str())
        {
            let opening = line.len() - rest.as_str().len() - char.len_utf8();
            kept.push_str(&line[from..opening]);
            kept.push('\0');
            rest = rest.as_str()[length..].chars();
            from = line.len() - rest.as_str().len();
        } else if unit != GONE {
            last = unit;
        }
    }
    (from > 0).then(|| kept + &line[from..])
}

/// The length in bytes of a pinyin annotation's rest, `huán)`, when one starts here: a syllable
/// of Latin letters, one of them with a tone mark.
fn annotation(rest: &str) -> Option<usize> {
    let mut toned = false;
    for (at, char) in rest.char_indices().take(8) {
        match char {
            'a'..='z' => {}
            ')' | '\u{FF09}' => return toned.then_some(at + char.len_utf8()),
            _ if TONED.contains(char) => {
                toned = true;
            }
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::strategy::Strategy;

    use super::*;
    use crate::strip::fold::folding;

    fn written(line: &str) -> String {
        let mut into = String::new();
        folded(line).write(&mut into);
        into
    }

    fn core(line: &str) -> String {
        chars(folded(line).core()).collect()
    }

    #[test]
    fn script_width_case_and_bullets_fold() {
        assert_eq!(written("　▲ 相關閱讀：　"), "相关阅读:");
        assert_eq!(
            written("【ＡＢＣ】 Facebook\u{A0}\u{A0}粉絲團"),
            "[abc] facebook 粉丝团"
        );
        assert_eq!(
            written("首頁  »  新聞頻道  ›  國際"),
            "首页 > 新闻频道 > 国际"
        );
        assert_eq!(written("身材.. (01/16)"), "身材… (01/16)");
        assert_eq!(core(">>【延伸閱讀】："), "延伸阅读");
    }

    #[test]
    fn pinyin_annotations_fold_away_and_other_brackets_stay() {
        assert_eq!(written("免責(zé)聲明"), "免责声明");
        assert_eq!(written("環(huán)球(global)"), "环球(global)");
        assert_eq!(written("環(huán"), "环(huán");
    }

    #[test]
    fn characters_outside_the_basic_plane_stay_whole() {
        assert_eq!(written("🔥🔥 熱門 🔥 話題🀄"), "热门 🔥 话题");
        assert_eq!(written("𠮷野家"), "𠮷野家");
        assert_eq!(core("【𠮷】🔥"), "𠮷");
        assert_eq!(core("🔥"), "");
        assert_eq!(folded("𠮷野🔥家").length(), 4);
    }

    #[test]
    fn letters_of_annotations_are_found() {
        let toned = TONED.chars().map(|char| Table::plain().get(char as u16).1);
        assert_eq!(toned.filter(|&of| answers(&[of]) & ODD == 0).count(), 0);
    }

    /// Folds one character after the other, as the head of this module says.
    fn slowly(line: &str, limit: usize) -> String {
        let mut into = String::new();
        let mut last = ' ';
        let mut rest = line.chars();
        for _ in 0..limit {
            let Some(char) = rest.next() else { break };
            let folded = match folding().get(char as usize) {
                Some(&GONE) => continue,
                Some(&to) => char::from_u32(u32::from(to)).unwrap(),
                None => char,
            };
            match folded {
                ' ' if last == ' ' => continue,
                '.' | ELLIPSIS if matches!(last, '.' | ELLIPSIS) => {
                    into.pop();
                    into.push(ELLIPSIS);
                    last = ELLIPSIS;
                    continue;
                }
                '(' if is_chinese(last) => {
                    if let Some(length) = annotation(rest.as_str()) {
                        rest = rest.as_str()[length..].chars();
                        continue;
                    }
                }
                _ => {}
            }
            into.push(folded);
            last = folded;
        }
        into.trim_matches(is_bullet).to_owned()
    }

    proptest::proptest! {
        #[test]
        fn folding_fast_is_folding_slowly(
            parts in proptest::collection::vec(
                proptest::prop_oneof![
                    proptest::sample::select(vec![
                        "  ", "\u{3000}", "..", "…", "責(zé)", "（huán）", "(", "Ａ", "Linux 6.1", "🔥", "𠮷",
                        "昨天下了雪，路上的车开得很慢。", "\u{200B}", "·", "à", "\t",
                    ]).prop_map(str::to_owned),
                    proptest::arbitrary::any::<String>(),
                ],
                0..12,
            ),
            limit in proptest::sample::select(vec![0, 1, 3, 8, 20, 100, usize::MAX]),
        ) {
            let line = parts.concat();
            let mut fast = Folded::default();
            // What is left of the last line must not matter.
            fast.fold("昨天..下了雪(huán)🔥", usize::MAX, Table::plain());
            fast.fold(&line, limit, Table::plain());
            let mut text = String::new();
            fast.write(&mut text);
            proptest::prop_assert_eq!(&text, &slowly(&line, limit));
            proptest::prop_assert_eq!(fast.length(), text.chars().count());
        }
    }

    #[test]
    fn the_limit_counts_characters_read() {
        let mut line = Folded::default();
        line.fold("一二三四五", 3, Table::plain());
        assert!(chars(line.units()).eq("一二三".chars()));
    }
}
