//! What looks like the beginning of a string and is another thing, and strings in which a backslash or
//! a quote means nothing: raw strings, characters, regular expressions, here-documents.

use std::ops::Range;

use super::Language;

/// What stands at a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Literal {
    /// A text, and what is behind it.
    Text(Range<usize>, usize),
    /// No text, up to there.
    Structure(usize),
}

/// A literal that begins at a place and is not read as quotes with escapes between them.
pub(super) fn literal(text: &str, at: usize, language: Language) -> Option<Literal> {
    let bytes = text.as_bytes();
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let before = at.checked_sub(1).map(|before| bytes[before]);
    match (language, bytes[at]) {
        (Language::Rust, b'r')
            if !before
                .is_some_and(|before| is_of_name(before) && !matches!(before, b'b' | b'c')) =>
        {
            raw_of_rust(text, at + 1)
        }
        (Language::Rust, b'\'') => character(text, at),
        (Language::C, b'R') if bytes.get(at + 1) == Some(&b'"') => raw_of_cpp(text, at + 2),
        (Language::C, b'/') => regular_expression(bytes, at).map(Literal::Structure),
        _ => None,
    }
}

/// `r#"…"#`, from behind its letter.
fn raw_of_rust(text: &str, at: usize) -> Option<Literal> {
    let bytes = text.as_bytes();
    let signs = bytes[at..].iter().take_while(|byte| **byte == b'#').count();
    if bytes.get(at + signs) != Some(&b'"') {
        return None;
    }
    let start = at + signs + 1;
    let close = format!("\"{}", "#".repeat(signs));
    let end = start + memchr::memmem::find(&bytes[start..], close.as_bytes())?;
    Some(Literal::Text(start..end, end + close.len()))
}

/// A character between quotes; a quote before a name begins a lifetime.
fn character(text: &str, at: usize) -> Option<Literal> {
    let inner = &text[at + 1..];
    let mut characters = inner.chars();
    let first = characters.next()?;
    if first == '\\' {
        let end = memchr::memchr2(b'\'', b'\n', inner.get(2..)?.as_bytes())? + 2;
        return Some(Literal::Structure(at + 1 + end + 1));
    }
    if characters.next() != Some('\'') {
        return None;
    }
    let end = at + 1 + first.len_utf8();
    Some(if first.is_ascii() {
        Literal::Structure(end + 1)
    } else {
        Literal::Text(at + 1..end, end + 1)
    })
}

/// `R"name(…)name"`, from behind its first quote.
fn raw_of_cpp(text: &str, at: usize) -> Option<Literal> {
    /// The longest name between quote and bracket.
    const LONGEST: usize = 16;
    let bytes = text.as_bytes();
    let length = (bytes[at..].iter().take(LONGEST + 1)).position(|byte| *byte == b'(')?;
    let name = &bytes[at..at + length];
    if name
        .iter()
        .any(|byte| byte.is_ascii_whitespace() || b"\\)\"".contains(byte))
    {
        return None;
    }
    let start = at + length + 1;
    let close = [b")", name, b"\""].concat();
    let end = start + memchr::memmem::find(&bytes[start..], &close)?;
    Some(Literal::Text(start..end, end + close.len()))
}

/// Behind a regular expression of JavaScript. A slash that divides follows a value.
fn regular_expression(bytes: &[u8], at: usize) -> Option<usize> {
    let before = bytes[..at]
        .iter()
        .rev()
        .find(|byte| !matches!(byte, b' ' | b'\t'));
    if !before.is_some_and(|before| b"(,=:[!&|?{;+".contains(before)) {
        return None;
    }
    let mut in_class = false;
    let mut end = at + 1;
    loop {
        match *bytes.get(end)? {
            b'\n' => return None,
            b'\\' => end += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return Some(end + 1),
            _ => {}
        }
        end += 1;
    }
}

/// The here-documents of a script. Their text stays, and quotes in it begin nothing.
#[derive(Default)]
pub(super) struct Documents {
    next: Option<Range<usize>>,
    /// How many were looked for in vain.
    missed: usize,
}

impl Documents {
    /// The end of the document that begins here.
    pub(super) fn end_at(&mut self, at: usize) -> Option<usize> {
        let next = self.next.take_if(|next| next.start <= at)?;
        Some(next.end.max(at))
    }

    /// Looks for one whose sign is here.
    pub(super) fn find(&mut self, text: &str, at: usize) {
        /// More signs that begin none are something else.
        const MISSED: usize = 8;
        if self.next.is_none() && self.missed < MISSED {
            self.next = here_document(text, at);
            self.missed += usize::from(self.next.is_none());
        }
    }
}

/// The end of a line, or of the lines in which it goes on behind a backslash.
pub(super) fn continued(bytes: &[u8], line_end: usize) -> usize {
    /// So many lines are one.
    const MOST: usize = 100;
    let mut end = line_end;
    for _ in 0..MOST {
        let line = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
        let backslashes = line.iter().rev().take_while(|byte| **byte == b'\\').count();
        if backslashes % 2 == 0 || end >= bytes.len() {
            break;
        }
        end = memchr::memchr(b'\n', &bytes[end + 1..]).map_or(bytes.len(), |next| end + 1 + next);
    }
    end
}

/// The end of a comment that may have others in it.
pub(super) fn nested_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut depth, mut at) = (1, start);
    loop {
        at += memchr::memchr2(b'/', b'*', bytes.get(at..)?)?;
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
            at += 2;
        } else {
            at += 1;
        }
    }
}

/// The lines of a here-document whose sign `<<` is here: from the next line to behind the word that
/// ends it.
fn here_document(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut start = at + 2;
    if bytes.get(start) == Some(&b'<') {
        return None;
    }
    let blank = |byte: &u8| matches!(byte, b'-' | b'~' | b' ' | b'"' | b'\'' | b'\\');
    start += bytes[start..].iter().take_while(|byte| blank(byte)).count();
    let length = (bytes[start..].iter())
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
        .count();
    let word = &text[start..start + length];
    if !word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        return None;
    }
    let body = start + memchr::memchr(b'\n', &bytes[start..])? + 1;
    let mut line = body;
    for content in text[body..].split_inclusive('\n') {
        line += content.len();
        if content.trim().trim_end_matches(';') == word {
            return Some(body..line);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regular_expression_does_not_follow_a_value() {
        fn end(text: &str) -> Option<&str> {
            let at = text.find('/').expect("a slash");
            regular_expression(text.as_bytes(), at).map(|end| &text[at..end])
        }
        assert_eq!(end("x = /[/\"]\\/'/g"), Some("/[/\"]\\/'/"));
        assert_eq!(end("x = a / b / c"), None);
        assert_eq!(end("f(/\n/)"), None);
    }
}
