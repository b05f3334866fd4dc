//! `cargo xtask eval strip metadata`: what is read of a page's title, date, author, source, address and
//! language, on pages written in the habits of sites of the mainland, Taiwan and Hong Kong.
//!
//! There are no labelled pages of this kind, so these are made up (`pages.txt`), by the same people who
//! wrote what reads them: the figures show which habits are known and which are not, and no share
//! of the web. `write=FOLDER` writes the pages and what they say, for other programs
//! (`benchsuite/python/page_metadata.py`).

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use zhnorm::report::Metadata;
use zhnorm::strip::html;

use crate::measure::Random;

const PAGES: &str = include_str!("pages.txt");

/// Pages made from each template.
const OF_EACH: usize = 4;

const FIELDS: [&str; 6] = ["title", "date", "author", "source", "url", "language"];

/// A kind of page.
struct Template<'t> {
    name: &'t str,
    wants: Vec<&'t str>,
    head: String,
    body: String,
}

/// A page and what it says: of each field a value, or that it says none.
struct Page<'t> {
    name: &'t str,
    html: String,
    wanted: BTreeMap<&'static str, Option<String>>,
}

fn templates() -> Result<Vec<Template<'static>>> {
    let mut templates = Vec::new();
    for part in PAGES.split("\n=== ").skip(1) {
        let mut lines = part.lines();
        let name = lines.next().unwrap_or_default();
        let mut field = |wanted: &str| {
            lines
                .next()
                .and_then(|line| line.strip_prefix(wanted))
                .with_context(|| format!("{wanted} of {name}"))
        };
        templates.push(Template {
            name,
            wants: field("want ")?.split(' ').collect(),
            head: field("head ")?.replace("\\n", "\n"),
            body: field("body ")?.replace("\\n", "\n"),
        });
    }
    Ok(templates)
}

impl<'t> Template<'t> {
    /// Fills in the fields.
    fn page(&self, random: &mut Random) -> Page<'t> {
        let pick = |random: &mut Random, of: &'static [&'static str]| (*random.pick(of)).to_owned();
        let title = pick(
            random,
            &[
                "一夜大雪之后的早晨",
                "大橋通車 兩岸居民往來更方便",
                "学校的操场换了新草皮",
            ],
        );
        let author = pick(random, &["王小明", "李红", "陳大文", "欧阳晓雪"]);
        let second = pick(random, &["赵一平", "林美玉", "周可"]);
        let editor = pick(random, &["孙立", "黃志強"]);
        let source = pick(random, &["山城晚报", "雪域日報", "江边新闻网"]);
        let site = pick(random, &["晨报网", "早安新聞網"]);
        let (year, month, day) = (
            2008 + random.below(17),
            1 + random.below(12),
            1 + random.below(28),
        );
        let (hour, minute) = (8 + random.below(16), random.below(60));
        let host = "www.example.com";
        let ymd = format!("{year}-{month:02}-{day:02}");
        let hm = format!("{hour:02}:{minute:02}");
        let url = format!("https://{host}/a/{}.html", 1000 + random.below(9000));
        let bare = url.replace("https:", "");
        let wide = |text: String| -> String {
            let wide = |char: char| match char {
                '0'..='9' => char::from_u32(u32::from(char) + 0xfee0).unwrap_or(char),
                _ => char,
            };
            text.chars().map(wide).collect()
        };
        let numerals = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
        let tens = |value: usize| match (value / 10, value % 10) {
            (0, ones) => numerals[ones].to_owned(),
            (1, 0) => "十".to_owned(),
            (1, ones) => format!("十{}", numerals[ones]),
            (tens, 0) => format!("{}十", numerals[tens]),
            (tens, ones) => format!("{}十{}", numerals[tens], numerals[ones]),
        };
        let digits: String = year
            .to_string()
            .bytes()
            .map(|digit| numerals[usize::from(digit - b'0')])
            .collect();
        let values = [
            ("title", title.clone()),
            ("author", author.clone()),
            ("second", second.clone()),
            ("editor", editor),
            ("source", source.clone()),
            ("site", site.clone()),
            ("host", host.to_owned()),
            ("ymd", ymd.clone()),
            ("hm", hm.clone()),
            ("url", url.clone()),
            ("bare", bare),
            ("y", year.to_string()),
            ("m", month.to_string()),
            ("d", day.to_string()),
            ("mm", format!("{month:02}")),
            ("dd", format!("{day:02}")),
            ("roc", (year - 1911).to_string()),
            ("utc", format!("{ymd}T{:02}:{minute:02}:00Z", hour - 8)),
            ("epoch", epoch(year, month, day, hour - 8, minute).to_string()),
            ("wide", wide(format!("{year}年{month}月{day}日"))),
            ("zh", format!("{digits}年{}月{}日", tens(month), tens(day))),
            ("lead", "昨天城里下了一整夜的雪。".to_owned()),
            (
                "prose",
                "<div class=\"content\"><p>昨天城里下了一整夜的雪，路上的车开得很慢，学校也停了半天课，孩子们都很高兴。</p>\
                 <p>气象台预计，雪会在周末停下来，气温要到下周才能慢慢回升，出门的人要小心路滑。</p>\
                 <p>市民说，这样大的雪已经有十年没有见过了，老人们坐在窗前，一看就是一个下午。</p></div>"
                    .to_owned(),
            ),
        ];
        let filled = |text: &str| {
            let mut text = text.to_owned();
            for (name, value) in &values {
                text = text.replace(&format!("{{{name}}}"), value);
            }
            text
        };
        let head = filled(&self.head);
        // Where the template has no element for the page itself.
        let open = if head.starts_with("<html") {
            ""
        } else {
            "<html>"
        };
        let html = format!(
            "<!DOCTYPE html>{open}<head>{head}</head><body>{}</body></html>",
            filled(&self.body)
        );
        let mut wanted = BTreeMap::new();
        for want in &self.wants {
            let (field, value) = match *want {
                "title" => ("title", Some(title.clone())),
                "day" => ("date", Some(ymd.clone())),
                "time" => ("date", Some(format!("{ymd}T{hm}"))),
                "author" => ("author", Some(author.clone())),
                "authors" => ("author", Some(format!("{author}、{second}"))),
                "author-" => ("author", None),
                "source" => ("source", Some(source.clone())),
                "site" => ("source", Some(site.clone())),
                "lang" => ("language", Some("zh-Hant-TW".to_owned())),
                // An address that a template writes itself holds the day.
                "url" if head.contains("/snow/") => (
                    "url",
                    Some(format!("https://{host}/{}/snow/", ymd.replace('-', "/"))),
                ),
                "url" if head.contains("/news/") => (
                    "url",
                    Some(format!(
                        "https://{host}/news/{}/1.html",
                        ymd.replace('-', "/")
                    )),
                ),
                "url" => ("url", Some(url.clone())),
                other => match other.split_once('=') {
                    Some(("author", name)) => {
                        let name = if name == "John" { "John Smith" } else { name };
                        ("author", Some(name.to_owned()))
                    }
                    _ => continue,
                },
            };
            wanted.insert(field, value);
        }
        Page {
            name: self.name,
            html,
            wanted,
        }
    }
}

/// Seconds since 1970.
fn epoch(year: usize, month: usize, day: usize, hour: usize, minute: usize) -> usize {
    let is_leap = |year: usize| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let years: usize = (1970..year)
        .map(|year| if is_leap(year) { 366 } else { 365 })
        .sum();
    let lengths = [
        31,
        if is_leap(year) { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let days = years + lengths[..month - 1].iter().sum::<usize>() + day - 1;
    ((days * 24 + hour) * 60 + minute) * 60
}

fn value(of: &Metadata, field: &str) -> Option<String> {
    match field {
        "title" => &of.title,
        "date" => &of.date,
        "author" => &of.author,
        "source" => &of.source,
        "url" => &of.url,
        _ => &of.language,
    }
    .clone()
}

/// Prints the table; with `wrong` what is not right.
pub(super) fn run(words: &[&str]) -> Result<()> {
    let mut random = Random::new(11);
    let mut pages = Vec::new();
    let templates = templates()?;
    for template in &templates {
        for _ in 0..OF_EACH {
            pages.push(template.page(&mut random));
        }
    }
    if let Some(folder) = words.iter().find_map(|word| word.strip_prefix("write=")) {
        std::fs::create_dir_all(folder)?;
        for (number, page) in pages.iter().enumerate() {
            let path = format!("{folder}/{number:03}");
            std::fs::write(format!("{path}.html"), &page.html)?;
            std::fs::write(format!("{path}.json"), serde_json::to_string(&page.wanted)?)?;
        }
        return Ok(());
    }
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for page in &pages {
        let metadata = html::article(&page.html).metadata;
        for (field, wanted) in &page.wanted {
            let got = value(&metadata, field);
            let is_right = *wanted == got;
            let [right, all, rightly_none, none] = counts.entry(field).or_default();
            if wanted.is_some() {
                (*right, *all) = (*right + usize::from(is_right), *all + 1);
            } else {
                (*rightly_none, *none) = (*rightly_none + usize::from(is_right), *none + 1);
            }
            if !is_right && words.contains(&"wrong") {
                println!("WRONG {} {field} {got:?} {wanted:?}", page.name);
            }
        }
    }
    println!(
        "\n## what {} made-up pages of {} kinds say\n\n| field | right | told where the page says none |\n|---|--:|--:|",
        pages.len(),
        templates.len()
    );
    for field in FIELDS {
        let [right, all, rightly_none, none] = counts.get(field).copied().unwrap_or_default();
        let share = 100.0 * right as f64 / all.max(1) as f64;
        println!(
            "| {field} | {right} of {all} ({share:.1} %) | {} of {none} |",
            none - rightly_none
        );
    }
    Ok(())
}
