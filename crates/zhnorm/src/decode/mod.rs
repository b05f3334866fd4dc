//! Bytes to text: finds out which encoding a file is in, and says how sure it is.
//!
//! [`detect`] climbs a ladder from what is certain (a byte order mark, escape sequences, valid
//! UTF-8) to what is likely (the reading whose characters surprise least). [`decode`] does the
//! same and reads the text; what cannot be decoded becomes U+FFFD and is flagged with its place.
//! [`encode`] goes the other way.
//!
//! ```
//! use zhnorm::decode::{self, Encoding, Options};
//! use zhnorm::report::Report;
//!
//! let bytes = b"\xD6\xD0\xB9\xFA\xC8\xCB\xC3\xF1"; // 中国人民 in GB2312
//! let detection = decode::detect(bytes);
//! assert_eq!(detection.encoding, Encoding::GB18030);
//!
//! let decoded = decode::decode(bytes, &Options::default(), &mut Report::listing())?;
//! assert_eq!(decoded.text, "中国人民");
//! # Ok::<(), zhnorm::Error>(())
//! ```

use std::borrow::Cow;

use crate::report::{Change, Report, Stage};

mod cns;
mod confidence;
mod declared;
mod detect;
mod encode;
mod encoding;
mod error;
mod mixed;
#[cfg(test)]
mod properties;
mod sample;
mod seven_bit;
mod signature;
mod stream;
mod surprise;
mod survey;
mod transcode;

pub use detect::{Detection, Evidence};
pub use encode::{Unmappable, encode};
pub use encoding::Encoding;
pub use error::Error;
pub(crate) use error::Result;
pub use stream::Decoder;
pub use survey::Survey;

use detect::Finding;

/// How bytes become text.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The encoding, when the caller knows it; `None` finds it out.
    pub encoding: Option<Encoding>,
    /// Below this confidence a file is not decoded at all, from 0 to 1.
    pub min_confidence: f32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            encoding: None,
            min_confidence: DEFAULT_MIN_CONFIDENCE,
        }
    }
}

impl Options {
    /// Reads the bytes in this encoding instead of finding it out.
    #[must_use]
    pub fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = Some(encoding);
        self
    }

    /// Decodes nothing below this confidence, from 0 to 1.
    #[must_use]
    pub fn with_min_confidence(mut self, confidence: f32) -> Self {
        self.min_confidence = confidence;
        self
    }
}

/// Below one half, the answer is more likely wrong than right, and a file that was decoded
/// wrongly and written back is lost. Above, the reader of a file of two characters is better
/// served by an answer than by a refusal.
pub const DEFAULT_MIN_CONFIDENCE: f32 = 0.5;

/// A decoded text.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Decoded<'a> {
    /// The text, without a byte order mark; borrowed when the bytes were UTF-8.
    pub text: Cow<'a, str>,
    /// The encoding that the bytes were in.
    pub encoding: Encoding,
    /// How sure that is, from 0 to 1.
    pub confidence: f32,
}

/// Finds out which encoding bytes are in, and which of them cannot be decoded in it.
pub fn detect(bytes: &[u8]) -> Detection {
    let finding = detect::find(bytes);
    let mut detection = Detection {
        encoding: finding.encoding,
        confidence: finding.confidence,
        evidence: finding.evidence.clone(),
        damaged_ranges: Vec::new(),
    };
    if finding.encoding.is_text() {
        let read = transcode::read(bytes, &finding);
        detection.evidence.extend(mixed::evidence(&read.runs));
        detection.damaged_ranges = read.damage;
    }
    detection
}

/// Decodes bytes.
///
/// The report is told of the byte order mark that was left out (rule `bom`), of a file that was
/// not UTF-8 (rule `encoding.LABEL`, one change for the whole file), of lines in another encoding
/// than the rest (rule `mixed.LABEL`, one change for each run of lines), and of each undecodable
/// place (rule `undecodable`, a flag; U+FFFD stands there now).
///
/// # Errors
///
/// [`Error::Binary`] when the bytes are not text, [`Error::Uncertain`] when the likeliest
/// encoding is less likely than [`Options::min_confidence`].
pub fn decode<'a>(bytes: &'a [u8], options: &Options, report: &mut Report) -> Result<Decoded<'a>> {
    let finding = match options.encoding {
        Some(encoding) => Finding::named(encoding, bytes),
        None => detect::find(bytes),
    };
    admit(&finding, options)?;
    let read = transcode::read(bytes, &finding);
    record_mark(bytes, &finding, report);
    record_encoding(bytes.len(), &finding, report);
    record_runs(&read.runs, &finding, report);
    transcode::flag(bytes, &finding, &read.damage, report);
    Ok(Decoded {
        text: read.text,
        encoding: finding.encoding,
        confidence: finding.confidence,
    })
}

/// Whether what was found is text, and found surely enough.
fn admit(finding: &Finding<'_>, options: &Options) -> Result<()> {
    if finding.encoding == Encoding::BINARY {
        return Err(Error::Binary);
    }
    if !finding.encoding.is_text() || finding.confidence < options.min_confidence {
        return Err(Error::Uncertain {
            encoding: finding.encoding.label(),
            confidence: finding.confidence,
            minimum: options.min_confidence,
        });
    }
    Ok(())
}

fn record_mark(bytes: &[u8], finding: &Finding<'_>, report: &mut Report) {
    if finding.mark > 0 {
        let mark = transcode::escaped(&bytes[..finding.mark]);
        report.record(Change::edit(
            Stage::Decode,
            "bom",
            0..finding.mark,
            1,
            mark,
            "",
        ));
    }
}

/// Tells of a file of this length that is not UTF-8.
fn record_encoding(length: usize, finding: &Finding<'_>, report: &mut Report) {
    if finding.encoding != Encoding::UTF_8 {
        let rule = format!("encoding.{}", finding.encoding);
        report.record(
            Change::edit(Stage::Decode, rule, 0..length, 1, "", "")
                .with_confidence(finding.confidence),
        );
    }
}

fn record_runs(runs: &[mixed::Run], finding: &Finding<'_>, report: &mut Report) {
    for run in runs {
        let label = run.encoding.label();
        report.record(
            Change::edit(
                Stage::Decode,
                format!("mixed.{label}"),
                run.range.clone(),
                run.line,
                "",
                "",
            )
            .with_note(format!(
                "{} lines in {label}, the file in {}",
                run.lines, finding.encoding
            )),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (Decoded<'_>, Report) {
        let mut report = Report::listing();
        let decoded = decode(bytes, &Options::default(), &mut report).unwrap();
        (decoded, report)
    }

    #[test]
    fn utf_8_is_borrowed_and_no_change() {
        let (text, report) = decoded("中文\r\nabc".as_bytes());
        assert!(matches!(text.text, Cow::Borrowed("中文\r\nabc")));
        assert_eq!((text.encoding, text.confidence), (Encoding::UTF_8, 1.0));
        assert!(!report.is_changed());
    }

    #[test]
    fn a_byte_order_mark_is_taken_off_and_reported() {
        let (text, report) = decoded("\u{FEFF}中文".as_bytes());
        assert!(matches!(text.text, Cow::Borrowed("中文")));
        assert_eq!(report.changes()[0].before, "\\xEF\\xBB\\xBF");
        assert_eq!(report.changed(Stage::Decode, "bom"), 1);
        assert_eq!(report.changed(Stage::Decode, "encoding"), 0);
    }

    #[test]
    fn another_encoding_is_one_change() {
        let (bytes, ..) = encoding_rs::GB18030.encode("今天的天气很好，我们去公园。");
        let (text, report) = decoded(&bytes);
        assert_eq!(text.text, "今天的天气很好，我们去公园。");
        assert_eq!(text.encoding, Encoding::GB18030);
        assert_eq!(report.changed(Stage::Decode, "encoding.gb18030"), 1);
        assert_eq!(report.changes().len(), 1);
    }

    #[test]
    fn every_undecodable_place_is_flagged() {
        let mut bytes = "第一行有字\n第二行也有字\n".as_bytes().to_vec();
        bytes.insert(16, 0xFF);
        bytes.push(0xE4);
        let (text, report) = decoded(&bytes);
        assert_eq!(text.text, "第一行有字\n\u{FFFD}第二行也有字\n\u{FFFD}");
        let places: Vec<_> = report
            .changes()
            .iter()
            .map(|change| (change.rule.as_ref(), change.span.clone(), change.line))
            .collect();
        assert_eq!(
            places,
            [("undecodable", 16..17, 2), ("undecodable", 36..37, 3)]
        );
        assert_eq!(report.changes()[0].before, "\\xFF");
        assert_eq!(detect(&bytes).damaged_ranges, [16..17, 36..37]);
    }

    #[test]
    fn utf_16_and_utf_32_are_read_with_and_without_a_mark() {
        let text = "今天的天气很好，我们去公园。";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let wide: Vec<u8> = text
            .chars()
            .flat_map(|character| u32::from(character).to_be_bytes())
            .collect();
        for (bytes, mark, encoding) in [
            (little, &b"\xFF\xFE"[..], Encoding::UTF_16LE),
            (big, b"\xFE\xFF", Encoding::UTF_16BE),
            (wide, b"\0\0\xFE\xFF", Encoding::UTF_32BE),
        ] {
            let marked = [mark, &bytes].concat();
            for bytes in [&bytes, &marked] {
                let (found, _) = decoded(bytes);
                assert_eq!((found.text.as_ref(), found.encoding), (text, encoding));
            }
        }
    }

    #[test]
    fn what_is_no_text_is_an_error() {
        let noise: Vec<u8> = (0..4096u32)
            .map(|index| (index.wrapping_mul(2_654_435_761) >> 23) as u8)
            .collect();
        for bytes in [b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".as_slice(), &noise] {
            let error = decode(bytes, &Options::default(), &mut Report::counting()).unwrap_err();
            assert!(matches!(error, Error::Binary), "{error}");
        }
    }

    #[test]
    fn words_of_two_characters_are_chinese_but_not_certain() {
        for word in ["你好", "联通", "中文"] {
            let bytes = encode(word, Encoding::GBK, Unmappable::Error).unwrap();
            let (text, _) = decoded(&bytes);
            assert_eq!(
                (text.text.as_ref(), text.encoding),
                (word, Encoding::GB18030)
            );
            assert!(text.confidence < 0.9, "{word} {}", text.confidence);
        }
    }

    #[test]
    fn ascii_with_colours_or_control_characters_is_text() {
        for text in ["\u{1B}[31mred\u{1B}[0m\n", "abc\u{8}d", "plain\u{C}page\n"] {
            let (decoded, report) = decoded(text.as_bytes());
            assert_eq!(decoded.text, text);
            assert_eq!(decoded.encoding, Encoding::UTF_8);
            assert!(decoded.confidence > 0.9, "{text:?} {}", decoded.confidence);
            assert!(!report.is_changed());
        }
    }

    #[test]
    fn below_the_least_confidence_nothing_is_decoded() {
        let options = Options {
            min_confidence: 0.9999,
            ..Options::default()
        };
        let error = decode(b"\xC4\xE3", &options, &mut Report::counting()).unwrap_err();
        assert!(matches!(error, Error::Uncertain { .. }), "{error}");
        let options = Options {
            encoding: Some(Encoding::GBK),
            ..options
        };
        let named = decode(b"\xC4\xE3", &options, &mut Report::counting()).unwrap();
        assert_eq!((named.text.as_ref(), named.confidence), ("你", 1.0));
    }
}
