//! What simpler methods do with the same pages.

use super::{Page, Score};

/// Characters that end a sentence.
const ENDS: [char; 12] = [
    '。', '！', '？', '；', '…', '”', '」', '』', '.', '!', '?', '"',
];

/// Headings at which a page is cut.
const HEADINGS: [&str; 8] = [
    "相关阅读",
    "相关新闻",
    "相关文章",
    "延伸阅读",
    "相關閱讀",
    "相關新聞",
    "相關文章",
    "延伸閱讀",
];

/// Prints the methods near the article.
pub fn run(pages: &[&Page]) {
    let ends = |line: &str| line.trim_end().ends_with(ENDS);
    let short = |line: &str| line.chars().count() < 20 && !ends(line);
    println!("\n## baselines, near: drop P / R of lines | keep P / R / F of characters");
    print("keep all", pages, |_| Vec::new());
    print("< 20 characters, no end punctuation", pages, |page| {
        page.lines.iter().map(|(_, line)| short(line)).collect()
    });
    print("C4's terminal punctuation", pages, |page| {
        page.lines.iter().map(|(_, line)| !ends(line)).collect()
    });
    print("cut at the first related heading", pages, |page| {
        let mut cut = false;
        let goes = page.lines.iter().map(|(_, line)| {
            let words = line.trim_matches(|char: char| !char.is_alphabetic());
            cut |= HEADINGS.contains(&words);
            cut
        });
        goes.collect()
    });
}

fn print(name: &str, pages: &[&Page], drops: impl Fn(&Page) -> Vec<bool>) {
    let mut score = Score::default();
    for page in pages {
        let gone = drops(page);
        for number in page.near() {
            let (label, line) = &page.lines[number];
            let dropped = gone.get(number).copied().unwrap_or(false);
            score.add(*label, line.chars().count(), dropped);
        }
    }
    println!("{name:38} {}", score.row());
}
