//! The page as a whole: exact numbers, bounded samples, order, and hostile text.

use zhnorm::report::{Change, Report, Stage};

use super::*;

const RUN: &str = "zhnorm --check articles";

fn run() -> Run {
    Run {
        command: RUN.to_owned(),
        outcome: "Nothing was written.".to_owned(),
    }
}

fn file<'a>(name: &'a str, report: &'a Report) -> FileRecord<'a> {
    FileRecord {
        name,
        outcome: if report.is_changed() {
            Outcome::Changed
        } else {
            Outcome::Unchanged
        },
        encoding: Some(("utf-8", 1.0)),
        variety: Some("zh-Hans"),
        faults: &[],
        bytes: 3_000,
        kept: 900,
        report,
    }
}

fn nothing(_: Stage) -> Option<String> {
    None
}

/// A report with one edit and `drops` dropped lines, all different.
fn busy(seed: usize, drops: usize) -> Report {
    let mut report = Report::listing();
    report.record(Change::edit(
        Stage::Repair,
        "pinyin.annotation",
        3..9,
        1,
        "(huán)",
        "",
    ));
    for line in 0..drops {
        let text = format!("相关阅读{seed}之{line}");
        report.record(Change::drop(
            Stage::Strip,
            "related.item",
            0..1,
            line + 2,
            text,
        ));
    }
    report
}

/// The text of a page as a reader sees it: without tags, entities undone.
fn seen(page: &str) -> String {
    let body =
        &page[page.find("<body>").expect("a body")..page.find("<script>").expect("a script")];
    let mut text = String::new();
    let mut rest = body;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[rest.find('>').expect("a tag's end") + 1..];
    }
    text.push_str(rest);
    ["&lt;", "&gt;", "&quot;", "&#39;", "&amp;"]
        .iter()
        .zip(["<", ">", "\"", "'", "&"])
        .fold(text, |text, (entity, character)| {
            text.replace(entity, character)
        })
}

#[test]
fn the_numbers_are_exact_and_the_samples_bounded() {
    let limits = Limits::default();
    let collector = Collector::new(limits);
    for number in 0..1_000 {
        let report = busy(number, 3);
        collector.add(&file(&format!("articles/{number}.txt"), &report), &nothing);
    }
    let page = collector.page(&run());
    let text = seen(&page);
    assert!(
        text.contains("1,000 files (3.0 MB): 1,000 changed, 0 clean already"),
        "{text}"
    );
    assert!(text.contains("3,000 lines in 1,000 files"));
    assert!(text.contains("A sample of 300 of 3,000, 300 different; the first 100 are shown."));
    // Of the edits all are the same text.
    assert!(text.contains("A sample of 120 of 1,000, 1 different."));
    assert!(text.contains("The examples are a sample: 420 of 4,000 places"));
    assert_eq!(page.matches("<ol class=\"places\">").count(), 2);
    assert!(page.len() < 200_000, "{}", page.len());
}

#[test]
fn a_small_run_is_shown_whole() {
    let collector = Collector::new(Limits::default());
    let report = busy(7, 2);
    collector.add(&file("one.txt", &report), &nothing);
    let clean = Report::listing();
    collector.add(&file("two.txt", &clean), &nothing);
    let text = seen(&collector.page(&run()));
    assert!(text.contains("the examples cover every place"));
    assert!(text.contains("相关阅读7之0") && text.contains("相关阅读7之1"));
    assert!(text.contains("one.txt, line 2"));
    assert!(text.contains("1 changed, 1 clean already"));
}

#[test]
fn the_page_does_not_depend_on_the_order_of_the_files() {
    let reports: Vec<_> = (0..200).map(|number| busy(number, 9)).collect();
    let names: Vec<_> = (0..200).map(|number| format!("{number}.txt")).collect();
    let forward = Collector::new(Limits::default());
    let backward = Collector::new(Limits::default());
    for (name, report) in names.iter().zip(&reports) {
        forward.add(&file(name, report), &nothing);
    }
    for (name, report) in names.iter().zip(&reports).rev() {
        backward.add(&file(name, report), &nothing);
    }
    assert!(forward.page(&run()) == backward.page(&run()));

    let together = Collector::new(Limits::default());
    std::thread::scope(|scope| {
        for half in 0..2 {
            let (together, names, reports) = (&together, &names, &reports);
            scope.spawn(move || {
                for at in (half..200).step_by(2) {
                    together.add(&file(&names[at], &reports[at]), &nothing);
                }
            });
        }
    });
    assert!(forward.page(&run()) == together.page(&run()));
}

#[test]
fn nothing_from_a_file_becomes_markup_or_steers_the_page() {
    let hostile = "</script><script>alert(1)</script><!--zhnorm:main-->{{x}}<img src=x onerror=alert(2)>\
                   \" onmouseover=\"alert(3)' \u{202e}txt.exe\u{0}\u{1b}]8;;https://example.org\u{7}";
    let mut report = Report::listing();
    let mut edit = Change::edit(Stage::Repair, hostile.to_owned(), 0..1, 1, hostile, "ok")
        .with_note(hostile.to_owned())
        .with_confidence(0.5);
    edit.alternatives = vec![hostile.to_owned()];
    report.record(edit);
    report.record(Change::drop(
        Stage::Strip,
        hostile.to_owned(),
        0..1,
        1,
        hostile,
    ));
    report.record(Change::flag(
        Stage::Decode,
        hostile.to_owned(),
        0..1,
        1,
        hostile,
    ));
    let collector = Collector::new(Limits::default());
    let hostile_file = FileRecord {
        encoding: Some((hostile, 0.2)),
        variety: Some(hostile),
        ..file(hostile, &report)
    };
    let around = format!("{hostile}{hostile}");
    collector.add(&hostile_file, &|_| Some(around.clone()));
    let failed = FileRecord {
        outcome: Outcome::Failed(hostile),
        ..file(hostile, &report)
    };
    collector.add(&failed, &nothing);
    let page = collector.page(&Run {
        command: hostile.to_owned(),
        outcome: hostile.to_owned(),
    });

    let clean = Collector::new(Limits::default()).page(&run());
    assert_eq!(
        page.matches("<script").count(),
        clean.matches("<script").count()
    );
    assert_eq!(page.matches("</script").count(), 1);
    assert!(!page.contains("<img") && !page.contains("<!--zhnorm"));
    // Every tag and attribute is one that the program wrote.
    let mut rest = &page[page.find("<body>").expect("a body")..];
    while let Some(at) = rest.find('<') {
        let end = at + rest[at..].find('>').expect("a tag's end");
        let tag = &rest[at..end];
        if tag == "<script" {
            break;
        }
        assert!(
            !tag.contains("alert") && !tag.contains("onmouseover"),
            "{tag}"
        );
        rest = &rest[end..];
    }
    for steering in ['\u{202e}', '\u{0}', '\u{1b}', '\u{7}'] {
        assert!(!page.contains(steering), "{steering:?}");
    }
    assert!(seen(&page).contains("</script><script>alert(1)</script>"));
}

#[test]
fn a_place_is_shown_within_its_line() {
    let mut report = Report::listing();
    let text = "第一行\n我們保護(hù)環境,人人有責。\n第三行";
    let start = text.find('(').expect("the annotation");
    let end = text.find(')').expect("its end") + 1;
    report.record(Change::edit(
        Stage::Repair,
        "pinyin.annotation",
        start..end,
        2,
        &text[start..end],
        "",
    ));
    let collector = Collector::new(Limits::default());
    collector.add(&file("a.txt", &report), &|stage| {
        assert_eq!(stage, Stage::Repair);
        Some(text.to_owned())
    });
    let page = collector.page(&run());
    assert!(page.contains("<span class=\"around\">我們保護</span><del>(hù)</del><span class=\"around\">環境,人人有責。</span>"), "{page}");
    assert!(!page.contains("第一行") && !page.contains("第三行"));
}

#[test]
fn one_huge_file_is_sampled_like_many_small_ones() {
    let mut report = Report::listing();
    for line in 0..50_000 {
        report.record(Change::drop(
            Stage::Strip,
            "navigation",
            0..1,
            line,
            format!("第{line}條"),
        ));
    }
    let limits = Limits::default();
    let huge = file("huge.txt", &report);
    let tally = FileTally::count(&huge, &limits);
    assert_eq!(tally.rules[0].places, 50_000);
    assert_eq!(tally.rules[0].drawn.len(), limits.drops);
}

#[test]
fn what_was_only_counted_is_counted() {
    let mut report = Report::counting();
    report.count(Stage::Convert, "t2s", 41);
    report.count(Stage::Strip, "footer", 1);
    let collector = Collector::new(Limits::default());
    collector.add(&file("a.txt", &report), &nothing);
    let text = seen(&collector.page(&run()));
    assert!(text.contains("41 places in 1 file"));
    assert!(text.contains("1 line in 1 file"));
    assert!(text.contains("no examples were kept"));
}

#[test]
fn more_rules_than_a_program_has_do_not_fill_the_memory() {
    let limits = Limits {
        rules: 5,
        ..Limits::default()
    };
    let collector = Collector::new(limits);
    let mut report = Report::listing();
    for number in 0..50 {
        report.record(Change::drop(
            Stage::Strip,
            format!("rule{number}"),
            0..1,
            1,
            "x",
        ));
    }
    collector.add(&file("a.txt", &report), &nothing);
    assert!(
        collector
            .page(&run())
            .contains("Only the first 5 rules are told apart.")
    );
}

#[test]
fn extremes_come_first_in_their_lists() {
    let collector = Collector::new(Limits::default());
    let empty = Report::listing();
    for (name, sure) in [("sure.txt", 1.0), ("half.txt", 0.5), ("third.txt", 0.3)] {
        collector.add(
            &FileRecord {
                encoding: Some(("gbk", sure)),
                ..file(name, &empty)
            },
            &nothing,
        );
    }
    let mut report = Report::listing();
    report.record(Change::drop(
        Stage::Strip,
        "footer",
        0..1,
        1,
        "長".repeat(300),
    ));
    collector.add(&file("lost.txt", &report), &nothing);
    let text = seen(&collector.page(&run()));
    let at = |wanted: &str| {
        text.find(wanted)
            .unwrap_or_else(|| panic!("{wanted} in {text}"))
    };
    assert!(at("third.txt30 % sure") < at("half.txt50 % sure"));
    assert!(text.contains("lost.txt50.0 % of the text left out"));
    assert!(!text.contains("sure.txt100"));
}

#[test]
fn the_template_is_filled_and_loads_nothing() {
    let page = Collector::new(Limits::default()).page(&run());
    assert!(!page.contains("<!--zhnorm"));
    assert!(page.contains("default-src 'none'"));
    for loading in [
        "src=",
        "url(",
        "@import",
        "http:",
        "https:",
        "fetch(",
        "XMLHttpRequest",
    ] {
        assert!(!page.contains(loading), "{loading}");
    }
    assert!(page.contains(RUN));
}

#[test]
fn a_long_line_is_cut_on_both_sides() {
    let text = format!("{}\n甲乙丙{}丁", "前".repeat(9), "後".repeat(9));
    let start = text.find('丙').expect("it is there");
    let (left, right) = around(&text, &(start..start + 3), 2);
    assert_eq!((left.as_str(), right.as_str()), ("甲乙", "後後…"));
    let start = text.find('丁').expect("it is there");
    let (left, right) = around(&text, &(start..start + 3), 2);
    assert_eq!((left.as_str(), right.as_str()), ("…後後", ""));
    assert_eq!(around(&text, &(0..1), 2), Default::default());
}

#[test]
fn rules_come_by_frequency_with_what_they_mean() {
    let collector = Collector::new(Limits::default());
    let mut report = Report::listing();
    let rules = [
        ("lost.replacement", 1),
        ("escape.entity", 7),
        ("invisible", 3),
        ("pinyin.random", 5),
    ];
    for (rule, times) in rules {
        for line in 0..times {
            let before = format!("{rule}{line}");
            report.record(Change::edit(
                Stage::Repair,
                rule,
                0..1,
                line + 1,
                before,
                "好",
            ));
        }
    }
    collector.add(&file("one.txt", &report), &nothing);
    let text = seen(&collector.page(&run()));
    let changed = &text[text.find("The most frequent come first").expect("said")..];
    let places: Vec<_> = [
        "escape.entity",
        "pinyin.random",
        "invisible",
        "lost.replacement",
    ]
    .map(|rule| changed.find(rule).expect(rule))
    .into();
    assert!(places.is_sorted(), "{places:?}: {changed}");
    let meaning = crate::rules::meaning(Stage::Repair, "pinyin.random").expect("known");
    assert!(changed.contains(&*meaning), "{meaning}");
}
