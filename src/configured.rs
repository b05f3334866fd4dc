//! The options of the library from the keys of a `zhnorm.toml`, for front ends in other languages.
//!
//! The command's flags, its configuration file and a front end's own options have the same names and
//! the same meaning because all of them end here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use zhnorm::{Options, formats};

use crate::arguments;
use crate::configuration::{self, Config, Counting, Dictionaries};

/// What a front end runs with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Configured {
    /// What is done to a text.
    pub options: Options,
    /// How texts are found in a file, and how it is written.
    pub files: formats::Options,
    /// The format of files, where the configuration names one.
    pub format: Option<formats::Format>,
    /// The text of each file that the configuration consists of, by its path. Given to
    /// [`configure`] again it makes the same on a machine without these files.
    pub texts: BTreeMap<PathBuf, String>,
}

/// Reads options from a JSON object with the keys of a `zhnorm.toml`, which win over those of the
/// configuration file at `file`. What is in `texts` is not read from the disk.
///
/// The overrides of the file are for paths, so they hold for no text here.
///
/// ```
/// use std::collections::BTreeMap;
///
/// let configured = zhnorm_cli::configure(r#"{"to": "zh-Hant"}"#, None, BTreeMap::new())?;
/// assert_eq!(configured.options.to, Some("zh-Hant".parse().unwrap()));
/// assert_eq!(
///     zhnorm_cli::configure(r#"{"too": "zh-Hant"}"#, None, BTreeMap::new()).unwrap_err(),
///     "unknown key `too`; did you mean `to`?"
/// );
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
///
/// A message when a key, a value or a file cannot be used.
pub fn configure(
    keys: &str,
    file: Option<&Path>,
    texts: BTreeMap<PathBuf, String>,
) -> Result<Configured, String> {
    let own = configuration::from_json(keys)?;
    if own.emit.is_some_and(|emit| emit != arguments::Emit::Text) {
        return Err(
            "`emit` says what the command writes; here the outcome of a page has its Markdown and \
             what it says of itself"
                .into(),
        );
    }
    let mut dictionaries = Dictionaries::with_texts(texts);
    let mut config = match file {
        Some(file) => configuration::from_file(file, &mut dictionaries)?,
        None => Config::default(),
    };
    config.update(&own);
    let counting = Counting {
        only: false,
        words: false,
    };
    Ok(Configured {
        options: configuration::options(&config, counting, &mut dictionaries)?,
        files: configuration::files(&config).with_output(configuration::output(&config)?),
        format: config.format.and_then(format),
        texts: dictionaries.into_texts(),
    })
}

/// The format that is named, unless each file is to be looked at.
fn format(named: arguments::Format) -> Option<formats::Format> {
    match named {
        arguments::Format::Auto => None,
        arguments::Format::Named(format) => Some(format),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(keys: &str) -> String {
        configure(keys, None, BTreeMap::new()).unwrap_err()
    }

    #[test]
    fn what_a_configuration_reads_can_be_given_again_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("zhnorm.toml");
        std::fs::write(&file, "to = \"zh-Hans\"\ndict = \"own.txt\"\n").unwrap();
        std::fs::write(folder.path().join("own.txt"), "電腦\t计算机\n").unwrap();
        let text = |configured: &Configured| {
            let normalizer = zhnorm::Normalizer::new(configured.options.clone());
            normalizer.normalize_str("電腦").text.into_owned()
        };
        let here = configure("{}", Some(&file), BTreeMap::new()).unwrap();
        assert_eq!(text(&here), "计算机");
        assert_eq!(here.texts.len(), 2);
        drop(folder);
        let there = configure("{}", Some(&file), here.texts.clone()).unwrap();
        assert_eq!(text(&there), "计算机");
        assert!(configure("{}", Some(&file), BTreeMap::new()).is_err());
    }

    #[test]
    fn keys_win_over_the_file() {
        let texts = BTreeMap::from([(
            PathBuf::from("zhnorm.toml"),
            "to = \"zh-Hans\"\n".to_owned(),
        )]);
        let keys = r#"{"to": "zh-Hant", "format": "html"}"#;
        let configured = configure(keys, Some(Path::new("zhnorm.toml")), texts).unwrap();
        assert_eq!(configured.options.to, "zh-Hant".parse().ok());
        assert_eq!(configured.format, Some(formats::Format::Page));
    }

    #[test]
    fn mistakes_are_named() {
        assert!(error(r#"{"to": "zh"}"#).contains("zh"));
        assert!(error(r#"{"to": 3}"#).contains("string"));
        assert!(error(r#"{"emit": "jsonl"}"#).contains("the command writes"));
        assert!(error(r#"{"only": ["repiar"]}"#).contains("repiar"));
        assert_eq!(error("["), "EOF while parsing a list at line 1 column 1");
    }
}
