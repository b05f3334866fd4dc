//! Which encoding bytes are in: a ladder from what is certain to what is likely.
//!
//! 1. A byte order mark, or the first bytes of a well-known binary file.
//! 2. Escape sequences in seven-bit text: HZ and the ISO-2022 family.
//! 3. Valid UTF-8, unless it is so short and odd that GBK is likelier.
//! 4. Otherwise every reading is scored ([`super::surprise`]) on a sample of the file, and the
//!    one that surprises least wins. Single-byte alphabets are one reading; which alphabet it is,
//!    `chardetng` decides.
//!
//! The confidence says how much more surprising the next likely reading is.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::declared::declared;
use super::encoding::{Encoding, Scheme};
use super::finding::{Evidence, Finding, Rival};
use super::padding::{Unpadded, unpadded};
use super::reading::{CUT_HEAD, NO_READING, Reading, SINGLE_BYTE, best_two, nats, prior};
use super::surprise::{self, Cost, DoubleByte};
use super::units::is_control;
use super::{confidence, sample, seven_bit, signature, uao, units};

/// How much of the start is scored, UTF-16, UTF-32 and noise among the readings, before samples of
/// the rest are.
const HEADS: [usize; 2] = [256, 1024];

/// A margin in nats after which no more is looked at.
const DECISIVE: f32 = 100.0;

/// How many bytes of valid UTF-8 are looked at for signs that it is something else.
const UTF_8_PROBE: usize = 4096;

/// How many of them are looked at for control characters other than NUL.
const CONTROL_PROBE: usize = 64;

/// Finds the encoding of `bytes`.
pub(super) fn find(bytes: &[u8]) -> Finding<'_> {
    if bytes.is_empty() {
        return Finding {
            valid: Some(""),
            ..Finding::certain(Encoding::UTF_8, Evidence::Ascii)
        };
    }
    if let Some(finding) = by_mark(bytes) {
        return finding;
    }
    if signature::is_known_binary(bytes) {
        return Finding::certain(Encoding::BINARY, Evidence::Magic);
    }
    match unpadded(bytes) {
        Unpadded::Same => {}
        Unpadded::Nothing => {
            return Finding::certain(Encoding::BINARY, Evidence::NulPadding(bytes.len()));
        }
        Unpadded::Text {
            text,
            before,
            padding,
        } => return padded(bytes, &find(text), before, padding),
    }
    let valid = match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => {
            if let Some(finding) = as_utf_8(text) {
                return finding;
            }
            Some(text)
        }
        Err(_) => None,
    };
    by_price(bytes, valid)
}

/// Finds the encoding of `bytes` among `candidates`, of which none means all. What is certain stays:
/// a byte order mark, plain ASCII, and what is no text.
pub(super) fn find_among<'a>(bytes: &'a [u8], candidates: &[Encoding]) -> Finding<'a> {
    let found = find(bytes);
    let is_certain = found
        .evidence
        .iter()
        .any(|evidence| matches!(evidence, Evidence::Ascii | Evidence::ByteOrderMark));
    let is_wanted = |encoding: Encoding| candidates.iter().any(|one| is_same(*one, encoding));
    if candidates.is_empty()
        || is_certain
        || found.encoding == Encoding::BINARY
        || is_wanted(found.encoding)
    {
        return found;
    }
    let mut readings = all_readings(bytes);
    readings.retain(|reading| is_wanted(reading.encoding));
    let (best, next) = best_two(&readings);
    let rest = Finding {
        confidence: 0.0,
        ..Finding::certain(Encoding::UNKNOWN, Evidence::Named)
    };
    if !best.encoding.is_text() {
        return Finding {
            evidence: Vec::new(),
            ..rest
        };
    }
    let margin = if next.encoding.is_text() {
        nats(best, next)
    } else {
        // The only one that is left.
        DECISIVE
    };
    Finding {
        encoding: best.encoding,
        confidence: confidence::of_margin(margin),
        evidence: vec![Evidence::Characters {
            nats: margin,
            runner_up: next.encoding,
        }],
        cut: best.cut,
        valid: found.valid.filter(|_| best.encoding == Encoding::UTF_8),
        ..rest
    }
}

/// Every reading of bytes, the single-byte alphabets as the one that is likeliest.
fn all_readings(bytes: &[u8]) -> Vec<Reading> {
    let head = &bytes[..bytes.len().min(HEADS[1])];
    let stretches: Vec<&[u8]> = if bytes.len() > HEADS[1] {
        let stretches = sample::stretches(bytes).into_iter();
        stretches.map(|stretch| &bytes[stretch]).collect()
    } else {
        vec![head]
    };
    let mut readings = byte_readings(&stretches, None);
    if bytes.len() <= HEADS[1] {
        readings.extend(units::readings(
            head,
            simdutf8::basic::from_utf8(bytes).is_ok(),
        ));
    }
    for reading in &mut readings {
        if reading.encoding == SINGLE_BYTE {
            reading.encoding = single_byte(bytes);
        }
    }
    readings
}

/// What bytes may be beside what was found, the likeliest first: the doubt that is left, shared by
/// the costs of the other readings.
pub(super) fn rivals(bytes: &[u8], found: &Finding<'_>, candidates: &[Encoding]) -> Vec<Rival> {
    /// Rivals that are named, and the least likely of them.
    const MOST: usize = 4;
    const LEAST: f32 = 0.0005;
    let doubt = 1.0 - found.confidence;
    if doubt <= LEAST {
        return Vec::new();
    }
    let is_wanted = |encoding: Encoding| {
        candidates.is_empty() || candidates.iter().any(|one| is_same(*one, encoding))
    };
    let mut readings = all_readings(bytes);
    readings.retain(|reading| {
        reading.encoding.is_text()
            && !is_same(reading.encoding, found.encoding)
            && is_wanted(reading.encoding)
    });
    readings.sort_by_key(|reading| reading.cost);
    let mut seen: Vec<Encoding> = Vec::new();
    readings.retain(|reading| {
        let is_new = !seen.contains(&reading.encoding);
        seen.push(reading.encoding);
        is_new
    });
    let Some(first) = readings.first().copied() else {
        return Vec::new();
    };
    let weight = |reading: &Reading| (-nats(first, *reading)).exp();
    let sum: f32 = readings.iter().map(weight).sum();
    readings
        .iter()
        .take(MOST)
        .map(|reading| Rival {
            encoding: reading.encoding,
            confidence: doubt * weight(reading) / sum,
        })
        .filter(|rival| rival.confidence >= LEAST)
        .collect()
}

/// The finding for bytes whose text, without the padding, is as found.
fn padded<'a>(bytes: &'a [u8], found: &Finding<'_>, before: usize, padding: usize) -> Finding<'a> {
    let mut evidence = found.evidence.clone();
    evidence.push(Evidence::NulPadding(padding));
    // Padding before the text hides a mark and a cut, which are read like any other bytes.
    let at_start = |length: usize| if before == 0 { length } else { 0 };
    Finding {
        encoding: found.encoding,
        confidence: found.confidence,
        evidence,
        mark: at_start(found.mark),
        cut: at_start(found.cut),
        valid: if found.encoding == Encoding::UTF_8 {
            simdutf8::basic::from_utf8(bytes).ok()
        } else {
            None
        },
    }
}

fn by_mark(bytes: &[u8]) -> Option<Finding<'_>> {
    let (encoding, mark) = signature::byte_order_mark(bytes)?;
    let valid = if encoding == Encoding::UTF_8 {
        simdutf8::basic::from_utf8(bytes).ok()
    } else {
        None
    };
    Some(Finding {
        mark,
        valid,
        ..Finding::certain(encoding, Evidence::ByteOrderMark)
    })
}

/// What valid UTF-8 is, unless its bytes ask for a comparison of costs.
fn as_utf_8(text: &str) -> Option<Finding<'_>> {
    let bytes = text.as_bytes();
    let probe = &bytes[..bytes.len().min(UTF_8_PROBE)];
    // Without an early end the loop is one that the processor does sixteen bytes at a time.
    let has_controls = probe[..probe.len().min(CONTROL_PROBE)]
        .iter()
        .fold(false, |any, byte| any | is_control(*byte))
        || memchr::memchr(0, probe).is_some();
    let is_ascii = probe.is_ascii();
    if is_ascii && let Some(encoding) = seven_bit::find(bytes) {
        return Some(Finding::certain(encoding, Evidence::Escapes));
    }
    if has_controls {
        // A few stray controls, or a terminal's colours, do not make text binary.
        let controls = probe.iter().filter(|byte| is_control(**byte)).count();
        if probe.contains(&0) || 4 * controls > probe.len() {
            return None;
        }
    }
    let found = |evidence| Finding {
        valid: Some(text),
        ..Finding::certain(Encoding::UTF_8, evidence)
    };
    if is_ascii {
        return Some(found(if probe.len() == bytes.len() {
            Evidence::Ascii
        } else {
            Evidence::ValidUtf8
        }));
    }
    // A few Chinese characters in GBK can be valid UTF-8 of two bytes each; three-byte sequences
    // come about by accident no more than once or twice.
    let is_odd = bytes.len() <= 32
        && text.chars().all(|character| character < '\u{800}')
        && !is_row_of_one_sign(text);
    (!is_odd).then(|| found(Evidence::ValidUtf8))
}

/// Whether all characters outside ASCII are one sign, written twice or more. Such a row says little
/// about its encoding, so the reading that leaves the bytes as they are is taken.
fn is_row_of_one_sign(text: &str) -> bool {
    let mut signs = text.chars().filter(|character| !character.is_ascii());
    let first = signs.next();
    let mut others = signs.peekable();
    others.peek().is_some() && others.all(|sign| Some(sign) == first)
}

/// How far letters outside ASCII are counted.
const LETTERS: usize = 65_536;

/// Finds the encoding by comparing the costs of all readings.
fn by_price<'a>(bytes: &'a [u8], valid: Option<&'a str>) -> Finding<'a> {
    let is_valid_utf_8 = valid.is_some();
    let stated = declared(bytes);
    let label = stated.as_ref().map(|(encoding, _)| *encoding);
    let (mut best, mut next) = (NO_READING, NO_READING);
    let mut readings = Vec::new();
    for limit in HEADS {
        let head = &bytes[..bytes.len().min(limit)];
        readings = byte_readings(&[head], label);
        if is_valid_utf_8 {
            // Letters of an alphabet do not line up as UTF-8 by accident.
            readings.retain(|reading| reading.encoding != SINGLE_BYTE);
        }
        if bytes.is_ascii() {
            // All of them read the same.
            readings.retain(|reading| reading.encoding == Encoding::UTF_8);
        }
        readings.extend(units::readings(head, is_valid_utf_8));
        (best, next) = best_two(&readings);
        if head.len() == bytes.len() || nats(best, next) > DECISIVE {
            break;
        }
    }
    let is_by_units = best.encoding.is_utf_16()
        || matches!(best.encoding.0, Scheme::Utf32 { .. } | Scheme::Binary);
    if bytes.len() > HEADS[1] && !is_by_units && nats(best, next) <= DECISIVE {
        let stretches: Vec<&[u8]> = sample::stretches(bytes)
            .into_iter()
            .map(|stretch| &bytes[stretch])
            .collect();
        readings = byte_readings(&stretches, label);
        (best, next) = best_two(&readings);
    }

    let (mut alphabet, mut is_second) = (None, false);
    if best.encoding == SINGLE_BYTE {
        let named = single_byte(bytes);
        if named == Encoding::UNKNOWN && nats(best, next) < DOUBT && next.encoding.is_text() {
            // It is letters of no alphabet in particular, which speaks for the other reading.
            readings.retain(|reading| reading.encoding != SINGLE_BYTE);
            (best, next) = best_two(&readings);
            is_second = true;
        } else {
            alphabet = Some(named);
            // The bytes may cost least in another alphabet than the one that they can be.
            let head = [&bytes[..bytes.len().min(HEADS[1])]];
            let dearer = surprise::dearer_in(&named.label(), &head);
            let of_alphabet = best.cost.saturating_add(dearer);
            if next.encoding.is_text() && next.cost < of_alphabet && bytes.len() <= HEADS[1] {
                best.cost = of_alphabet;
                std::mem::swap(&mut best, &mut next);
                alphabet = None;
            }
        }
    }
    let margin = nats(best, next);
    let mut evidence = vec![Evidence::Characters {
        nats: margin,
        runner_up: next.encoding,
    }];
    let mut encoding = best.encoding;
    let letters = bytes
        .iter()
        .take(LETTERS)
        .filter(|byte| !byte.is_ascii())
        .count();
    let mut sure = confidence::of_margin(margin);
    if is_second {
        sure *= confidence::IN_PLACE_OF_LETTERS;
    }
    if !is_by_units && alphabet.is_none() {
        sure = sure.min(confidence::most_for(letters));
    }
    if let Some(named) = alphabet {
        encoding = named;
        sure *= if named == Encoding::UNKNOWN {
            // Letters of no alphabet: the cost says what the bytes are not, not what they are.
            0.0
        } else {
            confidence::of_alphabet(letters)
        };
        if named != Encoding::UNKNOWN {
            evidence.push(Evidence::Chardetng);
        }
    }
    if encoding == Encoding::BIG5 && uao::is_likelier(&bytes[best.cut..]) {
        encoding = Encoding::BIG5_UAO;
    }
    match stated {
        Some((stated, _)) if is_same(stated, encoding) => evidence.push(Evidence::Declared),
        Some((_, label)) => evidence.push(Evidence::DeclaredOtherwise(label)),
        None => {}
    }
    if best.cut > 0 {
        evidence.push(Evidence::CutHead(best.cut));
    }
    Finding {
        encoding,
        confidence: sure,
        evidence,
        mark: 0,
        cut: best.cut,
        valid: valid.filter(|_| encoding == Encoding::UTF_8),
    }
}

/// How much likelier, in nats, some alphabet may be than another reading and yet give way to it
/// when `chardetng` finds no alphabet at all.
const DOUBT: f32 = 30.0;

/// What a declaration is worth, in sixteenths of a nat.
const DECLARED: u32 = 64;

/// The readings byte by byte: UTF-8, the double-byte encodings from the first and from the second
/// byte, and the single-byte ones together.
fn byte_readings(stretches: &[&[u8]], stated: Option<Encoding>) -> Vec<Reading> {
    let mut readings = Vec::with_capacity(12);
    let mut push = |encoding: Encoding, cut: usize, cost: Cost| {
        let mut cost = cost.total().saturating_add(prior(encoding));
        if let Some(stated) = stated {
            let is_stated = is_same(stated, encoding)
                || (encoding == SINGLE_BYTE
                    && matches!(stated.0, Scheme::Whatwg(stated) if stated.is_single_byte()));
            if !is_stated {
                cost = cost.saturating_add(DECLARED);
            }
        }
        readings.push(Reading {
            encoding,
            cut,
            cost,
        });
    };
    let sum = |cost: &dyn Fn(&[u8]) -> Cost, first: Cost| {
        let mut sum = first;
        for stretch in stretches {
            sum.add(&cost(stretch));
        }
        sum
    };
    push(
        Encoding::UTF_8,
        0,
        sum(&|bytes| surprise::of_utf_8(bytes), Cost::default()),
    );
    push(
        SINGLE_BYTE,
        0,
        sum(&|bytes| surprise::of_single_byte(bytes), Cost::default()),
    );
    for encoding in DoubleByte::ALL {
        let scored = |bytes: &[u8]| surprise::of_double_byte(encoding, bytes);
        let whole = sum(&scored, surprise::writer_prior(encoding));
        push(Encoding::whatwg(encoding.encoding()), 0, whole);
        // A first byte that ends a character which is not there. If it is ASCII, it stays.
        if let Some((first, others)) = stretches.split_first()
            && let [lead, second, ..] = **first
            && lead >= 0x80
            && first.len() > 2
        {
            let mut cost = surprise::writer_prior(encoding);
            cost.add(&scored(&first[1..]));
            // Before ASCII a byte may as well be the lead of a rare character.
            let doubt = if second.is_ascii() { 100 } else { 0 };
            cost.charge(surprise::ANY_BYTE + CUT_HEAD + doubt);
            for stretch in others {
                cost.add(&scored(stretch));
            }
            push(Encoding::whatwg(encoding.encoding()), 1, cost);
        }
    }
    readings
}

/// Whether two labels name the same reading of bytes.
fn is_same(one: Encoding, other: Encoding) -> bool {
    let widest = |encoding| {
        if encoding == Encoding::GBK || encoding == Encoding::GB2312 {
            Encoding::GB18030
        } else if encoding == Encoding::BIG5_UAO || encoding == Encoding::CP950 {
            Encoding::BIG5
        } else {
            encoding
        }
    };
    widest(one) == widest(other)
}

/// The single-byte encoding that `chardetng` names on the sample, or unknown when it names none.
pub(super) fn single_byte(bytes: &[u8]) -> Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    for stretch in sample::stretches(bytes) {
        detector.feed(&bytes[stretch], false);
        // Words of different stretches must not run together.
        detector.feed(b" ", false);
    }
    let guess = detector.guess(None, Utf8Detection::Deny);
    if guess.is_single_byte() {
        Encoding::whatwg(guess)
    } else {
        Encoding::UNKNOWN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_character_in_a_few_letters_is_no_utf_16() {
        for text in ["+\x0b+", "a\x01", "\x0bab\x0b", "é\x02é"] {
            assert_eq!(find(text.as_bytes()).encoding, Encoding::UTF_8, "{text:?}");
        }
    }

    #[test]
    fn a_row_of_one_sign_in_valid_utf_8_is_utf_8() {
        for sign in ['ʲ', '˻', 'ˇ', 'á', '¶'] {
            for length in [2, 3, 6, 12] {
                let row = format!("{}\n", sign.to_string().repeat(length));
                let found = find(row.as_bytes());
                assert_eq!(found.encoding, Encoding::UTF_8, "{row}");
                assert_eq!(found.valid, Some(&*row));
            }
        }
    }
}
