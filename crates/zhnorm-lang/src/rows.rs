//! The pairs of a double-byte charset, a row at a time.
//!
//! The tables that take characters back to bytes are made from what the decoder makes of every
//! pair. To ask it for each of some 24,000 pairs by itself takes a large part of the time that a
//! small garbled file takes, so all pairs of a lead byte are decoded at once, on a line each.

use encoding_rs::Encoding;

/// The trail bytes that pairs may have.
const TRAILS: std::ops::RangeInclusive<u8> = 0x40..=0xFE;

/// The trail bytes with which a lead byte makes exactly one character, and the characters.
pub fn row(encoding: &'static Encoding, lead: u8) -> Vec<(u8, char)> {
    let pairs: Vec<u8> = TRAILS.flat_map(|trail| [lead, trail, b'\n']).collect();
    let (text, _) = encoding.decode_without_bom_handling(&pairs);
    let mut row = Vec::with_capacity(TRAILS.count());
    let mut trail = *TRAILS.start();
    let (mut last, mut count) = ('\n', 0);
    for ch in text.chars() {
        if ch != '\n' {
            (last, count) = (ch, count + 1);
            continue;
        }
        if count == 1 && last != char::REPLACEMENT_CHARACTER {
            row.push((trail, last));
        }
        (trail, count) = (trail.saturating_add(1), 0);
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, EUC_KR, GB18030, SHIFT_JIS};

    #[test]
    fn a_row_has_what_the_decoder_makes_of_each_pair() {
        for encoding in [GB18030, BIG5, SHIFT_JIS, EUC_KR] {
            for lead in 0x81..=0xFEu8 {
                let is_lead = encoding
                    .decode_without_bom_handling_and_without_replacement(&[lead])
                    .is_none();
                if !is_lead {
                    continue;
                }
                let single = TRAILS.filter_map(|trail| {
                    let pair = [lead, trail];
                    let text =
                        encoding.decode_without_bom_handling_and_without_replacement(&pair)?;
                    let mut characters = text.chars();
                    let ch = characters.next()?;
                    characters.next().is_none().then_some((trail, ch))
                });
                assert_eq!(
                    row(encoding, lead),
                    single.collect::<Vec<_>>(),
                    "{} {lead:02X}",
                    encoding.name()
                );
            }
        }
    }
}
