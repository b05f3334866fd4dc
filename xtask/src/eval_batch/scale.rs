//! Speed and memory, as ratios to other commands in the same run.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::trees::{self, Kind};
use super::zhnorm;

/// The length of a file of the tables: a short article.
const LENGTH: usize = 3_000;

/// The middle of some durations.
fn median(durations: &mut [Duration]) -> Duration {
    durations.sort();
    durations[durations.len() / 2]
}

/// The most memory that a command held at once, in megabytes, by GNU time.
fn memory(command: &Command, input: Option<&Path>) -> Result<f64> {
    let mut timed = Command::new("/usr/bin/time");
    timed
        .args(["--quiet", "--format=%M"])
        .arg(command.get_program())
        .args(command.get_args())
        .stdout(Stdio::null());
    timed.stdin(match input {
        Some(input) => File::open(input)?.into(),
        None => Stdio::null(),
    });
    let output = timed
        .output()
        .context("/usr/bin/time measures the memory; Debian's package `time` has it")?;
    let told = String::from_utf8_lossy(&output.stderr);
    let kilobytes: f64 = told
        .lines()
        .last()
        .and_then(|line| line.trim().parse().ok())
        .with_context(|| format!("GNU time said {told:?}"))?;
    Ok(kilobytes / 1024.0)
}

/// What a run takes that only starts, reads 3 KB and ends, beside `cat`.
pub fn start(binary: &Path, scratch: &Path, rounds: usize) -> Result<()> {
    println!("start-up: {LENGTH} bytes through standard input\n");
    println!("| text | `cat` | zhnorm | more than `cat` | memory |");
    println!("|---|--:|--:|--:|--:|");
    for (name, number, kind, arguments) in [
        ("healthy", 0, Kind::Healthy, &[][..]),
        (
            "healthy, --to zh-Hant",
            0,
            Kind::Healthy,
            &["--to", "zh-Hant"],
        ),
        ("GB18030", 0, Kind::Mixture, &["--to", "zh-Hans"]),
        ("pinyin garble", 6, Kind::Mixture, &["--to", "zh-Hans"]),
    ] {
        let path = scratch.join("start.txt");
        fs::write(&path, trees::file(kind, number, LENGTH))?;
        let time = |command: &mut Command| -> Result<Duration> {
            command.stdin(File::open(&path)?);
            let begin = Instant::now();
            let status = command.status()?;
            let took = begin.elapsed();
            ensure!(status.success(), "{command:?}: {status}");
            Ok(took)
        };
        let mut cat = Command::new("cat");
        cat.stdout(Stdio::null());
        let mut ours = zhnorm(binary, arguments);
        let (mut cats, mut zhnorms) = (Vec::new(), Vec::new());
        for round in 0..rounds * 60 + 5 {
            let (one, other) = (time(&mut cat)?, time(&mut ours)?);
            // The first few find neither program in memory.
            if round >= 5 {
                cats.push(one);
                zhnorms.push(other);
            }
        }
        let milliseconds = |duration: Duration| duration.as_secs_f64() * 1e3;
        let (cat, own) = (
            milliseconds(median(&mut cats)),
            milliseconds(median(&mut zhnorms)),
        );
        println!(
            "| {name} | {cat:.2} ms | {own:.2} ms | {:.2} ms | {:.1} MB |",
            own - cat,
            memory(&zhnorm(binary, arguments), Some(&path))?
        );
    }
    println!();
    Ok(())
}

/// A tree through `cp -r` and through the command with one thread and with two.
pub fn scale(binary: &Path, scratch: &Path, files: usize, rounds: usize) -> Result<()> {
    let cores = std::thread::available_parallelism()?;
    println!("scale: {files} files of {LENGTH} bytes, {cores} cores, median of {rounds}\n");
    println!("| files | `cp -r` | -j1 | -j2 | -j2 to `cp -r` (speed) | -j2 to -j1 | memory -j2 |");
    println!("|---|--:|--:|--:|--:|--:|--:|");
    for kind in [Kind::Healthy, Kind::Mixture] {
        let tree = scratch.join("tree");
        trees::write(&tree, kind, files, LENGTH)?;
        let out = scratch.join("out");
        let source = tree.to_str().context("a path that is not UTF-8")?;
        let target = out.to_str().context("a path that is not UTF-8")?;
        let ours = |jobs: &str| {
            zhnorm(
                binary,
                &["--to", "zh-Hans", "-j", jobs, source, "-o", target],
            )
        };
        let time = |command: &mut Command| -> Result<Duration> {
            // What the round before left to the disk is not this one's.
            let _ = Command::new("sync").status();
            let begin = Instant::now();
            let status = command.status()?;
            let took = begin.elapsed();
            ensure!(status.success(), "{command:?}: {status}");
            fs::remove_dir_all(&out)?;
            Ok(took)
        };
        let mut times: [Vec<Duration>; 3] = Default::default();
        for _ in 0..rounds {
            times[0].push(time(Command::new("cp").args(["-r", source, target]))?);
            times[1].push(time(&mut ours("1"))?);
            times[2].push(time(&mut ours("2"))?);
        }
        let [copy, one, two] = times.map(|mut times| median(&mut times).as_secs_f64());
        let memory = memory(&ours("2"), None)?;
        println!(
            "| {} | {copy:.2} s | {one:.2} s | {two:.2} s | {:.2} | {:.2} | {memory:.1} MB |",
            kind.name(),
            copy / two,
            one / two,
        );
        fs::remove_dir_all(&out)?;
        fs::remove_dir_all(&tree)?;
    }
    println!();
    Ok(())
}

/// One large file through the command: its memory must not grow with the file, and its bytes
/// must be those of the text in one piece.
pub fn large(binary: &Path, scratch: &Path, megabytes: usize) -> Result<()> {
    println!("one large file\n");
    println!("| file | size | time | speed | memory | the same bytes as in one piece |");
    println!("|---|--:|--:|--:|--:|---|");
    let path = scratch.join("large.txt");
    let name = path.to_str().context("a path that is not UTF-8")?;
    for (kind, number, megabytes) in [
        (Kind::Healthy, 0, 30),
        (Kind::Mixture, 0, 30),
        (Kind::Mixture, 6, 30),
        (Kind::Mixture, 8, 30),
        (Kind::Healthy, 0, megabytes),
    ] {
        // Article after article of one kind, as in a corpus that was joined to one file.
        let mut file = BufWriter::new(File::create(&path)?);
        let mut length = 0;
        let mut turn = number;
        while length < megabytes * 1_000_000 {
            let text = trees::file(kind, turn, LENGTH);
            length += text.len();
            file.write_all(&text)?;
            turn += 20;
        }
        file.into_inner()?;
        let command = || zhnorm(binary, &["--to", "zh-Hant", name]);
        let begin = Instant::now();
        let status = command().status()?;
        let took = begin.elapsed().as_secs_f64();
        ensure!(status.success(), "{megabytes} MB: {status}");
        let same = if megabytes <= 30 {
            let output = command().stdout(Stdio::piped()).output()?;
            let options = zhnorm::Options {
                to: Some("zh-Hant".parse()?),
                count_only: true,
                ..zhnorm::Options::default()
            };
            let bytes = fs::read(&path)?;
            let whole = zhnorm::Normalizer::new(options).normalize_bytes(&bytes)?;
            if whole.text.as_bytes() == output.stdout {
                "yes"
            } else {
                "NO"
            }
        } else {
            "not compared"
        };
        let kind = match number {
            6 => "pinyin garble",
            8 => "with other lines",
            _ if kind == Kind::Mixture => "GB18030",
            _ => kind.name(),
        };
        println!(
            "| {kind} | {} MB | {took:.2} s | {:.0} MB/s | {:.0} MB | {same} |",
            length / 1_000_000,
            length as f64 / 1e6 / took,
            memory(&command(), None)?,
        );
        fs::remove_file(&path)?;
    }
    println!();
    Ok(())
}
