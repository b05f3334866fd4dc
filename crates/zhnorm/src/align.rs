//! Where the cuts in an old text are in the new one.
//!
//! Conversion replaces most characters one by one and a few phrases by others of another length.

use zhnorm_lang::characters::is_han;
use zhnorm_lang::folding::unmapped;

/// The most steps of [`closely`] between what is the same before and after: about a millisecond.
const STEPS: usize = 250_000;

/// Cuts at the same numbers of characters, if both texts have the same length in characters.
pub(crate) fn quickly(old: &str, new: &str, cuts: &[usize]) -> Option<Vec<usize>> {
    let mut places = Vec::with_capacity(cuts.len());
    let mut cuts = cuts.iter().peekable();
    let mut new_characters = new.char_indices();
    for (at, _) in old.char_indices() {
        let (new_at, _) = new_characters.next()?;
        while cuts.next_if(|cut| **cut <= at).is_some() {
            places.push(new_at);
        }
    }
    if new_characters.next().is_some() {
        return None;
    }
    places.extend(cuts.map(|_| new.len()));
    Some(places)
}

/// How many characters are before each of these bytes, which are in order.
pub(crate) fn characters_before(text: &str, bytes: &[usize]) -> Vec<usize> {
    let mut starts = text.char_indices().enumerate().peekable();
    let mut count = 0;
    let before = bytes.iter().map(|byte| {
        while let Some((number, _)) = starts.next_if(|(_, (at, _))| at < byte) {
            count = number + 1;
        }
        count
    });
    before.collect()
}

/// How many bytes so many characters have, for numbers that are in order.
pub(crate) fn bytes_before(text: &str, characters: &[usize]) -> Vec<usize> {
    let mut starts = text.char_indices().map(|(at, _)| at).enumerate().peekable();
    let before = characters.iter().map(|characters| {
        while starts.next_if(|(number, _)| number < characters).is_some() {}
        starts.peek().map_or(text.len(), |(_, at)| *at)
    });
    before.collect()
}

/// Cuts where the fewest characters are changed, added and left out.
pub(crate) fn closely(old: &str, new: &str, cuts: &[usize]) -> Vec<usize> {
    let (before, after) = same_ends(old, new);
    let (old_middle, new_middle) = (
        &old[before..old.len() - after],
        &new[before..new.len() - after],
    );
    let map = middle(old_middle, new_middle);
    let place = |cut: usize| {
        if cut >= old.len() - after {
            return new.len() - (old.len() - cut);
        }
        if cut <= before {
            return cut;
        }
        before + map[cut - before]
    };
    cuts.iter().map(|cut| place(*cut)).collect()
}

/// The lengths of what both texts begin and end with.
fn same_ends(old: &str, new: &str) -> (usize, usize) {
    let before: usize = (old.chars().zip(new.chars()))
        .take_while(|(old, new)| old == new)
        .map(|(old, _)| old.len_utf8())
        .sum();
    let after = (old[before..].chars().rev().zip(new[before..].chars().rev()))
        .take_while(|(old, new)| old == new)
        .map(|(old, _)| old.len_utf8())
        .sum();
    (before, after)
}

/// So many characters after one that was replaced, what is added belongs to the same phrase:
/// 互联网 becomes 網際網路.
const PHRASE: usize = 2;

/// For each byte offset of `old` that begins a character, the offset in `new`.
///
/// What is added goes with the phrase before it that changes (博客, 部落格), else with the one after
/// it (用户, 使用者).
fn middle(old: &str, new: &str) -> Vec<usize> {
    let starts = |text: &str| -> Vec<usize> {
        text.char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .collect()
    };
    let (old_starts, new_starts) = (starts(old), starts(new));
    let (rows, columns) = (old_starts.len(), new_starts.len());
    let mut map = vec![0; old.len() + 1];
    if rows * columns > STEPS {
        for (index, at) in old_starts.iter().enumerate() {
            map[*at] = new_starts[index * (columns - 1) / (rows - 1).max(1)];
        }
        return map;
    }
    // A character and its counterpart in the other script are the same here.
    let folded =
        |text: &str| -> Vec<char> { (text.chars().map(|ch| unmapped(ch).unwrap_or(ch))).collect() };
    let (old, new) = (folded(old), folded(new));
    // The fewest changes that are left from each pair of places on.
    let mut left = vec![0u32; rows * columns];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            left[row * columns + column] = if row + 1 == rows {
                (columns - 1 - column) as u32
            } else if column + 1 == columns {
                (rows - 1 - row) as u32
            } else {
                let both =
                    left[(row + 1) * columns + column + 1] + u32::from(old[row] != new[column]);
                let one = left[(row + 1) * columns + column].min(left[row * columns + column + 1]);
                both.min(one + 1)
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    // How many characters ago one was replaced or left out, and whether what is added goes with
    // the next character.
    let (mut unchanged, mut is_next) = (usize::MAX, false);
    while row + 1 < rows {
        if !is_next {
            map[old_starts[row]] = new_starts[column];
        }
        let here = left[row * columns + column];
        if column + 1 == columns {
            (row, is_next) = (row + 1, false);
            continue;
        }
        let both = left[(row + 1) * columns + column + 1] + u32::from(old[row] != new[column]);
        if both == here {
            unchanged = match old[row] == new[column] {
                true if is_han(old[row]) => unchanged.saturating_add(1),
                // No phrase goes on over it.
                true => usize::MAX,
                false => 0,
            };
            (row, column, is_next) = (row + 1, column + 1, false);
        } else if left[(row + 1) * columns + column] + 1 == here {
            (row, unchanged, is_next) = (row + 1, 0, false);
        } else {
            (column, is_next) = (column + 1, unchanged > PHRASE);
        }
    }
    map[old_starts[rows - 1]] = new_starts[columns - 1];
    map
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_phrase_that_grows_stays_on_its_side_of_the_cut() {
        let (old, new) = ("他的博客很长", "他的部落格很長");
        let cuts: Vec<usize> = [2, 4].map(|characters| characters * 3).to_vec();
        assert_eq!(quickly(old, new, &cuts), None);
        let places = closely(old, new, &cuts);
        assert_eq!((&new[..places[0]], &new[places[1]..]), ("他的", "很長"));
        for (before, after) in [
            (["每个", "用户在"], ["每個", "使用者在"]),
            (["打印 ", "用户在"], ["列印 ", "使用者在"]),
            (["个互联网", "用法个"], ["個網際網路", "用法個"]),
            (["这博客 ", "用户"], ["這部落格 ", "使用者"]),
        ] {
            let places = closely(&before.concat(), &after.concat(), &[before[0].len()]);
            assert_eq!(places, [after[0].len()], "{before:?}");
        }
    }

    proptest! {
        #[test]
        fn cuts_stay_in_order_and_between_characters(
            old in "[ab头发\u{1f600}]{0,12}",
            new in "[ab頭髮\u{1f600}]{0,12}",
        ) {
            let cuts: Vec<usize> = old.char_indices().map(|(at, _)| at).chain([old.len()]).collect();
            for places in [Some(closely(&old, &new, &cuts)), quickly(&old, &new, &cuts)].into_iter().flatten() {
                prop_assert!(places.is_sorted());
                prop_assert!(places.iter().all(|at| new.is_char_boundary(*at)));
                prop_assert_eq!(places.last(), Some(&new.len()));
            }
        }
    }
}
