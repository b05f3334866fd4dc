//! The program under test, started the same way by every test that starts it: in a folder, without
//! what the surroundings may have set, with what it keeps between runs below that folder.
//!
//! Each test binary has its own copy of this module and uses what it needs of it.
#![allow(dead_code)]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What decides over colours.
pub(crate) const COLOR_VARIABLES: [&str; 4] = ["CI", "CLICOLOR", "CLICOLOR_FORCE", "NO_COLOR"];

/// The program, to be run in a folder, with nothing on standard input and no colours.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhnorm"));
    for decides in COLOR_VARIABLES {
        command.env_remove(decides);
    }
    command
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("XDG_CACHE_HOME", folder.join(".cache"))
        .stdin(Stdio::null());
    command
}

/// What the program says when this is on standard input.
pub(crate) fn fed(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A run that refuses its arguments reads nothing and closes it.
            let _ = pipe.write_all(input);
        });
        child.wait_with_output().expect("it ends")
    })
}

/// The exit code; -1 for a run that was killed.
pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

/// What it says on standard error.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
