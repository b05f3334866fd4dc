//! TOML: what is TOML stays TOML with the same keys and the same values but for strings.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toml::Value;
use zhnorm::formats::{Format, Options};
use zhnorm_fuzz::{CONVERTING, check, written};

/// A value whose strings are empty.
fn frame(value: Value) -> Value {
    match value {
        Value::String(_) => Value::String(String::new()),
        Value::Array(list) => Value::Array(list.into_iter().map(frame).collect()),
        Value::Table(table) => Value::Table(
            table
                .into_iter()
                .map(|(key, value)| (key, frame(value)))
                .collect(),
        ),
        other => other,
    }
}

fn read(text: &str) -> Option<String> {
    let table: toml::Table = toml::from_str(text).ok()?;
    Some(format!("{:?}", frame(Value::Table(table))))
}

fuzz_target!(|text: &str| {
    let options = Options::default();
    check(text, Format::Toml, &options);
    for normalizer in CONVERTING.iter() {
        if let (Some(old), Some(new)) = (
            read(text),
            written(text, Format::Toml, normalizer, &options),
        ) {
            assert_eq!(Some(old), read(&new));
        }
    }
});
