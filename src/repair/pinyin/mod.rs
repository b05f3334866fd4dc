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
mod readings;

use annotation::Annotation;

/// Undoes the garble, if the text as a whole shows that it is garbled.
pub(super) fn repair<'a>(text: &'a str, report: &mut Report) -> Cow<'a, str> {
    let annotations: Vec<Annotation> = annotation::find(text).collect();
    if !evidence::is_garbled(text, &annotations) {
        return Cow::Borrowed(text);
    }
    let edits = annotations
        .into_iter()
        .filter(Annotation::is_plausible)
        .map(|annotation| Edit {
            rule: "pinyin.annotation",
            after: annotation.base.to_string(),
            span: annotation.span,
            confidence: 1.0,
            alternatives: Vec::new(),
            note: None,
        })
        .collect();
    apply(text, edits, report)
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
