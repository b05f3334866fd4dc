//! Translations and settings but YAML: gettext, properties, strings, INI.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::formats::{Format, Options};
use zhnorm_fuzz::check;

fuzz_target!(|text: &str| {
    let options = Options::default();
    for format in [
        Format::Gettext,
        Format::Properties,
        Format::Strings,
        Format::Ini,
    ] {
        check(text, format, &options);
    }
});
