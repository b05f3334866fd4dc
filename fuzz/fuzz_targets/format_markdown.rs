//! Markdown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::formats::{Format, Options};
use zhnorm_fuzz::check;

fuzz_target!(|text: &str| {
    check(text, Format::Markdown, &Options::default());
});
