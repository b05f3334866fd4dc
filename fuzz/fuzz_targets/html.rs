//! Any page is read without a panic, into lines that end, and no line break is inside one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::strip::html::article;

fuzz_target!(|page: &str| {
    let _ = zhnorm::formats::Format::Text.with_contents(page.as_bytes());
    let extracted = article(page);
    assert!(extracted.text.is_empty() || extracted.text.ends_with('\n'));
    assert!(extracted.text.len() <= page.len() * 8 + 1);
});
