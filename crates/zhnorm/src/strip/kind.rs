//! Lines that a template writes anew on each page: `來源：新華網`, `已有 17 人參與`.
//!
//! They do not recur, but their kind does: a line about the article's date, source or people, of
//! which the rules know the wording, or a line of the same words around other numbers. That a kind
//! is a template's is seen from how it is spread: on many of a site's pages, and once on each. What
//! authors write themselves, a chronicle's dates, an interview's speakers, occurs many times on one
//! page and not at all on the next.

use super::fold::is_chinese;
use super::matcher::{Hit, Scratch};
use super::rule_set::Rules;
use super::rules::{Rule, Template};
use super::shape::{Shape, shape};

/// A kind that occurs more often than this on a page is not counted there. Some templates give the
/// source above the article and below it.
pub(super) const MOST_ON_A_PAGE: usize = 2;

/// Lines of more characters are sentences.
const LONGEST: usize = 60;

/// The fewest Chinese characters that tell one template's line with numbers from another's.
const FEWEST_LETTERS: usize = 2;

/// What a line is an instance of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// Of lines that give a date, with whatever is beside it.
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
    pub(super) fn from_line(line: &str, rule: Option<&Rule>) -> Option<Self> {
        if rule.is_some_and(|rule| !is_data(rule)) || line.chars().nth(LONGEST).is_some() {
            return None;
        }
        let sentence = || {
            line.contains(['。', '！', '？', '；'])
                || matches!(shape(line), Shape::Kept | Shape::Prose)
        };
        match rule {
            Some(rule) if rule.template == Template::Line => {
                Some(Self::Rule(rule.name.clone().into_owned()))
            }
            _ if sentence() => None,
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
    rule.template != Template::None
}

/// The kinds of a text's lines that stand on it once or twice.
pub(super) fn kinds<'t>(lines: impl Iterator<Item = &'t str>, rules: &Rules) -> Vec<Kind> {
    let mut scratch = Scratch::default();
    let mut kinds: Vec<Kind> = lines
        .filter_map(|line| {
            let hit = rules.matcher().hit(line, &mut scratch);
            Kind::from_line(
                line,
                hit.map(|Hit { rule, .. }| &rules.rules()[usize::from(rule)]),
            )
        })
        .collect();
    kinds.sort_unstable();
    let few = kinds.chunk_by(|a, b| a == b);
    few.filter(|same| same.len() <= MOST_ON_A_PAGE)
        .map(|same| same[0].clone())
        .collect()
}

/// Whether a line gives a year, a month and a day, 2024-01-02 or 2024年1月2日, and hardly more than
/// a name beside: what was decided on a day is said in more words.
fn is_dated(line: &str) -> bool {
    if line.chars().filter(|char| is_chinese(*char)).count() > MOST_BESIDE_A_DATE {
        return false;
    }
    let mut numbers = line.split(|char: char| !char.is_ascii_digit());
    let is_year = |run: &str| run.len() == 4 && (run.starts_with("19") || run.starts_with("20"));
    let is_part = |run: &str| matches!(run.len(), 1 | 2);
    // Between them is one character, or the search finds nothing between two.
    while let Some(run) = numbers.next() {
        let mut trailing = numbers.clone();
        if is_year(run)
            && trailing.next().is_some_and(is_part)
            && trailing.next().is_some_and(is_part)
        {
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
        !part.is_empty()
            && part.chars().count() <= LONGEST_NAME
            && part
                .chars()
                .all(|char| char.is_alphanumeric() || char == ' ')
    };
    line.contains(['>', '＞', '»', '›']) && parts.all(is_name)
}

/// More Chinese characters than this, those of the date among them, say something.
const MOST_BESIDE_A_DATE: usize = 20;

/// The longest name in a path.
const LONGEST_NAME: usize = 12;

/// A line with its numbers as `0` and without blanks; nothing where it has none, or hardly a letter
/// beside, or begins with one: chapters and sections are numbered by their authors.
fn words(line: &str) -> Option<String> {
    let mut words = String::new();
    let mut letters = 0;
    for char in line.chars().filter(|char| !char.is_whitespace()) {
        if !is_digit(char) {
            letters += usize::from(is_chinese(char) && !"年月日时時分秒点點".contains(char));
            words.push(char);
        } else if !words.ends_with('0') {
            words.push('0');
        }
    }
    let numbered = words.starts_with(['0', '(', '（', '第']);
    (words.contains('0') && letters >= FEWEST_LETTERS && !numbered).then_some(words)
}

fn is_digit(char: char) -> bool {
    matches!(char, '0'..='9' | '０'..='９')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;
    use crate::strip::{EvidenceBuilder, Options, strip};

    const PROSE: [&str; 4] = [
        "昨天下了雪，路上的车开得很慢。",
        "大桥今天通车，桥上站满了人。",
        "学校的操场换了新的草皮，孩子们很高兴。",
        "河边的柳树绿了，游人比去年多。",
    ];

    /// Strips the first of four pages, in a site's frame.
    fn first(page: impl Fn(usize, &str) -> String, options: Options) -> String {
        let page = |at: usize, prose: &str| {
            format!(
                "首页 - 登录 - 注册 - 收藏本站\n返回首页\n{}返回顶部\n",
                page(at, prose)
            )
        };
        first_of(page, options)
    }

    /// Strips the first of four texts.
    fn first_of(page: impl Fn(usize, &str) -> String, options: Options) -> String {
        let pages: Vec<String> = (0..4).map(|at| page(at + 1, PROSE[at])).collect();
        let mut builder = EvidenceBuilder::default();
        for page in &pages {
            builder.observe("site", page);
        }
        let options = options.with_evidence(builder.finish().of_group("site"));
        strip(&pages[0], &options, &mut Report::listing()).into_owned()
    }

    #[test]
    fn kinds_of_lines() {
        let words = |line: &str| Kind::from_line(line, None);
        assert_eq!(words("全文共 17 字"), words("全文共205字"));
        assert_ne!(words("全文共 17 字"), words("本篇共 17 字"));
        assert_eq!(words("台灣晨報 (2024-01-11 16:58)"), Some(Kind::Dated));
        assert_eq!(words("晨报网 2024年1月2日"), Some(Kind::Dated));
        assert_eq!(words("社會新聞 > 民視"), Some(Kind::Path));
        for line in [
            "雪后的早晨",
            "1024",
            "第 3 章",
            "1 引言",
            "Chapter 3",
            "他在 2024 年 1 月 2 日写道：雪停了。",
            "如果 a > b，那么换位",
        ] {
            assert!(words(line).is_none(), "{line}");
        }
    }

    #[test]
    fn what_a_template_says_of_each_article_goes() {
        let names = ["晨报", "晚报", "日报", "周报"];
        let page = |at: usize, prose: &str| {
            let name = names[at - 1];
            format!(
                "要闻 > {name}\n{name} (2024-01-0{at} 08:1{at})\n来源：{name}\n全文共{at}7字\n{prose}\n\
                 责任编辑：王小{name}\n"
            )
        };
        assert_eq!(first(page, Options::default()), format!("{}\n", PROSE[0]));
        let kept = Options::default().with_kept("metadata").unwrap();
        assert_eq!(first(page, kept), format!("来源：晨报\n{}\n", PROSE[0]));
        let kept = Options::default().with_kept("template").unwrap();
        assert_eq!(first(page, kept), page(1, PROSE[0]));
    }

    #[test]
    fn what_authors_date_stays() {
        let signed = |at: usize, prose: &str| format!("{prose}\n2024年1月{at}日\n");
        assert_eq!(first(signed, Options::default()), signed(1, PROSE[0]));
        let chronicle = |at: usize, prose: &str| {
            let days: Vec<String> = (1..6)
                .map(|day| format!("2024年{at}月{day}日 第{at}{day}次会议\n"))
                .collect();
            format!("{}{prose}\n", days.concat())
        };
        assert_eq!(first(chronicle, Options::default()), chronicle(1, PROSE[0]));
    }

    #[test]
    fn texts_without_a_frame_have_no_template() {
        let page = |at: usize, prose: &str| format!("2024年1月{at}日 议会通过\n{prose}\n");
        assert_eq!(first_of(page, Options::default()), page(1, PROSE[0]));
    }

    #[test]
    fn one_page_of_a_kind_is_no_template() {
        let page = |at: usize, prose: &str| {
            let line = if at == 1 { "共售出 17 张\n" } else { "" };
            format!("{line}{prose}\n")
        };
        assert_eq!(first(page, Options::default()), page(1, PROSE[0]));
    }
}
