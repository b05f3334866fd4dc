//! What to do with the text of a file, as far as it can also be said in a `zhnorm.toml`.
//!
//! The flags and the file fill the same [`Config`], in which everything is optional;
//! [`Config::update`] lays one over the other. [`profile`] finds the file that belongs to a path
//! and makes a normalizer of the result.

mod file;
mod opencc;
mod profile;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use zhnorm::strip::Rule;

use crate::arguments::{Arguments, Engine, Format, OnUncertain, Unmappable};

pub use profile::{Profiles, Scope, Source};

/// Everything that a flag and the configuration file can both say; `None` says nothing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// The script, region or OpenCC configuration to write.
    pub to: Option<String>,
    /// The quotation marks to write.
    pub quotes: Option<String>,
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
    /// The encoding of the output.
    pub output_encoding: Option<String>,
    /// What becomes of a character that it does not have.
    pub unmappable: Option<Unmappable>,
    /// How sure the encoding has to be.
    pub min_confidence: Option<f32>,
    /// What the files are.
    pub format: Option<Format>,
    /// The fields of JSON lines that hold text.
    pub field: Vec<String>,
    /// The fields of JSON lines that hold an address, of which the host is the site.
    pub host_field: Vec<String>,
    /// The only stages to run.
    pub only: Option<Vec<String>>,
    /// The stages not to run.
    pub skip: Option<Vec<String>>,
    /// What happens where damage is certain and the original is not.
    pub on_uncertain: Option<OnUncertain>,
    /// Families of lines to strip that are kept otherwise.
    pub strip: Vec<String>,
    /// Rules and families to switch off.
    pub keep: Vec<String>,
    /// Rules of the strip stage of the user's own.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
    /// Which files: of a folder at the top of the file, in general in an override.
    pub glob: Vec<String>,
    /// The size of a group of a text that is worked on in groups, in bytes; only a flag says it.
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

/// The table `[protect]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Protect {
    /// Terms that are never converted.
    pub terms: Vec<String>,
}

impl Config {
    /// The files that it names, in the folder that they are relative to.
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

    /// The files whose content decides what a text becomes.
    fn files(&self) -> impl Iterator<Item = &Path> {
        [&self.dict, &self.opencc_config]
            .into_iter()
            .flatten()
            .map(PathBuf::as_path)
    }

    /// What the flags say.
    pub fn from_flags(arguments: &Arguments) -> Self {
        Self {
            to: arguments.to.clone(),
            quotes: arguments.quotes.clone(),
            dict: arguments.dict.clone(),
            opencc_config: arguments.opencc_config.clone(),
            engine: arguments.engine,
            protect: Protect::default(),
            encoding: arguments.encoding.clone(),
            output_encoding: arguments.output_encoding.clone(),
            unmappable: arguments.unmappable,
            rules: Vec::new(),
            min_confidence: arguments.min_confidence,
            format: arguments.format,
            field: arguments.field.clone(),
            host_field: arguments.host_field.clone(),
            only: arguments.only.clone(),
            skip: arguments.skip.clone(),
            on_uncertain: arguments.on_uncertain,
            strip: arguments.strip.clone(),
            keep: arguments.keep.clone(),
            glob: arguments.glob.clone(),
            group_size: arguments.group_size,
            hidden: either(arguments.hidden, arguments.no_hidden),
            ignore: either(arguments.ignore, arguments.no_ignore),
            overrides: Vec::new(),
        }
    }

    /// Lays `other` over this: what it says counts, what it does not say stays.
    ///
    /// `only` and `skip` are two ways to say the same thing, so either replaces both. A family
    /// that one side strips and the other keeps is as `other` says.
    pub fn update(&mut self, other: &Self) {
        if other.to.is_some() {
            self.to.clone_from(&other.to);
        }
        if other.quotes.is_some() {
            self.quotes.clone_from(&other.quotes);
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
        if other.output_encoding.is_some() {
            self.output_encoding.clone_from(&other.output_encoding);
        }
        self.on_uncertain = other.on_uncertain.or(self.on_uncertain);
        self.unmappable = other.unmappable.or(self.unmappable);
        self.rules.extend_from_slice(&other.rules);
        self.min_confidence = other.min_confidence.or(self.min_confidence);
        self.format = other.format.or(self.format);
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

/// A pair of flags, of which clap lets the later one stand.
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
