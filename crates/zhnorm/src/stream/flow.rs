//! The parts of a stream on their way through the stages: read, decoded, cut, repaired, finished.
//!
//! Reading and cutting go in order, by one thread at a time. Decoding, repairing and finishing a
//! part need nothing but the part, and for its last step the line before it. So every thread
//! takes whatever can be done, what is nearest to the end first, and none waits while there is
//! something to do. How much is under way is bounded.

use std::any::Any;
use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::cutter::{Cutter, Job};
use super::lines::Slabs;
use super::texts::{Done, Repaired};
use crate::convert::{Names, Variety};
use crate::decode::Slab;
use crate::formats::{Fields, Problem, Problems, Work};
use crate::report::Report;
use crate::{Normalizer, Options};

/// So many bytes of text may be under way in jobs before a job has to wait for others.
const UNDER_WAY: usize = 16 << 20;

/// What is known of all parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole<'n> {
    pub(super) normalizer: &'n Normalizer,
    pub(super) variety: Variety,
}

/// A part that has left the stages.
#[derive(Debug)]
pub(super) enum Finished {
    /// It was left alone.
    Passed(String),
    /// A group of lines.
    Group(Done),
    /// Lines of records.
    Records {
        old: String,
        new: String,
        report: Report,
        problems: Problems,
        fields: Fields,
    },
}

/// A part that is waiting, with its number.
type Numbered<T> = (usize, T);

/// The state of a stream.
#[derive(Debug)]
pub(super) struct Flow<'n, R> {
    whole: Whole<'n>,
    /// At a thread while it reads.
    slabs: Option<Slabs<R>>,
    read: usize,
    has_read_all: bool,
    to_decode: VecDeque<Numbered<Slab>>,
    decoded: Ordered<(String, Report)>,
    /// At a thread while it cuts.
    cutter: Option<Cutter<'n>>,
    has_cut_all: bool,
    jobs: usize,
    to_start: VecDeque<Numbered<Job<'n>>>,
    /// What decoding did for each job, and the length of it.
    decoding: VecDeque<(Report, usize)>,
    under_way: usize,
    /// Repaired groups, for each of which the line before is needed; `None` for other parts.
    started: Ordered<Option<Repaired>>,
    last_line: String,
    /// The names that were shown up to the group that was handed on last.
    names: Arc<Names>,
    to_finish: VecDeque<Numbered<(Repaired, Before)>>,
    finished: Ordered<Finished>,
    /// What decoding did after the last part.
    rest: Report,
    failed: Option<io::Error>,
    panic: Option<Panic>,
    is_stopped: bool,
}

type Panic = Box<dyn Any + Send>;

/// What a thread can do.
#[derive(Debug)]
pub(super) enum Task<'n, R> {
    Read(Slabs<R>),
    Decode(usize, Slab),
    Cut(Cutter<'n>, Option<(String, Report)>),
    Start(usize, Job<'n>),
    Finish(usize, Repaired, Before),
}

/// What a group has to know of those before it.
#[derive(Debug)]
pub(super) struct Before {
    line: String,
    /// Those of the group too.
    names: Arc<Names>,
}

/// What a thread has done.
#[derive(Debug)]
pub(super) enum Result<'n, R> {
    Read(Slabs<R>, io::Result<Option<Slab>>),
    Decoded(usize, (String, Report)),
    Cut(Cutter<'n>, Vec<(Job<'n>, Report)>, Option<Report>),
    Repaired(usize, Repaired),
    Finished(usize, Finished),
    Panicked(Panic),
}

/// Parts that are done in any order and taken in theirs.
#[derive(Debug)]
struct Ordered<T> {
    next: usize,
    waiting: BTreeMap<usize, T>,
}

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Self {
            next: 0,
            waiting: BTreeMap::new(),
        }
    }
}

impl<T> Ordered<T> {
    fn put(&mut self, number: usize, part: T) {
        self.waiting.insert(number, part);
    }

    fn take(&mut self) -> Option<T> {
        let part = self.waiting.remove(&self.next)?;
        self.next += 1;
        Some(part)
    }

    fn has_next(&self) -> bool {
        self.waiting.contains_key(&self.next)
    }
}

impl<'n, R: Read> Flow<'n, R> {
    /// The work on a stream; `names` are those at its start.
    pub(super) fn new(
        whole: Whole<'n>,
        names: Arc<Names>,
        slabs: Slabs<R>,
        cutter: Cutter<'n>,
    ) -> Self {
        let rest = whole.normalizer.report();
        Self {
            names,
            whole,
            slabs: Some(slabs),
            read: 0,
            has_read_all: false,
            to_decode: VecDeque::new(),
            decoded: Ordered::default(),
            cutter: Some(cutter),
            has_cut_all: false,
            jobs: 0,
            to_start: VecDeque::new(),
            decoding: VecDeque::new(),
            under_way: 0,
            started: Ordered::default(),
            last_line: String::new(),
            to_finish: VecDeque::new(),
            finished: Ordered::default(),
            rest,
            failed: None,
            panic: None,
            is_stopped: false,
        }
    }

    /// The next part that has left the stages, and what decoding did to read it.
    pub(super) fn take(&mut self) -> Option<(Finished, Report)> {
        let finished = self.finished.take()?;
        let (decoding, length) = self.decoding.pop_front().unwrap_or_default();
        self.under_way -= length;
        Some((finished, decoding))
    }

    /// Whether all parts were taken.
    pub(super) fn is_over(&self) -> bool {
        self.has_cut_all && self.finished.next == self.jobs
    }

    /// Whether there will be no more to do.
    pub(super) fn is_stopped(&self) -> bool {
        self.is_stopped || self.is_over()
    }

    /// Says that nothing more is to be done.
    pub(super) fn stop(&mut self) {
        self.is_stopped = true;
    }

    /// What went wrong when the stream was read, once.
    pub(super) fn failed(&mut self) -> Option<io::Error> {
        self.failed.take()
    }

    /// What went wrong in a stage, once.
    pub(super) fn panic(&mut self) -> Option<Panic> {
        self.panic.take()
    }

    /// What decoding did after the last part.
    pub(super) fn rest(&mut self) -> Report {
        std::mem::take(&mut self.rest)
    }

    /// Something that can be done now, when so many threads work on the stream.
    pub(super) fn task(&mut self, threads: usize) -> Option<Task<'n, R>> {
        if self.is_stopped {
            return None;
        }
        if let Some((number, (repaired, before))) = self.to_finish.pop_front() {
            return Some(Task::Finish(number, repaired, before));
        }
        if let Some((number, job)) = self.to_start.pop_front() {
            return Some(Task::Start(number, job));
        }
        let (most_jobs, most_slabs) = if threads < 2 {
            (1, 1)
        } else {
            (2 * threads + 2, threads + 1)
        };
        let jobs = self.jobs - self.finished.next;
        let has_room = jobs == 0 || jobs < most_jobs && self.under_way < UNDER_WAY;
        let is_last_cut = self.has_read_all && self.decoded.next == self.read;
        if has_room
            && !self.has_cut_all
            && (self.decoded.has_next() || is_last_cut)
            && let Some(cutter) = self.cutter.take()
        {
            return Some(Task::Cut(cutter, self.decoded.take()));
        }
        if let Some((number, slab)) = self.to_decode.pop_front() {
            return Some(Task::Decode(number, slab));
        }
        if !self.has_read_all
            && self.read - self.decoded.next < most_slabs
            && let Some(slabs) = self.slabs.take()
        {
            return Some(Task::Read(slabs));
        }
        None
    }

    /// Takes what was done.
    pub(super) fn put(&mut self, result: Result<'n, R>) {
        match result {
            Result::Read(slabs, read) => {
                self.slabs = Some(slabs);
                match read {
                    Ok(Some(slab)) => {
                        self.to_decode.push_back((self.read, slab));
                        self.read += 1;
                    }
                    Ok(None) => self.has_read_all = true,
                    Err(error) => {
                        self.failed = Some(error);
                        self.is_stopped = true;
                    }
                }
            }
            Result::Decoded(number, text) => self.decoded.put(number, text),
            Result::Cut(cutter, jobs, rest) => {
                self.cutter = Some(cutter);
                for (job, decoding) in jobs {
                    self.under_way += job.length();
                    self.decoding.push_back((decoding, job.length()));
                    self.to_start.push_back((self.jobs, job));
                    self.jobs += 1;
                }
                if let Some(rest) = rest {
                    self.rest = rest;
                    self.has_cut_all = true;
                }
            }
            Result::Repaired(number, repaired) => {
                self.started.put(number, Some(repaired));
                self.hand_on();
            }
            Result::Finished(number, finished) => {
                if !matches!(finished, Finished::Group(_)) {
                    self.started.put(number, None);
                    self.hand_on();
                }
                self.finished.put(number, finished);
            }
            Result::Panicked(panic) => {
                self.panic.get_or_insert(panic);
                self.is_stopped = true;
            }
        }
    }

    /// Gives repaired groups the line before, and the names.
    fn hand_on(&mut self) {
        loop {
            let number = self.started.next;
            match self.started.take() {
                None => return,
                Some(None) => {}
                Some(Some(repaired)) => {
                    let line = repaired.last_line().to_owned();
                    let line = std::mem::replace(&mut self.last_line, line);
                    repaired.add_names(&mut self.names);
                    let names = Arc::clone(&self.names);
                    let before = Before { line, names };
                    self.to_finish.push_back((number, (repaired, before)));
                }
            }
        }
    }

    /// What every thread needs to do a task.
    pub(super) fn whole(&self) -> Whole<'n> {
        self.whole
    }
}

impl<'n, R: Read> Task<'n, R> {
    /// Does it.
    pub(super) fn run(self, whole: Whole<'n>) -> Result<'n, R> {
        catch_unwind(AssertUnwindSafe(|| self.work(whole))).unwrap_or_else(Result::Panicked)
    }

    fn work(self, whole: Whole<'n>) -> Result<'n, R> {
        let Whole {
            normalizer,
            variety,
        } = whole;
        match self {
            Self::Read(mut slabs) => {
                let read = slabs.next();
                Result::Read(slabs, read)
            }
            Self::Decode(number, slab) => {
                let mut report = normalizer.report();
                let text = slab.read(&mut report);
                Result::Decoded(number, (text, report))
            }
            Self::Cut(mut cutter, Some((text, report))) => {
                let jobs = cutter.take(text, report);
                Result::Cut(cutter, jobs, None)
            }
            Self::Cut(mut cutter, None) => {
                let (jobs, rest) = cutter.end();
                Result::Cut(cutter, jobs, Some(rest))
            }
            Self::Start(number, Job::Group(group)) => {
                Result::Repaired(number, Repaired::new(normalizer, group))
            }
            Self::Start(number, Job::Pass(text)) => {
                Result::Finished(number, Finished::Passed(text))
            }
            Self::Start(
                number,
                Job::Records {
                    lines,
                    options,
                    before,
                },
            ) => {
                let mut work = Work::new(normalizer);
                let new = work.records(&lines, options, before).into_owned();
                let finished = Finished::Records {
                    old: lines,
                    new,
                    report: work.report,
                    problems: work.problems,
                    fields: work.fields,
                };
                Result::Finished(number, finished)
            }
            Self::Start(number, Job::LongRecord { part, line }) => {
                let mut problems = Problems::default();
                if let Some(line) = line {
                    problems.push(Problem::TooLong {
                        line,
                        most: super::cutter::LONGEST_RECORD,
                    });
                }
                let finished = Finished::Records {
                    new: part.clone(),
                    old: part,
                    report: Report::counting(),
                    problems,
                    fields: Fields::default(),
                };
                Result::Finished(number, finished)
            }
            Self::Finish(number, repaired, Before { line, names }) => {
                let done = repaired.finish(normalizer, (variety, &names), &line);
                Result::Finished(number, Finished::Group(done))
            }
        }
    }
}

/// The cutter for a stream of this layout.
pub(super) fn cutter<'n>(
    normalizer: &'n Normalizer,
    layout: super::cutter::Layout<'n>,
) -> Cutter<'n> {
    let Options { large, strip, .. } = normalizer.options();
    Cutter::new(layout, large.group, strip, normalizer.report())
}
