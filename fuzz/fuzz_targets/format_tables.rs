//! Tables: another reader finds as many cells in each row of the new one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::formats::{Format, Options};
use zhnorm_fuzz::{CONVERTING, check, written};

fn cells(table: &str, delimiter: u8) -> Vec<usize> {
    let mut reader = csv::ReaderBuilder::new();
    reader
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter);
    let mut reader = reader.from_reader(table.as_bytes());
    reader
        .records()
        .map(|row| row.map_or(0, |row| row.len()))
        .collect()
}

fuzz_target!(|text: &str| {
    let options = Options::default();
    for (format, delimiter) in [(Format::Csv, b','), (Format::Tsv, b'\t')] {
        check(text, format, &options);
        for normalizer in CONVERTING.iter() {
            if let Some(new) = written(text, format, normalizer, &options) {
                assert_eq!(cells(text, delimiter), cells(&new, delimiter), "{format}");
            }
        }
    }
});
