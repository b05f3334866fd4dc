//! A user's own OpenCC configuration, and the interpreter that runs it.
//!
//! As OpenCC 1.4.2 does it: the steps of `normalization` over the whole text; `segmentation` by
//! forward maximum match, where what matches nothing coalesces into one segment; then each
//! segment through the steps of `conversion_chain`. A step replaces, at each place, the longest
//! key that its dictionary has there; where it has none, a complete ideographic description
//! sequence is copied, or else one character.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;

use super::Dictionary;
use crate::convert::embedded;
use crate::convert::{Error, Result};
use crate::report::{Change, LineCounter, Report, Stage};

/// The name under which the report has what a configuration changed.
const RULE: &str = "opencc-config";

/// An OpenCC configuration with text dictionaries, ready to run.
#[derive(Clone, Debug)]
pub struct Configuration {
    name: Option<String>,
    normalization: Vec<Source>,
    segmentation: Option<Source>,
    chain: Vec<Source>,
}

/// Where a step looks a key up.
#[derive(Clone, Debug)]
enum Source {
    Dictionary(Arc<Dictionary>),
    /// The longest key of all; of equally long ones, the first dictionary's.
    Union(Vec<Source>),
    /// The longest key of the first dictionary that has any.
    ShortCircuit(Vec<Source>),
}

impl Source {
    fn longest(&self, text: &str) -> Option<(usize, &str)> {
        match self {
            Self::Dictionary(dictionary) => dictionary.longest(text).filter(|found| found.0 > 0),
            Self::Union(sources) => sources
                .iter()
                .filter_map(|source| source.longest(text))
                .reduce(|best, found| if found.0 > best.0 { found } else { best }),
            Self::ShortCircuit(sources) => sources.iter().find_map(|source| source.longest(text)),
        }
    }

    /// One step over a text.
    fn replace(&self, text: &str) -> String {
        let mut output = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let length = if let Some((length, value)) = self.longest(rest) {
                output.push_str(value);
                length
            } else {
                let length = unit(rest);
                output.push_str(&rest[..length]);
                length
            };
            rest = &rest[length..];
        }
        output
    }
}

/// The length in bytes of what is copied as one: a description sequence, or a character.
fn unit(text: &str) -> usize {
    embedded::description_sequence(text)
        .unwrap_or_else(|| text.chars().next().map_or(0, char::len_utf8))
}

impl Configuration {
    /// Reads a configuration. `dictionary` is asked for the text of each dictionary file by the
    /// name that the configuration has for it, once for each name.
    ///
    /// Dictionaries of type `text`, `inline` and `group` are known; OpenCC's compiled ones are
    /// not. As in OpenCC a group without `match_policy` has `short_circuit`.
    ///
    /// ```
    /// use zhnorm::convert::Configuration;
    ///
    /// let json = r#"{"conversion_chain": [{"dict": {"type": "text", "file": "mine.txt"}}]}"#;
    /// let configuration = Configuration::parse(json, |_| Ok("云上\t雲上\n".to_owned()))?;
    /// assert_eq!(configuration.apply("云上平台"), "雲上平台");
    /// # Ok::<(), zhnorm::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`] for JSON that is not a configuration, with line and column;
    /// [`Error::InFile`] for what is wrong in a dictionary; and what `dictionary` gives.
    pub fn parse(json: &str, dictionary: impl FnMut(&str) -> Result<String>) -> Result<Self> {
        let json = json.strip_prefix('\u{FEFF}').unwrap_or(json);
        let parsed: Parsed =
            serde_json::from_str(json).map_err(|error| configuration(json, &error))?;
        let mut loader = Loader {
            dictionary,
            known: HashMap::new(),
        };
        Ok(Self {
            name: parsed.name,
            normalization: loader.steps(parsed.normalization)?,
            segmentation: match parsed.segmentation {
                None => None,
                Some(segmentation) => Some(loader.source(segmentation.dict)?),
            },
            chain: loader.steps(parsed.conversion_chain)?,
        })
    }

    /// The name that it gives itself.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Converts a text, exactly as OpenCC 1.4.2 would. The cost is linear in the text, times the
    /// length of the longest key.
    pub fn apply(&self, text: &str) -> String {
        let mut normalized = Cow::Borrowed(text);
        for step in &self.normalization {
            normalized = Cow::Owned(step.replace(&normalized));
        }
        let mut output = String::with_capacity(text.len());
        let Some(words) = &self.segmentation else {
            self.convert_segment(&normalized, &mut output);
            return output;
        };
        // The segment of what matched nothing so far, and what is still to be cut.
        let (mut start, mut at) = (0, 0);
        while at < normalized.len() {
            if let Some((length, _)) = words.longest(&normalized[at..]) {
                self.convert_segment(&normalized[start..at], &mut output);
                self.convert_segment(&normalized[at..at + length], &mut output);
                at += length;
                start = at;
            } else {
                at += unit(&normalized[at..]);
            }
        }
        self.convert_segment(&normalized[start..], &mut output);
        output
    }

    fn convert_segment(&self, segment: &str, output: &mut String) {
        let mut converted = Cow::Borrowed(segment);
        for step in &self.chain {
            converted = Cow::Owned(step.replace(&converted));
        }
        output.push_str(&converted);
    }

    /// Converts a text and records what changed: one change for each line that did, from the
    /// first to the last character that differs. (The report does not name the key: a
    /// character may have gone through several steps.)
    pub(crate) fn convert<'a>(&self, text: &'a str, report: &mut Report) -> Cow<'a, str> {
        let output = self.apply(text);
        if output == text {
            return Cow::Borrowed(text);
        }
        let same_lines = memchr::memchr_iter(b'\n', text.as_bytes()).count()
            == memchr::memchr_iter(b'\n', output.as_bytes()).count();
        let mut lines = LineCounter::new(text.as_bytes());
        let mut record = |start: usize, before: &str, after: &str| {
            let (prefix, suffix) = common(before, after);
            let before = &before[prefix..before.len() - suffix];
            let after = &after[prefix..after.len() - suffix];
            let place = start + prefix..start + prefix + before.len();
            let line = lines.line_at(place.start);
            report.record(Change::edit(
                Stage::Convert,
                RULE,
                place,
                line,
                before,
                after,
            ));
        };
        if same_lines {
            let mut start = 0;
            for (before, after) in text.split('\n').zip(output.split('\n')) {
                if before != after {
                    record(start, before, after);
                }
                start += before.len() + 1;
            }
        } else {
            record(0, text, &output);
        }
        Cow::Owned(output)
    }
}

/// How many bytes two texts have in common at the start and, of the rest, at the end; whole
/// characters only.
fn common(one: &str, other: &str) -> (usize, usize) {
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let length = |(character, _): (char, char)| character.len_utf8();
    let prefix = one
        .chars()
        .zip(other.chars())
        .take_while(same)
        .map(length)
        .sum();
    let (one, other) = (&one[prefix..], &other[prefix..]);
    let suffix = one
        .chars()
        .rev()
        .zip(other.chars().rev())
        .take_while(same)
        .map(length)
        .sum();
    (prefix, suffix)
}

/// Reads each dictionary once.
struct Loader<F> {
    dictionary: F,
    known: HashMap<String, Arc<Dictionary>>,
}

impl<F: FnMut(&str) -> Result<String>> Loader<F> {
    fn steps(&mut self, steps: Vec<ParsedStep>) -> Result<Vec<Source>> {
        steps
            .into_iter()
            .map(|step| self.source(step.dict))
            .collect()
    }

    fn source(&mut self, parsed: ParsedDictionary) -> Result<Source> {
        Ok(match parsed {
            ParsedDictionary::File(file) => {
                if let Some(known) = self.known.get(&file) {
                    return Ok(Source::Dictionary(Arc::clone(known)));
                }
                let text = (self.dictionary)(&file)?;
                let dictionary = Dictionary::parse(&text).map_err(|error| Error::InFile {
                    file: file.clone(),
                    error: Box::new(error),
                })?;
                let dictionary = Arc::new(dictionary);
                self.known.insert(file, Arc::clone(&dictionary));
                Source::Dictionary(dictionary)
            }
            ParsedDictionary::Inline(entries) => {
                let mut dictionary = Dictionary::default();
                for (key, value) in entries {
                    dictionary.add(&key, &value);
                }
                Source::Dictionary(Arc::new(dictionary))
            }
            ParsedDictionary::Group(policy, members) => {
                let sources: Result<Vec<_>> = members
                    .into_iter()
                    .map(|member| self.source(member))
                    .collect();
                match policy {
                    MatchPolicy::ShortCircuit => Source::ShortCircuit(sources?),
                    MatchPolicy::Union => Source::Union(sources?),
                }
            }
        })
    }
}

/// The error of a configuration, with the place counted in characters.
fn configuration(json: &str, error: &serde_json::Error) -> Error {
    let (line, bytes) = (error.line(), error.column());
    let in_line = json.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let column = in_line
        .char_indices()
        .take_while(|(at, _)| *at + 1 < bytes)
        .count()
        + 1;
    let message = error.to_string();
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(message, _)| message);
    Error::Configuration {
        line,
        column,
        message: message.to_owned(),
    }
}

/// The JSON of a configuration. Unknown members are ignored, as OpenCC does.
#[derive(Deserialize)]
struct Parsed {
    name: Option<String>,
    #[serde(default)]
    normalization: Vec<ParsedStep>,
    #[serde(default, deserialize_with = "present")]
    segmentation: Option<ParsedSegmentation>,
    conversion_chain: Vec<ParsedStep>,
}

/// A member that may be left out but not be `null`.
fn present<'de, D, T>(deserializer: D) -> std::result::Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
struct ParsedStep {
    dict: ParsedDictionary,
}

#[derive(Deserialize)]
struct ParsedSegmentation {
    #[serde(rename = "type")]
    #[expect(dead_code, reason = "read to refuse what is not mmseg")]
    kind: SegmentationKind,
    dict: ParsedDictionary,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum SegmentationKind {
    Mmseg,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum DictionaryKind {
    Text,
    Inline,
    Group,
}

#[derive(Clone, Copy, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum MatchPolicy {
    #[default]
    ShortCircuit,
    Union,
}

/// A dictionary with the members that its type needs.
#[derive(Deserialize)]
#[serde(try_from = "Members")]
enum ParsedDictionary {
    File(String),
    Inline(HashMap<String, String>),
    Group(MatchPolicy, Vec<ParsedDictionary>),
}

/// A dictionary's members, whatever its type.
#[derive(Deserialize)]
struct Members {
    #[serde(rename = "type")]
    kind: DictionaryKind,
    file: Option<String>,
    entries: Option<HashMap<String, String>>,
    dicts: Option<Vec<ParsedDictionary>>,
    #[serde(default)]
    match_policy: MatchPolicy,
}

impl TryFrom<Members> for ParsedDictionary {
    type Error = &'static str;

    fn try_from(members: Members) -> std::result::Result<Self, &'static str> {
        match members.kind {
            DictionaryKind::Text => members
                .file
                .map(Self::File)
                .ok_or("a dictionary of type `text` needs `file`"),
            DictionaryKind::Inline => members
                .entries
                .map(Self::Inline)
                .ok_or("a dictionary of type `inline` needs `entries`"),
            DictionaryKind::Group => members
                .dicts
                .map(|dicts| Self::Group(members.match_policy, dicts))
                .ok_or("a dictionary of type `group` needs `dicts`"),
        }
    }
}

#[cfg(test)]
mod tests;
