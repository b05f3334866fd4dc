//! That a stream gives the bytes that memory gives, and groups those that one piece gives.

use std::fmt::Write as _;
use std::io::{self, Read};
use std::ops::ControlFlow;

use proptest::prelude::*;

use super::*;
use crate::decode::{Encoding, Unmappable, encode};
use crate::formats::{self, Format};

fn normalizer(to: Option<&str>, large: Limits) -> Normalizer {
    Normalizer::new(Options {
        to: to.map(|to| to.parse().unwrap()),
        large,
        strip: crate::strip::Options::default()
            .with_kind_hint(Some(crate::strip::DocumentKind::Prose)),
        ..Options::default()
    })
}

/// A document in one piece, whatever its size.
const WHOLE: Limits = Limits {
    whole: usize::MAX,
    group: usize::MAX,
};

/// Gives bytes in blocks of some size.
struct Blocks<'b> {
    rest: &'b [u8],
    size: usize,
}

impl Read for Blocks<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.size.min(into.len()).min(self.rest.len());
        into[..length].copy_from_slice(&self.rest[..length]);
        self.rest = &self.rest[length..];
        Ok(length)
    }
}

/// The same as `normalize_bytes`, through blocks of some size.
fn streamed(normalizer: &Normalizer, bytes: &[u8], size: usize) -> Result<(String, Report), Error> {
    let options = formats::Options::default();
    let blocks = || Blocks { rest: bytes, size };
    let found = survey(blocks(), normalizer)?;
    let byte_order_mark = found.decoder.byte_order_mark();
    let mut pieces = Pieces::new(blocks(), found, Format::Text, normalizer, &options);
    let (mut written, mut report) = (String::new(), normalizer.report());
    let mut later = normalizer.report();
    while let Some(piece) = pieces.next_piece().map_err(Error::Read)? {
        written.push_str(&piece.new);
        report.append(piece.decoding, |_| Origin::default());
        later.append(piece.report, |_| Origin::default());
    }
    report.append(pieces.finish().decoding, |_| Origin::default());
    report.append(later, |_| Origin::default());
    // Only a file has a byte order mark, a text has none.
    let written = match written.strip_prefix('\u{FEFF}') {
        Some(text) if byte_order_mark => text.to_owned(),
        _ => written,
    };
    Ok((written, report))
}

/// The same with threads that help, and what is said of it in order.
fn with_threads(
    normalizer: &Normalizer,
    bytes: &[u8],
    format: Format,
    threads: usize,
) -> (
    Vec<(String, String)>,
    Vec<crate::report::Change>,
    Vec<formats::Problem>,
) {
    let options = formats::Options::default();
    let blocks = || Blocks {
        rest: bytes,
        size: 1_000,
    };
    let found = survey(blocks(), normalizer).unwrap();
    let pieces = Pieces::new(blocks(), found, format, normalizer, &options);
    let (mut texts, mut report) = (Vec::new(), Report::listing());
    let ended = pieces.for_each(&SpareThreads::new(threads - 1), |piece| {
        let piece = piece.unwrap();
        texts.push((piece.old, piece.new));
        report.append(piece.decoding, |_| Origin::default());
        report.append(piece.report, |_| Origin::default());
        ControlFlow::<()>::Continue(())
    });
    let ControlFlow::Continue(end) = ended else {
        panic!("nothing breaks");
    };
    report.append(end.decoding, |_| Origin::default());
    (texts, report.into_changes(), end.problems)
}

const SENTENCES: &[&str] = &[
    "昨天晚上村里的老人在河边慢慢地走，孩子们跟在后面说话。",
    "一位年轻的工程师把机器拆开，发现里面的零件都是新的。",
    "今年春天雨水很多，田里的麦子长得比往年高，大家都很高兴。",
    "他说：“这条路我走了三十年，从来没有见过这么大的雪。”",
    "银行里面的头发和发展，都要在后面说清楚，不能只说一半。",
];
const TRADITIONAL: &[&str] = &[
    "昨天晚上村裡的老人在河邊慢慢地走，孩子們跟在後面說話。",
    "一位年輕的工程師把機器拆開，發現裡面的零件都是新的。",
    "今年春天雨水很多，田裡的麥子長得比往年高，大家都很高興。",
];
const GARBLED: &[&str] = &[
    "報(bào)道說(shuō),一位年輕(qīng)的工程師把機(jī)器拆開(kāi),發(fā)現(xiàn)里面的零件都是新的。",
    "當(dāng)?shù)孛襟w說(shuō),今年春天雨水很多,田里的麥子長(zhǎng)得比往年高。",
    "我們(men)在技術(shù)方面領(lǐng)先,這(zhè)條路走了三十年。",
];
const FRAME: &[&str] = &[
    "首页 > 新闻 > 正文",
    "相关阅读",
    "雪后的早晨",
    "清晨的大桥",
    "责任编辑：王小明",
    "免责声明：本文仅代表作者个人观点，与本网无关。",
    "上一篇：大桥通车",
    "扫一扫关注我们",
];

const FRAME_TRADITIONAL: &[&str] = &[
    "首頁 > 新聞 > 正文",
    "相關閱讀",
    "雪後的早晨",
    "清晨的大橋",
    "責任編輯：王小明",
    "免責聲明：本文僅代表作者個人觀點，與本網無關。",
    "上一篇：大橋通車",
    "掃一掃關注我們",
];

/// Articles with a frame around each, one kind in a file, as corpora are joined. The frame is in the
/// script of its article: of a document in both scripts, a piece shows another mixture than the
/// whole.
fn corpus() -> impl Strategy<Value = String> {
    let article = |sentences: &'static [&'static str], frame: &'static [&'static str]| {
        let paragraph = prop::collection::vec(prop::sample::select(sentences), 1..5);
        (
            prop::collection::vec(prop::sample::select(frame), 0..3),
            // More text than frame: which Chinese a large file is in is known before its frame goes.
            prop::collection::vec((paragraph, any::<bool>()), 6..10),
            prop::collection::vec(prop::sample::select(frame), 0..5),
        )
            .prop_map(|(head, body, tail)| {
                let mut text = String::new();
                for line in head {
                    text.push_str(line);
                    text.push('\n');
                }
                for (paragraph, blank) in body {
                    text.push_str(&paragraph.concat());
                    text.push_str(if blank { "\n\n" } else { "\n" });
                }
                for line in tail {
                    text.push_str(line);
                    text.push('\n');
                }
                text
            })
    };
    let articles = move |sentences, frame| {
        prop::collection::vec(article(sentences, frame), 1..8)
            .prop_map(|articles| articles.concat())
    };
    prop_oneof![
        2 => articles(SENTENCES, FRAME),
        1 => articles(TRADITIONAL, FRAME_TRADITIONAL),
        1 => articles(GARBLED, FRAME_TRADITIONAL),
    ]
}

/// Anything that a line can hold.
fn anything() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        prop::sample::select(SENTENCES).prop_map(str::to_owned),
        prop::sample::select(GARBLED).prop_map(str::to_owned),
        prop::sample::select(FRAME).prop_map(str::to_owned),
        "[ \u{3000}]{0,3}",
        "\\PC{0,30}",
        "(锟斤拷|ä»Šå¤©|&#20013;|\u{200b}|\u{feff}|？?)(ab|天){0,4}",
    ];
    let end = prop::sample::select(&["\n", "\n", "\r\n", "\r", "", "\n\n\n"][..]);
    prop::collection::vec((line, end), 0..60).prop_map(|lines| {
        lines
            .into_iter()
            .flat_map(|(line, end)| [line, end.to_owned()])
            .collect()
    })
}

fn target() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(&[None, Some("zh-Hans"), Some("zh-Hant"), Some("zh-TW")][..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_stream_gives_what_memory_gives(
        text in prop_oneof![corpus(), anything()],
        encoding in prop::sample::select(&[Encoding::UTF_8, Encoding::GB18030, Encoding::UTF_16LE][..]),
        to in target(),
        group in 20usize..2000,
        block in 1usize..3000,
    ) {
        let bytes = encode(&text, encoding, Unmappable::Replace).unwrap();
        let normalizer = normalizer(to, Limits { whole: 0, group });
        let whole = normalizer.normalize_bytes(&bytes);
        match (whole, streamed(&normalizer, &bytes, block)) {
            (Ok(whole), Ok((text, report))) => {
                prop_assert_eq!(&*whole.text, &text);
                prop_assert_eq!(whole.changes(), report.changes());
            }
            (whole, parts) => prop_assert_eq!(whole.is_err(), parts.is_err()),
        }
    }

    #[test]
    fn threads_make_no_difference(
        text in prop_oneof![corpus(), anything()],
        to in target(),
        group in 20usize..2000,
        threads in 2usize..6,
    ) {
        let normalizer = normalizer(to, Limits { whole: 0, group });
        let bytes = text.as_bytes();
        prop_assume!(survey(bytes, &normalizer).is_ok());
        let alone = with_threads(&normalizer, bytes, Format::Text, 1);
        let helped = with_threads(&normalizer, bytes, Format::Text, threads);
        prop_assert_eq!(alone, helped);
    }

    // Running text ends in the second half of any group of this size: a frame and a paragraph are
    // shorter than that half.
    #[test]
    fn groups_give_what_one_piece_gives(text in corpus(), to in target(), group in 2_400usize..6_000) {
        let whole = normalizer(to, WHOLE).normalize_bytes(text.as_bytes()).unwrap();
        let grouped = normalizer(to, Limits { whole: 0, group });
        let parts = grouped.normalize_bytes(text.as_bytes()).unwrap();
        prop_assert_eq!(&parts.text, &whole.text);
        prop_assert_eq!(&grouped.normalize_str(&text).text, &whole.text);
    }

    #[test]
    fn groups_are_normalized_once_and_for_all(text in corpus(), to in target(), group in 2_400usize..6_000) {
        let grouped = normalizer(to, Limits { whole: 0, group });
        let once = grouped.normalize_str(&text).text.into_owned();
        prop_assert_eq!(&*grouped.normalize_str(&once).text, &once);
    }

    #[test]
    fn no_text_makes_it_panic(text in anything(), to in target(), group in 1usize..400) {
        normalizer(to, Limits { whole: 0, group }).normalize_str(&text);
    }
}

#[test]
fn a_name_is_known_in_all_groups_behind_the_one_that_shows_it() {
    let filler = "今天的天气很好，大家一起去学校。\n".repeat(3_000);
    let text =
        format!("{filler}余淑华女士来了。\n{filler}{filler}后来余淑华说，剩余的时间不多。\n");
    let limits = Limits {
        whole: 1_000,
        group: 5_000,
    };
    let normalizer = normalizer(Some("zh-TW"), limits);
    let memory = normalizer.normalize_str(&text).text.into_owned();
    assert!(memory.ends_with("後來余淑華說，剩餘的時間不多。\n"));
    assert_eq!(normalizer.normalize_str(&memory).text, memory);
    for size in [7, 4_096, 1 << 20] {
        let (streamed, _) = streamed(&normalizer, text.as_bytes(), size).unwrap();
        assert_eq!(streamed, memory, "{size}");
    }
    let (pieces, ..) = with_threads(&normalizer, text.as_bytes(), Format::Text, 3);
    let together: String = pieces.into_iter().map(|(_, new)| new).collect();
    assert_eq!(together, memory);
}

#[test]
fn places_in_a_large_text_are_those_of_one_piece() {
    let text = "昨天下了雪，路上的车开得很慢，\u{200b}许多人走路去上班。\n\n相关阅读\n雪后的早晨\n\n首页 > 新闻 > 正文\n"
        .repeat(30)
        + "昨天下了雪，路上的车开得很慢，许多人走路去上班。";
    let whole = normalizer(Some("zh-Hant"), WHOLE);
    let grouped = normalizer(
        Some("zh-Hant"),
        Limits {
            whole: 0,
            group: 700,
        },
    );
    let (whole, parts) = (whole.normalize_str(&text), grouped.normalize_str(&text));
    assert_eq!(parts.text, whole.text);
    let mut places: Vec<_> = parts.changes().to_vec();
    places.sort_by_key(|change| change.stage);
    assert!(places.len() > 100);
    assert_eq!(places, whole.changes());
}

#[test]
fn a_line_larger_than_a_group_is_worked_on_in_parts() {
    let line = "銀行裡的電腦，都在後面。".repeat(200);
    let grouped = normalizer(
        Some("zh-Hans"),
        Limits {
            whole: 0,
            group: 500,
        },
    );
    let text = grouped.normalize_str(&line).text.into_owned();
    assert_eq!(text, "银行里的电脑，都在后面。".repeat(200));
}

#[test]
fn records_are_worked_on_by_several_threads_in_order() {
    let normalizer = normalizer(Some("zh-Hans"), Limits::default());
    let mut lines = String::new();
    for number in 0..40_000 {
        let _ = writeln!(
            lines,
            "{{\"id\": {number}, \"text\": \"第{number}行，銀行裡的電腦。\"}}"
        );
        if number % 1_000 == 0 {
            lines += "no record\n";
        }
    }
    let alone = with_threads(&normalizer, lines.as_bytes(), Format::JsonLines, 1);
    let helped = with_threads(&normalizer, lines.as_bytes(), Format::JsonLines, 4);
    assert!(alone.0.len() > 2 && alone.1.len() >= 40_000 && alone.2.len() == 40);
    assert!(alone == helped);
}

#[test]
fn half_a_character_in_a_record_is_flagged_and_stays() {
    let normalizer = normalizer(Some("zh-Hans"), Limits::default());
    let lines = "{\"text\": \"一\"}\n{\"text\": \"電\\ud800腦\", \"key\": \"\\ud800\"}\n";
    let (texts, changes, _) = with_threads(&normalizer, lines.as_bytes(), Format::JsonLines, 1);
    let new: String = texts.into_iter().map(|(_, new)| new).collect();
    assert_eq!(new, lines.replace('電', "电").replace('腦', "脑"));
    let flag = (changes.iter()).find(|change| change.rule == "surrogate");
    assert_eq!(
        flag.map(|flag| (flag.line, flag.before.as_str())),
        Some((2, "\\ud800"))
    );
}

#[test]
fn a_record_that_is_too_long_is_passed_through_and_told() {
    let normalizer = normalizer(Some("zh-Hans"), Limits::default());
    let long = "銀行".repeat(cutter::LONGEST_RECORD / 6 + 1_000_000);
    let lines =
        format!("{{\"text\": \"電腦\"}}\n{{\"text\": \"{long}\"}}\n{{\"text\": \"電腦\"}}\n[1]\n");
    let (texts, _, problems) = with_threads(&normalizer, lines.as_bytes(), Format::JsonLines, 2);
    let new: String = texts.into_iter().map(|(_, new)| new).collect();
    assert!(new == lines.replace("電腦", "电脑"));
    let reported: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(reported.len(), 2);
    assert!(
        reported[0].starts_with("line 2 is longer than 32 MiB"),
        "{reported:?}"
    );
    assert!(
        reported[1].starts_with("line 4 is no JSON object"),
        "{reported:?}"
    );
}

#[test]
fn an_error_in_a_helping_thread_is_that_of_the_caller() {
    struct Broken(usize);
    impl Read for Broken {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.0 = self.0.saturating_sub(into.len());
            assert!(self.0 > 0, "the end of the reader");
            into.fill(b'\n');
            Ok(into.len())
        }
    }
    let normalizer = normalizer(None, Limits::default());
    let found = survey(&b"\n"[..], &normalizer).unwrap();
    let options = formats::Options::default();
    let caught = std::panic::catch_unwind(|| {
        let pieces = Pieces::new(Broken(20 << 20), found, Format::Text, &normalizer, &options);
        pieces.for_each(&SpareThreads::new(2), |_| ControlFlow::<()>::Continue(()))
    });
    let cause = caught.unwrap_err();
    assert_eq!(cause.downcast_ref::<&str>(), Some(&"the end of the reader"));
}
