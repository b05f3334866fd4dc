use proptest::prelude::*;

use super::*;

const SEEDS: [(&str, Variety); 3] = [
    (
        include_str!("../../../../../seeds/001_5f661dda79ecf5f5.txt"),
        Variety::Hans,
    ),
    (
        include_str!("../../../../../seeds/003_cf5b5f8bd93a98f0.txt"),
        Variety::Hans,
    ),
    (
        include_str!("../../../../../seeds/004_7f7d073051da30e2.txt"),
        Variety::HantTw,
    ),
];

#[test]
fn the_seeds_are_what_they_are() {
    for (seed, variety) in SEEDS {
        assert_eq!(detect(seed), variety);
    }
}

/// Two seeds are simplified text that was mapped character by character: traditional, and of no
/// region, garbled or not.
#[test]
fn text_mapped_from_the_mainland_has_no_region() {
    for seed in [
        include_str!("../../../../../seeds/000_a8b1a5e348e03b13.txt"),
        include_str!("../../../../../seeds/002_4f5217800650164a.txt"),
    ] {
        assert_eq!(detect(seed), Variety::Hant);
    }
}

#[test]
fn text_that_does_not_tell_is_unknown() {
    for text in [
        "",
        "\0",
        "abc",
        "。",
        "「」",
        "一二三",
        "中文",
        "😀",
        "한국어",
    ] {
        assert_eq!(detect(text), Variety::Unknown, "{text}");
    }
}

#[test]
fn japanese_and_cantonese_are_told_from_chinese() {
    assert_eq!(detect("駅前の図書館で読書をする"), Variety::Japanese);
    assert_eq!(detect("都知事選挙、開票始まる"), Variety::Japanese);
    assert_eq!(
        detect("我哋今日唔去喇，佢話聽日先得閒"),
        Variety::CantoneseHant
    );
    assert_eq!(
        detect("我哋今日唔去，佢话听日先得闲"),
        Variety::CantoneseHans
    );
    // A quoted word does not make an article Cantonese or Japanese.
    let article =
        "這家商店位於臺北市中心，開業已經三十年，顧客絡繹不絕，老闆說生意興隆。".repeat(4);
    assert_ne!(
        detect(&format!("{article}「唔該」")),
        Variety::CantoneseHant
    );
    assert_ne!(detect(&format!("{article}「の」")), Variety::Japanese);
}

#[test]
fn a_large_text_is_told_by_its_sample_and_read_whole_when_that_says_nothing() {
    let large = "这是一段很长的简体文字。".repeat(20_000);
    assert_eq!(detect(&large), Variety::Hans);
    let mut buried = "x".repeat(300_000);
    buried.insert_str(100_000, "這是夾在中間的一句話");
    assert_eq!(detect(&buried).script(), Some(Script::Hant));
}

#[test]
fn the_windows_reach_from_start_to_end() {
    let text = "国".repeat(SAMPLE);
    let windows: Vec<&str> = windows(&text).collect();
    assert_eq!(windows.len(), WINDOWS);
    assert!(
        windows
            .iter()
            .all(|window| window.len() + 4 > SAMPLE / WINDOWS)
    );
    let end = windows[WINDOWS - 1].as_ptr() as usize + windows[WINDOWS - 1].len();
    assert!(text.as_ptr() as usize + text.len() - end < 16);
}

proptest! {
    #[test]
    fn any_text_has_an_answer(text in any::<String>(), times in 1usize..2000) {
        let _ = detect(&text);
        let repeated = text.repeat(times);
        prop_assert_eq!(detect(&repeated), detect(&repeated));
    }

    #[test]
    fn text_without_chinese_is_unknown(text in "[ -~\u{A0}-\u{2FFF}]*") {
        prop_assert_eq!(detect(&text), Variety::Unknown);
    }
}

#[test]
fn a_look_tells_what_the_characters_show() {
    let all = shown::SIMPLIFIED | shown::TRADITIONAL | shown::FOREIGN;
    for text in [
        "这是",
        "這是",
        "这和這",
        "ひらがな",
        "한국어",
        "，plain。",
        "",
    ] {
        assert_eq!(look(text).shown, Some(show(text, all)), "{text}");
    }
    // Of a large text a sample is read, which does not show all of it.
    let large = "这是简体中文。".repeat(SAMPLE / 8);
    assert_eq!(look(&large).shown, None);
}
