//! Addresses in a text: of the web, of mail, of files. They are names of things elsewhere, which a
//! conversion would break.
//!
//! Only those with other characters than ASCII matter, because no others are converted.

use std::ops::Range;

/// The places of addresses that conversion could change, in order.
pub(crate) fn addresses(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
    let add = |range: Range<usize>, found: &mut Vec<Range<usize>>| {
        if text[range.clone()].is_ascii() {
            return;
        }
        match found.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => found.push(range),
        }
    };
    let mut at = 0;
    while let Some(next) = memchr::memchr3(b'/', b'\\', b'@', &bytes[at..]) {
        let sign = at + next;
        at = sign + 1;
        if found
            .last()
            .is_some_and(|last: &Range<usize>| sign < last.end)
        {
            continue;
        }
        let range = match bytes[sign] {
            b'@' => mail(text, sign),
            b'/' if text[..sign].ends_with(':') && bytes.get(sign + 1) == Some(&b'/') => {
                web(text, sign)
            }
            _ => file(text, sign),
        };
        if let Some(range) = range {
            at = at.max(range.end);
            add(range, &mut found);
        }
    }
    found
}

/// Whether a character can be part of an address.
fn is_part(character: char) -> bool {
    character.is_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%\\".contains(character)
}

/// An address of the web around `://`: from its scheme to the last character that can be part of
/// it. Chinese right behind a Latin letter or a digit is the sentence that goes on.
fn web(text: &str, slashes: usize) -> Option<Range<usize>> {
    let before = &text[..slashes - 1];
    let scheme = before.len()
        - before
            .trim_end_matches(|char: char| char.is_ascii_alphanumeric())
            .len();
    if scheme == 0 {
        return None;
    }
    let start = slashes - 1 - scheme;
    Some(start..end(text, slashes + 2))
}

/// The end of an address of which the part before `from` is known.
fn end(text: &str, from: usize) -> usize {
    let mut end = from;
    let mut before = '/';
    for character in text[from..].chars() {
        let goes_on_as_sentence = !character.is_ascii() && before.is_ascii_alphanumeric();
        if !is_part(character) || goes_on_as_sentence {
            break;
        }
        end += character.len_utf8();
        before = character;
    }
    // A sign at the end belongs to the sentence.
    let address = &text[from..end];
    from + address
        .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\''])
        .len()
}

/// A path around a slash: from the root, a drive, or a folder given by dots, or one that ends in the
/// name of a file with an extension.
fn file(text: &str, sign: usize) -> Option<Range<usize>> {
    let separator = char::from(text.as_bytes()[sign]);
    let is_name =
        |character: char| character.is_alphanumeric() || "-._~+%@#$()".contains(character);
    let before = &text[..sign];
    let head = prefix(before);
    let is_root = separator == '/' && !before.ends_with(is_part);
    let mut end = sign;
    let mut last = ' ';
    for character in text[sign..].chars() {
        // Chinese behind a Latin letter is the sentence that goes on.
        let is_sentence = !character.is_ascii() && last.is_ascii_alphanumeric();
        if !(is_name(character) || character == separator) || is_sentence {
            break;
        }
        end += character.len_utf8();
        last = character;
    }
    let path = text[sign..end].trim_end_matches(['.', ')']);
    let end = sign + path.len();
    if end <= sign + 1 {
        return None;
    }
    if let Some(length) = head {
        return Some(sign - length..end);
    }
    // A root alone may be a sign between two words.
    let is_deep = path.matches(separator).count() > 1
        && path[1..].starts_with(|first: char| first.is_ascii_alphanumeric());
    if is_root && is_deep {
        return Some(sign..end);
    }
    let start = before.trim_end_matches(is_name).len();
    has_extension(path, separator).then_some(start..end)
}

/// The length of what begins a path before its first separator: dots, a tilde, a drive.
fn prefix(before: &str) -> Option<usize> {
    for (prefix, length) in [("..", 2), (".", 1), ("~", 1)] {
        if let Some(rest) = before.strip_suffix(prefix) {
            return (!rest.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '.'))
                .then_some(length);
        }
    }
    let rest = before.strip_suffix(':')?;
    let rest = rest.strip_suffix(|drive: char| drive.is_ascii_alphabetic())?;
    (!rest.ends_with(|last: char| last.is_ascii_alphanumeric())).then_some(2)
}

/// Whether a path ends in the name of a file with an extension.
fn has_extension(path: &str, separator: char) -> bool {
    let name = path.rsplit(separator).next().unwrap_or("");
    (name.rsplit_once('.'))
        .is_some_and(|(name, extension)| !name.is_empty() && is_extension(extension))
}

fn is_extension(name: &str) -> bool {
    (1..=5).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && name.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// An address of mail around `@`: its domain has a dot, and both sides are names.
fn mail(text: &str, sign: usize) -> Option<Range<usize>> {
    let is_name = |character: char| character.is_alphanumeric() || "-._+".contains(character);
    let domain_end = sign
        + 1
        + text[sign + 1..]
            .find(|character| !is_name(character))
            .unwrap_or(text.len() - sign - 1);
    let domain = text[sign + 1..domain_end].trim_end_matches('.');
    let (host, top) = domain.rsplit_once('.')?;
    if host.is_empty() || top.chars().count() > 6 {
        return None;
    }
    let local = text[..sign].len() - text[..sign].trim_end_matches(is_name).len();
    (local > 0).then_some(sign - local..sign + 1 + domain.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        addresses(text)
            .into_iter()
            .map(|range| &text[range])
            .collect()
    }

    #[test]
    fn addresses_of_the_web_end_where_the_sentence_goes_on() {
        assert_eq!(
            found("見https://zh.wikipedia.org/wiki/電腦。還有"),
            ["https://zh.wikipedia.org/wiki/電腦"]
        );
        assert_eq!(
            found("見 http://例子.廣告/圖?題=圖#節 嗎"),
            ["http://例子.廣告/圖?題=圖#節"]
        );
        assert!(found("請到https://example.com獲取電腦").is_empty());
        assert!(found("請到https://example.com/a，獲取電腦").is_empty());
        assert_eq!(found("(https://a.tw/圖)"), ["https://a.tw/圖"]);
    }

    #[test]
    fn paths_have_a_root_or_an_extension() {
        assert_eq!(found("放在./圖片/風景.jpg裡"), ["./圖片/風景.jpg"]);
        assert_eq!(found("在 /home/使用者/檔案 裡"), ["/home/使用者/檔案"]);
        assert_eq!(
            found("在 C:\\使用者\\桌面\\檔.txt"),
            ["C:\\使用者\\桌面\\檔.txt"]
        );
        assert_eq!(found("在 /usr/bin/目錄"), ["/usr/bin/目錄"]);
        assert!(
            found("在 /usr/bin目錄下")
                .iter()
                .all(|path| path.is_ascii())
        );
        assert!(found("和/或，男/女，1/2，km/小時，頭\\髮").is_empty());
    }

    #[test]
    fn addresses_of_mail_have_a_domain() {
        assert_eq!(found("寫給 用戶@例子.廣告。"), ["用戶@例子.廣告"]);
        assert!(found("@用戶 看看").is_empty());
    }
}
