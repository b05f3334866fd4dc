//! Marks that come in pairs: what is open in front of a character, and how well a closing or
//! opening mark fits there.
//!
//! A trigram model does not see from one mark of a pair to the other. The weights are logarithms of
//! how much likelier (or less likely) a mark is there than on the whole, counted in 46,000
//! quotations of news, encyclopaedia and translated articles.

/// The marks that are open at a place, each with how many characters follow it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Open {
    pub(super) quotation: Option<usize>,
    pub(super) title: Option<usize>,
    /// 【, in which sites put numbers of notes and headings.
    pub(super) lenticular: Option<usize>,
    /// The line is known from its start. A text may be cut out of the middle of one.
    pub(super) is_whole: bool,
}

/// A mark that closes what is not open, or opens what is: three in a thousand.
const UNBALANCED: f32 = -3.0;
/// 】 without 【: unlike quotations these do not go over lines, and no one omits one.
const NOT_OPENED: f32 = -5.0;
/// A sentence that ends within the title of a work.
const SENTENCE_IN_TITLE: f32 = -4.0;

/// A full stop after a sentence that has ended: reviews have many, articles none.
const ENDED: f32 = -3.0;

impl Open {
    /// Takes a character.
    pub(super) fn read(&mut self, ch: char) {
        let more = |length: usize| length + 1;
        (self.quotation, self.title) = (self.quotation.map(more), self.title.map(more));
        self.lenticular = self.lenticular.map(more);
        match ch {
            '“' | '「' => self.quotation = Some(0),
            '”' | '」' => self.quotation = None,
            '《' => self.title = Some(0),
            '》' => self.title = None,
            '【' => self.lenticular = Some(0),
            '】' => self.lenticular = None,
            '\n' => {
                *self = Self {
                    is_whole: true,
                    ..Self::default()
                }
            }
            _ => {}
        }
    }

    /// How well a mark fits, where a sentence ends in front of it or not.
    pub(super) fn weight(self, mark: char, ends: bool) -> f32 {
        match (mark, self.quotation, self.title) {
            ('】', ..) if self.is_whole && self.lenticular.is_none() => NOT_OPENED,
            ('【', ..) if self.lenticular.is_some() => UNBALANCED,
            ('”' | '」', Some(length), _) => closing(length, ends),
            ('”' | '」', None, _) | ('》', _, None) if self.is_whole => UNBALANCED,
            ('“' | '「', Some(_), _) | ('《', _, Some(_)) => UNBALANCED,
            ('。', _, Some(_)) => SENTENCE_IN_TITLE,
            ('。', _, None) if ends => ENDED,
            _ => 0.0,
        }
    }
}

/// Whether a character's weight hangs on what is open.
pub(super) fn is_mark(ch: char) -> bool {
    matches!(
        ch,
        '“' | '”' | '「' | '」' | '《' | '》' | '【' | '】' | '。'
    )
}

/// Short quotations are names and terms, without a full stop; long ones are sentences.
fn closing(length: usize, ends: bool) -> f32 {
    match (ends, length) {
        (true, 0..=5) => -4.0,
        (true, 6..=8) => -1.5,
        (true, 17..=32) => 1.2,
        (true, 33..) => 2.4,
        (true, 9..=16) | (false, 0..=32) => 0.0,
        (false, 33..=48) => -0.6,
        (false, _) => -1.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str) -> Open {
        let mut open = Open::default();
        open.read('\n');
        text.chars().for_each(|ch| open.read(ch));
        open
    }

    #[test]
    fn a_short_quotation_is_no_sentence() {
        let short = open("去年把“AI夜。");
        assert!(short.weight('”', true) < short.weight('”', false));
        let long = open("他说：“这件事我们已经说过很多次了，今天就不再多说什么，大家都记得就好。");
        assert!(long.weight('”', true) > 0.0);
    }

    #[test]
    fn what_is_not_open_is_not_closed() {
        assert!(open("“是”的").weight('”', false) < 0.0);
        assert!(open("“是\n").weight('”', false) < 0.0);
        assert!(open("《红楼梦").weight('》', false) >= 0.0);
        assert!(open("《红楼梦").weight('”', false) < 0.0);
        assert!(open("《红楼梦").weight('。', false) < 0.0);
        assert!(open("说明2").weight('】', false) < 0.0);
        assert!(open("说明【2").weight('】', false) >= 0.0);
        // A text may have been cut out of the middle of a quotation.
        assert!(Open::default().weight('”', true) >= 0.0);
    }
}
