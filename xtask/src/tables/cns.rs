//! `cargo xtask cns`: planes 1 and 2 of CNS 11643 as runs of positions in the order of Big5, for
//! `crates/zhnorm/src/decode/cns/table.rs`.
//!
//! Source: the charset `EUC-TW` of the C library's `iconv` (glibc 2.36), which writes the positions
//! of CNS 11643-1992. Big5 is that of the Encoding Standard.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use encoding_rs::BIG5;
use zhnorm_lang::rows;

use crate::corpora::root;

/// Rows of a plane, and columns of a row.
const SIDE: usize = 94;
/// The control pictures, which are no text.
const CONTROL_PICTURES: std::ops::RangeInclusive<char> = '\u{2400}'..='\u{2421}';
/// The last position of plane 2 that has a character. `iconv` gives one for those after it.
const LAST: usize = 16_485;
/// What the C library takes for signs for which the Encoding Standard takes other characters.
const SAME_SIGN: [(char, char); 4] = [('‾', '¯'), ('∼', '～'), ('♁', '⊕'), ('☉', '⊙')];

/// Writes the table, or with `check` compares it with the committed one.
pub fn run(check: bool) -> Result<()> {
    let table = generate()?;
    let path = root().join("crates/zhnorm/src/decode/cns/table.rs");
    if !check {
        return Ok(std::fs::write(path, table)?);
    }
    if std::fs::read_to_string(path)? != table {
        bail!("cns/table.rs is not what `cargo xtask cns` writes; run it and commit");
    }
    Ok(())
}

fn generate() -> Result<String> {
    let big5 = big5();
    let mut others = Vec::new();
    let mut ranges: Vec<(usize, usize, usize)> = Vec::new();
    for (position, character) in positions()? {
        let Some(index) = big5.get(&character).copied() else {
            others.push((position, character));
            continue;
        };
        match ranges.last_mut() {
            Some((start, length, first))
                if *start + *length == position && *first + *length == index =>
            {
                *length += 1;
            }
            _ => ranges.push((position, 1, index)),
        }
    }
    let mut table = String::from(
        "//! Written by `cargo xtask cns`, which says where it comes from. Do not edit.\n\n\
         /// Characters of the standard that Big5 lacks, by position.\n\
         pub(super) const NOT_IN_BIG5: &[(usize, char)] = &[\n",
    );
    for (position, character) in others {
        writeln!(
            table,
            "    ({position}, '\\u{{{:04X}}}'),",
            u32::from(character)
        )?;
    }
    table.push_str(
        "];\n\n\
         /// Runs of positions in the order of Big5: the first position (plane 2 continues plane 1), how\n\
         /// many, and the number in Big5 of the first, counting all pairs from A140.\n\
         pub(super) const RANGES: &[(usize, usize, usize)] = &[\n",
    );
    for (start, length, first) in ranges {
        writeln!(table, "    ({start}, {length}, {first}),")?;
    }
    table.push_str("];\n");
    Ok(table)
}

/// The number of each character in Big5, without what vendors added after F9D5.
fn big5() -> HashMap<char, usize> {
    let mut numbers = HashMap::new();
    for lead in 0xA1..=0xF9u8 {
        for (trail, character) in rows::row(BIG5, lead) {
            let column = match trail {
                0x40..=0x7E => trail - 0x40,
                _ => trail - 0xA1 + 63,
            };
            if (lead, trail) <= (0xF9, 0xD5) {
                let number = usize::from(lead - 0xA1) * 157 + usize::from(column);
                numbers.entry(character).or_insert(number);
            }
        }
    }
    numbers
}

/// The positions that have a character, in order. Plane 2 continues plane 1.
fn positions() -> Result<Vec<(usize, char)>> {
    let mut codes = Vec::new();
    for plane in [1, 2] {
        for row in 0xA1..=0xFEu8 {
            for column in 0xA1..=0xFEu8 {
                if plane == 2 {
                    codes.extend([0x8E, 0xA2]);
                }
                codes.extend([row, column, b'\n']);
            }
        }
    }
    let mut iconv = Command::new("iconv")
        .args(["-c", "-f", "EUC-TW", "-t", "UTF-8"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("`iconv` of the C library is needed")?;
    let mut input = iconv.stdin.take().context("no pipe")?;
    let writer = std::thread::spawn(move || input.write_all(&codes));
    let output = iconv.wait_with_output()?;
    writer.join().map_err(|_| anyhow::anyhow!("a panic"))??;
    let text = String::from_utf8(output.stdout)?;
    let lines: Vec<&str> = text.lines().collect();
    ensure!(lines.len() == 2 * SIDE * SIDE, "{} positions", lines.len());
    let known = lines.iter().take(LAST + 1).enumerate();
    Ok(known
        .filter_map(|(position, line)| Some((position, line.chars().next()?)))
        .filter(|(_, character)| !CONTROL_PICTURES.contains(character))
        .map(|(position, character)| {
            let same = SAME_SIGN.iter().find(|(theirs, _)| *theirs == character);
            (position, same.map_or(character, |(_, ours)| *ours))
        })
        .collect())
}
