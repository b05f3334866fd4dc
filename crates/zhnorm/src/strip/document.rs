//! Names what kind of document a text is, before any rule may act.
//!
//! A rule that is right on a scraped page is wrong on a glossary of interface words, a chat log or
//! a licence header. So the text is classified first. Formats with a structure of their own are
//! recognised by the share of their lines that show it: cues, code, columns, speakers. A page must
//! prove itself: it is an article page only if prose stands inside furniture, that is if several
//! lines of different rules meet at its edges ([`super::page`]). Everything else is left alone.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::fold::is_han;

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

    /// The kind of a text under the default options: [`Self::ArticlePage`] if the built-in rules
    /// find furniture at its edges.
    pub fn detect(text: &str) -> Self {
        super::document_kind(text, &super::Options::default())
    }

    /// The kind that a file name's extension promises, in lower case and without the dot. It is a
    /// hint for [`super::Options::with_kind_hint`]; `txt` and unknown extensions promise nothing.
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

/// Lines looked at. A longer document has shown its kind by then.
const SAMPLE: usize = 600;

/// Fewer lines are not yet a list.
const SHORTEST_LIST: usize = 12;

/// Longer lines that end as a sentence are running text, in bytes.
const LONGEST_STRUCTURE: usize = 150;

/// Longer lines are no entries of a list, in characters.
const LONGEST_SHORT: usize = 20;

/// What a document's structure says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Structure {
    /// The kind, unless furniture proves an article page.
    pub kind: DocumentKind,
    /// No furniture can prove an article page.
    pub is_certain: bool,
}

/// How many lines of a sample show each structure.
#[derive(Default)]
struct Counts<'t> {
    lines: usize,
    cues: usize,
    stamped: usize,
    code: usize,
    rows: usize,
    logged: usize,
    headings: usize,
    fences: usize,
    links: usize,
    short: usize,
    verse: usize,
    sentences: usize,
    glossed: usize,
    choices: usize,
    message_heads: usize,
    bare_times: usize,
    labelled: usize,
    speakers: HashMap<&'t str, usize>,
    front_matter: bool,
}

/// Classifies a text by the structure of its lines alone.
pub(super) fn structure<'t>(lines: impl Iterator<Item = &'t str>) -> Structure {
    let mut counts = Counts::default();
    let mut first = "";
    for line in lines
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(SAMPLE)
    {
        if counts.lines == 0 {
            first = line.trim_start_matches('\u{FEFF}');
        }
        counts.add(line);
    }
    counts.front_matter = first == "---" && counts.lines > 2;
    counts.verdict(first)
}

impl<'t> Counts<'t> {
    fn add(&mut self, line: &'t str) {
        self.lines += 1;
        let bytes = line.as_bytes();
        let sentence = ends_sentence(line);
        self.sentences += usize::from(sentence);
        self.rows += usize::from(is_row(line));
        // Running text, whatever it begins with.
        if line.len() > LONGEST_STRUCTURE && sentence {
            return;
        }
        self.cues += usize::from(is_cue(line));
        self.stamped += usize::from(is_stamped(line));
        self.logged += usize::from(is_logged(line));
        self.headings += usize::from(is_heading(line));
        self.fences += usize::from(line.starts_with("```") || line.starts_with("~~~"));
        self.links += usize::from(memchr::memmem::find(bytes, b"](").is_some());
        self.code += usize::from(is_code(line));
        self.message_heads += usize::from(is_message_head(line));
        self.bare_times += usize::from(is_bare_time(line));
        let short = line.len() <= LONGEST_SHORT * 3 && line.chars().count() <= LONGEST_SHORT;
        self.short += usize::from(short && !sentence);
        self.verse += usize::from(short && line.chars().any(is_han));
        self.glossed += usize::from(is_glossed(line));
        self.choices += usize::from(is_choice(line));
        if let Some(speaker) = speaker(line) {
            self.labelled += 1;
            *self.speakers.entry(speaker).or_default() += 1;
        }
    }

    fn verdict(&self, first: &str) -> Structure {
        let certain = |kind| Structure {
            kind,
            is_certain: true,
        };
        let likely = |kind| Structure {
            kind,
            is_certain: false,
        };
        // At least one line in `of`, and not a single one by chance.
        let share = |count: usize, of: usize| count >= 2 && count * of >= self.lines;
        let most = |count: usize| count >= 3 && count * 3 >= self.lines * 2;
        if share(self.cues, 6) || share(self.stamped, 2) {
            return certain(DocumentKind::Subtitles);
        }
        let data = matches!(first.as_bytes().first(), Some(b'{' | b'<'))
            || first.starts_with("[{")
            || first == "["
            || first.starts_with("#!")
            || first.starts_with("<?");
        if (self.code >= 3 && self.code * 3 >= self.lines)
            || (data && self.code >= 1 && self.code * 5 >= self.lines)
        {
            return certain(DocumentKind::Code);
        }
        if most(self.logged) {
            return certain(DocumentKind::Log);
        }
        if most(self.rows) {
            return certain(DocumentKind::Table);
        }
        if share(self.message_heads, 4) || (self.bare_times >= 3 && share(self.bare_times, 4)) {
            return certain(DocumentKind::Chat);
        }
        let repeated = self.speakers.values().filter(|&&count| count >= 2).count();
        let spoken = self.labelled >= 3
            && self.labelled * 2 >= self.lines
            && (repeated >= 1 && self.speakers.len() * 3 <= self.labelled * 2);
        if spoken {
            let talk = if self.sentences * 2 >= self.lines {
                DocumentKind::Dialogue
            } else {
                DocumentKind::Chat
            };
            return Structure {
                kind: talk,
                is_certain: talk == DocumentKind::Chat,
            };
        }
        if self.front_matter || self.fences >= 2 || self.headings >= 2 || share(self.links, 6) {
            return likely(DocumentKind::Markdown);
        }
        if share(self.choices, 5) || (self.glossed >= 3 && share(self.glossed, 3)) {
            return likely(DocumentKind::Lesson);
        }
        if self.lines >= 4 && self.verse * 10 >= self.lines * 9 && self.sentences * 2 >= self.lines
        {
            return likely(DocumentKind::Verse);
        }
        if self.lines >= SHORTEST_LIST && self.short * 5 >= self.lines * 4 {
            return likely(DocumentKind::List);
        }
        likely(DocumentKind::Prose)
    }
}

/// Whether a line ends as a sentence does.
fn ends_sentence(line: &str) -> bool {
    let inner = line.trim_end_matches(['”', '"', '」', '』', '’', ')', '）', '\'']);
    inner.ends_with(['。', '！', '？', '；', '，', '!', '?', ';'])
}

/// The times of a cue in the usual formats of subtitles.
fn is_cue(line: &str) -> bool {
    let bytes = line.as_bytes();
    if line.starts_with("Dialogue:") || line.starts_with("Comment:") {
        return memchr::memchr_iter(b',', bytes).count() >= 8;
    }
    if let Some(arrow) = memchr::memmem::find(bytes, b"-->") {
        return bytes[..arrow].iter().any(u8::is_ascii_digit)
            && bytes[arrow..].iter().any(u8::is_ascii_digit)
            && memchr::memchr(b':', &bytes[..arrow]).is_some();
    }
    false
}

/// A line that begins with its time in brackets, as `[01:02.50]` in lyrics and transcripts.
fn is_stamped(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes
        .strip_prefix(b"[")
        .or_else(|| bytes.strip_prefix(b"("))
        .is_some_and(|rest| {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (1..=2).contains(&digits)
                && rest.get(digits) == Some(&b':')
                && rest.get(digits + 1).is_some_and(u8::is_ascii_digit)
        })
}

/// A line of a program's log: a full time at its start and text after it, or a level.
fn is_logged(line: &str) -> bool {
    let inner = line.trim_start_matches(['[', '(']);
    let level = ["INFO", "WARN", "ERROR", "DEBUG", "TRACE", "FATAL", "NOTICE"]
        .iter()
        .any(|level| {
            inner
                .strip_prefix(level)
                .is_some_and(|rest| rest.starts_with([' ', ':', ']', '\t']))
        });
    level || (starts_with_time(inner) && line.len() > 28)
}

/// Whether a line starts with a date and a time of day, as `2024-01-02 03:04:05`.
fn starts_with_time(line: &str) -> bool {
    let head = &line.as_bytes()[..line.len().min(30)];
    let digits = head.iter().filter(|byte| byte.is_ascii_digit()).count();
    line.starts_with(|char: char| char.is_ascii_digit())
        && digits >= 9
        && head.contains(&b':')
        && (head.contains(&b'-') || head.contains(&b'/'))
}

/// The line above a message in a chat export: a name and a time, in either order.
fn is_message_head(line: &str) -> bool {
    if line.len() > 90 || ends_sentence(line) {
        return false;
    }
    let time = time_of_day(line);
    let Some(at) = time else { return false };
    let rest = line.len() - at.len();
    // Something that is not part of the date: a name, an account.
    let named = line
        .chars()
        .any(|char| char.is_alphabetic() && !"年月日上午下晚星期周一二三四五六".contains(char));
    named && rest <= 60 && starts_with_time(line) && line.ends_with([')', '>', '）'])
}

/// A time of day alone, as some chat exports give above each message.
fn is_bare_time(line: &str) -> bool {
    time_of_day(line).is_some()
        && line.chars().all(|char| {
            char.is_ascii_digit() || " :-/.年月日上下午晚昨今天星期周一二三四五六".contains(char)
        })
}

/// The part of a line that is a time of day: `12:34` or `12:34:56`.
fn time_of_day(line: &str) -> Option<&str> {
    let bytes = line.as_bytes();
    let colon = memchr::memchr_iter(b':', bytes).find(|&at| {
        at >= 1
            && bytes[at - 1].is_ascii_digit()
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
            && bytes.get(at + 2).is_some_and(u8::is_ascii_digit)
    })?;
    let start = colon
        - bytes[..colon]
            .iter()
            .rev()
            .take(2)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
    let end = colon
        + 1
        + bytes[colon + 1..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit() || **byte == b':')
            .count();
    line.get(start..end)
}

/// A heading of Markdown.
fn is_heading(line: &str) -> bool {
    let inner = line.trim_start_matches('#');
    let level = line.len() - inner.len();
    (1..=6).contains(&level) && inner.starts_with(' ')
}

/// A row of columns.
fn is_row(line: &str) -> bool {
    if line.contains('\t') || (line.starts_with('|') && line.ends_with('|') && line.len() > 2) {
        return true;
    }
    let commas = memchr::memchr_iter(b',', line.as_bytes()).count();
    let spaced = memchr::memmem::find_iter(line.as_bytes(), b", ").count();
    commas >= 2 && spaced * 2 <= commas && !line.contains(['。', '，'])
}

/// Program text, markup or a setting.
fn is_code(line: &str) -> bool {
    const STARTS: [&str; 44] = [
        "//",
        "/*",
        "*/",
        "#include",
        "#define",
        "#if",
        "#endif",
        "import ",
        "from ",
        "def ",
        "class ",
        "return",
        "if (",
        "if(",
        "for (",
        "for(",
        "while ",
        "var ",
        "let ",
        "const ",
        "public ",
        "private ",
        "protected ",
        "static ",
        "function ",
        "void ",
        "int ",
        "msgid \"",
        "msgstr \"",
        "#: ",
        "</",
        "<!--",
        "<?",
        "print(",
        "else",
        "try",
        "@",
        "using ",
        "package ",
        "export ",
        "async ",
        "fn ",
        "use ",
        "echo ",
    ];
    let bytes = line.as_bytes();
    let Some(&last) = bytes.last() else {
        return false;
    };
    let ends = match last {
        b'{' | b'}' | b'\\' => true,
        b';' => !line.contains(['，', '。', '、']),
        b',' => bytes.contains(&b'"') || bytes.contains(&b':') || bytes.contains(&b'\''),
        b'>' => bytes[0] == b'<',
        b'(' | b'[' | b']' => bytes.is_ascii() || bytes[0] == b'[',
        b':' => line.is_ascii() && (line.contains('(') || line.starts_with("class ")),
        _ => false,
    };
    ends || STARTS.iter().any(|start| line.starts_with(start)) || is_tag(bytes) || is_pair(line)
}

/// Whether a line begins with a tag.
fn is_tag(bytes: &[u8]) -> bool {
    bytes[0] == b'<'
        && bytes.get(1).is_some_and(u8::is_ascii_alphabetic)
        && memchr::memchr(b'>', bytes).is_some()
}

/// A key and its value: `name = value`, `"name": value`, `[section]`.
fn is_pair(line: &str) -> bool {
    if let Some(rest) = line.strip_prefix('"') {
        return rest.find('"').is_some_and(|end| {
            let after = rest[end + 1..].trim_start();
            after.starts_with(':') || after.starts_with('=')
        });
    }
    line.split_once('=').is_some_and(|(key, value)| {
        let key = key.trim_end();
        !key.is_empty()
            && key.chars().count() <= 40
            && !value.starts_with(['=', '>'])
            && key
                .chars()
                .all(|char| char.is_alphanumeric() || "_.-$[]\"'* ".contains(char))
            && key.split(' ').count() <= 3
            && !line.contains(['。', '，'])
    })
}

/// A word and its gloss: Chinese beside pinyin, bopomofo or another language.
fn is_glossed(line: &str) -> bool {
    if line.len() > 150 {
        return false;
    }
    let (mut han, mut latin, mut bopomofo, mut kana) = (0, 0, 0, 0);
    for char in line.chars() {
        match char {
            _ if is_han(char) => han += 1,
            '\u{3105}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}' => bopomofo += 1,
            '\u{3041}'..='\u{30FF}' => kana += 1,
            'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}' => latin += 1,
            _ => {}
        }
    }
    han > 0 && han <= 24 && (latin >= 3 && latin >= han || bopomofo > 0 || kana > 0)
}

/// A choice in an exercise: `A. …`, `B、…`.
fn is_choice(line: &str) -> bool {
    let mut chars = line.trim_start_matches(['(', '（']).chars();
    matches!(chars.next(), Some('A'..='D' | 'Ａ'..='Ｄ'))
        && matches!(
            chars.next(),
            Some('.' | '．' | '、' | ')' | '）' | '：' | ':')
        )
}

/// The name before a line's first colon, as in a chat, a play or an interview.
fn speaker(line: &str) -> Option<&str> {
    let at = line.find(['：', ':'])?;
    let name = line[..at].trim();
    let is_name = !name.is_empty()
        && name.chars().count() <= 10
        && name
            .chars()
            .all(|char| char.is_alphanumeric() || " _-·.（）()".contains(char))
        && name.chars().any(char::is_alphabetic);
    is_name.then_some(name)
}
