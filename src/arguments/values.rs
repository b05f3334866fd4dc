//! The values of the flags: what each accepts, and what completions offer.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, ValueEnum};
use serde::Deserialize;
use zhnorm::formats::UnknownFormat;

/// The targets that completions offer.
pub(super) const TAGS: [&str; 21] = [
    "zh-Hans", "zh-Hant", "zh-CN", "zh-SG", "zh-TW", "zh-HK", "zh-MO", "s2t", "t2s", "s2tw",
    "tw2s", "s2twp", "tw2sp", "s2hk", "hk2s", "t2tw", "tw2t", "t2hk", "hk2t", "t2jp", "jp2t",
];

/// Takes any value, and offers some in completions. The library says which values exist.
#[derive(Clone, Copy)]
pub(super) struct Suggested(pub(super) &'static [&'static str]);

impl TypedValueParser for Suggested {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(
            self.0.iter().map(|value| PossibleValue::new(*value)),
        ))
    }
}

/// Whether something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Switch {
    On,
    Off,
}

/// Which words of a region are put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Vocabulary {
    Off,
    Safe,
    All,
}

/// Which engine converts the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Engine {
    Embedded,
    Opencc,
}

/// The format of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Format {
    /// By name and first lines.
    Auto,
    /// This one.
    Named(zhnorm::formats::Format),
}

impl TryFrom<String> for Format {
    type Error = UnknownFormat;

    fn try_from(name: String) -> Result<Self, UnknownFormat> {
        match name.as_str() {
            "auto" => Ok(Self::Auto),
            name => name.parse().map(Self::Named),
        }
    }
}

/// Takes the name of a format.
#[derive(Clone, Copy)]
pub(super) struct FormatParser;

impl TypedValueParser for FormatParser {
    type Value = Format;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Format, clap::Error> {
        let name = StringValueParser::new().parse_ref(command, argument, value)?;
        name.try_into().map_err(|error: UnknownFormat| {
            clap::Error::raw(ErrorKind::InvalidValue, format!("{error}\n")).with_cmd(command)
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = zhnorm::formats::Format::all().map(|format| PossibleValue::new(format.name()));
        Some(Box::new(
            std::iter::once(PossibleValue::new("auto")).chain(names),
        ))
    }
}

/// What is converted in source code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Code {
    Keep,
    Comments,
}

/// What becomes of a byte order mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Bom {
    Keep,
    Add,
    Remove,
}

/// What is written of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Emit {
    /// Its text, as a file of its format.
    #[default]
    Text,
    /// A record.
    Jsonl,
    /// Markdown.
    Markdown,
}

impl Emit {
    /// The name of the value.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Jsonl => "jsonl",
            Self::Markdown => "markdown",
        }
    }

    /// The extension of a file in this form, unless it keeps its own.
    pub(crate) fn extension(self) -> Option<&'static str> {
        match self {
            Self::Text => None,
            Self::Jsonl => Some("jsonl"),
            Self::Markdown => Some("md"),
        }
    }
}

/// What is done with copies of earlier texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Copies {
    /// They are flagged.
    Report,
    /// Exact ones are left out.
    Skip,
}

/// What to do with a character that the output encoding does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Unmappable {
    Error,
    Replace,
    Entity,
}

/// The format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Human,
    Json,
    Sarif,
}

/// What `--names` works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NamesToo {
    /// Texts and names.
    Also,
    /// Names only.
    Only,
}

/// Which changes are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Explain {
    All,
    Flags,
}

/// What can be generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Generate {
    CompleteBash,
    CompleteZsh,
    CompleteFish,
    Man,
    Schema,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}
