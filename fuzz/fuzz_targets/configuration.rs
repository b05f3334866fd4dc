//! Any `zhnorm.toml`, and any keys of a front end beside it, are read or refused with a message and
//! without a panic. What was read makes a normalizer, and its files, given again, make the same.
#![no_main]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use libfuzzer_sys::fuzz_target;
use zhnorm::Normalizer;
use zhnorm_cli::configure;

/// A place that no machine has, so that nothing that a configuration names is read from the disk.
const FILE: &str = "/nowhere/zhnorm.toml";

fuzz_target!(|input: (&str, &str, &str)| {
    let (toml, keys, dictionary) = input;
    let texts = || {
        let texts = [(FILE, toml), ("/nowhere/own.txt", dictionary)];
        let named = texts.map(|(path, text)| (PathBuf::from(path), text.to_owned()));
        BTreeMap::from(named)
    };
    for keys in ["{}", keys] {
        let file = Path::new(FILE);
        let configured = match configure(keys, Some(file), texts()) {
            Ok(configured) => configured,
            Err(message) => {
                assert!(!message.trim().is_empty());
                continue;
            }
        };
        let again = configure(keys, Some(file), configured.texts.clone());
        let again = again.expect("the same files are read again");
        assert_eq!(again.texts, configured.texts);
        let outcome = |options| {
            let normalizer = Normalizer::new(options);
            normalizer.normalize_str("云上平台的头发，乾隆年间").text.into_owned()
        };
        assert_eq!(outcome(again.options), outcome(configured.options));
    }
    let _ = configure(keys, None, BTreeMap::new());
});
