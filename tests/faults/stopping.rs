//! A run that is killed, stopped, or left without a reader.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::scene::{TEXT, code, command, gbk, run, said, scene, temporary_name, tidy};

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
    // A stale temporary file, whether or not the kills above left one, and one in use.
    let (left, used_name) = (
        temporary_name("0123456789abcdef"),
        temporary_name("fedcba9876543210"),
    );
    fs::write(folder.join(&left), "half a fi").expect("written");
    let used = File::create(folder.join(&used_name)).expect("made");
    let locked = Command::new("flock")
        .args(["-x", &used_name, "sh", "-c", "echo locked; sleep 5"])
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
    assert!(!folder.join(left).exists());
    assert!(folder.join(used_name).exists());
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
    let left = out.join(temporary_name("0123456789abcdef"));
    fs::write(left, "half a fi").expect("written");
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
