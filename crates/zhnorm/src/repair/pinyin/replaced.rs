//! Characters that were replaced by their readings: `你可知dào这件事`.
//!
//! Sites do so to pass filters, and copies of pages to hide where they are from. A reading in the
//! midst of a sentence, with its tone and without brackets, is no word of any language there; which
//! character it was is what the model says of those that are read so, with what stands on both
//! sides. A person who writes about readings does it too, so a text that teaches them is left alone,
//! and so is a rare character that somebody could not type.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use zhnorm_lang::characters::is_basic_han;
use zhnorm_lang::folding;
use zhnorm_lang::model::{LINE_END, Model, symbol};

use super::lesson;
use super::readings::{LONGEST, Syllable};
use crate::repair::edits::{Edit, More};

/// Characters behind the reading that help to choose.
const BEHIND: usize = 3;
/// How much likelier, in nats, the likeliest character must be than all others together.
const MARGIN: f32 = 2.5;
/// The least log probability of the character and of what is behind it, for each.
const FLUENT: f32 = -6.0;
/// How sure an edit is: with this margin somewhat more were right (`cargo xtask eval repair readings`).
const CONFIDENCE: f32 = 0.9;
/// Alternatives that are named, and how much less likely they may be.
const ALTERNATIVES: usize = 3;
const NEAR: f32 = 5.0;

/// Characters in front of a reading that is spoken of.
const SPEAKING: &[char] = &[
    '读', '讀', '念', '唸', '音', '作', '叫', '是', '为', '為', '和', '与', '與', '成', '第',
];

/// The characters of each syllable, with its tone.
static CHARACTERS: LazyLock<Vec<(Syllable, char)>> = LazyLock::new(|| {
    let ideographs = ('\u{4E00}'..='\u{9FA5}').filter(|ch| is_common(*ch));
    let mut characters: Vec<(Syllable, char)> = ideographs
        .flat_map(|ch| Syllable::all(ch).map(move |syllable| (syllable, ch)))
        .collect();
    characters.sort_unstable();
    characters
});

/// Whether a character is common enough to be meant by a reading alone.
fn is_common(ch: char) -> bool {
    /// About three thousand are.
    const LEAST: f32 = -10.5;
    Model::embedded().unigram_log_prob(symbol(ch)) > LEAST
}

/// Whether the letter with a tone mark at byte `at` may be of a reading in the midst of Chinese:
/// `false` is certain.
pub(in crate::repair) fn may_be_at(bytes: &[u8], at: usize) -> bool {
    let letters = |byte: &&u8| byte.is_ascii_lowercase();
    let before = bytes[..at].iter().rev().take_while(letters).count();
    let after = bytes[at + 2..].iter().take_while(letters).count();
    let is_wide = |byte: Option<&u8>| byte.is_some_and(|byte| *byte >= 0x80);
    let front = at.checked_sub(before + 1).and_then(|at| bytes.get(at));
    let behind = bytes.get(at + 2 + after);
    before + after + 2 <= LONGEST
        && is_wide(front)
        && (is_wide(behind) || matches!(behind, None | Some(b'\n' | b'\r')))
}

/// Finds the characters that readings stand for. `marks` are the letters with a tone mark that may
/// be of one.
pub(super) fn find(text: &str, marks: &[usize]) -> Vec<Edit> {
    if marks.is_empty() || lesson::is_announced(text) || is_romanised(text, marks.len()) {
        return Vec::new();
    }
    let writing = Writing::learn(text);
    let mut edits: Vec<Edit> = Vec::new();
    for &at in marks {
        if edits.last().is_some_and(|edit| edit.span.end > at) {
            continue;
        }
        edits.extend(replaced(text, at, &writing));
    }
    edits
}

/// Whether a text has readings of its own, beside characters or in rows: most letters with a tone
/// mark are not in the midst of Chinese then.
fn is_romanised(text: &str, marks: usize) -> bool {
    let with_tone = |ch: &char| {
        matches!(
            ch,
            'ā' | 'á'
                | 'ǎ'
                | 'à'
                | 'ē'
                | 'é'
                | 'ě'
                | 'è'
                | 'ī'
                | 'í'
                | 'ǐ'
                | 'ì'
                | 'ō'
                | 'ó'
                | 'ǒ'
                | 'ò'
                | 'ū'
                | 'ú'
                | 'ǔ'
                | 'ù'
                | 'ǘ'
                | 'ǚ'
                | 'ǜ'
        )
    };
    text.chars().filter(with_tone).count() >= 2 * marks
}

/// Which characters a text writes, and in which script.
struct Writing {
    script: Script,
    counts: HashMap<char, u32>,
}

#[derive(Clone, Copy, PartialEq)]
enum Script {
    Simplified,
    Traditional,
    Unknown,
}

impl Writing {
    fn learn(text: &str) -> Self {
        /// Characters that are looked at.
        const SAMPLE: usize = 100_000;
        let sample = || text.chars().filter(|ch| is_basic_han(*ch)).take(SAMPLE);
        let (traditional, simplified) = folding::count_by_script(sample());
        let mut counts = HashMap::new();
        for ch in sample() {
            *counts.entry(ch).or_default() += 1;
        }
        let script = match (simplified, traditional) {
            (0, 0) => Script::Unknown,
            _ if simplified >= traditional => Script::Simplified,
            _ => Script::Traditional,
        };
        Self { script, counts }
    }

    fn has(&self, ch: char) -> bool {
        match self.script {
            Script::Simplified => !folding::is_traditional(ch),
            Script::Traditional => !folding::is_only_simplified(ch),
            Script::Unknown => true,
        }
    }

    /// How well one of several forms of a character fits: first how often the text writes it, then
    /// whether it is the commonest.
    fn fitness(&self, ch: char) -> (u32, bool) {
        let count = self.counts.get(&ch).copied().unwrap_or(0);
        (count, folding::mapped(folding::simplified(ch)) == ch)
    }
}

/// The syllable around a letter with a tone mark, if Chinese stands on both sides of it.
fn syllable_at(text: &str, at: usize) -> Option<(Range<usize>, Syllable)> {
    let bytes = text.as_bytes();
    let is_letter = |byte: &&u8| byte.is_ascii_lowercase();
    let mark = text[at..].chars().next()?.len_utf8();
    let start = at - bytes[..at].iter().rev().take_while(is_letter).count();
    let end = at + mark + bytes[at + mark..].iter().take_while(is_letter).count();
    let syllable = Syllable::parse(text.get(start..end)?)?;
    let front = text[..start].chars().next_back()?;
    let behind = text[end..].chars().next();
    let goes_on = match behind {
        Some(ch) => is_basic_han(ch) || matches!(ch, '\n' | '\r' | '，' | '。'),
        None => true,
    };
    (is_basic_han(front) && !SPEAKING.contains(&front) && goes_on).then_some((start..end, syllable))
}

fn replaced(text: &str, at: usize, writing: &Writing) -> Option<Edit> {
    let model = Model::embedded();
    let (span, syllable) = syllable_at(text, at)?;
    let mut front = text[..span.start].chars().rev().map(symbol);
    let last = front.next()?;
    let context = model.context(front.next().unwrap_or(LINE_END), last);
    let behind = text[span.end..].chars().take(BEHIND);
    let mut behind: Vec<_> = behind.take_while(|ch| *ch != '\n').map(symbol).collect();
    if behind.len() < BEHIND {
        behind.push(LINE_END);
    }
    let from = CHARACTERS.partition_point(|(other, _)| *other < syllable);
    let candidates = CHARACTERS[from..]
        .iter()
        .take_while(|(other, _)| *other == syllable)
        .filter(|(_, ch)| writing.has(*ch));
    let mut scored: Vec<(f32, char)> = candidates
        .map(|(_, ch)| {
            let (mut sum, mut context) = model.step(context, symbol(*ch));
            for next in &behind {
                let (log_prob, following) = model.step(context, *next);
                sum += log_prob;
                context = following;
            }
            (sum, *ch)
        })
        .collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0));
    let &(best, likeliest) = scored.first()?;
    // Forms of one character are one to the model, and no rivals.
    let forms = scored
        .iter()
        .map(|(_, ch)| *ch)
        .filter(|ch| symbol(*ch) == symbol(likeliest));
    let restored = forms.max_by_key(|ch| writing.fitness(*ch))?;
    let rivals = scored[1..]
        .iter()
        .filter(|(_, ch)| symbol(*ch) != symbol(restored));
    let against: f32 = rivals.clone().map(|(score, _)| (score - best).exp()).sum();
    let is_sure = -against.ln() > MARGIN && best > FLUENT * (behind.len() + 1) as f32;
    let alternatives = rivals
        .take_while(|(score, _)| best - score < NEAR)
        .take(ALTERNATIVES)
        .map(|(_, ch)| ch.to_string());
    is_sure.then(|| Edit {
        rule: "pinyin.replaced",
        span,
        after: restored.to_string(),
        confidence: CONFIDENCE,
        more: Some(Box::new(More::new(
            alternatives.collect(),
            "the reading of a character stands in its place",
        ))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        let mut repaired = text.to_owned();
        let marks = crate::repair::scan::scan(text).toned;
        for edit in find(text, &marks).into_iter().rev() {
            repaired.replace_range(edit.span, &edit.after);
        }
        repaired
    }

    #[test]
    fn a_reading_in_the_midst_of_a_sentence_is_its_character() {
        for (damaged, written) in [
            ("你可知dào\n天下间", "你可知道\n天下间"),
            ("他想促jìn两地的交流", "他想促进两地的交流"),
            ("大家都觉dé这样不行", "大家都觉得这样不行"),
            ("我們應gāi早點出發", "我們應該早點出發"),
            ("这个问tí很难解决", "这个问题很难解决"),
        ] {
            assert_eq!(repaired(damaged), written);
        }
    }

    #[test]
    fn a_reading_that_is_spoken_of_stays() {
        for text in [
            "这个字读dào，不读tǎo",
            "拼音dào的声调是第四声",
            "他唱的是là là là",
            "咖啡馆叫café，是法语",
            "在巴黎的Musée里",
            "韵母有ā、á、ǎ、à四个声调",
            "他说的não是葡萄牙语",
            "歧視\tqíshì\t歧shì\n胰島\tyídǎo\t胰dǎo\n擅長\tshàncháng\t擅cháng",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
