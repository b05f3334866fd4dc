//! For code review tools: SARIF 2.1.0, one log for the run.
//!
//! The log is written while the run goes on, so that its size does not matter.

use std::fmt::Write as _;

use serde_json::{Value, json};
use zhnorm::report::{Action, Change};

use super::{Rendered, Report};
use crate::record::{Fate, Record, Totals};

/// The report in SARIF.
pub struct Sarif {
    /// Standard output is for the text, so that the log goes to standard error.
    pub owns_stdout: bool,
}

impl Sarif {
    fn rendered(&self, text: Vec<u8>, log: String) -> Rendered {
        if self.owns_stdout {
            Rendered {
                stdout: text,
                stderr: log.into_bytes(),
            }
        } else {
            Rendered {
                stdout: log.into_bytes(),
                stderr: Vec::new(),
            }
        }
    }
}

impl Report for Sarif {
    fn start(&self) -> Rendered {
        let driver = json!({
            "name": "zhnorm",
            "version": env!("CARGO_PKG_VERSION"),
        });
        let head = format!(
            "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\
             \"runs\":[{{\"tool\":{{\"driver\":{driver}}},\"columnKind\":\"unicodeCodePoints\",\
             \"results\":[\n"
        );
        self.rendered(Vec::new(), head)
    }

    fn record(&self, record: &mut Record) -> Rendered {
        let text = std::mem::take(&mut record.text);
        let name = &record.name;
        let mut results = of_changes(name, &record.report);
        let message = match &record.fate {
            Fate::Failed(message) => Some(message),
            _ => None,
        };
        for message in record.faults.iter().chain(message) {
            results.push(result(name, "error", "error", message, None));
        }
        for message in &record.warnings {
            results.push(result(name, "warning", "warning", message, None));
        }
        self.rendered(text, log(&results))
    }

    fn part(&self, name: &str, text: Vec<u8>, report: &zhnorm::report::Report) -> Rendered {
        self.rendered(text, log(&of_changes(name, report)))
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
        let successful = totals.failed == 0 && !totals.interrupted;
        let tail =
            format!("{last}\n],\"invocations\":[{{\"executionSuccessful\":{successful}}}]}}]}}\n");
        self.rendered(Vec::new(), tail)
    }

    fn lists_changes(&self) -> bool {
        true
    }
}

/// Each result is followed by a comma; the summary at the end of the log closes them.
fn log(results: &[Value]) -> String {
    results.iter().fold(String::new(), |log, result| {
        log + &result.to_string() + ",\n"
    })
}

fn of_changes(name: &str, report: &zhnorm::report::Report) -> Vec<Value> {
    let changes = report.changes().iter();
    changes.map(|change| of_change(name, change)).collect()
}

fn of_change(name: &str, change: &Change) -> Value {
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
    let rule = format!("{}/{}", change.stage, change.rule);
    result(name, &rule, level, &text, Some(change.line))
}

fn result(name: &str, rule: &str, level: &str, text: &str, line: Option<usize>) -> Value {
    let mut place = json!({"artifactLocation": {"uri": uri(name)}});
    if let Some(line) = line {
        place["region"] = json!({"startLine": line.max(1)});
    }
    json!({
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    })
}

/// A path as a relative URI: what is neither a letter, a digit nor one of `-._~/` is escaped.
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
