//! `--engine opencc`: the OpenCC installed on the machine, where the program was built for it
//! (`--features system-opencc`), and a way out where it was not.

mod program;

use std::path::Path;
use std::process::Output;

fn run(arguments: &[&str], input: &str) -> Output {
    let mut command = program::command(Path::new("."));
    program::fed(command.arg("--isolated").args(arguments), input.as_bytes())
}

#[cfg(feature = "system-opencc")]
#[test]
fn the_opencc_of_the_machine_converts() {
    // The same in every release of OpenCC; what differs is not for a test.
    let output = run(
        &["--engine", "opencc", "--to", "s2twp"],
        "鼠标里面的软件，\0头发。\n",
    );
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(text, "滑鼠裡面的軟體，\0頭髮。\n");
    assert_eq!(output.status.code(), Some(0));
}

#[cfg(feature = "system-opencc")]
#[test]
fn what_it_changed_is_listed() {
    let output = run(
        &["--engine", "opencc", "--to", "s2t", "--explain"],
        "我们\n发现\n",
    );
    let listed = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(
        listed.contains(":2") && listed.contains("发现") && listed.contains("發現"),
        "{listed}"
    );
}

#[cfg(not(feature = "system-opencc"))]
#[test]
fn a_build_without_it_says_how_to_get_it() {
    let output = run(&["--engine", "opencc", "--to", "s2t"], "发\n");
    let message = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(message.contains("--features system-opencc"), "{message}");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}

#[test]
fn the_embedded_engine_can_be_named() {
    let output = run(&["--engine", "embedded", "--to", "s2t"], "头发\n");
    assert_eq!(output.stdout, "頭髮\n".as_bytes());
}

#[test]
fn an_engine_and_a_configuration_of_ones_own_exclude_each_other() {
    let output = run(&["--engine", "opencc", "--opencc-config", "a.json"], "");
    assert_eq!(output.status.code(), Some(2));
}
