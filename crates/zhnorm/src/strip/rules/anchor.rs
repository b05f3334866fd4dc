//! Where a pattern can be recognised from afar.
//!
//! Trying every pattern on every line would take longer than all the rest. So a pattern is tried
//! when a line looks as if it might match: when it begins or ends with two characters with
//! which the pattern's matches begin or end, or, for patterns that do neither, holds one of the
//! words that the rule says it needs.

use regex_syntax::hir::Hir;
use regex_syntax::hir::literal::{ExtractKind, Extractor};

use super::super::fold::fold_script;

/// How to see that a line may match a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::strip) enum Anchor {
    /// It begins with one of these, one or two characters each.
    Head(Vec<String>),
    /// It ends with one of these.
    Tail(Vec<String>),
    /// Only the words of `Rule::has` tell.
    Floating,
}

/// A pattern as it is compiled: in folded script, classes of digits and Chinese characters written
/// as plain ranges, which compile to a tenth of the size of their Unicode namesakes.
pub(in crate::strip) fn source(pattern: &str) -> String {
    let folded = fold_script(pattern);
    let mut out = String::with_capacity(folded.len());
    let mut rest = folded.as_str();
    let mut in_class = false;
    while let Some(char) = rest.chars().next() {
        let (from, class) = if rest.starts_with("\\d") {
            ("\\d", "0-9")
        } else if rest.starts_with("\\p{Han}") {
            ("\\p{Han}", "一-鿿")
        } else {
            let length = if char == '\\' {
                1 + rest[1..].chars().next().map_or(0, char::len_utf8)
            } else {
                char.len_utf8()
            };
            match char {
                '[' => in_class = true,
                ']' => in_class = false,
                _ => {}
            }
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        };
        if in_class {
            out.push_str(class);
        } else {
            out.push('[');
            out.push_str(class);
            out.push(']');
        }
        rest = &rest[from.len()..];
    }
    out
}

/// Finds a pattern's anchor.
///
/// # Errors
///
/// The parser's message when the pattern cannot be read.
pub(in crate::strip) fn anchor(pattern: &str) -> Result<Anchor, String> {
    let hir = regex_syntax::parse(&source(pattern)).map_err(|error| error.to_string())?;
    if let Some(heads) = edges(&hir, &ExtractKind::Prefix) {
        return Ok(Anchor::Head(heads));
    }
    if let Some(tails) = edges(&hir, &ExtractKind::Suffix) {
        return Ok(Anchor::Tail(tails));
    }
    Ok(Anchor::Floating)
}

/// The one or two characters with which all matches begin (or end), when they are few.
fn edges(hir: &Hir, kind: &ExtractKind) -> Option<Vec<String>> {
    let mut extractor = Extractor::new();
    extractor
        .kind(kind.clone())
        .limit_class(40)
        .limit_repeat(2)
        .limit_literal_len(7)
        .limit_total(3_000);
    let sequence = extractor.extract(hir);
    let mut found: Vec<String> = Vec::new();
    for literal in sequence.literals()? {
        let text = edge(literal.as_bytes(), kind)?;
        found.push(text);
    }
    found.sort_unstable();
    found.dedup();
    // One character that represents all pairs with it.
    let single: Vec<String> = found
        .iter()
        .filter(|text| text.chars().count() == 1)
        .cloned()
        .collect();
    found.retain(|text| {
        let key = match kind {
            ExtractKind::Suffix => text.chars().next_back(),
            _ => text.chars().next(),
        };
        text.chars().count() == 1 || !single.iter().any(|one| one.chars().next() == key)
    });
    (!found.is_empty()).then_some(found)
}

/// The one or two whole characters at the edge of a literal, which may be cut inside a character.
fn edge(bytes: &[u8], kind: &ExtractKind) -> Option<String> {
    let whole = match kind {
        ExtractKind::Suffix => {
            let start = bytes.iter().position(|byte| byte & 0xC0 != 0x80)?;
            std::str::from_utf8(&bytes[start..]).ok()?
        }
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?,
        },
    };
    let text: String = match kind {
        ExtractKind::Suffix => {
            let from = whole.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
            whole[from..].to_owned()
        }
        _ => whole.chars().take(2).collect(),
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors() {
        let head =
            |texts: &[&str]| Anchor::Head(texts.iter().map(|text| (*text).to_owned()).collect());
        assert_eq!(
            anchor("(?:网站)?首页.{1,9}").unwrap(),
            head(&["网站", "首页"])
        );
        assert_eq!(
            anchor(r"\d+楼").unwrap(),
            head(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])
        );
        assert_eq!(
            anchor(".{2,9}同人文").unwrap(),
            Anchor::Tail(vec!["人文".to_owned()])
        );
        assert_eq!(anchor(".*版权所有.*").unwrap(), Anchor::Floating);
        assert!(anchor("(").is_err());
    }

    #[test]
    fn classes_become_ranges() {
        assert_eq!(source(r"\d[\p{Han}a\d]\[\d"), r"[0-9][一-鿿a0-9]\[[0-9]");
    }
}
