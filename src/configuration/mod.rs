//! What to do with the text of a file: everything that a flag and a `zhnorm.toml` can both set.
//!
//! The flags and the file fill the same [`Config`], in which everything is optional, and
//! [`Config::update`] merges them. [`profile`] chooses the file, and [`layers`] makes
//! normalizers of the result. [`dictionaries`] reads the other files that a configuration names.
//!
//! A `zhnorm.toml` below the named paths may come with the scraped material. It is not used unless
//! the user says that it can be trusted.

mod dictionaries;
mod file;
mod layers;
mod options;
mod profile;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use zhnorm::strip::Rule;

use crate::arguments::{
    Arguments, Bom, Code, Emit, Engine, Format, Switch, Unmappable, Vocabulary,
};

pub(crate) use dictionaries::Dictionaries;
#[cfg(test)]
pub(crate) use file::parse;
pub(crate) use layers::Layers;
pub(crate) use options::{Counting, files, options, output};
pub(crate) use profile::{ConfigSource, Profile, Profiles, Scope, folder};

/// Everything that a flag and the configuration file can both set; `None` sets nothing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Config {
    /// The script, region or OpenCC configuration to write.
    pub to: Option<String>,
    /// The quotation marks to write.
    pub quotes: Option<String>,
    /// Whether the context decides ambiguous characters.
    pub context: Option<Switch>,
    /// Which words of the target's region are put.
    pub vocabulary: Option<Vocabulary>,
    /// How characters are spelled that a region writes in two ways.
    pub spelling: Option<String>,
    /// A dictionary of the user's own; in a file, relative to that file's folder.
    pub dict: Option<PathBuf>,
    #[allow(clippy::struct_field_names)] // the flag is called so
    /// An OpenCC configuration of the user's own; in a file, relative to that file's folder.
    pub opencc_config: Option<PathBuf>,
    /// What converts.
    pub engine: Option<Engine>,
    /// What is never converted.
    pub protect: Protect,
    /// The encoding of the input.
    pub encoding: Option<String>,
    /// The only encodings of the input that are looked for.
    pub encodings: Vec<String>,
    /// The encoding of the output.
    pub output_encoding: Option<String>,
    /// What to do with a character that this encoding does not have.
    pub unmappable: Option<Unmappable>,
    /// The lowest confidence in the encoding at which a file is worked on.
    pub min_confidence: Option<f32>,
    /// The format of the files.
    pub format: Option<Format>,
    /// The fields of JSON lines that hold text.
    pub field: Vec<String>,
    /// The format of these fields.
    pub field_format: Option<Format>,
    /// Whether the text of a page has the alternative texts of its images.
    pub image_alt: Option<bool>,
    /// What is converted in source code.
    pub code: Option<Code>,
    /// Whether addresses are converted.
    pub convert_urls: Option<bool>,
    /// What becomes of a byte order mark.
    pub bom: Option<Bom>,
    /// What is written of each document.
    pub emit: Option<Emit>,
    /// The fields of JSON lines that hold an address, of which the host is the site.
    pub host_field: Vec<String>,
    /// The only stages to run.
    pub only: Option<Vec<String>>,
    /// The stages not to run.
    pub skip: Option<Vec<String>>,
    /// What to do where damage is certain and the original is not.
    pub on_uncertain: Option<String>,
    /// Families of lines to strip that are kept otherwise.
    pub strip: Vec<String>,
    /// Rules and families to switch off.
    pub keep: Vec<String>,
    /// Rules of the strip stage of the user's own.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
    /// Which files: of a folder at the top of the file, in general in an override.
    pub glob: Vec<String>,
    /// The size of a group of a large text, in bytes. Only a flag sets it.
    #[serde(skip)]
    pub group_size: Option<usize>,
    /// Whether hidden files count.
    pub hidden: Option<bool>,
    /// Whether ignore files are respected.
    pub ignore: Option<bool>,
    /// The same keys for the files that match their `glob`.
    #[serde(rename = "override")]
    pub overrides: Vec<Self>,
}

/// Reads the keys of a configuration from a JSON object.
///
/// # Errors
///
/// A message when a key does not exist or has a value of another type.
pub(crate) fn from_json(keys: &str) -> Result<Config, String> {
    let keys: serde_json::Value = serde_json::from_str(keys).map_err(|error| error.to_string())?;
    serde_json::from_value(keys).map_err(|error| {
        let message = error.to_string();
        file::unknown_key(&message).unwrap_or(message)
    })
}

/// Reads a configuration file, and notes its text in `dictionaries`. Gives its folder too.
///
/// # Errors
///
/// A message that names the file, the line and what to do.
pub(crate) fn from_file(
    path: &Path,
    dictionaries: &mut Dictionaries,
) -> Result<(Config, PathBuf), String> {
    let text = dictionaries
        .text_of_configuration(path)
        .map_err(|message| format!("{}: {message}", crate::escape::path(path)))?;
    let file = file::ConfigFile::from_text(path, &text)?;
    Ok((file.config, file.folder))
}

/// The table `[protect]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Protect {
    /// Terms that are never converted.
    pub terms: Vec<String>,
}

impl Config {
    /// Makes the paths of the files that it names absolute.
    fn resolve(&mut self, folder: &Path) {
        for file in [&mut self.dict, &mut self.opencc_config]
            .into_iter()
            .flatten()
        {
            *file = folder.join(&*file);
        }
        for entry in &mut self.overrides {
            entry.resolve(folder);
        }
    }

    /// The keys of a file that lower the safety of a run or make text disappear: the run says
    /// that they are set.
    fn notable_keys(&self) -> Vec<&'static str> {
        let layers = || std::iter::once(self).chain(&self.overrides);
        let mut keys = Vec::new();
        let mut note = |is_set: fn(&Self) -> bool, key| {
            if layers().any(is_set) {
                keys.push(key);
            }
        };
        note(|layer| layer.hidden == Some(true), "hidden");
        note(|layer| layer.ignore == Some(false), "ignore");
        note(
            |layer| {
                layer
                    .unmappable
                    .is_some_and(|what| what != Unmappable::Error)
            },
            "unmappable",
        );
        note(|layer| layer.min_confidence.is_some(), "min-confidence");
        note(|layer| layer.on_uncertain.is_some(), "on-uncertain");
        note(|layer| layer.encoding.is_some(), "encoding");
        note(|layer| !layer.encodings.is_empty(), "encodings");
        note(|layer| layer.dict.is_some(), "dict");
        note(|layer| layer.opencc_config.is_some(), "opencc-config");
        note(|layer| !layer.strip.is_empty(), "strip");
        note(|layer| !layer.rules.is_empty(), "rule");
        keys
    }

    /// What the flags say.
    pub(crate) fn from_flags(arguments: &Arguments) -> Self {
        Self {
            to: arguments.to.clone(),
            quotes: arguments.quotes.clone(),
            context: arguments.context,
            vocabulary: arguments.vocabulary,
            spelling: arguments.spelling.clone(),
            dict: arguments.dict.clone(),
            opencc_config: arguments.opencc_config.clone(),
            engine: arguments.engine,
            protect: Protect::default(),
            encoding: arguments.encoding.clone(),
            encodings: arguments.encodings.clone(),
            output_encoding: arguments.output_encoding.clone(),
            unmappable: arguments.unmappable,
            rules: Vec::new(),
            min_confidence: arguments.min_confidence,
            format: arguments.format,
            field: arguments.field.clone(),
            field_format: arguments.field_format,
            image_alt: arguments.image_alt.then_some(true),
            code: arguments.code,
            convert_urls: arguments.convert_urls.then_some(true),
            bom: arguments.bom,
            emit: arguments.emit,
            host_field: arguments.host_field.clone(),
            only: arguments.only.clone(),
            skip: arguments.skip.clone(),
            on_uncertain: arguments.on_uncertain.clone(),
            strip: arguments.strip.clone(),
            keep: arguments.keep.clone(),
            glob: arguments.glob.clone(),
            group_size: arguments.group_size,
            hidden: either(arguments.hidden, arguments.no_hidden),
            ignore: either(arguments.ignore, arguments.no_ignore),
            overrides: Vec::new(),
        }
    }

    /// Merges `other` into this. What `other` sets counts, the rest stays.
    ///
    /// `only` and `skip` set the same thing, so either replaces both. A family that one side
    /// strips and the other keeps is as `other` says.
    pub(crate) fn update(&mut self, other: &Self) {
        if other.to.is_some() {
            self.to.clone_from(&other.to);
        }
        if other.quotes.is_some() {
            self.quotes.clone_from(&other.quotes);
        }
        self.context = other.context.or(self.context);
        self.vocabulary = other.vocabulary.or(self.vocabulary);
        if other.spelling.is_some() {
            self.spelling.clone_from(&other.spelling);
        }
        if other.dict.is_some() {
            self.dict.clone_from(&other.dict);
        }
        // Either of the two says what the text is converted to.
        if other.opencc_config.is_some() || other.to.is_some() {
            self.opencc_config.clone_from(&other.opencc_config);
        }
        self.engine = other.engine.or(self.engine);
        self.protect.terms.extend_from_slice(&other.protect.terms);
        if other.encoding.is_some() {
            self.encoding.clone_from(&other.encoding);
        }
        if !other.encodings.is_empty() {
            self.encodings.clone_from(&other.encodings);
        }
        if other.output_encoding.is_some() {
            self.output_encoding.clone_from(&other.output_encoding);
        }
        if other.on_uncertain.is_some() {
            self.on_uncertain.clone_from(&other.on_uncertain);
        }
        self.unmappable = other.unmappable.or(self.unmappable);
        self.rules.extend_from_slice(&other.rules);
        self.min_confidence = other.min_confidence.or(self.min_confidence);
        self.format = other.format.or(self.format);
        self.field_format = other.field_format.or(self.field_format);
        self.image_alt = other.image_alt.or(self.image_alt);
        self.code = other.code.or(self.code);
        self.convert_urls = other.convert_urls.or(self.convert_urls);
        self.bom = other.bom.or(self.bom);
        self.emit = other.emit.or(self.emit);
        if !other.field.is_empty() {
            self.field.clone_from(&other.field);
        }
        if !other.host_field.is_empty() {
            self.host_field.clone_from(&other.host_field);
        }
        if other.only.is_some() || other.skip.is_some() {
            self.only.clone_from(&other.only);
            self.skip.clone_from(&other.skip);
        }
        self.strip.retain(|rule| !other.keep.contains(rule));
        self.keep.retain(|rule| !other.strip.contains(rule));
        self.strip.extend_from_slice(&other.strip);
        self.keep.extend_from_slice(&other.keep);
        self.group_size = other.group_size.or(self.group_size);
        self.hidden = other.hidden.or(self.hidden);
        self.ignore = other.ignore.or(self.ignore);
    }
}

/// The value of a pair of flags, of which clap keeps the later one.
fn either(yes: bool, no: bool) -> Option<bool> {
    match (yes, no) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_said_later_counts() {
        let mut config = Config {
            to: Some("zh-Hans".into()),
            encoding: Some("gbk".into()),
            only: Some(words(&["repair"])),
            keep: words(&["credits", "app"]),
            ..Config::default()
        };
        config.update(&Config {
            to: Some("zh-Hant".into()),
            skip: Some(words(&["strip"])),
            strip: words(&["credits"]),
            ..Config::default()
        });
        assert_eq!(
            config,
            Config {
                to: Some("zh-Hant".into()),
                encoding: Some("gbk".into()),
                only: None,
                skip: Some(words(&["strip"])),
                strip: words(&["credits"]),
                keep: words(&["app"]),
                ..Config::default()
            }
        );
    }
}
