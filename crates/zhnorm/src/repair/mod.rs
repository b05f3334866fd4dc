//! Garbled to text: undoes what scrapers and wrong decoders did to an article.
//!
//! The story, in the order in which the damage is taken back: a quick look (`scan`) lets
//! healthy text pass; `escape` reads what was left escaped; `mojibake` gives text that was
//! decoded with the wrong charset back to the right one; `pinyin` undoes the pinyin garble,
//! which needs private-use characters and widths as they are; `unicode` then folds what only
//! looks like the character that was meant; `spaced` closes up sentences of which each character
//! was set apart; `lost` flags what cannot be restored and leaves it.
//! Steps work on top of each other (`recorder`); the report and the [`Plan`] hold every edit.
//! Everything else in a document is left as it is, down to the width and style of its
//! punctuation. What is recognised and cannot be restored is flagged, never guessed.

use std::borrow::Cow;

use crate::report::Report;

mod edits;
mod escape;
mod findings;
mod gbk;
#[cfg(test)]
mod harmless;
mod lost;
mod mojibake;
mod options;
mod pinyin;
mod plan;
mod recorder;
mod scan;
mod spaced;
mod unicode;

use edits::Found;
use findings::Findings;
pub use mojibake::Charset;
pub(crate) use mojibake::{Before, rarity};
pub use options::{OnUncertain, Options};
use pinyin::Evidence;
pub use plan::{Plan, Step, apply_plan};
use recorder::Recorder;

/// Used by the measurements of repair. Public as [`crate::internals`] only.
pub(crate) mod internals {
    pub use super::pinyin::damage::{Copy, damage};
}

/// Repairs a text, borrowed when nothing in it was damaged.
///
/// Spans in the report are bytes of `text`.
pub fn repair<'a>(text: &'a str, options: &Options, report: &mut Report) -> Cow<'a, str> {
    run(Recorder::new(text), options, report).0
}

/// Repairs a text and gives the plan by which [`apply_plan`] makes the same of it again.
pub fn repair_with_plan<'a>(
    text: &'a str,
    options: &Options,
    report: &mut Report,
) -> (Cow<'a, str>, Plan) {
    let (text, plan) = run(Recorder::planning(text), options, report);
    (text, plan.unwrap_or_default())
}

fn run<'a>(
    mut recorder: Recorder<'a>,
    options: &Options,
    report: &mut Report,
) -> (Cow<'a, str>, Option<Plan>) {
    /// Undoing one damage can bring another to light; more than this is not seen in practice.
    const ROUNDS: usize = 6;
    let mut found = scan::scan(recorder.text());
    // Most texts end here: no step has anything to read.
    if found.is_empty() && !mojibake::may_have_mark(recorder.text()) {
        return recorder.finish(report);
    }
    for _ in 0..ROUNDS {
        // A page full of readings is recognised by them alone, and its shifted runs look like wrong
        // decodings to a step that does not know their origin.
        let annotated = unannotate(&mut recorder, &mut found, Evidence::Readings, options);
        let decoded = decode(&mut recorder, &mut found, options);
        let mut changed = annotated || decoded;
        if decoded || !annotated {
            changed |= unannotate(&mut recorder, &mut found, Evidence::Any, options);
        }
        if options.look_alikes && !found.foldable.is_empty() {
            let (edits, flags) = unicode::find(recorder.text(), &found.foldable);
            recorder.flag(flags);
            if !edits.is_empty() {
                changed = true;
                recorder.apply(edits);
                found = scan::scan(recorder.text());
            }
        }
        if !found.spaced.is_empty() {
            let (edits, flags) = spaced::find(recorder.text(), &found.spaced);
            recorder.flag(flags);
            if !edits.is_empty() {
                changed = true;
                recorder.apply(edits);
                found = scan::scan(recorder.text());
            }
        }
        if !changed {
            break;
        }
    }
    if !found.lossy.is_empty() {
        let flags = lost::find(recorder.text(), &found.lossy);
        recorder.flag(flags);
    }
    recorder.finish(report)
}

/// Undoes the pinyin garble; whether there was any.
fn unannotate(
    recorder: &mut Recorder<'_>,
    found: &mut Findings,
    evidence: Evidence,
    options: &Options,
) -> bool {
    if found.closings.is_empty() && found.breaks.is_empty() && found.toned.is_empty() {
        return false;
    }
    let Found { edits, flags } = pinyin::find(recorder.text(), found, evidence, options);
    recorder.flag(flags);
    if edits.is_empty() {
        return false;
    }
    recorder.apply(edits);
    *found = scan::scan(recorder.text());
    true
}

/// Reads escapes and undoes wrong decodings until neither finds more; whether any did.
fn decode(recorder: &mut Recorder<'_>, found: &mut Findings, options: &Options) -> bool {
    const ROUNDS: usize = 6;
    for round in 0..ROUNDS {
        let escapes = if options.escapes {
            escape::find(recorder.text(), &found.escapes)
        } else {
            Vec::new()
        };
        let read = !escapes.is_empty();
        if read {
            recorder.apply(escapes);
            *found = scan::scan(recorder.text());
        }
        let Found { edits, flags } = mojibake::find(recorder.text(), found, options);
        recorder.flag(flags);
        if !edits.is_empty() {
            recorder.apply(edits);
            *found = scan::scan(recorder.text());
        } else if !read {
            return round > 0;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Action;
    use encoding_rs::{
        BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    };
    use proptest::prelude::*;

    fn repaired(text: &str) -> String {
        repair(text, &Options::default(), &mut Report::counting()).into_owned()
    }

    fn misread(bytes: &[u8], charset: &'static Encoding) -> String {
        charset.decode_without_bom_handling(bytes).0.into_owned()
    }

    fn written(text: &str, charset: &'static Encoding) -> Vec<u8> {
        charset.encode(text).0.into_owned()
    }

    fn latin1(bytes: &[u8]) -> String {
        bytes.iter().copied().map(char::from).collect()
    }

    const SIMPLIFIED: &str = "我们昨天去公园散步，孩子们很高兴。";
    const TRADITIONAL: &str = "我們昨天去公園散步，孩子們很高興。";

    /// A case for each row of the catalogue of mojibake that loses nothing.
    #[test]
    fn each_kind_of_wrong_decoding_is_undone() {
        let (simplified, traditional) = (SIMPLIFIED, TRADITIONAL);
        let utf8_as_1252 = misread(simplified.as_bytes(), WINDOWS_1252);
        let gbk = written(simplified, GB18030);
        let big5 = written(traditional, BIG5);
        for (garbled, written) in [
            (latin1(simplified.as_bytes()), simplified),
            (misread(utf8_as_1252.as_bytes(), WINDOWS_1252), simplified),
            (utf8_as_1252, simplified),
            (latin1(&gbk), simplified),
            (misread(&gbk, WINDOWS_1252), simplified),
            (misread(&gbk, WINDOWS_1250), simplified),
            (misread(&gbk, WINDOWS_1251), simplified),
            (latin1(&big5), traditional),
            (misread(&big5, WINDOWS_1250), traditional),
            (misread(&big5, WINDOWS_1251), traditional),
            (misread(&big5, GB18030), traditional),
            (
                misread("绝对正确的答案".as_bytes(), GB18030),
                "绝对正确的答案",
            ),
            (
                misread(latin1(simplified.as_bytes()).as_bytes(), GB18030),
                simplified,
            ),
            (misread("\u{feff}print(1)".as_bytes(), GB18030), "print(1)"),
            (
                misread("\u{feff}1. 目录".as_bytes(), GB18030)
                    .replace('\u{fffd}', "?")
                    .replace("鐩綍", "目录"),
                "1. 目录",
            ),
            ("绯荤粺".to_owned(), "系统"),
            ("ÖÐÎÄÏµÍ³".to_owned(), "中文系统"),
        ] {
            assert_eq!(repaired(&garbled), written, "{garbled}");
        }
    }

    /// What a decoder makes that marks each byte which opens no character, and continues after it.
    fn marking_bytes(bytes: &[u8], charset: &'static Encoding, mark: &str) -> String {
        let mut text = String::new();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let read = |length: usize| {
                let bytes = bytes.get(at..at + length)?;
                let text = charset.decode_without_bom_handling_and_without_replacement(bytes)?;
                (text.chars().count() == 1).then(|| text.into_owned())
            };
            if let Some(one) = read(1).filter(|_| byte < 0x80).or_else(|| read(2)) {
                at += if byte < 0x80 { 1 } else { 2 };
                text.push_str(&one);
            } else {
                at += 1;
                text.push_str(mark);
            }
        }
        text
    }

    /// The marks of two kinds of decoders, and of one that leaves none.
    #[test]
    fn what_a_decoder_marked_is_read_by_its_habit() {
        let written_down = "人们在人行道上等着过马路，工人和学生都很着急。";
        let gbk = written(written_down, GB18030);
        let utf8 = "“Hi”，他说“OK”。今天是9月1日，开学了。";
        for (garbled, wanted) in [
            (misread(&gbk, BIG5), written_down),
            (marking_bytes(&gbk, BIG5, "\u{fffd}"), written_down),
            (misread(&gbk, EUC_KR), written_down),
            (misread(utf8.as_bytes(), GB18030), utf8),
            (
                misread(utf8.as_bytes(), GB18030).replace('\u{fffd}', ""),
                utf8,
            ),
        ] {
            let found = repaired(&garbled);
            let same = found
                .chars()
                .zip(wanted.chars())
                .filter(|(one, other)| one == other);
            assert!(
                same.count() + 2 >= wanted.chars().count(),
                "{garbled} {found}"
            );
        }
    }

    #[test]
    fn rows_of_no_break_spaces_are_indentation() {
        let line = |at: usize| format!("\u{A0}\u{A0}\u{A0}\u{A0}第{at}行的说明，和别的一样。\n");
        let text: String = (0..2_000).map(line).collect();
        let mut report = Report::listing();
        assert_eq!(repair(&text, &Options::default(), &mut report), text);
        assert!(report.changes().is_empty());
    }

    #[test]
    fn text_of_which_a_third_is_lost_is_left_alone() {
        let garbled = misread(TRADITIONAL.as_bytes(), BIG5);
        assert_eq!(repaired(&garbled), garbled);
    }

    #[test]
    fn lines_of_which_a_third_is_lost_are_left_and_flagged() {
        let garbled = misread(SIMPLIFIED.as_bytes(), GB18030);
        let half = |(at, ch)| if at % 2 == 1 { '\u{fffd}' } else { ch };
        let hopeless: String = garbled.chars().enumerate().map(half).collect();
        let text = format!("{}{hopeless}{hopeless}\n", format!("{garbled}\n").repeat(6));
        let mut report = Report::listing();
        let found = repair(&text, &Options::default(), &mut report);
        assert!(found.starts_with("我们昨天去公园散步"), "{found}");
        assert!(
            found.ends_with(&format!("\n{hopeless}{hopeless}\n")),
            "{found}"
        );
        let mut changes = report.changes().iter();
        assert!(changes.any(|change| change.rule == "mojibake.beyond-repair"));
    }

    /// The rows that lose bytes: nearly all comes back.
    #[test]
    fn what_wrong_decodings_lost_is_found_again_as_far_as_the_language_tells() {
        let (simplified, traditional) = (SIMPLIFIED, TRADITIONAL);
        for (garbled, written) in [
            (misread(simplified.as_bytes(), GB18030), simplified),
            (misread(traditional.as_bytes(), GB18030), traditional),
            (
                misread(latin1(simplified.as_bytes()).as_bytes(), GB18030),
                simplified,
            ),
            (
                misread(&written(simplified, GB18030), SHIFT_JIS),
                simplified,
            ),
            (misread(&written(simplified, GB18030), BIG5), simplified),
            (misread(&written(simplified, GB18030), EUC_KR), simplified),
            (
                misread(simplified.as_bytes(), GB18030).replace('\u{fffd}', "?"),
                simplified,
            ),
        ] {
            let options = Options {
                on_uncertain: OnUncertain::Best,
                ..Options::default()
            };
            let found = repair(&garbled, &options, &mut Report::counting());
            let same = found
                .chars()
                .zip(written.chars())
                .filter(|(ours, theirs)| ours == theirs)
                .count();
            assert!(same + 2 >= written.chars().count(), "{garbled} {found}");
        }
    }

    #[test]
    fn damage_inside_healthy_text_is_undone_and_the_rest_stays() {
        let garbled = misread("北京大学与清华大学".as_bytes(), GB18030);
        let text = format!("标题：{garbled}，这一段没有问题。");
        assert!(repaired(&text).starts_with("标题：北京大学与清华大"));
        assert!(repaired(&text).ends_with("，这一段没有问题。"));
    }

    #[test]
    fn a_guessed_character_is_told_as_one_and_can_be_left_out() {
        let garbled = misread("今年的经济形势总体向好。".as_bytes(), GB18030);
        assert!(garbled.contains('\u{fffd}'), "{garbled}");
        let mut report = Report::listing();
        repair(&garbled, &Options::default(), &mut report);
        let guess = report.changes().iter().find(|change| change.note.is_some());
        let guess = guess.expect("a change with a note");
        assert!(guess.confidence.is_some_and(|confidence| confidence <= 1.0));
        assert!(!guess.alternatives.is_empty());
        let options = Options {
            on_uncertain: OnUncertain::Mark,
            confidence: 1.1, // nothing is so certain
            ..Options::default()
        };
        let marked = repair(&garbled, &options, &mut Report::counting());
        assert!(marked.contains('\u{fffd}'), "{marked}");
    }

    /// The default takes nothing that is less certain than it says, whatever the damage.
    #[test]
    fn nothing_below_the_wanted_confidence_is_written() {
        let utf8 = "今年的经济形势总体向好。**快速诊断**：匹配度、验证分数低。\n- 分析一下原因，随机字符串\n";
        let texts = [
            misread(utf8.as_bytes(), GB18030),
            misread(utf8.as_bytes(), GB18030).replace('\u{fffd}', "?"),
            misread(&written(utf8, GB18030), BIG5),
            misread(&written(utf8, GB18030), EUC_KR),
            misread(&written(utf8, GB18030), SHIFT_JIS),
            "母?？匆豢矗纯锤赣H(qīn)。發(fā)展?！的的學(xué)生?；?！的的".to_owned(),
        ];
        for text in texts {
            let mut report = Report::listing();
            repair(&text, &Options::default(), &mut report);
            for change in report.changes() {
                let confidence = change.confidence.unwrap_or(1.0);
                assert!(
                    change.action == Action::Flag || confidence >= 0.3,
                    "{change:?}"
                );
            }
        }
    }

    /// A lost byte that leaves too many readings keeps the characters that hold it.
    #[test]
    fn what_is_too_uncertain_stays_as_it_was() {
        let garbled = misread("今年的经济形势总体向好。".as_bytes(), GB18030);
        let options = Options {
            confidence: 1.1, // nothing is so certain
            ..Options::default()
        };
        let mut report = Report::listing();
        let kept = repair(&garbled, &options, &mut report);
        for change in report.changes() {
            if change.action == Action::Flag && change.rule.starts_with("mojibake") {
                assert!(kept.contains(&*change.before), "{kept} {change:?}");
                assert!(!change.alternatives.is_empty());
            }
        }
        assert_eq!(
            kept.matches('\u{fffd}').count(),
            garbled.matches('\u{fffd}').count()
        );
    }

    /// U+FFFD that was read as GBK is never words, in whatever company.
    #[test]
    fn lost_characters_are_never_rewritten_as_words() {
        let comments =
            "/** 锟斤拷锟斤拷锟斤�? */\n// 锟斤拷取锟矫伙拷锟斤拷息\nint a; // 锟斤拷始锟斤拷\n";
        let garbled = misread("系统初始化完成，开始读取数据".as_bytes(), GB18030);
        for text in [
            comments.to_owned(),
            comments.repeat(30),
            format!("锟街斤拷锟较达拷\n{comments}锟?锟街?\n"),
        ] {
            assert_eq!(repaired(&text), text);
        }
        let beside = format!("{garbled}\n{comments}");
        let found = repaired(&beside);
        assert!(found.ends_with(comments), "{found}");
    }

    #[test]
    fn what_is_lost_is_flagged_and_left() {
        let text = "好的锟斤拷锟斤拷，烫烫烫烫。";
        let mut report = Report::listing();
        assert_eq!(repair(text, &Options::default(), &mut report), text);
        let flags: Vec<_> = report
            .changes()
            .iter()
            .map(|change| (change.action, change.before.as_str()))
            .collect();
        assert_eq!(
            flags,
            [(Action::Flag, "锟斤拷锟斤拷"), (Action::Flag, "烫烫烫烫")]
        );
    }

    #[test]
    fn what_was_lost_before_a_conversion_is_not_read_as_something_else() {
        // 憋拷, 缴 and the like are what is between, read from the wrong byte on.
        for text in [
            "12. 錕斤拷錕繳憋拷錕斤拷一錕斤拷錕叫癸拷錕斤拷",
            "錕斤拷錕繳古猴拷錕階憋拷錕斤拷錕斤拷錕斤拷\n好的錕斤拷，燙燙燙燙。",
            "錕较撅拷錕斤拷錕斤拷枪錕斤拷錕劫帮拷錕接凤",
        ] {
            let mut report = Report::listing();
            assert_eq!(repair(text, &Options::default(), &mut report), text);
            assert!(
                report
                    .changes()
                    .iter()
                    .any(|change| change.rule == "lost.replacement"),
                "{text}"
            );
        }
    }

    #[test]
    fn healthy_text_is_borrowed() {
        for text in [
            "鎏金、珐琅与琺瑯，都是工藝。",
            "他姓璩，名媖，住在邠州。",
            "Déjà vu: naïve café, Ærøskøbing, ÖÄÜ",
            "Москва — столица России. МОСКВА!",
            "日本語の文章で、ｶﾀｶﾅも混じる。",
            "한국어 문장입니다. 大韓民國 헌법",
            "“他说：‘好’。”……——《书》",
            "½ cup, 20 °C, ±5 %, £10, ©2024",
        ] {
            let mut report = Report::counting();
            let found = repair(text, &Options::default(), &mut report);
            assert!(matches!(found, Cow::Borrowed(_)), "{found}");
        }
    }

    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            prop::sample::select(vec![
                "今天天气很好。",
                "天氣很好，",
                "浠婂ぉ澶╂皵寰堝ソ",
                "绯荤粺銆?",
                "ä»Šå¤©å¤©æ°”",
                "盲禄聤氓陇漏",
                "锘縫rint",
                "夠�蚥ㄛ",
                "ｺﾇ�ﾓﾍ",
                "오�긴뻔",
                "&nbsp;",
                "天 气 很 好",
                "½ñÌìÌìÆøºÜºÃ",
                "さぱぱ甓",
                "踏毞毞ァ",
                "&#20013;&amp;nbsp;",
                "\\u4e2d\\u6587",
                "%E4%B8%AD%E6%96%87",
                "=?gb2312?B?1tDOxA==?=",
                "使⽤者",
                "\u{f98e}",
                "\u{e5e5}\u{e40c}",
                "\u{200b}",
                "\u{fffd}",
                "锟斤拷",
                "錕斤拷錕繳憋拷",
                "烫烫烫",
                "燙燙燙",
                "?",
                "\n",
            ])
            .prop_map(str::to_owned),
            "\\PC{0,6}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

        #[test]
        fn repairing_twice_equals_once(pieces in prop::collection::vec(piece(), 0..12)) {
            let once = repaired(&pieces.concat());
            prop_assert_eq!(&repaired(&once), &once);
        }

        #[test]
        fn the_plan_makes_the_same_of_the_original(pieces in prop::collection::vec(piece(), 0..12)) {
            let text = pieces.concat();
            let (found, plan) =
                repair_with_plan(&text, &Options::default(), &mut Report::counting());
            let again = apply_plan(&text, &plan);
            prop_assert_eq!(again.as_deref(), Some(&*found));
        }
    }
}
