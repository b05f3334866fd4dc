//! The rules of all stages with their meaning: for `--list-rules`, and for the reports that explain
//! what a rule means.
//!
//! The rules of the strip stage are data of the library. Those of the other stages are few and
//! fixed; they are listed here, and a test checks that each rule that a run reports is known.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

use zhnorm::report::Stage;
use zhnorm::strip;

use crate::arguments::Arguments;
use crate::configuration::{Config, ConfigSource, Counting, Profiles};
use crate::escape::visible;
use crate::generate::print;

/// The rules of the other stages. A name that ends in a dot is the beginning of a name that goes
/// on with an encoding.
const FIXED: [(Stage, &str, &str); 34] = [
    (
        Stage::Decode,
        "bom",
        "A byte order mark at the start, which is left out",
    ),
    (
        Stage::Decode,
        "declaration",
        "What a file says of its own encoding, once it is written in another",
    ),
    (
        Stage::Decode,
        "encoding.",
        "The file is not in UTF-8 but in this encoding",
    ),
    (
        Stage::Decode,
        "mixed.",
        "Lines in another encoding than the rest of the file",
    ),
    (
        Stage::Decode,
        "surrogate",
        "An escape in a record for half a character; it stays as it is",
    ),
    (
        Stage::Decode,
        "torn",
        "A character of UTF-8 of which another program had written a byte as `?`, or the surrogates",
    ),
    (
        Stage::Decode,
        "undecodable",
        "Bytes that are no character in the encoding; U+FFFD is written",
    ),
    (
        Stage::Repair,
        "escape.entity",
        "A character that was left as an HTML entity, such as &#20013;",
    ),
    (
        Stage::Repair,
        "escape.mime",
        "Text that was left in the encoding of mail, such as =E4=B8=AD",
    ),
    (
        Stage::Repair,
        "escape.percent",
        "Text that was left in the encoding of addresses, such as %E4%B8%AD",
    ),
    (
        Stage::Repair,
        "escape.unicode",
        "A character that was left as an escape, such as \\u4e2d",
    ),
    (
        Stage::Repair,
        "lost.memory",
        "Marks of uninitialised memory (烫烫烫): the text is lost",
    ),
    (
        Stage::Repair,
        "lost.replacement",
        "Marks of a failed conversion (锟斤拷, U+FFFD): the text is lost",
    ),
    (
        Stage::Repair,
        "mojibake.",
        "Text that was read in the wrong encoding",
    ),
    (
        Stage::Repair,
        "pinyin.annotation",
        "A reading in brackets that a converter inserted after a character",
    ),
    (
        Stage::Repair,
        "pinyin.border",
        "A reading that was inserted across the border of two characters",
    ),
    (
        Stage::Repair,
        "pinyin.cut",
        "Text whose bytes are off by one after a mark was cut",
    ),
    (
        Stage::Repair,
        "pinyin.gap",
        "Damage between two readings that has no sure original",
    ),
    (
        Stage::Repair,
        "pinyin.given-up",
        "A garble with too many possible originals",
    ),
    (
        Stage::Repair,
        "pinyin.kept",
        "Readings that a program may have written, among others that a person may have; they stay",
    ),
    (
        Stage::Repair,
        "pinyin.random",
        "Readings that were inserted here and there",
    ),
    (
        Stage::Repair,
        "pinyin.replaced",
        "A character whose reading stands in its place",
    ),
    (
        Stage::Repair,
        "pinyin.unsolved",
        "A garble of which no reading is likely; it stays as it is",
    ),
    (
        Stage::Repair,
        "unicode.compatibility",
        "A compatibility character; its usual form is written",
    ),
    (
        Stage::Repair,
        "unicode.invisible",
        "A character that cannot be seen and does nothing",
    ),
    (
        Stage::Repair,
        "unicode.private-use",
        "A private-use character that a known font or charset has as another",
    ),
    (
        Stage::Repair,
        "unicode.radical",
        "A radical in the place of the character that looks the same",
    ),
    (
        Stage::Convert,
        "dictionary",
        "An entry of the user's own dictionary",
    ),
    (
        Stage::Convert,
        "context",
        "An ambiguous character that its context decides otherwise than OpenCC",
    ),
    (
        Stage::Convert,
        "spelling",
        "A character that the region spells in another way",
    ),
    (
        Stage::Convert,
        "quotes.",
        "Quotation marks of the other style",
    ),
    (
        Stage::Convert,
        "",
        "Another script or another region's characters, by this OpenCC configuration",
    ),
    (
        Stage::Repair,
        "structure",
        "A repair that would be read as structure of the file; the text was kept",
    ),
    (
        Stage::Convert,
        "structure",
        "A conversion that would be read as structure of the file; the text was kept",
    ),
];

/// What a rule means, where that is known.
pub(crate) fn meaning(stage: Stage, rule: &str) -> Option<Cow<'static, str>> {
    let fixed = FIXED
        .iter()
        .filter(|(of, ..)| *of == stage)
        .find(|(_, name, _)| {
            *name == rule || (name.ends_with('.') || name.is_empty()) && rule.starts_with(name)
        });
    if let Some((.., about)) = fixed {
        return Some(Cow::Borrowed(about));
    }
    match (stage, rule) {
        (Stage::Strip, "html.article") => Some("The article of a web page, as text".into()),
        (Stage::Strip, "html.whole") => {
            Some("A web page without a part that stands out: all of its text is taken".into())
        }
        (Stage::Strip, "html.share") => {
            Some("Less than 80 % of the sentences of a web page were taken".into())
        }
        (Stage::Strip, "html.left-out") => {
            Some("A line of a web page outside its main part".into())
        }
        (Stage::Strip, "html.too-long") => {
            Some("A web page of too many lines: its sentences alone decide".into())
        }
        (Stage::Strip, "guard.share") => {
            Some("Too much of the text would be left out: it is kept whole".into())
        }
        (Stage::Strip, rule) => {
            let rules = strip::rules(&strip::Options::default());
            let known = rules.into_iter().find(|known| known.name == rule);
            known.map(|known| Cow::Owned(known.about))
        }
        _ => None,
    }
}

/// Prints each rule with its stage and its meaning, and whether it acts.
///
/// # Errors
///
/// A message when the flags or the configuration cannot be used, or nothing can be printed.
pub(crate) fn list(arguments: &Arguments) -> Result<(), String> {
    let source = ConfigSource::from_arguments(arguments);
    let mut profiles = Profiles::new(&source, Config::from_flags(arguments), Counting::RULES)?;
    let scope = profiles.scope(Path::new("."))?;
    let normalizer = scope.normalizer(Path::new(""));
    let options = normalizer.options();
    let mut lines = String::new();
    let mut line = |name: &str, acts: &str, about: &str| {
        let _ = writeln!(lines, "{:<28} {acts:<6}  {}", visible(name), visible(about));
    };
    for rule in strip::rules(&options.strip) {
        let acts = if rule.on && options.stages.strip {
            "strips"
        } else {
            "keeps"
        };
        line(&rule.name, acts, &rule.about);
    }
    for (stage, name, about) in FIXED {
        let (acts, done) = match stage {
            Stage::Decode => (true, "reads"),
            Stage::Repair => (options.stages.repair, "acts"),
            _ => (options.stages.convert && options.to.is_some(), "acts"),
        };
        let shown = match name {
            "" => "OPENCC-CONFIGURATION".to_owned(),
            name if name.ends_with('.') => format!("{name}NAME"),
            name => name.to_owned(),
        };
        line(&shown, if acts { done } else { "off" }, about);
    }
    print(lines.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use zhnorm::{Normalizer, Options};

    #[test]
    fn what_a_run_reports_has_a_meaning() {
        let options = Options::default().with_to("zh-Hans".parse().unwrap());
        let text = "\u{feff}環(huán)境保護(hù)與經(jīng)濟發(fā)展。&#20013;文\u{2f00}\u{200b}锟斤拷锟斤拷\n相关阅读\n";
        let outcome = Normalizer::new(options).normalize_str(text);
        assert!(outcome.report.tallies().count() > 3);
        for (stage, rule, _) in outcome.report.tallies() {
            assert!(meaning(stage, rule).is_some(), "{stage} {rule}");
        }
        assert!(meaning(Stage::Decode, "encoding.gb18030").is_some());
        assert!(meaning(Stage::Decode, "other").is_none());
    }
}
