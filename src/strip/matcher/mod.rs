//! All rules at once: which of them does a line meet?
//!
//! Most lines of an article are long and meet none, and that has to cost next to nothing: the
//! [`screen`] says so from the raw line. What it lets through is folded and asked: is it a known
//! line, does it match one of the patterns that begin or end as it does or of whose words it
//! holds one, does it consist of interface words, does it hold enough telling phrases? The
//! [`index`] has all this sorted, so that a question is a binary search. All of it takes linear
//! time.
//!
//! Nothing is made before the first line asks for it: the screen with the first document, a
//! pattern with the first line that holds what its matches must hold.

mod index;
mod pattern;
mod screen;

use std::sync::OnceLock;

use super::fold::{core, fold_line, is_han};
use super::rules::{Rule, holds};
use crate::Result;

use index::ENDS;
pub use index::{Index, Source, Tells, Word};
use pattern::Pattern;
use screen::Screen;

/// Lines of more characters than this are the article's.
const LONGEST: usize = 800;

/// The longest interface word, in characters.
const LONGEST_WORD: usize = 10;

/// A rule that a line met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// The index of the rule.
    pub rule: u16,
    /// Whether the line is a verdict by itself; otherwise it needs company.
    pub strong: bool,
}

/// The rules, ready to be asked.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    index: Index,
    screen: OnceLock<Screen>,
    patterns: Box<[OnceLock<Option<Pattern>>]>,
    weak: Vec<bool>,
    longest: Vec<usize>,
    needed: Vec<usize>,
    /// The fewest phrases that some rule is content with.
    needed_phrases: usize,
}

/// Working memory of one document.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    folded: String,
}

impl Matcher {
    /// A matcher for rules and their index.
    pub(super) fn new(rules: &[Rule], index: Index) -> Self {
        Self {
            weak: rules.iter().map(|rule| rule.weak).collect(),
            longest: rules.iter().map(Rule::longest).collect(),
            needed: rules.iter().map(Rule::phrases_needed).collect(),
            needed_phrases: rules
                .iter()
                .filter(|rule| !rule.phrases.is_empty())
                .map(Rule::phrases_needed)
                .min()
                .unwrap_or(usize::MAX),
            patterns: index.patterns.iter().map(|_| OnceLock::new()).collect(),
            index,
            screen: OnceLock::new(),
        }
    }

    /// Compiles the patterns of the first so many rules now, so that one which cannot be is found.
    pub(super) fn compile_all(&self, rules: &[Rule]) -> Result<()> {
        for pattern in &self.index.patterns {
            if let Some(rule) = rules.get(usize::from(pattern.rule)) {
                Pattern::new(&pattern.text)
                    .map_err(|problem| rule.wrong_pattern(&pattern.text, &problem))?;
            }
        }
        Ok(())
    }

    /// Whether a pattern matches the whole of a folded line. One that does not compile matches
    /// nothing; users' patterns are compiled when they are read, built-in ones by the tests.
    fn matches(&self, pattern: u16, folded: &str) -> bool {
        let at = usize::from(pattern);
        let source = &self.index.patterns[at];
        let compiled = match self.patterns[at].get() {
            Some(compiled) => compiled,
            None if !holds(&source.needs, folded) => return false,
            None => self.patterns[at].get_or_init(|| Pattern::new(&source.text).ok()),
        };
        compiled
            .as_ref()
            .is_some_and(|pattern| pattern.matches(folded))
    }

    /// The first rule that a line meets, lines before patterns before words before phrases.
    pub(super) fn hit(&self, line: &str, scratch: &mut Scratch) -> Option<Hit> {
        if self.screen().lets_through(line) {
            self.ask(line, scratch)
        } else {
            None
        }
    }

    fn screen(&self) -> &Screen {
        self.screen
            .get_or_init(|| Screen::new(&self.index, &self.longest, self.needed_phrases))
    }

    /// The same without a first look at the raw line.
    fn ask(&self, line: &str, scratch: &mut Scratch) -> Option<Hit> {
        fold_line(line, LONGEST, &mut scratch.folded);
        let folded = scratch.folded.as_str();
        let inner = core(folded);
        if inner.is_empty() {
            return None;
        }
        if let Some(rule) = self.line(inner) {
            return Some(self.verdict(rule));
        }
        let length = folded.chars().count();
        let told = self.screen().told(folded);
        if let Some(rule) = self
            .matching(folded, length, &told)
            .min_by_key(|&rule| (self.weak[usize::from(rule)], rule))
        {
            return Some(self.verdict(rule));
        }
        self.interface(inner)
            .or_else(|| self.by_phrases(&told, length).next())
    }

    /// Every rule that a line meets by itself; for trying a rule's examples.
    pub(super) fn all_hits(&self, line: &str) -> Vec<u16> {
        let mut folded = String::new();
        fold_line(line, LONGEST, &mut folded);
        let length = folded.chars().count();
        let inner = core(&folded);
        let told = self.screen().told(&folded);
        let mut rules: Vec<u16> = self.matching(&folded, length, &told).collect();
        rules.extend(self.line(inner));
        rules.extend(self.interface(inner).map(|hit| hit.rule));
        rules.extend(self.by_phrases(&told, length).map(|hit| hit.rule));
        rules
    }

    fn line(&self, inner: &str) -> Option<u16> {
        let lines = &self.index.lines;
        let at = lines
            .binary_search_by(|(line, _)| line.as_ref().cmp(inner))
            .ok()?;
        Some(lines[at].1)
    }

    /// The rules of the patterns that match a folded line of this many characters.
    fn matching<'m>(
        &'m self,
        folded: &'m str,
        length: usize,
        told: &'m [usize],
    ) -> impl Iterator<Item = u16> + 'm {
        let end = ENDS.iter().position(|&end| folded.ends_with(end));
        self.candidates(folded, told).filter_map(move |pattern| {
            let &Source { rule, ends, .. } = &self.index.patterns[usize::from(pattern)];
            let may_match = length <= self.longest[usize::from(rule)]
                && end.is_none_or(|end| ends & 1 << end != 0);
            (may_match && self.matches(pattern, folded)).then_some(rule)
        })
    }

    /// The patterns that may match a folded line.
    fn candidates<'m>(
        &'m self,
        folded: &str,
        told: &'m [usize],
    ) -> impl Iterator<Item = u16> + use<'m> {
        let pair = |chars: &mut dyn Iterator<Item = char>| {
            (chars.next().unwrap_or('\0'), chars.next().unwrap_or('\0'))
        };
        let (first, second) = pair(&mut folded.chars());
        let (last, before) = pair(&mut folded.chars().rev());
        let with = |list: &'m [(char, char, u16)], key: (char, char)| {
            let from = list.partition_point(|&(a, b, _)| (a, b) < key);
            list[from..]
                .iter()
                .take_while(move |&&(a, b, _)| (a, b) == key)
                .map(|&(_, _, pattern)| pattern)
        };
        let index = &self.index;
        let by_word = told
            .iter()
            .filter_map(|&place| match index.needles[place].1 {
                Tells::Pattern(pattern) => Some(pattern),
                Tells::Phrase(_) => None,
            });
        with(&index.heads, (first, second))
            .chain(with(&index.heads, (first, '\0')))
            .chain(with(&index.tails, (last, before)))
            .chain(with(&index.tails, (last, '\0')))
            .chain(index.always.iter().copied())
            .chain(by_word)
    }

    /// The rules of which a folded line holds enough phrases.
    fn by_phrases(&self, told: &[usize], length: usize) -> impl Iterator<Item = Hit> {
        let mut counts: Vec<(u16, usize)> = Vec::new();
        for &place in told {
            let Tells::Phrase(rule) = self.index.needles[place].1 else {
                continue;
            };
            match counts.iter_mut().find(|(of, _)| *of == rule) {
                Some((_, count)) => *count += 1,
                None => counts.push((rule, 1)),
            }
        }
        counts.into_iter().filter_map(move |(rule, count)| {
            let at = usize::from(rule);
            (count >= self.needed[at] && length <= self.longest[at]).then(|| self.verdict(rule))
        })
    }

    fn verdict(&self, rule: u16) -> Hit {
        Hit {
            rule,
            strong: !self.weak[usize::from(rule)],
        }
    }

    /// The longest interface word at the start of text, and its length in bytes.
    fn word_at(&self, text: &str) -> Option<(Word, usize)> {
        let mut ends = [0_usize; LONGEST_WORD];
        let mut count = 0;
        for (at, char) in text.char_indices().take(LONGEST_WORD) {
            ends[count] = at + char.len_utf8();
            count += 1;
        }
        let words = &self.index.words;
        ends[..count].iter().rev().find_map(|&end| {
            let at = words
                .binary_search_by(|(word, _)| word.as_ref().cmp(&text[..end]))
                .ok()?;
            // A Latin word ends where letters end.
            let letter = |char: char| char.is_ascii_alphabetic();
            let cut = text[..end].ends_with(letter) && text[end..].starts_with(letter);
            (!cut).then_some((words[at].1, end))
        })
    }

    /// Whether a line consists of interface words and numbers alone.
    fn interface(&self, line: &str) -> Option<Hit> {
        let last = line.chars().next_back()?;
        if !(self.screen().ends_word(last) || is_separator(last) || last.is_ascii_digit()) {
            return None;
        }
        let mut rest = line;
        let mut strong = 0;
        let mut named: Option<u16> = None;
        let mut filler: Option<u16> = None;
        let mut boundary = true;
        let mut words = 0;
        while let Some(first) = rest.chars().next() {
            if is_separator(first) || first.is_ascii_digit() {
                boundary = true;
                rest = &rest[first.len_utf8()..];
                continue;
            }
            let (word, length) = self.word_at(rest)?;
            let after = rest[length..].chars().next();
            if length == first.len_utf8() {
                // One character is a word only where it stands alone, and so is a filler.
                let ends = after.is_none_or(|next| is_separator(next) || next.is_ascii_digit());
                if !(boundary && ends) {
                    return None;
                }
            }
            words += 1;
            if word.filler {
                filler.get_or_insert(word.rule);
            } else {
                // Words run together are one: only a row of them is an interface's.
                strong += usize::from(boundary);
                named.get_or_insert(word.rule);
            }
            rest = &rest[length..];
            boundary = false;
        }
        if words == 0 {
            return None;
        }
        let rule = named.or(filler)?;
        Some(Hit {
            rule,
            strong: strong >= 3,
        })
    }
}

/// What stands between the words of an interface.
fn is_separator(char: char) -> bool {
    // Commas and full stops are prose: an enumeration is not a row of buttons.
    !(is_han(char) || matches!(char, ',' | '、' | '。' | ';' | '!') || char.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strip::rules::{Anchor, Rules, anchor};

    /// Every line of the rules, and lines like those.
    fn lines() -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for rule in Rules::builtin().rules() {
            let texts = rule.matches.iter().chain(&rule.keeps).chain(&rule.lines);
            lines.extend(texts.map(ToString::to_string));
            for word in rule.words.iter().chain(&rule.phrases).chain(&rule.has) {
                lines.push(word.to_string());
                lines.push(format!("  【{word}】 12 | {word}…… >"));
                lines.push(format!("昨天{word}下雪"));
            }
        }
        let framed: Vec<String> = lines
            .iter()
            .flat_map(|line| {
                [
                    format!("　◆ {line} ★"),
                    format!("“{line}”："),
                    line.repeat(2),
                ]
            })
            .collect();
        lines.extend(framed);
        lines
    }

    /// Anchors and needs save time and must lose nothing: a pattern that matches a line, tried or
    /// not, is one that the line asks for, and the line holds what the pattern needs.
    #[test]
    fn no_pattern_that_matches_goes_unasked() {
        let rules = Rules::builtin();
        let matcher = rules.matcher();
        let floats: Vec<bool> = matcher
            .index
            .patterns
            .iter()
            .map(|source| matches!(anchor(&source.text), Ok(Anchor::Floating)))
            .collect();
        let compiled: Vec<Pattern> = matcher
            .index
            .patterns
            .iter()
            .map(|source| Pattern::new(&source.text).unwrap())
            .collect();
        for line in lines() {
            let mut folded = String::new();
            fold_line(&line, LONGEST, &mut folded);
            let told = matcher.screen().told(&folded);
            let asked: Vec<u16> = matcher.candidates(&folded, &told).collect();
            for (place, source) in matcher.index.patterns.iter().enumerate() {
                if compiled[place].matches(&folded) {
                    let asked = floats[place] || asked.contains(&(place as u16));
                    assert!(asked, "`{line}` matches {} unasked", source.text);
                    let end = ENDS.iter().position(|&end| folded.ends_with(end));
                    let ends = end.is_none_or(|end| source.ends & 1 << end != 0);
                    assert!(ends, "`{line}` matches {} and ends so", source.text);
                    let holds = holds(&source.needs, &folded);
                    assert!(holds, "`{line}` matches {} without needs", source.text);
                }
            }
        }
    }

    #[test]
    fn the_screen_lets_every_line_through_that_meets_a_rule() {
        let rules = Rules::builtin();
        let matcher = rules.matcher();
        let mut scratch = Scratch::default();
        for line in lines() {
            let asked = matcher.ask(&line, &mut scratch);
            let looked = matcher.hit(&line, &mut scratch);
            assert_eq!(looked, asked, "`{line}`");
        }
    }
}
