//! A run over many files: which, where to, and once more.

use std::ffi::OsStr;
use std::fs::{self};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use super::scene::{TEXT, code, command, gbk, run, said, scene};

#[test]
fn a_second_run_into_the_same_folder_does_only_what_is_new() {
    let scene = scene();
    let folder = scene.path();
    fs::create_dir(folder.join("in")).expect("made");
    for name in ["a.txt", "b.txt", "c.txt"] {
        fs::write(folder.join("in").join(name), gbk()).expect("written");
    }
    let summary = |arguments: &[&str]| {
        sleep(Duration::from_millis(30)); // longer than a step of the file system's clock
        let output = run(folder, arguments);
        assert_eq!(code(&output), 0, "{}", said(&output));
        said(&output).lines().next().unwrap_or_default().to_owned()
    };
    let inode = |name: &str| {
        fs::metadata(folder.join("out").join(name))
            .expect("there")
            .ino()
    };
    let go = ["-o", "out", "in"];
    assert_eq!(summary(&go), "3 files: 3 changed, 0 unchanged");
    let before = inode("a.txt");
    assert_eq!(
        summary(&go),
        "3 files: 0 changed, 0 unchanged, 3 up to date"
    );
    assert_eq!(inode("a.txt"), before);
    fs::write(folder.join("in/b.txt"), [gbk(), gbk()].concat()).expect("written");
    fs::remove_file(folder.join("out/c.txt")).expect("removed");
    assert_eq!(
        summary(&go),
        "3 files: 2 changed, 0 unchanged, 1 up to date"
    );
    assert_eq!(
        summary(&["--force", "-o", "out", "in"]),
        "3 files: 3 changed, 0 unchanged"
    );
    // Other options make every output stale.
    let other = ["--skip", "repair", "-o", "out", "in"];
    assert_eq!(summary(&other), "3 files: 3 changed, 0 unchanged");
    assert_eq!(
        summary(&other),
        "3 files: 0 changed, 0 unchanged, 3 up to date"
    );
}

#[test]
fn lists_of_files_separated_by_line_ends_or_nul() {
    let scene = scene();
    let folder = scene.path();
    let odd = OsStr::from_bytes(b"two\nlines \xff.txt");
    fs::write(folder.join(odd), gbk()).expect("written");
    let mut child = command(folder)
        .args(["--check", "--files-from", "-", "-0"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut list = odd.as_bytes().to_vec();
    list.extend_from_slice(b"\0zz-good.txt\0");
    child
        .stdin
        .take()
        .expect("piped")
        .write_all(&list)
        .expect("written");
    let output = child.wait_with_output().expect("it ends");
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(listed, "two\\nlines \\xff.txt\nzz-good.txt\n");
    assert_eq!(code(&output), 1);
}

#[test]
fn one_inaccessible_output_does_not_stop_the_others() {
    let scene = scene();
    let folder = scene.path();
    fs::create_dir_all(folder.join("in/x")).expect("made");
    fs::write(folder.join("in/x/a.txt"), gbk()).expect("written");
    fs::write(folder.join("in/b.txt"), gbk()).expect("written");
    fs::create_dir(folder.join("out")).expect("made");
    fs::write(folder.join("out/x"), "a file where a folder has to be").expect("written");
    let output = run(folder, &["-o", "out", "in"]);
    assert_eq!(code(&output), 2, "{}", said(&output));
    assert!(
        said(&output).contains("choose another output folder"),
        "{}",
        said(&output)
    );
    let good: PathBuf = folder.join("out/b.txt");
    assert_eq!(fs::read(good).expect("read"), TEXT.as_bytes());
}

#[test]
fn a_repository_is_never_walked_into() {
    let scene = scene();
    let folder = scene.path();
    for name in [".git/HEAD.txt", ".notes/a.txt"] {
        fs::create_dir_all(folder.join(name).parent().expect("a folder")).expect("made");
        fs::write(folder.join(name), gbk()).expect("written");
    }
    let output = run(folder, &["-w", "--hidden", "--no-ignore", "."]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(fs::read(folder.join(".git/HEAD.txt")).expect("read"), gbk());
    assert_eq!(
        fs::read(folder.join(".notes/a.txt")).expect("read"),
        TEXT.as_bytes()
    );
    // A path that is named is worked on.
    let output = run(folder, &["-w", ".git/HEAD.txt"]);
    assert_eq!(code(&output), 0);
    assert_eq!(
        fs::read(folder.join(".git/HEAD.txt")).expect("read"),
        TEXT.as_bytes()
    );
}

#[test]
fn folders_that_several_threads_need_at_once_are_made() {
    let scene = scene();
    let folder = scene.path();
    for index in 0..300 {
        let inner = folder.join(format!("in/{index}"));
        fs::create_dir_all(&inner).expect("made");
        for name in ["a.txt", "b.txt", "c.txt", "d.txt"] {
            fs::write(inner.join(name), "x\n").expect("written");
        }
    }
    for round in 0..3 {
        let out = format!("out{round}");
        let output = run(folder, &["-j", "8", "-o", &out, "in"]);
        assert_eq!(code(&output), 0, "{}", said(&output));
        assert_eq!(said(&output), "1200 files: 0 changed, 1200 unchanged\n");
    }
}

/// What the summary of a run says.
fn summary(folder: &Path, arguments: &[&str]) -> String {
    sleep(Duration::from_millis(30)); // longer than a step of the file system's clock
    let output = run(folder, arguments);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let said = said(&output);
    let summary = said.lines().find(|line| line.contains(" file"));
    summary.unwrap_or_default().to_owned()
}

#[test]
fn what_is_up_to_date_is_seen_by_what_the_files_hold() {
    let scene = scene();
    let folder = scene.path();
    fs::create_dir(folder.join("in")).expect("made");
    fs::write(folder.join("in/a.txt"), gbk()).expect("written");
    let go = ["-o", "out", "in"];
    let (written, known) = (
        "1 file: 1 changed, 0 unchanged",
        "1 file: 0 changed, 0 unchanged, 1 up to date",
    );
    let (input, output) = (folder.join("in/a.txt"), folder.join("out/a.txt"));
    let text = || fs::read_to_string(&output).expect("read");
    assert_eq!(summary(folder, &go), written);

    // Another program edits the output, which is newer than everything then.
    fs::write(&output, "一二三\n").expect("written");
    assert_eq!(summary(folder, &go), written);
    assert_eq!(text(), TEXT);

    // The same length and the old time.
    let time = fs::metadata(&input)
        .expect("there")
        .modified()
        .expect("known");
    let other = [b'a'].repeat(gbk().len());
    for place in [&input, &output] {
        let before = fs::read(place).expect("read");
        fs::write(place, &other[..before.len().min(other.len())]).expect("written");
        let file = fs::File::options()
            .append(true)
            .open(place)
            .expect("opened");
        file.set_modified(time).expect("set");
        assert!(
            !summary(folder, &go).contains("up to date"),
            "{}",
            place.display()
        );
        fs::write(&input, gbk()).expect("written");
        summary(folder, &go);
        assert_eq!(text(), TEXT);
    }

    // Touched, into the past and into the future, and copied with what it holds: nothing to do.
    for time in [
        SystemTime::UNIX_EPOCH,
        SystemTime::now() + Duration::from_secs(900_000),
    ] {
        for place in [&input, &output] {
            let file = fs::File::options()
                .append(true)
                .open(place)
                .expect("opened");
            file.set_modified(time).expect("set");
            assert_eq!(summary(folder, &go), known);
        }
    }
    fs::rename(folder.join("in"), folder.join("moved")).expect("moved");
    fs::create_dir(folder.join("in")).expect("made");
    fs::copy(folder.join("moved/a.txt"), &input).expect("copied");
    assert_eq!(summary(folder, &go), known);
    assert_eq!(text(), TEXT);
}

#[test]
fn another_name_another_override_or_lost_records_make_an_output_stale() {
    let scene = scene();
    let folder = scene.path();
    let article = "台灣的軟體。\n";
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
    fs::create_dir_all(folder.join("in/a")).expect("made");
    write("in/a/x.txt", article);
    write(
        "c.toml",
        "to = \"zh-Hans\"\n[[override]]\nglob = [\"in/a/**\"]\nto = \"zh-Hant\"\n",
    );
    let go = |flags: &[&str], input: &str| {
        summary(
            folder,
            &[flags, &["--config", "c.toml", "-o", "out/x.txt", input]].concat(),
        )
    };
    let known = "1 file: 0 changed, 0 unchanged, 1 up to date";
    go(&[], "in/a/x.txt");
    assert_eq!(go(&[], "in/a/x.txt"), known);
    // The same file, elsewhere: the override does not match.
    fs::rename(folder.join("in/a/x.txt"), folder.join("in/x.txt")).expect("moved");
    assert_eq!(go(&[], "in/x.txt"), "1 file: 1 changed, 0 unchanged");
    // A flag that holds against the override, as the file says it anyway elsewhere.
    fs::rename(folder.join("in/x.txt"), folder.join("in/a/x.txt")).expect("moved");
    go(&[], "in/a/x.txt");
    assert_eq!(
        go(&["--to", "zh-Hans"], "in/a/x.txt"),
        "1 file: 1 changed, 0 unchanged"
    );
    assert_eq!(go(&["--to", "zh-Hans"], "in/a/x.txt"), known);
    // Records that are damaged or gone.
    let cache = folder.join(".cache/zhnorm");
    for entry in fs::read_dir(&cache).expect("records") {
        let place = entry.expect("an entry").path();
        fs::write(&place, "something else, and long enough").expect("written");
    }
    assert_eq!(
        go(&["--to", "zh-Hans"], "in/a/x.txt"),
        "1 file: 1 changed, 0 unchanged"
    );
    assert_eq!(go(&["--to", "zh-Hans"], "in/a/x.txt"), known);
    fs::remove_dir_all(&cache).expect("removed");
    assert_eq!(
        go(&["--to", "zh-Hans"], "in/a/x.txt"),
        "1 file: 1 changed, 0 unchanged"
    );
    // Nothing but outputs is in the output folder.
    assert_eq!(fs::read_dir(folder.join("out")).expect("there").count(), 1);
}

#[test]
fn a_killed_run_is_resumed() {
    let scene = scene();
    let folder = scene.path();
    fs::create_dir(folder.join("in")).expect("made");
    for index in 0..2000 {
        fs::write(folder.join(format!("in/{index:04}.txt")), gbk().repeat(20)).expect("written");
    }
    let mut child = command(folder)
        .args(["-q", "-j", "1", "-o", "out", "in"])
        .spawn()
        .expect("it starts");
    while !folder.join("out/0500.txt").exists() {
        sleep(Duration::from_millis(1));
    }
    child.kill().expect("killed");
    child.wait().expect("it ends");
    let said = summary(folder, &["-o", "out", "in"]);
    let known = said
        .rsplit(", ")
        .next()
        .and_then(|rest| rest.strip_suffix(" up to date"));
    let known: usize = known
        .and_then(|known| known.parse().ok())
        .unwrap_or_else(|| panic!("{said}"));
    assert!(known >= 300, "{said}");
}
