//! What Chinese looks like: the character model that decoding and repair share.

pub mod folding;
pub mod frequency;
pub mod model;
pub mod retrieval;
pub(crate) mod rows;
