//! One way to write a line, for matching only.
//!
//! Each character of the line becomes what [`fold`](super::fold) says; of a run of blanks one is
//! left, of several full stops an ellipsis; bullets at both ends and pinyin annotations go. The
//! copy is thrown away after matching: what is kept is kept byte for byte as it was.
//!
//! Every line of every document is folded, so the copy is made of UTF-16 units: all that the rules
//! are about is one unit, which is looked up without being taken apart.

use super::fold::{ELLIPSIS, GONE, Table, is_bullet, is_frame, is_han, table};

const BLANK: u16 = b' ' as u16;
const STOP: u16 = b'.' as u16;
const OPENING: u16 = b'(' as u16;
const DOTS: u16 = ELLIPSIS as u16;

/// The letters of which a pinyin annotation holds one.
const TONED: &str = "āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜü";

/// First units of the pairs that stand for [`is_bullet`]'s characters outside the basic plane.
const BULLET_PAIRS: std::ops::RangeInclusive<u16> = 0xD83C..=0xD83E;

/// A folded line, and the memory for the next one.
#[derive(Debug, Default)]
pub(super) struct Folded {
    buffer: Vec<u16>,
    start: usize,
    end: usize,
    /// Whether the line holds characters of two units.
    pairs: bool,
}

impl Folded {
    /// Folds a line in place of the last one. Reads at most `limit` characters.
    pub(super) fn fold(&mut self, line: &str, limit: usize) {
        let most = line.len().min(limit);
        if self.buffer.len() < most {
            self.buffer.resize(most, 0);
        }
        self.pairs = false;
        let into = &mut self.buffer[..most];
        let end = translate(line.as_bytes(), into, table());
        let indented = |end| {
            into[..end]
                .iter()
                .take_while(|&&unit| unit == BLANK)
                .count()
        };
        let start = end.map_or(0, indented);
        (self.start, self.end) = match end {
            Some(end) if is_even(&into[start..end]) => (start, end),
            _ => (0, self.fold_carefully(line, limit)),
        };
        (self.start, self.end) = self.without(is_bullet);
    }

    /// Folds character by character; gives the number of units.
    fn fold_carefully(&mut self, line: &str, limit: usize) -> usize {
        // One unit for one to three bytes, two for four.
        let most = line.len().min(limit.saturating_mul(2));
        if self.buffer.len() < most {
            self.buffer.resize(most, 0);
        }
        let into = self.buffer.as_mut_slice();
        let table = table();
        let mut end = 0;
        let mut last = BLANK;
        let mut rest = line.chars();
        for _ in 0..limit {
            let Some(char) = rest.next() else { break };
            let Some(&unit) = table.get(char as usize) else {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    last = *unit;
                    into[end] = last;
                    end += 1;
                }
                self.pairs = true;
                continue;
            };
            match unit {
                GONE => continue,
                BLANK if last == BLANK => continue,
                STOP | DOTS if last == STOP => {
                    last = DOTS;
                    into[end - 1] = DOTS;
                    continue;
                }
                STOP | DOTS if last == DOTS => continue,
                OPENING if char::from_u32(u32::from(last)).is_some_and(is_han) => {
                    if let Some(length) = annotation(rest.as_str()) {
                        rest = rest.as_str()[length..].chars();
                        continue;
                    }
                }
                _ => {}
            }
            into[end] = unit;
            end += 1;
            last = unit;
        }
        end
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
    folded.fold(text, usize::MAX);
    folded
}

/// Looks up each character of a UTF-8 text, as many as there is room for; gives their number, or
/// nothing where a character is outside the basic plane.
fn translate(text: &[u8], into: &mut [u16], table: &Table) -> Option<usize> {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let mut rest = text;
    let mut end = 0;
    while end < into.len() {
        // The bits of a byte behind the first one of a character.
        let low = |byte: u8| usize::from(byte & 0x3F);
        match *rest {
            [a @ 0xE0..=0xEF, b, c, ..] => {
                into[end] = table[usize::from(a & 0xF) << 12 | low(b) << 6 | low(c)];
                end += 1;
                rest = &rest[3..];
            }
            [a @ 0..0x80, ..] => match (rest.first_chunk::<8>(), into[end..].first_chunk_mut()) {
                (Some(from), Some(to)) if u64::from_ne_bytes(*from) & HIGH == 0 => {
                    let to: &mut [u16; 8] = to;
                    for (to, from) in to.iter_mut().zip(from) {
                        *to = table[usize::from(*from)];
                    }
                    end += 8;
                    rest = &rest[8..];
                }
                _ => {
                    into[end] = table[usize::from(a)];
                    end += 1;
                    rest = &rest[1..];
                }
            },
            [a @ 0xC0..=0xDF, b, ..] => {
                into[end] = table[usize::from(a & 0x1F) << 6 | low(b)];
                end += 1;
                rest = &rest[2..];
            }
            [] => break,
            _ => return None,
        }
    }
    Some(end)
}

/// Whether folding took no more than to look each character up: there is no run of blanks or full
/// stops, nothing that leaves no trace, and no letter that an annotation may hold.
fn is_even(units: &[u16]) -> bool {
    let Some((first, behind)) = units.split_first() else {
        return true;
    };
    let odd = |unit: u16| unit == GONE || (0xE0..=0x1DC).contains(&unit);
    let stops = |unit: u16| unit == STOP || unit == DOTS;
    // Without branches, so that eight are looked at at once.
    let uneven = units.iter().zip(behind).fold(0, |uneven, (&last, &unit)| {
        let run = (last == BLANK && unit == BLANK) || (stops(last) && stops(unit));
        uneven | u16::from(odd(unit) || run)
    });
    uneven == 0 && !odd(*first)
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
    use super::*;

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
    fn folding_fast_is_folding_carefully() {
        for line in [
            "",
            "  　二〇二四年 ，Linux  内核（Kernel）发布了……",
            "a..b…c",
            "abcdefgh\tijkl ＡＢＣ\u{FEFF}免責(zé)聲明",
            "naïve 🔥 é",
            "昨天下了雪，路上的车开得很慢。12345678901234567890 km/h",
        ] {
            for limit in [0, 1, 5, 17, usize::MAX] {
                let mut fast = Folded::default();
                fast.fold(line, limit);
                let mut careful = Folded::default();
                careful.end = careful.fold_carefully(line, limit);
                (careful.start, careful.end) = careful.without(is_bullet);
                assert_eq!(fast.units(), careful.units(), "{line} {limit}");
            }
        }
        let mut toned = TONED.chars().map(|char| table()[char as usize]);
        assert!(toned.all(|unit| !is_even(&[unit]) && !is_even(&[0x4E00, unit])));
    }

    #[test]
    fn the_limit_counts_characters_read() {
        let mut line = Folded::default();
        line.fold("一二三四五", 3);
        assert!(chars(line.units()).eq("一二三".chars()));
    }
}
