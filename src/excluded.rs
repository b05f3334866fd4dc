//! Whether a file that the user named is one that a walk would leave out: `--force-exclude`.
//!
//! Hooks and editors name the files that they want looked at, and do not know what the configuration
//! leaves out.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::overrides::Override;

use crate::configuration::Scope;
use crate::fault::Fault;
use crate::ignore_files::{globs, special_ignore_file};
use crate::own_files::IGNORE_FILE;

/// The files of a folder that say what to ignore in it, the deciding one first.
const DECIDING_FIRST: [&str; 4] = [IGNORE_FILE, ".ignore", ".gitignore", ".git/info/exclude"];

/// Answers for many files, and reads each ignore file once.
#[derive(Debug, Default)]
pub(crate) struct Excluded {
    by_folder: HashMap<PathBuf, Arc<[Gitignore]>>,
}

impl Excluded {
    /// Whether globs or ignore files leave a file out.
    ///
    /// # Errors
    ///
    /// A fault when a glob or an ignore file cannot be used.
    pub(crate) fn leaves_out(&mut self, file: &Path, scope: &Scope) -> Result<bool, Fault> {
        let profile = &scope.profile;
        let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let path = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let name = file.file_name().map(PathBuf::from).unwrap_or_default();
        let is_out = |globs: &Override, path: &Path| globs.matched(path, false).is_ignore();
        if is_out(&globs(&here, &profile.layers.flags().glob)?, &path)
            || is_out(
                &globs(Path::new(""), &profile.globs)?,
                &scope.folder.join(name),
            )
        {
            return Ok(true);
        }
        if !profile.layers.config().ignore.unwrap_or(true) {
            return Ok(false);
        }
        // A folder that is left out takes all that is in it along.
        let mut from_top: Vec<&Path> = path.ancestors().collect();
        from_top.reverse();
        for place in from_top.into_iter().skip(1) {
            if self.is_ignored(place, place != path)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a place is ignored by the files of the folders above it, of which the nearest decides.
    fn is_ignored(&mut self, place: &Path, is_folder: bool) -> Result<bool, Fault> {
        for folder in place.ancestors().skip(1) {
            for rules in self.of_folder(folder)?.iter() {
                match rules.matched(place, is_folder) {
                    ignore::Match::None => {}
                    found => return Ok(found.is_ignore()),
                }
            }
            // What is above a repository says nothing about it.
            if folder.join(".git").exists() {
                break;
            }
        }
        Ok(false)
    }

    fn of_folder(&mut self, folder: &Path) -> Result<Arc<[Gitignore]>, Fault> {
        if let Some(known) = self.by_folder.get(folder) {
            return Ok(Arc::clone(known));
        }
        if let Some(fault) = special_ignore_file(folder) {
            return Err(fault);
        }
        let read = |name: &&str| {
            let mut builder = GitignoreBuilder::new(folder);
            // A line that cannot be read is passed over, as in a walk.
            builder.add(folder.join(name));
            builder.build().ok().filter(|rules| !rules.is_empty())
        };
        let rules: Arc<[Gitignore]> = DECIDING_FIRST.iter().filter_map(read).collect();
        self.by_folder.insert(folder.to_owned(), Arc::clone(&rules));
        Ok(rules)
    }
}
