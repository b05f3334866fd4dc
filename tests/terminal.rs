//! What differs between a terminal and a pipe: colours and progress.
//!
//! The terminal is made by `script` of util-linux; where it is missing, the tests say on standard
//! error that they were skipped.
#![cfg(unix)]

mod program;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A sentence of our own, in traditional characters.
const TEXT: &str = "今天的天氣很好，我們一起去公園散步，看見了許多人。\n";

/// What a terminal gets to see of a command line; `None` where there is no terminal to be had.
fn seen(folder: &Path, variables: &[(&str, &str)], arguments: &str) -> Option<String> {
    let line = format!("{} --isolated {arguments}", env!("CARGO_BIN_EXE_zhnorm"));
    let mut script = Command::new("script");
    for decides in program::COLOR_VARIABLES {
        script.env_remove(decides);
    }
    script
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .current_dir(folder)
        .env("TERM", "xterm")
        .env("SHELL", "/bin/sh")
        .env("XDG_CACHE_HOME", folder.join(".cache"))
        .envs(variables.iter().copied())
        .stdin(Stdio::null());
    let Ok(output) = script.output() else {
        eprintln!("skipped: there is no `script` here");
        return None;
    };
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if printed.contains("unrecognized option") {
        eprintln!("skipped: this `script` is not that of util-linux");
        return None;
    }
    Some(printed)
}

fn folder(files: usize) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for number in 0..files {
        fs::write(folder.path().join(format!("{number}.txt")), TEXT).expect("written");
    }
    folder
}

const ESCAPE: char = '\u{1b}';

#[test]
fn colours_are_for_terminals_and_for_who_asks_for_them() {
    let folder = folder(1);
    for (variables, arguments, colored) in [
        (&[][..], "--diff --to zh-Hans 0.txt", true),
        (&[], "--diff --to zh-Hans --color never 0.txt", false),
        (&[("NO_COLOR", "1")], "--diff --to zh-Hans 0.txt", false),
        (&[("CLICOLOR", "0")], "--diff --to zh-Hans 0.txt", false),
        (&[("TERM", "dumb")], "--diff --to zh-Hans 0.txt", false),
        (
            &[("TERM", "dumb"), ("CI", "true")],
            "--diff --to zh-Hans 0.txt",
            false,
        ),
        (
            &[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")],
            "--diff --to zh-Hans 0.txt",
            true,
        ),
        (
            &[("NO_COLOR", "1")],
            "--diff --color always --to zh-Hans 0.txt",
            true,
        ),
        // Errors and warnings are coloured too.
        (&[], "--check nowhere.txt", true),
        (&[("NO_COLOR", "1")], "--check nowhere.txt", false),
    ] {
        let Some(seen) = seen(folder.path(), variables, arguments) else {
            return;
        };
        assert!(seen.contains("txt"), "{seen}");
        assert_eq!(
            seen.contains(ESCAPE),
            colored,
            "{variables:?} {arguments}: {seen}"
        );
    }
    let piped = |variable: &str| {
        program::command(folder.path())
            .args(["--isolated", "--diff", "--to", "zh-Hans", "0.txt"])
            .env_remove("NO_COLOR")
            .env(variable, "1")
            .output()
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            .expect("it runs")
    };
    assert!(!piped("TERM").contains(ESCAPE));
    assert!(piped("CLICOLOR_FORCE").contains(ESCAPE));
}

#[test]
fn how_far_a_run_is_shows_on_a_terminal_and_nowhere_else() {
    // Enough work for a few tenths of a second.
    let folder = folder(0);
    let much = TEXT.repeat(400);
    for number in 0..600 {
        fs::write(folder.path().join(format!("{number}.txt")), &much).expect("written");
    }
    let run = "--check --to zh-Hans -j 1 . > /dev/null";
    let Some(printed) = seen(folder.path(), &[], run) else {
        return;
    };
    assert!(printed.contains(" files, "), "{printed}");
    // Where the list is on the terminal, it shows by itself how far the run is.
    let listed = seen(folder.path(), &[], "--check --to zh-Hans -j 1 .").expect("there was one");
    assert!(
        !listed.contains(" files, ") && listed.contains("./0.txt"),
        "{listed}"
    );
    // The line is taken away; what stays is the summary.
    assert!(
        printed
            .trim_end()
            .ends_with("600 files: 600 would change, 0 unchanged"),
        "{printed:?}"
    );
    let elsewhere = tempfile::tempdir().expect("a folder");
    let told = elsewhere.path().join("told");
    let redirected = format!(
        "--check --to zh-Hans -j 1 . > /dev/null 2> {}",
        told.display()
    );
    for quiet in [
        "-q --check --to zh-Hans -j 1 . > /dev/null",
        "--report json --check --to zh-Hans -j 1 . > /dev/null",
        &redirected,
    ] {
        let printed = seen(folder.path(), &[], quiet).expect("there was one above");
        assert!(!printed.contains(" files, "), "{quiet}: {printed}");
    }
    let printed = fs::read_to_string(told).expect("there");
    assert_eq!(printed, "600 files: 600 would change, 0 unchanged\n");
}

#[test]
fn what_a_terminal_would_obey_is_shown_as_what_it_is() {
    let folder = folder(0);
    let hostile = "\u{1b}[31m今天的天氣很好\u{202e}，我們一起去公園散步\u{7}，看見了許多人。\n";
    let name = "a\u{1b}]0;title\u{7}\u{202e}b.txt";
    fs::write(folder.path().join(name), hostile).expect("written");
    for arguments in [
        "--check --explain --color never --to zh-Hans .",
        "--diff --color always --to zh-Hans .",
        "--check -v --color never --to zh-Hans .",
        "--detect --color never .",
    ] {
        let Some(seen) = seen(folder.path(), &[], arguments) else {
            return;
        };
        assert!(
            seen.contains(r"a\u{1b}]0;title\u{7}\u{202e}b.txt"),
            "{arguments}: {seen}"
        );
        assert!(
            !seen.contains('\u{202e}') && !seen.contains('\u{7}'),
            "{arguments}: {seen:?}"
        );
        assert!(!seen.contains("\u{1b}[31m今天"), "{arguments}: {seen:?}");
    }
}

#[test]
fn a_terminal_is_not_waited_for_when_nothing_is_named() {
    let folder = folder(0);
    let Some(printed) = seen(folder.path(), &[], "< /dev/tty") else {
        return;
    };
    assert!(printed.contains("name a file or a folder"), "{printed}");
}
