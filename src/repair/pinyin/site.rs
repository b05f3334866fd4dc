//! What a document tells about the site that damaged it: the table of annotated characters, and
//! what the copy went through afterwards.

use std::collections::HashSet;

use super::annotation::Annotation;
use crate::language::folding;
use crate::repair::gbk;

/// What is known of a site's table and of the copy.
#[derive(Clone, Debug, Default)]
pub(super) struct Site {
    /// Characters that are annotated wherever their bytes stand.
    pub(super) annotated: HashSet<char>,
    /// Traditional characters that stand without an annotation, so they are not in the table.
    pub(super) bare: HashSet<char>,
    /// Private-use characters are still there, so no pair has vanished without a mark.
    pub(super) keeps_private_use: bool,
}

impl Site {
    /// Learns from what is certain: the annotations whose character stands before them.
    pub(super) fn learn(text: &str, annotations: &[Annotation]) -> Self {
        let mut site = Self::default();
        for annotation in annotations {
            if annotation.is_plausible() {
                site.annotated.insert(annotation.base);
            }
        }
        for ch in text.chars() {
            if gbk::is_private(ch) {
                site.keeps_private_use = true;
            } else if folding::is_traditional(ch) && !site.annotated.contains(&ch) {
                site.bare.insert(ch);
            }
        }
        site
    }
}
