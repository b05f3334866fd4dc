//! What a document says about its own encoding: `<meta charset>` and the XML declaration.
//!
//! Pages are re-encoded without their declaration being changed, so this is evidence beside
//! other evidence and never decides against the bytes.

use memchr::memmem;

use super::Encoding;

/// How far into a document a declaration is looked for; the HTML standard asks for 1024 bytes.
const REACH: usize = 4096;

/// The encoding that the document declares, and the label as it is written.
pub(super) fn declared(bytes: &[u8]) -> Option<(Encoding, String)> {
    let head = &bytes[..bytes.len().min(REACH)];
    let lower = head.to_ascii_lowercase();
    if lower.starts_with(b"<?xml") {
        let declaration = &lower[..memchr::memchr(b'>', &lower).unwrap_or(lower.len())];
        if let Some(found) = label_after(declaration, b"encoding") {
            return Some(found);
        }
    }
    memmem::find_iter(&lower, b"<meta").find_map(|start| {
        let tag = &lower[start..];
        let tag = &tag[..memchr::memchr(b'>', tag).unwrap_or(tag.len())];
        label_after(tag, b"charset")
    })
}

/// The label in `name = "label"`.
fn label_after(tag: &[u8], name: &[u8]) -> Option<(Encoding, String)> {
    let rest = tag.get(memmem::find(tag, name)? + name.len()..)?;
    let rest = rest.trim_ascii_start().strip_prefix(b"=")?;
    let label: Vec<u8> = rest
        .iter()
        .copied()
        .skip_while(|byte| matches!(byte, b' ' | b'"' | b'\''))
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'))
        .collect();
    let label = String::from_utf8(label).ok()?;
    label.parse().ok().map(|encoding| (encoding, label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_ways_to_declare_are_read() {
        for document in [
            "<?xml version='1.0' encoding='GB2312'?><a/>",
            "<html><head><META charset=\"gb2312\">",
            "<meta http-equiv=\"Content-Type\" content=\"text/html; charset = gb2312\">",
        ] {
            let (encoding, label) = declared(document.as_bytes()).unwrap();
            assert_eq!((encoding, label.as_str()), (Encoding::GBK, "gb2312"));
        }
    }

    #[test]
    fn what_is_no_declaration_is_not_read() {
        for document in [
            "charset=big5",
            "<meta charset>",
            "<meta charset=klingon>",
            "<meta name=viewport><p>charset=big5",
        ] {
            assert_eq!(declared(document.as_bytes()), None, "{document}");
        }
    }
}
