//! Character boundaries near a byte.

/// The last character boundary at or before `at`, which is within the text.
pub fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The first character boundary at or after `at`, or the end of the text.
pub fn ceil(text: &str, at: usize) -> usize {
    (at..text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_inside_a_character_has_one_boundary_on_each_side() {
        assert_eq!((floor("中a", 2), ceil("中a", 2)), (0, 3));
        assert_eq!((floor("中a", 3), ceil("中a", 3)), (3, 3));
        assert_eq!((floor("中a", 4), ceil("中a", 9)), (4, 4));
    }
}
