//! What was swallowed with a lost byte, where it is one half of a pair: quotation marks, brackets, the stars
//! of Markdown, the signs of a formula.

use super::swallowed::Place;

impl Place<'_> {
    /// Half of a Markdown `**`: the other half opens or closes nothing by itself.
    pub(super) fn star(self) -> Option<char> {
        let rest = self.after.trim_start_matches('*');
        let stars = self.after.len() - rest.len();
        let closes = self.before.matches("**").count() % 2 == 1;
        // Further on one of two may have been swallowed too.
        let torn = rest.replace("?**", " **");
        let behind = torn.matches("**").count() + torn.matches("?*").count();
        let opens = !rest.starts_with(' ') && behind % 2 == 1;
        (stars == 1 && (closes || opens)).then_some('*')
    }

    pub(super) fn quotation_mark(self) -> Option<char> {
        let next = self.next();
        let ends = next.is_none_or(|ch| matches!(ch, ',' | ';' | ':' | ')' | ']' | '}' | '.'));
        let in_tag = {
            let (opened, _) = self.count('<');
            opened > self.count('>').0 && next.is_some_and(|ch| matches!(ch, '>' | ' ' | '/'))
        };
        // An apostrophe stands behind a letter.
        let apostrophe = self.before.rfind('\'').is_some_and(|at| {
            let letter = self.before[..at].chars().next_back();
            letter.is_some_and(|ch| ch.is_ascii_alphanumeric())
        });
        for mark in ['"', '\''] {
            let (before, after) = self.count(mark);
            let is_open = before % 2 == 1 && !(mark == '\'' && apostrophe);
            let is_balanced = after % 2 == 0 || next == Some(',');
            if is_open
                && (ends && is_balanced || in_tag && (is_balanced || is_attribute(self.after)))
            {
                return Some(mark);
            }
        }
        let (before, after) = self.count('"');
        let opens = before % 2 == 0 && after % 2 == 1 && !self.loses_more();
        (opens && !ends && !self.after.starts_with('"')).then_some('"')
    }

    /// The bracket that closes what is open, or that opens what is closed.
    pub(super) fn bracket(self) -> Option<char> {
        let next = self.next();
        let (open, open_after) = self.count('(');
        let (close, close_after) = self.count(')');
        let ends = next.is_none_or(|ch| ",;:. *]".contains(ch) || is_wide_mark(ch));
        let first = self.after.find(['(', ')']);
        let closes = first.filter(|at| self.after[*at..].starts_with(')'));
        if open > close && ends && (close_after <= open_after || closes.is_none()) {
            return Some(')');
        }
        let inside = &self.after[..closes?];
        let lacks = open == close && close_after == open_after + 1 && !self.loses_more();
        let lacks = lacks || open == close && !inside.contains(['?', '\u{FFFD}']);
        (lacks && !inside.is_empty()).then_some('(')
    }

    /// The bracket behind a word that stands for a value: `<文件名>`.
    pub(super) fn angle_bracket(self) -> Option<char> {
        let (_, name) = self.before.rsplit_once('<')?;
        let is_name = !name.is_empty() && name.chars().all(|ch| !ch.is_ascii());
        let closes = self.after.find(['<', '>']);
        let is_closed = closes.is_some_and(|at| self.after[at..].starts_with('>'));
        (is_name && !is_closed).then_some('>')
    }

    /// The sign of a place of a template, of which the line has others: `${label}`.
    pub(super) fn dollar_of_template(self) -> Option<char> {
        let name = self.after.strip_prefix('{')?;
        let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let is_place = length > 0 && name[length..].starts_with('}');
        let has_others = self.before.contains("${") || name.contains("${");
        (is_place && has_others).then_some('$')
    }

    /// The sign that opens a formula.
    pub(super) fn dollar(self) -> Option<char> {
        let (before, after) = self.count('$');
        let next = self.next()?;
        let opens = next.is_ascii_alphabetic() || matches!(next, '\\' | '{' | '(' | '|');
        (opens && before % 2 == 0 && after % 2 == 1).then_some('$')
    }
}

/// The first two bytes of 。 and of ，, as a decoder of GBK reads them.
pub(super) fn is_wide_mark(ch: char) -> bool {
    matches!(ch, '銆' | '锛')
}

/// Whether the rest of a tag begins with its end, or with another attribute.
fn is_attribute(rest: &str) -> bool {
    let name = rest.trim_start_matches(' ');
    let length = name
        .bytes()
        .take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'-')
        .count();
    rest.starts_with(['>', '/']) || length > 0 && name[length..].starts_with("=\"")
}
