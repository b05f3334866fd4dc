//! The sixteen configurations of OpenCC 1.4.2, by name.

use std::fmt;
use std::str::FromStr;

use super::Error;

macro_rules! configs {
    ($($variant:ident $name:literal $doc:literal,)+) => {
        /// One of OpenCC's configurations. Its [`FromStr`] takes OpenCC's own names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Config {
            $(#[doc = $doc] $variant,)+
        }

        impl Config {
            /// Every configuration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// OpenCC's name for it, without the `.json`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

configs! {
    S2t "s2t" "Simplified to traditional (OpenCC's standard).",
    T2s "t2s" "Traditional (OpenCC's standard) to simplified.",
    S2tw "s2tw" "Simplified to traditional, Taiwan's variants.",
    Tw2s "tw2s" "Traditional, Taiwan's variants, to simplified.",
    S2twp "s2twp" "Simplified to traditional, Taiwan's variants and vocabulary.",
    Tw2sp "tw2sp" "Traditional, Taiwan's variants, to simplified with the mainland's vocabulary.",
    S2hk "s2hk" "Simplified to traditional, Hong Kong's variants.",
    Hk2s "hk2s" "Traditional, Hong Kong's variants, to simplified.",
    S2hkp "s2hkp" "Simplified to traditional, Hong Kong's variants and vocabulary.",
    Hk2sp "hk2sp" "Traditional, Hong Kong's variants, to simplified with the mainland's vocabulary.",
    T2tw "t2tw" "Traditional (OpenCC's standard) to Taiwan's variants.",
    Tw2t "tw2t" "Taiwan's variants to traditional (OpenCC's standard).",
    T2hk "t2hk" "Traditional (OpenCC's standard) to Hong Kong's variants.",
    Hk2t "hk2t" "Hong Kong's variants to traditional (OpenCC's standard).",
    T2jp "t2jp" "Old Japanese characters (kyujitai) to new ones (shinjitai).",
    Jp2t "jp2t" "New Japanese characters (shinjitai) to old ones (kyujitai).",
}

impl Config {
    /// All names, joined by commas, for messages.
    pub(crate) fn names() -> String {
        Self::ALL
            .iter()
            .map(|config| config.name())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl fmt::Display for Config {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Config {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .iter()
            .copied()
            .find(|config| config.name() == name)
            .ok_or_else(|| Error::UnknownTarget {
                target: name.to_owned(),
            })
    }
}
