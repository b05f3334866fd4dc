//! The way back from what a stage reads to the text before all stages.

use std::ops::Range;

use zhnorm::report::{Action, Change};

/// What each stage so far has changed.
#[derive(Debug, Default)]
pub(super) struct Trace {
    stages: Vec<Vec<Segment>>,
}

/// A stretch of an output, and the stretch of the input that it comes from.
#[derive(Debug)]
struct Segment {
    output: Range<usize>,
    input: Range<usize>,
    is_copied: bool,
}

impl Trace {
    /// Makes the output of a stage of its input and its edits, and remembers the way; nothing when
    /// it changes nothing.
    pub(super) fn follow(
        &mut self,
        input: &str,
        mut edits: Vec<(Range<usize>, &Change)>,
    ) -> Option<String> {
        edits.retain(|(_, change)| change.action != Action::Flag);
        if edits.is_empty() {
            return None;
        }
        edits.sort_by_key(|(span, _)| span.start);
        let mut output = String::with_capacity(input.len());
        let mut segments = Vec::with_capacity(2 * edits.len() + 1);
        let mut at = 0;
        let copy = |range: Range<usize>, output: &mut String, segments: &mut Vec<Segment>| {
            let start = output.len();
            output.push_str(&input[range.clone()]);
            segments.push(Segment {
                output: start..output.len(),
                input: range,
                is_copied: true,
            });
        };
        for (span, change) in edits {
            // A change of a change: its place lies in what was changed already.
            if span.start < at {
                continue;
            }
            copy(at..span.start, &mut output, &mut segments);
            let start = output.len();
            output.push_str(&change.after);
            at = span.end;
            segments.push(Segment {
                output: start..output.len(),
                input: span,
                is_copied: false,
            });
        }
        copy(at..input.len(), &mut output, &mut segments);
        self.stages.push(segments);
        Some(output)
    }

    /// The range of the text before all stages for one of the last output.
    pub(super) fn back(&self, range: Range<usize>) -> Option<Range<usize>> {
        let mut range = range;
        for segments in self.stages.iter().rev() {
            let is_empty = range.is_empty();
            let start = start(segments, range.start)?;
            let end = if is_empty {
                start
            } else {
                end(segments, range.end)?
            };
            range = start..end.max(start);
        }
        Some(range)
    }
}

/// Behind what was left out right before it.
fn start(segments: &[Segment], offset: usize) -> Option<usize> {
    let behind = segments.partition_point(|segment| segment.output.start <= offset);
    let segment = &segments[behind.checked_sub(1)?];
    Some(if segment.is_copied {
        (segment.input.start + offset - segment.output.start).min(segment.input.end)
    } else {
        segment.input.start
    })
}

/// Before what was left out right behind it.
fn end(segments: &[Segment], offset: usize) -> Option<usize> {
    let behind = segments.partition_point(|segment| segment.output.start < offset);
    let segment = &segments[behind.checked_sub(1)?];
    Some(if segment.is_copied {
        (segment.input.start + offset - segment.output.start).min(segment.input.end)
    } else {
        segment.input.end
    })
}
