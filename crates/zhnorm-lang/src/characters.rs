//! Classes of characters that several stages ask for.

/// The first character of the Private Use Area of the Basic Multilingual Plane.
pub const PRIVATE_USE_FIRST: char = '\u{E000}';
/// The last character of that area.
pub const PRIVATE_USE_LAST: char = '\u{F8FF}';

/// Whether a character is in the block CJK Unified Ideographs, which has nearly every character
/// that Chinese text is written with.
#[inline]
pub const fn is_basic_han(character: char) -> bool {
    matches!(character, '\u{4E00}'..='\u{9FFF}')
}

/// Whether a character is a unified ideograph of the Basic Multilingual Plane.
#[inline]
pub const fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4DBF}') || is_basic_han(character)
}

/// Whether a character is a unified ideograph of any plane.
#[inline]
pub const fn is_ideograph(character: char) -> bool {
    is_han(character) || matches!(character, '\u{20000}'..='\u{2F7FF}' | '\u{30000}'..='\u{3FFFF}')
}

/// Whether a character is in the Private Use Area of the Basic Multilingual Plane.
#[inline]
pub const fn is_private_use(character: char) -> bool {
    matches!(character, PRIVATE_USE_FIRST..=PRIVATE_USE_LAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_holds_the_one_before() {
        for (character, expected) in [
            ('中', [true, true, true]),
            ('㐀', [false, true, true]),
            ('𠮷', [false, false, true]),
            ('䷀', [false, false, false]),
            ('\u{F900}', [false, false, false]),
            ('か', [false, false, false]),
        ] {
            let classes = [
                is_basic_han(character),
                is_han(character),
                is_ideograph(character),
            ];
            assert_eq!(classes, expected, "{character}");
        }
        assert!(is_private_use('\u{E5E5}') && !is_private_use('\u{F900}'));
    }
}
