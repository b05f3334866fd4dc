//! Permissions, access control lists, extended attributes and links.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use super::scene::{TEXT, code, gbk, run, said, scene};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("there").mode() & 0o7777
}

fn sets_attribute(path: &Path, name: &str, value: &[u8]) -> bool {
    let file = File::open(path).expect("opened");
    rustix::fs::fsetxattr(&file, name, value, rustix::fs::XattrFlags::empty()).is_ok()
}

fn attribute(path: &Path, name: &str) -> Option<Vec<u8>> {
    let file = File::open(path).expect("opened");
    let mut value = vec![0; 256];
    let length = rustix::fs::fgetxattr(&file, name, &mut value).ok()?;
    value.truncate(length);
    Some(value)
}

/// An access control list: the owner reads and writes, another user too, the group nothing.
fn access_list() -> Vec<u8> {
    let mut list = 2_u32.to_le_bytes().to_vec();
    for (tag, permissions, id) in [
        (1_u16, 6_u16, u32::MAX), // the owner
        (2, 6, 12_345),           // a user
        (4, 0, u32::MAX),         // the group
        (16, 6, u32::MAX),        // the mask
        (32, 0, u32::MAX),        // others
    ] {
        list.extend_from_slice(&tag.to_le_bytes());
        list.extend_from_slice(&permissions.to_le_bytes());
        list.extend_from_slice(&id.to_le_bytes());
    }
    list
}

#[test]
fn the_bits_of_a_program_do_not_pass_to_another_owner() {
    let scene = scene();
    let folder = scene.path();
    let file = folder.join("a.txt");
    fs::write(&file, gbk()).expect("written");
    fs::set_permissions(&file, Permissions::from_mode(0o6777)).expect("set");
    if fs::metadata(folder).expect("there").uid() != 0 {
        eprintln!("skipped: only root can give a file to another user");
        return;
    }
    // A file of one user in a folder that another one may write to, who runs the program.
    let program = folder.join("zhnorm-copy");
    fs::copy(env!("CARGO_BIN_EXE_zhnorm"), &program).expect("copied");
    fs::set_permissions(folder, Permissions::from_mode(0o777)).expect("set");
    let output = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(&program)
        .args(["-w", "a.txt"])
        .current_dir(folder)
        .output();
    let Ok(output) = output.map_err(|_| eprintln!("skipped: no setpriv here")) else {
        return;
    };
    assert_eq!(
        fs::read(&file).expect("read"),
        TEXT.as_bytes(),
        "{}",
        said(&output)
    );
    assert_eq!(fs::metadata(&file).expect("there").uid(), 65534);
    assert_eq!(mode(&file), 0o777);
    // The owner's own run keeps them.
    fs::write(&file, gbk()).expect("written");
    fs::set_permissions(&file, Permissions::from_mode(0o4755)).expect("set");
    std::os::unix::fs::chown(&file, Some(0), Some(0)).expect("given");
    fs::set_permissions(&file, Permissions::from_mode(0o4755)).expect("set");
    let output = run(folder, &["-w", "a.txt"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(mode(&file), 0o4755);
}

#[test]
fn access_lists_and_attributes_are_kept() {
    let scene = scene();
    let folder = scene.path();
    let file = folder.join("a.txt");
    fs::write(&file, gbk()).expect("written");
    fs::set_permissions(&file, Permissions::from_mode(0o600)).expect("set");
    let has_user = sets_attribute(&file, "user.source", b"https://morning.example/1");
    let has_list = sets_attribute(&file, "system.posix_acl_access", &access_list());
    let before = mode(&file);
    let output = run(folder, &["-w", "a.txt"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(fs::read(&file).expect("read"), TEXT.as_bytes());
    assert_eq!(mode(&file), before);
    if has_user {
        let kept = attribute(&file, "user.source");
        assert_eq!(kept.as_deref(), Some(&b"https://morning.example/1"[..]));
    } else {
        eprintln!("skipped: no extended attributes here");
    }
    if !has_list {
        eprintln!("skipped: no access control lists here");
        return;
    }
    assert_eq!(
        attribute(&file, "system.posix_acl_access"),
        Some(access_list())
    );
    // A copy has no list, and the group has what the list allows it: nothing.
    let output = run(folder, &["-o", "out", "a.txt"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(mode(&folder.join("out/a.txt")), 0o600);
}

#[test]
fn a_list_that_the_folder_hands_on_is_not_added() {
    let scene = scene();
    let folder = scene.path();
    let file = folder.join("a.txt");
    fs::write(&file, gbk()).expect("written");
    fs::set_permissions(&file, Permissions::from_mode(0o600)).expect("set");
    if !sets_attribute(folder, "system.posix_acl_default", &access_list()) {
        eprintln!("skipped: no access control lists here");
        return;
    }
    let output = run(folder, &["-w", "a.txt"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(attribute(&file, "system.posix_acl_access"), None);
    assert_eq!(mode(&file), 0o600);
}

#[test]
fn a_folder_exchanged_for_a_link_is_not_followed() {
    let scene = scene();
    let folder = scene.path();
    let outside = tempfile::tempdir().expect("a folder");
    for name in ["one", "two"] {
        fs::create_dir_all(folder.join("in").join(name)).expect("made");
    }
    let names: Vec<String> = (0..60).map(|index| format!("{index}.txt")).collect();
    for name in &names {
        fs::write(outside.path().join(name), gbk()).expect("written");
        fs::write(folder.join("in/one").join(name), gbk().repeat(50)).expect("written");
    }
    // While the run goes on, the folder and a link to the files outside change places.
    let place = folder.join("in/one");
    let (away, link) = (folder.join("away"), folder.join("link"));
    symlink(outside.path(), &link).expect("linked");
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let _ = fs::rename(&place, &away).and_then(|()| fs::rename(&link, &place));
                std::thread::yield_now();
                let _ = fs::rename(&place, &link).and_then(|()| fs::rename(&away, &place));
            }
        });
        for _ in 0..10 {
            run(folder, &["-w", "in"]);
        }
        is_over.store(true, Ordering::Relaxed);
    });
    for name in &names {
        let held = fs::read(outside.path().join(name)).expect("read");
        assert_eq!(held, gbk(), "{name} outside was changed");
    }
}

#[test]
fn a_link_inside_the_output_folder_is_not_written_through() {
    let scene = scene();
    let folder = scene.path();
    fs::create_dir_all(folder.join("in/sub")).expect("made");
    fs::create_dir_all(folder.join("other")).expect("made");
    fs::create_dir(folder.join("out")).expect("made");
    fs::write(folder.join("in/sub/a.txt"), gbk()).expect("written");
    fs::write(folder.join("other/a.txt"), gbk()).expect("written");
    symlink("../other", folder.join("out/sub")).expect("linked");
    let output = run(folder, &["-o", "out", "in"]);
    assert_eq!(code(&output), 2, "{}", said(&output));
    assert!(said(&output).contains("symbolic link"), "{}", said(&output));
    assert_eq!(fs::read(folder.join("other/a.txt")).expect("read"), gbk());
    // A link in the place of the output itself is replaced, and what it leads to stays.
    fs::remove_file(folder.join("out/sub")).expect("removed");
    fs::create_dir(folder.join("out/sub")).expect("made");
    symlink("../../other/a.txt", folder.join("out/sub/a.txt")).expect("linked");
    let output = run(folder, &["-o", "out", "in"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(fs::read(folder.join("other/a.txt")).expect("read"), gbk());
}

#[test]
fn an_output_folder_below_a_followed_link_is_refused() {
    let scene = scene();
    let folder = scene.path();
    fs::create_dir_all(folder.join("in")).expect("made");
    fs::create_dir_all(folder.join("data/out")).expect("made");
    fs::write(folder.join("data/a.txt"), gbk()).expect("written");
    symlink("../data", folder.join("in/link")).expect("linked");
    let output = run(folder, &["-L", "-o", "data/out", "in"]);
    assert_eq!(code(&output), 2, "{}", said(&output));
    assert!(
        said(&output).contains("is inside this folder"),
        "{}",
        said(&output)
    );
    assert_eq!(
        fs::read_dir(folder.join("data/out"))
            .expect("there")
            .count(),
        0
    );
}

#[test]
fn a_file_larger_than_allowed_is_an_error_of_that_file() {
    let scene = scene();
    let folder = scene.path();
    fs::write(folder.join("a.txt"), gbk().repeat(400)).expect("written");
    let output = Command::new("sh")
        .arg("-c")
        .arg("ulimit -f 16; exec \"$0\" -w a.txt zz-good.txt")
        .arg(env!("CARGO_BIN_EXE_zhnorm"))
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("it starts");
    super::scene::one_bad(folder, &output, "a.txt", "ulimit -f");
    assert_eq!(
        fs::read(folder.join("a.txt")).expect("read"),
        gbk().repeat(400)
    );
}
