//! Everything that one configuration needs, put together from the tables.

use std::sync::OnceLock;

use super::chain::{Chain, Triggers};
use super::layout;
use super::tables::{Filter, NO_FILTER, Reading, section};
use crate::convert::Config;

/// Everything that one configuration needs.
#[derive(Clone, Copy)]
pub(super) struct Program {
    /// The only step, or the whole chain over the phrases of the segmentation.
    pub(super) whole: Reading,
    /// Where something may begin whose output is not that of its characters one by one.
    pub(super) filter: &'static Filter,
    /// Whether few characters open a pair in the filter; they are marked then.
    pub(super) few_open: bool,
    /// The steps, where there are two.
    pub(super) chain: Option<Chain>,
}

impl Program {
    /// The tables of a configuration.
    pub(super) fn for_config(config: Config) -> &'static Self {
        // To put them together takes longer than to convert a headline.
        static PROGRAMS: [OnceLock<Program>; Config::ALL.len()] =
            [const { OnceLock::new() }; Config::ALL.len()];
        PROGRAMS[config as usize].get_or_init(|| {
            let number = layout::CONFIGS
                .iter()
                .position(|(name, ..)| *name == config.name())
                .unwrap_or_default();
            Self::new(number, config)
        })
    }

    fn new(number: usize, config: Config) -> Self {
        let (_, whole, few_open) = layout::CONFIGS[number];
        let chain = layout::FUSED
            .iter()
            .enumerate()
            .find(|(_, (name, ..))| *name == config.name())
            .map(|(fused, &(_, whole, first, second))| {
                let slots = section(layout::triggers_section(fused)).as_chunks().0;
                Chain {
                    first: Reading::new(first),
                    first_has_phrases: layout::READINGS[first].1 != layout::READINGS[whole].1,
                    second: Reading::new(second),
                    triggers: Triggers {
                        slots,
                        shift: 32 - slots.len().max(2).ilog2(),
                    },
                }
            });
        let words: &[[u8; 8]] = section(layout::filter_section(number)).as_chunks().0;
        Self {
            whole: Reading::new(whole),
            filter: words.first_chunk().unwrap_or(&NO_FILTER),
            few_open,
            chain,
        }
    }
}
