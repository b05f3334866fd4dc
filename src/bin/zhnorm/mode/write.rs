//! `-w`: changes files in place.

use zhnorm::Normalizer;

use super::{Mode, Settled, Work};
use crate::document::{self, Layout, Output, Processed, Refusal, pages};
use crate::fault::Fault;
use crate::record::Fate;
use crate::replace;
use crate::settings::Manner;

/// Replaces each file whose text changes; the others are not touched.
pub struct Writer {
    /// How.
    pub manner: Manner,
}

impl Mode for Writer {
    fn process<'a>(
        &self,
        bytes: &'a [u8],
        normalizer: &Normalizer,
        layout: &Layout,
        output: Option<Output>,
    ) -> Result<Processed<'a>, Refusal> {
        if *layout == Layout::Html {
            return Err(Refusal::Other(pages::in_place()));
        }
        document::process(bytes, normalizer, layout, output)
    }

    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault> {
        if !work.is_changed() {
            return Ok(Settled::quietly(Fate::Unchanged));
        }
        let Some(metadata) = work.metadata.filter(|metadata| metadata.is_file()) else {
            return Err(Fault::new(
                "not a file that can be changed in place; leave -w out and the text goes to \
                 standard output",
            ));
        };
        let contents = work.packed()?;
        let warning = replace::rewrite(&work.input.path, metadata, &contents, &self.manner)?;
        Ok(Settled {
            warning,
            ..Settled::quietly(Fate::Changed)
        })
    }

    fn writes(&self) -> bool {
        true
    }
}
