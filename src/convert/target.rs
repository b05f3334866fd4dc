//! What the reader asked for, and which configurations lead there.

use std::fmt;
use std::str::FromStr;

use super::{Config, Region, Script, Variety};
use crate::Error;

/// What to write: a script, a region's Chinese, or exactly one OpenCC configuration.
///
/// ```
/// use zhnorm::convert::{Config, Region, Script, Target};
///
/// assert_eq!("zh-Hant".parse::<Target>()?, Target::Script(Script::Hant));
/// assert_eq!("zh-hant-tw".parse::<Target>()?, Target::Region(Region::TW));
/// assert_eq!("s2twp".parse::<Target>()?, Target::Config(Config::S2twp));
/// assert!("zh".parse::<Target>().is_err());
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// Change the script only.
    Script(Script),
    /// The script, the region's variants and, where OpenCC has it, the region's vocabulary.
    Region(Region),
    /// Run this configuration whatever the text is.
    Config(Config),
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Script(Script::Hans) => "zh-Hans",
            Self::Script(Script::Hant) => "zh-Hant",
            Self::Region(Region::CN) => "zh-CN",
            Self::Region(Region::SG) => "zh-SG",
            Self::Region(Region::TW) => "zh-TW",
            Self::Region(Region::HK) => "zh-HK",
            Self::Region(Region::MO) => "zh-MO",
            Self::Config(config) => config.name(),
        })
    }
}

impl FromStr for Target {
    type Err = Error;

    /// Reads a BCP 47 tag, in any case and with `_` for `-`, or a configuration's name.
    fn from_str(name: &str) -> Result<Self, Error> {
        if let Ok(config) = name.parse() {
            return Ok(Self::Config(config));
        }
        let tag = name.to_ascii_lowercase().replace('_', "-");
        Ok(match tag.as_str() {
            "zh-hans" => Self::Script(Script::Hans),
            "zh-hant" => Self::Script(Script::Hant),
            "zh-cn" | "zh-hans-cn" => Self::Region(Region::CN),
            "zh-sg" | "zh-hans-sg" => Self::Region(Region::SG),
            "zh-tw" | "zh-hant-tw" => Self::Region(Region::TW),
            "zh-hk" | "zh-hant-hk" => Self::Region(Region::HK),
            "zh-mo" | "zh-hant-mo" => Self::Region(Region::MO),
            _ => {
                return Err(Error::UnknownTarget {
                    target: name.to_owned(),
                });
            }
        })
    }
}

/// How the text came to be in its script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Provenance {
    /// Somebody wrote it so.
    #[default]
    Written,
    /// A scraper mapped simplified text to traditional one character at a time, as the pinyin
    /// garble does. Going back is a character matter too: 有著 was 有着, 著名 was 著名.
    CharacterMapped,
}

/// The configurations to run, in order.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Plan {
    /// Empty when the text is already what was asked for.
    pub configs: Vec<Config>,
    /// Whether to undo a character-by-character mapping rather than convert written text.
    pub provenance: Provenance,
}

impl Target {
    /// The plan that leads from a variety to this target.
    ///
    /// A script leaves regional variants and vocabulary alone; a region of the other script
    /// takes the configuration with vocabulary where OpenCC has one.
    pub fn plan(&self, from: Variety, provenance: Provenance) -> Plan {
        use Config::{
            Hk2s, Hk2sp, Hk2t, S2hk, S2hkp, S2t, S2twp, T2hk, T2s, T2tw, Tw2s, Tw2sp, Tw2t,
        };
        let configs: &[Config] = match (self, from) {
            (Self::Config(config), _) => std::slice::from_ref(config),
            (_, Variety::Unknown) => &[],

            (Self::Script(Script::Hans) | Self::Region(Region::CN | Region::SG), Variety::Hans) => {
                &[]
            }
            (Self::Script(Script::Hans) | Self::Region(Region::CN | Region::SG), Variety::Hant) => {
                &[T2s]
            }
            (Self::Region(Region::CN), Variety::HantTw) => &[Tw2sp],
            (Self::Region(Region::CN), Variety::HantHk) => &[Hk2sp],
            (Self::Script(Script::Hans) | Self::Region(Region::SG), Variety::HantTw) => &[Tw2s],
            (Self::Script(Script::Hans) | Self::Region(Region::SG), Variety::HantHk) => &[Hk2s],

            (Self::Script(Script::Hant), Variety::Hans) => &[S2t],
            (Self::Script(Script::Hant), _) => &[],

            (Self::Region(Region::TW), Variety::Hans) => &[S2twp],
            (Self::Region(Region::TW), Variety::Hant) => &[T2tw],
            (Self::Region(Region::TW), Variety::HantTw) => &[],
            (Self::Region(Region::TW), Variety::HantHk) => &[Hk2t, T2tw],

            (Self::Region(Region::HK), Variety::Hans) => &[S2hkp],
            (Self::Region(Region::MO), Variety::Hans) => &[S2hk],
            (Self::Region(Region::HK | Region::MO), Variety::Hant) => &[T2hk],
            (Self::Region(Region::HK | Region::MO), Variety::HantTw) => &[Tw2t, T2hk],
            (Self::Region(Region::HK | Region::MO), Variety::HantHk) => &[],
        };
        Plan {
            configs: configs.to_vec(),
            provenance,
        }
    }
}
