//! Reads a `zhnorm.toml`.
//!
//! A key that does not exist is an error that names its line and the nearest key that does. A
//! misspelt key that is ignored without a word would cost its author an afternoon.

use std::path::{Path, PathBuf};

use super::{Config, dictionaries};
use crate::escape;
use crate::files;

/// A configuration file that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ConfigFile {
    /// Its path; none when there is no file.
    pub(super) path: Option<PathBuf>,
    /// The folder that contains it: its globs are relative to this folder.
    pub(super) folder: PathBuf,
    /// What it says.
    pub(super) config: Config,
}

impl ConfigFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// A message that names the file, the line and what to do.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let shown = escape::path(path);
        let text = files::read_text(path, dictionaries::MAX_CONFIGURATION)
            .map_err(|error| format!("{shown}: {}", dictionaries::reason(path, &error)))?;
        Self::from_text(path, &text)
    }

    /// Reads the text of the file at `path`.
    ///
    /// # Errors
    ///
    /// As with [`ConfigFile::read`].
    pub(super) fn from_text(path: &Path, text: &str) -> Result<Self, String> {
        let shown = escape::path(path);
        let mut config = parse(text).map_err(|(line, message)| match line {
            Some(line) => format!("{shown}:{line}: {message}"),
            None => format!("{shown}: {message}"),
        })?;
        let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = absolute.parent().unwrap_or(Path::new("")).to_owned();
        config.resolve(&folder);
        Ok(Self {
            path: Some(path.to_owned()),
            folder,
            config,
        })
    }
}

/// Parses the text of a file. An error is a message, with its line where that is known.
pub(crate) fn parse(text: &str) -> Result<Config, (Option<usize>, String)> {
    let config: Config = toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| {
            1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..span.start.min(text.len())]).count()
        });
        let message = error.message().trim();
        (line, unknown_key(message).unwrap_or(message.to_owned()))
    })?;
    for entry in &config.overrides {
        if entry.glob.is_empty() {
            let message = "an [[override]] says in `glob` which files it is for: \
                           glob = [\"news/**/*.txt\"]";
            return Err((None, message.into()));
        }
        let whole = entry.hidden.is_some()
            || entry.ignore.is_some()
            || entry.output_encoding.is_some()
            || entry.unmappable.is_some()
            || !entry.overrides.is_empty();
        if whole {
            let message = "`hidden`, `ignore`, `output-encoding`, `unmappable` and `override` hold \
                           for the whole file; move them out of the [[override]]";
            return Err((None, message.into()));
        }
    }
    Ok(config)
}

/// Rewrites serde's message for an unknown key, with the key that was probably meant.
pub(super) fn unknown_key(message: &str) -> Option<String> {
    let rest = message.strip_prefix("unknown field ")?;
    let mut names = rest.split('`').skip(1).step_by(2);
    let unknown = names.next()?;
    let known: Vec<&str> = names.collect();
    let nearest = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(unknown, name), *name))
        .min()
        .filter(|(distance, name)| *distance <= name.len().max(unknown.len()) / 2);
    Some(match nearest {
        Some((_, nearest)) => format!("unknown key `{unknown}`; did you mean `{nearest}`?"),
        None => format!("unknown key `{unknown}`; the keys are {}", known.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_one() {
        let (line, message) = parse("to = \"zh-Hans\"\n\nencodign = \"gbk\"\n").unwrap_err();
        assert_eq!(line, Some(3));
        assert_eq!(message, "unknown key `encodign`; did you mean `encoding`?");

        let (line, message) =
            parse("[[override]]\nglob = [\"a\"]\nkepe = [\"app\"]\n").unwrap_err();
        assert_eq!(line, Some(3));
        assert_eq!(message, "unknown key `kepe`; did you mean `keep`?");

        let (_, message) = parse("frobnicate = 1\n").unwrap_err();
        assert!(
            message.contains("the keys are to, quotes, context, vocabulary, spelling, dict"),
            "{message}"
        );
    }

    #[test]
    fn a_wrong_value_is_named_with_its_line() {
        let (line, message) = parse("# first\nto = 3\n").unwrap_err();
        assert_eq!(line, Some(2));
        assert!(message.contains("string"), "{message}");
    }

    #[test]
    fn an_override_says_for_which_files_it_is() {
        assert!(parse("[[override]]\nto = \"zh-TW\"\n").is_err());
        let config = parse("[[override]]\nglob = [\"tw/**\"]\nto = \"zh-TW\"\n").unwrap();
        assert_eq!(config.overrides[0].to.as_deref(), Some("zh-TW"));
    }
}
