//! A character trigram model of Chinese: how likely is this character after those two?
//!
//! The model is trained on text folded by [`symbol`]: traditional to simplified characters, full
//! to half width, corner brackets to quotation marks, any digit to one symbol and any Latin
//! letter to another. It knows punctuation and line ends. Probabilities are interpolated with
//! absolute discounting and kept for the trigrams that gain most; where one is missing the
//! bigram is used at the context's weight (Katz's backoff), and where that is missing how many
//! other characters this one was seen to follow (Kneser and Ney). The table, `model.bin`, is made by
//! `cargo xtask model` and read in place.

use std::sync::LazyLock;

use crate::folding;
use crate::retrieval::Retrieval;

/// What the model counts as one character.
pub type Symbol = u16;

/// The symbol of a line end, which is also what is before a text.
pub const LINE_END: Symbol = b'\n' as Symbol;

/// The symbol of characters that the model does not know.
pub const UNKNOWN: Symbol = 0xFFFF;

/// The symbol of a character.
pub fn symbol(ch: char) -> Symbol {
    let code = u32::from(ch);
    match ch {
        '\u{4E00}'..='\u{9FFF}' => folding::simplified(ch) as Symbol,
        '0'..='9' | '０'..='９' => b'0' as Symbol,
        'a'..='z' | 'A'..='Z' | 'ａ'..='ｚ' | 'Ａ'..='Ｚ' => b'a' as Symbol,
        '\n' | '\r' => LINE_END,
        ' ' | '\t' | '\u{3000}' | '\u{A0}' => b' ' as Symbol,
        '\u{FF01}'..='\u{FF5E}' => (code - 0xFEE0) as Symbol,
        '「' | '﹁' => '“' as Symbol,
        '」' | '﹂' => '”' as Symbol,
        '『' => '‘' as Symbol,
        '』' => '’' as Symbol,
        _ => Symbol::try_from(code).unwrap_or(UNKNOWN),
    }
}

/// Steps of the stored logarithms, in nats. The tables hold `-ln p / STEP`.
pub const UNIGRAM_STEP: f32 = 1.0 / 12.0;
/// See [`UNIGRAM_STEP`].
pub const BIGRAM_STEP: f32 = 0.25;
/// See [`UNIGRAM_STEP`].
pub const TRIGRAM_STEP: f32 = 0.32;
/// The step of backoff weights, which start at [`BACKOFF_MOST`].
pub const BACKOFF_STEP: f32 = 0.2;
/// The highest logarithm of a backoff weight.
pub const BACKOFF_MOST: f32 = 0.7;
/// Bits of a stored logarithm of a trigram's probability.
pub const TRIGRAM_BITS: u32 = 5;
/// Bits of a bigram's value: probability in the lower six, backoff weight in the upper five.
pub const BIGRAM_BITS: u32 = 11;
/// The entry of a unigram page: the logarithms of the symbol's share of all text, of its
/// probability after an unknown history, and of its backoff weight.
pub const UNIGRAM_BYTES: usize = 3;

/// The key of a bigram.
pub fn bigram(first: Symbol, second: Symbol) -> u64 {
    u64::from(first) << 16 | u64::from(second)
}

/// The key of a trigram.
pub fn trigram(first: Symbol, second: Symbol, third: Symbol) -> u64 {
    bigram(first, second) << 16 | u64::from(third)
}

/// The embedded model.
#[derive(Debug)]
pub struct Model {
    /// For each high byte of a symbol the number of its page, 0 for none.
    directory: &'static [u8],
    pages: &'static [u8],
    bigrams: Retrieval<3>,
    trigrams: Retrieval<2>,
}

/// Two characters of history, with what the model says of them looked up once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Context {
    first: Symbol,
    second: Symbol,
    /// Added to a bigram's logarithm when the trigram is missing.
    backoff: f32,
}

impl Context {
    /// A history whose weight is not looked up: good for telling histories apart only.
    pub fn unweighted(first: Symbol, second: Symbol) -> Self {
        Self {
            first,
            second,
            backoff: 0.0,
        }
    }

    /// The last character but one and the last.
    pub fn symbols(self) -> [Symbol; 2] {
        [self.first, self.second]
    }
}

static MODEL: LazyLock<Option<Model>> = LazyLock::new(|| Model::read(include_bytes!("model.bin")));

impl Model {
    /// The model that comes with the library.
    ///
    /// # Panics
    ///
    /// Never with the committed table, which a test reads.
    pub fn embedded() -> &'static Self {
        match &*MODEL {
            Some(model) => model,
            None => unreachable!("the embedded model is whole"),
        }
    }

    fn read(table: &'static [u8]) -> Option<Self> {
        let (directory, rest) = table.split_at_checked(256)?;
        let pages = 1 + usize::from(*directory.iter().max()?);
        let (pages, rest) = rest.split_at_checked(pages * 256 * UNIGRAM_BYTES)?;
        let (bigrams, rest) = Retrieval::read(rest)?;
        let (trigrams, rest) = Retrieval::read(rest)?;
        rest.is_empty().then_some(Self {
            directory,
            pages,
            bigrams,
            trigrams,
        })
    }

    /// The history at the start of a text: a line end.
    pub fn start(&self) -> Context {
        self.context(LINE_END, LINE_END)
    }

    /// A history of two symbols.
    pub fn context(&self, first: Symbol, second: Symbol) -> Context {
        let backoff = self.bigrams.get(bigram(first, second), BIGRAM_BITS);
        Context {
            first,
            second,
            backoff: backoff.map_or(0.0, |value| backoff_weight(value >> 6)),
        }
    }

    /// The natural logarithm of the probability of `next` after a history, and the history
    /// that follows.
    pub fn step(&self, context: Context, next: Symbol) -> (f32, Context) {
        (
            self.log_prob(context, next),
            self.context(context.second, next),
        )
    }

    /// The natural logarithm of the probability of `next` after a history.
    #[inline]
    pub fn log_prob(&self, context: Context, next: Symbol) -> f32 {
        // The table holds a trigram only where it holds the bigram that ends it.
        let Some(bigram) = self.known_bigram(context.second, next) else {
            return context.backoff + self.unknown_bigram(context.second, next);
        };
        let key = trigram(context.first, context.second, next);
        match self.trigrams.get(key, TRIGRAM_BITS) {
            Some(value) => -TRIGRAM_STEP * value as f32,
            None => context.backoff + bigram,
        }
    }

    /// The natural logarithm of the probability of `next` after one symbol.
    #[inline]
    pub fn bigram_log_prob(&self, previous: Symbol, next: Symbol) -> f32 {
        self.known_bigram(previous, next)
            .unwrap_or_else(|| self.unknown_bigram(previous, next))
    }

    /// A bigram of the table. A pair cannot be commoner than its second half: what claims to be
    /// is a stranger with a false fingerprint.
    #[inline]
    fn known_bigram(&self, previous: Symbol, next: Symbol) -> Option<f32> {
        let value = self.bigrams.get(bigram(previous, next), BIGRAM_BITS)?;
        let log_prob = -BIGRAM_STEP * (value & 0x3F) as f32;
        let bound = self.unigram_log_prob(next) - self.unigram_log_prob(previous);
        (log_prob <= bound + 0.7).then_some(log_prob)
    }

    /// A pair that is not in the table: its second half is no likelier than it is common, and no
    /// likelier than it is to follow strangers.
    fn unknown_bigram(&self, previous: Symbol, next: Symbol) -> f32 {
        let [share, continuation, _] = self.unigram(next);
        backoff_weight(u32::from(self.unigram(previous)[2]))
            - UNIGRAM_STEP * f32::from(share.max(continuation))
    }

    /// The natural logarithm of the share of a symbol in all text.
    #[inline]
    pub fn unigram_log_prob(&self, symbol: Symbol) -> f32 {
        -UNIGRAM_STEP * f32::from(self.unigram(symbol)[0])
    }

    /// The natural logarithm of the probability of a text that is between line ends.
    pub fn score(&self, text: &str) -> f32 {
        let mut context = self.start();
        let mut sum = 0.0;
        for ch in text.chars() {
            let (log_prob, next) = self.step(context, symbol(ch));
            sum += log_prob;
            context = next;
        }
        sum
    }

    fn unigram(&self, symbol: Symbol) -> [u8; UNIGRAM_BYTES] {
        let page = usize::from(self.directory[usize::from(symbol >> 8)]);
        let at = (page * 256 + usize::from(symbol & 0xFF)) * UNIGRAM_BYTES;
        match self.pages.get(at..at + UNIGRAM_BYTES) {
            Some(&[share, continuation, backoff]) => [share, continuation, backoff],
            _ => [u8::MAX, u8::MAX, 0],
        }
    }
}

fn backoff_weight(stored: u32) -> f32 {
    BACKOFF_MOST - BACKOFF_STEP * stored as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_makes_one_symbol_of_what_counts_as_one() {
        for (one, other) in [
            ('國', '国'),
            ('，', ','),
            ('７', '1'),
            ('z', 'Ａ'),
            ('「', '“'),
        ] {
            assert_eq!(symbol(one), symbol(other));
        }
        assert_eq!(symbol('𠮷'), UNKNOWN);
    }

    #[test]
    fn chinese_is_likelier_than_what_garbling_makes_of_it() {
        let model = Model::embedded();
        for (written, garbled) in [
            ("在技術方面領先", "诩夹g方面领先"),
            ("外媒稱", "蓖饷椒Q"),
            ("当地媒体", "孛襟w"),
            ("中文", "涓枃"),
        ] {
            let each = |text: &str| model.score(text) / text.chars().count() as f32;
            assert!(each(written) > each(garbled) + 1.0, "{written} {garbled}");
        }
    }

    #[test]
    fn probabilities_after_a_history_sum_to_about_one() {
        let model = Model::embedded();
        for (first, second) in [('中', '国'), ('我', '们'), ('\n', '\n'), ('龘', '，')] {
            let context = model.context(symbol(first), symbol(second));
            // Strangers to the model share next to nothing, and a few of them are taken for
            // known bigrams.
            let sum: f32 = (0..=UNKNOWN)
                .filter(|next| model.unigram_log_prob(*next) > -18.0)
                .map(|next| model.log_prob(context, next).exp())
                .sum();
            assert!((0.5..1.4).contains(&sum), "{first}{second} {sum}");
        }
    }
}
