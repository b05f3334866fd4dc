//! Speed and memory, as ratios to other commands in the same run.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

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
    let printed = String::from_utf8_lossy(&output.stderr);
    let kilobytes: f64 = printed
        .lines()
        .last()
        .and_then(|line| line.trim().parse().ok())
        .with_context(|| format!("GNU time said {printed:?}"))?;
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

/// What a command took.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    /// Seconds until it was done.
    wall: f64,
    /// Seconds of all processors, its own and the system's for it.
    processor: f64,
    /// The most memory at once, in megabytes.
    memory: f64,
}

impl Cost {
    /// Runs a command under GNU time.
    fn measure(command: &Command) -> Result<Self> {
        let mut timed = Command::new("/usr/bin/time");
        timed
            .args(["--quiet", "--format=%U %S %M"])
            .arg(command.get_program())
            .args(command.get_args())
            .envs(
                command
                    .get_envs()
                    .filter_map(|(key, value)| Some((key, value?))),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let begin = Instant::now();
        let output = timed
            .output()
            .context("/usr/bin/time measures the memory; Debian's package `time` has it")?;
        let wall = begin.elapsed().as_secs_f64();
        let printed = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{command:?}: {printed}");
        let numbers = printed.lines().last().unwrap_or_default().split(' ');
        let numbers: Vec<f64> = numbers.filter_map(|word| word.parse().ok()).collect();
        let &[own, system, kilobytes] = numbers.as_slice() else {
            bail!("GNU time said {printed:?}");
        };
        Ok(Self {
            wall,
            processor: own + system,
            memory: kilobytes / 1024.0,
        })
    }
}

/// The middle of some numbers, and between which they are.
fn middle(numbers: impl Iterator<Item = f64>) -> (f64, f64, f64) {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    let last = numbers.len() - 1;
    (numbers[numbers.len() / 2], numbers[0], numbers[last])
}

/// A tree through `cp -r` and through the command with one thread and with two, by turns.
///
/// What one run wrote stays until all are done. Where ext4 has no journal it looks for a free inode
/// past each that was deleted in the last minutes, one by one: after a hundred thousand were, a new
/// file takes ten times as long, for `cp` as for anybody.
pub fn scale(binary: &Path, scratch: &Path, files: usize, rounds: usize) -> Result<()> {
    let cores = std::thread::available_parallelism()?;
    println!(
        "scale: {files} files of {LENGTH} bytes, {cores} cores, {rounds} rounds by turns: the"
    );
    println!(
        "median, of ratios the median of the rounds and (lowest-highest); the tree is in memory;"
    );
    println!("processor time is that of a file\n");
    println!(
        "| files | `cp -r` | -j1 | -j2 | -j2 to `cp -r` (speed) | -j2 to -j1 | \
         processor: `cp -r`, -j1, -j2 | memory -j2 |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    for (kind, together, name) in [
        (Kind::Healthy, trees::TOGETHER, "500 to a folder"),
        (Kind::Mixture, trees::TOGETHER, "500 to a folder"),
        (Kind::Healthy, usize::MAX, "one folder"),
    ] {
        let place = scratch.join(format!("{} {name}", kind.name()));
        let tree = place.join("tree");
        trees::write(&tree, kind, files, LENGTH, together)?;
        let source = tree.to_str().context("a path that is not UTF-8")?;
        let mut costs = Vec::new();
        for round in 0..rounds {
            let run = |way: &str| -> Result<Cost> {
                let out = place.join(format!("out {round} {way}"));
                let out = out.to_str().context("a path that is not UTF-8")?;
                // What the one before left to the disk is not this one's, and no one is the first
                // to read the tree.
                let _ = Command::new("sync").status();
                trees::read(&tree)?;
                if way == "cp" {
                    Cost::measure(Command::new("cp").args(["-r", source, out]))
                } else {
                    let arguments = ["--to", "zh-Hans", "-j", way, source, "-o", out];
                    Cost::measure(&zhnorm(binary, &arguments))
                }
            };
            costs.push([run("cp")?, run("1")?, run("2")?]);
        }
        let wall = |way: usize| middle(costs.iter().map(|costs| costs[way].wall)).0;
        let ratio = |one: usize| {
            let (middle, low, high) =
                middle(costs.iter().map(|costs| costs[one].wall / costs[2].wall));
            format!("{middle:.2} ({low:.2}-{high:.2})")
        };
        let processor = |way: usize| {
            middle(costs.iter().map(|costs| costs[way].processor)).0 * 1e6 / files as f64
        };
        println!(
            "| {}, {name} | {:.2} s | {:.2} s | {:.2} s | {} | {} | {:.0}, {:.0}, {:.0} µs | {:.1} MB |",
            kind.name(),
            wall(0),
            wall(1),
            wall(2),
            ratio(0),
            ratio(1),
            processor(0),
            processor(1),
            processor(2),
            middle(costs.iter().map(|costs| costs[2].memory)).2,
        );
    }
    println!();
    Ok(())
}

/// Megabytes of a file that is compared with the text in one piece, and the size of its groups in
/// bytes: smaller ones than usual, so that there are many borders in little text.
const COMPARED: usize = 2;
const GROUP: usize = 100_000;

/// One large file through the command: its memory must not grow with the file, and its bytes
/// must be those of the text in one piece.
pub fn large(binary: &Path, scratch: &Path, megabytes: usize) -> Result<()> {
    let path = scratch.join("large.txt");
    println!("groups of {GROUP} bytes, beside the whole text in one piece\n");
    println!("| file | size | as the library | as in one piece, without groups |");
    println!("|---|--:|---|---|");
    for (name, kind, number) in [
        ("healthy UTF-8", Kind::Healthy, 0),
        ("GB18030", Kind::Mixture, 0),
        ("traditional", Kind::Mixture, 4),
        ("pinyin garble", Kind::Mixture, 6),
        ("with other lines", Kind::Mixture, 8),
    ] {
        let length = corpus(&path, kind, number, COMPARED)?;
        let target = if number == 0 { "zh-Hant" } else { "zh-Hans" };
        let shown = path.to_str().context("a path that is not UTF-8")?;
        let group = GROUP.to_string();
        let arguments = ["--to", target, "--group-size", &group, shown];
        let output = zhnorm(binary, &arguments).stdout(Stdio::piped()).output()?;
        ensure!(output.status.success(), "{name}: {}", output.status);
        let bytes = fs::read(&path)?;
        let same = |limits: zhnorm::stream::Limits| -> Result<&'static str> {
            let options = zhnorm::Options::default()
                .with_to(target.parse()?)
                .with_count_only(true)
                .with_large(limits);
            let normalizer = zhnorm::Normalizer::new(options);
            let whole = normalizer.normalize_bytes(&bytes)?;
            let is_same = whole.text.as_bytes() == output.stdout;
            Ok(if is_same {
                "the same bytes"
            } else {
                "OTHER BYTES"
            })
        };
        let limits = zhnorm::stream::Limits::default();
        let by_definition = same(limits.with_whole(8 * GROUP).with_group(GROUP))?;
        let in_one_piece = same(limits.with_whole(usize::MAX).with_group(usize::MAX))?;
        println!(
            "| {name} | {:.1} MB | {by_definition} | {in_one_piece} |",
            length as f64 / 1e6
        );
    }
    println!("\none large file\n");
    println!("| way | size | time | speed | memory |");
    println!("|---|--:|--:|--:|--:|");
    let length = corpus(&path, Kind::Healthy, 0, megabytes)?;
    let shown = path.to_str().context("a path that is not UTF-8")?;
    let arguments = ["--to", "zh-Hant"];
    for (way, more, input) in [
        ("to standard output", &[shown][..], None),
        ("from standard input", &["-"], Some(&path)),
        ("--check", &[shown, "--check"], None),
        ("-w", &[shown, "-w"], None),
    ] {
        let command = zhnorm(binary, &[&arguments, more].concat());
        let begin = Instant::now();
        let memory = memory(&command, input.map(AsRef::as_ref))?;
        let took = begin.elapsed().as_secs_f64();
        println!(
            "| {way} | {} MB | {took:.1} s | {:.0} MB/s | {memory:.0} MB |",
            length / 1_000_000,
            length as f64 / 1e6 / took,
        );
    }
    fs::remove_file(&path)?;
    println!();
    Ok(())
}

/// Article after article of one kind, as in a corpus that was joined to one file: its length.
fn corpus(path: &Path, kind: Kind, number: usize, megabytes: usize) -> Result<usize> {
    let mut file = BufWriter::new(File::create(path)?);
    let (mut length, mut turn) = (0, number);
    while length < megabytes * 1_000_000 {
        let text = trees::file(kind, turn, LENGTH);
        length += text.len();
        file.write_all(&text)?;
        turn += 20;
    }
    file.into_inner()?;
    Ok(length)
}
