//! What is in no table of the Encoding Standard: characters of vendors, and of older code pages.

/// What decoders other than the Encoding Standard's make of some pairs: a character and the
/// pair that it may stand for.
pub(super) type Vendors = &'static [(char, u16)];

pub(super) const GBK_VENDORS: Vendors = &[
    ('\u{30FB}', 0xA1A4),
    ('\u{2015}', 0xA1AA),
    ('\u{301C}', 0xA1AB),
    ('\u{2225}', 0xA1AC),
    ('\u{E5E5}', 0xA3A0),
    ('\u{20AC}', 0x80),
    ('\u{80}', 0x80),
];

pub(super) const BIG5_VENDORS: Vendors = &[
    ('\u{2022}', 0xA145),
    ('\u{FF64}', 0xA14E),
    ('\u{2574}', 0xA15A),
    ('\u{203E}', 0xA1C2),
    ('\u{FFE3}', 0xA1C3),
    ('\u{223C}', 0xA1E3),
    ('\u{2641}', 0xA1F2),
    ('\u{2641}', 0xA1F3),
    ('\u{2609}', 0xA1F3),
    ('\u{FF3C}', 0xA240),
    ('\u{2215}', 0xA241),
    ('\u{FF0F}', 0xA241),
    ('\u{FF3C}', 0xA242),
    ('\u{A5}', 0xA244),
    ('\u{A2}', 0xA246),
    ('\u{A3}', 0xA247),
    ('\u{FFE1}', 0xA247),
];

pub(super) const SHIFT_JIS_VENDORS: Vendors = &[
    ('\u{A5}', 0x5C),
    ('\u{203E}', 0x7E),
    ('\u{2014}', 0x815C),
    ('\u{301C}', 0x8160),
    ('\u{2016}', 0x8161),
    ('\u{2212}', 0x817C),
    ('\u{A2}', 0x8191),
    ('\u{A3}', 0x8192),
    ('\u{AC}', 0x81CA),
    ('\u{80}', 0x80),
    ('\u{A0}', 0xA0),
    ('\u{F8F0}', 0xA0),
    ('\u{F8F1}', 0xFD),
    ('\u{F8F2}', 0xFE),
    ('\u{F8F3}', 0xFF),
];

/// What code page 437 has from 80 on.
pub(super) const UPPER_HALF_OF_437: &str = concat!(
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ",
    "áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
    "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
    "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
);
/// What code page 850 has from 80 on.
pub(super) const UPPER_HALF_OF_850: &str = concat!(
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ",
    "áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐",
    "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀",
    "ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}",
);

/// What the table of the Unicode Consortium has from C6A1 on.
pub(super) fn big5_of_unicode() -> impl Iterator<Item = (char, u16)> {
    let letters = "ДЕЁЖЗИЙКЛМУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя";
    let codes = (0xC6A1..=0xC6FE)
        .chain(0xC740..=0xC77E)
        .chain(0xC7A1..=0xC7FC);
    ['ヾ', 'ゝ', 'ゞ', '々']
        .into_iter()
        .chain('ぁ'..='ん')
        .chain('ァ'..='ヶ')
        .chain(letters.chars())
        .chain('①'..='⑩')
        .chain('⑴'..='⑽')
        .zip(codes)
}
