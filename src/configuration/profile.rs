//! From a path to the normalizer that is meant for it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use globset::{Glob, GlobSet, GlobSetBuilder};
use zhnorm::convert::{self, custom};
use zhnorm::decode::{self, Encoding};
use zhnorm::formats::Output;
use zhnorm::{Normalizer, Options, Stages, repair, stream, strip};

use super::Config;
use super::file::{ConfigFile, NAME};
use super::opencc;
use crate::arguments::{Arguments, Engine, OnUncertain, Unmappable};
use crate::{escape, fault};

/// Where the configuration file comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody reads any.
    Isolated,
    /// This one, for all paths.
    File(PathBuf),
    /// The nearest one in the folders above each path that was named.
    Discovered,
}

impl Source {
    /// Where the arguments say.
    pub fn of(arguments: &Arguments) -> Self {
        match &arguments.config {
            _ if arguments.isolated => Self::Isolated,
            Some(file) => Self::File(file.clone()),
            None => Self::Discovered,
        }
    }
}

/// Finds the profile of each path that the user named, and reads each file once.
#[derive(Debug)]
pub struct Profiles {
    flags: Config,
    count_only: bool,
    discover: bool,
    fixed: Arc<Profile>,
    /// The folder that was asked for last and the file found for it: the paths of a long list
    /// mostly stand in the same folder.
    last: Option<(PathBuf, Option<PathBuf>)>,
    by_file: HashMap<PathBuf, Result<Arc<Profile>, String>>,
}

impl Profiles {
    /// Reads the configuration file, if it is known which.
    ///
    /// # Errors
    ///
    /// A message when that file, or a flag, cannot be used.
    pub fn new(source: &Source, flags: Config, count_only: bool) -> Result<Self, String> {
        let file = match source {
            Source::File(path) => ConfigFile::read(path)?,
            Source::Isolated | Source::Discovered => ConfigFile::default(),
        };
        // A mistake in a flag is not the file's, and shows even where no file is read.
        options(&flags, count_only)?;
        Ok(Self {
            fixed: Arc::new(Profile::new(file, &flags, count_only)?),
            flags,
            count_only,
            discover: *source == Source::Discovered,
            last: None,
            by_file: HashMap::new(),
        })
    }

    /// What holds for a path that the user named (or, for standard input, the working folder).
    ///
    /// # Errors
    ///
    /// A message when the configuration file that was found cannot be used.
    pub fn scope(&mut self, path: &Path) -> Result<Scope, String> {
        let folder = folder(path);
        let profile = match self.file(&folder) {
            Some(file) => {
                let (flags, count_only) = (&self.flags, self.count_only);
                self.by_file
                    .entry(file)
                    .or_insert_with_key(|file| {
                        let read = ConfigFile::read(file)?;
                        Profile::new(read, flags, count_only)
                            .map(Arc::new)
                            .map_err(|message| format!("{}: {message}", escape::path(file)))
                    })
                    .clone()?
            }
            None => Arc::clone(&self.fixed),
        };
        let folder = folder.strip_prefix(&profile.folder).unwrap_or(&folder);
        Ok(Scope {
            folder: folder.into(),
            profile,
        })
    }

    /// Everything that decides what the texts below these paths become, in words.
    pub fn fingerprint(&mut self, paths: &[PathBuf]) -> String {
        let mut configs = vec![format!("{:?}", self.fixed.config)];
        for path in paths {
            if let Ok(scope) = self.scope(path) {
                let profile = &scope.profile;
                let layers = [vec![&profile.config], profile.overridden_configs()].concat();
                let files: Vec<_> = layers
                    .iter()
                    .flat_map(|config| config.files())
                    .map(|file| {
                        file.metadata()
                            .and_then(|metadata| metadata.modified())
                            .ok()
                    })
                    .collect();
                let words = format!("{layers:?} {files:?}");
                if !configs.contains(&words) {
                    configs.push(words);
                }
            }
        }
        configs.join("\n")
    }

    /// The nearest `zhnorm.toml` in a folder or above.
    fn file(&mut self, folder: &Path) -> Option<PathBuf> {
        if !self.discover {
            return None;
        }
        if let Some((_, file)) = self.last.as_ref().filter(|(last, _)| last == folder) {
            return file.clone();
        }
        let file = folder
            .ancestors()
            .map(|folder| folder.join(NAME))
            .find(|file| file.is_file());
        self.last = Some((folder.to_owned(), file.clone()));
        file
    }
}

/// A folder, or the folder of a file, without links, so that the folders above can be told.
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
pub struct Scope {
    /// The folder, seen from the one in which the configuration file stands.
    pub folder: Arc<Path>,
    /// What holds.
    pub profile: Arc<Profile>,
}

impl Scope {
    /// The normalizer for the file that is `below` the folder.
    pub fn normalizer(&self, below: &Path) -> Arc<Normalizer> {
        let profile = &self.profile;
        if profile.overrides.is_empty() {
            Arc::clone(&profile.normalizer)
        } else {
            profile.overridden(&self.folder.join(below))
        }
    }
}

/// A configuration file with the flags laid over it.
#[derive(Debug)]
pub struct Profile {
    /// What holds unless an override matches.
    pub config: Config,
    /// The encoding to write, where it is not UTF-8.
    pub output: Option<Output>,
    /// The globs of the file, relative to its folder.
    pub globs: Vec<String>,
    /// The flags, which hold whatever matches.
    pub flags: Config,
    folder: PathBuf,
    count_only: bool,
    normalizer: Arc<Normalizer>,
    overrides: Vec<(GlobSet, Config)>,
    /// One normalizer for each set of overrides that some file needed.
    by_overrides: Mutex<HashMap<Vec<usize>, Arc<Normalizer>>>,
}

impl Profile {
    fn new(file: ConfigFile, flags: &Config, count_only: bool) -> Result<Self, String> {
        let ConfigFile { folder, mut config } = file;
        let mut overrides = Vec::new();
        for entry in std::mem::take(&mut config.overrides) {
            // Whatever a file would be given later, a mistake in the configuration shows now.
            options(&entry, count_only)?;
            overrides.push((globs(&entry.glob)?, entry));
        }
        options(&config, count_only)?;
        let globs = std::mem::take(&mut config.glob);
        config.update(flags);
        Ok(Self {
            output: output(&config)?,
            normalizer: Arc::new(Normalizer::new(options(&config, count_only)?)),
            config,
            globs,
            flags: flags.clone(),
            folder,
            count_only,
            overrides,
            by_overrides: Mutex::default(),
        })
    }

    fn overridden_configs(&self) -> Vec<&Config> {
        self.overrides.iter().map(|(_, config)| config).collect()
    }

    /// The normalizer for a file, given by its path seen from the configuration file.
    fn overridden(&self, path: &Path) -> Arc<Normalizer> {
        let matching: Vec<usize> = self
            .overrides
            .iter()
            .enumerate()
            .filter(|(_, (globs, _))| globs.is_match(path))
            .map(|(index, _)| index)
            .collect();
        if matching.is_empty() {
            return Arc::clone(&self.normalizer);
        }
        let mut known = self
            .by_overrides
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(normalizer) = known.get(&matching) {
            return Arc::clone(normalizer);
        }
        let mut config = self.config.clone();
        for index in &matching {
            config.update(&self.overrides[*index].1);
        }
        config.update(&self.flags);
        // Each part was checked when the profile was made.
        let normalizer = match options(&config, self.count_only) {
            Ok(options) => Arc::new(Normalizer::new(options)),
            Err(_) => Arc::clone(&self.normalizer),
        };
        known.insert(matching, Arc::clone(&normalizer));
        normalizer
    }
}

fn globs(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|error| error.to_string())?);
    }
    set.build().map_err(|error| error.to_string())
}

/// The encoding to write, where it is not UTF-8.
///
/// # Errors
///
/// A message when it does not exist.
fn output(config: &Config) -> Result<Option<Output>, String> {
    let Some(label) = &config.output_encoding else {
        return Ok(None);
    };
    let encoding: Encoding = label.parse().map_err(said)?;
    Ok((encoding != Encoding::UTF_8).then_some(Output {
        encoding,
        unmappable: match config.unmappable {
            None | Some(Unmappable::Error) => decode::Unmappable::Error,
            Some(Unmappable::Replace) => decode::Unmappable::Replace,
            Some(Unmappable::Entity) => decode::Unmappable::Entity,
        },
    }))
}

/// The library's options for a configuration.
///
/// # Errors
///
/// A message when a name in it does not exist.
pub fn options(config: &Config, count_only: bool) -> Result<Options, String> {
    let mut options = Options::default()
        .with_stages(stages(config)?)
        .with_count_only(count_only);
    if let Some(group) = config.group_size {
        options.large = stream::Limits::default()
            .with_whole(group.saturating_mul(8))
            .with_group(group);
    }
    if let Some(tag) = &config.to {
        options.to = Some(tag.parse().map_err(said)?);
    }
    if let Some(label) = &config.encoding {
        options.decode.encoding = Some(label.parse().map_err(said)?);
    }
    if let Some(style) = &config.quotes {
        options.convert.quotes = style.parse().map_err(said)?;
    }
    options.convert.engine = match config.engine {
        None | Some(Engine::Embedded) => convert::Engine::Embedded,
        Some(Engine::Opencc) => installed_opencc()?,
    };
    if let Some(file) = &config.opencc_config {
        let loaded = opencc::load_configuration(file).map_err(said)?;
        options.convert.configuration = Some(Arc::new(loaded));
    }
    let mut dictionary = match &config.dict {
        Some(file) => opencc::load_dictionary(file).map_err(said)?,
        None => custom::Dictionary::default(),
    };
    for term in &config.protect.terms {
        dictionary.protect(term);
    }
    if !dictionary.is_empty() {
        options.convert.dictionary = Some(Arc::new(dictionary));
    }
    options.repair.on_uncertain = match config.on_uncertain {
        None | Some(OnUncertain::Best) => repair::OnUncertain::Best,
        Some(OnUncertain::Keep) => repair::OnUncertain::Keep,
        Some(OnUncertain::Mark) => repair::OnUncertain::Mark,
    };
    if !config.rules.is_empty() {
        let rules = strip::Rules::builtin();
        options.strip = strip::Options::new(rules.with_user(config.rules.clone()).map_err(said)?);
    }
    for name in &config.strip {
        options.strip = options.strip.with_dropped(name.trim()).map_err(said)?;
    }
    for name in &config.keep {
        options.strip = options.strip.with_kept(name.trim()).map_err(said)?;
    }
    if let Some(confidence) = config.min_confidence {
        if !(0.0..=1.0).contains(&confidence) {
            return Err(format!(
                "a confidence is a number from 0 to 1, not {confidence}"
            ));
        }
        options.decode.min_confidence = confidence;
    }
    Ok(options)
}

/// The OpenCC installed on the machine.
///
/// # Errors
///
/// A message when there is none, or when this program was built without it.
fn installed_opencc() -> Result<convert::Engine, String> {
    #[cfg(feature = "system-opencc")]
    return convert::InstalledOpenCc::new()
        .map(convert::Engine::OpenCc)
        .map_err(said);
    #[cfg(not(feature = "system-opencc"))]
    Err(
        "this zhnorm was built without the OpenCC of the machine: leave out `engine`, or build it \
         with `cargo install --features system-opencc`"
            .into(),
    )
}

#[allow(clippy::needless_pass_by_value)] // so that it can stand in `map_err`
fn said(error: impl Into<zhnorm::Error>) -> String {
    fault::message(&error.into())
}

/// Reads `only` and `skip`.
fn stages(config: &Config) -> Result<Stages, String> {
    let (list, listed) = match (&config.only, &config.skip) {
        (Some(_), Some(_)) => return Err("say either `only` or `skip`, not both".into()),
        (Some(only), None) => (only, true),
        (None, Some(skip)) => (skip, false),
        (None, None) => return Ok(Stages::default()),
    };
    let mut stages = Stages::default()
        .with_repair(!listed)
        .with_strip(!listed)
        .with_convert(!listed);
    for name in list {
        match name.trim() {
            "repair" => stages.repair = listed,
            "strip" => stages.strip = listed,
            "convert" => stages.convert = listed,
            // `--only decode` is the way to ask for nothing but UTF-8.
            "decode" if listed => {}
            "decode" => {
                return Err("decoding cannot be skipped: the other stages need text".into());
            }
            other => {
                return Err(format!(
                    "unknown stage `{other}`; the stages are repair, strip, convert"
                ));
            }
        }
    }
    Ok(stages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_globs_of_overrides_are_relative_to_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("tw")).unwrap();
        let file = root.join(NAME);
        std::fs::write(
            &file,
            "to = \"zh-Hans\"\n[[override]]\nglob = [\"tw/*.txt\"]\nto = \"zh-TW\"\n",
        )
        .unwrap();
        let mut profiles = Profiles::new(&Source::Discovered, Config::default(), true).unwrap();
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
            folder: PathBuf::new(),
            config,
        };
        let profile = Profile::new(file, &flags, true).unwrap();
        let to = profile.overridden(Path::new("a")).options().to;
        assert_eq!(to.map(|to| to.to_string()).as_deref(), Some("zh-HK"));
    }

    #[test]
    fn an_unknown_stage_is_named_with_those_that_exist() {
        let config = Config {
            only: Some(vec!["repiar".into()]),
            ..Config::default()
        };
        let message = stages(&config).unwrap_err();
        assert!(message.contains("`repiar`") && message.contains("repair, strip, convert"));
    }
}
