//! What a page says about its article: title, date, author, source, address, language.
//!
//! Machines are told first, in JSON-LD and `meta` elements. Where they are not, readers are:
//! `来源：晨报`, `作者：王小明`, `2024-07-04 07:21`, on short lines near the article.

use std::fmt::Write as _;

use serde_json::Value;

use super::lines::{Head, Line, Told};
use crate::metadata::Metadata;

/// Longer lines are sentences, which mention dates and names of others.
const LONGEST_LINE: usize = 80;

/// Longer names are no names.
const LONGEST_NAME: usize = 24;

/// What stands before the name of an author.
const AUTHORS: &[&str] = &["作者", "撰文", "文", "记者", "記者"];

/// What stands before the name of a source.
const SOURCES: &[&str] = &["来源", "來源", "稿源", "文章来源", "文章來源"];

/// From what machines are told and from the lines that readers see.
pub(super) fn read(title: &str, head: &Head, ld: &JsonLd, lines: &[Line]) -> Metadata {
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
    let url = head
        .canonical
        .clone()
        .or_else(|| meta(&["og:url"]))
        .or_else(|| ld.text("url"))
        .filter(|url| url.starts_with("http"));
    // An author's name may be the name of the site, or several.
    let labelled_author = || {
        let mut lines = short();
        lines.find_map(|line| after_label(line, AUTHORS).or_else(|| reporter(line)))
    };
    let is_name = |name: &String| {
        !name.contains("://") && name.chars().nth(LONGEST_NAME).is_none() && !name.is_empty()
    };
    Metadata {
        title: Some(title.to_owned())
            .filter(|title| !title.is_empty())
            .or_else(|| meta(&["og:title"]))
            .or_else(|| ld.text("headline")),
        date: date.or_else(|| date_of_lines(title, url.as_deref(), lines)),
        author: labelled_author()
            .or_else(|| ld.name("author").filter(is_name))
            .or_else(|| meta(&["author", "article:author"]).filter(is_name)),
        source: labelled(SOURCES)
            .or_else(|| meta(&["og:site_name"]))
            .or_else(|| ld.name("publisher"))
            .or_else(|| meta(&["source", "mediaid"])),
        url,
        language: head.language.clone().or_else(|| meta(&["og:locale"])),
    }
}

/// What machines are told of the title.
pub(super) fn titles(head: &Head, ld: &JsonLd) -> Told {
    let meta = |name: &str| {
        let found = head.meta.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.trim().to_owned())
    };
    let titles = [ld.text("headline"), meta("og:title"), meta("twitter:title")];
    let site = meta("og:site_name").or_else(|| ld.name("publisher"));
    Told {
        titles: (titles.into_iter().flatten())
            .filter(|title| !title.is_empty() && Some(title) != site.as_ref())
            .collect(),
        site,
    }
}

/// What stands before the date of publication.
const DATES: &[&str] = &[
    "发布时间",
    "發佈時間",
    "發布時間",
    "发表时间",
    "發表時間",
    "发布日期",
    "發佈日期",
    "刊登日期",
    "更新时间",
    "更新時間",
    "发布于",
    "發佈於",
    "发表于",
    "發表於",
    "时间",
    "時間",
    "日期",
];

/// The date of publication on short lines: the one that the address has too, the one behind a
/// label or beside a source, the first below the title, the first of all.
fn date_of_lines(title: &str, url: Option<&str>, lines: &[Line]) -> Option<String> {
    let is_short = |text: &&str| text.chars().nth(LONGEST_LINE).is_none();
    let short = || lines.iter().map(|line| line.text.as_str()).filter(is_short);
    let of_url = url.and_then(date_of_url);
    let is_of_url = |date: &String| {
        of_url
            .as_ref()
            .is_some_and(|of_url| date.starts_with(of_url))
    };
    let labelled = |line: &&str| {
        DATES.iter().any(|label| line.contains(label)) || after_label(line, SOURCES).is_some()
    };
    let below = || {
        short()
            .skip_while(|line| *line != title)
            .skip(1)
            .take(NEAR_TITLE)
    };
    (short().filter_map(date_in).find(is_of_url))
        .or_else(|| below().filter(labelled).find_map(date_in))
        .or_else(|| short().filter(labelled).find_map(date_in))
        .or_else(|| below().find_map(date_in))
        .or_else(|| short().find_map(date_in))
        .or(of_url)
}

/// So many short lines below the title may tell the date.
const NEAR_TITLE: usize = 8;

/// The day in an address: `/2024/07/04/`, `/2024-07-04/`, `/20240704/`, `/2024/0704/`.
fn date_of_url(url: &str) -> Option<String> {
    let (_, path) = url.split_once("://")?;
    let path = &path[path.find('/')?..];
    for (at, _) in path.match_indices(['/', '-', '_', 't']) {
        let rest = &path[at + 1..];
        let mut digits = String::new();
        let mut after = None;
        for char in rest.chars() {
            match char {
                '0'..='9' if digits.len() < 8 => digits.push(char),
                '/' | '-' | '_' if matches!(digits.len(), 4 | 6) => {}
                _ => {
                    after = Some(char);
                    break;
                }
            }
        }
        if digits.len() != 8 || after.is_some_and(|char| char.is_ascii_digit()) {
            continue;
        }
        let date = format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]);
        if let Some(date) = date_in(&date) {
            return Some(date);
        }
    }
    None
}

/// The name of a reporter: `记者 王小明`, `本报记者王小明`, `記者王小明／台北報導`, `（记者王小明）`.
fn reporter(line: &str) -> Option<String> {
    ["记者", "記者"].iter().find_map(|label| {
        let (before, rest) = line.split_once(label)?;
        let begins = before.is_empty()
            || before.ends_with([
                '本', '报', '報', '社', '网', '網', '（', '(', '〔', '【', '／', '/', ' ', '　',
                '\u{a0}',
            ]);
        let named = rest.trim_start_matches([' ', '　', '\u{a0}']);
        let is_end = |char: char| char.is_whitespace() || "／/）)〕】|｜，,。；;".contains(char);
        let name = named.split(is_end).next()?;
        let is_name = (2..=4).contains(&name.chars().count())
            && name
                .chars()
                .all(|char| ('\u{4e00}'..='\u{9fff}').contains(&char) || char == '·');
        // Of a sentence about reporters the name has no end.
        let ends = name.len() < named.len() || named.len() < rest.len() || before.is_empty();
        (begins && is_name && ends).then(|| name.to_owned())
    })
}

/// Titles of texts are shorter than this, in characters.
const LONGEST_TITLE: usize = 40;

/// Lines at the start and at the end of a text that may name its date, author and source.
const EDGE: usize = 8;

/// From the lines of a text without markup.
pub(super) fn of_text(text: &str) -> Metadata {
    let lines: Vec<&str> = (text.lines().map(str::trim))
        .filter(|line| !line.is_empty())
        .collect();
    let line = |text: &&str| Line {
        text: (*text).to_owned(),
        ..Line::default()
    };
    let start = lines.len().min(EDGE);
    let end = lines.len().saturating_sub(EDGE).max(start);
    let edges: Vec<Line> = lines[..start]
        .iter()
        .chain(&lines[end..])
        .map(line)
        .collect();
    let told = read("", &Head::default(), &JsonLd(Vec::new()), &edges);
    let is_title = |title: &&&str| {
        let is_sentence = title.ends_with(['。', '；', '：', '，', '、', ',', ';', ':', '.', '…']);
        let is_told = date_in(title).is_some()
            || after_label(title, SOURCES).is_some()
            || after_label(title, AUTHORS).is_some();
        title.chars().nth(LONGEST_TITLE).is_none()
            && title.chars().count() > 1
            && title.chars().any(char::is_alphabetic)
            && !is_sentence
            && !is_told
    };
    let holds_sentence = |line: &&str| {
        line.chars().nth(LONGEST_TITLE / 2).is_some() && line.contains(['。', '，', '！', '？'])
    };
    Metadata {
        title: (lines.first())
            .filter(|_| lines.iter().skip(1).any(holds_sentence))
            .filter(is_title)
            .map(|title| (*title).to_owned()),
        ..told
    }
}

/// The objects of a page's JSON-LD, outermost first.
pub(super) struct JsonLd(Vec<Value>);

impl JsonLd {
    pub(super) fn new(blocks: &[String]) -> Self {
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
    fn a_date_of_publication_is_none_of_the_frame() {
        let lines = |texts: &[&str]| -> Vec<Line> {
            let line = |text: &&str| Line {
                text: (*text).to_owned(),
                ..Line::default()
            };
            texts.iter().map(line).collect()
        };
        let page = lines(&[
            "今天是2025年3月1日 星期六",
            "雪",
            "2024-07-04 07:21 来源：晨报",
            "2023-01-01 旧闻",
        ]);
        let of = |url, page: &[Line]| date_of_lines("雪", url, page);
        assert_eq!(of(None, &page).as_deref(), Some("2024-07-04T07:21"));
        let page = lines(&["2025-03-01", "雪", "王小明", "2024年7月4日", "2023-01-01"]);
        assert_eq!(of(None, &page).as_deref(), Some("2024-07-04"));
        let url = Some("https://a.cn/n/2023/0101/c1-2.html");
        assert_eq!(of(url, &page).as_deref(), Some("2023-01-01"));
        assert_eq!(of(url, &lines(&["雪"])).as_deref(), Some("2023-01-01"));
    }

    #[test]
    fn addresses_hold_days() {
        for (url, wanted) in [
            ("http://a.cn/2024/07/04/1.html", Some("2024-07-04")),
            ("http://a.cn/a/20240704/1.html", Some("2024-07-04")),
            ("http://a.cn/n1/2024/0704/c1.html", Some("2024-07-04")),
            ("http://a.cn/202407/t20240704_12.html", Some("2024-07-04")),
            ("http://a.cn/1234567890123.html", None),
            ("http://a.cn/99999999/1.html", None),
        ] {
            assert_eq!(date_of_url(url).as_deref(), wanted, "{url}");
        }
    }

    #[test]
    fn reporters_are_named() {
        for (line, wanted) in [
            ("本报记者 王小明", Some("王小明")),
            ("〔記者王小明／台北報導〕", Some("王小明")),
            ("新华社北京7月4日电（记者王小明）", Some("王小明")),
            ("记者 王小明 李红", Some("王小明")),
            ("记者从气象台了解到，明天有雪", None),
            ("一名记者在现场看到", None),
            ("记者节", None),
        ] {
            assert_eq!(reporter(line).as_deref(), wanted, "{line}");
        }
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
