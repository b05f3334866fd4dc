use proptest::prelude::*;

use super::*;

fn converted(text: &str, target: &str) -> String {
    let target: Target = target.parse().expect("a known target");
    let options = Options::default();
    let convert = |text: &str, report: &mut Report| {
        convert_document(
            text,
            target,
            detect(text).into(),
            Provenance::Written,
            &options,
            report,
        )
        .into_owned()
    };
    let mut report = Report::listing();
    let once = convert(text, &mut report);
    assert_eq!(
        convert(&once, &mut Report::counting()),
        once,
        "a second run"
    );
    assert_eq!(convert(text, &mut Report::counting()), once, "counting");
    for change in report.changes() {
        // A word across wrapped lines is told without the line end.
        let unwrapped = text.replace('\n', "");
        assert!(unwrapped.contains(&change.before) || text.contains(&change.before));
    }
    once
}

/// The cases of `fixtures/convert`: what each becomes.
#[test]
fn each_passage_ends_in_the_script_asked_for() {
    let cases = [
        ("80.w2.txt", "zh-Hans"),
        ("66.mix5-5.txt", "zh-Hans"),
        ("60.mixpost.txt", "zh-Hans"),
        ("60.s-in-t.txt", "zh-Hans"),
        ("66.mix1-3.txt", "zh-Hans"),
        ("62.ja-zh.srt", "zh-Hant"),
    ];
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/convert/");
    for (name, target) in cases {
        let read = |name: &str| std::fs::read_to_string(format!("{folder}{name}")).expect(name);
        let expected = read(&format!("{name}.expected"));
        assert_eq!(converted(&read(name), target), expected, "{name}");
    }
}

#[test]
fn a_sentence_may_change_its_script() {
    assert_eq!(converted("我们今天去學校", "zh-Hans"), "我们今天去学校");
    assert_eq!(converted("我们今天去學校", "zh-Hant"), "我們今天去學校");
}

#[test]
fn what_is_named_stays() {
    for (text, target) in [
        (
            "“发”在繁体里有两种写法，「發」和「髮」，读音也不一样。",
            "zh-Hans",
        ),
        (
            "他的名字写作李學勤，这一点我们都知道，说起来也很简单。",
            "zh-Hans",
        ),
        (
            "這個字大陸寫成「门」，我們寫成門，說起來也很簡單。",
            "zh-Hant",
        ),
        ("发（發），头（頭），东（東），车（車）", "zh-Hans"),
        ("国会で議論が続く\n首相、会見へ\n学校再開へ", "zh-Hant"),
    ] {
        assert_eq!(converted(text, target), text);
    }
}

#[test]
fn japanese_and_korean_lines_stay() {
    let text = "这里是学校的网站。\n学校のサイトです\n학교 홈페이지입니다\n欢迎访问我们的网站。\n";
    let expected =
        "這裡是學校的網站。\n学校のサイトです\n학교 홈페이지입니다\n歡迎訪問我們的網站。\n";
    assert_eq!(converted(text, "zh-TW"), expected);
}

#[test]
fn a_traditional_sentence_in_simplified_text_is_not_converted_again() {
    let text =
        "他们在网上这样说：皇后對太后說這個王后後來離開了。我们觉得这样说很有意思，也很简单。";
    let expected =
        "他們在網上這樣說：皇后對太后說這個王后後來離開了。我們覺得這樣說很有意思，也很簡單。";
    assert_eq!(converted(text, "zh-Hant"), expected);
}

#[test]
fn sentences_end_with_their_marks() {
    let text = "「好。」他說：「走！」\n好……嗎？是；一";
    let found: Vec<_> = divide(text).map(|place| &text[place]).collect();
    assert_eq!(found.concat(), text);
    assert_eq!(
        found,
        ["「好。」", "他說：「走！」\n", "好……", "嗎？", "是；", "一"]
    );
}

proptest! {
    /// Nothing is lost, and a second run changes nothing.
    #[test]
    fn a_mixed_text_is_converted_once(text in "[我们們去学學校说說在里裡后後發发头頭。！\nのがで]{0,60}") {
        for target in ["zh-Hans", "zh-Hant"] {
            converted(&text, target);
        }
    }
}
