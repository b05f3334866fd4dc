//! Which fields of a record hold text, what is known of its site, and what is written.

use super::Format;
use crate::strip::Evidence;
use crate::{Result, decode};

/// The field that holds text unless others are named.
const TEXT: &str = "text";

/// The fields in which collections of pages keep the page's address, best first.
const ADDRESSES: [&str; 5] = ["url", "source_url", "page_url", "link", "uri"];

/// How the text of a file is found and the file written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The fields of a record that hold text.
    pub text_fields: Vec<String>,
    /// Whether these are named by a user. If not, every string of a JSON file is text.
    pub(super) names_fields: bool,
    /// The format of the text in these fields; `None` is text.
    pub field_format: Option<Format>,
    /// The fields of a record that hold the page's address, best first.
    pub address_fields: Vec<String>,
    /// What is known of the sites of a corpus; without it no address is read.
    pub evidence: Option<Evidence>,
    /// The encoding of the new file; `None` is UTF-8.
    pub output: Option<Output>,
    /// What is converted in source code.
    pub code: Code,
    /// Whether the article of a page or a text is given too, with its Markdown and what is known of
    /// it.
    pub article: bool,
    /// Whether the text of a page has the alternative texts of its images, in square brackets.
    pub image_alt: bool,
}

/// What is converted in source code, which is repaired everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// Nothing.
    #[default]
    Keep,
    /// Comments and strings.
    Comments,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            text_fields: vec![TEXT.to_owned()],
            names_fields: false,
            field_format: None,
            address_fields: ADDRESSES.map(str::to_owned).to_vec(),
            evidence: None,
            output: None,
            code: Code::Keep,
            article: false,
            image_alt: false,
        }
    }
}

impl Options {
    /// Reads these fields of a record as text instead of `text`; none leaves the default. A field may
    /// be a path: `meta.title`, `messages[*].content`; `*` means every string.
    #[must_use]
    pub fn with_text_fields(mut self, fields: &[String]) -> Self {
        if !fields.is_empty() {
            self.text_fields = fields.to_vec();
            self.names_fields = true;
        }
        self
    }

    /// Gives the article of a page or a text too, with its Markdown and what is known of it.
    #[must_use]
    pub fn with_article(mut self, article: bool) -> Self {
        self.article = article;
        self
    }

    /// Puts the alternative texts of a page's images into its text, in square brackets.
    ///
    /// ```
    /// # #[cfg(feature = "html")] {
    /// use zhnorm::formats::{self, Format};
    ///
    /// let page = "<p>昨天下了雪，路上的车开得很慢。</p><img src=/1.jpg alt=雪后的路>\
    ///     <p>孩子们在路边堆雪人，大人们忙着扫雪，学校停了半天课。</p>";
    /// let options = formats::Options::default().with_image_alt(true);
    /// let normalizer = zhnorm::Normalizer::default();
    /// let file = formats::normalize(page.as_bytes(), Format::Page, &normalizer, &options).unwrap();
    /// assert_eq!(
    ///     String::from_utf8_lossy(&file.contents),
    ///     "昨天下了雪，路上的车开得很慢。\n[雪后的路]\n孩子们在路边堆雪人，大人们忙着扫雪，学校停了半天课。\n"
    /// );
    /// # }
    /// ```
    #[must_use]
    pub fn with_image_alt(mut self, image_alt: bool) -> Self {
        self.image_alt = image_alt;
        self
    }

    /// Reads the text in fields in this format.
    #[must_use]
    pub fn with_field_format(mut self, format: Option<Format>) -> Self {
        self.field_format = format;
        self
    }

    /// Reads these fields of a record as the page's address; none leaves the default.
    #[must_use]
    pub fn with_address_fields(mut self, fields: &[String]) -> Self {
        if !fields.is_empty() {
            self.address_fields = fields.to_vec();
        }
        self
    }

    /// Uses what is known of the sites of a corpus.
    #[must_use]
    pub fn with_evidence(mut self, evidence: Option<Evidence>) -> Self {
        self.evidence = evidence;
        self
    }

    /// Writes the file in this encoding.
    #[must_use]
    pub fn with_output(mut self, output: Option<Output>) -> Self {
        self.output = output;
        self
    }

    /// What is converted in source code.
    #[must_use]
    pub fn with_code(mut self, code: Code) -> Self {
        self.code = code;
        self
    }

    /// The encoding of the new file.
    pub(super) fn output_encoding(&self) -> decode::Encoding {
        self.output
            .map_or(decode::Encoding::UTF_8, |output| output.encoding)
    }

    /// Whether the file is written in a form of Unicode.
    pub(crate) fn writes_unicode(&self) -> bool {
        self.output
            .is_none_or(|output| output.encoding.is_unicode())
    }

    /// The rank of a field among those that hold addresses, 0 the best.
    pub(super) fn address_rank(&self, key: &str) -> Option<usize> {
        self.address_fields.iter().position(|field| field == key)
    }
}

/// An output encoding other than UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output {
    /// The encoding.
    pub encoding: decode::Encoding,
    /// What becomes of a character that it does not have.
    pub unmappable: decode::Unmappable,
}

impl Output {
    /// The bytes of a UTF-8 text in the encoding.
    ///
    /// # Errors
    ///
    /// Those of [`decode::encode`].
    pub fn encode(self, text: &[u8]) -> Result<Vec<u8>> {
        let text = String::from_utf8_lossy(text);
        Ok(decode::encode(&text, self.encoding, self.unmappable)?)
    }
}
