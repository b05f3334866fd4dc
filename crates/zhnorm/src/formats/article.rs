//! What a file says about its article, and the article as Markdown.

use std::fmt::Write as _;

use crate::convert::{self, Script, Variety};
use crate::metadata::Metadata;

/// A web page or a text as an article.
///
/// ```
/// use zhnorm::formats::{self, Format};
/// use zhnorm::Normalizer;
///
/// let page = "<html><head><title>雪后的早晨</title></head><body><h1>雪后的早晨</h1>\
///     <p>昨天下了雪，路上的车开得很慢，孩子们在<a href='/w'>路边</a>堆雪人，大人们忙着扫雪。</p>\
///     <h2>明天</h2><ol><li>多穿衣服<li>早点出门</ol></body></html>";
/// let options = formats::Options::default().with_article(true);
/// let normalizer = Normalizer::default();
/// let file = formats::normalize(page.as_bytes(), Format::Page, &normalizer, &options)?;
/// let article = file.article.unwrap_or_default();
/// assert_eq!(article.metadata.title.as_deref(), Some("雪后的早晨"));
/// assert_eq!(
///     article.markdown.as_deref(),
///     Some(
///         "# 雪后的早晨\n\n\
///          昨天下了雪，路上的车开得很慢，孩子们在[路边](/w)堆雪人，大人们忙着扫雪。\n\n## 明天\n\n\
///          1. 多穿衣服\n2. 早点出门\n"
///     )
/// );
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Article {
    /// The text as Markdown; `None` for a format that has no such form.
    pub markdown: Option<String>,
    /// What is known of it, repaired and in the script of the text.
    pub metadata: Metadata,
    /// The script and region of the new text.
    pub variety: Variety,
}

impl Article {
    /// Finds the language and the script of the new text.
    pub(super) fn detect(&mut self, text: &str) {
        self.variety = convert::detect(text);
        if self.variety != Variety::Unknown {
            self.metadata.language = Some(self.variety.tag().to_owned());
        }
    }

    /// The ISO 15924 code of the text's script, where the text shows it.
    pub fn script(&self) -> Option<&'static str> {
        self.variety.script().map(Script::code)
    }

    /// The Markdown behind a front matter with what is known of the article.
    pub fn document(&self) -> Option<String> {
        let markdown = self.markdown.as_ref()?;
        let metadata = &self.metadata;
        let keys = [
            ("title", &metadata.title),
            ("date", &metadata.date),
            ("author", &metadata.author),
            ("source", &metadata.source),
            ("url", &metadata.url),
            ("language", &metadata.language),
        ];
        let mut document = String::new();
        for (key, value) in keys {
            if let Some(value) = value {
                // A string of JSON is one of YAML.
                let value = serde_json::Value::from(value.as_str());
                // Writing to a string cannot fail.
                let _ = writeln!(document, "{key}: {value}");
            }
        }
        if !document.is_empty() {
            document = format!("---\n{document}---\n\n");
        }
        document.push_str(markdown);
        Some(document)
    }
}
