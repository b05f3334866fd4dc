//! The texts of a file as one string for the stages, and back.
//!
//! Each text begins on a new line, so a stage sees the document and no word crosses from one text
//! to the next. A stage that keeps the number of lines has kept the texts apart; any other result
//! is asked for again, text by text.

use std::ops::Range;

use super::parts::{Fragment, Part, Parts, Shown};
use crate::align;
use crate::report::{LineCounter, Report};

/// A stretch of a file that is written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) new: String,
}

/// Some texts of a file, joined.
pub(super) struct Joined<'f> {
    file: &'f str,
    parts: &'f Parts,
    /// Which of them.
    indices: Range<usize>,
    /// The texts, each with a line feed after it.
    pub(super) text: String,
}

impl<'f> Joined<'f> {
    /// Joins texts from `from` on, as many as have about `most` bytes.
    pub(super) fn new(file: &'f str, parts: &'f Parts, from: usize, most: usize) -> Self {
        let mut text = String::new();
        let mut to = from;
        while to < parts.len() && (to == from || text.len() < most) {
            for fragment in parts.part(to).fragments {
                fragment.show(file, &mut text);
            }
            text.push('\n');
            to += 1;
        }
        Self {
            file,
            parts,
            indices: from..to,
            text,
        }
    }

    /// The index of the first text that did not fit.
    pub(super) fn end(&self) -> usize {
        self.indices.end
    }

    /// The edits that make the file's texts `new`; `None` when a stage joined or cut lines, so that
    /// no text can be distinguished from the next. `refused` gets the offset of each text whose change would
    /// be structure.
    pub(super) fn edits(
        &self,
        new: &str,
        edits: &mut Vec<Edit>,
        refused: &mut Vec<usize>,
    ) -> Option<()> {
        let lines = |text: &str| memchr::memchr_iter(b'\n', text.as_bytes()).count();
        if lines(&self.text) != lines(new) || !new.ends_with('\n') {
            return None;
        }
        let (mut old_rest, mut new_rest) = (self.text.as_str(), new);
        for index in self.indices.clone() {
            let part = self.parts.part(index);
            let length: usize = part.fragments.iter().map(Fragment::length).sum();
            let (old, after) = old_rest.split_at(length);
            let breaks = lines(old);
            let length = memchr::memchr_iter(b'\n', new_rest.as_bytes()).nth(breaks)?;
            let (new, new_after) = new_rest.split_at(length);
            (old_rest, new_rest) = (&after[1..], &new_after[1..]);
            if old != new {
                edit(self.file, part, old, new, edits, refused);
            }
        }
        Some(())
    }

    /// Each text alone, with the offset of its first byte among the joined ones.
    pub(super) fn texts(&self) -> impl Iterator<Item = (Part<'f>, &str)> {
        let mut start = 0;
        self.indices.clone().map(move |index| {
            let part = self.parts.part(index);
            let length: usize = part.fragments.iter().map(Fragment::length).sum();
            let text = &self.text[start..start + length];
            start += length + 1;
            (part, text)
        })
    }

    /// Gives changes whose places are in the joined texts their places in the file. `lines`
    /// counts those of the file.
    pub(super) fn place(&self, report: &mut Report, lines: &mut LineCounter<'_>) {
        let mut starts = Vec::new();
        if report.changes().is_empty() {
            return;
        }
        let mut start = 0;
        for index in self.indices.clone() {
            for fragment in self.parts.part(index).fragments {
                starts.push((start, fragment));
                start += fragment.length();
            }
            start += 1;
        }
        place_by(&starts, report, lines);
    }

    /// The same for the changes of one text alone.
    pub(super) fn place_part(part: Part<'_>, report: &mut Report, lines: &mut LineCounter<'_>) {
        let mut start = 0;
        let starts: Vec<_> = (part.fragments.iter())
            .map(|fragment| {
                let end = start + fragment.length();
                (std::mem::replace(&mut start, end), fragment)
            })
            .collect();
        place_by(&starts, report, lines);
    }
}

/// The edits that make one text `new`.
pub(super) fn edit(
    file: &str,
    part: Part<'_>,
    old: &str,
    new: &str,
    edits: &mut Vec<Edit>,
    refused: &mut Vec<usize>,
) {
    if let [fragment] = part.fragments {
        match part.spell(fragment, new, file) {
            Some(spelled) => edits.push(Edit {
                range: fragment.range.clone(),
                new: spelled.into_owned(),
            }),
            None => refused.push(fragment.range.start),
        }
        return;
    }
    let before = edits.len();
    let mut ends = Vec::with_capacity(part.fragments.len());
    let mut end = 0;
    for fragment in part.fragments {
        end += fragment.length();
        ends.push(end);
    }
    let glued = |new_ends: &[usize]| {
        let mut start = 0;
        part.fragments.iter().zip(new_ends).all(|(fragment, end)| {
            let piece = new.get(std::mem::replace(&mut start, *end)..*end);
            match fragment.shown {
                Shown::Glue(glue) => piece.is_some_and(|piece| {
                    let mut characters = piece.chars();
                    characters.next() == Some(glue) && characters.next().is_none()
                }),
                _ => true,
            }
        })
    };
    let aligned = align::quickly(old, new, &ends)
        .filter(|ends| glued(ends))
        .or_else(|| Some(align::closely(old, new, &ends)).filter(|ends| glued(ends)));
    let mut start_old = 0;
    let mut start_new = 0;
    for (index, fragment) in part.fragments.iter().enumerate() {
        let Some(new_ends) = &aligned else {
            break;
        };
        let (piece_old, piece_new) = (
            &old[start_old..ends[index]],
            &new[start_new..new_ends[index]],
        );
        (start_old, start_new) = (ends[index], new_ends[index]);
        if piece_old == piece_new {
            continue;
        }
        let Some(spelled) = part.spell(fragment, piece_new, file) else {
            edits.truncate(before);
            break;
        };
        edits.push(Edit {
            range: fragment.range.clone(),
            new: spelled.into_owned(),
        });
    }
    if edits.len() == before {
        refused.extend(part.fragments.first().map(|first| first.range.start));
    }
}

fn place_by(starts: &[(usize, &Fragment)], report: &mut Report, lines: &mut LineCounter<'_>) {
    let place = |offset: usize, is_end: bool| {
        let after = starts.partition_point(|(start, _)| *start < offset + usize::from(!is_end));
        let Some((start, fragment)) = after.checked_sub(1).map(|index| starts[index]) else {
            return 0;
        };
        match fragment.shown {
            Shown::Source => fragment.range.start + (offset - start).min(fragment.range.len()),
            _ if is_end => fragment.range.end,
            _ => fragment.range.start,
        }
    };
    report.for_each_place(|span, line| {
        let start = place(span.start, false);
        let end = place(span.end, true).max(start);
        *span = start..end;
        *line = lines.line_at(start);
    });
}

/// The file with the edits, which are in order.
pub(super) fn apply(file: &str, edits: &[Edit]) -> String {
    let mut new = String::with_capacity(file.len());
    let mut copied = 0;
    for edit in edits {
        new.push_str(&file[copied..edit.range.start]);
        new.push_str(&edit.new);
        copied = edit.range.end;
    }
    new.push_str(&file[copied..]);
    new
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Options, normalize};
    use crate::Normalizer;

    #[test]
    fn words_that_grow_stay_on_their_side_of_a_tag_or_line_end() {
        let options = crate::Options::default().with_to("zh-TW".parse().unwrap());
        let normalizer = Normalizer::new(options);
        for (before, after) in [
            (
                "<p>这个 A\n用户帐号在文件服务器上。</p>",
                "<p>這個 A\n使用者帳號在檔案伺服器上。</p>",
            ),
            (
                "<p><b>个</b>用户帐号在文件服务器上。</p>",
                "<p><b>個</b>使用者帳號在檔案伺服器上。</p>",
            ),
        ] {
            let file = normalize(
                before.as_bytes(),
                Format::HtmlDocument,
                &normalizer,
                &Options::default(),
            );
            assert_eq!(String::from_utf8_lossy(&file.unwrap().contents), after);
        }
    }
}
