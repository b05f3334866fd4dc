//! Lines that a template writes anew on each page: `來源：新華網`, `已有 17 人參與`.
//!
//! They do not recur, but their kind does: a line about the article's date, source or people, of
//! which the rules know the wording, or a line of the same words around other numbers. That a kind
//! is a template's is seen from how it is spread: on many of a site's pages, and once on each. What
//! authors write themselves, a chronicle's dates, an interview's speakers, stands many times on one
//! page and not at all on the next.

use super::matcher::{Hit, Scratch};
use super::rules::{Rule, Rules};
use super::shape::{Shape, shape};

/// A kind that stands more often than this on a page is not counted there. Some templates give the
/// source above the article and below it.
pub(super) const MOST_ON_A_PAGE: usize = 2;

/// Lines of more characters are sentences.
const LONGEST: usize = 60;

/// The fewest letters that tell one template's line with numbers from another's.
const FEWEST_LETTERS: usize = 2;

/// What a line is an instance of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// Of lines that give a date, with whatever stands beside it.
    Dated,
    /// Of paths to a page: `社會新聞 > 民視`.
    Path,
    /// Of a rule about the article's source or people.
    Rule(String),
    /// Of these words, where numbers are `0`.
    Words(String),
}

impl Kind {
    /// Of a line that met this rule, or none.
    pub(super) fn of(line: &str, rule: Option<&Rule>) -> Option<Self> {
        if rule.is_some_and(|rule| !is_data(rule)) || line.chars().nth(LONGEST).is_some() {
            return None;
        }
        let sentence = line.contains(['。', '！', '？', '；']);
        match rule {
            Some(rule) if rule.name != "metadata.date" => {
                Some(Self::Rule(rule.name.clone().into_owned()))
            }
            _ if sentence || shape(line) == Shape::Kept => None,
            _ if is_dated(line) => Some(Self::Dated),
            Some(_) => None,
            None if is_path(line) => Some(Self::Path),
            None => words(line).map(Self::Words),
        }
    }

    /// Whether it counts only above the article: below, an author dates what he has written.
    pub(super) fn is_heads(&self) -> bool {
        matches!(self, Self::Dated | Self::Path)
    }
}

/// Whether a rule meets what a template says about an article.
pub(super) fn is_data(rule: &Rule) -> bool {
    matches!(rule.family(), "metadata" | "credit") && rule.name != "credit.byline"
}

/// The kinds of a text's lines that stand on it once or twice.
pub(super) fn kinds<'t>(lines: impl Iterator<Item = &'t str>) -> Vec<Kind> {
    let rules = Rules::builtin();
    let mut scratch = Scratch::default();
    let mut kinds: Vec<Kind> = lines
        .filter_map(|line| {
            let hit = rules.matcher().hit(line, &mut scratch);
            Kind::of(line, hit.map(|Hit { rule, .. }| &rules.rules()[usize::from(rule)]))
        })
        .collect();
    kinds.sort_unstable();
    let few = kinds.chunk_by(|a, b| a == b);
    few.filter(|same| same.len() <= MOST_ON_A_PAGE)
        .map(|same| same[0].clone())
        .collect()
}

/// Whether a line gives a year, a month and a day: 2024-01-02, 2024年1月2日.
fn is_dated(line: &str) -> bool {
    let mut numbers = line.split(|char: char| !char.is_ascii_digit());
    let is_year = |run: &str| run.len() == 4 && (run.starts_with("19") || run.starts_with("20"));
    let is_part = |run: &str| matches!(run.len(), 1 | 2);
    // Between them stands one character, or the search finds nothing between two.
    while let Some(run) = numbers.next() {
        let mut behind = numbers.clone();
        if is_year(run) && behind.next().is_some_and(is_part) && behind.next().is_some_and(is_part) {
            return true;
        }
    }
    false
}

/// Whether a line is a path of two names or more, and nothing but names.
fn is_path(line: &str) -> bool {
    let mut parts = line.split(['>', '＞', '»', '›']);
    let is_name = |part: &str| {
        let part = part.trim();
        !part.is_empty() && part.chars().count() <= LONGEST_NAME && part.chars().all(|char| char.is_alphanumeric() || char == ' ')
    };
    line.contains(['>', '＞', '»', '›']) && parts.all(is_name)
}

/// The longest name in a path.
const LONGEST_NAME: usize = 12;

/// A line with its numbers as `0` and without blanks; nothing where it has none, or hardly a letter
/// beside.
fn words(line: &str) -> Option<String> {
    if !line.contains(is_digit) {
        return None;
    }
    let mut words = String::new();
    let mut letters = 0;
    for char in line.chars().filter(|char| !char.is_whitespace()) {
        if !is_digit(char) {
            letters += usize::from(char.is_alphabetic() && !"年月日时時分秒点點".contains(char));
            words.push(char);
        } else if !words.ends_with('0') {
            words.push('0');
        }
    }
    (letters >= FEWEST_LETTERS).then_some(words)
}

fn is_digit(char: char) -> bool {
    matches!(char, '0'..='9' | '０'..='９')
}
