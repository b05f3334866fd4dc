//! Any text is converted by any configuration without a panic, alike on the counting and on the
//! listing path, and the listed changes lead from the input to the output.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::convert::{Config, Options, Plan, convert};
use zhnorm::report::Report;

fuzz_target!(|input: (u8, &str)| {
    let (number, text) = input;
    let config = Config::ALL[usize::from(number) % Config::ALL.len()];
    let plan = Plan::new([config]);
    let mut counting = Report::counting();
    let fast = convert(text, &plan, &Options::default(), &mut counting);
    let mut listing = Report::listing();
    let listed = convert(text, &plan, &Options::default(), &mut listing);
    assert_eq!(fast, listed);
    assert!(std::str::from_utf8(fast.as_bytes()).is_ok());
    assert!(counting.tallies().eq(listing.tallies()));
    let mut replayed = text.to_owned();
    for change in listing.changes().iter().rev() {
        assert_eq!(replayed[change.span.clone()], change.before);
        replayed.replace_range(change.span.clone(), &change.after);
    }
    assert_eq!(replayed, fast);
});
