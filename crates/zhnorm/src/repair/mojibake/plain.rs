//! Lines that were damaged as a whole and lost nothing: read at once, without a search.
//!
//! In a document that is proven to be damaged in one way, most lines decode from end to end. Where
//! every character goes back to bytes, all bytes decode, and what they say is common Chinese
//! throughout while what stands there is not, there is nothing to search for.

use std::ops::Range;

use super::chain::{CHAINS, Chain};
use super::charset::Charset;
use super::likelihood::strangeness;
use super::search::is_mark;
use zhnorm_lang::characters::is_basic_han;

/// Fewer characters are left to the search.
const LEAST: usize = 6;
/// The most bytes of a line that are read at once.
const LONGEST: usize = 1 << 16;
/// Characters next to each other that are looked at together.
const WINDOW: usize = 6;
/// How strange these may be, in nats each; common Chinese is 5 to 8.
const COMMON: f32 = 9.0;
/// How much stranger what stands there is, in nats for each character that is restored.
const STRANGER: f32 = 2.5;

/// A line, or a part of one, that was damaged from end to end.
pub(super) struct Plain {
    /// From the first character that changes to the last.
    pub(super) span: Range<usize>,
    pub(super) restored: String,
    /// How much stranger what stands there is, in nats.
    pub(super) gain: f32,
}

/// What tells one table of a charset from another, in nats.
const CLEAR: f32 = 8.0;

/// See [`Line::read`]; where decoders have two tables for the charset, by the one that makes much better Chinese.
/// What only one of them reads is left to the search.
pub(super) fn read_as_sibling(
    text: &str,
    run: &Range<usize>,
    least: usize,
    chain: &'static Chain,
) -> Option<(Plain, &'static Chain)> {
    let line = Line::around(text, run, least)?;
    let one = line.read(chain)?;
    let Some(sibling) = chain.sibling() else {
        return Some((one, chain));
    };
    let other = line.read(sibling)?;
    let gain = one.gain - other.gain;
    let is_clear = one.restored == other.restored || gain.abs() > CLEAR;
    is_clear.then_some(if gain < 0.0 {
        (other, sibling)
    } else {
        (one, chain)
    })
}

/// A line that may have been damaged from end to end, in which no character is a mark of a lost one.
struct Line<'t> {
    start: usize,
    stood: &'t str,
}

impl<'t> Line<'t> {
    /// The line around a run, from `least` on.
    fn around(text: &'t str, run: &Range<usize>, least: usize) -> Option<Self> {
        let start = line_start(text, run.start, least)?;
        let rest = &text.as_bytes()[run.end..];
        let rest = &rest[..rest.len().min(LONGEST)];
        let end = match memchr::memchr(b'\n', rest) {
            Some(end) => run.end + end,
            None if run.end + rest.len() == text.len() => text.len(),
            None => return None,
        };
        let stood = text.get(start..end)?.trim_end_matches('\r');
        let may_be = stood.len() <= LONGEST && !stood.chars().any(is_mark);
        may_be.then_some(Self { start, stood })
    }

    /// Reads it as damaged from end to end.
    fn read(&self, chain: &Chain) -> Option<Plain> {
        let Self { start, stood } = *self;
        let restored = restored(stood, chain)?;
        let gain = gain(stood, &restored)?;
        let same = |one: &mut dyn Iterator<Item = char>, other: &mut dyn Iterator<Item = char>| {
            let pairs = one.zip(other);
            let same = pairs.take_while(|(one, other)| one == other && one.is_ascii());
            same.count()
        };
        let before = same(&mut stood.chars(), &mut restored.chars());
        let after = same(
            &mut stood[before..].chars().rev(),
            &mut restored[before..].chars().rev(),
        );
        Some(Plain {
            span: start + before..start + stood.len() - after,
            restored: restored[before..restored.len() - after].to_owned(),
            gain,
        })
    }
}

/// How much stranger a line must be than what its bytes say in UTF-8, in nats, to prove the damage.
/// Some twenty characters give as much, and so many are not valid UTF-8 by chance.
const PROOF: f32 = 180.0;

/// The kind of damage that the line around a run proves: all of its characters go back to bytes that
/// are UTF-8. Other charsets have a character for nearly any two bytes, so they prove nothing here.
pub(super) fn proven_by(text: &str, run: &Range<usize>) -> Option<&'static Chain> {
    let mut of_utf_8 = (CHAINS.iter()).filter(|chain| chain.undo[0].written_in == Charset::Utf8);
    let line = Line::around(text, run, 0)?;
    of_utf_8.find(|chain| line.read(chain).is_some_and(|plain| plain.gain >= PROOF))
}

/// Where a line begins, or what is left of it; nothing where that is far away.
fn line_start(text: &str, at: usize, least: usize) -> Option<usize> {
    let from = least.max(at.saturating_sub(LONGEST)).min(at);
    match memchr::memrchr(b'\n', &text.as_bytes()[from..at]) {
        Some(end) => Some(from + end + 1),
        None => (from == least).then_some(from),
    }
}

fn restored(stood: &str, chain: &Chain) -> Option<String> {
    let mut text: Option<String> = None;
    for undo in chain.undo {
        // A character with several codes is for the search.
        let is_clear = |ch: char| ch.is_ascii() || undo.read_as.codes(ch).nth(1).is_none();
        if undo.read_as != Charset::Utf8 && !text.as_deref().unwrap_or(stood).chars().all(is_clear)
        {
            return None;
        }
        let bytes = undo.read_as.encode(text.as_deref().unwrap_or(stood))?;
        text = Some(undo.written_in.decode(&bytes)?);
    }
    text
}

/// How much stranger what stood there is; nothing where the restored text is not common Chinese
/// throughout.
fn gain(stood: &str, restored: &str) -> Option<f32> {
    let mut window = [0.0; WINDOW];
    let (mut sum, mut says, mut count) = (0.0, 0.0, 0);
    for ch in restored.chars() {
        let is_plain = ch.is_ascii() || is_basic_han(ch) || super::evidence::is_common_mark(ch);
        if !is_plain || ch.is_ascii_control() && ch != '\t' {
            return None;
        }
        if ch.is_ascii() {
            continue;
        }
        let own = strangeness(ch);
        sum += own - window[count % WINDOW];
        window[count % WINDOW] = own;
        says += own;
        count += 1;
        if count >= WINDOW && sum > COMMON * WINDOW as f32 {
            return None;
        }
    }
    let stood = stood.chars().filter(|ch| !ch.is_ascii());
    let gain = stood.map(strangeness).sum::<f32>() - says;
    (count >= LEAST && says <= COMMON * count as f32 && gain >= STRANGER * count as f32)
        .then_some(gain)
}

#[cfg(test)]
mod tests {
    use crate::repair::mojibake::chain::CHAINS;

    fn read(line: &str, rule: &str) -> Option<(String, String)> {
        let chain = CHAINS.iter().find(|chain| chain.rule == rule)?;
        let text = format!("前\n{line}\n后");
        let run = text.find(line)?..text.len() - "\n后".len();
        let plain = super::Line::around(&text, &run, 0)?.read(chain)?;
        Some((text[plain.span].to_owned(), plain.restored))
    }

    fn big5_as_gbk(text: &str) -> String {
        let (bytes, ..) = encoding_rs::BIG5.encode(text);
        encoding_rs::GBK.decode(&bytes).0.into_owned()
    }

    #[test]
    fn a_line_damaged_from_end_to_end_is_read_at_once() {
        let written = "我們今天早上在河邊看見一位老人和孩子";
        let garbled = big5_as_gbk(written);
        let line = format!("<p>{garbled}</p>");
        assert_eq!(
            read(&line, "mojibake.big5-as-gbk"),
            Some((garbled, written.to_owned()))
        );
    }

    #[test]
    fn a_line_of_valid_utf_8_proves_how_it_was_read() {
        let written = "我们今天早上在河边看见一位老人和孩子，他们很高兴。";
        let as_latin1: String = written.bytes().map(char::from).collect();
        let text = format!("前\n<p>{as_latin1}</p>\n后");
        let run = text.find('æ').unwrap()..text.rfind("</p>").unwrap();
        let proven = super::proven_by(&text, &run);
        assert_eq!(
            proven.map(|chain| chain.rule),
            Some("mojibake.utf8-as-latin1")
        );
        for line in [
            written,
            &big5_as_gbk("我們今天早上在河邊看見一位老人和孩子，他們很高興。"),
        ] {
            assert_eq!(super::proven_by(line, &(0..line.len())), None, "{line}");
        }
    }

    #[test]
    fn a_line_that_is_whole_in_part_is_left_to_the_search() {
        let garbled = big5_as_gbk("我們今天早上在河邊看見一位老人和孩子");
        for line in [
            format!("标题和说明都没有问题：{garbled}"),
            format!("{garbled}?"),
            "我们今天早上在河边看见一位老人和孩子".to_owned(),
        ] {
            assert_eq!(read(&line, "mojibake.big5-as-gbk"), None, "{line}");
        }
    }
}
