//! Characters that look like the one that was meant and are another.
//!
//! PDF extraction puts radicals in place of ideographs, compatibility ideographs where a
//! Korean or Taiwanese table had two codes for one character, private-use characters where a
//! vendor's set had no place in Unicode yet, and invisible ones where an editor left them. Each
//! is folded to the character that was written; what a private-use character meant is not always
//! known, and then it is flagged. Nothing here touches the width or style of punctuation.

use super::edits::{Edit, Flag};
use zhnorm_lang::characters::{is_ideograph, is_private_use};

mod invisible;
mod private_use;
mod prose;
mod radical;
mod surroundings;

use surroundings::Surroundings;

/// What a character has around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    text: &'a str,
    start: usize,
    ch: char,
}

impl<'a> Place<'a> {
    fn at(text: &'a str, start: usize) -> Option<Self> {
        let ch = text.get(start..)?.chars().next()?;
        Some(Self { text, start, ch })
    }

    fn before(self) -> impl Iterator<Item = char> + use<'a> {
        self.text[..self.start].chars().rev()
    }

    fn after(self) -> impl Iterator<Item = char> + use<'a> {
        self.text[self.start + self.ch.len_utf8()..].chars()
    }
}

/// Finds what is to be folded, and what is private and of unknown meaning, among the characters
/// that start at `marked`.
pub(super) fn find(text: &str, marked: &[usize]) -> (Vec<Edit>, Vec<Flag>) {
    let (mut edits, mut flags) = (Vec::new(), Vec::new());
    let mut radicals = Vec::new();
    let mut proven = false;
    let mut around = Surroundings::new(text);
    for place in marked.iter().filter_map(|start| Place::at(text, *start)) {
        let Place { start, ch, .. } = place;
        let mut edit = |rule, after: String, confidence| {
            edits.push(Edit {
                rule,
                span: start..start + ch.len_utf8(),
                after,
                confidence,
                more: None,
            });
        };
        match ch {
            _ if is_private_use(ch) => {}
            '\u{2E80}'..='\u{2FDF}' => match radical::unified(place, false) {
                Some(unified) if prose::may_fold(&mut around, place, unified) => {
                    proven = true;
                    edit("unicode.radical", unified.into(), 0.98);
                }
                _ => radicals.push(place),
            },
            '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}' => {
                if let Some(unified) = canonical(ch)
                    && prose::may_fold(&mut around, place, unified)
                {
                    edit("unicode.compatibility", unified.into(), 1.0);
                }
            }
            _ => {
                if invisible::is_stray(place) && !around.speaks_of_characters(place) {
                    edit("unicode.invisible", String::new(), 0.98);
                }
            }
        }
    }
    if proven {
        edits.extend(radicals.into_iter().filter_map(|place| {
            let unified = radical::unified(place, true)?;
            prose::may_fold(&mut around, place, unified).then(|| Edit {
                rule: "unicode.radical",
                span: place.start..place.start + place.ch.len_utf8(),
                after: unified.into(),
                confidence: 0.9,
                more: None,
            })
        }));
    }
    private_use::find(text, marked, &mut edits, &mut flags);
    edits.sort_by_key(|edit| edit.span.start);
    (edits, flags)
}

/// What a compatibility ideograph is canonically the same as; `None` for the twelve characters
/// of that block which are ideographs in their own right.
fn canonical(ch: char) -> Option<char> {
    let mut unified = None;
    unicode_normalization::char::decompose_canonical(ch, |to| unified = Some(to));
    unified.filter(|unified| *unified != ch)
}

/// Ideographs, kana and the marks written with them.
fn is_cjk(ch: char) -> bool {
    is_ideograph(ch)
        || matches!(ch, '\u{3000}'..='\u{30FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF01}'..='\u{FF60}'
            | '“' | '”' | '‘' | '’' | '—' | '…')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Vec<Edit>, Vec<Flag>) {
        find(text, &crate::repair::scan::scan(text).foldable)
    }

    fn folded(text: &str) -> String {
        let mut folded = String::new();
        let mut copied = 0;
        for edit in found(text).0 {
            folded.push_str(&text[copied..edit.span.start]);
            folded.push_str(&edit.after);
            copied = edit.span.end;
        }
        folded + &text[copied..]
    }

    #[test]
    fn radicals_in_running_text_become_ideographs() {
        assert_eq!(folded("使⽤者很⻓，⽅⾯很多"), "使用者很长，方面很多");
        assert_eq!(folded("局地⽓温超过42℃"), "局地气温超过42℃");
        assert_eq!(folded("部首:⼀ ⼁ ⼂"), "部首:⼀ ⼁ ⼂");
        assert_eq!(folded("⿰⻌言"), "⿰⻌言");
        assert_eq!(folded("⼀⼁⼂⼃⼄"), "⼀⼁⼂⼃⼄");
    }

    #[test]
    fn radicals_that_describe_a_character_stay() {
        for text in [
            "{⻊盘}跚地走了一路，又{⽔敢}然坐下。",
            "[⼿+敢]是他自己造的字，意思不详。",
            "竹字头写作⺮，足字旁写作⻊，都不是字。",
        ] {
            assert_eq!(folded(text), text);
        }
    }

    #[test]
    fn compatibility_ideographs_become_what_they_are_the_same_as() {
        assert_eq!(
            folded("今\u{f98e}的收成\u{f967}好，大家很着急。"),
            "今年的收成不好，大家很着急。"
        );
        assert_eq!(
            folded("这里的风景很美\u{2F800}，游人不少。"),
            "这里的风景很美丽，游人不少。"
        );
        // Two of the twelve that are characters of their own.
        assert_eq!(folded("\u{FA0E}\u{FA29}"), "\u{FA0E}\u{FA29}");
    }

    #[test]
    fn compatibility_ideographs_that_are_meant_stay() {
        for text in [
            "\u{f967}",
            "\u{f967},12",
            "U+F967\t\u{f967}",
            "\u{f967} 與 不 的字形相同，編碼卻不同，這是為甚麼呢？",
            "한자 \u{f967}可와 不正, \u{f90a}씨와 金속",
            "戸籍の\u{fa19}様はこの町に住んでいる。",
            "氏名：\u{f98e}、\u{f967}、\u{f90a}",
        ] {
            assert_eq!(folded(text), text);
        }
    }

    #[test]
    fn all_that_nfc_folds_is_folded() {
        let folds = ('\u{F900}'..='\u{FAFF}').filter(|ch| canonical(*ch).is_some());
        assert_eq!(folds.count(), 460);
    }

    #[test]
    fn invisible_characters_between_ideographs_go() {
        assert_eq!(
            folded("技\u{200b}\u{200b}术，\u{feff}好\u{ad}的\u{200d}。"),
            "技术，好的。"
        );
        assert_eq!(folded("\u{200b}TLP 是一个工具"), "TLP 是一个工具");
    }

    #[test]
    fn invisible_characters_with_a_meaning_stay() {
        for text in [
            "🏳\u{fe0f}\u{200d}🌈旗",
            "家\u{1F468}\u{200d}\u{1F469}家",
            "hy\u{ad}phen",
            "ภาษา\u{200b}ไทย",
            "می\u{200c}خواهم",
            "\u{200e}好",
        ] {
            assert_eq!(folded(text), text);
        }
    }

    #[test]
    fn the_private_characters_of_vendors_become_public() {
        assert_eq!(
            folded("境界。\u{e5e5}\u{e5e5}时光"),
            "境界。\u{3000}\u{3000}时光"
        );
        assert_eq!(folded("呒没(\u{e7c7})"), "呒没(ḿ)");
        assert_eq!(
            folded("市民大眾的\u{e40c}生情況隨\u{e2e5}改變"),
            "市民大眾的衞生情況隨着改變"
        );
        assert_eq!(folded("部分：\n\u{f6bb}現行條例"), "部分：\n⑴現行條例");
    }

    #[test]
    fn private_characters_of_unknown_meaning_are_flagged() {
        let text = "因此建議：\u{e6ea}修訂適用規定\u{e6eb}認同本土藥品\u{e6ec}藥事法";
        let (edits, flags) = found(text);
        assert!(edits.is_empty(), "{edits:?}");
        assert_eq!(flags.len(), 3);
    }
}
