//! The `OpenCC` that is installed on the machine, for those who must match it.
//!
//! Its output depends on its version and its dictionaries; the embedded engine's does not. It is
//! reached through the `opencc-rust` crate and only built with the feature of that name.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use opencc_rust::OpenCC;

use super::Config;
use crate::convert::{Error, Result};
use crate::report::{Change, LineCounter, Report, Stage};

/// The installed library, with the configurations that were opened so far.
///
/// Opening a configuration takes up to a tenth of a second, so each is opened when it is first
/// used and then kept, by all threads together.
#[derive(Clone)]
pub struct InstalledOpenCc {
    converters: Arc<Mutex<BTreeMap<Config, Opened>>>,
}

/// A configuration, or why it cannot be opened.
type Opened = std::result::Result<Arc<OpenCC>, String>;

impl fmt::Debug for InstalledOpenCc {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("InstalledOpenCc")
    }
}

impl InstalledOpenCc {
    /// Finds the library and its dictionaries.
    ///
    /// # Errors
    ///
    /// [`Error::OpenCc`] when the library cannot open its own configuration `s2t`.
    pub fn new() -> Result<Self> {
        let installed = Self {
            converters: Arc::default(),
        };
        match installed.open(Config::S2t) {
            Ok(_) => Ok(installed),
            Err(reason) => Err(Error::OpenCc { reason }),
        }
    }

    fn open(&self, config: Config) -> Opened {
        let mut converters = self
            .converters
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        converters
            .entry(config)
            .or_insert_with(|| match OpenCC::new(format!("{config}.json")) {
                Ok(converter) => Ok(Arc::new(converter)),
                Err(error) => Err(error.to_string()),
            })
            .clone()
    }

    /// Converts with one configuration, and records each line that changed, cut down to the
    /// stretch that differs. What the installed library cannot do is flagged, and the text left
    /// as it is.
    pub(super) fn convert<'a>(
        &self,
        config: Config,
        text: &'a str,
        report: &mut Report,
    ) -> Cow<'a, str> {
        let converted = self
            .open(config)
            .and_then(|converter| convert_around_nul(&converter, text));
        match converted {
            Ok(converted) if converted == text => Cow::Borrowed(text),
            Ok(converted) => {
                record(config, text, &converted, report);
                Cow::Owned(converted)
            }
            Err(reason) => {
                let note = format!("the installed OpenCC cannot convert this: {reason}");
                let flag = Change::flag(Stage::Convert, config.name(), 0..text.len(), 1, "");
                report.record(flag.with_note(note));
                Cow::Borrowed(text)
            }
        }
    }
}

/// Converts the text between NUL characters, which the library would end at.
fn convert_around_nul(converter: &OpenCC, text: &str) -> std::result::Result<String, String> {
    let pieces: std::result::Result<Vec<String>, String> = text
        .split('\0')
        .map(|piece| converter.convert(piece).map_err(|error| error.to_string()))
        .collect();
    Ok(pieces?.join("\0"))
}

fn record(config: Config, before: &str, after: &str, report: &mut Report) {
    let mut lines = LineCounter::new(before.as_bytes());
    let mut at = 0;
    let same_lines = before.split('\n').count() == after.split('\n').count();
    let pairs: Vec<(&str, &str)> = if same_lines {
        before.split('\n').zip(after.split('\n')).collect()
    } else {
        vec![(before, after)]
    };
    for (old, new) in pairs {
        if old != new {
            let head = shared(old.chars(), new.chars());
            let (old_rest, new_rest) = (&old[head..], &new[head..]);
            let tail = shared(old_rest.chars().rev(), new_rest.chars().rev());
            let place = at + head..at + old.len() - tail;
            let line = lines.line_at(place.start);
            report.record(Change::edit(
                Stage::Convert,
                config.name(),
                place,
                line,
                &old_rest[..old_rest.len() - tail],
                &new_rest[..new_rest.len() - tail],
            ));
        }
        at += old.len() + 1;
    }
}

/// How many bytes two texts share from here on.
fn shared(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other)
        .take_while(|(one, other)| one == other)
        .map(|(character, _)| character.len_utf8())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::{Engine, Options, Plan, Provenance, convert};

    #[test]
    fn converts_as_the_library_does() {
        let options = Options {
            engine: Engine::OpenCc(InstalledOpenCc::new().unwrap()),
            ..Options::default()
        };
        let plan = Plan {
            configs: vec![Config::S2t],
            provenance: Provenance::Written,
            context: false,
            spelling: None,
        };
        let mut report = Report::listing();
        let text = "头发\n和\0发现";
        assert_eq!(
            convert(text, &plan, &options, &mut report),
            "頭髮\n和\0發現"
        );
        let places: Vec<_> = report
            .changes()
            .iter()
            .map(|change| {
                (
                    change.line,
                    &text[change.span.clone()],
                    change.after.as_str(),
                )
            })
            .collect();
        assert_eq!(places, [(1, "头发", "頭髮"), (2, "发现", "發現")]);
    }

    #[test]
    fn what_does_not_change_is_borrowed() {
        let installed = InstalledOpenCc::new().unwrap();
        let mut report = Report::counting();
        let converted = installed.convert(Config::T2s, "abc", &mut report);
        assert!(matches!(converted, Cow::Borrowed("abc")));
        assert!(!report.is_changed());
    }
}
