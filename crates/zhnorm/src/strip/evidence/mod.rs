//! Lines that recur over the documents of one folder or host.
//!
//! A line that occurs in several different articles of a site was written by the site, not by
//! their authors. A first pass over a folder observes every document; the second asks, for each
//! line, in how many of the group's documents it is (its document frequency).
//!
//! Memory does not grow with the lines: of a quarter of a million different lines the frequencies are
//! exact, of more they are kept in a count-min sketch with conservative update (Cormode and
//! Muthukrishnan, J. Algorithms 55, 2005; Estan and Varghese, SIGCOMM 2002) of four rows of 2²⁰
//! counters, 8 MiB. It never counts too little; of a million different lines that stand in one
//! document each it counts four in a hundred too high. Beside it is one hash per document, so that
//! a document met twice counts once.
//!
//! The first pass can be done in parts, on many machines: what they observed is merged
//! ([`EvidenceBuilder::merge`], [`EvidenceBuilder::to_bytes`]), or the keys of the lines are counted by
//! other means ([`Observation::keys`], [`EvidenceBuilder::count`]).

mod counts;
mod keys;
mod saved;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::error::{Error, Result};
use super::folded::Folded;
use super::kind::Kind;
use super::rule_set::Rules;
use counts::Counts;
use saved::Reader;

use keys::VERSION as KEYS_VERSION;

/// In a small group two documents are enough to tell a template's line; in a large one chance
/// brings the same line twice, and it takes [`SHARE`] of the documents, and three at least.
const SMALL_GROUP: u32 = 20;
const SHARE: f32 = 0.02;

/// A kind of lines is a template's when it occurs on at least this share of a group's documents.
const SHARE_OF_KIND: f32 = 0.3;

/// How a saved form begins; the version of the keys follows.
const MAGIC: &[u8] = b"zhnorm evidence ";

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
#[derive(Clone, Debug, Default)]
pub struct EvidenceBuilder {
    counts: Arc<Counts>,
    documents: HashMap<u64, u32>,
    seen: HashSet<u64>,
}

/// The lines of one document and their kinds, as far as they are counted: each once, as a hash.
#[derive(Clone, Debug)]
pub struct Observation {
    group: u64,
    keys: Vec<u64>,
}

impl Observation {
    /// The version of the keys. Counts of different versions must not be added.
    pub const KEYS_VERSION: u8 = KEYS_VERSION;

    /// The lines of a document of a group, judged by the built-in rules.
    pub fn new(group: &str, text: &str) -> Self {
        Self::with_rules(group, text, &Rules::builtin())
    }

    /// The lines of a document of a group, judged by these rules: those of the second pass.
    pub fn with_rules(group: &str, text: &str, rules: &Rules) -> Self {
        Self {
            group: keys::of_group(group),
            keys: keys::of_document(text, rules),
        }
    }

    /// A document of a group that has these keys.
    pub fn from_keys(group: &str, mut keys: Vec<u64>) -> Self {
        keys.sort_unstable();
        keys.dedup();
        Self {
            group: keys::of_group(group),
            keys,
        }
    }

    /// The keys of the document's lines and of their kinds, in rising order. They are the same in
    /// every group and on every machine; [`Observation::KEYS_VERSION`] says whether older ones still are.
    pub fn keys(&self) -> &[u64] {
        &self.keys
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
        let Observation { group, keys } = document;
        if keys.is_empty() || !self.seen.insert(keys::of_keys(*group, keys)) {
            return;
        }
        *self.documents.entry(*group).or_default() += 1;
        let counts = Arc::make_mut(&mut self.counts);
        for &key in keys {
            counts.add(keys::in_group(*group, key), 1);
        }
    }

    /// Takes over that a key occurs in so many different documents of a group, as counted by other
    /// means. Keys of one document may be left out.
    pub fn count(&mut self, group: &str, key: u64, documents: u32) {
        let times = u16::try_from(documents).unwrap_or(u16::MAX);
        let group = keys::of_group(group);
        Arc::make_mut(&mut self.counts).add(keys::in_group(group, key), times);
    }

    /// Takes over that a group has so many different documents more.
    pub fn count_documents(&mut self, group: &str, documents: u32) {
        let known = self.documents.entry(keys::of_group(group)).or_default();
        *known = known.saturating_add(documents);
    }

    /// Adds what another builder has observed. A document that both have observed counts twice, so
    /// the documents of one group are best observed by one builder.
    pub fn merge(&mut self, other: Self) {
        Arc::make_mut(&mut self.counts).merge(Arc::unwrap_or_clone(other.counts));
        for (group, documents) in other.documents {
            let known = self.documents.entry(group).or_default();
            *known = known.saturating_add(documents);
        }
        self.seen.extend(other.seen);
    }

    /// A form to save, or to send to another machine.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.push(KEYS_VERSION);
        self.counts.save(&mut bytes);
        bytes.extend((self.documents.len() as u64).to_le_bytes());
        let mut documents: Vec<_> = self.documents.iter().collect();
        documents.sort_unstable();
        for (group, documents) in documents {
            bytes.extend(group.to_le_bytes());
            bytes.extend(documents.to_le_bytes());
        }
        let mut seen: Vec<_> = self.seen.iter().collect();
        seen.sort_unstable();
        bytes.extend((seen.len() as u64).to_le_bytes());
        bytes.extend(seen.into_iter().flat_map(|seen| seen.to_le_bytes()));
        bytes
    }

    /// Reads what [`EvidenceBuilder::to_bytes`] gave.
    ///
    /// # Errors
    ///
    /// [`Error::BadEvidence`] when the bytes are something else, or of another [`Observation::KEYS_VERSION`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let rest = bytes.strip_prefix(MAGIC);
        let Some((&version, rest)) = rest.and_then(<[u8]>::split_first) else {
            return Err(Error::BadEvidence { version: None });
        };
        if version != KEYS_VERSION {
            return Err(Error::BadEvidence {
                version: Some(version),
            });
        }
        Self::load(&mut Reader(rest)).ok_or(Error::BadEvidence { version: None })
    }

    fn load(from: &mut Reader<'_>) -> Option<Self> {
        let counts = Arc::new(Counts::load(from)?);
        let documents = (0..from.length(12)?)
            .map(|_| Some((from.number()?, from.word()?)))
            .collect::<Option<_>>()?;
        let seen = (0..from.length(8)?)
            .map(|_| from.number())
            .collect::<Option<_>>()?;
        from.0.is_empty().then_some(Self {
            counts,
            documents,
            seen,
        })
    }

    /// The number of different documents of a group.
    pub fn documents(&self, group: &str) -> u32 {
        let known = self.documents.get(&keys::of_group(group));
        known.copied().unwrap_or(0)
    }

    /// What is known of one group so far.
    pub fn of_group(&self, group: &str) -> Option<GroupEvidence> {
        of_group(&self.counts, &self.documents, group)
    }

    /// What was observed, for the second pass.
    pub fn finish(self) -> Evidence {
        Evidence {
            counts: self.counts,
            documents: self.documents.into(),
        }
    }
}

fn of_group(
    counts: &Arc<Counts>,
    documents: &HashMap<u64, u32>,
    group: &str,
) -> Option<GroupEvidence> {
    let group = keys::of_group(group);
    let documents = *documents.get(&group)?;
    (documents > 1).then(|| GroupEvidence {
        counts: Arc::clone(counts),
        group,
        documents,
    })
}

/// How often lines stand in the documents of a run. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Evidence {
    counts: Arc<Counts>,
    documents: Arc<HashMap<u64, u32>>,
}

impl Evidence {
    /// What is known of one group; `None` when fewer than two different documents of it were
    /// observed, which say nothing.
    pub fn of_group(&self, group: &str) -> Option<GroupEvidence> {
        of_group(&self.counts, &self.documents, group)
    }
}

/// How often lines stand in the documents of one group.
#[derive(Clone, Debug)]
pub struct GroupEvidence {
    counts: Arc<Counts>,
    group: u64,
    documents: u32,
}

impl GroupEvidence {
    /// In how many of how many documents a line is, when that makes it a template's line.
    ///
    /// Two documents of a group of at most twenty are enough, three and a fiftieth of a larger one.
    pub fn recurs(&self, line: &str) -> Option<(u32, u32)> {
        let found = self.found(keys::of_line(line, &mut Folded::default())?);
        let needed = if self.documents <= SMALL_GROUP {
            2
        } else {
            3.max((self.documents as f32 * SHARE).ceil() as u32)
        };
        (found >= needed).then_some((found, self.documents))
    }

    /// In how many of how many documents a kind of lines is, when that makes it a template's.
    pub(super) fn recurs_in_kind(&self, kind: &Kind) -> Option<(u32, u32)> {
        let found = self.found(keys::of_kind(kind));
        let needed = 2.max((self.documents as f32 * SHARE_OF_KIND).ceil() as u32);
        (found >= needed).then_some((found, self.documents))
    }

    fn found(&self, key: u64) -> u32 {
        u32::from(self.counts.count(keys::in_group(self.group, key)))
    }
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

    /// Pages of two sites, with a line that recurs in a traditional copy too.
    fn pages() -> Vec<(&'static str, String)> {
        (0..40)
            .map(|at| {
                let site = ["//a.example", "//b.example"][at % 2];
                let footer = ["晨报天下知", "晨報天下知"][at / 2 % 2];
                let text = format!("第{at}篇说的是雪。\n{footer}\n来源：晨报{at}\n");
                (site, text)
            })
            .collect()
    }

    fn known(evidence: &Evidence) -> Vec<Option<(u32, u32)>> {
        ["//a.example", "//b.example"]
            .iter()
            .flat_map(|site| {
                let known = evidence.of_group(site).unwrap();
                let dated = Kind::Rule("metadata.source".to_owned());
                [
                    known.recurs("晨报天下知"),
                    known.recurs("第1篇说的是雪。"),
                    known.recurs_in_kind(&dated),
                ]
            })
            .collect()
    }

    #[test]
    fn parts_make_the_same_as_the_whole() {
        let mut whole = EvidenceBuilder::default();
        for (site, text) in pages() {
            whole.observe(site, &text);
        }
        // Each site on a machine of its own, sent as bytes.
        let mut merged = EvidenceBuilder::default();
        for part in ["//a.example", "//b.example"] {
            let mut builder = EvidenceBuilder::default();
            for (site, text) in pages().iter().filter(|(site, _)| *site == part) {
                builder.observe(site, text);
                builder.observe(site, text);
            }
            merged.merge(EvidenceBuilder::from_bytes(&builder.to_bytes()).unwrap());
        }
        assert_eq!(merged.to_bytes(), whole.to_bytes());
        // Keys counted by other means, without those that stand in one document.
        let mut counted = EvidenceBuilder::default();
        let mut counts: HashMap<(&str, u64), u32> = HashMap::new();
        for (site, text) in pages() {
            for &key in Observation::new(site, &text).keys() {
                *counts.entry((site, key)).or_default() += 1;
            }
            counted.count_documents(site, 1);
        }
        for ((site, key), times) in counts {
            if times > 1 {
                counted.count(site, key, times);
            }
        }
        let whole = known(&whole.finish());
        assert_eq!(whole[0], Some((20, 20)));
        assert_eq!(whole[1], None);
        assert_eq!(known(&counted.finish()), whole);
    }

    #[test]
    fn only_saved_evidence_is_read() {
        let saved = EvidenceBuilder::default().to_bytes();
        assert!(EvidenceBuilder::from_bytes(&saved).is_ok());
        let bad = |bytes: &[u8]| EvidenceBuilder::from_bytes(bytes).unwrap_err().to_string();
        for end in 0..saved.len() {
            assert!(bad(&saved[..end]).contains("no saved evidence"), "{end}");
        }
        assert!(bad(&[&saved[..], &[0]].concat()).contains("no saved evidence"));
        let mut other = saved.clone();
        other[MAGIC.len()] = 9;
        assert!(bad(&other).contains("version 9"));
        let mut long = saved;
        long[MAGIC.len() + 2..MAGIC.len() + 10].fill(0xFF);
        assert!(bad(&long).contains("no saved evidence"));
    }
}
