//! What the names and attributes of elements say of the lines in them.

use html5ever::tokenizer::Tag;
use html5ever::tokenizer::states::RawKind;

macro_rules! blocks {
    ($($block:literal)*) => {
        /// The name of an element that begins and ends a line, if it is one. A page may have a million
        /// of them, and each keeps its name.
        pub(super) fn block(name: &str) -> Option<&'static str> {
            match name {
                $($block => Some($block),)*
                _ => None,
            }
        }
    };
}

blocks!(
    "address" "article" "aside" "blockquote" "body" "caption" "center" "dd" "details" "dialog"
    "dir" "div" "dl" "dt" "fieldset" "figcaption" "figure" "footer" "form" "h1" "h2" "h3" "h4"
    "h5" "h6" "header" "hgroup" "legend" "li" "main" "menu" "nav" "ol" "p" "pre" "section"
    "summary" "table" "tbody" "td" "tfoot" "th" "thead" "tr" "ul"
);

/// Elements whose content is no text of the page.
pub(super) fn is_skipped(name: &str) -> bool {
    matches!(
        name,
        "applet"
            | "audio"
            | "button"
            | "canvas"
            | "iframe"
            | "math"
            | "noembed"
            | "noframes"
            | "noscript"
            | "object"
            | "script"
            | "select"
            | "style"
            | "svg"
            | "template"
            | "textarea"
            | "video"
    )
}

/// Elements that a new one of the name closes, and those after which it does not look.
pub(super) fn closes(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        "li" => (&["li"], &["ul", "ol", "menu", "dir"]),
        "dt" | "dd" => (&["dt", "dd"], &["dl"]),
        "tr" => (&["tr"], &["table"]),
        "td" | "th" => (&["td", "th"], &["table", "tr"]),
        "thead" | "tbody" | "tfoot" => (&["thead", "tbody", "tfoot"], &["table"]),
        _ => (&[], &[]),
    }
}

/// The longest names of an element that are kept, in bytes.
const LONGEST_NAMES: usize = 200;

/// An element's classes and identifier.
pub(super) fn names(tag: &Tag) -> Box<str> {
    let mut names = String::new();
    for attr in &tag.attrs {
        if matches!(&*attr.name.local, "class" | "id") && attr.value.len() <= LONGEST_NAMES {
            let plain = attr.value.chars();
            names
                .extend(plain.filter(|char| char.is_ascii_alphanumeric() || " -_".contains(*char)));
            names.push(' ');
        }
    }
    names.into_boxed_str()
}

pub(super) fn raw(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(RawKind::ScriptData),
        "style" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
        "title" | "textarea" => Some(RawKind::Rcdata),
        _ => None,
    }
}

/// The number that an element of this name tells.
pub(super) fn number(name: &str, tag: &Tag) -> Option<u32> {
    let wanted = match name {
        "ol" => "start",
        "li" => "value",
        "td" | "th" => "colspan",
        _ => return None,
    };
    let mut attrs = tag.attrs.iter();
    let attr = attrs.find(|attr| &*attr.name.local == wanted)?;
    attr.value.trim().parse().ok()
}
