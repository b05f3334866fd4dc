//! The encodings by their labels.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::Error;

/// A text encoding: those of the WHATWG Encoding Standard, and the ones that Chinese text comes
/// in and that standard leaves out (HZ, ISO-2022-CN, ISO-2022-KR, UTF-32).
///
/// ```
/// use zhnorm::decode::Encoding;
///
/// let encoding: Encoding = "GB2312".parse()?;
/// assert_eq!(encoding.label(), "gbk");
/// assert_eq!("utf-32be".parse::<Encoding>()?.label(), "utf-32");
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Encoding(pub(super) Scheme);

/// How an encoding is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Scheme {
    /// By `encoding_rs`.
    Whatwg(&'static encoding_rs::Encoding),
    /// GB2312 without its extensions. It is written so, and read as GBK.
    Gb2312,
    /// Big5 as bulletin boards extended it.
    Big5Uao,
    /// Big5 of Windows. It is written so, and read as Big5.
    Cp950,
    /// HZ (RFC 1843).
    Hz,
    /// ISO-2022-CN (RFC 1922).
    Iso2022Cn,
    /// ISO-2022-KR (RFC 1557).
    Iso2022Kr,
    /// UTF-32, little-endian or big-endian.
    Utf32 { big_endian: bool },
    /// No text at all.
    Binary,
    /// Text in an unknown encoding.
    Unknown,
}

impl Encoding {
    /// UTF-8; plain ASCII goes by this name too.
    pub const UTF_8: Self = Self(Scheme::Whatwg(encoding_rs::UTF_8));
    /// UTF-16, little-endian.
    pub const UTF_16LE: Self = Self(Scheme::Whatwg(encoding_rs::UTF_16LE));
    /// UTF-16, big-endian.
    pub const UTF_16BE: Self = Self(Scheme::Whatwg(encoding_rs::UTF_16BE));
    /// UTF-32, little-endian. Its label is `utf-32`.
    pub const UTF_32LE: Self = Self(Scheme::Utf32 { big_endian: false });
    /// UTF-32, big-endian. Its label is `utf-32`.
    pub const UTF_32BE: Self = Self(Scheme::Utf32 { big_endian: true });
    /// GB18030, of which GB2312 and GBK are parts.
    pub const GB18030: Self = Self(Scheme::Whatwg(encoding_rs::GB18030));
    /// GBK. What is found in files is called [`Encoding::GB18030`], which reads the same bytes
    /// the same way.
    pub const GBK: Self = Self(Scheme::Whatwg(encoding_rs::GBK));
    /// Big5 with the Hong Kong Supplementary Character Set.
    pub const BIG5: Self = Self(Scheme::Whatwg(encoding_rs::BIG5));
    /// Big5-UAO: Big5 with the characters that Taiwan's bulletin boards added to it, in place of Hong
    /// Kong's.
    pub const BIG5_UAO: Self = Self(Scheme::Big5Uao);
    /// Big5 as Windows has it (code page 950), strictly: text with a character of an extension of Big5
    /// is not written in it. Bytes are read as Big5. The label `cp950` is parsed as
    /// [`Encoding::BIG5`]; see [`Encoding::for_output`].
    pub const CP950: Self = Self(Scheme::Cp950);
    /// `Shift_JIS` as Windows writes it (code page 932).
    pub const SHIFT_JIS: Self = Self(Scheme::Whatwg(encoding_rs::SHIFT_JIS));
    /// EUC-JP.
    pub const EUC_JP: Self = Self(Scheme::Whatwg(encoding_rs::EUC_JP));
    /// ISO-2022-JP.
    pub const ISO_2022_JP: Self = Self(Scheme::Whatwg(encoding_rs::ISO_2022_JP));
    /// EUC-KR with the extension of Windows (code page 949).
    pub const EUC_KR: Self = Self(Scheme::Whatwg(encoding_rs::EUC_KR));
    /// Western European, code page 1252.
    pub const WINDOWS_1252: Self = Self(Scheme::Whatwg(encoding_rs::WINDOWS_1252));
    /// HZ, the seven-bit dress of GB2312 (RFC 1843).
    pub const HZ: Self = Self(Scheme::Hz);
    /// ISO-2022-CN (RFC 1922).
    pub const ISO_2022_CN: Self = Self(Scheme::Iso2022Cn);
    /// ISO-2022-KR (RFC 1557).
    pub const ISO_2022_KR: Self = Self(Scheme::Iso2022Kr);
    /// GB2312 in its EUC-CN form, strictly: text with a character of GBK is not written in it. Bytes
    /// are read as GBK, as the WHATWG Encoding Standard does. The label `gb2312` is parsed as
    /// [`Encoding::GBK`]; see [`Encoding::for_output`].
    pub const GB2312: Self = Self(Scheme::Gb2312);
    /// Not an encoding: the bytes are no text.
    pub const BINARY: Self = Self(Scheme::Binary);
    /// Not an encoding: the bytes may be text, but their encoding is unknown.
    pub const UNKNOWN: Self = Self(Scheme::Unknown);

    /// The label in lower case, for example `gb18030`: the name that the WHATWG Encoding Standard
    /// gives, or `hz-gb-2312`, `iso-2022-cn`, `iso-2022-kr`, `utf-32`, `binary`, `unknown`.
    pub fn label(self) -> String {
        match self.0 {
            Scheme::Whatwg(encoding) => encoding.name().to_ascii_lowercase(),
            Scheme::Gb2312 => "gb2312".to_owned(),
            Scheme::Big5Uao => "big5-uao".to_owned(),
            Scheme::Cp950 => "cp950".to_owned(),
            Scheme::Hz => "hz-gb-2312".to_owned(),
            Scheme::Iso2022Cn => "iso-2022-cn".to_owned(),
            Scheme::Iso2022Kr => "iso-2022-kr".to_owned(),
            Scheme::Utf32 { .. } => "utf-32".to_owned(),
            Scheme::Binary => "binary".to_owned(),
            Scheme::Unknown => "unknown".to_owned(),
        }
    }

    /// The encoding that a label means for text that is written. Labels are taken as by
    /// [`FromStr`], but a file labelled `gb2312` or `cp950` must hold nothing else.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownEncoding`] when no encoding has the label.
    pub fn for_output(label: &str) -> Result<Self, Error> {
        match label.trim().to_ascii_lowercase().as_str() {
            "gb2312" | "gb_2312-80" | "euc-cn" => Ok(Self::GB2312),
            "cp950" | "ms950" | "windows-950" => Ok(Self::CP950),
            other => other.parse(),
        }
    }

    /// Whether bytes in this encoding can be read: not so for `binary` and `unknown`.
    pub fn is_text(self) -> bool {
        !matches!(self.0, Scheme::Binary | Scheme::Unknown)
    }

    /// How many bytes its smallest unit has: 2 in UTF-16, 4 in UTF-32, 1 in all others.
    pub(super) fn unit(self) -> usize {
        match self.0 {
            Scheme::Utf32 { .. } => 4,
            _ if self.is_utf_16() => 2,
            _ => 1,
        }
    }

    /// Whether it writes other scripts than Latin by escape sequences in seven-bit text.
    pub(crate) fn is_seven_bit(self) -> bool {
        matches!(self.0, Scheme::Hz | Scheme::Iso2022Cn | Scheme::Iso2022Kr)
            || self == Self::ISO_2022_JP
    }

    /// Whether it is UTF-16 of either byte order.
    pub(super) fn is_utf_16(self) -> bool {
        self == Self::UTF_16LE || self == Self::UTF_16BE
    }

    /// Whether it is a form of Unicode that starts with a byte order mark by custom.
    pub fn is_unicode(self) -> bool {
        self == Self::UTF_8 || self.unit() > 1
    }

    pub(super) fn is_single_byte(self) -> bool {
        matches!(self.0, Scheme::Whatwg(encoding) if encoding.is_single_byte())
    }

    pub(super) fn whatwg(encoding: &'static encoding_rs::Encoding) -> Self {
        Self(Scheme::Whatwg(encoding))
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.label())
    }
}

impl Serialize for Encoding {
    /// Writes the label.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.label())
    }
}

impl FromStr for Encoding {
    type Err = Error;

    /// Takes every label of the WHATWG Encoding Standard in any case, and the names of the
    /// encodings which that standard leaves out. Labels that the standard keeps only to refuse
    /// (`hz-gb-2312`, `iso-2022-cn`, `iso-2022-kr`) mean what they say here.
    fn from_str(label: &str) -> Result<Self, Error> {
        let lower = label.trim().to_ascii_lowercase();
        let encoding = match lower.as_str() {
            "hz" | "hz-gb-2312" => Self::HZ,
            "iso-2022-cn" | "iso-2022-cn-ext" => Self::ISO_2022_CN,
            "iso-2022-kr" | "csiso2022kr" => Self::ISO_2022_KR,
            "utf-8-sig" | "utf8-sig" => Self::UTF_8,
            "utf-32" | "utf32" | "utf-32le" | "utf32le" | "ucs-4" => Self::UTF_32LE,
            "utf-32be" | "utf32be" => Self::UTF_32BE,
            "utf16" | "utf16le" => Self::UTF_16LE,
            "utf16be" => Self::UTF_16BE,
            "gb-18030" => Self::GB18030,
            "cp936" | "ms936" | "windows-936" => Self::GBK,
            "cp950" | "ms950" | "windows-950" | "big-5" | "eten" | "big5-eten" => Self::BIG5,
            "big5-uao" | "big5uao" | "uao" => Self::BIG5_UAO,
            "cp932" => Self::SHIFT_JIS,
            "cp949" | "uhc" => Self::EUC_KR,
            _ => match encoding_rs::Encoding::for_label(lower.as_bytes()) {
                Some(encoding)
                    if encoding != encoding_rs::REPLACEMENT
                        && encoding != encoding_rs::X_USER_DEFINED =>
                {
                    Self::whatwg(encoding)
                }
                _ => {
                    return Err(Error::UnknownEncoding {
                        label: label.to_owned(),
                    });
                }
            },
        };
        Ok(encoding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_lower_case_names_and_are_read_back() {
        for label in [
            "utf-8",
            "gb18030",
            "gbk",
            "big5",
            "shift_jis",
            "euc-jp",
            "euc-kr",
            "iso-2022-jp",
            "iso-2022-cn",
            "iso-2022-kr",
            "hz-gb-2312",
            "utf-16le",
            "utf-16be",
            "utf-32",
            "windows-1252",
            "koi8-u",
            "big5-uao",
        ] {
            assert_eq!(label.parse::<Encoding>().unwrap().label(), label);
        }
        assert_eq!(
            "Big5-HKSCS".parse::<Encoding>().unwrap(),
            Encoding::BIG5,
            "an alias in mixed case"
        );
    }

    #[test]
    fn what_cannot_be_read_is_no_label() {
        for label in ["", "binary", "unknown", "replacement", "utf-7", "中文"] {
            assert!(label.parse::<Encoding>().is_err(), "{label}");
        }
    }
}
