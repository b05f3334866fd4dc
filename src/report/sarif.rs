//! For code review tools: SARIF 2.1.0, one log for the run.
//!
//! The log is written during the run, so that its size does not matter. The rules that were seen
//! are described at its end.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};
use zhnorm::report::{Action, Change, Stage};

use super::{Rendered, Report};
use crate::escape::push_json;
use crate::places::FilePlace;
use crate::record::{FileStatus, Head, Record, Totals};
use crate::rules;

/// The report in SARIF.
pub(crate) struct Sarif {
    /// Standard output holds the text, so the log goes to standard error.
    owns_stdout: bool,
    /// The rules that were seen.
    seen: Mutex<BTreeSet<(Stage, String)>>,
}

impl Sarif {
    /// A report; `owns_stdout` when standard output holds the text.
    pub(crate) fn new(owns_stdout: bool) -> Self {
        Self {
            owns_stdout,
            seen: Mutex::default(),
        }
    }

    fn rendered(&self, text: Vec<u8>, log: Vec<u8>) -> Rendered {
        if self.owns_stdout {
            Rendered {
                stdout: text,
                stderr: log,
            }
        } else {
            Rendered {
                stdout: log,
                stderr: Vec::new(),
            }
        }
    }

    /// The results for the changes of a report, each written before the next is made.
    fn changes(
        &self,
        log: &mut Vec<u8>,
        name: &str,
        report: &zhnorm::report::Report,
        places: &[Option<FilePlace>],
    ) {
        let uri = uri(name);
        for (at, change) in report.changes().iter().enumerate() {
            let place = places.get(at).and_then(Option::as_ref);
            push(log, &change_result(&uri, change, place));
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for (stage, rule, _) in report.tallies() {
            if !seen.contains(&(stage, rule.to_owned())) {
                seen.insert((stage, rule.to_owned()));
            }
        }
    }

    /// The description of the rules that were seen.
    fn descriptions(&self) -> Vec<Value> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let described = seen.iter().map(|(stage, rule)| {
            let mut described = json!({"id": format!("{stage}/{rule}")});
            if let Some(meaning) = rules::meaning(*stage, rule) {
                described["shortDescription"] = json!({"text": meaning});
            }
            described
        });
        described.collect()
    }
}

impl Report for Sarif {
    fn start(&self, head: &Head) -> Rendered {
        let mut log = b"{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\
             \"version\":\"2.1.0\",\"runs\":[{\"columnKind\":\"unicodeCodePoints\",\"results\":[\n"
            .to_vec();
        for message in &head.warnings {
            let result = json!({
                "ruleId": "warning",
                "level": "warning",
                "message": {"text": message},
            });
            push(&mut log, &result);
        }
        self.rendered(Vec::new(), log)
    }

    fn record(&self, record: &mut Record) -> Rendered {
        let text = std::mem::take(&mut record.text);
        let name = &record.name;
        let mut log = Vec::new();
        self.changes(&mut log, name, &record.report, &record.places);
        let message = match &record.status {
            FileStatus::Failed(message) => Some(message),
            _ => None,
        };
        let uri = uri(name);
        for message in record.faults.iter().chain(message) {
            push(&mut log, &result(&uri, "error", "error", message, None));
        }
        for message in &record.warnings {
            push(&mut log, &result(&uri, "warning", "warning", message, None));
        }
        self.rendered(text, log)
    }

    fn part(
        &self,
        name: &str,
        text: Vec<u8>,
        report: &zhnorm::report::Report,
        places: &[Option<FilePlace>],
    ) -> Rendered {
        let mut log = Vec::new();
        self.changes(&mut log, name, report, places);
        self.rendered(text, log)
    }

    fn totals(&self, totals: &Totals) -> Rendered {
        let text = format!(
            "{} files: {} changed, {} unchanged, {} binary, {} errors",
            totals.files(),
            totals.changed,
            totals.unchanged,
            totals.binary,
            totals.failed
        );
        let last = json!({
            "ruleId": "summary",
            "level": "none",
            "kind": "informational",
            "message": {"text": text},
        });
        let driver = json!({
            "name": "zhnorm",
            "version": env!("CARGO_PKG_VERSION"),
            "rules": self.descriptions(),
        });
        let successful = totals.failed == 0 && !totals.interrupted;
        let mut log = Vec::new();
        push_json(&mut log, &last);
        log.extend_from_slice(b"],\"tool\":{\"driver\":");
        push_json(&mut log, &driver);
        let end = format!("}},\"invocations\":[{{\"executionSuccessful\":{successful}}}]}}]}}\n");
        log.extend_from_slice(end.as_bytes());
        self.rendered(Vec::new(), log)
    }

    fn locates(&self) -> bool {
        true
    }

    fn lists_changes(&self) -> bool {
        true
    }
}

/// Writes a result. Each is followed by a comma; the summary at the end of the log has none.
fn push(log: &mut Vec<u8>, result: &impl Serialize) {
    push_json(log, result);
    log.pop();
    log.extend_from_slice(b",\n");
}

fn change_result<'a>(
    uri: &'a str,
    change: &'a Change,
    place: Option<&FilePlace>,
) -> SarifResult<'a> {
    let (level, text) = match change.action {
        Action::Edit if change.before.is_empty() && change.after.is_empty() => {
            ("note", change.rule.to_string())
        }
        Action::Edit => (
            "note",
            format!("\"{}\" -> \"{}\"", change.before, change.after),
        ),
        Action::Drop => ("note", format!("dropped \"{}\"", change.before)),
        Action::Flag => ("warning", format!("left alone \"{}\"", change.before)),
    };
    let region = match place {
        Some(place) => Region::of(place),
        None => Region {
            start_line: change.line.max(1),
            ..Region::default()
        },
    };
    let is_fixable = change.action != Action::Flag && change.before != change.after;
    let is_exact = place.is_some_and(|place| place.is_exact);
    SarifResult {
        fixes: (is_fixable && is_exact).then(|| {
            [Fix {
                artifact_changes: [ArtifactChange {
                    artifact_location: ArtifactLocation { uri },
                    replacements: [Replacement {
                        deleted_region: region,
                        inserted_content: Text {
                            text: Cow::Borrowed(&change.after),
                        },
                    }],
                }],
            }]
        }),
        ..result(
            uri,
            format!("{}/{}", change.stage, change.rule),
            level,
            text,
            Some(region),
        )
    }
}

/// A result, as it is written. A value of `serde_json` for each would take most of the time.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    fixes: Option<[Fix<'a>; 1]>,
    level: &'static str,
    locations: [Location<'a>; 1],
    message: Text<'a>,
    rule_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix<'a> {
    artifact_changes: [ArtifactChange<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: ArtifactLocation<'a>,
    replacements: [Replacement<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Text<'a>,
}

#[derive(Serialize)]
struct Text<'a> {
    text: Cow<'a, str>,
}

#[derive(Serialize)]
struct ArtifactLocation<'a> {
    uri: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation<'a> {
    artifact_location: ArtifactLocation<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

/// A place in the form of SARIF. Columns are those of characters.
#[derive(Clone, Copy, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_length: Option<usize>,
}

impl Region {
    fn of(place: &FilePlace) -> Self {
        let columns = place.column.zip(place.end_column);
        let bytes = place.start.zip(place.end);
        Self {
            start_line: place.line.max(1),
            end_line: Some(place.end_line.max(1)),
            start_column: columns.map(|(start, _)| start.max(1)),
            end_column: columns.map(|(_, end)| end.max(1)),
            byte_offset: bytes.map(|(start, _)| start),
            byte_length: bytes.map(|(start, end)| end - start),
        }
    }
}

fn result<'a>(
    uri: &'a str,
    rule: impl Into<String>,
    level: &'static str,
    text: impl Into<Cow<'a, str>>,
    region: Option<Region>,
) -> SarifResult<'a> {
    SarifResult {
        fixes: None,
        level,
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri },
                region,
            },
        }],
        message: Text { text: text.into() },
        rule_id: rule.into(),
    }
}

/// A path as a relative URI. All but letters, digits and `-._~/` is escaped.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_becomes_a_uri() {
        assert_eq!(super::uri("a b/文.txt"), "a%20b/%E6%96%87.txt");
    }
}
