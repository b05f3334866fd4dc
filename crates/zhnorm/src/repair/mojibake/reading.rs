//! What a passage says if it was damaged in one way, and the stretches of it that were damaged.

use std::ops::Range;

use super::search::{Habit, Written};

/// What a passage says if it was damaged in one way.
pub(super) struct Reading {
    pub(super) written: Vec<Written>,
    /// The habit of the decoder that left marks so; `None` where there are none.
    pub(super) habit: Option<Habit>,
    /// How much likelier it is than the literal text, in nats.
    pub(super) gain: f32,
}

impl Reading {
    /// The characters of the passage as this reading has them.
    pub(super) fn written(&self) -> &[Written] {
        &self.written
    }

    /// The same reading with only those stretches damaged that `keep` accepts.
    pub(super) fn keeping(
        &self,
        stretches: &[Stretch],
        literal: &[char],
        mut keep: impl FnMut(&Stretch) -> bool,
    ) -> Self {
        let mut written = Vec::with_capacity(self.written.len());
        let mut copied = 0;
        for stretch in stretches {
            written.extend_from_slice(&self.written[copied..stretch.written.start]);
            copied = stretch.written.end;
            if keep(stretch) {
                written.extend_from_slice(&self.written[stretch.written.clone()]);
            } else {
                let literal = stretch.literal.clone().map(|index| Written {
                    ch: literal[index],
                    end: index + 1,
                    damaged: false,
                    settled: true,
                    guess: None,
                });
                written.extend(literal);
            }
        }
        written.extend_from_slice(&self.written[copied..]);
        Self {
            written,
            habit: self.habit,
            gain: self.gain,
        }
    }
}

/// A damaged stretch of a reading.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stretch {
    /// Which of the characters written.
    pub(super) written: Range<usize>,
    /// Which characters of the passage.
    pub(super) literal: Range<usize>,
    /// By how many nats the restored text is likelier than the literal text.
    pub(super) weight: f32,
    /// Whether the restored text is ideographs and common marks of Chinese only.
    pub(super) is_plain_chinese: bool,
    /// Whether it is so but for characters that draw frames.
    pub(super) has_frames: bool,
}
