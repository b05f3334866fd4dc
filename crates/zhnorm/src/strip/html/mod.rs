//! Web page to text: the part of an HTML page that holds its sentences, a line for each block.
//!
//! Scrapers that keep pages instead of texts need one step more before the rules of this stage can
//! look at lines. It is taken here, and kept simple:
//!
//! 1. The page is cut into lines (`lines`), as a reader sees them: a paragraph, an item, a cell,
//!    a row of a table of short cells. Each remembers in which element it is and how much of
//!    it is links. Character references are decoded; scripts and styles are no text.
//! 2. Readability, the reader's view of browsers, is asked which of these lines it would keep
//!    (`readability`), and the main part is the element that holds them (`main_part`), unless most
//!    sentences of the page stand elsewhere. Menus in it go.
//! 3. A page of which the main part has hardly any text, a list or a short notice, is taken whole,
//!    and the caller is informed: the rules for lines still follow.
//!
//! Nothing is fetched, no style is computed, no script runs. Time is linear in the page, but for
//! the depth of its elements, which is bounded.

mod alternatives;
mod attributes;
mod blocks;
mod elements;
mod inline;
mod layout;
mod lines;
mod main_part;
mod markdown;
mod metadata;
mod readability;
#[cfg(test)]
mod round_trip_tests;
mod titles;
mod told;

pub use crate::metadata::Metadata;
pub(crate) use layout::Layout;
use lines::{Line, Page};

/// What was read from a page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extracted {
    /// The title, and the text below it, each block on a line of its own. It ends in a line end
    /// unless it is empty.
    pub text: String,
    /// Whether this is the text of the whole page, because no part of it stood out.
    pub whole: bool,
    /// How much of the page's sentences is in this text, in percent of their characters. What is
    /// missing may be comments and summaries of other articles; the smaller the share, the more
    /// was left out on the extractor's word.
    pub share: usize,
    /// The lines of the page that are not in this text, in order.
    pub left_out: Vec<String>,
    /// What the page says about its article.
    pub metadata: Metadata,
    /// Whether the page has too many lines for the reader's view to be asked which of them are the
    /// article. Then the sentences alone decide.
    pub too_long: bool,
    /// The lines of code in this text, without blanks around them.
    pub(crate) code: Vec<String>,
}

/// A main part with less text than this many characters may be a caption: the page is taken whole.
const ENOUGH: usize = 60;

/// Reads the main part of a page.
///
/// ```
/// let page = "<html><head><title>雪后的早晨 - 晨报</title></head><body>\
///     <div id=menu><a href=/>首页</a> <a href=/n>新闻</a> <a href=/s>体育</a></div>\
///     <h1>雪后的早晨</h1><div><p>昨天下了雪，路上的车开得很慢，孩子们在路边堆雪人。</p>\
///     <p>气象台说，今天夜里&nbsp;还会有一场小雪，<b>气温</b>降到零下五度，请早上出门的人小心路滑。</p></div>\
///     </body></html>";
/// let extracted = zhnorm::strip::html::article(page);
/// assert_eq!(
///     extracted.text,
///     "雪后的早晨\n\
///      昨天下了雪，路上的车开得很慢，孩子们在路边堆雪人。\n\
///      气象台说，今天夜里\u{a0}还会有一场小雪，气温降到零下五度，请早上出门的人小心路滑。\n"
/// );
/// assert!(!extracted.whole);
/// ```
pub fn article(html: &str) -> Extracted {
    read(html, false, false).0
}

/// The same with the layout of its lines: what is a heading, an item, a cell, a link.
/// Links, code and images only if they are asked for.
pub(crate) fn laid_out(html: &str, with_inlines: bool) -> (Extracted, Layout) {
    read(html, true, with_inlines)
}

fn read(html: &str, with_layout: bool, with_inlines: bool) -> (Extracted, Layout) {
    let mut page = Page::read(html, with_inlines);
    let images = std::mem::take(&mut page.images);
    let length = |lines: &[&Line]| lines.iter().map(|line| line.chars as usize).sum::<usize>();
    let json_ld = metadata::JsonLd::new(&page.told.json_ld);
    let title = titles::title(&page, &titles::Told::new(&page.told, &json_ld));
    let main = main_part::find(&page, &title).filter(|main| length(&main.lines) >= ENOUGH);
    let all = || page.lines.iter().collect();
    let kept: Vec<&Line> = main.as_ref().map_or_else(all, |main| main.lines.clone());
    let mut of_kept = kept.iter().peekable();
    let left_out = page
        .lines
        .iter()
        .filter(|line| {
            of_kept
                .next_if(|kept| std::ptr::eq(**kept, *line))
                .is_none()
        })
        .map(|line| line.text.trim_end().to_owned())
        // The title stands above the text.
        .filter(|line| *line != title)
        .collect();
    let place = metadata::Place::new(&title, &kept, &page.lines);
    let metadata = metadata::read(&title, &page, &json_ld, &place);
    let mut text = String::new();
    let mut layout = Layout::default();
    if !title.is_empty() && kept.first().is_none_or(|line| line.text != title) {
        text.push_str(&title);
        layout.push_title(0..text.len());
        text.push('\n');
    }
    for (number, line) in kept.iter().enumerate() {
        // Most pages repeat the title above their text.
        if !text.is_empty() && titles::repeats(&line.text, number, &title) {
            continue;
        }
        let start = text.len();
        text.push_str(&line.text);
        if with_layout {
            layout.push(start..text.len(), line, start == 0 && line.text == title);
        }
        text.push('\n');
    }
    let is_kept = |image: &inline::Image| {
        let held = |main: &main_part::MainPart<'_>| main.holds(&page, image.element);
        main.as_ref().is_none_or(held)
    };
    layout.keep_images(images, is_kept);
    let is_code = page.code();
    let code = kept
        .iter()
        .filter(|line| is_code[line.element])
        .flat_map(|line| line.text.lines().map(str::trim))
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    let extracted = Extracted {
        text,
        code,
        whole: main.is_none(),
        share: main.as_ref().map_or(100, |main| main.share),
        left_out,
        metadata,
        too_long: readability::is_too_long(&page),
    };
    drop((kept, main));
    layout.set_elements(page.elements);
    (extracted, layout)
}

/// A text without markup as Markdown: its lines as they are, in paragraphs. If the first is this
/// title, it is a heading.
pub(crate) fn plain_markdown(text: &str, title: Option<&str>) -> String {
    markdown::plain(text, title)
}

/// What the lines of an article without markup tell of it.
pub(crate) fn text_metadata(text: &str) -> Metadata {
    metadata::of_text(text)
}

/// Whether bytes begin as a page does: with a document type or its outermost element.
pub(crate) fn begins_as_page(bytes: &[u8]) -> bool {
    let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // A declaration and comments may stand before.
    for _ in 0..4 {
        rest = rest.trim_ascii_start();
        let end: &[u8] = match rest {
            _ if rest.starts_with(b"<?xml") => b"?>",
            _ if rest.starts_with(b"<!--") => b"-->",
            _ => break,
        };
        let Some(at) = memchr::memmem::find(rest, end) else {
            return false;
        };
        rest = &rest[at + end.len()..];
    }
    let begins = |with: &[u8]| {
        rest.get(..with.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(with))
            && rest
                .get(with.len())
                .is_none_or(|next| !next.is_ascii_alphanumeric())
    };
    begins(b"<!doctype html") || begins(b"<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: &str = "昨天下了雪，路上的车开得很慢，孩子们在路边堆雪人，大人们忙着扫雪。";

    fn text(body: &str) -> String {
        article(&format!("<html><body>{body}</body></html>")).text
    }

    #[test]
    fn blocks_are_lines_and_inline_elements_are_not() {
        let body = format!("<p>{PROSE}<b>大桥</b>通车\n  了。</p>{PROSE}<br>二<div>三</div>四");
        assert_eq!(
            text(&body),
            format!("{PROSE}大桥通车了。\n{PROSE}\n二\n三\n四\n")
        );
    }

    #[test]
    fn lists_tables_and_captions_survive() {
        let body = format!(
            "<p>{PROSE}</p><p>{PROSE}</p><ul><li>一<li>二</ul>\
             <table><caption>人口</caption><tr><th>城市<th>人口<tr><td>北京<td>2189</table>\
             <figure><img alt=x><figcaption>图为清晨的大桥</figcaption></figure><pre>a\n  b</pre>"
        );
        assert_eq!(
            text(&body),
            format!(
                "{PROSE}\n{PROSE}\n一\n二\n人口\n城市\t人口\n北京\t2189\n图为清晨的大桥\na\n  b\n"
            )
        );
    }

    #[test]
    fn headings_of_the_article_and_empty_lines_of_code_survive() {
        let page = format!(
            "<title>集市</title><article><div><h2>三十年没有涨价</h2><p>{PROSE}{PROSE}</p>\
             <h3>后来</h3><pre>a\n\nb\n</pre><p>{PROSE}</p></div></article>"
        );
        assert_eq!(
            article(&page).text,
            format!("集市\n三十年没有涨价\n{PROSE}{PROSE}\n后来\na\n\nb\n\n{PROSE}\n")
                .replace("b\n\n", "b\n")
        );
    }

    #[test]
    fn what_is_left_out_is_told() {
        let page = format!(
            "<nav><a href=/>首页</a></nav><article><p>{PROSE}</p><p>{PROSE}</p></article>\
             <footer>版权所有</footer>"
        );
        assert_eq!(article(&page).left_out, ["首页", "版权所有"]);
    }

    #[test]
    fn columns_of_a_page_made_of_a_table_are_not_one_line() {
        let body = format!(
            "<table><tr><td><a href=1>新闻</a><br><a href=2>体育</a></td>\
             <td>{PROSE}<br>{PROSE}</td></tr></table>"
        );
        assert_eq!(text(&body), format!("{PROSE}\n{PROSE}\n"));
    }

    #[test]
    fn references_are_decoded_and_scripts_are_no_text() {
        let body = format!(
            "<script>var a = '<p>不是正文';</script><style>p {{}}</style><!-- 注 -->\
             <p>{PROSE}</p><p>1 &lt; 2 &amp;&#20013;&#x6587;&hellip;{PROSE}</p>"
        );
        assert_eq!(text(&body), format!("{PROSE}\n1 < 2 &中文…{PROSE}\n"));
    }

    #[test]
    fn a_page_without_a_main_part_is_taken_whole() {
        let page = "<html><title>名单</title><body><ul><li>王小明<li>李小红</ul>";
        let extracted = article(page);
        assert_eq!(extracted.text, "名单\n王小明\n李小红\n");
        assert!(extracted.whole);
    }

    #[test]
    fn readability_chooses_among_sentences() {
        // Comments and a summary of another article hold more than a tenth of the sentences.
        let article = format!("<p>{PROSE}</p>").repeat(8);
        let page = format!(
            "<div class=main><div class=content>{article}</div></div>\
             <div class=sidebar><p>别的文章说，明天还要下雪，请大家早点出门，路上小心。</p></div>\
             <div class=comments><p>读者说，这条路年年下雪，年年都有人摔跤，该修一修了。</p>\
             <p>另一位读者说，他家门口的雪，到今天还没有人来扫，真不像话。</p></div>"
        );
        assert_eq!(text(&page), format!("{PROSE}\n").repeat(8));
    }

    #[test]
    fn an_article_is_not_lost_to_a_longer_comment() {
        let comment = PROSE.repeat(2);
        let parts: Vec<String> = (1..=9).map(|at| format!("第{at}段，{PROSE}")).collect();
        let page = format!(
            "<div>{}</div><div class=article><p>{comment}</p></div>",
            parts.join("<br>")
        );
        let got = text(&page);
        assert!(parts.iter().all(|part| got.contains(part)), "{got}");
    }

    #[test]
    fn a_short_article_is_not_lost_to_notices() {
        // Rules know these, so that they are no sentences.
        let known = "<p>本站所有文章由网友上传，如有侵权请联系删除，谢谢。</p>\
            <p>免责声明：本网对文中陈述、观点判断保持中立，请读者仅作参考，并请自行承担全部责任。</p>\
            <p>以上内容仅代表作者个人观点，不代表本网立场。</p>";
        let page = |notices: &str, title: &str| {
            let notices = notices.repeat(3);
            format!(
                "<title>雪后</title><table><tr><td>{title}<table><tr><td>{PROSE}{PROSE}</td></tr></table>\
                 </td><td><table><tr><td>{notices}</td></tr></table></td></tr></table>"
            )
        };
        assert!(article(&page(known, "")).text.contains(PROSE));
        // These they do not know, but the article is below the title.
        let unknown = "<p>本报开设了社交网络专页，让读者随时知道本地和国际的新闻、天气、交通。</p>\
            <p>编辑部每天在那里回答读者的问题，也刊登读者的来信、照片和短片，欢迎大家都来看看。</p>\
            <p>新的一期在每个星期一早晨出版，各地的书店和报摊都能买到，也可以在网上阅读。</p>";
        assert!(
            article(&page(unknown, "<h1>雪后</h1>"))
                .text
                .contains(PROSE)
        );
        assert!(!article(&page(unknown, "")).text.contains(PROSE));
    }

    #[test]
    fn boxes_beside_the_main_part_that_are_like_it_are_parts_of_it() {
        let items = "<p>雪后的路(9689)</p><p>大桥通车(7394)</p><p>操场换草皮(5308)</p><p>早市开张(4757)</p>";
        let page = |items: &str| {
            format!(
                "<title>雪后</title><div class=c1><h1>雪后</h1><div class=c2><div><p>{PROSE}{PROSE}{PROSE}</p></div>\
                 <div>{items}</div></div></div>"
            )
        };
        assert!(article(&page(items)).text.contains("早市开张(4757)"));
        let linked = items
            .replace("<p>", "<p><a href=1>")
            .replace("</p>", "</a></p>");
        assert!(!article(&page(&linked)).text.contains("早市开张(4757)"));
    }

    #[test]
    fn a_paragraph_below_the_title_is_not_lost_to_longer_texts() {
        let first = PROSE.repeat(4);
        let others = format!("<p>别的日记说，{PROSE}{PROSE}</p>").repeat(12);
        let page = |title: &str| {
            format!(
                "<title>雪后的早晨</title><table><tr><td><b>{title}</b><table><tr><td>{first}</td></tr></table>\
                 </td><td><table><tr><td>{others}</td></tr></table></td></tr></table>"
            )
        };
        assert!(article(&page("雪后的早晨")).text.contains(&first));
        assert!(!article(&page("昨天")).text.contains(&first));
    }

    #[test]
    fn verse_survives() {
        let lines = "床前明月光<br>疑是地上霜<br>举头望明月<br>低头思故乡<br>空山新雨后<br>天气晚来秋<br>\
                     明月松间照<br>清泉石上流<br>竹喧归浣女<br>莲动下渔舟<br>随意春芳歇<br>王孙自可留<br>";
        let page = format!(
            "<div><ul><li><a href=1>首页</a><li><a href=2>诗歌</a><li><a href=3>论坛</a></ul></div>\
             <div>{lines}</div><div>本站所有诗歌由读者上传，请勿用于商业，违者自负。</div>"
        );
        let got = text(&page);
        assert!(got.contains("床前明月光\n疑是地上霜\n"), "{got}");
        assert!(got.contains("王孙自可留\n"), "{got}");
        assert!(!got.contains("论坛"), "{got}");
    }

    #[test]
    fn ruby_is_read_in_the_order_in_which_it_stands() {
        let body = format!(
            "<p>{PROSE}</p><p><ruby>魑<rp>(</rp><rt>chī</rt><rp>)</rp>魅<rp>(</rp><rt>mèi</rt><rp>)</rp></ruby>{PROSE}</p>"
        );
        assert_eq!(text(&body), format!("{PROSE}\n魑(chī)魅(mèi){PROSE}\n"));
    }

    #[test]
    fn posts_of_a_thread_are_all_kept() {
        let posts: Vec<String> = (1..=6)
            .map(|at| {
                format!(
                    "<div class=post><div class=author><a href=/u/{at}>读者{at}</a></div>\
                     <div class=post-text>第{at}楼说，{PROSE}</div></div>"
                )
            })
            .collect();
        let got = text(&format!("<div id=posts>{}</div>", posts.concat()));
        for at in 1..=6 {
            assert!(got.contains(&format!("第{at}楼说")), "{got}");
        }
    }

    #[test]
    fn broken_pages_are_survived() {
        for page in [
            "",
            "<",
            "<p",
            "</div></div><p>a",
            "<table><td><table><div>",
            "&#xFFFFFFFF;",
        ] {
            article(page);
        }
        let deep = "<div>".repeat(100_000) + PROSE;
        assert_eq!(article(&deep).text, format!("{PROSE}\n"));
    }

    #[test]
    fn elements_left_open_cost_no_more_than_others() {
        // A browser opens each of these again in each paragraph that follows.
        let open: Vec<String> = (0..20_000)
            .map(|at| format!("<font color={at}><p>{PROSE}"))
            .collect();
        assert_eq!(article(&open.concat()).text.lines().count(), 20_000);
        let more = format!("{}<p>{PROSE}", open.concat());
        assert!(article(&more).too_long && !article(&open.concat()).too_long);
    }

    #[test]
    fn a_page_begins_with_its_type_or_its_element() {
        assert!(begins_as_page(
            b"\xef\xbb\xbf\n<!DOCTYPE html><title>x</title>"
        ));
        assert!(begins_as_page(b"<?xml version=\"1.0\"?><html xmlns=\"x\">"));
        assert!(!begins_as_page("<p> 是段落的标记。".as_bytes()));
    }

    #[test]
    fn a_short_article_does_not_lose_to_the_footer() {
        let page = "<title>通知</title><div class=content><h1>通知</h1><p>本店今日休息，明天照常营业。</p></div>\
             <footer><p>本网站刊登的新闻、信息和专栏资料，版权均归晨报网所有，未经许可不得转载、摘编。</p>\
             <p>违法和不良信息举报电话见首页，欢迎各位读者监督，我们会尽快处理。</p></footer>";
        let got = article(page).text;
        assert!(got.contains("本店今日休息，明天照常营业。"), "{got}");
        let long = page.replace("明天照常营业。", &format!("明天照常营业，{PROSE}{PROSE}"));
        let got = article(&long).text;
        assert!(
            got.contains("本店今日休息，明天") && !got.contains("版权"),
            "{got}"
        );
    }

    #[test]
    fn a_page_of_a_table_keeps_it() {
        let rows: Vec<String> = (1..30)
            .map(|at| format!("<tr><td>城市{at}<td>{}<td>{}%</tr>", at * 37, at % 9))
            .collect();
        let page = format!(
            "<title>人口</title><div class=left><a href=1>首页</a><a href=2>数据</a></div><div><h1>人口</h1>\
             <table><tr><th>城市<th>人口<th>增长</tr>{}</table></div>\
             <div class=note><p>以上数据由各地统计部门提供，仅供参考，如有疑问请与编辑部联系。</p></div>",
            rows.concat()
        );
        let got = article(&page).text;
        assert!(got.contains("城市\t人口\t增长\n城市1\t37\t1%\n"), "{got}");
        assert!(got.contains("城市29\t1073\t2%\n"), "{got}");
    }

    #[test]
    fn a_lead_in_a_box_of_its_own_stays() {
        let page = format!(
            "<title>雪</title><div class=main><h1>雪后的早晨</h1><div class=info>2024-01-02 晨报</div>\
             <div class=summary><p>导语：一夜大雪之后，城里的人起得比平时早，先说说路上的情形。</p></div>\
             <div class=content>{}</div></div><div class=side><a href=1>热点</a><a href=2>排行</a></div>",
            format!("<p>{PROSE}</p>").repeat(6)
        );
        let got = article(&page).text;
        assert!(got.contains("先说说路上的情形"), "{got}");
        assert!(!got.contains("排行"), "{got}");
    }

    mod any_page {
        use proptest::prelude::*;

        use super::super::article;
        use super::PROSE;

        fn piece() -> impl Strategy<Value = String> {
            let names = "div|p|td|tr|table|ul|li|a|span|section|article|h1|h2|br|pre|nav|aside|\
                         blockquote|dl|dd|form|header|body|html|title|b|figure|main|footer";
            let names: Vec<&'static str> = names.split('|').collect();
            prop_oneof![
                prop::sample::select(names.clone()).prop_map(|name| format!("<{name}>")),
                (prop::sample::select(names.clone()), "[a-z -]{0,9}")
                    .prop_map(|(name, class)| format!("<{name} class=\"{class}\" id=z1>")),
                prop::sample::select(names).prop_map(|name| format!("</{name}>")),
                Just(PROSE.to_owned()),
                "[雪后的早晨，。]{0,30}",
                "\\PC{0,12}",
            ]
        }

        proptest! {
            #[test]
            fn is_read(pieces in prop::collection::vec(piece(), 0..120)) {
                let extracted = article(&pieces.concat());
                let text = &extracted.text;
                prop_assert!(text.is_empty() || text.ends_with('\n'));
                prop_assert!(extracted.share <= 100);
            }
        }
    }
}
