//! What the command is given. Every input is made from its size alone.

use std::fmt::Write as _;
use std::io::Write as _;

use encoding_rs::{BIG5, Encoding, GBK, SHIFT_JIS, WINDOWS_1252};
use flate2::Compression;
use flate2::write::GzEncoder;

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

const fn text(name: &'static str, make: fn(usize) -> Vec<u8>) -> Input {
    input(name, "txt", CHECK, make)
}

const fn page(name: &'static str, make: fn(usize) -> Vec<u8>) -> Input {
    input(name, "html", CHECK, make)
}

const fn lines(name: &'static str, make: fn(usize) -> Vec<u8>) -> Input {
    input(name, "jsonl", CHECK, make)
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
pub const INPUTS: &[Input] = &[
    // Escapes.
    text("unicode-escapes", |n| repeated("\\u4e2d\\u6587", n)),
    text("unicode-escapes-cut", |n| {
        [repeated("\\u4e2d", n), b"\\u4".to_vec()].concat()
    }),
    text("percent-in-address", |n| {
        [b"http://h/".to_vec(), repeated("%E4%B8%AD", n)].concat()
    }),
    text("percent-cut", |n| repeated("%E4%B8%", n)),
    text("entities", |n| repeated("&#20013;&amp;", n)),
    text("ampersands-escaped", |n| {
        [b"&".to_vec(), repeated("amp;", n)].concat()
    }),
    text("quoted-printable-breaks", |n| repeated("=\n", n)),
    text("mail-words", |n| repeated("=?UTF-8?B?5Lit?= ", n)),
    text("escapes-of-two-kinds", |n| {
        repeated("&#20013;中=E4=B8=AD中", n)
    }),
    // Web pages.
    page("page-ampersands", |n| {
        [b"<html><body><p>".to_vec(), repeated("&", n)].concat()
    }),
    page("page-less-than", |n| {
        [b"<html><body><p>".to_vec(), repeated("<", n)].concat()
    }),
    page("page-no-break-spaces", |n| {
        [b"<html><body><p>".to_vec(), repeated("\u{A0}中", n)].concat()
    }),
    page("page-attributes", attributes),
    page("page-nested", |n| {
        [b"<html><body>".to_vec(), repeated("<div><b>中", n)].concat()
    }),
    page("page-comments-open", |n| {
        [b"<html><body>".to_vec(), repeated("<!--", n)].concat()
    }),
    page("page-tables", |n| {
        [b"<html><body>".to_vec(), repeated("<table><tr><td>中", n)].concat()
    }),
    page("page-links", |n| {
        [
            b"<html><body>".to_vec(),
            repeated("<p><a href=x>中文</a>", n),
        ]
        .concat()
    }),
    // Encodings.
    text("iso-2022-open", |n| {
        [b"\x1b$A".to_vec(), repeated("VPND", n)].concat()
    }),
    text("iso-2022-switching", |n| repeated("\u{1b}$AVP\u{1b}(B", n)),
    text("hz-open", |n| {
        [b"~{".to_vec(), repeated("VPND", n)].concat()
    }),
    text("utf-16-odd", |n| {
        [b"\xff\xfe".to_vec(), repeated("ab", n), b"a".to_vec()].concat()
    }),
    text("two-encodings-by-line", two_encodings),
    text("random-bytes", |n| {
        let mut random = Random::new(1);
        (0..n).map(|_| random.below(256) as u8).collect()
    }),
    text("random-double-bytes", double_bytes),
    // Mojibake.
    text("big5-as-gbk", |n| misread(&prose(n, "\n"), BIG5, GBK)),
    text("utf-8-as-gbk-one-line", |n| {
        misread(&prose(n, ""), encoding_rs::UTF_8, GBK)
    }),
    text("gbk-as-shift-jis", |n| {
        misread(&prose(n, "\n"), GBK, SHIFT_JIS)
    }),
    text("gbk-as-latin1", |n| {
        misread(&prose(n, "\n"), GBK, WINDOWS_1252)
    }),
    text("utf-8-twice-as-latin1", |n| {
        repeated("\u{C3}\u{A4}\u{C2}\u{B8}\u{C2}\u{AD}", n)
    }),
    text("question-marks", |n| repeated("?？", n)),
    text("kangxi-radicals", |n| repeated(&range(0x2F00, 0x2FD5), n)),
    text("private-use", |n| repeated(&range(0xE000, 0xE7FF), n)),
    text("rare-characters", |n| repeated(&range(0x3400, 0x4DBF), n)),
    text("pinyin-glosses", |n| repeated("中(zhōng)国guo", n)),
    text("combining-marks", |n| {
        [b"a".to_vec(), repeated("\u{301}", n)].concat()
    }),
    // Lines.
    text("lines-of-one-character", |n| repeated("中\n", n)),
    text("lines-of-menus", |n| repeated("推荐\n首页 | 新闻\n", n)),
    text("empty-lines", |n| repeated("\r\n", n)),
    text("fences", |n| repeated("```\n中\n", n)),
    // JSON lines.
    lines("record-of-one-line", |n| {
        [
            b"{\"text\":\"".to_vec(),
            repeated("中文，", n),
            b"\"}\n".to_vec(),
        ]
        .concat()
    }),
    lines("record-of-escapes", |n| {
        [
            b"{\"text\":\"".to_vec(),
            repeated("\\u4e2d\\n", n),
            b"\"}\n".to_vec(),
        ]
        .concat()
    }),
    lines("records-broken", |n| repeated("{\"text\": \"中\n", n)),
    lines("records-nested", |n| repeated("[", n)),
    input("record-packed", "jsonl.gz", CHECK, packed),
    // Reports.
    input("sarif-of-many-changes", "txt", SARIF, |n| {
        repeated("中文&#20013;国\n", n)
    }),
    input("diff-of-many-changes", "txt", DIFF, |n| {
        repeated("中文&#20013;国\n", n)
    }),
];

fn repeated(unit: &str, bytes: usize) -> Vec<u8> {
    unit.repeat((bytes / unit.len()).max(1)).into_bytes()
}

fn range(first: u32, last: u32) -> String {
    (first..=last).filter_map(char::from_u32).collect()
}

/// One element with attributes of different names.
fn attributes(bytes: usize) -> Vec<u8> {
    let mut page = String::from("<html><body><p ");
    let mut number = 0;
    while page.len() < bytes {
        let _ = write!(page, "a{number}=\"x\" ");
        number += 1;
    }
    page.push_str(">中文</p>");
    page.into_bytes()
}

/// Random pairs of a lead and a trail byte.
fn double_bytes(bytes: usize) -> Vec<u8> {
    let mut random = Random::new(2);
    let pairs = (0..bytes / 2).flat_map(|_| {
        let trail = if random.below(3) == 0 {
            0x40 + random.below(0x3F)
        } else {
            0x80 + random.below(0x7F)
        };
        [0x81 + random.below(0x7E) as u8, trail as u8]
    });
    pairs.collect()
}

/// Sentences of common words in an order that depends on the size alone.
fn prose(bytes: usize, end: &str) -> String {
    const WORDS: [&str; 40] = [
        "我们",
        "今天",
        "早上",
        "在",
        "河边",
        "看见",
        "一位",
        "老人",
        "和",
        "孩子",
        "他们",
        "慢慢",
        "走",
        "过",
        "大桥",
        "去",
        "城里",
        "的",
        "市场",
        "买",
        "新鲜",
        "蔬菜",
        "水果",
        "天气",
        "很",
        "好",
        "大家",
        "都",
        "高兴",
        "学校",
        "老师",
        "说",
        "明年",
        "春天",
        "要",
        "修建",
        "一座",
        "图书馆",
        "还有",
        "公园",
    ];
    let mut random = Random::new(3);
    let mut text = String::new();
    while text.len() < bytes {
        for _ in 0..4 + random.below(12) {
            text.push_str(random.pick::<&str>(&WORDS));
        }
        text.push_str(if random.below(3) == 0 { "。" } else { "，" });
        if random.below(4) == 0 {
            text.push_str(end);
        }
    }
    text
}

/// Text written in one encoding and read in another, in UTF-8; about as long as asked.
fn misread(text: &str, written: &'static Encoding, read: &'static Encoding) -> Vec<u8> {
    let (bytes, _, _) = written.encode(text);
    let (decoded, _) = read.decode_without_bom_handling(&bytes);
    decoded.into_owned().into_bytes()
}

/// Lines in GBK and in UTF-8 in turn.
fn two_encodings(bytes: usize) -> Vec<u8> {
    let mut mixed = Vec::new();
    for (number, line) in prose(bytes, "\n").lines().enumerate() {
        if number % 2 == 0 {
            mixed.extend_from_slice(&GBK.encode(line).0);
        } else {
            mixed.extend_from_slice(line.as_bytes());
        }
        mixed.push(b'\n');
    }
    mixed
}

/// A record of sixteen times the size, all in one line, packed.
fn packed(bytes: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let piece = "中文，".repeat(10_000);
    let written = (|| {
        encoder.write_all(b"{\"text\":\"")?;
        for _ in 0..16 * bytes / piece.len() {
            encoder.write_all(piece.as_bytes())?;
        }
        encoder.write_all(b"\"}\n")?;
        encoder.finish()
    })();
    written.unwrap_or_default()
}
