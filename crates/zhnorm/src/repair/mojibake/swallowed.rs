//! The ASCII character that a decoder swallowed with a lost byte.
//!
//! A decoder of GBK that finds a lead byte and a byte below 40 after it writes one `?` for both. Of
//! UTF-8 text this happens at the last byte of a character before a space, a digit, a mark or a line
//! end. No reading of the remaining bytes brings that character back, but syntax often does: a
//! quotation mark or bracket that is open and never closed, half of a Markdown `**`, the start of a
//! list item in the middle of a line. Where syntax does not say, nothing is restored.

/// What opens a line and is not written within one.
const LINE_STARTS: &[&str] = &[
    "- ", "* ", "# ", "## ", "### ", "> ", "| ", "```", "[[", "//", "/*", "import ", "def ",
    "class ", "const ", "return ", "1. ", "2. ", "3. ", "4. ", "5. ", "6. ", "7. ", "8. ", "9. ",
];

/// The character that was swallowed between what is on the line before and after, if syntax says.
pub(super) fn character(before: &str, after: &str) -> Option<char> {
    let odd = |mark: char| before.matches(mark).count() % 2 == 1;
    let next = after.chars().next();
    let ends = next.is_none_or(|ch| matches!(ch, ',' | ';' | ':' | ')' | ']' | '}' | '.'));
    let stars = after.len() - after.trim_start_matches('*').len();
    if stars == 1 && before.matches("**").count() % 2 == 1 {
        return Some('*');
    }
    for mark in ['"', '`'] {
        if odd(mark) && ends && (after.matches(mark).count() % 2 == 0 || next == Some(',')) {
            return Some(mark);
        }
    }
    let open = |text: &str| text.matches('(').count() > text.matches(')').count();
    if open(before) && !after.contains(')') && next.is_none_or(|ch| ",;:. *".contains(ch)) {
        return Some(')');
    }
    let starts_line = LINE_STARTS.iter().any(|start| after.starts_with(start));
    // A dash between two spaces is one within a line.
    (starts_line && !before.is_empty()).then_some('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntax_tells_what_was_swallowed() {
        for (before, after, swallowed) in [
            ("items = [\"单一供应商依赖", ", \"其他\"]", Some('"')),
            ("**快速诊断", "*：", Some('*')),
            ("（见附录", "", None),
            ("(见附录", "", Some(')')),
            ("**快速诊断**：", "- 分析", Some('\n')),
            ("# 使用国内镜像加速", "[[tool.index]]", Some('\n')),
            ("今天的天气很好。", "我们去公园", None),
        ] {
            assert_eq!(character(before, after), swallowed, "{before} {after}");
        }
    }
}
