//! Chinese in seven-bit text: HZ and the ISO-2022 family switch alphabets by escape sequences.

use super::Encoding;

/// The encoding whose escape sequences stand in seven-bit `bytes`.
pub(super) fn find(bytes: &[u8]) -> Option<Encoding> {
    let _ = bytes;
    None
}
