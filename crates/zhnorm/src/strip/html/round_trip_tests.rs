//! A page written as Markdown is read by a parser as the blocks of the page.

use std::fmt::Write as _;

use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::blocks::Block;
use super::inline::{Image, MarkKind};
use super::layout::Span;
use super::{laid_out, markdown};

const PROSE: &str = "昨天下了雪，路上的车开得很慢，孩子们在路边堆雪人，大人们忙着扫雪。";

/// The blocks of a page, and its Markdown.
fn read(page: &str) -> (Vec<Block>, String) {
    let (extracted, layout) = laid_out(page, true);
    let text = &extracted.text;
    let places = layout.places();
    let blocks = layout.blocks(text, text, &places).expect("the whole text");
    let written = markdown::write(&blocks);
    (blocks, written)
}

fn page_of(body: &str) -> String {
    format!("<title>雪后的早晨</title><article>{body}<p>{PROSE}</p><p>{PROSE}</p></article>")
}

/// The Markdown of a page without its title and its last paragraphs.
fn written(body: &str) -> String {
    let (_, text) = read(&page_of(body));
    let text = text.strip_prefix("# 雪后的早晨\n\n").expect("the title");
    let end = format!("{PROSE}\n\n{PROSE}\n");
    let text = text.strip_suffix(&end).expect("the end");
    text.trim_end_matches('\n').to_owned()
}

#[test]
fn headings_lists_and_quotations() {
    assert_eq!(
        written("<h2>一</h2><p>甲乙</p><h3>二</h3>"),
        "## 一\n\n甲乙\n\n### 二"
    );
    assert_eq!(
        written("<ul><li>甲<li>乙<ol start=1><li>子<li>丑</ol><li>丙</ul>"),
        "- 甲\n- 乙\n  1. 子\n  2. 丑\n- 丙"
    );
    assert_eq!(written("<ol start=3><li>甲<li>乙</ol>"), "3. 甲\n4. 乙");
    assert_eq!(
        written("<ul><li><p>甲</p><p>乙</p><li>丙</ul><ul><li>丁</ul>"),
        "- 甲\n\n  乙\n\n- 丙\n\n* 丁"
    );
    assert_eq!(
        written("<blockquote><p>甲</p><ul><li>乙</ul></blockquote><p>丙<br>丁</p>"),
        "> 甲\n>\n> - 乙\n\n丙\\\n丁"
    );
}

#[test]
fn tables_keep_rows_and_columns() {
    assert_eq!(
        written(
            "<table><caption>人口</caption><tr><th>城市<th>人口<th>注</tr>\
             <tr><td>北京<td>2189<td></tr><tr><td>天津<td><td>a|b</tr></table>"
        ),
        "人口\n\n| 城市 | 人口 | 注 |\n| --- | --- | --- |\n| 北京 | 2189 |  |\n\
         | 天津 |  | a\\|b |"
    );
    assert_eq!(
        written("<table><tr><td colspan=2>合<td>丙<tr><td>甲<br>乙<td>二<td>三</table>"),
        "| 合 |  | 丙 |\n| --- | --- | --- |\n| 甲<br>乙 | 二 | 三 |"
    );
}

#[test]
fn a_link_that_begins_a_paragraph_is_no_definition() {
    for page in [
        "<p><a href=';'><code>]:</code></a></p>",
        "<p><a href=';'>甲<code>x]: y</code>乙</a></p>",
    ] {
        let (blocks, text) = read(page);
        let mut wanted = String::new();
        outline(&blocks, 0, &mut wanted);
        assert_eq!(parsed(&text), wanted, "{text}");
        assert!(!text.is_empty());
    }
}

#[test]
fn links_images_and_code() {
    assert_eq!(
        written("<p>见<a href='/a?b=1&amp;c=2'>这里</a>，或<a href='/x (1).html'>那里</a>。</p>"),
        "见[这里](/a?b=1&c=2)，或[那里](</x (1).html>)。"
    );
    assert_eq!(
        written(
            "<p>甲</p><p><img data-src=/a.jpg src='data:x' alt='雪 [一]'></p>\
             <figure><a href=/big><img src=/b.jpg></a><figcaption>图</figcaption></figure>"
        ),
        "甲\n\n![雪 \\[一\\]](/a.jpg)\n\n[![](/b.jpg)](/big)\n\n图"
    );
    assert_eq!(
        written("<p>用 <code>a|`b</code> 来写<img src=/c.png alt=c>。</p>"),
        "用 ``a|`b`` 来写![c](/c.png)。"
    );
    assert_eq!(
        written(
            "<pre><code class='language-c++'>int a;\n\n  a = 1; // ```\n</code></pre>\
             <div class='highlight-source-rust'><pre>fn a() {}</pre></div>"
        ),
        "````c++\nint a;\n\n  a = 1; // ```\n````\n\n```rust\nfn a() {}\n```"
    );
}

#[test]
fn text_that_looks_like_markdown_is_escaped() {
    for (text, wanted) in [
        ("# 一", "\\# 一"),
        ("#一", "#一"),
        ("- 一", "\\- 一"),
        ("-5 度", "-5 度"),
        ("1. 一", "1\\. 一"),
        ("1.5 倍", "1.5 倍"),
        ("&gt; 引", "\\> 引"),
        ("a*b*c_d_e 3~5", "a\\*b\\*c_d_e 3\\~5"),
        ("_一_", "\\_一\\_"),
        ("[注](a)", "\\[注\\](a)"),
        ("&lt;b&gt; 1 &lt; 2", "\\<b> 1 < 2"),
        ("&amp;lt; &amp; b", "\\&lt; & b"),
        ("---", "\\---"),
        ("===", "\\==="),
        ("C:\\文 \\*", "C:\\文 \\\\\\*"),
        ("```", "\\`\\`\\`"),
    ] {
        assert_eq!(written(&format!("<p>{text}</p>")), wanted);
    }
    assert_eq!(written("<p>真的!<a href=/a>看</a></p>"), "真的\\![看](/a)");
}

#[test]
fn a_page_of_a_table_for_columns_has_no_table() {
    let parts = format!("{PROSE}<br>").repeat(9);
    let page = format!(
        "<table><tr><td><a href=1>新闻</a><td>报头<tr><td><a href=2>体育</a><td>{parts}</table>"
    );
    let (blocks, _) = read(&page);
    assert!(blocks.iter().all(|block| !matches!(block, Block::Table(_))));
}

/// Blocks as one line for each, to be compared.
fn outline(blocks: &[Block], depth: usize, out: &mut String) {
    for block in blocks {
        let _ = match block {
            Block::Heading(level, span) => {
                writeln!(
                    out,
                    "{depth} h{level} {}",
                    content(std::slice::from_ref(span), " ")
                )
            }
            Block::Paragraph(spans) => writeln!(out, "{depth} p {}", content(spans, " ")),
            Block::Image(image) => writeln!(out, "{depth} p {}", of_image(image, true)),
            Block::Code { language, text } => {
                let language = language.as_deref().unwrap_or("");
                writeln!(out, "{depth} code {language} {text:?}")
            }
            Block::Quotation(inner) => {
                let _ = writeln!(out, "{depth} quote");
                outline(inner, depth + 1, out);
                Ok(())
            }
            Block::List { start, items } => {
                let start = start.map(|start| if start > 99_999_999 { 1 } else { start });
                let _ = writeln!(out, "{depth} list {start:?}");
                for item in items {
                    let _ = writeln!(out, "{depth} item");
                    outline(item, depth + 1, out);
                }
                Ok(())
            }
            Block::Table(rows) => {
                let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
                for row in rows {
                    let cells = (0..columns).map(|at| {
                        row.get(at).map_or(String::new(), |span| {
                            content(std::slice::from_ref(span), "<br>")
                        })
                    });
                    let _ = writeln!(out, "{depth} row {}", cells.collect::<Vec<_>>().join("|"));
                }
                Ok(())
            }
        };
    }
}

fn of_image(image: &Image, linked: bool) -> String {
    let shown = format!("!<{}>{}!", image.address, image.alt);
    match &image.link {
        Some(link) if linked => format!("<{link}>{shown}</>"),
        _ => shown,
    }
}

/// The text of spans with its links, code and images marked. `/` is where a line ends.
fn content(spans: &[Span], line_end: &str) -> String {
    let mut out = String::new();
    for (number, span) in spans.iter().enumerate() {
        if number > 0 {
            out.push_str(" / ");
        }
        let start = span.text.len() - span.text.trim_start().len();
        let end = start + span.text.trim().len();
        let mut link: Option<&str> = None;
        let mut in_code = false;
        for at in start..=end {
            if !span.text.is_char_boundary(at) {
                continue;
            }
            let of = |want_code: bool| {
                span.marks.iter().find(|mark| {
                    mark.range.contains(&at)
                        && at < end
                        && (mark.kind == MarkKind::Code) == want_code
                })
            };
            let now = of(false).and_then(|mark| match &mark.kind {
                MarkKind::Link(address) => Some(address.as_str()),
                MarkKind::Code => None,
            });
            let code = of(true).is_some();
            if in_code && (!code || now != link) {
                out.push('}');
                in_code = false;
            }
            if link.is_some() && now != link {
                out.push_str("</>");
                link = None;
            }
            for (_, image) in span
                .images
                .iter()
                .filter(|(place, _)| (*place).clamp(start, end) == at)
            {
                if in_code {
                    out.push('}');
                    in_code = false;
                }
                if link.is_none() && now.is_some() && image.link.as_deref() == now {
                    let _ = write!(out, "<{}>", now.unwrap_or(""));
                    link = now;
                }
                out.push_str(&of_image(image, link.is_none()));
            }
            if now != link {
                let _ = write!(out, "<{}>", now.unwrap_or(""));
                link = now;
            }
            if code && !in_code {
                out.push('{');
                in_code = true;
            }
            if let Some(char) = span.text[at..].chars().next().filter(|_| at < end) {
                match char {
                    '\n' => out.push_str(line_end),
                    _ => out.push(char),
                }
            }
        }
    }
    out
}

/// The same of what a parser reads.
fn parsed(text: &str) -> String {
    let mut out = String::new();
    let mut line = String::new();
    let mut depth = 0;
    let mut starts: Vec<String> = Vec::new();
    let mut cells: Vec<String> = Vec::new();
    // The text of an item without empty lines is in no paragraph.
    let flush = |line: &mut String, out: &mut String, depth: usize| {
        if !line.is_empty() {
            let _ = writeln!(out, "{depth} p {}", std::mem::take(line));
        }
    };
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(
                Tag::Paragraph | Tag::TableHead | Tag::TableRow | Tag::TableCell | Tag::Table(_),
            )
            | Event::End(TagEnd::List(_) | TagEnd::Table) => {}
            Event::Start(Tag::Heading { level, .. }) => starts.push(match level {
                HeadingLevel::H1 => "h1".into(),
                HeadingLevel::H2 => "h2".into(),
                HeadingLevel::H3 => "h3".into(),
                HeadingLevel::H4 => "h4".into(),
                HeadingLevel::H5 => "h5".into(),
                HeadingLevel::H6 => "h6".into(),
            }),
            Event::End(TagEnd::Heading(_)) => {
                let level = starts.pop().unwrap_or_default();
                let _ = writeln!(out, "{depth} {level} {}", std::mem::take(&mut line));
            }
            Event::End(TagEnd::Paragraph) => {
                let _ = writeln!(out, "{depth} p {}", std::mem::take(&mut line));
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                starts.push(match kind {
                    CodeBlockKind::Fenced(language) => language.to_string(),
                    CodeBlockKind::Indented => "indented".into(),
                });
            }
            Event::End(TagEnd::CodeBlock) => {
                let text = std::mem::take(&mut line);
                let text = text.strip_suffix('\n').unwrap_or(&text);
                let language = starts.pop().unwrap_or_default();
                let _ = writeln!(out, "{depth} code {language} {text:?}");
            }
            Event::Start(Tag::BlockQuote(_)) => {
                flush(&mut line, &mut out, depth);
                let _ = writeln!(out, "{depth} quote");
                depth += 1;
            }
            Event::End(TagEnd::BlockQuote(_)) => depth -= 1,
            Event::Start(Tag::List(start)) => {
                flush(&mut line, &mut out, depth);
                let _ = writeln!(out, "{depth} list {:?}", start.map(|start| start as u32));
            }
            Event::Start(Tag::Item) => {
                let _ = writeln!(out, "{depth} item");
                depth += 1;
            }
            Event::End(TagEnd::Item) => {
                flush(&mut line, &mut out, depth);
                depth -= 1;
            }
            Event::End(TagEnd::TableCell) => cells.push(std::mem::take(&mut line)),
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                let _ = writeln!(out, "{depth} row {}", std::mem::take(&mut cells).join("|"));
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let _ = write!(line, "<{dest_url}>");
            }
            Event::End(TagEnd::Link) => line.push_str("</>"),
            Event::Start(Tag::Image { dest_url, .. }) => {
                let _ = write!(line, "!<{dest_url}>");
            }
            Event::End(TagEnd::Image) => line.push('!'),
            Event::Text(text) => line.push_str(&text),
            Event::Code(text) => {
                let _ = write!(line, "{{{text}}}");
            }
            Event::HardBreak => line.push_str(" / "),
            Event::InlineHtml(html) if &*html == "<br>" => line.push_str("<br>"),
            other => panic!("{other:?} in {text}"),
        }
    }
    out
}

/// Pages of any pieces.
fn piece() -> impl Strategy<Value = String> {
    let names = "div|p|td|tr|table|ul|ol|li|section|article|h1|h2|h4|br|pre|blockquote|dl|dd|th|\
                 figure|figcaption|caption|code|main";
    let names: Vec<&'static str> = names.split('|').collect();
    let signs = "[-*_#+=>~.)`!|&<;:\\\\\\[\\]() 1a雪，。]{0,9}";
    prop_oneof![
        3 => prop::sample::select(names.clone()).prop_map(|name| format!("<{name}>")),
        2 => prop::sample::select(names).prop_map(|name| format!("</{name}>")),
        2 => Just(PROSE.to_owned()),
        3 => signs.prop_map(|text| text.replace('&', "&amp;").replace('<', "&lt;")),
        1 => (0..99_u32).prop_map(|start| format!("<ol start={start}><li value={start}>")),
        1 => "[a-z/().&;|\\\\ <>]{0,9}".prop_map(|to| format!("<a href='{to}'>")),
        1 => Just("</a>".to_owned()),
        1 => "[a-z!*\\[\\]]{0,4}".prop_map(|alt| format!("<img src=/{alt} alt='{alt}'>")),
        1 => Just("\n".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn any_page_is_read_as_its_blocks(pieces in prop::collection::vec(piece(), 0..60)) {
        let (blocks, text) = read(&pieces.concat());
        let mut wanted = String::new();
        outline(&blocks, 0, &mut wanted);
        // A blank alone is no code.
        let wanted = wanted.replace("{ }", " ");
        prop_assert_eq!(parsed(&text), wanted, "{}", text);
    }
}
