//! How fast it goes, beside `chardetng` and `simdutf8`.

use std::hint::black_box;
use std::time::Duration;

use anyhow::Result;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use zhnorm::decode::{self, Options, Unmappable};
use zhnorm::report::Report;

use crate::corpora::{Split, documents};
use crate::measure::processor_time;

/// The time of one run, over as many as take long enough for the system's clock of four
/// milliseconds.
pub(super) fn time_of(mut work: impl FnMut()) -> Duration {
    work();
    let start = processor_time();
    let mut runs = 0;
    loop {
        // Look at the clock seldom: reading it costs more than a short run.
        let round = (runs / 4).clamp(1, 10_000);
        for _ in 0..round {
            work();
        }
        runs += round;
        let spent = processor_time().saturating_sub(start);
        if spent > Duration::from_millis(400) {
            return spent / runs;
        }
    }
}

pub(super) fn speed() -> Result<()> {
    if cfg!(debug_assertions) {
        return Ok(());
    }
    let text = documents("hans/lctt_techtrans.txt", Split::HeldBack)?.join("\n\n");
    let news = documents("hans/cctv_xinwenlianbo.txt", Split::HeldBack)?.join("\n\n");
    let traditional = documents("hant/tw_taiwan_md.txt", Split::HeldBack)?.join("\n\n");
    println!("Speed in MB/s (10^6 bytes of input a second), one core, one run:\n");
    println!("| bytes | size | zhnorm | chardetng alone | ratio |\n|---|---|---|---|---|");
    let decode = |bytes: &[u8]| {
        let decoded = decode::decode(bytes, &Options::default(), &mut Report::counting());
        black_box(decoded.is_ok());
    };
    let rate = |bytes: &[u8], time: Duration| bytes.len() as f64 / 1e6 / time.as_secs_f64();
    for (name, text, label, size) in [
        ("GBK news", &news, "gbk", 2_000_000),
        ("GBK technology", &text, "gbk", 1_000_000),
        ("GBK news", &news, "gbk", 100_000),
        ("GBK news", &news, "gbk", 10_000),
        ("GBK news", &news, "gbk", 2_000),
        ("Big5", &traditional, "big5", 500_000),
        ("UTF-16LE", &news, "utf-16le", 1_000_000),
    ] {
        let mut bytes = decode::encode(text, label.parse()?, Unmappable::Replace)?;
        bytes.truncate(size);
        let ours = time_of(|| decode(&bytes));
        let theirs = time_of(|| {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(&bytes, false);
            black_box(detector.guess(None, Utf8Detection::Allow));
        });
        println!(
            "| {name} | {} | {:.0} | {:.1} | {:.1} |",
            bytes.len(),
            rate(&bytes, ours),
            rate(&bytes, theirs),
            theirs.as_secs_f64() / ours.as_secs_f64()
        );
    }
    println!("\n| valid UTF-8 | size | zhnorm | simdutf8 | time ratio |\n|---|---|---|---|---|");
    let ascii = "plain text without a letter of another script. ".repeat(40_000);
    for (name, text, size) in [
        ("Chinese", &news, 2_000_000),
        ("Chinese", &news, 100_000),
        ("Chinese", &news, 5_000),
        ("ASCII", &ascii, 1_800_000),
    ] {
        let bytes = &text.as_bytes()[..size.min(text.len())];
        let bytes = match std::str::from_utf8(bytes) {
            Ok(_) => bytes,
            Err(error) => &bytes[..error.valid_up_to()],
        };
        let ours = time_of(|| decode(bytes));
        let theirs = time_of(|| {
            black_box(simdutf8::basic::from_utf8(black_box(bytes)).is_ok());
        });
        println!(
            "| {name} | {} | {:.0} | {:.0} | {:.2} |",
            bytes.len(),
            rate(bytes, ours),
            rate(bytes, theirs),
            ours.as_secs_f64() / theirs.as_secs_f64()
        );
    }
    Ok(())
}
