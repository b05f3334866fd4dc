//! What a user brings along: dictionaries of their own, and OpenCC configurations of their own.
//!
//! - A [`Dictionary`] is OpenCC's tab-separated text. In [`Options`](super::Options) it is laid
//!   over whatever conversion a text takes: its entries are looked for first (from left to right,
//!   the longest at each place), and what they give is final; the stretches between are converted
//!   as if they stood alone. A term to be protected is an entry that gives itself.
//! - A [`Configuration`] is OpenCC's JSON with text dictionaries. It is run by an interpreter that
//!   does what OpenCC 1.4.2 does, step by step: right for any dictionaries, and slower than the
//!   embedded tables, which know only OpenCC's own.
//!
//! The library reads no files. [`Dictionary::parse`] and [`Configuration::parse`] take text, and the
//! latter takes a function that gives the text of each dictionary that the configuration names.

mod configuration;
mod dictionary;
mod layer;

pub use configuration::Configuration;
pub use dictionary::Dictionary;
pub(super) use layer::{layered, merge};
