//! From a path to the normalizer for it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use globset::{Glob, GlobSet, GlobSetBuilder};
use zhnorm::formats::Output;
use zhnorm::{Normalizer, strip};

use super::Config;
use super::dictionaries::Dictionaries;
use super::file::ConfigFile;
use super::options::{Counting, options, output, rules, switched, without_rules};
use crate::arguments::Arguments;
use crate::escape;
use crate::own_files::{CONFIG_NAME, OwnFiles};

/// So many normalizers for sets of overrides are kept. A set that comes again later is compiled
/// again.
const MAX_NORMALIZERS: usize = 64;

/// Which configuration file is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ConfigSource {
    /// None.
    Isolated,
    /// This one, for all paths.
    File(PathBuf),
    /// The nearest one from the working folder upwards, for all paths.
    WorkingFolder,
    /// The nearest one from each named path upwards: the files are trusted.
    EachPath,
}

impl ConfigSource {
    /// What the arguments say.
    pub(crate) fn from_arguments(arguments: &Arguments) -> Self {
        match &arguments.config {
            _ if arguments.isolated => Self::Isolated,
            Some(file) => Self::File(file.clone()),
            None if arguments.trust_config => Self::EachPath,
            None => Self::WorkingFolder,
        }
    }
}

/// Finds the profile of each path that the user named, and reads each configuration file once.
#[derive(Debug)]
pub(crate) struct Profiles {
    flags: Config,
    counting: Counting,
    by_path: bool,
    notices: bool,
    common: Arc<Profile>,
    /// The last folder and the file found for it: the paths of a long list are mostly in the same
    /// folder.
    last: Option<(PathBuf, Option<PathBuf>)>,
    by_file: HashMap<PathBuf, Result<Arc<Profile>, String>>,
}

impl Profiles {
    /// Reads the configuration file that holds for all paths, if there is one.
    ///
    /// # Errors
    ///
    /// A message when that file, or a flag, cannot be used.
    pub(crate) fn new(
        source: &ConfigSource,
        flags: Config,
        counting: Counting,
    ) -> Result<Self, String> {
        let path = match source {
            ConfigSource::File(path) => Some(path.clone()),
            ConfigSource::WorkingFolder => nearest(Path::new(".")),
            ConfigSource::Isolated | ConfigSource::EachPath => None,
        };
        let file = match &path {
            Some(path) => ConfigFile::read(path)?,
            None => ConfigFile::default(),
        };
        // A mistake in a flag is not a mistake in the file.
        options(&flags, counting, &mut Dictionaries::default())?;
        let common = Profile::new(file, &flags, counting).map_err(|message| match &path {
            Some(path) => format!("{}: {message}", escape::path(path)),
            None => message,
        })?;
        Ok(Self {
            common: Arc::new(common),
            flags,
            counting,
            by_path: *source == ConfigSource::EachPath,
            notices: *source == ConfigSource::WorkingFolder,
            last: None,
            by_file: HashMap::new(),
        })
    }

    /// The profile that holds for all paths, or for those without a file of their own.
    pub(crate) fn common(&self) -> &Profile {
        &self.common
    }

    /// What holds for a path that the user named (for standard input, the working folder).
    ///
    /// # Errors
    ///
    /// A message when the configuration file that was found cannot be used.
    pub(crate) fn scope(&mut self, path: &Path) -> Result<Scope, String> {
        let folder = folder(path);
        let profile = match self.file(&folder) {
            Some(file) => {
                let (flags, counting) = (&self.flags, self.counting);
                self.by_file
                    .entry(file)
                    .or_insert_with_key(|file| {
                        let read = ConfigFile::read(file)?;
                        Profile::new(read, flags, counting)
                            .map(Arc::new)
                            .map_err(|message| format!("{}: {message}", escape::path(file)))
                    })
                    .clone()?
            }
            None => Arc::clone(&self.common),
        };
        let folder = folder.strip_prefix(&profile.folder).unwrap_or(&folder);
        Ok(Scope {
            folder: folder.into(),
            profile,
        })
    }

    /// A configuration file that is nearer to a path than the one that is used, and is not used
    /// because it may have come with the material.
    pub(crate) fn untrusted(&self, path: &Path) -> Option<PathBuf> {
        if !self.notices {
            return None;
        }
        let file = nearest(&folder(path))?;
        let used = self.common.path.as_deref();
        let same = used.and_then(|used| used.canonicalize().ok()) == file.canonicalize().ok();
        (!same).then_some(file)
    }

    /// The nearest `zhnorm.toml` of a folder, where each path has its own.
    fn file(&mut self, folder: &Path) -> Option<PathBuf> {
        if !self.by_path {
            return None;
        }
        if let Some((_, file)) = self.last.as_ref().filter(|(last, _)| last == folder) {
            return file.clone();
        }
        let file = nearest(folder);
        self.last = Some((folder.to_owned(), file.clone()));
        file
    }
}

/// The `zhnorm.toml` in a folder or in the nearest folder above it.
fn nearest(folder: &Path) -> Option<PathBuf> {
    let absolute = folder.canonicalize().ok()?;
    absolute
        .ancestors()
        .map(|folder| folder.join(CONFIG_NAME))
        .find(|file| file.symlink_metadata().is_ok())
}

/// A folder, or the folder of a file, without links, so that the folders above are known.
fn folder(path: &Path) -> PathBuf {
    let folder = if path.is_dir() {
        path
    } else {
        match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        }
    };
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

/// What holds for the files below one folder.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// The folder, relative to the folder of the configuration file.
    pub(crate) folder: Arc<Path>,
    /// The configuration.
    pub(crate) profile: Arc<Profile>,
}

impl Scope {
    /// A hash of everything beside its contents that decides what the file that is `below` the
    /// folder becomes.
    pub(crate) fn fingerprint(&self, below: &Path) -> u64 {
        let mut hasher = DefaultHasher::new();
        // The name may say the format, and overrides may be for this folder.
        (self.profile.fingerprint, below).hash(&mut hasher);
        if !self.profile.overrides.is_empty() {
            self.folder.hash(&mut hasher);
        }
        hasher.finish()
    }

    /// The normalizer for the file that is `below` the folder.
    pub(crate) fn normalizer(&self, below: &Path) -> Arc<Normalizer> {
        let profile = &self.profile;
        if profile.overrides.is_empty() {
            Arc::clone(&profile.normalizer)
        } else {
            profile.overridden(&self.folder.join(below))
        }
    }
}

impl Scope {
    /// The configuration for the file that is `below` the folder.
    pub(crate) fn config(&self, below: &Path) -> Cow<'_, Config> {
        let profile = &self.profile;
        if profile.overrides.is_empty() {
            return Cow::Borrowed(&profile.config);
        }
        match profile.matching(&self.folder.join(below)).as_slice() {
            [] => Cow::Borrowed(&profile.config),
            matching => Cow::Owned(profile.config_of(matching)),
        }
    }
}

/// A configuration file merged with the flags.
pub(crate) struct Profile {
    /// The path of the file, if there is one.
    pub(crate) path: Option<PathBuf>,
    /// What holds unless an override matches.
    pub(crate) config: Config,
    /// The encoding to write, where it is not UTF-8.
    pub(crate) output: Option<Output>,
    /// The globs of the file, relative to its folder.
    pub(crate) globs: Vec<String>,
    /// The flags, which hold whatever matches.
    pub(crate) flags: Config,
    /// The files that the configuration consists of.
    pub(crate) own_files: OwnFiles,
    /// Keys of the file that lower the safety of a run or make text disappear.
    pub(crate) notable_keys: Vec<&'static str>,
    /// A hash of the configuration, the flags and what the dictionaries hold.
    fingerprint: u64,
    folder: PathBuf,
    counting: Counting,
    normalizer: Arc<Normalizer>,
    /// One set for the globs of all overrides.
    globs_of_overrides: GlobSet,
    /// The override that each glob of the set belongs to.
    override_of_glob: Vec<usize>,
    overrides: Vec<Config>,
    dictionaries: Mutex<Dictionaries>,
    /// One normalizer for each set of overrides that some file needed.
    by_overrides: Mutex<HashMap<Vec<usize>, Arc<Normalizer>>>,
}

impl fmt::Debug for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Profile({:016x})", self.fingerprint)
    }
}

impl Profile {
    fn new(file: ConfigFile, flags: &Config, counting: Counting) -> Result<Self, String> {
        let ConfigFile {
            path,
            folder,
            mut config,
        } = file;
        let notable_keys = config.notable_keys();
        let mut dictionaries = Dictionaries::default();
        check(&config, counting, &mut dictionaries)?;
        let overrides = std::mem::take(&mut config.overrides);
        let (globs_of_overrides, override_of_glob) = compile_globs(&overrides)?;
        let globs = std::mem::take(&mut config.glob);
        config.update(flags);
        let normalizer = Normalizer::new(options(&config, counting, &mut dictionaries)?);
        let mut own_files = OwnFiles::default();
        for file in dictionaries.files().iter().map(|(file, _)| file) {
            own_files.add(file);
        }
        if let Some(path) = &path {
            own_files.add(path);
        }
        Ok(Self {
            fingerprint: {
                let mut hasher = DefaultHasher::new();
                // The flags for themselves too: they hold against overrides.
                (&folder, format!("{config:?} {flags:?} {overrides:?}")).hash(&mut hasher);
                dictionaries.files().hash(&mut hasher);
                hasher.finish()
            },
            path,
            output: output(&config)?,
            normalizer: Arc::new(normalizer),
            config,
            globs,
            flags: flags.clone(),
            own_files,
            notable_keys,
            folder,
            counting,
            globs_of_overrides,
            override_of_glob,
            overrides,
            dictionaries: Mutex::new(dictionaries),
            by_overrides: Mutex::default(),
        })
    }

    /// The overrides that match a file, given by its path relative to the configuration file.
    fn matching(&self, path: &Path) -> Vec<usize> {
        let mut matching: Vec<usize> = (self.globs_of_overrides.matches(path).into_iter())
            .map(|glob| self.override_of_glob[glob])
            .collect();
        matching.sort_unstable();
        matching.dedup();
        matching
    }

    /// The configuration for a file that these overrides match.
    fn config_of(&self, matching: &[usize]) -> Config {
        let mut config = self.config.clone();
        for index in matching {
            config.update(&self.overrides[*index]);
        }
        config.update(&self.flags);
        config
    }

    /// The normalizer for a file, given by its path relative to the configuration file.
    fn overridden(&self, path: &Path) -> Arc<Normalizer> {
        let matching = self.matching(path);
        if matching.is_empty() {
            return Arc::clone(&self.normalizer);
        }
        let lock = |known| Mutex::lock(known).unwrap_or_else(PoisonError::into_inner);
        let mut known = lock(&self.by_overrides);
        if let Some(normalizer) = known.get(&matching) {
            return Arc::clone(normalizer);
        }
        let normalizer = Arc::new(self.normalizer_of(&matching));
        if known.len() >= MAX_NORMALIZERS {
            known.clear();
        }
        known.insert(matching, Arc::clone(&normalizer));
        normalizer
    }

    fn normalizer_of(&self, matching: &[usize]) -> Normalizer {
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
        // Each part was checked when the profile was made.
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

    #[test]
    fn the_globs_of_overrides_are_relative_to_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("tw")).unwrap();
        std::fs::write(
            root.join(CONFIG_NAME),
            "to = \"zh-Hans\"\n[[override]]\nglob = [\"tw/*.txt\"]\nto = \"zh-TW\"\n",
        )
        .unwrap();
        let mut profiles =
            Profiles::new(&ConfigSource::EachPath, Config::default(), Counting::RULES).unwrap();
        let mut target = |named: &str, below: &str| {
            let scope = profiles.scope(&root.join(named)).unwrap();
            let normalizer = scope.normalizer(Path::new(below));
            normalizer.options().to.map(|to| to.to_string())
        };
        assert_eq!(target("", "a.txt").as_deref(), Some("zh-Hans"));
        assert_eq!(target("", "tw/a.txt").as_deref(), Some("zh-TW"));
        assert_eq!(target("tw", "a.txt").as_deref(), Some("zh-TW"));
        assert_eq!(target("tw/a.txt", "a.txt").as_deref(), Some("zh-TW"));
        assert_eq!(target("tw", "a.html").as_deref(), Some("zh-Hans"));
    }

    #[test]
    fn flags_win_over_overrides() {
        let config = Config {
            overrides: vec![Config {
                glob: vec!["**".into()],
                to: Some("zh-TW".into()),
                ..Config::default()
            }],
            ..Config::default()
        };
        let flags = Config {
            to: Some("zh-HK".into()),
            ..Config::default()
        };
        let file = ConfigFile {
            config,
            ..ConfigFile::default()
        };
        let profile = Profile::new(file, &flags, Counting::RULES).unwrap();
        let to = profile.overridden(Path::new("a")).options().to;
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
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(CONFIG_NAME);
        std::fs::write(&path, text).unwrap();
        let start = std::time::Instant::now();
        let file = ConfigFile::read(&path).unwrap();
        let profile = Profile::new(file, &Config::default(), Counting::RULES).unwrap();
        profile.overridden(Path::new("7/a.txt"));
        // It took two minutes when each override was compiled alone.
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    }
}
