//! Writes the strip stage's tables: the rules and their index.

mod wording;

use anyhow::{Result, ensure};
use zhnorm::internals::{Hint, Index, RuleFile, expanded};
use zhnorm::strip::Rule;

use crate::corpora::root;

/// `cargo xtask strip-rules`: `rules.toml` and its index as a table, so that a run neither parses
/// TOML nor sorts. A record is a line, its fields are separated by tabs, the first one names it.
/// Examples go into a table of their own, which only tests read.
pub fn rules(check: bool) -> Result<()> {
    let folder = root().join("crates/zhnorm/src/strip/rules");
    let source = std::fs::read_to_string(folder.join("rules.toml"))?;
    let file: RuleFile = toml::from_str(&source)?;
    let mut rules = expanded(file)?;
    rules.iter_mut().for_each(wording::add);
    let head =
        "# Written by `cargo xtask strip-rules` from `rules.toml`: change that and run it again.";
    let (mut table, mut examples) = (format!("{head}\n"), format!("{head}\n"));
    for rule in &rules {
        write_rule(&mut table, rule)?;
        record(&mut examples, &["rule", &rule.name])?;
        for (name, list) in [("matches", &rule.matches), ("keeps", &rule.keeps)] {
            for text in list {
                record(&mut examples, &[name, text])?;
            }
        }
    }
    write_index(&mut table, &Index::new(&rules)?)?;
    for (name, text) in [("rules", table), ("examples", examples)] {
        let path = format!("crates/zhnorm/src/strip/rules/{name}.table");
        write_or_compare(&path, &text, "strip-rules", check)?;
    }
    Ok(())
}

fn record(out: &mut String, fields: &[&str]) -> Result<()> {
    let line = fields.join("\t");
    ensure!(
        fields.iter().all(|field| !field.contains(['\t', '\n'])),
        "a tab or a line feed in `{line}`"
    );
    out.push_str(&line);
    out.push('\n');
    Ok(())
}

/// Writes a rule and its lists.
fn write_rule(out: &mut String, rule: &Rule) -> Result<()> {
    let flags: String = [(rule.weak, 'w'), (rule.opens, 'o'), (rule.off, '-')]
        .into_iter()
        .filter_map(|(is_set, flag)| is_set.then_some(flag))
        .collect();
    let kinds: Vec<&str> = rule.kinds.iter().map(|kind| kind.name()).collect();
    record(
        out,
        &[
            "rule",
            &rule.name,
            &rule.about,
            &rule.max.to_string(),
            &rule.at_least.to_string(),
            &flags,
            &format!("{:?}", rule.role).to_lowercase(),
            &format!("{:?}", rule.template).to_lowercase(),
            &kinds.join(" "),
        ],
    )?;
    for (name, list) in [
        ("line", &rule.lines),
        ("word", &rule.words),
        ("filler", &rule.fillers),
        ("pattern", &rule.patterns),
        ("has", &rule.has),
        ("phrase", &rule.phrases),
    ] {
        for text in list {
            record(out, &[name, text])?;
        }
    }
    Ok(())
}

/// Writes the index, which a test compares with [`Index::new`].
fn write_index(out: &mut String, index: &Index) -> Result<()> {
    ensure!(
        index.always.is_empty(),
        "a pattern without a head or tail needs words in `has`: {}",
        index.patterns[usize::from(index.always[0])].text
    );
    for (text, rule) in &index.lines {
        record(out, &["L", &rule.to_string(), text])?;
    }
    for (text, word) in &index.words {
        let kind = if word.filler { "filler" } else { "" };
        record(out, &["W", &word.rule.to_string(), text, kind])?;
    }
    for source in &index.patterns {
        let (rule, ends) = (source.rule.to_string(), source.ends.to_string());
        record(out, &["P", &rule, &ends, &source.needs, &source.text])?;
    }
    // A NUL means any character, and is written as an empty field.
    let shown = |char: char| {
        if char == '\0' {
            String::new()
        } else {
            char.to_string()
        }
    };
    for (name, list) in [("H", &index.heads), ("T", &index.tails)] {
        for &(first, second, place) in list {
            record(
                out,
                &[name, &place.to_string(), &shown(first), &shown(second)],
            )?;
        }
    }
    for (word, hint) in &index.needles {
        let (name, place) = match hint {
            Hint::Pattern(place) => ("NP", place),
            Hint::Phrase(rule) => ("NR", rule),
        };
        record(out, &[name, &place.to_string(), word])?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_rules_are_what_rules_toml_says() {
        super::rules(true).expect("run `cargo xtask strip-rules` and commit");
    }
}
