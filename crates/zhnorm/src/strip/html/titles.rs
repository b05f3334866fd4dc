//! The title of a page's article: it stands above the text, once, and is not the name of the site.

use super::lines::Page;
use super::metadata::JsonLd;
use super::told::Head;

/// Fewer characters than this are no title but a part of one.
const SHORTEST: u32 = 3;

/// So many lines at the start of the main part may repeat the title.
const NEAR: usize = 6;

/// What a page tells machines of its title.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The title, the most reliable first, perhaps with the name of the site behind it.
    pub titles: Vec<String>,
    /// The name of the site.
    pub site: Option<String>,
}

impl Told {
    pub(super) fn new(head: &Head, ld: &JsonLd) -> Self {
        let titles = [
            ld.text("headline"),
            head.meta(&["og:title"]),
            head.meta(&["twitter:title"]),
            head.meta(&["articletitle"]),
        ];
        let site = head
            .meta(&["og:site_name", "sitename"])
            .or_else(|| ld.name("publisher"));
        let is_title = |title: &String| !title.is_empty() && Some(title) != site.as_ref();
        let titles = titles.into_iter().flatten();
        Self {
            titles: titles
                .map(|title| title.trim().to_owned())
                .filter(is_title)
                .collect(),
            site,
        }
    }
}

/// The article's title: the page's only heading of the first rank, or the longest line with which
/// what the page calls itself begins or ends, or the first part of that.
///
/// A site may write its own name, or that of the section, as the heading: what machines are told
/// helps to know that.
pub(super) fn title(page: &Page, told: &Told) -> String {
    let head = page.head.trim();
    let mut sites: Vec<&str> = told.site.as_deref().into_iter().collect();
    let (of_site, of_article): (Vec<&str>, Vec<&str>) = (page.headings.iter())
        .map(String::as_str)
        .partition(|heading| is_of_site(heading, page, told));
    // The only one, perhaps beside the name of the site.
    if let [heading] = of_article[..] {
        return heading.to_owned();
    }
    sites.extend(of_site);
    // Sites put their own names after it: title_section_site, title - site, title-site.
    let head = told.titles.first().map_or(head, String::as_str);
    let part = |text: &str, chars: u32| {
        let (before, trailing) = (head.strip_suffix(text), head.strip_prefix(text));
        chars >= SHORTEST
            && !sites.contains(&text)
            && (before.is_some_and(|rest| rest.is_empty() || rest.ends_with(separates))
                || trailing.is_some_and(|rest| rest.starts_with(separates)))
    };
    let parts = page
        .lines
        .iter()
        .filter(|line| part(&line.text, line.chars));
    if let Some(line) = parts.max_by_key(|line| line.chars) {
        return line.text.clone();
    }
    let first = head
        .split(['_', '|', '｜'])
        .next()
        .unwrap_or(head)
        .split(" - ")
        .next()
        .unwrap_or(head)
        .trim();
    if first.chars().count() < SHORTEST as usize {
        head
    } else {
        first
    }
    .to_owned()
}

fn separates(char: char) -> bool {
    !char.is_alphanumeric()
}

/// Whether a heading is the name of the site or of one of its sections: it is told as such, or in
/// what the page calls itself it stands beside the title, which is longer and stands before it or
/// is a line of the page.
fn is_of_site(heading: &str, page: &Page, told: &Told) -> bool {
    let head = page.head.trim();
    let mut titles = told.titles.iter().map(String::as_str).chain([head]);
    if titles.clone().any(|title| title == heading) {
        // Of a page that is called as the site is, nothing else tells.
        return told.site.as_deref() == Some(heading);
    }
    if told.site.as_deref() == Some(heading) {
        return true;
    }
    let length = heading.chars().count();
    let is_longer = |part: &str| {
        let part = part.trim_matches(separates);
        part.chars().count() > length
    };
    let is_line = |part: &str| {
        let part = part.trim_matches(separates);
        page.lines.iter().any(|line| line.text == part)
    };
    titles.any(|title| {
        title.match_indices(heading).any(|(at, _)| {
            let (before, trailing) = (&title[..at], &title[at + heading.len()..]);
            let ends = trailing.is_empty() || trailing.starts_with(separates);
            if before.is_empty() {
                ends && is_longer(trailing) && is_line(trailing)
            } else {
                ends && before.ends_with(separates) && is_longer(before)
            }
        })
    })
}

/// Whether a line near the start of the text repeats the title, perhaps in other signs.
pub(super) fn repeats(line: &str, number: usize, title: &str) -> bool {
    // What two spellings of a title have in common are its letters and digits.
    number < NEAR && letters(title).next().is_some() && letters(line).eq(letters(title))
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|char| char.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::super::article;

    const PROSE: &str = "昨天下了雪，路上的车开得很慢，孩子们在路边堆雪人，大人们忙着扫雪。";

    fn first(head: &str, body: &str) -> String {
        let page = format!("<head>{head}</head><body>{body}<p>{PROSE}<p>{PROSE}");
        let text = article(&page).text;
        text.lines().next().unwrap_or_default().to_owned()
    }

    #[test]
    fn the_title_is_that_of_the_article() {
        let of = |head: &str, body: &str| first(&format!("<title>{head}</title>"), body);
        assert_eq!(of("雪后的早晨_新闻_晨报网", ""), "雪后的早晨");
        assert_eq!(of("晨报网", "<div><h1>雪后的早晨</h1></div>"), "雪后的早晨");
        assert_eq!(of("雪后-早晨", "<h1>一</h1><h1>二</h1>"), "雪后-早晨");
        assert_eq!(of("雪后的早晨-晨报网", "<b>雪后的早晨</b>"), "雪后的早晨");
        assert_eq!(of("晨报网：雪后的早晨", "<b>雪后的早晨</b>"), "雪后的早晨");
        assert_eq!(of("快讯：雪后的早晨", "<h1>雪后的早晨</h1>"), "雪后的早晨");
    }

    #[test]
    fn the_name_of_the_site_is_no_title() {
        let og = "<meta property=og:title content='雪后的早晨'><meta property=og:site_name content='晨报网'>";
        let title = "<title>晨报网</title>";
        assert_eq!(
            first(&format!("{title}{og}"), "<h1>晨报网</h1>"),
            "雪后的早晨"
        );
        assert_eq!(
            first("<title>雪后的早晨_晨报网</title>", "<h1>晨报网</h1>"),
            "雪后的早晨"
        );
        let ld = "<script type=application/ld+json>{\"headline\": \"雪后的早晨\"}</script>";
        assert_eq!(
            first(
                &format!("<title>晨报</title>{ld}"),
                "<h1>一</h1><h1>二</h1>"
            ),
            "雪后的早晨"
        );
        // Before the title, and with a heading of its own.
        assert_eq!(
            first(
                "<title>晨报网 - 雪后的早晨</title>",
                "<h1>晨报网</h1><h2>雪后的早晨</h2>"
            ),
            "雪后的早晨"
        );
        assert_eq!(
            first(
                "<title>雪后的早晨 - 晨报网</title>",
                "<h1>晨报网</h1><h1>雪后的早晨</h1>"
            ),
            "雪后的早晨"
        );
    }

    #[test]
    fn the_name_of_a_section_is_no_title() {
        let head = "<title>雪后的早晨-新闻中心-晨报网</title>";
        assert_eq!(
            first(head, "<h1>新闻中心</h1><h2>雪后的早晨</h2>"),
            "雪后的早晨"
        );
        let told = format!("{head}<meta property=og:title content='雪后的早晨-新闻中心'>");
        assert_eq!(
            first(&told, "<h1>新闻中心</h1><div>雪后的早晨</div>"),
            "雪后的早晨"
        );
    }

    #[test]
    fn a_title_that_is_written_in_two_ways_is_told_once() {
        let body = "<div><h1>雪后的早晨</h1><p>晨报</p></div><h2>“雪后的早晨”</h2>";
        let page = format!("<title>雪后的早晨</title><body>{body}<p>{PROSE}<p>{PROSE}");
        let got = article(&page).text;
        assert_eq!(got.matches("雪后的早晨").count(), 1, "{got}");
    }
}
