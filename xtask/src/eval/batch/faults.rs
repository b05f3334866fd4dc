//! What is left of the files when a run is killed, stopped or hindered.
//!
//! A file is lost when it holds neither what it held before nor what it should hold after.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::trees::{self, Dice, Kind};
use super::zhnorm;

/// Files of the tree that runs are killed over.
const FILES: usize = 2_000;
const LENGTH: usize = 3_000;
/// Files on a disk that is too small, and their length in UTF-8: in other encodings a page less.
const SMALL: usize = 120;
const GROWING: usize = 5_000;

/// The contents of every file below a folder, by path.
type Snapshot = BTreeMap<PathBuf, Vec<u8>>;

/// A row of the table.
#[derive(Debug, Default)]
struct Row {
    tries: usize,
    /// Tries in which some files were written and some not: the moment was a good one.
    midway: usize,
    checked: usize,
    lost: usize,
    /// Temporary files that stood there after a try, and after the next run.
    left: usize,
    left_after_next: usize,
}

/// How far a run got before it was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reached {
    Start,
    Middle,
    End,
}

/// Prints the table and fails when a file was lost.
pub fn faults(binary: &Path, scratch: &Path, kills: usize) -> Result<()> {
    let begin = Instant::now();
    println!("faults: {FILES} files of {LENGTH} bytes\n");
    let arena = Arena::new(binary, scratch)?;
    let mut lost = 0;
    let seconds = arena.takes.as_secs_f64();
    println!("a run that nobody disturbs takes {seconds:.2} s\n");
    println!(
        "| fault | tries | in the middle of it | files checked | files lost | temporary files left | after the next run |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|");
    let mut tell = |fault: &str, row: Row| {
        if row.tries == 0 {
            println!("| {fault} | not tried: mounting a small disk needs root | | | | | |");
            return;
        }
        println!(
            "| {fault} | {} | {} | {} | {} | {} | {} |",
            row.tries, row.midway, row.checked, row.lost, row.left, row.left_after_next
        );
        lost += row.lost + row.left_after_next;
    };
    tell("kill -9 during -w", arena.stopped(kills, "KILL", false)?);
    tell(
        "kill -9 during -o",
        arena.stopped(kills.div_ceil(4), "KILL", true)?,
    );
    tell(
        "Ctrl-C during -w",
        arena.stopped(kills.div_ceil(10), "INT", false)?,
    );
    tell("disk full during -w", arena.full_disk()?);
    println!("\nin {:.0} s", begin.elapsed().as_secs_f64());
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
        // Quick work, so that most of a run is writing and the moments fall there.
        trees::write(&tree, Kind::Other, FILES, LENGTH, trees::TOGETHER)?;
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
        arena.restore(&arena.new)?;
        let begin = Instant::now();
        let status = arena.command(false)?.status()?;
        arena.takes = begin.elapsed();
        ensure!(status.success(), "the healthy run ended with {status}");
        ensure!(
            snapshot(&arena.tree)? == arena.new,
            "two runs gave two results"
        );
        ensure!(arena.old != arena.new, "the run changes nothing");
        arena.restore(&arena.new)?;
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

    /// Puts the old texts back where `found` has others. Temporary files stay: the next run has
    /// to deal with them.
    fn restore(&self, found: &Snapshot) -> Result<()> {
        for (path, old) in &self.old {
            if found.get(path) != Some(old) {
                fs::write(path, old)?;
            }
        }
        Ok(())
    }

    /// Runs that are sent a signal at a random moment.
    fn stopped(&self, tries: usize, signal: &str, mirror: bool) -> Result<Row> {
        let mut row = Row::default();
        let mut dice = Dice::new(2_026);
        let mut takes = self.takes;
        for _ in 0..tries {
            let _ = fs::remove_dir_all(&self.out);
            let moment = takes.mul_f64(dice.below(1_000) as f64 / 1_000.0);
            let mut child = self.command(mirror)?.stderr(Stdio::null()).spawn()?;
            std::thread::sleep(moment);
            send(&mut child, signal)?;
            child.wait()?;
            row.tries += 1;
            let (found, reached) = self.judge(mirror, &mut row)?;
            // How long a run takes changes with what else the machine does; the moments are to
            // fall within it.
            match reached {
                Reached::End => takes = (takes * 3 + moment) / 4,
                Reached::Start => takes = takes * 21 / 20,
                Reached::Middle => {}
            }
            if !mirror {
                self.restore(&found)?;
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
        self.restore(&snapshot(&self.tree)?)?;
        Ok(row)
    }

    /// What a stopped run has left: old or new, whole.
    fn judge(&self, mirror: bool, row: &mut Row) -> Result<(Snapshot, Reached)> {
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
        let reached = match (done, undone) {
            (0, _) => Reached::Start,
            (_, 0) => Reached::End,
            _ => Reached::Middle,
        };
        row.midway += usize::from(reached == Reached::Middle);
        Ok((found, reached))
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

    /// Runs in place on disks that are too small: memory disks of each size between full to the
    /// last page and nearly enough. The texts grow by a page each when they become UTF-8.
    fn full_disk(&self) -> Result<Row> {
        let mut row = Row::default();
        let disk = self.scratch.join("disk");
        fs::create_dir_all(&disk)?;
        let old: Vec<Vec<u8>> = (0..SMALL)
            .map(|number| trees::file(Kind::Other, number, GROWING))
            .collect();
        let new = self.healthy(&old)?;
        let pages: usize = old.iter().map(|text| text.len().div_ceil(4096)).sum();
        for spare in 0..20 {
            // The root folder takes a page's worth of its own.
            let size = (pages + 2 + spare * SMALL / 20) * 4;
            let mounted = Command::new("mount")
                .args(["-t", "tmpfs", "-o", &format!("size={size}k"), "zhnorm-eval"])
                .arg(&disk)
                .stderr(Stdio::null())
                .status();
            if !mounted.is_ok_and(|status| status.success()) {
                return Ok(row);
            }
            let tried = self.on_disk(&disk, &old, &new, &mut row);
            Command::new("umount").arg(&disk).status()?;
            tried?;
        }
        Ok(row)
    }

    /// What becomes of texts where there is room for them.
    fn healthy(&self, old: &[Vec<u8>]) -> Result<Vec<Vec<u8>>> {
        let folder = self.scratch.join("healthy");
        fs::create_dir_all(&folder)?;
        for (number, text) in old.iter().enumerate() {
            fs::write(folder.join(format!("{number}.txt")), text)?;
        }
        let name = folder.to_str().context("a path that is not UTF-8")?;
        zhnorm(self.binary, &["--to", "zh-Hans", "-w", name]).status()?;
        let new: std::io::Result<_> = (0..old.len())
            .map(|number| fs::read(folder.join(format!("{number}.txt"))))
            .collect();
        Ok(new?)
    }

    fn on_disk(&self, disk: &Path, old: &[Vec<u8>], new: &[Vec<u8>], row: &mut Row) -> Result<()> {
        let mut places = Vec::new();
        for (number, (old, new)) in old.iter().zip(new).enumerate() {
            let place = disk.join(format!("{number}.txt"));
            if fs::write(&place, old).is_err() {
                fs::remove_file(&place)?;
                break;
            }
            places.push((place, old, new));
        }
        let disk_name = disk.to_str().context("a path that is not UTF-8")?;
        zhnorm(self.binary, &["--to", "zh-Hans", "-w", disk_name])
            .stderr(Stdio::null())
            .status()?;
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
            .stderr(Stdio::null())
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
