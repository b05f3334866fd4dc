//! What a web page says about its article.

use serde::Serialize;

/// What a page says about its article. What it does not say is `None`.
///
/// ```
/// let page = "<html lang=zh-Hans><head><title>雪后的早晨</title>\
///     <meta property='article:published_time' content='2024-01-02T08:30:00+08:00'>\
///     <link rel=canonical href='https://example.com/1.html'></head><body>\
///     <p>来源：晨报　作者：王小明</p><p>昨天下了雪，路上的车开得很慢。</p></body></html>";
/// let metadata = zhnorm::strip::html::article(page).metadata;
/// assert_eq!(metadata.title.as_deref(), Some("雪后的早晨"));
/// assert_eq!(metadata.date.as_deref(), Some("2024-01-02T08:30"));
/// assert_eq!(metadata.author.as_deref(), Some("王小明"));
/// assert_eq!(metadata.source.as_deref(), Some("晨报"));
/// assert_eq!(metadata.url.as_deref(), Some("https://example.com/1.html"));
/// assert_eq!(metadata.language.as_deref(), Some("zh-Hans"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Metadata {
    /// The article's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When it was published: `2024-01-02`, or `2024-01-02T08:30` in the page's own time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Where it comes from: the source that the text names, or the name of the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Its canonical address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The language that the page declares.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}
