//! What a page says about its article: title, date, author, source, address, language.
//!
//! Machines are told first, in JSON-LD and `meta` elements. Where they are not, readers are:
//! `来源：晨报`, `作者：王小明`, `2024-07-04 07:21`, on short lines near the article.

use std::fmt::Write as _;

use serde_json::Value;

use super::lines::{Head, Line};
use crate::metadata::Metadata;

/// Longer lines are sentences, which mention dates and names of others.
const LONGEST_LINE: usize = 80;

/// Longer names are no names.
const LONGEST_NAME: usize = 24;

/// From what machines are told and from the lines that readers see.
pub(super) fn read(title: &str, head: &Head, lines: &[Line]) -> Metadata {
    let ld = JsonLd::new(&head.json_ld);
    let meta = |names: &[&str]| {
        let of = |name: &&str| head.meta.iter().find(|(known, _)| known == name);
        names.iter().find_map(of).map(|(_, text)| text.clone())
    };
    let short = || {
        lines
            .iter()
            .map(|line| line.text.as_str())
            .filter(|text| text.chars().nth(LONGEST_LINE).is_none())
    };
    let labelled = |labels: &[&str]| short().find_map(|line| after_label(line, labels));
    let told = [
        ld.text("datePublished"),
        meta(&[
            "article:published_time",
            "datepublished",
            "publishdate",
            "pubdate",
            "og:release_date",
            "date",
            "dc.date",
            "weibo: article:create_at",
            "article:modified_time",
        ]),
        ld.text("dateCreated"),
    ];
    let date = told.into_iter().flatten().find_map(|text| date_in(&text));
    let is_name = |name: &String| {
        !name.contains("://") && name.chars().nth(LONGEST_NAME).is_none() && !name.is_empty()
    };
    Metadata {
        title: Some(title.to_owned())
            .filter(|title| !title.is_empty())
            .or_else(|| meta(&["og:title"]))
            .or_else(|| ld.text("headline")),
        date: date.or_else(|| short().find_map(date_in)),
        author: labelled(&["作者", "撰文", "文", "记者", "記者"])
            .or_else(|| ld.name("author").filter(is_name))
            .or_else(|| meta(&["author", "article:author"]).filter(is_name)),
        source: labelled(&["来源", "來源", "稿源", "文章来源", "文章來源"])
            .or_else(|| meta(&["og:site_name"]))
            .or_else(|| ld.name("publisher"))
            .or_else(|| meta(&["source", "mediaid"])),
        url: head
            .canonical
            .clone()
            .or_else(|| meta(&["og:url"]))
            .or_else(|| ld.text("url"))
            .filter(|url| url.starts_with("http")),
        language: head.language.clone().or_else(|| meta(&["og:locale"])),
    }
}

/// The objects of a page's JSON-LD, outermost first.
struct JsonLd(Vec<Value>);

impl JsonLd {
    fn new(blocks: &[String]) -> Self {
        let mut objects = Vec::new();
        for block in blocks {
            match serde_json::from_str(block.trim()) {
                Ok(Value::Array(list)) => objects.extend(list),
                Ok(object) => objects.push(object),
                Err(_) => {}
            }
        }
        let graphs: Vec<Value> = objects
            .iter()
            .filter_map(|object| object["@graph"].as_array())
            .flatten()
            .cloned()
            .collect();
        objects.extend(graphs);
        // A page also describes its site and its path.
        let is_article = |object: &Value| object.get("headline").is_some();
        objects.sort_by_key(|object| !is_article(object));
        Self(objects)
    }

    fn text(&self, field: &str) -> Option<String> {
        self.0
            .iter()
            .find_map(|object| object[field].as_str())
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    /// The name of a person or an organisation, or of the first of several.
    fn name(&self, field: &str) -> Option<String> {
        fn name(value: &Value) -> Option<&str> {
            match value {
                Value::String(name) => Some(name),
                Value::Array(list) => list.iter().find_map(name),
                object => object["name"].as_str(),
            }
        }
        let mut objects = self.0.iter();
        objects
            .find_map(|object| name(&object[field]))
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
    }
}

/// The name behind one of these labels and a colon, or behind 记者 and a blank.
fn after_label(line: &str, labels: &[&str]) -> Option<String> {
    labels.iter().find_map(|label| {
        line.match_indices(label).find_map(|(at, label)| {
            // 本文来源 is the label, 外来源 is not at a line's start or behind a blank.
            let before = line[..at].chars().next_back();
            let begins = before.is_none_or(|char| {
                !char.is_alphanumeric()
                    || (label.chars().count() > 1 && "本文稿原章".contains(char))
            });
            let rest = line[at + label.len()..].trim_start();
            let rest = rest
                .strip_prefix(['：', ':', '︰', '／', '/'])
                .or_else(|| rest.strip_prefix('|'))?
                .trim_start();
            let ends = |char: char| char.is_whitespace() || "|｜)）】]；;，,。丨／/".contains(char);
            let name = rest.split(ends).next()?.trim();
            let is_name = !name.is_empty()
                && name.chars().nth(LONGEST_NAME).is_none()
                && !name
                    .chars()
                    .all(|char| char.is_ascii_digit() || char == '-');
            (begins && is_name).then(|| name.to_owned())
        })
    })
}

/// The first date of a text as `2024-01-02`, with the time of day if there is one.
fn date_in(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let number = |at: &mut usize, most: usize| {
        let digits: String = chars[*at..]
            .iter()
            .take(most)
            .take_while(|char| char.is_ascii_digit())
            .collect();
        *at += digits.len();
        digits
            .parse::<u32>()
            .ok()
            .map(|value| (value, digits.len()))
    };
    let blank = |at: &mut usize| {
        while chars.get(*at).is_some_and(|char| char.is_whitespace()) {
            *at += 1;
        }
    };
    let mut start = 0;
    while start + 8 <= chars.len() {
        let mut at = start;
        start += 1;
        if at > 0 && chars[at - 1].is_ascii_digit() {
            continue;
        }
        let Some((year @ 1900..=2099, 4)) = number(&mut at, 4) else {
            continue;
        };
        let separator = |at: &mut usize, of: &str| {
            blank(at);
            let is = chars.get(*at).is_some_and(|char| of.contains(*char));
            *at += usize::from(is);
            blank(at);
            is
        };
        if !separator(&mut at, "-/.年") {
            continue;
        }
        let Some((month @ 1..=12, _)) = number(&mut at, 2) else {
            continue;
        };
        if !separator(&mut at, "-/.月") {
            continue;
        }
        let Some((day @ 1..=31, _)) = number(&mut at, 2) else {
            continue;
        };
        let mut found = format!("{year}-{month:02}-{day:02}");
        while chars
            .get(at)
            .is_some_and(|char| char.is_whitespace() || "日號号T".contains(*char))
        {
            at += 1;
        }
        if let Some((hour @ 0..=23, _)) = number(&mut at, 2)
            && chars.get(at).is_some_and(|char| ":：时時".contains(*char))
        {
            at += 1;
            if let Some((minute @ 0..=59, 2)) = number(&mut at, 2) {
                // Writing to a string cannot fail.
                let _ = write!(found, "T{hour:02}:{minute:02}");
            }
        }
        return Some(found);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_pages_write_them() {
        for (text, wanted) in [
            ("2024-07-04 07:21", Some("2024-07-04T07:21")),
            ("2024年7月4日07:21 晨报", Some("2024-07-04T07:21")),
            ("发布时间：2024/7/4", Some("2024-07-04")),
            ("2024-07-04T07:21:05+08:00", Some("2024-07-04T07:21")),
            ("第 2024 页", None),
            ("12024-07-04", None),
            ("2024-13-04", None),
        ] {
            assert_eq!(date_in(text).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn names_stand_behind_labels() {
        let source = |line| after_label(line, &["来源"]);
        assert_eq!(
            source("2024-01-02 来源：晨报 作者：王"),
            Some("晨报".into())
        );
        assert_eq!(source("（本文来源：晨报网）"), Some("晨报网".into()));
        assert_eq!(source("水的来源：不明的地方"), None);
        assert_eq!(source("来源不明"), None);
    }

    #[test]
    fn json_ld_names_people_in_several_ways() {
        let of = |author: &str| {
            let block = format!("{{\"@graph\": [{{\"headline\": \"雪\", \"author\": {author}}}]}}");
            JsonLd::new(&[block]).name("author")
        };
        assert_eq!(of("\"王小明\""), Some("王小明".into()));
        assert_eq!(of("{\"name\": \"王小明\"}"), Some("王小明".into()));
        assert_eq!(
            of("[{\"name\": \"王小明\"}, \"李\"]"),
            Some("王小明".into())
        );
        assert_eq!(JsonLd::new(&["{".into()]).name("author"), None);
    }
}
