//! Formats that hold text and are not text: recognised by their first bytes, and named with the
//! program that gets the text out of them.

/// What a file begins with, and what to do with it.
const FORMATS: [(&[u8], &str); 11] = [
    (
        b"WARC/",
        "a WARC archive; take the pages out of it first, for example with `warcio extract`",
    ),
    (
        b"PAR1",
        "a Parquet file; write its text column as JSON lines first, for example with DuckDB or \
         pyarrow",
    ),
    (
        b"ARROW1",
        "an Arrow file; write its text column as JSON lines first, for example with pyarrow",
    ),
    (
        b"%PDF-",
        "a PDF document; get its text first, for example with `pdftotext`",
    ),
    (
        b"PK\x03\x04",
        "a ZIP archive or an office document (docx, xlsx); unpack it with `unzip`, or get the text of \
         a document with `pandoc -t plain`; names in a .zip are restored with --names",
    ),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old office document (doc, xls); get its text first, for example with `antiword` or \
         LibreOffice",
    ),
    (
        b"\xfd7zXZ\0",
        "packed with xz; unpack it first with `xz -d`",
    ),
    (b"BZh", "packed with bzip2; unpack it first with `bzip2 -d`"),
    (
        b"\x04\x22\x4d\x18",
        "packed with lz4; unpack it first with `lz4 -d`",
    ),
    (
        b"7z\xbc\xaf\x27\x1c",
        "a 7-Zip archive; unpack it first with `7z x`",
    ),
    (
        b"Rar!\x1a\x07",
        "a RAR archive; unpack it first with `unrar x`",
    ),
];

/// What to do with a file of such a format; `None` for any other file.
pub(crate) fn advice(bytes: &[u8]) -> Option<&'static str> {
    let found = FORMATS.iter().find(|(magic, _)| bytes.starts_with(magic));
    let (magic, advice) = found?;
    // Three letters can begin a text; the digit and the magic number of the first block cannot.
    if *magic == b"BZh" && bytes.get(4..10) != Some(b"\x31\x41\x59\x26\x53\x59") {
        return None;
    }
    // A version follows, as in `WARC/1.0`.
    if *magic == b"WARC/" && !bytes.get(5).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    Some(advice)
}

#[cfg(test)]
mod tests {
    use super::advice;

    #[test]
    fn text_that_begins_alike_is_text() {
        for text in ["BZhang 写的文章", "WARC/格式说明", "PAR 1", "%PDF"] {
            assert_eq!(advice(text.as_bytes()), None, "{text}");
        }
        assert!(advice(b"WARC/1.0\r\nWARC-Type: warcinfo\r\n").is_some());
        assert!(advice(b"BZh91AY&SY\x00").is_some());
    }
}
