//! What other programs make of the same pages, and the table of all of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{BROKEN, Sums, scores};

/// Pages of whose text a smaller share is the article are counted as imprecise.
const PRECISE: f64 = 0.8;

/// Writes the pages, by number.
pub(super) fn write<'p>(folder: &str, pages: impl Iterator<Item = &'p str>) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.to_owned())?;
    for (at, page) in pages.enumerate() {
        let path = Path::new(folder).join(format!("{at:05}.html"));
        fs::write(&path, page).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// The texts that other programs wrote, by the name of the program: each has a folder.
pub(super) fn read(folder: &str, pages: usize) -> Result<BTreeMap<String, Vec<String>>> {
    let mut programs = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| folder.to_owned())? {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let texts: Result<Vec<String>> = (0..pages)
            .map(|at| {
                let path = path.join(format!("{at:05}.txt"));
                fs::read_to_string(&path).with_context(|| path.display().to_string())
            })
            .collect();
        programs.insert(name.into_owned(), texts?);
    }
    Ok(programs)
}

/// A program's texts over all pages.
#[derive(Clone, Copy, Default)]
pub(super) struct Row {
    article: usize,
    kept: usize,
    frame: usize,
    /// The sum of F over pages.
    f: f64,
    pages: usize,
    broken: usize,
    imprecise: usize,
    empty: usize,
}

impl Row {
    /// Adds a page: so many characters of so many of the article, and so many of the frame.
    pub(super) fn add(&mut self, article: usize, kept: usize, frame: usize) {
        self.article += article;
        self.kept += kept;
        self.frame += frame;
        self.pages += 1;
        let (p, r, f) = scores(article, kept, frame);
        self.f += f;
        self.broken += usize::from(r < 1.0 - BROKEN);
        self.empty += usize::from(kept + frame == 0);
        self.imprecise += usize::from(kept + frame > 0 && p < PRECISE);
    }

    /// Adds a page as an extractor gave it, or after the rules for lines.
    pub(super) fn add_sums(&mut self, sums: &Sums, is_after: bool) {
        let (kept, frame) = if is_after {
            (sums.kept_after, sums.frame_after)
        } else {
            (sums.kept, sums.frame_kept)
        };
        self.add(sums.article, kept, frame);
    }

    fn print(&self, name: &str, seconds: Option<f64>, bytes: usize) {
        let (p, r, f) = scores(self.article, self.kept, self.frame);
        let speed = seconds.map_or("-".to_owned(), |seconds| {
            format!("{:.1}", bytes as f64 / 1e6 / seconds)
        });
        println!(
            "| {name} | {:.1} | {:.1} / {:.2} / {:.1} | {} | {} | {} | {speed} |",
            100.0 * self.f / self.pages.max(1) as f64,
            100.0 * p,
            100.0 * r,
            100.0 * f,
            self.broken,
            self.imprecise,
            self.empty,
        );
    }
}

/// Prints a row for each program.
pub(super) fn print(rows: &[(String, Row, Option<f64>)], bytes: usize, title: &str) {
    let pages = rows.first().map_or(0, |(_, row, _)| row.pages);
    println!(
        "\n| {title}: {pages} pages | macro F | micro P / R / F | lose more than a fifth | P below 80 % | nothing | MB/s |\n\
         |---|--:|---|--:|--:|--:|--:|"
    );
    for (name, row, seconds) in rows {
        row.print(name, *seconds, bytes);
    }
}
