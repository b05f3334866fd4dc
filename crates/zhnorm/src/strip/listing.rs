//! Every rule with its meaning, for people.

use super::options::Options;
use super::rule_set::MADE;
use crate::report::family;

/// One rule, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleInfo {
    /// The dotted name.
    pub name: String,
    /// The family: the name up to its first dot.
    pub family: String,
    /// What a line that the rule leaves out is.
    pub about: String,
    /// Whether the rule acts under these options.
    pub on: bool,
}

/// Every rule that the stage knows under these options, a user's own included, sorted by name.
///
/// ```
/// use zhnorm::strip::{Options, rules};
///
/// let rules = rules(&Options::default());
/// assert!(rules.iter().any(|rule| rule.name == "related.heading" && rule.on));
/// assert!(rules.iter().any(|rule| rule.name == "metadata.date" && !rule.on));
/// ```
pub fn rules(options: &Options) -> Vec<RuleInfo> {
    let of_data = options.rules().rules();
    let mut listed: Vec<RuleInfo> = of_data
        .iter()
        .map(|rule| (rule.name.as_ref(), rule.about.as_ref()))
        .chain(MADE)
        .map(|(name, about)| RuleInfo {
            name: name.to_owned(),
            family: family(name).to_owned(),
            about: about.to_owned(),
            on: options.acts(name),
        })
        .collect();
    listed.sort_by(|a, b| a.name.cmp(&b.name));
    listed
}
