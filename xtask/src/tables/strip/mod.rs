//! Writes the strip stage's table: the rules as a constant.

mod wording;

use std::borrow::Cow;
use std::fmt::Write as _;

use anyhow::{Result, ensure};
use zhnorm::internals::{Index, RuleFile, expanded};

use crate::corpora::root;

/// `cargo xtask strip-rules`: `rules.toml` as Rust, and its index, so that a run neither parses
/// nor sorts.
pub fn rules(check: bool) -> Result<()> {
    let folder = root().join("crates/zhnorm/src/strip/rules");
    let source = std::fs::read_to_string(folder.join("rules.toml"))?;
    let file: RuleFile = toml::from_str(&source)?;
    let mut rules = expanded(file)?;
    rules.iter_mut().for_each(wording::add);
    let mut out = String::from(
        "//! Written by `cargo xtask strip-rules` from `rules.toml`: change that and run it again.\n\n\
         use super::super::matcher::{Tells, Word};\n\
         use super::Rule;\n\n\
         /// The built-in rules, parts of patterns written out.\n\
         #[allow(clippy::too_many_lines)]\n\
         pub(super) fn rules() -> Vec<Rule> {\n    vec![\n",
    );
    for rule in &rules {
        writeln!(out, "        Rule {{")?;
        writeln!(out, "            name: {:?}.into(),", rule.name)?;
        writeln!(out, "            about: {:?}.into(),", rule.about)?;
        for (field, list) in [
            ("lines", &rule.lines),
            ("words", &rule.words),
            ("fillers", &rule.fillers),
            ("patterns", &rule.patterns),
            ("has", &rule.has),
            ("phrases", &rule.phrases),
            ("matches", &rule.matches),
            ("keeps", &rule.keeps),
        ] {
            write_list(&mut out, field, list)?;
        }
        writeln!(out, "            at_least: {},", rule.at_least)?;
        writeln!(out, "            max: {},", rule.max)?;
        writeln!(out, "            weak: {},", rule.weak)?;
        writeln!(out, "            opens: {},", rule.opens)?;
        writeln!(out, "        }},")?;
    }
    out.push_str("    ]\n}\n\n");
    write_index(&mut out, &Index::new(&rules)?)?;
    out.truncate(out.trim_end().len() + 1);
    write_or_compare(
        "crates/zhnorm/src/strip/rules/table.rs",
        &out,
        "strip-rules",
        check,
    )
}

/// Writes the index, which a test compares with [`Index::new`].
fn write_index(out: &mut String, index: &Index) -> Result<()> {
    ensure!(
        index.always.is_empty(),
        "a pattern without a head or tail needs words in `has`: {}",
        index.patterns[usize::from(index.always[0])].text
    );
    let lines = index.lines.iter().map(|line| format!("{line:?}"));
    write_slice(out, "LINES", "(&str, u16)", lines);
    let words = index.words.iter().map(|word| format!("{word:?}"));
    write_slice(out, "WORDS", "(&str, Word)", words);
    let patterns = index.patterns.iter().map(|source| {
        format!(
            "{:?}",
            (source.rule, source.ends, &source.text, &source.needs)
        )
    });
    write_slice(out, "PATTERNS", "(u16, u8, &str, &str)", patterns);
    let heads = index.heads.iter().map(|head| format!("{head:?}"));
    write_slice(out, "HEADS", "(char, char, u16)", heads);
    let tails = index.tails.iter().map(|tail| format!("{tail:?}"));
    write_slice(out, "TAILS", "(char, char, u16)", tails);
    let needles = index
        .needles
        .iter()
        .map(|(word, tells)| format!("({word:?}, Tells::{tells:?})"));
    write_slice(out, "NEEDLES", "(&str, Tells)", needles);
    Ok(())
}

/// Writes a constant, its items side by side in lines of about 100 characters.
fn write_slice(out: &mut String, name: &str, of: &str, items: impl Iterator<Item = String>) {
    let doc = format!("/// Of the index: {}.", name.to_lowercase());
    out.push_str(&format!("{doc}\npub(super) const {name}: &[{of}] = &["));
    let mut width = 100;
    for item in items {
        let chars = item.chars().count() + 2;
        if width + chars > 100 {
            out.push_str("\n   ");
            width = 4;
        }
        out.push_str(&format!(" {item},"));
        width += chars;
    }
    out.push_str("\n];\n\n");
}

fn write_or_compare(path: &str, table: &str, command: &str, check: bool) -> Result<()> {
    let file = root().join(path);
    if !check {
        return Ok(std::fs::write(file, table)?);
    }
    ensure!(
        std::fs::read_to_string(file)? == table,
        "{path} is not what `cargo xtask {command}` writes; run it and commit"
    );
    Ok(())
}

fn write_list(out: &mut String, field: &str, list: &[Cow<'static, str>]) -> Result<()> {
    if list.is_empty() {
        writeln!(out, "            {field}: Vec::new(),")?;
        return Ok(());
    }
    writeln!(out, "            {field}: super::list(&[")?;
    for text in list {
        writeln!(out, "                {text:?},")?;
    }
    writeln!(out, "            ]),")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_rules_are_what_rules_toml_says() {
        super::rules(true).expect("run `cargo xtask strip-rules` and commit");
    }
}
