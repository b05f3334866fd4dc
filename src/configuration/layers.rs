//! A configuration with its overrides: what holds for each file, by its path.
//!
//! The command asks for a normalizer, a front end in another language for options. Both are answered
//! here, so an override means the same to both.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use globset::{Glob, GlobSet, GlobSetBuilder};
use zhnorm::{Normalizer, strip};

use super::Config;
use super::dictionaries::Dictionaries;
use super::options::{Counting, options, rules, switched, without_rules};

/// So many normalizers for sets of overrides are kept. A set that comes again later is compiled
/// again.
const MAX_NORMALIZERS: usize = 64;

/// A configuration, the overrides in it, and the flags that hold whatever matches.
pub(crate) struct Layers {
    /// What holds unless an override matches.
    config: Config,
    flags: Config,
    counting: Counting,
    normalizer: Arc<Normalizer>,
    /// The globs of the overrides are relative to it.
    folder: PathBuf,
    /// One set for the globs of all overrides.
    globs: GlobSet,
    /// The override that each glob of the set belongs to.
    owners: Vec<usize>,
    overrides: Vec<Config>,
    dictionaries: Mutex<Dictionaries>,
    /// One normalizer for each set of overrides that some file needed.
    by_overrides: Mutex<HashMap<Vec<usize>, Arc<Normalizer>>>,
}

impl fmt::Debug for Layers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = (&self.config, &self.flags, &self.overrides);
        write!(formatter, "Layers{shown:?}")
    }
}

impl Layers {
    /// The layers of the configuration that a file in `folder` holds, and of the flags.
    ///
    /// # Errors
    ///
    /// A message when any of them cannot be used.
    pub(crate) fn new(
        mut config: Config,
        folder: PathBuf,
        flags: &Config,
        counting: Counting,
        mut dictionaries: Dictionaries,
    ) -> Result<Self, String> {
        check(&config, counting, &mut dictionaries)?;
        let overrides = std::mem::take(&mut config.overrides);
        let (globs, owners) = compile_globs(&overrides)?;
        config.update(flags);
        let normalizer = Normalizer::new(options(&config, counting, &mut dictionaries)?);
        Ok(Self {
            normalizer: Arc::new(normalizer),
            config,
            flags: flags.clone(),
            counting,
            folder,
            globs,
            owners,
            overrides,
            dictionaries: Mutex::new(dictionaries),
            by_overrides: Mutex::default(),
        })
    }

    /// What holds unless an override matches.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// The flags, which hold whatever matches.
    pub(crate) fn flags(&self) -> &Config {
        &self.flags
    }

    /// The folder that the globs of the overrides are relative to.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The normalizer unless an override matches.
    pub(crate) fn normalizer(&self) -> &Arc<Normalizer> {
        &self.normalizer
    }

    /// Whether something else may hold for some files.
    pub(crate) fn has_overrides(&self) -> bool {
        !self.overrides.is_empty()
    }

    /// Everything that decides what a text becomes but for what the dictionaries hold.
    pub(super) fn text(&self) -> String {
        let Self {
            config,
            flags,
            overrides,
            ..
        } = self;
        // The flags for themselves too: they hold against overrides.
        format!("{config:?} {flags:?} {overrides:?}")
    }

    /// The texts of the files that the configuration consists of, which are not needed any more:
    /// every layer has been parsed.
    pub(crate) fn take_texts(&mut self) -> BTreeMap<PathBuf, String> {
        let dictionaries = self.dictionaries.get_mut();
        dictionaries
            .unwrap_or_else(PoisonError::into_inner)
            .take_texts()
    }

    /// The files that were read, each with a hash of what it holds.
    pub(super) fn files(&self) -> Vec<(PathBuf, u64)> {
        let dictionaries = self.dictionaries.lock();
        dictionaries
            .unwrap_or_else(PoisonError::into_inner)
            .files()
            .to_vec()
    }

    /// The overrides that match a file, given by its path relative to the folder.
    pub(crate) fn matching(&self, path: &Path) -> Vec<usize> {
        let mut matching: Vec<usize> = (self.globs.matches(path).into_iter())
            .map(|glob| self.owners[glob])
            .collect();
        matching.sort_unstable();
        matching.dedup();
        matching
    }

    /// The configuration for a file that these overrides match.
    pub(crate) fn config_of(&self, matching: &[usize]) -> Cow<'_, Config> {
        if matching.is_empty() {
            return Cow::Borrowed(&self.config);
        }
        let mut config = self.config.clone();
        for index in matching {
            config.update(&self.overrides[*index]);
        }
        config.update(&self.flags);
        Cow::Owned(config)
    }

    /// The normalizer for a file that these overrides match.
    pub(crate) fn normalizer_of(&self, matching: Vec<usize>) -> Arc<Normalizer> {
        if matching.is_empty() {
            return Arc::clone(&self.normalizer);
        }
        let lock = |known| Mutex::lock(known).unwrap_or_else(PoisonError::into_inner);
        let mut known = lock(&self.by_overrides);
        if let Some(normalizer) = known.get(&matching) {
            return Arc::clone(normalizer);
        }
        let normalizer = Arc::new(self.compiled(&matching));
        if known.len() >= MAX_NORMALIZERS {
            known.clear();
        }
        known.insert(matching, Arc::clone(&normalizer));
        normalizer
    }

    fn compiled(&self, matching: &[usize]) -> Normalizer {
        let config = self.config_of(matching);
        let mut dictionaries = self
            .dictionaries
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Only an override with rules of its own needs the rules compiled again.
        let own_rules = matching
            .iter()
            .any(|index| !self.overrides[*index].rules.is_empty());
        let made = if own_rules {
            options(&config, self.counting, &mut dictionaries)
        } else {
            let compiled = self.normalizer.options().strip.rules().clone();
            without_rules(&config, self.counting, &mut dictionaries).and_then(|mut options| {
                options.strip = switched(strip::Options::new(compiled), &config)?;
                Ok(options)
            })
        };
        // Each part was checked when the layers were made.
        made.map_or_else(|_| Normalizer::clone(&self.normalizer), Normalizer::new)
    }
}

/// Checks a configuration with its overrides. All rules are compiled together, once: a mistake
/// in an override that no file matches shows too, and thousands of overrides take no longer than
/// one.
fn check(
    config: &Config,
    counting: Counting,
    dictionaries: &mut Dictionaries,
) -> Result<(), String> {
    let layers = || std::iter::once(config).chain(&config.overrides);
    let all: Vec<_> = layers().flat_map(|layer| layer.rules.clone()).collect();
    let rules = if all.is_empty() {
        strip::Rules::builtin()
    } else {
        rules(all)?
    };
    let usual = strip::Options::new(rules);
    for layer in layers() {
        without_rules(layer, counting, dictionaries)?;
        if !(layer.strip.is_empty() && layer.keep.is_empty()) {
            switched(usual.clone(), layer)?;
        }
    }
    Ok(())
}

/// One set for the globs of all overrides, and the override that each glob belongs to.
fn compile_globs(overrides: &[Config]) -> Result<(GlobSet, Vec<usize>), String> {
    let mut set = GlobSetBuilder::new();
    let mut owners = Vec::new();
    for (index, entry) in overrides.iter().enumerate() {
        for pattern in &entry.glob {
            set.add(Glob::new(pattern).map_err(|error| error.to_string())?);
            owners.push(index);
        }
    }
    Ok((set.build().map_err(|error| error.to_string())?, owners))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::file::parse;

    fn layers(text: &str, flags: &Config) -> Layers {
        let config = parse(text).unwrap();
        let (folder, known) = (PathBuf::new(), Dictionaries::default());
        Layers::new(config, folder, flags, Counting::RULES, known).unwrap()
    }

    fn normalizer(layers: &Layers, path: &str) -> Arc<Normalizer> {
        layers.normalizer_of(layers.matching(Path::new(path)))
    }

    #[test]
    fn flags_win_over_overrides() {
        let flags = Config {
            to: Some("zh-HK".into()),
            ..Config::default()
        };
        let layers = layers("[[override]]\nglob = [\"**\"]\nto = \"zh-TW\"\n", &flags);
        let to = normalizer(&layers, "a").options().to;
        assert_eq!(to.map(|to| to.to_string()).as_deref(), Some("zh-HK"));
    }

    #[test]
    fn thousands_of_overrides_are_compiled_once() {
        use std::fmt::Write as _;
        let mut text = String::new();
        for number in 0..3_000 {
            let _ = write!(
                text,
                "[[override]]\nglob = [\"{number}/*.txt\"]\nkeep = [\"promotion\"]\n\
                 [[override.rule]]\nname = \"promotion.own{number}\"\n\
                 about = \"A line of its own.\"\nlines = [\"本站内部水印行{number}\"]\n"
            );
        }
        let start = std::time::Instant::now();
        let layers = layers(&text, &Config::default());
        normalizer(&layers, "7/a.txt");
        // It took two minutes when each override was compiled alone.
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    }
}
