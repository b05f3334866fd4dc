//! Documents that are made here: lists and tables of what is rare in prose, where a repair that
//! goes by rarity does harm. Each is tried alone and between two lines of prose.

mod lists;
mod signs;
mod words;

use std::sync::Mutex;
use std::sync::mpsc::sync_channel;

use anyhow::Result;
use zhnorm::Normalizer;
use zhnorm::report::Action;

use super::{Finding, Tried};

/// Prose in simplified characters; two lines around what is tried.
const HANS: [&str; 2] = [
    "清早的集市上人来人往，卖菜的老人把刚摘的豆角摆得整整齐齐，见了熟客就多抓一把。",
    "孩子们放学以后在河边捡石头，谁也没有注意到天色已经慢慢暗了下来。",
];
/// The same in traditional characters.
const HANT: [&str; 2] = [
    "清早的市集上人來人往，賣菜的老人把剛摘的豆角擺得整整齊齊，見了熟客就多抓一把。",
    "孩子們放學以後在河邊撿石頭，誰也沒有注意到天色已經慢慢暗了下來。",
];

/// A document to try.
pub struct Document {
    genre: &'static str,
    name: String,
    text: String,
}

/// Documents of one genre, made as they are needed.
type Documents = Box<dyn Iterator<Item = Document> + Send>;

/// One line or several, alone.
fn alone(genre: &'static str, name: &str, lines: &str) -> Document {
    Document {
        genre,
        name: format!("{name} alone"),
        text: format!("{lines}\n"),
    }
}

/// The same between two lines of prose.
fn between(genre: &'static str, name: &str, lines: &str, prose: [&str; 2]) -> Document {
    Document {
        genre,
        name: format!("{name} between prose"),
        text: format!("{}\n{lines}\n{}\n", prose[0], prose[1]),
    }
}

/// The lines in both ways.
fn both(genre: &'static str, name: &str, lines: &str, prose: [&str; 2]) -> [Document; 2] {
    [
        alone(genre, name, lines),
        between(genre, name, lines, prose),
    ]
}

/// Tries one document of each `every`, of the genres that are wanted, on all cores.
pub fn try_all(
    every: usize,
    wanted: impl Fn(&str) -> bool,
    mut each: impl FnMut(Tried),
) -> Result<()> {
    let mut sources: Vec<(&str, Documents)> = Vec::new();
    sources.extend(words::sources()?);
    sources.extend(lists::sources());
    sources.extend(signs::sources());
    sources.retain(|(genre, _)| wanted(genre));
    let documents = sources
        .into_iter()
        .flat_map(|(_, documents)| documents.enumerate())
        .filter(|(number, document)| {
            // Whole tables are few and find the most.
            document.text.len() > 2_000 || number % every == 0
        })
        .map(|(_, document)| document);
    let documents = Mutex::new(documents);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let (sender, receiver) = sync_channel(1_000);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (documents, sender) = (&documents, sender.clone());
            scope.spawn(move || {
                let normalizer = Normalizer::default();
                loop {
                    let batch: Vec<Document> = match documents.lock() {
                        Ok(mut documents) => documents.by_ref().take(200).collect(),
                        Err(_) => return,
                    };
                    if batch.is_empty() {
                        return;
                    }
                    for document in batch {
                        if sender.send(tried(&normalizer, document)).is_err() {
                            return;
                        }
                    }
                }
            });
        }
        drop(sender);
        receiver.iter().for_each(&mut each);
    });
    Ok(())
}

fn tried(normalizer: &Normalizer, document: Document) -> Tried {
    let Document { genre, name, text } = document;
    let mut tried = Tried {
        genre: genre.to_owned(),
        file: name,
        bytes: text.len(),
        findings: Vec::new(),
        refused: None,
    };
    match normalizer.normalize_bytes(text.as_bytes()) {
        Err(error) => tried.refused = Some(error.to_string()),
        Ok(outcome) => {
            if outcome.text == text {
                return tried;
            }
            tried.findings = outcome
                .changes()
                .iter()
                .filter(|change| change.action != Action::Flag)
                .map(|change| Finding {
                    stage: change.stage.name().to_owned(),
                    rule: change.rule.to_string(),
                    line: change.line,
                    before: change.before.clone(),
                    after: change.after.clone(),
                })
                .collect();
            if tried.findings.is_empty() {
                tried.refused = Some("a change that the report does not list".to_owned());
            }
        }
    }
    tried
}
