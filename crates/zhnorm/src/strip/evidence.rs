//! Lines that recur over the documents of one folder or host.
//!
//! A line that stands in several different articles of a site was written by the site, not by
//! their authors. A first pass over a folder observes every document; the second asks, for each
//! line, in how many of the group's documents it stands (its document frequency).
//!
//! Memory does not grow with the lines: frequencies are kept in a count-min sketch with
//! conservative update (Cormode and Muthukrishnan, J. Algorithms 55, 2005; Estan and Varghese,
//! SIGCOMM 2002) of four rows of 2²⁰ counters, 8 MiB. It never counts too little; of a
//! million different lines it counts fewer than one in a thousand too high. Beside it stands one
//! hash per document, so that a document met twice counts once.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::folded::{Folded, chars};
use super::kind::{Kind, kinds};
use super::rules::Rules;
use super::shape::{Shape, shape};
use super::traits::Table;

/// Rows of the sketch, and counters in a row.
const ROWS: usize = 4;
const COUNTERS: usize = 1 << 20;

/// In a small group two documents are enough to tell a template's line; in a large one chance
/// brings the same line twice, and it takes [`SHARE`] of the documents, and three at least.
const SMALL_GROUP: u32 = 20;
const SHARE: f32 = 0.02;

/// A kind of lines is a template's when it stands on at least this share of a group's documents.
const SHARE_OF_KIND: f32 = 0.3;

/// Collects what recurs: the first pass.
///
/// ```
/// use zhnorm::report::Report;
/// use zhnorm::strip::{EvidenceBuilder, Options, strip};
///
/// let pages = [
///     "昨天下了雪，路上的车开得很慢。",
///     "大桥今天通车，桥上站满了人。",
///     "学校的操场换了新的草皮。",
/// ]
/// .map(|article| format!("晨报每日为您报道\n{article}\n晨报的新闻天天更新\n晨报天下知\n"));
/// let mut builder = EvidenceBuilder::default();
/// for page in &pages {
///     builder.observe("morning.example", page);
/// }
/// let evidence = builder.finish();
/// let options = Options::default().with_evidence(evidence.of_group("morning.example"));
/// let mut report = Report::listing();
/// assert_eq!(strip(&pages[0], &options, &mut report), "昨天下了雪，路上的车开得很慢。\n");
/// assert_eq!(report.changes()[0].rule, "template");
/// assert_eq!(report.changes()[0].note.as_deref(), Some("df = 3 of 3"));
/// ```
#[derive(Debug)]
pub struct EvidenceBuilder {
    counters: Vec<u16>,
    documents: HashMap<u64, u32>,
    seen: HashSet<u64>,
}

/// The lines of one document and their kinds, as far as they are counted: each once, as a hash.
#[derive(Clone, Debug)]
pub struct Observation {
    group: u64,
    lines: Vec<u64>,
}

impl Observation {
    /// The lines of a document of a group, judged by the built-in rules.
    pub fn new(group: &str, text: &str) -> Self {
        Self::with_rules(group, text, &Rules::builtin())
    }

    /// The lines of a document of a group, judged by these rules: those of the second pass.
    pub fn with_rules(group: &str, text: &str, rules: &Rules) -> Self {
        let group = hash(group);
        let mut folded = Folded::default();
        let mut lines: Vec<u64> = text
            .split(['\n', '\r'])
            .filter_map(|line| key(group, line, &mut folded))
            .collect();
        let kinds = kinds(text.split(['\n', '\r']), rules);
        lines.extend(kinds.iter().map(|kind| hash(&(group, kind))));
        lines.sort_unstable();
        lines.dedup();
        Self { group, lines }
    }
}

impl Default for EvidenceBuilder {
    fn default() -> Self {
        Self {
            counters: vec![0; ROWS * COUNTERS],
            documents: HashMap::new(),
            seen: HashSet::new(),
        }
    }
}

impl EvidenceBuilder {
    /// Observes a document of a group, a folder's or a host's name, after decoding and repair.
    /// A document whose lines are those of one observed before counts once.
    pub fn observe(&mut self, group: &str, text: &str) {
        self.add(&Observation::new(group, text));
    }

    /// Counts a document that another thread has taken apart. The order in which documents are
    /// counted can matter where lines share counters.
    pub fn add(&mut self, document: &Observation) {
        let Observation { group, lines } = document;
        if lines.is_empty() || !self.seen.insert(hash(&(group, lines))) {
            return;
        }
        *self.documents.entry(*group).or_default() += 1;
        for &line in lines {
            let least = places(line)
                .map(|place| self.counters[place])
                .min()
                .unwrap_or(0);
            for place in places(line) {
                let counter = &mut self.counters[place];
                *counter = (*counter).max(least.saturating_add(1));
            }
        }
    }

    /// What was observed, for the second pass.
    pub fn finish(self) -> Evidence {
        Evidence {
            counters: self.counters.into(),
            documents: self.documents.into(),
        }
    }
}

/// How often lines stand in the documents of a run. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Evidence {
    counters: Arc<[u16]>,
    documents: Arc<HashMap<u64, u32>>,
}

impl Evidence {
    /// What is known of one group; `None` when fewer than two different documents of it were
    /// observed, which say nothing.
    pub fn of_group(&self, group: &str) -> Option<GroupEvidence> {
        let group = hash(group);
        let documents = *self.documents.get(&group)?;
        (documents > 1).then(|| GroupEvidence {
            counters: Arc::clone(&self.counters),
            group,
            documents,
        })
    }
}

/// How often lines stand in the documents of one group.
#[derive(Clone, Debug)]
pub struct GroupEvidence {
    counters: Arc<[u16]>,
    group: u64,
    documents: u32,
}

impl GroupEvidence {
    /// In how many of how many documents a line stands, when that makes it a template's line.
    ///
    /// Two documents of a group of at most twenty are enough, three and a fiftieth of a larger one.
    pub fn recurs(&self, line: &str) -> Option<(u32, u32)> {
        let key = key(self.group, line, &mut Folded::default())?;
        let found = self.found(key);
        let needed = if self.documents <= SMALL_GROUP {
            2
        } else {
            3.max((self.documents as f32 * SHARE).ceil() as u32)
        };
        (found >= needed).then_some((found, self.documents))
    }

    /// In how many of how many documents a kind of lines stands, when that makes it a template's.
    pub(super) fn recurs_in_kind(&self, kind: &Kind) -> Option<(u32, u32)> {
        let found = self.found(hash(&(self.group, kind)));
        let needed = 2.max((self.documents as f32 * SHARE_OF_KIND).ceil() as u32);
        (found >= needed).then_some((found, self.documents))
    }

    fn found(&self, key: u64) -> u32 {
        let least = places(key).map(|place| self.counters[place]).min();
        u32::from(least.unwrap_or(0))
    }
}

/// What a line is counted under; nothing for lines that articles share by nature: single
/// characters, the heads of enumerations, verse, captions.
fn key(group: u64, line: &str, folded: &mut Folded) -> Option<u64> {
    if shape(line) == Shape::Kept {
        return None;
    }
    folded.fold(line, usize::MAX, Table::plain());
    let inner: String = chars(folded.core()).collect();
    (inner.chars().nth(1).is_some()).then(|| hash(&(group, inner)))
}

fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The counters of a key, one in each row (Kirsch and Mitzenmacher's double hashing).
fn places(key: u64) -> impl Iterator<Item = usize> {
    let (first, second) = (key as u32 as u64, (key >> 32) | 1);
    (0..ROWS as u64).map(move |row| {
        let at = first
            .wrapping_add(row.wrapping_mul(second))
            .wrapping_add(row * row * row);
        row as usize * COUNTERS + (at as usize & (COUNTERS - 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(documents: &[&str]) -> Option<GroupEvidence> {
        let mut builder = EvidenceBuilder::default();
        for document in documents {
            builder.observe("site", document);
        }
        builder.finish().of_group("site")
    }

    #[test]
    fn a_document_met_twice_counts_once() {
        let twice = "昨天下了雪。\n大桥通车了。\n";
        assert!(evidence(&[twice, twice]).is_none());
        let known = evidence(&[twice, twice, "学校开学了。\n大桥通车了。\n"]).unwrap();
        assert_eq!(known.recurs("大橋通車了。"), Some((2, 2)));
        assert_eq!(known.recurs("昨天下了雪。"), None);
    }

    #[test]
    fn groups_are_apart() {
        let mut builder = EvidenceBuilder::default();
        for (group, text) in [
            ("a", "大桥\n一座"),
            ("b", "大桥\n两座"),
            ("a", "小桥"),
            ("b", "石桥"),
        ] {
            builder.observe(group, text);
        }
        let known = builder.finish().of_group("a").unwrap();
        assert_eq!(known.recurs("大桥"), None);
    }

    #[test]
    fn a_large_group_needs_more_than_chance() {
        let documents: Vec<String> = (0..200)
            .map(|at| {
                format!(
                    "第{at}天的新闻\n{}",
                    if at < 3 {
                        "三次的话"
                    } else {
                        "常说的话"
                    }
                )
            })
            .collect();
        let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
        let known = evidence(&documents).unwrap();
        assert_eq!(known.recurs("三次的话"), None);
        assert_eq!(known.recurs("常说的话"), Some((197, 200)));
    }

    #[test]
    fn another_edition_of_an_article_is_no_template() {
        use crate::report::Report;
        use crate::strip::{Options, strip};

        let article = "昨天下了雪，路上的车开得很慢。\n孩子们在路边堆雪人，大人们扫雪。\n雪人\n";
        let editions = [
            format!("{article}今天又下了一场。\n"),
            format!("{article}明天还要下。\n早报的读者这样说。\n"),
            "学校开学了。\n操场换了新草皮。\n".to_owned(),
        ];
        let texts: Vec<&str> = editions.iter().map(String::as_str).collect();
        let known = evidence(&texts);
        assert!(
            known
                .as_ref()
                .unwrap()
                .recurs("昨天下了雪，路上的车开得很慢。")
                .is_some()
        );
        let options = Options::default().with_evidence(known);
        for text in texts {
            assert_eq!(strip(text, &options, &mut Report::counting()), text);
        }
    }
}
