//! CNS 11643, the national standard of Taiwan, for its planes 1 and 2, which ISO-2022-CN writes.
//!
//! Both planes hold the characters of Big5 in Big5's order, except for those that Big5 has put in
//! a wrong place. So a table of ranges is enough; Big5 itself is decoded by `encoding_rs`.

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

/// Characters of the standard that Big5 lacks, by position.
const NOT_IN_BIG5: &[(usize, char)] = &[
    (5, '\u{30FB}'),
    (14, '\u{FE51}'),
    (23, '\u{FE32}'),
    (154, '\u{2016}'),
    (158, '\u{2215}'),
    (159, '\u{FE68}'),
    (161, '\u{FFE5}'),
    (163, '\u{FFE0}'),
    (164, '\u{FFE1}'),
    (490, '\u{2170}'),
    (491, '\u{2171}'),
    (492, '\u{2172}'),
    (493, '\u{2173}'),
    (494, '\u{2174}'),
    (495, '\u{2175}'),
    (496, '\u{2176}'),
    (497, '\u{2177}'),
    (498, '\u{2178}'),
    (499, '\u{2179}'),
    (571, '\u{4EA0}'),
    (578, '\u{51AB}'),
    (583, '\u{52F9}'),
    (8022, '\u{5F5E}'),
];

/// Runs of positions in the order of Big5: the first position (plane 2 continues plane 1), how
/// many, and the number in Big5 of the first, counting all pairs from A140.
const RANGES: &[(usize, usize, usize)] = &[
    (0, 5, 0),
    (6, 8, 6),
    (15, 6, 15),
    (21, 2, 23),
    (24, 1, 22),
    (29, 44, 29),
    (73, 1, 74),
    (74, 1, 73),
    (75, 22, 75),
    (98, 1, 98),
    (100, 27, 100),
    (127, 1, 128),
    (128, 1, 127),
    (129, 19, 129),
    (148, 1, 149),
    (149, 1, 148),
    (150, 4, 150),
    (155, 1, 21),
    (156, 2, 156),
    (160, 1, 160),
    (162, 1, 162),
    (165, 69, 165),
    (282, 29, 234),
    (312, 1, 264),
    (314, 142, 266),
    (470, 20, 6101),
    (3290, 17, 471),
    (3307, 1, 263),
    (3308, 86, 489),
    (3394, 1, 265),
    (3395, 1307, 576),
    (4702, 424, 1884),
    (5126, 1, 1883),
    (5127, 1876, 2308),
    (7003, 1, 4571),
    (7004, 387, 4184),
    (7391, 525, 4572),
    (7916, 1, 5286),
    (7917, 105, 5097),
    (8023, 83, 5203),
    (8106, 84, 5287),
    (8190, 1, 5517),
    (8191, 54, 5371),
    (8245, 1, 5426),
    (8246, 1, 5425),
    (8247, 90, 5427),
    (8337, 354, 5518),
    (8836, 10, 6280),
    (8846, 33, 6291),
    (8879, 1, 6372),
    (8880, 48, 6324),
    (8928, 46, 6373),
    (8974, 1, 6586),
    (8975, 167, 6419),
    (9142, 1840, 6587),
    (10982, 1, 9074),
    (10983, 108, 8428),
    (11091, 537, 8537),
    (11628, 1, 8427),
    (11629, 100, 9075),
    (11729, 1, 8536),
    (11730, 399, 9175),
    (12129, 1637, 9575),
    (13766, 1, 11761),
    (13767, 146, 11212),
    (13913, 1, 11899),
    (13914, 287, 11358),
    (14201, 1, 12508),
    (14202, 116, 11645),
    (14318, 137, 11762),
    (14455, 104, 11900),
    (14559, 1, 12425),
    (14560, 222, 12004),
    (14782, 198, 12227),
    (14980, 82, 12426),
    (15062, 86, 12509),
    (15148, 1, 12226),
    (15149, 8, 12595),
    (15157, 153, 12604),
    (15310, 56, 12758),
    (15366, 1, 13114),
    (15367, 113, 12814),
    (15480, 1, 12603),
    (15481, 142, 12927),
    (15623, 1, 12757),
    (15624, 45, 13069),
    (15669, 71, 13115),
    (15740, 1, 13380),
    (15741, 194, 13186),
    (15935, 490, 13381),
    (16425, 1, 13914),
    (16426, 43, 13871),
    (16469, 1, 13915),
    (16470, 11, 13917),
    (16481, 1, 13916),
    (16482, 4, 13928),
];

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
