//! `zhnorm` restores scraped Chinese articles to the text that was written.
//!
//! A file goes through four stages. Each of them can be used alone:
//!
//! ```text
//!  bytes ──▶ decode ──▶ repair ──▶ strip ──▶ convert ──▶ text
//!            which      undo       keep      write the
//!            encoding   mojibake   only      script that
//!            is it?     and        the       was asked
//!                       garble     article   for
//!               │          │          │          │
//!               └──────────┴────┬─────┴──────────┘
//!                               ▼
//!              report: every change, with its rule and its place
//! ```
//!
//! A stage is pure: it takes text and options, returns text, borrowed when nothing changed, and
//! writes what it did into a [`report::Report`]. Stages do not depend on each other. The
//! [`Normalizer`] runs them in order.
//!
//! ```
//! use zhnorm::{Normalizer, Options};
//!
//! assert_eq!(zhnorm::normalize("電腦網絡\n", "zh-Hans")?, "电脑网络\n");
//!
//! // The same with options, and with a report of what was done.
//! let options = Options::default().with_to("zh-Hans".parse()?);
//! let outcome = Normalizer::new(options).normalize_bytes("電腦網絡\n".as_bytes())?;
//! assert_eq!(outcome.text, "电脑网络\n");
//! assert_eq!(outcome.changes().len(), 4); // each character
//! # Ok::<(), zhnorm::Error>(())
//! ```
//!
//! Options are made from their default with `with_*` methods, and can grow new fields. Enums that
//! can grow are `#[non_exhaustive]`; [`report::Stage`], [`report::Action`] and [`convert::Script`]
//! are complete, so that a `match` on them needs no wildcard.
#![deny(missing_docs)]

mod align;
pub mod convert;
pub mod decode;
mod document_kind;
mod error;
pub mod formats;
mod metadata;
pub mod names;
mod normalizer;
pub mod repair;
pub mod report;
pub mod stream;
pub mod strip;
mod trail;

pub use error::{Error, Result};
pub use normalizer::{Normalizer, Options, Outcome, Stages, normalize};

/// Used by the project's generators, evaluations and fuzz targets. No promise of stability.
#[doc(hidden)]
pub mod internals {
    pub use crate::convert::internals::map_back;
    pub use crate::repair::internals::{Copy, damage};
    pub use crate::strip::internals::{Hint, Index, RuleFile, Source, Word, expanded};
}
