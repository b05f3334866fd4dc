//! Compressed files: gzip and Zstandard, recognised by their first bytes.
//!
//! Both formats carry a checksum of their content. It is verified when a file is read, and
//! written with every file.

use std::borrow::Cow;
use std::io::{self, BufRead, Read, Write as _};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

const GZIP: &[u8] = &[0x1f, 0x8b, 0x08];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// What follows the first byte of a Zstandard frame that a reader skips. The first byte is 0x50 to
/// 0x5f.
const SKIPPABLE: &[u8] = &[0x2a, 0x4d, 0x18];

/// The level of the `zstd` program.
const ZSTD_LEVEL: i32 = 3;

/// How the bytes of a file are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Packing {
    /// Not at all.
    Plain,
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

impl Packing {
    /// Recognises the packing by the first bytes.
    pub fn detect(bytes: &[u8]) -> Self {
        let is_skippable = matches!(bytes, [0x50..=0x5f, rest @ ..] if rest.starts_with(SKIPPABLE));
        if bytes.starts_with(GZIP) {
            Self::Gzip
        } else if bytes.starts_with(ZSTD) || is_skippable {
            Self::Zstd
        } else {
            Self::Plain
        }
    }

    /// The bytes that are packed, all members of a gzip file, all frames of a Zstandard file:
    /// `None` when they are more than `most`.
    ///
    /// # Errors
    ///
    /// An error when the packed bytes are damaged.
    pub fn unpack(self, bytes: &[u8], most: usize) -> io::Result<Option<Cow<'_, [u8]>>> {
        if self == Self::Plain {
            return Ok((bytes.len() <= most).then_some(Cow::Borrowed(bytes)));
        }
        let mut unpacked = Vec::new();
        self.reader(bytes)
            .take((most as u64).saturating_add(1))
            .read_to_end(&mut unpacked)?;
        Ok((unpacked.len() <= most).then_some(Cow::Owned(unpacked)))
    }

    /// Reads what is packed. Damaged data is an error of the reader, at the latest at its end.
    pub fn reader<'r>(self, packed: impl BufRead + Send + 'r) -> Box<dyn Read + Send + 'r> {
        match self {
            Self::Plain => Box::new(packed),
            Self::Gzip => Box::new(Members::Before(packed)),
            Self::Zstd => match zstd::stream::read::Decoder::with_buffer(packed) {
                Ok(decoder) => Box::new(decoder),
                Err(error) => Box::new(Failed(Some(error))),
            },
        }
    }

    /// The name of the format; `None` of bytes that are not packed.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("Zstandard"),
        }
    }

    /// Packs bytes the same way.
    ///
    /// # Errors
    ///
    /// An error when the compressor fails.
    pub fn pack(self, bytes: &[u8]) -> io::Result<Cow<'_, [u8]>> {
        Ok(match self {
            Self::Plain => Cow::Borrowed(bytes),
            Self::Gzip | Self::Zstd => {
                let mut packer = Packer::new(self);
                let mut whole = packer.pack(bytes)?.into_owned();
                whole.extend_from_slice(&packer.finish()?);
                Cow::Owned(whole)
            }
        })
    }
}

/// A reader that could not be made.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _into: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// The members of a gzip file, one after another. Zeros after the last one are padding, as `gzip`
/// takes them.
enum Members<R: BufRead> {
    /// Before a member, or at the end.
    Before(R),
    /// In a member.
    In(Box<GzDecoder<R>>),
    /// An error was given.
    Over,
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(self, Self::Over) {
                Self::Over => return Ok(0),
                Self::Before(mut packed) => match packed.fill_buf()?.first() {
                    None => return Ok(0),
                    Some(0) => {
                        skip_zeros(&mut packed)?;
                        *self = Self::Before(packed);
                    }
                    Some(_) => *self = Self::In(Box::new(GzDecoder::new(packed))),
                },
                Self::In(mut member) => match member.read(into)? {
                    0 => *self = Self::Before(member.into_inner()),
                    read => {
                        *self = Self::In(member);
                        return Ok(read);
                    }
                },
            }
        }
    }
}

/// Skips padding, which goes on to the end.
fn skip_zeros(packed: &mut impl BufRead) -> io::Result<()> {
    loop {
        let block = packed.fill_buf()?;
        if block.is_empty() {
            return Ok(());
        }
        if block.iter().any(|byte| *byte != 0) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "other bytes follow the zeros after the last member",
            ));
        }
        let length = block.len();
        packed.consume(length);
    }
}

/// Packs bytes that come in parts.
#[derive(Debug)]
#[non_exhaustive]
pub struct Packer(Kind);

enum Kind {
    Plain,
    /// As one gzip member.
    Gzip(Box<GzEncoder<Vec<u8>>>),
    /// As one Zstandard frame.
    Zstd(Box<zstd::stream::write::Encoder<'static, Vec<u8>>>),
    /// The compressor could not be made, for this reason.
    Failed(io::ErrorKind),
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Plain => "Plain",
            Self::Gzip(_) => "Gzip",
            Self::Zstd(_) => "Zstd",
            Self::Failed(_) => "Failed",
        })
    }
}

impl Packer {
    /// A packer of this kind.
    pub fn new(packing: Packing) -> Self {
        Self(match packing {
            Packing::Plain => Kind::Plain,
            Packing::Gzip => {
                let level = Compression::default();
                Kind::Gzip(Box::new(GzEncoder::new(Vec::new(), level)))
            }
            Packing::Zstd => match zstd_encoder() {
                Ok(encoder) => Kind::Zstd(Box::new(encoder)),
                Err(error) => Kind::Failed(error.kind()),
            },
        })
    }

    /// What is to be written for a part.
    ///
    /// # Errors
    ///
    /// An error when the compressor fails.
    pub fn pack<'b>(&mut self, bytes: &'b [u8]) -> io::Result<Cow<'b, [u8]>> {
        Ok(match &mut self.0 {
            Kind::Plain => Cow::Borrowed(bytes),
            Kind::Gzip(packer) => {
                packer.write_all(bytes)?;
                Cow::Owned(std::mem::take(packer.get_mut()))
            }
            Kind::Zstd(packer) => {
                packer.write_all(bytes)?;
                Cow::Owned(std::mem::take(packer.get_mut()))
            }
            Kind::Failed(kind) => return Err((*kind).into()),
        })
    }

    /// What is to be written after the last part.
    ///
    /// # Errors
    ///
    /// An error when the compressor fails.
    pub fn finish(&mut self) -> io::Result<Vec<u8>> {
        match &mut self.0 {
            Kind::Plain => Ok(Vec::new()),
            Kind::Gzip(packer) => {
                packer.try_finish()?;
                Ok(std::mem::take(packer.get_mut()))
            }
            Kind::Zstd(packer) => {
                packer.do_finish()?;
                Ok(std::mem::take(packer.get_mut()))
            }
            Kind::Failed(kind) => Err((*kind).into()),
        }
    }
}

/// A compressor that writes a checksum, as the `zstd` program does.
fn zstd_encoder() -> io::Result<zstd::stream::write::Encoder<'static, Vec<u8>>> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), ZSTD_LEVEL)?;
    encoder.include_checksum(true)?;
    Ok(encoder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again_from_all_parts() {
        for packing in [Packing::Gzip, Packing::Zstd] {
            let mut packed = packing.pack("今天\n".as_bytes()).unwrap().into_owned();
            packed.extend_from_slice(&packing.pack("明天\n".as_bytes()).unwrap());
            assert_eq!(Packing::detect(&packed), packing);
            let unpacked = packing.unpack(&packed, 14).unwrap();
            assert_eq!(unpacked.as_deref(), Some("今天\n明天\n".as_bytes()));
            assert_eq!(packing.unpack(&packed, 13).unwrap(), None);
            packed.truncate(packed.len() - 5);
            assert!(packing.unpack(&packed, 14).is_err());
        }
    }

    #[test]
    fn what_is_packed_in_parts_comes_out_in_one() {
        for packing in [Packing::Plain, Packing::Gzip, Packing::Zstd] {
            let mut packer = Packer::new(packing);
            let mut whole = Vec::new();
            for part in ["今天\n", "", "明天\n"] {
                whole.extend_from_slice(&packer.pack(part.as_bytes()).unwrap());
            }
            whole.extend(packer.finish().unwrap());
            let unpacked = packing.unpack(&whole, 100).unwrap();
            assert_eq!(unpacked.as_deref(), Some("今天\n明天\n".as_bytes()));
        }
    }

    #[test]
    fn a_flipped_bit_is_seen_or_does_no_harm() {
        let text = "今天的天气很好，我们一起去公园散步。\n明天再去。\n".repeat(20);
        for packing in [Packing::Gzip, Packing::Zstd] {
            let packed = packing.pack(text.as_bytes()).unwrap().into_owned();
            for bit in 0..packed.len() * 8 {
                let mut damaged = packed.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                // A bit of the header may say nothing about the content.
                if Packing::detect(&damaged) == packing
                    && let Ok(Some(unpacked)) = packing.unpack(&damaged, 1 << 20)
                {
                    assert!(unpacked == text.as_bytes(), "{packing:?} bit {bit}");
                }
            }
        }
    }

    #[test]
    fn a_frame_that_needs_a_dictionary_is_refused() {
        // One raw block; the header names dictionary 1, or none.
        let frame = |header: &[u8]| [ZSTD, header, &[5, 0x29, 0, 0], b"hello"].concat();
        let plain = frame(&[0x20]);
        let unpacked = Packing::Zstd.unpack(&plain, 10).unwrap();
        assert_eq!(unpacked.as_deref(), Some(&b"hello"[..]));
        assert!(Packing::Zstd.unpack(&frame(&[0x21, 1]), 10).is_err());
    }

    #[test]
    fn skippable_frames_and_padding_are_skipped() {
        let text = "今天\n".as_bytes();
        let skippable = [&[0x5a][..], SKIPPABLE, &3_u32.to_le_bytes(), b"abc"].concat();
        let frame = Packing::Zstd.pack(text).unwrap().into_owned();
        for packed in [
            [&skippable[..], &frame].concat(),
            [&frame[..], &skippable].concat(),
        ] {
            assert_eq!(Packing::detect(&packed), Packing::Zstd);
            let unpacked = Packing::Zstd.unpack(&packed, 100).unwrap();
            assert_eq!(unpacked.as_deref(), Some(text));
        }
        let mut padded = Packing::Gzip.pack(text).unwrap().into_owned();
        padded.extend_from_slice(&[0; 512]);
        let unpacked = Packing::Gzip.unpack(&padded, 100).unwrap();
        assert_eq!(unpacked.as_deref(), Some(text));
        padded.push(b'x');
        assert!(Packing::Gzip.unpack(&padded, 100).is_err());
    }
}
