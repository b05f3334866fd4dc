//! Page to article: leaves out navigation, related lists, disclaimers and their like.

use std::borrow::Cow;

use crate::report::Report;

/// Which rules leave lines out.
#[derive(Clone, Debug, Default)]
pub struct Options {}

/// Strips a text of what is not the article, borrowed when nothing is left out.
pub fn strip<'a>(text: &'a str, _options: &Options, _report: &mut Report) -> Cow<'a, str> {
    Cow::Borrowed(text)
}
