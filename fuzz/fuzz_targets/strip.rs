//! Any text is stripped without a panic, twice as once, and nothing is written that was not there.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::report::Report;
use zhnorm::strip::{Options, strip};

fuzz_target!(|text: &str| {
    let options = Options::default();
    let once = strip(text, &options, &mut Report::listing()).into_owned();
    let twice = strip(&once, &options, &mut Report::counting());
    assert_eq!(once, twice);
    let mut lines = text.split(['\n', '\r']);
    for kept in once.split(['\n', '\r']).filter(|line| !line.is_empty()) {
        assert!(
            lines.any(|line| line == kept),
            "written and never read: {kept:?}"
        );
    }
});
