//! Normalizes the field `text` of JSON lines from standard input, and adds the variety of Chinese.
//!
//! The command `zhnorm --field text` also keeps every other byte of a line, which this does not.
//!
//! ```sh
//! echo '{"id": 1, "text": "電腦網絡"}' | cargo run --example json_lines
//! ```

use std::error::Error;
use std::io::{BufRead, Write};

use serde_json::Value;
use zhnorm::{Normalizer, Options};

fn main() -> Result<(), Box<dyn Error>> {
    json_lines(std::io::stdin().lock(), &mut std::io::stdout().lock())
}

/// Reads records, one per line, and writes them normalized.
pub(crate) fn json_lines(
    input: impl BufRead,
    output: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    let options = Options::default()
        .with_to("zh-Hans".parse()?)
        .with_count_only(true);
    let normalizer = Normalizer::new(options);
    for (number, line) in (1..).zip(input.lines()) {
        let mut record: Value =
            serde_json::from_str(&line?).map_err(|error| format!("line {number}: {error}"))?;
        if let Some(text) = record.get("text").and_then(Value::as_str) {
            let outcome = normalizer.normalize_str(text);
            let (text, variety) = (outcome.text.into_owned(), outcome.variety.tag());
            record["text"] = text.into();
            record["variety"] = variety.into();
        }
        writeln!(output, "{record}")?;
    }
    Ok(())
}
