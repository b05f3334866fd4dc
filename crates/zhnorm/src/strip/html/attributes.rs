//! Limits how many attributes an element may have.
//!
//! The tokenizer compares each attribute of an element with all before it, so one element with a
//! million of them takes hours. No page that people read has a thousand.

use std::borrow::Cow;

use memchr::memchr;
use memchr::memmem::find;

/// Attributes of one element that are kept.
const MOST: usize = 1_000;

/// The page without the attributes beyond the first thousand of an element.
pub(super) fn limited(html: &str) -> Cow<'_, str> {
    let bytes = html.as_bytes();
    let mut kept = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        at += found + 1;
        if bytes[at..].starts_with(b"!--") {
            let Some(length) = find(&bytes[at..], b"-->") else {
                break;
            };
            at += length;
        } else if bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
            let name = bytes[at..]
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric())
                .count();
            let is_raw = is_raw(&bytes[at..at + name]);
            let (excess, end) = attributes(bytes, at + name);
            if let Some(excess) = excess {
                kept.push_str(&html[copied..excess]);
                copied = end;
            }
            // What looks like a tag in a script is none.
            let close = if is_raw {
                find(&bytes[end..], b"</")
            } else {
                Some(0)
            };
            let Some(length) = close else { break };
            at = end + length;
        }
    }
    if kept.is_empty() {
        return Cow::Borrowed(html);
    }
    kept.push_str(&html[copied..]);
    Cow::Owned(kept)
}

fn is_raw(name: &[u8]) -> bool {
    const RAW: [&[u8]; 4] = [b"script", b"style", b"textarea", b"title"];
    RAW.iter().any(|raw| raw.eq_ignore_ascii_case(name))
}

/// Where the attribute after the last that is kept begins, if there is one, and where the tag
/// ends.
fn attributes(bytes: &[u8], mut at: usize) -> (Option<usize>, usize) {
    let (mut count, mut excess) = (0, None);
    loop {
        at += run(&bytes[at..], |byte| {
            byte.is_ascii_whitespace() || byte == b'/'
        });
        match bytes.get(at) {
            None | Some(b'>') => return (excess, at),
            Some(_) => {}
        }
        count += 1;
        if count > MOST && excess.is_none() {
            excess = Some(at);
        }
        // An equals sign in front belongs to the name.
        at += 1;
        at += run(&bytes[at..], |byte| {
            !byte.is_ascii_whitespace() && !b"/>=".contains(&byte)
        });
        let gap = run(&bytes[at..], |byte| byte.is_ascii_whitespace());
        if bytes.get(at + gap) != Some(&b'=') {
            continue;
        }
        at += gap + 1;
        at += run(&bytes[at..], |byte| byte.is_ascii_whitespace());
        at += match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => match memchr(*quote, &bytes[at + 1..]) {
                Some(length) => length + 2,
                None => return (excess, bytes.len()),
            },
            _ => run(&bytes[at..], |byte| {
                !byte.is_ascii_whitespace() && byte != b'>'
            }),
        };
    }
}

/// How many bytes at the front are as asked.
fn run(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| is(**byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_pages_stay() {
        for html in [
            "<p class=\"a b\" id='c' hidden data-x=1/>正文 < 3 & 4",
            "<!-- <a b c --> <img alt=\"a > b\" src=x>",
            "<script>if (a<b) {}</script><p",
            "<a =x y = 'z",
        ] {
            assert!(matches!(limited(html), Cow::Borrowed(_)), "{html}");
        }
    }

    #[test]
    fn attributes_beyond_the_limit_go_and_the_text_stays() {
        let many: Vec<String> = (0..3_000).map(|n| format!("a{n}=\"> 中\"")).collect();
        let many = many.join(" ");
        let html = format!("<p>一</p><p {many}>二</p><i {many}>三</i>");
        let limited = limited(&html);
        assert!(limited.contains(" a999=") && !limited.contains(" a1000="));
        assert!(limited.starts_with("<p>一</p><p a0=") && limited.ends_with(">三</i>"));
        assert!(limited.contains(">二</p><i a0="));
    }

    #[test]
    fn an_element_with_many_attributes_takes_linear_time() {
        let many: Vec<String> = (0..200_000).map(|n| format!("a{n}")).collect();
        let many = many.join(" ");
        let started = std::time::Instant::now();
        let page = super::super::article(&format!("<html><body><p {many}>中文</p>"));
        assert_eq!(page.text, "中文\n");
        let references = format!("<html><body><p>{}", "&".repeat(300_000));
        super::super::article(&references);
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
