//! What the page in `docs/play/` calls: bytes and options in, JSON out. No imports, so that the module
//! can reach nothing outside.
//!
//! The page asks for room ([`room`]), writes the bytes there and calls [`normalize`]; [`result`] and
//! [`length`] say where the answer is.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};
use zhnorm::report::{Change, Places, Report};
use zhnorm::{Normalizer, Options, Stages, decode};

/// What the page sets.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wishes {
    to: String,
    skip: Vec<String>,
    quotes: String,
    spelling: String,
    is_text: bool,
}

/// What the page shows.
#[derive(Serialize)]
struct Answer<'t> {
    text: &'t str,
    /// The text before the stages, decoded.
    given: &'t str,
    encoding: Option<String>,
    confidence: f32,
    variety: &'static str,
    changes: Vec<Change>,
}

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Makes room for so many bytes of input and says where.
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        input.clear();
        input.resize(length, 0);
        input.as_mut_ptr()
    })
}

/// Normalizes what is in the room: `options` bytes of JSON, then a text or the bytes of a file.
/// 0 when it worked; otherwise the answer is a message.
#[unsafe(no_mangle)]
pub extern "C" fn normalize(options: usize) -> i32 {
    let answer = INPUT.with_borrow(|input| {
        let (options, given) = input.split_at_checked(options).unwrap_or((&[], input));
        run(options, given)
    });
    let (code, text) = match answer {
        Ok(answer) => (0, answer),
        Err(message) => (1, message),
    };
    OUTPUT.set(text);
    code
}

/// Where the answer is.
#[unsafe(no_mangle)]
pub extern "C" fn result() -> *const u8 {
    OUTPUT.with_borrow(|output| output.as_ptr())
}

/// How many bytes it has.
#[unsafe(no_mangle)]
pub extern "C" fn length() -> usize {
    OUTPUT.with_borrow(String::len)
}

fn run(wishes: &[u8], given: &[u8]) -> Result<String, String> {
    let wishes: Wishes = serde_json::from_slice(wishes).map_err(|error| error.to_string())?;
    let runs = |stage: &str| !wishes.skip.iter().any(|skipped| skipped == stage);
    let stages = Stages::default()
        .with_repair(runs("repair"))
        .with_strip(runs("strip"))
        .with_convert(runs("convert"));
    let mut options = Options::default()
        .with_stages(stages)
        // The places are indices of a JavaScript array of characters.
        .with_places(Places::Characters);
    if !wishes.to.is_empty() {
        options.to = Some(wishes.to.parse().map_err(|error| format!("{error}"))?);
    }
    if !wishes.quotes.is_empty() {
        options.convert.quotes = wishes.quotes.parse().map_err(|error| format!("{error}"))?;
    }
    if !wishes.spelling.is_empty() {
        let spelling = wishes.spelling.parse();
        options.convert.spelling = Some(spelling.map_err(|error| format!("{error}"))?);
    }
    // There is one thread.
    options.large.whole = usize::MAX;
    let mut encoding = None;
    let mut confidence = 1.0;
    let mut decoding = Report::listing();
    let text = if wishes.is_text {
        String::from_utf8_lossy(given)
    } else {
        let decoded = decode::decode(given, &options.decode, &mut decoding)
            .map_err(|error| error.to_string())?;
        encoding = Some(decoded.encoding.label());
        confidence = decoded.confidence;
        decoded.text
    };
    let outcome = Normalizer::new(options).normalize_str(&text);
    let answer = Answer {
        text: &outcome.text,
        given: &text,
        encoding,
        confidence,
        variety: outcome.variety.tag(),
        changes: [decoding.changes(), outcome.changes()].concat(),
    };
    serde_json::to_string(&answer).map_err(|error| error.to_string())
}
