//! What test pages are made of: real articles in real frames, both as lines.

use anyhow::Result;

use super::super::Page;
use crate::corpora::{self, Split};
use crate::measure::Random;

/// A line of a page that will be written as HTML.
#[derive(Clone, Debug)]
pub struct Line {
    pub text: String,
    /// Whether it is the article's; else it is frame.
    pub article: bool,
}

/// A page before it has any markup.
#[derive(Clone, Debug)]
pub struct Source {
    /// What the row of the table is called.
    pub kind: &'static str,
    pub title: String,
    /// Frame, the article with what is in the midst of it, frame.
    pub lines: Vec<Line>,
}

/// The kinds of sources that are labelled pages; the others are texts of corpora in their frames.
pub const LABELLED: [&str; 3] = ["article", "article in parts", "short article"];

/// Lines of verse are at most this long.
const LONGEST_VERSE: usize = 12;

/// Articles with fewer characters are short.
const SHORT: usize = 300;

/// The labelled pages, and texts of the corpora in frames of labelled pages.
pub fn all(pages: &[&Page]) -> Result<Vec<Source>> {
    let mut random = Random::new(7);
    let labelled: Vec<Source> = pages.iter().filter_map(|page| of_labelled(page)).collect();
    let mut sources = labelled.clone();
    for (kind, corpus, most) in [
        ("statutes", "hans/prc_laws.txt", 60),
        ("encyclopaedia", "hant/tw_taiwan_md.txt", 60),
        ("verse", "hant/drcd_taiwan_wiki.txt", 60),
    ] {
        let documents = corpora::documents(corpus, Split::All)?;
        for _ in 0..most {
            let document = random.pick(&documents);
            let article = if kind == "verse" {
                verse(document, 8 + random.below(24))
            } else {
                document.lines().take(120).map(str::to_owned).collect()
            };
            if article
                .iter()
                .map(|line| line.chars().count())
                .sum::<usize>()
                < 60
            {
                continue;
            }
            sources.push(framed(kind, article, random.pick(&labelled)));
        }
    }
    Ok(sources)
}

/// A labelled page; what is neither article nor frame is left out.
fn of_labelled(page: &Page) -> Option<Source> {
    let scored = |label: char| matches!(label, 'c' | 'b');
    let lines: Vec<Line> = page
        .lines
        .iter()
        .filter(|(label, text)| scored(*label) && !text.trim().is_empty())
        .map(|(label, text)| Line {
            text: text.trim().to_owned(),
            article: *label == 'c',
        })
        .collect();
    let chars: usize = lines
        .iter()
        .filter(|line| line.article)
        .map(|line| line.text.chars().count())
        .sum();
    if chars == 0 {
        return None;
    }
    let title = page.lines.iter().find(|(label, _)| *label == 't');
    let parts = lines
        .windows(2)
        .filter(|two| two[0].article != two[1].article);
    Some(Source {
        kind: if chars < SHORT {
            LABELLED[2]
        } else if parts.count() > 12 {
            LABELLED[1]
        } else {
            LABELLED[0]
        },
        title: title.map_or_else(
            || "雪后的早晨".to_owned(),
            |(_, text)| text.trim().to_owned(),
        ),
        lines,
    })
}

/// A text in the frame of a labelled page.
fn framed(kind: &'static str, article: Vec<String>, frame: &Source) -> Source {
    let first = frame
        .lines
        .iter()
        .position(|line| line.article)
        .unwrap_or(0);
    let last = frame
        .lines
        .iter()
        .rposition(|line| line.article)
        .unwrap_or(0);
    let own = article.into_iter().map(|text| Line {
        text,
        article: true,
    });
    let mut lines: Vec<Line> = frame.lines[..first].to_vec();
    lines.extend(own);
    lines.extend_from_slice(&frame.lines[(last + 1).min(frame.lines.len())..]);
    Source {
        kind,
        title: frame.title.clone(),
        lines,
    }
}

/// The clauses of a text as lines of verse.
fn verse(text: &str, most: usize) -> Vec<String> {
    text.split(|char: char| !char.is_alphanumeric())
        .filter(|clause| (4..=LONGEST_VERSE).contains(&clause.chars().count()))
        .take(most)
        .map(str::to_owned)
        .collect()
}
