//! Any bytes are decoded without a panic, with every damaged place in order, and what is written
//! in an encoding is read back from it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::decode::{self, Encoding, Options, Unmappable};
use zhnorm::report::Report;

const NAMED: [&str; 14] = [
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
    "iso-2022-cn",
    "iso-2022-kr",
    "iso-2022-jp",
];

fuzz_target!(|bytes: &[u8]| {
    let detection = decode::detect(bytes);
    assert!((0.0..=1.0).contains(&detection.confidence));
    let mut end = 0;
    for place in &detection.damaged_ranges {
        assert!(place.start >= end && place.start < place.end && place.end <= bytes.len());
        end = place.end;
    }
    let found = Options::default().with_min_confidence(0.0);
    let mut report = Report::listing();
    if let Ok(decoded) = decode::decode(bytes, &found, &mut report) {
        assert_eq!(decoded.encoding, detection.encoding);
        if let Ok(text) = std::str::from_utf8(bytes) {
            if decoded.encoding == Encoding::UTF_8 {
                assert_eq!(decoded.text, text.strip_prefix('\u{FEFF}').unwrap_or(text));
            }
        }
    }

    // One encoding, chosen by the input, is named: the text goes there and back.
    let label = NAMED[bytes.first().map_or(0, |byte| usize::from(*byte)) % NAMED.len()];
    let Ok(encoding) = label.parse() else {
        return;
    };
    let named = Options::default().with_encoding(encoding);
    let Ok(decoded) = decode::decode(bytes, &named, &mut Report::counting()) else {
        return;
    };
    let text = decoded
        .text
        .replace(['\u{FEFF}', '\u{FFFE}', '\u{E}', '\u{F}', '\u{1B}'], "");
    if let Ok(written) = decode::encode(&text, encoding, Unmappable::Error) {
        let again = decode::decode(&written, &named, &mut Report::counting());
        assert_eq!(again.ok().map(|again| again.text.into_owned()), Some(text));
    }
});
