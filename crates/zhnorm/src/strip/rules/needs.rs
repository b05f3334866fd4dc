//! What every match of a pattern must hold.
//!
//! Compiling a pattern takes longer than trying a few words. Before a pattern is compiled for the
//! first line that begins or ends as its matches do, the line is searched for the words without
//! which it cannot match: in short runs most patterns are then never compiled.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::anchor::source;

/// So many alternatives are still worth searching for.
const MOST_TEXTS: usize = 150;

/// The groups of texts of which each match holds one, most telling group first: groups separated
/// by U+0002, texts by U+0001.
///
/// # Errors
///
/// The parser's message when the pattern cannot be read.
pub(in crate::strip) fn needs(pattern: &str) -> Result<String, String> {
    let hir = regex_syntax::parse(&source(pattern)).map_err(|error| error.to_string())?;
    let mut groups = groups(&hir);
    groups.retain(|group| group.len() <= MOST_TEXTS);
    groups.sort_by_key(Vec::len);
    groups.dedup();
    groups.truncate(3);
    let joined: Vec<String> = groups.iter().map(|group| group.join("\u{1}")).collect();
    Ok(joined.join("\u{2}"))
}

/// Each group: the texts of which a match of this part holds one.
fn groups(hir: &Hir) -> Vec<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) if !text.is_empty() => vec![vec![text.to_owned()]],
            _ => Vec::new(),
        },
        HirKind::Class(Class::Unicode(class)) => {
            let size: usize = class
                .iter()
                .map(|range| range.end() as usize - range.start() as usize + 1)
                .sum();
            if size == 0 || size > 12 {
                return Vec::new();
            }
            let chars = class.iter().flat_map(|range| range.start()..=range.end());
            vec![chars.map(String::from).collect()]
        }
        HirKind::Repetition(repetition) if repetition.min > 0 => groups(&repetition.sub),
        HirKind::Capture(capture) => groups(&capture.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(groups).collect(),
        HirKind::Alternation(parts) => {
            let mut all: Vec<String> = Vec::new();
            for part in parts {
                // The group with the longest shortest text says most.
                let best = groups(part).into_iter().max_by_key(|group| {
                    let shortest = group.iter().map(String::len).min().unwrap_or(0);
                    (shortest, usize::MAX - group.len())
                });
                let Some(best) = best else {
                    return Vec::new();
                };
                all.extend(best);
            }
            all.sort_unstable();
            all.dedup();
            vec![all]
        }
        _ => Vec::new(),
    }
}

/// Which of some characters a match can end with, a bit for each.
///
/// # Errors
///
/// The parser's message when the pattern cannot be read.
pub(in crate::strip) fn ends(pattern: &str, chars: &[char]) -> Result<u8, String> {
    let hir = regex_syntax::parse(&source(pattern)).map_err(|error| error.to_string())?;
    let bits = chars.iter().enumerate();
    Ok(bits.fold(0, |ends, (bit, &char)| {
        ends | u8::from(ends_with(&hir, char)) << bit
    }))
}

fn ends_with(hir: &Hir, char: char) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => {
            let mut utf8 = [0; 4];
            literal.0.ends_with(char.encode_utf8(&mut utf8).as_bytes())
        }
        HirKind::Class(Class::Unicode(class)) => class
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&char)),
        HirKind::Class(Class::Bytes(_)) => true,
        HirKind::Repetition(repetition) => ends_with(&repetition.sub, char),
        HirKind::Capture(capture) => ends_with(&capture.sub, char),
        HirKind::Alternation(parts) => parts.iter().any(|part| ends_with(part, char)),
        HirKind::Concat(parts) => {
            let may_be_empty = |part: &&Hir| part.properties().minimum_len() == Some(0);
            let empty = parts.iter().rev().take_while(may_be_empty).count();
            let last = parts.iter().rev().take(empty + 1);
            last.into_iter().any(|part| ends_with(part, char))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_match_can_end_with() {
        let ends = |pattern: &str| ends(pattern, &['。', ';']).unwrap();
        assert_eq!(ends("来源[:|].+"), 0b11);
        assert_eq!(ends("来源[:|][^。]+"), 0b10);
        assert_eq!(ends("来源.*网[。!]?"), 0b01);
        assert_eq!(ends("来源.*(?:网|报)"), 0);
    }

    #[test]
    fn what_a_match_must_hold() {
        let groups = |pattern: &str| {
            needs(pattern)
                .unwrap()
                .split('\u{2}')
                .map(|group| group.split('\u{1}').map(str::to_owned).collect::<Vec<_>>())
                .collect::<Vec<_>>()
        };
        assert_eq!(groups("来源[:|] ?.+"), [vec!["来源"], vec![":", "|"]]);
        assert_eq!(groups("(?:晨报|晚报)网?"), [vec!["晚报", "晨报"]]);
        assert_eq!(groups("(?:晨报)?.*"), [[""]]);
    }
}
