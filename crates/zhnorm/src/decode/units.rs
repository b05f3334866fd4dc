//! The readings by units of two or four bytes: UTF-16, UTF-32, and noise, which is what bytes with
//! control characters may be instead.

use super::encoding::{Encoding, Scheme};
use super::reading::{CUT_HEAD, Reading, prior};
use super::surprise::{self, Cost};

/// Of fewer bytes than this, a reading by units says little.
const FEWEST_UNITS: usize = 8;

/// The readings by units of two or four bytes, and noise.
pub(super) fn readings(head: &[u8], is_valid_utf_8: bool) -> Vec<Reading> {
    let mut readings = Vec::new();
    let has_controls = head.iter().any(|byte| is_control(*byte));
    // Printable ASCII, and UTF-8 that makes sense, is never a row of rare ideographs. A control
    // character in a few bytes does not make it one.
    let is_plain = !has_controls || head.len() < FEWEST_UNITS && !head.contains(&0);
    if is_valid_utf_8 && is_plain {
        return readings;
    }
    for big_endian in [false, true] {
        for cut in 0..2.min(head.len()) {
            let encoding = if big_endian {
                Encoding::UTF_16BE
            } else {
                Encoding::UTF_16LE
            };
            let cost = surprise::of_utf_16(&head[cut..], big_endian);
            readings.push(reading(encoding, cut, cost));
        }
        if head.contains(&0) {
            for cut in 0..4.min(head.len()) {
                let encoding = Encoding(Scheme::Utf32 { big_endian });
                let cost = surprise::of_utf_32(&head[cut..], big_endian);
                // Of all numbers of four bytes one in four thousand is a character: what holds another
                // number is no damaged UTF-32, but bytes with many NULs between.
                // Few of them say little, where the text begins in the middle of one.
                let fewest = if cut == 0 { FEWEST_UNITS } else { 32 };
                if cost.malformed == 0 && head.len() >= fewest {
                    readings.push(reading(encoding, cut, cost));
                }
            }
        }
    }
    if has_controls {
        readings.push(Reading {
            encoding: Encoding::BINARY,
            cut: 0,
            cost: surprise::of_noise(head) + prior(Encoding::BINARY),
        });
    }
    readings
}

/// A reading with what a cut at its head costs.
fn reading(encoding: Encoding, cut: usize, cost: Cost) -> Reading {
    let mut charged = cost;
    if cut > 0 {
        charged.charge(surprise::ANY_BYTE * cut as u32 + CUT_HEAD);
    }
    Reading {
        encoding,
        cut,
        cost: charged.total().saturating_add(prior(encoding)),
    }
}

/// Control characters that no text holds.
pub(super) fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | 0x0C | b'\r') || byte == 0x7F
}
