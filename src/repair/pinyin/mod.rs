//! The pinyin garble: `環(huán)球` was 環球.
//!
//! A scraper mapped a simplified page to traditional characters, held it as GBK bytes, and
//! replaced each character of a table by itself and its reading in brackets. The story:
//! [`annotation`] finds what looks like such an insertion, [`evidence`] decides for the document
//! as a whole whether it was made by that machine or by a person who glosses rare characters, and
//! the annotations of a garbled document are taken out again. Where a reading was inserted across
//! a character border, or a mark was cut there, the bytes that follow are read one off:
//! [`token`] reads the copy in the machine's units, [`site`] tells what the document shows of the
//! site's table, and [`search`] finds the likeliest original.

use std::borrow::Cow;

use super::edits::{Edit, apply};
use super::{Options, gbk};
use crate::language::folding;
use crate::report::Report;

mod annotation;
mod evidence;
pub(super) mod readings;
mod search;
mod site;
mod token;

use annotation::Annotation;
use search::{Search, Solution};
use site::Site;

/// How much likelier, in nats, a restored stretch must be than what stands there, for one
/// stretch alone to show that a document is garbled.
const TELLING: f32 = 14.0;

/// How many stretches of a document without other evidence are asked.
const ASKED: usize = 20;

/// Undoes the garble, if the text as a whole shows that it is garbled.
pub(super) fn repair<'a>(text: &'a str, options: &Options, report: &mut Report) -> Cow<'a, str> {
    let annotations: Vec<Annotation> = annotation::find(text).collect();
    let breaks: Vec<usize> = annotation::breaks(text).collect();
    // Nearly every text ends here, after two searches for single bytes.
    let is_mapped =
        |found: &Annotation| found.is_plausible() && folding::is_traditional(found.base);
    // A mark of half width behind a question mark is too common to be asked about.
    let is_telling_break = |at: &&usize| !text[**at + 1..].starts_with(['!', ';', '?']);
    if !annotations.iter().any(is_mapped) && !breaks.iter().any(|at| is_telling_break(&at)) {
        return Cow::Borrowed(text);
    }
    let mut site = Site::learn(text, &annotations, &breaks);
    if !evidence::is_garbled(text, &annotations) {
        // Damage on bytes is evidence of its own.
        let telling = breaks.iter().filter(is_telling_break);
        let telling = telling.take(ASKED).any(|at| {
            Search::new(&site)
                .solve(text, *at, &in_front(text, *at))
                .is_some_and(|solution| is_telling(&text[*at..solution.end], &solution))
        });
        if !telling {
            return Cow::Borrowed(text);
        }
    }
    site.annotated.retain(|ch| folding::is_traditional(*ch));
    let edits = edits(text, &annotations, &breaks, &site);
    apply(text, edits, options, report)
}

fn is_telling(damaged: &str, solution: &Solution) -> bool {
    damaged != solution.text && solution.score - solution.literal_score > TELLING
}

/// The replacements that undo the damage of a garbled text.
fn edits(text: &str, annotations: &[Annotation], breaks: &[usize], site: &Site) -> Vec<Edit> {
    let mut search = Search::new(site);
    let mut annotations = annotations.iter().peekable();
    let mut breaks = breaks.iter().peekable();
    let mut edits: Vec<Edit> = Vec::new();
    // The repaired text as far as it goes, of which the search needs the last characters.
    let mut tail = String::new();
    let mut done = 0;
    loop {
        while annotations
            .peek()
            .is_some_and(|next| next.span.start < done)
        {
            annotations.next();
        }
        while breaks.peek().is_some_and(|at| **at < done) {
            breaks.next();
        }
        let annotated = annotations
            .peek()
            .map_or(usize::MAX, |next| next.span.start);
        let broken = breaks.peek().map_or(usize::MAX, |at| **at);
        if annotated == usize::MAX && broken == usize::MAX {
            return edits;
        }
        if annotated < broken {
            let Some(annotation) = annotations.next() else {
                return edits;
            };
            if annotation.is_plausible() {
                tail.push_str(last_of(&text[done..annotation.span.start]));
                tail.push(annotation.base);
                tail = last_of(&tail).to_owned();
                done = annotation.span.end;
                edits.push(Edit {
                    rule: "pinyin.annotation",
                    after: annotation.base.to_string(),
                    span: annotation.span.clone(),
                    confidence: 1.0,
                    alternatives: Vec::new(),
                    note: None,
                });
            }
            continue;
        }
        tail.push_str(last_of(&text[done..broken]));
        let Some(solution) = search.solve(text, broken, &tail) else {
            done = broken + 1;
            tail.push('?');
            continue;
        };
        done = solution.end;
        if let Some(edit) = edit(text, broken, &tail, &solution) {
            edits.push(edit);
        }
        tail.push_str(&solution.text);
        tail = last_of(&tail).to_owned();
    }
}

/// The replacement of a damaged stretch by its original, with how it came about.
fn edit(text: &str, start: usize, tail: &str, solution: &Solution) -> Option<Edit> {
    let damaged = &text[start..solution.end];
    if damaged == solution.text {
        return None;
    }
    // What was read behind the stretch is the same in both.
    let same: usize = damaged
        .chars()
        .rev()
        .zip(solution.text.chars().rev())
        .take_while(|(one, other)| one == other)
        .map(|(ch, _)| ch.len_utf8())
        .sum();
    let after = &solution.text[..solution.text.len() - same];
    let shorter = |whole: &String| {
        let end = whole.len().checked_sub(same)?;
        whole.get(..end).map(str::to_owned)
    };
    let (rule, note) = account(damaged, tail, after);
    Some(Edit {
        rule,
        span: start..solution.end - same,
        after: after.to_owned(),
        confidence: if solution.has_gap {
            solution.confidence.min(0.1)
        } else {
            solution.confidence
        },
        alternatives: solution.alternatives.iter().filter_map(shorter).collect(),
        note: Some(note.into()),
    })
}

/// How a stretch came to be damaged: the rule's name and the reason in words.
fn account(damaged: &str, tail: &str, restored: &str) -> (&'static str, String) {
    let mut characters = tail.chars().next_back().into_iter().chain(restored.chars());
    let (before, first) = (characters.next(), characters.next());
    if let Some((token::Token::Broken(syllable), _)) = token::next(damaged) {
        let across = before.zip(first).and_then(|(before, first)| {
            let (last, next) = (gbk::encode(before)?[1], gbk::encode(first)?[0]);
            Some((before, first, gbk::decode(last, next)?))
        });
        let note = match across {
            Some((before, first, matched)) if syllable.reads_in_any_tone(matched) => format!(
                "the bytes of {matched} ({}) stand across {before} and {first}: its reading was \
                 written between them, and what follows was read one byte off",
                syllable.as_str()
            ),
            _ => format!(
                "the reading {} was written inside a character",
                syllable.as_str()
            ),
        };
        return ("pinyin.border", note);
    }
    let mark = damaged.chars().nth(1).unwrap_or('?');
    let note = format!(
        "the bytes of the full-width {mark} stand across two characters: the text was cut there, \
         and what follows was read one byte off"
    );
    ("pinyin.cut", note)
}

/// The last two characters in front of a place, without an annotation that ends there.
fn in_front(text: &str, at: usize) -> String {
    let mut start = at;
    let mut last = String::new();
    if let Some(annotation) = at
        .checked_sub(1)
        .and_then(|close| annotation::before(text, close))
    {
        last.push(annotation.base);
        start = annotation.span.start;
    }
    let mut before = last_of(&text[..start]).to_owned();
    before.push_str(&last);
    before
}

/// The last two characters.
fn last_of(text: &str) -> &str {
    let start = text.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
    &text[start..]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::repair::OnUncertain;
    use crate::report::Stage;

    fn repaired(text: &str) -> String {
        repair(text, &Options::default(), &mut Report::counting()).into_owned()
    }

    #[test]
    fn a_short_line_with_common_characters_annotated_is_garbled() {
        assert_eq!(repaired("教學(xué)樓的門(mén)關(guān)了"), "教學樓的門關了");
        assert_eq!(repaired("我們(men )去開會(huì )"), "我們去開會");
    }

    #[test]
    fn damage_on_bytes_is_undone() {
        for (damaged, written) in [
            ("雖然我們?cè)诩夹g(shù)上領(lǐng)先", "雖然我們在技術上領先"),
            ("當(dāng)?shù)孛襟w形容", "當地媒體形容"),
            ("速度正在加快?！蓖饷椒Q。", "速度正在加快。”外媒稱。"),
            (
                "有著迫切的需要?！闭憬∥M織部人員",
                "有著迫切的需要。”浙江省委組織部人員",
            ),
            ("溫變?cè)囼?yàn)箱", "溫變試驗箱"),
            ("依靠?jì)x器儀表進(jìn)行判斷", "依靠儀器儀表進行判斷"),
            ("上?；鶎狱h組織", "上海基層黨組織"),
            ("以?xún)?nèi)", "以內"),
            ("發(fā)展?fàn)顩r", "發展狀況"),
            (
                "查看內(nèi)容?！案呔€、高知、年輕”的人",
                "查看內容。“高線、高知、年輕”的人",
            ),
            (
                "已經(jīng)進(jìn)入世界第一梯隊(duì)?！?/p>\n下一段",
                "已經進入世界第一梯隊。”\n下一段",
            ),
            (
                "商業(yè)競(jìng)爭(zhēng)的新格局?！?\r\n",
                "商業競爭的新格局。”\r\n",
            ),
        ] {
            assert_eq!(repaired(damaged), written, "{damaged}");
        }
    }

    #[test]
    fn a_gloss_stays() {
        for text in [
            "魑(chī)魅(mèi)魍(wǎng)魎(liǎng)是傳說中的山精水怪。",
            "他做事很齷(wò)齪(chuò),大家都看不起他。",
            "饕(tāo)餮(tiè)盛宴",
            "我(wǒ)們(men)去(qù)學(xué)校(xiào)。",
            "「行(háng)業」和「行(xíng)走」的「行」讀音不同。",
            "我们学(xué)习汉字:囊(náng)、瘫(tān)、锈(xiù)。",
            "國(guó)",
        ] {
            let mut report = Report::counting();
            assert!(
                matches!(
                    repair(text, &Options::default(), &mut report),
                    Cow::Borrowed(_)
                ),
                "{text}"
            );
            assert!(!report.is_changed());
        }
    }

    #[test]
    fn each_annotation_is_recorded_with_its_place() {
        let mut report = Report::listing();
        repair(
            "記者\n報(bào)道現(xiàn)場(chǎng)",
            &Options::default(),
            &mut report,
        );
        assert_eq!(report.changed(Stage::Repair, "pinyin"), 3);
        let change = &report.changes()[0];
        assert_eq!(
            (change.before.as_str(), change.after.as_str()),
            ("報(bào)", "報")
        );
        assert_eq!((change.span.clone(), change.line), (7..16, 2));
    }

    #[test]
    fn an_explanation_says_what_happened() {
        let mut report = Report::listing();
        let damaged = "報(bào)道稱,當(dāng)?shù)孛襟w說人手正在加快?！蓖饷椒Q。";
        repair(damaged, &Options::default(), &mut report);
        let told: Vec<(&str, &str, &str)> = report
            .changes()
            .iter()
            .map(|change| (&*change.rule, change.before.as_str(), change.after.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("pinyin.annotation", "報(bào)", "報"),
                ("pinyin.annotation", "當(dāng)", "當"),
                ("pinyin.border", "?shù)孛襟w", "地媒體"),
                ("pinyin.cut", "?！蓖饷椒Q", "。”外媒稱"),
            ]
        );
        let note = report.changes()[2].note.as_deref().unwrap_or_default();
        assert!(note.contains("數 (shù) stand across 當 and 地"), "{note}");
    }

    #[test]
    fn what_is_uncertain_is_kept_marked_or_restored_as_asked() {
        let damaged = "上?；鶎狱h組織";
        let with = |on_uncertain| {
            let options = Options {
                on_uncertain,
                confidence: 1.1,
            };
            let mut report = Report::listing();
            let repaired = repair(damaged, &options, &mut report).into_owned();
            (repaired, report)
        };
        assert_eq!(with(OnUncertain::Best).0, "上海基層黨組織");
        assert_eq!(with(OnUncertain::Mark).0, "上⟦海基層黨⟧組織");
        let (kept, report) = with(OnUncertain::Keep);
        assert_eq!(kept, damaged);
        assert!(!report.is_changed());
        assert_eq!(report.changes()[0].alternatives[0], "海基層黨");
    }

    #[test]
    fn a_long_line_of_damage_ends() {
        let damaged = "他們說(shuō)速度正在加快?！蓖饷椒Q?shù)?！?".repeat(2000);
        repaired(&damaged);
    }

    proptest! {
        #[test]
        fn any_text_is_repaired_without_a_panic_and_for_good(
            text in "[環時報當地媒體們在技術？！；。”（）?!();a-z\u{E000}-\u{E010}€]{0,40}",
            insertion in prop::sample::select(vec!["(huán)", "?shù)", "(bào )", "?！", "?/p>", "\n"]),
        ) {
            let damaged = format!("{text}{insertion}{text}");
            let once = repaired(&damaged);
            prop_assert_eq!(repaired(&once), once);
        }

        #[test]
        fn text_without_damage_is_borrowed(text in "[\u{4E00}-\u{9FFF}，。a-z0-9（）\n ]{0,80}") {
            let mut report = Report::counting();
            let borrowed = matches!(
                repair(&text, &Options::default(), &mut report),
                Cow::Borrowed(_)
            );
            prop_assert!(borrowed && !report.is_changed());
        }
    }
}
