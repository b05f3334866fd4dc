//! What holds for every configuration and any text, without the reference at hand.

use std::borrow::Cow;

use proptest::prelude::*;

use super::layout::{self, LONGEST_KEY};
use super::tables::{BLOB, section};
use super::{convert, convert_and_list};
use crate::convert::Config;

fn words(bytes: &[u8]) -> Vec<u32> {
    let chunks = bytes.as_chunks::<4>().0.iter();
    chunks.map(|word| u32::from_le_bytes(*word)).collect()
}

fn shorts(bytes: &[u8]) -> Vec<u16> {
    let chunks = bytes.as_chunks::<2>().0.iter();
    chunks.map(|word| u16::from_le_bytes(*word)).collect()
}

#[test]
fn tables_are_well_formed() {
    let head = words(&BLOB.0[..8]);
    assert_eq!(head, [layout::MAGIC, layout::SECTIONS as u32]);
    let mut end = 8 + 8 * layout::SECTIONS;
    for number in 0..layout::SECTIONS {
        let place = words(&BLOB.0[8 + 8 * number..16 + 8 * number]);
        let (offset, length) = (place[0] as usize, place[1] as usize);
        assert!(offset % 64 == 0 && offset >= end && offset + length <= BLOB.0.len());
        end = offset + length;
    }
    assert_eq!(end, BLOB.0.len());
    let budget = 8_000_000;
    assert!(BLOB.0.len() <= budget);
}

#[test]
fn every_string_of_the_tables_is_utf8() {
    let pages: Vec<u32> = words(section(layout::PAGES_SECTION));
    assert_eq!(pages.len() % 64, 0);
    for (reading, &(name, table, flag)) in layout::READINGS.iter().enumerate() {
        let first = layout::reading_section(reading);
        let index = shorts(section(first));
        let (values, strings) = (words(section(first + 1)), section(first + 2));
        assert_eq!(index.len(), layout::PAGES, "{name}");
        for (page, number) in index.iter().enumerate() {
            let page_entries = &pages[usize::from(*number) * 64..][..64];
            for (low, entry) in page_entries.iter().enumerate() {
                let wide = (32..1024).contains(&page) && !(864..896).contains(&page);
                if entry & layout::SPECIAL == 0 {
                    let [bytes @ .., _] = entry.to_le_bytes();
                    let text = std::str::from_utf8(&bytes).unwrap();
                    assert!(
                        if *entry == 0 {
                            !wide
                        } else {
                            text.chars().count() == 1
                        },
                        "{name}: page {page}, {low}"
                    );
                } else if entry & layout::REPLACED != 0 {
                    let at = (entry & layout::LOW) as usize;
                    let string = &strings[at + 1..][..usize::from(strings[at])];
                    assert!(!std::str::from_utf8(string).unwrap().is_empty());
                } else {
                    assert!(entry & layout::OPERATOR != 0);
                }
            }
        }
        for value in &values {
            let string = &strings[(value >> 8) as usize..][..(value & 0xFF) as usize];
            std::str::from_utf8(string).unwrap();
        }
        check_keys(table, flag, &values);
    }
}

/// Walks every node of a phrase table: in bounds, and each key that is not plain has a value.
fn check_keys(table: usize, flag: u32, values: &[u32]) {
    let first = layout::slots_section(table);
    let slots = words(section(first));
    let nodes = shorts(section(first + 2));
    assert!(slots.len().is_power_of_two());
    let joints = section(first + 3);
    assert!(joints.len().is_power_of_two() && joints.len() >= 8);
    let joined = |before: u16, after: u16| {
        let bit = layout::bit(layout::pair(before, after), joints.len() / 8) as usize;
        joints[bit / 8] >> (bit % 8) & 1 != 0
    };
    let has_value = |key: u16| {
        values
            .get(usize::from(key))
            .is_some_and(|value| *value != 0)
    };
    for slot in slots.chunks(2).filter(|slot| slot[1] != 0) {
        let (pair, payload) = (slot[0], slot[1]);
        let second = pair as u16;
        assert!(joined((pair >> 16) as u16, second));
        let node = (payload & layout::PAYLOAD_NODE) as usize;
        let count = usize::from(nodes[node]);
        if payload & layout::IS_KEY != 0 && payload & layout::payload_plain(flag) == 0 {
            assert!(has_value(nodes[node + 1]));
        }
        let thirds = &nodes[node + layout::NODE_THIRDS..][..count];
        assert!(thirds.is_sorted());
        for (number, third) in thirds.iter().enumerate() {
            assert!(payload & layout::payload_third(*third) != 0);
            assert!(joined(second, *third));
            let mut at = node + usize::from(nodes[node + layout::NODE_THIRDS + count + number]);
            loop {
                let (head, key) = (nodes[at], nodes[at + 1]);
                let rest = usize::from(head & layout::KEY_REST);
                assert!(3 + rest <= LONGEST_KEY && at + 2 + rest <= nodes.len());
                let codes = [&[*third], &nodes[at + 2..at + 2 + rest]].concat();
                assert!(codes.windows(2).all(|pair| joined(pair[0], pair[1])));
                assert!(head & layout::key_plain(flag) != 0 || has_value(key));
                if head & layout::KEY_LAST != 0 {
                    break;
                }
                at += 2 + rest;
            }
        }
    }
}

/// Converts on the fast path and on the listing path; they must agree in output and counts.
fn converted(config: Config, text: &str) -> String {
    let (fast, changed) = convert(config, text);
    let mut places = Vec::new();
    let listed = convert_and_list(config, text, |place, after| {
        places.push((place, after.to_owned()));
    });
    assert_eq!(fast, listed, "{config}: {text:?}");
    assert_eq!(changed, places.len(), "{config}: {text:?}: {places:?}");
    assert_eq!(matches!(fast, Cow::Borrowed(_)), *fast == *text);
    let mut replayed = text.to_owned();
    for (place, after) in places.iter().rev() {
        assert_ne!(&text[place.clone()], after);
        replayed.replace_range(place.clone(), after);
    }
    assert_eq!(replayed, fast, "{config}: {text:?}");
    fast.into_owned()
}

#[test]
fn steps_meet_only_within_a_segment() {
    assert_eq!(converted(Config::S2t, "头发和发现"), "頭髮和發現");
    assert_eq!(
        converted(Config::S2twp, "鼠标里面的硅二极管"),
        "滑鼠裡面的矽二極體"
    );
    assert_eq!(converted(Config::Tw2sp, "滑鼠裡面的軟體"), "鼠标里面的软件");
    assert_eq!(converted(Config::T2s, "著名的乾隆乾燥"), "著名的乾隆干燥");
}

#[test]
fn compatibility_characters_are_replaced_everywhere() {
    for &config in Config::ALL {
        assert_eq!(
            converted(config, "\u{F9E1}"),
            converted(config, "李"),
            "{config}"
        );
    }
    assert_eq!(converted(Config::T2jp, "\u{2F800}"), "丽");
}

#[test]
fn description_sequences_are_left_alone() {
    assert_eq!(converted(Config::S2t, "⿰头发头发"), "⿰头发頭髮");
    assert_eq!(converted(Config::S2twp, "⿰头"), "⿰頭");
    assert_eq!(converted(Config::T2s, "⿱⿰頭髮頭頭髮"), "⿱⿰頭髮頭头发");
    assert_eq!(converted(Config::T2s, "⿰\u{F9E1}李"), "⿰\u{F9E1}李");
}

#[test]
fn nul_is_a_character_like_any_other() {
    assert_eq!(converted(Config::S2twp, "头发\0头发"), "頭髮\0頭髮");
}

#[test]
fn long_ascii_runs_and_their_borders() {
    for length in [
        0, 1, 15, 16, 17, 31, 32, 33, 40, 47, 48, 49, 63, 64, 65, 300, 1023, 1024, 1025,
    ] {
        let run = "a".repeat(length);
        let text = format!("{run}SQL注入{run}头发{run}");
        let expected = format!("{run}SQL隱碼攻擊{run}頭髮{run}");
        assert_eq!(converted(Config::S2twp, &text), expected);
    }
}

#[test]
fn blocks_end_anywhere() {
    // One phrase, shifted over the end of the first block and beyond by every number of
    // characters of one, three and four bytes.
    for filler in ["a", "和", "\u{20000}", "é"] {
        for count in (930..1050).chain(1890..1990) {
            let text = filler.repeat(count) + "中华人民共和国头发内存";
            let expected = filler.repeat(count) + "中華人民共和國頭髮記憶體";
            assert_eq!(
                converted(Config::S2twp, &text),
                expected,
                "{count} of {filler}"
            );
        }
    }
}

#[test]
fn runs_may_change_without_end() {
    // Characters of one, two, three and four bytes in turn, and capitals, which may open a phrase:
    // a block has room for only so many runs.
    for cycle in [
        "a和",
        "é和",
        "A发",
        "発A",
        "aé和",
        "\u{20000}發",
        "⿰a",
        "⿰⿰和",
        "SQ",
        "é",
        "é\u{20000}A和",
    ] {
        for config in Config::ALL {
            for head in 0..4 {
                let text = "和".repeat(head) + &cycle.repeat(1500) + "頭髮头发SQL注入";
                converted(*config, &text);
            }
        }
    }
}

#[test]
fn phrases_may_overlap_without_end() {
    // Wherever one looks a phrase may go on, so that where the phrases begin is only known from
    // where the text begins, blocks ago.
    for cycle in [
        "人中人",
        "发出发",
        "出发现出",
        "一只一",
        "里面里",
        "生发生",
        "后来后",
        "面包里面",
    ] {
        for head in ["", "发", "一", "a", "干"] {
            let text = format!("{head}{}干", cycle.repeat(2000));
            for config in [Config::S2t, Config::S2twp, Config::Tw2sp, Config::S2hk] {
                converted(config, &text);
            }
        }
    }
}

/// Text out of pieces that configurations do something with.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "头发", "发现", "里面", "內存", "内存", "鼠标", "軟體", "滑鼠", "裡", "著", "乾隆", "台湾",
            "SQL注入", "史蒂夫·乔布斯", "U盘", "埠", "端口", "吃", "喫", "為", "爲", "衛", "僞", "學",
            "中华人民共和国", "一只", "只有", "後", "后", "面", "么", "弁", "⿰", "⿲", "⿾", "\u{F9E1}",
            "\u{2F81A}", "𠮶", "𫝈", "\0", "\n", "a", "，", "“", "é",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[\u{4E00}-\u{9FFF}]{1,4}",
        1 => "[ -~]{0,60}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn both_paths_agree_on_any_text(text in text(), number in 0..Config::ALL.len()) {
        converted(Config::ALL[number], &text);
    }

    #[test]
    fn ascii_is_borrowed(text in "[\0-\x7F]{0,3000}", number in 0..Config::ALL.len()) {
        let (converted, changed) = convert(Config::ALL[number], &text);
        prop_assert!(matches!(converted, Cow::Borrowed(same) if same == text));
        prop_assert_eq!(changed, 0);
    }
}
