//! The bytes of inputs.

use std::fmt::Write as _;
use std::io::Write as _;

use encoding_rs::{Encoding, GBK};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use zhnorm::formats::{Packer, Packing};

use crate::measure::Random;

/// A piece of text as often as fits.
pub(super) fn repeated(unit: &str, bytes: usize) -> Vec<u8> {
    unit_text(unit, bytes).into_bytes()
}

/// The same as text.
pub(super) fn unit_text(unit: &str, bytes: usize) -> String {
    unit.repeat((bytes / unit.len()).max(1))
}

/// Parts, one after another.
pub(super) fn glued(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// Pieces with numbers in them.
pub(super) fn numbered(bytes: usize, piece: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text = String::new();
    let mut number = 0;
    while text.len() < bytes {
        text.push_str(&piece(number));
        number += 1;
    }
    text.into_bytes()
}

/// Random characters of a range of so many.
pub(super) fn random_characters(bytes: usize, first: u32, count: usize) -> Vec<u8> {
    let mut random = Random::new(5);
    let characters = (0..bytes / 3).map(|_| first + random.below(count) as u32);
    let text: String = characters.filter_map(char::from_u32).collect();
    text.into_bytes()
}

/// Rows of backticks of many lengths, none of which closes another.
pub(super) fn backticks(bytes: usize) -> Vec<u8> {
    numbered(bytes, |at| format!("{}中", "`".repeat(at % 300 + 1)))
}

/// Text in an encoding.
pub(super) fn written(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

pub(super) fn range(first: u32, last: u32) -> String {
    (first..=last).filter_map(char::from_u32).collect()
}

/// One element with attributes of different names.
pub(super) fn attributes(bytes: usize) -> Vec<u8> {
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
pub(super) fn double_bytes(bytes: usize) -> Vec<u8> {
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
pub(super) fn prose(bytes: usize, end: &str) -> Vec<u8> {
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
    text.into_bytes()
}

/// Text written in one encoding and, if that is asked for, read in another, in UTF-8.
pub(super) fn misread(
    text: &[u8],
    written: &'static Encoding,
    read: Option<&'static Encoding>,
) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let (bytes, _, _) = written.encode(&text);
    match read {
        None => bytes.into_owned(),
        Some(read) => {
            let (decoded, _) = read.decode_without_bom_handling(&bytes);
            decoded.into_owned().into_bytes()
        }
    }
}

/// Lines in GBK and in UTF-8 in turn.
pub(super) fn two_encodings(bytes: usize) -> Vec<u8> {
    let mut mixed = Vec::new();
    let text = String::from_utf8_lossy(&prose(bytes, "\n")).into_owned();
    for (number, line) in text.lines().enumerate() {
        if number % 2 == 0 {
            mixed.extend_from_slice(&GBK.encode(line).0);
        } else {
            mixed.extend_from_slice(line.as_bytes());
        }
        mixed.push(b'\n');
    }
    mixed
}

/// Lines in many encodings in turn.
pub(super) fn encodings(bytes: usize) -> Vec<u8> {
    use encoding_rs::{BIG5, EUC_JP, EUC_KR, KOI8_R, SHIFT_JIS, UTF_8, WINDOWS_1252};
    let all = [
        UTF_8,
        GBK,
        BIG5,
        SHIFT_JIS,
        EUC_JP,
        EUC_KR,
        WINDOWS_1252,
        KOI8_R,
    ];
    let mut mixed = Vec::new();
    let text = String::from_utf8_lossy(&prose(bytes, "\n")).into_owned();
    for (line, encoding) in text.lines().zip(all.into_iter().cycle()) {
        mixed.extend_from_slice(&encoding.encode(line).0);
        mixed.push(b'\n');
    }
    mixed
}

/// A record of sixteen times the size, all in one line, packed.
pub(super) fn packed(bytes: usize, by_zstandard: bool) -> Vec<u8> {
    let mut packer = Packer::new(if by_zstandard {
        Packing::Zstd
    } else {
        Packing::Gzip
    });
    let piece = "中文，".repeat(10_000);
    let mut packed = Vec::new();
    let mut pack = |bytes: &[u8]| {
        if let Ok(part) = packer.pack(bytes) {
            packed.extend_from_slice(&part);
        }
    };
    pack(b"{\"text\":\"");
    for _ in 0..16 * bytes / piece.len() {
        pack(piece.as_bytes());
    }
    pack(b"\"}\n");
    packed.extend(packer.finish().unwrap_or_default());
    packed
}

/// A book of so many pages, each so many times as long as its share of the size.
pub(super) fn archive(bytes: usize, pages: usize, times: usize) -> Vec<u8> {
    let text = unit_text("中文，", times * bytes / pages.max(1));
    let page = format!("<html><body><p>{text}</p></body></html>");
    let mut crc = Crc::new();
    crc.update(page.as_bytes());
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::fast());
    let data = (deflated.write_all(page.as_bytes()))
        .and_then(|()| deflated.finish())
        .unwrap_or_default();
    let (mut book, mut directory) = (Vec::new(), Vec::new());
    for number in 0..pages {
        let name = format!("p{number}.xhtml");
        let mut record = Vec::new();
        for half in [20_u16, 0, 8, 0, 0x21] {
            record.extend(half.to_le_bytes());
        }
        for whole in [crc.sum(), data.len() as u32, page.len() as u32] {
            record.extend(whole.to_le_bytes());
        }
        record.extend((name.len() as u16).to_le_bytes());
        record.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&record);
        directory.extend([0; 10]);
        directory.extend((book.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        book.extend(b"PK\x03\x04");
        book.extend(record);
        book.extend(name.as_bytes());
        book.extend(&data);
    }
    let start = book.len() as u32;
    book.extend(&directory);
    book.extend(b"PK\x05\x06\0\0\0\0");
    for _ in 0..2 {
        book.extend((pages as u16).to_le_bytes());
    }
    book.extend((directory.len() as u32).to_le_bytes());
    book.extend(start.to_le_bytes());
    book.extend([0, 0]);
    book
}
