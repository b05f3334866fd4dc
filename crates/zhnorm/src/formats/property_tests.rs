//! What holds for each format, whatever the bytes.

use proptest::prelude::*;

use super::{Format, Options, normalize, parts};
use crate::Normalizer;

/// Pieces that formats are made of.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("\n".to_owned()),
        Just("\n\n".to_owned()),
        Just("1\n00:00:01,000 --> 00:00:02,000\n".to_owned()),
        Just("WEBVTT\n\n".to_owned()),
        Just("[Events]\nDialogue: 0,0:0,0:1,a,b,0,0,0,,".to_owned()),
        Just("---\ntitle: '头发'\n---\n".to_owned()),
        Just("# 头发\n\n| 头 | 发 |\n|--|--|\n".to_owned()),
        Just("{{< 圖 >}}".to_owned()),
        Just("<a title=\"头发\" href=x>".to_owned()),
        Just("zhnorm: off\n".to_owned()),
        Just("zhnorm: on\n".to_owned()),
        "[\\[\\](){}<>*_`$&;:,\"'\\\\#|~=@%/ .a0头发\r-]{0,12}",
        "\\PC{0,6}",
    ]
}

fn file() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn parts_are_in_order_and_within_the_file(text in file()) {
        for format in Format::all() {
            let parts = parts(&text, format, &Options::default());
            let mut end = 0;
            for place in parts.iter().flat_map(|part| part.places().collect::<Vec<_>>()) {
                prop_assert!(end <= place.start && place.end <= text.len(), "{format}");
                prop_assert!(text.is_char_boundary(place.start) && text.is_char_boundary(place.end));
                end = place.end;
            }
        }
    }

    #[test]
    fn with_nothing_to_do_bytes_are_the_same(text in file()) {
        let mut options = crate::Options::default();
        options.stages = options.stages.with_strip(false).with_repair(false);
        let normalizer = Normalizer::new(options);
        for format in Format::all().filter(|format| format.is_divided()) {
            let outcome = normalize(text.as_bytes(), format, &normalizer, &Options::default());
            if let Ok(outcome) = outcome && outcome.encoding == crate::decode::Encoding::UTF_8 {
                prop_assert_eq!(outcome.contents.as_ref(), text.as_bytes(), "{}", format);
            }
        }
    }

    #[test]
    fn any_bytes_are_worked_on_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in file()) {
        let target = "zh-TW".parse().expect("a target");
        let all = crate::Options::default().with_to(target);
        let converting = crate::Stages::default().with_repair(false);
        let converter = Normalizer::new(all.clone().with_stages(converting));
        let normalizer = Normalizer::new(all);
        for format in Format::all().filter(|format| format.is_divided()) {
            let _ = normalize(&bytes, format, &normalizer, &Options::default());
            let _ = normalize(text.as_bytes(), format, &normalizer, &Options::default());
            if let Ok(once) = normalize(text.as_bytes(), format, &converter, &Options::default()) {
                let number = |text: &[u8]| {
                    parts(&String::from_utf8_lossy(text), format, &Options::default()).len()
                };
                if once.encoding == crate::decode::Encoding::UTF_8 && !once.byte_order_mark {
                    prop_assert_eq!(number(&once.contents), number(text.as_bytes()), "{}", format);
                }
            }
        }
    }
}
