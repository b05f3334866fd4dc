//! The writers of text in a double-byte encoding, and what a character costs each of them.
//!
//! Most text is prose, and the counts of [`zhnorm_lang::frequency`] cost it. But rosters, word
//! lists, dictionaries, tables and comments in code use characters that prose hardly has: rare
//! surnames, bopomofo, the letters of pinyin, box drawing. By prose alone they cost more than
//! letters of an alphabet. So there are three more writers: one of lists, who takes half of the
//! characters from prose and half from the groups of a national standard, one who writes two
//! languages side by side, as subtitles and textbooks do, and one of rosters, who writes names.

use std::collections::HashMap;
use std::sync::LazyLock;

use zhnorm_lang::characters;
use zhnorm_lang::frequency::{Costs, Frequencies, Model, UNITS_PER_NAT, UNLISTED};

use super::{Cost, DoubleByte, LANES};

/// The share of a list that is taken from prose.
const FROM_PROSE: f32 = 0.4;

/// The cost of the choice between two languages, half a nat.
const CHOICE: u8 = 8;

/// What the rarer writers cost before a character is seen: lists 2.5 nats, two languages 3.
const LIST: u32 = 40;
const TWO_LANGUAGES: u32 = 48;
/// Rosters 2.5 nats.
const ROSTER: u32 = 40;
/// Lists of Japan are rare among Chinese text: 10 nats.
const LIST_ABROAD: u32 = 160;

/// The writers of prose in GB18030 are the first.
pub(super) const PROSE: usize = 3;

/// A lane that no writer has.
const NO_WRITER: u8 = UNLISTED;

/// What a character costs each writer, in sixteenths of a nat. `pair` are its bytes.
pub(super) fn costs(encoding: DoubleByte, character: char, pair: [u8; 2]) -> [u8; LANES] {
    let costs = Frequencies::get().costs(character);
    let of = |model: Model| costs[model as usize];
    match encoding {
        DoubleByte::Gb18030 => {
            let prose = [
                of(Model::Simplified),
                of(Model::Taiwan),
                of(Model::HongKong),
            ];
            let list = list(&prose, group_of_gb18030(character, pair));
            let two = two_languages(&prose, list, costs, character);
            let roster = roster(list, character);
            [prose[0], prose[1], prose[2], list, two, roster]
        }
        DoubleByte::Big5 => {
            let prose = [of(Model::Taiwan), of(Model::HongKong)];
            let list = list(&prose, group_of_big5(character, pair));
            let two = two_languages(&prose, list, costs, character);
            let roster = roster(list, character);
            [prose[0], prose[1], list, two, roster, NO_WRITER]
        }
        DoubleByte::ShiftJis | DoubleByte::EucJp => {
            let prose = of(Model::Japanese);
            let group = group_of_japanese(encoding, character, pair);
            let list = list(&[prose], group.map(Group::of_japan));
            [prose, list, NO_WRITER, NO_WRITER, NO_WRITER, NO_WRITER]
        }
        DoubleByte::EucKr => [of(Model::Korean); LANES],
    }
}

/// What the choice of a writer costs, before any character.
pub(in crate::decode) fn prior(encoding: DoubleByte) -> Cost {
    let lanes = match encoding {
        DoubleByte::Gb18030 => [0, 0, 0, LIST, TWO_LANGUAGES, ROSTER],
        DoubleByte::Big5 => [0, 0, LIST, TWO_LANGUAGES, ROSTER, 0],
        DoubleByte::ShiftJis | DoubleByte::EucJp => [0, LIST_ABROAD, 0, 0, 0, 0],
        DoubleByte::EucKr => [0; LANES],
    };
    Cost {
        lanes,
        ..Cost::default()
    }
}

/// The cost for a writer of lists.
fn list(prose: &[u8], group: Option<Group>) -> u8 {
    let probability = |cost: u8| (-f32::from(cost) / UNITS_PER_NAT).exp();
    let of_prose: f32 = prose.iter().map(|cost| probability(*cost)).sum::<f32>();
    let of_group = group.map_or(0.0, Group::probability);
    let mixed = FROM_PROSE * of_prose / prose.len() as f32 + (1.0 - FROM_PROSE) * of_group;
    (-mixed.ln() * UNITS_PER_NAT).clamp(1.0, f32::from(UNLISTED)) as u8
}

/// What characters cost in names of persons, in either script.
static NAMES: LazyLock<HashMap<char, u8>> = LazyLock::new(|| {
    let lines = include_str!("names.txt").lines();
    let lines = lines.filter_map(|line| line.split_once(' '));
    let costs = lines.filter_map(|(cost, characters)| Some((cost.parse().ok()?, characters)));
    costs
        .flat_map(|(cost, characters): (u8, &str)| characters.chars().map(move |ch| (ch, cost)))
        .collect()
});

/// The cost for a writer of rosters, of which two thirds are names and the rest is a list's.
fn roster(list: u8, character: char) -> u8 {
    const OF_NAMES: f32 = 0.65;
    let probability = |cost: u8| (-f32::from(cost) / UNITS_PER_NAT).exp();
    let name = NAMES.get(&character).map_or(0.0, |cost| probability(*cost));
    let mixed = OF_NAMES * name + (1.0 - OF_NAMES) * probability(list);
    (-mixed.ln() * UNITS_PER_NAT).clamp(1.0, f32::from(UNLISTED)) as u8
}

/// The cost for a writer of Chinese and Japanese. Kana are Japanese, the rest is either.
fn two_languages(prose: &[u8], list: u8, costs: Costs, character: char) -> u8 {
    let japanese = costs[Model::Japanese as usize];
    let least = if is_kana(character) {
        japanese
    } else {
        let of_list = list.saturating_add(2 * CHOICE);
        prose.iter().copied().fold(japanese.min(of_list), u8::min)
    };
    least.saturating_add(CHOICE)
}

fn is_kana(character: char) -> bool {
    matches!(character, '\u{3041}'..='\u{30FF}')
}

/// A group of characters that lists are made of. Its characters are equally likely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    /// The common ideographs of the standard: `size` of them.
    Common {
        size: u16,
    },
    /// The rare ideographs of the standard.
    Rare {
        size: u16,
    },
    /// Ideographs of its extensions.
    Extended {
        size: u16,
    },
    Kana,
    /// Ideographs and kana of Japan, of whose lists kana are a good part.
    CommonOfJapan,
    RareOfJapan,
    KanaOfJapan,
    Bopomofo,
    PinyinLetter,
    BoxDrawing,
    /// Between the entries of a list.
    Separator,
    Sign,
    /// Greek and Cyrillic letters, full-width Latin ones.
    Letter,
}

impl Group {
    /// The group in a list of Japan.
    fn of_japan(self) -> Self {
        match self {
            Self::Common { .. } => Self::CommonOfJapan,
            Self::Rare { .. } => Self::RareOfJapan,
            Self::Kana => Self::KanaOfJapan,
            other => other,
        }
    }

    /// The share of one character of the group in lists.
    fn probability(self) -> f32 {
        let (share, size) = match self {
            Self::Common { size } => (0.50, size),
            Self::Rare { size } => (0.18, size),
            Self::Extended { size } => (0.08, size),
            Self::Kana => (0.03, 170),
            Self::CommonOfJapan => (0.28, 2965),
            Self::RareOfJapan => (0.06, 3390),
            Self::KanaOfJapan => (0.38, 170),
            Self::Bopomofo => (0.05, 42),
            Self::PinyinLetter => (0.05, 30),
            Self::BoxDrawing => (0.04, 90),
            Self::Separator => (0.20, 6),
            Self::Sign => (0.08, 200),
            Self::Letter => (0.02, 200),
        };
        share / f32::from(size)
    }
}

fn group_of_gb18030(character: char, [lead, trail]: [u8; 2]) -> Option<Group> {
    if !is_ideograph_of_any_block(character) {
        return group_of_sign(character);
    }
    Some(match (lead, trail) {
        (0xB0..=0xD7, 0xA1..) => Group::Common { size: 3755 },
        (0xD8..=0xF7, 0xA1..) => Group::Rare { size: 3008 },
        _ => Group::Extended { size: 14_240 },
    })
}

fn group_of_big5(character: char, [lead, _]: [u8; 2]) -> Option<Group> {
    if !is_ideograph_of_any_block(character) {
        return group_of_sign(character);
    }
    Some(match lead {
        0xA4..=0xC6 => Group::Common { size: 5401 },
        0xC9..=0xF9 => Group::Rare { size: 7652 },
        // Hong Kong's supplement, and what others put into its place.
        _ => Group::Extended { size: 14_240 },
    })
}

fn group_of_japanese(encoding: DoubleByte, character: char, [lead, _]: [u8; 2]) -> Option<Group> {
    if !is_ideograph_of_any_block(character) {
        return group_of_sign(character);
    }
    let is_common = match encoding {
        DoubleByte::EucJp => (0xB0..=0xCF).contains(&lead),
        _ => (0x88..=0x98).contains(&lead),
    };
    Some(if is_common {
        Group::Common { size: 2965 }
    } else {
        Group::Rare { size: 3390 }
    })
}

fn is_ideograph_of_any_block(character: char) -> bool {
    characters::is_ideograph(character)
        || matches!(character, '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}')
}

fn group_of_sign(character: char) -> Option<Group> {
    Some(match character {
        _ if is_kana(character) => Group::Kana,
        '、' | '，' | '。' | '；' | '：' | '\u{3000}' => Group::Separator,
        // With the tone marks ˇ ˉ ˊ ˋ ˙.
        '\u{3105}'..='\u{312F}'
        | '\u{31A0}'..='\u{31BF}'
        | '\u{02C7}'
        | '\u{02C9}'..='\u{02CB}'
        | '\u{02D9}' => Group::Bopomofo,
        'à'..='ü' | 'ā'..='ǜ' | 'ɑ' | 'ɡ' | 'ḿ' => Group::PinyinLetter,
        '\u{2500}'..='\u{259F}' | '\u{25A0}'..='\u{25FF}' => Group::BoxDrawing,
        'Α'..='ω' | 'Ѐ'..='ё' | '\u{FF10}'..='\u{FF5A}' => Group::Letter,
        '\u{2000}'..='\u{2BFF}'
        | '\u{3000}'..='\u{303F}'
        | '\u{3200}'..='\u{33FF}'
        | '\u{FE30}'..='\u{FE6F}'
        | '\u{FF01}'..='\u{FF0F}'
        | '\u{FF5B}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}'
        | '\u{A0}'..='÷' => Group::Sign,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost_in_list(text: &str) -> Vec<u8> {
        let encoded = encoding_rs::GBK.encode(text).0.into_owned();
        text.chars()
            .zip(encoded.chunks(2))
            .map(|(character, pair)| costs(DoubleByte::Gb18030, character, [pair[0], pair[1]])[3])
            .collect()
    }

    /// Two letters of an alphabet cost from 108 to 160.
    #[test]
    fn what_lists_are_made_of_costs_no_more_than_letters() {
        for cost in cost_in_list("赵钱孙骷髅佴仄ㄅㄆāǎ┌┐がガ") {
            assert!(cost < 170, "{cost}");
        }
    }

    #[test]
    fn private_use_is_in_no_list() {
        assert_eq!(cost_in_list("\u{E000}"), [UNLISTED]);
    }
}
