//! Drives a run: every input through the pipeline and the mode, on all cores, told in order.

mod dropped;
mod evidence;
mod progress;
mod share;
mod sink;
mod worker;

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use crate::arguments::{Arguments, When};
use crate::configuration::{Config, Profiles, Source};
use crate::exit::Exit;
use crate::html_report::Page;
use crate::inputs::{Found, Input, Inputs};
use crate::interrupt;
use crate::mode::{self, Mode};
use crate::record::Record;
use crate::replace;
use crate::report::{self, Colors};
use crate::settings::{Settings, Way};
use crate::{escape, fault::Fault};

use dropped::Dropped;
use progress::Progress;
use share::{Item, Share};
use sink::Sink;
pub use worker::Witnesses;

/// Runs.
pub fn run(settings: &Settings) -> Exit {
    match prepare_and_run(settings) {
        Ok(exit) => exit,
        Err(message) => {
            eprintln!("error: {message}");
            Exit::Error
        }
    }
}

fn prepare_and_run(settings: &Settings) -> Result<Exit, String> {
    worker::catch_panics();
    let colors = colors(settings.color);
    let owns_stdout = matches!(settings.way, Way::Print | Way::Diff);
    let report = report::of(settings, owns_stdout, colors);
    let mut profiles = Profiles::new(
        &settings.source,
        settings.flags.clone(),
        !report.lists_changes() && settings.report_html.is_none() && settings.dropped.is_none(),
    )?;
    let mode = mode::of(
        settings,
        colors.stdout,
        &match settings.way {
            Way::Mirror(_) => profiles.fingerprint(&settings.paths),
            _ => String::new(),
        },
    )?;
    let page = settings.report_html.as_deref().map(Page::new);
    let dropped = match &settings.dropped {
        Some(path) => Some(Dropped::open(path)?),
        None => None,
    };
    if settings.way != Way::Print {
        interrupt::listen();
    }
    let evidence = if settings.corpus_evidence {
        let profiles = Profiles::new(&settings.source, settings.flags.clone(), true)?;
        let inputs = Inputs::new(settings, profiles, mode.as_ref());
        Some(evidence::gather(settings, inputs)?)
    } else {
        None
    };
    let witnesses = Witnesses {
        evidence: evidence.as_ref(),
        dropped: dropped.as_ref(),
        page: page.as_ref(),
    };
    let sink = Sink::new(report.as_ref(), mode.writes(), Progress::new(settings));
    let inputs = Inputs::new(settings, profiles, mode.as_ref());
    let is_over = || interrupt::asked() || sink.is_closed();
    let found = inputs
        .take_while(|_| !is_over())
        .filter(|found| !page.as_ref().is_some_and(|page| page.is(found)))
        .filter_map(|found| admit(found, mode.as_ref()));
    let work = |turn: usize, found: Result<Input, Record>| {
        let record = match found {
            Ok(input) => {
                let tell = |name: &str, text: Vec<u8>, of_part: &zhnorm::report::Report| {
                    sink.tell(turn, &report.part(name, text, of_part))
                };
                worker::work(&input, mode.as_ref(), witnesses, &tell)
            }
            Err(record) => record,
        };
        if let Some(page) = &page {
            page.take_rest(&record);
        }
        sink.put(turn, record);
    };
    let one = settings.list.is_none() && settings.paths.len() == 1 && !settings.paths[0].is_dir();
    if one || settings.jobs.get() == 1 {
        for (turn, found) in found.enumerate() {
            work(turn, found);
        }
    } else {
        // Who writes a list into a pipe may wait for what becomes of one file before naming the next.
        let waits = (settings.list.as_ref()).is_some_and(|list| !list.file.is_file());
        let lot = if waits { 1 } else { share::LOT };
        let share = Share::new(found, settings.jobs.get(), lot);
        let thread = |number| {
            while let Some((turn, found)) = share.next(number, sink.told()) {
                if is_over() {
                    sink.skip(turn);
                } else {
                    work(turn, found);
                }
            }
        };
        on_all(settings.jobs.get(), &thread)?;
    }
    let exit = sink.finish(interrupt::asked());
    if let Some(Err(message)) = page.map(|page| page.write(settings)) {
        eprintln!("error: {message}");
        return Ok(exit.max(Exit::Error));
    }
    Ok(exit)
}

/// Runs it on so many threads, this one among them, each with its number.
///
/// # Errors
///
/// A message when not even one more can be had.
fn on_all(threads: usize, work: &(impl Fn(usize) + Sync)) -> Result<(), String> {
    std::thread::scope(|scope| {
        for number in 1..threads {
            let started = std::thread::Builder::new().spawn_scoped(scope, move || work(number));
            match started {
                Ok(_) => {}
                Err(error) if number == 1 => {
                    return Err(format!("no threads to work with: {error}"));
                }
                // Those that there are do the work.
                Err(_) => break,
            }
        }
        work(0);
        Ok(())
    })
}

impl Item for Result<Input, Record> {
    fn goes_with(&self, before: &Self) -> bool {
        match (before, self) {
            (Ok(before), Ok(this)) => before.path.parent() == this.path.parent(),
            _ => false,
        }
    }
}

/// Lists the rules of the strip stage as the flags and the configuration file set them.
///
/// # Errors
///
/// A message when these cannot be used.
pub fn list_rules(arguments: &Arguments) -> Result<(), String> {
    let source = Source::of(arguments);
    let mut profiles = Profiles::new(&source, Config::from_flags(arguments), true)?;
    let scope = profiles.scope(Path::new("."))?;
    let normalizer = scope.normalizer(Path::new(""));
    let mut lines = String::new();
    for rule in zhnorm::strip::rules(&normalizer.options().strip) {
        let acts = if rule.on { "strips" } else { "keeps" };
        let _ = writeln!(lines, "{:<28} {acts:<6}  {}", rule.name, rule.about);
    }
    match io::stdout().write_all(lines.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}

/// What has to be done with a find before it can be handed to a thread; called in order.
fn admit(found: Found, mode: &dyn Mode) -> Option<Result<Input, Record>> {
    let failed = |path: &std::path::Path, Fault(message): Fault| {
        Some(Err(Record::failed(escape::path(path), message)))
    };
    match found {
        Found::Input(input) => match mode.admit(&input) {
            Ok(()) => Some(Ok(input)),
            Err(fault) => failed(&input.path, fault),
        },
        Found::Temporary(path) => {
            if mode.writes() {
                replace::clean(&path);
            }
            None
        }
        Found::Fault(path, fault) => failed(&path, fault),
    }
}

fn colors(when: When) -> Colors {
    // A terminal that says it is dumb gets no colours, wherever it runs; anstream alone would send
    // them to any terminal where the variable CI is set. Who forces colours has the last word.
    let set = |name| std::env::var_os(name).is_some_and(|value| value != "0");
    let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    let choice = match when {
        When::Auto if dumb && !set("CLICOLOR_FORCE") => anstream::ColorChoice::Never,
        When::Auto => anstream::ColorChoice::Auto,
        When::Always => anstream::ColorChoice::Always,
        When::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
    let allowed = |choice| choice != anstream::ColorChoice::Never;
    Colors {
        stdout: allowed(anstream::AutoStream::choice(&std::io::stdout())),
        stderr: allowed(anstream::AutoStream::choice(&std::io::stderr())),
    }
}
