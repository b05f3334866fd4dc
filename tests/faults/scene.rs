//! A folder with files in it, and what is asked of a run over it.

use std::fs::{self};
use std::path::Path;
use std::process::Output;

use tempfile::TempDir;

pub(crate) use crate::program::{code, command, said};

/// A sentence of our own, in GB18030 a file that changes, in UTF-8 one that does not.
pub(crate) const TEXT: &str = "今天的天气很好，我们一起去公园散步，看见了许多人。\n";

/// The sentence in GB18030.
pub(crate) fn gbk() -> Vec<u8> {
    zhnorm::decode::encode(
        TEXT,
        zhnorm::decode::Encoding::GB18030,
        zhnorm::decode::Unmappable::Error,
    )
    .expect("every character of the sentence is in GB18030")
}

/// What a run over the folder says.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder).args(arguments).output().expect("it starts")
}

/// Whether no temporary file is left below a folder.
pub(crate) fn tidy(folder: &Path) -> bool {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with(".zhnorm-") {
                return false;
            }
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            }
        }
    }
    true
}

/// The name of a temporary file that a run may have left: sixteen digits, and eight computed from
/// them.
pub(crate) fn temporary_name(digits: &str) -> String {
    let check = digits.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    format!(".zhnorm-{digits}{check:08x}.tmp")
}

/// A folder with one good file that has to be changed whatever happens to the others.
pub(crate) fn scene() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("zz-good.txt"), gbk()).expect("written");
    folder
}

/// The run ended in an error that names `what` and `way`, and the good file was still done.
#[track_caller]
pub(crate) fn one_bad(folder: &Path, output: &Output, what: &str, way: &str) {
    let said = said(output);
    assert_eq!(code(output), 2, "{said}");
    let line = said
        .lines()
        .find(|line| line.starts_with("error: ") && line.contains(what))
        .unwrap_or_else(|| panic!("no line names {what}: {said}"));
    assert!(line.contains(way), "{line}");
    assert_eq!(
        fs::read_to_string(folder.join("zz-good.txt"))
            .ok()
            .as_deref(),
        Some(TEXT)
    );
    assert!(tidy(folder));
}

/// As [`one_bad`], where the test itself cannot look into every folder.
#[track_caller]
pub(crate) fn one_bad_untidy(folder: &Path, output: &Output, what: &str, way: &str) {
    let said = said(output);
    assert_eq!(code(output), 2, "{said}");
    let named = said
        .lines()
        .any(|line| line.starts_with("error: ") && line.contains(what) && line.contains(way));
    assert!(named, "{said}");
    assert_eq!(
        fs::read_to_string(folder.join("zz-good.txt"))
            .ok()
            .as_deref(),
        Some(TEXT)
    );
}
