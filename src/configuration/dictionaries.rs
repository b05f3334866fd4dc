//! Reads the dictionaries and the OpenCC configurations of a user. The library takes their text;
//! which files may be read, and how large they may be, is decided here.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zhnorm::convert::Error;
use zhnorm::convert::{Configuration, Dictionary};

use crate::escape;
use crate::fault::{Fault, IoOperation};
use crate::files;

/// The size of the largest configuration file that is read.
pub(super) const MAX_CONFIGURATION: u64 = 4 << 20;

/// The size of the largest file that is read. OpenCC's own dictionaries have 1.3 MB at most.
const MAX_SIZE: u64 = 64 << 20;

/// A line of a dictionary may hold so many bytes. A short key with an endless value would make a
/// small text fill the disk.
const MAX_LINE: usize = 4096;

/// Reads each file once.
#[derive(Debug, Default)]
pub(crate) struct Dictionaries {
    parsed: HashMap<PathBuf, Arc<Dictionary>>,
    configurations: HashMap<PathBuf, Arc<Configuration>>,
    /// The files that were read, each with a hash of what it holds.
    files: Vec<(PathBuf, u64)>,
    /// The texts of files that are known or to be kept, where they are.
    texts: Option<BTreeMap<PathBuf, String>>,
}

impl Dictionaries {
    /// Takes these texts of files for what is in them, and keeps the texts that it reads.
    pub(crate) fn with_texts(texts: BTreeMap<PathBuf, String>) -> Self {
        Self {
            texts: Some(texts),
            ..Self::default()
        }
    }

    /// The texts of the files that were known or read, which it lets go. What it has parsed of them
    /// stays.
    pub(super) fn take_texts(&mut self) -> BTreeMap<PathBuf, String> {
        self.texts.take().unwrap_or_default()
    }

    /// The text of a configuration file.
    ///
    /// # Errors
    ///
    /// The reason why it cannot be read.
    pub(super) fn text_of_configuration(&mut self, path: &Path) -> Result<String, String> {
        self.text(path, MAX_CONFIGURATION)
    }

    /// The text of a file, from the disk unless it is known.
    fn text(&mut self, path: &Path, most: u64) -> Result<String, String> {
        if let Some(known) = self.texts.as_ref().and_then(|texts| texts.get(path)) {
            return Ok(known.clone());
        }
        let text = files::read_text(path, most).map_err(|error| reason(path, &error))?;
        if let Some(texts) = &mut self.texts {
            texts.insert(path.to_owned(), text.clone());
        }
        Ok(text)
    }

    /// The dictionary in a file.
    ///
    /// # Errors
    ///
    /// A message that names the file, and the line where one is wrong.
    pub(super) fn dictionary(&mut self, path: &Path) -> Result<Arc<Dictionary>, String> {
        if let Some(known) = self.parsed.get(path) {
            return Ok(Arc::clone(known));
        }
        let named = |message: String| format!("{}: {message}", escape::path(path));
        let text = self.read(path).map_err(named)?;
        let dictionary = Dictionary::parse(&text).map_err(|error| named(error.to_string()))?;
        let dictionary = Arc::new(dictionary);
        self.parsed.insert(path.to_owned(), Arc::clone(&dictionary));
        Ok(dictionary)
    }

    /// The OpenCC configuration in a file, with the dictionaries beside it that it names.
    ///
    /// # Errors
    ///
    /// As with [`Dictionaries::dictionary`].
    pub(super) fn configuration(&mut self, path: &Path) -> Result<Arc<Configuration>, String> {
        if let Some(known) = self.configurations.get(path) {
            return Ok(Arc::clone(known));
        }
        let named = |message: String| format!("{}: {message}", escape::path(path));
        let text = self.read(path).map_err(named)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let parsed = Configuration::parse(&text, |name| {
            let path = folder.join(name);
            self.read(&path).map_err(|reason| Error::InFile {
                file: escape::path(&path),
                error: Box::new(Error::Unreadable { reason }),
            })
        });
        let configuration = Arc::new(parsed.map_err(|error| match error {
            in_file @ Error::InFile { .. } => in_file.to_string(),
            error => named(error.to_string()),
        })?);
        self.configurations
            .insert(path.to_owned(), Arc::clone(&configuration));
        Ok(configuration)
    }

    /// The files that were read, each with a hash of what it holds.
    pub(super) fn files(&self) -> &[(PathBuf, u64)] {
        &self.files
    }

    fn read(&mut self, path: &Path) -> Result<String, String> {
        let text = self.text(path, MAX_SIZE)?;
        if let Some(line) = text.split('\n').position(|line| line.len() > MAX_LINE) {
            return Err(format!(
                "line {} has more than {MAX_LINE} bytes; an entry of a dictionary is shorter",
                line + 1
            ));
        }
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        self.files.push((path.to_owned(), hasher.finish()));
        Ok(text)
    }
}

/// Why a file of the configuration cannot be read, with the way out.
pub(super) fn reason(path: &Path, error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::InvalidInput => "not a regular file; name a text file".into(),
        ErrorKind::InvalidData => "not UTF-8; save it as UTF-8".into(),
        ErrorKind::FileTooLarge => "too large; it must have less than 64 MB".into(),
        ErrorKind::NotFound => {
            let Fault(message) = Fault::reading(path, error);
            message
        }
        _ => {
            let Fault(message) = Fault::system(IoOperation::Read, error);
            message
        }
    }
}
