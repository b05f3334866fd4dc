//! Reads the table of the built-in rules in place: texts stay in the program's read-only data.
//!
//! The table has one record for each line, its fields separated by tabs; the first field says what
//! the record is. `cargo xtask strip-rules` writes it, `xtask/src/tables` says how.

use std::borrow::Cow;

use crate::document_kind::DocumentKind;
use crate::strip::matcher::{Hint, Index, Source, Word};
use crate::strip::rules::{Role, Rule, Template};

const TABLE: &str = include_str!("../rules/rules.table");

/// The records of a table, each with its fields after the first.
fn records(table: &'static str) -> impl Iterator<Item = (&'static str, [&'static str; 9])> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut fields = line.split('\t');
            let name = fields.next().unwrap_or_default();
            (
                name,
                std::array::from_fn(|_| fields.next().unwrap_or_default()),
            )
        })
}

/// A number of the table, which holds no wrong ones.
fn number<T: std::str::FromStr + Default>(field: &str) -> T {
    field.parse().unwrap_or_default()
}

/// The built-in rules, parts of patterns written out, without examples.
pub(super) fn rules() -> Vec<Rule> {
    read_rules(TABLE)
}

fn read_rules(table: &'static str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for (record, fields) in records(table) {
        if record == "rule" {
            let [name, about, max, at_least, flags, role, template, kinds, _] = fields;
            rules.push(Rule {
                name: name.into(),
                about: about.into(),
                max: number(max),
                at_least: number(at_least),
                weak: flags.contains('w'),
                opens: flags.contains('o'),
                off: flags.contains('-'),
                role: match role {
                    "inset" => Role::Inset,
                    "between" => Role::Between,
                    "post" => Role::Post,
                    "about" => Role::About,
                    _ => Role::Furniture,
                },
                template: match template {
                    "line" => Template::Line,
                    "date" => Template::Date,
                    _ => Template::None,
                },
                kinds: kinds
                    .split(' ')
                    .filter_map(DocumentKind::from_name)
                    .collect(),
                ..Rule::default()
            });
            continue;
        }
        let Some(rule) = rules.last_mut() else {
            continue;
        };
        let list = match record {
            "line" => &mut rule.lines,
            "word" => &mut rule.words,
            "filler" => &mut rule.fillers,
            "pattern" => &mut rule.patterns,
            "has" => &mut rule.has,
            "phrase" => &mut rule.phrases,
            "matches" => &mut rule.matches,
            "keeps" => &mut rule.keeps,
            _ => continue,
        };
        list.push(Cow::Borrowed(fields[0]));
    }
    rules
}

/// The index of the built-in rules. Built-in patterns all have an anchor or a word that asks for
/// them.
pub(super) fn index() -> Index {
    let mut index = Index::default();
    for (record, [first, second, third, fourth, ..]) in records(TABLE) {
        let character = |field: &str| field.chars().next().unwrap_or('\0');
        match record {
            "L" => index.lines.push((second.into(), number(first))),
            "W" => {
                let filler = third == "filler";
                let rule = number(first);
                index.words.push((second.into(), Word { rule, filler }));
            }
            "P" => index.patterns.push(Source {
                rule: number(first),
                ends: number(second),
                needs: third.into(),
                text: fourth.into(),
            }),
            "H" => {
                let head = (character(second), character(third), number(first));
                index.heads.push(head);
            }
            "T" => {
                let tail = (character(second), character(third), number(first));
                index.tails.push(tail);
            }
            "NP" => {
                let needle = (second.into(), Hint::Pattern(number(first)));
                index.needles.push(needle);
            }
            "NR" => {
                let needle = (second.into(), Hint::Phrase(number(first)));
                index.needles.push(needle);
            }
            _ => {}
        }
    }
    index
}

/// The built-in rules with the examples that `rules.toml` gives; only tests try them.
#[cfg(test)]
pub(super) fn rules_with_examples() -> Vec<Rule> {
    let mut rules = rules();
    for (rule, examples) in rules
        .iter_mut()
        .zip(read_rules(include_str!("../rules/examples.table")))
    {
        assert_eq!(rule.name, examples.name);
        rule.matches = examples.matches;
        rule.keeps = examples.keeps;
    }
    rules
}
