//! Properties of decoding that hold for any bytes and any text.

use proptest::prelude::*;

use super::Error;
use super::{Encoding, Options, Unmappable, decode, detect, encode};
use crate::report::{Report, Stage};

/// Bytes as they come in files: noise, text in several encodings, and pieces of them joined.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let encoded = (text(), label()).prop_map(|(text, label)| {
        let encoding: Encoding = label.parse().unwrap();
        encode(&text, encoding, Unmappable::Replace).unwrap()
    });
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        encoded,
        "[ -~\n]{0,20}".prop_map(String::into_bytes),
    ];
    proptest::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[的一是不了人我在有他这为之大来以个中上们\n，。a-z ]{0,30}",
        "[的一是不了人我在有他這為之大來以個中上們\n，。A-Z0-9 ]{0,30}",
        "[のにはをたがでてとしれさ国日本語、。\n]{0,30}",
        "\\PC{0,20}",
    ]
}

fn label() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "utf-8",
        "utf-16le",
        "utf-16be",
        "utf-32le",
        "gb18030",
        "gbk",
        "big5",
        "shift_jis",
        "euc-jp",
        "euc-kr",
        "hz",
        "iso-2022-jp",
        "windows-1252",
    ])
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_or_refused(bytes in bytes()) {
        let detection = detect(&bytes);
        prop_assert!((0.0..=1.0).contains(&detection.confidence));
        let mut end = 0;
        for place in &detection.damaged_ranges {
            prop_assert!(end <= place.start && place.start < place.end);
            end = place.end;
        }
        prop_assert!(end <= bytes.len());

        let mut report = Report::listing();
        match decode(&bytes, &Options::default(), &mut report) {
            Ok(decoded) => {
                prop_assert_eq!(decoded.encoding, detection.encoding);
                let flagged = report
                    .tallies()
                    .filter(|(_, rule, _)| *rule == "undecodable")
                    .map(|(_, _, tally)| tally.flagged)
                    .sum::<usize>();
                prop_assert_eq!(flagged, detection.damaged_ranges.len());
            }
            Err(Error::Binary) => prop_assert_eq!(detection.encoding, Encoding::BINARY),
            Err(error) => {
                let is_uncertain = matches!(error, Error::Uncertain { .. });
                prop_assert!(is_uncertain, "{}", error);
                prop_assert!(report.changes().is_empty());
            }
        }
    }

    #[test]
    fn valid_utf_8_of_three_bytes_a_character_is_left_alone(text in "[一-龥，。\n ]{1,40}") {
        prop_assume!(!text.is_ascii());
        let mut report = Report::listing();
        let decoded = decode(text.as_bytes(), &Options::default(), &mut report).unwrap();
        prop_assert_eq!(decoded.text.as_ref(), text.as_str());
        prop_assert_eq!(decoded.encoding, Encoding::UTF_8);
        prop_assert!(!report.is_changed());
        prop_assert_eq!(report.changed(Stage::Decode, "encoding"), 0);
    }

    #[test]
    fn what_is_encoded_is_decoded_again(text in text(), label in label()) {
        let encoding: Encoding = label.parse().unwrap();
        // The decoders of the standard take a mark off or refuse shifts.
        let text = text.replace(['\u{FEFF}', '\u{FFFE}', '\u{E}', '\u{F}', '\u{1B}'], "");
        if let Ok(bytes) = encode(&text, encoding, Unmappable::Error) {
            let options = Options { encoding: Some(encoding), ..Options::default() };
            let decoded = decode(&bytes, &options, &mut Report::counting()).unwrap();
            prop_assert_eq!(decoded.text.as_ref(), text.as_str());
        }
    }

    #[test]
    fn nothing_is_lost_when_the_encoding_is_named(bytes in bytes(), label in label()) {
        // What is written as a replacement is accounted for, and nothing else is one.
        let options = Options { encoding: Some(label.parse().unwrap()), ..Options::default() };
        let mut report = Report::listing();
        let decoded = decode(&bytes, &options, &mut report).unwrap();
        let flagged = report.changes().iter().filter(|change| change.rule == "undecodable").count();
        let replaced = decoded.text.matches('\u{FFFD}').count();
        prop_assert!(flagged <= replaced);
    }
}
