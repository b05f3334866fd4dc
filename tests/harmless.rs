//! Healthy documents of every genre come out as they went in.
//!
//! `fixtures/harmless` holds small documents in both scripts, written for this test: prose with the
//! words of furniture in it, chats, threads, subtitles, tables, code, lessons, lists. Each file is
//! one genre; a line `%% NAME` begins a document. The command runs over all of them as a user's
//! would, with `--write` and defaults, and no byte may change.

mod program;

use std::fs;
use std::path::{Path, PathBuf};

/// The documents below `fixtures/harmless`: where each is written, and its text.
fn documents() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/harmless");
    let mut documents = Vec::new();
    for script in ["zh-Hans", "zh-Hant"] {
        for entry in fs::read_dir(root.join(script)).expect("a folder of genres") {
            let path = entry.expect("a genre").path();
            let genre = path.file_stem().expect("a name").to_owned();
            let text = fs::read_to_string(&path).expect("UTF-8");
            let text = text.strip_prefix("%% ").expect("a document");
            for document in text.split("\n%% ") {
                let (name, body) = document.split_once('\n').expect("a name");
                let name = Path::new(script).join(&genre).join(name);
                documents.push((name, format!("{}\n", body.trim_end_matches('\n'))));
            }
        }
    }
    documents
}

#[test]
fn healthy_documents_come_out_as_they_went_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let documents = documents();
    assert!(documents.len() >= 500, "{} documents", documents.len());
    for (name, text) in &documents {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let output = program::command(folder.path())
        .args(["--no-ignore", "--write", "."])
        .output()
        .expect("run");
    let changed: Vec<String> = documents
        .iter()
        .filter_map(|(name, text)| {
            let found = fs::read_to_string(folder.path().join(name)).expect("UTF-8");
            (found != *text).then(|| format!("{}:\n{found}", name.display()))
        })
        .collect();
    assert!(changed.is_empty(), "{}", changed.join("\n"));
    assert_eq!(
        program::code(&output),
        0,
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
