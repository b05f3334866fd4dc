//! What went wrong with one file, in words that say what to do next.

use std::io;
use std::path::Path;

use zhnorm::decode;
use zhnorm::formats::packing::Packing;

/// A message about one file, without its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(pub String);

/// What was being done when the system said no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Reading a file or listing a folder.
    Read,
    /// Writing a file, or the temporary one beside it.
    Write,
}

impl Fault {
    /// Any other message.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// The system's error, with the way out that fits it.
    pub fn system(deed: Deed, error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        let reason = reason(error);
        Self(match (error.kind(), deed) {
            (Kind::NotFound, Deed::Read) => {
                "no such file or folder; check the path and the spelling".into()
            }
            (Kind::NotFound, Deed::Write) => {
                "its folder vanished while the file was being written; run again".into()
            }
            (Kind::PermissionDenied, Deed::Read) => {
                "no permission to read it; give yourself read permission (chmod u+r) or run as \
                 its owner"
                    .into()
            }
            (Kind::PermissionDenied, Deed::Write) => {
                "no permission to write it; change the permissions of the file or its folder, or \
                 write somewhere else with -o DIR"
                    .into()
            }
            (Kind::StorageFull | Kind::QuotaExceeded, _) => {
                "the disk is full; the file is as it was; free some space and run again".into()
            }
            (Kind::ReadOnlyFilesystem, _) => {
                "the file system is read-only; write somewhere else with -o DIR".into()
            }
            (Kind::NotADirectory, Deed::Write) => {
                "a file stands where its folder has to be; choose another output folder, or move \
                 that file away"
                    .into()
            }
            (Kind::InvalidFilename, _) => format!(
                "the path is too long for this system ({reason}); go to a folder nearer to it and \
                 name it from there"
            ),
            (Kind::InvalidInput, _) => format!("not a name that a file can have ({reason})"),
            (_, Deed::Read) => format!("cannot be read ({reason}); check the disk and run again"),
            (_, Deed::Write) => format!(
                "cannot be written ({reason}); the file is as it was; check the disk and run again"
            ),
        })
    }

    /// The error of a file whose compressed bytes cannot be unpacked; of any other file the system's.
    pub fn unpacking(packing: Packing, error: &io::Error) -> Self {
        match packing.name() {
            None => Self::system(Deed::Read, error),
            Some(name) => Self(format!(
                "damaged {name} data ({error}); it was left alone; get the file again"
            )),
        }
    }

    /// The error of a compressor.
    pub fn packing(error: &io::Error) -> Self {
        Self(error.to_string())
    }

    /// The same for a path whose metadata may tell more than the error does.
    pub fn reading(path: &Path, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound && path.is_symlink() {
            return Self::new(
                "a symbolic link to a file that does not exist; mend or remove the link",
            );
        }
        Self::system(Deed::Read, error)
    }
}

impl From<zhnorm::Error> for Fault {
    fn from(error: zhnorm::Error) -> Self {
        Self(message(&error))
    }
}

impl From<decode::Error> for Fault {
    fn from(error: decode::Error) -> Self {
        zhnorm::Error::from(error).into()
    }
}

/// The library's message, and the option of this command that leads on.
pub fn message(error: &zhnorm::Error) -> String {
    let way_out = match error {
        zhnorm::Error::Decode(decode::Error::Binary) => {
            "; if it is text, name its encoding with -e LABEL"
        }
        zhnorm::Error::Decode(decode::Error::Uncertain { .. }) => {
            "; name it with -e LABEL, or lower --min-confidence"
        }
        zhnorm::Error::Decode(decode::Error::Unmappable { .. }) => {
            "; choose another output encoding, or --unmappable replace or entity"
        }
        #[cfg(feature = "system-opencc")]
        zhnorm::Error::Convert(zhnorm::convert::Error::OpenCc { .. }) => {
            ", or leave out --engine opencc"
        }
        _ => "",
    };
    format!("{error}{way_out}")
}

/// The system's words without the number that Rust appends.
fn reason(error: &io::Error) -> String {
    let words = error.to_string();
    match words.find(" (os error") {
        Some(end) => words[..end].to_owned(),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_says_what_to_do() {
        for (number, deed, word) in [
            (28, Deed::Write, "free some space"),
            (13, Deed::Read, "chmod"),
            (13, Deed::Write, "-o DIR"),
            (2, Deed::Read, "spelling"),
            (36, Deed::Read, "nearer"),
            (20, Deed::Write, "another output folder"),
            (5, Deed::Read, "run again"),
        ] {
            let Fault(message) = Fault::system(deed, &io::Error::from_raw_os_error(number));
            assert!(message.contains(word), "{number}: {message}");
            assert!(!message.contains("os error"), "{message}");
        }
    }
}
