//! `cargo xtask eval convert region [--list] [--learn] [--without CORPUS]`: does the conversion to a region's tag write what the region
//! wrote, spelling and all?
//!
//! Held-back documents of Taiwan's and Hong Kong's corpora are made simplified and converted back to `zh-TW`
//! and `zh-HK` (vocabulary off). Each Chinese character that is not the one that was written counts, two
//! spellings of one word and a region's variants too. Beside it stands what the configuration by name gives.
//! `--learn` learns the spelling anew, `--without` learns it without the corpora of that name and measures on all of their text.

use std::collections::BTreeMap;

use anyhow::Result;
use zhnorm::convert::{Config, Options, Vocabulary, convert};
use zhnorm::report::Report;

use crate::corpora::{Split, documents};
use crate::opencc::Package;
use crate::tables::context::gold::{self, is_han};
use crate::tables::spelling::{Region, learn, spelled};

/// Pairs of what was written and what the conversion gives, that are printed.
const PAIRS: usize = 40;

#[derive(Default)]
struct Tally {
    characters: usize,
    opencc: usize,
    own: usize,
    /// The same without variants of a region.
    apart: usize,
    pairs: BTreeMap<(char, char), usize>,
}

impl Tally {
    fn add(
        &mut self,
        [written, opencc, own]: [&str; 3],
        variants: &BTreeMap<u16, u16>,
        is_listed: bool,
    ) {
        let [written, opencc, own] =
            [written, opencc, own].map(|text| text.chars().collect::<Vec<_>>());
        if written.len() != own.len() || written.len() != opencc.len() {
            return;
        }
        for (at, &ch) in written.iter().enumerate() {
            if !u16::try_from(u32::from(ch)).is_ok_and(is_han) {
                continue;
            }
            self.characters += 1;
            self.opencc += usize::from(opencc[at] != ch);
            if own[at] != ch {
                self.own += 1;
                let [one, other] = [ch, own[at]].map(|ch| {
                    let code = u16::try_from(u32::from(ch)).unwrap_or(0);
                    variants.get(&code).copied().unwrap_or(code)
                });
                self.apart += usize::from(one != other);
                *self.pairs.entry((ch, own[at])).or_default() += 1;
                if is_listed {
                    let around = at.saturating_sub(6)..written.len().min(at + 7);
                    let around: String = written[around].iter().collect();
                    println!("    {ch} {} {around}", own[at]);
                }
            }
        }
    }

    fn print(&self, name: &str) {
        let per_10k = |count: usize| count as f64 * 1e4 / self.characters.max(1) as f64;
        println!(
            "{name} | {} | {:.2} | {:.2} | {:.2}",
            self.characters,
            per_10k(self.opencc),
            per_10k(self.own),
            per_10k(self.apart)
        );
    }
}

/// Runs the evaluation.
pub fn run(words: &[&str]) -> Result<()> {
    let is_listed = words.contains(&"--list");
    let flag = words.iter().position(|word| *word == "--without");
    let without = flag.and_then(|at| words.get(at + 1).copied());
    let learns = words.contains(&"--learn") || without.is_some();
    let variants = super::context::variants(&Package::open()?)?;
    let mut sums: BTreeMap<&str, Tally> = BTreeMap::new();
    println!("corpus | characters | by name | with the tag | variants apart, of 10,000");
    let mut anew = None;
    for name in gold::corpora()? {
        if without.is_some_and(|without| !name.contains(without)) {
            continue;
        }
        let region = Region::of(&name);
        let (tag, config) = match region {
            Region::HongKong => ("zh-HK", Config::S2hk),
            Region::Taiwan => ("zh-TW", Config::S2tw),
        };
        if learns && anew.as_ref().is_none_or(|(own, _)| *own != region) {
            anew = Some((region, learn(region, without)?.0));
        }
        let (plan, split) = (
            region.plan()?,
            without.map_or(Split::HeldBack, |_| Split::All),
        );
        let options = Options::default().with_vocabulary(Vocabulary::Off);
        let mut own = Tally::default();
        let sum = sums.entry(tag).or_default();
        for document in documents(&name, split)? {
            let simplified = region.simplified(&document);
            let opencc = gold::run(config, &simplified);
            let output = match &anew {
                Some((_, words)) => spelled(words, &region.converted(&simplified)?),
                None => convert(&simplified, &plan, &options, &mut Report::counting()).into_owned(),
            };
            let lines = opencc.lines().zip(output.lines());
            for (written, (opencc, output)) in document.lines().zip(lines) {
                own.add([written, opencc, output], &variants, is_listed);
                sum.add([written, opencc, output], &variants, false);
            }
        }
        own.print(&name);
    }
    for (tag, sum) in &sums {
        sum.print(tag);
        let mut pairs: Vec<_> = sum.pairs.iter().collect();
        pairs.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for ((written, own), count) in pairs.into_iter().take(PAIRS) {
            print!("{written}>{own} {count}  ");
        }
        println!();
    }
    Ok(())
}
