//! Everything that can go wrong with files: whatever happens, no file is lost, the one it happens
//! to is named with a way out, the others are still processed, and the exit code says so.
//!
//! Some faults need a privilege to be set up (a small file system, another user); where it is
//! missing, the test says on standard error that it was skipped.
#![cfg(unix)]

mod keeping;
#[path = "../program/mod.rs"]
mod program;
mod runs;
mod scene;
mod special;
mod stopping;
