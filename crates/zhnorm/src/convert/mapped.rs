//! Undoing a character-by-character mapping from simplified to traditional.
//!
//! Some scrapers, including those that cause the pinyin garble, replaced each simplified character
//! by one traditional character whatever it meant: 发 became 發 everywhere, 着 became 著, while
//! 里, 后, 干, 云, 于 stayed because no single traditional character would do. Such text is not
//! written traditional, and OpenCC's way back is wrong for it in both directions: its phrases may
//! rewrite what was never touched, and 隨著 keeps its 著.
//!
//! The way back is a character matter too: each traditional character becomes the simplified
//! one ([`folding`](zhnorm_lang::folding), from OpenCC's `TSCharacters`, first value). Only a few traditional
//! characters are also characters of simplified text: 著 in 著名, 乾 in 乾坤. These
//! [`AMBIGUOUS`] characters are decided by the words they form and by the rest of the document: a
//! mapping replaces a character everywhere or nowhere, so in a document with 干, 乾 was 乾.

use std::borrow::Cow;
use zhnorm_lang::characters::is_han;

use zhnorm_lang::folding::unmapped;

use super::Provenance;
use crate::report::{Change, LineCounter, Report, Stage};

/// The name under which the report counts what was mapped back.
const RULE: &str = "mapped";

impl Provenance {
    /// Infers the provenance of a text in which the pinyin garble was found.
    ///
    /// The program that garbles text usually maps its characters too. There are two exceptions: a
    /// garbled quotation in an article written in traditional characters, and garble that an
    /// earlier run left in a text that it converted. Such texts have more of 後, 裡 and similar
    /// characters, which no mapping produces, than of 后 and 里, which a mapping leaves.
    ///
    /// ```
    /// use zhnorm::convert::Provenance;
    ///
    /// assert_eq!(Provenance::infer_from_garbled("三天后在公園里"), Provenance::CharacterMapped);
    /// assert_eq!(Provenance::infer_from_garbled("三天後在公園裡"), Provenance::Written);
    /// ```
    pub fn infer_from_garbled(text: &str) -> Self {
        let (mut written, mut left) = (0_usize, 0_usize);
        for ch in text.chars() {
            match ch {
                '後' | '裡' | '裏' | '於' | '雲' => written += 1,
                '后' | '里' | '于' | '云' | '干' => left += 1,
                _ => {}
            }
        }
        if written > left {
            Self::Written
        } else {
            Self::CharacterMapped
        }
    }
}

/// A traditional character that simplified text writes too.
struct Ambiguous {
    /// The traditional character.
    traditional: char,
    /// The simplified character that a mapping turns into it.
    simplified: char,
    /// Whether the text around it, in simplified characters, shows that it was written so.
    written: fn(&Context) -> bool,
}

/// The simplified characters around a place: two before, two after.
struct Context {
    before: [char; 2],
    after: [char; 2],
}

const AMBIGUOUS: [Ambiguous; 6] = [
    Ambiguous {
        traditional: '著',
        simplified: '着',
        written: is_zhu,
    },
    // 乾坤, 乾隆, 康乾, 乾陵, 乾清宫; 干 is dry and to do.
    Ambiguous {
        traditional: '乾',
        simplified: '干',
        written: |around| {
            "坤隆陵清嘉卦元县安宅".contains(around.after[0]) || "康".contains(around.before[1])
        },
    },
    // The note of the old scale and a man's name; 征 is all the rest.
    Ambiguous {
        traditional: '徵',
        simplified: '征',
        written: |around| "羽".contains(around.after[0]) || "角魏".contains(around.before[1]),
    },
    // A family name, and the tiger of old books.
    Ambiguous {
        traditional: '於',
        simplified: '于',
        written: |around| {
            "菟陵潜".contains(around.after[0]) || (around.before == ['樊', '於']) || {
                around.before[1] == '樊' && around.after[0] == '期'
            }
        },
    },
    // To watch from afar; 了 is far too frequent for any mapping to have made it 瞭.
    Ambiguous {
        traditional: '瞭',
        simplified: '了',
        written: |_| true,
    },
    // 哪吒, 金吒, 木吒.
    Ambiguous {
        traditional: '吒',
        simplified: '咤',
        written: |around| "哪金木".contains(around.before[1]),
    },
];

/// Whether 著 is zhù, to write or to be conspicuous, and not the particle 着.
///
/// The words are those of 著 in modern Chinese (OpenCC's `STPhrases` and the word list of the
/// MIT-licensed jieba agree on them), with what stops them where the particle makes the same
/// pair: 标志着作为, 讨论着, 彰显着, 冲着名气. Measured by `cargo xtask eval mapped`.
fn is_zhu(around: &Context) -> bool {
    let [before_that, before] = around.before;
    let [after, after_that] = around.after;
    let after_word = match before {
        '显' => !"彰凸尽展明".contains(before_that),
        '论' => !"讨谈议争理评辩".contains(before_that),
        '译' => !"编翻破".contains(before_that),
        '合' => !"配结贴凑混融契迎缝整".contains(before_that),
        '知' => before_that == '微',
        '所' => !"眼力手重色想急迷装".contains(after),
        '较' => after != '劲',
        '卓' | '昭' | '名' | '原' | '专' | '编' | '土' | '巨' | '遗' | '拙' | '撰' | '杂'
        | '旧' => true,
        _ => false,
    };
    let before_word = match after {
        '名' => !"为气字单额叫".contains(after_that),
        '作' => !("用为品业战者".contains(after_that) && is_verb_like(before)),
        '称' | '述' | '者' => true,
        '书' => after_that == '立',
        '有' => !is_han(before),
        _ => false,
    };
    // As a byline: （鲁迅 著）
    let byline = !is_han(before) && !is_han(after) && before != '\0';
    after_word || before_word || byline
}

/// Whether the character before 著 may be a verb that takes the particle 着, so that 作用 or 作者
/// starts after it. These never are.
fn is_verb_like(before: char) -> bool {
    is_han(before) && !"的该其或与和及由名原此各本部等国".contains(before)
}

/// Maps text back to the simplified text that it was mapped from one character at a time.
///
/// For text of [`Provenance::CharacterMapped`](super::Provenance::CharacterMapped) only: text
/// written in traditional characters is for [`convert`](super::convert). Borrowed when
/// nothing in it was mapped. The report counts under `mapped`, one change for each run of
/// characters. Linear in the text.
pub fn map_back<'a>(text: &'a str, report: &mut Report) -> Cow<'a, str> {
    map_stretch(text, MappingEvidence::collect(text), report)
}

/// For each ambiguous character, whether the mapping of this document left it alone.
#[derive(Clone, Copy)]
pub(super) struct MappingEvidence([bool; AMBIGUOUS.len()]);

/// Maps a stretch of a document back.
pub(super) fn map_stretch<'a>(
    text: &'a str,
    MappingEvidence(stays): MappingEvidence,
    report: &mut Report,
) -> Cow<'a, str> {
    let mut output = String::new();
    let mut copied = 0;
    let mut lines = LineCounter::new(text.as_bytes());
    // The run being changed: where it starts, in the input and in the output.
    let mut run: Option<(usize, usize)> = None;
    let mut end_run = |run: &mut Option<(usize, usize)>, end: usize, output: &String| {
        if let Some((start, written)) = run.take() {
            if report.lists() {
                report.record(Change::edit(
                    Stage::Convert,
                    RULE,
                    start..end,
                    lines.line_at(start),
                    &text[start..end],
                    &output[written..],
                ));
            } else {
                report.count(Stage::Convert, RULE, 1);
            }
        }
    };

    let mut before = ['\0'; 2];
    for (at, character) in text.char_indices() {
        let ambiguous = AMBIGUOUS
            .iter()
            .position(|ambiguous| ambiguous.traditional == character);
        let came_from = match ambiguous {
            None => unmapped(character),
            Some(index) => {
                let around = Context {
                    before,
                    after: after(text, at + character.len_utf8()),
                };
                let written = stays[index] || (AMBIGUOUS[index].written)(&around);
                (!written).then_some(AMBIGUOUS[index].simplified)
            }
        };
        before = [before[1], came_from.unwrap_or(character)];
        match came_from {
            Some(simplified) => {
                if run.is_none() {
                    output.push_str(&text[copied..at]);
                    run = Some((at, output.len()));
                }
                output.push(simplified);
                copied = at + character.len_utf8();
            }
            None => end_run(&mut run, at, &output),
        }
    }
    end_run(&mut run, text.len(), &output);
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    output.push_str(&text[copied..]);
    Cow::Owned(output)
}

/// The next two characters, in simplified form.
fn after(text: &str, offset: usize) -> [char; 2] {
    let mut characters = text[offset..].chars();
    [(); 2].map(|()| {
        characters
            .next()
            .map_or('\0', |character| unmapped(character).unwrap_or(character))
    })
}

impl MappingEvidence {
    /// Reads a document. A character was left alone when its simplified form is more frequent in
    /// the document than its traditional form outside the words that require it.
    ///
    /// One simplified occurrence is not enough: a page may quote a line that was never mapped.
    pub(super) fn collect(text: &str) -> Self {
        let mut counts = [(0usize, 0usize); AMBIGUOUS.len()];
        let mut before = ['\0'; 2];
        for (at, character) in text.char_indices() {
            for (ambiguous, (traditional, simplified)) in AMBIGUOUS.iter().zip(&mut counts) {
                if character == ambiguous.simplified {
                    *simplified += 1;
                } else if character == ambiguous.traditional {
                    let around = Context {
                        before,
                        after: after(text, at + character.len_utf8()),
                    };
                    *traditional += usize::from(!(ambiguous.written)(&around));
                }
            }
            before = [before[1], unmapped(character).unwrap_or(character)];
        }
        Self(counts.map(|(traditional, simplified)| simplified > traditional))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn back(text: &str) -> String {
        map_back(text, &mut Report::listing()).into_owned()
    }

    #[test]
    fn zhu_keeps_its_words_and_gives_the_particle_back() {
        for (mapped, written) in [
            ("隨著時間,有著顯著成效", "随着时间,有着显著成效"),
            ("著名作家的著作", "著名作家的著作"),
            ("發揮著作用", "发挥着作用"),
            ("討論著如何", "讨论着如何"),
            ("專著、譯著和名著", "专著、译著和名著"),
            ("彰顯著中國", "彰显着中国"),
            ("以美食著稱", "以美食著称"),
            ("標志著作為", "标志着作为"),
            ("《文集》。著有《詩》", "《文集》。著有《诗》"),
        ] {
            assert_eq!(back(mapped), written);
        }
    }

    #[test]
    fn what_the_mapping_left_alone_stays() {
        for text in [
            "公里以后",
            "干部",
            "云计算",
            "什么",
            "于是",
            "瞭望台",
            "狼藉",
            "乾隆年间",
            "哪吒",
        ] {
            assert_eq!(back(text), text);
        }
        // The document has 干, so the mapping did not touch it, and 乾 was written 乾.
        assert_eq!(back("干部李乾和干警來了"), "干部李乾和干警来了");
        assert_eq!(back("餅乾來了"), "饼干来了");
    }

    #[test]
    fn nothing_to_map_back_is_borrowed() {
        let text = "简体文字 and English";
        let mut report = Report::listing();
        assert!(matches!(map_back(text, &mut report), Cow::Borrowed(_)));
        assert!(!report.is_changed());
    }

    /// The two seeds that were mapped, repaired by hand; stripping leaves lines out, so each line
    /// of the clean text must be among those mapped back.
    #[test]
    fn the_mapped_seeds_go_back_to_what_was_written() {
        for (repaired, clean) in [
            (
                include_str!("../../../../fixtures/seeds/000_a8b1a5e348e03b13.repaired.txt"),
                include_str!("../../../../fixtures/seeds/000_a8b1a5e348e03b13.zh-Hans.txt"),
            ),
            (
                include_str!("../../../../fixtures/seeds/002_4f5217800650164a.repaired.txt"),
                include_str!("../../../../fixtures/seeds/002_4f5217800650164a.zh-Hans.txt"),
            ),
        ] {
            let back = back(repaired);
            let lines: Vec<&str> = back.lines().collect();
            for line in clean.lines() {
                assert!(lines.contains(&line), "{line}");
            }
        }
    }

    /// The list of changes, applied to the input, gives the output.
    fn apply(text: &str, report: &Report) -> String {
        let mut output = String::new();
        let mut copied = 0;
        for change in report.changes() {
            assert_eq!(&text[change.span.clone()], change.before);
            output.push_str(&text[copied..change.span.start]);
            output.push_str(&change.after);
            copied = change.span.end;
        }
        output.push_str(&text[copied..]);
        output
    }

    proptest! {
        #[test]
        fn it_is_idempotent_and_its_report_is_complete(
            text in "[著着乾干徵征發发隨随名作用者\n a於于吒哪]*|\\PC*"
        ) {
            let mut report = Report::listing();
            let once = map_back(&text, &mut report).into_owned();
            prop_assert_eq!(&apply(&text, &report), &once);
            prop_assert_eq!(&back(&once), &once);
            let mut counting = Report::counting();
            map_back(&text, &mut counting);
            prop_assert_eq!(
                counting.changed(Stage::Convert, RULE),
                report.changed(Stage::Convert, RULE)
            );
        }
    }
}
