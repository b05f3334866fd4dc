//! Each format, whatever the bytes: no panic; parts are in order and within the file; with nothing to
//! do the bytes are the same; conversion leaves as many texts as there were.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::decode::Encoding;
use zhnorm::formats::{self, Format};
use zhnorm::{Normalizer, Options, Stages};

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else {
        return;
    };
    let all: Vec<Format> = Format::all().collect();
    let format = all[usize::from(*choice) % all.len()];
    let files = formats::Options::default().with_code(formats::Code::Comments);
    let target = "zh-TW".parse().expect("a target");
    let full = Options::default().with_to(target);
    let _ = formats::normalize(bytes, format, &Normalizer::new(full.clone()), &files);
    if !format.is_divided() {
        return;
    }
    if let Ok(text) = str::from_utf8(bytes) {
        let mut end = 0;
        for part in formats::parts(text, format, &files).iter() {
            for place in part.places() {
                assert!(end <= place.start && place.end <= text.len());
                end = place.end;
            }
        }
    }
    let nothing = Stages::default().with_repair(false).with_strip(false);
    let idle = Normalizer::new(Options::default().with_stages(nothing));
    let Ok(same) = formats::normalize(bytes, format, &idle, &files) else {
        return;
    };
    if same.encoding != Encoding::UTF_8 || same.byte_order_mark {
        return;
    }
    let count = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        formats::parts(&text, format, &files).len()
    };
    if str::from_utf8(bytes).is_ok() && !bytes.starts_with(b"\xef\xbb\xbf") {
        assert_eq!(same.contents, bytes);
    }
    let converting = Normalizer::new(full.with_stages(nothing));
    let converted = formats::normalize(bytes, format, &converting, &files).expect("it was text");
    assert_eq!(count(&converted.contents), count(&same.contents));
});
