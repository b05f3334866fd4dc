//! The `zhnorm` command.

fn main() {}
