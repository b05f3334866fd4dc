//! Test cases: text drawn from documents, written in an encoding, and what happens to bytes on
//! their way.

use anyhow::Result;
use zhnorm::decode::{self, Encoding, Unmappable};
use zhnorm_lang::characters::is_private_use;

use crate::corpora::{Split, documents};
use crate::measure::Random;

/// Documents to draw from.
pub(super) struct Pool(pub(super) Vec<Vec<char>>);

impl Pool {
    pub(super) fn from_corpora(split: Split, names: &[&str]) -> Result<Self> {
        let mut pool = Vec::new();
        for name in names {
            pool.extend(documents(name, split)?);
        }
        Ok(Self::from_texts(pool))
    }

    pub(super) fn from_texts(texts: Vec<String>) -> Self {
        Self(
            texts
                .into_iter()
                .map(|text| {
                    text.chars()
                        .filter(|c| !is_private_use(*c) && !matches!(c, '\u{FFFD}' | '\r'))
                        .collect()
                })
                .filter(|text: &Vec<char>| text.len() > 8)
                .collect(),
        )
    }

    /// Text of at most `length` bytes in an encoding, at least half of them (a tenth for
    /// alphabets) outside ASCII; characters that the encoding lacks are passed over.
    pub(super) fn draw(
        &self,
        random: &mut Random,
        length: usize,
        dense: f64,
        write: &Write,
    ) -> Option<Case> {
        for _ in 0..400 {
            let document = &self.0[random.below(self.0.len())];
            let start = random.below(document.len());
            let mut text = String::new();
            let mut bytes = Vec::new();
            for character in document[start..].iter().take(2 * length) {
                let mut buffer = [0; 4];
                let Some(one) = write(character.encode_utf8(&mut buffer)) else {
                    continue;
                };
                if bytes.len() + one.len() > length {
                    break;
                }
                bytes.extend(one);
                text.push(*character);
            }
            let wide = text.chars().filter(|c| !c.is_ascii()).count();
            let full = bytes.len() + 4 > length;
            let share = wide as f64 / text.chars().count().max(1) as f64;
            if full && share >= dense {
                return Some(Case { bytes, text });
            }
        }
        None
    }
}

pub(super) struct Case {
    pub(super) bytes: Vec<u8>,
    pub(super) text: String,
}

/// Writes one character, or shows that the encoding lacks it.
pub(super) type Write = dyn Fn(&str) -> Option<Vec<u8>>;

pub(super) fn writer(label: &str) -> Result<Box<Write>> {
    if label == "gb2312" {
        return Ok(Box::new(|text| {
            decode::encode(text, Encoding::HZ, Unmappable::Error).ok()?;
            Some(gb2312(text))
        }));
    }
    let encoding: Encoding = label.parse()?;
    Ok(Box::new(move |text| {
        decode::encode(text, encoding, Unmappable::Error).ok()
    }))
}

/// What is done to the bytes after they are written.
#[derive(Clone, Copy)]
pub(super) enum Twist {
    None,
    /// A byte order mark before.
    Mark(&'static [u8]),
    /// The first byte is gone.
    CutHead,
    /// The last byte is gone.
    CutTail,
    /// One byte in sixty is lost, changed or added.
    Damage,
    /// A page of markup around.
    Html,
    /// HZ and ISO-2022-CN: the whole text is written at once.
    Rewrite(fn(&str) -> Vec<u8>),
}

pub(super) struct Row<'a> {
    pub(super) name: &'static str,
    pub(super) pool: &'a Pool,
    pub(super) label: &'static str,
    pub(super) twist: Twist,
    /// The share of characters outside ASCII.
    pub(super) dense: f64,
    /// Only texts with such a character.
    pub(super) wants: fn(char) -> bool,
}

/// Whether a character has a place in Big5 proper.
pub(super) fn is_plain_big5(character: char) -> bool {
    if character.is_ascii() {
        return true;
    }
    let mut buffer = [0; 4];
    let (_, _, is_unmappable) = encoding_rs::BIG5.encode(character.encode_utf8(&mut buffer));
    !is_unmappable
}

pub(super) fn gb2312(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

pub(super) fn hz(text: &str) -> Vec<u8> {
    decode::encode(text, Encoding::HZ, Unmappable::Replace).unwrap_or_default()
}

/// ISO-2022-CN with GB2312 only: each line names the alphabet again.
pub(super) fn iso_2022_cn(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in text.split_inclusive('\n') {
        let mut is_shifted = false;
        for (index, character) in line.chars().enumerate() {
            let mut buffer = [0; 4];
            let text = character.encode_utf8(&mut buffer);
            let pair = encoding_rs::GBK.encode(text).0;
            if index == 0 {
                bytes.extend(b"\x1B$)A");
            }
            if (pair.len() == 2) != is_shifted {
                is_shifted = !is_shifted;
                bytes.push(if is_shifted { 0x0E } else { 0x0F });
            }
            bytes.extend(pair.iter().map(|byte| byte & 0x7F));
        }
        if is_shifted {
            bytes.push(0x0F);
        }
    }
    bytes
}

pub(super) fn twisted(case: &Case, row: &Row<'_>, random: &mut Random) -> (Vec<u8>, String) {
    let mut bytes = case.bytes.clone();
    let mut label = row.label.to_owned();
    match row.twist {
        Twist::None => {}
        Twist::Mark(mark) => bytes = [mark, &bytes].concat(),
        Twist::CutHead => {
            // The first character outside ASCII is the one that is cut.
            let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
            let first = if row.label == "utf-16le" { 0 } else { first };
            bytes.drain(..=first);
        }
        Twist::CutTail => {
            let last = bytes.iter().rposition(|byte| !byte.is_ascii()).unwrap_or(0);
            bytes.truncate(last.max(1));
        }
        Twist::Damage => {
            for _ in 0..1 + bytes.len() / 120 {
                let at = random.below(bytes.len());
                match random.below(3) {
                    0 => {
                        bytes.remove(at);
                    }
                    1 => bytes[at] = random.next() as u8 | 0x80,
                    _ => bytes.insert(at, random.next() as u8 | 0x80),
                }
            }
        }
        Twist::Html => {
            let markup = "<div class=\"content\"><a href=\"/2021/0405/index.html\">";
            let head = format!("<html>\n<head>\n<title>{}", markup.repeat(40));
            bytes = [head.as_bytes(), &bytes, markup.repeat(20).as_bytes()].concat();
        }
        Twist::Rewrite(rewrite) => {
            bytes = rewrite(&case.text);
            label = match row.name {
                "HZ" => "hz-gb-2312",
                "ISO-2022-CN" => "iso-2022-cn",
                _ => "gbk",
            }
            .to_owned();
        }
    }
    (bytes, label)
}
