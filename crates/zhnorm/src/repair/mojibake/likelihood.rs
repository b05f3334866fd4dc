//! How surprising a character is, in natural-logarithm units, after those before it.
//!
//! Chinese and what is written with it is scored by the trigram model; other scripts cost little
//! in the company of their own kind and much alone, because wrong decodings mix scripts as no
//! writer does.

use std::cell::Cell;
use std::ops::RangeInclusive;
use zhnorm_lang::characters::{PRIVATE_USE_FIRST, PRIVATE_USE_LAST, is_basic_han};

use zhnorm_lang::frequency::{self, Frequencies, UNITS_PER_NAT, UNLISTED};
use zhnorm_lang::model::{Context, LINE_END, Model, Symbol, bigram, symbol, trigram};

const JAPANESE: usize = frequency::Model::Japanese as usize;
const KOREAN: usize = frequency::Model::Korean as usize;

/// The cost of a character that no table knows.
pub(super) const UNKNOWN: f32 = 14.0;

/// How seldom a Han character is in whichever kind of Chinese or Japanese it is commonest, in
/// natural-logarithm units; `None` for other characters.
pub(crate) fn rarity(ch: char) -> Option<f32> {
    is_basic_han(ch).then(|| nats(ch, 0..=JAPANESE))
}

/// How seldom a character is in Chinese, in natural-logarithm units.
pub(super) fn share(ch: char) -> f32 {
    nats(ch, 0..=frequency::Model::HongKong as usize)
}

/// The same in the kinds of Chinese that Big5 is for.
pub(in crate::repair) fn share_in_big5(ch: char) -> f32 {
    nats(
        ch,
        frequency::Model::Taiwan as usize..=frequency::Model::HongKong as usize,
    )
}

/// How seldom a character is at all, whatever comes before it.
pub(super) fn strangeness(ch: char) -> f32 {
    match ch {
        '\0'..='\u{7F}'
        | '\u{3000}'..='\u{3011}'
        | '，'
        | '：'
        | '；'
        | '？'
        | '！'
        | '（'
        | '）'
        | '“'
        | '”' => 4.0,
        PRIVATE_USE_FIRST..=PRIVATE_USE_LAST | '\u{80}'..='\u{9F}' => UNKNOWN,
        '\u{3040}'..='\u{30FF}' | '\u{FF61}'..='\u{FF9F}' => 8.0,
        '\u{AC00}'..='\u{D7A3}' => 9.0,
        _ => rarity(ch).unwrap_or(8.0),
    }
}

/// The least that a character costs in some of the kinds of text that were counted.
pub(super) fn nats(ch: char, models: RangeInclusive<usize>) -> f32 {
    let costs = Frequencies::get().costs(ch);
    let least = costs[models].iter().copied().min().unwrap_or(UNLISTED);
    f32::from(least) / UNITS_PER_NAT
}

/// What was read before a character, as far as it predicts what comes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Before {
    last: char,
    context: Context,
}

impl Default for Before {
    fn default() -> Self {
        Self {
            last: '\n',
            context: Model::embedded().start(),
        }
    }
}

impl Before {
    /// After a text.
    pub(in crate::repair) fn text(text: &str) -> Self {
        let mut last = text.chars().rev();
        let (last, first) = (last.next(), last.next());
        let symbol = |ch: Option<char>| ch.map_or(LINE_END, symbol);
        Self {
            last: last.unwrap_or('\n'),
            context: Model::embedded().context(symbol(first), symbol(last)),
        }
    }

    /// The last character read.
    pub(super) fn last(&self) -> char {
        self.last
    }

    /// What `ch` costs here.
    pub(in crate::repair) fn cost(&self, ch: char) -> f32 {
        let own = match ch {
            '\u{4E00}'..='\u{9FFF}'
            | '\u{3000}'..='\u{3011}'
            | '，'
            | '；'
            | '：'
            | '？'
            | '！'
            | '（'
            | '）'
            | '“'
            | '”'
            | '‘'
            | '’'
            | '—'
            | '…'
            | '·'
            | '\n'
            | ' ' => 0.0,
            // The model takes all letters for one, and all digits.
            'a'..='z' | 'A'..='Z' => 2.5,
            '0'..='9' => 1.5,
            '!'..='~' => 0.5,
            _ => return elsewhere(self.last, ch),
        };
        own - log_prob(self.context, symbol(ch))
    }

    /// What `ch` costs here, and moves on past it.
    pub(crate) fn read(&mut self, ch: char) -> f32 {
        let cost = self.cost(ch);
        *self = self.after(ch);
        cost
    }

    /// What is known when `ch` was read here.
    pub(super) fn after(self, ch: char) -> Self {
        let [_, second] = self.context.symbols();
        Self {
            last: ch,
            context: context(second, symbol(ch)),
        }
    }
}

/// Answers of the model that are remembered. The same is asked again and again: of the text as it
/// stands, of each hypothesis, and of what was found.
const REMEMBERED: usize = 1 << 15;

thread_local! {
    static ANSWERS: Box<[Cell<(u64, f32)>]> = vec![Cell::new((u64::MAX, 0.0)); REMEMBERED].into();
    static CONTEXTS: Box<[Cell<(u64, Context)>]> = {
        let none = (u64::MAX, Model::embedded().start());
        vec![Cell::new(none); REMEMBERED].into()
    };
}

/// What was remembered for a key, or what is now.
fn remembered<T: Copy>(memory: &[Cell<(u64, T)>], key: u64, ask: impl FnOnce() -> T) -> T {
    let place = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 49) as usize & (REMEMBERED - 1);
    let cell = &memory[place];
    let (known, answer) = cell.get();
    if known == key {
        return answer;
    }
    let answer = ask();
    cell.set((key, answer));
    answer
}

/// The logarithm of the probability of a character after others.
fn log_prob(context: Context, next: Symbol) -> f32 {
    let [first, second] = context.symbols();
    let ask = || Model::embedded().log_prob(context, next);
    ANSWERS.with(|memory| remembered(memory, trigram(first, second, next), ask))
}

/// What is known after two characters.
fn context(first: Symbol, second: Symbol) -> Context {
    let ask = || Model::embedded().context(first, second);
    CONTEXTS.with(|memory| remembered(memory, bigram(first, second), ask))
}

/// What a character costs that the model of Chinese was not made for.
fn elsewhere(last: char, ch: char) -> f32 {
    let alone = |together: bool, cheap: f32, dear: f32| if together { cheap } else { dear };
    match ch {
        '\u{3040}'..='\u{30FF}' => alone(matches!(last, '\u{3040}'..='\u{30FF}'), 3.6, 7.0),
        '\u{FF61}'..='\u{FF9F}' => alone(matches!(last, '\u{FF61}'..='\u{FF9F}'), 5.0, 8.5),
        '\u{AC00}'..='\u{D7A3}' => {
            let stranger = alone(rarity_is_known(last), 4.0, 0.0);
            stranger + nats(ch, KOREAN..=KOREAN).min(9.0)
        }
        '\0'..='\x1F' | '\x7F' | '\u{80}'..='\u{9F}' => 13.0,
        '°' | '×' | '±' | '®' | '©' | '→' | '✅' | '✓' => 7.0,
        '\u{C0}'..='\u{24F}' => {
            let joined = last.is_alphabetic() && u32::from(last) < 0x250;
            alone(joined && ch.is_lowercase(), 4.5, 8.0)
        }
        '\u{370}'..='\u{3FF}' => alone(matches!(last, '\u{370}'..='\u{3FF}'), 4.0, 9.0),
        '\u{410}'..='\u{44F}' => {
            let joined = matches!(last, '\u{410}'..='\u{44F}');
            let capital = ch.is_uppercase();
            match (joined, capital) {
                (true, false) => 3.2,
                // All capitals are written, a capital within a word is not.
                (true, true) => alone(last.is_uppercase(), 5.0, 9.0),
                (false, _) => 8.0,
            }
        }
        '\u{400}'..='\u{4FF}' => alone(matches!(last, '\u{400}'..='\u{4FF}'), 7.5, 10.0),
        '\u{250}'..='\u{2AF}' | '\u{1E00}'..='\u{1EFF}' => 9.0,
        '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}' | '\u{FE10}'..='\u{FE4F}' => 7.5,
        '\u{2028}'..='\u{202E}' | '\u{200B}'..='\u{200F}' => 10.0,
        '＃'
        | '＄'
        | '＆'
        | '＊'
        | '＋'
        | '－'
        | '．'
        | '／'
        | '＜'..='＞'
        | '＠'
        | '＼'
        | '＿'
        | '｀'
        | '｜'
        | '～'
        | '＇'
        | '＂' => alone(matches!(last, '\u{FF10}'..='\u{FF5E}'), 7.0, 9.0),
        '\u{FF01}'..='\u{FF5E}' => alone(matches!(last, '\u{FF10}'..='\u{FF5E}'), 5.0, 7.0),
        '\u{2500}'..='\u{25FF}' => alone(matches!(last, '\u{2500}'..='\u{25FF}'), 4.5, 8.5),
        '\u{3105}'..='\u{312F}' => alone(matches!(last, '\u{3105}'..='\u{312F}'), 4.5, 9.5),
        PRIVATE_USE_FIRST..=PRIVATE_USE_LAST | '\u{FFFD}' => UNKNOWN,
        // A byte order mark in its place.
        '\u{FEFF}' if last == '\n' => 2.0,
        '\u{A0}'..='\u{BF}'
        | '\u{3001}'..='\u{303F}'
        | '\u{2100}'..='\u{24FF}'
        | '\u{2600}'..='\u{2BFF}'
        | '\u{1F000}'..='\u{1FAFF}'
        | '\u{FE0F}' => 8.5,
        '\u{F900}'..='\u{FAFF}' => 12.0,
        _ => 15.0,
    }
}

fn rarity_is_known(ch: char) -> bool {
    rarity(ch).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(text: &str) -> f32 {
        let mut before = Before::default();
        text.chars().map(|ch| before.read(ch)).sum()
    }

    #[test]
    fn chinese_costs_less_than_what_wrong_decoders_make_of_it() {
        let written = total("中文系统，今天。");
        for garbled in [
            "涓\u{e15f}枃绯荤粺锛屼粖澶╋拷",
            "ÖÐÎÄÏµÍ³£¬½ñÌì¡£",
            "笢恅炵苀ㄛ踏毞﹝",
            "ﾖﾐﾎﾄﾏｵﾍｳ｣ｬｽﾌ｡｣",
        ] {
            assert!(
                written + 15.0 < total(garbled),
                "{garbled} {}",
                total(garbled)
            );
        }
    }
}
