//! Generators of the committed tables. `cargo xtask NAME` writes a table, `cargo xtask NAME
//! --check` compares it with the committed one, `cargo xtask check-tables` compares all.

mod cns;
pub mod context;
mod conversion;
mod folding;
mod frequency;
pub mod model;
mod names;
mod radicals;
mod readings;
pub mod spelling;
mod strip;
pub mod variety;

use anyhow::Result;

/// A committed table.
pub struct Table {
    /// The word that calls its generator.
    pub name: &'static str,
    /// What the table is for.
    pub meaning: &'static str,
    /// Writes the table, or with `check` compares it with the committed one.
    pub generate: fn(check: bool) -> Result<()>,
}

/// Every committed table.
#[rustfmt::skip]
pub const TABLES: &[Table] = &[
    Table { name: "cns", meaning: "CNS 11643 in the order of Big5, for ISO-2022-CN", generate: cns::run },
    Table { name: "context", meaning: "which traditional character a simplified one stands for", generate: context::generate },
    Table { name: "folding", meaning: "folds traditional to simplified characters", generate: folding::run },
    Table { name: "frequency", meaning: "how often each character occurs, per language", generate: frequency::generate },
    Table { name: "model", meaning: "the character model, trained on ../shared/corpora", generate: model::generate },
    Table { name: "names", meaning: "how likely each character is in names of persons", generate: names::run },
    Table { name: "radicals", meaning: "the ideograph of each radical", generate: radicals::run },
    Table { name: "readings", meaning: "the first pinyin reading of each ideograph", generate: readings::run },
    Table { name: "spelling", meaning: "how each region's text spells words of two spellings", generate: spelling::generate },
    Table { name: "strip-rules", meaning: "crates/zhnorm/src/strip/rules/rules.toml as Rust", generate: strip::rules },
    Table { name: "tables", meaning: "the dictionaries of OpenCC's sixteen configurations", generate: conversion::generate },
    Table { name: "variety", meaning: "the characters that show script, region and mapped text", generate: variety::generate },
];

/// Regenerates every table and compares it with the committed one.
pub fn check() -> Result<()> {
    TABLES.iter().try_for_each(|table| (table.generate)(true))
}
