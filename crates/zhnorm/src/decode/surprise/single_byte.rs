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
    let (mut runs, mut pairs) = (0, 0);
    for &byte in bytes {
        if byte.is_ascii() {
            cost.common += u32::from(ASCII[usize::from(byte)]);
            if run > 0 && byte.is_ascii_alphabetic() {
                touch(&mut cost);
            } else if run == 1 && !is_joined {
                cost.lanes[0] += LONE_ACCENT;
            }
            pairs += u32::from(run == 2);
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
                runs += 1;
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
    pairs += u32::from(run == 2);
    if runs >= MANY && pairs == runs {
        cost.common += ALWAYS_TWO * runs;
    }
    cost
}

/// How much dearer bytes are in one alphabet than in the one that they cost least in; nothing for an
/// alphabet of which no lane knows where its letters are.
pub(in crate::decode) fn dearer_in(alphabet: &str, stretches: &[&[u8]]) -> u32 {
    let lane = match alphabet {
        "windows-1250" | "windows-1252" | "windows-1254" | "windows-1257" | "windows-1258"
        | "iso-8859-2" | "iso-8859-3" | "iso-8859-4" | "iso-8859-10" | "iso-8859-13"
        | "iso-8859-14" | "iso-8859-15" | "iso-8859-16" | "macintosh" => 0,
        "windows-1251" => 1,
        "koi8-r" | "koi8-u" => 2,
        "windows-1253" | "windows-1255" | "iso-8859-7" | "iso-8859-8" => 3,
        "ibm866" => 4,
        "windows-874" | "windows-1256" | "iso-8859-6" => 5,
        _ => return 0,
    };
    let mut cost = Cost::default();
    for stretch in stretches {
        cost.add(&of_single_byte(stretch));
    }
    let least = cost.lanes.iter().min().copied().unwrap_or(0);
    cost.lanes[lane] - least
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
/// What each run costs where all of them, so many or more, have two letters: words differ in length, and
/// single characters of two bytes do not.
const ALWAYS_TWO: u32 = 40;
const MANY: u32 = 6;
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
