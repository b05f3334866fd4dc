//! Each stage alone, if it runs: for the whole of a text, and for the parts of one that formats and
//! streams take apart.

use std::borrow::Cow;
use std::sync::Arc;

use super::Normalizer;
use crate::convert::{self, Names, Plan, Provenance, Seen, Variety};
use crate::report::{Report, Stage};
use crate::{repair, strip};

impl Normalizer {
    /// The repair stage, if it runs.
    pub(crate) fn repair<'a>(&self, text: &'a str, report: &mut Report) -> Cow<'a, str> {
        self.repair_as(text, &self.options.repair, report)
    }

    /// The repair stage, if it runs, for the strings of a data file: their escapes stay.
    pub(crate) fn repair_strings<'a>(&self, text: &'a str, report: &mut Report) -> Cow<'a, str> {
        let options = self.options.repair.clone().with_escapes(false);
        self.repair_as(text, &options, report)
    }

    /// The repair stage, if it runs, for source code, whose escapes and invisible characters do
    /// something: only what a wrong decoder did is undone.
    pub(crate) fn repair_code<'a>(&self, text: &'a str, report: &mut Report) -> Cow<'a, str> {
        let options = self.options.repair.clone();
        let options = options.with_escapes(false).with_look_alikes(false);
        self.repair_as(text, &options, report)
    }

    fn repair_as<'a>(
        &self,
        text: &'a str,
        options: &repair::Options,
        report: &mut Report,
    ) -> Cow<'a, str> {
        if !self.options.stages.repair {
            return Cow::Borrowed(text);
        }
        report.place(text, |text, report| repair::repair(text, options, report))
    }

    /// The strip stage, if it runs.
    pub(crate) fn strip<'a>(&self, text: &'a str, report: &mut Report) -> Cow<'a, str> {
        if !self.options.stages.strip {
            return Cow::Borrowed(text);
        }
        report.place(text, |text, report| {
            strip::strip(text, &self.options.strip, report)
        })
    }

    /// The strip stage, if it runs, for a part of a text that is too large for memory. Such a text
    /// is no article page: without a hint only a user's own rules act.
    pub(crate) fn strip_part<'a>(&self, text: &'a str, report: &mut Report) -> Cow<'a, str> {
        if !self.options.stages.strip {
            return Cow::Borrowed(text);
        }
        let mut options = self.options.strip.clone();
        options.kind_hint.get_or_insert(strip::DocumentKind::Prose);
        report.place(text, |text, report| strip::strip(text, &options, report))
    }

    /// The fourth stage, if it runs, for a part of a document of this variety with these names. The
    /// report says what the second one did.
    pub(crate) fn convert_known<'a>(
        &self,
        text: &'a str,
        (variety, names): (Variety, &Arc<Names>),
        report: &mut Report,
    ) -> Cow<'a, str> {
        let is_garbled = report.changed(Stage::Repair, "pinyin") > 0;
        let mut own = self.options.convert.clone();
        own.names = Some(Arc::clone(names));
        self.convert_with(text, variety.into(), is_garbled, &own, report)
    }

    /// The same for a text that was looked at, in which there was nothing to repair.
    pub(super) fn convert_seen<'a>(
        &self,
        text: &'a str,
        seen: Seen,
        report: &mut Report,
    ) -> Cow<'a, str> {
        self.convert_with(text, seen, false, &self.options.convert, report)
    }

    /// The same for a part of a text; `is_garbled` says whether the pinyin garble was undone in it.
    pub(crate) fn convert_part<'a>(
        &self,
        text: &'a str,
        variety: Variety,
        is_garbled: bool,
        report: &mut Report,
    ) -> Cow<'a, str> {
        let own = &self.options.convert;
        self.convert_with(text, variety.into(), is_garbled, own, report)
    }

    /// The same for texts of a file, a line or more each.
    pub(crate) fn convert_lines<'a>(
        &self,
        text: &'a str,
        variety: Variety,
        is_garbled: bool,
        report: &mut Report,
    ) -> Cow<'a, str> {
        let mut own = self.options.convert.clone();
        own.has_texts_in_lines = true;
        self.convert_with(text, variety.into(), is_garbled, &own, report)
    }

    fn convert_with<'a>(
        &self,
        text: &'a str,
        seen: Seen,
        is_garbled: bool,
        own: &convert::Options,
        report: &mut Report,
    ) -> Cow<'a, str> {
        let options = &self.options;
        if !options.stages.convert {
            return Cow::Borrowed(text);
        }
        let Some(target) = options.to else {
            if !own.apply_to(seen.variety, None) {
                return Cow::Borrowed(text);
            }
            return report.place(text, |text, report| {
                convert::convert(text, &Plan::default(), own, report)
            });
        };
        // The pinyin garble comes with a character-by-character conversion, which goes back
        // another way than text that was written in traditional characters.
        let provenance = if is_garbled {
            Provenance::infer_from_garbled(text)
        } else {
            Provenance::Written
        };
        convert::convert_document(text, target, seen, provenance, own, report)
    }
}
