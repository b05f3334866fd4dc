//! What a program puts values in the place of: `{name}`, `${x}`, `{{ name }}`, `%(name)s`, and the
//! frame of plurals and choices (`{n, plural, other {…}}`). It is structure within a text.

use std::ops::Range;

use super::parts::Parts;

/// Plurals stand in choices and these in plurals; nobody goes deeper than a few.
const DEEPEST: usize = 8;

/// The longest name in brackets behind a percent sign.
const LONGEST_NAME: usize = 64;

/// The places of placeholders in a message, in order.
pub(super) fn placeholders(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut finder = Finder {
        text,
        end: range.end,
        found: Vec::new(),
        is_balanced: true,
        has_doubled: true,
    };
    finder.message(range.start, 0);
    finder.found
}

/// Takes a message without its placeholders; `take` takes what is between them.
pub(super) fn take_message(
    text: &str,
    range: Range<usize>,
    parts: &mut Parts,
    take: impl Fn(&str, Range<usize>, &mut Parts),
) {
    let mut taken = range.start;
    for place in placeholders(text, range.clone()) {
        take(text, taken..place.start, parts);
        parts.glue(' ');
        taken = place.end;
    }
    take(text, taken..range.end, parts);
}

struct Finder<'t> {
    text: &'t str,
    end: usize,
    found: Vec<Range<usize>>,
    /// Whether every choice so far was closed. One that is not is looked for once.
    is_balanced: bool,
    /// Whether there are two braces that close more.
    has_doubled: bool,
}

impl Finder<'_> {
    /// Finds those of a message; gives the place of the brace that ends it, where it is an arm of a
    /// choice.
    fn message(&mut self, from: usize, depth: usize) -> Option<usize> {
        let bytes = &self.text.as_bytes()[..self.end];
        let mut at = from;
        while let Some(next) = memchr::memchr3(b'{', b'}', b'%', bytes.get(at..)?) {
            let start = at + next;
            let end = match bytes[start] {
                b'}' if depth > 0 => return Some(start),
                b'%' => self.named(start),
                b'{' if bytes.get(start + 1) == Some(&b'{') => self.doubled(start),
                b'{' => {
                    let name = self.name(start);
                    if name.is_none()
                        && let Some(end) = self.choice(start, depth)
                    {
                        at = end;
                        continue;
                    }
                    name
                }
                _ => None,
            };
            if let Some(end) = end {
                self.found.push(start..end);
            }
            at = end.unwrap_or(start + 1);
        }
        None
    }

    /// Behind two braces that close two.
    fn doubled(&mut self, start: usize) -> Option<usize> {
        if !self.has_doubled {
            return None;
        }
        let inner = &self.text.as_bytes()[start..self.end];
        let end = memchr::memmem::find(inner, b"}}");
        self.has_doubled = end.is_some();
        end.map(|end| start + end + 2)
    }

    /// Behind a name in braces, which has no blanks as text has.
    fn name(&self, start: usize) -> Option<usize> {
        let rest = &self.text[start + 1..self.end];
        let length = memchr::memchr2(b'{', b'}', rest.as_bytes())?;
        let inner = &rest[..length];
        let is_name =
            rest.as_bytes()[length] == b'}' && !inner.contains([' ', '，', '。', '\\', '"', '\n']);
        is_name.then_some(start + length + 2)
    }

    /// Behind `%(name)s`.
    fn named(&self, start: usize) -> Option<usize> {
        let bytes = &self.text.as_bytes()[..self.end];
        if bytes.get(start + 1) != Some(&b'(') {
            return None;
        }
        let limit = self.end.min(start + 2 + LONGEST_NAME);
        let close = start + 2 + memchr::memchr2(b')', b'\n', &bytes[start + 2..limit])?;
        let is_format = bytes[close] == b')'
            && bytes
                .get(close + 1)
                .is_some_and(|kind| kind.is_ascii_alphabetic() || b"-.#0".contains(kind));
        is_format.then_some(close + 1)
    }

    /// Behind a plural or another choice: its frame is structure, its arms are messages.
    fn choice(&mut self, start: usize, depth: usize) -> Option<usize> {
        if !self.is_balanced || depth > DEEPEST || !self.begins_choice(start) {
            return None;
        }
        let bytes = &self.text.as_bytes()[..self.end];
        let before = self.found.len();
        let (mut at, mut frame) = (start + 1, start);
        while let Some(next) = memchr::memchr2(b'{', b'}', &bytes[at..]) {
            let brace = at + next;
            self.found.push(frame..brace + 1);
            if bytes[brace] == b'}' {
                return Some(brace + 1);
            }
            let Some(end) = self.message(brace + 1, depth + 1) else {
                break;
            };
            (at, frame) = (end + 1, end);
        }
        self.found.truncate(before);
        self.is_balanced = false;
        None
    }

    fn begins_choice(&self, start: usize) -> bool {
        let rest = &self.text[start + 1..self.end];
        let mut head = rest.splitn(3, ',');
        let (Some(name), Some(kind), Some(_)) = (head.next(), head.next(), head.next()) else {
            return false;
        };
        !name.contains(['{', '}']) && matches!(kind.trim(), "plural" | "select" | "selectordinal")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message with `_` in place of what is found.
    fn shown(text: &str) -> String {
        let mut shown = String::new();
        let mut start = 0;
        for place in placeholders(text, 0..text.len()) {
            assert!(place.start >= start, "{text}");
            shown.push_str(&text[start..place.start]);
            shown.push('_');
            start = place.end;
        }
        shown + &text[start..]
    }

    #[test]
    fn names_are_structure_and_text_in_braces_is_not() {
        for (text, expected) in [
            ("你好 {名字}，${值}%{后}", "你好 _，$_%_"),
            ("{{ 名字 }}好{{名字}}", "_好_"),
            ("共 %(数目)d 个，100%(含税)。", "共 _d 个，100%(含税)。"),
            ("{头发，很长} {a b}", "{头发，很长} {a b}"),
            ("{0,choice,0#没有|1#一个}", "_"),
            ("{", "{"),
            ("{头", "{头"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn arms_of_a_choice_are_text() {
        assert_eq!(
            shown("有{数, plural, =0 {没有头发} other {#根{颜色}头发}}。"),
            "有_没有头发_#根_头发_。"
        );
        assert_eq!(
            shown("{a, select, 男 {{n, plural, other {他}}} other {她}}"),
            "__他__她_"
        );
        // What nothing closes is text.
        assert_eq!(shown("{a, plural, one {头发"), "{a, plural, one {头发");
        let many = "{a, plural, one {".repeat(50_000);
        assert_eq!(shown(&many), many);
    }
}
