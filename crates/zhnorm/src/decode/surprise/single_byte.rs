//! Costs of text in the alphabets of single bytes, which need no more than where the small and
//! the large letters are.

use super::{ASCII, Cost};

/// Scores bytes as text in an alphabet of single bytes, whichever it is. The lanes are: Latin
/// with accents; Cyrillic as in windows-1251; as in KOI8; Greek and Hebrew; Cyrillic as in IBM866;
/// Thai and Arabic. They know where the small and the large letters are, and no more.
pub(in crate::decode) fn of_single_byte(bytes: &[u8]) -> Cost {
    let mut cost = Cost::default();
    let mut before = 0u8;
    let mut run = 0;
    let mut is_joined = false;
    for &byte in bytes {
        if byte.is_ascii() {
            cost.common += u32::from(ASCII[usize::from(byte)]);
            if run > 0 && byte.is_ascii_alphabetic() {
                touch(&mut cost);
            } else if run == 1 && !is_joined {
                cost.lanes[0] += LONE_ACCENT;
            }
            run = 0;
            is_joined = false;
        } else {
            let letters = &LETTERS[usize::from(byte - 0x80)];
            for (lane, letter) in cost.lanes.iter_mut().zip(letters) {
                *lane += u32::from(*letter);
            }
            cost.lanes[0] += ACCENTS_IN_A_ROW * run.min(3);
            if before.is_ascii_alphabetic() {
                touch(&mut cost);
                is_joined = true;
            }
            if run == 0 {
                cost.common += RUN;
            }
            // A large letter after a small one.
            let is_broken_word = [
                matches!((before, byte), (0xE0..=0xFF, 0xC0..=0xDF)),
                matches!((before, byte), (0xC0..=0xDF, 0xE0..=0xFF)),
                matches!((before, byte), (0xDC..=0xFE, 0xC1..=0xDB)),
                matches!((before, byte), (0xA0..=0xAF | 0xE0..=0xEF, 0x80..=0x9F)),
            ];
            for (lane, is_broken) in cost.lanes[1..5].iter_mut().zip(is_broken_word) {
                *lane += if is_broken { ALPHABETS_TOUCH } else { 0 };
            }
            run += 1;
        }
        before = byte;
    }
    cost
}

/// A letter of another alphabet than Latin beside an ASCII letter.
fn touch(cost: &mut Cost) {
    for lane in &mut cost.lanes[1..] {
        *lane += ALPHABETS_TOUCH;
    }
}

const ALPHABETS_TOUCH: u32 = 64;
/// The length of a run of letters, odd or even. In a double-byte encoding it is always even, so
/// each run costs an alphabet the logarithm of 2 more.
const RUN: u32 = 11;
/// An accented letter that is a word of its own.
const LONE_ACCENT: u32 = 40;
/// Each accented letter after another.
const ACCENTS_IN_A_ROW: u32 = 32;

/// The costs of the bytes from 80 in the six lanes of [`of_single_byte`].
static LETTERS: [[u8; 6]; 128] = letters();

const fn letters() -> [[u8; 6]; 128] {
    let mut costs = [[128; 6]; 128];
    let mut byte = 0x80;
    while byte < 0x100 {
        let lanes = &mut costs[byte - 0x80];
        lanes[0] = match byte {
            0xC0..=0xFF => 74,
            0x91..=0x97 | 0xA0..=0xBF => 86,
            _ => 110,
        };
        lanes[1] = match byte {
            0xE0..=0xFF => 54,
            0xC0..=0xDF => 80,
            0xA8 | 0xAB | 0xB8 | 0xBB | 0x96 | 0x97 => 96,
            _ => 136,
        };
        lanes[2] = match byte {
            0xC0..=0xDF => 54,
            0xE0..=0xFF => 80,
            0xA3 | 0xB3 => 96,
            _ => 136,
        };
        lanes[3] = match byte {
            0xDC..=0xFE => 54,
            0xC1..=0xDB => 86,
            _ => 136,
        };
        lanes[4] = match byte {
            0xA0..=0xAF | 0xE0..=0xEF => 54,
            0x80..=0x9F => 80,
            0xF0 | 0xF1 => 96,
            _ => 136,
        };
        lanes[5] = match byte {
            0xA1..=0xDA => 68,
            0xE0..=0xFB => 62,
            _ => 144,
        };
        byte += 1;
    }
    costs
}
