//! Whether a run can be led out of its folders: files and folders are exchanged for links while it
//! goes on.
//!
//! A file outside is followed when its text comes into an output, and it has escaped when it is
//! changed, or when a file appears beside it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};

use super::zhnorm;

const FILES: usize = 60;
const INSIDE: &str = "電腦在裡面，大家在公園裡散步，看見了許多人和花。\n";
const OUTSIDE: &str = "電話在外面，他們在河邊釣魚，看見了許多船和鳥。\n";
/// What of the text outside is the same before and after.
const MARK: &str = "外面";

/// What changes places with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exchanged {
    File,
    Folder,
    OutputFolder,
}

impl Exchanged {
    fn name(self) -> &'static str {
        match self {
            Self::File => "a file of the walk and a link",
            Self::Folder => "a folder of the walk and a link",
            Self::OutputFolder => "a folder of the outputs and a link",
        }
    }
}

/// Prints the table and fails when a link was followed.
pub fn links(binary: &Path, scratch: &Path, tries: usize) -> Result<()> {
    println!("links: {FILES} files, exchanged for links while a run goes on\n");
    println!("| exchanged | run | tries | exchanges | followed | escaped |");
    println!("|---|---|--:|--:|--:|--:|");
    let mut bad = 0;
    for (exchanged, arguments) in [
        (Exchanged::File, &["-w"][..]),
        (Exchanged::File, &["-w", "--backup"]),
        (Exchanged::File, &["-o", "out"]),
        (Exchanged::Folder, &["-w"]),
        (Exchanged::Folder, &["-o", "out"]),
        (Exchanged::OutputFolder, &["-o", "out"]),
    ] {
        let arena = Arena::new(scratch.join("links"))?;
        let (mut followed, mut escaped) = (0, 0);
        let exchanges = AtomicUsize::new(0);
        for _ in 0..tries {
            arena.lay_out()?;
            arena.run(binary, exchanged, arguments, &exchanges)?;
            followed += arena.followed()?;
            escaped += arena.escaped()?;
        }
        let (name, run) = (exchanged.name(), arguments.join(" "));
        let exchanges = exchanges.into_inner();
        println!("| {name} | `{run}` | {tries} | {exchanges} | {followed} | {escaped} |");
        ensure!(tries == 0 || exchanges > 0, "nothing was exchanged");
        bad += followed + escaped;
    }
    println!();
    ensure!(bad == 0, "{bad} files outside were reached through links");
    Ok(())
}

struct Arena {
    root: PathBuf,
}

impl Arena {
    fn new(root: PathBuf) -> Result<Self> {
        fs::create_dir_all(&root)?;
        Ok(Self { root })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// All files as they are before a run.
    fn lay_out(&self) -> Result<()> {
        fs::remove_dir_all(&self.root)?;
        for folder in ["in/one", "outside", "out/one"] {
            fs::create_dir_all(self.path(folder))?;
        }
        for number in 0..FILES {
            let name = format!("{number:02}.txt");
            fs::write(self.path("in/one").join(&name), INSIDE.repeat(30))?;
            fs::write(self.path("outside").join(&name), OUTSIDE)?;
        }
        Ok(())
    }

    fn run(
        &self,
        binary: &Path,
        exchanged: Exchanged,
        arguments: &[&str],
        exchanges: &AtomicUsize,
    ) -> Result<()> {
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut turn = 0;
                while !is_over.load(Ordering::Relaxed) {
                    turn = (turn + 1) % FILES;
                    if self.exchange(exchanged, turn).is_ok() {
                        exchanges.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
            let run = zhnorm(binary, &["--to", "zh-Hans", "--force", "in"])
                .args(arguments)
                .current_dir(&self.root)
                .stderr(Stdio::null())
                .status();
            is_over.store(true, Ordering::Relaxed);
            run
        })
        .context("the run")?;
        Ok(())
    }

    /// A link takes the place for a moment, and what was there comes back.
    fn exchange(&self, exchanged: Exchanged, turn: usize) -> std::io::Result<()> {
        let name = format!("{turn:02}.txt");
        let (place, aim) = match exchanged {
            Exchanged::File => (
                self.path("in/one").join(&name),
                self.path("outside").join(&name),
            ),
            Exchanged::Folder => (self.path("in/one"), self.path("outside")),
            Exchanged::OutputFolder => (self.path("out/one"), self.path("outside")),
        };
        let (away, link) = (self.path("away"), self.path("link"));
        symlink(aim, &link)?;
        let gone = fs::rename(&place, &away).and_then(|()| fs::rename(&link, &place));
        std::thread::yield_now();
        let back = fs::remove_file(&place).and_then(|()| fs::rename(&away, &place));
        let _ = fs::remove_file(&link);
        gone.and(back)
    }

    /// Files inside that hold text from outside.
    fn followed(&self) -> Result<usize> {
        let mut followed = 0;
        for folder in ["in/one", "out/one"] {
            for text in contents(&self.path(folder))?.values() {
                followed += usize::from(text.contains(MARK));
            }
        }
        Ok(followed)
    }

    /// Files outside that are not what they were.
    fn escaped(&self) -> Result<usize> {
        let found = contents(&self.path("outside"))?;
        let new = found.len().saturating_sub(FILES);
        let same = found.values().filter(|text| *text == OUTSIDE).count();
        Ok(new + FILES.saturating_sub(same))
    }
}

/// The texts of the files in a folder. Links are not looked at.
fn contents(folder: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let mut found = BTreeMap::new();
    if folder.is_symlink() || !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.is_symlink() {
            let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
            found.insert(path, text);
        }
    }
    Ok(found)
}
