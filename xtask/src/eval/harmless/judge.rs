//! Which changes are harm.
//!
//! `right.tsv` lists the changes that are right, because the text really is damaged there. Its
//! columns are genre, file, rule, hash and reason. The hash represents the text before and after
//! the change, so that the list quotes no one's text; `--list` prints it for each change that is
//! not listed yet.

use std::collections::HashMap;

use anyhow::{Result, ensure};

const RIGHT: &str = include_str!("right.tsv");

/// Rules that change the layout of a file and none of its text.
const LAYOUT: [&str; 3] = ["bom", "final-newline", "blank"];

/// Rules that do what the format asks for: a web page is replaced by the text of its article.
const FORMAT: [&str; 2] = ["html.article", "html.left-out"];

/// One change in one document.
pub struct Finding {
    /// The stage that made it.
    pub stage: String,
    /// The rule that it cites.
    pub rule: String,
    /// Its line, from 1.
    pub line: usize,
    /// The text before the change.
    pub before: String,
    /// The text after the change.
    pub after: String,
}

impl Finding {
    /// The change as a line of `--list`: genre, file, rule, hash, line, before and after.
    pub fn line_of_list(&self, genre: &str, file: &str) -> String {
        let cut = |text: &str| text.chars().take(80).collect::<String>();
        format!(
            "{genre}\t{file}\t{}/{}\t{:016x}\t{}\t{:?} -> {:?}",
            self.stage,
            self.rule,
            self.hash(),
            self.line,
            cut(&self.before),
            cut(&self.after)
        )
    }

    /// FNV-1a of the text before, a zero byte, and the text after.
    fn hash(&self) -> u64 {
        let bytes = self.before.bytes().chain([0]).chain(self.after.bytes());
        bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        })
    }
}

/// What a change is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Byte order mark, final newline, blank lines.
    Layout,
    /// Listed as right, or asked for by the format, for this reason.
    Right(&'static str),
    /// Text was replaced that was sound.
    FalseRepair,
    /// A line was left out that belongs to the text.
    FalseDrop,
}

/// The list of right changes.
pub struct Judge {
    right: HashMap<(&'static str, &'static str, &'static str, u64), &'static str>,
}

impl Judge {
    /// Reads `right.tsv`.
    pub fn new() -> Result<Self> {
        let mut right = HashMap::new();
        for line in RIGHT.lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            ensure!(
                columns.len() == 5 && !columns[4].trim().is_empty(),
                "right.tsv: not five columns in `{line}`"
            );
            let hash = u64::from_str_radix(columns[3], 16)?;
            right.insert((columns[0], columns[1], columns[2], hash), columns[4]);
        }
        Ok(Self { right })
    }

    /// What this change is.
    pub fn verdict(&self, genre: &str, file: &str, finding: &Finding) -> Verdict {
        let rule = format!("{}/{}", finding.stage, finding.rule);
        if LAYOUT.contains(&finding.rule.as_str()) {
            return Verdict::Layout;
        }
        if FORMAT.contains(&finding.rule.as_str()) {
            return Verdict::Right("the text of a web page takes the place of the page");
        }
        let place = (genre, file, rule.as_str(), finding.hash());
        if let Some(reason) = self.right.get(&place) {
            return Verdict::Right(reason);
        }
        match finding.stage.as_str() {
            "strip" => Verdict::FalseDrop,
            _ => Verdict::FalseRepair,
        }
    }
}
