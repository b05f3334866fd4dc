//! One way to write each character, for matching only.
//!
//! A rule says `相关阅读` once and has to meet `【相關閱讀】`, `▲ 相關閱讀：` and `相關(guān)閱讀`. So a line is
//! matched on a *folded* copy: traditional characters become simplified ones, full-width forms
//! ASCII, upper case lower case, the many dots, bars, dashes and arrows one each. What becomes of
//! each character is here, what becomes of a line is [`folded`](super::folded)'s.

use std::sync::LazyLock;

use zhnorm_lang::{characters, folding};

static TABLE: LazyLock<Box<[u16; 1 << 16]>> = LazyLock::new(build);

/// What each character of the basic plane becomes: itself, another, or [`GONE`].
pub(super) fn folding() -> &'static [u16; 1 << 16] {
    &TABLE
}

/// Table value of characters that leave no trace.
pub(super) const GONE: u16 = 0;

/// The one bullet, and the one ellipsis.
const DOT: char = '·';
pub(super) const ELLIPSIS: char = '…';

/// Units among which the letters with tone marks of pinyin annotations are.
pub(super) const ANNOTATING: std::ops::RangeInclusive<u16> = 0xE0..=0x1DC;

fn build() -> Box<[u16; 1 << 16]> {
    let mut table: Box<[u16; 1 << 16]> = Box::new(std::array::from_fn(|code| code as u16));
    let mut set = |from: char, to: char| {
        if (from as u32) <= 0xFFFF {
            table[from as usize] = to as u16;
        }
    };
    for (traditional, simplified) in folding::pairs() {
        set(traditional, simplified);
    }
    for code in 0xFF01..=0xFF5E_u32 {
        if let (Some(wide), Some(narrow)) = (char::from_u32(code), char::from_u32(code - 0xFEE0)) {
            set(wide, narrow.to_ascii_lowercase());
        }
    }
    for letter in 'A'..='Z' {
        set(letter, letter.to_ascii_lowercase());
    }
    for (many, one) in [
        (
            "\t\u{B}\u{C}\r\u{85}\u{A0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\
          \u{2007}\u{2008}\u{2009}\u{200A}\u{202F}\u{205F}\u{3000}",
            ' ',
        ),
        ("【〔〖〘﹝［", '['),
        ("】〕〗〙﹞］", ']'),
        ("“”„‟「」『』﹁﹂﹃﹄＂", '"'),
        ("‘’‚‛＇", '\''),
        ("︰﹕∶：", ':'),
        ("│丨｜┃╎¦∣┆┊", '|'),
        ("‧・•∙⋅․●▪◦˙", DOT),
        ("—–―─－‐‑−━", '-'),
        ("»›→▶►▸➤≫＞❯⇒", '>'),
        ("«‹←◀◄≪＜", '<'),
        ("～∼〜", '~'),
        ("╱∕／⁄", '/'),
        ("⋯", ELLIPSIS),
        ("﹐﹑", ','),
    ] {
        for from in many.chars() {
            set(from, one);
        }
    }
    for code in [0xAD, 0xFEFF, 0xFE0E, 0xFE0F]
        .into_iter()
        .chain(0x200B..=0x200F)
        .chain(0x202A..=0x202E)
        .chain(0x2060..=0x2064)
    {
        table[code] = GONE;
    }
    table[0] = GONE;
    table
}

/// Writes the script and case of a rule's text as lines are folded, and nothing else: brackets,
/// dots and the like are a pattern's syntax.
pub(super) fn fold_script(text: &str) -> String {
    let table = folding();
    text.chars()
        .map(|char| match table.get(char as usize) {
            Some(&to) if is_chinese(char) => char::from_u32(u32::from(to)).unwrap_or(char),
            _ => char,
        })
        .collect()
}

/// Whether a character is written in a line as Chinese characters are: the ideographs of the basic
/// plane, those kept for compatibility, and the two signs that are written among them.
#[inline]
pub(super) fn is_chinese(char: char) -> bool {
    characters::is_han(char) || matches!(char, '\u{F900}'..='\u{FAFF}' | '〇' | '々')
}

/// Whether a folded character is only there to set a line off from others.
#[inline]
pub(super) fn is_bullet(char: char) -> bool {
    matches!(
        char,
        ' ' | DOT | '|' | '*' | '■'..='◿' | '★' | '☆' | '※' | '♦' | '❖' | '☞' | '☛'
    ) || ('\u{1F000}'..='\u{1FBFF}').contains(&char)
}

/// Whether a folded character only frames a line.
#[inline]
pub(super) fn is_frame(char: char) -> bool {
    is_bullet(char)
        || matches!(
            char,
            '[' | ']'
                | '('
                | ')'
                | ':'
                | '>'
                | '<'
                | '-'
                | '+'
                | ELLIPSIS
                | '.'
                | '"'
                | '/'
                | '='
                | '~'
                | '#'
                | '_'
        )
}
