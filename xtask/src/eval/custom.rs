//! `cargo xtask eval custom`: the interpreter of users' configurations against the reference.
//!
//! Two kinds of configurations: OpenCC's own sixteen, read from their JSON and text dictionaries,
//! and generated ones with small dictionaries over few characters, in which groups, segments,
//! steps and description sequences meet all the time.

use std::path::Path;

use anyhow::{Result, ensure};
use zhnorm::convert::Config;
use zhnorm::convert::Configuration;

use crate::corpora::root;
use crate::eval::convert::oracle::Oracle;
use crate::eval::convert::strings::Generator;
use crate::measure::Random;
use crate::opencc::Package;

/// Generated strings per configuration of OpenCC's.
const STRINGS: usize = 10_000;
/// Generated configurations.
const CONFIGURATIONS: usize = 150;
/// Strings for each of them.
const STRINGS_EACH: usize = 400;

/// Runs both kinds and fails when anything differs.
pub fn run() -> Result<()> {
    let oracle = Oracle::new()?;
    let wrong = stock(&oracle)? + generated(&oracle)?;
    ensure!(wrong == 0, "{wrong} mismatches");
    Ok(())
}

/// OpenCC's own configurations.
fn stock(oracle: &Oracle) -> Result<usize> {
    let package = Package::open()?;
    let mut all_wrong = 0;
    for config in Config::ALL {
        let json = package.read(&format!("data/config/{config}.json"))?;
        let configuration = Configuration::parse(&json, |name| {
            Ok(package.read(&format!("data/{name}")).unwrap_or_default())
        })?;
        let mut generator = Generator::new(&package, config.name(), 7_000 + *config as u64)?;
        let texts: Vec<String> = (0..STRINGS).map(|_| generator.string()).collect();
        let wanted = oracle.convert(config.name(), &texts)?;
        let wrong = differing(&configuration, &texts, &wanted);
        println!("  {config:<6} {STRINGS} strings: {wrong} mismatches");
        all_wrong += wrong;
    }
    println!(
        "  OpenCC's own: {} strings, {all_wrong} mismatches",
        STRINGS * Config::ALL.len()
    );
    Ok(all_wrong)
}

fn differing(configuration: &Configuration, texts: &[String], wanted: &[String]) -> usize {
    let mut wrong = 0;
    for (text, wanted) in texts.iter().zip(wanted) {
        let given = configuration.apply(text);
        if given != *wanted {
            wrong += 1;
            if wrong <= 3 {
                println!("    {text:?} gives {given:?}, not {wanted:?}");
            }
        }
    }
    wrong
}

/// Generated configurations.
fn generated(oracle: &Oracle) -> Result<usize> {
    let folder = root().join("target/opencc-oracle/generated");
    std::fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    let mut random = Random::new(1);
    let (mut all_wrong, mut changed) = (0, 0);
    for number in 0..CONFIGURATIONS {
        let path = folder.join(format!("{number}.json"));
        let mut files = 0;
        let mut dict = |random: &mut Random, depth| -> Result<String> {
            dictionary(random, &folder, number, &mut files, depth)
        };
        let mut json = String::from("{\"name\": \"generated\"");
        if random.below(2) == 0 {
            json += &format!(
                ", \"normalization\": [{{\"dict\": {}}}]",
                dict(&mut random, 1)?
            );
        }
        if random.below(2) == 0 {
            let words = dict(&mut random, 1)?;
            json += &format!(", \"segmentation\": {{\"type\": \"mmseg\", \"dict\": {words}}}");
        }
        let steps: Result<Vec<String>> = (0..=random.below(3))
            .map(|_| Ok(format!("{{\"dict\": {}}}", dict(&mut random, 0)?)))
            .collect();
        json += &format!(", \"conversion_chain\": [{}]}}", steps?.join(", "));
        std::fs::write(&path, &json)?;

        let texts: Vec<String> = (0..STRINGS_EACH)
            .map(|_| {
                (0..=random.below(24))
                    .map(|_| *random.pick(&ALPHABET))
                    .collect()
            })
            .collect();
        let wanted = oracle.convert(&path.display().to_string(), &texts)?;
        let configuration = Configuration::parse(&json, |name| {
            Ok(std::fs::read_to_string(folder.join(name)).unwrap_or_default())
        })?;
        let wrong = differing(&configuration, &texts, &wanted);
        if wrong > 0 {
            println!("    with {json}");
        }
        changed += texts
            .iter()
            .zip(&wanted)
            .filter(|(text, wanted)| text != wanted)
            .count();
        all_wrong += wrong;
    }
    println!(
        "  generated: {CONFIGURATIONS} configurations, {} strings, {changed} converted, {all_wrong} mismatches",
        CONFIGURATIONS * STRINGS_EACH
    );
    Ok(all_wrong)
}

const ALPHABET: [char; 9] = ['甲', '乙', '丙', '丁', '⿰', '⿲', 'a', '𠀀', '\n'];

/// The JSON of a dictionary, whose text is written beside the configuration.
fn dictionary(
    random: &mut Random,
    folder: &Path,
    number: usize,
    files: &mut usize,
    depth: usize,
) -> Result<String> {
    if depth < 3 && random.below(5) < 3 {
        let members: Result<Vec<String>> = (0..=random.below(3))
            .map(|_| dictionary(random, folder, number, files, depth + 1))
            .collect();
        let policy = *random.pick(&[
            "",
            "\"match_policy\": \"union\", ",
            "\"match_policy\": \"short_circuit\", ",
        ]);
        let members = members?.join(", ");
        return Ok(format!(
            "{{\"type\": \"group\", {policy}\"dicts\": [{members}]}}"
        ));
    }
    let mut keys = std::collections::BTreeMap::new();
    for _ in 0..=random.below(6) {
        let word = |random: &mut Random, least: usize, most: usize| -> String {
            (0..least + random.below(most))
                .map(|_| ALPHABET[random.below(8)])
                .collect()
        };
        keys.insert(word(random, 1, 4), word(random, 0, 4));
    }
    let file = format!("{number}-{files}.txt");
    *files += 1;
    let text: String = keys
        .iter()
        .map(|(key, value)| format!("{key}\t{value}\n"))
        .collect();
    std::fs::write(folder.join(&file), text)?;
    Ok(format!("{{\"type\": \"text\", \"file\": \"{file}\"}}"))
}
