//! One thing that a stage did: where, under which rule, before and after.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Serialize;

/// One of the four steps of the pipeline, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Bytes to text.
    Decode,
    /// Garbled text to the text that was written.
    Repair,
    /// Page to article.
    Strip,
    /// Script to script.
    Convert,
}

impl Stage {
    /// The name used in options and reports: `decode`, `repair`, `strip` or `convert`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Repair => "repair",
            Self::Strip => "strip",
            Self::Convert => "convert",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// What happened at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// `before` was replaced by `after`.
    Edit,
    /// `before`, one whole line or more, was left out; `after` is empty.
    Drop,
    /// Nothing was changed. The stage saw something and left it alone, such as an undecodable
    /// byte or damage that cannot be restored.
    Flag,
}

/// One thing that a stage did, or saw and left alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The stage that did it.
    pub stage: Stage,
    /// The rule's dotted name, for example `pinyin.annotation` or `related.heading`.
    pub rule: Cow<'static, str>,
    /// Whether text was edited, dropped or only flagged.
    pub action: Action,
    /// The line on which the place starts in the input of the stage, counted from 1.
    pub line: usize,
    /// The place: a range of bytes in the input of the stage. A UTF-8 byte order mark counts, so
    /// that the places of the first stage that changes a UTF-8 file are places in the file. Written
    /// as `start` and `end`.
    #[serde(flatten)]
    pub span: Range<usize>,
    /// The text before. Undecodable bytes are written as `\xHH`.
    pub before: String,
    /// The text after; for a flag the same as `before`, or empty.
    pub after: String,
    /// The confidence, from 0 to 1, where the stage has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// Other readings that were nearly as likely, likeliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
    /// The reason in words, where the rule's name does not say it all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Cow<'static, str>>,
}

impl Change {
    /// An edit of `before` at `span` to `after`, with no more said about it.
    pub fn edit(
        stage: Stage,
        rule: impl Into<Cow<'static, str>>,
        span: Range<usize>,
        line: usize,
        before: impl Into<String>,
        after: impl Into<String>,
    ) -> Self {
        Self {
            stage,
            rule: rule.into(),
            action: Action::Edit,
            span,
            line,
            before: before.into(),
            after: after.into(),
            confidence: None,
            alternatives: Vec::new(),
            note: None,
        }
    }

    /// A line, or several, that were left out.
    pub fn drop(
        stage: Stage,
        rule: impl Into<Cow<'static, str>>,
        span: Range<usize>,
        line: usize,
        before: impl Into<String>,
    ) -> Self {
        Self {
            action: Action::Drop,
            ..Self::edit(stage, rule, span, line, before, "")
        }
    }

    /// Something seen and left alone.
    pub fn flag(
        stage: Stage,
        rule: impl Into<Cow<'static, str>>,
        span: Range<usize>,
        line: usize,
        before: impl Into<String>,
    ) -> Self {
        Self {
            action: Action::Flag,
            ..Self::edit(stage, rule, span, line, before, "")
        }
    }

    /// The same change with a reason in words.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<Cow<'static, str>>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// The same change with a confidence from 0 to 1.
    #[must_use]
    pub fn with_confidence(mut self, confidence: f32) -> Self {
        self.confidence = Some(confidence);
        self
    }
}
