//! Any dictionary and any OpenCC configuration is read or refused without a panic, and what was
//! read converts any text. Any name of a target, an encoding, a format or a rule is known or not.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::convert::{Configuration, Dictionary, QuoteStyle, Target};
use zhnorm::decode::Encoding;
use zhnorm::formats::{self, Format};
use zhnorm::strip;
use zhnorm::{Normalizer, Options};

fuzz_target!(|input: (&str, &str, &str)| {
    let (text, json, name) = input;
    let dictionary = Dictionary::parse(text);
    if let Ok(dictionary) = &dictionary {
        assert_eq!(dictionary.is_empty(), dictionary.len() == 0);
        if let Some((length, _)) = dictionary.longest(json) {
            assert!(json.is_char_boundary(length));
        }
    }
    for json in [json, CHAIN] {
        if let Ok(configuration) = Configuration::parse(json, |_| Ok(text.to_owned())) {
            let _ = configuration.apply(name);
            let _ = configuration.apply("云上平台头发");
        }
    }
    let _ = (name.parse::<Target>(), name.parse::<QuoteStyle>());
    let _ = (name.parse::<Encoding>(), Encoding::for_output(name));
    let _ = name.parse::<Format>();
    let _ = strip::Options::default().with_dropped(name);
    let _ = strip::Options::default().with_kept(name);
    let fields = [name.to_owned()];
    let files = formats::Options::default().with_text_fields(&fields);
    let idle = Normalizer::new(Options::default());
    let lines = "{\"a\": [{\"b\": \"头发\"}]}\n".as_bytes();
    let _ = formats::normalize(lines, Format::JsonLines, &idle, &files);
});

const CHAIN: &str = r#"{"segmentation": {"type": "mmseg", "dict": {"type": "text", "file": "a"}},
    "conversion_chain": [{"dict": {"type": "group", "dicts": [{"type": "text", "file": "a"}]}}]}"#;
