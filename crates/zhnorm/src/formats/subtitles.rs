//! Subtitles and lyrics: what is heard is text; times, numbers, styles and tags are structure.
//!
//! A line of a cue is a text of its own, because subtitles in two languages put one under the other.

use std::ops::Range;

use super::parts::{Parts, Role};
use super::spelling::LINE;

/// The lines of a file with their places, without line ends.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let content = line.trim_end_matches(['\n', '\r']);
        let range = start..start + content.len();
        start += line.len();
        (range, content)
    })
}

/// Whether a line gives the times of a cue.
fn is_timing(line: &str) -> bool {
    let Some((from, to)) = line.split_once("-->") else {
        return false;
    };
    let first = |time: &'_ str| {
        time.trim()
            .split_ascii_whitespace()
            .next()
            .is_some_and(is_time)
    };
    first(from) && first(to)
}

/// Whether a word is a time: `00:01.50`.
fn is_time(word: &str) -> bool {
    word.contains(':')
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b":.,".contains(&byte))
}

/// Whether bytes begin as `SubRip` does: a number, and a line of times.
pub(super) fn begins_as_subrip(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(256)];
    if !head
        .trim_ascii_start()
        .first()
        .is_some_and(u8::is_ascii_digit)
    {
        return false;
    }
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines().filter(|line| !line.trim().is_empty());
    let is_number = |line: &str| line.trim().bytes().all(|byte| byte.is_ascii_digit());
    lines.next().is_some_and(is_number) && lines.next().is_some_and(is_timing)
}

/// `SubRip`: numbered cues, times, text up to an empty line.
pub(super) fn subrip(text: &str) -> Parts {
    let mut parts = Parts::default();
    let mut lines = lines(text).peekable();
    while let Some((range, line)) = lines.next() {
        let line = line.trim_start_matches('\u{feff}');
        let is_number =
            !line.trim().is_empty() && line.trim().bytes().all(|byte| byte.is_ascii_digit());
        let mut before_times = || lines.peek().is_some_and(|(_, next)| is_timing(next));
        if is_timing(line) || (is_number && before_times()) {
            continue;
        }
        cue(text, range, Tags::SubRip, &mut parts);
    }
    parts
}

/// `WebVTT`: the same with a header, notes, styles and regions, each up to an empty line.
pub(super) fn webvtt(text: &str) -> Parts {
    let mut parts = Parts::default();
    let mut lines = lines(text).peekable();
    let mut is_passed = true;
    let mut before = "";
    while let Some((range, line)) = lines.next() {
        if line.trim().is_empty() {
            is_passed = false;
        } else if before.trim().is_empty() {
            let word = line.split_ascii_whitespace().next().unwrap_or("");
            is_passed = is_passed || matches!(word, "NOTE" | "STYLE" | "REGION");
        }
        // A cue may have a name above its times.
        let mut is_name =
            || before.trim().is_empty() && lines.peek().is_some_and(|(_, next)| is_timing(next));
        before = line;
        if !is_passed && !is_timing(line) && !is_name() {
            cue(text, range, Tags::WebVtt, &mut parts);
        }
    }
    parts
}

/// Advanced `SubStation` Alpha: the last field of each dialogue.
pub(super) fn substation(text: &str) -> Parts {
    let mut parts = Parts::default();
    // `Format:` names the fields; the text is the last one.
    let mut fields = 10;
    let mut in_events = false;
    for (range, line) in lines(text) {
        if line.starts_with('[') {
            in_events = line.eq_ignore_ascii_case("[events]");
        } else if let Some(names) = line.strip_prefix("Format:").filter(|_| in_events) {
            fields = names.split(',').count();
        } else if let Some(dialogue) = line.strip_prefix("Dialogue:") {
            let mut commas = memchr::memchr_iter(b',', dialogue.as_bytes());
            if let Some(at) = commas.nth(fields.saturating_sub(2)) {
                let start = range.end - dialogue.len() + at + 1;
                cue(text, start..range.end, Tags::SubStation, &mut parts);
            }
        }
    }
    parts
}

/// Lyrics: `[00:12.34]` before each line, `[ti:title]` above them.
pub(super) fn lyrics(text: &str) -> Parts {
    let mut parts = Parts::default();
    for (range, line) in lines(text) {
        let mut start = 0;
        while let Some(tag) = line[start..].strip_prefix('[')
            && let Some(end) = tag.find(']')
        {
            let begins_with_digit = tag.starts_with(|first: char| first.is_ascii_digit());
            if !begins_with_digit
                && let Some((name, value)) = tag[..end].split_once(':')
                && name.bytes().all(|byte| byte.is_ascii_alphabetic())
            {
                let at = range.start + start + 1 + name.len() + 1;
                let at = at + (value.len() - value.trim_start().len());
                parts.whole(at..range.start + start + 1 + end, Role::Title, LINE);
            } else if !begins_with_digit {
                break;
            }
            start += end + 2;
        }
        cue(
            text,
            range.start + start..range.end,
            Tags::Lyrics,
            &mut parts,
        );
    }
    parts
}

/// Which tags are in a cue.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tags {
    /// `<i>`, `<font …>` and `{\an8}`.
    SubRip,
    /// `<v name>`, `<00:01.000>`, `&amp;`.
    WebVtt,
    /// `{\i1}`, `\N`.
    SubStation,
    /// `<00:12.00>` and `[00:12.00]` between syllables.
    Lyrics,
}

/// Takes a line of a cue without its tags.
fn cue(text: &str, range: Range<usize>, tags: Tags, parts: &mut Parts) {
    let line = &text[range.clone()];
    let (mut at, mut taken) = (0, 0);
    let mut is_drawing = false;
    let take = |parts: &mut Parts, from: usize, to: usize, is_drawing: bool| {
        if !is_drawing {
            parts.source(range.start + from..range.start + to);
        }
    };
    let third = if tags == Tags::Lyrics { b'[' } else { b'\\' };
    while let Some(found) = memchr::memchr3(b'<', b'{', third, &line.as_bytes()[at..]) {
        let start = at + found;
        let rest = &line[start..];
        let end = match rest.as_bytes()[0] {
            b'{' if tags == Tags::SubStation || rest.starts_with("{\\") => {
                rest.find('}').map(|end| end + 1)
            }
            b'<' if tags != Tags::SubStation && is_tag(rest) => rest.find('>').map(|end| end + 1),
            b'[' => rest
                .find(']')
                .map(|end| end + 1)
                .filter(|end| is_time(&rest[1..end - 1])),
            b'\\' if tags == Tags::SubStation => {
                matches!(rest.as_bytes().get(1), Some(b'N' | b'n' | b'h')).then_some(2)
            }
            _ => None,
        };
        let Some(end) = end else {
            at = start + 1;
            continue;
        };
        take(parts, taken, start, is_drawing);
        let tag = &rest[..end];
        if tag.starts_with('\\') {
            parts.glue(' ');
        } else if let Some(level) = tag.rfind("\\p").map(|found| &tag[found + 2..])
            && level.starts_with(|first: char| first.is_ascii_digit())
        {
            // Lines and curves follow, not text.
            is_drawing = !level.starts_with('0');
        }
        at = start + end;
        taken = at;
    }
    take(parts, taken, line.len(), is_drawing);
    parts.end(Role::Cue, LINE);
}

/// Whether `<` begins a tag, and not a smile or a sign.
fn is_tag(rest: &str) -> bool {
    let name = rest[1..].trim_start_matches('/');
    name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && memchr::memchr2(b'<', b'>', &rest.as_bytes()[1..])
            .is_some_and(|at| rest.as_bytes()[at + 1] == b'>')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(parts: &Parts, text: &str) -> Vec<String> {
        parts.iter().map(|part| part.text(text)).collect()
    }

    #[test]
    fn subrip_has_text_between_times() {
        let text = "1\r\n00:00:01,000 --> 00:00:02,000\r\n{\\an8}<i>头</i>发\r\n3 < 4\r\n\r\n2\n\
                    00:00:03,000 --> 00:00:04,000\n1984\n\n又一行\n";
        assert_eq!(
            texts(&subrip(text), text),
            ["头发", "3 < 4", "1984", "又一行"]
        );
    }

    #[test]
    fn webvtt_has_notes_names_and_voices() {
        let text = "WEBVTT 标题\nKind: captions\n\nNOTE\n注\n\nSTYLE\n::cue {}\n\n第一\n00:01.000 --> 00:02.000 \
                    align:start\n<v 王五>头<b>发</b>\n\n00:03.000 --> 00:04.000\n好\n";
        assert_eq!(texts(&webvtt(text), text), ["头发", "好"]);
    }

    #[test]
    fn substation_has_dialogues() {
        let text = "[Script Info]\nTitle: 电影\n[V4+ Styles]\nStyle: 宋体,宋体,20\n[Events]\n\
                    Format: Layer, Start, End, Style, Text\nDialogue: 0,0:0,0:1,宋体,头{\\i1}发，很\\N长\n\
                    Comment: 0,0:0,0:1,宋体,不\nDialogue: 0,0:0,0:1,宋体,{\\p1}m 0 0{\\p0}好\n";
        assert_eq!(texts(&substation(text), text), ["头发，很 长", "好"]);
    }

    #[test]
    fn lyrics_have_times_and_titles() {
        let text = "[ti:后来]\n[00:01.00][00:05.00]后来<00:02.00>我\n[副歌]\n";
        assert_eq!(texts(&lyrics(text), text), ["后来", "后来我", "[副歌]"]);
        let text = "[00:12.00]头[00:13.00]发[00:14.00]\n[00:15.00]后[合]来\n";
        assert_eq!(texts(&lyrics(text), text), ["头发", "后[合]来"]);
    }
}
