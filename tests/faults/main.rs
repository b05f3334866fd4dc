//! Everything that can go wrong with files: no file is lost, the one that cannot be processed is
//! named together with what to do, the others are still processed, and the exit code says so.
//!
//! Some faults need a privilege to be set up (a small file system, another user); where it is
//! missing, the test says on standard error that it was skipped.
#![cfg(unix)]

mod injected;
mod keeping;
mod own;
#[path = "../program/mod.rs"]
mod program;
mod rights;
mod runs;
mod scene;
mod special;
mod stopping;
mod untrusted;
