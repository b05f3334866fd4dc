//! Bytes that a wrong decoder could not read, and what they can have been.
//!
//! Where a decoder finds no character it leaves a mark, `?` or U+FFFD, or nothing at all. How
//! many bytes a mark represents, and where reading continues after it, is a habit of the decoder
//! ([`Habit`]); and because the mark was only put where its tables have nothing, a byte that was
//! lost is known to be one with which they have nothing. That leaves few enough characters for
//! the language to choose from.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::LazyLock;

use zhnorm_lang::characters::is_basic_han;

use crate::repair::mojibake::charset::Charset;
use crate::repair::mojibake::frame;
use crate::repair::mojibake::likelihood;

/// What a decoder does where it cannot read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::repair::mojibake) enum Habit {
    /// As the Encoding Standard has it: one mark for an unknown pair, and one for a lead byte
    /// that ASCII follows, which is read on its own. With `?` the pair may also have been a lead
    /// byte and the ASCII character after it.
    MarksPairs,
    /// As Python does: one mark for a byte, and reading goes on with the next.
    MarksBytes,
    /// Bytes go without a mark.
    Skips,
}

/// What is known of a byte that was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::repair::mojibake) enum Loss {
    /// Nothing.
    Any,
    /// It is no character and opens no pair.
    Alone,
    /// It makes no character with this byte after it.
    Before(u8),
    /// What was damaged ended after it.
    AtEnd,
    /// It opened an unknown pair.
    First,
    /// It closed the pair that the lost byte before it opened.
    Second,
}

/// A byte of a character that is being put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::repair::mojibake) enum Place {
    Known(u8),
    Lost(Loss),
}

impl Place {
    pub(super) fn known(self) -> Option<u8> {
        match self {
            Self::Known(byte) => Some(byte),
            Self::Lost(_) => None,
        }
    }
}

/// Bytes that wait for the rest of their character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::repair::mojibake) struct Pending {
    places: [Place; 4],
    length: u8,
}

impl Pending {
    pub(super) const NONE: Self = Self {
        places: [Place::Known(0); 4],
        length: 0,
    };

    pub(super) fn push(mut self, place: Place) -> Self {
        self.places[usize::from(self.length)] = place;
        self.length += 1;
        self
    }

    pub(super) fn places(&self) -> &[Place] {
        &self.places[..usize::from(self.length)]
    }

    /// The bytes, 0 where they are lost.
    pub(super) fn bytes(&self) -> [u8; 4] {
        self.places.map(|place| place.known().unwrap_or(0))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }

    pub(super) fn lost(&self) -> usize {
        self.places()
            .iter()
            .filter(|place| place.known().is_none())
            .count()
    }
}

/// Which bytes a character had that was not wholly lost, and what is known of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::repair::mojibake) struct Remains {
    pub(super) charset: Charset,
    pub(super) pending: Pending,
    /// The lost byte in front, of the same mark; 0 when there is none.
    pub(super) torn: u8,
    pub(super) decoder: Decoder,
}

/// The charset that a text was wrongly read in, and the habit of the program that did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::repair::mojibake) struct Decoder {
    pub(super) read_as: Charset,
    pub(super) habit: Habit,
}

impl Decoder {
    /// What a mark can stand for; `next` is the first byte of what was read after it, `None`
    /// where that is not known, and `at_end` shows that nothing was.
    pub(super) fn losses(
        self,
        mark: char,
        next: Option<u8>,
        at_end: bool,
    ) -> impl Iterator<Item = &'static [Loss]> {
        static BEFORE: [[Loss; 1]; 256] = {
            let mut before = [[Loss::Any]; 256];
            let mut byte = 0;
            while byte < 256 {
                before[byte] = [Loss::Before(byte as u8)];
                byte += 1;
            }
            before
        };
        let is_single = self.read_as.is_single_byte();
        let one: &'static [Loss] = match (self.habit, next) {
            _ if is_single => &[Loss::Alone],
            _ if at_end => &[Loss::AtEnd],
            (_, Some(next)) if next < 0x80 || self.habit != Habit::MarksPairs => {
                &BEFORE[usize::from(next)]
            }
            (Habit::MarksPairs, _) => &[Loss::Alone],
            _ => &[Loss::Any],
        };
        // What was damaged may have been a part of the line.
        let part: Option<&'static [Loss]> = (!is_single && !at_end).then_some(&[Loss::AtEnd]);
        let marks_pairs = !is_single && self.habit == Habit::MarksPairs;
        let pair: Option<&'static [Loss]> = marks_pairs.then_some(&[Loss::First, Loss::Second]);
        // The byte after it may have been swallowed.
        let swallowed: Option<&'static [Loss]> =
            (marks_pairs && mark == '?').then_some(&[Loss::Any]);
        [Some(one), part, pair, swallowed].into_iter().flatten()
    }

    /// Whether a byte can have been lost so.
    fn allows(self, loss: Loss, byte: u8, torn: u8) -> bool {
        let charset = self.read_as;
        let strict = self.habit != Habit::MarksPairs;
        let alone = || charset.is_undefined_alone(byte);
        match loss {
            Loss::Any => true,
            Loss::Alone => alone(),
            Loss::Before(next) => alone() || charset.is_undefined(byte, next, strict),
            Loss::AtEnd => alone() || charset.is_lead(byte),
            Loss::First => charset.is_lead(byte),
            Loss::Second => byte >= 0x80 && charset.is_undefined(torn, byte, strict),
        }
    }
}

impl Remains {
    /// Whether one byte was lost by itself.
    pub(in crate::repair::mojibake) fn is_single(&self) -> bool {
        let places = self.pending.places();
        let torn = |place: &Place| matches!(place, Place::Lost(Loss::First | Loss::Second));
        self.pending.lost() == 1 && !places.iter().any(torn)
    }

    /// Whether an ASCII character must have been swallowed with the byte: what follows fits no other loss.
    pub(in crate::repair::mojibake) fn is_swallowing(&self) -> bool {
        let mut places = self.pending.places().iter();
        places.any(|place| *place == Place::Lost(Loss::Any))
    }

    /// The same where an ASCII character may have been swallowed with the byte, so that it need not be one
    /// that opens no pair.
    pub(in crate::repair::mojibake) fn if_swallowing(mut self) -> Self {
        for place in &mut self.pending.places[..usize::from(self.pending.length)] {
            if *place == Place::Lost(Loss::Alone) {
                *place = Place::Lost(Loss::Any);
            }
        }
        self
    }

    /// Every Han character or mark of Chinese that the bytes can have been, with the last of the
    /// bytes that were lost.
    pub(in crate::repair::mojibake) fn each_reading(&self, mut take: impl FnMut(char, u8)) {
        let places = self.pending.places();
        if self.charset == Charset::Utf8 {
            self.each_in_utf8(places, take);
            return;
        }
        let [first, second] = places else { return };
        if self.pending.lost() > 1 {
            return self.each_common(places, take);
        }
        let leads = first.known().map_or(0x81..=0xFE, |lead| lead..=lead);
        let trails = second.known().map_or(0x40..=0xFE, |trail| trail..=trail);
        for lead in leads {
            for trail in trails.clone() {
                if self.fits(places, &[lead, trail])
                    && let Some(ch) = self.charset.pair(lead, trail)
                    && is_chinese(ch)
                {
                    take(
                        ch,
                        if second.known().is_none() {
                            trail
                        } else {
                            lead
                        },
                    );
                }
            }
        }
    }

    fn each_in_utf8(&self, places: &[Place], mut take: impl FnMut(char, u8)) {
        let &[first, second, third] = places else {
            return;
        };
        if self.pending.lost() > 1 {
            return self.each_common(places, take);
        }
        let range = |place: Place, from: u8, to: u8| {
            let place = place.known();
            place.unwrap_or(from)..=place.unwrap_or(to)
        };
        for lead in range(first, 0xE2, 0xEF) {
            if !matches!(lead, 0xE2..=0xE9 | 0xEF) {
                continue;
            }
            for middle in range(second, 0x80, 0xBF) {
                for last in range(third, 0x80, 0xBF) {
                    if self.fits(places, &[lead, middle, last])
                        && let Some(ch) = whole(Charset::Utf8, &[lead, middle, last])
                        && is_guessed(ch)
                    {
                        let lost = match (second.known(), third.known()) {
                            (_, None) => last,
                            (None, _) => middle,
                            _ => lead,
                        };
                        take(ch, lost);
                    }
                }
            }
        }
    }

    /// Where most of a character is lost only the common ones are worth trying.
    fn each_common(&self, places: &[Place], mut take: impl FnMut(char, u8)) {
        let mut buffer = [0; 4];
        for &ch in COMMON.iter() {
            let code;
            let bytes = if self.charset == Charset::Utf8 {
                ch.encode_utf8(&mut buffer).as_bytes()
            } else {
                code = self.charset.code(ch);
                code.as_ref().map_or(&[][..], |code| code.bytes())
            };
            if bytes.len() == places.len() && self.fits(places, bytes) {
                let last = places.iter().rposition(|place| place.known().is_none());
                take(ch, last.map_or(0, |last| bytes[last]));
            }
        }
    }

    fn fits(&self, places: &[Place], bytes: &[u8]) -> bool {
        // What is known is compared first: it is quick, and nearly always enough.
        let mut pairs = places.iter().zip(bytes);
        let is_same = |(place, byte): (&Place, &u8)| place.known().is_none_or(|one| one == *byte);
        if !pairs.clone().all(is_same) {
            return false;
        }
        let mut before = self.torn;
        pairs.all(|(place, &byte)| match *place {
            Place::Known(_) => true,
            Place::Lost(loss) => {
                let allowed = self.decoder.allows(loss, byte, before);
                before = byte;
                allowed
            }
        })
    }
}

/// Characters, each with the last of the bytes that were lost.
type List = Rc<[(char, u8)]>;

/// The readings of what remains of characters, which come up again and again in a document.
#[derive(Debug, Default)]
pub(in crate::repair::mojibake) struct Readings {
    known: RefCell<HashMap<Remains, List>>,
}

impl Readings {
    /// So many are remembered.
    const MOST: usize = 20_000;
    /// Characters that are rarer, in nats, are never the likeliest of their row.
    const RAREST: f32 = 14.5;

    /// See [`Remains::each_reading`]; without characters that are too rare to be guessed.
    pub(in crate::repair::mojibake) fn of(&self, remains: &Remains) -> List {
        let mut known = self.known.borrow_mut();
        if let Some(list) = known.get(remains) {
            return Rc::clone(list);
        }
        let mut list = Vec::new();
        remains.each_reading(|ch, lost| {
            let share = likelihood::share(ch);
            if !is_basic_han(ch) || share < Self::RAREST {
                list.push((share, ch, lost));
            }
        });
        // The commonest first, for searches that look at these only.
        list.sort_by(|a, b| a.0.total_cmp(&b.0));
        let list: Vec<(char, u8)> = list.into_iter().map(|(_, ch, lost)| (ch, lost)).collect();
        if known.len() >= Self::MOST {
            known.clear();
        }
        let list: List = list.into();
        known.insert(*remains, Rc::clone(&list));
        list
    }
}

/// Decodes the bytes of one character.
pub(super) fn whole(charset: Charset, bytes: &[u8]) -> Option<char> {
    let ch = match charset {
        Charset::Utf8 => std::str::from_utf8(bytes).ok()?.chars().next()?,
        _ => charset.pair(bytes[0], *bytes.get(1)?)?,
    };
    // 锟斤拷 decodes to this; it is flagged and not hidden.
    (ch != '\u{FFFD}').then_some(ch)
}

/// The characters that are tried where nothing is left of one.
static COMMON: LazyLock<Vec<char>> = LazyLock::new(|| {
    ('\u{3001}'..='\u{9FFF}')
        .chain(['，', '：', '；', '？', '！', '（', '）', '“', '”', '…', '—'])
        .filter(|ch| is_chinese(*ch) && likelihood::share(*ch) < 9.5)
        .collect()
});

/// Whether a character of which UTF-8 bytes were lost may be guessed: ideographs, the marks of
/// Chinese and common signs. Not U+3000, whose last byte 80 a decoder of GBK reads as `€` and does
/// not lose, and not full-width letters and digits, which are rare.
fn is_guessed(ch: char) -> bool {
    frame::is_common(ch)
        || matches!(
            ch,
            '\u{3400}'..='\u{9FFF}' | '\u{3001}'..='\u{3011}' | '！' | '（' | '）' | '，' | '．' | '：' | '；' | '？'
                | '～' | '\u{2014}'..='\u{2026}' | '→' | '■' | '□' | '▲' | '△'
                | '▼' | '◆' | '◇' | '●' | '○' | '★' | '☆' | '⚠' | '✅' | '✓' | '✔' | '✗' | '✘' | '❌'
                | '\u{FEFF}'
        )
}

/// Ideographs and the marks of Chinese.
pub(super) fn is_chinese(ch: char) -> bool {
    matches!(
        ch,
        '\u{3400}'..='\u{9FFF}' | '\u{3000}'..='\u{3011}' | '\u{FF01}'..='\u{FF5E}'
            | '\u{2014}'..='\u{2026}' | '·'
    )
}
