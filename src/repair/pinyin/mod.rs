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

use super::Options;
use super::edits::{Edit, Found};
use super::layers::Flag;
use super::scan::Findings;
use crate::language::folding;

mod account;
mod annotation;
mod cache;
mod evidence;
mod forward;
mod pairs;
pub(super) mod readings;
mod search;
mod site;
mod sprinkled;
mod token;

use annotation::Annotation;
pub(super) use annotation::{may_break, may_close};
use forward::Verdict;
use search::{Before, Search, Solution};
use site::Site;

/// How much likelier, in nats, a restored stretch must be than what stands there, for one
/// stretch alone to show that a document is garbled.
const TELLING: f32 = 14.0;

/// How sure such a stretch must be of its original. What an earlier run kept because it was not
/// sure stands alone in a text that is healthy else, and must not be guessed now.
const CONVINCING: f32 = 0.4;

/// How many stretches of a document without other evidence are asked.
const ASKED: usize = 20;

/// From this confidence on a solution teaches what is in the site's table.
const TEACHING: f32 = 0.98;

/// How far behind, in nats, a rival may be to be named as an alternative.
const NEAR: f32 = 5.0;

/// Alternatives that are named.
const ALTERNATIVES: usize = 3;

/// How far back, in bytes, from the end of what was read in vain the next search may start: it
/// bounds how often a byte is read.
const RETREAT: usize = 200;

/// What may show that a text is garbled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// The readings behind its characters.
    Readings,
    /// The readings, or damage on bytes where there are none.
    Any,
}

/// Finds what undoes either machine's work, if the text as a whole shows that it is garbled.
///
/// `seen` is what the scan of `text` found.
pub(super) fn find(text: &str, seen: &Findings, evidence: Evidence, options: &Options) -> Found {
    let mut found = mapped(text, seen, evidence, options);
    if evidence == Evidence::Any && found.edits.is_empty() {
        for edit in sprinkled::find(text, &seen.closings) {
            found.decide(edit, options);
        }
    }
    found
}

/// Finds what undoes the garble, if the text as a whole shows that it is garbled.
fn mapped(text: &str, seen: &Findings, evidence: Evidence, options: &Options) -> Found {
    let annotations: Vec<Annotation> = annotation::find(text, &seen.closings).collect();
    let breaks: Vec<usize> = annotation::breaks(text, &seen.breaks).collect();
    // Nearly every text that comes here ends here.
    let is_mapped =
        |found: &Annotation| found.is_plausible() && folding::is_traditional(found.matched);
    // A mark of half width behind a question mark is too common to be asked about.
    let is_telling_break = |at: &&usize| !text[**at + 1..].starts_with(['!', ',', ';', '?']);
    if !annotations.iter().any(is_mapped) && !breaks.iter().any(|at| is_telling_break(&at)) {
        return Found::default();
    }
    let is_garbled = evidence::is_garbled(text, &annotations);
    if !is_garbled && evidence == Evidence::Readings {
        return Found::default();
    }
    let site = Site::learn(text, &annotations, &breaks);
    if !is_garbled {
        // Damage on bytes is evidence of its own.
        let mut search = Search::new();
        let telling = breaks.iter().filter(is_telling_break);
        let telling = telling.take(ASKED).any(|at| {
            if search.is_exhausted(*at) {
                return false;
            }
            search
                .solve(&site, text, *at, &in_front(text, *at))
                .is_ok_and(|solution| is_telling(&text[*at..solution.end], &solution))
        });
        if !telling {
            return Found::default();
        }
    }
    let mut repair = Repair {
        text,
        options,
        site,
        before: Before::default(),
        done: 0,
        told: is_garbled.then(|| account::of_table(&annotations)),
        gave_up: false,
        found: Found::default(),
    };
    repair.run(&annotations, &breaks);
    repair.found
}

fn is_telling(damaged: &str, solution: &Solution) -> bool {
    damaged != solution.text
        && solution.score - solution.literal_score > TELLING
        && confidence(solution, Verdict::Unknown) > CONVINCING
}

/// A garbled text on its way to the original.
struct Repair<'a> {
    text: &'a str,
    options: &'a Options,
    site: Site,
    /// What the repaired text ends with, as far as it goes.
    before: Before,
    /// How far the damaged text is read.
    done: usize,
    /// What is said once, with the first annotation.
    told: Option<String>,
    /// Whether a stretch was passed over.
    gave_up: bool,
    found: Found,
}

impl Repair<'_> {
    fn run(&mut self, annotations: &[Annotation], breaks: &[usize]) {
        let mut search = Search::new();
        let mut annotations = annotations.iter().peekable();
        let mut breaks = breaks.iter().copied().peekable();
        loop {
            while annotations
                .next_if(|next| next.span.start < self.done)
                .is_some()
            {}
            while breaks.next_if(|at| *at < self.done).is_some() {}
            let annotated = annotations.peek().map(|next| next.span.start);
            match (annotated, breaks.peek().copied()) {
                (Some(start), broken) if broken.is_none_or(|at| start < at) => {
                    if let Some(annotation) = annotations.next() {
                        self.unannotate(annotation);
                    }
                }
                (_, Some(at)) if search.is_exhausted(at) => self.pass(at),
                (_, Some(at)) => self.solve(&mut search, at),
                (_, None) => return,
            }
        }
    }

    /// Passes over a stretch because too much was searched in vain or with great effort; it is told
    /// where that happens first.
    fn pass(&mut self, at: usize) {
        if !self.gave_up {
            self.gave_up = true;
            self.found.flags.push(Flag {
                rule: "pinyin.given-up".into(),
                span: at..at + 1,
                note: Some("too much is damaged up to here to search all for what it was".into()),
                ..Flag::default()
            });
        }
        self.before.extend(&self.text[self.done..=at]);
        self.done = at + 1;
    }

    /// Takes an annotation out that stands where it should.
    fn unannotate(&mut self, annotation: &Annotation) {
        if !annotation.is_plausible() {
            return;
        }
        self.before
            .extend(&self.text[self.done..annotation.span.start]);
        self.before.push(annotation.base);
        self.before.is_annotated = true;
        self.done = annotation.span.end;
        self.found.edits.push(Edit {
            rule: "pinyin.annotation",
            after: annotation.base.to_string(),
            span: annotation.span.clone(),
            confidence: 1.0,
            alternatives: Vec::new(),
            note: self.told.take().map(Cow::Owned),
        });
    }

    /// Searches for the original of the stretch that starts at byte `at`.
    fn solve(&mut self, search: &mut Search, at: usize) {
        self.before.extend(&self.text[self.done..at]);
        match search.solve(&self.site, self.text, at, &self.before) {
            Err(reached) => {
                let retreat = reached.saturating_sub(RETREAT).max(at + 1);
                let is_border = |at: &usize| self.text.is_char_boundary(*at);
                self.done = (retreat..reached).find(is_border).unwrap_or(reached);
                self.before.extend(&self.text[at..self.done]);
            }
            Ok(mut solution) => {
                self.done = solution.end;
                let verdict = self.verify(at, &mut solution);
                let confidence = confidence(&solution, verdict);
                self.take(at, &solution, confidence);
                self.before.extend(&solution.text);
            }
        }
    }

    /// Damages a solution again, and its rivals if that does not give what stands in the file: the
    /// first that does is preferred.
    fn verify(&self, at: usize, solution: &mut Solution) -> Verdict {
        let damaged = &self.text[at..solution.end];
        if !solution.gaps.is_empty() {
            return Verdict::Unknown;
        }
        let judge = |text: &str| forward::verify(&self.site, &self.before, text, damaged);
        let verdict = judge(&solution.text);
        if verdict != Verdict::Differs {
            return verdict;
        }
        let mut near = solution.rivals.iter().take_while(|rival| rival.0 < NEAR);
        match near.position(|rival| judge(&rival.1) == Verdict::Same) {
            Some(rival) => {
                solution.prefer(rival);
                Verdict::Same
            }
            None => verdict,
        }
    }

    /// Takes a solution as edits: one, or where gaps are left one between each and the next.
    fn take(&mut self, start: usize, solution: &Solution, confidence: f32) {
        let told = account::of(
            &self.text[start..solution.end],
            &self.before,
            &solution.text,
        );
        if confidence > TEACHING
            && let Some(matched) = told.matched
            && folding::is_traditional(matched)
        {
            self.site.annotates(matched);
        }
        let mut from = (0, start);
        for &gap in &solution.gaps {
            self.replace(from, gap, solution, &told, confidence);
            from = (gap.0 + 1, gap.1 + 1);
            self.found.flags.push(Flag {
                rule: "pinyin.gap".into(),
                span: gap.1..gap.1 + 1,
                note: Some("a digit was swallowed here, and nothing tells which".into()),
                ..Flag::default()
            });
        }
        let end = (solution.text.len(), solution.end);
        self.replace(from, end, solution, &told, confidence);
    }

    /// Replaces what stands between two places, each told as one of the solution and one of the
    /// damaged text.
    fn replace(
        &mut self,
        from: (usize, usize),
        to: (usize, usize),
        solution: &Solution,
        told: &account::Account,
        confidence: f32,
    ) {
        let restored = &solution.text[from.0..to.0];
        let damaged = &self.text[from.1..to.1];
        // What was read before a gap and behind the stretch is the same in both.
        let ahead = if from.0 == 0 {
            0
        } else {
            same(damaged.chars(), restored.chars())
        };
        let behind = same(
            damaged[ahead..].chars().rev(),
            restored[ahead..].chars().rev(),
        );
        let after = &restored[ahead..restored.len() - behind];
        if ahead + behind == damaged.len() && after.is_empty() {
            return;
        }
        let common = &restored[restored.len() - behind..];
        let near = solution.rivals.iter().take_while(|rival| rival.0 < NEAR);
        let alternatives = near
            .filter(|_| solution.gaps.is_empty())
            .filter_map(|rival| Some(rival.1.strip_suffix(common)?.to_owned()))
            .take(ALTERNATIVES)
            .collect();
        let edit = Edit {
            rule: told.rule,
            span: from.1 + ahead..to.1 - behind,
            after: after.to_owned(),
            confidence,
            alternatives,
            note: Some(told.note.clone().into()),
        };
        self.found.decide(edit, self.options);
    }
}

/// How sure a solution is: how often solutions with this share of the probability turned out
/// right on simulated damage, about half as often as the share says, as a trigram model sees
/// little (`cargo xtask eval repair pinyin` prints both). What damaged again gives something else
/// is mostly wrong.
fn confidence(solution: &Solution, verdict: Verdict) -> f32 {
    /// Beyond these odds nothing more certain is told apart.
    const SUREST: f32 = 250.0;
    let share = solution.share();
    let odds = (share / (1.0 - share) / 2.0).min(SUREST);
    let right = odds / (1.0 + odds);
    match verdict {
        Verdict::Same | Verdict::Unknown => right,
        Verdict::Differs => 0.4 * right,
    }
}

/// The length in bytes of the characters with which two texts start alike.
fn same(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other)
        .take_while(|(one, other)| one == other)
        .map(|(ch, _)| ch.len_utf8())
        .sum()
}

/// The last two characters in front of a place, without an annotation that ends there.
fn in_front(text: &str, at: usize) -> Before {
    let mut before = Before::default();
    let annotation = at
        .checked_sub(1)
        .and_then(|close| annotation::before(text, close));
    match annotation {
        Some(annotation) => {
            before.extend(&text[..annotation.span.start]);
            before.push(annotation.base);
            before.is_annotated = true;
        }
        None => before.extend(&text[..at]),
    }
    before
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::repair::OnUncertain;
    use crate::repair::damage::{Copy, damage};
    use crate::repair::layers::Layers;
    use crate::report::{Report, Stage};

    /// This step of the repair alone.
    fn repair<'a>(text: &'a str, options: &Options, report: &mut Report) -> Cow<'a, str> {
        let mut layers = Layers::new(text);
        for _ in 0..6 {
            let seen = crate::repair::scan::scan(layers.text());
            let found = find(layers.text(), &seen, Evidence::Any, options);
            layers.flag(found.flags);
            if found.edits.is_empty() {
                break;
            }
            layers.apply(found.edits);
        }
        layers.finish(report).0
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

    #[test]
    fn text_without_a_solution_is_given_up() {
        let page = "我們(men)在技術(shù)方面領(lǐng)先,這(zhè)裡。\n";
        let hopeless = "?！的的".repeat(4000);
        let text = format!("{page}{hopeless}");
        let mut report = Report::listing();
        let repaired = repair(&text, &Options::default(), &mut report);
        assert!(repaired.starts_with("我們在技術方面領先,這裡"));
        let given_up = report
            .changes()
            .iter()
            .filter(|change| change.rule == "pinyin.given-up");
        assert_eq!(given_up.count(), 1);
        assert!(repaired.ends_with("?！的的"));
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
}
