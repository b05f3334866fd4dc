//! The options of the library from the keys of a `zhnorm.toml`, for front ends in other languages.
//!
//! The command's flags, its configuration file and a front end's own options have the same names and
//! the same meaning because all of them end here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zhnorm::{Options, formats};

use crate::configuration::{self, Config, Counting, Dictionaries, Layers};
use crate::{arguments, escape};

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
    layers: Arc<Layers>,
}

/// What is done to a file that overrides of a configuration match.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Overridden {
    /// What is done to its text.
    pub options: Options,
    /// How texts are found in it, and how it is written.
    pub files: formats::Options,
    /// Its format, where the configuration names one.
    pub format: Option<formats::Format>,
}

impl Configured {
    /// What is done to the file at `path` instead, if an `[[override]]` of the configuration matches
    /// it. As with the command, globs are relative to the folder of the configuration file. The file
    /// need not exist.
    pub fn for_file(&self, path: &Path) -> Option<Overridden> {
        let layers = &self.layers;
        if !layers.has_overrides() {
            return None;
        }
        let folder = configuration::folder(path);
        let folder = folder.strip_prefix(layers.folder()).unwrap_or(&folder);
        let matching = layers.matching(&folder.join(path.file_name()?));
        if matching.is_empty() {
            return None;
        }
        let config = layers.config_of(&matching);
        Some(Overridden {
            files: configuration::files(&config).with_output(self.files.output),
            format: config.format.and_then(format),
            options: layers.normalizer_of(matching).options().clone(),
        })
    }
}

/// Reads options from a JSON object with the keys of a `zhnorm.toml`, which win over those of the
/// configuration file at `file`. What is in `texts` is not read from the disk.
///
/// The overrides of the file are for paths, so they hold for files alone: [`Configured::for_file`].
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
    let counting = Counting {
        only: false,
        words: false,
    };
    // A mistake in a key is not a mistake in the file.
    configuration::options(&own, counting, &mut dictionaries)?;
    let (config, folder) = match file {
        Some(file) => configuration::from_file(file, &mut dictionaries)?,
        None => (Config::default(), PathBuf::new()),
    };
    let mut layers = Layers::new(config, folder, &own, counting, dictionaries).map_err(
        |message| match file {
            Some(file) => format!("{}: {message}", escape::path(file)),
            None => message,
        },
    )?;
    let config = layers.config();
    Ok(Configured {
        options: layers.normalizer().options().clone(),
        files: configuration::files(config).with_output(configuration::output(config)?),
        format: config.format.and_then(format),
        texts: layers.take_texts(),
        layers: Arc::new(layers),
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
    fn overrides_hold_for_the_files_that_they_match() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let file = root.join("zhnorm.toml");
        let text = "to = \"zh-Hans\"\n\
                    [[override]]\nglob = [\"tw/*.txt\"]\nto = \"zh-TW\"\n\
                    [[override]]\nglob = [\"*.dat\"]\nformat = \"jsonl\"\nfield = [\"body\"]\n";
        std::fs::write(&file, text).unwrap();
        let target = |configured: &Configured, path: &str| {
            let overridden = configured.for_file(&root.join(path));
            overridden.map(|file| file.options.to.map(|to| to.to_string()))
        };
        let configured = configure("{}", Some(&file), BTreeMap::new()).unwrap();
        assert_eq!(target(&configured, "a.txt"), None);
        let to = |tag: &str| Some(Some(tag.to_owned()));
        assert_eq!(target(&configured, "tw/a.txt"), to("zh-TW"));
        assert_eq!(target(&configured, "a.dat"), to("zh-Hans"));
        let data = configured.for_file(&root.join("a.dat")).unwrap();
        assert_eq!(data.format.map(formats::Format::name), Some("jsonl"));
        // Keys are as flags.
        let configured = configure(r#"{"to": "zh-HK"}"#, Some(&file), BTreeMap::new()).unwrap();
        assert_eq!(target(&configured, "tw/a.txt"), to("zh-HK"));
    }

    #[test]
    fn a_mistake_in_the_file_is_told_from_one_in_a_key() {
        let file = Path::new("zhnorm.toml");
        let text = "[[override]]\nglob = [\"*\"]\nto = \"zh\"\n".to_owned();
        let texts = BTreeMap::from([(file.to_owned(), text)]);
        let in_file = configure("{}", Some(file), texts.clone()).unwrap_err();
        assert!(in_file.starts_with("zhnorm.toml: "), "{in_file}");
        let in_key = configure(r#"{"to": "zho"}"#, Some(file), texts).unwrap_err();
        assert!(!in_key.contains("zhnorm.toml"), "{in_key}");
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
