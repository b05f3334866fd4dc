//! Before and after, with the characters that differ marked.

use similar::{ChangeTag, TextDiff};

/// A stretch of text, and whether the other side lacks it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The text.
    pub text: String,
    /// Whether it is marked.
    pub marked: bool,
}

/// Both sides of an edit as stretches. The caller clips long texts: the comparison takes time
/// with the product of length and difference.
pub(super) fn marks(before: &str, after: &str) -> (Vec<Stretch>, Vec<Stretch>) {
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for change in TextDiff::from_chars(before, after).iter_all_changes() {
        match change.tag() {
            ChangeTag::Delete => push(&mut old, change.value(), true),
            ChangeTag::Insert => push(&mut new, change.value(), true),
            ChangeTag::Equal => {
                push(&mut old, change.value(), false);
                push(&mut new, change.value(), false);
            }
        }
    }
    (old, new)
}

fn push(stretches: &mut Vec<Stretch>, text: &str, marked: bool) {
    match stretches.last_mut() {
        Some(last) if last.marked == marked => last.text.push_str(text),
        _ => stretches.push(Stretch {
            text: text.to_owned(),
            marked,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(stretches: &[Stretch]) -> String {
        stretches
            .iter()
            .map(|stretch| {
                if stretch.marked {
                    format!("[{}]", stretch.text)
                } else {
                    stretch.text.clone()
                }
            })
            .collect()
    }

    #[test]
    fn only_what_differs_is_marked() {
        let (old, new) = marks("環(huán)境保護(hù)", "環境保護");
        assert_eq!(shown(&old), "環[(huán)]境保護[(hù)]");
        assert_eq!(shown(&new), "環境保護");
        let (old, new) = marks("程式", "程序");
        assert_eq!(
            (shown(&old), shown(&new)),
            ("程[式]".into(), "程[序]".into())
        );
    }

    #[test]
    fn nothing_and_something() {
        let (old, new) = marks("", "句");
        assert_eq!((shown(&old), shown(&new)), (String::new(), "[句]".into()));
    }
}
