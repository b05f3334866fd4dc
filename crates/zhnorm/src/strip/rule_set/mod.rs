//! The built-in rules and a user's own as one set, with the matcher that compares lines with them.

mod table;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use super::matcher::{Index, Matcher};
use super::rules::{Rule, invalid};
use crate::report::family;
use crate::strip::{Error, Result};

/// Names that people use for a family beside its own.
const ALIASES: [(&str, &str); 4] = [
    ("credits", "credit"),
    ("disclaimer", "legal.disclaimer"),
    ("copyright", "legal.copyright"),
    ("ads", "advertisement"),
];

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

    /// Whether there are rules of a user.
    pub(super) fn has_users(&self) -> bool {
        self.extended.is_some()
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

    /// The name that `name` represents, when it names a rule, a family or a part of one.
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

/// What the stage does beside matching lines with rules, under names of the same kind.
pub(super) const MADE: [(&str, &str); 14] = [
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
        "html.share",
        "A flag: less than 80 % of the sentences of a page were taken",
    ),
    (
        "html.left-out",
        "A line of a web page outside its main part",
    ),
    (
        "html.too-long",
        "A flag: a page has more than 20,000 lines, and its sentences alone decided what is the article",
    ),
    (
        "duplicate.exact",
        "A flag: the lines of a text are those of an earlier text of the run (--duplicates)",
    ),
    (
        "duplicate.near",
        "A flag: most lines of a text are those of an earlier text of the run (--duplicates)",
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
    use crate::strip::rules::{Anchor, anchor};

    #[test]
    fn a_text_of_one_line_is_left_alone_whatever_it_meets() {
        use crate::report::Report;
        use crate::strip::{Options, kind_of_one_line, strip_lines};

        let mut lines = 0;
        for rule in table::rules_with_examples() {
            for line in rule.matches.iter().chain(&rule.keeps) {
                for text in [line.to_string(), format!("{line}\n")] {
                    let options = Options::default();
                    let mut report = Report::listing();
                    // What the quick answer leaves out would say the same.
                    assert_eq!(strip_lines(&text, &options, &mut report), text);
                    assert_eq!(report.changes(), [], "{text}");
                    let quick = kind_of_one_line(&text, &options);
                    assert_eq!(quick, report.document_kind(), "{text}");
                    lines += 1;
                }
            }
        }
        assert!(lines > 500, "{lines}");
    }

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
                context: false,
                spelling: None,
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
