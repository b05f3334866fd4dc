//! Short words of a document that was damaged as a whole.
//!
//! `纰哄畾` was 確定. Three characters that are not rare prove nothing, and stand alone in the string of a
//! program. But where all text of a document around them was damaged in one way, and next to nothing in
//! it is Chinese that was not, then a run that decodes in that way without a remainder was damaged too.

use std::ops::Range;

use zhnorm_lang::characters::is_basic_han;

use super::chain::Chain;
use crate::repair::edits::{Edit, Found, More};

/// Characters of a run: one in two hundred runs of three decodes by chance, of two one in forty.
const SHORTEST: usize = 2;
/// Characters that must have been restored for each that is healthy.
const SHARE: usize = 20;
/// The fewest characters that must have been restored.
const FEWEST: usize = 24;

/// The edits for runs that `found` has left alone.
pub(super) fn find(text: &str, chain: &Chain, found: &Found) -> Vec<Edit> {
    let edits = found.edits.iter().map(|edit| edit.span.clone());
    let flags = found.flags.iter().map(|flag| flag.span.clone());
    let mut taken: Vec<Range<usize>> = edits.chain(flags).collect();
    taken.sort_by_key(|span| span.start);
    let restored = found.edits.iter().map(|edit| edit.after.chars());
    let restored: usize = restored.flatten().filter(|ch| !ch.is_ascii()).count();
    let (mut clean, mut healthy) = (Vec::new(), 0);
    let mut at = 0;
    taken.push(text.len()..text.len());
    for span in taken {
        let end = span.start.max(at);
        for run in runs(&text[at..end]) {
            let place = at + run.start..at + run.end;
            match restored_run(&text[place.clone()], chain) {
                Some(after) => clean.push((place, after)),
                None => healthy += text[place].chars().filter(|ch| is_basic_han(*ch)).count(),
            }
        }
        at = span.end.max(end);
    }
    if restored < FEWEST || restored < SHARE * healthy {
        return Vec::new();
    }
    let edits = clean.into_iter().map(|(span, after)| Edit {
        rule: chain.rule,
        span,
        after,
        confidence: 0.9,
        more: Some(Box::new(More::note(
            "all other text of the document was damaged in this way",
        ))),
    });
    edits.collect()
}

/// The runs of characters outside ASCII.
fn runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = None;
    let ends = text.char_indices().chain([(text.len(), '\0')]);
    ends.filter_map(move |(at, ch)| match (ch.is_ascii(), start) {
        (false, None) => {
            start = Some(at);
            None
        }
        (true, Some(from)) => {
            start = None;
            Some(from..at)
        }
        _ => None,
    })
}

/// What a run was, if all of it decodes to Chinese.
fn restored_run(run: &str, chain: &Chain) -> Option<String> {
    let mut bytes = Vec::with_capacity(run.len());
    let mut length = 0;
    for ch in run.chars() {
        bytes.extend_from_slice(chain.read_as().code(ch)?.bytes());
        length += 1;
    }
    let (decoded, used) = chain.decode_prefix(&bytes);
    let is_chinese =
        |ch: char| is_basic_han(ch) || matches!(ch, '\u{3001}'..='\u{3011}' | '！'..='？');
    let is_whole = used == bytes.len() && decoded.chars().all(is_chinese);
    (length >= SHORTEST && is_whole && decoded != run).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use crate::repair::{Options, repair};
    use crate::report::Report;

    fn misread(text: &str) -> String {
        let read = encoding_rs::GB18030.decode_without_bom_handling(text.as_bytes());
        read.0.into_owned()
    }

    fn repaired(text: &str) -> String {
        repair(text, &Options::default(), &mut Report::counting()).into_owned()
    }

    #[test]
    fn short_words_follow_the_document() {
        let texts = "  prompt: '请选择一个日期',\n  message: '登录状态已经过期，请重新登录系统',\n  footer: '本站版权所有，转载请注明出处',\n";
        let words = "  ok: '確定',\n  remove: '取消',\n";
        let document = format!("{texts}{words}");
        assert_eq!(
            repaired(&misread(&document)).replace('\u{fffd}', ""),
            document
        );
        // Alone they may be anything.
        assert_eq!(repaired(&misread(words)), misread(words));
        // Beside healthy text they may too.
        let healthy = "这一段文字从来没有坏过，它和别的文字放在一起。\n".repeat(4);
        let mixed = format!("{}{healthy}  ok: '{}'\n", misread(texts), misread("確定"));
        assert!(repaired(&mixed).contains(&misread("確定")));
    }
}
