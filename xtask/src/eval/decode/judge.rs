//! What an answer is worth: whether it is right, and how often the confidence says so rightly.

use std::collections::BTreeMap;

use anyhow::Result;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use zhnorm::decode::{self, Evidence, Options};
use zhnorm::report::Report;

use super::cases::Twist;
use super::{accuracy, few_characters};
use crate::corpora::Split;

/// Right and all answers.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) right: usize,
    pub(super) all: usize,
}

impl Tally {
    pub(super) fn add(&mut self, is_right: bool) {
        self.right += usize::from(is_right);
        self.all += 1;
    }

    pub(super) fn percent(self) -> String {
        if self.all == 0 {
            return "-".to_owned();
        }
        let percent = 100.0 * self.right as f64 / self.all as f64;
        // 100 means all of them, not nearly.
        if self.right == self.all {
            "100".to_owned()
        } else {
            format!("{:.1}", percent.min(99.9))
        }
    }
}

/// What an answer was worth.
pub(super) struct Answer {
    pub(super) confidence: f32,
    pub(super) is_right: bool,
    /// What the confidence is made of, where costs decided.
    pub(super) margin: Option<Margin>,
}

pub(super) struct Margin {
    pub(super) nats: f32,
    pub(super) is_alphabet: bool,
    pub(super) letters: usize,
}

impl Judged {
    pub(super) fn answer(&self, bytes: &[u8]) -> Answer {
        let detection = decode::detect(bytes);
        let is_alphabet = detection.evidence.contains(&Evidence::Chardetng);
        let margin = detection
            .evidence
            .iter()
            .find_map(|evidence| match evidence {
                Evidence::Characters { nats, .. } => Some(Margin {
                    nats: *nats,
                    is_alphabet,
                    letters: bytes.iter().filter(|byte| !byte.is_ascii()).count(),
                }),
                _ => None,
            });
        Answer {
            confidence: self.confidence,
            is_right: self.is_right,
            margin,
        }
    }
}

/// How often an answer is right by what its confidence is made of, on the text that the counts
/// were made from: the constants of `crates/zhnorm/src/decode/confidence.rs` are read off this.
pub(super) fn calibrate(per_cell: usize) -> Result<()> {
    let mut answers = Vec::new();
    accuracy(Split::Train, per_cell, false, &mut answers, None)?;
    few_characters(Split::Train, per_cell, false, &mut answers)?;
    let mut bins: BTreeMap<(bool, usize), Tally> = BTreeMap::new();
    for answer in &answers {
        if let Some(margin) = &answer.margin {
            let by = if margin.is_alphabet {
                margin.letters.min(63) / 2
            } else {
                margin.nats.clamp(0.0, 40.0) as usize
            };
            bins.entry((margin.is_alphabet, by))
                .or_default()
                .add(answer.is_right);
        }
    }
    println!("| alphabet | nats, or pairs of letters | answers | right, % |\n|---|---|---|---|");
    for ((is_alphabet, by), share) in bins {
        println!(
            "| {is_alphabet} | {by} | {} | {} |",
            share.all,
            share.percent()
        );
    }
    Ok(())
}

pub(super) struct Judged {
    pub(super) label: String,
    pub(super) confidence: f32,
    pub(super) is_right: bool,
    pub(super) is_chardetng_right: bool,
}

pub(super) fn judge(bytes: &[u8], label: &str, text: Option<&str>, twist: Twist) -> Judged {
    let options = Options::default().with_min_confidence(0.0);
    let detection = decode::detect(bytes);
    let found = detection.encoding.label();
    let read = decode::decode(bytes, &options, &mut Report::counting())
        .map(|decoded| decoded.text.into_owned())
        .unwrap_or_default();
    let is_same_text = text.is_none_or(|text| match twist {
        Twist::None | Twist::Mark(_) | Twist::Rewrite(_) => read == text,
        // All but the character that is cut.
        Twist::CutHead | Twist::CutTail => {
            let left = |text: &str| {
                text.chars()
                    .filter(|c| !c.is_ascii() && *c != '\u{FFFD}')
                    .collect::<Vec<_>>()
            };
            // What is left of a cut character may pass for one, and swallow the next.
            let (read, text) = (left(&read), left(text));
            let end = text.len().min(3);
            text.starts_with(&read) || read.ends_with(&text[end..])
        }
        Twist::Html => read.contains(text),
        Twist::Damage => true,
    });
    // An alphabet is right when it reads the text, whatever it is called.
    let is_alphabet = label.starts_with("windows") || label.starts_with("koi8");
    let is_right = is_same_text && (is_alphabet || is_same(&found, label));

    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, false);
    let guess = detector.guess(None, Utf8Detection::Allow);
    let is_chardetng_right = if is_alphabet {
        text.is_some_and(|text| guess.decode_without_bom_handling(bytes).0 == text)
    } else {
        is_same(&guess.name().to_ascii_lowercase(), label)
    };
    Judged {
        label: found,
        confidence: detection.confidence,
        is_right,
        is_chardetng_right,
    }
}

/// Whether two labels name one encoding as far as its text is concerned.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let family = |label: &str| match label {
        "gbk" | "gb2312" => "gb18030".to_owned(),
        "utf-32le" | "utf-32be" => "utf-32".to_owned(),
        other => other.to_owned(),
    };
    family(one) == family(other)
}

/// How often answers of a confidence are right.
pub(super) fn reliability(answers: &[Answer]) {
    const BOUNDS: [f32; 8] = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, f32::INFINITY];
    println!("Reliability: of the answers with this confidence, so many are right:\n");
    println!("| confidence | answers | mean confidence | right |\n|---|---|---|---|");
    let mut bins: BTreeMap<usize, (Tally, f64)> = BTreeMap::new();
    for Answer {
        confidence,
        is_right,
        ..
    } in answers
    {
        let bin = BOUNDS
            .iter()
            .position(|bound| confidence < bound)
            .unwrap_or(7);
        let entry = bins.entry(bin).or_default();
        entry.0.add(*is_right);
        entry.1 += f64::from(*confidence);
    }
    for (bin, (share, sum)) in bins {
        let from = if bin == 0 { 0.0 } else { BOUNDS[bin - 1] };
        let to = BOUNDS[bin].min(1.0);
        println!(
            "| {from}-{to} | {} | {:.3} | {:.2} % |",
            share.all,
            sum / share.all as f64,
            100.0 * share.right as f64 / share.all as f64
        );
    }
    let mut sure = Tally::default();
    for Answer {
        confidence,
        is_right,
        ..
    } in answers
    {
        if *confidence >= 0.99 {
            sure.add(*is_right);
        }
    }
    println!(
        "\nOf {} answers with 0.99 or more, {:.3} % are right.\n",
        sure.all,
        100.0 * sure.right as f64 / sure.all as f64
    );
}
