//! Internal tables of `zhnorm`. **No promise of stability:** use the crate `zhnorm` instead.
//!
//! What decoding, repair, stripping and conversion all need to know about written Chinese:
//! how often each character occurs ([`frequency`]), which character follows which ([`model`],
//! packed as [`retrieval`] describes), which characters of the two scripts belong together
//! ([`folding`]), which characters a double-byte encoding holds ([`rows`]), what kind a character is
//! ([`characters`]), which traditional character a simplified one stands for ([`context`]), how a region spells a word
//! ([`spelling`]), and where characters begin ([`boundary`]).

pub mod boundary;
pub mod characters;
pub mod context;
pub mod folding;
pub mod frequency;
pub mod model;
pub mod retrieval;
pub mod rows;
pub mod spelling;
