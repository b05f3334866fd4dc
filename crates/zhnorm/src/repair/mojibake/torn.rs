//! Characters of UTF-8 text of which the last byte was lost, alone among ASCII: `$A$ 鍜?$B$` was
//! `$A$ 和 $B$`.
//!
//! What is left of one is an ideograph that need not be rare, so the scan does not find it. In a document
//! that is proven to be damaged each of them is looked at, and flagged where it stays.

use std::ops::Range;

use super::chain::Chain;
use super::charset::Charset;
use super::search::is_mark;
use crate::repair::edits::{Flag, Found};

/// Where such characters are: what is left of each, and the mark behind it.
pub(super) fn places(text: &str, chain: &Chain) -> impl Iterator<Item = Range<usize>> {
    let is_kind = matches!(chain.undo, [undo] if undo.written_in == Charset::Utf8);
    let read_as = chain.read_as();
    let marks = text.match_indices(is_mark).filter(move |_| is_kind);
    marks.filter_map(move |(at, mark)| {
        let left = text[..at].chars().next_back()?;
        let code = read_as.code(left)?;
        let is_torn = matches!(code.bytes(), [0xE2..=0xEF, 0x80..=0xBF]);
        is_torn.then(|| at - left.len_utf8()..at + mark.len())
    })
}

/// Flags for the places that `found` says nothing of.
pub(super) fn flags(places: Vec<Range<usize>>, chain: &Chain, found: &Found) -> Vec<Flag> {
    let edits = found.edits.iter().map(|edit| &edit.span);
    let mut told: Vec<&Range<usize>> = edits
        .chain(found.flags.iter().map(|flag| &flag.span))
        .collect();
    told.sort_by_key(|span| span.start);
    let mut told = told.into_iter().peekable();
    let mut flags = Vec::new();
    for span in places {
        while told.next_if(|other| other.end <= span.start).is_some() {}
        if told.peek().is_none_or(|other| span.end <= other.start) {
            flags.push(Flag {
                rule: chain.rule.into(),
                span,
                note: Some("a byte may have been lost here; nothing tells which".into()),
                confidence: None,
                alternatives: Vec::new(),
            });
        }
    }
    flags
}

#[cfg(test)]
mod tests {
    use crate::repair::{OnUncertain, Options, repair};
    use crate::report::Report;

    /// Ideographs that ASCII follows lose their last byte.
    const PROSE: &str =
        "娴嬭瘯缁撴灉琛ㄦ槑锛岃繖绉嶆柟娉曟瘮浠ュ墠鐨勬柟娉曞揩寰楀锛屼篃鏇寸ǔ瀹氥��";

    #[test]
    fn what_stands_alone_in_a_damaged_document_is_restored_or_flagged() {
        let text = format!("{PROSE}\n\n$A$ 鍜?$B$\n\n- 濮?\n");
        let mut report = Report::listing();
        repair(&text, &Options::default(), &mut report);
        for left in ['鍜', '濮'] {
            let place = text.find(left).unwrap_or_default();
            let mut changes = report.changes().iter();
            assert!(changes.any(|change| change.span.contains(&place)), "{left}");
        }
        let best = Options::default().with_on_uncertain(OnUncertain::Best);
        let found = repair(&text, &best, &mut Report::counting());
        assert!(found.contains("$A$ 和 $B$"), "{found}");
        // Without proof it is text.
        let alone = "$A$ 鍜?$B$\n";
        let found = repair(alone, &best, &mut Report::counting());
        assert_eq!(found, alone);
    }
}
