use std::borrow::Cow;

use proptest::prelude::*;

use super::damage::{Copy, damage};
use super::*;
use crate::repair::OnUncertain;
use crate::repair::recorder::Recorder;
use crate::report::{Action, Report, Stage};

/// This step of the repair alone.
fn repair<'a>(text: &'a str, options: &Options, report: &mut Report) -> Cow<'a, str> {
    let mut recorder = Recorder::new(text);
    for _ in 0..6 {
        let seen = crate::repair::scan::scan(recorder.text());
        let found = find(recorder.text(), &seen, Evidence::Any, options);
        recorder.flag(found.flags);
        if found.edits.is_empty() {
            break;
        }
        recorder.apply(found.edits);
    }
    recorder.finish(report).0
}

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
        ("夠?qū)毫@一", "夠將壓力這一"),
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

/// What a site's page said, with the characters of its table. In this order: an annotation
/// across a border, a lead byte lost before a mark, several damages in one run, pairs that can
/// vanish, letters and digits in between, a line end and a tag at a broken byte.
const PAGES: [(&str, &str); 7] = [
    (
        "當地媒體報道，我們在技術上領先，這個項目進展順利。\n",
        "數當報體們技術領項進順冊個",
    ),
    (
        "他說：“速度正在加快。”外媒稱這是一個好消息。\n專家認為前景很好！",
        "說個專認為稱",
    ),
    (
        "溫變試驗箱的發展狀況以內部試驗為準，依靠儀器儀表進行判斷。\n",
        "驗發內為進範詢儀試囼",
    ),
    (
        "“老百姓有迫切的需要。”浙江省委組織部的負責人表示，能夠將壓力變成動力。\n",
        "負責驅變動",
    ),
    (
        "記者在Adobe公司看到，新的AI系統已經開始運行，2024年的銷售額增長了35%。\n",
        "記經開運銷額長統迎",
    ),
    (
        "她說：“這是企業競爭的新格局。”\n第二天，會議在上海基層黨組織的支持下召開。\n",
        "說業競爭會議黨組織開",
    ),
    (
        "環球時報記者報道，環境保護是每個人的責任。\n",
        "環時報護個責",
    ),
];

/// Every page in every variant of the copies.
#[test]
fn what_the_mechanism_damages_is_restored() {
    for (written, table) in PAGES {
        let table: Vec<char> = table.chars().collect();
        for variant in 0..8 {
            let copy = Copy {
                keeps_private_use: variant & 1 != 0,
                folds_width: variant & 2 != 0,
                spaces_readings: variant & 4 != 0,
                cuts_at_commas: true,
            };
            let damaged = damage(written, &table, copy).expect("GBK");
            let wanted: String = if copy.folds_width {
                written.chars().map(folded).collect()
            } else {
                written.to_owned()
            };
            assert_ne!(damaged, wanted);
            assert_eq!(repaired(&damaged), wanted, "{damaged}");
        }
    }
}

fn folded(ch: char) -> char {
    match ch {
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(ch) - 0xFEE0).expect("an ASCII character")
        }
        _ => ch,
    }
}

#[test]
fn a_copy_that_was_decoded_wrongly_on_top_is_restored() {
    let written = "環球時報記者報道，環境保護是每個人的責任。";
    let table: Vec<char> = "環時報護個責".chars().collect();
    let copy = Copy {
        keeps_private_use: false,
        folds_width: false,
        spaces_readings: false,
        cuts_at_commas: true,
    };
    let damaged = damage(written, &table, copy).expect("GBK");
    let latin1: String = damaged.bytes().map(char::from).collect();
    let found = crate::repair::repair(&latin1, &Options::default(), &mut Report::counting());
    assert_eq!(found, written);
}

#[test]
fn a_swallowed_digit_leaves_a_gap_and_the_rest_comes_back() {
    let copy = Copy {
        keeps_private_use: true,
        folds_width: false,
        spaces_readings: false,
        cuts_at_commas: true,
    };
    let written = "地震已造成當地13人遇難，記者說當局正在調查。\n";
    let table: Vec<char> = "數記說調難".chars().collect();
    let damaged = damage(written, &table, copy).expect("GBK");
    assert!(damaged.contains("?shù)?3人"), "{damaged}");
    let mut report = Report::listing();
    let found = repair(&damaged, &Options::default(), &mut report);
    assert_eq!(found, "地震已造成當地?3人遇難，記者說當局正在調查。\n");
    let gap = report
        .changes()
        .iter()
        .find(|change| change.rule == "pinyin.gap");
    assert_eq!(gap.map(|gap| gap.before.as_str()), Some("?"));
}

#[test]
fn what_looks_like_a_gap_is_none() {
    let damaged = "我們(men)在技術(shù)方面領(lǐng)先。N(¥l\u{FFFD}j?/L\\=?shù)\u{FFFD}\0?";
    let found = repaired(damaged);
    assert!(found.starts_with("我們在技術方面領先"), "{found}");
    assert_eq!(found.matches('\u{FFFD}').count(), 2);
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
    let reported: Vec<(&str, &str, &str)> = report
        .changes()
        .iter()
        .map(|change| (&*change.rule, change.before.as_str(), change.after.as_str()))
        .collect();
    assert_eq!(
        reported,
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
            ..Options::default()
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

/// A page of marks and characters that were never garbled, though single places of it read as if they
/// were.
#[test]
fn junk_stays_and_is_flagged() {
    let pieces = ["?！", "的的", "了了", "?；", "是是", "?？"];
    let mut state = 7u32;
    let mut page = String::new();
    for line in 0..30 {
        for _ in 0..12 {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            page.push_str(pieces[(state >> 16) as usize % pieces.len()]);
        }
        page.push_str(if line % 3 == 0 { "。\n" } else { "\n" });
    }
    for junk in [
        page.as_str(),
        &"?！的的".repeat(60),
        &"?！的的\n".repeat(60),
        "他說了什麼?！的的話，誰也不知道?！的的",
    ] {
        assert_eq!(repaired(junk), junk);
    }
    let mut report = Report::listing();
    repair(&page, &Options::default(), &mut report);
    let flags = report.changes().iter();
    let flags = flags.filter(|change| change.rule.starts_with("pinyin."));
    assert!(flags.count() > 0);
}

/// In a page that is garbled by its readings a place that makes no sense stays whole, and is flagged.
#[test]
fn a_stretch_without_a_likely_reading_stays_whole() {
    let garbled = "我們(men)在技術(shù)方面領(lǐng)先,這(zhè)裡有發(fā)展。";
    for hopeless in ["?！的的學", "?！的的?！的的", "?；了了?；了了"] {
        let text = format!("{garbled}{hopeless}\n{garbled}\n");
        let mut report = Report::listing();
        let found = repair(&text, &Options::default(), &mut report);
        let line = found.lines().next().unwrap_or_default();
        assert_eq!(
            line.strip_prefix("我們在技術方面領先,這裡有發展。"),
            Some(hopeless)
        );
        assert!(found.ends_with("我們在技術方面領先,這裡有發展。\n"));
        let place = text.find(hopeless).unwrap_or_default();
        let inside = place..place + hopeless.len();
        let is_flagged = report
            .changes()
            .iter()
            .any(|change| change.action == Action::Flag && inside.contains(&change.span.start));
        assert!(is_flagged, "{hopeless}");
    }
}

/// What a site cut at, and what it folded, is tried both ways: the verdict on a right answer does not
/// hang on it.
#[test]
fn a_comma_that_was_not_cut_at_is_read_over() {
    let damaged = "這(zhè)是發(fā)展的路?！钡牵绹?guó)人";
    let mut report = Report::listing();
    let found = repair(damaged, &Options::default(), &mut report);
    assert_eq!(found, "這是發展的路。”但是，美國人");
    let least = report
        .changes()
        .iter()
        .filter_map(|change| change.confidence);
    assert!(least.fold(1.0, f32::min) > 0.9);
}

#[test]
fn a_long_line_of_damage_ends() {
    let damaged = "他們說(shuō)速度正在加快?！蓖饷椒Q?shù)?！?".repeat(2000);
    repaired(&damaged);
}

#[test]
fn text_without_a_solution_is_given_up() {
    let page = "我們(men)在技術(shù)方面領(lǐng)先,這(zhè)裡。\n";
    let hopeless = "?！在在在".repeat(4000);
    let text = format!("{page}{hopeless}");
    let mut report = Report::listing();
    let repaired = repair(&text, &Options::default(), &mut report);
    assert!(repaired.starts_with("我們在技術方面領先,這裡"));
    let given_up = report
        .changes()
        .iter()
        .filter(|change| change.rule == "pinyin.given-up");
    assert_eq!(given_up.count(), 1);
    assert!(repaired.ends_with("?！在在在"));
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
    fn any_character_may_stand_in_a_garbled_page(
        strange in "[?(){},\\PC\u{FFFD}\u{FFFE}\0-\u{1F}€a-z0-9]{0,24}",
        at in 0..40usize,
    ) {
        let page = "我們(men)在技術(shù)方面領(lǐng)先,這(zhè)裡?cè)诩夹g(shù)、當(dāng)?shù)?3人。";
        let at = page.char_indices().nth(at).map_or(page.len(), |(at, _)| at);
        let damaged = format!("{}{strange}{}", &page[..at], &page[at..]);
        repaired(&damaged);
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
