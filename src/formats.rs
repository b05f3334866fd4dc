//! `--list-formats`: every format, how it is found, what its texts are and which stages act.

use std::fmt::Write as _;

use zhnorm::formats::Format;

use crate::generate::print;

/// Prints the list.
///
/// # Errors
///
/// A message when standard output cannot be written.
pub(crate) fn list() -> Result<(), String> {
    let mut list = String::new();
    for format in Format::all() {
        let roles: Vec<_> = format.roles().iter().map(|role| role.name()).collect();
        let acts = format.stages();
        let stages: Vec<_> = [
            (true, "decode"),
            (acts.repair, "repair"),
            (acts.strip, "strip"),
            (acts.convert, "convert"),
        ]
        .into_iter()
        .filter_map(|(acts, name)| acts.then_some(name))
        .collect();
        let _ = writeln!(
            list,
            "{:<14} {:<34} {:<28} {}",
            format.name(),
            format
                .extensions()
                .iter()
                .map(|name| format!(".{name}"))
                .collect::<Vec<_>>()
                .join(" "),
            roles.join(" "),
            stages.join(" ")
        );
    }
    print(list.as_bytes())
}
