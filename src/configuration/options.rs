//! From a configuration to the library's options.

use std::sync::Arc;

use zhnorm::convert;
use zhnorm::decode::{self, Encoding};
use zhnorm::formats::{self, Output};
use zhnorm::{Options, Stages, repair, stream, strip};

use super::Config;
use super::dictionaries::Dictionaries;
use crate::arguments::{Bom, Code, Engine, Format, Switch, Unmappable, Vocabulary};
use crate::fault;

/// What a report counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counting {
    /// Nothing but counts: no places.
    pub(crate) only: bool,
    /// The words that are replaced too.
    pub(crate) words: bool,
}

impl Counting {
    /// The counts of rules and nothing else.
    pub(crate) const RULES: Self = Self {
        only: true,
        words: false,
    };
}

/// The options for a configuration.
///
/// # Errors
///
/// A message when a name in it does not exist, or a file that it names cannot be used.
pub(crate) fn options(
    config: &Config,
    counting: Counting,
    dictionaries: &mut Dictionaries,
) -> Result<Options, String> {
    let mut options = without_rules(config, counting, dictionaries)?;
    if !config.rules.is_empty() {
        options.strip = strip::Options::new(rules(config.rules.clone())?);
    }
    options.strip = switched(options.strip, config)?;
    Ok(options)
}

/// The built-in rules and those of the user.
///
/// # Errors
///
/// A message when a rule cannot be used.
pub(super) fn rules(user: Vec<strip::Rule>) -> Result<strip::Rules, String> {
    strip::Rules::builtin().with_user(user).map_err(message)
}

/// Switches rules on and off.
///
/// # Errors
///
/// A message when no rule and no family has this name.
pub(super) fn switched(
    mut options: strip::Options,
    config: &Config,
) -> Result<strip::Options, String> {
    for name in &config.strip {
        options = options.with_dropped(name.trim()).map_err(message)?;
    }
    for name in &config.keep {
        options = options.with_kept(name.trim()).map_err(message)?;
    }
    Ok(options)
}

/// The options but for the rules of the strip stage, which take time to compile.
///
/// # Errors
///
/// As with [`options`].
pub(super) fn without_rules(
    config: &Config,
    counting: Counting,
    dictionaries: &mut Dictionaries,
) -> Result<Options, String> {
    let mut options = Options::default()
        .with_stages(stages(config)?)
        .with_count_only(counting.only)
        .with_count_words(counting.words);
    if let Some(group) = config.group_size {
        options.large = stream::Limits::default()
            .with_whole(group.saturating_mul(8))
            .with_group(group);
    }
    if let Some(tag) = &config.to {
        options.to = Some(tag.parse().map_err(message)?);
    }
    if let Some(label) = &config.encoding {
        options.decode.encoding = Some(label.parse().map_err(message)?);
    }
    options.decode.byte_order_mark = match config.bom {
        Some(Bom::Keep) => decode::ByteOrderMark::Keep,
        Some(Bom::Add) => decode::ByteOrderMark::Add,
        Some(Bom::Remove) => decode::ByteOrderMark::Remove,
        None => usual_mark(config),
    };
    let candidates = config.encodings.iter().map(|label| label.parse());
    options.decode.candidates = candidates.collect::<Result<_, _>>().map_err(message)?;
    if let Some(style) = &config.quotes {
        options.convert.quotes = style.parse().map_err(message)?;
    }
    options.convert.converts_addresses = config.convert_urls == Some(true);
    options.convert.context = config.context.map(|switch| switch == Switch::On);
    options.convert.vocabulary = config.vocabulary.map(|which| match which {
        Vocabulary::Off => convert::Vocabulary::Off,
        Vocabulary::Safe => convert::Vocabulary::Safe,
        Vocabulary::All => convert::Vocabulary::All,
    });
    if let Some(spelling) = &config.spelling {
        options.convert.spelling = Some(spelling.parse().map_err(message)?);
    }
    options.convert.engine = match config.engine {
        None | Some(Engine::Embedded) => convert::Engine::Embedded,
        Some(Engine::Opencc) => installed_opencc()?,
    };
    if let Some(file) = &config.opencc_config {
        options.convert.configuration = Some(dictionaries.configuration(file)?);
    }
    options.convert.dictionary = match (&config.dict, config.protect.terms.as_slice()) {
        (None, []) => None,
        (Some(file), []) => Some(dictionaries.dictionary(file)?),
        (file, terms) => {
            let mut dictionary = match file {
                Some(file) => convert::Dictionary::clone(&*dictionaries.dictionary(file)?),
                None => convert::Dictionary::default(),
            };
            for term in terms {
                dictionary.protect(term);
            }
            Some(Arc::new(dictionary))
        }
    }
    .filter(|dictionary| !dictionary.is_empty());
    if let Some(what) = &config.on_uncertain {
        options.repair.on_uncertain = match what.as_str() {
            "best" => repair::OnUncertain::Best,
            "keep" => repair::OnUncertain::Keep,
            "mark" => repair::OnUncertain::Mark,
            other => {
                return Err(format!(
                    "unknown value `{other}` of on-uncertain; use keep, best or mark"
                ));
            }
        };
    }
    if let Some(confidence) = config.min_confidence {
        if !(0.0..=1.0).contains(&confidence) {
            return Err(format!(
                "a confidence is a number from 0 to 1, not {confidence}"
            ));
        }
        options.decode.min_confidence = confidence;
    }
    Ok(options)
}

/// What becomes of a byte order mark unless that is said: text in UTF-16 and UTF-32 needs one, and
/// `utf-8-sig` asks for one.
fn usual_mark(config: &Config) -> decode::ByteOrderMark {
    let Some(label) = &config.output_encoding else {
        return decode::ByteOrderMark::Keep;
    };
    let has_units = Encoding::for_output(label)
        .is_ok_and(|encoding| encoding.is_unicode() && encoding != Encoding::UTF_8);
    if has_units || label.trim().to_ascii_lowercase().ends_with("-sig") {
        decode::ByteOrderMark::Add
    } else {
        decode::ByteOrderMark::Keep
    }
}

/// How the texts of files are found, but for the encoding of the output.
pub(crate) fn files(config: &Config) -> formats::Options {
    formats::Options::default()
        .with_text_fields(&config.field)
        .with_address_fields(&config.host_field)
        .with_field_format(match config.field_format {
            Some(Format::Named(format)) if format != formats::Format::Text => Some(format),
            _ => None,
        })
        .with_image_alt(config.image_alt == Some(true))
        .with_code(match config.code {
            None | Some(Code::Keep) => formats::Code::Keep,
            Some(Code::Comments) => formats::Code::Comments,
        })
}

/// The encoding to write, where it is not UTF-8.
///
/// # Errors
///
/// A message when it does not exist.
pub(crate) fn output(config: &Config) -> Result<Option<Output>, String> {
    let Some(label) = &config.output_encoding else {
        return Ok(None);
    };
    let encoding = Encoding::for_output(label).map_err(message)?;
    Ok((encoding != Encoding::UTF_8).then_some(Output {
        encoding,
        unmappable: match config.unmappable {
            None | Some(Unmappable::Error) => decode::Unmappable::Error,
            Some(Unmappable::Replace) => decode::Unmappable::Replace,
            Some(Unmappable::Entity) => decode::Unmappable::Entity,
        },
    }))
}

/// The OpenCC installed on the machine.
///
/// # Errors
///
/// A message when there is none, or when this program was built without it.
fn installed_opencc() -> Result<convert::Engine, String> {
    #[cfg(feature = "system-opencc")]
    return convert::InstalledOpenCc::new()
        .map(convert::Engine::OpenCc)
        .map_err(message);
    #[cfg(not(feature = "system-opencc"))]
    Err(
        "this zhnorm was built without the OpenCC of the machine: leave out `engine`, or build it \
         with `cargo install --features system-opencc`"
            .into(),
    )
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
pub(super) fn message(error: impl Into<zhnorm::Error>) -> String {
    fault::message(&error.into())
}

/// Reads `only` and `skip`.
fn stages(config: &Config) -> Result<Stages, String> {
    let (list, listed) = match (&config.only, &config.skip) {
        (Some(_), Some(_)) => return Err("say either `only` or `skip`, not both".into()),
        (Some(only), None) => (only, true),
        (None, Some(skip)) => (skip, false),
        (None, None) => return Ok(Stages::default()),
    };
    let mut stages = Stages::default()
        .with_repair(!listed)
        .with_strip(!listed)
        .with_convert(!listed);
    for name in list {
        match name.trim() {
            "repair" => stages.repair = listed,
            "strip" => stages.strip = listed,
            "convert" => stages.convert = listed,
            // `--only decode` asks for nothing but UTF-8.
            "decode" if listed => {}
            "decode" => {
                return Err("decoding cannot be skipped: the other stages need text".into());
            }
            other => {
                return Err(format!(
                    "unknown stage `{other}`; the stages are repair, strip, convert"
                ));
            }
        }
    }
    Ok(stages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_stage_is_named_with_those_that_exist() {
        let config = Config {
            only: Some(vec!["repiar".into()]),
            ..Config::default()
        };
        let message = stages(&config).unwrap_err();
        assert!(message.contains("`repiar`") && message.contains("repair, strip, convert"));
    }
}
