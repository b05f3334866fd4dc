//! Names of files and folders: those in other encodings and those that were decoded with the wrong
//! one are given back as they were written, and converted.
//!
//! ```
//! use zhnorm::names::{Verdict, verdicts};
//! use zhnorm::{Normalizer, Options};
//!
//! let normalizer = Normalizer::new(Options::default().with_to("zh-Hant".parse()?));
//! let names: [&[u8]; 3] = ["╓╨╬─.txt".as_bytes(), b"\xB5\xE7\xC4\xD4\xC4\xBF\xC2\xBC.doc", b"README"];
//! let verdicts = verdicts(&names, &normalizer);
//! assert_eq!(verdicts[0].name(), Some("中文.txt"));
//! assert_eq!(verdicts[1].name(), Some("電腦目錄.doc"));
//! assert_eq!(verdicts[2], Verdict::Keep);
//! # Ok::<(), zhnorm::Error>(())
//! ```

#[cfg(feature = "packing")]
mod packed;
mod reading;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use crate::decode::{Encoding, Options as DecodeOptions};
use crate::repair::Charset;
use crate::report::{Change, Stage};
use crate::{Normalizer, Options, Stages};

#[cfg(feature = "packing")]
pub use packed::{PackedNames, in_archive};

/// The most bytes of a name in the file systems in use.
const LONGEST: usize = 255;

/// What becomes of a name.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// It stays.
    Keep,
    /// It is to be changed.
    Rename {
        /// The new name.
        name: String,
        /// What the stages did, the last with the new name after it.
        changes: Vec<Change>,
    },
    /// It stays although something is wrong with it, or with the name that it would have.
    Refuse(Refusal),
}

impl Verdict {
    /// The new name, where there is one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Rename { name, .. } => Some(name),
            _ => None,
        }
    }
}

/// Why a name stays.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// It is not in UTF-8, and no encoding is sure.
    Unread,
    /// Part of it is lost: it has `�` or `锟斤拷`.
    Lost,
    /// Something beside it has the new name or would get it, or one that some file systems take for
    /// the same.
    Taken {
        /// The new name.
        name: String,
    },
    /// The new name has more bytes than a name can have.
    TooLong {
        /// The new name.
        name: String,
    },
    /// The new name means something else to programs: it has a `/` or a control character, or begins
    /// with `-` or `.`.
    Unsafe {
        /// The new name.
        name: String,
    },
}

impl Refusal {
    /// Whether the name was to be changed and cannot be.
    pub fn is_error(&self) -> bool {
        !matches!(self, Self::Unread | Self::Lost)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unread => write!(
                formatter,
                "its name is not UTF-8, and no encoding is sure enough; name it with -e LABEL"
            ),
            Self::Lost => write!(
                formatter,
                "part of its name was lost by wrong decoding; it stays as it is"
            ),
            Self::Taken { name } => write!(
                formatter,
                "its new name would be `{name}`, which something else in the folder has or would \
                 get; it stays as it is; rename one of them by hand"
            ),
            Self::TooLong { name } => write!(
                formatter,
                "its new name would be `{name}`, which has more than {LONGEST} bytes; it stays as \
                 it is"
            ),
            Self::Unsafe { name } => write!(
                formatter,
                "its new name would be `{name}`, which programs take for something else; it stays \
                 as it is"
            ),
        }
    }
}

/// What becomes of each of the names in one folder. They are evidence for each other. Repair and
/// conversion act if the options of the normalizer have them act on texts.
pub fn verdicts(names: &[&[u8]], normalizer: &Normalizer) -> Vec<Verdict> {
    settle(drafts(names, normalizer))
}

/// The names as they should be, before it is decided whether they can.
fn drafts<'n>(names: &[&'n [u8]], normalizer: &Normalizer) -> Vec<Draft<'n>> {
    let options = normalizer.options();
    let mut drafts: Vec<Draft<'n>> = names.iter().map(|name| Draft::new(name)).collect();
    repair(&mut drafts, options);
    convert(&mut drafts, options);
    drafts
}

/// A name on its way.
struct Draft<'n> {
    old: &'n [u8],
    /// What it is so far; `None` while it is not UTF-8.
    new: Option<Cow<'n, str>>,
    changes: Vec<Change>,
}

impl<'n> Draft<'n> {
    fn new(old: &'n [u8]) -> Self {
        Self {
            old,
            new: str::from_utf8(old).ok().map(Cow::Borrowed),
            changes: Vec::new(),
        }
    }

    fn change(&mut self, stage: Stage, rule: String, new: String) {
        let before = match &self.new {
            Some(name) => name.clone().into_owned(),
            None => escaped(self.old),
        };
        let span = 0..self.old.len();
        let change = Change::edit(stage, rule, span, 1, before, new.clone());
        self.changes.push(change);
        self.new = Some(Cow::Owned(new));
    }
}

/// The charset that the user names for all names that are not UTF-8.
fn named_charset(options: &DecodeOptions) -> Option<Charset> {
    let encoding = match (options.encoding, options.candidates.as_slice()) {
        (Some(encoding), _) => encoding,
        (None, [encoding]) => *encoding,
        _ => return None,
    };
    [
        (Encoding::GBK, Charset::Gbk),
        (Encoding::GB18030, Charset::Gbk),
        (Encoding::BIG5, Charset::Big5),
        (Encoding::SHIFT_JIS, Charset::ShiftJis),
        (Encoding::EUC_KR, Charset::EucKr),
    ]
    .into_iter()
    .find_map(|(known, charset)| (known == encoding).then_some(charset))
}

/// Gives the names back as they were written.
fn repair(drafts: &mut [Draft<'_>], options: &Options) {
    let names: Vec<&[u8]> = drafts.iter().map(|draft| draft.old).collect();
    let readings = reading::readings(&names, named_charset(&options.decode));
    for (draft, reading) in drafts.iter_mut().zip(readings) {
        if let Some(reading) = reading {
            let written = reading.written.name();
            match reading.read {
                None => draft.change(Stage::Decode, format!("name.{written}"), reading.name),
                Some(_) if !options.stages.repair => {}
                Some(read) => {
                    let rule = format!("name.{written}-as-{}", read.name());
                    draft.change(Stage::Repair, rule, reading.name);
                }
            }
        }
        if !options.stages.repair {
            continue;
        }
        let Some(name) = &draft.new else { continue };
        let is_flat = name.is_ascii();
        if let Some(read) = reading::unescaped(name) {
            draft.change(Stage::Repair, "name.escape".into(), read);
        } else if is_flat && let Some(read) = reading::unquoted(name) {
            draft.change(Stage::Repair, "name.percent".into(), read);
        }
    }
}

/// Converts the names, all as one text.
fn convert(drafts: &mut [Draft<'_>], options: &Options) {
    if !options.stages.convert || options.to.is_none() {
        return;
    }
    let is_meant = |draft: &Draft<'_>| {
        let is_text = |name: &str| !name.is_ascii() && !name.contains(char::is_control);
        draft.new.as_deref().is_some_and(is_text)
    };
    let text: Vec<&str> = (drafts.iter())
        .filter(|draft| is_meant(draft))
        .filter_map(|draft| draft.new.as_deref())
        .collect();
    if text.is_empty() {
        return;
    }
    let stages = Stages::default().with_repair(false).with_strip(false);
    let mut options = options.clone().with_stages(stages).with_count_only(true);
    options.convert.converts_addresses = true;
    let text = text.join("\n");
    let outcome = Normalizer::new(options).normalize_str(&text);
    let new: Vec<&str> = outcome.text.split('\n').collect();
    let meant: Vec<_> = drafts.iter_mut().filter(|draft| is_meant(draft)).collect();
    if meant.len() != new.len() {
        return;
    }
    for (draft, new) in meant.into_iter().zip(new) {
        if draft.new.as_deref() != Some(new) {
            draft.change(Stage::Convert, "name".into(), new.to_owned());
        }
    }
}

/// What file systems that know no case and no composed characters take for one name.
fn key(name: &str) -> String {
    name.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// Decides about the new names.
fn settle(drafts: Vec<Draft<'_>>) -> Vec<Verdict> {
    let is_changed = |draft: &Draft<'_>| draft.new.as_deref().map(str::as_bytes) != Some(draft.old);
    let mut takers: HashMap<String, usize> = HashMap::new();
    if drafts.iter().any(is_changed) {
        for draft in &drafts {
            let old = str::from_utf8(draft.old).ok().map(key);
            let new = draft.new.as_deref().filter(|_| is_changed(draft)).map(key);
            // A name that some file systems take for its old one is taken by itself only.
            let new = new.filter(|new| Some(new) != old.as_ref());
            for key in old.into_iter().chain(new) {
                *takers.entry(key).or_default() += 1;
            }
        }
    }
    drafts
        .into_iter()
        .map(|draft| {
            let changed = is_changed(&draft);
            let Some(new) = draft.new else {
                return Verdict::Refuse(Refusal::Unread);
            };
            if !changed {
                return if is_lost(&new) {
                    Verdict::Refuse(Refusal::Lost)
                } else {
                    Verdict::Keep
                };
            }
            let name = new.into_owned();
            Verdict::Refuse(if !is_safe(&name, draft.old) {
                Refusal::Unsafe { name }
            } else if name.len() > LONGEST {
                Refusal::TooLong { name }
            } else if takers.get(&key(&name)).is_some_and(|takers| *takers > 1) {
                Refusal::Taken { name }
            } else {
                return Verdict::Rename {
                    name,
                    changes: draft.changes,
                };
            })
        })
        .collect()
}

/// Whether a name shows that characters of it were lost.
fn is_lost(name: &str) -> bool {
    name.contains('\u{FFFD}') || name.contains("锟斤") || name.contains("斤拷")
}

/// Whether a new name means to programs what the old one did.
fn is_safe(new: &str, old: &[u8]) -> bool {
    let begins = |with: u8| new.as_bytes().first() == Some(&with) && old.first() != Some(&with);
    let means_else = |ch: char| {
        let is_new = || !old.contains(&(ch as u8));
        match ch {
            // Systems of others refuse these.
            '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => is_new(),
            '/' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                true
            }
            _ => ch.is_control(),
        }
    };
    !new.is_empty()
        && !begins(b'-')
        && !begins(b'.')
        && !new.ends_with(' ')
        && extension(new.as_bytes()) == extension(old)
        && !new.contains(means_else)
}

/// The end of a name that says what a file is.
fn extension(name: &[u8]) -> Option<&[u8]> {
    let at = name.iter().rposition(|byte| *byte == b'.')?;
    let extension = &name[at + 1..];
    let is_one = !extension.is_empty() && extension.iter().all(u8::is_ascii_alphanumeric);
    is_one.then_some(extension)
}

/// A name that is not UTF-8, with its bytes as `\xHH`.
fn escaped(name: &[u8]) -> String {
    use fmt::Write as _;
    let mut shown = String::new();
    for chunk in name.utf8_chunks() {
        shown.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

#[cfg(test)]
mod tests;
