//! Readings that were written behind random characters of healthy pages, in each form that pages
//! were seen with, and readings that stand in the place of characters.

use anyhow::Result;
use pinyin::ToPinyin;
use zhnorm::repair::{Options, repair};
use zhnorm::report::Report;
use zhnorm_lang::characters::is_basic_han;

use crate::corpora::{Split, documents};
use crate::measure::Random;

/// Pages of each form, lines of a page, and of how many characters one has its reading.
const PAGES: usize = 100;
const LINES: usize = 12;
const EVERY: usize = 25;

/// What the simplified and the traditional pages are made of.
const TEXTS: [&str; 4] = [
    "hans/zhihu_answers.txt",
    "hans/essays_hecaitou.txt",
    "hant/tw_blog_vista_essays.txt",
    "hant/drcd_taiwan_wiki.txt",
];

/// How a reading is written with its character: the name, and what is written.
type Form = (&'static str, fn(char, pinyin::Pinyin) -> String);

const FORMS: [Form; 8] = [
    ("環(huán)球", |ch, reading| {
        format!("{ch}({})", reading.with_tone())
    }),
    ("環(huan)球", |ch, reading| {
        format!("{ch}({})", reading.plain())
    }),
    ("環(huan2)球", |ch, reading| {
        format!("{ch}({})", reading.with_tone_num_end())
    }),
    ("環（huán）球", |ch, reading| {
        format!("{ch}（{}）", reading.with_tone())
    }),
    ("環（huan）球", |ch, reading| {
        format!("{ch}（{}）", reading.plain())
    }),
    ("環( huán )球", |ch, reading| {
        format!("{ch}( {} )", reading.with_tone())
    }),
    ("環 (huán) 球", |ch, reading| {
        format!("{ch} ({}) ", reading.with_tone())
    }),
    ("huán球", |_, reading| reading.with_tone().to_owned()),
];

/// Prints a line for each form.
pub fn run(verbose: bool) -> Result<()> {
    let mut pages = Vec::new();
    for name in TEXTS {
        let lines: Vec<String> = documents(name, Split::HeldBack)?
            .iter()
            .flat_map(|document| document.lines())
            .filter(|line| line.chars().filter(|ch| is_basic_han(*ch)).count() >= 16)
            .map(str::to_owned)
            .collect();
        let some = lines.chunks(LINES).take(PAGES / TEXTS.len());
        pages.extend(some.map(<[String]>::to_vec));
    }
    println!("readings | places | characters right | wrong | left");
    for (name, write) in FORMS {
        let mut random = Random::new(7);
        let (mut places, mut right, mut wrong, mut left) = (0usize, 0usize, 0usize, 0usize);
        for page in &pages {
            let text = page.join("\n");
            // Pieces of text, and between them characters that are damaged.
            let mut pieces = vec![String::new()];
            let mut damaged = Vec::new();
            let mut previous = ' ';
            for ch in text.chars() {
                let reading = ch.to_pinyin().filter(|_| is_basic_han(previous));
                match reading.filter(|_| random.below(EVERY) == 0) {
                    Some(reading) => {
                        damaged.push((ch, write(ch, reading)));
                        pieces.push(String::new());
                        // Two in a row would be one word.
                        previous = ' ';
                    }
                    None => {
                        if let Some(piece) = pieces.last_mut() {
                            piece.push(ch);
                        }
                        previous = ch;
                    }
                }
            }
            let mut copy = pieces[0].clone();
            for ((_, written), piece) in damaged.iter().zip(&pieces[1..]) {
                copy += written;
                copy += piece;
            }
            let repaired = repair(&copy, &Options::default(), &mut Report::counting());
            let mut rest = &*repaired;
            for ((ch, written), around) in damaged.iter().zip(pieces.windows(2)) {
                let (before, after) = (&around[0], &around[1]);
                places += 1;
                let Some(behind) = rest
                    .find(before.as_str())
                    .map(|at| &rest[at + before.len()..])
                else {
                    wrong += 1;
                    continue;
                };
                let next = after.chars().next();
                let follows = |behind: Option<&str>| {
                    behind.is_some_and(|behind| next.is_none_or(|next| behind.starts_with(next)))
                };
                if follows(behind.strip_prefix(*ch)) && !behind.starts_with(written.as_str()) {
                    right += 1;
                } else if behind.starts_with(written.trim_end()) {
                    left += 1;
                } else {
                    wrong += 1;
                    if verbose {
                        let tail = |text: &str| text.chars().take(6).collect::<String>();
                        let front = before.chars().rev().take(5).collect::<Vec<_>>();
                        let front: String = front.into_iter().rev().collect();
                        println!("  {front}|{} for {ch}{}", tail(behind), tail(after));
                    }
                }
                rest = behind;
            }
        }
        println!("{name} | {places} | {right} | {wrong} | {left}");
    }
    Ok(())
}
