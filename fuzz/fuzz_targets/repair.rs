//! Any text is repaired without a panic, with every change at its place in the input; what the
//! garble's mechanism makes of a text is repaired without a panic too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::internals::{Copy, damage};
use zhnorm::repair::{OnUncertain, Options, repair};
use zhnorm::report::Report;

fn check(text: &str, on_uncertain: OnUncertain) {
    let options = Options::default().with_on_uncertain(on_uncertain);
    let mut report = Report::listing();
    let repaired = repair(text, &options, &mut report);
    assert_eq!(repaired != text, report.is_changed());
    for change in report.changes() {
        assert_eq!(text.get(change.span.clone()), Some(change.before.as_str()));
    }
}

fuzz_target!(|input: (&str, &str, u8)| {
    let (text, table, choice) = input;
    let on_uncertain = match choice % 3 {
        0 => OnUncertain::Best,
        1 => OnUncertain::Keep,
        _ => OnUncertain::Mark,
    };
    check(text, on_uncertain);
    let table: Vec<char> = table.chars().collect();
    let copy = Copy {
        keeps_private_use: choice & 4 != 0,
        folds_width: choice & 8 != 0,
        spaces_readings: choice & 16 != 0,
        cuts_at_commas: choice & 32 != 0,
    };
    if let Some(damaged) = damage(text, &table, copy) {
        check(&damaged, on_uncertain);
    }
});
