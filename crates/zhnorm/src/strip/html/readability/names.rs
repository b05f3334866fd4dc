//! What the classes and identifiers of an element say of it.

/// What a word in the names of an element tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tells {
    /// No part of an article, unless another word says otherwise.
    Unlikely,
    /// May be a part of it all the same.
    Maybe,
    /// More likely furniture.
    Negative,
    /// More likely an article.
    Positive,
    /// Names an author.
    Byline,
}

use Tells::{Byline, Maybe, Negative, Positive, Unlikely};

/// The words of Readability that begin with this character.
fn words(first: u8) -> &'static [(&'static str, Tells)] {
    match first {
        b'-' => &[("-ad-", Unlikely), ("-ad-", Negative)],
        b'a' => &[
            ("ad-break", Unlikely),
            ("agegate", Unlikely),
            ("ai2html", Unlikely),
            ("and", Maybe),
            ("article", Maybe),
            ("article", Positive),
            ("author", Byline),
        ],
        b'b' => &[
            ("banner", Unlikely),
            ("banner", Negative),
            ("blog", Positive),
            ("body", Maybe),
            ("body", Positive),
            ("breadcrumbs", Unlikely),
            ("byline", Byline),
        ],
        b'c' => &[
            ("column", Maybe),
            ("com-", Negative),
            ("combx", Unlikely),
            ("combx", Negative),
            ("comment", Unlikely),
            ("comment", Negative),
            ("community", Unlikely),
            ("contact", Negative),
            ("content", Maybe),
            ("content", Positive),
            ("cover-wrap", Unlikely),
        ],
        b'd' => &[("dateline", Byline), ("disqus", Unlikely)],
        b'e' => &[("entry", Positive), ("extra", Unlikely)],
        b'f' => &[("footer", Unlikely), ("footer", Negative)],
        b'g' => &[("gdpr", Unlikely), ("gdpr", Negative)],
        b'h' => &[("header", Unlikely), ("hidden", Negative)],
        b'l' => &[("layout", Maybe), ("legends", Unlikely)],
        b'm' => &[
            ("main", Maybe),
            ("main", Positive),
            ("masthead", Negative),
            ("mathjax", Maybe),
            ("media", Negative),
            ("menu", Unlikely),
            ("meta", Negative),
        ],
        b'o' => &[("outbrain", Negative)],
        b'p' => &[
            ("page", Positive),
            ("pager", Unlikely),
            ("pagination", Unlikely),
            ("popup", Unlikely),
            ("post", Positive),
            ("promo", Negative),
        ],
        b'r' => &[
            ("related", Unlikely),
            ("related", Negative),
            ("remark", Unlikely),
            ("replies", Unlikely),
            ("rss", Unlikely),
        ],
        b's' => &[
            ("scroll", Negative),
            ("shadow", Maybe),
            ("share", Negative),
            ("shopping", Negative),
            ("shoutbox", Unlikely),
            ("shoutbox", Negative),
            ("sidebar", Unlikely),
            ("sidebar", Negative),
            ("skyscraper", Unlikely),
            ("skyscraper", Negative),
            ("social", Unlikely),
            ("sponsor", Unlikely),
            ("sponsor", Negative),
            ("story", Positive),
            ("supplemental", Unlikely),
        ],
        b't' => &[("tags", Negative), ("text", Positive)],
        b'w' => &[("widget", Negative), ("writtenby", Byline)],
        b'y' => &[("yom-remote", Unlikely)],
        _ => &[],
    }
}

/// What all names of an element say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Told {
    pub is_unlikely: bool,
    pub is_byline: bool,
    pub is_share: bool,
    /// How much they speak for an article, or against it.
    pub weight: f32,
}

impl Told {
    pub(super) fn new(names: &str) -> Self {
        if names.trim_ascii().is_empty() {
            return Self::default();
        }
        let names = names.to_ascii_lowercase();
        let bytes = names.as_bytes();
        let mut told = [false; 5];
        for at in 0..bytes.len() {
            for (word, tells) in words(bytes[at]) {
                told[*tells as usize] |= bytes[at..].starts_with(word.as_bytes());
            }
        }
        let is_hid = || names.split_ascii_whitespace().any(|name| name == "hid");
        let mut weight = 0.0;
        if told[Negative as usize] || is_hid() {
            weight -= 25.0;
        }
        if told[Positive as usize] {
            weight += 25.0;
        }
        Self {
            is_unlikely: told[Unlikely as usize] && !told[Maybe as usize],
            is_byline: told[Byline as usize],
            is_share: names
                .split([' ', '_'])
                .any(|name| matches!(name, "share" | "sharedaddy")),
            weight,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_likely_word_outweighs_an_unlikely_one() {
        assert!(Told::new("Sidebar ").is_unlikely);
        assert!(!Told::new("sidebar main ").is_unlikely);
        assert!(!Told::new("").is_unlikely);
    }

    #[test]
    fn names_have_a_weight() {
        let weight = |names| Told::new(names).weight;
        assert!((weight("post-text ") - 25.0).abs() < f32::EPSILON);
        assert!((weight("hid ") + 25.0).abs() < f32::EPSILON);
        assert!(weight("content comment ").abs() < f32::EPSILON);
        assert!(weight("hidalgo ").abs() < f32::EPSILON);
    }

    #[test]
    fn sharing_and_authors_are_told_by_words() {
        assert!(Told::new("box share_box ").is_share);
        assert!(!Told::new("share-box ").is_share);
        assert!(Told::new("post-author ").is_byline);
    }
}
