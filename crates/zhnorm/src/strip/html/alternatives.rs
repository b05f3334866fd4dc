//! What stands for the images of a page in a text: their alternative texts in square brackets.
//!
//! An image between two lines, or at an end of one, is a line of its own; one within a line stays
//! within it. It goes with the lines around it: of a list of other articles that the rules leave
//! out, no picture stays.

use super::inline::Image;
use super::layout::{Insertion, Laid, Order, span};

/// Names of files end so. An alternative text that is one was made by a program.
const EXTENSIONS: [&str; 8] = [
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".svg", ".avif",
];

/// Brackets that an author already wrote around his own.
const BRACKETS: [(char, char); 3] = [('[', ']'), ('［', '］'), ('【', '】')];

/// The alternative text of an image, if it says anything.
pub(super) fn of(image: &Image) -> Option<&str> {
    let alt = image.alt.as_str();
    let ends = |end: &&str| {
        let at = alt.len().checked_sub(end.len());
        at.and_then(|at| alt.get(at..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    let is_file = !alt.contains(' ') && EXTENSIONS.iter().any(ends);
    (alt.chars().any(char::is_alphanumeric) && !is_file).then_some(alt)
}

/// An alternative text in brackets.
fn bracketed(alt: &str) -> String {
    let has = |(open, close): &(char, char)| alt.starts_with(*open) && alt.ends_with(*close);
    if BRACKETS.iter().any(has) {
        alt.to_owned()
    } else {
        format!("[{alt}]")
    }
}

/// Adds what stands for the images of these lines, and for those after the last one.
pub(super) fn add(
    lines: &[Laid],
    after: &[Image],
    old: &str,
    new: &str,
    places: &[&[usize]],
    insertions: &mut Vec<Insertion>,
) {
    let title = new.lines().next().unwrap_or_default().trim();
    // Whether the line before was left out, and what the last one is that was not.
    let (mut was_left_out, mut last) = (false, "");
    for (line, place) in lines.iter().zip(places) {
        let (start, end) = (place[0], place[place.len() - 1]);
        let text = &new[start..end];
        let shown = text.trim();
        let is_left_out = shown.is_empty();
        // A caption or a title says it already.
        let is_new = |alt: &&str| ![title, last, shown].contains(alt);
        for image in &line.inlines.before {
            let goes = is_left_out && (was_left_out || image.link.is_some());
            if let Some(alt) = of(image).filter(|_| !goes).filter(is_new) {
                insertions.push(own_line(new, start, alt));
            }
        }
        if !is_left_out && !line.inlines.images.is_empty() {
            let is_row = text.contains('\t');
            for (at, image) in span(&old[line.range.clone()], text, line, place).images {
                let Some(alt) = of(&image).filter(is_new) else {
                    continue;
                };
                let at = at.min(text.len());
                let is_first = text[..at].trim().is_empty();
                let is_last = text[at..].trim().is_empty();
                insertions.push(match (is_first, is_last) {
                    (true, _) if !is_row => own_line(new, start, alt),
                    (_, true) if !is_row => own_line(new, end, alt),
                    _ => (start + at, Order::Image, bracketed(alt)),
                });
            }
        }
        was_left_out = is_left_out;
        if !is_left_out {
            last = shown;
        }
    }
    for image in after {
        let is_new = |alt: &&str| ![title, last].contains(alt);
        if let Some(alt) = of(image).filter(|_| !was_left_out).filter(is_new) {
            insertions.push(own_line(new, new.len(), alt));
        }
    }
}

/// A line of its own at a place: where it is within a line, after it.
fn own_line(new: &str, at: usize, alt: &str) -> Insertion {
    let starts_line = |at: usize| at == 0 || new.as_bytes()[at - 1] == b'\n';
    let next = || {
        let line_end = new[at..].find('\n');
        line_end.map_or(new.len(), |length| at + length + 1)
    };
    let at = if starts_line(at) { at } else { next() };
    let line = bracketed(alt);
    if starts_line(at) {
        (at, Order::Image, format!("{line}\n"))
    } else {
        (at, Order::Image, format!("\n{line}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_say_nothing() {
        let image = |alt: &str| Image {
            address: "/a.jpg".to_owned(),
            alt: alt.to_owned(),
            link: None,
            element: 0,
        };
        for alt in ["", "…", "IMG_2024.JPG", "雪.png"] {
            assert_eq!(of(&image(alt)), None, "{alt}");
        }
        for alt in ["雪后的路", "雪后的路 a.jpg", "图.jpg 的说明"] {
            assert_eq!(of(&image(alt)), Some(alt));
        }
    }

    #[test]
    fn brackets_are_written_once() {
        assert_eq!(bracketed("雪"), "[雪]");
        for alt in ["[微笑]", "【图】"] {
            assert_eq!(bracketed(alt), alt);
        }
    }

    #[test]
    fn a_line_stands_between_lines() {
        let put = |new: &str, at: usize| {
            let (at, _, line) = own_line(new, at, "雪");
            format!("{}{line}{}", &new[..at], &new[at..])
        };
        assert_eq!(put("a\nb\n", 2), "a\n[雪]\nb\n");
        assert_eq!(put("a\nb\n", 1), "a\n[雪]\nb\n");
        assert_eq!(put("a\nb\n", 4), "a\nb\n[雪]\n");
        assert_eq!(put("a\nb", 3), "a\nb\n[雪]");
    }
}
