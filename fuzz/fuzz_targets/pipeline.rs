//! Any bytes go through the four stages without a panic; what the report says is what happened,
//! counting agrees with listing, and a second run changes nothing, unless the first one says that it
//! left damage alone: what is uncertain in one script may be clear in the other.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::report::Stage;
use zhnorm::{Normalizer, Options};

const TARGETS: [Option<&str>; 7] = [
    None,
    Some("zh-Hans"),
    Some("zh-Hant"),
    Some("zh-CN"),
    Some("zh-TW"),
    Some("zh-HK"),
    Some("zh-SG"),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else {
        return;
    };
    let mut options = Options::default();
    options.to = TARGETS[usize::from(*choice) % TARGETS.len()]
        .map(|target| target.parse().expect("a known target"));
    let counting = Normalizer::new(options.clone().with_count_only(true));
    let listing = Normalizer::new(options);
    let Ok(once) = listing.normalize_bytes(bytes) else {
        return;
    };
    for change in once.changes() {
        assert!(change.span.start <= change.span.end && change.line > 0);
        assert!(
            change
                .confidence
                .is_none_or(|sure| (0.0..=1.0).contains(&sure))
        );
    }
    let counted = counting
        .normalize_bytes(bytes)
        .expect("it was text a moment ago");
    assert_eq!(once.text, counted.text);
    assert!(once.report.tallies().eq(counted.report.tallies()));

    let mut tallies = once.report.tallies();
    let is_doubtful = tallies.any(|(stage, _, tally)| stage == Stage::Repair && tally.flagged > 0);
    // Some configurations of OpenCC unify compatibility ideographs, others leave them.
    let is_compatible =
        |ch: char| matches!(ch, '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}');
    if listing.options().to.is_some() && (is_doubtful || once.text.contains(is_compatible)) {
        return;
    }
    let text = once.text.into_owned();
    let twice = listing.normalize_str(&text);
    assert_eq!(twice.text, text, "a second run changed something");
    assert!(!twice.report.is_changed());
});
