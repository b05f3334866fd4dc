//! Files that cannot be worked on: each is named with a way out, and the others are done.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};

use super::scene::{TEXT, code, command, gbk, one_bad, one_bad_untidy, run, said, scene, tidy};

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
    // Root may do everything, so another user has to run it.
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

#[test]
fn a_file_that_vanished_is_named() {
    let scene = scene();
    fs::write(scene.path().join("list"), "gone.txt\nzz-good.txt\n").expect("written");
    let output = run(scene.path(), &["-w", "--files-from", "list"]);
    one_bad(scene.path(), &output, "gone.txt", "check the path");
}

#[test]
fn full_outputs_are_an_error_and_no_panic() {
    let scene = scene();
    let folder = scene.path();
    let full = || fs::File::options().write(true).open("/dev/full");
    let Ok(_) = full() else {
        eprintln!("skipped: no /dev/full here");
        return;
    };
    for arguments in [
        &["zz-good.txt"][..],
        &["--check", "."],
        &["--check", "--report", "sarif", "."],
        &["--check", "--report", "json", "--explain", "."],
        &["--diff", "."],
        &["--detect", "."],
        &["--list-rules"],
        &["--list-formats"],
        &["--help"],
        &["--generate", "man"],
    ] {
        let mut run = command(folder);
        run.args(arguments).stdout(full().expect("opened"));
        let output = run.stderr(Stdio::piped()).output().expect("it starts");
        assert_eq!(code(&output), 2, "{arguments:?}: {}", said(&output));
        assert!(!said(&output).contains("panicked"), "{}", said(&output));
    }
    // What cannot be told is still counted.
    for (arguments, expected) in [
        (&["--to", "nowhere", "."][..], 2),
        (&["--config", "none.toml", "."], 2),
        (&["-w", "none.txt"], 2),
        (&["-v", "-w", "."], 0),
    ] {
        let mut run = command(folder);
        run.args(arguments).stderr(full().expect("opened"));
        let output = run.stdout(Stdio::null()).output().expect("it starts");
        assert_eq!(code(&output), expected, "{arguments:?}");
    }
}

#[test]
fn a_folder_for_temporary_files_that_is_missing_is_named() {
    let scene = scene();
    let child = command(scene.path())
        .env("TMPDIR", "/nowhere")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.expect("it starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    // More than is kept in memory. A run that stops early closes the pipe.
    let _ = std::io::Write::write_all(&mut pipe, &gbk().repeat(200_000));
    drop(pipe);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(code(&output), 2);
    assert!(said(&output).contains("set TMPDIR"), "{}", said(&output));
}
