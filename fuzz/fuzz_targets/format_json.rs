//! JSON and JSON lines, with several fields: what is JSON stays JSON with the same keys and the same
//! values but for strings.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use zhnorm::formats::{Format, Options};
use zhnorm_fuzz::{CONVERTING, IDLE, check, written};

/// A value whose strings are empty.
fn frame(value: Value) -> Value {
    match value {
        Value::String(_) => Value::String(String::new()),
        Value::Array(list) => list.into_iter().map(frame).collect(),
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| (key, frame(value)))
            .collect(),
        other => other,
    }
}

fn read(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().map(frame)
}

fuzz_target!(|text: &str| {
    let paths = ["text", "a.b[*]", "messages[*].content", "a.*"].map(str::to_owned);
    for options in [
        Options::default(),
        Options::default().with_text_fields(&paths),
    ] {
        check(text, Format::Json, &options);
        if let Some(same) = written(text, Format::JsonLines, &IDLE, &options) {
            assert_eq!(same, text);
        }
        for normalizer in CONVERTING.iter() {
            if let (Some(old), Some(new)) = (
                read(text),
                written(text, Format::Json, normalizer, &options),
            ) {
                assert_eq!(Some(old), read(&new));
            }
            let Some(new) = written(text, Format::JsonLines, normalizer, &options) else {
                continue;
            };
            assert_eq!(text.split('\n').count(), new.split('\n').count());
            for (old, new) in text.split('\n').zip(new.split('\n')) {
                assert_eq!(read(old), read(new));
            }
        }
    }
});
