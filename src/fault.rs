//! Error messages about one file, which say what to do next.

use std::io;
use std::path::Path;

use zhnorm::decode;
use zhnorm::formats::Packing;

use crate::{escape, files};

/// An error message about one file, without its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault(pub String);

/// What failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IoOperation {
    /// Reading a file or listing a folder.
    Read,
    /// Writing a file, or the temporary one beside it.
    Write,
    /// Printing to standard output.
    Print,
    /// Keeping a large input in a temporary file.
    Buffer,
}

impl Fault {
    /// Any other message.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// The error of the system, with what to do about it.
    pub(crate) fn system(operation: IoOperation, error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        let reason = reason(error);
        Self(match (error.kind(), operation) {
            (Kind::StorageFull | Kind::QuotaExceeded, IoOperation::Print) => {
                "the disk is full; what is printed is not complete; free some space and run again"
                    .into()
            }
            (_, IoOperation::Print) => {
                format!("cannot be written ({reason}); what is printed is not complete")
            }
            (Kind::StorageFull | Kind::QuotaExceeded, IoOperation::Buffer) => format!(
                "the folder for temporary files ({}) is full; set TMPDIR to a folder with more \
                 space",
                temporary_folder()
            ),
            (_, IoOperation::Buffer) => format!(
                "a temporary file cannot be made in {} ({reason}); set TMPDIR to a folder that \
                 can be written",
                temporary_folder()
            ),
            (Kind::NotFound, IoOperation::Read) => {
                "no such file or folder; check the path and the spelling".into()
            }
            (Kind::NotFound, IoOperation::Write) => {
                "its folder vanished while the file was being written; run again".into()
            }
            (Kind::PermissionDenied, IoOperation::Read) => {
                "no permission to read it; give yourself read permission (chmod u+r) or run as \
                 its owner"
                    .into()
            }
            (Kind::PermissionDenied, IoOperation::Write) => {
                "no permission to write it; change the permissions of the file or its folder, or \
                 write somewhere else with -o DIR"
                    .into()
            }
            (Kind::StorageFull | Kind::QuotaExceeded, _) => {
                "the disk is full; the file is as it was; free some space and run again".into()
            }
            (Kind::FileTooLarge, _) => {
                "larger than a file may be here; the file is as it was; raise the limit \
                 (ulimit -f), or write to another disk with -o DIR"
                    .into()
            }
            (Kind::ReadOnlyFilesystem, _) => {
                "the file system is read-only; write somewhere else with -o DIR".into()
            }
            (Kind::NotADirectory, IoOperation::Write) => {
                "a file stands where its folder has to be; choose another output folder, or move \
                 that file away"
                    .into()
            }
            (Kind::InvalidFilename, _) => format!(
                "the path is too long for this system ({reason}); go to a folder nearer to it and \
                 name it from there"
            ),
            _ if files::is_link(error) => {
                "a symbolic link took its place while the run was going on; it was not followed"
                    .into()
            }
            (Kind::InvalidInput, _) => format!("not a name that a file can have ({reason})"),
            (_, IoOperation::Read) => {
                format!("cannot be read ({reason}); check the disk and run again")
            }
            (_, IoOperation::Write) => format!(
                "cannot be written ({reason}); the file is as it was; check the disk and run again"
            ),
        })
    }

    /// The error of a compressed file that cannot be unpacked; of any other file that of the
    /// system.
    pub(crate) fn unpacking(packing: Packing, error: &io::Error) -> Self {
        match packing.name() {
            None => Self::system(IoOperation::Read, error),
            Some(name) => Self(format!(
                "damaged {name} data ({error}); it was left alone; get the file again"
            )),
        }
    }

    /// The error of a compressor.
    pub(crate) fn packing(error: &io::Error) -> Self {
        Self(error.to_string())
    }

    /// The error of reading a path, about which its metadata may say more than the error does.
    pub(crate) fn reading(path: &Path, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound && path.is_symlink() {
            return Self::new(
                "a symbolic link to a file that does not exist; mend or remove the link",
            );
        }
        Self::system(IoOperation::Read, error)
    }
}

fn temporary_folder() -> String {
    escape::path(&std::env::temp_dir())
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

/// The message of the library, with the option of this command that helps.
pub(crate) fn message(error: &zhnorm::Error) -> String {
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

/// The message of the system without the number that Rust appends.
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
        for (number, operation, word) in [
            (28, IoOperation::Write, "free some space"),
            (13, IoOperation::Read, "chmod"),
            (13, IoOperation::Write, "-o DIR"),
            (2, IoOperation::Read, "spelling"),
            (36, IoOperation::Read, "nearer"),
            (20, IoOperation::Write, "another output folder"),
            (5, IoOperation::Read, "run again"),
            (27, IoOperation::Write, "ulimit -f"),
            (28, IoOperation::Print, "not complete"),
            (2, IoOperation::Buffer, "TMPDIR"),
        ] {
            let Fault(message) = Fault::system(operation, &io::Error::from_raw_os_error(number));
            assert!(message.contains(word), "{number}: {message}");
            assert!(!message.contains("os error"), "{message}");
        }
    }
}
