//! JSON: the strings at some paths are text; everything else keeps its bytes.
//!
//! A path names keys with dots between them and the elements of lists with `[*]`:
//! `messages[*].content`. A path that ends at a list means its strings. `*` means all strings.

use std::borrow::Cow;
use std::ops::Range;

use super::escaped::take_escaped;
use super::parts::{Parts, Role};
use super::spelling::Spelling;
use super::tables::needs_work;

/// Which strings are text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Paths {
    paths: Vec<Vec<Step>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Element,
    /// All that is below.
    Any,
}

impl Paths {
    pub(super) fn new(fields: &[String]) -> Self {
        Self {
            paths: fields.iter().map(|field| steps(field)).collect(),
        }
    }
}

fn steps(field: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for name in field.split('.') {
        let mut rest = name;
        let mut lists = 0;
        while let Some(before) = rest.strip_suffix("[*]").or_else(|| rest.strip_suffix("[]")) {
            rest = before;
            lists += 1;
        }
        match rest {
            "" => {}
            "*" => steps.push(Step::Any),
            key => steps.push(Step::Key(key.to_owned())),
        }
        steps.extend((0..lists).map(|_| Step::Element));
    }
    steps
}

/// A string that is text.
pub(super) struct Found {
    /// Its place, without the quotes.
    pub(super) inner: Range<usize>,
    /// Which of the fields asked for names it.
    pub(super) field: usize,
}

/// The texts of a JSON file, whatever follows its first value; the fields that lead to no string;
/// and at most so many names of keys that may have text.
pub(super) fn json(
    text: &str,
    fields: &[String],
    most: usize,
) -> (Parts, Vec<String>, Vec<String>) {
    let mut names: Vec<String> = Vec::new();
    let mut name = |name: &str| {
        if names.len() < most && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    };
    let mut parts = Parts::default();
    let mut seen = vec![false; fields.len()];
    strings(text, &Paths::new(fields), &mut name, &mut |found| {
        seen[found.field] = true;
        if needs_work(&text[found.inner.clone()]) {
            take_escaped(text, found.inner, &mut parts);
            parts.end(Role::Value, Spelling::Escaped(b'"'));
        }
    });
    let missing = (fields.iter().zip(seen))
        .filter(|(field, seen)| !seen && *field != "*")
        .map(|(field, _)| field.clone());
    (parts, missing.collect(), names)
}

/// All strings of a JSON file but its keys.
pub(super) fn all(text: &str) -> Parts {
    let bytes = text.as_bytes();
    let mut parts = Parts::default();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'"', &bytes[at..]) {
        let open = at + found;
        let Some(end) = string_end(bytes, open) else {
            break;
        };
        at = end;
        let next = bytes[at..].iter().find(|byte| !byte.is_ascii_whitespace());
        if next != Some(&b':') && needs_work(&text[open + 1..end - 1]) {
            take_escaped(text, open + 1..end - 1, &mut parts);
            parts.end(Role::Value, Spelling::Escaped(b'"'));
        }
    }
    parts
}

/// One level of the value that is being read.
struct Level {
    is_list: bool,
    /// For each path, how many of its steps lead here.
    matched: Vec<Option<usize>>,
}

/// Gives `take` the strings that paths lead to, in order. `each` gets the names of the keys of the outermost
/// object whose values are strings, lists or objects.
///
/// What is no JSON is read as far as its brackets and quotes show a structure.
pub(super) fn strings(
    text: &str,
    paths: &Paths,
    each: &mut dyn FnMut(&str),
    take: &mut dyn FnMut(Found),
) {
    let bytes = text.as_bytes();
    let mut levels: Vec<Level> = Vec::new();
    // Where the next value is, for each path.
    let mut here: Vec<Option<usize>> = vec![Some(0); paths.paths.len()];
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let Some(end) = string_end(bytes, at) else {
                    break;
                };
                let inner = at + 1..end - 1;
                at = end;
                let is_key = levels.last().is_some_and(|level| !level.is_list) && {
                    let next = bytes[at..].iter().find(|byte| !byte.is_ascii_whitespace());
                    next == Some(&b':')
                };
                if let (true, Some(level)) = (is_key, levels.last()) {
                    let key = unescaped(&text[inner]);
                    let is_outer = match levels.as_slice() {
                        [_] => true,
                        [list, _] => list.is_list,
                        _ => false,
                    };
                    if is_outer {
                        let value = bytes[at..]
                            .iter()
                            .find(|byte| !byte.is_ascii_whitespace() && **byte != b':');
                        if matches!(value, Some(b'"' | b'[' | b'{')) {
                            each(&key);
                        }
                    }
                    here.clear();
                    here.extend(
                        paths
                            .paths
                            .iter()
                            .zip(&level.matched)
                            .map(|(path, matched)| {
                                let matched = (*matched)?;
                                match path.get(matched) {
                                    Some(Step::Key(name)) if *name == key => Some(matched + 1),
                                    Some(Step::Any) => Some(matched),
                                    _ => None,
                                }
                            }),
                    );
                } else {
                    let field = (paths.paths.iter().zip(&here)).position(|(path, matched)| {
                        matched.is_some_and(|matched| {
                            matched == path.len() || path[matched..] == [Step::Any]
                        })
                    });
                    if let Some(field) = field {
                        take(Found { inner, field });
                    }
                }
                continue;
            }
            b'[' => {
                // The elements of a list at the end of a path are meant too.
                let matched: Vec<_> = (paths.paths.iter().zip(&here))
                    .map(|(path, matched)| {
                        let matched = (*matched)?;
                        match path.get(matched) {
                            None | Some(Step::Any) => Some(matched),
                            Some(Step::Element) => Some(matched + 1),
                            // A file that is a list of records.
                            Some(Step::Key(_)) if levels.is_empty() => Some(matched),
                            Some(Step::Key(_)) => None,
                        }
                    })
                    .collect();
                here.clone_from(&matched);
                levels.push(Level {
                    is_list: true,
                    matched,
                });
            }
            b'{' => {
                // A path that ends at an object means none of its keys.
                let matched = (paths.paths.iter().zip(&here))
                    .map(|(path, matched)| matched.filter(|matched| *matched < path.len()))
                    .collect();
                levels.push(Level {
                    is_list: false,
                    matched,
                });
            }
            b']' | b'}' => {
                levels.pop();
                restore(&levels, &mut here, paths);
            }
            b',' => restore(&levels, &mut here, paths),
            _ => {}
        }
        at += 1;
    }
}

/// Goes back to where the elements of a list stand.
fn restore(levels: &[Level], here: &mut Vec<Option<usize>>, paths: &Paths) {
    match levels.last() {
        Some(level) if level.is_list => here.clone_from(&level.matched),
        Some(_) => {}
        None => *here = vec![Some(0); paths.paths.len()],
    }
}

/// After the quote that ends a string.
fn string_end(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

fn unescaped(spelled: &str) -> Cow<'_, str> {
    if !spelled.contains('\\') {
        return Cow::Borrowed(spelled);
    }
    let mut parts = Parts::default();
    take_escaped(spelled, 0..spelled.len(), &mut parts);
    parts.end(Role::Value, Spelling::Escaped(b'"'));
    parts.iter().map(|part| part.text(spelled)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, fields: &[&str]) -> Vec<String> {
        let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
        let parts = match fields.as_slice() {
            [all] if all == "*" => super::all(text),
            _ => json(text, &fields, 9).0,
        };
        (parts.iter()).map(|part| part.text(text)).collect()
    }

    #[test]
    fn paths_lead_to_keys_and_elements() {
        let text = r#"{"a": "一", "b": {"a": "二", "c": ["三", {"a": "四"}]}, "d": [{"a": "五"}, ["六"]], "a": null}"#;
        assert_eq!(texts(text, &["a"]), ["一"]);
        assert_eq!(texts(text, &["b.a", "d[*].a"]), ["二", "五"]);
        assert_eq!(texts(text, &["b.c"]), ["三"]);
        assert_eq!(texts(text, &["b.*"]), ["二", "三", "四"]);
        assert_eq!(texts(text, &["*"]), ["一", "二", "三", "四", "五", "六"]);
        assert_eq!(texts(r#"[{"a": "一"}, {"a": "二"}]"#, &["a"]), ["一", "二"]);
    }

    #[test]
    fn what_is_no_json_ends_somewhere() {
        for text in ["{\"a\": \"一", "\"\\", "}}]][[{", "{\"a\" \"b\": 1,,", ""] {
            let _ = texts(text, &["*", "a.b[*]"]);
        }
    }
}
