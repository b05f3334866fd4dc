//! Which format a file is in, by its name and its first bytes.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use super::code::{self, Language};
use super::parts::{Parts, Role};
use super::spelling::Spelling;
use super::{Options, json, locale, markdown, markup, subtitles, tables, yaml};
use crate::Stages;

/// What the text of a file is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Text, and nothing but text.
    Text,
    /// A JSON object on each line, some fields of which hold text.
    JsonLines,
    /// A web page, of which the article is wanted as text.
    Page,
    /// Markdown: `CommonMark` and the extensions of GitHub, with front matter.
    Markdown,
    /// `SubRip` subtitles.
    SubRip,
    /// `WebVTT` subtitles.
    WebVtt,
    /// `SubStation` Alpha subtitles, the advanced ones too.
    SubStation,
    /// Lyrics with times.
    Lyrics,
    /// JSON: one value.
    Json,
    /// Comma separated values.
    Csv,
    /// Tab separated values.
    Tsv,
    /// gettext catalogues of translations.
    Gettext,
    /// YAML.
    Yaml,
    /// Java properties.
    Properties,
    /// Apple's strings.
    Strings,
    /// TOML.
    Toml,
    /// INI files.
    Ini,
    /// XML: the text of elements, with the resources of Android and feeds.
    Xml,
    /// A web page of which all markup is kept.
    HtmlDocument,
    /// The package document of an e-book.
    PackageDocument,
    /// E-books.
    Epub,
    /// Source code.
    Code(Language),
}

/// What is known of a format.
struct Row {
    format: Format,
    /// The name by which a user asks for it.
    name: &'static str,
    extensions: &'static [&'static str],
    roles: &'static [Role],
    stages: Stages,
}

const ALL: Stages = Stages {
    repair: true,
    strip: true,
    convert: true,
};

/// Of formats whose lines belong to a structure.
const NO_STRIP: Stages = Stages {
    strip: false,
    ..ALL
};

/// Of source code.
const REPAIR: Stages = Stages {
    convert: false,
    ..NO_STRIP
};

const TABLE: [Row; 29] = [
    Row {
        format: Format::Text,
        name: "text",
        extensions: &["txt", "text"],
        roles: &[Role::Prose],
        stages: ALL,
    },
    Row {
        format: Format::JsonLines,
        name: "jsonl",
        extensions: &["jsonl", "ndjson"],
        roles: &[Role::Value],
        stages: ALL,
    },
    Row {
        format: Format::Page,
        name: "html",
        extensions: &["html", "htm", "xhtml"],
        roles: &[Role::Prose, Role::Title],
        stages: ALL,
    },
    Row {
        format: Format::Markdown,
        name: "markdown",
        extensions: &["md", "markdown", "mkd", "mdown", "mdx", "qmd", "rmd"],
        roles: &[Role::Prose, Role::Heading, Role::Cell, Role::Title],
        stages: NO_STRIP,
    },
    Row {
        format: Format::SubRip,
        name: "srt",
        extensions: &["srt"],
        roles: &[Role::Cue],
        stages: NO_STRIP,
    },
    Row {
        format: Format::WebVtt,
        name: "vtt",
        extensions: &["vtt"],
        roles: &[Role::Cue],
        stages: NO_STRIP,
    },
    Row {
        format: Format::SubStation,
        name: "ass",
        extensions: &["ass", "ssa"],
        roles: &[Role::Cue],
        stages: NO_STRIP,
    },
    Row {
        format: Format::Lyrics,
        name: "lrc",
        extensions: &["lrc"],
        roles: &[Role::Cue, Role::Title],
        stages: NO_STRIP,
    },
    Row {
        format: Format::Json,
        name: "json",
        extensions: &["json", "geojson", "webmanifest"],
        roles: &[Role::Value],
        stages: NO_STRIP,
    },
    Row {
        format: Format::Csv,
        name: "csv",
        extensions: &["csv"],
        roles: &[Role::Cell],
        stages: NO_STRIP,
    },
    Row {
        format: Format::Tsv,
        name: "tsv",
        extensions: &["tsv", "tab"],
        roles: &[Role::Cell],
        stages: NO_STRIP,
    },
    Row {
        format: Format::Gettext,
        name: "po",
        extensions: &["po", "pot"],
        roles: &[Role::Value],
        stages: NO_STRIP,
    },
    Row {
        format: Format::Yaml,
        name: "yaml",
        extensions: &["yaml", "yml"],
        roles: &[Role::Value],
        stages: NO_STRIP,
    },
    Row {
        format: Format::Properties,
        name: "properties",
        extensions: &["properties"],
        roles: &[Role::Value],
        stages: NO_STRIP,
    },
    Row {
        format: Format::Strings,
        name: "strings",
        extensions: &["strings"],
        roles: &[Role::Value],
        stages: NO_STRIP,
    },
    Row {
        format: Format::Toml,
        name: "toml",
        extensions: &["toml"],
        roles: &[Role::Value],
        stages: NO_STRIP,
    },
    Row {
        format: Format::Ini,
        name: "ini",
        extensions: &["ini", "cfg"],
        roles: &[Role::Value],
        stages: NO_STRIP,
    },
    Row {
        format: Format::Xml,
        name: "xml",
        extensions: &[
            "xml", "rss", "atom", "ncx", "xlf", "xliff", "resx", "plist", "tmx", "svg",
        ],
        roles: &[Role::Value, Role::Title],
        stages: NO_STRIP,
    },
    Row {
        format: Format::HtmlDocument,
        name: "html-document",
        extensions: &[],
        roles: &[Role::Prose, Role::Title],
        stages: NO_STRIP,
    },
    Row {
        format: Format::PackageDocument,
        name: "opf",
        extensions: &["opf"],
        roles: &[Role::Title],
        stages: NO_STRIP,
    },
    Row {
        format: Format::Epub,
        name: "epub",
        extensions: &["epub"],
        roles: &[Role::Prose, Role::Title],
        stages: NO_STRIP,
    },
    Row {
        format: Format::Code(Language::C),
        name: "c",
        extensions: &[
            "c", "h", "cc", "cpp", "cxx", "hpp", "cs", "java", "js", "mjs", "cjs", "jsx", "ts",
            "tsx", "go", "swift", "kt", "scala", "php", "dart", "m",
        ],
        roles: &[Role::Comment, Role::String],
        stages: REPAIR,
    },
    Row {
        format: Format::Code(Language::Rust),
        name: "rust",
        extensions: &["rs"],
        roles: &[Role::Comment, Role::String],
        stages: REPAIR,
    },
    Row {
        format: Format::Code(Language::Python),
        name: "python",
        extensions: &["py", "pyi", "pyw"],
        roles: &[Role::Comment, Role::String],
        stages: REPAIR,
    },
    Row {
        format: Format::Code(Language::Shell),
        name: "shell",
        extensions: &["sh", "bash", "zsh", "rb", "pl", "r", "mk"],
        roles: &[Role::Comment, Role::String],
        stages: REPAIR,
    },
    Row {
        format: Format::Code(Language::Sql),
        name: "sql",
        extensions: &["sql"],
        roles: &[Role::Comment, Role::String],
        stages: REPAIR,
    },
    Row {
        format: Format::Code(Language::Css),
        name: "css",
        extensions: &["css", "scss", "less"],
        roles: &[Role::Comment, Role::String],
        stages: REPAIR,
    },
    Row {
        format: Format::Code(Language::Tex),
        name: "tex",
        extensions: &["tex", "sty", "cls", "bib"],
        roles: &[Role::Comment],
        stages: REPAIR,
    },
    Row {
        format: Format::Code(Language::Lua),
        name: "lua",
        extensions: &["lua"],
        roles: &[Role::Comment, Role::String],
        stages: REPAIR,
    },
];

impl Format {
    /// All formats, in the order in which they are listed.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.format)
    }

    fn row(self) -> &'static Row {
        let found = TABLE.iter().find(|row| row.format == self);
        found.unwrap_or(&TABLE[0])
    }

    /// The name by which a user asks for it.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The extensions of file names by which it is found.
    pub fn extensions(self) -> &'static [&'static str] {
        self.row().extensions
    }

    /// What its texts are.
    pub fn roles(self) -> &'static [Role] {
        self.row().roles
    }

    /// Which stages act on its texts. A stage that is switched off does not act on any.
    pub fn stages(self) -> Stages {
        self.row().stages
    }

    /// The format that a file's name says, compressed or not.
    pub fn from_name(name: &Path) -> Self {
        let name = Self::unpacked_name(name);
        let found = TABLE.iter().find(|row| has_extension(name, row.extensions));
        found.map_or(Self::Text, |row| row.format)
    }

    /// The same once the bytes are read: a web page and subtitles are known by their beginning,
    /// whatever their name.
    #[must_use]
    pub fn with_contents(self, bytes: &[u8]) -> Self {
        if self != Self::Text {
            return self;
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        #[cfg(feature = "html")]
        if crate::strip::html::begins_as_page(bytes) {
            return Self::Page;
        }
        let word = |word: &[u8]| {
            bytes.starts_with(word) && bytes.get(word.len()).is_none_or(u8::is_ascii_whitespace)
        };
        if word(b"WEBVTT") {
            Self::WebVtt
        } else if word(b"[Script Info]") {
            Self::SubStation
        } else if subtitles::begins_as_subrip(bytes) {
            Self::SubRip
        } else {
            self
        }
    }

    /// Whether characters of its structure are those with which HZ and ISO-2022 switch.
    pub(super) fn has_escapes(self) -> bool {
        matches!(self, Self::JsonLines | Self::Json)
    }

    /// Whether fields of a file hold documents of their own, and each goes through the pipeline alone:
    /// those of JSON lines, and those of JSON whose format is named.
    pub fn has_documents(self, options: &Options) -> bool {
        match self {
            Self::JsonLines => true,
            Self::Json => options.field_format.is_some(),
            _ => false,
        }
    }

    /// Whether the texts are strings that a program reads, which may want what looks like an escape
    /// left in them.
    pub(super) fn is_data(self) -> bool {
        matches!(
            self,
            Self::Json
                | Self::Csv
                | Self::Tsv
                | Self::Gettext
                | Self::Yaml
                | Self::Properties
                | Self::Strings
                | Self::Toml
                | Self::Ini
                | Self::Xml
                | Self::HtmlDocument
                | Self::PackageDocument
        )
    }

    /// The texts of a decoded file; with the targets of links where these are to be converted.
    pub(super) fn divide(self, text: &str, options: &Options, has_targets: bool) -> Parts {
        match self {
            Self::Markdown => markdown::markdown(text, has_targets),
            Self::SubRip => subtitles::subrip(text),
            Self::WebVtt => subtitles::webvtt(text),
            Self::SubStation => subtitles::substation(text),
            Self::Lyrics => subtitles::lyrics(text),
            Self::Json if options.names_fields => json::json(text, &options.text_fields, 0).0,
            Self::Json => json::all(text),
            Self::Csv => tables::csv(text),
            Self::Tsv => tables::tsv(text),
            Self::Gettext => locale::gettext(text),
            Self::Yaml => yaml::yaml(text),
            Self::Properties => locale::properties(text),
            Self::Strings => locale::strings(text),
            Self::Toml => locale::toml(text),
            Self::Ini => locale::ini(text),
            Self::Xml => markup::xml(text),
            Self::PackageDocument => markup::package(text),
            Self::HtmlDocument => markup::html(text),
            Self::Code(language) => code::code(text, language),
            // Formats that are not divided into parts.
            Self::Text | Self::JsonLines | Self::Page | Self::Epub => {
                let mut parts = Parts::default();
                parts.whole(0..text.len(), Role::Prose, Spelling::Free);
                parts
            }
        }
    }

    /// Whether a file is read as a whole, however large: its end may be what closes its beginning.
    pub fn is_whole(self) -> bool {
        self.is_divided() || matches!(self, Self::Epub)
    }

    /// Whether a file is divided into parts, and each stage sees the parts of the whole.
    pub fn is_divided(self) -> bool {
        !matches!(self, Self::Text | Self::JsonLines | Self::Page | Self::Epub)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A format was asked for that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown format `{0}`; --list-formats shows those that exist")]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let wanted = name.trim().to_ascii_lowercase();
        let found = (TABLE.iter()).find(|row| row.name == wanted).or_else(|| {
            TABLE
                .iter()
                .find(|row| row.extensions.contains(&wanted.as_str()))
        });
        found
            .map(|row| row.format)
            .ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

/// Whether a file's name ends in one of these extensions, in any case.
pub(super) fn has_extension(name: &Path, extensions: &[&str]) -> bool {
    // Taking a path apart costs more than comparing its last bytes.
    let ends = |known: &str| {
        let bytes = name.as_os_str().as_encoded_bytes();
        let at = bytes.len().saturating_sub(known.len());
        bytes[at..].eq_ignore_ascii_case(known.as_bytes())
    };
    extensions.iter().any(|known| {
        ends(known)
            && name
                .extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case(known))
    })
}

/// The extensions of compressed files.
const PACKED: [&str; 2] = ["gz", "zst"];

impl Format {
    /// The name that a compressed file has unpacked; any other file keeps its name.
    pub fn unpacked_name(name: &Path) -> &Path {
        if has_extension(name, &PACKED) {
            name.file_stem().map_or(name, Path::new)
        } else {
            name
        }
    }

    /// The name of the text that a page becomes; any other file keeps its name.
    pub fn text_name(name: &Path) -> Cow<'_, Path> {
        if Self::from_name(name) != Self::Page {
            return Cow::Borrowed(name);
        }
        let unpacked = name.with_file_name(Self::unpacked_name(
            name.file_name().map_or(name, Path::new),
        ));
        let text = unpacked.with_extension("txt");
        Cow::Owned(match name.extension() {
            Some(packed) if has_extension(name, &PACKED) => {
                text.with_extension(format!("txt.{}", packed.to_string_lossy()))
            }
            _ => text,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_becomes_a_text_by_name() {
        for (page, text) in [
            ("a/b.html", "a/b.txt"),
            ("b.HTM", "b.txt"),
            ("a/b.c.xhtml.gz", "a/b.c.txt.gz"),
            ("a/b.txt", "a/b.txt"),
            ("html", "html"),
        ] {
            assert_eq!(Format::text_name(Path::new(page)), Path::new(text));
        }
    }
}
