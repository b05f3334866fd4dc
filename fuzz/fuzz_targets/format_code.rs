//! Source code in every language, with and without conversion of its comments and strings.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::formats::{Code, Format, Options};
use zhnorm_fuzz::check;

fuzz_target!(|text: &str| {
    let options = Options::default().with_code(Code::Comments);
    for format in Format::all().filter(|format| matches!(format, Format::Code(_))) {
        check(text, format, &options);
    }
});
