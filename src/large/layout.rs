//! The layouts of [`crate::document`] for a text that comes in pieces: whole text with parts that
//! are switched off, and JSON lines.

use std::collections::VecDeque;

use zhnorm::Normalizer;
use zhnorm::convert::Variety;
use zhnorm::report::{Origin, Report};
use zhnorm::stream::{Piece, Texts};

use crate::document::{self, Fields, Layout, markers};

/// A line longer than this is no line that a marker stands on.
const LONGEST: usize = 1 << 20;

/// Decoded text in, pieces of the same text with their normal form out.
pub struct Reader<'n> {
    normalizer: &'n Normalizer,
    kind: Kind<'n>,
    /// The start of a line of which the end did not come yet.
    cut: String,
    ready: VecDeque<Piece>,
    /// Parts that could not be worked on.
    pub faults: Vec<String>,
    /// Of those only the first are named.
    more_faults: usize,
}

enum Kind<'n> {
    Text { texts: Texts<'n>, is_on: bool },
    Lines { fields: Fields, passed: Origin },
}

/// So many bad lines of a file are named.
const NAMED: usize = 1_000;

impl<'n> Reader<'n> {
    /// A reader for a text of this layout and variety.
    pub fn new(normalizer: &'n Normalizer, layout: Layout, variety: Variety) -> Self {
        Self {
            normalizer,
            kind: match layout {
                // A page is not worked on in parts; whoever comes here with one wants its source.
                Layout::Text | Layout::Html => Kind::Text {
                    texts: Texts::new(normalizer, variety),
                    is_on: true,
                },
                Layout::Jsonl(fields) => Kind::Lines {
                    fields,
                    passed: Origin::default(),
                },
            },
            cut: String::new(),
            ready: VecDeque::new(),
            faults: Vec::new(),
            more_faults: 0,
        }
    }

    /// Takes the next piece of the text.
    pub fn read(&mut self, text: &str) {
        self.cut.push_str(text);
        let whole = match memchr::memrchr(b'\n', self.cut.as_bytes()) {
            Some(at) => at + 1,
            None if self.cut.len() > LONGEST && matches!(self.kind, Kind::Text { .. }) => {
                self.cut.len()
            }
            None => return,
        };
        let rest = self.cut.split_off(whole);
        let lines = std::mem::replace(&mut self.cut, rest);
        self.work(&lines);
    }

    /// Says that the text ends here.
    pub fn end(&mut self) {
        let last = std::mem::take(&mut self.cut);
        self.work(&last);
        if let Kind::Text { texts, .. } = &mut self.kind {
            texts.end();
        }
        if self.more_faults > 0 {
            let more = self.more_faults;
            self.faults
                .push(format!("and {more} more lines are no JSON objects either"));
        }
    }

    /// The next piece, when there is one.
    pub fn next(&mut self) -> Option<Piece> {
        self.ready.pop_front().or_else(|| match &mut self.kind {
            Kind::Text { texts, .. } => texts.next_piece(),
            Kind::Lines { .. } => None,
        })
    }

    fn work(&mut self, text: &str) {
        match &mut self.kind {
            Kind::Text { texts, is_on } => sections(text, texts, is_on, &mut self.ready),
            Kind::Lines { fields, passed } => {
                let mut report = self.normalizer.report();
                let mut faults = Vec::new();
                let mut varieties = std::collections::BTreeMap::new();
                let new = document::lines(
                    text,
                    fields,
                    self.normalizer,
                    &mut report,
                    &mut varieties,
                    &mut faults,
                    passed.lines,
                );
                let room = NAMED.saturating_sub(self.faults.len());
                self.more_faults += faults.len().saturating_sub(room);
                self.faults.extend(faults.into_iter().take(room));
                passed.pass(text.as_bytes());
                self.ready.push_back(Piece {
                    new: new.into_owned(),
                    old: text.to_owned(),
                    report,
                });
            }
        }
    }
}

/// Hands whole lines on, but for those between `zhnorm: off` and `zhnorm: on`.
fn sections(text: &str, texts: &mut Texts<'_>, is_on: &mut bool, ready: &mut VecDeque<Piece>) {
    fn pass(text: &str, texts: &mut Texts<'_>, ready: &mut VecDeque<Piece>) {
        texts.pass(text);
        ready.push_back(Piece {
            old: text.to_owned(),
            new: text.to_owned(),
            report: Report::counting(),
        });
    }
    let mut rest = text;
    while !rest.is_empty() {
        let (part, marker) = markers::split(rest, *is_on);
        if *is_on {
            texts.read(part);
        } else {
            pass(part, texts, ready);
        }
        let Some((line, after)) = marker else { return };
        if *is_on {
            texts.end();
            while let Some(piece) = texts.next_piece() {
                ready.push_back(piece);
            }
        }
        pass(line, texts, ready);
        *is_on = !*is_on;
        rest = after;
    }
}
