//! JSON lines: an object on each line, some fields of which hold text.
//!
//! Only the spelling of those fields' values is replaced. Every other byte of a line stays, and
//! with it the order of the keys, the spaces and the spelling of numbers.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::Range;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Options, sites};

/// Calls `each` with every text field of JSON lines as it is, and with the host that its record
/// names.
pub fn record_texts(text: &str, options: &Options, each: &mut dyn FnMut(Option<&str>, &str)) {
    let show = |_: usize, host: Option<&str>, value: &str| {
        each(host, value);
        None
    };
    map(text, options, show, |_, _| {});
}

/// Runs `change` over the text fields of each line. Lines that are no JSON object stay as they
/// are; their numbers, from 1, are given to `bad` with the reason.
///
/// `change` gets the line's number, the host that the record names, and the field's text.
pub(super) fn map<'t>(
    text: &'t str,
    options: &Options,
    mut change: impl FnMut(usize, Option<&str>, &str) -> Option<String>,
    mut bad: impl FnMut(usize, String),
) -> Cow<'t, str> {
    let mut mapped = String::new();
    // Everything before this offset is in `mapped`, once there is anything in it.
    let mut copied = 0;
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let content = line.trim_end_matches(['\n', '\r']);
        if !content.trim().is_empty() {
            match places(content, options) {
                Ok(Found { texts, host }) => {
                    for place in texts {
                        let spelled = &content[place.clone()];
                        let Ok(value) = serde_json::from_str::<Cow<'_, str>>(spelled) else {
                            continue; // a number, a list, null
                        };
                        let Some(new) = change(index + 1, host.as_deref(), &value) else {
                            continue;
                        };
                        mapped.push_str(&text[copied..start + place.start]);
                        mapped.push_str(&spell(&new, spelled));
                        copied = start + place.end;
                    }
                }
                Err(error) => {
                    // Each line is read on its own, so only the column says anything.
                    let reason = error.to_string().replace(" at line 1 column ", ", column ");
                    bad(index + 1, reason);
                }
            }
        }
        start += line.len();
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    mapped.push_str(&text[copied..]);
    Cow::Owned(mapped)
}

/// Writes a string as JSON, with escapes for everything but ASCII where the old spelling had
/// them.
fn spell(text: &str, old: &str) -> String {
    let spelled = serde_json::Value::from(text).to_string();
    if !(old.is_ascii() && old.contains("\\u")) {
        return spelled;
    }
    let mut escaped = String::with_capacity(spelled.len() * 2);
    for character in spelled.chars() {
        if character.is_ascii() {
            escaped.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}

/// What is found in a record.
struct Found {
    /// The places of the values of the text fields in its line, in order.
    texts: Vec<Range<usize>>,
    /// The host that the record names.
    host: Option<String>,
}

/// Looks for the fields in a line.
fn places(line: &str, options: &Options) -> Result<Found, serde_json::Error> {
    struct Record<'o>(&'o Options);

    impl<'de> Visitor<'de> for Record<'_> {
        type Value = (Vec<&'de RawValue>, Option<(usize, String)>);

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut values = Vec::new();
            let mut host: Option<(usize, String)> = None;
            while let Some(key) = map.next_key::<Cow<'de, str>>()? {
                let is_text = self.0.text_fields.iter().any(|field| *field == key);
                let rank = self.0.address_rank(&key);
                if !is_text && rank.is_none() {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
                let value = map.next_value::<&'de RawValue>()?;
                if is_text {
                    values.push(value);
                }
                if let Some(rank) = rank
                    && host.as_ref().is_none_or(|(first, _)| rank < *first)
                    && let Ok(address) = serde_json::from_str::<Cow<'_, str>>(value.get())
                    && let Some(found) = sites::host(&address)
                {
                    host = Some((rank, found));
                }
            }
            Ok((values, host))
        }
    }

    let mut reader = serde_json::Deserializer::from_str(line);
    let (values, host) = reader.deserialize_map(Record(options))?;
    reader.end()?;
    // The values are slices of the line, so the distance from its start is their place.
    let base = line.as_ptr().addr();
    let texts = values
        .into_iter()
        .map(|value| {
            let start = value.get().as_ptr().addr() - base;
            start..start + value.get().len()
        })
        .collect();
    Ok(Found {
        texts,
        host: host.map(|(_, host)| host),
    })
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
        let mapped = map(text, &options, change, |line, _| bad.push(line)).into_owned();
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
