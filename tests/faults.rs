//! Everything that can go wrong with files: whatever happens, no file is lost, the one it happens
//! to is named with a way out, the others are still processed, and the exit code says so.
//!
//! Some faults need a privilege to be set up (a small file system, another user); where it is
//! missing, the test says on standard error that it was skipped.
#![cfg(all(feature = "cli", unix))]

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// A sentence of our own, in GB18030 a file that changes, in UTF-8 one that does not.
const TEXT: &str = "今天的天气很好，我们一起去公园散步，看见了许多人。\n";

fn gbk() -> Vec<u8> {
    zhnorm::decode::encode(
        TEXT,
        zhnorm::decode::Encoding::GB18030,
        zhnorm::decode::Unmappable::Error,
    )
    .expect("every character of the sentence is in GB18030")
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhnorm"));
    command
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("XDG_CACHE_HOME", folder.join(".cache"))
        .stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder).args(arguments).output().expect("it starts")
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Whether no temporary file is left below a folder.
fn tidy(folder: &Path) -> bool {
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

/// A folder with one good file that has to be changed whatever happens to the others.
fn scene() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("zz-good.txt"), gbk()).expect("written");
    folder
}

/// The run ended in an error that names `what` and `way`, and the good file was still done.
#[track_caller]
fn one_bad(folder: &Path, output: &Output, what: &str, way: &str) {
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

#[test]
fn a_fifo_and_a_socket_in_a_walk_are_named_and_nobody_waits_for_them() {
    let scene = scene();
    let folder = scene.path();
    let made = Command::new("mkfifo").arg(folder.join("a.fifo")).status();
    assert!(made.is_ok_and(|status| status.success()));
    let _socket = UnixListener::bind(folder.join("b.socket")).expect("a socket");
    let output = run(folder, &["-w", "."]);
    one_bad(folder, &output, "a.fifo", "--glob");
    one_bad(folder, &output, "b.socket", "--glob");
}

#[test]
fn a_fifo_that_is_named_is_read_like_a_pipe() {
    let scene = scene();
    let fifo = scene.path().join("a.fifo");
    let made = Command::new("mkfifo").arg(&fifo).status();
    assert!(made.is_ok_and(|status| status.success()));
    let reader = command(scene.path())
        .arg("a.fifo")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    fs::write(&fifo, gbk()).expect("written");
    let output = reader.wait_with_output().expect("it ends");
    assert_eq!(output.stdout, TEXT.as_bytes());
}

#[test]
fn a_read_only_file_is_left_alone() {
    let scene = scene();
    let file = scene.path().join("a.txt");
    fs::write(&file, gbk()).expect("written");
    fs::set_permissions(&file, Permissions::from_mode(0o444)).expect("set");
    let output = run(scene.path(), &["-w", "."]);
    one_bad(scene.path(), &output, "a.txt", "chmod u+w");
    assert_eq!(fs::read(&file).expect("read"), gbk());
    assert_eq!(fs::metadata(&file).expect("there").mode() & 0o777, 0o444);
}

#[test]
fn without_permission_files_and_folders_are_named() {
    // As root everything is permitted, so that somebody else has to run it.
    let scene = scene();
    let folder = scene.path();
    fs::create_dir(folder.join("closed")).expect("made");
    for (name, mode) in [("unreadable.txt", 0o200), ("closed/a.txt", 0o644)] {
        fs::write(folder.join(name), gbk()).expect("written");
        fs::set_permissions(folder.join(name), Permissions::from_mode(mode)).expect("set");
    }
    fs::set_permissions(folder.join("closed"), Permissions::from_mode(0o000)).expect("set");
    let is_root = fs::metadata(folder).expect("there").uid() == 0;
    let output = if is_root {
        // `nobody` must reach the program and own the folder.
        let program = folder.join("zhnorm-copy");
        fs::copy(env!("CARGO_BIN_EXE_zhnorm"), &program).expect("copied");
        let owned = Command::new("chown")
            .args(["-R", "65534:65534"])
            .arg(folder)
            .status();
        let output = Command::new("setpriv")
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(&program)
            .args(["-w", "."])
            .current_dir(folder)
            .env("NO_COLOR", "1")
            .output();
        let _ = fs::remove_file(&program);
        match (owned, output) {
            (Ok(owned), Ok(output)) if owned.success() && code(&output) != 127 => output,
            _ => {
                eprintln!("skipped: no setpriv here to run as another user");
                return;
            }
        }
    } else {
        run(folder, &["-w", "."])
    };
    fs::set_permissions(folder.join("closed"), Permissions::from_mode(0o755)).expect("set");
    one_bad(folder, &output, "unreadable.txt", "chmod u+r");
    one_bad(folder, &output, "closed", "chmod u+r");
    assert_eq!(fs::read(folder.join("closed/a.txt")).expect("read"), gbk());
}

#[test]
fn a_full_disk_leaves_the_old_file() {
    let scene = scene();
    let disk = scene.path().join("disk");
    fs::create_dir(&disk).expect("made");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
        .arg(&disk)
        .stderr(Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no permission to mount a small file system");
        return;
    }
    let big = gbk().repeat(400); // 20 kB, and 30 kB as UTF-8
    fs::write(disk.join("a.txt"), &big).expect("written");
    fs::write(disk.join(".filler"), vec![b'\n'; 36 << 10]).expect("written");
    let output = run(scene.path(), &["-w", "."]);
    let mirrored = run(
        scene.path(),
        &["-o", "disk/out", "disk/a.txt", "zz-good.txt"],
    );
    let kept = fs::read(disk.join("a.txt"));
    let clean = tidy(&disk);
    let _ = Command::new("umount").arg("-l").arg(&disk).status();
    one_bad(scene.path(), &output, "a.txt", "free some space");
    assert_eq!(code(&mirrored), 2, "{}", said(&mirrored));
    assert!(
        said(&mirrored).contains("free some space"),
        "{}",
        said(&mirrored)
    );
    assert_eq!(kept.expect("read"), big);
    assert!(clean);
}

#[test]
fn names_that_are_not_utf8_work() {
    let scene = scene();
    let name = OsStr::from_bytes(b"\xd6\xd0.txt");
    fs::write(scene.path().join(name), gbk()).expect("written");
    let output = run(scene.path(), &["-w", "-v", "."]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(
        said(&output).contains("\\xd6\\xd0.txt"),
        "{}",
        said(&output)
    );
    assert_eq!(
        fs::read(scene.path().join(name)).expect("read"),
        TEXT.as_bytes()
    );
    let output = run(scene.path(), &["-o", "../out", "."]);
    assert_eq!(code(&output), 0, "{}", said(&output));
}

#[test]
fn paths_longer_than_the_system_takes_are_named() {
    let scene = scene();
    // Built from inside: no single call could name it.
    let step = "d".repeat(250);
    let made = Command::new("sh")
        .args(["-c", "i=0; while [ $i -lt 17 ]; do mkdir \"$0\" && cd -P \"$0\" || exit 1; i=$((i+1)); done; echo x > a.txt"])
        .arg(&step)
        .current_dir(scene.path())
        .status();
    assert!(made.is_ok_and(|status| status.success()));
    let output = run(scene.path(), &["-w", "."]);
    one_bad_untidy(scene.path(), &output, &step, "nearer");
}

/// As [`one_bad`], where the test itself cannot look into every folder.
#[track_caller]
fn one_bad_untidy(folder: &Path, output: &Output, what: &str, way: &str) {
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

#[test]
fn a_file_that_vanished_is_named() {
    let scene = scene();
    fs::write(scene.path().join("list"), "gone.txt\nzz-good.txt\n").expect("written");
    let output = run(scene.path(), &["-w", "--files-from", "list"]);
    one_bad(scene.path(), &output, "gone.txt", "check the path");
}

#[test]
fn a_link_stays_a_link_and_what_it_leads_to_is_changed() {
    let scene = scene();
    let folder = scene.path();
    fs::create_dir(folder.join("far")).expect("made");
    fs::write(folder.join("far/a.txt"), gbk()).expect("written");
    symlink("far/a.txt", folder.join("link")).expect("linked");
    symlink("nowhere", folder.join("broken")).expect("linked");
    let output = run(folder, &["-w", "link", "broken", "zz-good.txt"]);
    one_bad(folder, &output, "broken", "mend or remove the link");
    assert_eq!(
        fs::read_link(folder.join("link")).expect("a link"),
        Path::new("far/a.txt")
    );
    assert_eq!(
        fs::read(folder.join("far/a.txt")).expect("read"),
        TEXT.as_bytes()
    );
}

#[test]
fn other_names_of_a_file_are_reported() {
    let scene = scene();
    let file = scene.path().join("a.txt");
    fs::write(&file, gbk()).expect("written");
    fs::hard_link(&file, scene.path().join("b.bin")).expect("linked");
    let output = run(scene.path(), &["-w", "a.txt"]);
    assert_eq!(code(&output), 0);
    assert!(said(&output).contains("1 other name"), "{}", said(&output));
    assert_eq!(fs::read(scene.path().join("b.bin")).expect("read"), gbk());
}

#[test]
fn mode_owner_and_time_are_kept() {
    let scene = scene();
    let file = scene.path().join("a.txt");
    let old = SystemTime::now() - Duration::from_secs(86_400);
    for (arguments, kept) in [
        (&["-w"][..], false),
        (&["-w", "--keep-mtime", "--durable"], true),
    ] {
        fs::write(&file, gbk()).expect("written");
        fs::set_permissions(&file, Permissions::from_mode(0o757)).expect("set");
        let owner = std::os::unix::fs::chown(&file, Some(1234), Some(1235)).is_ok();
        let opened = File::options().write(true).open(&file).expect("opened");
        opened.set_modified(old).expect("set");
        let output = run(scene.path(), &[arguments, &["a.txt"]].concat());
        assert_eq!(code(&output), 0, "{}", said(&output));
        let metadata = fs::metadata(&file).expect("there");
        assert_eq!(metadata.mode() & 0o7777, 0o757);
        if owner {
            assert_eq!((metadata.uid(), metadata.gid()), (1234, 1235));
        }
        assert_eq!(metadata.modified().expect("known") == old, kept);
        assert_eq!(fs::read(&file).expect("read"), TEXT.as_bytes());
    }
}

#[test]
fn a_backup_is_the_old_file_and_is_never_overwritten() {
    let scene = scene();
    let folder = scene.path();
    fs::write(folder.join("a.txt"), gbk()).expect("written");
    let output = run(folder, &["-w", "--backup", "a.txt"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(fs::read(folder.join("a.txt.orig")).expect("read"), gbk());
    fs::write(folder.join("a.txt"), [gbk(), gbk()].concat()).expect("written");
    let output = run(folder, &["-w", "--backup=.orig", "a.txt"]);
    assert_eq!(code(&output), 2);
    assert!(
        said(&output).contains("move the backup away"),
        "{}",
        said(&output)
    );
    assert_eq!(fs::read(folder.join("a.txt.orig")).expect("read"), gbk());
    assert_eq!(
        fs::read(folder.join("a.txt")).expect("read"),
        [gbk(), gbk()].concat()
    );
}

#[test]
fn a_clean_file_is_not_touched() {
    let scene = scene();
    let file = scene.path().join("a.txt");
    fs::write(&file, TEXT).expect("written");
    let before = fs::metadata(&file).expect("there");
    let output = run(scene.path(), &["-w", "."]);
    let after = fs::metadata(&file).expect("there");
    assert_eq!(code(&output), 0);
    assert_eq!(
        (before.ino(), before.ctime_nsec()),
        (after.ino(), after.ctime_nsec())
    );
}

#[test]
fn a_file_that_grows_meanwhile_is_left_alone() {
    let scene = scene();
    let file = scene.path().join("a.txt");
    // Large enough that reading and normalizing takes a good while.
    fs::write(&file, gbk().repeat(200_000)).expect("written");
    let child = command(scene.path())
        .args(["-w", "-j", "2", "."])
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut growing = File::options().append(true).open(&file).expect("opened");
    let mut child = child;
    let mut written = 0;
    while child.try_wait().expect("known").is_none() {
        growing.write_all(b"\n").expect("written");
        written += 1;
        sleep(Duration::from_millis(1));
    }
    let output = child.wait_with_output().expect("it ends");
    one_bad(
        scene.path(),
        &output,
        "a.txt",
        "run again when nobody writes to it",
    );
    assert_eq!(
        fs::metadata(&file).expect("there").len(),
        (gbk().len() * 200_000 + written) as u64
    );
}

/// `-w` over many files, killed at some moment.
fn start(folder: &Path) -> Child {
    command(folder)
        .args(["-w", "-q", "-j", "2", "."])
        .spawn()
        .expect("it starts")
}

#[test]
fn a_killed_run_leaves_whole_files_and_the_next_one_cleans_up() {
    let scene = scene();
    let folder = scene.path();
    for round in 0..8 {
        for index in 0..100 {
            fs::write(folder.join(format!("{index}.txt")), gbk()).expect("written");
        }
        let mut child = start(folder);
        sleep(Duration::from_millis(round * 7));
        child.kill().expect("killed");
        child.wait().expect("it ends");
        for index in 0..100 {
            let held = fs::read(folder.join(format!("{index}.txt"))).expect("read");
            assert!(
                held == gbk() || held == TEXT.as_bytes(),
                "neither old nor new"
            );
        }
    }
    // What a killed run leaves behind, whether or not one was hit above: and one in use.
    fs::write(folder.join(".zhnorm-left.tmp"), "half a fi").expect("written");
    let used = File::create(folder.join(".zhnorm-used.tmp")).expect("made");
    let locked = Command::new("flock")
        .args(["-x", ".zhnorm-used.tmp", "sh", "-c", "echo locked; sleep 5"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .spawn();
    let mut holder = locked.expect("flock of util-linux");
    let mut word = [0; 6];
    holder
        .stdout
        .as_mut()
        .expect("piped")
        .read_exact(&mut word)
        .expect("it says so");
    let output = run(folder, &["-w", "--hidden", "."]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(!folder.join(".zhnorm-left.tmp").exists());
    assert!(folder.join(".zhnorm-used.tmp").exists());
    holder.kill().expect("killed");
    holder.wait().expect("it ends");
    drop(used);
    let output = run(folder, &["--check", "--hidden", "."]);
    assert_eq!(
        (code(&output), output.stdout.len()),
        (0, 0),
        "{}",
        said(&output)
    );
}

#[test]
fn an_output_folder_is_cleaned_of_what_a_killed_run_left() {
    let scene = scene();
    let out = scene.path().join("out");
    fs::create_dir(&out).expect("made");
    fs::write(out.join(".zhnorm-left.tmp"), "half a fi").expect("written");
    let output = run(scene.path(), &["-o", "out", "zz-good.txt"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(tidy(&out));
}

#[test]
fn ctrl_c_finishes_what_is_begun_and_prints_the_summary() {
    let scene = scene();
    let folder = scene.path();
    for index in 0..3000 {
        fs::write(folder.join(format!("{index}.txt")), gbk().repeat(40)).expect("written");
    }
    let child = command(folder)
        .args(["-w", "-j", "1", "."])
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // Once a file is done, the handler is surely installed.
    let first = folder.join("0.txt");
    while fs::metadata(&first).expect("there").len() == (gbk().len() * 40) as u64 {
        sleep(Duration::from_millis(1));
    }
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.is_ok_and(|status| status.success()));
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(code(&output), 130, "{}", said(&output));
    assert!(
        said(&output).contains("stopped before the end"),
        "{}",
        said(&output)
    );
    assert!(tidy(folder));
    let output = run(folder, &["-w", "."]);
    assert_eq!(code(&output), 0);
}

#[test]
fn a_closed_pipe_is_a_quiet_exit() {
    let scene = scene();
    fs::write(scene.path().join("big.txt"), gbk().repeat(20_000)).expect("written");
    let mut child = command(scene.path())
        .arg("big.txt")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut few = [0; 10];
    let mut reader = child.stdout.take().expect("piped");
    reader.read_exact(&mut few).expect("something");
    drop(reader);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((code(&output), said(&output).as_str()), (0, ""));
}

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
    // Whoever names it means it.
    let output = run(folder, &["-w", ".git/HEAD.txt"]);
    assert_eq!(code(&output), 0);
    assert_eq!(
        fs::read(folder.join(".git/HEAD.txt")).expect("read"),
        TEXT.as_bytes()
    );
}

#[test]
fn what_is_left_out_is_kept_before_the_file_is_written() {
    let scene = scene();
    let folder = scene.path();
    let article = "昨天晚上下了一场雨，今天早上的空气很新鲜，路上的人比平时多了不少。\n";
    fs::write(folder.join("a.txt"), format!("{article}相关阅读\n")).expect("written");
    for _ in 0..2 {
        let output = run(folder, &["-w", "--dropped", "left-out.jsonl", "a.txt"]);
        assert_eq!(code(&output), 0, "{}", said(&output));
    }
    let kept = fs::read_to_string(folder.join("left-out.jsonl")).expect("read");
    assert_eq!(kept.lines().count(), 1, "{kept}");
    assert!(
        kept.contains("\"path\":\"a.txt\",\"line\":2,\"rule\":\"related."),
        "{kept}"
    );
    assert!(kept.contains("相关阅读"), "{kept}");
    assert_eq!(
        fs::read_to_string(folder.join("a.txt")).expect("read"),
        article
    );
}
