//! Generated strings that lead a converter into temptation: runs of dictionary keys and values,
//! their beginnings and ends, and everything that is not in a dictionary.

use anyhow::Result;

use crate::measure::Random;
use crate::opencc::{Package, Source};

/// What the strings of one configuration are made of.
pub struct Generator {
    /// Keys and values of each dictionary.
    dictionaries: Vec<Vec<Vec<char>>>,
    compatibility: Vec<char>,
    random: Random,
}

const ASCII: &[&str] = &[
    "a", "SQL", "USB", "PN", " ", "\n", "\r\n", "\t", "1", "<p>", "B", "-",
];
const OTHERS: &[char] = &[
    '，',
    '。',
    '、',
    '“',
    '”',
    '「',
    '」',
    '《',
    '·',
    'é',
    'ß',
    'Ж',
    'あ',
    'カ',
    '々',
    '〇',
    'ㄅ',
    '한',
    '\u{FEFF}',
    '\u{200B}',
    '\u{FE00}',
    '\u{E0100}',
    '\u{E000}',
    '\u{F8FF}',
    '😀',
    '\u{1F468}',
    '\u{FFFD}',
    '\u{FFFF}',
    '\u{10FFFF}',
    '\u{7FF}',
    '\u{800}',
    '\u{D7FF}',
    '\u{30000}',
    '\u{3134A}',
    '⺀',
    '⼀',
    '㐀',
    '䶵',
    '龥',
    '\u{9FFF}',
    '\u{20000}',
    '\u{2A6DF}',
    '\u{2EBE0}',
    '\u{FA0E}',
    '\u{FAD9}',
    '\u{2FA1F}',
    '\u{40000}',
    '\u{1F600}',
    '\u{1}',
];

impl Generator {
    /// A generator for one configuration.
    pub fn new(package: &Package, config: &str, seed: u64) -> Result<Self> {
        let config = package.config(config)?;
        let sources = config.segmentation.iter().chain(&config.steps).flatten();
        let dictionaries = sources
            .map(|Source { entries, .. }| {
                let texts = entries.iter().flat_map(|(key, value)| [key, value]);
                texts.map(|text| text.chars().collect()).collect()
            })
            .collect();
        let compatibility = package
            .first_values("CJK_Compatibility_Ideographs.txt")?
            .iter()
            .flat_map(|(key, value)| key.chars().chain(value.chars()))
            .collect();
        Ok(Self {
            dictionaries,
            compatibility,
            random: Random::new(seed),
        })
    }

    /// The next string.
    pub fn string(&mut self) -> String {
        let mut string = String::new();
        // Most strings are short; some are longer than the engine's blocks.
        let pieces = match self.random.below(500) {
            0 => 400 + self.random.below(1200),
            1..25 => 30 + self.random.below(60),
            _ => 1 + self.random.below(14),
        };
        // Strings of one flavour find what mixtures hide.
        let flavour = self.random.below(8);
        for _ in 0..pieces {
            let kind = if flavour < 3 {
                self.random.below(70)
            } else {
                self.random.below(100)
            };
            self.piece(kind, &mut string);
        }
        string
    }

    fn word(&mut self) -> Vec<char> {
        let dictionary = self.random.below(self.dictionaries.len());
        self.random.pick(&self.dictionaries[dictionary]).clone()
    }

    fn piece(&mut self, kind: usize, string: &mut String) {
        match kind {
            0..30 => string.extend(self.word()),
            30..45 => {
                let word = self.word();
                let length = self.random.below(word.len() + 1);
                string.extend(&word[..length]);
            }
            45..60 => {
                let word = self.word();
                let start = self.random.below(word.len() + 1);
                string.extend(&word[start..]);
            }
            60..70 => {
                let word = self.word();
                string.push(*self.random.pick(&word));
            }
            70..76 => string.push_str(self.random.pick::<&str>(ASCII)),
            76..84 => string.push(*self.random.pick(OTHERS)),
            84..88 => string.push(*self.random.pick(&self.compatibility)),
            88..91 => string.extend(char::from_u32(0x4E00 + self.random.below(0x5200) as u32)),
            91..93 => string.extend(char::from_u32(0x2_0000 + self.random.below(0xA6E0) as u32)),
            93..97 => self.sequence(string),
            97 => string.push('\0'),
            98 => {
                for _ in 0..self.random.below(90) {
                    string.push(char::from(b' ' + self.random.below(90) as u8));
                }
            }
            _ => string.extend(char::from_u32(self.random.below(0x11_0000) as u32)),
        }
    }

    /// A description sequence: sometimes complete, sometimes too deep, too long or cut short.
    fn sequence(&mut self, string: &mut String) {
        let mut open = 1_usize;
        let eager = self.random.below(3);
        for _ in 0..(1 + self.random.below(90)) {
            if open == 0 {
                break;
            }
            if self.random.below(4) < 1 + eager {
                let operator = 0x2FF0 + self.random.below(16) as u32;
                open += match operator {
                    0x2FF2 | 0x2FF3 => 2,
                    0x2FFE | 0x2FFF => 0,
                    _ => 1,
                };
                string.extend(char::from_u32(operator));
            } else if self.random.below(12) == 0 {
                string.push(*self.random.pick(&self.compatibility));
                open -= 1;
            } else {
                let word = self.word();
                string.push(word[0]);
                open -= 1;
            }
        }
    }
}
