//! Normalizes one string and lists what was done.
//!
//! ```sh
//! cargo run --example one_string -- "場(chǎng)人工智能產(chǎn)業(yè)發(fā)展" zh-Hans
//! ```

use std::error::Error;
use std::io::Write;

use zhnorm::{Normalizer, Options};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let text = arguments.next().unwrap_or("電腦網絡".to_owned());
    let target = arguments.next().unwrap_or("zh-Hans".to_owned());
    one_string(&text, &target, &mut std::io::stdout())
}

/// Writes the normalized text, and a line for each change.
pub(crate) fn one_string(
    text: &str,
    target: &str,
    output: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    let normalizer = Normalizer::new(Options::default().with_to(target.parse()?));
    let outcome = normalizer.normalize_str(text);
    writeln!(output, "{}", outcome.text)?;
    for change in outcome.changes() {
        writeln!(
            output,
            "line {}: {} {}: {:?} -> {:?}",
            change.line, change.stage, change.rule, change.before, change.after
        )?;
    }
    Ok(())
}
