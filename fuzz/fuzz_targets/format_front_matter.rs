//! The metadata above a Markdown text, in YAML and in TOML.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::formats::{Format, Options};
use zhnorm_fuzz::check;

fuzz_target!(|metadata: &str| {
    for fence in ["---", "+++"] {
        let text = format!("{fence}\n{metadata}\n{fence}\n# 头发\n\n圖書\n");
        check(&text, Format::Markdown, &Options::default());
    }
});
