//! CNS 11643, the national standard of Taiwan, for its planes 1 and 2, which ISO-2022-CN writes.
//!
//! Both planes hold the characters of Big5 in Big5's order, except for those that Big5 has put in
//! a wrong place. So a table of ranges is enough; Big5 itself is decoded by `encoding_rs`. The
//! table is written by `cargo xtask cns`.

mod table;

use table::{NOT_IN_BIG5, RANGES};

/// How many positions a plane has: 94 rows of 94.
const PLANE: usize = 94 * 94;

/// The character at a position of plane 1 or 2, given as the two bytes (each from 21 to 7E) that
/// ISO-2022-CN writes.
pub(super) fn character(plane: usize, row: u8, column: u8) -> Option<char> {
    if !(0x21..=0x7E).contains(&row) || !(0x21..=0x7E).contains(&column) {
        return None;
    }
    let position =
        plane.checked_sub(1)? * PLANE + usize::from(row - 0x21) * 94 + usize::from(column - 0x21);
    if let Ok(index) = NOT_IN_BIG5.binary_search_by_key(&position, |(at, _)| *at) {
        return Some(NOT_IN_BIG5[index].1);
    }
    let range = RANGES.partition_point(|(start, ..)| *start <= position);
    let (start, length, big5) = *RANGES.get(range.checked_sub(1)?)?;
    if position >= start + length {
        return None;
    }
    let index = big5 + position - start;
    let lead = 0xA1 + (index / 157) as u8;
    let trail = match index % 157 {
        low @ 0..63 => 0x40 + low as u8,
        high => 0xA1 + (high - 63) as u8,
    };
    let pair = [lead, trail];
    let text = encoding_rs::BIG5.decode_without_bom_handling_and_without_replacement(&pair)?;
    text.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_planes_are_read() {
        // CNS 11643-1992: 一 is 1-4421, 丁 1-4423, 乂 2-2121, 麤 2-7241.
        assert_eq!(character(1, 0x44, 0x21), Some('一'));
        assert_eq!(character(1, 0x44, 0x23), Some('丁'));
        assert_eq!(character(2, 0x21, 0x21), Some('乂'));
        assert_eq!(character(2, 0x72, 0x41), Some('麤'));
        assert_eq!(character(1, 0x21, 0x21), Some('\u{3000}'));
        assert_eq!(character(1, 0x26, 0x35), Some('ⅰ'));
        assert_eq!(character(1, 0x26, 0x21), Some('①'));
        assert_eq!(character(1, 0x26, 0x34), Some('⑽'));
    }

    #[test]
    fn positions_without_a_character_are_none() {
        for (plane, row, column) in [
            (1, 0x7D, 0x7E),
            (2, 0x72, 0x7E),
            (1, 0x20, 0x30),
            (3, 0x21, 0x21),
        ] {
            assert_eq!(character(plane, row, column), None);
        }
    }

    #[test]
    fn ranges_are_in_order() {
        assert!(
            RANGES
                .windows(2)
                .all(|pair| pair[0].0 + pair[0].1 <= pair[1].0)
        );
        assert!(NOT_IN_BIG5.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn every_character_of_big5_has_one_position() {
        let mut all: Vec<char> = (1..=2)
            .flat_map(|plane| (0x21..=0x7E).map(move |row| (plane, row)))
            .flat_map(|(plane, row)| (0x21..=0x7E).map(move |column| (plane, row, column)))
            .filter_map(|(plane, row, column)| character(plane, row, column))
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(count > 13_400, "{count}");
    }
}
