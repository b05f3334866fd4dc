//! Runs a command and measures its processor time and the peak of its memory, from `/proc`.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// What a run used.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Processor time of the program, in seconds.
    pub seconds: f64,
    /// The peak of resident memory, in bytes.
    pub memory: usize,
}

/// How a run ended.
pub enum Outcome {
    /// By itself.
    Ended(Usage),
    /// It took too long.
    Stopped,
}

/// Runs the command over one file with its defaults and some more arguments.
pub fn measure(
    binary: &Path,
    arguments: &[&str],
    file: &Path,
    timeout: Duration,
) -> Result<Outcome> {
    let mut child = Command::new(binary)
        .args(["--isolated", "-q", "-j1"])
        .args(arguments)
        .arg("--")
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let folder = Path::new("/proc").join(child.id().to_string());
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).context("/proc is needed");
    let started = Instant::now();
    let mut memory = 0;
    // The process stays in /proc, without its memory, until it is waited for.
    let outcome = loop {
        let stat = read("stat")?;
        let (_, fields) = stat.rsplit_once(')').context("/proc/PID/stat")?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        if let Ok(status) = read("status") {
            let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.parse().ok());
            memory = memory.max(kilobytes.unwrap_or(0) * 1024);
        }
        if fields.first() == Some(&"Z") {
            let ticks = |index: usize| {
                fields
                    .get(index)
                    .and_then(|field| field.parse::<f64>().ok())
            };
            // utime and stime, fields 14 and 15 of the whole line, in hundredths of a second.
            let seconds = (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / 100.0;
            break Outcome::Ended(Usage { seconds, memory });
        }
        if started.elapsed() > 4 * timeout || processor_time(&fields) > timeout.as_secs_f64() {
            child.kill()?;
            break Outcome::Stopped;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    child.wait()?;
    Ok(outcome)
}

fn processor_time(fields: &[&str]) -> f64 {
    let ticks = |index: usize| {
        fields
            .get(index)
            .and_then(|field| field.parse::<f64>().ok())
    };
    ticks(11).unwrap_or(0.0) / 100.0
}
