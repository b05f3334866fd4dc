//! Encoded words of mail (RFC 2047): `=?gb2312?B?1tDOxA==?=`.

use encoding_rs::Encoding;

use super::Read;

/// Longer than any encoded word: the standard allows 75 characters, programs write more.
const LONGEST: usize = 4096;

/// Reads encoded words from an equals sign on; white space between two is no part of the text.
pub(super) fn word(text: &str, start: usize) -> Option<Read> {
    let mut bytes = Vec::new();
    let mut at = start;
    let mut end = start;
    let mut charset: Option<&'static Encoding> = None;
    let mut after = String::new();
    while let Some((encoding, decoded, length)) = one(&text[at..]) {
        // A character may be cut between two words of the same charset.
        if charset.is_some_and(|charset| charset != encoding) {
            after.push_str(&read(charset?, &bytes)?);
            bytes.clear();
        }
        charset = Some(encoding);
        bytes.extend(decoded);
        end = at + length;
        let rest = &text[end..];
        at = end + rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }
    after.push_str(&read(charset?, &bytes)?);
    Some(Read {
        rule: "escape.mime",
        span: start..end,
        after,
        evident: true,
    })
}

fn read(charset: &'static Encoding, bytes: &[u8]) -> Option<String> {
    // What calls itself GB 2312 is read as GBK, which holds it.
    let text = charset.decode_without_bom_handling_and_without_replacement(bytes)?;
    (!text.is_empty()).then(|| text.into_owned())
}

/// One encoded word at the front: its charset, its bytes and its length.
fn one(text: &str) -> Option<(&'static Encoding, Vec<u8>, usize)> {
    let rest = text.strip_prefix("=?")?;
    let label_end = rest.bytes().take(32).position(|byte| byte == b'?')?;
    let charset = Encoding::for_label(&rest.as_bytes()[..label_end])?;
    let rest = &rest[label_end + 1..];
    let mut bytes = rest.bytes();
    let kind = bytes.next()?.to_ascii_uppercase();
    if bytes.next()? != b'?' {
        return None;
    }
    let payload_length = rest
        .as_bytes()
        .get(2..)?
        .windows(2)
        .take(LONGEST)
        .position(|pair| pair == b"?=")?;
    let payload = &rest.as_bytes()[2..2 + payload_length];
    let decoded = match kind {
        b'B' => base64(payload)?,
        b'Q' => quoted(payload)?,
        _ => return None,
    };
    Some((charset, decoded, 2 + label_end + 1 + 2 + payload_length + 2))
}

fn base64(payload: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(payload.len() * 3 / 4);
    let (mut bits, mut held) = (0u32, 0);
    let trimmed = payload
        .iter()
        .rposition(|byte| *byte != b'=')
        .map_or(0, |last| last + 1);
    for byte in &payload[..trimmed] {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Some(bytes)
}

fn quoted(payload: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(payload.len());
    let mut rest = payload.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'_' => b' ',
            b'=' => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                (digit(rest.next()?)? << 4 | digit(rest.next()?)?) as u8
            }
            b'!'..=b'~' => *byte,
            _ => return None,
        });
    }
    Some(bytes)
}
