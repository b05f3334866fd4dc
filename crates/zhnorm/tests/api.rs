//! The public API as a caller sees it: the one-liner, errors of each stage, and what is written by
//! serde.

use serde_json::json;
use zhnorm::formats::{self, Format};
use zhnorm::report::Stage;
use zhnorm::{Error, Normalizer, Options, convert, decode, stream, strip};

#[test]
fn one_line_is_enough() {
    let text = zhnorm::normalize("電腦網絡\n", "zh-Hans").expect("a known target");
    assert_eq!(text, "电脑网络\n");
    let error = zhnorm::normalize("電腦網絡\n", "zh").expect_err("no target");
    assert!(matches!(
        error,
        Error::Convert(convert::Error::UnknownTarget { .. })
    ));
}

/// A message of the library names no option of the command.
#[test]
fn errors_name_no_option_of_a_command() {
    let normalizer = Normalizer::default();
    let strict = decode::Options::default().with_min_confidence(1.1);
    let uncertain = Normalizer::new(Options::default().with_decode(strict));
    let errors = [
        normalizer
            .normalize_bytes(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR")
            .err(),
        uncertain.normalize_bytes(b"\xC4\xE3").err(),
        decode::encode("이", decode::Encoding::BIG5, decode::Unmappable::Error)
            .err()
            .map(Error::from),
        "utf-7".parse::<decode::Encoding>().err().map(Error::from),
        strip::Options::default()
            .with_dropped("x")
            .err()
            .map(Error::from),
        zhnorm::normalize("", "x").err(),
    ];
    for error in errors {
        let message = error.expect("an error").to_string();
        let is_option = |word: &str| word.starts_with("-e") || word.starts_with("--");
        assert!(!message.split([' ', '`']).any(is_option), "{message}");
    }
}

#[test]
fn an_outcome_is_written_as_json() {
    let options = Options::default().with_to("zh-Hans".parse().expect("a target"));
    let outcome = Normalizer::new(options)
        .normalize_bytes("電腦\n".as_bytes())
        .expect("text");
    assert_eq!(
        serde_json::to_value(&outcome).expect("JSON"),
        json!({
            "text": "电脑\n",
            "encoding": "utf-8",
            "encoding_confidence": 1.0,
            "byte_order_mark": false,
            "variety": "zh-Hant",
            "report": {
                "changes": [
                    {
                        "stage": "convert", "rule": "t2s", "action": "edit", "line": 1,
                        "start": 0, "end": 3, "before": "電", "after": "电",
                    },
                    {
                        "stage": "convert", "rule": "t2s", "action": "edit", "line": 1,
                        "start": 3, "end": 6, "before": "腦", "after": "脑",
                    },
                ],
                "tallies": [{ "stage": "convert", "rule": "t2s", "changed": 2, "flagged": 0 }],
            },
        })
    );
}

#[test]
fn a_detection_is_written_as_json() {
    let detection = decode::detect("中文".as_bytes());
    let value = serde_json::to_value(&detection).expect("JSON");
    assert_eq!(value["encoding"], "utf-8");
    assert_eq!(value["evidence"], json!(["valid-utf8"]));
    assert_eq!(value["damaged_ranges"], json!([]));
}

/// A healthy file with a byte order mark is the same afterwards, in memory and as a stream, and a
/// mark is neither lost nor added where something changes.
#[test]
fn a_byte_order_mark_is_kept_in_memory_and_in_a_stream() {
    let healthy = "\u{FEFF}昨天下了雪，路上的车开得很慢。\n";
    let traditional = "\u{FEFF}{\"text\":\"電腦網絡\"}\n";
    let simplified = "\u{FEFF}{\"text\":\"电脑网络\"}\n";
    let options = Options::default().with_to("zh-Hans".parse().expect("a target"));
    let normalizer = Normalizer::new(options);
    let files = formats::Options::default();
    for (format, before, after) in [
        (Format::Text, healthy, healthy),
        (Format::Text, traditional, simplified),
        (Format::JsonLines, traditional, simplified),
        (Format::JsonLines, &traditional[3..], &simplified[3..]),
    ] {
        let outcome = formats::normalize(before.as_bytes(), format, &normalizer, &files);
        let contents = outcome.expect("text").contents;
        assert_eq!(contents, after.as_bytes(), "{format:?}");
        let mut written = Vec::new();
        let reader = std::io::Cursor::new(before);
        stream::normalize(reader, &mut written, format, &normalizer, &files).expect("text");
        assert_eq!(written, after.as_bytes(), "{format:?}");
    }
}

#[test]
fn lost_bytes_are_counted() {
    let bytes = [
        b"\xE4".as_slice(),
        "昨天下了雪，路上的车开得很慢。\n".as_bytes(),
        b"\xFF",
    ]
    .concat();
    let outcome = Normalizer::default().normalize_bytes(&bytes).expect("text");
    assert_eq!(
        outcome.undecodable(),
        outcome.text.matches('\u{FFFD}').count()
    );
    assert!(outcome.undecodable() >= 1);
}

/// HZ writes characters as pairs of ASCII, `"` and `\\` among them, so a record of it is JSON only
/// after its fields are decoded one by one.
#[test]
fn a_field_in_hz_is_decoded_by_itself() {
    let text = "昨天下了雪，路上的车开得很慢。";
    let hz = decode::encode(text, decode::Encoding::HZ, decode::Unmappable::Error).expect("HZ");
    let hz = String::from_utf8(hz).expect("ASCII");
    let record = |text: &str| json!({ "id": "~{", "text": text }).to_string() + "\n";
    let file = record(&hz) + &record("plain ~ text");
    let expected = record(text) + &record("plain ~ text");
    let (normalizer, files) = (Normalizer::default(), formats::Options::default());
    let format = Format::JsonLines;
    let outcome = formats::normalize(file.as_bytes(), format, &normalizer, &files).expect("text");
    assert_eq!(String::from_utf8_lossy(&outcome.contents), expected);
    assert!(outcome.problems.is_empty());
    let mut written = Vec::new();
    let reader = std::io::Cursor::new(&file);
    stream::normalize(reader, &mut written, format, &normalizer, &files).expect("text");
    assert_eq!(String::from_utf8_lossy(&written), expected);
}

/// Places of the first stage that changes something are places in the file.
#[test]
fn places_count_the_byte_order_mark() {
    let file = "\u{FEFF}第一行沒有問題。\n環(huán)境保護(hù)是每個(gè)人的責(zé)任。\n";
    let whole = Normalizer::default();
    let limits = stream::Limits::default().with_whole(0).with_group(64);
    let grouped = Normalizer::new(Options::default().with_large(limits));
    for normalizer in [whole, grouped] {
        let outcome = normalizer.normalize_bytes(file.as_bytes()).expect("text");
        let changes = outcome.changes().iter();
        let repairs: Vec<_> = changes
            .filter(|change| change.stage == Stage::Repair)
            .collect();
        assert!(!repairs.is_empty());
        for change in repairs {
            assert_eq!(file.get(change.span.clone()), Some(change.before.as_str()));
        }
    }
}
