//! What holds for a file of any format, whatever is in it. Each target of a format is one parser
//! with this check.

use std::ops::Range;
use std::sync::LazyLock;

use zhnorm::decode::Encoding;
use zhnorm::formats::{self, Format, Options, Part, Parts};
use zhnorm::{Normalizer, Stages};

/// All stages.
static FULL: LazyLock<Normalizer> =
    LazyLock::new(|| Normalizer::new(zhnorm::Options::default().with_to(target("zh-TW"))));

/// None.
pub static IDLE: LazyLock<Normalizer> =
    LazyLock::new(|| Normalizer::new(zhnorm::Options::default().with_stages(only_convert())));

/// Conversion alone: to another script, and to another region with its words, which have other lengths.
pub static CONVERTING: LazyLock<[Normalizer; 2]> = LazyLock::new(|| {
    ["zh-Hans", "zh-TW"].map(|name| {
        let options = zhnorm::Options::default().with_stages(only_convert());
        Normalizer::new(options.with_to(target(name)))
    })
});

fn target(name: &str) -> zhnorm::convert::Target {
    name.parse().expect("a target")
}

fn only_convert() -> Stages {
    Stages::default().with_repair(false).with_strip(false)
}

/// One of so many inputs goes through all stages too; repair takes most of the time of that, and has a
/// target of its own.
const ALL_STAGES: usize = 16;

/// Checks a text as a file of a format: no panic; its parts are in order and within it; with nothing
/// to do the bytes are the same; after conversion the structure is the same byte for byte, and a
/// second conversion changes nothing.
pub fn check(text: &str, format: Format, options: &Options) {
    in_order(text, &formats::parts(text, format, options));
    if text.len() % ALL_STAGES == 0 {
        let _ = formats::normalize(text.as_bytes(), format, &FULL, options);
    }
    let Some(same) = written(text, format, &IDLE, options) else {
        return;
    };
    assert_eq!(same, text, "{format}: other bytes with nothing to do");
    for normalizer in CONVERTING.iter() {
        let converted = written(text, format, normalizer, options).expect("it was text");
        let (old, new) = (
            structure(text, format, options),
            structure(&converted, format, options),
        );
        assert_eq!(old, new, "{format}: another structure");
        let is_script = normalizer.options().to == Some(target("zh-Hans"));
        // Some configurations of OpenCC unify compatibility ideographs, others leave them.
        if is_script && !converted.contains(is_compatible) {
            // So many zeros may be too many for a text with shorter words.
            if let Some(again) = written(&converted, format, normalizer, options) {
                assert_eq!(again, converted, "{format}: a second run changed something");
            }
        }
    }
}

fn is_compatible(ch: char) -> bool {
    matches!(ch, '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}')
}

/// The new file; `None` where the text is taken for something other than UTF-8, or has a mark that
/// is not text.
pub fn written(
    text: &str,
    format: Format,
    normalizer: &Normalizer,
    options: &Options,
) -> Option<String> {
    let file = formats::normalize(text.as_bytes(), format, normalizer, options).ok()?;
    (file.encoding == Encoding::UTF_8 && !file.byte_order_mark)
        .then(|| String::from_utf8(file.contents.into_owned()).expect("UTF-8"))
}

fn in_order(text: &str, parts: &Parts) {
    let mut end = 0;
    for place in parts.iter().flat_map(places) {
        assert!(end <= place.start && place.end <= text.len());
        assert!(text.is_char_boundary(place.start) && text.is_char_boundary(place.end));
        end = place.end;
    }
}

/// The number of texts, and what is between them.
fn structure(text: &str, format: Format, options: &Options) -> (usize, Vec<String>) {
    let parts = formats::parts(text, format, options);
    let (mut between, mut end) = (Vec::new(), 0);
    for place in parts.iter().flat_map(places) {
        // A text may be written with more escapes than before, one behind the other.
        if place.start > end {
            between.push(text[end..place.start].to_owned());
        }
        end = place.end;
    }
    between.push(text[end..].to_owned());
    (parts.len(), between)
}

fn places(part: Part<'_>) -> Vec<Range<usize>> {
    part.places().collect()
}
