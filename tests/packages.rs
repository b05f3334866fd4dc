//! The library stands alone: what only the command needs is no dependency of it.

use std::process::Command;

/// The crates of the command: its arguments, its terminal, its walk through folders, its threads.
const OF_THE_COMMAND: [&str; 17] = [
    "anstream",
    "anstyle",
    "clap",
    "clap_complete",
    "clap_mangen",
    "crossterm",
    "ctrlc",
    "globset",
    "ignore",
    "indicatif",
    "nix",
    "rayon",
    "rustix",
    "signal-hook",
    "similar",
    "strsim",
    "tempfile",
];

fn tree(package: &str, arguments: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "-e", "normal"])
        .args(["--prefix", "none", "--format", "{p}", "-p", package])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout);
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names.map(str::to_owned).collect()
}

#[test]
fn the_library_has_no_crate_of_the_command() {
    let command = tree("zhnorm-cli", &[]);
    for arguments in [&["--no-default-features"][..], &[]] {
        let library = tree("zhnorm", arguments);
        assert!(library.iter().any(|name| name == "encoding_rs"));
        for name in OF_THE_COMMAND {
            assert!(!library.iter().any(|known| known == name), "{name}");
        }
    }
    assert!(command.iter().any(|name| name == "clap"));
}
