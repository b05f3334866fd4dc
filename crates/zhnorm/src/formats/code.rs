//! Source code: comments and strings, by a small table of syntax.
//!
//! The scanner knows where comments and strings begin and end, which strings name files, and where
//! code stands within a string ([`holes`]), and literals of other kinds ([`literals`]). It knows
//! nothing else of a language.

mod holes;
mod literals;

use std::ops::Range;

use literals::{Documents, Literal, continued, nested_end};

use super::escaped::take_escaped;
use super::parts::{Parts, Role};
use super::spelling::Spelling;

/// A group of programming languages with the same comments and strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Language {
    /// C and what looks like it: C++, C#, Java, JavaScript, TypeScript, Go, Swift, Kotlin, PHP.
    C,
    /// Rust.
    Rust,
    /// Python.
    Python,
    /// Shells, Ruby, Perl, R, makefiles.
    Shell,
    /// SQL.
    Sql,
    /// Style sheets.
    Css,
    /// TeX and LaTeX.
    Tex,
    /// Lua.
    Lua,
}

struct Syntax {
    /// What begins a comment that goes to the end of the line.
    lines: &'static [&'static str],
    /// What begins and ends other comments.
    blocks: &'static [(&'static str, &'static str)],
    /// The quotes of strings within a line.
    quotes: &'static [u8],
    /// The quotes of names, which stay.
    names: &'static [u8],
    /// What begins and ends strings of several lines.
    long: &'static [&'static str],
    /// Whether a backslash escapes a quote; if not, two quotes are one.
    has_escapes: bool,
    /// Whether a string may go on in the next line.
    spans_lines: bool,
}

fn syntax(language: Language) -> Syntax {
    let c = Syntax {
        lines: &["//"],
        blocks: &[("/*", "*/")],
        quotes: b"\"'",
        names: b"",
        // Template literals; text blocks.
        long: &["`", "\"\"\""],
        has_escapes: true,
        spans_lines: false,
    };
    match language {
        Language::C => c,
        // A quote may begin a lifetime.
        Language::Rust => Syntax {
            quotes: b"\"",
            long: &[],
            spans_lines: true,
            ..c
        },
        Language::Python => Syntax {
            lines: &["#"],
            blocks: &[],
            long: &["\"\"\"", "'''"],
            ..c
        },
        Language::Shell => Syntax {
            lines: &["#"],
            blocks: &[],
            long: &[],
            spans_lines: true,
            ..c
        },
        Language::Sql => Syntax {
            lines: &["--"],
            quotes: b"'",
            names: b"\"`",
            long: &[],
            has_escapes: false,
            spans_lines: true,
            ..c
        },
        Language::Css => Syntax {
            lines: &[],
            long: &[],
            ..c
        },
        Language::Tex => Syntax {
            lines: &["%"],
            blocks: &[],
            quotes: b"",
            long: &[],
            ..c
        },
        Language::Lua => Syntax {
            lines: &["--"],
            blocks: &[("--[[", "]]")],
            long: &[],
            ..c
        },
    }
}

/// `MySQL` has other comments and strings than the standard.
fn is_my_sql(text: &str) -> bool {
    ["`", "/*!", "ENGINE="]
        .iter()
        .any(|sign| text.contains(sign))
}

/// C# has strings without escapes; Objective-C writes others in the same way.
fn is_c_sharp(text: &str) -> bool {
    let has = |sign: &str| text.contains(sign);
    (has("using System") || has("namespace ")) && !has("#import") && !has("#include")
}

/// The comments and strings of a source file.
pub(super) fn code(text: &str, language: Language) -> Parts {
    let mut syntax = syntax(language);
    if language == Language::Sql && is_my_sql(text) {
        syntax.lines = &["-- ", "#"];
        syntax.quotes = b"'\"";
        syntax.names = b"`";
        syntax.has_escapes = true;
    }
    let is_c_sharp = language == Language::C && is_c_sharp(text);
    let bytes = text.as_bytes();
    let mut parts = Parts::default();
    let mut at = 0;
    // A line is searched once for its end, and the text once for quotes that nothing closes.
    let mut known_end = 0;
    let mut line_end = |from: usize| {
        if from >= known_end {
            known_end = memchr::memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |end| from + end);
        }
        known_end
    };
    let mut unclosed: Vec<&str> = Vec::new();
    let mut documents = Documents::default();
    while at < bytes.len() {
        if let Some(end) = documents.end_at(at) {
            at = end;
            continue;
        }
        let rest = &bytes[at..];
        let begins = |sign: &&str| rest.starts_with(sign.as_bytes());
        if let Some((open, close)) = syntax.blocks.iter().find(|(open, _)| begins(open)) {
            let start = at + open.len();
            let end = match language {
                Language::Rust => nested_end(bytes, start),
                _ => memchr::memmem::find(&bytes[start..], close.as_bytes()).map(|end| start + end),
            };
            let end = end.unwrap_or(text.len());
            comment(text, start, end, &mut parts);
            at = (end + close.len()).min(text.len());
        } else if let Some(open) = syntax.lines.iter().find(|open| begins(open)) {
            let from = at + open.len();
            if is_sign(bytes, at, language) {
                at = from;
            } else {
                at = line_end(at);
                comment(text, from, at, &mut parts);
            }
        } else if let Some(quotes) = syntax.long.iter().find(|quotes| begins(quotes)) {
            let start = at + quotes.len();
            let Some(end) = long_end(bytes, start, quotes, &mut unclosed) else {
                at = start;
                continue;
            };
            // A single quote may stand in it.
            string(
                text,
                start..end,
                Spelling::Escaped(b'\\'),
                language,
                &mut parts,
            );
            at = end + quotes.len();
        } else if let Some(literal) = literals::literal(text, at, language) {
            at = match literal {
                Literal::Structure(end) => end,
                Literal::Text(range, end) => {
                    if super::tables::needs_work(&text[range.clone()]) {
                        parts.whole(range, Role::String, RAW);
                    }
                    end
                }
            };
        } else if language == Language::Shell && rest.starts_with(b"<<") {
            documents.find(text, at);
            at += 2;
        } else if syntax.quotes.contains(&rest[0]) {
            let (quote, start) = (rest[0], at + 1);
            let end = string_end(bytes, at, line_end(at), &mut syntax, is_c_sharp);
            let Some((end, has_escapes)) = end else {
                at = start;
                continue;
            };
            if super::tables::needs_work(&text[start..end]) && !names_file(text, at) {
                if has_escapes {
                    let spelling = Spelling::Escaped(quote);
                    string(text, start..end, spelling, language, &mut parts);
                } else {
                    doubled(text, start, end, quote, &mut parts);
                }
            }
            at = end + 1;
        } else if syntax.names.contains(&rest[0]) {
            let end = memchr::memchr(rest[0], &rest[1..]);
            at = end.map_or(at + 1, |end| at + end + 2);
        } else {
            at += 1;
            while !text.is_char_boundary(at) {
                at += 1;
            }
        }
    }
    parts
}

/// Whether what begins a comment elsewhere is a sign here: in TeX a percent sign may be escaped, in
/// shells `$#` is a variable.
fn is_sign(bytes: &[u8], at: usize, language: Language) -> bool {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    match (language, before) {
        // A comment begins a word.
        (Language::Shell, Some(before)) => {
            !before.is_ascii_whitespace() && !matches!(before, b';' | b'&' | b'|' | b'(')
        }
        _ => before == Some(b'\\'),
    }
}

/// The quote that ends the string whose first one is here, and whether it has escapes.
fn string_end(
    bytes: &[u8],
    at: usize,
    line_end: usize,
    syntax: &mut Syntax,
    is_c_sharp: bool,
) -> Option<(usize, bool)> {
    let quote = [bytes[at]];
    if is_c_sharp && at > 0 && bytes[at - 1] == b'@' {
        return closing(bytes, at + 1, bytes.len(), &quote, false).map(|end| (end, false));
    }
    // An apostrophe in a word that nothing ends in its line is one.
    let in_word = at > 0 && bytes[at - 1].is_ascii_alphanumeric();
    let spans_lines = syntax.spans_lines && !in_word;
    let limit = if spans_lines {
        bytes.len()
    } else {
        continued(bytes, line_end)
    };
    let end = closing(bytes, at + 1, limit, &quote, syntax.has_escapes);
    // What nothing closes is looked for once.
    syntax.spans_lines &= end.is_some() || !spans_lines;
    end.map(|end| (end, syntax.has_escapes))
}

/// A string with escapes, and with code in it, which stays.
fn string(
    text: &str,
    range: Range<usize>,
    spelling: Spelling,
    language: Language,
    parts: &mut Parts,
) {
    if !super::tables::needs_work(&text[range.clone()]) {
        return;
    }
    let mut taken = range.start;
    for hole in holes::holes(text, range.clone(), language) {
        take_escaped(text, taken..hole.start, parts);
        parts.glue(' ');
        taken = hole.end;
    }
    take_escaped(text, taken..range.end, parts);
    parts.end(Role::String, spelling);
}

/// Whether the string whose quote is here names another file or module.
fn names_file(text: &str, quote: usize) -> bool {
    /// How far it is looked for what is in front, in bytes: a line may be a file.
    const FARTHEST: usize = 2_000;
    let mut places = quote.saturating_sub(FARTHEST)..quote;
    let from = places
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(quote);
    let line = text[from..quote]
        .rfind('\n')
        .map_or(from, |end| from + end + 1);
    let before = text[line..quote].trim();
    let begins = ["#include", "#import", "import ", "@import", "package "];
    // Fonts go by their names.
    let declaration = before.rsplit(['{', ';']).next().unwrap_or(before);
    let property = declaration.split_once(':').map(|(name, _)| name.trim());
    if matches!(property, Some("font" | "font-family")) {
        return true;
    }
    let ends = [
        "from",
        "import",
        "require",
        "require(",
        "import(",
        "url(",
        "local(",
        "include_str!(",
    ];
    before == "import"
        || begins.iter().any(|word| before.starts_with(word))
        || ends.iter().any(|word| {
            let rest = before.strip_suffix(word);
            rest.is_some_and(|rest| !rest.ends_with(|ch: char| ch.is_alphanumeric() || ch == '_'))
        })
}

/// Raw strings: as they are, without what could end one.
const RAW: Spelling = Spelling::Plain(b"\"'#)\\");

/// A string in which the quote is written twice.
fn doubled(text: &str, start: usize, end: usize, quote: u8, parts: &mut Parts) {
    let mut taken = start;
    while let Some(found) = memchr::memchr(quote, &text.as_bytes()[taken..end]) {
        parts.source(taken..taken + found);
        parts.character(taken + found..taken + found + 2, char::from(quote));
        taken += found + 2;
    }
    parts.source(taken..end);
    parts.end(Role::String, Spelling::Doubled(quote));
}

/// A comment, line by line.
fn comment(text: &str, start: usize, end: usize, parts: &mut Parts) {
    for (range, line) in super::subtitles::lines(&text[start..end]) {
        let content = line.trim();
        if super::tables::needs_work(content) {
            let from = start + range.start + (line.len() - line.trim_start().len());
            parts.whole(
                from..from + content.len(),
                Role::Comment,
                Spelling::Plain(b"*/]%"),
            );
        }
    }
}

/// The place of the quotes that end a string of many lines. What nothing closes is looked for once.
fn long_end<'q>(
    bytes: &[u8],
    start: usize,
    quotes: &'q str,
    unclosed: &mut Vec<&'q str>,
) -> Option<usize> {
    if unclosed.contains(&quotes) {
        return None;
    }
    let end = if quotes == "`" {
        holes::template_end(bytes, start)
    } else {
        closing(bytes, start, bytes.len(), quotes.as_bytes(), true)
    };
    if end.is_none() {
        unclosed.push(quotes);
    }
    end
}

/// The place of the quotes that end a string.
fn closing(
    bytes: &[u8],
    start: usize,
    limit: usize,
    quotes: &[u8],
    has_escapes: bool,
) -> Option<usize> {
    let mut at = start;
    loop {
        at += memchr::memchr2(
            quotes[0],
            if has_escapes { b'\\' } else { quotes[0] },
            bytes.get(at..limit)?,
        )?;
        if bytes[at] == b'\\' && has_escapes {
            at += 2;
        } else if !bytes[at..].starts_with(quotes) {
            at += 1;
        } else if !has_escapes && bytes.get(at + 1) == Some(&quotes[0]) {
            at += 2;
        } else {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, language: Language) -> Vec<String> {
        code(text, language)
            .iter()
            .map(|part| part.text(text))
            .collect()
    }

    #[test]
    fn code_in_strings_and_names_of_files_stay() {
        let text = "s = f\"圖 {變數['圖']!r:>{寬}} 書 {{文}}\" + '{名}字'\n";
        assert_eq!(texts(text, Language::Python), ["圖   書 {{文}}", "字"]);
        let text = "let s = `圖 ${變 + `內${圖}` + \"}\"} 尾`; import a from '圖.js'\n#include \"圖.h\"\nrequire('圖')";
        assert_eq!(texts(text, Language::C), ["圖   尾"]);
        let text = "echo \"圖 $變 ${圖#字} $(ls 圖) 尾\" '單$圖' ${a#圖} # 註\n";
        assert_eq!(texts(text, Language::Shell), ["圖       尾", "單$圖", "註"]);
    }

    #[test]
    fn strings_of_other_kinds_end_where_they_do() {
        let text =
            "let a = r#\"頭\"髮\"#; '\"'; 變 /* 一 /* 二 */ 三 */ \"四\n五\" '六' br\"七\"\n";
        assert_eq!(
            texts(text, Language::Rust),
            ["頭\"髮", "一 /* 二 */ 三", "四\n五", "六", "七"]
        );
        let text = "R\"x(頭\"髮)x\" 變 \"\"\"\n文\"字\n\"\"\" a.replace(/\"/g, '一'); 變 = b / 2; \"二\\\n三\" 變\n";
        assert_eq!(
            texts(text, Language::C),
            ["頭\"髮", "\n文\"字\n", "一", "二三"]
        );
        let text = "namespace 變 { a = @\"頭\\\"; b = \"髮\"; c = @\"一\"\"二\"; }";
        assert_eq!(texts(text, Language::C), ["頭\\", "髮", "一\"二"]);
        let text = "a=\"一\n二\"; 變=1; echo \"三\"\ncat <<-'END' | sort \"四\"\nit's 文\n\tEND\n變=2 # 五\nm/it's/; 變=\"六\"\n";
        assert_eq!(
            texts(text, Language::Shell),
            ["一\n二", "三", "四", "五", "六"]
        );
        let text = "INSERT INTO `表` VALUES ('一\n二'); --x\n";
        assert_eq!(texts(text, Language::Sql), ["一\n二"]);
        let text = ".類 { font-family: \"宋體\", '黑體'; content: \"頭\" }";
        assert_eq!(texts(text, Language::Css), ["頭"]);
        assert_eq!(texts("'%(變)s 個' % 變\n", Language::Python), [" 個"]);
    }

    #[test]
    fn comments_and_strings_are_found() {
        let text = "変 = \"值\\\"一\" # 註 'x'\n'''二\n三''' '四'\n\"五\n";
        assert_eq!(
            texts(text, Language::Python),
            ["值\"一", "註 'x'", "二\n三", "四"]
        );
        let text = "int 變; // 註一\n/* 註\n * 二 */ \"值\" '字' http://\n";
        assert_eq!(texts(text, Language::C), ["註一", "註", "* 二", "值", "字"]);
        let text = "/* 註 */ INSERT INTO 表 VALUES ('值''一', '二'); -- 註二\n";
        assert_eq!(texts(text, Language::Sql), ["註", "值'一", "二", "註二"]);
        // MySQL has backslashes, and strings between both quotes.
        let text = "INSERT INTO `表` VALUES ('頭\\'髮', \"值\"); # 註\n";
        assert_eq!(texts(text, Language::Sql), ["頭'髮", "值", "註"]);
        let text = "SELECT \"欄's\" FROM 表 WHERE a = '值\\' AND b = '二'\n";
        assert_eq!(texts(text, Language::Sql), ["值\\", "二"]);
        assert_eq!(texts("百分之\\% 文 % 註\n", Language::Tex), ["註"]);
        assert_eq!(
            texts("fn f<'a>(變: &'a str) { \"值\" }", Language::Rust),
            ["值"]
        );
    }
}
