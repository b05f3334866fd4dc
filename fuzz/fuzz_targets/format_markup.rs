//! XML, with the resources of Android, and HTML as documents.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::formats::{Format, Options};
use zhnorm_fuzz::check;

fuzz_target!(|text: &str| {
    let options = Options::default();
    for format in [Format::Xml, Format::HtmlDocument, Format::PackageDocument] {
        check(text, format, &options);
    }
});
