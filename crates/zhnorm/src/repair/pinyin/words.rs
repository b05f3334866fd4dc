//! What the words of a restored stretch say, of which a model of three characters sees little: 科學家 is a word,
//! so 年。科學家 is likelier than 年專科學家.

use zhnorm_lang::characters::is_basic_han;
use zhnorm_lang::context::{Context, UNITS_PER_NAT};
use zhnorm_lang::folding;

use super::search::{Before, Solution};

/// How much the words count beside the characters.
const SHARE: f32 = 0.6;
/// What a character that is no ideograph costs beside words.
const OTHER: f32 = 4.0;

/// Weighs a solution and its rivals by their words.
pub(super) fn weigh(solution: &mut Solution, before: &Before) {
    let start: Vec<char> = before.last.iter().flatten().copied().collect();
    solution.weigh(|text| -SHARE * cost(start.iter().copied().chain(text.chars())));
}

/// What the cheapest division of a text into words costs, in nats.
fn cost(text: impl Iterator<Item = char>) -> f32 {
    let words = Context::get();
    let mut clause: Vec<u16> = Vec::new();
    let mut sum = 0.0;
    for ch in text {
        if is_basic_han(ch) {
            let simplified = folding::simplified(ch);
            clause.push(u16::try_from(u32::from(simplified)).unwrap_or_default());
        } else {
            sum += words.division_cost(&clause) as f32 / UNITS_PER_NAT as f32 + OTHER;
            clause.clear();
        }
    }
    sum + words.division_cost(&clause) as f32 / UNITS_PER_NAT as f32
}
