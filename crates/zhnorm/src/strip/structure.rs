//! Names what kind of document a text is, before any rule may act.
//!
//! A rule that is right on a scraped page is wrong on a glossary of interface words, a chat log or
//! a licence header. So the text is classified first. Formats with a structure of their own are
//! recognised by the share of their lines that show it: cues, code, columns, speakers.
//! [`super::notation`] decides what a single line shows. A page must prove itself: it is an article
//! page only if prose is inside furniture, that is if several lines of different rules meet at
//! its edges ([`super::page`]). Everything else is left alone.

use std::collections::HashMap;

use super::fold::is_chinese;
use super::notation::{
    ends_sentence, is_bare_time, is_choice, is_code, is_cue, is_glossed, is_heading, is_logged,
    is_message_head, is_row, is_stamped, speaker,
};
use crate::document_kind::DocumentKind;

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
        let closes_link = |at: usize| bytes.get(at + 1) == Some(&b'(');
        self.links += usize::from(memchr::memchr_iter(b']', bytes).any(closes_link));
        self.code += usize::from(is_code(line));
        self.message_heads += usize::from(is_message_head(line));
        self.bare_times += usize::from(is_bare_time(line));
        let short = line.len() <= LONGEST_SHORT * 3 && line.chars().count() <= LONGEST_SHORT;
        self.short += usize::from(short && !sentence);
        self.verse += usize::from(short && line.chars().any(is_chinese));
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
            || first.starts_with(".\\\"")
            || first.starts_with("'\\\"")
            || first.starts_with(".TH ")
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

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> (DocumentKind, bool) {
        let Structure { kind, is_certain } = structure(text.lines());
        (kind, is_certain)
    }

    #[test]
    fn manual_pages_are_code() {
        let page = ".\\\" 版权所有 (c) 2003\n.TH 名称 1\n.SH 说明\n这个程序读取文件, 遇到\n.B -v\n会多说几句.\n\
                    它也能从标准输入读取.\n.P\n如果没有文件, 就什么也不做.\n";
        assert_eq!(kind(page), (DocumentKind::Code, true));
        let prose =
            "...他没有说话。\n\'Tis 莎士比亚的话。\n.NET 是一个平台。\n我们今天来说说它。\n";
        assert_ne!(kind(prose).0, DocumentKind::Code);
    }
}
