//! Mojibake: text that was decoded with the wrong charset, once or twice.
//!
//! `中文` written in UTF-8 and read as GBK is `涓\u{e15f}枃`; read as Latin-1 it is `ä¸\u{ad}æ\u{96}\u{87}`. Going
//! back means giving the characters to the charset that they were read in and decoding the bytes
//! from the one that they were written in. The story: the scan ([`super::scan`]) finds runs of
//! characters that healthy Chinese does not have; [`chain`] lists the kinds of damage that can
//! have made such runs, of which a quick trial keeps the few that fit; [`search`] reads the line
//! for each of these; [`evidence`] weighs the best reading against every way to write the literal
//! text on purpose; and [`document`] decides for the document how much evidence is enough.
//! [`charset`] knows bytes and characters.

use std::ops::Range;

use super::Options;
use super::edits::{Edit, Found};
use super::findings::Findings;
use zhnorm_lang::characters::{PRIVATE_USE_FIRST, PRIVATE_USE_LAST};

mod balance;
mod budget;
mod chain;
mod charset;
mod document;
mod evidence;
mod frame;
mod guess;
mod likelihood;
mod line;
mod plain;
mod punctuation;
mod quick;
mod reading;
mod rewrite;
mod search;
mod shown;
mod signs;
mod swallowed;
mod sweep;
mod torn;
mod vocabulary;

use chain::Chain;
pub use charset::Charset;
pub(super) use charset::big5_user_defined_pair;
pub(super) use likelihood::share_in_big5;
pub(crate) use likelihood::{Before, rarity};

/// A character that costs more than this, in nats, is suspicious.
const SUSPECT: f32 = 13.0;

/// Whether healthy Chinese text has the character so seldom that a few together are suspicious. A
/// no-break space is not: programs indent with rows of them.
pub(super) fn is_suspect(ch: char) -> bool {
    match likelihood::rarity(ch) {
        Some(rarity) => rarity > SUSPECT,
        None => matches!(
            ch,
            '\u{80}'..='\u{9F}' | '\u{A1}'..='\u{A8}' | '\u{AA}'..='\u{AF}' | '\u{B2}'..='\u{B6}' | '\u{B8}'..='\u{D6}'
                | '\u{D8}'..='\u{24F}' | '\u{2C6}' | '\u{2DC}' | '\u{400}'..='\u{45F}'
                | '\u{3400}'..='\u{4DBF}' | PRIVATE_USE_FIRST..=PRIVATE_USE_LAST | '\u{AC00}'..='\u{D7A3}'
                | '\u{FF61}'..='\u{FF9F}' | '\u{FFFD}'
        ),
    }
}

/// Finds what was read in the wrong charset, and flags what may have been.
///
/// `found` is what the scan of `text` found.
pub(super) fn find(text: &str, found: &Findings, options: &Options) -> Found {
    if let Some(edit) = byte_order_mark(text) {
        return Found {
            edits: vec![edit],
            flags: Vec::new(),
        };
    }
    let mut known = document::find(text, found, options);
    let runs = found.suspicious.iter().chain(&found.lone);
    let signs = signs::find(text, runs, &known);
    if !signs.edits.is_empty() || !signs.flags.is_empty() {
        let spans = signs.edits.iter().map(|edit| &edit.span);
        let mut spans: Vec<&Range<usize>> = spans
            .chain(signs.flags.iter().map(|flag| &flag.span))
            .collect();
        // They do not overlap.
        spans.sort_by_key(|span| span.start);
        known.flags.retain(|flag| {
            let after = spans.partition_point(|span| span.end <= flag.span.start);
            let next = spans.get(after);
            next.is_none_or(|span| flag.span.end <= span.start)
        });
        known.edits.extend(signs.edits);
        known.edits.sort_by_key(|edit| edit.span.start);
        known.flags.extend(signs.flags);
        known.flags.sort_by_key(|flag| flag.span.start);
    }
    known
}

/// The first two bytes of the byte order mark of UTF-8, read as GBK.
const MARK: char = '锘';

/// Whether a text may begin with a byte order mark that was read as GBK.
pub(super) fn may_have_mark(text: &str) -> bool {
    text.starts_with(MARK)
}

/// The byte order mark of UTF-8 at the front of a text, read as GBK: `锘縤mport`, `锘?import`. Its
/// third byte took the ASCII character after it along, or was lost.
fn byte_order_mark(text: &str) -> Option<Edit> {
    let rest = text.strip_prefix(MARK)?;
    let second = rest.chars().next()?;
    let trailing = &rest[second.len_utf8()..];
    let code = Charset::Gbk.code(second);
    let taken = match code.as_ref().map(charset::Code::bytes) {
        Some(&[0xBF, trail @ ..=0x7F]) => String::from(char::from(trail)),
        _ => String::new(),
    };
    let lost = search::is_mark(second) && trailing.starts_with(|ch: char| ch.is_ascii());
    (lost || !taken.is_empty()).then(|| Edit {
        rule: "mojibake.utf8-as-gbk",
        span: 0..text.len() - trailing.len(),
        after: format!("\u{FEFF}{taken}"),
        confidence: 0.95,
        more: None,
    })
}

/// The wrong decodings that a rule undoes, the last first: for each the charset that the text was
/// read in and the charset that it was written in. Empty for rules of other steps.
pub(super) fn undone_by(rule: &str) -> impl Iterator<Item = (Charset, Charset)> {
    let chain = Chain::named(rule);
    let undo = chain.map_or(&[][..], |chain| chain.undo);
    undo.iter().map(|undo| (undo.read_as, undo.written_in))
}
