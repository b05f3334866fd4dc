//! `cargo xtask eval repair`: what the repair stage restores, what it leaves alone, how sure it
//! is and how fast.
//!
//! The parts, each a word of the command line: `seeds`, the two garbled articles beside what they
//! must become; `pinyin`, simulated damage on held-back text ([`simulated`]) and how often the
//! stated confidence comes true ([`calibration`]); `second`, the same by a generator that shares
//! nothing with the library ([`second`]); `readings`, readings behind random characters or in their
//! place; `wild`, fragments of real pages; `swallowed`, UTF-8 read as
//! GBK by a decoder that swallows what follows a lost byte; `lost`, each lost byte of such text ([`lost_bytes`]); `mojibake`, the table of `eval mojibake`; `corpora`, every line of healthy text that
//! changes; `speed`. `file PATH...` shows what becomes of
//! files. `tune` measures on other held-back pages than those of the figures, so that
//! what is tried out is not fitted to what it is measured on.

mod calibration;
mod corpora;
mod file;
mod lost_bytes;
mod readings;
mod second;
mod seeds;
mod simulated;
mod speed;
mod swallowed;
mod wild;

use anyhow::Result;
use zhnorm::report::Change;

use simulated::Pages;

/// Simulated copies of held-back pages: each variant of the pinyin garble with a site table of 400.
pub fn copies() -> Result<Vec<String>> {
    let variants =
        simulated::VARIANTS.map(|variant| simulated::damaged(variant, 400, Pages::Figures));
    let copies: Result<Vec<_>> = variants.into_iter().collect();
    Ok(copies?.concat())
}

/// Prints the figures; with `verbose` the lines that are not restored too.
pub fn run(words: &[&str]) -> Result<()> {
    const PARTS: [&str; 10] = [
        "seeds",
        "wild",
        "readings",
        "pinyin",
        "second",
        "swallowed",
        "lost",
        "mojibake",
        "corpora",
        "speed",
    ];
    if let ["file", paths @ ..] = words {
        return file::run(paths);
    }
    let any = words.iter().any(|word| PARTS.contains(word));
    let asked = |part: &str| !any || words.contains(&part);
    let pages = if words.contains(&"tune") {
        Pages::Tuning
    } else {
        Pages::Figures
    };
    if asked("seeds") {
        seeds::run()?;
    }
    let verbose = words.contains(&"verbose");
    if asked("wild") {
        wild::run()?;
    }
    if asked("readings") {
        readings::run(verbose)?;
    }
    if asked("second") {
        second::run(verbose)?;
    }
    if asked("swallowed") {
        swallowed::run(verbose)?;
    }
    if asked("lost") {
        lost_bytes::run(words.contains(&"tune"), verbose)?;
    }
    if asked("pinyin") {
        simulated::run(words, pages)?;
    }
    if asked("mojibake") {
        crate::eval::mojibake::run(&[])?;
    }
    if asked("corpora") {
        corpora::run()?;
    }
    if asked("speed") {
        speed::run(words)?;
    }
    Ok(())
}

/// Prints the changes that are less sure than this, with their alternatives.
fn tell_doubtful(changes: &[Change], sure: f32) {
    for change in changes {
        if let Some(confidence) = change.confidence.filter(|confidence| *confidence < sure) {
            println!(
                "    {confidence:.2} {} -> {} or {}",
                change.before,
                change.after,
                change.alternatives.join(" or ")
            );
        }
    }
}
