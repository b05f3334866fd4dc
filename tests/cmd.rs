//! The command as data: each `tests/cmd/*.toml` is a command line with what it prints, the files
//! it starts from (`NAME.in/`) and the files it leaves (`NAME.out/`).
//!
//! `TRYCMD=overwrite cargo test --test cmd` writes what the command prints now into the cases;
//! read the difference before committing it.

#[test]
fn command_lines() {
    trycmd::TestCases::new()
        .register_bin("zhnorm", snapbox::cmd::cargo_bin!("zhnorm"))
        .env("NO_COLOR", "1")
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .case("tests/cmd/*.toml");
}
