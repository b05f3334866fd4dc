//! Measurements: `cargo xtask eval …` and `cargo xtask bench-peers`. Most of them read the
//! folder `../shared` beside the checkout.

mod batch;
mod convert;
mod custom;
mod decode;
mod formats;
mod harmless;
mod healthy;
mod hostile;
mod mojibake;
mod python;
mod repair;
mod strip;
mod twice;
mod variety;

use crate::Command;

/// Every measurement, by the words that call it.
#[rustfmt::skip]
pub const COMMANDS: &[Command] = &[
    Command { words: &["bench-peers"], meaning: "the speed of conversion beside other engines", run: convert::peers::run },
    Command { words: &["eval", "batch"], meaning: "many files, start-up, faults [start] [scale] [large] [faults] [--files N]", run: batch::run },
    Command { words: &["eval", "convert"], meaning: "exactness and speed of conversion [PART...]", run: convert::run },
    Command { words: &["eval", "custom"], meaning: "a user's configurations against the reference", run: |_| custom::run() },
    Command { words: &["eval", "decode"], meaning: "accuracy, reliability and speed of decode [verbose] [CASES]", run: decode::command },
    Command { words: &["eval", "formats"], meaning: "structure of files as other parsers see it, and speed [FORMAT...] [-v]", run: formats::run },
    Command { words: &["eval", "harmless"], meaning: "changes in healthy text [cases] [zoo] [generated] [GENRE...] [--sample] [--list] [--binary PATH]", run: harmless::run },
    Command { words: &["eval", "healthy"], meaning: "every change that repair makes in the corpora; [FILE...] | speed", run: healthy::run },
    Command { words: &["eval", "hostile"], meaning: "time and memory on input made to cost much [KIND...] [--sizes MB,MB...] [--binary PATH]", run: hostile::run },
    Command { words: &["eval", "mapped"], meaning: "what a character-by-character mapping and its way back lose", run: |_| variety::mapped() },
    Command { words: &["eval", "mojibake"], meaning: "what repair restores of each kind of mojibake; [--show] [ROW...]", run: mojibake::run },
    Command { words: &["eval", "python"], meaning: "the Python package beside opencc, ftfy and charset-normalizer [--quick] [recipes]", run: python::run },
    Command { words: &["eval", "repair"], meaning: "what repair restores, leaves alone, and how fast [seeds] [pinyin [kept|lost|width] [150|400|1000|2500]] [mojibake] [corpora] [speed [garbled]] [tune] [verbose]", run: repair::run },
    Command { words: &["eval", "strip"], meaning: "what strip drops on labelled pages [wrong] [missed] [corpora] | html: what is taken from web pages", run: strip::run },
    Command { words: &["eval", "twice"], meaning: "documents that change again on a second run [KIND...]", run: twice::run },
    Command { words: &["eval", "variety"], meaning: "how well script and region are detected, by the length of a text", run: |_| variety::variety() },
];
