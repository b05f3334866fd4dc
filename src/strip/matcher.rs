//! All rules at once: which of them does a line meet?
//!
//! Most lines of an article are long and meet none, and that has to cost next to nothing. Rules
//! match whole lines, so a line's first and last characters tell which could match: of a line
//! longer than [`SHORT`] bytes only the head is folded, and the rest only when that head begins
//! some rule for long lines or the line holds one of a few telling words. A short line is folded
//! whole and asked: is it a known line (a hash lookup), does it match one of the patterns that
//! begin or end as it does, does it consist of interface words (a walk over a lexicon), does it
//! hold enough telling phrases (one Aho-Corasick automaton)? All of it takes linear time.
//!
//! A pattern is compiled when the first line asks for it, so that a run starts at once.

use std::collections::HashMap;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use regex_automata::meta::Regex;
use regex_automata::{Anchored, Input};

use super::fold::{self, core, fold_line, is_han};
use super::rules::{Anchor, Rule, anchor, source};
use crate::{Error, Result};

/// Lines of at most this many bytes, 53 Chinese characters, are folded whole.
const SHORT: usize = 160;

/// How many characters of a longer line are folded to see whether it is worth folding the rest.
const HEAD: usize = 12;

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

/// The rules, compiled.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    lines: HashMap<String, u16>,
    words: HashMap<String, Word>,
    first_of_word: Bits,
    patterns: Vec<Pattern>,
    /// Patterns by the two characters, or one and a NUL, with which their matches begin.
    heads: HashMap<(char, char), Vec<u16>>,
    /// The same for their ends, last character first.
    tails: HashMap<(char, char), Vec<u16>>,
    /// Patterns that nothing but trying tells about.
    always: Vec<u16>,
    telling: Option<Telling>,
    weak: Vec<bool>,
    longest: Vec<usize>,
    needed: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Word {
    rule: u16,
    filler: bool,
}

/// One bit for each character of the basic plane.
#[derive(Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn insert(&mut self, char: char) {
        if self.0.is_empty() {
            self.0 = vec![0; 1024];
        }
        if let Some(word) = self.0.get_mut(char as usize / 64) {
            *word |= 1 << (char as usize % 64);
        }
    }

    fn contains(&self, char: char) -> bool {
        self.0
            .get(char as usize / 64)
            .is_some_and(|word| word & (1 << (char as usize % 64)) != 0)
    }
}

#[derive(Debug)]
struct Pattern {
    rule: u16,
    source: String,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    fn compile(&self) -> Result<Regex, String> {
        Regex::builder()
            .configure(
                Regex::config()
                    .auto_prefilter(false)
                    .onepass(false)
                    .dfa(false)
                    .nfa_size_limit(Some(16 << 20)),
            )
            .build(&format!("^(?:{})$", self.source))
            .map_err(|error| error.to_string())
    }

    /// Whether it matches the whole of a folded line. A pattern that does not compile matches
    /// nothing; users' patterns are compiled when they are read, built-in ones by the tests.
    fn matches(&self, folded: &str) -> bool {
        self.regex
            .get_or_init(|| self.compile().ok())
            .as_ref()
            .is_some_and(|regex| regex.is_match(Input::new(folded).anchored(Anchored::Yes)))
    }
}

/// What a telling word tells of.
#[derive(Clone, Copy, Debug)]
enum Tells {
    /// One of the phrases of a rule.
    Phrase(u16),
    /// That a floating pattern may match.
    Pattern(u16),
}

#[derive(Debug)]
struct Telling {
    automaton: AhoCorasick,
    tells: Vec<Vec<Tells>>,
    /// Finds, in raw text, whether a long line may hold a word that tells of a rule for such.
    triggers: Option<AhoCorasick>,
}

/// Working memory of one document.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    folded: String,
}

impl Matcher {
    /// Compiles rules, whose patterns have their parts written out already. `anchors`, one for each
    /// pattern of each rule, are found here when the table does not bring them.
    pub(super) fn new(rules: &[Rule], anchors: Option<Vec<Vec<Anchor>>>) -> Result<Self> {
        let mut matcher = Self {
            weak: rules.iter().map(|rule| rule.weak).collect(),
            longest: rules.iter().map(Rule::longest).collect(),
            needed: rules.iter().map(Rule::phrases_needed).collect(),
            ..Self::default()
        };
        let mut folded = String::new();
        for (index, rule) in rules.iter().enumerate() {
            let index = index as u16;
            for line in &rule.lines {
                fold_line(line, usize::MAX, &mut folded);
                matcher
                    .lines
                    .entry(core(&folded).to_owned())
                    .or_insert(index);
            }
            let words = rule.words.iter().map(|word| (word, false));
            let fillers = rule.fillers.iter().map(|word| (word, true));
            for (word, filler) in words.chain(fillers) {
                fold_line(word, usize::MAX, &mut folded);
                if let Some(first) = folded.chars().next() {
                    matcher.first_of_word.insert(first);
                    matcher.words.entry(folded.clone()).or_insert(Word {
                        rule: index,
                        filler,
                    });
                }
            }
        }
        matcher.index_patterns(rules, anchors)?;
        Ok(matcher)
    }

    fn index_patterns(&mut self, rules: &[Rule], anchors: Option<Vec<Vec<Anchor>>>) -> Result<()> {
        let mut words: Vec<(String, Tells)> = Vec::new();
        let mut anchors = anchors.map(Vec::into_iter);
        for (index, rule) in rules.iter().enumerate() {
            let known = anchors.as_mut().and_then(Iterator::next);
            let index = index as u16;
            for (number, text) in rule.patterns.iter().enumerate() {
                let anchor = match &known {
                    Some(known) => known[number].clone(),
                    None => anchor(text).map_err(|problem| rule.wrong_pattern(text, &problem))?,
                };
                let place = self.patterns.len() as u16;
                match anchor {
                    Anchor::Head(heads) => {
                        for head in heads {
                            let mut chars = head.chars();
                            let key = (chars.next().unwrap_or('\0'), chars.next().unwrap_or('\0'));
                            self.heads.entry(key).or_default().push(place);
                        }
                    }
                    Anchor::Tail(tails) => {
                        for tail in tails {
                            let mut chars = tail.chars().rev();
                            let key = (chars.next().unwrap_or('\0'), chars.next().unwrap_or('\0'));
                            self.tails.entry(key).or_default().push(place);
                        }
                    }
                    Anchor::Floating if rule.has.is_empty() => self.always.push(place),
                    Anchor::Floating => words.extend(
                        rule.has
                            .iter()
                            .map(|word| (word.clone().into_owned(), Tells::Pattern(place))),
                    ),
                }
                self.patterns.push(Pattern {
                    rule: index,
                    source: source(text),
                    regex: OnceLock::new(),
                });
            }
            let phrases = rule.phrases.iter();
            words.extend(phrases.map(|word| (word.clone().into_owned(), Tells::Phrase(index))));
        }
        self.telling = self.telling(words, rules)?;
        Ok(())
    }

    fn telling(&self, words: Vec<(String, Tells)>, rules: &[Rule]) -> Result<Option<Telling>> {
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut tells: Vec<Vec<Tells>> = Vec::new();
        let mut long: Vec<bool> = Vec::new();
        for (word, told) in words {
            let mut folded = String::new();
            fold_line(&word, usize::MAX, &mut folded);
            let rule = match told {
                Tells::Phrase(rule) => rule,
                Tells::Pattern(pattern) => self.patterns[usize::from(pattern)].rule,
            };
            let place = *places.entry(folded).or_insert_with(|| {
                tells.push(Vec::new());
                long.push(false);
                tells.len() - 1
            });
            tells[place].push(told);
            long[place] |= rules[usize::from(rule)].longest() * 3 > SHORT;
        }
        if tells.is_empty() {
            return Ok(None);
        }
        let mut texts = vec![String::new(); tells.len()];
        for (word, place) in places {
            texts[place] = word;
        }
        let failed = |error: aho_corasick::BuildError| Error::InvalidRule {
            rule: "has".to_owned(),
            problem: error.to_string(),
        };
        let automaton = AhoCorasick::builder()
            .match_kind(aho_corasick::MatchKind::Standard)
            .build(&texts)
            .map_err(failed)?;
        let long: Vec<String> = texts
            .iter()
            .zip(long)
            .filter_map(|(text, long)| long.then_some(text.clone()))
            .collect();
        let triggers = if long.is_empty() {
            None
        } else {
            let mut builder = AhoCorasick::builder();
            Some(
                builder
                    .ascii_case_insensitive(true)
                    .build(spellings(&long))
                    .map_err(failed)?,
            )
        };
        Ok(Some(Telling {
            automaton,
            tells,
            triggers,
        }))
    }

    /// Compiles every pattern now, so that one which cannot be is found.
    pub(super) fn compile_all(&self, rules: &[Rule]) -> Result<()> {
        for pattern in &self.patterns {
            pattern.compile().map_err(|problem| {
                rules[usize::from(pattern.rule)].wrong_pattern(&pattern.source, &problem)
            })?;
        }
        Ok(())
    }

    /// Whether a long line of a document may hold a word that tells of a rule.
    pub(super) fn has_trigger(&self, text: &str) -> bool {
        self.telling
            .as_ref()
            .and_then(|telling| telling.triggers.as_ref())
            .is_some_and(|triggers| triggers.is_match(text))
    }

    /// The first rule that a line meets, lines before patterns before words before phrases.
    /// `triggered`: what [`Matcher::has_trigger`] says of the document.
    pub(super) fn hit(&self, line: &str, triggered: bool, scratch: &mut Scratch) -> Option<Hit> {
        if line.len() > SHORT && !self.worth_folding(line, triggered, scratch) {
            return None;
        }
        fold_line(line, LONGEST, &mut scratch.folded);
        let folded = scratch.folded.as_str();
        let inner = core(folded);
        if inner.is_empty() {
            return None;
        }
        if let Some(&rule) = self.lines.get(inner) {
            return Some(self.verdict(rule));
        }
        let length = folded.chars().count();
        let told = self.told(folded);
        let matched = self.candidates(folded, &told).filter(|pattern| {
            length <= self.longest[usize::from(pattern.rule)] && pattern.matches(folded)
        });
        if let Some(rule) = matched
            .map(|pattern| pattern.rule)
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
        let told = self.told(&folded);
        let matched = self.candidates(&folded, &told).filter(|pattern| {
            length <= self.longest[usize::from(pattern.rule)] && pattern.matches(&folded)
        });
        let mut rules: Vec<u16> = matched.map(|pattern| pattern.rule).collect();
        rules.extend(self.lines.get(inner));
        rules.extend(self.interface(inner).map(|hit| hit.rule));
        rules.extend(self.by_phrases(&told, length).map(|hit| hit.rule));
        rules
    }

    /// Whether the head of a long line, or a trigger in it, says that it may meet a rule.
    fn worth_folding(&self, line: &str, triggered: bool, scratch: &mut Scratch) -> bool {
        if line.len() > LONGEST * 3 {
            return false;
        }
        if triggered && self.has_trigger(line) {
            return true;
        }
        fold_line(line, HEAD, &mut scratch.folded);
        let mut chars = scratch.folded.chars();
        let (Some(first), second) = (chars.next(), chars.next().unwrap_or('\0')) else {
            return false;
        };
        let long = |pattern: &u16| {
            self.longest[usize::from(self.patterns[usize::from(*pattern)].rule)] * 3 > SHORT
        };
        let known = |key| {
            self.heads
                .get(&key)
                .is_some_and(|patterns| patterns.iter().any(long))
        };
        known((first, second))
            || known((first, '\0'))
            || self.always.iter().any(long)
            || self.begins_with_word(core(&scratch.folded))
    }

    /// What the telling words in a folded line tell, each once.
    fn told(&self, folded: &str) -> Vec<usize> {
        let mut seen: Vec<usize> = Vec::new();
        if let Some(telling) = &self.telling {
            for found in telling.automaton.find_overlapping_iter(folded) {
                let word = found.pattern().as_usize();
                if !seen.contains(&word) {
                    seen.push(word);
                }
            }
        }
        seen
    }

    /// The patterns that may match a folded line.
    fn candidates<'m>(
        &'m self,
        folded: &str,
        told: &'m [usize],
    ) -> impl Iterator<Item = &'m Pattern> {
        let mut chars = folded.chars();
        let (first, second) = (chars.next().unwrap_or('\0'), chars.next().unwrap_or('\0'));
        let mut ending = folded.chars().rev();
        let (last, before) = (ending.next().unwrap_or('\0'), ending.next().unwrap_or('\0'));
        let by_edge = [
            self.heads.get(&(first, second)),
            self.heads.get(&(first, '\0')),
            self.tails.get(&(last, before)),
            self.tails.get(&(last, '\0')),
            Some(&self.always),
        ];
        let by_word = told.iter().flat_map(|&word| {
            let tells = self.telling.as_ref().map(|telling| &telling.tells[word]);
            tells.into_iter().flatten().filter_map(|tells| match tells {
                Tells::Pattern(pattern) => Some(*pattern),
                Tells::Phrase(_) => None,
            })
        });
        by_edge
            .into_iter()
            .flatten()
            .flatten()
            .copied()
            .chain(by_word)
            .map(|pattern| &self.patterns[usize::from(pattern)])
    }

    /// The rules of which a folded line holds enough phrases.
    fn by_phrases(&self, told: &[usize], length: usize) -> impl Iterator<Item = Hit> {
        let mut counts: Vec<(u16, usize)> = Vec::new();
        for &word in told {
            let tells = self.telling.as_ref().map(|telling| &telling.tells[word]);
            for tells in tells.into_iter().flatten() {
                let Tells::Phrase(rule) = *tells else {
                    continue;
                };
                match counts.iter_mut().find(|(of, _)| *of == rule) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((rule, 1)),
                }
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

    /// Whether text begins with an interface word, or with a number and one.
    fn begins_with_word(&self, text: &str) -> bool {
        let text =
            text.trim_start_matches(|char: char| char.is_ascii_digit() || is_separator(char));
        text.chars()
            .next()
            .is_some_and(|first| self.first_of_word.contains(first))
            && self.word_at(text).is_some()
    }

    /// The longest interface word at the start of text, and its length in bytes.
    fn word_at(&self, text: &str) -> Option<(Word, usize)> {
        let mut ends = [0_usize; LONGEST_WORD];
        let mut count = 0;
        for (at, char) in text.char_indices().take(LONGEST_WORD) {
            ends[count] = at + char.len_utf8();
            count += 1;
        }
        ends[..count].iter().rev().find_map(|&end| {
            let word = self.words.get(&text[..end])?;
            // A Latin word ends where letters end.
            let letter = |char: char| char.is_ascii_alphabetic();
            let cut = text[..end].ends_with(letter) && text[end..].starts_with(letter);
            (!cut).then_some((*word, end))
        })
    }

    /// Whether a line consists of interface words and numbers alone.
    fn interface(&self, line: &str) -> Option<Hit> {
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
            if !self.first_of_word.contains(first) {
                return None;
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
                strong += 1;
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
    !(char.is_alphanumeric() || is_han(char))
}

/// Every way in which the first two characters of the phrases can stand in raw text.
fn spellings(phrases: &[String]) -> Vec<String> {
    let mut heads: Vec<(char, char)> = phrases
        .iter()
        .filter_map(|phrase| {
            let mut chars = phrase.chars();
            Some((chars.next()?, chars.next()?))
        })
        .collect();
    heads.sort_unstable();
    heads.dedup();
    let chars: Vec<char> = heads.iter().flat_map(|&(a, b)| [a, b]).collect();
    let known = fold::spellings(&chars);
    let mut spelled = Vec::new();
    for (first, second) in heads {
        for first in &known[&first] {
            for second in &known[&second] {
                spelled.push([*first, *second].iter().collect());
            }
        }
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strip::rules::Rules;

    /// Anchors save time and must lose nothing: a pattern that matches a line, tried or not,
    /// is one that the line asks for.
    #[test]
    fn no_pattern_that_matches_goes_unasked() {
        let rules = Rules::builtin();
        let matcher = rules.matcher();
        let mut lines: Vec<String> = Vec::new();
        for rule in rules.rules() {
            lines.extend(
                rule.matches
                    .iter()
                    .chain(&rule.keeps)
                    .map(ToString::to_string),
            );
            lines.extend(rule.lines.iter().map(ToString::to_string));
        }
        if let Ok(path) = std::env::var("LINES") {
            lines.extend(
                std::fs::read_to_string(path)
                    .unwrap()
                    .lines()
                    .map(str::to_owned),
            );
        }
        for line in lines {
            let mut folded = String::new();
            fold_line(&line, LONGEST, &mut folded);
            let told = matcher.told(&folded);
            let asked: Vec<&str> = matcher
                .candidates(&folded, &told)
                .map(|pattern| pattern.source.as_str())
                .collect();
            for pattern in &matcher.patterns {
                if pattern.matches(&folded) && !asked.contains(&pattern.source.as_str()) {
                    println!("`{line}` matches {} unasked", pattern.source);
                }
            }
        }
    }
}
