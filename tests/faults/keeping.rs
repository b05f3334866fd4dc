//! What stays of a file that is changed, and of one that is not.

use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use super::scene::{TEXT, code, command, gbk, one_bad, run, said, scene};

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

#[test]
fn what_is_left_out_is_kept_before_the_file_is_written() {
    let scene = scene();
    let folder = scene.path();
    let article = "昨天晚上下了一场雨，今天早上的空气很新鲜，路上的人比平时多了不少。\n";
    fs::write(
        folder.join("a.txt"),
        format!("{article}分享到：新浪微博 腾讯微博\n最新评论\n返回顶部\n"),
    )
    .expect("written");
    for _ in 0..2 {
        let output = run(folder, &["-w", "--dropped", "left-out.jsonl", "a.txt"]);
        assert_eq!(code(&output), 0, "{}", said(&output));
    }
    let kept = fs::read_to_string(folder.join("left-out.jsonl")).expect("read");
    assert_eq!(kept.lines().count(), 3, "{kept}");
    assert!(
        kept.contains("\"path\":\"a.txt\",\"line\":2,\"rule\":\"share."),
        "{kept}"
    );
    assert!(kept.contains("最新评论"), "{kept}");
    assert_eq!(
        fs::read_to_string(folder.join("a.txt")).expect("read"),
        article
    );
}
