//! The kinds of documents: strip names the kind of a text, a report carries it.

use serde::{Deserialize, Serialize};

/// The kind of a document. Rules act in the kinds that `rules.toml` gives them, most of them only
/// in article pages.
///
/// ```
/// use zhnorm::strip::DocumentKind;
///
/// let subtitles = "1\n00:00:01,000 --> 00:00:02,000\n分享\n\n2\n00:00:03,000 --> 00:00:04,000\n返回首页\n";
/// assert_eq!(DocumentKind::detect(subtitles), DocumentKind::Subtitles);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DocumentKind {
    /// Prose inside a page's furniture: navigation, share buttons, related lists, notices.
    ArticlePage,
    /// Posts by several writers, with floors, times or forum software's lines between them.
    Thread,
    /// Short messages under names or times.
    Chat,
    /// Speakers and their lines: drama, interviews, questions and answers, minutes.
    Dialogue,
    /// Subtitles, transcripts or lyrics with times.
    Subtitles,
    /// Rows of columns: CSV, TSV, tables drawn with bars.
    Table,
    /// Short entries without sentences: words, names, numbers, menus, dictionaries.
    List,
    /// Program text, markup and data formats.
    Code,
    /// Lines that begin with a time or a level, as programs write them.
    Log,
    /// Markdown, with headings, fences, front matter or links.
    Markdown,
    /// Lines of verse.
    Verse,
    /// Teaching material: glosses, exercises, choices.
    Lesson,
    /// Running text and nothing that makes it another kind.
    Prose,
}

impl DocumentKind {
    /// Every kind, in the order of their names' meaning in the documentation.
    pub const ALL: [Self; 13] = [
        Self::ArticlePage,
        Self::Thread,
        Self::Chat,
        Self::Dialogue,
        Self::Subtitles,
        Self::Table,
        Self::List,
        Self::Code,
        Self::Log,
        Self::Markdown,
        Self::Verse,
        Self::Lesson,
        Self::Prose,
    ];

    /// The name used in rules and reports, such as `article-page`.
    pub fn name(self) -> &'static str {
        match self {
            Self::ArticlePage => "article-page",
            Self::Thread => "thread",
            Self::Chat => "chat",
            Self::Dialogue => "dialogue",
            Self::Subtitles => "subtitles",
            Self::Table => "table",
            Self::List => "list",
            Self::Code => "code",
            Self::Log => "log",
            Self::Markdown => "markdown",
            Self::Verse => "verse",
            Self::Lesson => "lesson",
            Self::Prose => "prose",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind that a file name's extension promises, in lower case and without the dot. It is a
    /// hint for [`crate::strip::Options::with_kind_hint`]; `txt` and unknown extensions promise nothing.
    pub fn from_extension(extension: &str) -> Option<Self> {
        Some(match extension {
            "srt" | "vtt" | "ass" | "ssa" | "lrc" | "sub" => Self::Subtitles,
            "csv" | "tsv" | "conllu" => Self::Table,
            "log" => Self::Log,
            "md" | "markdown" | "mdx" | "rst" | "adoc" | "org" => Self::Markdown,
            "c" | "h" | "cc" | "cpp" | "hpp" | "cs" | "java" | "kt" | "go" | "rs" | "py" | "rb"
            | "php" | "js" | "mjs" | "ts" | "jsx" | "tsx" | "vue" | "css" | "scss" | "less"
            | "sh" | "bat" | "ps1" | "sql" | "lua" | "pl" | "swift" | "json" | "xml" | "yaml"
            | "yml" | "toml" | "ini" | "cfg" | "conf" | "properties" | "po" | "pot" | "strings"
            | "tex" | "bib" | "vb" | "r" | "m" => Self::Code,
            _ => return None,
        })
    }
}

impl std::fmt::Display for DocumentKind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.name())
    }
}
