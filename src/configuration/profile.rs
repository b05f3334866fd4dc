//! From a path to the normalizer for it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zhnorm::Normalizer;
use zhnorm::formats::Output;

use super::Config;
use super::dictionaries::Dictionaries;
use super::file::ConfigFile;
use super::layers::Layers;
use super::options::{Counting, options, output};
use crate::arguments::Arguments;
use crate::escape;
use crate::own_files::{CONFIG_NAME, OwnFiles};

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
        let root = profile.layers.folder();
        let folder = folder.strip_prefix(root).unwrap_or(&folder);
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
pub(crate) fn folder(path: &Path) -> PathBuf {
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
        if self.profile.layers.has_overrides() {
            self.folder.hash(&mut hasher);
        }
        hasher.finish()
    }

    /// The normalizer for the file that is `below` the folder.
    pub(crate) fn normalizer(&self, below: &Path) -> Arc<Normalizer> {
        self.profile.layers.normalizer_of(self.matching(below))
    }

    /// The configuration for the file that is `below` the folder.
    pub(crate) fn config(&self, below: &Path) -> Cow<'_, Config> {
        self.profile.layers.config_of(&self.matching(below))
    }

    /// The overrides for it.
    fn matching(&self, below: &Path) -> Vec<usize> {
        let layers = &self.profile.layers;
        if layers.has_overrides() {
            layers.matching(&self.folder.join(below))
        } else {
            Vec::new()
        }
    }
}

/// A configuration file merged with the flags.
pub(crate) struct Profile {
    /// The path of the file, if there is one.
    pub(crate) path: Option<PathBuf>,
    /// What holds for each file.
    pub(crate) layers: Layers,
    /// The encoding to write, where it is not UTF-8.
    pub(crate) output: Option<Output>,
    /// The globs of the file, relative to its folder.
    pub(crate) globs: Vec<String>,
    /// The files that the configuration consists of.
    pub(crate) own_files: OwnFiles,
    /// Keys of the file that lower the safety of a run or make text disappear.
    pub(crate) notable_keys: Vec<&'static str>,
    /// A hash of the configuration, the flags and what the dictionaries hold.
    fingerprint: u64,
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
        let globs = std::mem::take(&mut config.glob);
        let layers = Layers::new(config, folder, flags, counting, Dictionaries::default())?;
        let read = layers.files();
        let mut own_files = OwnFiles::default();
        for file in read.iter().map(|(file, _)| file) {
            own_files.add(file);
        }
        if let Some(path) = &path {
            own_files.add(path);
        }
        Ok(Self {
            fingerprint: {
                let mut hasher = DefaultHasher::new();
                (layers.folder(), layers.text(), read).hash(&mut hasher);
                hasher.finish()
            },
            path,
            output: output(layers.config())?,
            layers,
            globs,
            own_files,
            notable_keys,
        })
    }
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
}
