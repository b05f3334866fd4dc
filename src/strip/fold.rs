//! One way to write a line, for matching only.
//!
//! A rule says `相关阅读` once and has to meet `【相關閱讀】`, `▲ 相關閱讀：` and `相關(guān)閱讀`. So a line is
//! matched on a *folded* copy: traditional characters become simplified ones, full-width forms
//! ASCII, upper case lower case, the many dots, bars, dashes and arrows one each, runs of blanks
//! one blank; bullets at both ends and pinyin annotations go. The copy is thrown away after
//! matching: what is kept is kept byte for byte as it was.

use std::sync::LazyLock;

/// Traditional and simplified characters, in pairs: `萬万與与…`, written by
/// `cargo xtask table fold` from OpenCC's `TSCharacters.txt`.
const PAIRS: &str = include_str!("fold_pairs.txt");

/// What a character of the basic plane becomes: itself, another, or [`GONE`].
static TABLE: LazyLock<Box<[u16]>> = LazyLock::new(build);

/// Table value of characters that leave no trace.
const GONE: u16 = 0;

/// The one bullet, and the one ellipsis.
const DOT: char = '·';
const ELLIPSIS: char = '…';

fn build() -> Box<[u16]> {
    let mut table: Box<[u16]> = (0..=u16::MAX).collect();
    let mut set = |from: char, to: char| {
        if (from as u32) <= 0xFFFF {
            table[from as usize] = to as u16;
        }
    };
    let mut pairs = PAIRS.trim_end().chars();
    while let (Some(from), Some(to)) = (pairs.next(), pairs.next()) {
        if (to as u32) <= 0xFFFF {
            set(from, to);
        }
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
    let table = &*TABLE;
    text.chars()
        .map(|char| match table.get(char as usize) {
            Some(&to) if is_han(char) => char::from_u32(u32::from(to)).unwrap_or(char),
            _ => char,
        })
        .collect()
}

/// Whether a character is a Chinese character of the basic plane.
#[inline]
pub(super) fn is_han(char: char) -> bool {
    matches!(char, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '〇' | '々')
}

/// A line folded into `into`, which is cleared first: blanks collapsed, bullets at the ends gone.
/// Reads at most `limit` characters.
pub(super) fn fold_line(line: &str, limit: usize, into: &mut String) {
    into.clear();
    let table = &*TABLE;
    let mut last = ' ';
    let mut rest = line.chars();
    for _ in 0..limit {
        let Some(char) = rest.next() else { break };
        let folded = match table.get(char as usize) {
            Some(&GONE) => continue,
            Some(&to) => char::from_u32(u32::from(to)).unwrap_or(char),
            None => char,
        };
        match folded {
            ' ' if last == ' ' => continue,
            '.' | ELLIPSIS if last == '.' => {
                into.pop();
                into.push(ELLIPSIS);
                last = ELLIPSIS;
                continue;
            }
            '.' | ELLIPSIS if last == ELLIPSIS => continue,
            '(' if is_han(last) => {
                if let Some(length) = annotation(rest.as_str()) {
                    rest = rest.as_str()[length..].chars();
                    continue;
                }
            }
            _ => {}
        }
        into.push(folded);
        last = folded;
    }
    trim_bullets(into);
}

/// The letters of which a pinyin annotation holds one.
pub(super) const TONED: &str = "āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜü";

/// What each character of the basic plane becomes; 0 leaves no trace.
#[inline]
pub(super) fn table() -> &'static [u16] {
    &TABLE
}

/// A character folded by itself; NUL when it leaves no trace.
#[inline]
pub(super) fn fold_of(char: char) -> char {
    match TABLE.get(char as usize) {
        Some(&to) => char::from_u32(u32::from(to)).unwrap_or(char),
        None => char,
    }
}

/// The first or last characters of a line, which come one by one, as folding leaves them; of a
/// line that holds no annotation.
pub(super) struct Folding<I> {
    chars: I,
    last: char,
    next: Option<char>,
}

impl<I: Iterator<Item = char>> Folding<I> {
    pub(super) fn of(chars: I) -> Self {
        Self {
            chars,
            last: '\0',
            next: None,
        }
    }

    #[inline]
    fn folded(&mut self) -> Option<char> {
        self.next
            .take()
            .or_else(|| self.chars.by_ref().map(fold_of).find(|&char| char != '\0'))
    }
}

impl<I: Iterator<Item = char>> Iterator for Folding<I> {
    type Item = char;

    #[inline]
    fn next(&mut self) -> Option<char> {
        loop {
            let char = self.folded()?;
            match char {
                ' ' if self.last == ' ' => continue,
                '.' | ELLIPSIS if self.last == ELLIPSIS => continue,
                '.' => {
                    self.next = self.folded();
                    if matches!(self.next, Some('.' | ELLIPSIS)) {
                        self.next = None;
                        self.last = ELLIPSIS;
                        return Some(ELLIPSIS);
                    }
                }
                _ => {}
            }
            self.last = char;
            return Some(char);
        }
    }
}

/// The length in bytes of a pinyin annotation's rest, `huán)`, when one starts here: a syllable
/// of Latin letters, one of them with a tone mark.
fn annotation(rest: &str) -> Option<usize> {
    let mut toned = false;
    for (at, char) in rest.char_indices().take(8) {
        match char {
            'a'..='z' => {}
            ')' | '\u{FF09}' => return toned.then_some(at + char.len_utf8()),
            _ if TONED.contains(char) => {
                toned = true;
            }
            _ => return None,
        }
    }
    None
}

/// Every folded character that [`is_bullet`] or [`is_frame`] may be true of, in the basic plane.
pub(super) fn marks() -> impl Iterator<Item = char> {
    (' '..='~')
        .chain([DOT, ELLIPSIS])
        .chain('\u{2000}'..='\u{2BFF}')
}

/// Whether a folded character is only there to set a line off from others.
#[inline]
pub(super) fn is_bullet(char: char) -> bool {
    matches!(
        char,
        ' ' | DOT | '|' | '*' | '■'..='◿' | '★' | '☆' | '※' | '♦' | '❖' | '☞' | '☛'
    ) || ('\u{1F000}'..='\u{1FBFF}').contains(&char)
}

fn trim_bullets(text: &mut String) {
    text.truncate(text.trim_end_matches(is_bullet).len());
    let start = text.len() - text.trim_start_matches(is_bullet).len();
    text.drain(..start);
}

/// A folded line without what frames it: brackets around it, colons, arrows, dashes and full
/// stops at its ends. `[相关阅读]:` and `>> 相关阅读` are both `相关阅读`.
pub(super) fn core(folded: &str) -> &str {
    folded.trim_matches(is_frame)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(line: &str) -> String {
        let mut into = String::new();
        fold_line(line, usize::MAX, &mut into);
        into
    }

    #[test]
    fn script_width_case_and_bullets_fold() {
        assert_eq!(folded("　▲ 相關閱讀：　"), "相关阅读:");
        assert_eq!(
            folded("【ＡＢＣ】 Facebook\u{A0}\u{A0}粉絲團"),
            "[abc] facebook 粉丝团"
        );
        assert_eq!(
            folded("首頁  »  新聞頻道  ›  國際"),
            "首页 > 新闻频道 > 国际"
        );
        assert_eq!(folded("身材.. (01/16)"), "身材… (01/16)");
        assert_eq!(core(&folded(">>【延伸閱讀】：")), "延伸阅读");
    }

    #[test]
    fn pinyin_annotations_fold_away_and_other_brackets_stay() {
        assert_eq!(folded("免責(zé)聲明"), "免责声明");
        assert_eq!(folded("環(huán)球(global)"), "环球(global)");
        assert_eq!(folded("環(huán"), "环(huán");
    }

    #[test]
    fn the_limit_counts_characters_read() {
        let mut into = String::new();
        fold_line("一二三四五", 3, &mut into);
        assert_eq!(into, "一二三");
    }
}
