//! Drives a run: every input through the pipeline and the mode, on all cores, reported in order.

mod evidence;
mod file;
mod locks;
mod progress;
mod sink;
mod work_queue;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use zhnorm::stream::SpareThreads;

use crate::arguments::ReportFormat;
use crate::colors::Colors;
use crate::configuration::{Counting, Profile, Profiles};
use crate::dropped::Dropped;
use crate::duplicates::Duplicates;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::html_report::Page;
use crate::input::Input;
use crate::mode::{self, Mode};
use crate::names::Names;
use crate::observers::Observers;
use crate::own_files::OwnFiles;
use crate::places::FilePlace;
use crate::record::{Head, Record};
use crate::report;
use crate::search::{AdmitFolder, Finding, Search};
use crate::settings::{PathList, Settings, is_folder};
use crate::{escape, interrupt, replace};

use progress::Progress;
use sink::Sink;
use work_queue::{Batched, MAX_BATCH, WorkQueue};

/// Runs.
///
/// # Errors
///
/// A message when the run cannot begin. What goes wrong later is part of the report.
pub(crate) fn run(settings: &Settings) -> Result<Exit, String> {
    file::catch_panics();
    replace::survive_size_limit();
    let colors = Colors::new(settings.color);
    let report = report::for_settings(settings, colors);
    let counting = counting(settings, !report.lists_changes());
    let profiles = Profiles::new(&settings.config_source, settings.flags.clone(), counting)?;
    let page = (settings.report_html.as_deref().map(Page::new)).transpose()?;
    let dropped = (settings.dropped.as_deref())
        .map(|path| Dropped::open(path, settings.write.durable))
        .transpose()?;
    let own_files = Arc::new(own_files(settings, &profiles));
    let names = settings.names.map(|which| Arc::new(Names::new(which)));
    let mode = mode::for_settings(settings, colors, &own_files, names.as_ref())?;
    if !settings.mode.is_pipeline() {
        interrupt::listen();
    }
    let mut head = head(&profiles, settings);
    let admit_folder = |folder: &std::path::Path| mode.admit_folder(folder);
    let evidence = if settings.corpus_evidence {
        let inputs = another_search(settings, &own_files, &admit_folder)?;
        Some(evidence::gather(settings, inputs)?)
    } else {
        None
    };
    // Of several files each has one thread, and those that have no file any more help.
    let is_alone = has_one_input(settings);
    let spare = SpareThreads::new(if is_alone { settings.jobs.get() - 1 } else { 0 });
    let duplicates = settings.duplicates.map(Duplicates::new);
    let observers = Observers {
        duplicates: duplicates.as_ref(),
        turn: 0,
        evidence: evidence.as_ref(),
        dropped: dropped.as_ref(),
        locates: report.locates(),
        spare: &spare,
        is_alone: is_alone && settings.jobs.get() > 1,
        names: names.as_deref(),
        page: page.as_ref(),
    };
    let _locks = mode.writes().then(|| locks::take(settings, &mut head));
    let sink = Sink::new(
        report.as_ref(),
        mode.writes(),
        Progress::new(settings),
        head,
    );
    let search = Search::new(settings, profiles, Arc::clone(&own_files), &admit_folder);
    let hidden = search.hidden();
    let is_over = || interrupt::requested() || sink.is_closed();
    let found = search
        .take_while(|_| !is_over())
        .filter_map(|finding| admit(finding, mode.as_ref(), &own_files));
    let work = |turn: usize, found: Result<Input, Record>| {
        let record = match found {
            Ok(input) => {
                let print_part = |name: &str,
                                  text: Vec<u8>,
                                  part: &zhnorm::report::Report,
                                  places: &[Option<FilePlace>]| {
                    sink.print_part(turn, &report.part(name, text, part, places))
                };
                let observers = Observers { turn, ..observers };
                file::work(&input, mode.as_ref(), observers, &print_part)
            }
            Err(record) => record,
        };
        if let Some(duplicates) = &duplicates {
            duplicates.pass(turn);
        }
        if let Some(page) = &page {
            page.take_rest(&record);
        }
        sink.put(turn, record);
    };
    std::thread::scope(|scope| {
        if sink.progress().is_shown() {
            let progress = sink.progress();
            let over = &is_over;
            let (own_files, admit_folder) = (&own_files, &admit_folder);
            scope.spawn(move || count(settings, own_files, admit_folder, progress, over));
        }
        let skip = skipping(duplicates.as_ref(), &sink);
        let take = Take::new(&work, &skip, &is_over);
        let worked = work_on_all(settings, found, &sink, &spare, &take);
        sink.progress().finish();
        worked
    })?;
    if let Some(names) = names.as_ref().filter(|_| !is_over()) {
        let search = another_search(settings, &own_files, &admit_folder)?;
        for record in names.work(settings, search.of_names(), &is_over) {
            sink.put(sink.reported(), record);
        }
    }
    let exit = sink.finish(interrupt::requested(), hidden.load(Ordering::Relaxed));
    if let Some(Err(message)) = page.map(|page| page.write(settings)) {
        escape::print_error(&message);
        return Ok(exit.max(Exit::Error));
    }
    Ok(exit)
}

/// What of the changes is kept.
fn counting(settings: &Settings, lists_none: bool) -> Counting {
    Counting {
        only: lists_none && settings.report_html.is_none() && settings.dropped.is_none(),
        words: settings.statistics || settings.report_format == ReportFormat::Json,
    }
}

/// A search beside that of the run, without the places of changes.
///
/// # Errors
///
/// A message when the configuration cannot be used.
fn another_search<'m>(
    settings: &Settings,
    own_files: &Arc<OwnFiles>,
    admit_folder: AdmitFolder<'m>,
) -> Result<Search<'m>, String> {
    let flags = settings.flags.clone();
    let profiles = Profiles::new(&settings.config_source, flags, Counting::RULES)?;
    let own_files = Arc::clone(own_files);
    Ok(Search::new(settings, profiles, own_files, admit_folder))
}

/// Whether the run is over one input that is not a folder.
fn has_one_input(settings: &Settings) -> bool {
    settings.list.is_none() && settings.paths.len() == 1 && !is_folder(&settings.paths[0])
}

/// The files of the run itself, which are neither inputs nor outputs.
fn own_files(settings: &Settings, profiles: &Profiles) -> OwnFiles {
    let mut own = OwnFiles::new(settings.write.backup.as_ref());
    let named = [&settings.report_html, &settings.dropped];
    for path in named.into_iter().flatten() {
        own.add(path);
    }
    if let Some(list) = settings.list.as_ref().filter(|list| !list.is_stdin()) {
        own.add(&list.file);
    }
    if let Some(path) = &profiles.common().path {
        own.add(path);
    }
    own
}

/// What is said of the configuration.
fn head(profiles: &Profiles, settings: &Settings) -> Head {
    let Profile {
        path, notable_keys, ..
    } = profiles.common();
    let mut head = Head::default();
    if let Some(path) = path {
        let here = std::env::current_dir().and_then(|here| here.canonicalize());
        let near = here.ok().and_then(|here| path.strip_prefix(here).ok());
        head.configuration = Some(escape::path(near.unwrap_or(path)));
        head.notable_keys.clone_from(notable_keys);
    }
    let untrusted = settings
        .paths
        .iter()
        .find_map(|path| profiles.untrusted(path));
    if let Some(path) = untrusted {
        head.warnings.push(format!(
            "{} is not used: it may have come with the material; if it is yours, name it with \
             --config, or use --trust-config",
            escape::path(&path)
        ));
    }
    head
}

/// What is done with an input that is not worked on.
fn skipping<'a>(
    duplicates: Option<&'a Duplicates>,
    sink: &'a Sink<'_>,
) -> impl Fn(usize) + Sync + 'a {
    move |turn| {
        if let Some(duplicates) = duplicates {
            duplicates.pass(turn);
        }
        sink.skip(turn);
    }
}

/// What is done with each input.
struct Take<'t, W, S, O> {
    is_over: &'t O,
    skip: &'t S,
    work: &'t W,
}

impl<'t, W, S, O> Take<'t, W, S, O> {
    fn new(work: &'t W, skip: &'t S, is_over: &'t O) -> Self {
        Self {
            is_over,
            skip,
            work,
        }
    }
}

/// Works on what the search finds, on as many threads as the settings say.
///
/// # Errors
///
/// A message when there are no threads.
fn work_on_all<'s>(
    settings: &Settings,
    found: impl Iterator<Item = Result<Input, Record>> + Send + 's,
    sink: &Sink<'_>,
    spare: &SpareThreads,
    take: &Take<
        '_,
        impl Fn(usize, Result<Input, Record>) + Sync,
        impl Fn(usize) + Sync,
        impl Fn() -> bool + Sync,
    >,
) -> Result<(), String> {
    if has_one_input(settings) || settings.jobs.get() == 1 {
        for (turn, found) in found.enumerate() {
            (take.work)(turn, found);
        }
        return Ok(());
    }
    // A program that writes the list into a pipe may wait for the result of one file before it
    // names the next.
    let waits = (settings.list.as_ref()).is_some_and(|list| !list.file.is_file());
    // Texts that are compared wait for those before them.
    let most = if waits || settings.duplicates.is_some() {
        1
    } else {
        MAX_BATCH
    };
    let queue = WorkQueue::new(found, settings.jobs.get(), most);
    let thread = |number| {
        while let Some((turn, found)) = queue.next(number, sink.reported()) {
            if (take.is_over)() {
                (take.skip)(turn);
            } else {
                (take.work)(turn, found);
            }
        }
        spare.add();
    };
    on_all(settings.jobs.get(), &thread)
}

/// Counts the inputs while they are worked on, for the progress. Nothing is read but the folders.
fn count(
    settings: &Settings,
    own_files: &Arc<OwnFiles>,
    admit_folder: AdmitFolder<'_>,
    progress: &Progress,
    is_over: &dyn Fn() -> bool,
) {
    let reads_once = |list: &PathList| !list.file.is_file();
    if settings.list.as_ref().is_some_and(reads_once) {
        return;
    }
    let Ok(search) = another_search(settings, own_files, admit_folder) else {
        return;
    };
    let is_input = |finding: &Finding| !matches!(finding, Finding::Temporary(_));
    for (number, _) in search.filter(is_input).enumerate() {
        if number % 256 == 0 && (is_over() || progress.is_finished()) {
            return;
        }
        progress.found(number + 1);
    }
}

/// Runs `work` on so many threads, this one included, each with its number.
///
/// # Errors
///
/// A message when no second thread can be started.
fn on_all(threads: usize, work: &(impl Fn(usize) + Sync)) -> Result<(), String> {
    std::thread::scope(|scope| {
        for number in 1..threads {
            let started = std::thread::Builder::new().spawn_scoped(scope, move || work(number));
            match started {
                Ok(_) => {}
                Err(error) if number == 1 => {
                    return Err(format!("no threads to work with: {error}"));
                }
                // The threads that did start do the work.
                Err(_) => break,
            }
        }
        work(0);
        Ok(())
    })
}

impl Batched for Result<Input, Record> {
    fn same_batch_as(&self, before: &Self) -> bool {
        match (before, self) {
            (Ok(before), Ok(this)) => before.path.parent() == this.path.parent(),
            _ => false,
        }
    }
}

/// Decides about a finding before it is handed to a thread. Called in order.
fn admit(finding: Finding, mode: &dyn Mode, own_files: &OwnFiles) -> Option<Result<Input, Record>> {
    let failed = |path: &std::path::Path, Fault(message): Fault| {
        Some(Err(Record::failed(escape::path(path), message)))
    };
    match finding {
        Finding::Input(input) => {
            if mode.writes() && input.named && is_own(&input, own_files) {
                let fault = Fault::new(
                    "a file of this run itself (its configuration, a dictionary, a list or a \
                     report); it was left alone",
                );
                return failed(&input.path, fault);
            }
            match mode.admit(&input) {
                Ok(()) => Some(Ok(input)),
                Err(fault) => failed(&input.path, fault),
            }
        }
        Finding::Temporary(path) => {
            if mode.writes() {
                replace::clean(&path);
            }
            None
        }
        Finding::Name(..) => None,
        Finding::Fault(path, fault) => failed(&path, fault),
    }
}

fn is_own(input: &Input, own_files: &OwnFiles) -> bool {
    !input.is_stdin()
        && (own_files.contains(&input.path) || input.scope.profile.own_files.contains(&input.path))
}
