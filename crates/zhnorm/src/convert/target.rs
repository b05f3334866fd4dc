//! What the reader asked for, and which configurations lead there.

use std::fmt;
use std::str::FromStr;

use super::Error;
use super::{Config, Region, Script, Spelling, Variety};

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
#[non_exhaustive]
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
#[non_exhaustive]
pub enum Provenance {
    /// It was written in this script.
    #[default]
    Written,
    /// A scraper mapped simplified text to traditional one character at a time, as the pinyin
    /// garble does. Going back is a character matter too: 有著 was 有着, 著名 was 著名.
    CharacterMapped,
}

/// The way from a text to a target.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Plan {
    /// The configurations to run, in order. Empty when the text is already what was asked for,
    /// or needs no configuration.
    pub configs: Vec<Config>,
    /// With [`Provenance::CharacterMapped`] a character-by-character mapping to traditional is
    /// undone first (see `map_back`); what the configurations get is
    /// simplified text.
    pub provenance: Provenance,
    /// Whether the context of an ambiguous character may overrule a configuration: for a tag, not
    /// for a configuration by name.
    pub context: bool,
    /// How characters are spelled that a region writes in two ways, if the options do not say it; `None` is
    /// as OpenCC does. With no configuration to run, this is all that is done.
    pub spelling: Option<Spelling>,
}

impl Plan {
    /// A plan that runs these configurations, in order, on a text that was written in its script.
    pub fn new(configs: impl Into<Vec<Config>>) -> Self {
        Self {
            configs: configs.into(),
            provenance: Provenance::Written,
            context: false,
            spelling: None,
        }
    }
}

impl Target {
    /// The script that a tag asks for; `None` for a configuration by name.
    pub fn script(self) -> Option<Script> {
        match self {
            Self::Script(script) => Some(script),
            Self::Region(Region::CN | Region::SG) => Some(Script::Hans),
            Self::Region(Region::TW | Region::HK | Region::MO) => Some(Script::Hant),
            Self::Config(_) => None,
        }
    }

    /// The plan that leads from a variety to this target.
    ///
    /// - A configuration asked for by name is run as it is, whatever the text is.
    /// - A script leaves regional variants and vocabulary alone; a region of the other script
    ///   takes the configuration with vocabulary where OpenCC has one.
    /// - A text already in the target's script, or region, is left alone.
    /// - Cantonese changes its script and nothing else: OpenCC's vocabularies are for Mandarin.
    /// - Japanese, and text without evidence of its script, stays as it is.
    /// - Traditional text that a scraper mapped character by character is simplified text in
    ///   disguise (里 and 后 still stand in it): it is mapped back, and for Taiwan, Hong Kong or
    ///   Macao converted from there. For the target `zh-Hant` it is in the target's script, and
    ///   is left alone like any other.
    pub fn plan(&self, from: Variety, provenance: Provenance) -> Plan {
        if let Self::Config(config) = self {
            return Plan::new([*config]);
        }
        let mapped = provenance == Provenance::CharacterMapped
            && from.script() == Some(Script::Hant)
            && *self != Self::Script(Script::Hant);
        let (from, provenance) = if mapped {
            (Variety::Hans, Provenance::CharacterMapped)
        } else {
            (from, Provenance::Written)
        };
        let configs = self.configs(from);
        Plan {
            configs: configs.to_vec(),
            provenance,
            context: true,
            // Traditional text keeps its spelling, but that of another region does not: on the way
            // through the standard characters its spelling goes.
            spelling: self.spelling().filter(|_| {
                configs.len() > 1 || configs.first().copied().is_some_and(is_from_simplified)
            }),
        }
    }

    /// How the press of a region spells.
    fn spelling(self) -> Option<Spelling> {
        match self {
            Self::Region(Region::TW) => Some(Spelling::TwCommon),
            Self::Region(Region::HK | Region::MO) => Some(Spelling::Hk),
            _ => None,
        }
    }

    /// The configurations that lead from written text to a tag.
    fn configs(self, from: Variety) -> &'static [Config] {
        use Config::{
            Hk2s, Hk2sp, Hk2t, S2hk, S2hkp, S2t, S2tw, S2twp, T2hk, T2s, T2tw, Tw2s, Tw2sp, Tw2t,
        };
        use Variety::{CantoneseHans, CantoneseHant, Hans, Hant, HantHk, HantTw};
        match (self, from) {
            (Self::Region(Region::CN), HantTw) => &[Tw2sp],
            (Self::Region(Region::CN), HantHk) => &[Hk2sp],
            (Self::Script(Script::Hans) | Self::Region(Region::CN | Region::SG), _) => match from {
                Hant => &[T2s],
                HantTw => &[Tw2s],
                HantHk | CantoneseHant => &[Hk2s],
                _ => &[],
            },

            (Self::Script(Script::Hant), Hans | CantoneseHans) => &[S2t],

            (Self::Region(Region::TW), Hans) => &[S2twp],
            (Self::Region(Region::TW), CantoneseHans) => &[S2tw],
            (Self::Region(Region::TW), Hant) => &[T2tw],
            (Self::Region(Region::TW), HantHk) => &[Hk2t, T2tw],

            (Self::Region(Region::HK), Hans) => &[S2hkp],
            (Self::Region(Region::HK | Region::MO), Hans | CantoneseHans) => &[S2hk],
            (Self::Region(Region::HK | Region::MO), Hant) => &[T2hk],
            (Self::Region(Region::HK | Region::MO), HantTw) => &[Tw2t, T2hk],

            // Already in the target, Cantonese in the right script, Japanese, or unknown; and a
            // configuration by name does not come here.
            _ => &[],
        }
    }
}

/// Whether a configuration is for simplified text.
fn is_from_simplified(config: Config) -> bool {
    matches!(
        config,
        Config::S2tw | Config::S2twp | Config::S2hk | Config::S2hkp
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(target: &str, from: Variety, provenance: Provenance) -> String {
        let target: Target = target.parse().expect("a known target");
        let plan = target.plan(from, provenance);
        let names: Vec<_> = plan.configs.iter().map(|config| config.name()).collect();
        match plan.provenance {
            Provenance::Written => names.join(" "),
            Provenance::CharacterMapped => format!("back {}", names.join(" ")),
        }
    }

    #[test]
    fn written_text_takes_the_configuration_of_its_region() {
        let written = |target, from| plan(target, from, Provenance::Written);
        assert_eq!(written("zh-Hans", Variety::HantTw), "tw2s");
        assert_eq!(written("zh-CN", Variety::HantTw), "tw2sp");
        assert_eq!(written("zh-TW", Variety::Hans), "s2twp");
        assert_eq!(written("zh-TW", Variety::HantHk), "hk2t t2tw");
        assert_eq!(written("zh-Hant", Variety::HantTw), "");
        assert_eq!(written("zh-TW", Variety::HantTw), "");
        assert_eq!(written("zh-MO", Variety::Hans), "s2hk");
    }

    #[test]
    fn cantonese_changes_its_script_only_and_japanese_nothing() {
        let written = |target, from| plan(target, from, Provenance::Written);
        assert_eq!(written("zh-CN", Variety::CantoneseHant), "hk2s");
        assert_eq!(written("zh-TW", Variety::CantoneseHant), "");
        assert_eq!(written("zh-TW", Variety::CantoneseHans), "s2tw");
        for target in ["zh-Hans", "zh-Hant", "zh-TW", "zh-CN"] {
            assert_eq!(written(target, Variety::Japanese), "");
            assert_eq!(written(target, Variety::Unknown), "");
        }
        assert_eq!(written("t2jp", Variety::Japanese), "t2jp");
    }

    #[test]
    fn mapped_text_goes_back_first_unless_it_is_already_what_was_asked_for() {
        let mapped = |target, from| plan(target, from, Provenance::CharacterMapped);
        assert_eq!(mapped("zh-Hans", Variety::Hant), "back ");
        assert_eq!(mapped("zh-CN", Variety::HantTw), "back ");
        assert_eq!(mapped("zh-TW", Variety::Hant), "back s2twp");
        assert_eq!(mapped("zh-HK", Variety::HantHk), "back s2hkp");
        assert_eq!(mapped("zh-Hant", Variety::Hant), "");
        // Garbled simplified text is simplified text.
        assert_eq!(mapped("zh-Hans", Variety::Hans), "");
        // A configuration by name is exactly that.
        assert_eq!(mapped("t2s", Variety::Hant), "t2s");
    }
}
