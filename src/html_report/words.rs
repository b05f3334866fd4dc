//! Numbers in words.

use super::escape::number;

/// A number of things.
pub(super) fn counted(count: u64, what: &str) -> String {
    format!(
        "{} {what}{}",
        number(count),
        if count == 1 { "" } else { "s" }
    )
}

/// How many of all are listed.
pub(super) fn listed(shown: usize, all: u64) -> String {
    if shown as u64 == all {
        format!("{} listed", number(all))
    } else {
        format!("{} of {} listed", number(shown as u64), number(all))
    }
}

/// That those with the lowest values are listed.
pub(super) fn listed_lowest(shown: usize) -> String {
    format!("the lowest {shown}")
}

/// A share of all.
pub(super) fn percent(count: u64, all: u64) -> String {
    format!("{:.1} %", count as f64 * 100.0 / all.max(1) as f64)
}

/// A number of bytes.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}
