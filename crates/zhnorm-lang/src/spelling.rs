//! How words are spelled that have a character with two forms: 公佈 or 公布, 説 or 說.
//!
//! A region has words of its own spelling. They are looked up without regard to the two forms, so what
//! was spelled so is spelled the same when it is looked up again.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The two forms of a character. The second stands for both when a word is looked up.
#[rustfmt::skip]
pub const PAIRS: [[char; 2]; 86] = [
    ['臺', '台'], ['裡', '裏'], ['佈', '布'], ['劃', '畫'], ['佔', '占'], ['着', '著'],
    ['説', '說'], ['户', '戶'], ['税', '稅'], ['羣', '群'], ['啓', '啟'], ['衞', '衛'], ['温', '溫'], ['綫', '線'],
    ['閲', '閱'], ['牀', '床'], ['脱', '脫'], ['揾', '搵'], ['峯', '峰'], ['麽', '麼'], ['悦', '悅'], ['鋭', '銳'],
    ['兑', '兌'], ['藴', '蘊'], ['葱', '蔥'], ['卧', '臥'], ['蜕', '蛻'], ['醖', '醞'], ['敍', '敘'], ['鈎', '鉤'],
    ['週', '周'], ['儘', '盡'], ['迴', '回'], ['遊', '游'], ['瞭', '了'], ['鑑', '鑒'], ['註', '注'], ['蒐', '搜'],
    ['恆', '恒'], ['汙', '污'], ['慾', '欲'], ['溼', '濕'], ['併', '並'], ['唸', '念'], ['歎', '嘆'], ['僱', '雇'],
    ['昇', '升'], ['祕', '秘'], ['煙', '菸'], ['爲', '為'], ['痴', '癡'], ['逕', '徑'], ['拚', '拼'], ['嚐', '嘗'],
    ['跡', '蹟'], ['託', '托'], ['綵', '彩'], ['兇', '凶'], ['諮', '咨'], ['倖', '幸'], ['傑', '杰'], ['曬', '晒'],
    ['舖', '鋪'], ['夥', '伙'], ['讚', '贊'], ['紮', '扎'], ['誌', '志'], ['弔', '吊'], ['巖', '岩'], ['豔', '艷'],
    ['彷', '仿'], ['桿', '杆'], ['涌', '湧'], ['糉', '粽'], ['衆', '眾'], ['閒', '閑'], ['牠', '它'], ['悽', '淒'],
    ['毁', '毀'], ['藉', '借'], ['摺', '折'], ['癒', '愈'], ['麪', '麵'], ['脣', '唇'], ['喫', '吃'], ['痠', '酸'],
];

/// The longest word, in characters.
pub const LONGEST: usize = 4;
/// A character, in the middle, and those around it; 0 for what is no Chinese character.
pub type Window = [u16; 2 * LONGEST - 1];

const FIRST: u16 = 0x4E00;
const CHARACTERS: usize = 0x5200;

/// For each character the number of its pair and one, else 0.
static NUMBERS: [u8; CHARACTERS] = {
    let mut numbers = [0; CHARACTERS];
    let mut at = 0;
    while at < PAIRS.len() {
        let [one, other] = PAIRS[at];
        numbers[one as usize - FIRST as usize] = at as u8 + 1;
        numbers[other as usize - FIRST as usize] = at as u8 + 1;
        at += 1;
    }
    numbers
};

/// The number of the pair of a character.
#[inline]
pub fn pair(character: u16) -> Option<usize> {
    let number = NUMBERS.get(usize::from(character.wrapping_sub(FIRST)))?;
    usize::from(*number).checked_sub(1)
}

/// The character that stands for both forms; itself when it has one form.
pub fn folded(character: u16) -> u16 {
    pair(character).map_or(character, |at| PAIRS[at][1] as u16)
}

/// The window of a place in a text.
pub fn window(text: &str, place: usize) -> Window {
    let code = |ch: char| {
        u16::try_from(u32::from(ch))
            .ok()
            .filter(|code| (FIRST..0xA000).contains(code))
            .map_or(0, folded)
    };
    let mut window = [0; 2 * LONGEST - 1];
    let before = text[..place].chars().rev();
    for (slot, ch) in window[..LONGEST - 1].iter_mut().rev().zip(before) {
        *slot = code(ch);
    }
    for (slot, ch) in window[LONGEST - 1..].iter_mut().zip(text[place..].chars()) {
        *slot = code(ch);
    }
    window
}

/// The lengths of words and the places of their character in them: longer words first, of equally long ones
/// the one that begins later.
const SHAPES: [(usize, usize); LONGEST * (LONGEST + 1) / 2] = {
    let mut shapes = [(0, 0); LONGEST * (LONGEST + 1) / 2];
    let (mut length, mut at) = (LONGEST, 0);
    while length > 0 {
        let mut before = 0;
        while before < length {
            shapes[at] = (length, before);
            at += 1;
            before += 1;
        }
        length -= 1;
    }
    shapes
};

/// Mixes the key of a word, which is a number already.
#[derive(Clone, Copy, Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

/// The words of a region.
#[derive(Clone, Debug)]
pub struct Words {
    /// How the character of a word is written, by the word and the shape.
    words: HashMap<u64, u16, BuildHasherDefault<Mixer>>,
    /// The shapes that there are for each pair, a bit each.
    shapes: [u16; PAIRS.len()],
}

impl Default for Words {
    fn default() -> Self {
        Self {
            words: HashMap::default(),
            shapes: [0; PAIRS.len()],
        }
    }
}

impl<'a> FromIterator<&'a str> for Words {
    fn from_iter<T: IntoIterator<Item = &'a str>>(list: T) -> Self {
        let mut words = Self::default();
        for word in list {
            words.add(word);
        }
        words
    }
}

impl Words {
    /// Adds a word as it is spelled. It decides all of its characters that have two forms. What was there is kept.
    pub fn add(&mut self, word: &str) {
        for (at, ch) in word.char_indices() {
            let own = u16::try_from(u32::from(ch)).unwrap_or(0);
            let Some(pair) = pair(own) else {
                continue;
            };
            let length = word.chars().count();
            let before = word[..at].chars().count();
            let shape = SHAPES.iter().position(|shape| *shape == (length, before));
            if let Some(shape) = shape
                && let Some(key) = key(&window(word, at), shape)
            {
                self.words.entry(key).or_insert(own);
                self.shapes[pair] |= 1 << shape;
            }
        }
    }

    /// Whether no word has this character.
    #[inline]
    pub fn lacks(&self, character: u16) -> bool {
        pair(character).is_none_or(|pair| self.shapes[pair] == 0)
    }

    /// How the character in the middle of a window is written; `None` when no word says it.
    pub fn written(&self, window: &Window) -> Option<u16> {
        let mut shapes = self.shapes[pair(window[LONGEST - 1])?];
        while shapes != 0 {
            let shape = shapes.trailing_zeros() as usize;
            shapes &= shapes - 1;
            if let Some(key) = key(window, shape)
                && let Some(written) = self.words.get(&key)
            {
                return Some(*written);
            }
        }
        None
    }
}

/// The key of the word of a shape in a window; `None` when there is a mark in it.
fn key(window: &Window, shape: usize) -> Option<u64> {
    let (length, before) = SHAPES[shape];
    let start = LONGEST - 1 - before;
    let mut key = 0;
    for &character in &window[start..start + length] {
        if character == 0 {
            return None;
        }
        // Fifteen bits are enough for a character of the block.
        key = key << 15 | u64::from(character - FIRST + 1);
    }
    Some(key << 4 | shape as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_is_in_one_pair() {
        for (at, two) in PAIRS.iter().enumerate() {
            for ch in two {
                assert_eq!(pair(*ch as u16), Some(at), "{ch}");
            }
        }
        assert_eq!(pair(u16::from(b'a')), None);
        assert_eq!(pair(0xFFFF), None);
    }

    #[test]
    fn the_longest_word_decides() {
        let words: Words = ["布", "佈置", "布置圖", "台"].into_iter().collect();
        let written = |text: &str, place: usize| {
            let written = words.written(&window(text, place))?;
            char::from_u32(u32::from(written))
        };
        assert_eq!(written("公佈", 3), Some('布'));
        assert_eq!(written("布置", 0), Some('佈'));
        assert_eq!(written("佈置圖", 0), Some('布'));
        assert_eq!(written("佈，置", 0), Some('布'));
        assert_eq!(written("說", 0), None);
        assert!(words.lacks('說' as u16) && !words.lacks('臺' as u16));
    }

    #[test]
    fn of_two_equally_long_words_the_later_one_decides() {
        let words: Words = ["散佈", "布局"].into_iter().collect();
        let window = window("散佈局", 3);
        assert_eq!(words.written(&window), Some('布' as u16));
    }
}
