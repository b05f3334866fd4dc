//! From the margin between two readings to a probability.
//!
//! The counts take each character by itself, so margins grow faster than certainty does; what a
//! margin is worth was read off the training text (`cargo xtask eval decode calibrate`): of the
//! answers with a margin around 0, 1, 2, 3 and 4 nats, 50, 73, 91, 93 and 99.5 % are right.
//! The reliability table of `cargo xtask eval decode` shows how well it holds on other text.

/// No margin makes surer than this: about one answer in two thousand is wrong at any margin, such
/// as text that was garbled before.
const MOST: f32 = 0.9995;

/// How likely the cheapest reading is right when the next one is dearer by `nats`.
pub(super) fn of_margin(nats: f32) -> f32 {
    let odds = (nats - 0.4).exp();
    if odds.is_infinite() {
        MOST
    } else {
        (odds / (1.0 + odds)).min(MOST)
    }
}

/// How likely a reading is right that letters cost less than, of no alphabet that there is: on lists, tables
/// and code three times in four (`cargo xtask eval decode lists`).
pub(super) const IN_PLACE_OF_LETTERS: f32 = 0.75;

/// The highest confidence that so many bytes outside ASCII allow. Two characters may be a word in two
/// encodings, whatever the margin: four bytes make no surer than 0.85, eight than 0.96, twenty
/// than 0.99. An ASCII file with control characters has none of them and is not meant.
pub(super) fn most_for(bytes: usize) -> f32 {
    if bytes == 0 {
        return 1.0;
    }
    let bytes = bytes as f32;
    (1.0 - 2.4 / (bytes * bytes)).max(0.55)
}

/// How likely `chardetng` names the right alphabet, by the number of letters outside ASCII: nine
/// times in ten for a single letter, 99 times in a hundred for ninety.
pub(super) fn of_alphabet(letters: usize) -> f32 {
    1.0 - 0.12 / (1.0 + letters as f32 / 8.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wider_margin_is_surer() {
        let margins = [-30.0, 0.0, 1.0, 5.0, 50.0, 1e6, f32::MAX];
        let sure = margins.map(of_margin);
        assert!(sure.windows(2).all(|pair| pair[0] <= pair[1]), "{sure:?}");
        assert!(sure[0] > 0.0 && sure[6] <= MOST);
    }

    #[test]
    fn a_word_is_never_certain_and_never_refused_for_its_length() {
        assert!(most_for(4) < 0.9 && most_for(8) < 0.97 && most_for(40) > 0.998);
        assert!((0..6).all(|bytes| most_for(bytes) > 0.5));
    }

    #[test]
    fn more_letters_are_surer() {
        assert!(of_alphabet(1) < of_alphabet(10) && of_alphabet(10) < of_alphabet(1000));
        assert!(of_alphabet(usize::MAX) <= 1.0);
    }
}
