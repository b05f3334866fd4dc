//! Characters that draw frames, tables and trees of folders: `│`, `├──`, `┌────┐`.
//!
//! Programs and Markdown are full of them, and of most the last byte is lost when UTF-8 is read as GBK: the
//! byte 80 of ─ always, that of the others in front of ASCII. Which it was follows from the arms: one that
//! reaches to the left meets one that reaches to the right.

/// Those that are written often, with the arms to the left and to the right.
const FRAMES: [(char, bool, bool); 20] = [
    ('─', true, true),
    ('│', false, false),
    ('├', false, true),
    ('└', false, true),
    ('┌', false, true),
    ('┐', true, false),
    ('┘', true, false),
    ('┤', true, false),
    ('┬', true, true),
    ('┴', true, true),
    ('┼', true, true),
    ('═', true, true),
    ('║', false, false),
    ('╔', false, true),
    ('╗', true, false),
    ('╚', false, true),
    ('╝', true, false),
    ('╠', false, true),
    ('╣', true, false),
    ('━', true, true),
];

/// Whether a character draws frames.
pub(super) fn is_frame(ch: char) -> bool {
    matches!(ch, '\u{2500}'..='\u{257F}')
}

/// Whether it is one of those that are written often.
pub(super) fn is_common(ch: char) -> bool {
    arms(ch).is_some()
}

fn arms(ch: char) -> Option<(bool, bool)> {
    let frame = FRAMES.iter().find(|(frame, ..)| *frame == ch)?;
    Some((frame.1, frame.2))
}

/// What a character of a frame costs between two others, beside what the model says; nothing for others.
pub(super) fn cost(last: Option<char>, ch: char, next: Option<char>) -> f32 {
    /// An arm that meets none, and what is seldom written.
    const LOOSE: f32 = 5.0;
    const SELDOM: [f32; 3] = [0.0, 1.0, 3.0];
    let Some((left, right)) = arms(ch) else {
        return if is_frame(ch) { 2.0 * LOOSE } else { 0.0 };
    };
    let seldom = match ch {
        '─' | '│' => 0,
        '├' | '└' | '┌' | '┐' | '┘' | '┤' => 1,
        _ => 2,
    };
    let meets_left = last.and_then(arms).is_some_and(|(_, right)| right);
    let following = next.and_then(arms);
    let is_line = ch == '─';
    let starts = last.is_none_or(|last| last == '\n');
    let at_left = match left == meets_left {
        true => 0.0,
        // A rule begins with nothing before it, and goes on.
        false if is_line => {
            LOOSE / 2.0
                + if starts && following.is_none() {
                    LOOSE
                } else {
                    0.0
                }
        }
        false => LOOSE,
    };
    let at_right = match following {
        Some((left, _)) if right != left => LOOSE,
        // A tree's branch ends before a name.
        None if right && !is_line => LOOSE,
        _ => 0.0,
    };
    SELDOM[seldom] + at_left + at_right
}

/// The ASCII character that was swallowed in front of a character of a frame, `second` after that: a branch
/// of a tree begins its line, the border of a table has a space before it.
pub(super) fn before(following: char, second: Option<char>) -> Option<char> {
    let is_branch = matches!(following, '├' | '└' | '╠' | '╚');
    let is_trunk = matches!(following, '│' | '║') && second == Some(' ');
    is_frame(following).then_some(if is_branch || is_trunk { '\n' } else { ' ' })
}

/// Whether a character is what a decoder of GBK made of the first two bytes of one that draws frames. What
/// is left of these tells enough, so that they do not count as lost.
pub(super) fn is_left_of_one(ch: char) -> bool {
    matches!(ch, '鈹' | '鈺')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arms_meet() {
        let best = |last, next| {
            let all = FRAMES.iter().map(|(ch, ..)| *ch);
            let mut all: Vec<char> = all.collect();
            all.sort_by(|a, b| cost(last, *a, next).total_cmp(&cost(last, *b, next)));
            all[0]
        };
        assert_eq!(best(Some('─'), Some('─')), '─');
        assert_eq!(best(Some('├'), Some(' ')), '─');
        assert_eq!(best(Some('\n'), Some(' ')), '│');
        assert!(matches!(best(Some('─'), Some('\n')), '─' | '┐' | '┘'));
        assert_eq!(before('├', Some('─')), Some('\n'));
        assert_eq!(before('│', Some('\n')), Some(' '));
        assert_eq!(before('中', None), None);
    }
}
