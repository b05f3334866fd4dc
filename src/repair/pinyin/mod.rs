//! The pinyin garble: `環(huán)球` was 環球.
//!
//! A scraper mapped a simplified page to traditional characters, held it as GBK bytes, and
//! replaced each character of a table by itself and its reading in brackets. The story:
//! [`annotation`] finds what looks like such an insertion, [`evidence`] decides for the document
//! as a whole whether it was made by that machine or by a person who glosses rare characters, and
//! the annotations of a garbled document are taken out again.

use std::borrow::Cow;

use super::edits::{Edit, apply};
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

/// Undoes the garble, if the text as a whole shows that it is garbled.
pub(super) fn repair<'a>(text: &'a str, report: &mut Report) -> Cow<'a, str> {
    let annotations: Vec<Annotation> = annotation::find(text).collect();
    let breaks: Vec<usize> = annotation::breaks(text).collect();
    if annotations.is_empty() && breaks.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut site = Site::learn(text, &annotations);
    if !evidence::is_garbled(text, &annotations) {
        // Damage on bytes is evidence of its own.
        // A mark of half width behind a question mark is too common to be asked about.
        let telling = breaks
            .iter()
            .filter(|at| !text[**at + 1..].starts_with(['!', ';', '?']));
        let telling = telling.take(20).any(|at| {
            Search::new(&site)
                .solve(text, *at, &in_front(text, *at))
                .is_some_and(|solution| is_telling(&text[*at..solution.end], &solution))
        });
        if !telling {
            return Cow::Borrowed(text);
        }
    }
    site.annotated
        .retain(|ch| crate::language::folding::is_traditional(*ch));
    let edits = edits(text, &annotations, &breaks, &site);
    apply(text, edits, report)
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
        let solved = search.solve(text, broken, &tail);
        let Some(solution) = solved else {
            done = broken + 1;
            tail.push('?');
            continue;
        };
        done = solution.end;
        tail.push_str(&solution.text);
        tail = last_of(&tail).to_owned();
        if text[broken..done] != solution.text {
            edits.push(Edit {
                rule: "pinyin.shifted",
                span: broken..done,
                after: solution.text,
                confidence: if solution.has_gap {
                    0.1
                } else {
                    solution.confidence
                },
                alternatives: solution.alternatives,
                note: None,
            });
        }
    }
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
    use super::*;
    use crate::report::Stage;

    fn repaired(text: &str) -> String {
        repair(text, &mut Report::counting()).into_owned()
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
                matches!(repair(text, &mut report), Cow::Borrowed(_)),
                "{text}"
            );
            assert!(!report.is_changed());
        }
    }

    #[test]
    fn each_annotation_is_recorded_with_its_place() {
        let mut report = Report::listing();
        repair("記者\n報(bào)道現(xiàn)場(chǎng)", &mut report);
        assert_eq!(report.changed(Stage::Repair, "pinyin"), 3);
        let change = &report.changes()[0];
        assert_eq!(
            (change.before.as_str(), change.after.as_str()),
            ("報(bào)", "報")
        );
        assert_eq!((change.span.clone(), change.line), (7..16, 2));
    }
}
