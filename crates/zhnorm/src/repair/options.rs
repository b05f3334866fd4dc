//! How garbled text is repaired, and what becomes of damage that is not certain.

/// What becomes of damage whose original is not certain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnUncertain {
    /// The likeliest reading is written, however uncertain.
    Best,
    /// What is less certain than [`Options::confidence`] stays as it is and is flagged, with its
    /// readings as alternatives.
    #[default]
    Keep,
    /// The likeliest reading is written between `⟦` and `⟧`; a character of which only a part is
    /// left becomes U+FFFD.
    Mark,
}

/// How garbled text is repaired.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// What to do where the likeliest reading has less than [`Options::confidence`].
    pub on_uncertain: OnUncertain,
    /// How sure a reading must be to count as certain, from 0 to 1: the share of the probability
    /// that falls on it and not on its rivals.
    pub confidence: f32,
    /// The same for a character that was read in the wrong charset and lost a byte, where this is more:
    /// all around it is clear, so that a wrong one is not seen.
    pub lost_byte_confidence: f32,
    /// Whether escapes that were left in the text are read: `&hellip;`, `\u4e2d`, `%E4%B8%AD`. The
    /// strings of a data file are a reason against it: who reads them may want the escape.
    pub escapes: bool,
    /// Whether characters that only look like those that were meant are replaced, and invisible ones
    /// removed: radicals, compatibility ideographs, soft hyphens. Source code is a reason against it: a
    /// table or a pattern of it may name just these.
    pub look_alikes: bool,
}

impl Options {
    /// What to do where the likeliest reading is not certain enough.
    #[must_use]
    pub fn with_on_uncertain(mut self, on_uncertain: OnUncertain) -> Self {
        self.on_uncertain = on_uncertain;
        self
    }

    /// The confidence from which a reading counts as certain, from 0 to 1.
    #[must_use]
    pub fn with_confidence(mut self, confidence: f32) -> Self {
        self.confidence = confidence;
        self
    }

    /// The confidence from which a character that lost a byte counts as certain, from 0 to 1.
    #[must_use]
    pub fn with_lost_byte_confidence(mut self, confidence: f32) -> Self {
        self.lost_byte_confidence = confidence;
        self
    }

    /// Whether escapes that were left in the text are read.
    #[must_use]
    pub fn with_escapes(mut self, escapes: bool) -> Self {
        self.escapes = escapes;
        self
    }

    /// Whether characters that only look like those that were meant are replaced, and invisible ones
    /// removed.
    #[must_use]
    pub fn with_look_alikes(mut self, look_alikes: bool) -> Self {
        self.look_alikes = look_alikes;
        self
    }

    /// The same options, with the confidence that a lost byte needs.
    pub(super) fn for_lost_bytes(&self) -> Self {
        let confidence = self.confidence.max(self.lost_byte_confidence);
        self.clone().with_confidence(confidence)
    }

    /// Whether a reading of this confidence is written as it is.
    pub(super) fn takes(&self, confidence: f32) -> bool {
        self.on_uncertain == OnUncertain::Best || confidence >= self.confidence
    }
}

impl Default for Options {
    /// Certain from 0.3, which leaves alone what has several likelier rivals together, and from 0.6 for
    /// lost bytes, of which one in fifty that are written is wrong then; else the text is kept. Escapes
    /// are read, look-alikes replaced.
    fn default() -> Self {
        Self {
            on_uncertain: OnUncertain::Keep,
            confidence: 0.3,
            lost_byte_confidence: 0.6,
            escapes: true,
            look_alikes: true,
        }
    }
}
