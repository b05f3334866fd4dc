//! Rules as data: what a line must say to be left out.
//!
//! The built-in rules are written in `rules.toml`, which is meant to be read. `cargo xtask
//! strip-rules` turns it into `rules.table`, which is read in place, so that a run parses no TOML;
//! a test compares the two. A user's own rules have the same form ([`Rule`]) and are added with
//! [`Rules::with_user`].

mod anchor;
mod needs;
mod table;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

pub(super) use anchor::{Anchor, anchor, source};
pub(super) use needs::{ends, needs};

use super::document::DocumentKind;
use super::matcher::{Index, Matcher};
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

/// Names that people use for a family beside its own.
const ALIASES: [(&str, &str); 4] = [
    ("credits", "credit"),
    ("disclaimer", "legal.disclaimer"),
    ("copyright", "legal.copyright"),
    ("ads", "advertisement"),
];

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
    /// The dotted name; what stands before the first dot is the family.
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
        self.name.split('.').next().unwrap_or(&self.name)
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

/// A set of rules. Cheap to make and to clone: what matching needs is made when a line asks.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// With a user's own; without, the built-in ones alone.
    extended: Option<Arc<Extended>>,
}

#[derive(Debug)]
struct Extended {
    rules: Vec<Rule>,
    /// How many of them, from the first one, are the user's.
    own: usize,
    matcher: Matcher,
}

/// Made once for a process: the table is a constant, and so is what is made of it.
static BUILTIN: LazyLock<Vec<Rule>> = LazyLock::new(table::rules);
static BUILTIN_MATCHER: LazyLock<Matcher> =
    LazyLock::new(|| Matcher::new(&BUILTIN, table::index()));

impl Rules {
    /// The rules that come with the library.
    pub fn builtin() -> Self {
        Self::default()
    }

    /// These rules and a user's own, which are asked first.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRule`] when a rule has no name or nothing to match, a pattern cannot be
    /// read, or an example of the rule does not come out as the rule says.
    pub fn with_user(&self, user: Vec<Rule>) -> Result<Self> {
        for rule in &user {
            check(rule)?;
        }
        let mut rules = user;
        let own = rules.len();
        rules.extend(self.rules().iter().cloned());
        let matcher = Matcher::new(&rules, Index::new(&rules)?);
        matcher.compile_all(&rules[..own])?;
        for rule in &rules[..own] {
            examples(rule, &rules, &matcher)?;
        }
        Ok(Self {
            extended: Some(Arc::new(Extended {
                rules,
                own,
                matcher,
            })),
        })
    }

    /// The rules, in the order in which they are asked.
    pub fn rules(&self) -> &[Rule] {
        self.extended
            .as_ref()
            .map_or(&*BUILTIN, |extended| &extended.rules)
    }

    /// Whether the rule at a place is a user's own.
    pub(super) fn is_own(&self, place: u16) -> bool {
        self.extended
            .as_ref()
            .is_some_and(|extended| usize::from(place) < extended.own)
    }

    /// The names of the families, sorted.
    pub fn families(&self) -> BTreeSet<&str> {
        self.rules()
            .iter()
            .map(Rule::family)
            .chain(MADE.iter().map(|(name, _)| family(name)))
            .collect()
    }

    pub(super) fn matcher(&self) -> &Matcher {
        self.extended
            .as_ref()
            .map_or(&*BUILTIN_MATCHER, |extended| &extended.matcher)
    }

    /// The name that `name` stands for, when it names a rule, a family or a part of one.
    pub(super) fn resolve(&self, name: &str) -> Result<String> {
        let name = ALIASES
            .iter()
            .find(|(alias, _)| *alias == name)
            .map_or(name, |(_, family)| family);
        let known = self.rules().iter().map(|rule| rule.name.as_ref());
        let made = MADE.iter().map(|(name, _)| *name);
        if known
            .chain(made)
            .any(|rule| crate::report::in_family(rule, name))
        {
            return Ok(name.to_owned());
        }
        Err(Error::UnknownRule {
            rule: name.to_owned(),
            families: self.families().into_iter().collect::<Vec<_>>().join(", "),
        })
    }
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

/// What the stage does beside matching lines with rules, under names of the same kind.
pub(super) const MADE: [(&str, &str); 9] = [
    (
        "related.item",
        "A title, date or summary in a list that a related heading opened",
    ),
    (
        "navigation.item",
        "A short line between lines of the page's frame",
    ),
    (
        "template",
        "A line that recurs in other documents of the same folder or host (corpus evidence)",
    ),
    (
        "template.kind",
        "A line of which each page of the same folder or host has one: a date, a source, an editor, numbers among the same words (corpus evidence)",
    ),
    (
        "html.article",
        "The text of a web page's main part, a line for each block",
    ),
    (
        "html.whole",
        "A flag: no part of a page stood out, and all of its text was taken",
    ),
    (
        "guard.share",
        "A flag: too much of a document would go, and it was left whole",
    ),
    (
        "blank",
        "Blank lines between dropped lines at the start or the end of a text and what stays",
    ),
    (
        "final-newline",
        "The line end that the last line of a rewritten text lacked",
    ),
];

fn family(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn invalid(rule: &Rule, problem: impl Into<String>) -> Error {
    Error::InvalidRule {
        rule: rule.name.clone().into_owned(),
        problem: problem.into(),
    }
}

fn check(rule: &Rule) -> Result<()> {
    let legal = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if !rule.name.split('.').all(legal) {
        return Err(invalid(
            rule,
            "a name is lower-case words joined by dots, such as promotion.subscribe",
        ));
    }
    let says_something = [&rule.lines, &rule.words, &rule.patterns, &rule.phrases]
        .into_iter()
        .any(|list| !list.is_empty());
    if !says_something {
        return Err(invalid(
            rule,
            "it matches nothing; give it lines, words, patterns or phrases",
        ));
    }
    Ok(())
}

/// Tries a rule's examples.
fn examples(rule: &Rule, rules: &[Rule], matcher: &Matcher) -> Result<()> {
    let is_hit = |line: &str| {
        matcher
            .all_hits(line)
            .iter()
            .any(|&hit| rules[usize::from(hit)].name == rule.name)
    };
    let unmatched = rule.matches.iter().filter(|line| !is_hit(line));
    let unkept = rule.keeps.iter().filter(|line| is_hit(line));
    let problems: Vec<String> = unmatched
        .map(|line| format!("it should match `{line}`, and does not"))
        .chain(unkept.map(|line| format!("it should not match `{line}`, and does")))
        .collect();
    if problems.is_empty() {
        return Ok(());
    }
    Err(invalid(rule, problems.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_builtin_pattern_compiles() {
        let rules = table::rules_with_examples();
        let matcher = Matcher::new(&rules, table::index());
        matcher.compile_all(&rules).unwrap();
    }

    #[test]
    fn the_tables_index_is_that_of_its_rules() {
        let index = Index::new(&table::rules()).unwrap();
        assert!(
            index == table::index(),
            "matching was changed: run `cargo xtask strip-rules`"
        );
    }

    #[test]
    fn a_pattern_without_an_anchor_says_what_it_needs() {
        for rule in table::rules_with_examples() {
            let mut patterns = rule.patterns.iter();
            let floating = patterns.any(|text| anchor(text) == Ok(Anchor::Floating));
            assert!(!floating || !rule.has.is_empty(), "{} floats", rule.name);
        }
    }

    #[test]
    fn every_rule_says_what_it_matches_and_what_it_keeps() {
        let rules = table::rules_with_examples();
        let matcher = Matcher::new(&rules, table::index());
        let wrong: Vec<String> = rules
            .iter()
            .filter_map(|rule| examples(rule, &rules, &matcher).err())
            .map(|error| error.to_string())
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        for rule in &rules {
            check(rule).unwrap();
            assert!(!rule.about.is_empty(), "{} has no meaning", rule.name);
            assert!(!rule.matches.is_empty(), "{} has no example", rule.name);
            assert!(
                !rule.keeps.is_empty(),
                "{} has no counterexample",
                rule.name
            );
        }
    }

    #[test]
    fn what_a_rule_matches_it_matches_in_the_wording_of_other_regions() {
        use crate::convert::{Config, Options, Plan, Provenance, convert};
        let rules = table::rules_with_examples();
        let matcher = Matcher::new(&rules, table::index());
        for config in [Config::S2twp, Config::S2hkp, Config::Tw2sp, Config::Hk2sp] {
            let plan = Plan {
                configs: vec![config],
                provenance: Provenance::Written,
            };
            let mut report = crate::report::Report::counting();
            let mut wrong = Vec::new();
            for rule in &rules {
                let mut converted = rule.clone();
                for line in &mut converted.matches {
                    let options = Options::default();
                    *line = convert(line, &plan, &options, &mut report)
                        .into_owned()
                        .into();
                }
                converted.keeps.clear();
                wrong.extend(examples(&converted, &rules, &matcher).err());
            }
            assert!(wrong.is_empty(), "{config:?}: {wrong:?}");
        }
    }

    #[test]
    fn names_are_unique() {
        let rules = table::rules_with_examples();
        let names: BTreeSet<_> = rules.iter().map(|rule| &rule.name).collect();
        assert_eq!(names.len(), rules.len());
    }

    #[test]
    fn a_users_rule_with_a_wrong_example_is_refused() {
        let rule = |matches: &str, keeps: &str| Rule {
            name: "site.footer".into(),
            patterns: vec!["本站由.{2,16}驱动".into()],
            matches: vec![matches.to_owned().into()],
            keeps: vec![keeps.to_owned().into()],
            ..Rule::default()
        };
        let builtin = Rules::builtin();
        assert!(
            builtin
                .with_user(vec![rule("本站由 WordPress 驅動", "本站由来")])
                .is_ok()
        );
        let error = builtin
            .with_user(vec![rule("本站", "本站由来")])
            .unwrap_err();
        assert!(error.to_string().contains("should match `本站`"), "{error}");
        let error = builtin
            .with_user(vec![rule("本站由 a b 驱动", "本站由电力驱动")])
            .unwrap_err();
        assert!(error.to_string().contains("should not match"), "{error}");
    }

    #[test]
    fn a_pattern_that_cannot_be_read_names_its_rule() {
        let rule = Rule {
            name: "site.footer".into(),
            patterns: vec!["(".into()],
            ..Rule::default()
        };
        let error = Rules::builtin().with_user(vec![rule]).unwrap_err();
        assert!(error.to_string().contains("site.footer"), "{error}");
    }
}
