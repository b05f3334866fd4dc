//! Repairs a text, keeps the plan of the repair, and replays it on the original.
//!
//! A plan says step by step how each place was repaired. Where no byte was lost, the steps are the
//! charsets to go back through. Replaying needs no search, and gives the same text in any later
//! version.
//!
//! ```sh
//! cargo run --example replay_plan
//! ```

use std::error::Error;
use std::io::Write;

use zhnorm::repair::{self, apply_plan, repair_with_plan};
use zhnorm::report::Report;

/// "今天的天气很好，我们去公园。" in UTF-8, read as windows-1252.
pub(crate) const DAMAGED: &str = "ä»Šå¤©çš„å¤©æ°”å¾ˆå¥½ï¼Œæˆ‘ä»¬åŽ»å…¬å›\u{ad}ã€‚";

fn main() -> Result<(), Box<dyn Error>> {
    replay_plan(DAMAGED, &mut std::io::stdout())
}

/// Writes the repaired text, its plan, and whether replaying the plan gives the same text.
pub(crate) fn replay_plan(damaged: &str, output: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let mut report = Report::listing();
    let (repaired, plan) = repair_with_plan(damaged, &repair::Options::default(), &mut report);
    writeln!(output, "repaired: {repaired}")?;
    writeln!(output, "plan: {plan:?}")?;
    let replayed = apply_plan(damaged, &plan).ok_or("the plan does not fit the text")?;
    writeln!(output, "the same again: {}", replayed == repaired)?;
    Ok(())
}
