//! The files of a run itself are neither inputs nor outputs: backups, reports, dictionaries.

use std::fs;

use super::scene::{TEXT, code, gbk, run, said, scene, temporary_name, tidy};

/// An article, and a line that the strip stage drops.
const ARTICLE: &str = "昨天晚上下了一场雨，今天早上的空气很新鲜，路上的人比平时多了不少。\n";

#[test]
fn a_backup_is_not_an_input_of_the_next_run() {
    let scene = scene();
    let folder = scene.path();
    for (suffix, flag) in [(".orig", "--backup"), (".bak", "--backup=.bak")] {
        fs::write(folder.join("a.txt"), gbk()).expect("written");
        let output = run(folder, &["-w", flag, "."]);
        assert_eq!(code(&output), 0, "{}", said(&output));
        // With the same suffix, and with the usual one without being asked.
        let again = if suffix == ".orig" { "--force" } else { flag };
        let output = run(folder, &["-w", again, "."]);
        assert_eq!(code(&output), 0, "{}", said(&output));
        let backup = folder.join(format!("a.txt{suffix}"));
        assert_eq!(fs::read(&backup).expect("read"), gbk(), "{suffix}");
        // A path that is named is worked on.
        let output = run(folder, &["--check", &format!("a.txt{suffix}")]);
        assert_eq!(code(&output), 1, "{}", said(&output));
        fs::remove_file(&backup).expect("removed");
        let _ = fs::remove_file(folder.join(format!("zz-good.txt{suffix}")));
    }
}

#[test]
fn the_backup_of_a_killed_run_does_not_block_the_next() {
    let scene = scene();
    let folder = scene.path();
    // Killed after the file got its second name, and before the new one took the first.
    fs::hard_link(folder.join("zz-good.txt"), folder.join("zz-good.txt.orig")).expect("linked");
    let output = run(folder, &["-w", "--backup", "."]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let read = |name| fs::read(folder.join(name)).expect("read");
    assert_eq!(read("zz-good.txt"), TEXT.as_bytes());
    assert_eq!(read("zz-good.txt.orig"), gbk());
}

#[test]
fn what_a_run_keeps_in_its_own_folder_is_complete() {
    let scene = scene();
    let folder = scene.path();
    for name in ["a.txt", "z1.txt", "z2.txt"] {
        fs::write(
            folder.join(name),
            format!("{ARTICLE}分享到：新浪微博 腾讯微博\n最新评论\n返回顶部\n"),
        )
        .expect("written");
    }
    for round in 0..2 {
        let output = run(
            folder,
            &[
                "-w",
                "-j",
                "1",
                "--dropped",
                "m.jsonl",
                "--report-html",
                "p.html",
                ".",
            ],
        );
        assert_eq!(code(&output), 0, "{}", said(&output));
        let kept = fs::read_to_string(folder.join("m.jsonl")).expect("read");
        assert_eq!(kept.lines().count(), 9, "round {round}: {kept}");
        let page = fs::read_to_string(folder.join("p.html")).expect("read");
        assert!(page.contains("<title>zhnorm report</title>"));
    }
}

#[test]
fn a_report_does_not_replace_an_article() {
    let scene = scene();
    let folder = scene.path();
    for flag in ["--report-html", "--dropped"] {
        let output = run(folder, &["-w", flag, "zz-good.txt", "."]);
        assert_eq!(code(&output), 2, "{}", said(&output));
        assert!(
            said(&output).contains("name another file"),
            "{}",
            said(&output)
        );
        assert_eq!(fs::read(folder.join("zz-good.txt")).expect("read"), gbk());
    }
}

#[test]
fn configuration_and_dictionaries_are_left_alone() {
    let scene = scene();
    let folder = scene.path();
    let dictionary = "电脑\t计算机\n";
    fs::write(folder.join("mine.txt"), dictionary).expect("written");
    fs::write(
        folder.join("zhnorm.toml"),
        "to = \"zh-Hant\"\ndict = \"mine.txt\"\n",
    )
    .expect("written");
    let output = run(folder, &["-w", "."]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let read = |name| fs::read_to_string(folder.join(name)).expect("read");
    assert_eq!(read("mine.txt"), dictionary);
    assert!(read("zz-good.txt").contains("天氣"));
    let output = run(folder, &["-w", "mine.txt"]);
    assert_eq!(code(&output), 2);
    assert_eq!(read("mine.txt"), dictionary);
}

#[test]
fn a_report_redirected_into_the_folder_is_not_an_input() {
    let scene = scene();
    let folder = scene.path();
    let report = fs::File::create(folder.join("report.jsonl")).expect("made");
    let status = super::scene::command(folder)
        .args(["--check", "--report", "json", "."])
        .stdout(report)
        .status()
        .expect("it starts");
    assert_eq!(status.code(), Some(1));
    let report = fs::read_to_string(folder.join("report.jsonl")).expect("read");
    assert!(!report.contains("report.jsonl"), "{report}");
}

#[test]
fn an_output_does_not_replace_an_input() {
    let scene = scene();
    let folder = scene.path();
    fs::create_dir_all(folder.join("in/in")).expect("made");
    fs::write(folder.join("in/in/a.txt"), gbk()).expect("written");
    fs::write(folder.join("in/a.txt"), [gbk(), gbk()].concat()).expect("written");
    let output = run(folder, &["-o", ".", "in"]);
    assert_eq!(code(&output), 2, "{}", said(&output));
    assert_eq!(
        fs::read(folder.join("in/a.txt")).expect("read"),
        [gbk(), gbk()].concat()
    );
    let output = run(folder, &["-o", ".", "in/a.txt", "a.txt"]);
    assert_eq!(code(&output), 2, "{}", said(&output));
}

#[test]
fn stale_temporary_files_go_however_the_file_is_named() {
    let scene = scene();
    let folder = scene.path();
    let own = folder.join(".zhnorm-my-notes.tmp");
    fs::write(&own, "notes of the user\n").expect("written");
    fs::write(folder.join("list"), "zz-good.txt\n").expect("written");
    fs::write(folder.join(".gitignore"), "*.tmp\n").expect("written");
    for arguments in [
        &["-w", "zz-good.txt"][..],
        &["-w", "--files-from", "list"],
        &["-w", "."],
    ] {
        let left = folder.join(temporary_name("0123456789abcdef"));
        fs::write(&left, "half a fi").expect("written");
        let output = run(folder, arguments);
        assert_eq!(code(&output), 0, "{}", said(&output));
        assert!(!left.exists(), "{arguments:?}");
        assert!(own.exists(), "{arguments:?}");
    }
    fs::remove_file(&own).expect("removed");
    assert!(tidy(folder));
}
