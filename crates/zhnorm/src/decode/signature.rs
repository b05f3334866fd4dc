//! Byte order marks and the first bytes of well-known binary files.

use super::Encoding;

/// A byte order mark at the start of `bytes`: the encoding it names and how long it is.
///
/// `FF FE 00 00` is UTF-32 only when the rest divides into code points; otherwise it is UTF-16
/// that begins with a NUL.
pub(super) fn byte_order_mark(bytes: &[u8]) -> Option<(Encoding, usize)> {
    let marks: [(&[u8], Encoding); 6] = [
        (&[0xEF, 0xBB, 0xBF], Encoding::UTF_8),
        (&[0xFF, 0xFE, 0x00, 0x00], Encoding::UTF_32LE),
        (&[0x00, 0x00, 0xFE, 0xFF], Encoding::UTF_32BE),
        (&[0xFF, 0xFE], Encoding::UTF_16LE),
        (&[0xFE, 0xFF], Encoding::UTF_16BE),
        (&[0x84, 0x31, 0x95, 0x33], Encoding::GB18030),
    ];
    marks
        .into_iter()
        .find(|(mark, encoding)| {
            bytes.starts_with(mark)
                && (*encoding != Encoding::UTF_32LE || holds_little_endian_code_points(bytes))
        })
        .map(|(mark, encoding)| (encoding, mark.len()))
}

fn holds_little_endian_code_points(bytes: &[u8]) -> bool {
    bytes
        .chunks_exact(4)
        .take(64)
        .all(|unit| unit[3] == 0 && unit[2] <= 0x10)
}

/// Whether `bytes` begin like a well-known kind of file that holds no text.
pub(super) fn is_known_binary(bytes: &[u8]) -> bool {
    const MAGIC: &[&[u8]] = &[
        b"\x89PNG\r\n\x1A\n",
        b"\xFF\xD8\xFF",
        b"GIF87a",
        b"GIF89a",
        b"%PDF-",
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\x1F\x8B\x08",
        b"BZh91AY&SY",
        b"\xFD7zXZ\x00",
        b"7z\xBC\xAF\x27\x1C",
        b"Rar!\x1A\x07",
        b"\x28\xB5\x2F\xFD",
        b"\x7FELF",
        b"\xCA\xFE\xBA\xBE",
        b"\xCF\xFA\xED\xFE",
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        b"SQLite format 3\x00",
        b"\x00asm",
        b"OggS",
        b"fLaC",
        b"ID3\x03",
        b"ID3\x04",
        b"II*\x00",
        b"MM\x00*",
        b"wOFF",
        b"wOF2",
        b"PAR1",
        b"\x00\x01\x00\x00\x00",
    ];
    let Some(first) = bytes.first() else {
        return false;
    };
    MAGIC
        .iter()
        .any(|magic| magic[0] == *first && bytes.starts_with(magic))
        || (bytes.starts_with(b"RIFF")
            && matches!(bytes.get(8..12), Some(b"WEBP" | b"WAVE" | b"AVI ")))
        || bytes.get(4..8) == Some(b"ftyp")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_mark_wins_where_it_fits() {
        let found = |bytes: &[u8]| byte_order_mark(bytes);
        assert_eq!(found(b"\xEF\xBB\xBFa"), Some((Encoding::UTF_8, 3)));
        assert_eq!(found(b"\xFF\xFE\0\0-N\0\0"), Some((Encoding::UTF_32LE, 4)));
        assert_eq!(found(b"\xFF\xFE\0\0-N-N"), Some((Encoding::UTF_16LE, 2)));
        assert_eq!(found(b"\xFE\xFFN-"), Some((Encoding::UTF_16BE, 2)));
        assert_eq!(found(b"\0\0\xFE\xFF"), Some((Encoding::UTF_32BE, 4)));
        assert_eq!(found(b"\x84\x31\x95\x33a"), Some((Encoding::GB18030, 4)));
        assert_eq!(found(b"\xEF\xBB"), None);
    }

    #[test]
    fn pictures_are_known_and_words_are_not() {
        assert!(is_known_binary(b"\x89PNG\r\n\x1A\n\0\0"));
        assert!(is_known_binary(b"RIFF\x10\0\0\0WEBP"));
        assert!(!is_known_binary(b"RIFF is a word"));
        assert!(!is_known_binary("图片".as_bytes()));
    }
}
