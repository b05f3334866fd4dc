//! The names in a ZIP archive. Archivers of the time before UTF-8 wrote them as the system had them,
//! and said nothing of that.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{Draft, Refusal, Verdict, drafts, escaped, settle};
use crate::Normalizer;
use crate::formats::archive::Archive;
use crate::report::{Change, Stage};

/// An archive with its names as they should be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PackedNames<'a> {
    /// The bytes of the archive, borrowed where no name changes.
    pub contents: Cow<'a, [u8]>,
    /// What was done to each name.
    pub changes: Vec<Change>,
    /// The names that stay, and why.
    pub refusals: Vec<(String, Refusal)>,
}

/// Gives the names in an archive back as they were written, and converts them; all of them are
/// evidence together. New names are in UTF-8 and marked so. Nothing else in the archive changes.
/// `None` when the bytes are no archive, a damaged one, or one of more than 4 GiB.
pub fn in_archive<'a>(bytes: &'a [u8], normalizer: &Normalizer) -> Option<PackedNames<'a>> {
    let archive = Archive::read(bytes)?;
    // What each folder holds. A folder need not have an entry of its own.
    let mut folders: BTreeMap<&[u8], BTreeSet<&[u8]>> = BTreeMap::new();
    for path in archive.names() {
        for (folder, name) in steps(path) {
            folders.entry(folder).or_default().insert(name);
        }
    }
    let names: Vec<&[u8]> = folders.values().flatten().copied().collect();
    let mut drafts = drafts(&names, normalizer).into_iter();
    let mut new_names: BTreeMap<(&[u8], &[u8]), String> = BTreeMap::new();
    let (mut changes, mut refusals) = (Vec::new(), Vec::new());
    for (folder, names) in &folders {
        let of_folder: Vec<Draft<'_>> = drafts.by_ref().take(names.len()).collect();
        for (name, verdict) in names.iter().zip(settle(of_folder)) {
            match verdict {
                Verdict::Keep => {}
                Verdict::Rename {
                    name: new,
                    changes: made,
                } => {
                    changes.extend(made);
                    new_names.insert((folder, name), new);
                }
                Verdict::Refuse(refusal) => refusals.push((escaped(name), refusal)),
            }
        }
    }
    let mut new = Vec::new();
    for (index, path) in archive.names().enumerate() {
        let mut name = Vec::with_capacity(path.len());
        for (folder, step) in steps(path) {
            match new_names.get(&(folder, step)) {
                Some(new) => name.extend_from_slice(new.as_bytes()),
                None => name.extend_from_slice(step),
            }
            name.push(b'/');
        }
        if !path.ends_with(b"/") {
            name.pop();
        }
        // A name that is UTF-8 and not said to be is misread by some programs.
        let is_marked =
            name.is_ascii() || archive.says_utf_8(index) || str::from_utf8(&name).is_err();
        if name.as_slice() == path && !is_marked {
            let shown = String::from_utf8_lossy(path);
            let span = 0..path.len();
            let rule = "name.unmarked";
            changes.push(Change::edit(
                Stage::Decode,
                rule,
                span,
                1,
                shown.clone(),
                shown,
            ));
        }
        if name.as_slice() != path || !is_marked {
            new.push((index, name));
        }
    }
    let contents = if new.is_empty() {
        Cow::Borrowed(bytes)
    } else {
        Cow::Owned(archive.renamed(&new).ok()?)
    };
    Some(PackedNames {
        contents,
        changes,
        refusals,
    })
}

/// The folders on the way to a file, each with what is taken in it.
fn steps(path: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut at = 0;
    path.strip_suffix(b"/")
        .unwrap_or(path)
        .split(|byte| *byte == b'/')
        .map(move |name| {
            let folder = &path[..at];
            at += name.len() + 1;
            (folder, name)
        })
}
