//! Web pages: read as HTML, written as the text of their article.

use std::borrow::Cow;

use super::{Article, FileOutcome, Options, into_bytes};
use crate::decode;
use crate::report::{Change, Origin, Stage};
use crate::strip::{DocumentKind, html};
use crate::{Normalizer, Outcome, Result};

/// The same pipeline for text that comes from a web page, which needs no further proof, and whose
/// code is no furniture.
fn of_page(normalizer: &Normalizer, code: Vec<String>) -> Normalizer {
    let mut options = normalizer.options().clone();
    options
        .strip
        .kind_hint
        .get_or_insert(DocumentKind::ArticlePage);
    if !code.is_empty() {
        options.strip = options.strip.with_kept_lines(code.into_iter());
    }
    Normalizer::new(options)
}

/// The text of a page as the stages leave it, without the marks of its lists.
pub(super) fn normalize_text(page: &str, normalizer: &Normalizer) -> Outcome<'static> {
    let extracted = html::article(page);
    let outcome = of_page(normalizer, extracted.code).normalize_str(&extracted.text);
    Outcome {
        text: Cow::Owned(outcome.text.into_owned()),
        ..outcome
    }
}

/// Runs the pipeline over a page that is the value of a field. Gives the text that the page would
/// have in a file of its own.
pub(super) fn normalize_field(
    page: &str,
    normalizer: &Normalizer,
    options: &Options,
) -> Outcome<'static> {
    let (extracted, mut layout) = html::laid_out(page, options.image_alt);
    rewrite(layout.alternative_texts(), normalizer);
    let normalizer = of_page(normalizer, extracted.code);
    let old = extracted.text.as_str();
    let (outcome, marked) = if has_marks(&layout, options) {
        let (outcome, places) = normalizer.normalize_tracking(old, &layout.places());
        let marked = layout.marked(old, &outcome.text, &places, options.image_alt);
        (outcome, marked)
    } else {
        (normalizer.normalize_str(old), None)
    };
    Outcome {
        text: Cow::Owned(marked.unwrap_or_else(|| outcome.text.into_owned())),
        ..outcome
    }
}

/// Whether something is put into the text of a page: bullets, or what stands for images.
fn has_marks(layout: &html::Layout, options: &Options) -> bool {
    layout.has_items() || (options.image_alt && layout.has_images())
}

/// A page of which a smaller share of the sentences was taken, in percent, is flagged.
const ENOUGH: usize = 80;

/// Runs the pipeline over the text of a page.
pub(super) fn normalize<'a>(
    bytes: &[u8],
    normalizer: &Normalizer,
    options: &Options,
) -> Result<FileOutcome<'a>> {
    let mut report = normalizer.report();
    let decoded = decode::decode(bytes, &normalizer.options().decode, &mut report)?;
    let page = decoded.text;
    let (extracted, mut layout) = html::laid_out(&page, options.article || options.image_alt);
    let record = |rule: &'static str, note: String| {
        Change::edit(Stage::Strip, rule, 0..page.len(), 1, "", "").with_note(note)
    };
    report.record(record(
        "html.article",
        format!(
            "{} characters of text, {} % of the sentences of a page of {} characters; what follows \
             tells of that text",
            extracted.text.chars().count(),
            extracted.share,
            page.chars().count()
        ),
    ));
    let mut metadata = extracted.metadata;
    let beside = [
        &mut metadata.title,
        &mut metadata.author,
        &mut metadata.source,
    ];
    let beside = beside.into_iter().flatten();
    rewrite(beside.chain(layout.alternative_texts()), normalizer);
    report.set_page(metadata.clone());
    if extracted.too_long {
        let note = "more lines than an article has: which of them are the article was decided by the \
                    sentences alone";
        report.record(
            Change::flag(Stage::Strip, "html.too-long", 0..page.len(), 1, "").with_note(note),
        );
    }
    if extracted.whole {
        let note = "no part of the page stood out as its article: all of its text was taken";
        report
            .record(Change::flag(Stage::Strip, "html.whole", 0..page.len(), 1, "").with_note(note));
    }
    if !extracted.whole && extracted.share < ENOUGH {
        let note = format!(
            "only {} % of the sentences of the page were taken",
            extracted.share
        );
        report
            .record(Change::flag(Stage::Strip, "html.share", 0..page.len(), 1, "").with_note(note));
    }
    for line in extracted.left_out {
        report.record(Change::drop(
            Stage::Strip,
            "html.left-out",
            0..page.len(),
            1,
            line,
        ));
    }
    let normalizer = of_page(normalizer, extracted.code);
    let old = extracted.text.as_str();
    let mut article = None;
    let (outcome, marked) = if options.article || has_marks(&layout, options) {
        let (outcome, places) = normalizer.normalize_tracking(old, &layout.places());
        if options.article {
            let markdown = layout.markdown(old, &outcome.text, &places);
            // Where a line cannot be found again, the text is given without markup.
            if markdown.is_none() {
                let note = "too much was changed to find each line again: the Markdown has no \
                            headings, lists, tables and links";
                let flag = Change::flag(Stage::Strip, "html.layout", 0..page.len(), 1, "");
                report.record(flag.with_note(note));
            }
            let markdown = markdown.unwrap_or_else(|| html::plain_markdown(&outcome.text, None));
            article = Some(Article {
                markdown: Some(markdown),
                metadata,
                ..Article::default()
            });
        }
        let marked = layout.marked(old, &outcome.text, &places, options.image_alt);
        (outcome, marked)
    } else {
        (normalizer.normalize_str(old), None)
    };
    let text = marked.unwrap_or_else(|| outcome.text.into_owned());
    // These changes have their places in the extracted text, not in the page.
    report.append(outcome.report, |_| Origin::default());
    Ok(FileOutcome {
        contents: into_bytes(Cow::Owned(text)),
        encoding: decoded.encoding,
        confidence: decoded.confidence,
        byte_order_mark: decoded.byte_order_mark,
        variety: outcome.variety,
        report,
        problems: Vec::new(),
        warnings: Vec::new(),
        article,
    })
}

/// Repairs texts of a page beside its lines, and puts them in the script of the text.
fn rewrite<'t>(texts: impl Iterator<Item = &'t mut String>, normalizer: &Normalizer) {
    for text in texts {
        if let Cow::Owned(new) = normalizer.rewrite_whole(text) {
            *text = new;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::{self, Format};
    use crate::report::Places;

    const PROSE: &str = "昨天下了雪，路上的車開得很慢，孩子們在路邊堆雪人，大人們忙著掃雪。";

    fn normalizer(to: &str) -> Normalizer {
        let to = to.parse().expect("a target");
        Normalizer::new(crate::Options::default().with_to(to))
    }

    fn markdown(page: &str, normalizer: &Normalizer) -> String {
        let options = Options::default().with_article(true);
        let file = formats::normalize(page.as_bytes(), Format::Page, normalizer, &options);
        let article = file.expect("a page").article.expect("an article");
        article.markdown.expect("Markdown")
    }

    #[test]
    fn what_strip_leaves_out_is_in_no_form() {
        let page = format!(
            "<title>雪後的早晨</title><article><p>首页 &gt; 新闻 &gt; 正文</p><p>{PROSE}</p>\
             <h2>博客</h2><p>他的<a href=/b>部落格</a>說：{PROSE}</p><ul><li>相關閱讀<li>\
             <a href=1>雪後的路</a><li>晨報 2024-01-02<li>最新評論</ul></article>"
        );
        let wanted = "# 雪后的早晨\n\n\
            昨天下了雪，路上的车开得很慢，孩子们在路边堆雪人，大人们忙着扫雪。\n\n## 博客\n\n\
            他的[博客](/b)说：昨天下了雪，路上的车开得很慢，孩子们在路边堆雪人，大人们忙着扫雪。\n";
        assert_eq!(markdown(&page, &normalizer("zh-CN")), wanted);
        // The same where nothing is listed, and where characters are counted.
        let options = normalizer("zh-CN").options().clone();
        let counting = Normalizer::new(options.clone().with_count_only(true));
        assert_eq!(markdown(&page, &counting), wanted);
        let characters = Normalizer::new(options.with_places(Places::Characters));
        assert_eq!(markdown(&page, &characters), wanted);
    }

    #[test]
    fn lists_keep_their_numbers_and_bullets() {
        let page = format!(
            "<title>雪後</title><article><p>{PROSE}</p><p>{PROSE}</p><ol start=3><li>甲<li><p>乙</p><p>丙</p>\
             <li>5、丁</ol><ul><li>子<li>丑</ul><ul><li><p>一</p><p>二</p><li>三</ul></article>"
        );
        let options = Options::default();
        let file = formats::normalize(
            page.as_bytes(),
            Format::Page,
            &normalizer("zh-Hans"),
            &options,
        );
        let text = String::from_utf8(file.expect("a page").contents.into_owned()).expect("text");
        assert!(
            text.ends_with("扫雪。\n3. 甲\n4. 乙\n丙\n5、丁\n- 子\n- 丑\n一\n二\n三\n"),
            "{text}"
        );
    }

    #[test]
    fn no_rule_judges_code() {
        let code = "// 分享到：新浪微博 腾讯微博\n# 返回首页\n\nCopyright (c) 2024 Example. All rights reserved.\n1\n2";
        let page = format!(
            "<html><title>脚本</title><article><p>{PROSE}</p><pre>{code}</pre><p>{PROSE}</p><p>分享到：新浪微博 腾讯微博 人人网</p>\
             <pre>版权所有 晨报网\n返回顶部</pre></article><p>版权所有 晨报网站</p>"
        );
        let file = formats::normalize(
            page.as_bytes(),
            Format::Page,
            &normalizer("zh-Hans"),
            &Options::default(),
        );
        let text = String::from_utf8(file.expect("a page").contents.into_owned());
        let text = text.expect("text");
        assert!(text.contains(code), "{text}");
        assert!(text.contains("版权所有 晨报网\n返回顶部"), "{text}");
        assert!(!text.contains("人人网"), "{text}");
    }

    /// Articles in two halves that look like two articles.
    fn halves(second: usize) -> String {
        let part = |times| format!("<p>{PROSE}</p>").repeat(times);
        format!(
            "<title>雪後</title><div class=content>{}</div><div class=sidebar><div class=comment>{}</div></div>",
            part(12),
            part(second)
        )
    }

    #[test]
    fn a_page_of_which_sentences_went_is_flagged() {
        let flags = |page: &str| {
            let file = formats::normalize(
                page.as_bytes(),
                Format::Page,
                &Normalizer::default(),
                &Options::default(),
            );
            let report = file.expect("a page").report;
            (
                report.flagged(Stage::Strip, "html.share"),
                report.changed(Stage::Strip, "html.left-out"),
            )
        };
        assert_eq!(flags(&halves(8)), (1, 8));
        assert_eq!(flags(&halves(1)), (0, 1));
    }

    #[test]
    fn markup_that_is_lost_is_told() {
        let page = format!(
            "<title>雪後</title><article><p>{}</p><p>{PROSE}</p><h2>雪後的路</h2><p>{PROSE}</p></article>",
            "他的部落格很長，".repeat(40)
        );
        let flags = |most| {
            let options = crate::Options::default()
                .with_to("zh-CN".parse().expect("a target"))
                .with_most_listed(most);
            let file = formats::normalize(
                page.as_bytes(),
                Format::Page,
                &Normalizer::new(options),
                &Options::default().with_article(true),
            );
            let file = file.expect("a page");
            let markdown = file.article.and_then(|article| article.markdown);
            (
                markdown.expect("Markdown").contains("## "),
                file.report.flagged(Stage::Strip, "html.layout"),
            )
        };
        assert_eq!(flags(100_000), (true, 0));
        assert_eq!(flags(3), (false, 1));
    }

    #[test]
    fn what_a_page_says_of_itself_is_rewritten_too() {
        let page = format!(
            "<title>雪後的早晨</title><meta name=author content=陳小龍><p>{PROSE}</p><p>{PROSE}</p>\
             <p><img src=/s.jpg alt=雪後的路></p>"
        );
        let options = Options::default().with_article(true);
        let normalizer = normalizer("zh-Hans");
        let file = formats::normalize(page.as_bytes(), Format::Page, &normalizer, &options);
        let article = file.expect("a page").article.expect("an article");
        assert_eq!(article.metadata.title.as_deref(), Some("雪后的早晨"));
        assert_eq!(article.metadata.author.as_deref(), Some("陈小龙"));
        assert_eq!(article.metadata.language.as_deref(), Some("zh-Hans"));
        assert_eq!(article.script(), Some("Hans"));
        let document = article.document().expect("Markdown");
        assert!(
            document.starts_with(
                "---\ntitle: \"雪后的早晨\"\nauthor: \"陈小龙\"\nlanguage: \"zh-Hans\"\n---\n\n# 雪后"
            ),
            "{document}"
        );
        assert!(document.contains("![雪后的路](/s.jpg)"), "{document}");
    }

    /// The text of a page with what stands for its images.
    fn with_images(page: &str, to: &str) -> String {
        let options = Options::default().with_image_alt(true);
        let file = formats::normalize(page.as_bytes(), Format::Page, &normalizer(to), &options);
        String::from_utf8(file.expect("a page").contents.into_owned()).expect("UTF-8")
    }

    #[test]
    fn images_stand_where_they_are() {
        let page = format!(
            "<nav><a href=/><img src=/logo.png alt=晨報></a></nav><article><h1>雪</h1>\
             <img src=/1.jpg alt=雪後的路><p>{PROSE}</p><p><img src=/2.jpg alt=掃雪>{PROSE}\
             <img src=/3.jpg alt=堆雪人></p><p>他說<img src=/4.png alt=[微笑]>，{PROSE}</p>\
             <figure><img src=/5.jpg alt=圖為大橋><figcaption>圖為大橋</figcaption></figure>\
             <ul><li>一<li><img src=/6.jpg alt=學校>二</ul><img src=/7.jpg><img src=/8.jpg alt=8.jpg>\
             <p>{PROSE}</p><img src=/9.jpg alt=夜></article>"
        );
        let prose = "昨天下了雪，路上的车开得很慢，孩子们在路边堆雪人，大人们忙着扫雪。";
        assert_eq!(
            with_images(&page, "zh-Hans"),
            format!(
                "雪\n[雪后的路]\n{prose}\n[扫雪]\n{prose}\n[堆雪人]\n他说[微笑]，{prose}\n图为大桥\n\
                 - 一\n[学校]\n- 二\n{prose}\n[夜]\n"
            )
        );
        let file = formats::normalize(
            page.as_bytes(),
            Format::Page,
            &normalizer("zh-Hans"),
            &Options::default(),
        );
        let text = String::from_utf8(file.expect("a page").contents.into_owned()).expect("UTF-8");
        assert!(!text.contains("后的路"), "{text}");
    }

    #[test]
    fn images_of_lines_that_go_go_with_them() {
        let items: Vec<String> = (1..=3)
            .map(|at| {
                format!(
                    "<li><a href=/{at}><img src=/{at}.jpg alt=縮圖{at}><br>雪後的路第{at}條</a>"
                )
            })
            .collect();
        let page = format!(
            "<title>雪</title><article><p>首页 &gt; 新闻 &gt; 正文</p><p>{PROSE}</p><p>{PROSE}</p>\
             <ul><li>相關閱讀{}<li>晨報 2024-01-02<li>最新評論</ul></article>",
            items.concat()
        );
        let text = with_images(&page, "zh-Hant");
        assert!(
            !text.contains("雪後的路第") && !text.contains("縮圖"),
            "{text}"
        );
    }

    #[test]
    fn a_page_in_a_field_is_read_like_one_in_a_file() {
        let body = format!(
            "<nav><a href=/>首頁</a></nav><article><h1>雪</h1><p>{PROSE}</p><ul><li>一<li>二</ul>\
             <p>{PROSE}</p></article><footer>版權所有</footer>"
        );
        let pages = [
            format!("<html><body>{body}</body></html>"),
            format!("<!doctype html><html lang=zh>{body}"),
            format!(" \n\t<html><body>{body}</body></html>"),
            format!("\u{3000}\u{a0}<html>{body}"),
            format!("\u{feff}<html>{body}</html>"),
            format!("<!-- 存檔 -->\r\n<html>{body}"),
            format!("<HTML>\r\n<BODY>{body}</BODY></HTML>"),
            format!("<head><title>雪</title></head><body>{body}"),
            format!("<body>{body}"),
            format!("<div>{body}</div>"),
            body,
        ];
        let options = Options::default().with_field_format(Some(Format::Page));
        let normalizer = normalizer("zh-Hant");
        for page in pages {
            let line = serde_json::json!({ "text": page }).to_string();
            let file =
                formats::normalize(line.as_bytes(), Format::JsonLines, &normalizer, &options);
            let contents = file.expect("a record").contents.into_owned();
            let record: serde_json::Value = serde_json::from_slice(&contents).expect("JSON");
            let of_file = formats::normalize(page.as_bytes(), Format::Page, &normalizer, &options);
            let of_file = String::from_utf8(of_file.expect("a page").contents.into_owned());
            let text = record["text"].as_str().expect("a text");
            // A file keeps its byte order mark.
            let of_file = of_file.expect("UTF-8").replace('\u{feff}', "");
            assert_eq!(format!("{text}\n"), of_file, "{page}");
            assert_eq!(text, format!("雪\n{PROSE}\n- 一\n- 二\n{PROSE}"), "{page}");
        }
    }

    #[test]
    fn pages_in_fields_are_told_however_they_begin() {
        for start in ["", "\u{feff}", "\u{3000}\n", "<!-- 存檔 -->"] {
            let page = format!("{start}<html><p>{PROSE}</p></html>");
            let line = serde_json::json!({ "text": page }).to_string();
            let options = Options::default();
            let normalizer = Normalizer::default();
            let file =
                formats::normalize(line.as_bytes(), Format::JsonLines, &normalizer, &options);
            assert_eq!(file.expect("a record").warnings.len(), 1, "{start:?}");
        }
    }

    #[test]
    fn a_text_is_its_paragraphs() {
        let of = |text: &str| {
            let options = Options::default().with_article(true);
            let file = formats::normalize(
                text.as_bytes(),
                Format::Text,
                &Normalizer::default(),
                &options,
            );
            file.expect("a text").article.expect("an article")
        };
        let article = of("雪后的早晨\n来源：晨报\n# 路上的车开得很慢，孩子们在路边堆雪人。\n");
        assert_eq!(article.metadata.title.as_deref(), Some("雪后的早晨"));
        assert_eq!(article.metadata.source.as_deref(), Some("晨报"));
        assert_eq!(
            article.markdown.as_deref(),
            Some("# 雪后的早晨\n\n来源：晨报\n\n\\# 路上的车开得很慢，孩子们在路边堆雪人。\n")
        );
        let verse = of("床前明月光\n疑是地上霜\n\n举头望明月\n低头思故乡\n");
        assert_eq!(
            verse.markdown.as_deref(),
            Some("床前明月光\\\n疑是地上霜\n\n举头望明月\\\n低头思故乡\n")
        );
    }

    /// Lines that stages leave out, join, repair and convert.
    fn piece() -> impl Strategy<Value = String> {
        let lines = "相關閱讀|雪後的路|晨報 2024-01-02|最新評論|首页 > 新闻 > 正文|责任编辑：王小明|\
                     他的部落格很長|環(huán)境保護(hù)是每個(gè)人的責(zé)任|分享到|\u{e9}\u{203a}\u{aa}|\
                     軟體和程式|版權所有 晨報網|1|。|關於我們|字號：大 中 小";
        let lines: Vec<&'static str> = lines.split('|').collect();
        let names = vec![
            "p",
            "li",
            "h2",
            "div",
            "td",
            "tr",
            "table",
            "pre",
            "ul",
            "br",
            "blockquote",
        ];
        prop_oneof![
            prop::sample::select(lines).prop_map(str::to_owned),
            prop::sample::select(names.clone()).prop_map(|name| format!("<{name}>")),
            prop::sample::select(names).prop_map(|name| format!("</{name}>")),
            Just(PROSE.to_owned()),
            Just("<a href=/x>".to_owned()),
            Just("\n\n".to_owned()),
        ]
    }

    proptest! {
        #[test]
        fn each_line_is_found_again(
            pieces in prop::collection::vec(piece(), 0..50),
            to in prop::sample::select(vec!["zh-CN", "zh-TW", "zh-Hans"]),
        ) {
            let page = pieces.concat();
            let (extracted, layout) = html::laid_out(&page, true);
            let normalizer = of_page(&normalizer(to), extracted.code.clone());
            let old = extracted.text.as_str();
            let (outcome, places) = normalizer.normalize_tracking(old, &layout.places());
            prop_assert!(
                layout.markdown(old, &outcome.text, &places).is_some(),
                "{old:?} {:?} {places:?}",
                outcome.text
            );
            let plain = normalizer.normalize_str(old);
            prop_assert_eq!(plain.text, outcome.text);
        }
    }
}
