//! The wording of other regions.
//!
//! What the mainland calls 热门搜索 is 熱門搜尋 in Taiwan. A rule is written in one wording, or in
//! those that its writer thought of; here it gets the others, from the vocabularies of OpenCC. A
//! page then loses the same lines whether it is converted before the rules see it or after them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use zhnorm_lang::characters::is_basic_han;

use zhnorm::convert::{Config, Options, Plan, convert};
use zhnorm::report::Report;
use zhnorm::strip::Rule;

/// From simplified text to the wording of another region, back in simplified characters: the
/// form that rules are compared in.
const WAYS: [[Config; 2]; 4] = [
    [Config::S2twp, Config::T2s],
    [Config::S2hkp, Config::T2s],
    [Config::S2t, Config::Tw2sp],
    [Config::S2t, Config::Hk2sp],
];

/// Words that do not mean the same where they are written the same: Taiwan's 資訊 is any
/// information, the mainland's 资讯 is news, and 查看快照信息 is a heading in a manual.
const FALSE_FRIENDS: [(&str, &str); 1] = [("资讯", "信息")];

/// Adds to a rule what it is in the other wordings.
pub fn add(rule: &mut Rule) {
    for list in [&mut rule.lines, &mut rule.words, &mut rule.fillers] {
        let others: Vec<_> = list.iter().flat_map(|text| others(text)).collect();
        list.extend(others.into_iter().map(Cow::Owned));
        distinct(list);
    }
    for list in [&mut rule.phrases, &mut rule.has] {
        // A phrase that holds another would count twice.
        let others: Vec<_> = list
            .iter()
            .flat_map(|text| {
                others(text)
                    .into_iter()
                    .filter(|other| !other.contains(&**text))
            })
            .collect();
        list.extend(others.into_iter().map(Cow::Owned));
        distinct(list);
    }
    for pattern in &mut rule.patterns {
        *pattern = Cow::Owned(in_pattern(pattern));
    }
}

fn distinct(list: &mut Vec<Cow<'static, str>>) {
    let mut seen = BTreeSet::new();
    list.retain(|text| seen.insert(text.clone()));
}

/// A text in the other wordings, without itself.
fn others(text: &str) -> Vec<String> {
    let simplified = run(&[Config::T2s], text);
    let mut found: Vec<String> = Vec::new();
    for way in WAYS {
        let other = run(&way, &simplified);
        let is_false = |(one, two): &(&str, &str)| simplified.contains(one) && other.contains(two);
        if other != simplified && !found.contains(&other) && !FALSE_FRIENDS.iter().any(is_false) {
            found.push(other);
        }
    }
    found
}

fn run(configs: &[Config], text: &str) -> String {
    let plan = Plan::new(configs);
    convert(text, &plan, &Options::default(), &mut Report::counting()).into_owned()
}

/// A pattern in which each word has the other wordings beside it.
fn in_pattern(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ if is_basic_han(first) && !in_class => {
                rest.find(|ch| !is_basic_han(ch)).unwrap_or(rest.len())
            }
            _ => first.len_utf8(),
        };
        let (piece, after) = rest.split_at(length);
        rest = after;
        match first {
            '[' => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
        if in_class || !is_basic_han(first) {
            out.push_str(piece);
            continue;
        }
        // A repetition is of the last character alone.
        let bound = if rest.starts_with(['?', '*', '+', '{']) {
            piece.chars().next_back().map_or(0, char::len_utf8)
        } else {
            0
        };
        let (word, last) = piece.split_at(piece.len() - bound);
        out.push_str(&alternatives(word));
        out.push_str(last);
    }
    out
}

fn alternatives(word: &str) -> String {
    let others = others(word);
    if others.is_empty() {
        return word.to_owned();
    }
    format!("(?:{word}|{})", others.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_pattern_get_their_other_wordings() {
        assert_eq!(
            in_pattern("热门(?:搜索|新闻)[:>信息]*"),
            "热门(?:(?:搜索|搜寻)|新闻)[:>信息]*"
        );
        // The question mark is for 息 alone.
        assert_eq!(in_pattern("信息?"), "信息?");
        assert_eq!(in_pattern("信息(?:量)?"), "(?:信息|资讯)(?:量)?");
    }
}
