//! Text to bytes, for readers that cannot take UTF-8.
//!
//! `encoding_rs` writes most encodings, but its Big5 leaves out Hong Kong's supplement, it writes
//! no UTF-16, and its Japanese encoders fold characters (`¥` to a backslash) that would not come
//! back. Here what is written is what [`super::decode`] reads again, character for character, or
//! an error that names the place.

use std::collections::HashMap;
use std::sync::LazyLock;
use zhnorm_lang::characters::{PRIVATE_USE_FIRST, PRIVATE_USE_LAST};

use encoding_rs::{EncoderResult, Encoding as Whatwg};

use super::encoding::{Encoding, Scheme};
use super::{Error, Result};

/// What to do with a character that the encoding does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unmappable {
    /// Stop with an error that names the place.
    #[default]
    Error,
    /// Write a question mark.
    Replace,
    /// Write a numeric character reference, `&#20013;`.
    Entity,
}

/// Writes text in an encoding, without a byte order mark.
///
/// ```
/// use zhnorm::decode::{Encoding, Unmappable, encode};
///
/// assert_eq!(encode("中a", Encoding::BIG5, Unmappable::Error)?, b"\xA4\xA4a");
/// assert_eq!(encode("이", Encoding::BIG5, Unmappable::Entity)?, b"&#51060;");
/// let error = encode("一\n二 이", Encoding::BIG5, Unmappable::Error).unwrap_err();
/// assert!(error.to_string().contains("line 2, column 3"));
/// # Ok::<(), zhnorm::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Unmappable`] for the first character that the encoding does not have, unless
/// `unmappable` says otherwise; [`Error::NotWritable`] for encodings that are only read
/// (ISO-2022-CN, ISO-2022-KR) or are none.
pub fn encode(text: &str, encoding: Encoding, unmappable: Unmappable) -> Result<Vec<u8>> {
    let mut writer = Writer {
        text,
        encoding,
        unmappable,
        bytes: Vec::with_capacity(text.len()),
    };
    match encoding.0 {
        Scheme::Whatwg(whatwg) if whatwg == encoding_rs::UTF_8 => {
            writer.bytes.extend_from_slice(text.as_bytes());
        }
        Scheme::Whatwg(whatwg) if whatwg == encoding_rs::UTF_16LE => {
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            writer.bytes.extend(units);
        }
        Scheme::Whatwg(whatwg) if whatwg == encoding_rs::UTF_16BE => {
            let units = text.encode_utf16().flat_map(u16::to_be_bytes);
            writer.bytes.extend(units);
        }
        Scheme::Utf32 { big_endian } => {
            let units = text.chars().map(u32::from).flat_map(|unit| {
                if big_endian {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            });
            writer.bytes.extend(units);
        }
        Scheme::Whatwg(whatwg) if whatwg == encoding_rs::BIG5 => writer.big5(|_| true)?,
        Scheme::Cp950 => writer.big5(is_of_windows)?,
        Scheme::Whatwg(whatwg) => writer.whatwg(whatwg)?,
        Scheme::Gb2312 => writer.gb2312()?,
        Scheme::Big5Uao => writer.big5_uao()?,
        Scheme::Hz => writer.hz()?,
        Scheme::Iso2022Cn | Scheme::Iso2022Kr | Scheme::Binary | Scheme::Unknown => {
            return Err(Error::NotWritable {
                label: encoding.label(),
            });
        }
    }
    Ok(writer.bytes)
}

struct Writer<'a> {
    text: &'a str,
    encoding: Encoding,
    unmappable: Unmappable,
    bytes: Vec<u8>,
}

impl Writer<'_> {
    /// The replacement in ASCII of a character that the encoding does not have, or the error. The
    /// character is at this byte offset.
    fn substitute(&self, character: char, offset: usize) -> Result<String> {
        match self.unmappable {
            Unmappable::Replace => Ok("?".to_owned()),
            Unmappable::Entity => Ok(format!("&#{};", u32::from(character))),
            Unmappable::Error => {
                let before = &self.text[..offset];
                let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1);
                Err(Error::Unmappable {
                    character,
                    code_point: u32::from(character),
                    line: memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1,
                    column: before[line_start..].chars().count() + 1,
                    label: self.encoding.label(),
                })
            }
        }
    }

    fn whatwg(&mut self, encoding: &'static Whatwg) -> Result<()> {
        let mut encoder = encoding.new_encoder();
        let mut at = 0;
        while at < self.text.len() {
            // The encoder is given the text up to the next character that it would fold.
            let rest = &self.text[at..];
            let folded = rest
                .char_indices()
                .find(|(_, character)| is_folded(encoding, *character));
            let end = folded.map_or(rest.len(), |(end, _)| end);
            let mut done = 0;
            while done < end {
                self.bytes.reserve(2 * (end - done) + 32);
                let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(
                    &rest[done..end],
                    &mut self.bytes,
                    false,
                );
                done += read;
                if let EncoderResult::Unmappable(character) = result {
                    let substitute =
                        self.substitute(character, at + done - character.len_utf8())?;
                    self.ascii(&mut encoder, &substitute);
                }
            }
            at += end;
            if let Some((_, character)) = folded {
                let substitute = self.substitute(character, at)?;
                self.ascii(&mut encoder, &substitute);
                at += character.len_utf8();
            }
        }
        // ISO-2022-JP ends in ASCII.
        self.bytes.reserve(16);
        let _ = encoder.encode_from_utf8_to_vec_without_replacement("", &mut self.bytes, true);
        Ok(())
    }

    /// Writes ASCII through the encoder, which may have to switch alphabets first.
    fn ascii(&mut self, encoder: &mut encoding_rs::Encoder, text: &str) {
        self.bytes.reserve(2 * text.len() + 32);
        let _ = encoder.encode_from_utf8_to_vec_without_replacement(text, &mut self.bytes, false);
    }

    /// Big5, of which only those pairs are written that `is_allowed` accepts.
    fn big5(&mut self, is_allowed: fn([u8; 2]) -> bool) -> Result<()> {
        let table = &*BIG5;
        let mut characters = self.text.char_indices().peekable();
        while let Some((offset, character)) = characters.next() {
            if character.is_ascii() {
                self.bytes.push(character as u8);
                continue;
            }
            let next = characters.peek().map(|(_, next)| *next);
            if let Some(pair) = composed(character, next).filter(|pair| is_allowed(*pair)) {
                self.bytes.extend(pair);
                characters.next();
            } else if let Some(pair) = table.get(&character).filter(|pair| is_allowed(**pair)) {
                self.bytes.extend(pair);
            } else {
                let substitute = self.substitute(character, offset)?;
                self.bytes.extend(substitute.bytes());
            }
        }
        Ok(())
    }

    fn big5_uao(&mut self) -> Result<()> {
        for (offset, character) in self.text.char_indices() {
            if character.is_ascii() {
                self.bytes.push(character as u8);
            } else if let Some(pair) = super::uao::pair(character) {
                self.bytes.extend(pair);
            } else {
                let substitute = self.substitute(character, offset)?;
                self.bytes.extend(substitute.bytes());
            }
        }
        Ok(())
    }

    fn gb2312(&mut self) -> Result<()> {
        for (offset, character) in self.text.char_indices() {
            if character.is_ascii() {
                self.bytes.push(character as u8);
            } else if let Some(pair) = gb2312(character) {
                self.bytes.extend(pair.map(|byte| byte | 0x80));
            } else {
                let substitute = self.substitute(character, offset)?;
                self.bytes.extend(substitute.bytes());
            }
        }
        Ok(())
    }

    /// HZ: runs of GB2312 between `~{` and `~}`, closed before the end of each line.
    fn hz(&mut self) -> Result<()> {
        let mut is_open = false;
        for (offset, character) in self.text.char_indices() {
            let pair = if character.is_ascii() {
                None
            } else {
                gb2312(character)
            };
            match pair {
                Some(pair) => {
                    if !is_open {
                        self.bytes.extend(b"~{");
                        is_open = true;
                    }
                    self.bytes.extend(pair);
                    continue;
                }
                None if is_open => {
                    self.bytes.extend(b"~}");
                    is_open = false;
                }
                None => {}
            }
            match character {
                '~' => self.bytes.extend(b"~~"),
                _ if character.is_ascii() => self.bytes.push(character as u8),
                _ => {
                    let substitute = self.substitute(character, offset)?;
                    self.bytes.extend(substitute.bytes());
                }
            }
        }
        if is_open {
            self.bytes.extend(b"~}");
        }
        Ok(())
    }
}

/// Whether the encoder of the WHATWG standard writes another character instead.
fn is_folded(encoding: &'static Whatwg, character: char) -> bool {
    if encoding == encoding_rs::SHIFT_JIS || encoding == encoding_rs::EUC_JP {
        matches!(character, '\u{A5}' | '\u{203E}' | '\u{2212}')
    } else if encoding == encoding_rs::ISO_2022_JP {
        matches!(character, '\u{2212}' | '\u{FF61}'..='\u{FF9F}')
    } else if encoding == encoding_rs::GBK && is_later_than_gbk(character) {
        true
    } else if encoding == encoding_rs::GB18030 || encoding == encoding_rs::GBK {
        // Private-use characters whose places went to real ones in GB18030-2022.
        matches!(
            character,
            '\u{E78D}'
                ..='\u{E796}'
                    | '\u{E81E}'
                    | '\u{E826}'
                    | '\u{E82B}'
                    | '\u{E82C}'
                    | '\u{E832}'
                    | '\u{E843}'
                    | '\u{E854}'
                    | '\u{E864}'
        )
    } else {
        false
    }
}

/// Whether GB18030 put a character into a place of two bytes that GBK leaves empty, or to users.
/// The encoder of the WHATWG standard writes it as GBK too, but other decoders of GBK refuse it.
fn is_later_than_gbk(character: char) -> bool {
    matches!(
        character,
        'ǹ' | 'ḿ'
            | '€'
            | '\u{2E81}'..='\u{2ECA}'
            | '\u{2FF0}'..='\u{2FFB}'
            | '\u{303E}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{9FB4}'..='\u{9FBB}'
            | PRIVATE_USE_FIRST..=PRIVATE_USE_LAST
            | '\u{FE10}'..='\u{FE19}'
    )
}

/// A character of GB2312 as two seven-bit bytes.
fn gb2312(character: char) -> Option<[u8; 2]> {
    // The small Roman numerals of row 2 and what follows row 9 came later.
    if is_folded(encoding_rs::GBK, character) || matches!(character, 'ⅰ'..='ⅹ') {
        return None;
    }
    let mut buffer = [0; 4];
    let text = character.encode_utf8(&mut buffer);
    let (bytes, _, has_unmappable) = encoding_rs::GBK.encode(text);
    match *bytes {
        [row @ (0xA1..=0xA9 | 0xB0..=0xF7), column @ 0xA1..=0xFE]
            if !has_unmappable && !is_later_sign(row, column) =>
        {
            Some([row & 0x7F, column & 0x7F])
        }
        _ => None,
    }
}

/// Whether a place in the first nine rows of GB2312 was empty at first: vertical forms, letters of
/// pinyin.
fn is_later_sign(row: u8, column: u8) -> bool {
    matches!(
        (row, column),
        (0xA6, 0xD9..) | (0xA8, 0xBB..=0xC4 | 0xEA..) | (0xA9, 0xF0..)
    )
}

/// Whether a pair is one of Windows' code page 950: not of Hong Kong's supplement, nor of the signs and
/// kana that ETEN put after the common characters.
fn is_of_windows(pair: [u8; 2]) -> bool {
    let code = u16::from_be_bytes(pair);
    matches!(code, 0xA140..=0xA3BF | 0xA3E1 | 0xA440..=0xC67E | 0xC940..=0xF9FD)
}

/// The four pairs of Big5-HKSCS that encode two characters.
fn composed(character: char, next: Option<char>) -> Option<[u8; 2]> {
    match (character, next?) {
        ('Ê', '\u{304}') => Some([0x88, 0x62]),
        ('Ê', '\u{30C}') => Some([0x88, 0x64]),
        ('ê', '\u{304}') => Some([0x88, 0xA3]),
        ('ê', '\u{30C}') => Some([0x88, 0xA5]),
        _ => None,
    }
}

/// Big5 with its Hong Kong supplement, from character to pair: the reverse of what `encoding_rs`
/// decodes. Where two pairs decode to one character, Big5 proper goes before the supplement and
/// the lower pair before the higher, but for six box drawings and numerals of which the standard
/// writes the higher.
static BIG5: LazyLock<HashMap<char, [u8; 2]>> = LazyLock::new(|| {
    const HIGHER: [char; 6] = ['═', '╞', '╡', '╪', '卅', '十'];
    let mut table = HashMap::with_capacity(20_000);
    let leads = (0xA1..=0xFE).chain(0x81..=0xA0);
    for lead in leads {
        for trail in (0x40..=0x7E).chain(0xA1..=0xFE) {
            let pair = [lead, trail];
            let decoded =
                encoding_rs::BIG5.decode_without_bom_handling_and_without_replacement(&pair);
            let mut characters = decoded.iter().flat_map(|text| text.chars());
            if let (Some(character), None) = (characters.next(), characters.next()) {
                if HIGHER.contains(&character) && lead >= 0xA1 {
                    table.insert(character, pair);
                } else {
                    table.entry(character).or_insert(pair);
                }
            }
        }
    }
    table
});

#[cfg(test)]
mod tests {
    use super::super::{Options, decode};
    use super::*;
    use crate::report::Report;

    const ALL: &[&str] = &[
        "utf-8",
        "utf-16le",
        "utf-16be",
        "utf-32le",
        "utf-32be",
        "gb18030",
        "gbk",
        "big5",
        "shift_jis",
        "euc-jp",
        "euc-kr",
        "iso-2022-jp",
        "hz",
        "windows-1252",
        "koi8-r",
        "macintosh",
    ];

    fn decoded(bytes: &[u8], encoding: Encoding) -> String {
        let options = Options {
            encoding: Some(encoding),
            ..Options::default()
        };
        let decoded = decode(bytes, &options, &mut Report::counting()).unwrap();
        decoded.text.into_owned()
    }

    #[test]
    fn every_character_comes_back_or_is_an_error() {
        // Each character between two others, as encoders keep a state.
        for label in ALL {
            let encoding: Encoding = label.parse().unwrap();
            let mut written = 0;
            for character in '\u{1}'..='\u{2FFFF}' {
                // The decoder of the standard refuses these three in ISO-2022-JP.
                let is_shift = matches!(character, '\u{E}' | '\u{F}' | '\u{1B}');
                if character > '\u{FFFF}' && u32::from(character) % 7 != 0 || is_shift {
                    continue;
                }
                let text = format!("a{character}b");
                if let Ok(bytes) = encode(&text, encoding, Unmappable::Error) {
                    assert_eq!(decoded(&bytes, encoding), text, "{label} {bytes:X?}");
                    written += 1;
                }
            }
            assert!(written > 125, "{label} writes {written}");
        }
    }

    #[test]
    fn windows_has_no_extension_of_big5() {
        let cp950 = Encoding::for_output("cp950").unwrap();
        assert_eq!(encode("中", cp950, Unmappable::Error).unwrap(), b"\xA4\xA4");
        for extension in ["嗰", "あ", "①", "Ê̄"] {
            assert!(
                encode(extension, cp950, Unmappable::Error).is_err(),
                "{extension}"
            );
            assert!(encode(extension, Encoding::BIG5, Unmappable::Error).is_ok());
        }
        assert_eq!("cp950".parse::<Encoding>().unwrap(), Encoding::BIG5);
    }

    #[test]
    fn hong_kong_is_written_in_big5() {
        let bytes = encode("嗰喺啲Ê̄", Encoding::BIG5, Unmappable::Error).unwrap();
        assert_eq!(decoded(&bytes, Encoding::BIG5), "嗰喺啲Ê̄");
        assert_eq!(
            encode("十", Encoding::BIG5, Unmappable::Error).unwrap(),
            b"\xA4\x51"
        );
    }

    #[test]
    fn hz_escapes_its_own_escape() {
        let bytes = encode("a~中文\n이", Encoding::HZ, Unmappable::Replace).unwrap();
        assert_eq!(bytes, b"a~~~{VPND~}\n?");
    }

    /// Python's `gbk` and glibc's refuse these.
    #[test]
    fn gbk_has_nothing_that_came_with_gb18030() {
        for character in ["ǹ", "€", "⺁", "⿰", "〾", "㑇", "䲟", "\u{E000}", "︐"] {
            assert!(
                encode(character, Encoding::GBK, Unmappable::Error).is_err(),
                "{character}"
            );
            let bytes = encode(character, Encoding::GB18030, Unmappable::Error).unwrap();
            assert_eq!(decoded(&bytes, Encoding::GB18030), character);
        }
        for character in ["〇", "﹃", "ⅰ", "～", "—", "·", "镕", "國"] {
            assert!(
                encode(character, Encoding::GBK, Unmappable::Error).is_ok(),
                "{character}"
            );
        }
    }

    #[test]
    fn gb2312_is_written_strictly_and_read_as_gbk() {
        let strict = Encoding::for_output("GB2312").unwrap();
        assert_eq!(
            encode("中a", strict, Unmappable::Error).unwrap(),
            b"\xD6\xD0a"
        );
        for character in ["镕", "國", "ⅰ", "ǹ", "︵", "㎡"] {
            let error = encode(character, strict, Unmappable::Error).unwrap_err();
            assert!(error.to_string().contains("gb2312"), "{error}");
        }
        assert_eq!(decoded(b"\x87\xF8", strict), "國");
    }

    #[test]
    fn the_error_names_the_place() {
        let error = encode("中文\r\nab€c", Encoding::BIG5, Unmappable::Error);
        assert!(error.is_ok(), "the euro sign is in the supplement");
        let error = encode("中文\r\nab🙂c", Encoding::GBK, Unmappable::Error).unwrap_err();
        assert!(
            matches!(
                error,
                Error::Unmappable {
                    character: '🙂',
                    line: 2,
                    column: 3,
                    ..
                }
            ),
            "{error}"
        );
        let error = encode("a¥", Encoding::SHIFT_JIS, Unmappable::Error).unwrap_err();
        assert!(matches!(
            error,
            Error::Unmappable {
                line: 1,
                column: 2,
                ..
            }
        ));
        let text = encode("中¥文", Encoding::ISO_2022_JP, Unmappable::Entity).unwrap();
        assert_eq!(decoded(&text, Encoding::ISO_2022_JP), "中¥文");
        let text = encode("中−文", Encoding::ISO_2022_JP, Unmappable::Entity).unwrap();
        assert_eq!(decoded(&text, Encoding::ISO_2022_JP), "中&#8722;文");
    }

    #[test]
    fn what_is_only_read_is_not_written() {
        for encoding in [Encoding::ISO_2022_CN, Encoding::BINARY] {
            let error = encode("a", encoding, Unmappable::Error).unwrap_err();
            assert!(matches!(error, Error::NotWritable { .. }));
        }
    }
}
