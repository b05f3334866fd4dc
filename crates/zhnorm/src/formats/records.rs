//! JSON lines: an object on each line, some fields of which hold text; and JSON whose fields hold
//! documents of their own.
//!
//! Only the spelling of those fields' values is replaced. Every other byte of a line stays, and
//! with it the order of the keys, the spaces and the spelling of numbers.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::escaped::{lone_surrogates, take_escaped};
use super::joined::Edit;
use super::parts::{Parts, Role};
use super::spelling::Spelling;
use super::{Options, Problem, joined, json, sites};
use crate::report::LineCounter;

/// Calls `each` with every text field of JSON lines as it is, or with the article of a web page in
/// it if the options say that these are pages, and with the host that its record names.
pub fn record_texts(text: &str, options: &Options, each: &mut dyn FnMut(Option<&str>, &str)) {
    let show = |_: usize, host: Option<&str>, value: &str| {
        #[cfg(feature = "html")]
        if options.field_format == Some(super::Format::Page) {
            each(host, &crate::strip::html::article(value).text);
            return None;
        }
        each(host, value);
        None
    };
    map(text, options, &mut Fields::default(), show, |_, _| {});
}

/// Which of the fields that were asked for are there, and the names of those that are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    /// For each field asked for, whether a record has it.
    seen: Vec<bool>,
    /// The names of fields that may hold text, some of them.
    names: BTreeSet<String>,
    records: usize,
    /// Escapes for half a character in these fields, each with its line.
    pub(super) lone_surrogates: Vec<(usize, String)>,
    /// How many texts are web pages and were not read as such.
    pages: usize,
}

/// So many names of fields are named.
pub(super) const NAMES: usize = 12;

impl Fields {
    /// Adds what was seen in another part of the file.
    pub(crate) fn add(&mut self, other: Self) {
        self.seen
            .resize(self.seen.len().max(other.seen.len()), false);
        for (seen, other) in self.seen.iter_mut().zip(other.seen) {
            *seen |= other;
        }
        self.names.extend(other.names);
        self.records += other.records;
        self.pages += other.pages;
    }

    /// Counts texts that are web pages.
    pub(super) fn add_pages(&mut self, pages: usize) {
        self.pages += pages;
    }

    /// What is to be reported: fields that were asked for and that no record has, and web pages.
    pub(crate) fn warnings(&self, options: &Options) -> Vec<Problem> {
        let missing: Vec<String> = (options.text_fields.iter().enumerate())
            .filter(|(index, _)| !self.seen.get(*index).is_some_and(|seen| *seen))
            .map(|(_, field)| field.clone())
            .collect();
        let mut warnings = Vec::new();
        if self.records > 0 && !missing.is_empty() {
            warnings.push(Problem::NoSuchField {
                fields: missing,
                found: self.names.iter().take(NAMES).cloned().collect(),
            });
        }
        if self.pages > 0 {
            warnings.push(Problem::PagesInFields { count: self.pages });
        }
        warnings
    }
}

/// Runs `change` over the text fields of each line. Lines that are no JSON object stay as they
/// are; their numbers, from 1, are given to `bad` with the reason.
///
/// `change` gets the line's number, the host that the record names, and the field's text.
pub(super) fn map<'t>(
    text: &'t str,
    options: &Options,
    fields: &mut Fields,
    mut change: impl FnMut(usize, Option<&str>, &str) -> Option<String>,
    mut bad: impl FnMut(usize, &dyn fmt::Display),
) -> Cow<'t, str> {
    let paths = json::Paths::new(&options.text_fields);
    fields.seen.resize(options.text_fields.len(), false);
    let mut edits = Vec::new();
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let content = line.trim_end_matches(['\n', '\r']);
        // A byte order mark in memory.
        let mark = content.len() - content.trim_start_matches('\u{feff}').len();
        if !content[mark..].trim().is_empty() {
            match host(&content[mark..], options) {
                Ok(host) => {
                    let record = start..start + content.len();
                    let change = |_, value: &str| change(index + 1, host.as_deref(), value);
                    edit_record(
                        text,
                        record,
                        &paths,
                        fields,
                        |_| index + 1,
                        change,
                        &mut edits,
                    );
                }
                Err(error) => bad(index + 1, &error),
            }
        }
        start += line.len();
    }
    edited(text, &edits)
}

/// The same for a file that is one JSON value, whose records name no hosts.
pub(super) fn map_file<'t>(
    text: &'t str,
    options: &Options,
    fields: &mut Fields,
    mut change: impl FnMut(usize, Option<&str>, &str) -> Option<String>,
) -> Cow<'t, str> {
    let paths = json::Paths::new(&options.text_fields);
    fields.seen.resize(options.text_fields.len(), false);
    let mut edits = Vec::new();
    let mut lines = LineCounter::new(text.as_bytes());
    let line_at = |at| lines.line_at(at);
    let change = |line, value: &str| change(line, None, value);
    edit_record(
        text,
        0..text.len(),
        &paths,
        fields,
        line_at,
        change,
        &mut edits,
    );
    edited(text, &edits)
}

/// The edits of the text fields of one JSON value, which is a part of `text`.
fn edit_record(
    text: &str,
    record: Range<usize>,
    paths: &json::Paths,
    fields: &mut Fields,
    mut line_at: impl FnMut(usize) -> usize,
    mut change: impl FnMut(usize, &str) -> Option<String>,
    edits: &mut Vec<Edit>,
) {
    fields.records += 1;
    let names = &mut fields.names;
    let mut name = |name: &str| {
        if names.len() < NAMES && !names.contains(name) {
            names.insert(name.to_owned());
        }
    };
    let mut strings = Vec::new();
    let content = &text[record.clone()];
    json::strings(content, paths, &mut name, &mut |found| strings.push(found));
    for found in strings {
        fields.seen[found.field] = true;
        let place = record.start + found.inner.start..record.start + found.inner.end;
        let line = line_at(place.start);
        let halves = lone_surrogates(&text[place.clone()]);
        let halves = halves.into_iter().map(|half| (line, half.to_owned()));
        fields.lone_surrogates.extend(halves);
        let mut parts = Parts::default();
        take_escaped(text, place, &mut parts);
        parts.end(Role::Value, Spelling::Escaped(b'"'));
        let Some(part) = parts.iter().next() else {
            continue; // an empty string
        };
        let old = part.text(text);
        if let Some(new) = change(line, &old) {
            joined::edit(text, part, &old, &new, edits, &mut Vec::new());
        }
    }
}

fn edited<'t>(text: &'t str, edits: &[Edit]) -> Cow<'t, str> {
    if edits.is_empty() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(joined::apply(text, edits))
}

/// The host that a record names.
///
/// # Errors
///
/// What the JSON reader says of a line that is no object.
fn host(line: &str, options: &Options) -> Result<Option<String>, serde_json::Error> {
    struct Record<'o>(&'o Options);

    impl<'de> Visitor<'de> for Record<'_> {
        type Value = Option<(usize, String)>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut host: Option<(usize, String)> = None;
            while let Some(key) = map.next_key::<Cow<'de, str>>()? {
                let Some(rank) = self.0.address_rank(&key) else {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                };
                let value = map.next_value::<&'de RawValue>()?;
                if host.as_ref().is_none_or(|(first, _)| rank < *first)
                    && let Ok(address) = serde_json::from_str::<Cow<'_, str>>(value.get())
                    && let Some(found) = sites::host(&address)
                {
                    host = Some((rank, found));
                }
            }
            Ok(host)
        }
    }

    let mut reader = serde_json::Deserializer::from_str(line);
    let host = reader.deserialize_map(Record(options))?;
    reader.end()?;
    Ok(host.map(|(_, host)| host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upper(text: &str, fields: &[&str]) -> (String, Vec<usize>) {
        let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
        let options = Options::default().with_text_fields(&fields);
        let mut bad = Vec::new();
        let change = |_: usize, _: Option<&str>, value: &str| {
            let new = value.to_uppercase();
            (new != value).then_some(new)
        };
        let mut seen = Fields::default();
        let mapped = map(text, &options, &mut seen, change, |line, _| bad.push(line)).into_owned();
        (mapped, bad)
    }

    #[test]
    fn only_the_field_is_spelled_anew() {
        let line = "{ \"n\": 1.50e+3,\"text\" : \"a\\tb\\u00e9\", \"z\":null}\r\n";
        let (mapped, bad) = upper(line, &["text"]);
        let expected = "{ \"n\": 1.50e+3,\"text\" : \"A\\tB\\u00c9\", \"z\":null}\r\n";
        assert_eq!((mapped.as_str(), bad.len()), (expected, 0));
    }

    #[test]
    fn what_does_not_change_keeps_its_spelling() {
        let line = "{\"text\":\"\\u0041/\\/\"}";
        assert_eq!(upper(line, &["text"]).0, line);
    }

    #[cfg(feature = "html")]
    #[test]
    fn texts_of_pages_in_fields_are_their_articles() {
        use crate::formats::Format;

        let line = "{\"url\":\"http://news.example.com/1\",\"text\":\"<html><nav><a href=/>首页</a></nav>\
             <p>昨天下了雪，路上的车开得很慢，孩子们在路边堆雪人，大人们忙着扫雪，学校停了半天课，老师说明天照常上课，请大家早点出门，路上小心。\
             </p>\"}\n";
        let texts = |format: Option<Format>| {
            let options = Options::default().with_field_format(format);
            let mut texts = Vec::new();
            record_texts(line, &options, &mut |host, text| {
                texts.push((host.map(str::to_owned), text.to_owned()));
            });
            texts
        };
        let host = Some("news.example.com".to_owned());
        let article = "昨天下了雪，路上的车开得很慢，孩子们在路边堆雪人，大人们忙着扫雪，学校停了半天课，\
                       老师说明天照常上课，请大家早点出门，路上小心。\n";
        assert_eq!(texts(Some(Format::Page)), [(host, article.to_owned())]);
        assert!(texts(None)[0].1.starts_with("<html>"));
    }

    #[test]
    fn a_bad_line_is_told_and_passed_through() {
        let text = "{\"text\":\"a\"}\nnot json\n\n[1]\n{\"text\":\"b\"} x\n{\"text\":\"c\"}";
        let (mapped, bad) = upper(text, &["text"]);
        assert_eq!(
            mapped,
            "{\"text\":\"A\"}\nnot json\n\n[1]\n{\"text\":\"b\"} x\n{\"text\":\"C\"}"
        );
        assert_eq!(bad, [2, 4, 5]);
    }

    #[test]
    fn several_fields_and_values_that_are_no_text() {
        let text = "{\"a\":\"x\",\"b\":{\"a\":\"y\"},\"c\":7,\"a\":\"z\"}\n";
        let (mapped, _) = upper(text, &["a", "c"]);
        assert_eq!(
            mapped,
            "{\"a\":\"X\",\"b\":{\"a\":\"y\"},\"c\":7,\"a\":\"Z\"}\n"
        );
    }
}
