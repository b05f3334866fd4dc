//! What stands within a line of a page besides its text: links, code, images.

use std::ops::Range;

use html5ever::tokenizer::Tag;

/// Longer addresses are data.
const LONGEST_ADDRESS: usize = 4_000;

/// Smaller images, in pixels, are marks of an interface.
const SMALLEST: u32 = 32;

/// The links, the code and the images of a line, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Inlines {
    pub marks: Vec<Mark>,
    /// Images within the line and the byte before which each stands.
    pub images: Vec<(usize, Image)>,
    /// Images between the line before and this one.
    pub before: Vec<Image>,
}

/// A stretch of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Bytes of the line.
    pub range: Range<usize>,
    pub kind: MarkKind,
}

/// What a stretch is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MarkKind {
    /// A link to this address.
    Link(String),
    Code,
}

/// An image of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Image {
    pub address: String,
    pub alt: String,
    /// The address to which it is a link.
    pub link: Option<String>,
    /// The element in which it is.
    pub element: usize,
}

impl Inlines {
    /// Of a line without text only the images are left, which stand before the next.
    pub(super) fn only_before(self) -> Self {
        let mut before = self.before;
        before.extend(self.images.into_iter().map(|(_, image)| image));
        Self {
            before,
            ..Self::default()
        }
    }

    /// Takes off what stands in so many bytes at the start, and after so many others.
    pub(super) fn trim(&mut self, start: usize, length: usize) {
        let place = |at: usize| at.saturating_sub(start).min(length);
        for mark in &mut self.marks {
            mark.range = place(mark.range.start)..place(mark.range.end);
        }
        self.marks.retain(|mark| !mark.range.is_empty());
        for (at, _) in &mut self.images {
            *at = place(*at);
        }
    }

    /// Adds those of a cell that begins after so many bytes of its row.
    pub(super) fn append(&mut self, cell: Self, offset: usize, is_first: bool) {
        let marks = cell.marks.into_iter();
        self.marks.extend(marks.map(|Mark { range, kind }| Mark {
            range: range.start + offset..range.end + offset,
            kind,
        }));
        if is_first {
            self.before.extend(cell.before);
        } else {
            let before = cell.before.into_iter();
            self.images.extend(before.map(|image| (offset, image)));
        }
        let images = cell.images.into_iter();
        self.images
            .extend(images.map(|(at, image)| (at + offset, image)));
    }
}

fn value<'t>(tag: &'t Tag, names: &[&str]) -> Option<&'t str> {
    names.iter().find_map(|name| {
        let mut attrs = tag.attrs.iter();
        let attr = attrs.find(|attr| &*attr.name.local == *name)?;
        Some(attr.value.trim()).filter(|value| !value.is_empty())
    })
}

/// The address of a link that leads out of the page.
pub(super) fn address(tag: &Tag) -> Option<String> {
    let address = value(tag, &["href"])?;
    let scheme = address.get(..11).unwrap_or(address);
    let is_script = scheme.eq_ignore_ascii_case("javascript:");
    (!is_script && !address.starts_with('#') && address.len() <= LONGEST_ADDRESS)
        .then(|| address.to_owned())
}

/// An image, if it has an address of its own and is no mark of the interface. Pages that load
/// images late tell the address elsewhere.
pub(super) fn image(tag: &Tag, element: usize, link: Option<String>) -> Option<Image> {
    let late = [
        "data-src",
        "data-original",
        "data-lazy-src",
        "data-actualsrc",
    ];
    let address = value(tag, &late).or_else(|| value(tag, &["src"]))?;
    let is_data = address
        .get(..5)
        .is_some_and(|start| start.eq_ignore_ascii_case("data:"));
    let is_small = ["width", "height"].iter().any(|side| {
        let pixels =
            value(tag, &[side]).and_then(|value| value.trim_end_matches("px").parse().ok());
        pixels.is_some_and(|pixels: u32| pixels < SMALLEST)
    });
    if is_data || is_small || address.len() > LONGEST_ADDRESS {
        return None;
    }
    let alt = value(tag, &["alt"]).unwrap_or_default();
    Some(Image {
        address: address.to_owned(),
        alt: alt.split_whitespace().collect::<Vec<_>>().join(" "),
        link,
        element,
    })
}

/// The language of code that the classes of an element tell: `language-rust`, `lang-rust`,
/// `highlight-source-rust`.
pub(super) fn language(tag: &Tag) -> Option<String> {
    let of = |name: &str| {
        let prefixes = ["language-", "lang-", "highlight-source-"];
        let language = prefixes
            .iter()
            .find_map(|prefix| name.strip_prefix(prefix))?;
        let is_name = |char: char| char.is_ascii_alphanumeric() || "+#-_.".contains(char);
        (!language.is_empty() && language.chars().all(is_name)).then(|| language.to_owned())
    };
    value(tag, &["class"])?.split_whitespace().find_map(of)
}
