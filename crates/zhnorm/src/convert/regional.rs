//! From one region's characters to another's: is the way over the standard forms needed?
//!
//! `OpenCC` leads from Taiwan's characters to Hong Kong's in two steps: the first takes Taiwan's
//! back (裡 becomes 裏, 隨著 becomes 隨着), the second puts Hong Kong's. The first is for text that
//! is in Taiwan's characters, and does harm to any other: where 着 and 著 are distinguished it turns
//! 所著 into 所着. A text that was converted for Hong Kong is such a text, though its words may still
//! be Taiwan's. So words do not decide alone: there must be characters that the conversion never
//! leaves in its output. A converted text is then never converted this way again.

use super::{
    Config, Options, Plan, Provenance, Region, Target, Variety, detect, embedded, spelling,
};
use crate::report::Report;

impl Target {
    /// The plan that leads from a text of this variety to this target.
    ///
    /// As [`plan`](Target::plan), but between two regions the text has a say: one region's
    /// characters are taken back only where it has some that the other region does not write.
    /// What is written for a region is then the same when it is converted for it again.
    pub fn plan_for(&self, text: &str, from: Variety, provenance: Provenance) -> Plan {
        self.plan(self.origin(text, from), provenance)
    }

    /// The plan for what a conversion left: `text` is the output for a text of the variety `from`
    /// and this target. Usually nothing is left, and there is no plan.
    ///
    /// Another region's characters in simplified text pass through the change of the script, which
    /// does not know them: 宿衞兵 in a page about the Han dynasty. What a user's own dictionary or
    /// configuration gives is final, so with these there is no plan.
    pub fn plan_for_rest(&self, text: &str, from: Variety, options: &Options) -> Option<Plan> {
        let other = self.other_region()?;
        let is_final = options.dictionary.is_some() || options.configuration.is_some();
        if is_final || from != Variety::Hans || !other.writes.stand_in(text) {
            return None;
        }
        let plan = self.plan_for(text, detect(text), Provenance::Written);
        (!plan.configs.is_empty()).then_some(plan)
    }

    /// Whether what was converted has characters that only the other region writes, so that it may be seen as
    /// a text of it. What a user's dictionary gives is final.
    pub(super) fn may_have_other_region(self, text: &str, options: &Options) -> bool {
        let other = self.other_region().filter(|_| options.dictionary.is_none());
        other.is_some_and(|other| other.writes.stand_in(text))
    }

    /// Whether a variety is that of the other region.
    pub(super) fn is_other_region(self, variety: Variety) -> bool {
        let other = self.other_region();
        other.is_some_and(|other| other.variety == variety)
    }

    /// The variety that a text is converted from.
    fn origin(self, text: &str, from: Variety) -> Variety {
        let Some(OtherRegion {
            variety: other,
            puts,
            writes,
        }) = self.other_region()
        else {
            return from;
        };
        if from != other && from != Variety::Hant {
            return from;
        }
        // A text without evidence of its region may have some after the conversion, with the
        // spelling of the region or without; then the next run would see what this one did not.
        let is_seen_later = || {
            detect(&embedded::convert(puts, text).0) == other
                || spelling::of_region(puts).is_some_and(|spelling| {
                    let report = &mut Report::counting();
                    detect(&spelling::convert_but_spelled(puts, spelling, text, report)) == other
                })
        };
        let is_other = writes.stand_in(text) && (from == other || is_seen_later());
        if is_other { other } else { Variety::Hant }
    }

    /// The other region that writes this one's script.
    fn other_region(self) -> Option<OtherRegion> {
        match self {
            Self::Region(Region::HK | Region::MO) => Some(OtherRegion {
                variety: Variety::HantTw,
                puts: Config::T2hk,
                writes: &TAIWANS,
            }),
            Self::Region(Region::TW) => Some(OtherRegion {
                variety: Variety::HantHk,
                puts: Config::T2tw,
                writes: &HONG_KONGS,
            }),
            _ => None,
        }
    }
}

/// The other of the two regions, seen from the one that is converted for.
struct OtherRegion {
    variety: Variety,
    /// The configuration that puts the characters of the region that is converted for.
    puts: Config,
    /// Which characters are the other's.
    writes: &'static Characters,
}

/// A bit for each character of the block U+4E00 to U+9FFF.
struct Characters([u64; 0x5200 / 64]);

impl Characters {
    const FIRST: u16 = 0x4E00;

    const fn of(characters: &[char]) -> Self {
        let mut bits = [0; 0x5200 / 64];
        let mut at = 0;
        while at < characters.len() {
            let place = characters[at] as usize - Self::FIRST as usize;
            bits[place / 64] |= 1 << (place % 64);
            at += 1;
        }
        Self(bits)
    }

    fn has(&self, character: u16) -> bool {
        let place = usize::from(character.wrapping_sub(Self::FIRST));
        let bits = self.0.get(place / 64).copied().unwrap_or(0);
        bits >> (place % 64) & 1 != 0
    }

    /// Whether one of them stands in a text.
    fn stand_in(&self, text: &str) -> bool {
        let mut rest = text.as_bytes();
        while let [lead, second, third, ..] = *rest {
            if lead & 0xF0 != 0xE0 {
                rest = &rest[1..];
                continue;
            }
            let character =
                u16::from(lead) << 12 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F);
            if self.has(character) {
                return true;
            }
            rest = &rest[3..];
        }
        false
    }
}

/// What Taiwan writes and the way to Hong Kong never leaves. 著, 參 and 峰 stay in some words, and
/// Hong Kong's press spells others so too ([`super::spelling`]).
static TAIWANS: Characters = Characters::of(&[
    '么', '嫻', '汙', '洩', '痺', '睪', '簷', '裡', '韁', '顎', '鯰',
]);

/// What Hong Kong writes and the way to Taiwan never leaves. 台 stays in some words, and Taiwan too
/// writes 濕.
#[rustfmt::skip]
static HONG_KONGS: Characters = Characters::of(&[
    '兑', '卧', '叁', '囱', '媪', '悦', '愠', '户', '捝', '揾', '敍', '敚', '枱', '枴', '棁', '榅', '氲', '涚', '温',
    '煴', '税', '粧', '糭', '綫', '緼', '脱', '腽', '葱', '蒀', '藴', '蜕', '衞', '衹', '説', '輼', '醖', '鈎', '鋭',
    '閲', '鰛',
]);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::{Dictionary, Spelling};

    /// What a text becomes on the way from one region to another.
    fn over(back: Config, put: Config, text: &str) -> String {
        let standard = embedded::convert(back, text).0;
        embedded::convert(put, &standard).0.into_owned()
    }

    #[test]
    fn the_characters_that_decide_are_those_of_the_tables() {
        for ch in ('\u{3400}'..='\u{9FFF}').chain('\u{20000}'..='\u{2F7FF}') {
            let alone = ch.to_string();
            let put = |config| embedded::convert(config, &alone).0.into_owned();
            let differs = over(Config::Tw2t, Config::T2hk, &alone) != put(Config::T2hk);
            let excepted = ['著', '參', '峰'].contains(&ch);
            let is_spelled = spelling::writes(Spelling::Hk, ch);
            assert_eq!(
                TAIWANS.stand_in(&alone),
                differs && !excepted && !is_spelled,
                "{ch}"
            );
            let differs = over(Config::Hk2t, Config::T2tw, &alone) != put(Config::T2tw);
            let excepted = ['台', '濕'].contains(&ch);
            assert_eq!(HONG_KONGS.stand_in(&alone), differs && !excepted, "{ch}");
            assert!(!HONG_KONGS.stand_in(&alone) || !spelling::writes(Spelling::TwCommon, ch));
        }
    }

    fn plan(target: &str, text: &str, from: Variety) -> String {
        let target: Target = target.parse().expect("a known target");
        let plan = target.plan_for(text, from, Provenance::Written);
        let names: Vec<_> = plan.configs.iter().map(|config| config.name()).collect();
        names.join(" ")
    }

    #[test]
    fn characters_are_taken_back_only_where_there_are_some() {
        let (tw, hk) = (Variety::HantTw, Variety::HantHk);
        assert_eq!(plan("zh-HK", "隨著軟體在這裡執行", tw), "tw2t t2hk");
        assert_eq!(plan("zh-HK", "隨着軟體在這裏執行，他所著的書", tw), "t2hk");
        assert_eq!(plan("zh-TW", "衞生署説", hk), "hk2t t2tw");
        assert_eq!(plan("zh-TW", "衛生署說", hk), "t2tw");
        assert_eq!(plan("zh-HK", "在這裡", hk), "");
        assert_eq!(plan("zh-CN", "在這裡", tw), "tw2sp");
        assert_eq!(plan("zh-HK", "在这裡", Variety::Hans), "s2hkp");
    }

    #[test]
    fn what_simplified_text_quotes_is_left_for_a_second_look() {
        let target = Target::Region(Region::TW);
        let options = Options::default();
        let rest = |text| target.plan_for_rest(text, Variety::Hans, &options);
        assert_eq!(rest("向寵統率宿衛兵，為眾人說明"), None);
        let plan = rest("向寵統率宿衞兵，為眾人説明").expect("something is left");
        assert_eq!(plan.configs, [Config::Hk2t, Config::T2tw]);
        let script = Target::Script(crate::convert::Script::Hant);
        assert_eq!(
            script.plan_for_rest("宿衞兵", Variety::Hans, &options),
            None
        );
    }

    #[test]
    fn what_a_dictionary_gives_is_final() {
        let dictionary = Dictionary::parse("卫兵\t衞兵\n说明\t説明\n").expect("a dictionary");
        let options = Options {
            dictionary: Some(std::sync::Arc::new(dictionary)),
            ..Options::default()
        };
        let given = "向寵統率宿衞兵，為眾人説明";
        let target = Target::Region(Region::TW);
        assert_eq!(target.plan_for_rest(given, Variety::Hans, &options), None);
        let normalizer = crate::Normalizer::new(crate::Options {
            to: Some(target),
            convert: options,
            ..crate::Options::default()
        });
        let outcome = normalizer.normalize_str("向宠统率宿卫兵，为众人说明");
        assert_eq!(outcome.text.trim_end(), given);
    }
}
