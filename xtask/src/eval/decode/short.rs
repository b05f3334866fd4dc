//! Files that are mostly ASCII or mostly names: comments in code, menus, logs, tables, rosters, lists
//! of terms, pages of bulletin boards. They are made from templates with words of held-back text,
//! and names from lists of their own.

use anyhow::Result;
use zhnorm::decode::{self, Encoding, Unmappable};
use zhnorm_lang::characters::is_basic_han;
use zhnorm_lang::folding;

use super::ASKED;
use super::judge::{Answer, Tally, is_same};
use super::peers::Peers;
use crate::corpora::{Split, documents};
use crate::measure::Random;

/// The lengths of the pieces in bytes.
const LENGTHS: [usize; 4] = [60, 100, 300, 1000];

const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚\
    卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红梅兰建国志文斌鑫浩宇轩梓涵欣怡雨泽俊熙诗琪思远嘉懿\
    煜城烨霖昊焱绍博天致弘晟睿峻皓瑾瑜萱颖琳璇妍茜彤倩婷蕾薇菁梦岚苑婕馨瑗韵融园艺卿聪澜纯毓悦昭冰爽琬茗羽希宁飘育滢馥筠柔竹霭\
    凝晓欢霄枫芸菲寒亚宜可姬舒影荔枝辉鹏飞龙凤翔德福贵永长春生根水木金树林海山川江河云雪";
const TERMS: &str = "氢氦锂铍硼碳氮氧氟氖钠镁铝硅磷硫氯氩钾钙钪钛钒铬锰铁钴镍铜锌镓锗砷硒溴氪铷锶钇锆铌钼锝钌铑钯银镉铟锡锑碲\
    碘氙铯钡镧铈镨钕钷钐铕钆铽镝钬铒铥镱镥铪钽钨铼锇铱铂金汞铊铅铋钋砹氡";

/// A kind of file.
struct Kind {
    name: &'static str,
    /// A line, by its number.
    line: fn(&mut Draw<'_>, usize) -> String,
    /// What is before the first line.
    head: &'static str,
}

const KINDS: [Kind; 12] = [
    Kind {
        name: "comments in C",
        head: "",
        line: |draw, at| format!("int a{at};   /* {} */\n", draw.word()),
    },
    Kind {
        name: "comments in Python",
        head: "",
        line: |draw, at| format!("# {}\ndef f{at}(x): return x + {at}\n", draw.word()),
    },
    Kind {
        name: "menus",
        head: "",
        line: |draw, at| {
            format!(
                "&Item{at}={}(&{})\n",
                draw.word(),
                char::from(b'A' + (at % 26) as u8)
            )
        },
    },
    Kind {
        name: "logs",
        head: "",
        line: |draw, at| {
            format!(
                "2024-05-01 12:00:{:02} INFO [main] {} id={at}\n",
                at % 60,
                draw.word()
            )
        },
    },
    Kind {
        name: "brackets in ASCII",
        head: "",
        line: |draw, at| format!("【{}】 chapter {at} of the manual\n", draw.word()),
    },
    Kind {
        name: "tables",
        head: "",
        line: |draw, at| format!("{at},{},{},{}\n", draw.word(), draw.number(), draw.word()),
    },
    Kind {
        name: "roster: number, name",
        head: "序号,姓名\n",
        line: |draw, at| format!("{},{}\n", at + 1, draw.name()),
    },
    Kind {
        name: "roster: names only",
        head: "",
        line: |draw, _| format!("{}\n", draw.name()),
    },
    Kind {
        name: "roster: one line",
        head: "",
        line: |draw, _| format!("{}、", draw.name()),
    },
    Kind {
        name: "list of terms: one line",
        head: "",
        line: |draw, _| format!("{}、", draw.term()),
    },
    Kind {
        name: "list of terms: number, term",
        head: "",
        line: |draw, at| format!("{},{}\n", at + 1, draw.term()),
    },
    Kind {
        name: "bulletin board with colours",
        head: "",
        line: |draw, at| {
            format!(
                "\x1B[1;37m{}\x1B[m \x1B[33muser{at}:{}\x1B[m\n",
                draw.word(),
                draw.word()
            )
        },
    },
];

/// What lines are made from.
struct Draw<'a> {
    words: &'a [String],
    random: Random,
    surnames: Vec<char>,
    given: Vec<char>,
    terms: Vec<char>,
}

impl Draw<'_> {
    fn word(&mut self) -> String {
        self.random.pick(self.words).clone()
    }

    fn name(&mut self) -> String {
        let mut name = String::from(*self.random.pick(&self.surnames));
        for _ in 0..1 + usize::from(self.random.below(4) > 0) {
            name.push(*self.random.pick(&self.given));
        }
        name
    }

    fn term(&mut self) -> String {
        self.random.pick(&self.terms).to_string()
    }

    fn number(&mut self) -> usize {
        self.random.below(1000)
    }
}

/// Prints a row for each kind and encoding.
pub(super) fn short(
    per_cell: usize,
    answers: &mut Vec<Answer>,
    mut peers: Option<&mut Peers>,
) -> Result<()> {
    println!(
        "Files of few Chinese characters, rosters and lists of terms, share named rightly in %: zhnorm \
         (at 0.5 or more / chardet / charset-normalizer), {per_cell} files a cell, {ASKED} for the last two:\n"
    );
    println!("| file | encoding | 60 B | 100 B | 300 B | 1000 B |");
    println!("|---|---|---|---|---|---|");
    for (label, encoding, corpus) in [
        ("gbk", Encoding::GBK, "hans/cmrc2018_wiki.txt"),
        ("big5", Encoding::BIG5, "hant/drcd_taiwan_wiki.txt"),
    ] {
        let text = documents(corpus, Split::HeldBack)?.join("\n");
        let words: Vec<String> = text
            .split(|ch: char| !is_basic_han(ch))
            .filter(|word| (2..=5).contains(&word.chars().count()))
            .filter(|word| decode::encode(word, encoding, Unmappable::Error).is_ok())
            .map(str::to_owned)
            .take(20_000)
            .collect();
        let mapped = |text: &str| -> Vec<char> {
            let written =
                |ch: &char| decode::encode(&ch.to_string(), encoding, Unmappable::Error).is_ok();
            let map = |ch: char| {
                if label == "big5" {
                    folding::mapped(ch)
                } else {
                    ch
                }
            };
            text.chars().map(map).filter(written).collect()
        };
        let mut draw = Draw {
            words: &words,
            random: Random::new(17),
            surnames: mapped(SURNAMES),
            given: mapped(GIVEN),
            terms: mapped(TERMS),
        };
        for kind in &KINDS {
            let mut cells = Vec::new();
            for length in LENGTHS {
                let mut tallies = [Tally::default(); 4];
                for _ in 0..per_cell {
                    let Some(bytes) = piece(kind, length, encoding, &mut draw) else {
                        continue;
                    };
                    let detection = decode::detect(&bytes);
                    let is_right = is_same(&detection.encoding.label(), label);
                    let [ours, sure, theirs @ ..] = &mut tallies;
                    ours.add(is_right);
                    sure.add(is_right && detection.confidence >= 0.5);
                    if let Some(peers) = peers.as_mut().filter(|_| theirs[0].all < ASKED) {
                        let right = peers.are_right(&bytes, label, None)?;
                        for (tally, is_right) in theirs.iter_mut().zip(right) {
                            tally.add(is_right);
                        }
                    }
                    answers.push(Answer {
                        confidence: detection.confidence,
                        is_right,
                        margin: None,
                    });
                }
                let [ours, sure, second, third] = tallies.map(Tally::percent);
                cells.push(format!("{ours} ({sure} / {second} / {third})"));
            }
            println!("| {} | {label} | {} |", kind.name, cells.join(" | "));
        }
    }
    println!();
    Ok(())
}

/// Whole characters of a file of a kind, at most `length` bytes.
fn piece(kind: &Kind, length: usize, encoding: Encoding, draw: &mut Draw<'_>) -> Option<Vec<u8>> {
    let mut text = if encoding == Encoding::BIG5 {
        kind.head.chars().map(folding::mapped).collect()
    } else {
        kind.head.to_owned()
    };
    for at in 0.. {
        if text.len() > length {
            break;
        }
        text.push_str(&(kind.line)(draw, at));
    }
    let mut bytes = Vec::new();
    for ch in text.chars() {
        let one = decode::encode(ch.encode_utf8(&mut [0; 4]), encoding, Unmappable::Error).ok()?;
        if bytes.len() + one.len() > length {
            break;
        }
        bytes.extend(one);
    }
    (!bytes.is_ascii()).then_some(bytes)
}
