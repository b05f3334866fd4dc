//! Rows of one sign: ornaments and rules that writers draw between paragraphs.

use super::{Document, Documents, HANS, alone, both};

/// Where the signs are taken from.
const SIGNS: [(u32, u32); 9] = [
    (0x00A1, 0x00FF),
    (0x02B0, 0x02FF),
    (0x2010, 0x205E),
    (0x2190, 0x23FF),
    (0x2460, 0x27BF),
    (0x3001, 0x3030),
    (0x3105, 0x312F),
    (0xFF01, 0xFFEE),
    (0x4E00, 0x4EFF),
];

/// How often a sign is repeated.
const LENGTHS: [usize; 5] = [2, 3, 6, 12, 40];

/// The sources by genre.
pub fn sources() -> Vec<(&'static str, Documents)> {
    vec![("rows", Box::new(rows().into_iter()))]
}

fn rows() -> Vec<Document> {
    let mut documents = Vec::new();
    let mut all = Vec::new();
    let signs = SIGNS.iter().flat_map(|(first, last)| *first..=*last);
    for sign in signs.filter_map(char::from_u32) {
        if sign.is_whitespace()
            || matches!(sign, '\u{AD}' | '\u{2011}' | '\u{2028}'..='\u{202E}' | '\u{FFA0}' | '\u{FFC0}'..='\u{FFDF}')
        {
            continue;
        }
        for length in LENGTHS {
            let row = String::from(sign).repeat(length);
            let name = format!("{length} of U+{:04X}", u32::from(sign));
            documents.extend(both("rows", &name, &row, HANS));
        }
        all.push(String::from(sign).repeat(8));
    }
    for (number, part) in all.chunks(100).enumerate() {
        documents.push(alone("rows", &format!("table {number}"), &part.join("\n")));
    }
    // Signs in turn, as drawn around a heading.
    for pair in [
        "¸,ø¤º°",
        "·.¸¸.·",
        "°º¤ø,",
        "«»",
        "×÷",
        "¶§",
        "☆★",
        "◇◆",
        "─═",
        "¯`·",
    ] {
        for times in [1, 2, 5, 12] {
            documents.extend(both(
                "rows",
                &format!("{pair} × {times}"),
                &pair.repeat(times),
                HANS,
            ));
        }
    }
    documents
}
