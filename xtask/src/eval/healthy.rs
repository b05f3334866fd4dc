//! `cargo xtask eval healthy`: what repair changes in text that no one damaged, and how fast it
//! passes such text.

use std::collections::BTreeMap;
use zhnorm_lang::boundary;

use anyhow::{Result, ensure};
use zhnorm::repair::{Options, repair, repair_with_plan};
use zhnorm::report::{Action, Report};

use crate::corpora::{Split, documents};
use crate::measure::processor_seconds;

/// Prints how fast text passes in which nothing is to do: the documents of the corpora of which
/// nothing is reported, twenty megabytes at once and in pieces of two kilobytes.
fn speed(wanted: &[&str]) -> Result<()> {
    const WHOLE: usize = 20_000_000;
    const PIECE: usize = 2_000;
    const ROUNDS: usize = 3;
    const ENGLISH: &str = "The harvest was good this year; the mill (built in 1852) ran day and \
        night. \"Did you see it?\" she asked. He hadn't, but 3 % of the grain = 40 tons, or so \
        they said.\n";
    println!("{:24} {:>10} {:>10}", "GB/s", "20 MB", "2 KB");
    for (language, start) in [
        ("simplified", "hans/"),
        ("traditional", "hant/"),
        ("Japanese", "negatives/ja"),
        ("English", ""),
    ] {
        let mut text = String::with_capacity(WHOLE);
        let names = crate::corpora::names()?;
        let names = names.iter().filter(|name| name.starts_with(start));
        if !wanted.is_empty() && !wanted.contains(&language) {
            continue;
        }
        let documents = if start.is_empty() {
            vec![ENGLISH.to_owned()]
        } else {
            names
                .map(|name| documents(name, Split::All))
                .collect::<Result<Vec<_>>>()?
                .concat()
        };
        let nothing_to_do = |document: &&String| {
            let mut report = Report::counting();
            repair(document, &Options::default(), &mut report);
            report.tallies().next().is_none()
        };
        let documents: Vec<&String> = documents.iter().filter(nothing_to_do).collect();
        ensure!(!documents.is_empty(), "no corpus {start}");
        for document in documents.iter().cycle() {
            if text.len() + document.len() > WHOLE {
                break;
            }
            text.push_str(document);
            text.push('\n');
        }
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while rest.len() > PIECE {
            let end = boundary::ceil(rest, PIECE);
            pieces.push(&rest[..end]);
            rest = &rest[end..];
        }
        let best = |run: &dyn Fn()| {
            (0..ROUNDS)
                .map(|_| {
                    let start = processor_seconds();
                    run();
                    text.len() as f64 / 1e9 / (processor_seconds() - start)
                })
                .fold(0.0, f64::max)
        };
        let options = Options::default();
        let pass = |text: &str| {
            std::hint::black_box(repair(text, &options, &mut Report::counting()));
        };
        let whole = best(&|| pass(&text));
        let pieces = best(&|| pieces.iter().for_each(|piece| pass(piece)));
        println!("{language:24} {whole:>10.2} {pieces:>10.2}");
    }
    Ok(())
}

/// Prints every line of the corpora that changes, by rule, and each kind of flag.
pub fn run(arguments: &[&str]) -> Result<()> {
    if let ["speed", wanted @ ..] = arguments {
        return speed(wanted);
    }
    let mut total: BTreeMap<String, usize> = BTreeMap::new();
    for name in crate::corpora::names()? {
        if !arguments.is_empty() && !arguments.iter().any(|word| name.contains(word)) {
            continue;
        }
        let mut rules: BTreeMap<String, usize> = BTreeMap::new();
        for document in documents(&name, Split::All)? {
            let mut report = Report::listing();
            repair_with_plan(&document, &Options::default(), &mut report);
            for change in report.changes() {
                let flag = change.action == Action::Flag;
                let rule = format!("{}{}", change.rule, if flag { " (flag)" } else { "" });
                let seen = rules.entry(rule.clone()).or_default();
                *seen += 1;
                if *seen <= 12 && !flag {
                    let line = document.lines().nth(change.line - 1).unwrap_or_default();
                    let line: String = line.chars().take(60).collect();
                    println!(
                        "  {rule} {:?} -> {:?} in {line:?}",
                        change.before, change.after
                    );
                }
            }
        }
        println!("{name}: {rules:?}");
        for (rule, count) in rules {
            *total.entry(rule).or_default() += count;
        }
    }
    println!("all: {total:?}");
    Ok(())
}
