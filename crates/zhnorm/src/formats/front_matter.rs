//! Front matter: the lines of metadata above a Markdown text, in YAML between `---` or in TOML
//! between `+++`. Only titles and descriptions are text.

use std::ops::Range;

use super::locale::toml_within;
use super::parts::{Parts, Role};
use super::subtitles::lines;
use super::yaml::yaml_within;

/// The keys whose values are shown to readers.
const KEYS: [&str; 6] = [
    "title",
    "subtitle",
    "description",
    "summary",
    "excerpt",
    "linktitle",
];

/// Takes the texts of a stretch of lines.
type Take = fn(&str, Range<usize>, &mut Parts);

/// Takes the texts of the front matter; gives the offset of what follows.
pub(super) fn front_matter(text: &str, parts: &mut Parts) -> usize {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut lines =
        lines(&text[start..]).map(|(range, line)| (start + range.start..start + range.end, line));
    let Some((_, fence)) = lines.next() else {
        return start;
    };
    let fence = fence.trim_end();
    let (assignment, take): (char, Take) = match fence {
        "---" => (':', yaml_within),
        "+++" => ('=', toml_within),
        _ => return start,
    };
    let mut shown: Vec<Range<usize>> = Vec::new();
    // The quotes of TOML that are open, and whether the lines belong to a key that is shown.
    let (mut open, mut is_shown) = (None, false);
    for (range, line) in lines {
        let ends = line.trim_end() == fence || (fence == "---" && line.trim_end() == "...");
        if ends && open.is_none() {
            let first = parts.len();
            for range in shown {
                take(text, range, parts);
            }
            parts.set_role_from(first, Role::Title);
            return (text[range.end..].find('\n')).map_or(text.len(), |end| range.end + end + 1);
        }
        // A value goes on in lines that are indented, and between quotes.
        let goes_on = line.trim().is_empty() || line.starts_with([' ', '\t']) || open.is_some();
        if !goes_on {
            let key = line.split_once(assignment).map(|(key, _)| key.trim_end());
            let key = key.map(|key| key.trim_matches(['"', '\'']));
            let is_key = |key: &str| KEYS.iter().any(|known| key.eq_ignore_ascii_case(known));
            is_shown = key.is_some_and(is_key);
            if is_shown {
                shown.push(range.start..range.end);
            }
        }
        if is_shown && let Some(last) = shown.last_mut() {
            last.end = range.end;
        }
        if assignment == '=' {
            open = open_after(line, open);
        }
    }
    // No end: it is a rule and not front matter.
    start
}

/// The three quotes that are open behind a line.
fn open_after(line: &str, mut open: Option<&'static str>) -> Option<&'static str> {
    let mut rest = line;
    loop {
        let next = match open {
            Some(quotes) => rest.find(quotes),
            None => ["\"\"\"", "'''"]
                .iter()
                .filter_map(|quotes| rest.find(quotes))
                .min(),
        };
        let Some(next) = next else {
            return open;
        };
        open = match open {
            Some(_) => None,
            None if rest[next..].starts_with('"') => Some("\"\"\""),
            None => Some("'''"),
        };
        rest = &rest[next + 3..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let mut parts = Parts::default();
        let end = front_matter(text, &mut parts);
        assert!(end == text.len() || text[end..].starts_with('#'), "{text}");
        assert!(parts.iter().all(|part| part.role == Role::Title));
        parts.iter().map(|part| part.text(text)).collect()
    }

    #[test]
    fn values_of_every_style_are_read() {
        let text = "---\n\"title\": 'it''s 圖' # 註\ntags: [圖]\ndescription: >-\n  說明 \n  第二行\n\nslug: 圖\nsummary: |\n  摘要\ncover:\n  title: 圖\nexcerpt: \"引\\\"號\n  頭\"\n---\n#";
        assert_eq!(texts(text), ["it's 圖", "說明第二行", "摘要", "引\"號頭"]);
        let text = "+++\ntitle = \"圖\\n\"\nslug = '圖'\ndescription = \"\"\"\n+++\n頭\"\"\"\n[a]\nx = '圖'\n+++\n#";
        assert_eq!(texts(text), ["圖\n", "\n+++\n頭"]);
    }

    #[test]
    fn without_an_end_there_is_none() {
        let mut parts = Parts::default();
        assert_eq!(front_matter("---\ntitle: 圖\n\n# 圖\n", &mut parts), 0);
        assert!(parts.is_empty());
    }
}
