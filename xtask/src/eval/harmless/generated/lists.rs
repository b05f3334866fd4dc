//! Lists of characters, code charts, identifiers in code, bopomofo, tone patterns and
//! romanisations.

use encoding_rs::{BIG5, GBK};

use super::words::characters;
use super::{Document, Documents, HANS, HANT, alone, both};
use crate::measure::Random;

/// What separates the items of a list.
const SEPARATORS: [&str; 8] = ["、", "，", ",", " ", "/", "·", "|", "\t"];

/// The sources by genre.
pub fn sources() -> Vec<(&'static str, Documents)> {
    let owned = |documents: Vec<Document>| -> Documents { Box::new(documents.into_iter()) };
    vec![
        ("lists", owned(lists())),
        ("charts", owned(charts())),
        ("identifiers", owned(identifiers())),
        ("bopomofo", owned(bopomofo())),
        ("tone-patterns", owned(tone_patterns())),
        ("romanisation", owned(romanisation())),
    ]
}

/// Ten characters on a line with each separator, in the order of the encoding, rare ones
/// included; each line by itself, and all lines of a separator as one document.
fn lists() -> Vec<Document> {
    let mut documents = Vec::new();
    let scripts = [
        (
            "simplified",
            characters(GBK, 0xB0..=0xF7, |trail| trail >= 0xA1),
            HANS,
        ),
        ("traditional", characters(BIG5, 0xA4..=0xF9, |_| true), HANT),
    ];
    for (script, all, prose) in scripts {
        for (kind, separator) in SEPARATORS.iter().enumerate() {
            let lines: Vec<String> = all
                .chunks(10)
                .map(|ten| {
                    let items: Vec<String> = ten.iter().map(char::to_string).collect();
                    items.join(separator)
                })
                .collect();
            for (number, line) in lines.iter().enumerate() {
                let name = format!("{script} separator {kind} line {number}");
                documents.extend(both("lists", &name, line, prose));
            }
            let name = format!("{script} separator {kind} all");
            documents.push(alone("lists", &name, &lines.join("\n")));
        }
    }
    documents
}

/// Blocks of Unicode that Chinese documents list. Compatibility ideographs and radicals belong
/// here: a chart of them is about the characters themselves.
const BLOCKS: [(u32, u32); 26] = [
    (0x00A1, 0x00FF),
    (0x0100, 0x024F),
    (0x0250, 0x02FF),
    (0x0370, 0x03FF),
    (0x0400, 0x04FF),
    (0x1E00, 0x1EFF),
    (0x2010, 0x205E),
    (0x2070, 0x20BF),
    (0x2100, 0x214F),
    (0x2150, 0x218B),
    (0x2190, 0x22FF),
    (0x2300, 0x23FF),
    (0x2460, 0x24FF),
    (0x2500, 0x25FF),
    (0x2600, 0x27BF),
    (0x2E80, 0x2FDF),
    (0x2FF0, 0x303F),
    (0x3041, 0x312F),
    (0x3131, 0x31BF),
    (0x31C0, 0x33FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0xFE10, 0xFFEE),
    (0x20000, 0x2A6DF),
];

/// Charts: a code point and the sixteen characters from there, a document for each 256 and for
/// each block; rows also without the code point.
fn charts() -> Vec<Document> {
    let mut documents = Vec::new();
    for (first, last) in BLOCKS {
        let rows: Vec<(u32, String)> = (first..=last)
            .step_by(16)
            .map(|row| {
                let points = row..=(row + 15).min(last);
                (
                    row,
                    points
                        .filter_map(char::from_u32)
                        .filter(|ch| is_shown(*ch))
                        .collect(),
                )
            })
            .collect();
        let numbered: Vec<String> = rows
            .iter()
            .map(|(point, row)| format!("U+{point:04X}\t{row}"))
            .collect();
        for (number, part) in numbered.chunks(16).enumerate() {
            let name = format!("U+{first:04X} part {number}");
            documents.extend(both("charts", &name, &part.join("\n"), HANS));
        }
        documents.push(alone(
            "charts",
            &format!("U+{first:04X}"),
            &numbered.join("\n"),
        ));
        for (point, row) in rows {
            documents.extend(both("charts", &format!("row U+{point:04X}"), &row, HANT));
        }
    }
    documents
}

/// Whether a chart shows this character: an assigned one that is not a space or invisible.
fn is_shown(ch: char) -> bool {
    !ch.is_whitespace()
        && !ch.is_control()
        && !matches!(ch, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}')
}

/// Lines of code whose identifiers are ideographs drawn at random.
fn identifiers() -> Vec<Document> {
    let mut documents = Vec::new();
    let scripts = [
        (characters(GBK, 0xB0..=0xF7, |trail| trail >= 0xA1), HANS),
        (characters(BIG5, 0xA4..=0xF9, |_| true), HANT),
    ];
    for (seed, (all, prose)) in scripts.iter().enumerate() {
        let mut random = Random::new(0x1D + seed as u64);
        for number in 0..2_000 {
            let mut name = || -> String {
                let length = 2 + random.below(4);
                (0..length).map(|_| *random.pick(all)).collect()
            };
            let (one, two, three) = (name(), name(), name());
            let code = match number % 5 {
                0 => format!("const {one} = {two}.or({three});"),
                1 => format!("def {one}({two}, {three}):\n    return {two} + {three}"),
                2 => format!("    {{ \"{one}\", 0x{number:04x}, {two} }}, // {three}"),
                3 => format!("if ({one} != null && {two} > 3) {{ {three}(); }}"),
                _ => format!("SELECT {one}, {two} FROM {three} WHERE id = {number};"),
            };
            let name = format!("script {seed} line {number}");
            documents.extend(both("identifiers", &name, &code, *prose));
        }
    }
    documents
}

/// Entries of a dictionary with bopomofo, tone marks included, in four layouts.
fn bopomofo() -> Vec<Document> {
    const INITIALS: &str = "ㄅㄆㄇㄈㄉㄊㄋㄌㄍㄎㄏㄐㄑㄒㄓㄔㄕㄖㄗㄘㄙ";
    const FINALS: [&str; 12] = [
        "ㄚ", "ㄛ", "ㄜ", "ㄞ", "ㄟ", "ㄠ", "ㄡ", "ㄢ", "ㄣ", "ㄤ", "ㄧㄥ", "ㄨㄥ",
    ];
    const TONES: [&str; 5] = ["", "ˊ", "ˇ", "ˋ", "˙"];
    let all = characters(BIG5, 0xA4..=0xF9, |_| true);
    let initials: Vec<char> = INITIALS.chars().collect();
    let mut random = Random::new(0xB0);
    let mut syllable = || {
        format!(
            "{}{}{}",
            random.pick(&initials),
            random.pick(&FINALS),
            random.pick(&TONES)
        )
    };
    let mut documents = Vec::new();
    let mut layouts: [Vec<String>; 4] = Default::default();
    for (number, pair) in all.chunks_exact(2).enumerate() {
        let (one, two) = (syllable(), syllable());
        let (first, second) = (pair[0], pair[1]);
        let lines = [
            format!("{first}{second},{one} {two}"),
            format!("{first}({one}){second}({two})"),
            format!("{first} {one}"),
            format!("{one}　{first}{second}"),
        ];
        for (layout, line) in lines.into_iter().enumerate() {
            let name = format!("layout {layout} line {number}");
            documents.extend(both("bopomofo", &name, &line, HANT));
            layouts[layout].push(line);
        }
    }
    for (layout, lines) in layouts.iter().enumerate() {
        documents.push(alone(
            "bopomofo",
            &format!("layout {layout} all"),
            &lines.join("\n"),
        ));
        for (number, part) in lines.chunks(100).enumerate() {
            let name = format!("layout {layout} part {number}");
            documents.push(alone("bopomofo", &name, &part.join("\n")));
        }
    }
    documents
}

/// Patterns of level and oblique tones, as manuals of verse print them.
fn tone_patterns() -> Vec<Document> {
    const SIGNS: [&[&str]; 5] = [
        &["仄", "平"],
        &["仄", "平", "中"],
        &["●", "○", "⊙"],
        &["|", "-", "+"],
        &["平", "仄", "⊙", "△", "▲"],
    ];
    let mut random = Random::new(0x70);
    let mut documents = Vec::new();
    for (kind, signs) in SIGNS.iter().enumerate() {
        for number in 0..200 {
            let lines: Vec<String> = (0..4 + number % 5)
                .map(|line| {
                    let length = [5, 7, 4, 6][line % 4];
                    let pattern: String = (0..length).map(|_| *random.pick(signs)).collect();
                    format!("{pattern}{}", if line % 2 == 0 { "，" } else { "。" })
                })
                .collect();
            // A list of rare characters after a pattern: what the pattern seems to prove must
            // not spread to it.
            let list = "弓，矢，禾，豕，虫，皿，缶，艸，糸，黽。";
            let text = format!("{}\n{list}", lines.join("\n"));
            documents.extend(both(
                "tone-patterns",
                &format!("kind {kind} number {number}"),
                &text,
                HANT,
            ));
            documents.push(alone(
                "tone-patterns",
                &format!("kind {kind} line {number}"),
                &lines[0],
            ));
        }
    }
    documents
}

/// Pinyin, Jyutping, Wade-Giles, Taiwanese and Hakka romanisation, alone and with characters.
fn romanisation() -> Vec<Document> {
    const SYLLABLES: [(&str, &[&str]); 5] = [
        (
            "pinyin",
            &[
                "lǜ", "nǚ", "zhōng", "guó", "hǎo", "mèi", "ér", "xiàng", "ê", "ḿ", "ǹg", "tiān",
            ],
        ),
        (
            "jyutping",
            &[
                "gwong2", "dung1", "waa2", "hoeng1", "gong2", "m4", "ngo5", "zyu6",
            ],
        ),
        (
            "wade-giles",
            &[
                "t‘ien", "ch‘ing", "lü", "hsüeh", "ssŭ", "tzŭ", "ch'ü", "ê", "jên",
            ],
        ),
        (
            "taiwanese",
            &[
                "tâi", "gí", "o̍h", "bô", "chi̍t", "ê", "lâng", "siō͘", "hō͘", "koⁿ", "p̂", "m̄",
            ],
        ),
        (
            "hakka",
            &["ngài", "hak-kâ", "fa", "sṳ", "chhṳ̍t", "thai", "ńg", "kôi"],
        ),
    ];
    let all = characters(BIG5, 0xA4..=0xF9, |_| true);
    let mut random = Random::new(0x20);
    let mut documents = Vec::new();
    for (system, syllables) in SYLLABLES {
        let mut table = Vec::new();
        for number in 0..400 {
            let mut syllable = || (*random.pick(syllables)).to_owned();
            let (one, two) = (syllable(), syllable());
            let (first, second) = (all[number * 31 % all.len()], all[number * 17 % all.len()]);
            let line = match number % 4 {
                0 => format!("{one} {two}"),
                1 => format!("{first}\t{one}\t{two}"),
                2 => format!("{first}{second} {one}-{two}"),
                _ => format!("{one}（{first}）、{two}（{second}）"),
            };
            documents.extend(both(
                "romanisation",
                &format!("{system} {number}"),
                &line,
                HANT,
            ));
            table.push(line);
        }
        documents.push(alone(
            "romanisation",
            &format!("{system} all"),
            &table.join("\n"),
        ));
    }
    documents
}
