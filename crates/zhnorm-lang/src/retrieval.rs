//! A static function: maps each key of a fixed set to a small value, without storing the keys.
//!
//! The scheme is that of binary fuse filters (Graf and Lemire, 2022): each key has three places
//! in an array, and the exclusive or of what is there is the key's fingerprint and value
//! together. That costs 1.13 cells a key, and a key that is not in the set is taken for one that
//! is with the probability of a fingerprint's collision. Nothing is parsed on loading: a cell is
//! read from the embedded bytes where it lies.

/// Reads a table that [`build`] has made, in place.
#[derive(Clone, Copy, Debug)]
pub struct Retrieval<const BYTES: usize> {
    cells: &'static [u8],
    seed: u64,
    segment_length: u32,
    segments: u32,
}

/// What a table's header takes: the seed, the length of a segment and their number.
pub const HEADER: usize = 16;

impl<const BYTES: usize> Retrieval<BYTES> {
    /// A table that starts at the first of `bytes`, and the bytes after it. `None` when the
    /// bytes are too few to be a table.
    pub fn read(bytes: &'static [u8]) -> Option<(Self, &'static [u8])> {
        let (header, rest) = bytes.split_at_checked(HEADER)?;
        let table = Self {
            cells: rest,
            seed: u64::from_le_bytes(header[..8].try_into().ok()?),
            segment_length: u32::from_le_bytes(header[8..12].try_into().ok()?),
            segments: u32::from_le_bytes(header[12..].try_into().ok()?),
        };
        let (cells, rest) = rest.split_at_checked(table.layout().cells() * BYTES)?;
        Some((Self { cells, ..table }, rest))
    }

    /// The value of a key: `value_bits` bits of it, if the fingerprint in the bits above fits.
    #[inline]
    pub fn get(&self, key: u64, value_bits: u32) -> Option<u32> {
        let hash = mix(key, self.seed);
        let cell = self
            .layout()
            .places(hash)
            .into_iter()
            .fold(0, |cell, place| cell ^ self.cell(place));
        let expected = fingerprint::<BYTES>(hash, value_bits);
        (cell >> value_bits == expected).then_some(cell & ((1 << value_bits) - 1))
    }

    #[inline]
    fn cell(&self, place: usize) -> u32 {
        let start = place * BYTES;
        // Four bytes are read at once and cut down; only the last cells have fewer after them.
        match self.cells.get(start..start + 4) {
            Some(&[first, second, third, fourth]) => {
                u32::from_le_bytes([first, second, third, fourth]) & (u32::MAX >> (32 - 8 * BYTES))
            }
            _ => self.last_cell(start),
        }
    }

    /// A key's places lie within the cells by construction; an empty slice reads as zeros.
    #[cold]
    fn last_cell(&self, start: usize) -> u32 {
        let bytes = self.cells.get(start..start + BYTES).unwrap_or_default();
        bytes
            .iter()
            .rev()
            .fold(0, |cell, byte| cell << 8 | u32::from(*byte))
    }

    fn layout(&self) -> Layout {
        Layout {
            segment_length: self.segment_length,
            segments: self.segments,
        }
    }
}

/// Which three cells a hash has.
#[derive(Clone, Copy)]
struct Layout {
    segment_length: u32,
    segments: u32,
}

impl Layout {
    fn for_keys(keys: usize) -> Self {
        let count = keys.max(2) as f64;
        let exponent = (count.ln() / 3.33f64.ln() + 2.25).floor().clamp(2.0, 18.0);
        let segment_length = 1 << exponent as u32;
        let factor = (0.875 + 0.25 * 1e6f64.ln() / count.ln()).max(1.125);
        let cells = (count * factor).ceil() as u32;
        Self {
            segment_length,
            segments: cells.div_ceil(segment_length).saturating_sub(2).max(1),
        }
    }

    fn cells(self) -> usize {
        (self.segments as usize + 2) * self.segment_length as usize
    }

    #[inline]
    fn places(self, hash: u64) -> [usize; 3] {
        let span = u64::from(self.segments) * u64::from(self.segment_length);
        let first = ((u128::from(hash) * u128::from(span)) >> 64) as u32;
        let mask = self.segment_length.wrapping_sub(1);
        let second = (first + self.segment_length) ^ ((hash >> 18) as u32 & mask);
        let third = (first + 2 * self.segment_length) ^ (hash as u32 & mask);
        [first as usize, second as usize, third as usize]
    }
}

#[inline]
fn mix(key: u64, seed: u64) -> u64 {
    let mut hash = key.wrapping_add(seed);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[inline]
fn fingerprint<const BYTES: usize>(hash: u64, value_bits: u32) -> u32 {
    let bits = 8 * BYTES as u32 - value_bits;
    (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - bits)) as u32
}

/// Makes a table of cells of `BYTES` bytes for distinct keys, each with a value of `value_bits`
/// bits. Used at development time, by the generator of the embedded tables.
///
/// # Panics
///
/// When no seed of a hundred works, which distinct keys do not bring about.
pub fn build<const BYTES: usize>(entries: &[(u64, u32)], value_bits: u32) -> Vec<u8> {
    let layout = Layout::for_keys(entries.len());
    let (seed, order) = (0..100u64)
        .map(|attempt| attempt.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x5851_f42d_4c95_7f2d)
        .find_map(|seed| Some((seed, peel(entries, seed, layout)?)))
        .unwrap_or_else(|| panic!("the keys are not distinct"));
    let mut cells = vec![0u32; layout.cells()];
    // Each entry has a cell of its own among its three when they are filled in this order.
    for (entry, own) in order.into_iter().rev() {
        let (key, value) = entries[entry as usize];
        let hash = mix(key, seed);
        let wanted = fingerprint::<BYTES>(hash, value_bits) << value_bits | value;
        let others = layout
            .places(hash)
            .into_iter()
            .filter(|place| *place != own);
        cells[own] = others.fold(wanted, |cell, place| cell ^ cells[place]);
    }
    let mut table = Vec::with_capacity(HEADER + cells.len() * BYTES);
    table.extend(seed.to_le_bytes());
    table.extend(layout.segment_length.to_le_bytes());
    table.extend(layout.segments.to_le_bytes());
    for cell in cells {
        table.extend(&cell.to_le_bytes()[..BYTES]);
    }
    table
}

/// Takes away entries that are alone in one of their cells until none is left.
fn peel(entries: &[(u64, u32)], seed: u64, layout: Layout) -> Option<Vec<(u32, usize)>> {
    let mut counts = vec![0u32; layout.cells()];
    // The exclusive or of the entries in a cell is the entry itself once it is alone there.
    let mut members = vec![0u32; layout.cells()];
    for (entry, (key, _)) in entries.iter().enumerate() {
        for place in layout.places(mix(*key, seed)) {
            counts[place] += 1;
            members[place] ^= entry as u32;
        }
    }
    let mut alone: Vec<usize> = (0..counts.len()).filter(|at| counts[*at] == 1).collect();
    let mut order = Vec::with_capacity(entries.len());
    while let Some(own) = alone.pop() {
        if counts[own] != 1 {
            continue;
        }
        let entry = members[own];
        order.push((entry, own));
        for place in layout.places(mix(entries[entry as usize].0, seed)) {
            counts[place] -= 1;
            members[place] ^= entry;
            if counts[place] == 1 {
                alone.push(place);
            }
        }
    }
    (order.len() == entries.len()).then_some(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_its_value_and_few_others_have_one() {
        for count in [1u64, 2, 10, 1000, 100_000] {
            let entries: Vec<(u64, u32)> = (0..count)
                .map(|key| (key * 7919, (key % 61) as u32))
                .collect();
            let table: &'static [u8] = build::<2>(&entries, 6).leak();
            let (table, rest) = Retrieval::<2>::read(table).expect("a table");
            assert!(rest.is_empty());
            for (key, value) in entries {
                assert_eq!(table.get(key, 6), Some(value));
            }
            let strangers = (0..10_000u64)
                .filter(|key| table.get(key * 7919 + 1, 6).is_some())
                .count();
            assert!(strangers < 40, "{strangers}");
        }
    }
}
