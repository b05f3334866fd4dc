//! Which rules act.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::error::Result;
use super::evidence::GroupEvidence;
use super::rule_set::Rules;
use crate::document_kind::DocumentKind;
use crate::report::in_family;

/// Which rules leave lines out, and when a document is left alone.
///
/// ```
/// use zhnorm::report::Report;
/// use zhnorm::strip::{Options, strip};
///
/// let article = "来源：晨报\n昨天下了雪，路上的车开得很慢。\n";
/// let text = format!("首页 > 新闻 > 正文\n{article}分享到：新浪微博 腾讯微博\n版权所有 晨报网\n");
/// let default = Options::default();
/// assert_eq!(strip(&text, &default, &mut Report::listing()), article);
/// let more = Options::default().with_dropped("metadata")?;
/// assert_eq!(
///     strip(&text, &more, &mut Report::listing()),
///     "昨天下了雪，路上的车开得很慢。\n"
/// );
/// let less = Options::default().with_kept("share")?.with_kept("legal")?;
/// assert_eq!(
///     strip(&text, &less, &mut Report::listing()),
///     text.strip_prefix("首页 > 新闻 > 正文\n").unwrap()
/// );
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    rules: Rules,
    /// Which rules act, in the order of `rules`; known when the first line meets one.
    active: OnceLock<Arc<[bool]>>,
    also: Vec<String>,
    kept: Vec<String>,
    /// The largest share of a document's characters, from 0 to 1, that may go. A document that
    /// would lose more is left whole, and a flag `guard.share` says so; unless what stays is
    /// sentences, as of a notice on a portal's page, and the share is not set below the usual one.
    pub max_share: f32,
    /// What the other documents of the same folder or host say, where a run has read them.
    pub evidence: Option<GroupEvidence>,
    /// The kind of the documents, where the caller knows it: from a file's name, or because the
    /// text comes from a web page. Without it the text alone decides.
    pub kind_hint: Option<DocumentKind>,
    /// Lines that no rule judges, because the page shows them as code.
    kept_lines: Arc<BTreeSet<String>>,
}

/// Nine tenths: of a short notice on a page with a long frame one tenth can be the article, and
/// what leaves less has most likely taken the article for a list.
pub(super) const MAX_SHARE: f32 = 0.9;

impl Default for Options {
    fn default() -> Self {
        Self::new(Rules::builtin())
    }
}

impl Options {
    /// The default families of these rules: all but `metadata` and `credit`.
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            active: OnceLock::new(),
            also: Vec::new(),
            kept: Vec::new(),
            max_share: MAX_SHARE,
            evidence: None,
            kind_hint: None,
            kept_lines: Arc::default(),
        }
    }

    /// Also leaves out what a rule or a family names that is off by default, such as `metadata`,
    /// `credits` or `credit.editor`.
    ///
    /// # Errors
    ///
    /// [`super::Error::UnknownRule`] when nothing has this name.
    pub fn with_dropped(mut self, name: &str) -> Result<Self> {
        self.also.push(self.rules.resolve(name)?);
        self.active = OnceLock::new();
        Ok(self)
    }

    /// Switches a rule or a family off. It wins over [`Options::with_dropped`].
    ///
    /// # Errors
    ///
    /// [`super::Error::UnknownRule`] when nothing has this name.
    pub fn with_kept(mut self, name: &str) -> Result<Self> {
        self.kept.push(self.rules.resolve(name)?);
        self.active = OnceLock::new();
        Ok(self)
    }

    /// The largest share of a document's characters that may go, from 0 to 1.
    #[must_use]
    pub fn with_max_share(mut self, share: f32) -> Self {
        self.max_share = share;
        self
    }

    /// The same options with what the other documents of a document's group say.
    #[must_use]
    pub fn with_evidence(mut self, evidence: Option<GroupEvidence>) -> Self {
        self.evidence = evidence;
        self
    }

    /// The same options for documents of a known kind. A hint other than
    /// [`DocumentKind::ArticlePage`] is final; that one waives the proof by furniture.
    #[must_use]
    pub fn with_kind_hint(mut self, kind: Option<DocumentKind>) -> Self {
        self.kind_hint = kind;
        self
    }

    /// The same options with lines that stay whatever they say.
    pub(crate) fn with_kept_lines(mut self, lines: impl Iterator<Item = String>) -> Self {
        self.kept_lines = Arc::new(lines.collect());
        self
    }

    /// Whether a line is one of those.
    pub(super) fn keeps_line(&self, line: &str) -> bool {
        !self.kept_lines.is_empty() && self.kept_lines.contains(line.trim())
    }

    /// The rules in use.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Whether a rule of this name acts.
    pub fn acts(&self, name: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|of| in_family(name, of));
        let is_off = |rule: &super::Rule| rule.off && rule.name == name;
        let default = !self.rules.rules().iter().any(is_off);
        (default || named(&self.also)) && !named(&self.kept)
    }

    /// Whether someone asked for a rule to be off.
    pub(super) fn keeps(&self, name: &str) -> bool {
        self.kept.iter().any(|of| in_family(name, of))
    }

    /// Whether the rule at an index acts.
    pub(super) fn active(&self, rule: u16) -> bool {
        let active = self.active.get_or_init(|| {
            let rules = self.rules.rules().iter();
            rules.map(|rule| self.acts(&rule.name)).collect()
        });
        active[usize::from(rule)]
    }
}
