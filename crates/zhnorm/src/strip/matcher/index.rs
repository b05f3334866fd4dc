//! Rules taken apart into what can be looked up.
//!
//! Folding, sorting and analysing a few thousand words takes longer than most documents do. So
//! the index of the built-in rules is part of `rules.table`, and only users' rules are
//! indexed at run time.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::strip::folded::{chars, folded};
use crate::strip::rules::{Anchor, Rule, anchor, ends, needs, source};
use crate::strip::{Error, Result};

/// What most lines of an article end with, folded, and most lines of a frame do not.
pub(super) const ENDS: [char; 5] = ['。', ';', ',', '"', ':'];

/// Rules, as a line is compared with them. All texts are folded, all lists sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// Known lines, without what frames them, and the rule of each.
    pub lines: Vec<(Cow<'static, str>, u16)>,
    /// Interface words.
    pub words: Vec<(Cow<'static, str>, Word)>,
    /// Patterns, in the order of the rules.
    pub patterns: Vec<Source>,
    /// The characters with which the matches of a pattern begin (a NUL for any second one), and
    /// the pattern's place.
    pub heads: Vec<(char, char, u16)>,
    /// The same for their ends, last character first.
    pub tails: Vec<(char, char, u16)>,
    /// Words inside a line that point to a rule.
    pub needles: Vec<(Cow<'static, str>, Hint)>,
    /// Patterns that have to be tried on every line.
    pub always: Vec<u16>,
}

/// An interface word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// The rule's place.
    pub rule: u16,
    /// Whether it proves nothing by itself.
    pub filler: bool,
}

/// A pattern, not compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The rule's place.
    pub rule: u16,
    /// The regular expression for the whole folded line.
    pub text: Cow<'static, str>,
    /// Which of `。`, `;`, `,`, `"` and `:` a match can end with, a bit for each.
    pub ends: u8,
    /// What every match holds: of each group, separated by U+0002, one of the texts, separated by
    /// U+0001.
    pub needs: Cow<'static, str>,
}

/// What a word inside a line points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// One of the phrases of the rule at this place.
    Phrase(u16),
    /// That the pattern at this place, which neither begins nor ends with something definite, may
    /// match.
    Pattern(u16),
}

impl Index {
    /// Takes rules apart, whose patterns have their parts written out already.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRule`] when a pattern cannot be read.
    pub fn new(rules: &[Rule]) -> Result<Self> {
        let mut index = Self::default();
        let mut lines = BTreeMap::new();
        let mut words = BTreeMap::new();
        let fold = |text: &str| chars(folded(text).units()).collect::<String>();
        for (place, rule) in rules.iter().enumerate() {
            let place = u16::try_from(place).map_err(|_| too_many(rule))?;
            for line in &rule.lines {
                let core: String = chars(folded(line).core()).collect();
                lines.entry(core).or_insert(place);
            }
            let strong = rule.words.iter().map(|word| (word, false));
            let fillers = rule.fillers.iter().map(|word| (word, true));
            for (word, filler) in strong.chain(fillers) {
                let word = fold(word);
                if !word.is_empty() {
                    let known = Word {
                        rule: place,
                        filler,
                    };
                    words.entry(word).or_insert(known);
                }
            }
            for text in &rule.patterns {
                index.pattern(rule, place, text)?;
            }
            let phrases = rule.phrases.iter();
            index
                .needles
                .extend(phrases.map(|word| (fold(word).into(), Hint::Phrase(place))));
        }
        index.lines = lines
            .into_iter()
            .map(|(text, rule)| (text.into(), rule))
            .collect();
        index.words = words
            .into_iter()
            .map(|(text, word)| (text.into(), word))
            .collect();
        index.heads.sort_unstable();
        index.heads.dedup();
        index.tails.sort_unstable();
        index.tails.dedup();
        index.needles.retain(|(word, _)| !word.is_empty());
        index.needles.sort_unstable();
        index.needles.dedup();
        Ok(index)
    }

    fn pattern(&mut self, rule: &Rule, of_rule: u16, text: &str) -> Result<()> {
        let wrong = |problem: String| rule.wrong_pattern(text, &problem);
        let place = u16::try_from(self.patterns.len()).map_err(|_| too_many(rule))?;
        let key = |chars: &mut dyn Iterator<Item = char>| {
            (chars.next().unwrap_or('\0'), chars.next().unwrap_or('\0'))
        };
        match anchor(text).map_err(wrong)? {
            Anchor::Head(heads) => self.heads.extend(heads.iter().map(|head| {
                let (first, second) = key(&mut head.chars());
                (first, second, place)
            })),
            Anchor::Tail(tails) => self.tails.extend(tails.iter().map(|tail| {
                let (last, before) = key(&mut tail.chars().rev());
                (last, before, place)
            })),
            Anchor::Floating if rule.has.is_empty() => self.always.push(place),
            Anchor::Floating => self.needles.extend(rule.has.iter().map(|word| {
                let inner: String = chars(folded(word).units()).collect();
                // A bar alone is cut off as a bullet is.
                let word = if inner.is_empty() {
                    word.clone().into_owned()
                } else {
                    inner
                };
                (word.into(), Hint::Pattern(place))
            })),
        }
        self.patterns.push(Source {
            rule: of_rule,
            text: source(text).into(),
            ends: ends(text, &ENDS).map_err(wrong)?,
            needs: needs(text).map_err(wrong)?.into(),
        });
        Ok(())
    }
}

fn too_many(rule: &Rule) -> Error {
    Error::InvalidRule {
        rule: rule.name.clone().into_owned(),
        problem: "more rules or patterns than 65,535".to_owned(),
    }
}
