//! All rules at once: which of them does a line meet?
//!
//! Most lines of an article are long and meet none, and that has to cost next to nothing. So a
//! line is folded, and the [`screen`] says of nearly all of them that nothing in them is known to
//! any rule. What it lets through is asked: is it a known line, does it match one of the patterns
//! that begin or end as it does or of whose words it holds one, does it consist of interface words,
//! does it hold enough telling phrases? The [`index`] has all this sorted, and the [`lexicon`]
//! looks it up. A pattern is tried only on a line that holds what its matches must hold
//! ([`needed`]). All of it takes linear time.
//!
//! Nothing is made before the first line asks for it: the screen with the first document, a
//! pattern with the first line that holds what its matches must hold.

mod index;
mod lexicon;
mod needed;
mod pattern;
mod screen;

use std::sync::OnceLock;

use super::fold::is_chinese;
use super::folded::{Folded, chars};
use super::rules::Rule;
use crate::strip::Result;

pub use index::{Hint, Index, Source, Word};
use needed::{Needed, Signature};
use pattern::Pattern;
use screen::{Screen, end_of, is_between};

/// Lines of more characters than this are the article's.
const LONGEST: usize = 800;

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
    needed: Box<[OnceLock<Needed>]>,
    patterns: Box<[OnceLock<Option<Pattern>>]>,
    weak: Vec<bool>,
    longest: Vec<usize>,
    /// How many phrases each rule wants, and the fewest that some rule is content with.
    phrases: Vec<usize>,
    fewest_phrases: usize,
}

/// Working memory of one document.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    line: Folded,
    hints: Vec<usize>,
    /// Whether the rule is weak, the rule, the pattern.
    asked: Vec<(bool, u16, u16)>,
    text: String,
}

impl Matcher {
    /// A matcher for rules and their index.
    pub(super) fn new(rules: &[Rule], index: Index) -> Self {
        Self {
            weak: rules.iter().map(|rule| rule.weak).collect(),
            longest: rules.iter().map(Rule::longest).collect(),
            phrases: rules.iter().map(Rule::phrases_needed).collect(),
            fewest_phrases: rules
                .iter()
                .filter(|rule| !rule.phrases.is_empty())
                .map(Rule::phrases_needed)
                .min()
                .unwrap_or(usize::MAX),
            needed: index.patterns.iter().map(|_| OnceLock::new()).collect(),
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

    /// The first rule that a line meets, lines before patterns before words before phrases.
    pub(super) fn hit(&self, line: &str, scratch: &mut Scratch) -> Option<Hit> {
        let screen = self.screen();
        if screen.is_too_long(line) {
            return None;
        }
        let Scratch {
            line: folded,
            hints,
            ..
        } = scratch;
        folded.fold(line, LONGEST, &screen.table);
        screen.hints(folded, hints);
        if screen.lets_through(folded.units(), folded.length(), hints) {
            self.ask(scratch)
        } else {
            None
        }
    }

    fn screen(&self) -> &Screen {
        self.screen
            .get_or_init(|| Screen::new(&self.index, &self.longest, self.fewest_phrases))
    }

    /// The same of a line that is folded and of which is known what words point to.
    fn ask(&self, scratch: &mut Scratch) -> Option<Hit> {
        let Scratch {
            line,
            hints,
            asked,
            text,
        } = scratch;
        let core = line.core();
        if core.is_empty() {
            return None;
        }
        if let Some(rule) = self.screen().lines.get(core) {
            return Some(self.verdict(rule));
        }
        let length = line.length();
        // The first rule that matches decides: what comes after it is not even compiled.
        asked.clear();
        asked.extend(self.candidates(line.units(), length, hints).map(|pattern| {
            let rule = self.index.patterns[usize::from(pattern)].rule;
            (self.weak[usize::from(rule)], rule, pattern)
        }));
        if !asked.is_empty() {
            asked.sort_unstable();
            asked.dedup();
            line.write(text);
        }
        asked
            .iter()
            .find(|&&(_, _, pattern)| self.matches(pattern, text))
            .map(|&(_, rule, _)| self.verdict(rule))
            .or_else(|| self.interface(core))
            .or_else(|| self.by_phrases(hints, length).next())
    }

    /// Every rule that a line meets by itself; for trying a rule's examples.
    pub(super) fn all_hits(&self, line: &str) -> Vec<u16> {
        let mut folded = Folded::default();
        folded.fold(line, LONGEST, &self.screen().table);
        let (line, mut text) = (folded, String::new());
        line.write(&mut text);
        let mut hints = Vec::new();
        self.screen().hints(&line, &mut hints);
        let length = line.length();
        let mut rules: Vec<u16> = self
            .candidates(line.units(), length, &hints)
            .filter(|&pattern| self.matches(pattern, &text))
            .map(|pattern| self.index.patterns[usize::from(pattern)].rule)
            .collect();
        rules.extend(self.screen().lines.get(line.core()));
        rules.extend(self.interface(line.core()).map(|hit| hit.rule));
        rules.extend(self.by_phrases(&hints, length).map(|hit| hit.rule));
        rules
    }

    /// The patterns that a folded line asks for: it begins or ends as they do, or holds a word that
    /// points to them, and it holds what they need.
    fn candidates<'m>(
        &'m self,
        units: &'m [u16],
        length: usize,
        hints: &'m [usize],
    ) -> impl Iterator<Item = u16> + 'm {
        let screen = self.screen();
        let index = &self.index;
        let (heads, tails) = screen.edges(units);
        let by_word = hints
            .iter()
            .flat_map(|&place| &index.needles[screen.needles.value(place).needles()])
            .filter_map(|(_, hint)| match *hint {
                Hint::Pattern(pattern) => Some(pattern),
                Hint::Phrase(_) => None,
            });
        let end = end_of(units);
        let mut signature = None;
        let of = |list: &'m [(char, char, u16)], ranges: [std::ops::Range<usize>; 2]| {
            let places = ranges.into_iter().flatten();
            places.map(|place| list[place].2)
        };
        of(&index.heads, heads)
            .chain(of(&index.tails, tails))
            .chain(index.always.iter().copied())
            .chain(by_word)
            .filter(move |&pattern| {
                let at = usize::from(pattern);
                let source = &index.patterns[at];
                length <= self.longest[usize::from(source.rule)]
                    && end.is_none_or(|end| source.ends & 1 << end != 0)
                    && self.needed[at]
                        .get_or_init(|| Needed::new(&source.needs))
                        .is_in(
                            units,
                            *signature.get_or_insert_with(|| Signature::new(units)),
                        )
            })
    }

    /// Whether a pattern matches the whole of a folded line. One that does not compile matches
    /// nothing; users' patterns are compiled when they are read, built-in ones by the tests.
    fn matches(&self, pattern: u16, folded: &str) -> bool {
        let at = usize::from(pattern);
        self.patterns[at]
            .get_or_init(|| Pattern::new(&self.index.patterns[at].text).ok())
            .as_ref()
            .is_some_and(|pattern| pattern.matches(folded))
    }

    /// The rules of which a folded line holds enough phrases.
    fn by_phrases(&self, hints: &[usize], length: usize) -> impl Iterator<Item = Hit> {
        let mut counts: Vec<(u16, usize)> = Vec::new();
        let hint = hints
            .iter()
            .flat_map(|&place| &self.index.needles[self.screen().needles.value(place).needles()]);
        for (_, hint) in hint {
            let Hint::Phrase(rule) = *hint else {
                continue;
            };
            match counts.iter_mut().find(|(of, _)| *of == rule) {
                Some((_, count)) => *count += 1,
                None => counts.push((rule, 1)),
            }
        }
        counts.into_iter().filter_map(move |(rule, count)| {
            let at = usize::from(rule);
            (count >= self.phrases[at] && length <= self.longest[at]).then(|| self.verdict(rule))
        })
    }

    fn verdict(&self, rule: u16) -> Hit {
        Hit {
            rule,
            strong: !self.weak[usize::from(rule)],
        }
    }

    /// The longest interface word at the start of a folded text, and its length in units.
    fn word_at(&self, units: &[u16]) -> Option<(Word, usize)> {
        let words = &self.screen().words;
        words.starting(units).find_map(|place| {
            let end = words.text(place).len();
            // A Latin word ends where letters end.
            let letter = |unit: Option<&u16>| {
                unit.is_some_and(|&unit| {
                    u8::try_from(unit).is_ok_and(|of| of.is_ascii_alphabetic())
                })
            };
            let cut = letter(units.get(end - 1)) && letter(units.get(end));
            (!cut).then_some((words.value(place), end))
        })
    }

    /// Whether a line consists of interface words and numbers alone.
    fn interface(&self, line: &[u16]) -> Option<Hit> {
        let mut rest = line;
        let mut strong = 0;
        let mut named: Option<u16> = None;
        let mut filler: Option<u16> = None;
        let mut boundary = true;
        let mut words = 0;
        while let Some(first) = chars(rest).next() {
            if is_between(first) {
                boundary = true;
                rest = &rest[first.len_utf16()..];
                continue;
            }
            let (word, length) = self.word_at(rest)?;
            if length == first.len_utf16() {
                // One character is a word only where it is alone, and so is a filler.
                let ends = chars(&rest[length..]).next().is_none_or(is_between);
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

/// What is between the words of an interface.
fn is_separator(char: char) -> bool {
    // Commas and full stops are prose: an enumeration is not a row of buttons.
    !(is_chinese(char) || matches!(char, ',' | '、' | '。' | ';' | '!') || char.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strip::rule_set::Rules;

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
    /// not, is one that the line asks for.
    #[test]
    fn no_pattern_that_matches_goes_unasked() {
        let rules = Rules::builtin();
        let matcher = rules.matcher();
        let patterns = &matcher.index.patterns;
        let compiled: Vec<Pattern> = patterns
            .iter()
            .map(|source| Pattern::new(&source.text).unwrap())
            .collect();
        // As if every hint word stood in each line.
        let all: Vec<usize> = (0..matcher.screen().needles.pairs().count()).collect();
        for line in lines() {
            let mut folded = Folded::default();
            folded.fold(&line, LONGEST, &matcher.screen().table);
            let mut text = String::new();
            folded.write(&mut text);
            let asked: Vec<u16> = matcher.candidates(folded.units(), 0, &all).collect();
            for (place, source) in patterns.iter().enumerate() {
                if compiled[place].matches(&text) {
                    let asked = asked.contains(&(place as u16));
                    assert!(asked, "`{line}` matches {} unasked", source.text);
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
            let screen = matcher.screen();
            scratch.line.fold(&line, LONGEST, &screen.table);
            screen.hints(&scratch.line, &mut scratch.hints);
            let asked = matcher.ask(&mut scratch);
            let looked = matcher.hit(&line, &mut scratch);
            assert_eq!(looked, asked, "`{line}`");
        }
    }

    #[test]
    fn rules_may_be_about_any_characters() {
        let list = |texts: &[&'static str]| texts.iter().map(|text| (*text).into()).collect();
        let rule = Rule {
            name: "site.rare".into(),
            lines: list(&["𠮷野家", "𠮷", "§"]),
            words: list(&["𠮷野", "𠮷𠮷"]),
            patterns: list(&["𠮷.{2,4}推荐", "[a-z]{2}.*店𠮷", "§§.+", ".*𠮷a.*", ".*©.*"]),
            has: list(&["𠮷a", "©"]),
            phrases: list(&["𠮷b", "𡃁", "¶"]),
            matches: list(&[
                "【𠮷野家】",
                "𠮷",
                "§",
                "𠮷野 | 𠮷𠮷",
                "𠮷的好推薦",
                "ab在店𠮷",
                "§§1",
                "雪𠮷A雪",
                "雪©雪",
                "雪𠮷b雪𡃁雪",
                "雪¶雪𡃁雪",
            ]),
            keeps: list(&["𠮷野家的人", "雪𠮷b雪"]),
            ..Rule::default()
        };
        let lines = rule.matches.clone();
        let rules = Rules::builtin().with_user(vec![rule]).unwrap();
        for line in lines {
            let hit = rules.matcher().hit(&line, &mut Scratch::default());
            assert_eq!(hit.map(|hit| hit.rule), Some(0), "`{line}`");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_screen_lets_through_whatever_meets_a_rule(
            parts in proptest::collection::vec(
                proptest::prop_oneof![
                    6 => proptest::sample::select(lines()),
                    1 => proptest::arbitrary::any::<String>(),
                ],
                1..4,
            ),
        ) {
            let line = parts.concat();
            let rules = Rules::builtin();
            let matcher = rules.matcher();
            let mut scratch = Scratch::default();
            let looked = matcher.hit(&line, &mut scratch);
            proptest::prop_assert_eq!(looked, matcher.ask(&mut scratch), "`{}`", line);
        }
    }
}
