//! Errors that a healthy disk never gives, and the order in which the disk is waited for: a small
//! library in C stands between the program and the system.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::scene::{code, command, gbk, one_bad, said, scene, tidy};

/// A line of an article, and lines that the strip stage drops.
const ARTICLE: &str = "昨天晚上下了一场雨，今天早上的空气很新鲜，路上的人比平时多了不少。\n分享到：新浪微博 腾讯微博\n最新评论\n返回顶部\n";

/// The library, or nothing where there is no compiler for it.
fn library(folder: &Path) -> Option<PathBuf> {
    let library = folder.join("injected.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/injected.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(&library)
        .args([source, "-ldl"])
        .status();
    if built.is_ok_and(|status| status.success()) {
        return Some(library);
    }
    eprintln!("skipped: no C compiler here");
    None
}

fn run(folder: &Path, library: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    command(folder)
        .env("LD_PRELOAD", library)
        .envs(variables.iter().copied())
        .args(arguments)
        .output()
        .expect("it starts")
}

#[test]
fn an_error_when_the_new_file_is_closed_or_synced_leaves_the_old_one() {
    let (scene, tools) = (scene(), tempfile::tempdir().expect("a folder"));
    let folder = scene.path();
    let Some(library) = library(tools.path()) else {
        return;
    };
    fs::create_dir(folder.join("weak")).expect("made");
    for name in ["weak/a.txt", "b.txt"] {
        fs::write(folder.join(name), gbk()).expect("written");
    }
    let fails = |call| [("FAIL_CALL", call), ("FAIL_PATH", "/weak/")];
    for (call, flag) in [("close", "-w"), ("fsync", "--durable")] {
        fs::write(folder.join("zz-good.txt"), gbk()).expect("written");
        let output = run(
            folder,
            &library,
            &fails(call),
            &["-w", flag, "weak", "zz-good.txt"],
        );
        one_bad(folder, &output, "weak/a.txt", "error");
        assert_eq!(
            fs::read(folder.join("weak/a.txt")).expect("read"),
            gbk(),
            "{call}"
        );
        // An output that is new, and one that exists.
        for old in [None, Some("old\n")] {
            let place = folder.join("out/weak/b.txt");
            let _ = fs::remove_dir_all(folder.join("out"));
            if let Some(old) = old {
                fs::create_dir_all(folder.join("out/weak")).expect("made");
                fs::write(&place, old).expect("written");
            }
            let durable = if flag == "-w" { "--force" } else { flag };
            let output = run(
                folder,
                &library,
                &fails(call),
                &[durable, "-o", "out/weak", "b.txt"],
            );
            assert_eq!(code(&output), 2, "{call}: {}", said(&output));
            assert_eq!(fs::read_to_string(&place).ok().as_deref(), old, "{call}");
            assert!(tidy(folder));
        }
    }
}

#[test]
fn a_durable_run_waits_for_every_file_and_folder_that_it_made() {
    let (scene, tools) = (scene(), tempfile::tempdir().expect("a folder"));
    let folder = scene.path().canonicalize().expect("there");
    let Some(library) = library(tools.path()) else {
        return;
    };
    let log = tools.path().join("log");
    let variables = [("SYNC_LOG", log.to_str().expect("UTF-8"))];
    fs::create_dir(folder.join("kept")).expect("made");
    fs::write(folder.join("a.txt"), ARTICLE).expect("written");
    let waited = |arguments: &[&str]| {
        let _ = fs::remove_file(&log);
        let output = run(&folder, &library, &variables, arguments);
        assert_eq!(code(&output), 0, "{}", said(&output));
        fs::read_to_string(&log).unwrap_or_default()
    };
    let durable = [
        "--durable",
        "--dropped",
        "kept/lines.jsonl",
        "-o",
        "new/deep/out",
        "a.txt",
    ];
    let synced = waited(&durable);
    let at = |name: &str| {
        let path = folder.join(name);
        let path = path.to_str().expect("UTF-8").trim_end_matches('/');
        let line = synced.lines().position(|line| line == path);
        line.unwrap_or_else(|| panic!("{path} was not waited for: {synced}"))
    };
    // The lines are on the disk before the file that they come from is, and the folder after it.
    let new = synced
        .lines()
        .position(|line| line.contains("/new/deep/out/"));
    assert!(
        Some(at("kept")) < new && Some(at("kept/lines.jsonl")) < new,
        "{synced}"
    );
    assert!(Some(at("new/deep/out")) > new, "{synced}");
    for made in ["new/deep", "new", ""] {
        at(made);
    }
    let synced = waited(&["-w", "--durable", "--backup", "a.txt"]);
    let here = folder.to_str().expect("UTF-8");
    let new = synced.lines().position(|line| line.contains("/.zhnorm-"));
    let last = synced.lines().position(|line| line == here);
    assert!(new.is_some() && last > new, "{synced}");
    // Without the flag nobody waits.
    fs::write(folder.join("a.txt"), ARTICLE).expect("written");
    assert_eq!(waited(&["-w", "a.txt"]), "");
}

#[test]
fn lines_that_cannot_be_kept_leave_the_file_and_no_half_a_line() {
    let (scene, tools) = (scene(), tempfile::tempdir().expect("a folder"));
    let folder = scene.path();
    let Some(library) = library(tools.path()) else {
        return;
    };
    fs::create_dir(folder.join("kept")).expect("made");
    fs::write(folder.join("a.txt"), ARTICLE).expect("written");
    let variables = [("FAIL_CALL", "fdatasync"), ("FAIL_PATH", "/kept/")];
    let arguments = [
        "-w",
        "--durable",
        "--dropped",
        "kept/lines.jsonl",
        "a.txt",
        "zz-good.txt",
    ];
    let output = run(folder, &library, &variables, &arguments);
    one_bad(folder, &output, "a.txt", "--dropped");
    assert_eq!(
        fs::read_to_string(folder.join("a.txt")).expect("read"),
        ARTICLE
    );
    assert_eq!(
        fs::read(folder.join("kept/lines.jsonl")).expect("made"),
        b""
    );
}
