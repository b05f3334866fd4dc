//! Whether what comes out of a stream is what went in, byte for byte.

/// Compares two streams of which neither is held whole.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// What went in and was not compared yet.
    waiting: Vec<u8>,
    differs: bool,
}

impl Comparison {
    /// Takes bytes that went in. They are to be given before what became of them.
    pub(super) fn went_in(&mut self, bytes: &[u8]) {
        if !self.differs {
            self.waiting.extend_from_slice(bytes);
        }
    }

    /// Takes bytes that came out.
    pub(super) fn came_out(&mut self, bytes: &[u8]) {
        if self.differs {
            return;
        }
        if self.waiting.starts_with(bytes) {
            self.waiting.drain(..bytes.len());
        } else {
            self.differs = true;
            self.waiting = Vec::new();
        }
    }

    /// Whether there is a difference so far.
    pub(super) fn differs(&self) -> bool {
        self.differs
    }

    /// Whether there is a difference at all, when both are at their end.
    pub(super) fn differs_at_end(&self) -> bool {
        self.differs || !self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Comparison;

    #[test]
    fn a_difference_is_seen_wherever_it_is() {
        for (out, differs) in [
            ("abcdef", false),
            ("abcde", true),
            ("abcdefg", true),
            ("abXdef", true),
        ] {
            let mut comparison = Comparison::default();
            comparison.went_in(b"abcd");
            comparison.came_out(&out.as_bytes()[..3]);
            comparison.went_in(b"ef");
            comparison.came_out(&out.as_bytes()[3..]);
            assert_eq!(comparison.differs_at_end(), differs, "{out}");
        }
    }
}
