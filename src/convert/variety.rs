//! Which Chinese a text is written in: the script, and for traditional text the region.

/// The two scripts of Chinese, named by their ISO 15924 codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// Simplified characters.
    Hans,
    /// Traditional characters.
    Hant,
}

/// A region with its own character variants and vocabulary, named by its ISO 3166 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
pub enum Variety {
    /// The text does not tell: no Chinese, or only characters that both scripts share.
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
}

impl Variety {
    /// The script, where the text tells.
    pub fn script(self) -> Option<Script> {
        match self {
            Self::Unknown => None,
            Self::Hans => Some(Script::Hans),
            Self::Hant | Self::HantTw | Self::HantHk => Some(Script::Hant),
        }
    }

    /// The region, where the text tells.
    pub fn region(self) -> Option<Region> {
        match self {
            Self::HantTw => Some(Region::TW),
            Self::HantHk => Some(Region::HK),
            Self::Unknown | Self::Hans | Self::Hant => None,
        }
    }

    /// The BCP 47 tag: `zh-Hans`, `zh-Hant`, `zh-Hant-TW`, `zh-Hant-HK`, or `und`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Unknown => "und",
            Self::Hans => "zh-Hans",
            Self::Hant => "zh-Hant",
            Self::HantTw => "zh-Hant-TW",
            Self::HantHk => "zh-Hant-HK",
        }
    }
}

/// Finds the variety of a text.
pub fn detect(_text: &str) -> Variety {
    Variety::Unknown
}
