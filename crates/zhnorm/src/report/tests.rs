//! What a report counts, lists and moves.

use super::*;

#[test]
fn places_can_be_counted_in_characters() {
    let text = "a電腦\u{20000}b";
    let mut report = Report::listing().with_places(Places::Characters);
    let edit = |span: Range<usize>| Change::edit(Stage::Repair, "x", span, 1, "", "");
    report.place(text, |_, report| {
        report.record(edit(7..11));
        report.record(edit(1..4));
    });
    let spans: Vec<_> = report
        .changes()
        .iter()
        .map(|change| change.span.clone())
        .collect();
    assert_eq!(spans, [3..4, 1..2]);
    let mut origin = Origin::default();
    origin.pass("一\n二".as_bytes());
    let mut whole = Report::listing().with_places(Places::Characters);
    whole.append(report, |_| origin);
    assert_eq!(whole.changes()[1].span, 4..5);
    assert_eq!(whole.changes()[1].line, 2);
}

#[test]
fn a_counting_report_counts_and_keeps_no_place() {
    let mut report = Report::counting();
    report.record(Change::edit(
        Stage::Repair,
        "pinyin.annotation",
        0..3,
        1,
        "a",
        "b",
    ));
    report.record(Change::flag(
        Stage::Repair,
        "pinyin.annotation",
        3..4,
        1,
        "c",
    ));
    report.count(Stage::Convert, "s2t", 5);
    assert!(report.changes().is_empty());
    let tallies: Vec<_> = report.tallies().collect();
    assert_eq!(
        tallies,
        [
            (
                Stage::Repair,
                "pinyin.annotation",
                Tally {
                    changed: 1,
                    flagged: 1
                }
            ),
            (
                Stage::Convert,
                "s2t",
                Tally {
                    changed: 5,
                    flagged: 0
                }
            ),
        ]
    );
}

#[test]
fn a_part_is_told_at_its_place_in_the_whole() {
    let of_part = |mut part: Report| {
        part.record(Change::drop(Stage::Strip, "related", 2..5, 3, "abc"));
        part.record(Change::flag(Stage::Repair, "lost", 0..1, 1, "x"));
        part
    };
    let origin = |stage| match stage {
        Stage::Strip => Origin {
            offset: 100,
            characters: 50,
            lines: 10,
        },
        _ => Origin::default(),
    };
    let mut whole = Report::listing();
    whole.append(of_part(Report::listing()), origin);
    let places: Vec<_> = whole
        .changes()
        .iter()
        .map(|change| (change.span.clone(), change.line))
        .collect();
    assert_eq!(places, [(102..105, 13), (0..1, 1)]);
    let mut counted = Report::counting();
    counted.append(of_part(Report::counting()), origin);
    assert!(whole.tallies().eq(counted.tallies()));
    assert_eq!(counted.changed(Stage::Strip, "related"), 1);
}

#[test]
fn a_family_ends_at_a_dot() {
    assert!(in_family("related.item", "related"));
    assert!(in_family("related", "related"));
    assert!(!in_family("relatedness", "related"));
}

#[test]
fn too_many_changes_are_counted_and_told() {
    let edit = |at: usize| Change::edit(Stage::Repair, "r", at..at + 1, 1, "a", "b");
    let mut report = Report::listing().with_most(2);
    for at in 0..5 {
        report.record(edit(at));
        report.record(Change::drop(Stage::Strip, "s", at..at + 1, 1, "x"));
    }
    let drops = report.changes().iter();
    let drops = drops.filter(|change| change.action == Action::Drop);
    assert_eq!((drops.count(), report.changes().len()), (5, 6));
    assert_eq!(report.unlisted(), 4);
    assert_eq!(report.changed(Stage::Repair, "r"), 5);
    let mut whole = Report::listing().with_most(3);
    whole.record(edit(9));
    whole.append(report.clone(), |_| Origin::default());
    assert_eq!(whole.unlisted(), 4);
    assert_eq!(whole.changed(Stage::Repair, "r"), 6);
    assert_eq!(report.counts().unlisted(), 4);
}

#[test]
fn a_flag_alone_is_no_change() {
    let mut report = Report::listing();
    report.record(Change::flag(Stage::Decode, "undecodable", 0..1, 1, "\\xff"));
    assert!(!report.is_changed());
}

#[test]
fn a_report_can_keep_nothing() {
    let mut report = Report::ignoring();
    report.count(Stage::Convert, "t2s", 2);
    report.record(Change::edit(Stage::Convert, "t2s", 0..3, 1, "電", "电"));
    let mut part = report.empty();
    part.count(Stage::Convert, "t2s", 1);
    report.append(part, |_| Origin::default());
    assert!(report.tallies().next().is_none() && report.changes().is_empty());
}
