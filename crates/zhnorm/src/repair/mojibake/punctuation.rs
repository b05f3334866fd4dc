//! What a sentence says of the mark behind it.
//!
//! Of a mark of full width that lost its last byte nothing is left: ，：；）？ and others may have been
//! there, and the model sees two characters. A bracket that is open and words that ask say more.

/// What the bracket costs that closes what is open, within a line and at its end.
const CLOSES: [f32; 2] = [-2.5, -5.0];
/// What another mark costs that does. What is quoted goes on over lines, and has marks of its own.
const CLOSES_QUOTATION: f32 = -1.0;
/// What one costs that closes nothing, and one that opens something at the end of a line.
const CLOSES_NOTHING: f32 = 3.0;
const OPENS_AT_END: f32 = 4.0;
/// What a question mark costs behind words that ask, and elsewhere.
const ASKS: f32 = -2.0;
const ASKS_NOTHING: f32 = 1.5;

/// Marks that open and close; the first are brackets.
const PAIRS: [(char, char); 7] = [
    ('（', '）'),
    ('「', '」'),
    ('『', '』'),
    ('“', '”'),
    ('《', '》'),
    ('【', '】'),
    ('〈', '〉'),
];

/// Characters of a sentence that are looked at.
const REACH: usize = 80;

/// Words that ask.
const ASKING: [&str; 26] = [
    "什么",
    "什麼",
    "甚麼",
    "怎么",
    "怎麼",
    "怎样",
    "怎樣",
    "如何",
    "哪",
    "为何",
    "為何",
    "是否",
    "能否",
    "吗",
    "嗎",
    "呢",
    "谁",
    "誰",
    "几",
    "幾",
    "多少",
    "有没有",
    "有沒有",
    "是不是",
    "难道",
    "難道",
];

/// Whether a character ends a line.
pub(super) fn is_line_end(ch: char) -> bool {
    matches!(ch, '\n' | '\r')
}

/// What is in front of a mark on its line, and whether the line ends behind it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sentence {
    /// Which of [`PAIRS`] are open.
    open: [bool; PAIRS.len()],
    asks: bool,
    ends_line: bool,
}

impl Sentence {
    /// The end of a text, which `next` follows.
    pub(super) fn before(next: Option<char>, text: &str) -> Self {
        let mut found = Self {
            ends_line: next.is_none_or(is_line_end),
            ..Self::default()
        };
        let mut closed = [0usize; PAIRS.len()];
        let (mut start, mut sentence) = (text.len(), None);
        for (at, ch) in text.char_indices().rev().take(REACH) {
            if ch == '\n' {
                break;
            }
            if matches!(ch, '。' | '！' | '？' | '；') && sentence.is_none() {
                sentence = Some(at + ch.len_utf8());
            }
            start = at;
            // A bracket may be of half width.
            let wide = match ch {
                '(' => '（',
                ')' => '）',
                _ => ch,
            };
            if let Some(pair) = PAIRS.iter().position(|(_, close)| *close == wide) {
                closed[pair] += 1;
            } else if let Some(pair) = PAIRS.iter().position(|(open, _)| *open == wide) {
                found.open[pair] |= closed[pair] == 0;
                closed[pair] = closed[pair].saturating_sub(1);
            }
        }
        let sentence = &text[sentence.unwrap_or(start)..];
        found.asks = ASKING.iter().any(|word| sentence.contains(word));
        found
    }

    /// What a character costs here, beside what the model says.
    pub(super) fn cost(self, ch: char) -> f32 {
        if ch == '？' {
            return if self.asks { ASKS } else { ASKS_NOTHING };
        }
        let closes = PAIRS.iter().position(|(_, close)| *close == ch);
        match closes {
            Some(0) if self.open[0] => CLOSES[usize::from(self.ends_line)],
            Some(pair) if self.open[pair] => CLOSES_QUOTATION,
            Some(_) => CLOSES_NOTHING,
            None if self.ends_line && PAIRS.iter().any(|(open, _)| *open == ch) => OPENS_AT_END,
            None => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_questions_tell_the_mark() {
        for (text, is_open, asks) in [
            ("今天下雨", false, false),
            ("（今天下雨", true, false),
            ("（今天）下雨", false, false),
            ("（今天（下午）下雨", true, false),
            ("（今天\n下雨", false, false),
            ("为什么下雨", false, true),
            ("为什么？今天下雨", false, false),
        ] {
            let found = Sentence::before(None, text);
            assert_eq!((found.open[0], found.asks), (is_open, asks), "{text}");
        }
        let sentence = Sentence::before(Some('\n'), "（今天下雨");
        assert!(sentence.cost('）') < sentence.cost('，'));
        assert!(sentence.cost('，') < sentence.cost('？'));
        assert!(sentence.cost('，') < sentence.cost('」'));
        assert!(sentence.cost('，') < sentence.cost('（'));
    }
}
