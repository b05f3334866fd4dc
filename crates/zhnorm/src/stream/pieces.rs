//! The second pass over a large file: its parts in order, each before and after the stages.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::cutter::Layout;
use super::flow::{self, Finished, Flow, Whole};
use super::lines::Slabs;
use super::texts::Origins;
use super::threads::{Place, SpareThreads};
use super::{Found, Piece};
use crate::Normalizer;
use crate::formats::{self, Fields, Format, Problem, Problems};
use crate::report::Report;

/// The byte order mark.
const MARK: char = '\u{FEFF}';

/// The parts of a large file, in order.
#[derive(Debug)]
pub struct Pieces<'n, R> {
    flow: Flow<'n, R>,
    placed: Placed<'n>,
}

/// What is known of a stream after its last part.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct End {
    /// What decoding did after the last part.
    pub decoding: Report,
    /// The parts that were passed through unread.
    pub problems: Vec<Problem>,
    /// What the user may not expect.
    pub warnings: Vec<Problem>,
}

/// What is known of the parts that were given.
#[derive(Debug)]
struct Placed<'n> {
    normalizer: &'n Normalizer,
    origins: Origins,
    problems: Problems,
    /// For records: which fields they should have, and which they have.
    options: Option<&'n formats::Options>,
    fields: Fields,
    /// The byte order mark that the first part gets, before and after.
    mark: (bool, bool),
}

impl<'n, R: Read> Pieces<'n, R> {
    /// The parts of a reader that is at its start again, after [`super::survey`] has read it.
    ///
    /// Formats other than JSON lines are read as text.
    pub fn new(
        reader: R,
        mut found: Found,
        format: Format,
        normalizer: &'n Normalizer,
        options: &'n formats::Options,
    ) -> Self {
        let layout = match format {
            Format::JsonLines => {
                found.decoder.ignore_escapes();
                Layout::Records(options)
            }
            _ => Layout::MarkedText,
        };
        let had_mark = found.decoder.had_mark();
        let keeps_mark = found.decoder.byte_order_mark() && options.writes_unicode();
        let mut pieces = Self::with_layout(reader, found, normalizer, layout);
        pieces.placed.mark = (had_mark, keeps_mark);
        pieces
    }

    pub(super) fn with_layout(
        reader: R,
        found: Found,
        normalizer: &'n Normalizer,
        layout: Layout<'n>,
    ) -> Self {
        let Found {
            decoder,
            variety,
            names,
        } = found;
        let mut origins = Origins::default();
        if decoder.had_mark() {
            origins.pass("\u{FEFF}");
        }
        let whole = Whole {
            normalizer,
            variety,
        };
        let cutter = flow::cutter(normalizer, layout);
        Self {
            flow: Flow::new(whole, names, Slabs::new(reader, decoder), cutter),
            placed: Placed {
                normalizer,
                origins,
                problems: Problems::default(),
                options: match layout {
                    Layout::Records(options) => Some(options),
                    Layout::Text | Layout::MarkedText => None,
                },
                fields: Fields::default(),
                mark: (false, false),
            },
        }
    }

    /// The next part; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of the reader.
    pub fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        loop {
            if let Some((finished, decoding)) = self.flow.take() {
                return Ok(Some(self.placed.piece(finished, decoding)));
            }
            if let Some(panic) = self.flow.panic() {
                resume_unwind(panic);
            }
            if let Some(error) = self.flow.failed() {
                return Err(error);
            }
            let Some(task) = self.flow.task(1) else {
                return Ok(None);
            };
            let done = task.run(self.flow.whole());
            self.flow.put(done);
        }
    }

    /// What is known after the last part.
    pub fn finish(mut self) -> End {
        self.placed.end(self.flow.rest())
    }
}

impl<R: Read + Send> Pieces<'_, R> {
    /// Gives every part to `take`, in order, until it breaks. Threads that are spare help with the
    /// work, from when they are until the end of the stream. The result is the same. The end is
    /// that of [`Pieces::finish`].
    pub fn for_each<B>(
        self,
        spare: &SpareThreads,
        mut take: impl FnMut(io::Result<Piece>) -> ControlFlow<B>,
    ) -> ControlFlow<B, End> {
        let Self { flow, mut placed } = self;
        let shared = Shared {
            whole: flow.whole(),
            state: Mutex::new((flow, 1)),
            changed: Condvar::new(),
        };
        let ended = std::thread::scope(|scope| {
            let _stops = StopsAtEnd(&shared);
            loop {
                if let Some(place) = spare.take() {
                    shared.lock().1 += 1;
                    let shared = &shared;
                    scope.spawn(move || {
                        shared.help();
                        drop::<Place<'_>>(place);
                    });
                }
                let (finished, decoding) = match shared.next() {
                    Ok(Some(part)) => part,
                    Ok(None) => return ControlFlow::Continue(()),
                    Err(Stop::Failed(error)) => return take(Err(error)),
                    Err(Stop::Panicked(panic)) => resume_unwind(panic),
                };
                take(Ok(placed.piece(finished, decoding)))?;
            }
        });
        ended?;
        let (mut flow, _) = shared
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        ControlFlow::Continue(placed.end(flow.rest()))
    }
}

/// The stream as all threads see it, and how many work on it.
struct Shared<'n, R> {
    whole: Whole<'n>,
    state: Mutex<(Flow<'n, R>, usize)>,
    changed: Condvar,
}

/// Why there is no next part.
enum Stop {
    Failed(io::Error),
    Panicked(Box<dyn std::any::Any + Send>),
}

impl<'n, R: Read> Shared<'n, R> {
    fn lock(&self) -> MutexGuard<'_, (Flow<'n, R>, usize)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'l>(
        &self,
        state: MutexGuard<'l, (Flow<'n, R>, usize)>,
    ) -> MutexGuard<'l, (Flow<'n, R>, usize)> {
        (self.changed.wait(state)).unwrap_or_else(PoisonError::into_inner)
    }

    /// Does a task, for which nothing must be locked, and hands in what came of it.
    fn done(&self, task: flow::Task<'n, R>) -> MutexGuard<'_, (Flow<'n, R>, usize)> {
        let done = task.run(self.whole);
        let mut state = self.lock();
        state.0.put(done);
        self.changed.notify_all();
        state
    }

    /// Works until there is nothing more to do.
    fn help(&self) {
        let mut state = self.lock();
        while !state.0.is_stopped() {
            let threads = state.1;
            let Some(task) = state.0.task(threads) else {
                state = self.wait(state);
                continue;
            };
            drop(state);
            state = self.done(task);
        }
    }

    /// Works until the next part has left the stages; nothing at the end.
    fn next(&self) -> Result<Option<(Finished, Report)>, Stop> {
        let mut state = self.lock();
        loop {
            let (flow, threads) = &mut *state;
            if let Some(part) = flow.take() {
                // There is room for more, or it was the last.
                self.changed.notify_all();
                return Ok(Some(part));
            }
            if let Some(panic) = flow.panic() {
                return Err(Stop::Panicked(panic));
            }
            if let Some(error) = flow.failed() {
                return Err(Stop::Failed(error));
            }
            if flow.is_stopped() {
                return Ok(None);
            }
            let Some(task) = flow.task(*threads) else {
                state = self.wait(state);
                continue;
            };
            drop(state);
            state = self.done(task);
        }
    }
}

/// Lets the helping threads end, however the stream ends.
struct StopsAtEnd<'s, 'n, R: Read>(&'s Shared<'n, R>);

impl<R: Read> Drop for StopsAtEnd<'_, '_, R> {
    fn drop(&mut self) {
        self.0.lock().0.stop();
        self.0.changed.notify_all();
    }
}

impl Placed<'_> {
    fn end(self, decoding: Report) -> End {
        let warnings = |options| self.fields.warnings(options);
        End {
            decoding,
            warnings: self.options.map(warnings).unwrap_or_default(),
            problems: self.problems.into_vec(),
        }
    }

    fn piece(&mut self, finished: Finished, decoding: Report) -> Piece {
        let mut piece = match finished {
            Finished::Passed(text) => {
                self.origins.pass(&text);
                Piece::passed(text)
            }
            Finished::Group(done) => self.origins.place(done, self.normalizer.report()),
            Finished::Records {
                old,
                new,
                report,
                problems,
                fields,
            } => {
                self.problems.append(problems);
                self.fields.add(fields);
                Piece {
                    old,
                    new,
                    decoding: Report::counting(),
                    report,
                }
            }
        };
        let (before, after) = std::mem::take(&mut self.mark);
        if before {
            piece.old.insert(0, MARK);
        }
        if after {
            piece.new.insert(0, MARK);
        }
        piece.decoding = decoding;
        piece
    }
}
