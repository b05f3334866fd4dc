//! Which Chinese a text is written in: the script, and for traditional text the region.
//!
//! The story: one table says of each character how much it speaks for simplified or for
//! traditional writing (`script.rs`); the sum over the text gives the script. Kana and the
//! characters of written Cantonese are counted on the way, because Japanese must not be
//! converted at all and Cantonese only in script. A second pass, over traditional text only,
//! distinguishes Taiwan from Hong Kong by their variants and vocabulary (`region.rs`).
//!
//! Large texts are sampled, so that the cost is bounded; the same text always gives the same
//! answer.

mod region;
mod script;

pub(super) use script::{Trait, show, shown};

use serde::{Serialize, Serializer};
use zhnorm_lang::boundary;

/// The two scripts of Chinese, named by their ISO 15924 codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// Simplified characters.
    Hans,
    /// Traditional characters.
    Hant,
}

impl Script {
    /// The ISO 15924 code: `Hans` or `Hant`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Hans => "Hans",
            Self::Hant => "Hant",
        }
    }
}

/// A region with its own character variants and vocabulary, named by its ISO 3166 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Region {
    /// The mainland.
    CN,
    /// Singapore.
    SG,
    /// Taiwan.
    TW,
    /// Hong Kong.
    HK,
    /// Macao.
    MO,
}

/// What [`detect`] finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Variety {
    /// No evidence: no Chinese, or only characters that both scripts share.
    #[default]
    Unknown,
    /// Simplified.
    Hans,
    /// Traditional, of no region in particular.
    Hant,
    /// Traditional as written in Taiwan.
    HantTw,
    /// Traditional as written in Hong Kong.
    HantHk,
    /// Written Cantonese in simplified characters: converted in script only.
    CantoneseHans,
    /// Written Cantonese in traditional characters: converted in script only.
    CantoneseHant,
    /// Japanese: never converted unless a configuration is asked for by name.
    Japanese,
}

impl Variety {
    /// The script of Chinese, where there is evidence.
    pub fn script(self) -> Option<Script> {
        match self {
            Self::Unknown | Self::Japanese => None,
            Self::Hans | Self::CantoneseHans => Some(Script::Hans),
            Self::Hant | Self::HantTw | Self::HantHk | Self::CantoneseHant => Some(Script::Hant),
        }
    }

    /// The region, where there is evidence.
    pub fn region(self) -> Option<Region> {
        match self {
            Self::HantTw => Some(Region::TW),
            Self::HantHk => Some(Region::HK),
            Self::Unknown
            | Self::Hans
            | Self::Hant
            | Self::CantoneseHans
            | Self::CantoneseHant
            | Self::Japanese => None,
        }
    }

    /// The BCP 47 tag: `zh-Hans`, `zh-Hant`, `zh-Hant-TW`, `zh-Hant-HK`, `yue-Hans`,
    /// `yue-Hant`, `ja`, or `und`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Unknown => "und",
            Self::Hans => "zh-Hans",
            Self::Hant => "zh-Hant",
            Self::HantTw => "zh-Hant-TW",
            Self::HantHk => "zh-Hant-HK",
            Self::CantoneseHans => "yue-Hans",
            Self::CantoneseHant => "yue-Hant",
            Self::Japanese => "ja",
        }
    }
}

impl Serialize for Variety {
    /// Writes the BCP 47 tag.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag())
    }
}

/// A text up to this many bytes is read whole; of a larger one this much is read first.
const SAMPLE: usize = 32 * 1024;
/// A larger text is sampled in this many windows, spread evenly from its start to its end.
const WINDOWS: usize = 8;

/// Finds the variety of a text.
///
/// A text up to 32 KiB is read whole. Of a larger one, eight windows of 4 KiB are read, spread
/// evenly from start to end; when they have no evidence (they hold markup or another language), the
/// whole text is read.
///
/// ```
/// use zhnorm::convert::{Variety, detect};
///
/// assert_eq!(detect("这是简体中文"), Variety::Hans);
/// assert_eq!(detect("這是正體中文"), Variety::Hant);
/// assert_eq!(detect("佢哋喺度做嘢"), Variety::CantoneseHant);
/// assert_eq!(detect("これは日本語です"), Variety::Japanese);
/// assert_eq!(detect("plain English"), Variety::Unknown);
/// ```
pub fn detect(text: &str) -> Variety {
    look(text).variety
}

/// What a look at a text found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    /// Its variety.
    pub(crate) variety: Variety,
    /// What the characters of all of it show ([`shown`]); nothing where a sample was read.
    pub(super) shown: Option<u8>,
}

impl From<Variety> for Seen {
    fn from(variety: Variety) -> Self {
        Self {
            variety,
            shown: None,
        }
    }
}

/// Does what [`detect`] does, and gives what it saw on the way.
pub(crate) fn look(text: &str) -> Seen {
    let whole = || {
        let mut evidence = script::ScriptEvidence::default();
        evidence.read(text);
        Seen {
            variety: judge(&evidence, std::iter::once(text)),
            shown: Some(evidence.shown()),
        }
    };
    if text.len() <= SAMPLE {
        return whole();
    }
    let mut evidence = script::ScriptEvidence::default();
    for piece in windows(text) {
        evidence.read(piece);
    }
    match judge(&evidence, windows(text)) {
        Variety::Unknown => whole(),
        variety => variety.into(),
    }
}

/// Judges a sample of a text, given in pieces, by what was read of it.
fn judge<'a>(evidence: &script::ScriptEvidence, sample: impl Iterator<Item = &'a str>) -> Variety {
    if evidence.is_japanese() {
        return Variety::Japanese;
    }
    match (evidence.script(), evidence.is_cantonese()) {
        (Some(Script::Hans), true) => Variety::CantoneseHans,
        (Some(Script::Hans), false) => Variety::Hans,
        // Cantonese has characters of its own, which both scripts share; most is traditional.
        (Some(Script::Hant) | None, true) => Variety::CantoneseHant,
        (Some(Script::Hant), false) => match region::classify(sample) {
            Some(Region::TW) => Variety::HantTw,
            Some(Region::HK) => Variety::HantHk,
            _ => Variety::Hant,
        },
        (None, false) => Variety::Unknown,
    }
}

/// The windows of a text larger than [`SAMPLE`].
fn windows(text: &str) -> impl Iterator<Item = &str> + Clone {
    const WINDOW: usize = SAMPLE / WINDOWS;
    let last = text.len() - WINDOW;
    (0..WINDOWS).map(move |index| {
        // Divided before it is multiplied: a text may fill half of the address space.
        let start = boundary::floor(text, last / (WINDOWS - 1) * index);
        let end = boundary::floor(text, start + WINDOW);
        &text[start..end]
    })
}

#[cfg(test)]
mod tests;
