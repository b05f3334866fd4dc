//! The public API as a caller sees it: the one-liner, errors of each stage, and what is written by
//! serde.

use serde_json::json;
use zhnorm::{Error, Normalizer, Options, convert, decode, strip};

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
