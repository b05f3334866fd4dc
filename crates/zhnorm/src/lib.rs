//! `zhnorm` gives scraped Chinese articles back the text that was written.
//!
//! A file goes through four stages, each of which can be used alone:
//!
//! ```text
//!  bytes ──▶ decode ──▶ repair ──▶ strip ──▶ convert ──▶ text
//!            which      garbled    the page  the script
//!            encoding   to what    to the    the reader
//!            is this?   was        article   wants
//!                       written
//!               │          │          │          │
//!               └──────────┴────┬─────┴──────────┘
//!                               ▼
//!              report: every change, with its rule and its place
//! ```
//!
//! A stage is pure: it takes text and options, gives text back, borrowed when nothing changed,
//! and writes what it did into a [`report::Report`]. Stages do not know each other; the
//! [`Normalizer`] runs them in order.
//!
//! ```
//! use zhnorm::{Normalizer, Options};
//!
//! let options = Options { to: Some("zh-Hans".parse()?), ..Options::default() };
//! let normalizer = Normalizer::new(options);
//! let outcome = normalizer.normalize_str("電腦網絡\n");
//! assert_eq!(outcome.text, "电脑网络\n");
//! # Ok::<(), zhnorm::Error>(())
//! ```
#![deny(missing_docs)]

pub mod convert;
pub mod decode;
mod error;
pub mod formats;
mod normalizer;
pub mod repair;
pub mod report;
pub mod stream;
pub mod strip;

pub use error::{Error, Result};
pub use normalizer::{Normalizer, Options, Outcome, Stages};
