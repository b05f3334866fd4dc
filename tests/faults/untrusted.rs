//! Material that wants to harm: configurations, FIFOs in the place of files, terminal sequences.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::scene::{TEXT, code, command, gbk, run, said, scene};

fn mkfifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.is_ok_and(|status| status.success()));
}

/// Runs with a limit: a run that blocks fails instead of hanging the tests.
fn run_in_time(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let mut child = command(folder)
        .args(arguments)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    let start = Instant::now();
    while child.try_wait().expect("known").is_none() {
        if start.elapsed() > Duration::from_secs(30) {
            child.kill().expect("killed");
            panic!("it waits for ever: {arguments:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().expect("it ends")
}

#[test]
fn a_configuration_in_the_material_is_not_used() {
    let scene = scene();
    let folder = scene.path();
    fs::create_dir(folder.join("scraped")).expect("made");
    fs::write(folder.join("scraped/a.txt"), TEXT).expect("written");
    let hostile = "[[rule]]\nname = \"promotion.x\"\nabout = \"Takes all.\"\nlines = [\"今天的天气很好，我们一起去公园散步，看见了许多人。\"]\n";
    fs::write(folder.join("scraped/zhnorm.toml"), hostile).expect("written");
    let output = run(folder, &["--check", "scraped"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(said(&output).contains("is not used"), "{}", said(&output));
    let output = run(
        folder,
        &[
            "--check",
            "--trust-config",
            "--strip",
            "metadata",
            "scraped",
        ],
    );
    assert!(!said(&output).contains("is not used"), "{}", said(&output));
    // In the working folder it is used, and the run says so.
    let output = run(&folder.join("scraped"), &["--check", "a.txt"]);
    assert!(
        said(&output).contains("configuration: zhnorm.toml, which sets rule"),
        "{}",
        said(&output)
    );
}

#[test]
fn fifos_in_the_place_of_files_do_not_block() {
    let scene = scene();
    let folder = scene.path();
    for name in [".gitignore", ".ignore", ".zhnormignore"] {
        let inner = folder.join("in").join(name.trim_start_matches('.'));
        fs::create_dir_all(&inner).expect("made");
        fs::write(inner.join("a.txt"), gbk()).expect("written");
        mkfifo(&inner.join(name));
    }
    let output = run_in_time(folder, &["--check", "in"]);
    assert_eq!(code(&output), 2, "{}", said(&output));
    for name in [".gitignore", ".ignore", ".zhnormignore"] {
        assert!(said(&output).contains(name), "{}", said(&output));
    }
    let output = run_in_time(folder, &["--check", "--no-ignore", "in"]);
    assert_eq!(code(&output), 1, "{}", said(&output));

    let fifo = folder.join("fifo");
    mkfifo(&fifo);
    for flag in ["--dict", "--opencc-config", "--config"] {
        let output = run_in_time(folder, &[flag, "fifo", "zz-good.txt"]);
        assert_eq!(code(&output), 2, "{flag}");
        assert!(
            said(&output).contains("not a regular file"),
            "{}",
            said(&output)
        );
    }
    for flag in ["--dropped", "--report-html"] {
        let output = run_in_time(folder, &["--check", flag, "fifo", "zz-good.txt"]);
        assert_eq!(code(&output), 2, "{flag}");
    }
    // One with the name of a temporary file, and one that a link of the configuration leads to.
    mkfifo(&folder.join(super::scene::temporary_name("0123456789abcdef")));
    fs::create_dir(folder.join("here")).expect("made");
    symlink("../fifo", folder.join("here/zhnorm.toml")).expect("linked");
    fs::write(folder.join("here/a.txt"), TEXT).expect("written");
    let output = run_in_time(&folder.join("here"), &["--check", "a.txt"]);
    assert_eq!(code(&output), 2, "{}", said(&output));
    let output = run_in_time(folder, &["-w", "zz-good.txt"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
}

#[test]
fn a_dictionary_cannot_make_a_text_explode() {
    let scene = scene();
    let folder = scene.path();
    fs::write(
        folder.join("mine.txt"),
        format!("的\t{}\n", "啊".repeat(100_000)),
    )
    .expect("written");
    let output = run(
        folder,
        &["--dict", "mine.txt", "--to", "zh-Hans", "zz-good.txt"],
    );
    assert_eq!(code(&output), 2);
    assert!(
        said(&output).contains("line 1 has more than"),
        "{}",
        said(&output)
    );
    // A dictionary is a small text file.
    for endless in ["/dev/zero", "/dev/tty"] {
        let output = run_in_time(folder, &["--dict", endless, "zz-good.txt"]);
        assert_eq!(code(&output), 2, "{endless}");
    }
}

#[test]
fn nothing_that_is_printed_steers_a_terminal() {
    let scene = scene();
    let folder = scene.path();
    let bad = "\u{1b}]52;c;eA==\u{7}\u{202e}\u{9b}31m";
    fs::create_dir(folder.join("in")).expect("made");
    fs::write(folder.join("in").join(format!("a{bad}.txt")), gbk()).expect("written");
    symlink("..", folder.join("in").join(format!("loop{bad}"))).expect("linked");
    let configs = [
        format!("\"{}\" = 1\n", "\\u001b]52;c;eA==\\u0007\\u202e"),
        "to = \"\\u001b]52;x\\u202e\"\n".to_owned(),
        "encoding = \"\\u001b]52;x\\u202e\"\n".to_owned(),
        "only = [\"\\u001b]52;x\\u202e\"]\n".to_owned(),
        "keep = [\"\\u001b]52;x\\u202e\"]\n".to_owned(),
        "quotes = \"\\u001b]52;x\\u202e\"\n".to_owned(),
        "on-uncertain = \"\\u001b]52;x\\u202e\"\n".to_owned(),
        "dict = \"\\u001b]52;x\\u202e\"\n".to_owned(),
        "unmappable = \"\\u001b]52;x\\u202e\"\n".to_owned(),
        "[[override]]\nglob = [\"[\\u001b]52;x\\u202e\"]\n".to_owned(),
        "[[rule]]\nname = \"a.\\u001b]52;x\\u202e\"\nabout = \"\\u001b\"\nlines = [\"x\"]\n"
            .to_owned(),
        format!("to = {bad}\n"),
    ];
    let is_safe = |output: &std::process::Output, what: &str| {
        for stream in [&output.stdout, &output.stderr] {
            let text = String::from_utf8_lossy(stream);
            let steers = |character: char| {
                character != '\n' && character.is_control() || character == '\u{202e}'
            };
            assert!(!text.chars().any(steers), "{what}: {text:?}");
        }
    };
    for config in &configs {
        fs::write(folder.join("c.toml"), config).expect("written");
        for arguments in [
            &["--config", "c.toml", "--check", "in"][..],
            &["--config", "c.toml", "--list-rules"],
        ] {
            is_safe(&run(folder, arguments), config);
        }
    }
    // A name that the shell expanded and that looks like a flag.
    for flag in [
        "to", "format", "code", "report", "jobs", "bom", "engine", "explain", "unknown",
    ] {
        let flag = format!("--{flag}={bad}");
        is_safe(&run(folder, &["--check", &flag, "in"]), &flag);
    }
    for report in ["human", "json", "sarif"] {
        for arguments in [
            &["--check", "-L", "-v", "--report", report, "in"][..],
            &["--check", "--explain", "--report", report, "in"],
            &["--detect", "--report", report, "in"],
            &["-o", "out", "-v", "--report", report, "in"],
        ] {
            // Fields of --detect are separated by tabs.
            let output = run(folder, arguments);
            let without_tabs = |bytes: &[u8]| -> Vec<u8> {
                bytes
                    .iter()
                    .map(|byte| if *byte == b'\t' { b' ' } else { *byte })
                    .collect()
            };
            let output = std::process::Output {
                stdout: without_tabs(&output.stdout),
                ..output
            };
            is_safe(&output, report);
        }
    }
}

#[test]
fn bytes_that_cannot_be_decoded_are_not_overwritten() {
    let scene = scene();
    let folder = scene.path();
    let mut damaged = gbk().repeat(20);
    damaged.extend_from_slice(b"\xff\xff\n");
    damaged.extend_from_slice(&gbk().repeat(20));
    fs::write(folder.join("a.txt"), &damaged).expect("written");
    let output = run(folder, &["-w", "."]);
    super::scene::one_bad(folder, &output, "a.txt", "--lossy");
    assert_eq!(fs::read(folder.join("a.txt")).expect("read"), damaged);
    let output = run(folder, &["-o", "out", "a.txt"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let output = run(folder, &["-w", "--lossy", "a.txt"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let text = fs::read_to_string(folder.join("a.txt")).expect("read");
    assert!(text.contains('\u{fffd}'));
}

#[test]
fn two_runs_over_one_folder_say_so_once() {
    let scene = scene();
    let folder = scene.path();
    let held = Command::new("flock")
        .args(["-x", ".", "sleep", "20"])
        .current_dir(folder)
        .spawn();
    let Ok(mut held) = held else {
        eprintln!("skipped: no flock here");
        return;
    };
    let mut warned = 0;
    for _ in 0..200 {
        let output = run(folder, &["-w", "."]);
        warned = said(&output).matches("another run of zhnorm").count();
        if warned > 0 {
            assert_eq!(code(&output), 0, "{}", said(&output));
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    held.kill().expect("killed");
    held.wait().expect("it ends");
    assert_eq!(warned, 1);
}
