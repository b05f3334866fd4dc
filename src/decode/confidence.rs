//! From the margin between two readings to a probability.

/// How likely the cheapest reading is right when the next one is dearer by `nats`, in a file of
/// `length` bytes.
pub(super) fn of_margin(nats: f32, _length: usize) -> f32 {
    1.0 / (1.0 + (-0.5 * nats).exp())
}

/// How likely `chardetng` names the right alphabet.
pub(super) fn of_single_byte(bytes: &[u8]) -> f32 {
    let telling = bytes
        .iter()
        .take(8192)
        .filter(|byte| !byte.is_ascii())
        .count();
    1.0 - 0.5 / (1.0 + telling as f32 / 8.0)
}
