//! Both directions of each charset, byte for byte.
//!
//! Undoing a wrong decoding needs the bytes after a character *as a sloppy decoder read them*,
//! which no encoder gives: the Encoding Standard's Big5 encoder refuses what its decoder reads
//! from the Hong Kong supplement, several byte pairs decode to the same character, and vendors
//! map what others leave undefined to private-use characters. So the tables here are made the
//! other way round: every byte sequence is decoded once and the pairs are kept.
//!
//! A table costs about a millisecond and is made only when a damaged run asks for it.

use std::sync::LazyLock;

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GB18030, MACINTOSH, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
};

use zhnorm_lang::characters::is_private_use;
use zhnorm_lang::rows;

mod vendors;

use vendors::{
    BIG5_VENDORS, GBK_VENDORS, SHIFT_JIS_VENDORS, UPPER_HALF_OF_437, UPPER_HALF_OF_850, Vendors,
    big5_of_unicode,
};

/// A charset that text was written or read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Charset {
    /// UTF-8.
    Utf8,
    /// GBK with the user-defined zones of GB 18030: one and two bytes.
    Gbk,
    /// Big5 with the extensions of ETEN and the Hong Kong supplement.
    Big5,
    /// Big5 by the table of the Unicode Consortium, as Java and Python read it: it has other kana,
    /// letters and numbers from C6A1 to C7FC, and no Hong Kong supplement.
    Big5Unicode,
    /// `Shift_JIS` as Windows code page 932.
    ShiftJis,
    /// EUC-KR as the Unified Hangul Code.
    EucKr,
    /// Windows-1252, and ISO-8859-1 where that leaves a byte undefined.
    Windows1252,
    /// Windows-1250, Central European.
    Windows1250,
    /// Windows-1251, Cyrillic.
    Windows1251,
    /// Mac OS Roman.
    MacRoman,
    /// Code page 437 of DOS, which archives write names of files in.
    Cp437,
    /// Code page 850 of DOS, Western European.
    Cp850,
}

/// The bytes of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code {
    bytes: [u8; 2],
    length: u8,
}

impl Code {
    fn new(code: u16) -> Self {
        match code.to_be_bytes() {
            [0, byte] => Self {
                bytes: [byte, 0],
                length: 1,
            },
            bytes => Self { bytes, length: 2 },
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

impl Charset {
    /// The name used in rules and plans.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf8",
            Self::Gbk => "gbk",
            Self::Big5 => "big5",
            Self::Big5Unicode => "big5-unicode",
            Self::ShiftJis => "shift-jis",
            Self::EucKr => "euc-kr",
            Self::Windows1252 => "latin1",
            Self::Windows1250 => "cp1250",
            Self::Windows1251 => "cp1251",
            Self::MacRoman => "mac-roman",
            Self::Cp437 => "cp437",
            Self::Cp850 => "cp850",
        }
    }

    /// The same charset by another table that decoders have for it.
    pub(super) fn variant(self) -> Option<Self> {
        match self {
            Self::Big5 => Some(Self::Big5Unicode),
            Self::Big5Unicode => Some(Self::Big5),
            _ => None,
        }
    }

    fn table(self) -> &'static Table {
        static GBK: LazyLock<Table> = LazyLock::new(|| Table::double_byte(GB18030, GBK_VENDORS));
        static BIG5_: LazyLock<Table> = LazyLock::new(|| Table::double_byte(BIG5, BIG5_VENDORS));
        static BIG5_UNICODE: LazyLock<Table> = LazyLock::new(Table::big5_unicode);
        static SHIFT_JIS_: LazyLock<Table> =
            LazyLock::new(|| Table::double_byte(SHIFT_JIS, SHIFT_JIS_VENDORS));
        static EUC_KR_: LazyLock<Table> = LazyLock::new(|| Table::double_byte(EUC_KR, &[]));
        static LATIN: LazyLock<Table> = LazyLock::new(|| Table::single_byte(WINDOWS_1252));
        static CENTRAL: LazyLock<Table> = LazyLock::new(|| Table::single_byte(WINDOWS_1250));
        static CYRILLIC: LazyLock<Table> = LazyLock::new(|| Table::single_byte(WINDOWS_1251));
        static MAC: LazyLock<Table> = LazyLock::new(|| Table::single_byte(MACINTOSH));
        static DOS: LazyLock<Table> = LazyLock::new(|| Table::listed(UPPER_HALF_OF_437));
        static DOS_WESTERN: LazyLock<Table> = LazyLock::new(|| Table::listed(UPPER_HALF_OF_850));
        match self {
            Self::Gbk => &GBK,
            Self::Big5 => &BIG5_,
            Self::Big5Unicode => &BIG5_UNICODE,
            Self::ShiftJis => &SHIFT_JIS_,
            Self::EucKr => &EUC_KR_,
            Self::Utf8 | Self::Windows1252 => &LATIN,
            Self::Windows1250 => &CENTRAL,
            Self::Windows1251 => &CYRILLIC,
            Self::MacRoman => &MAC,
            Self::Cp437 => &DOS,
            Self::Cp850 => &DOS_WESTERN,
        }
    }

    /// The bytes that this charset's decoders read as `ch`, likeliest first; ASCII is itself.
    /// Not for UTF-8.
    pub(super) fn codes(self, ch: char) -> impl Iterator<Item = Code> {
        let table = self.table();
        let first = match table.reverse.get(ch as usize) {
            Some(0) => None,
            Some(&code) => Some(code),
            None => find(&table.astral, ch).next(),
        };
        first
            .into_iter()
            .chain(find(&table.alternates, ch))
            .map(Code::new)
    }

    /// The likeliest bytes that this charset's decoders read as `ch`.
    pub(super) fn code(self, ch: char) -> Option<Code> {
        let table = self.table();
        match table.reverse.get(ch as usize) {
            Some(0) => None,
            Some(&code) => Some(code),
            None => find(&table.astral, ch).next(),
        }
        .map(Code::new)
    }

    /// Whether the byte opens a pair.
    pub(super) fn is_lead(self, byte: u8) -> bool {
        match self {
            Self::Gbk | Self::Big5 | Self::Big5Unicode | Self::EucKr => {
                (0x81..=0xFE).contains(&byte)
            }
            Self::ShiftJis => matches!(byte, 0x81..=0x9F | 0xE0..=0xFC),
            _ => false,
        }
    }

    /// Whether every byte is a character of its own.
    pub(super) fn is_single_byte(self) -> bool {
        matches!(
            self,
            Self::Windows1252
                | Self::Windows1250
                | Self::Windows1251
                | Self::MacRoman
                | Self::Cp437
                | Self::Cp850
        )
    }

    /// Whether a byte that opens no pair is no character either, to some decoder.
    pub(super) fn is_undefined_alone(self, byte: u8) -> bool {
        byte >= 0x80
            && !self.is_lead(byte)
            && matches!(
                self.table().forward[usize::from(byte)],
                0 | 0x80..=0x9F | 0x20AC | 0xF8F0..=0xF8F3
            )
            && !(self.is_single_byte() && self.single(byte) == Some('€'))
    }

    /// Whether a pair is no character to a decoder that follows the Encoding Standard, or, with
    /// `strict`, to one that knows no vendor's additions.
    pub(super) fn is_undefined(self, lead: u8, trail: u8, strict: bool) -> bool {
        let code = usize::from(lead) << 8 | usize::from(trail);
        let ch = self.table().forward[code];
        let private = char::from_u32(ch).is_some_and(is_private_use);
        if ch == 0 || trail < 0x40 || private && (strict || self == Self::Big5) {
            return self.is_lead(lead);
        }
        strict
            && match self {
                Self::Big5 | Self::Big5Unicode => {
                    let added = [
                        0x8140..=0xA0FE,
                        0xA3C0..=0xA3FE,
                        0xC6A1..=0xC8FE,
                        0xF9D6..=0xFEFE,
                    ];
                    added.iter().any(|range| range.contains(&code))
                }
                Self::EucKr => lead < 0xA1 || trail < 0xA1,
                Self::ShiftJis => lead >= 0xF0 || matches!(lead, 0x87 | 0xED..=0xEF),
                Self::Gbk => {
                    matches!(code, 0xA2A1..=0xA2AA | 0xA2E3 | 0xA6E0..=0xA6F5 | 0xA8BB..=0xA8C0 | 0xA989..=0xA995 | 0xFE50..=0xFEA0)
                }
                _ => false,
            }
    }

    /// What a pair decodes to.
    pub(in crate::repair) fn pair(self, lead: u8, trail: u8) -> Option<char> {
        let code = usize::from(lead) << 8 | usize::from(trail);
        char::from_u32(self.table().forward[code]).filter(|ch| *ch != '\0')
    }

    /// What a byte that opens no pair decodes to.
    pub(super) fn single(self, byte: u8) -> Option<char> {
        match self.table().forward[usize::from(byte)] {
            0 if byte != 0 => None,
            code => char::from_u32(code),
        }
    }

    /// Encodes a text in which every character has a code, else `None`. UTF-8 is itself.
    pub(crate) fn encode(self, text: &str) -> Option<Vec<u8>> {
        if self == Self::Utf8 {
            return Some(text.as_bytes().to_vec());
        }
        let mut bytes = Vec::with_capacity(text.len());
        for ch in text.chars() {
            bytes.extend_from_slice(self.code(ch)?.bytes());
        }
        Some(bytes)
    }

    /// Decodes bytes that are valid throughout, else `None`.
    pub(crate) fn decode(self, bytes: &[u8]) -> Option<String> {
        let (text, used) = self.decode_prefix(bytes);
        (used == bytes.len()).then_some(text)
    }

    /// Decodes as much from the front as is valid, and says how many bytes that was.
    pub(super) fn decode_prefix(self, bytes: &[u8]) -> (String, usize) {
        if self == Self::Utf8 {
            return match std::str::from_utf8(bytes) {
                Ok(text) => (text.to_owned(), bytes.len()),
                Err(error) => {
                    let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                    (valid.into_owned(), error.valid_up_to())
                }
            };
        }
        let mut text = String::with_capacity(bytes.len() * 2);
        let mut used = 0;
        while let Some(&byte) = bytes.get(used) {
            let (decoded, length) = if self.is_lead(byte) {
                let trail = bytes.get(used + 1);
                (trail.and_then(|trail| self.pair(byte, *trail)), 2)
            } else {
                (self.single(byte), 1)
            };
            let Some(ch) = decoded else { break };
            text.push(ch);
            used += length;
        }
        (text, used)
    }
}

fn find(list: &[(char, u16)], ch: char) -> impl Iterator<Item = u16> {
    let from = list.partition_point(|(listed, _)| *listed < ch);
    list[from..]
        .iter()
        .take_while(move |(listed, _)| *listed == ch)
        .map(|(_, code)| *code)
}

struct Table {
    /// The character of each code of one or two bytes, 0 where there is none.
    forward: Box<[u32]>,
    /// The code of each character of the Basic Multilingual Plane, 0 where there is none.
    reverse: Box<[u16]>,
    /// Codes of characters beyond the Basic Multilingual Plane, sorted by character.
    astral: Box<[(char, u16)]>,
    /// Further codes of characters that have several, sorted by character.
    alternates: Box<[(char, u16)]>,
}

impl Table {
    /// A charset of single bytes, of which those from 80 on are listed.
    fn listed(upper_half: &str) -> Self {
        let codes = upper_half.chars().zip(0x80..=0xFF).collect();
        Self::build(codes, Vec::new())
    }

    fn single_byte(encoding: &'static Encoding) -> Self {
        let codes = (0x80..=0xFF).map(|byte: u8| {
            let (text, _) = encoding.decode_without_bom_handling(std::slice::from_ref(&byte));
            (text.chars().next().unwrap_or('\u{FFFD}'), u16::from(byte))
        });
        // A decoder for ISO-8859-1 proper leaves the C1 controls where they are.
        let controls = (0x80..=0x9F).map(|byte: u8| (char::from(byte), u16::from(byte)));
        Self::build(codes.collect(), controls.collect())
    }

    fn double_byte(encoding: &'static Encoding, vendors: Vendors) -> Self {
        let mut others = vendors.to_vec();
        if encoding == BIG5 {
            others.extend(big5_user_defined());
        }
        Self::build(Self::pairs(encoding), others)
    }

    /// See [`Charset::Big5Unicode`].
    fn big5_unicode() -> Self {
        let mut codes = Self::pairs(BIG5);
        codes.retain(|(_, code)| matches!(code, 0xA140..=0xC67E | 0xC940..=0xF9FE));
        codes.extend(big5_of_unicode());
        Self::build(codes, BIG5_VENDORS.to_vec())
    }

    /// Every character of one or two bytes with its code, except ASCII.
    fn pairs(encoding: &'static Encoding) -> Vec<(char, u16)> {
        let mut codes = Vec::with_capacity(24_000);
        for lead in 0x80..=0xFFu8 {
            let alone = encoding
                .decode_without_bom_handling_and_without_replacement(std::slice::from_ref(&lead));
            if let Some(ch) = alone.and_then(|text| text.chars().next()) {
                codes.push((ch, u16::from(lead)));
                continue;
            }
            let pairs = rows::row(encoding, lead).into_iter();
            codes.extend(pairs.map(|(trail, ch)| (ch, u16::from_be_bytes([lead, trail]))));
        }
        codes
    }

    /// `others` can be encoded, and are decoded to only where `codes` leave a code undefined.
    fn build(codes: Vec<(char, u16)>, others: Vec<(char, u16)>) -> Self {
        let mut forward = vec![0u32; 0x1_0000].into_boxed_slice();
        let mut reverse = vec![0u16; 0x1_0000].into_boxed_slice();
        let (mut astral, mut alternates) = (Vec::new(), Vec::new());
        for byte in 0..0x80u16 {
            forward[usize::from(byte)] = u32::from(byte);
            reverse[usize::from(byte)] = byte;
        }
        for (ch, code) in codes.into_iter().chain(others) {
            let place = &mut forward[usize::from(code)];
            if *place == 0 {
                *place = u32::from(ch);
            }
            match reverse.get_mut(ch as usize) {
                None => astral.push((ch, code)),
                Some(place) if *place == 0 && ch != '\0' => *place = code,
                Some(place) if *place == code => {}
                Some(_) => alternates.push((ch, code)),
            }
        }
        astral.sort_unstable();
        alternates.sort_unstable();
        Self {
            forward,
            reverse,
            astral: astral.into(),
            alternates: alternates.into(),
        }
    }
}

/// The private-use characters to which code page 950 maps the user-defined pairs of Big5.
fn big5_user_defined() -> impl Iterator<Item = (char, u16)> {
    ('\u{E000}'..='\u{F848}').filter_map(|ch| Some((ch, big5_user_defined_pair(ch)?)))
}

/// The user-defined pair of Big5 that code page 950, and the Hong Kong supplement after it,
/// stores as this private-use character.
pub(in crate::repair) fn big5_user_defined_pair(ch: char) -> Option<u16> {
    let (first, lead) = match u32::from(ch) {
        0xE000..=0xE310 => (0xE000, 0xFA),
        0xE311..=0xEEB7 => (0xE311, 0x8E),
        0xEEB8..=0xF6B0 => (0xEEB8, 0x81),
        // This zone opens in the middle of a row, at C6A1.
        0xF6B1..=0xF848 => (0xF6B1 - 63, 0xC6),
        _ => return None,
    };
    let index = u32::from(ch) - first;
    let (row, cell) = (index / 157, index % 157);
    let trail = if cell < 63 { 0x40 + cell } else { 0x62 + cell };
    Some(((lead + row) << 8 | trail) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_decoder_reads_can_be_taken_back() {
        for charset in [
            Charset::Gbk,
            Charset::Big5,
            Charset::Big5Unicode,
            Charset::ShiftJis,
            Charset::EucKr,
        ] {
            for lead in 0x81..=0xFEu8 {
                for trail in 0x40..=0xFEu8 {
                    if !charset.is_lead(lead) {
                        continue;
                    }
                    if let Some(ch) = charset.pair(lead, trail) {
                        assert!(
                            charset.codes(ch).any(|code| code.bytes() == [lead, trail]),
                            "{charset:?} {lead:02X}{trail:02X} {ch}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_hong_kong_supplement_has_codes() {
        assert_eq!(
            Charset::Big5
                .encode("嗰喺啲")
                .and_then(|bytes| Charset::Big5.decode(&bytes)),
            Some("嗰喺啲".to_owned())
        );
        // 着 as the old private-use character of the supplement.
        assert_eq!(big5_user_defined_pair('\u{E2E5}'), Some(0xFED3));
        assert_eq!(Charset::Big5.pair(0xFE, 0xD3), Some('着'));
        assert_eq!(big5_user_defined_pair('\u{F6B1}'), Some(0xC6A1));
    }

    #[test]
    fn the_table_of_the_unicode_consortium_is_whole() {
        assert_eq!(big5_of_unicode().last(), Some(('⑽', 0xC7FC)));
        for (ch, code) in [('あ', 0xC6A6), ('オ', 0xC742), ('й', 0xC7D2), ('①', 0xC7E9)] {
            let [lead, trail] = u16::to_be_bytes(code);
            assert_eq!(Charset::Big5Unicode.pair(lead, trail), Some(ch));
            assert_eq!(Charset::Big5Unicode.code(ch), Some(Code::new(code)));
        }
        assert_eq!(Charset::Big5Unicode.pair(0xFE, 0xD3), None);
    }

    #[test]
    fn undefined_bytes_of_windows_1252_are_the_controls_of_latin_1() {
        let code = Charset::Windows1252.code('\u{81}').expect("a code");
        assert_eq!(code.bytes(), [0x81]);
        let code = Charset::Windows1252.code('–').expect("a code");
        assert_eq!(code.bytes(), [0x96]);
        let code = Charset::Windows1252.code('\u{96}').expect("a code");
        assert_eq!(code.bytes(), [0x96]);
    }
}
