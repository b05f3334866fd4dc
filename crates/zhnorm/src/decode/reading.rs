//! A reading of bytes: the encoding, and what it costs to believe that they are in it.

use super::encoding::Encoding;

/// One way to read the bytes, with its cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) encoding: Encoding,
    pub(super) cut: usize,
    pub(super) cost: u32,
}

/// Used where there is none.
pub(super) const NO_READING: Reading = Reading {
    encoding: Encoding::UNKNOWN,
    cut: 0,
    cost: u32::MAX,
};

/// Represents every single-byte encoding until the costs are compared.
pub(super) const SINGLE_BYTE: Encoding = Encoding::UNKNOWN;

/// What an encoding costs before a byte is seen, in sixteenths of a nat: how rare it is among
/// the files of a user who works with Chinese text.
pub(super) fn prior(encoding: Encoding) -> u32 {
    const PRIORS: [(Encoding, u32); 11] = [
        (Encoding::UTF_8, 0),
        (Encoding::GB18030, 0),
        (Encoding::BIG5, 8),
        (Encoding::SHIFT_JIS, 32),
        (Encoding::EUC_JP, 32),
        (Encoding::EUC_KR, 32),
        (Encoding::UTF_16LE, 64),
        (Encoding::UTF_16BE, 72),
        (Encoding::UTF_32LE, 72),
        (Encoding::UTF_32BE, 72),
        (Encoding::BINARY, 160),
    ];
    PRIORS
        .iter()
        .find(|(of, _)| *of == encoding)
        .map_or(40, |(_, prior)| *prior)
}

/// How rare it is that a text starts in the middle of a character.
pub(super) const CUT_HEAD: u32 = 40;

/// The cheapest reading and the cheapest of another encoding.
pub(super) fn best_two(readings: &[Reading]) -> (Reading, Reading) {
    let best = readings
        .iter()
        .min_by_key(|reading| reading.cost)
        .copied()
        .unwrap_or(NO_READING);
    let next = readings
        .iter()
        .filter(|reading| reading.encoding != best.encoding)
        .min_by_key(|reading| reading.cost)
        .copied()
        .unwrap_or(NO_READING);
    (best, next)
}

/// By how many nats the next reading is dearer than the best.
pub(super) fn nats(best: Reading, next: Reading) -> f32 {
    (next.cost as f32 - best.cost as f32) / zhnorm_lang::frequency::UNITS_PER_NAT
}
