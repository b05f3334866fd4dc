//! What a line must hold before a pattern is tried on it, or even compiled.
//!
//! [`Source::needs`](super::Source::needs) names texts without which a pattern matches nothing.
//! Most lines lack even their characters, which a [`Signature`] of the line shows without
//! searching it.

/// The units of a text, as a set of 256 hashes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signature([u64; 4]);

impl Signature {
    pub(super) fn new(units: &[u16]) -> Self {
        let mut bits = [0; 4];
        for unit in units {
            let hash = unit.wrapping_mul(0x9E37) >> 8;
            bits[usize::from(hash >> 6)] |= 1 << (hash & 63);
        }
        Self(bits)
    }

    /// Whether a text with this signature may hold one with the other.
    fn may_hold(self, other: Self) -> bool {
        let pairs = self.0.iter().zip(other.0);
        pairs.fold(0, |missing, (of, wanted)| missing | (wanted & !of)) == 0
    }
}

/// Groups of texts, of each of which a line must hold one.
#[derive(Debug)]
pub(super) struct Needed {
    groups: Vec<Vec<(Signature, Box<[u16]>)>>,
}

impl Needed {
    /// Reads groups separated by U+0002, their texts by U+0001.
    pub(super) fn new(needs: &str) -> Self {
        let text = |text: &str| {
            let units: Box<[u16]> = text.encode_utf16().collect();
            (Signature::new(&units), units)
        };
        let groups = needs.split('\u{2}').filter(|group| !group.is_empty());
        Self {
            groups: groups
                .map(|group| group.split('\u{1}').map(text).collect())
                .collect(),
        }
    }

    /// Whether a folded line holds one text of each group.
    pub(super) fn is_in(&self, line: &[u16], signature: Signature) -> bool {
        self.groups.iter().all(|group| {
            group
                .iter()
                .any(|(of, text)| signature.may_hold(*of) && holds(line, text))
        })
    }
}

fn holds(line: &[u16], text: &[u16]) -> bool {
    match *text {
        [] => true,
        [only] => line.contains(&only),
        [first, second, ..] => {
            let mut pairs = line.windows(2).enumerate();
            pairs.any(|(at, pair)| *pair == [first, second] && line[at..].starts_with(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strip::rules::needs;

    #[test]
    fn one_text_of_each_group() {
        let holds = |pattern: &str, line: &str| {
            let line: Vec<u16> = line.encode_utf16().collect();
            let needed = Needed::new(&needs(pattern).unwrap());
            needed.is_in(&line, Signature::new(&line))
        };
        assert!(holds("来源[:|] ?.+", "来源:晨报"));
        assert!(holds("来源[:|] ?.+", "来源|晨报"));
        assert!(!holds("来源[:|] ?.+", "来源不明"));
        assert!(!holds("来源[:|] ?.+", "源来:晨报"));
        assert!(holds(".*", "来源不明"));
    }
}
