//! Which charsets the names of a folder went through.
//!
//! A name is short, so chance counts. A reading holds if it explains the name better than every
//! other charset does, by what the characters cost in the language of each. The names of one folder
//! come from one program: what one of them leaves open, the others decide.

use encoding_rs::{
    EUC_JP, EUC_KR, Encoding, IBM866, KOI8_R, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252,
};

use crate::repair::{Before, Charset, rarity};

/// So many nats a reading has to be cheaper than any other, for one name or for those of a folder.
const MARGIN: f32 = 6.0;
/// So many nats it has to be cheaper than the name as it is.
const GAIN: f32 = 8.0;
/// A Han character that is dearer is in no name of a file, but in what wrong readings make.
const RAREST: f32 = 11.5;
/// The same for the mean of a name.
const RAREST_MEAN: f32 = 9.2;

/// What a name was decoded with by mistake; `None` for bytes that nothing has decoded yet.
type Reader = Option<Charset>;

const READERS: [Reader; 7] = [
    None,
    Some(Charset::Cp437),
    Some(Charset::Cp850),
    Some(Charset::Windows1252),
    Some(Charset::MacRoman),
    Some(Charset::Gbk),
    Some(Charset::Big5),
];
const WRITERS: [Charset; 3] = [Charset::Utf8, Charset::Gbk, Charset::Big5];

/// What else bytes may be.
const RIVALS: [&Encoding; 7] = [
    SHIFT_JIS,
    EUC_JP,
    EUC_KR,
    WINDOWS_1251,
    IBM866,
    KOI8_R,
    WINDOWS_1252,
];

/// A name as it was meant.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reading {
    /// The name.
    pub(super) name: String,
    /// The charset that it was written in.
    pub(super) written: Charset,
    /// The charset that it was decoded with by mistake.
    pub(super) read: Reader,
}

/// A reading that may be right, and by how much.
struct Candidate {
    name: String,
    /// Its Han characters.
    han: usize,
    /// Whether all of them are found in names.
    is_common: bool,
    /// How much cheaper it is than the name as it is.
    gain: f32,
    /// How much cheaper it is than what other charsets make of the same bytes.
    margin: f32,
    /// Chance makes no such bytes: each character is three that fit.
    is_sure: bool,
}

/// What the names of a folder say of a reader and a writer.
struct Hypothesis {
    read: Reader,
    written: Charset,
    candidates: Vec<Option<Candidate>>,
    gain: f32,
    margin: f32,
}

impl Hypothesis {
    fn new(names: &[&[u8]], read: Reader, written: Charset, is_named: bool) -> Self {
        let candidates: Vec<Option<Candidate>> = (names.iter())
            .map(|name| candidate(name, read, written, is_named))
            .collect();
        let sum = |of: fn(&Candidate) -> f32| {
            let common = candidates.iter().flatten().filter(|one| one.is_common);
            common.map(of).sum()
        };
        Self {
            read,
            written,
            gain: sum(|one| one.gain),
            margin: sum(|one| one.margin),
            candidates,
        }
    }

    /// Whether a candidate holds, alone or by the others.
    fn accepts(&self, one: &Candidate) -> bool {
        // Han that was read as Han takes more to be doubted.
        let is_double = matches!(self.read, Some(Charset::Gbk | Charset::Big5));
        let gain = if is_double && self.written != Charset::Utf8 {
            3.0 * GAIN
        } else {
            GAIN
        };
        let is_alone = one.is_sure || (one.margin >= MARGIN && one.han > 1);
        let alone = one.is_common && one.gain >= gain && is_alone;
        // With many others, characters may be rare.
        let most = if one.is_common { 2.0 } else { 6.0 };
        let together = one.gain > gain - GAIN
            && one.margin > 0.0
            && self.gain >= most * gain
            && self.margin >= most * MARGIN;
        alone || together
    }
}

/// The readings of the names of a folder; `None` for a name that is what it should be, or that no
/// reading explains surely enough. `told` is the charset that the user names.
pub(super) fn readings(names: &[&[u8]], told: Option<Charset>) -> Vec<Option<Reading>> {
    let mut best: Vec<Option<(f32, Reading)>> = names.iter().map(|_| None).collect();
    let writers = told.map_or(WRITERS.to_vec(), |told| vec![told]);
    for read in READERS {
        let mut hypotheses: Vec<Hypothesis> = (writers.iter())
            .filter(|written| read != Some(**written))
            .map(|written| Hypothesis::new(names, read, *written, told.is_some()))
            .collect();
        // A folder is from one system, in simplified or in traditional Chinese.
        let likelier = (hypotheses.iter())
            .filter(|one| one.written != Charset::Utf8)
            .max_by(|one, other| one.margin.total_cmp(&other.margin))
            .map(|one| one.written);
        hypotheses.retain(|one| one.written == Charset::Utf8 || Some(one.written) == likelier);
        for hypothesis in hypotheses {
            for (candidate, best) in hypothesis.candidates.iter().zip(&mut best) {
                let Some(one) = candidate.as_ref().filter(|one| hypothesis.accepts(one)) else {
                    continue;
                };
                let worth = one.gain.min(1e6) + one.margin;
                if best.as_ref().is_none_or(|(most, _)| *most < worth) {
                    let reading = Reading {
                        name: one.name.clone(),
                        written: hypothesis.written,
                        read,
                    };
                    *best = Some((worth, reading));
                }
            }
        }
    }
    (best
        .into_iter()
        .map(|best| best.map(|(_, reading)| reading)))
    .collect()
}

/// What one name is if it went this way.
fn candidate(name: &[u8], read: Reader, written: Charset, is_named: bool) -> Option<Candidate> {
    if name.is_ascii() {
        return None;
    }
    let shown = str::from_utf8(name).ok();
    let (bytes, old) = match (read, shown) {
        (None, None) => (name.to_vec(), f32::INFINITY),
        (Some(read), Some(shown)) => (read.encode(shown)?, cost(shown)),
        _ => return None,
    };
    let new = written.decode(&bytes)?;
    let (han, is_common) = plausibility(&new, written)?;
    let is_raw = read.is_none();
    if is_raw && is_named {
        return Some(Candidate {
            name: new,
            han,
            is_common: true,
            gain: f32::INFINITY,
            margin: 100.0,
            is_sure: true,
        });
    }
    let own = cost(&new);
    let others = WRITERS
        .into_iter()
        .filter(|other| *other != written && (!is_named || *other == Charset::Utf8))
        .filter_map(|other| other.decode(&bytes).filter(|text| !has_controls(text)));
    let rivals = RIVALS
        .into_iter()
        .filter(|_| !is_named)
        .filter_map(|rival| {
            let text = rival.decode_without_bom_handling_and_without_replacement(&bytes)?;
            (!has_controls(&text)).then(|| cost(&text) + oddity(rival, &text))
        });
    let others = others.map(|text| cost(&text));
    let least = others.chain(rivals).fold(f32::INFINITY, f32::min);
    let gain = old - own;
    Some(Candidate {
        name: new,
        han,
        is_common,
        gain,
        margin: (least - own).min(100.0),
        is_sure: written == Charset::Utf8 && gain >= GAIN,
    })
}

/// What it costs that names in an encoding look like this, or are in it at all.
fn oddity(encoding: &'static Encoding, text: &str) -> f32 {
    let mut of_words = 0.0;
    if [WINDOWS_1251, IBM866, KOI8_R].contains(&encoding) {
        let is_letter = |ch: char| matches!(ch, '\u{400}'..='\u{45F}');
        for word in text.split(|ch| !is_letter(ch)) {
            let has_vowel = word.contains(|ch| "аеёиоуыэюяАЕЁИОУЫЭЮЯіІ".contains(ch));
            if word.chars().nth(2).is_some() && !has_vowel {
                of_words += 6.0;
            }
        }
    }
    let lacks = |script: std::ops::RangeInclusive<char>| !text.contains(|ch| script.contains(&ch));
    let of_encoding = if encoding == EUC_JP {
        4.0 + if lacks('\u{3041}'..='\u{30FF}') {
            4.0
        } else {
            0.0
        }
    } else if encoding == EUC_KR && lacks('\u{AC00}'..='\u{D7A3}') {
        8.0
    } else if encoding == KOI8_R {
        3.0
    } else {
        0.0
    };
    of_words + of_encoding
}

/// The number of Han characters in a reading that somebody may have given a file, and whether they
/// are common ones; `None` when it is no Chinese name.
fn plausibility(name: &str, written: Charset) -> Option<(usize, bool)> {
    let (mut sum, mut han, mut is_common) = (0.0, 0_usize, true);
    for ch in name.chars() {
        match ch {
            ' '..='~'
            | '\u{3000}'..='\u{301F}'
            | '\u{FF01}'..='\u{FF5E}'
            | '①'..='⑳'
            | 'Ⅰ'..='Ⅻ'
            | '“'
            | '”'
            | '‘'
            | '’'
            | '—'
            | '…'
            | '·'
            | '×'
            | '→'
            | '★'
            | '☆'
            | '△'
            | '●'
            | '○'
            | '◆'
            | '■' => {}
            // In GBK and Big5 they are a sign of something else.
            '\u{3041}'..='\u{30FF}' if written == Charset::Utf8 => {}
            _ => {
                let rarity = rarity(ch)?;
                is_common &= rarity <= RAREST;
                sum += rarity;
                han += 1;
            }
        }
    }
    (han > 0).then_some((han, is_common && sum / han as f32 <= RAREST_MEAN))
}

fn has_controls(text: &str) -> bool {
    text.chars().any(char::is_control)
}

fn cost(text: &str) -> f32 {
    let mut before = Before::default();
    text.chars().map(|ch| before.read(ch)).sum()
}

/// What Info-ZIP writes for characters that it cannot: `#U4e2d`, `#L00020bb7`.
pub(super) fn unescaped(name: &str) -> Option<String> {
    let mut text = String::with_capacity(name.len());
    let mut rest = name;
    let mut han = 0;
    while let Some(at) = rest.find('#') {
        let (before, escape) = rest.split_at(at);
        text.push_str(before);
        let digits = match escape.as_bytes().get(1) {
            Some(b'U') => 4,
            Some(b'L') => 8,
            _ => 0,
        };
        let code = escape
            .get(2..2 + digits)
            .filter(|code| !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let ch = code.and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?));
        match ch {
            Some(ch) if !ch.is_ascii() && !ch.is_control() => {
                han += usize::from(rarity(ch).is_some());
                text.push(ch);
                rest = &escape[2 + digits..];
            }
            _ => {
                text.push('#');
                rest = &escape[1..];
            }
        }
    }
    text.push_str(rest);
    (han > 0).then_some(text)
}

/// What programs that fetch pages write: `%E4%B8%AD`. Only escapes of whole characters outside
/// ASCII are read, and spaces beside them.
pub(super) fn unquoted(name: &str) -> Option<String> {
    let byte_at = |at: usize| {
        let code = name.as_bytes().get(at..at + 3)?.strip_prefix(b"%")?;
        u8::from_str_radix(str::from_utf8(code).ok()?, 16).ok()
    };
    let (mut text, mut at, mut han) = (String::with_capacity(name.len()), 0, 0);
    while at < name.len() {
        let mut bytes = Vec::new();
        while let Some(byte) = byte_at(at + 3 * bytes.len()) {
            if byte < 0x80 {
                break;
            }
            bytes.push(byte);
        }
        match str::from_utf8(&bytes) {
            Ok(read) if !bytes.is_empty() => {
                han += read.chars().filter(|ch| rarity(*ch).is_some()).count();
                text.push_str(read);
                at += 3 * bytes.len();
            }
            Err(_) => return None,
            Ok(_) => {
                let ch = name[at..].chars().next()?;
                if byte_at(at) == Some(b' ') {
                    text.push(' ');
                    at += 3;
                } else {
                    text.push(ch);
                    at += ch.len_utf8();
                }
            }
        }
    }
    (han > 0).then_some(text)
}
