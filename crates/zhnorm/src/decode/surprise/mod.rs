//! How surprising bytes are when they are read in a given encoding.
//!
//! A reading costs what a writer of that kind of text pays for it. Each character costs the
//! negative logarithm of its share in that writer's text, a malformed sequence costs more than the
//! rarest character. All readings explain the same bytes, so their costs can be compared like
//! likelihoods. Costs are in sixteenths of a nat.
//!
//! Encodings of two bytes a character ([`double_byte`], by the [`writers`]), alphabets of one
//! ([`single_byte`]) and the forms of Unicode ([`unicode`]) are scored each in their own way, noise
//! by a constant.

mod double_byte;
mod single_byte;
mod unicode;
mod writers;

pub(super) use double_byte::{DoubleByte, LONGEST_SEGMENT, of_chinese_prose, of_double_byte};
pub(super) use single_byte::{dearer_in, of_single_byte};
pub(super) use unicode::{of_utf_8, of_utf_16, of_utf_32};
pub(super) use writers::prior as writer_prior;

use zhnorm_lang::frequency::MODELS;

/// The cost of a malformed sequence, 17 nats: more than any character.
pub(in crate::decode) const MALFORMED: u32 = 272;
/// The cost of a byte that nothing explains: the natural logarithm of 256.
pub(in crate::decode) const ANY_BYTE: u32 = 89;
/// The cost of a sequence that the end of the text cuts off.
const CUT_OFF: u32 = 92;

/// The cost of each ASCII byte, the same in every encoding that contains ASCII.
static ASCII: [u8; 128] = ascii();

const fn ascii() -> [u8; 128] {
    let mut costs = [96; 128];
    let mut byte = 0;
    while byte < 128 {
        costs[byte] = match byte as u8 {
            0 => 220,
            b'\n' | b'\r' => 52,
            0x1B => 110,
            0x0C => 120,
            0x01..=0x08 | 0x0B..=0x1F | 0x7F => 208,
            b' ' => 40,
            b'0'..=b'9' => 56,
            b'a'..=b'z' => 50,
            b'A'..=b'Z' => 68,
            b'\t' | b'.' | b',' | b'-' | b'/' | b'"' | b'\'' | b':' | b';' | b'<' | b'>' | b'='
            | b'(' | b')' | b'_' | b'&' => 64,
            _ => 96,
        };
        byte += 1;
    }
    costs
}

/// How many writers a reading is scored by, side by side: five kinds of prose and, in the forms of
/// Unicode, the alphabets of the rest of the world. Double-byte encodings have other writers.
const LANES: usize = MODELS + 1;

/// The cost of a reading, kept apart for each model until the whole sample is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::decode) struct Cost {
    lanes: [u32; LANES],
    common: u32,
    /// Malformed sequences.
    pub(in crate::decode) malformed: u32,
}

impl Cost {
    /// The cost by the model that is surprised least.
    pub(in crate::decode) fn total(&self) -> u32 {
        self.common
            .saturating_add(self.lanes.iter().min().copied().unwrap_or(0))
    }

    pub(in crate::decode) fn add(&mut self, other: &Self) {
        for (lane, more) in self.lanes.iter_mut().zip(other.lanes) {
            *lane = lane.saturating_add(more);
        }
        self.common = self.common.saturating_add(other.common);
        self.malformed += other.malformed;
    }

    pub(in crate::decode) fn charge(&mut self, cost: u32) {
        self.common = self.common.saturating_add(cost);
    }
}

/// Scores bytes as noise in which every byte is as likely as any other.
///
/// The costs of text count ASCII and the rest as if each were all there is, which is cheaper by
/// up to the logarithm of 2 a byte; noise gets most of that back.
pub(in crate::decode) fn of_noise(bytes: &[u8]) -> u32 {
    (ANY_BYTE - 7) * bytes.len() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_costs_least_in_its_own_encoding() {
        for (encoding, text) in [
            (DoubleByte::Gb18030, "今天的天气很好，我们去公园。"),
            (DoubleByte::Big5, "今天的天氣很好，我們去公園。"),
            (DoubleByte::ShiftJis, "今日はとても天気がいいです。"),
            (DoubleByte::EucJp, "今日はとても天気がいいです。"),
            (DoubleByte::EucKr, "오늘은 날씨가 아주 좋습니다."),
        ] {
            let bytes = encoding.encoding().encode(text).0.into_owned();
            let own = of_double_byte(encoding, &bytes);
            assert_eq!(own.malformed, 0);
            for other in DoubleByte::ALL
                .into_iter()
                .filter(|other| *other != encoding)
            {
                let cost = of_double_byte(other, &bytes).total();
                assert!(own.total() < cost, "{encoding:?} {other:?}");
            }
            assert!(own.total() < of_single_byte(&bytes).total());
            assert!(own.total() < of_utf_8(&bytes).total());
            assert!(own.total() < of_utf_16(&bytes, false).total());
        }
    }

    #[test]
    fn a_cut_sequence_is_no_damage() {
        assert_eq!(of_utf_8(&"中文".as_bytes()[1..5]).malformed, 0);
        assert_eq!(of_utf_8(b"\xE4\xB8\xADa\xE6b").malformed, 1);
        assert_eq!(
            of_double_byte(DoubleByte::Gb18030, b"\xD6\xD0\xCE").malformed,
            0
        );
        assert_eq!(
            of_double_byte(DoubleByte::Gb18030, b"\x81\x30\x81").malformed,
            0
        );
    }

    #[test]
    fn no_price_overflows() {
        let noise = vec![0xFE; 100_000];
        for encoding in DoubleByte::ALL {
            of_double_byte(encoding, &noise).total();
        }
        of_utf_8(&noise).total();
        of_utf_16(&noise, true).total();
        of_utf_32(&noise, true).total();
    }
}
