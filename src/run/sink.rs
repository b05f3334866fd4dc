//! Collects the records of all threads and prints them in the order of the inputs.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write as _};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::progress::Progress;
use crate::escape;
use crate::exit::Exit;
use crate::fault::{Fault, IoOperation};
use crate::record::{FileStatus, Head, Record, Totals};
use crate::report::{Rendered, Report};

/// So many bytes of finished records may wait for an earlier one. The thread that works on the
/// earlier one never waits, so the others go on in the end.
const WAITING: usize = 32 << 20;

/// The memory of a waiting record besides its text.
const RECORD: usize = 128;

/// Collects, orders, prints and sums up.
pub(super) struct Sink<'r> {
    report: &'r dyn Report,
    /// The run goes on even if standard output is closed.
    goes_on: bool,
    closed: AtomicBool,
    reported: AtomicUsize,
    progress: Progress,
    state: Mutex<State>,
    moved: Condvar,
}

struct State {
    next: usize,
    /// Threads that wait for their turn. Waking takes a system call even when there are none.
    sleeping: usize,
    waiting: BTreeMap<usize, Rendered>,
    /// How much memory the waiting records take.
    bytes: usize,
    totals: Totals,
    exit: Exit,
    stdout: BufWriter<Stdout>,
    is_terminal: bool,
}

impl<'r> Sink<'r> {
    /// A sink that prints through `report`.
    pub(super) fn new(
        report: &'r dyn Report,
        goes_on: bool,
        progress: Progress,
        head: Head,
    ) -> Self {
        let start = report.start(&head);
        let sink = Self {
            progress,
            report,
            goes_on,
            closed: AtomicBool::new(false),
            reported: AtomicUsize::new(0),
            state: Mutex::new(State {
                next: 0,
                sleeping: 0,
                waiting: BTreeMap::new(),
                bytes: 0,
                totals: Totals {
                    head,
                    ..Totals::default()
                },
                exit: Exit::Done,
                stdout: BufWriter::with_capacity(1 << 16, io::stdout()),
                is_terminal: io::stdout().is_terminal(),
            }),
            moved: Condvar::new(),
        };
        sink.print(&mut sink.state(), &start);
        sink
    }

    /// The progress of the run.
    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Whether printing is impossible, and the run does nothing but print.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed) && !self.goes_on
    }

    /// Takes the record of the input with this number, counted from 0 without a gap.
    pub(super) fn put(&self, turn: usize, mut record: Record) {
        let rendered = self.report.record(&mut record);
        let mut state = self.state();
        state.totals.add(&record);
        state.exit = state.exit.max(match record.status {
            FileStatus::Failed(_) => Exit::Error,
            _ if !record.faults.is_empty() => Exit::Error,
            FileStatus::WouldChange => Exit::WouldChange,
            _ => Exit::Done,
        });
        drop(record);
        self.progress.step();
        self.place(state, turn, rendered);
    }

    /// Says that the input with this number will not be worked on.
    pub(super) fn skip(&self, turn: usize) {
        self.place(self.state(), turn, Rendered::default());
    }

    /// How many inputs are reported.
    pub(super) fn reported(&self) -> usize {
        self.reported.load(Ordering::Relaxed)
    }

    fn place(&self, mut state: MutexGuard<'_, State>, turn: usize, rendered: Rendered) {
        while turn != state.next && state.bytes >= WAITING {
            state = self.sleep(state);
        }
        if turn != state.next {
            state.bytes += size(&rendered);
            state.waiting.insert(turn, rendered);
            return;
        }
        self.print(&mut state, &rendered);
        state.next += 1;
        loop {
            let next = state.next;
            let Some(rendered) = state.waiting.remove(&next) else {
                break;
            };
            state.bytes -= size(&rendered);
            self.print(&mut state, &rendered);
            state.next += 1;
        }
        self.reported.store(state.next, Ordering::Relaxed);
        if state.sleeping > 0 {
            self.moved.notify_all();
        }
    }

    /// Waits until something was printed.
    fn sleep<'s>(&self, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        state.sleeping += 1;
        let mut state = self
            .moved
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner);
        state.sleeping -= 1;
        state
    }

    /// Prints a part of the report of the input with this number, once all inputs before it are
    /// reported. Gives whether the run goes on.
    pub(super) fn print_part(&self, turn: usize, rendered: &Rendered) -> bool {
        if !rendered.stdout.is_empty() || !rendered.stderr.is_empty() {
            let mut state = self.state();
            while turn != state.next {
                state = self.sleep(state);
            }
            self.print(&mut state, rendered);
        }
        !self.is_closed()
    }

    /// Prints the totals and decides the exit code.
    pub(super) fn finish(self, interrupted: bool, hidden: usize) -> Exit {
        let mut state = self.state();
        self.progress.finish();
        state.totals.interrupted = interrupted;
        state.totals.hidden = hidden;
        let rendered = self.report.totals(&state.totals);
        self.print(&mut state, &rendered);
        self.flush(&mut state);
        if interrupted {
            Exit::Interrupted
        } else {
            state.exit
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn print(&self, state: &mut State, rendered: &Rendered) {
        if rendered.stdout.is_empty() && rendered.stderr.is_empty() {
            return;
        }
        if rendered.stderr.is_empty() {
            self.print_both(state, rendered);
        } else {
            self.progress.around(|| self.print_both(state, rendered));
        }
    }

    fn print_both(&self, state: &mut State, rendered: &Rendered) {
        if !rendered.stdout.is_empty() && !self.closed.load(Ordering::Relaxed) {
            let written = state.stdout.write_all(&rendered.stdout);
            self.watch(state, written);
            if state.is_terminal || !rendered.stderr.is_empty() {
                self.flush(state);
            }
        }
        if !rendered.stderr.is_empty() {
            // A closed standard error cannot be reported anywhere.
            let _ = io::stderr().write_all(&rendered.stderr);
        }
    }

    fn flush(&self, state: &mut State) {
        if !self.closed.load(Ordering::Relaxed) {
            let flushed = state.stdout.flush();
            self.watch(state, flushed);
        }
    }

    /// A closed pipe ends the output quietly; anything else is an error of the run.
    fn watch(&self, state: &mut State, written: io::Result<()>) {
        let Err(error) = written else { return };
        self.closed.store(true, Ordering::Relaxed);
        if error.kind() != io::ErrorKind::BrokenPipe {
            let Fault(message) = Fault::system(IoOperation::Print, &error);
            escape::print_error(&format!("standard output: {message}"));
            state.exit = Exit::Error;
        }
    }
}

fn size(rendered: &Rendered) -> usize {
    RECORD + rendered.stdout.len() + rendered.stderr.len()
}
