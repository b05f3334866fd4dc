//! What people expect of a command that reads, writes and reports, where no other test says it: byte
//! for byte through a pipe, the same in every locale and with any number of threads.

#[path = "expectations/answers.rs"]
mod answers;
mod program;

use std::fs;
use std::path::Path;
use std::process::Command;

fn command(folder: &Path) -> Command {
    let mut command = program::command(folder);
    command.arg("--isolated");
    command
}

#[test]
fn line_ends_come_through_a_pipe_as_they_are() {
    let folder = tempfile::tempdir().expect("a folder");
    for text in [
        "第一行，说了一句话。\r\n第二行，又说了一句话。\n第三行，还是一句话。\r\n",
        "第一行，说了一句话。\r第二行，又说了一句话。\r",
        "第一行，说了一句话。\n\n\n第二行，\u{3000}又说了  一句话。\t\n",
        "没有换行的一行，说了一句话。",
    ] {
        let output = program::fed(
            command(folder.path()).args(["--skip", "strip"]),
            text.as_bytes(),
        );
        assert_eq!(String::from_utf8_lossy(&output.stdout), text);
        assert_eq!(output.status.code(), Some(0));
    }
    // A text that is left alone keeps its end; one that is rewritten ends in a line end of its own.
    let unended = "第一行，说了一句话。\r\n第二行，又说了一句话。";
    let output = program::fed(&mut command(folder.path()), unended.as_bytes());
    assert_eq!(String::from_utf8_lossy(&output.stdout), unended);
    let output = program::fed(
        command(folder.path()).args(["--to", "zh-Hant"]),
        unended.as_bytes(),
    );
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "第一行，說了一句話。\r\n第二行，又說了一句話。\r\n"
    );
}

#[test]
fn nothing_depends_on_the_locale() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(
        folder.path().join("文章.txt"),
        "今天的天氣很好，我們一起去公園散步。\n",
    )
    .expect("written");
    let printed = |locale: &str| {
        let output = command(folder.path())
            .args(["--check", "--explain", "--to", "zh-Hans", ".", "没有.txt"])
            .env("LC_ALL", locale)
            .env("LANG", locale)
            .output()
            .expect("it runs");
        (output.status.code(), output.stdout, output.stderr)
    };
    let expected = printed("C.UTF-8");
    assert_eq!(expected.0, Some(2));
    let listed = String::from_utf8_lossy(&expected.1).into_owned();
    assert!(listed.contains("文章.txt:1: convert t2s"), "{listed}");
    for locale in ["C", "POSIX", "zh_CN.GB18030", "tr_TR.UTF-8", "nowhere"] {
        assert!(printed(locale) == expected, "{locale}");
    }
}

#[test]
fn any_number_of_threads_tells_the_same_in_the_same_order() {
    let folder = tempfile::tempdir().expect("a folder");
    for number in 0..300 {
        let text = format!("第{number}篇，今天的天氣很好。\n").repeat(1 + number % 40);
        fs::write(folder.path().join(format!("{number}.txt")), text).expect("written");
    }
    let printed = |jobs: &str| {
        let output = command(folder.path())
            .args([
                "--check",
                "--explain",
                "--statistics",
                "--to",
                "zh-Hans",
                "-j",
                jobs,
                ".",
            ])
            .output()
            .expect("it runs");
        (output.status.code(), output.stdout, output.stderr)
    };
    let expected = printed("1");
    assert_eq!(expected.0, Some(1));
    assert!(printed("2") == expected && printed("7") == expected);
    let refused = command(folder.path())
        .args(["-j", "0", "."])
        .output()
        .expect("it runs");
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn what_is_uncertain_becomes_what_was_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    // 他在郫县和邛崃住了很多年，后来搬到鄯善去了。 in GBK, read as Shift_JIS by a decoder that
    // leaves one mark for a pair: of the name of the last place nothing is left.
    let damaged = "ﾋ\u{fffd}ﾔﾚﾛｯﾏﾘｺﾍﾚ\u{fffd}眞ﾗ｡ﾁﾋｺﾜｶ狷凜ｬｺ\u{fffd}ﾀｴｰ盞ｽ\u{fffd}\u{fffd}ﾈ･ﾁﾋ｡｣";
    let with = |choice: &[&str]| {
        let output = program::fed(command(folder.path()).args(choice), damaged.as_bytes());
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let best = with(&["--on-uncertain", "best"]);
    assert!(
        best.contains("住了很多年，后来搬到") && !best.contains('\u{fffd}'),
        "{best}"
    );
    for choice in ["keep", "mark"] {
        // If only a part of a character is left, there is no text to keep.
        let output = with(&["--on-uncertain", choice]);
        assert!(
            output != best && output.contains('\u{fffd}'),
            "{choice}: {output}"
        );
    }
    // The command and the library have the same default.
    assert_eq!(with(&[]), with(&["--on-uncertain", "keep"]));
    let refused = program::fed(
        command(folder.path()).args(["--on-uncertain", "guess"]),
        b"",
    );
    assert_eq!(refused.status.code(), Some(2));
}

/// An error decides the exit code even where something would change too.
#[test]
fn an_error_wins_over_a_change() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.txt"), "今天的天氣很好。\n").expect("written");
    let output = command(folder.path())
        .args(["--check", "--to", "zh-Hans", "a.txt", "nowhere.txt"])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stdout, b"a.txt\n");
}

/// UTF-16 is text, a tree may mix encodings, and what is no text is named in the summary.
#[test]
fn one_pass_over_a_tree_of_several_encodings() {
    use zhnorm::decode::{Encoding, Unmappable, encode};
    let folder = tempfile::tempdir().expect("a folder");
    let text = "今天的天气很好，我们一起去公园散步，看见了许多人。\n";
    for (name, encoding) in [
        ("a", Encoding::UTF_8),
        ("b", Encoding::GB18030),
        ("c", Encoding::UTF_16LE),
    ] {
        let bytes = encode(text, encoding, Unmappable::Error).expect("every character");
        fs::write(folder.path().join(name), bytes).expect("written");
    }
    fs::write(folder.path().join("d"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").expect("written");
    let output = command(folder.path())
        .args(["-w", "."])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(0));
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        printed.contains("2 changed, 1 unchanged, 1 binary skipped"),
        "{printed}"
    );
    assert!(printed.contains("skipped as binary: ./d"), "{printed}");
    for name in ["a", "b", "c"] {
        assert_eq!(
            fs::read_to_string(folder.path().join(name)).expect("text"),
            text
        );
    }
}
