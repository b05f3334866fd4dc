//! Subtitles and lyrics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::formats::{Format, Options};
use zhnorm_fuzz::check;

fuzz_target!(|text: &str| {
    let options = Options::default();
    for format in [
        Format::SubRip,
        Format::WebVtt,
        Format::SubStation,
        Format::Lyrics,
    ] {
        check(text, format, &options);
    }
});
