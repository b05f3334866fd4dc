//! `--names`: names of files and folders, on disk and in archives. And what is told of hidden files.
#![cfg(unix)]

mod program;

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Output;

use program::{code, said};
use zhnorm::decode::{Encoding, Unmappable, encode};

fn gbk(text: &str) -> Vec<u8> {
    encode(text, Encoding::GBK, Unmappable::Error).expect("all in GBK")
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    program::command(folder)
        .arg("--isolated")
        .args(arguments)
        .output()
        .expect("it runs")
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// All paths below a folder, as text.
fn tree(folder: &Path) -> Vec<String> {
    fn walk(folder: &Path, root: &Path, paths: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("read") {
            let path = entry.expect("read").path();
            let below = path.strip_prefix(root).expect("below").as_os_str();
            paths.push(String::from_utf8_lossy(below.as_bytes()).into_owned());
            if path.is_dir() && !path.is_symlink() {
                walk(&path, root, paths);
            }
        }
    }
    let mut paths = Vec::new();
    walk(folder, folder, &mut paths);
    paths.sort();
    paths
}

/// A folder as an old archiver leaves it, with healthy names among the others.
fn unpacked(root: &Path) -> PathBuf {
    let top = root.join("in");
    let inner = top.join(OsStr::from_bytes(&gbk("会议资料")));
    fs::create_dir_all(inner.join("╓╨╬─")).expect("made");
    for (path, text) in [
        (
            inner.join(OsStr::from_bytes(&gbk("第一次会议纪要.txt"))),
            "正文一\n",
        ),
        (inner.join("╓╨╬─/╡┌╥╗╒┬.txt"), "正文二\n"),
        (top.join("涓\u{e15f}枃.txt"), "正文三\n"),
        (top.join("Müller.txt"), "a\n"),
        (top.join("한국어.txt"), "b\n"),
    ] {
        fs::write(path, text).expect("written");
    }
    let picture = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR";
    fs::write(inner.join("╓╨╬─/照片.png"), picture).expect("written");
    top
}

const RESTORED: [&str; 8] = [
    "Müller.txt",
    "中文.txt",
    "会议资料",
    "会议资料/中文",
    "会议资料/中文/照片.png",
    "会议资料/中文/第一章.txt",
    "会议资料/第一次会议纪要.txt",
    "한국어.txt",
];

#[test]
fn names_are_looked_at_first_and_then_restored() {
    let folder = tempfile::tempdir().expect("a folder");
    let top = unpacked(folder.path());
    let before = tree(&top);
    for look in ["--check", "--diff"] {
        let output = run(folder.path(), &["--names", look, "in"]);
        assert_eq!(code(&output), 1, "{}", said(&output));
        assert!(
            printed(&output).contains("/╓╨╬─/╡┌╥╗╒┬.txt -> 第一章.txt\n"),
            "{}",
            printed(&output)
        );
        assert!(
            said(&output).contains("names: 5 would change; links in texts to the old names stay"),
            "{}",
            said(&output)
        );
        assert_eq!(tree(&top), before);
    }
    let output = run(folder.path(), &["--names", "-w", "in"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(tree(&top), RESTORED);
    let text = fs::read_to_string(top.join("会议资料/中文/第一章.txt"));
    assert_eq!(text.expect("read"), "正文二\n");
    // A second run has nothing to do.
    let again = run(folder.path(), &["--names", "--check", "in"]);
    assert_eq!(
        (code(&again), printed(&again).as_str()),
        (0, ""),
        "{}",
        said(&again)
    );
}

#[test]
fn an_output_tree_has_the_new_names_and_scripts() {
    let folder = tempfile::tempdir().expect("a folder");
    let top = unpacked(folder.path());
    let before = tree(&top);
    let output = run(
        folder.path(),
        &["--names", "--to", "zh-Hant", "in", "-o", "out"],
    );
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(tree(&top), before);
    let out = tree(&folder.path().join("out"));
    for name in [
        "會議資料/第一次會議紀要.txt",
        "會議資料/中文/第一章.txt",
        "中文.txt",
        "Müller.txt",
    ] {
        assert!(out.contains(&name.to_owned()), "{name} {out:?}");
    }
}

#[test]
fn nothing_is_replaced_and_collisions_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let top = folder.path().join("in");
    fs::create_dir(&top).expect("made");
    for name in [
        "電腦.txt",
        "电脑.txt",
        "%E5%9B%BE.TXT",
        "图.txt",
        "手機.txt",
    ] {
        fs::write(top.join(name), name).expect("written");
    }
    let output = run(
        folder.path(),
        &["--names=only", "--to", "zh-Hans", "-w", "in"],
    );
    assert_eq!(code(&output), 2);
    assert!(
        said(&output).contains("電腦.txt: its new name would be `电脑.txt`"),
        "{}",
        said(&output)
    );
    assert!(
        said(&output).contains("names: 1 changed, 2 refused"),
        "{}",
        said(&output)
    );
    let names = [
        "%E5%9B%BE.TXT",
        "图.txt",
        "手机.txt",
        "电脑.txt",
        "電腦.txt",
    ];
    assert_eq!(tree(&top), names);
    for name in ["電腦.txt", "电脑.txt"] {
        // With `only`, texts stay as they are.
        assert_eq!(fs::read_to_string(top.join(name)).expect("read"), name);
    }
}

#[test]
fn links_are_renamed_and_what_they_lead_to_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let (top, outside) = (folder.path().join("in"), folder.path().join("電腦"));
    fs::create_dir(&top).expect("made");
    fs::create_dir(&outside).expect("made");
    fs::write(outside.join("圖.txt"), "a").expect("written");
    symlink("../電腦", top.join("圖")).expect("linked");
    for follow in [&[][..], &["-L"]] {
        let arguments = [&["--names=only", "--to", "zh-Hans", "-w", "in"], follow].concat();
        assert_eq!(code(&run(folder.path(), &arguments)), 0);
    }
    assert_eq!(tree(&top), ["图"]);
    assert_eq!(
        fs::read_link(top.join("图")).expect("read"),
        Path::new("../電腦")
    );
    assert_eq!(tree(&outside), ["圖.txt"]);
    // A named folder keeps its name, a named file does not.
    let output = run(
        folder.path(),
        &["--names=only", "--to", "zh-Hans", "-w", "電腦"],
    );
    assert_eq!(code(&output), 0);
    assert_eq!(tree(&outside), ["图.txt"]);
    fs::write(folder.path().join("書.txt"), "書\n").expect("written");
    let output = run(
        folder.path(),
        &["--names=only", "--to", "zh-Hans", "-w", "書.txt"],
    );
    assert_eq!(
        (code(&output), printed(&output).as_str()),
        (0, "書.txt -> 书.txt\n")
    );
}

#[test]
fn reports_tell_each_name() {
    let folder = tempfile::tempdir().expect("a folder");
    unpacked(folder.path());
    let raw = OsStr::from_bytes(b"in/caf\xE9.txt");
    fs::write(folder.path().join(raw), "c\n").expect("written");
    let output = run(
        folder.path(),
        &["--names", "--check", "--report", "json", "in"],
    );
    let lines = printed(&output);
    assert!(lines.contains(r#"{"type":"name","path":"in/涓"#), "{lines}");
    assert!(
        lines.contains(r#""status":"would-change","new":"中文.txt"}"#),
        "{lines}"
    );
    assert!(lines.contains(r#""rule":"name.utf8-as-gbk""#), "{lines}");
    assert!(lines.contains(r#""renamed":5"#), "{lines}");
    assert!(lines.contains(r"caf\\xe9.txt"), "{lines}");
    let output = run(folder.path(), &["--names", "--check", "in"]);
    assert!(
        said(&output).contains("no encoding is sure enough"),
        "{}",
        said(&output)
    );
    for arguments in [
        &["--names", "in/Müller.txt"][..],
        &["--names=only", "in", "-o", "out"],
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(code(&output), 2);
        assert!(said(&output).contains("--names"), "{}", said(&output));
    }
}

/// An archive of one stored file, as archivers of the time wrote it.
fn archive(name: &[u8], text: &str) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(text.as_bytes());
    let (crc, size) = (crc.sum().to_le_bytes(), (text.len() as u32).to_le_bytes());
    let common = [
        &[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..],
        &crc,
        &size,
        &size,
        &(name.len() as u16).to_le_bytes(),
        &[0, 0],
    ]
    .concat();
    let mut bytes = [b"PK\x03\x04", common.as_slice(), name, text.as_bytes()].concat();
    let start = (bytes.len() as u32).to_le_bytes();
    let directory = [b"PK\x01\x02\x14\0", common.as_slice(), &[0; 14], name].concat();
    let length = (directory.len() as u32).to_le_bytes();
    bytes.extend(directory);
    bytes.extend(
        [
            &b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..],
            &length,
            &start,
            &[0, 0],
        ]
        .concat(),
    );
    bytes
}

#[test]
fn names_in_an_archive_are_restored_and_its_contents_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.zip");
    let old = archive(&gbk("会议资料/第一次会议纪要.txt"), "電腦\n");
    fs::File::create(&path)
        .expect("made")
        .write_all(&old)
        .expect("written");
    // Without --names it is told what to do.
    let output = run(folder.path(), &["--check", "."]);
    assert!(said(&output).contains("--names"), "{}", said(&output));
    let output = run(folder.path(), &["--names", "--check", "."]);
    assert_eq!(
        (code(&output), printed(&output).as_str()),
        (1, "./a.zip\n"),
        "{}",
        said(&output)
    );
    assert_eq!(fs::read(&path).expect("read"), old);
    let output = run(folder.path(), &["--names", "-w", "."]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let new = fs::read(&path).expect("read");
    assert_eq!(new, {
        let mut marked = archive("会议资料/第一次会议纪要.txt".as_bytes(), "電腦\n");
        let directory = marked
            .windows(4)
            .position(|at| at == b"PK\x01\x02")
            .expect("one");
        marked[7] |= 8;
        marked[directory + 9] |= 8;
        marked
    });
    assert_eq!(code(&run(folder.path(), &["--names", "--check", "."])), 0);
}

#[test]
fn hidden_files_that_are_left_out_are_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in [".草稿.txt", ".gitignore", "a.txt"] {
        fs::write(folder.path().join(name), "").expect("written");
    }
    fs::create_dir(folder.path().join(".git")).expect("made");
    let output = run(folder.path(), &["--check", "."]);
    let message = "1 hidden file or folder was left out; --hidden takes it in\n";
    assert!(said(&output).contains(message), "{}", said(&output));
    let output = run(folder.path(), &["--check", "--hidden", "."]);
    assert!(!said(&output).contains("hidden"), "{}", said(&output));
}
