//! What the command is given. Every input is made from its size alone.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, GBK, ISO_2022_JP, SHIFT_JIS, UTF_8, WINDOWS_1252};

use super::made::{
    archive, attributes, backticks, double_bytes, encodings, glued, misread, numbered, packed,
    prose, random_characters, range, repeated, two_encodings, unit_text, written,
};
use crate::measure::Random;

/// One kind of input.
pub struct Input {
    /// Its name in the table.
    pub name: &'static str,
    /// The extension of the file, which decides the format.
    pub extension: &'static str,
    /// What the command does with it.
    pub arguments: &'static [&'static str],
    /// Makes about so many bytes.
    pub make: fn(usize) -> Vec<u8>,
}

const CHECK: &[&str] = &["--check", "--report", "json"];
const SARIF: &[&str] = &["--check", "--report", "sarif"];
const DIFF: &[&str] = &["--diff"];
const EXPLAIN: &[&str] = &["--check", "--explain"];
/// The text of the article instead of the page.
const ARTICLE: &[&str] = &["--format", "html", "--report", "json"];
const CONVERT: &[&str] = &["--check", "--report", "json", "--to", "zh-TW"];
const CONVERT_SARIF: &[&str] = &["--check", "--report", "sarif", "--to", "zh-TW"];

const fn text(name: &'static str, make: fn(usize) -> Vec<u8>) -> Input {
    input(name, "txt", CHECK, make)
}

const fn page(name: &'static str, make: fn(usize) -> Vec<u8>) -> Input {
    input(name, "html", CHECK, make)
}

const fn article(name: &'static str, make: fn(usize) -> Vec<u8>) -> Input {
    input(name, "html", ARTICLE, make)
}

const fn lines(name: &'static str, make: fn(usize) -> Vec<u8>) -> Input {
    input(name, "jsonl", CHECK, make)
}

const fn convert(name: &'static str, make: fn(usize) -> Vec<u8>) -> Input {
    input(name, "txt", CONVERT, make)
}

const fn of(extension: &'static str, name: &'static str, make: fn(usize) -> Vec<u8>) -> Input {
    input(name, extension, CHECK, make)
}

const fn input(
    name: &'static str,
    extension: &'static str,
    arguments: &'static [&'static str],
    make: fn(usize) -> Vec<u8>,
) -> Input {
    Input {
        name,
        extension,
        arguments,
        make,
    }
}

/// Every kind.
#[rustfmt::skip] // A kind on each line.
pub const INPUTS: &[Input] = &[
    // Escapes.
    text("unicode-escapes", |n| repeated("\\u4e2d\\u6587", n)),
    text("unicode-escapes-cut", |n| glued(&[b"", &repeated("\\u4e2d", n), b"\\u4"])),
    text("unicode-escapes-broken", |n| repeated("\\u4e2d\\u4e中\\u", n)),
    text("byte-escapes", |n| repeated("\\xe4\\xb8\\xad\\344\\270", n)),
    text("percent-in-address", |n| glued(&[b"http://h/", &repeated("%E4%B8%AD", n)])),
    text("percent-cut", |n| repeated("%E4%B8%", n)),
    text("percent-u", |n| repeated("%u4e2d%u4e", n)),
    text("entities", |n| repeated("&#20013;&amp;", n)),
    text("entities-of-many-kinds", |n| repeated("&#20013;&#x4e2d;&nbsp;&hellip;&amp;lt;&bogus;", n)),
    text("ampersands-escaped", |n| glued(&[b"&", &repeated("amp;", n)])),
    text("quoted-printable-breaks", |n| repeated("=\n", n)),
    text("mail-words", |n| repeated("=?UTF-8?B?5Lit?= ", n)),
    text("mail-word-open", |n| glued(&[b"=?UTF-8?B?", &repeated("5Lit", n)])),
    text("mail-words-open", |n| repeated("=?UTF-8?B?", n)),
    text("escapes-of-two-kinds", |n| repeated("&#20013;中=E4=B8=AD中", n)),
    // Web pages.
    page("page-ampersands", |n| glued(&[b"<html><body><p>", &repeated("&", n)])),
    page("page-less-than", |n| glued(&[b"<html><body><p>", &repeated("<", n)])),
    page("page-no-break-spaces", |n| glued(&[b"<html><body><p>", &repeated("\u{A0}中", n)])),
    page("page-attributes", attributes),
    page("page-nested", |n| glued(&[b"<html><body>", &repeated("<div><b>中", n)])),
    page("page-comments-open", |n| glued(&[b"<html><body>", &repeated("<!--", n)])),
    page("page-tables", |n| glued(&[b"<html><body>", &repeated("<table><tr><td>中", n)])),
    page("page-links", |n| glued(&[b"<html><body>", &repeated("<p><a href=x>中文</a>", n)])),
    page("page-value-open", |n| glued(&[b"<html><body><p a=\"", &repeated("中>", n)])),
    page("page-script-open", |n| glued(&[b"<html><script>", &repeated("</scrip", n)])),
    // The text of the article is taken out of these.
    article("article-ampersands", |n| glued(&[b"<html><body><p>", &repeated("&", n)])),
    article("article-less-than", |n| glued(&[b"<html><body><p>", &repeated("<", n)])),
    article("article-no-break-spaces", |n| glued(&[b"<html><body><p>", &repeated("\u{A0}中", n)])),
    article("article-attributes", attributes),
    article("article-nested", |n| glued(&[b"<html><body>", &repeated("<div><b>中", n)])),
    article("article-closed-twice", |n| glued(&[b"<html><body>", &repeated("<div>中</p></td></div></div>", n)])),
    article("article-tables", |n| glued(&[b"<html><body>", &repeated("<table><tr><td>中", n)])),
    article("article-cells", |n| glued(&[b"<html><body><table><tr>", &repeated("<td>中", n)])),
    article("article-links", |n| glued(&[b"<html><body>", &repeated("<p><a href=x>中文</a>", n)])),
    article("article-headings", |n| glued(&[b"<html><body>", &repeated("<h1>中文的标题", n)])),
    article("article-heading-open", |n| glued(&[b"<html><body><h1>", &repeated("中文的标题<br>", n)])),
    article("article-sentences", |n| glued(&[b"<html><body>", &repeated("<p>今天的天气很好，我们去公园。", n)])),
    article("article-one-paragraph", |n| glued(&[b"<html><body><p>", &prose(n, "")])),
    article("article-empty-lines", |n| glued(&[b"<html><body><pre>a", &repeated("\n", n)])),
    article("article-comments-open", |n| glued(&[b"<html><body>", &repeated("<!--", n)])),
    article("article-drawings", |n| glued(&[b"<html><body>", &repeated("<svg><math>", n)])),
    article("article-meta", |n| repeated("<meta name=keywords content=\"中\"><meta property=og:title content=\"中\">", n)),
    article("article-data", |n| glued(&[b"<html><head><script type=\"application/ld+json\">", &repeated("[", n)])),
    article("article-many-data", |n| repeated("<script type=\"application/ld+json\">{\"headline\":\"中\"}</script>", n)),
    article("article-titles", |n| repeated("<title>中文_", n)),
    article("article-classes", |n| numbered(n, |at| format!("<div class=\"c{at} article post\" id=i{at}>中文，好。"))),
    // Encodings.
    text("iso-2022-open", |n| glued(&[b"\x1b$A", &repeated("VPND", n)])),
    text("iso-2022-switching", |n| repeated("\u{1b}$AVP\u{1b}(B", n)),
    text("iso-2022-designations", |n| repeated("\u{1b}$)A\u{1b}$)G\u{e}", n)),
    text("iso-2022-jp", |n| written(&unit_text("日本語。", n), ISO_2022_JP)),
    text("hz-open", |n| glued(&[b"~{", &repeated("VPND", n)])),
    text("hz-switching", |n| repeated("~{VP~}~~", n)),
    text("utf-7", |n| repeated("+Ti1lhw-", n)),
    text("utf-16-odd", |n| glued(&[b"\xff\xfe", &repeated("ab", n), b"a"])),
    text("utf-16-without-mark", |n| unit_text("中文，好。\n", n).encode_utf16().flat_map(u16::to_le_bytes).collect()),
    text("nulls", |n| vec![0; n]),
    text("nulls-between", |n| repeated("中\0", n)),
    text("two-encodings-by-line", two_encodings),
    text("many-encodings-by-line", encodings),
    text("random-bytes", |n| {
        let mut random = Random::new(1);
        (0..n).map(|_| random.below(256) as u8).collect()
    }),
    text("random-double-bytes", double_bytes),
    text("high-bytes", |n| {
        let mut random = Random::new(4);
        (0..n).map(|_| 0xA1 + random.below(94) as u8).collect()
    }),
    text("one-line-of-gbk", |n| misread(&prose(n, ""), GBK, None)),
    text("one-line-of-big5", |n| misread(&prose(n, ""), BIG5, None)),
    text("one-line-of-euc-jp", |n| written(&unit_text("これは日本語の文章です。", n), EUC_JP)),
    text("one-line-of-shift-jis", |n| written(&unit_text("これは日本語の文章です。", n), SHIFT_JIS)),
    text("one-line-of-euc-kr", |n| written(&unit_text("한국어 문장입니다.", n), EUC_KR)),
    text("one-line-of-latin1", |n| written(&unit_text("déjà vu, naïve à côté. ", n), WINDOWS_1252)),
    text("gbk-with-broken-bytes", |n| {
        let mut bytes = misread(&prose(n, "\n"), GBK, None);
        bytes.iter_mut().step_by(997).for_each(|byte| *byte = 0xFF);
        bytes
    }),
    text("undecodable-between", |n| b"\xE4\xB8\xAD\xFF\xE6\x96\x87".repeat(n / 7)),
    text("torn-characters", |n| b"\xE9\xA1\xBA\xE5\xBA?\xFF\xEF\xBC\x8C".repeat(n / 10)),
    // Mojibake.
    text("big5-as-gbk", |n| misread(&prose(n, "\n"), BIG5, Some(GBK))),
    text("big5-as-gbk-one-line", |n| misread(&prose(n, ""), BIG5, Some(GBK))),
    text("gbk-as-big5", |n| misread(&prose(n, "\n"), GBK, Some(BIG5))),
    text("utf-8-as-gbk", |n| misread(&prose(n, "\n"), UTF_8, Some(GBK))),
    text("utf-8-as-gbk-one-line", |n| misread(&prose(n, ""), UTF_8, Some(GBK))),
    text("utf-8-as-gbk-question-marks", |n| {
        let garbled = misread(&prose(n, "\n"), UTF_8, Some(GBK));
        String::from_utf8_lossy(&garbled).replace('\u{FFFD}', "?").into_bytes()
    }),
    text("utf-8-as-gbk-question-marks-one-line", |n| {
        let garbled = misread(&prose(n, "\""), UTF_8, Some(GBK));
        String::from_utf8_lossy(&garbled).replace('\u{FFFD}', "?").into_bytes()
    }),
    text("utf-8-as-big5", |n| misread(&prose(n, "\n"), UTF_8, Some(BIG5))),
    text("gbk-as-shift-jis", |n| misread(&prose(n, "\n"), GBK, Some(SHIFT_JIS))),
    text("big5-as-shift-jis", |n| misread(&prose(n, "\n"), BIG5, Some(SHIFT_JIS))),
    text("gbk-as-euc-kr", |n| misread(&prose(n, "\n"), GBK, Some(EUC_KR))),
    text("utf-8-as-euc-kr", |n| misread(&prose(n, "\n"), UTF_8, Some(EUC_KR))),
    text("gbk-as-latin1", |n| misread(&prose(n, "\n"), GBK, Some(WINDOWS_1252))),
    text("utf-8-as-latin1", |n| misread(&prose(n, "\n"), UTF_8, Some(WINDOWS_1252))),
    text("utf-8-twice-as-latin1", |n| repeated("\u{C3}\u{A4}\u{C2}\u{B8}\u{C2}\u{AD}", n)),
    text("shift-jis-like", |n| random_characters(n, 0xFF61, 63)),
    text("random-ideographs", |n| random_characters(n, 0x4E00, 0x5200)),
    text("random-hangul", |n| random_characters(n, 0xAC00, 0x2BA4)),
    text("damaged-signs", |n| repeated("I don鈥檛 know, 鉁?ok ", n)),
    text("damaged-quotes", |n| repeated("他说：â€œ好â€ ", n)),
    text("question-marks", |n| repeated("?？", n)),
    text("question-marks-between", |n| repeated("中?文?字", n)),
    text("replacement-characters", |n| repeated("中\u{FFFD}文锟斤拷", n)),
    text("kangxi-radicals", |n| repeated(&range(0x2F00, 0x2FD5), n)),
    text("kangxi-radicals-between", |n| repeated("使⽤者很⻓，⽅⾯很多。", n)),
    text("compatibility-ideographs", |n| repeated(&range(0xF900, 0xFA60), n)),
    text("private-use", |n| repeated(&range(0xE000, 0xE7FF), n)),
    text("private-use-between", |n| repeated("中\u{E6EA}文\u{E123}，", n)),
    text("invisible-between", |n| repeated("中\u{200B}文\u{AD}", n)),
    text("rare-characters", |n| repeated(&range(0x3400, 0x4DBF), n)),
    text("spaced-characters", |n| repeated("天 气 很 好 ", n)),
    text("pinyin-glosses", |n| repeated("中(zhōng)国guo", n)),
    text("pinyin-glosses-cut", |n| repeated("中(zh?ng)国(gu", n)),
    text("brackets-closed", |n| repeated("a)", n)),
    text("combining-marks", |n| glued(&[b"a", &repeated("\u{301}", n)])),
    // Scripts.
    text("scripts-in-turn", |n| repeated("中aあ한Яαü", n)),
    text("one-line-of-chinese", |n| prose(n, "")),
    text("one-line-of-one-character", |n| repeated("中", n)),
    text("one-line-of-kana", |n| repeated("ひらがなカタカナ", n)),
    text("one-line-of-hangul", |n| repeated("한국어", n)),
    text("one-line-of-cyrillic", |n| repeated("Привет", n)),
    text("one-line-of-words", |n| repeated("word ", n)),
    text("one-line-of-letters", |n| repeated("a", n)),
    text("one-line-of-emoji", |n| repeated("😀👩\u{200D}👩", n)),
    text("one-line-of-astral-ideographs", |n| repeated("𠀀𠀁𪚥", n)),
    text("quotation-marks", |n| repeated("“「", n)),
    // Lines.
    text("lines-of-one-character", |n| repeated("中\n", n)),
    text("paragraphs-of-one-character", |n| repeated("中\n\n", n)),
    text("lines-of-menus", |n| repeated("推荐\n首页 | 新闻\n", n)),
    text("lines-of-furniture", |n| repeated("责任编辑：小明\n上一篇：今天\n", n)),
    text("lines-of-items", |n| repeated("- 中\n1. 文\n", n)),
    text("lines-of-cells", |n| repeated("|中|文|\n", n)),
    text("lines-of-posts", |n| repeated("发表于 2020-01-01\n好。\n", n)),
    text("empty-lines", |n| repeated("\r\n", n)),
    text("carriage-returns", |n| repeated("中\r", n)),
    text("spaces", |n| repeated("\u{3000} ", n)),
    text("fences", |n| repeated("```\n中\n", n)),
    text("markers", |n| repeated("zhnorm: off\n中\nzhnorm: on\n", n)),
    // JSON lines.
    lines("record-of-one-line", |n| glued(&[b"{\"text\":\"", &repeated("中文，", n), b"\"}\n"])),
    lines("record-of-escapes", |n| glued(&[b"{\"text\":\"", &repeated("\\u4e2d\\n", n), b"\"}\n"])),
    lines("record-of-halves", |n| glued(&[b"{\"text\":\"", &repeated("\\ud83d", n), b"\"}\n"])),
    lines("record-of-many-keys", |n| {
        let keys = numbered(n, |at| format!("\"k{at}\":\"中\","));
        glued(&[b"{", &keys, b"\"text\":\"\"}\n"])
    }),
    lines("record-of-damage", |n| glued(&[b"{\"text\":\"", &misread(&prose(n, ""), UTF_8, Some(GBK)), b"\"}\n"])),
    lines("records-of-damage", |n| repeated("{\"text\":\"中&#20013;国&#22269;\"}\n", n)),
    lines("records-of-much-damage", |n| {
        let record = glued(&[b"{\"text\":\"", &repeated("中&#20013;国\u{E6EA}", 15_000), b"\"}\n"]);
        record.repeat(n.div_ceil(record.len()))
    }),
    lines("records-broken", |n| repeated("{\"text\": \"中\n", n)),
    lines("records-small", |n| repeated("{\"text\":\"中\"}\n", n)),
    lines("records-nested", |n| repeated("[", n)),
    lines("records-of-one-letter", |n| repeated("a\n", n)),
    input("record-packed", "jsonl.gz", CHECK, |n| packed(n, false)),
    input("record-packed-zstandard", "jsonl.zst", CHECK, |n| packed(n, true)),
    // Other formats.
    of("json", "json-nested", |n| repeated("[", n)),
    of("json", "json-objects-nested", |n| repeated("{\"a\":", n)),
    of("json", "json-quotes", |n| repeated("\"", n)),
    of("json", "json-string-open", |n| glued(&[b"[\"", &repeated("中\\", n)])),
    of("json", "json-small-strings", |n| glued(&[b"[", &repeated("\"中\",", n), b"\"\"]"])),
    of("json", "json-number", |n| repeated("1", n)),
    of("xml", "xml-nested", |n| repeated("<a>中", n)),
    of("xml", "xml-comments", |n| repeated("<!--<![CDATA[", n)),
    of("xml", "xml-entities", |n| glued(&[b"<a>", &repeated("&a;&#20013;", n)])),
    of("yaml", "yaml-nested", |n| repeated("- - ", n)),
    of("yaml", "yaml-flow", |n| repeated("{a: [", n)),
    of("yaml", "yaml-quotes", |n| repeated("a: '", n)),
    of("yaml", "yaml-small", |n| repeated("a: 中\n", n)),
    of("yaml", "yaml-block", |n| glued(&[b"a: |\n", &repeated("  中\n", n)])),
    of("md", "markdown-backticks", backticks),
    of("md", "markdown-brackets", |n| repeated("[", n)),
    of("md", "markdown-links-open", |n| repeated("[中](", n)),
    of("md", "markdown-images-nested", |n| repeated("![中", n)),
    of("md", "markdown-emphasis", |n| repeated("*中 _文 ", n)),
    of("md", "markdown-definitions", |n| numbered(n, |at| format!("[a{at}]: http://h/{at} \"中\"\n"))),
    of("md", "markdown-references", |n| numbered(n, |at| format!("[中][a{at}]\n\n"))),
    of("md", "markdown-quotes", |n| repeated(">", n)),
    of("md", "markdown-items-nested", |n| numbered(n, |at| format!("{}- 中\n", " ".repeat(at % 500)))),
    of("md", "markdown-elements", |n| repeated("<b a=\"中", n)),
    of("md", "markdown-fences", |n| repeated("```\n中\n~~~\n", n)),
    of("md", "markdown-items-in-items", |n| repeated("- 1. ", n)),
    of("md", "markdown-lines", |n| repeated("中\n", n)),
    of("md", "markdown-signs-below-the-most", |n| glued(&[&repeated("$中", n.min(5_900_000)), &repeated("中", n.saturating_sub(5_900_000))])),
    of("md", "markdown-dollars", |n| repeated("$中", n)),
    of("csv", "csv-quote-open", |n| glued(&[b"a,\"", &repeated("中,\n", n)])),
    of("csv", "csv-quotes", |n| repeated("\"", n)),
    of("csv", "csv-quoted-cells", |n| repeated("\"中\"\"\",", n)),
    of("csv", "csv-cells", |n| repeated("中,", n)),
    of("srt", "subtitles", |n| numbered(n, |at| format!("{at}\n00:00:01,000 --> 00:00:02,000\n中\n\n"))),
    of("srt", "subtitle-of-many-lines", |n| glued(&[b"1\n00:00:01,000 --> 00:00:02,000\n", &repeated("中{\\an8}<i>\n", n)])),
    of("ass", "subtitles-ass", |n| glued(&[b"[Events]\n", &repeated("Dialogue: 0,0:00:01.00,0:00:02.00,,,0,0,0,,中{\\i1}\\N文\n", n)])),
    of("lrc", "lyrics", |n| repeated("[00:01.00]中\n", n)),
    of("po", "message-of-many-lines", |n| glued(&[b"msgid \"a\"\nmsgstr \"\"\n", &repeated("\"中文\"\n", n)])),
    of("po", "message-of-one-line", |n| glued(&[b"msgid \"a\"\nmsgstr \"", &repeated("中文\\n", n), b"\"\n"])),
    of("po", "messages", |n| repeated("msgid \"a\"\nmsgstr \"中\"\n\n", n)),
    of("properties", "properties-continued", |n| glued(&[b"a=", &repeated("中\\\n", n)])),
    of("strings", "strings-open", |n| repeated("\"a\" = \"中", n)),
    of("toml", "toml-quotes", |n| repeated("a = \"\"\"中", n)),
    of("ini", "ini", |n| repeated("[中]\na=文\n", n)),
    of("c", "code-comments-open", |n| repeated("/*中", n)),
    of("py", "code-quotes", |n| repeated("'''中\"", n)),
    of("tex", "tex-braces", |n| repeated("\\emph{中", n)),
    // Books, which unpack to more than they are.
    of("epub", "book-of-one-page", |n| archive(n, 1, 64)),
    of("epub", "book-of-many-pages", |n| archive(n, (n / 200).min(60_000), 1)),
    // Conversion.
    convert("convert-one-line", |n| prose(n, "")),
    convert("convert-lines", |n| prose(n, "\n")),
    convert("convert-one-word", |n| repeated("后台里面的干面", n)),
    convert("convert-quotes", |n| repeated("“‘中’”后", n)),
    convert("convert-brackets", |n| repeated("后（", n)),
    convert("convert-scripts-in-turn", |n| repeated("后a後あ", n)),
    // Reports.
    input("sarif-of-many-changes", "txt", SARIF, |n| repeated("中文&#20013;国\n", n)),
    input("sarif-of-conversion", "txt", CONVERT_SARIF, |n| prose(n, "\n")),
    input("diff-of-many-changes", "txt", DIFF, |n| repeated("中文&#20013;国\n", n)),
    input("diff-of-one-line", "txt", DIFF, |n| repeated("中文&#20013;国", n)),
    input("explain-of-many-changes", "txt", EXPLAIN, |n| repeated("中文&#20013;国\n", n)),
];
