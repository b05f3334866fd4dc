//! Blocks as Markdown (`CommonMark` with the tables of GFM) that a parser reads as these blocks.

use std::fmt::Write as _;
use std::ops::Range;

use super::blocks::Block;
use super::inline::{Image, MarkKind};
use super::layout::Span;

/// Lists with larger first numbers are numbered from 1: `CommonMark` reads nine digits.
const LARGEST_START: u32 = 99_999_999;

/// Writes a document.
pub(super) fn write(blocks: &[Block]) -> String {
    let mut out = lines(blocks, false).join("\n");
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// A text without markup. A line is a paragraph; where empty lines divide paragraphs of several
/// lines, the lines of one are broken in its midst.
pub(super) fn plain(text: &str, title: Option<&str>) -> String {
    let mut lines: Vec<&str> = text
        .lines()
        .skip_while(|line| line.trim().is_empty())
        .collect();
    let is_first = |title: &&str| lines.first().is_some_and(|line| line.trim() == *title);
    let title = title.filter(is_first);
    if title.is_some() {
        lines.remove(0);
    }
    let is_blank = |line: &&str| line.trim().is_empty();
    let groups: Vec<&[&str]> = (lines.split(is_blank))
        .filter(|group| !group.is_empty())
        .collect();
    let span = |line: &&str| Span {
        text: (*line).to_owned(),
        ..Span::default()
    };
    let mut blocks: Vec<Block> = Vec::new();
    blocks.extend(title.map(|title| Block::Heading(1, span(&title))));
    if groups.len() > 1 {
        let paragraphs = groups.iter();
        blocks.extend(paragraphs.map(|lines| Block::Paragraph(lines.iter().map(span).collect())));
    } else {
        let lines = groups.into_iter().flatten();
        blocks.extend(lines.map(|line| Block::Paragraph(vec![span(line)])));
    }
    write(&blocks)
}

/// The lines of blocks, with an empty line between two unless they are `tight`.
fn lines(blocks: &[Block], tight: bool) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    // Two lists in a row are two by their marks.
    let mut list: Option<(bool, bool)> = None;
    for block in blocks {
        if !out.is_empty() && !tight {
            out.push(String::new());
        }
        let before = list.take();
        match block {
            Block::Heading(level, span) => {
                out.push(format!("{} {}", "#".repeat(*level), heading(span)));
            }
            Block::Paragraph(spans) => out.extend(paragraph(spans)),
            Block::Image(image) => out.push(self::image(image)),
            Block::Code { language, text } => {
                let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
                out.push(format!("{fence}{}", language.as_deref().unwrap_or("")));
                out.extend(text.split('\n').map(str::to_owned));
                out.push(fence);
            }
            Block::Quotation(inner) => {
                let inner = lines(inner, false).into_iter();
                out.extend(inner.map(|line| prefixed("> ", &line)));
            }
            Block::List { start, items } => {
                let is_other =
                    before.is_some_and(|(ordered, other)| ordered == start.is_some() && !other);
                list = Some((start.is_some(), is_other));
                out.extend(self::list(*start, items, is_other));
            }
            Block::Table(rows) => out.extend(table(rows)),
        }
    }
    out
}

/// A line behind a prefix, which ends in no blank.
fn prefixed(prefix: &str, line: &str) -> String {
    if line.is_empty() {
        prefix.trim_end().to_owned()
    } else {
        format!("{prefix}{line}")
    }
}

fn list(start: Option<u32>, items: &[Vec<Block>], is_other: bool) -> Vec<String> {
    let tight = items.iter().all(|item| is_tight(item));
    let mut out = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 && !tight {
            out.push(String::new());
        }
        let mark = match start.map(|start| if start > LARGEST_START { 1 } else { start }) {
            Some(start) => format!(
                "{}{} ",
                start as usize + at,
                if is_other { ')' } else { '.' }
            ),
            None if is_other => "* ".to_owned(),
            None => "- ".to_owned(),
        };
        let indent = " ".repeat(mark.len());
        for (number, line) in lines(item, tight).iter().enumerate() {
            out.push(if number == 0 {
                format!("{mark}{line}")
            } else {
                prefixed(&indent, line)
            });
        }
    }
    out
}

/// Whether an item needs no empty line: a paragraph, and lists that can stand right behind it.
fn is_tight(item: &[Block]) -> bool {
    let mut ordered = [false; 2];
    let mut follows = |block: &Block| match block {
        Block::List { start, .. } => {
            let kind = usize::from(start.is_some());
            !std::mem::replace(&mut ordered[kind], true) && start.is_none_or(|start| start == 1)
        }
        _ => false,
    };
    match item {
        [Block::Paragraph(_), rest @ ..] => rest.iter().all(&mut follows),
        _ => false,
    }
}

fn paragraph(spans: &[Span]) -> Vec<String> {
    let mut lines: Vec<String> = (spans.iter())
        .map(|span| inline(span, Within::Paragraph))
        .filter(|line| !line.is_empty())
        .collect();
    let last = lines.len().saturating_sub(1);
    for line in &mut lines[..last] {
        line.push('\\');
    }
    lines
}

fn heading(span: &Span) -> String {
    let mut text = inline(span, Within::Heading);
    // Number signs at the end would close it.
    if text.ends_with('#') {
        text.insert(text.len() - 1, '\\');
    }
    text
}

fn table(rows: &[Vec<Span>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut out = Vec::with_capacity(rows.len() + 1);
    for (at, row) in rows.iter().enumerate() {
        let mut line = String::from("|");
        for column in 0..columns {
            let cell = row.get(column).map(|span| inline(span, Within::Cell));
            // Writing to a string cannot fail.
            let _ = write!(line, " {} |", cell.unwrap_or_default());
        }
        out.push(line);
        if at == 0 {
            out.push(format!("|{}", " --- |".repeat(columns)));
        }
    }
    out
}

/// Where text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Paragraph,
    Heading,
    Cell,
}

/// A stretch of a span that is all text or all code, and in one link or none.
struct Segment {
    range: Range<usize>,
    link: Option<usize>,
    code: bool,
}

/// Text with its links, code and images.
fn inline(span: &Span, within: Within) -> String {
    let text = span.text.as_str();
    let start = text.len() - text.trim_start().len();
    let end = start + text.trim().len();
    let segments = segments(span, start..end);
    let mut images = span.images.iter().peekable();
    let mut out = String::new();
    let mut open: Option<usize> = None;
    let address = |at: usize| match &span.marks[at].kind {
        MarkKind::Link(address) => address.as_str(),
        MarkKind::Code => "",
    };
    // With `]:` in its code, a link that begins a paragraph reads as a definition: [`a]:`](b).
    let first = segments.first().and_then(|segment| segment.link);
    let definition = first.filter(|link| {
        let mut own = segments
            .iter()
            .filter(|segment| segment.link == Some(*link));
        own.any(|segment| segment.code && text[segment.range.clone()].contains("]:"))
    });
    let close = |out: &mut String, link: usize| {
        close_link(out, address(link), within);
        if definition == Some(link) {
            // Behind an empty title nothing may follow in one, so it is a link again.
            out.insert_str(out.len() - 1, " \"\"");
        }
    };
    for (number, segment) in segments.iter().enumerate() {
        if let Some(link) = open.take_if(|link| segment.link != Some(*link)) {
            close(&mut out, link);
        }
        while let Some((_, image)) = images.next_if(|(at, _)| *at <= segment.range.start) {
            let in_link = segment
                .link
                .filter(|link| image.link.as_deref() == Some(address(*link)));
            if let Some(link) = in_link.filter(|_| open.is_none()) {
                open_bracket(&mut out, "[");
                open = Some(link);
            }
            push_image(&mut out, image, open.is_some(), within);
        }
        if open != segment.link {
            open_bracket(&mut out, "[");
            open = segment.link;
        }
        let piece = &text[segment.range.clone()];
        if segment.code && !piece.trim().is_empty() {
            code(&mut out, piece, within);
            continue;
        }
        let next_to_code = [number.checked_sub(1), Some(number + 1)]
            .into_iter()
            .flatten()
            .any(|at| segments.get(at).is_some_and(|segment| segment.code));
        let at_start = out.is_empty() && within == Within::Paragraph;
        escape(&mut out, piece, at_start, next_to_code, within);
    }
    if let Some(link) = open {
        close(&mut out, link);
    }
    for (_, image) in images {
        push_image(&mut out, image, false, within);
    }
    out
}

/// Cuts what is in `range` of a span where links and code begin and end and images stand.
fn segments(span: &Span, range: Range<usize>) -> Vec<Segment> {
    let mut cuts: Vec<usize> = (span.marks.iter())
        .flat_map(|mark| [mark.range.start, mark.range.end])
        .chain(span.images.iter().map(|(at, _)| *at))
        .filter(|at| range.contains(at))
        .chain([range.start, range.end])
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut segments: Vec<Segment> = Vec::new();
    for cut in cuts.windows(2) {
        let holds = |mark: &Range<usize>| mark.start <= cut[0] && cut[1] <= mark.end;
        let is_link = |at: &usize| {
            matches!(span.marks[*at].kind, MarkKind::Link(_)) && holds(&span.marks[*at].range)
        };
        let mut link = (0..span.marks.len()).find(is_link);
        // Links to one address side by side are one.
        if let (Some(at), Some(before)) = (link, segments.last().and_then(|last| last.link))
            && span.marks[at].kind == span.marks[before].kind
        {
            link = Some(before);
        }
        let code =
            (span.marks.iter()).any(|mark| mark.kind == MarkKind::Code && holds(&mark.range));
        let has_image = span.images.iter().any(|(at, _)| *at == cut[0]);
        match segments.last_mut() {
            // Code right behind code is one.
            Some(last) if last.link == link && last.code == code && !has_image => {
                last.range.end = cut[1];
            }
            _ => segments.push(Segment {
                range: cut[0]..cut[1],
                link,
                code,
            }),
        }
    }
    segments
}

/// Opens a link or an image. An exclamation mark before it would make another of it.
fn open_bracket(out: &mut String, bracket: &str) {
    if let Some(before) = out.strip_suffix('!') {
        let backslashes = before.len() - before.trim_end_matches('\\').len();
        if backslashes % 2 == 0 {
            out.insert(out.len() - 1, '\\');
        }
    }
    out.push_str(bracket);
}

fn close_link(out: &mut String, address: &str, within: Within) {
    out.push_str("](");
    destination(out, address, within);
    out.push(')');
}

/// An image that stands alone.
fn image(image: &Image) -> String {
    let mut out = String::new();
    push_image(&mut out, image, false, Within::Paragraph);
    out
}

fn push_image(out: &mut String, image: &Image, in_link: bool, within: Within) {
    let link = image.link.as_deref().filter(|_| !in_link);
    if link.is_some() {
        open_bracket(out, "[");
    }
    open_bracket(out, "![");
    escape(out, &image.alt, false, false, within);
    close_link(out, &image.address, within);
    if let Some(address) = link {
        close_link(out, address, within);
    }
}

/// The address of a link or an image.
fn destination(out: &mut String, address: &str, within: Within) {
    let is_plain =
        |char: char| !char.is_whitespace() && !char.is_control() && !"()<>\\".contains(char);
    let is_plain = !address.is_empty() && address.chars().all(is_plain);
    if !is_plain {
        out.push('<');
    }
    let mut rest = address;
    while let Some(char) = rest.chars().next() {
        match char {
            '\n' | '\r' | '\0' => {}
            '<' | '>' | '\\' => out.extend(['\\', char]),
            '|' if within == Within::Cell => out.push_str("\\|"),
            '&' if is_reference(rest) => out.push_str("\\&"),
            _ => out.push(char),
        }
        rest = &rest[char.len_utf8()..];
    }
    if !is_plain {
        out.push('>');
    }
}

/// Code within a line.
fn code(out: &mut String, text: &str, within: Within) {
    let fence = "`".repeat(longest_run(text, '`') + 1);
    // One blank at each end is taken off again.
    let needs_blanks = text.starts_with('`')
        || text.ends_with('`')
        || (text.starts_with(' ') && text.ends_with(' '));
    let blank = if needs_blanks { " " } else { "" };
    let text = match within {
        Within::Cell => text.replace('|', "\\|").replace('\n', " "),
        _ => text.replace('\n', " "),
    };
    let _ = write!(out, "{fence}{blank}{text}{blank}{fence}");
}

fn longest_run(text: &str, of: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for char in text.chars() {
        run = if char == of { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Whether a text begins with a character reference.
fn is_reference(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('&') else {
        return false;
    };
    let name = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#');
    let length = name.count();
    length > 0 && rest[length..].starts_with(';')
}

fn escape(out: &mut String, text: &str, at_start: bool, next_to_code: bool, within: Within) {
    let start = if at_start { block_start(text) } else { None };
    let mut before: Option<char> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let is_word = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
        let is_escaped = start == Some(at)
            || match char {
                '*' | '[' | ']' | '~' => true,
                '`' => !next_to_code,
                '_' => !(is_word(before) && is_word(next)),
                '\\' => next.is_none_or(|next| next.is_ascii_punctuation()),
                '<' => next.is_none_or(|next| next.is_ascii_alphabetic() || "/!?".contains(next)),
                '&' => is_reference(&text[at..]),
                '|' => within == Within::Cell,
                _ => false,
            };
        before = Some(char);
        match char {
            '\n' if within == Within::Cell => out.push_str("<br>"),
            '\n' | '\r' => out.push(' '),
            // An escaped one beside code would be read as part of its fence.
            '`' if next_to_code => out.push_str("&#96;"),
            _ if is_escaped => out.extend(['\\', char]),
            _ => out.push(char),
        }
    }
}

/// Where in a line stands the character that makes a block of it: a heading, an item, a
/// quotation, a rule.
fn block_start(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    let is_end = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t']);
    let only = |of: &str| text.chars().all(|char| of.contains(char));
    match first {
        '#' => is_end(text.trim_start_matches('#')).then_some(0),
        '>' => Some(0),
        '-' | '+' if is_end(&text[1..]) => Some(0),
        '=' if only("= \t") => Some(0),
        '-' | ':' | '|' if only("-:| \t") => Some(0),
        '0'..='9' => {
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            let rest = &text[digits..];
            let mark = rest.strip_prefix(['.', ')'])?;
            (digits < 10 && is_end(mark)).then_some(digits)
        }
        _ => None,
    }
}
