//! What many parts of the tables share is stored once.

use std::collections::HashMap;

use anyhow::{Result, ensure};

use super::layout;

/// The pages of all readings, each stored once.
#[derive(Default)]
pub(super) struct Pages {
    pages: Vec<[u32; 64]>,
    numbers: HashMap<[u32; 64], u16>,
}

impl Pages {
    pub(super) fn add(&mut self, page: [u32; 64]) -> Result<u16> {
        if let Some(number) = self.numbers.get(&page) {
            return Ok(*number);
        }
        let number = u16::try_from(self.pages.len())?;
        self.pages.push(page);
        self.numbers.insert(page, number);
        Ok(number)
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let words = self.pages.iter().flatten();
        words.flat_map(|word| word.to_le_bytes()).collect()
    }
}

/// A pool of strings, each stored once.
#[derive(Default)]
pub(super) struct Strings {
    pub(super) pool: Vec<u8>,
    offsets: HashMap<Vec<u8>, u32>,
}

impl Strings {
    pub(super) fn add(&mut self, string: &str) -> Result<u32> {
        self.add_bytes(string.as_bytes().to_vec())
    }

    pub(super) fn add_with_length(&mut self, string: &str) -> Result<u32> {
        let mut bytes = vec![u8::try_from(string.len())?];
        bytes.extend(string.as_bytes());
        self.add_bytes(bytes)
    }

    fn add_bytes(&mut self, bytes: Vec<u8>) -> Result<u32> {
        let next = self.pool.len() as u32;
        ensure!(next <= layout::LOW, "too many strings");
        let pool = &mut self.pool;
        Ok(*self.offsets.entry(bytes).or_insert_with_key(|bytes| {
            pool.extend(bytes);
            next
        }))
    }
}
