//! What a page says about its article: title, date, author, source, address, language.
//!
//! Machines are told first, in JSON-LD and `meta` elements. Where they are not, readers are:
//! `来源：晨报`, `作者：王小明`, `2024-07-04 07:21`, on short lines near the article, and elements
//! that are called the author or the date.

mod dates;
mod json_ld;
mod names;

use std::ops::Range;

use super::lines::{Line, Page};
use super::told::{Called, Head, Role};
use crate::metadata::Metadata;
use dates::{date_in, date_of_lines};
pub(super) use json_ld::JsonLd;
use names::{authors, is_name, masthead, may_name, plain_name, source};

/// Longer lines are sentences, which mention dates and names of others.
const LONGEST_LINE: usize = 80;

/// So many short lines above the title and below it say what the article is.
const ABOVE: usize = 3;
const BELOW: usize = 9;

/// Called elements are believed so many lines above the title, and below the article.
const AROUND: usize = 6;

/// Titles of texts are shorter than this, in characters.
const LONGEST_TITLE: usize = 40;

/// Lines at the start and at the end of a text that may name its date, author and source.
const EDGE: usize = 8;

/// Where on a page its article is.
pub(super) struct Place<'p> {
    lines: &'p [Line],
    /// The line of the title, or the first of the article.
    title: usize,
    /// The end of the article.
    end: usize,
    /// The short lines that may name someone.
    naming: Vec<usize>,
}

impl<'p> Place<'p> {
    pub(super) fn new(title: &str, kept: &[&Line], lines: &'p [Line]) -> Self {
        let at = |line: Option<&&Line>| {
            let line = line?;
            lines.iter().position(|other| std::ptr::eq(*line, other))
        };
        let start = at(kept.first()).unwrap_or(0);
        let end = at(kept.last()).map_or(lines.len(), |last| last + 1);
        // A title may stand in a menu, too: the last one before the text is its heading.
        let heading = lines[..end.min(start + BELOW)]
            .iter()
            .rposition(|line| line.text == title);
        Self::at(lines, heading.unwrap_or(start), end)
    }

    fn at(lines: &'p [Line], title: usize, end: usize) -> Self {
        let names = |(_, line): &(usize, &Line)| is_short(&line.text) && may_name(&line.text);
        let naming = lines.iter().enumerate().filter(names);
        Self {
            naming: naming.map(|(at, _)| at).collect(),
            lines,
            title,
            end,
        }
    }

    /// The lines around the title: those below it, and those above it.
    fn around(&self) -> [Range<usize>; 2] {
        let title = self.title.min(self.lines.len());
        let to = (title + 1 + BELOW).min(self.lines.len());
        [title..to, title.saturating_sub(ABOVE)..title]
    }

    /// Short lines around the title.
    fn near(&self) -> impl Iterator<Item = &'p str> {
        let lines = self.lines;
        let ranges = self.around().into_iter();
        ranges.flat_map(move |range| short(&lines[range]))
    }

    /// The lines in a range that may name someone.
    fn naming(&self, range: Range<usize>) -> impl Iterator<Item = &'p str> {
        let naming = self.naming.iter().filter(move |at| range.contains(at));
        naming.map(|at| self.lines[*at].text.as_str())
    }

    /// Those around the title.
    fn naming_near(&self) -> impl Iterator<Item = &'p str> {
        let ranges = self.around().into_iter();
        ranges.flat_map(|range| self.naming(range))
    }

    /// Those of the article and right below it.
    fn naming_within(&self) -> impl Iterator<Item = &'p str> {
        self.naming(self.title..self.end + ABOVE)
    }

    /// Those of the page.
    fn naming_anywhere(&self) -> impl Iterator<Item = &'p str> {
        self.naming(0..self.lines.len())
    }

    /// The texts of elements that are called so, near the article.
    fn called(&self, told: &'p Head, role: Role) -> impl Iterator<Item = &'p str> {
        let range = self.title.saturating_sub(AROUND)..self.end + AROUND;
        let is_wanted = move |of: &&Called| of.role == role && range.contains(&of.line);
        told.called
            .iter()
            .filter(is_wanted)
            .map(|of| of.text.trim())
    }
}

fn short<'l>(lines: &'l [Line]) -> impl Iterator<Item = &'l str> {
    let texts = lines.iter().map(|line| line.text.as_str());
    texts.filter(|text| is_short(text))
}

fn is_short(text: &str) -> bool {
    // A character has at most four bytes.
    text.len() <= LONGEST_LINE
        || (text.len() <= 4 * LONGEST_LINE && text.chars().nth(LONGEST_LINE).is_none())
}

/// From what machines are told and from the lines that readers see.
pub(super) fn read(title: &str, page: &Page, ld: &JsonLd, place: &Place<'_>) -> Metadata {
    let head = &page.told;
    let url = [
        head.canonical.clone(),
        head.meta(&["og:url"]),
        ld.text("url"),
        ld.address("mainEntityOfPage"),
    ];
    let url = url.into_iter().flatten().find_map(|url| absolute(&url));
    let site = head
        .meta(&["og:site_name", "sitename"])
        .or_else(|| ld.name("publisher"))
        .or_else(|| head.meta(&["application-name", "apple-mobile-web-app-title"]));
    let language = (head.language.clone())
        .or_else(|| head.meta(&["content-language", "og:locale"]))
        .or_else(|| ld.text("inLanguage"));
    Metadata {
        title: Some(title.to_owned())
            .filter(|title| !title.is_empty())
            .or_else(|| head.meta(&["og:title"]))
            .or_else(|| ld.text("headline")),
        date: date(title, head, ld, url.as_deref(), place),
        author: author(head, ld, site.as_deref(), &page.head, place),
        source: source_of(head, place).or(site.clone()).or_else(|| {
            let of_title = names::site_in_title(&page.head, title);
            head.meta(&["source", "mediaid"]).or(of_title)
        }),
        url,
        language: language.map(|language| language.replace('_', "-")),
    }
}

/// An address with its scheme.
fn absolute(url: &str) -> Option<String> {
    if url.starts_with("http") {
        Some(url.to_owned())
    } else {
        url.starts_with("//").then(|| format!("https:{url}"))
    }
}

fn date(
    title: &str,
    head: &Head,
    ld: &JsonLd,
    url: Option<&str>,
    place: &Place<'_>,
) -> Option<String> {
    let told = [
        ld.text("datePublished"),
        head.meta(&[
            "article:published_time",
            "og:published_time",
            "datepublished",
            "publishdate",
            "publish-date",
            "publish_date",
            "publishtime",
            "pubdate",
            "bytedance:published_time",
            "og:release_date",
            "date",
            "dc.date",
            "dc.date.issued",
            "weibo: article:create_at",
            "firstpublishtime",
        ]),
        ld.text("dateCreated"),
        head.meta(&["article:modified_time"]),
    ];
    let told = told.into_iter().flatten();
    let told = (told
        .clone()
        .find_map(|text| date_in(&text).map(|date| (text, date))))
    .map(|(text, date)| match dates::in_china(&text) {
        // A page tells readers the time of its own place.
        Some(local) if seen(&local, place) => local,
        _ => date,
    });
    told.or_else(|| place.called(head, Role::Date).find_map(date_in))
        .or_else(|| head.seconds.and_then(dates::of_seconds))
        .or_else(|| date_of_lines(title, url, place.lines))
}

/// Whether a short line near the title gives this day.
fn seen(date: &str, place: &Place<'_>) -> bool {
    let mut days = place.near().filter_map(date_in);
    days.any(|seen| seen.get(..10) == date.get(..10))
}

/// Who wrote it: an author whom readers are told near the title, whom machines are told, whom an
/// element is called, or who is named elsewhere. The name of the site is none.
fn author(
    head: &Head,
    ld: &JsonLd,
    site: Option<&str>,
    page_title: &str,
    place: &Place<'_>,
) -> Option<String> {
    let is_person = |name: &String| is_name(name) && !names::is_site(name, site, page_title);
    let told = |name: String| Some(plain_name(&name)).filter(is_person);
    let of_meta = [
        "author",
        "article:author",
        "og:article:author",
        "dc.creator",
        "dcterms.creator",
        "byl",
        "twitter:creator",
    ];
    let of_ld = ld.people("author");
    let called = |text: &str| authors(text).or_else(|| told(text.to_owned()));
    (place.naming_near().find_map(authors).filter(is_person))
        .or_else(|| of_ld.filter(is_person))
        .or_else(|| of_meta.iter().find_map(|name| told(head.meta(&[name])?)))
        .or_else(|| place.called(head, Role::Author).find_map(called))
        .or_else(|| place.naming_within().find_map(authors).filter(is_person))
        .or_else(|| place.naming_anywhere().find_map(authors).filter(is_person))
}

/// Where it comes from, as readers are told, or machines of the article itself.
fn source_of(head: &Head, place: &Place<'_>) -> Option<String> {
    let called = |text: &str| {
        let name = source(text).unwrap_or_else(|| plain_name(text));
        Some(name).filter(|name| is_name(name))
    };
    (place.naming_near().find_map(source))
        .or_else(|| place.naming_within().find_map(source))
        .or_else(|| head.meta(&["contentsource"]).filter(|name| is_name(name)))
        .or_else(|| place.called(head, Role::Source).find_map(called))
        .or_else(|| place.near().find_map(masthead))
        .or_else(|| place.naming_anywhere().find_map(source))
}

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
    let place = Place::at(&edges, 0, edges.len());
    let told = read("", &Page::default(), &JsonLd::default(), &place);
    let is_title = |title: &&&str| {
        let is_sentence = title.ends_with(['。', '；', '：', '，', '、', ',', ';', ':', '.', '…']);
        let is_told =
            date_in(title).is_some() || source(title).is_some() || authors(title).is_some();
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
