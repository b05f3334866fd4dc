//! Tables of comma or tab separated values (RFC 4180): cells are text; delimiters, quotes and line
//! ends are structure.

use super::parts::{Parts, Role};
use super::spelling::Spelling;

/// The texts of a table with commas; or with semicolons, tabs or vertical bars, where the first line
/// has more of them.
pub(super) fn csv(text: &str) -> Parts {
    let first = text.lines().next().unwrap_or("");
    let count = |delimiter: u8| memchr::memchr_iter(delimiter, first.as_bytes()).count();
    let most = [b';', b'\t', b'|']
        .into_iter()
        .max_by_key(|delimiter| count(*delimiter));
    match most {
        Some(other) if count(other) > count(b',') => table(text, other),
        _ => table(text, b','),
    }
}

/// The texts of a table with tabs.
pub(super) fn tsv(text: &str) -> Parts {
    table(text, b'\t')
}

fn table(text: &str, delimiter: u8) -> Parts {
    let bytes = text.as_bytes();
    let mut parts = Parts::default();
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    while at < bytes.len() {
        if bytes[at] == b'"'
            && let Some(end) = quoted_end(bytes, at)
            && bytes
                .get(end)
                .is_none_or(|next| *next == delimiter || matches!(next, b'\r' | b'\n'))
        {
            quoted(text, at + 1, end - 1, &mut parts);
            at = end;
        } else {
            let length = memchr::memchr3(delimiter, b'\n', b'\r', &bytes[at..]);
            let end = length.map_or(bytes.len(), |length| at + length);
            if needs_work(&text[at..end]) {
                parts.whole(at..end, Role::Cell, Spelling::Without(delimiter));
            }
            at = end;
        }
        at += 1;
    }
    parts
}

/// After the quote that closes a cell.
fn quoted_end(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += memchr::memchr(b'"', &bytes[at..])? + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// A cell between quotes, in which a quote is written twice.
fn quoted(text: &str, start: usize, end: usize, parts: &mut Parts) {
    if !needs_work(&text[start..end]) {
        return;
    }
    let mut taken = start;
    while let Some(found) = memchr::memchr(b'"', &text.as_bytes()[taken..end]) {
        parts.source(taken..taken + found);
        parts.character(taken + found..taken + found + 2, '"');
        taken += found + 2;
    }
    parts.source(taken..end);
    parts.end(Role::Cell, Spelling::Doubled(b'"'));
}

/// Whether a stage could have anything to do with a value: not with numbers, dates, names of
/// things in Latin letters.
pub(super) fn needs_work(value: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" .,:-_/+\t".contains(&byte);
    !value.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, parts: &Parts) -> Vec<String> {
        parts.iter().map(|part| part.text(text)).collect()
    }

    #[test]
    fn cells_are_text_whatever_they_are_written_in() {
        let text = "\u{feff}编号,姓名\r\n1,\"张,\"\"三\"\"\n四\"\n2,李\"四\"\n,\"\"\n\"五\"六,七";
        assert_eq!(
            texts(text, &csv(text)),
            [
                "编号",
                "姓名",
                "张,\"三\"\n四",
                "李\"四\"",
                "\"五\"六",
                "七"
            ]
        );
        let text = "a\tb\t头,发;\n";
        assert_eq!(texts(text, &csv(text)), ["头,发;"]);
        assert_eq!(texts(text, &tsv(text)), ["头,发;"]);
        let text = "编号|名,称|\n1|\"头|发\"|\n2|后,来|\n";
        assert_eq!(texts(text, &csv(text)), ["编号", "名,称", "头|发", "后,来"]);
    }
}
