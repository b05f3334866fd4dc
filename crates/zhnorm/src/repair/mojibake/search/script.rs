//! Which script a damaged run was written in.

use zhnorm_lang::folding;

/// The script of a run as far as it is read: above 0 traditional, below 0 simplified. The model
/// takes both for one, so guesses need this.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::repair::mojibake) struct Script(i8);

impl Script {
    /// Takes note of a character.
    pub(in crate::repair::mojibake) fn take(&mut self, ch: char) {
        if folding::is_traditional(ch) {
            self.0 = self.0.saturating_add(1);
        } else if folding::is_only_simplified(ch) {
            self.0 = self.0.saturating_sub(1);
        }
    }

    /// The script of a document, as far as it tells of a run whose own script is not known.
    pub(in crate::repair::mojibake) fn leaning(self) -> Self {
        Self(2 * self.0.signum())
    }

    /// What a character of the other script costs, much where it was guessed.
    pub(in crate::repair::mojibake) fn cost(self, ch: char, guessed: bool) -> f32 {
        let other = self.0 < 0 && folding::is_traditional(ch)
            || self.0 > 0 && folding::is_only_simplified(ch);
        match (other, guessed) {
            // Where nothing is known, most Chinese is simplified.
            (false, true) if self.0 == 0 && folding::is_traditional(ch) => 0.7,
            (false, _) => 0.0,
            (true, false) => 0.5,
            (true, true) => 3.0,
        }
    }
}
