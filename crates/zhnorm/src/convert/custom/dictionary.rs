//! A dictionary: keys and values, and the longest key at the start of a text.

use std::collections::HashMap;

use crate::convert::{Error, Result};

/// A dictionary of OpenCC's text format.
///
/// ```
/// use zhnorm::convert::Dictionary;
///
/// let mut dictionary = Dictionary::parse("# our product\n云上\t雲上 云上\n")?;
/// dictionary.protect("后来");
/// assert_eq!(dictionary.longest("云上平台"), Some((6, "雲上")));
/// assert_eq!(dictionary.longest("后来呢"), Some((6, "后来")));
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    /// A trie: the node that follows a node by a character. Node 0 is the root.
    next: HashMap<(u32, char), u32>,
    /// The value of the key that ends at a node.
    values: Vec<Option<Box<str>>>,
    keys: usize,
}

impl Dictionary {
    /// Reads a dictionary: on each line a key, a tab, and one or more values with spaces between,
    /// of which the first is used. Lines that begin with `#`, and empty lines, are skipped. As in
    /// OpenCC a value may be empty (the key is left out), a second tab is part of the value, an
    /// empty key never matches, and a byte order mark is skipped.
    ///
    /// # Errors
    ///
    /// [`Error::Dictionary`] for a line without a tab and for a duplicate key; OpenCC
    /// refuses both.
    pub fn parse(text: &str) -> Result<Self> {
        let mut dictionary = Self::default();
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        for (number, line) in text.split('\n').enumerate() {
            // A carriage return ends the line as OpenCC reads it.
            let line = line.split('\r').next().unwrap_or_default();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let refuse = |column: usize, message: &'static str| Error::Dictionary {
                line: number + 1,
                column,
                message,
            };
            let Some((key, values)) = line.split_once('\t') else {
                let end = line.chars().count() + 1;
                return Err(refuse(
                    end,
                    "a tab is missing between the key and its values",
                ));
            };
            let value = values.split(' ').next().unwrap_or_default();
            if !dictionary.add(key, value) {
                return Err(refuse(1, "this key is in the dictionary already"));
            }
        }
        Ok(dictionary)
    }

    /// Adds an entry. A key that is known keeps its value, and `false` is given back.
    pub fn add(&mut self, key: &str, value: &str) -> bool {
        if self.values.is_empty() {
            self.values.push(None);
        }
        let mut node = 0;
        for character in key.chars() {
            let count = self.values.len() as u32;
            node = *self.next.entry((node, character)).or_insert(count);
            if node == count {
                self.values.push(None);
            }
        }
        let slot = &mut self.values[node as usize];
        if slot.is_some() {
            return false;
        }
        *slot = Some(value.into());
        self.keys += 1;
        true
    }

    /// Adds a term that is never converted: a key that gives itself. A term that is a key already
    /// keeps its value; an empty one is nothing.
    pub fn protect(&mut self, term: &str) {
        self.add(term, term);
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.keys == 0
    }

    /// The longest key with which a text begins: its length in bytes, and its value.
    pub fn longest(&self, text: &str) -> Option<(usize, &str)> {
        let mut node = 0;
        let mut best = None;
        for (at, character) in text.char_indices() {
            match self.next.get(&(node, character)) {
                None => break,
                Some(next) => node = *next,
            }
            if let Some(value) = &self.values[node as usize] {
                best = Some((at + character.len_utf8(), value.as_ref()));
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> (usize, usize) {
        match Dictionary::parse(text) {
            Err(Error::Dictionary { line, column, .. }) => (line, column),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_format_is_opencc_s() {
        let dictionary =
            Dictionary::parse("\u{FEFF}# c\n\n甲\t乙 丙\r\n丁\t\n\t戊\n己\t庚\t辛\n壬\t癸")
                .expect("valid");
        assert_eq!(dictionary.longest("甲甲"), Some((3, "乙")));
        assert_eq!(dictionary.longest("丁"), Some((3, "")));
        assert_eq!(dictionary.longest("己"), Some((3, "庚\t辛")));
        assert_eq!(dictionary.longest("壬"), Some((3, "癸")));
        assert_eq!(dictionary.longest("#"), None);
        assert_eq!(dictionary.longest(""), None);
    }

    #[test]
    fn errors_name_line_and_column() {
        assert_eq!(error("甲\t乙\n丙丁\n"), (2, 3));
        assert_eq!(error("甲\t乙\n\n甲\t乙\n"), (3, 1));
        assert_eq!(error("   \n"), (1, 4));
    }

    #[test]
    fn the_longest_key_wins_and_a_known_one_stays() {
        let mut dictionary = Dictionary::parse("甲\t一\n甲乙丙\t三\n").expect("valid");
        assert_eq!(dictionary.longest("甲乙"), Some((3, "一")));
        assert_eq!(dictionary.longest("甲乙丙丁"), Some((9, "三")));
        assert!(!dictionary.add("甲", "二"));
        assert_eq!(dictionary.len(), 2);
    }
}
