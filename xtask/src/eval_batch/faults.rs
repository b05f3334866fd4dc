//! What is left of the files when a run is killed, stopped or hindered.
//!
//! A file is lost when it holds neither what it held before nor what it should hold after.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::trees::{self, Dice, Kind};
use super::zhnorm;

/// Files of the tree that runs are killed over.
const FILES: usize = 2_000;
const LENGTH: usize = 3_000;

/// The contents of every file below a folder, by path.
type Snapshot = BTreeMap<PathBuf, Vec<u8>>;

/// A row of the table.
#[derive(Debug, Default)]
struct Row {
    tries: usize,
    /// Tries in which some files were written and some not: the moment was a telling one.
    midway: usize,
    checked: usize,
    lost: usize,
    /// Temporary files that stood there after a try, and after the next run.
    left: usize,
    left_after_next: usize,
}

/// Prints the table and fails when a file was lost.
pub fn faults(binary: &Path, scratch: &Path, kills: usize) -> Result<()> {
    println!("faults: {FILES} files of {LENGTH} bytes\n");
    println!(
        "| fault | tries | in the middle of it | files checked | files lost | temporary files left | after the next run |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|");
    let arena = Arena::new(binary, scratch)?;
    let rows = [
        ("kill -9 during -w", arena.stopped(kills, "KILL", false)?),
        (
            "kill -9 during -o",
            arena.stopped(kills.div_ceil(4), "KILL", true)?,
        ),
        (
            "Ctrl-C during -w",
            arena.stopped(kills.div_ceil(10), "INT", false)?,
        ),
        ("disk full during -w", arena.full_disk()?),
    ];
    let mut lost = 0;
    for (fault, row) in rows {
        if row.tries == 0 {
            println!("| {fault} | not tried: mounting a small disk needs root | | | | | |");
            continue;
        }
        println!(
            "| {fault} | {} | {} | {} | {} | {} | {} |",
            row.tries, row.midway, row.checked, row.lost, row.left, row.left_after_next
        );
        lost += row.lost + row.left_after_next;
    }
    println!();
    ensure!(lost == 0, "{lost} files were lost or left behind");
    Ok(())
}

/// A tree, what it should become, and how long that takes.
struct Arena<'a> {
    binary: &'a Path,
    tree: PathBuf,
    out: PathBuf,
    scratch: &'a Path,
    old: Snapshot,
    new: Snapshot,
    takes: Duration,
}

impl<'a> Arena<'a> {
    fn new(binary: &'a Path, scratch: &'a Path) -> Result<Self> {
        let tree = scratch.join("faults");
        let out = scratch.join("faults-out");
        trees::write(&tree, Kind::Mixture, FILES, LENGTH)?;
        let old = snapshot(&tree)?;
        let mut arena = Self {
            binary,
            tree,
            out,
            scratch,
            old,
            new: Snapshot::new(),
            takes: Duration::ZERO,
        };
        // Which files a healthy run leaves, and how long it takes when files are warm.
        arena.command(false)?.status()?;
        arena.new = snapshot(&arena.tree)?;
        arena.restore()?;
        let begin = Instant::now();
        let status = arena.command(false)?.status()?;
        arena.takes = begin.elapsed();
        ensure!(status.success(), "the healthy run ended with {status}");
        ensure!(
            snapshot(&arena.tree)? == arena.new,
            "two runs gave two results"
        );
        ensure!(arena.old != arena.new, "the run changes nothing");
        arena.restore()?;
        Ok(arena)
    }

    fn command(&self, mirror: bool) -> Result<Command> {
        let tree = self.tree.to_str().context("a path that is not UTF-8")?;
        let out = self.out.to_str().context("a path that is not UTF-8")?;
        let mut arguments = vec!["--to", "zh-Hans", tree];
        if mirror {
            arguments.extend(["-o", out]);
        } else {
            arguments.push("-w");
        }
        Ok(zhnorm(self.binary, &arguments))
    }

    /// Puts the old texts back where there are others. Temporary files stay: the next run has
    /// to deal with them.
    fn restore(&self) -> Result<()> {
        for (path, old) in &self.old {
            if fs::read(path).ok().as_ref() != Some(old) {
                fs::write(path, old)?;
            }
        }
        Ok(())
    }

    /// Runs that are sent a signal at a random moment.
    fn stopped(&self, tries: usize, signal: &str, mirror: bool) -> Result<Row> {
        let mut row = Row::default();
        let mut dice = Dice::new(2_026);
        for _ in 0..tries {
            let _ = fs::remove_dir_all(&self.out);
            let moment = self.takes.mul_f64(dice.below(1_000) as f64 / 1_000.0);
            let mut child = self.command(mirror)?.spawn()?;
            std::thread::sleep(moment);
            send(&mut child, signal)?;
            child.wait()?;
            row.tries += 1;
            self.judge(mirror, &mut row)?;
            if !mirror {
                self.restore()?;
            }
        }
        // The next run is left alone; nothing of the killed ones may remain, in files or beside.
        let status = self.command(mirror)?.status()?;
        ensure!(
            status.success(),
            "the run after the last fault ended with {status}"
        );
        let after = snapshot(if mirror { &self.out } else { &self.tree })?;
        row.left_after_next = after.keys().filter(|path| is_temporary(path)).count();
        row.lost += self.differing(&after, mirror);
        let _ = fs::remove_dir_all(&self.out);
        self.restore()?;
        Ok(row)
    }

    /// What a stopped run has left: old or new, whole.
    fn judge(&self, mirror: bool, row: &mut Row) -> Result<()> {
        let folder = if mirror { &self.out } else { &self.tree };
        let found = if folder.exists() {
            snapshot(folder)?
        } else {
            Snapshot::new()
        };
        row.left += found.keys().filter(|path| is_temporary(path)).count();
        let (mut done, mut undone) = (0, 0);
        for (path, old) in &self.old {
            let new = &self.new[path];
            let place = self.place(path, mirror)?;
            row.checked += 1;
            match found.get(&place) {
                Some(text) if text == new && (mirror || old != new) => done += 1,
                Some(text) if text == old && !mirror => undone += usize::from(old != new),
                None if mirror => undone += 1,
                _ => row.lost += 1,
            }
        }
        row.midway += usize::from(done > 0 && undone > 0);
        Ok(())
    }

    fn place(&self, path: &Path, mirror: bool) -> Result<PathBuf> {
        Ok(if mirror {
            self.out.join(path.strip_prefix(&self.tree)?)
        } else {
            path.to_owned()
        })
    }

    /// Files that are not what they should be after a whole run.
    fn differing(&self, found: &Snapshot, mirror: bool) -> usize {
        self.new
            .iter()
            .filter(|(path, new)| {
                let place = self.place(path, mirror);
                place.ok().and_then(|place| found.get(&place)) != Some(*new)
            })
            .count()
    }

    /// Runs in place on disks that are too small for one more file: a memory disk of each size
    /// between full to the last page and nearly enough.
    fn full_disk(&self) -> Result<Row> {
        let mut row = Row::default();
        let disk = self.scratch.join("disk");
        fs::create_dir_all(&disk)?;
        let small: Vec<_> = self.old.iter().take(120).collect();
        let pages: usize = small
            .iter()
            .map(|(_, text)| text.len().div_ceil(4096))
            .sum();
        for spare in 0..20 {
            // The root folder takes a page's worth of its own.
            let options = format!("size={}k", (pages + spare) * 4);
            let mounted = Command::new("mount")
                .args(["-t", "tmpfs", "-o", &options, "zhnorm-eval"])
                .arg(&disk)
                .stderr(std::process::Stdio::null())
                .status();
            if !mounted.is_ok_and(|status| status.success()) {
                return Ok(row);
            }
            let tried = self.on_disk(&disk, &small, &mut row);
            Command::new("umount").arg(&disk).status()?;
            tried?;
        }
        Ok(row)
    }

    fn on_disk(&self, disk: &Path, files: &[(&PathBuf, &Vec<u8>)], row: &mut Row) -> Result<()> {
        let mut places = Vec::new();
        for (number, (path, old)) in files.iter().enumerate() {
            let place = disk.join(format!("{number}.txt"));
            if fs::write(&place, old).is_err() {
                fs::remove_file(&place)?;
                break;
            }
            places.push((place, *old, &self.new[*path]));
        }
        let disk_name = disk.to_str().context("a path that is not UTF-8")?;
        zhnorm(self.binary, &["--to", "zh-Hans", "-w", disk_name]).status()?;
        row.tries += 1;
        let (mut done, mut undone) = (0, 0);
        for (place, old, new) in places {
            row.checked += 1;
            let text = fs::read(&place).unwrap_or_default();
            if old != new && text == *new {
                done += 1;
            } else if text == *old {
                undone += usize::from(old != new);
            } else {
                row.lost += 1;
            }
        }
        row.midway += usize::from(done > 0 && undone > 0);
        row.left_after_next += snapshot(disk)?
            .keys()
            .filter(|path| is_temporary(path))
            .count();
        Ok(())
    }
}

fn send(child: &mut Child, signal: &str) -> Result<()> {
    if signal == "KILL" {
        child.kill()?;
    } else {
        Command::new("kill")
            .args([format!("-{signal}"), child.id().to_string()])
            .stderr(std::process::Stdio::null())
            .status()
            .context("kill")?;
    }
    Ok(())
}

/// Whether this is one of the command's temporary files.
fn is_temporary(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with(".zhnorm-"))
}

fn snapshot(folder: &Path) -> Result<Snapshot> {
    let mut found = Snapshot::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read(&path)?;
                found.insert(path, text);
            }
        }
    }
    Ok(found)
}
