//! Where in its file a change is.
//!
//! A stage tells a place in its own input, which earlier stages may have changed. The way back goes
//! through what they say that they changed. It is believed only where the text that the change
//! names stands there; a change that cannot be found has no place in the file.

mod bytes;
mod trace;

use std::borrow::Cow;
use std::ops::Range;

use serde::Serialize;
use zhnorm::decode::Encoding;
use zhnorm::formats::{self, Format};
use zhnorm::report::{Action, Change, Stage};

use trace::Trace;

/// A longer line of records is not searched for what was changed in it.
const SEARCHED: usize = 16 << 10;

/// Lines are searched for changes as long as that is so many times the text: a line with thousands
/// of changes is searched for each of them.
const SEARCHES: usize = 32;

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct FilePlace {
    /// Bytes before it, a byte order mark included; unknown in encodings with shift states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start: Option<usize>,
    /// Bytes before its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end: Option<usize>,
    /// Its line, from 1.
    pub(crate) line: usize,
    /// Its first character in the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) column: Option<usize>,
    /// The line of its end.
    pub(crate) end_line: usize,
    /// The column behind its last character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_column: Option<usize>,
    /// The text before the change stands there as it is.
    #[serde(skip)]
    pub(crate) is_exact: bool,
}

impl FilePlace {
    /// The place of what decoding did, which is told in bytes of the file.
    #[expect(clippy::unnecessary_wraps, reason = "as the places of other changes")]
    pub(crate) fn of_bytes(change: &Change) -> Option<Self> {
        Some(Self {
            start: Some(change.span.start),
            end: Some(change.span.end),
            line: change.line,
            column: None,
            end_line: change.line,
            end_column: None,
            is_exact: false,
        })
    }
}

/// What the places of the stages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Places in what each stage reads.
    Text,
    /// Lines of the file, and places in a field.
    Records,
    /// Places in the text of the file.
    Divided,
    /// Places in a text that was made of the file.
    Extracted,
}

impl Layout {
    /// The layout of files of this format.
    pub(crate) fn of(format: Format, options: &formats::Options) -> Self {
        match format {
            Format::Text => Self::Text,
            format if format.has_documents(options) => Self::Records,
            format if format.is_divided() => Self::Divided,
            _ => Self::Extracted,
        }
    }
}

/// A point in the text of a file.
#[derive(Clone, Copy, Debug)]
struct Point {
    byte: Option<usize>,
    line: usize,
    column: usize,
}

/// Finds the places of the changes of one file, part by part.
#[derive(Debug)]
pub(crate) struct Locator {
    encoding: Encoding,
    layout: Layout,
    /// Where the next part begins in the file, and in what each stage reads.
    next: Point,
    origins: [usize; 3],
}

/// The stages that read text, in order.
const STAGES: [Stage; 3] = [Stage::Repair, Stage::Strip, Stage::Convert];

impl Locator {
    /// For a file that is at its start.
    pub(crate) fn new(encoding: Encoding, layout: Layout) -> Self {
        Self {
            encoding,
            layout,
            next: Point {
                byte: Some(0),
                line: 1,
                column: 1,
            },
            origins: [0; 3],
        }
    }

    /// The places of all changes of a file. `text` is its text without the byte order mark.
    pub(crate) fn whole(
        mut self,
        text: &str,
        bytes: &[u8],
        changes: &[Change],
    ) -> Vec<Option<FilePlace>> {
        let mark = bytes::mark(bytes, self.encoding);
        self.next.byte = Some(mark);
        if self.encoding == Encoding::UTF_8 {
            // The stages count it.
            self.origins = [mark; 3];
        }
        self.places(text, Some(bytes), changes)
    }

    /// The places of the changes of the next part of a large file. `is_damaged` says that not all
    /// of its bytes are in the text.
    pub(crate) fn part(
        &mut self,
        text: &str,
        is_damaged: bool,
        changes: &[Change],
    ) -> Vec<Option<FilePlace>> {
        if is_damaged || self.encoding != Encoding::UTF_8 {
            self.next.byte = None;
        }
        if self.next.line == 1 && text.starts_with('\u{FEFF}') {
            self.next.column = 0;
        }
        self.places(text, None, changes)
    }

    fn places(
        &mut self,
        text: &str,
        bytes: Option<&[u8]>,
        changes: &[Change],
    ) -> Vec<Option<FilePlace>> {
        let ranges = match self.layout {
            Layout::Text => self.in_text(text, changes),
            Layout::Records => in_records(text, self.next.line, changes),
            Layout::Divided => in_parts(text, changes),
            Layout::Extracted => vec![None; changes.len()],
        };
        let mut offsets: Vec<usize> = ranges
            .iter()
            .flatten()
            .flat_map(|range| [range.start, range.end])
            .collect();
        offsets.push(text.len());
        offsets.sort_unstable();
        offsets.dedup();
        let points = self.points(text, bytes, &offsets);
        let point = |offset: usize| points[offsets.partition_point(|at| *at < offset)];
        let found = (changes.iter().zip(&ranges)).map(|(change, range)| {
            if change.stage == Stage::Decode && self.layout != Layout::Records {
                return FilePlace::of_bytes(change);
            }
            let range = range.clone()?;
            let (start, end) = (point(range.start), point(range.end));
            Some(FilePlace {
                start: start.byte,
                end: end.byte,
                line: start.line,
                column: Some(start.column),
                end_line: end.line,
                end_column: Some(end.column),
                is_exact: (text.get(range)).is_some_and(|found| is_text_of(change, found)),
            })
        });
        let found = found.collect();
        self.next = point(text.len());
        found
    }

    /// The places of the changes in the text before all stages.
    fn in_text(&mut self, text: &str, changes: &[Change]) -> Vec<Option<Range<usize>>> {
        let mut ranges = vec![None; changes.len()];
        let mut input = Cow::Borrowed(text);
        let mut trace = Trace::default();
        for (stage, origin) in STAGES.into_iter().zip(&mut self.origins) {
            let mut edits = Vec::new();
            for (at, change) in changes.iter().enumerate() {
                let of_stage = change.stage == stage && change.span.start >= *origin;
                if !of_stage {
                    continue;
                }
                let span =
                    change.span.start - *origin..change.span.end.max(change.span.start) - *origin;
                let stands_there = (input.get(span.clone()))
                    .is_some_and(|found| change.before.is_empty() || is_text_of(change, found));
                if stands_there {
                    ranges[at] = trace.back(span.clone());
                    edits.push((span, change));
                }
            }
            *origin += input.len();
            let Some(output) = trace.follow(&input, edits) else {
                continue;
            };
            input = Cow::Owned(output);
        }
        ranges
    }

    /// The points of rising offsets.
    fn points(&self, text: &str, bytes: Option<&[u8]>, offsets: &[usize]) -> Vec<Point> {
        let in_file = match (self.next.byte, bytes) {
            (Some(start), Some(bytes)) => bytes::places(text, bytes, start, self.encoding, offsets),
            (Some(start), None) => offsets.iter().map(|at| Some(start + at)).collect(),
            (None, _) => vec![None; offsets.len()],
        };
        let (mut at, mut line, mut column) = (0, self.next.line, self.next.column);
        let points = offsets.iter().zip(in_file).map(|(&offset, byte)| {
            let passed = &text[at..offset];
            at = offset;
            line += memchr::memchr_iter(b'\n', passed.as_bytes()).count();
            column = match passed.rfind('\n') {
                Some(end) => 1 + passed[end + 1..].chars().count(),
                None => column + passed.chars().count(),
            };
            Point { byte, line, column }
        });
        points.collect()
    }
}

/// Whether this is the text before a change. A line that is left out is told without its end,
/// which its place includes.
fn is_text_of(change: &Change, found: &str) -> bool {
    let before = change.before.as_str();
    let is_line = change.action == Action::Drop;
    found == before || is_line && found.trim_end_matches(['\r', '\n']) == before
}

/// The places of changes in fields of records: where the text stands once in the line, there;
/// otherwise the line.
fn in_records(text: &str, first: usize, changes: &[Change]) -> Vec<Option<Range<usize>>> {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1))
        .collect();
    let mut searches = SEARCHES * text.len().max(1 << 20);
    let mut place = |change: &Change| {
        let index = change.line.checked_sub(first)?;
        let start = *starts.get(index)?;
        let end = starts.get(index + 1).map_or(text.len(), |next| next - 1);
        let line = text.get(start..end)?.trim_end_matches('\r');
        let is_short = line.len() <= SEARCHED.min(searches);
        searches -= if is_short { line.len() } else { 0 };
        let whole = start..start + line.len();
        if !is_short || line.contains('\\') || change.before.is_empty() {
            return Some(whole);
        }
        let mut found = line.match_indices(change.before.as_str());
        Some(match (found.next(), found.next()) {
            (Some((at, before)), None) => start + at..start + at + before.len(),
            _ => whole,
        })
    };
    changes.iter().map(&mut place).collect()
}

/// The places of changes that are told as those in the file.
fn in_parts(text: &str, changes: &[Change]) -> Vec<Option<Range<usize>>> {
    let place = |change: &Change| {
        let span = change.span.start..change.span.end.max(change.span.start);
        text.get(span.clone()).map(|_| span)
    };
    changes.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use zhnorm::{Normalizer, Options};

    use super::*;

    fn located(bytes: &[u8], encoding: Encoding) -> Vec<(String, Option<FilePlace>)> {
        let named = zhnorm::decode::Options::default().with_encoding(encoding);
        let options = Options::default()
            .with_to("zh-Hans".parse().unwrap())
            .with_decode(named);
        let outcome = Normalizer::new(options).normalize_bytes(bytes).unwrap();
        let text = crate::document::text_of(bytes, encoding);
        let places = Locator::new(encoding, Layout::Text).whole(&text, bytes, outcome.changes());
        let before = outcome.changes().iter().map(|change| change.before.clone());
        before.zip(places).collect()
    }

    #[test]
    fn a_change_after_a_repair_is_found_in_the_file() {
        let text = "\u{FEFF}中&#25991;字電腦\n第二行，電話。\n";
        let places = located(text.as_bytes(), Encoding::UTF_8);
        assert!(places.len() >= 4);
        for (before, place) in places {
            let place = place.unwrap();
            let range = place.start.unwrap()..place.end.unwrap();
            assert!(place.is_exact);
            assert_eq!(&text[range.clone()], before);
            let line = 1 + text[..range.start].matches('\n').count();
            let start = text[..range.start].rfind('\n').map_or(3, |at| at + 1);
            assert_eq!(place.line, line);
            assert_eq!(
                place.column,
                Some(1 + text[start..range.start].chars().count())
            );
        }
    }

    #[test]
    fn lines_that_are_left_out_and_what_follows_them_are_found_in_the_file() {
        let text = "首頁 > 新聞 > 正文\r\n分享到：新浪微博 騰訊微博\n昨天晚上下了一場雨，今天早上的空氣很新鮮，路上的人比平時多了不少。\n公園裡的花都開了，大家在樹下休息，孩子們在草地上踢球。\r\n最新評論\n返回頂部";
        let places = located(text.as_bytes(), Encoding::UTF_8);
        let (mut after, mut lines) = (0, 0);
        for (before, place) in places {
            let place = place.unwrap();
            let range = place.start.unwrap()..place.end.unwrap();
            lines += usize::from(before == "最新評論");
            let found = text[range.clone()].trim_end_matches(['\r', '\n']);
            assert_eq!(found, before);
            assert!(place.is_exact || before.is_empty());
            after += usize::from(range.start > text.find("公園").unwrap());
        }
        assert!(after > 3 && lines == 1, "{after} {lines}");
    }

    #[test]
    fn places_in_other_encodings_are_those_of_the_bytes() {
        use zhnorm::decode::{Unmappable, encode};
        let text =
            "今天的天氣很好，我們一起去公園散步。\n第二行說，電腦和電話都在這裡。\n".repeat(20);
        for encoding in [Encoding::BIG5, Encoding::GB18030, Encoding::UTF_16LE] {
            let bytes = encode(&text, encoding, Unmappable::Error).unwrap();
            let places = located(&bytes, encoding);
            assert!(places.len() > 100, "{encoding}");
            let places = (places.iter()).map(|(before, place)| (before, place.as_ref().unwrap()));
            // All but those of decoding.
            for (before, place) in places.filter(|(_, place)| place.column.is_some()) {
                let at = &bytes[place.start.unwrap()..place.end.unwrap()];
                if place.is_exact {
                    assert_eq!(at, encode(before, encoding, Unmappable::Error).unwrap());
                }
            }
        }
    }

    #[test]
    fn a_field_is_found_in_its_line() {
        let text = "{\"text\": \"一\"}\n{\"id\": 1, \"text\": \"電腦\"}\n{\"text\": \"\\u96fb\"}\n";
        let change =
            |line, before: &str| Change::edit(Stage::Convert, "t2s", 0..3, line, before, "");
        let changes = [change(2, "電"), change(3, "電")];
        let places =
            Locator::new(Encoding::UTF_8, Layout::Records).whole(text, text.as_bytes(), &changes);
        let [Some(first), Some(second)] = &places[..] else {
            panic!("{places:?}");
        };
        assert_eq!(first.start, text.find('電'));
        assert_eq!((first.line, first.is_exact), (2, true));
        assert_eq!(
            (second.line, second.column, second.is_exact),
            (3, Some(1), false)
        );
    }

    #[test]
    fn parts_are_counted_on() {
        let text = "中文\n電腦\n";
        let change =
            |start: usize| Change::edit(Stage::Convert, "t2s", start..start + 3, 1, "電", "电");
        let mut locator = Locator::new(Encoding::UTF_8, Layout::Text);
        let first = locator.part(text, false, &[change(7)]);
        let second = locator.part(text, false, &[change(14 + 7)]);
        for (places, start, line) in [(first, 7, 2), (second, 21, 4)] {
            let place = places[0].as_ref().unwrap();
            assert_eq!(
                (place.start, place.line, place.column),
                (Some(start), line, Some(1))
            );
        }
    }
}
