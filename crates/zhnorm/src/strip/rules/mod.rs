//! Rules as data: what a line must say to be left out.
//!
//! The built-in rules are written in `rules.toml`, which is meant to be read. `cargo xtask
//! strip-rules` turns it into `rules.table`, which is read in place, so that a run parses no TOML;
//! a test compares the two. A user's own rules have the same form ([`Rule`]). [`super::rule_set`]
//! puts both together.

mod anchor;
mod needs;

use std::borrow::Cow;

use serde::Deserialize;

pub(super) use anchor::{Anchor, anchor, source};
pub(super) use needs::{ends, needs};

use crate::document_kind::DocumentKind;
use crate::report::family;
use crate::strip::{Error, Result};

/// Where the lines of a rule are found, and so what they prove.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Role {
    /// Around an article. Several such lines prove an article page, and end an article.
    #[default]
    Furniture,
    /// Around an article and inside it, as an advertisement: it does not end one.
    Inset,
    /// Between the texts of several writers: it does not end an article.
    Between,
    /// Around each post of a thread; many of them make a document a thread.
    Post,
    /// About the article itself: its date, source or author. It proves nothing.
    About,
}

/// Whether a template writes one such line on each page, with other words on each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Template {
    /// It does not.
    #[default]
    None,
    /// It does: lines that meet the rule are of one kind.
    Line,
    /// It does: lines that give a date are of one kind, whether they meet the rule or not.
    Date,
}

/// One rule: a name and the lines that it is about. In TOML:
///
/// ```toml
/// [[rule]]
/// name = "promotion.subscribe"
/// about = "Asks to subscribe to the paper"
/// lines = ["订阅本报电子版"]
/// patterns = ['欢迎订阅.{2,20}']
/// matches = ["歡迎訂閱《晨報》電子版"]
/// keeps = ["他欢迎订阅者来信,信件会在下一期刊出。"]
/// ```
///
/// `lines`, `words` and `phrases` may be written in either script. `patterns` are regular
/// expressions for the whole of the *folded* line: simplified, lower case, ASCII punctuation,
/// `[` for every square bracket, `|` for every bar, `·`, `-`, `>` and `…` for their likes.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The dotted name; what is before the first dot is the family.
    pub name: Cow<'static, str>,
    /// What such a line is, in words.
    #[serde(default)]
    pub about: Cow<'static, str>,
    /// Whole lines, compared without brackets, bullets, colons and arrows around them.
    #[serde(default)]
    pub lines: Vec<Cow<'static, str>>,
    /// Words of an interface: a line that consists of such words alone, of this rule or another,
    /// is one. Three words are enough for a verdict; one or two need company.
    #[serde(default)]
    pub words: Vec<Cow<'static, str>>,
    /// Words that may stand among `words` and prove nothing.
    #[serde(default)]
    pub fillers: Vec<Cow<'static, str>>,
    /// Regular expressions for the whole folded line.
    #[serde(default)]
    pub patterns: Vec<Cow<'static, str>>,
    /// Words of which a line must hold one before those patterns are tried that neither begin nor
    /// end with something definite. Without any they are tried on every line, which takes time.
    #[serde(default)]
    pub has: Vec<Cow<'static, str>>,
    /// Phrases of which a line must hold [`Rule::at_least`] different ones.
    #[serde(default)]
    pub phrases: Vec<Cow<'static, str>>,
    /// How many of the `phrases` a line must hold; 0 is read as 2.
    #[serde(default)]
    pub at_least: usize,
    /// The longest line, in characters, that the rule looks at; 0 is read as 40.
    #[serde(default)]
    pub max: usize,
    /// Whether a line needs company: it counts only beside other lines that are no article.
    #[serde(default)]
    pub weak: bool,
    /// Whether the line heads a list of titles.
    #[serde(default)]
    pub opens: bool,
    /// Whether the rule is off unless it is asked for.
    #[serde(default)]
    pub off: bool,
    /// Where such lines are found.
    #[serde(default)]
    pub role: Role,
    /// Whether a template writes such a line on each page; for corpus evidence.
    #[serde(default)]
    pub template: Template,
    /// The kinds of documents in which the rule acts. None is read as article pages only; of a
    /// user's own rule, as every kind.
    #[serde(default)]
    pub kinds: Vec<DocumentKind>,
    /// Lines that the rule must match; tried when the rule is read.
    #[serde(default)]
    pub matches: Vec<Cow<'static, str>>,
    /// Lines that the rule must not match; tried when the rule is read.
    #[serde(default)]
    pub keeps: Vec<Cow<'static, str>>,
}

impl Rule {
    /// The family: the name up to its first dot.
    pub fn family(&self) -> &str {
        family(&self.name)
    }

    /// Whether the rule is on by default.
    pub fn default_on(&self) -> bool {
        !self.off
    }

    /// Whether the rule acts in documents of a kind.
    pub fn acts_in(&self, kind: DocumentKind) -> bool {
        if self.kinds.is_empty() {
            kind == DocumentKind::ArticlePage
        } else {
            self.kinds.contains(&kind)
        }
    }

    pub(super) fn wrong_pattern(&self, pattern: &str, problem: &str) -> Error {
        invalid(self, format!("pattern `{pattern}`: {problem}"))
    }

    pub(super) fn longest(&self) -> usize {
        if self.max == 0 { 40 } else { self.max }
    }

    pub(super) fn phrases_needed(&self) -> usize {
        if self.at_least == 0 { 2 } else { self.at_least }
    }
}

/// A file of rules: named parts of patterns, written `{date}` where they are used, and the rules.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Parts of patterns, by name.
    #[serde(default)]
    pub parts: std::collections::BTreeMap<String, String>,
    /// The rules, in order: where several match a line, the first one names it.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
}

/// A file's rules with the named parts written out in their patterns.
///
/// # Errors
///
/// [`Error::InvalidRule`] when a pattern names a part that the file does not have.
pub fn expanded(file: RuleFile) -> Result<Vec<Rule>> {
    let RuleFile { parts, mut rules } = file;
    for rule in &mut rules {
        for pattern in &mut rule.patterns {
            // Parts are made of parts: a few rounds write out any sensible nesting.
            for _ in 0..4 {
                for (name, part) in &parts {
                    let place = format!("{{{name}}}");
                    if pattern.contains(&place) {
                        *pattern = pattern.replace(&place, &format!("(?:{part})")).into();
                    }
                }
            }
            let left = pattern.match_indices('{').find(|(at, _)| {
                pattern[at + 1..].starts_with(|char: char| char.is_ascii_lowercase())
                    && !pattern[..*at].ends_with("\\p")
            });
            if let Some((at, _)) = left {
                let name = pattern[at..]
                    .split_inclusive('}')
                    .next()
                    .unwrap_or_default();
                let problem = format!("no part {name} in pattern `{pattern}`");
                return Err(Error::InvalidRule {
                    rule: rule.name.clone().into_owned(),
                    problem,
                });
            }
        }
    }
    Ok(rules)
}

pub(super) fn invalid(rule: &Rule, problem: impl Into<String>) -> Error {
    Error::InvalidRule {
        rule: rule.name.clone().into_owned(),
        problem: problem.into(),
    }
}
