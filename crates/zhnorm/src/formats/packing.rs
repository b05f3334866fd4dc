//! Compressed files: gzip and Zstandard, recognised by their first bytes.

use std::borrow::Cow;
use std::io::{self, BufRead, Read, Write as _};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

const GZIP: &[u8] = &[0x1f, 0x8b, 0x08];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

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
        if bytes.starts_with(GZIP) {
            Self::Gzip
        } else if bytes.starts_with(ZSTD) {
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

    /// Reads what is packed.
    pub fn reader<'r>(self, packed: impl BufRead + 'r) -> Box<dyn Read + 'r> {
        match self {
            Self::Plain => Box::new(packed),
            Self::Gzip => Box::new(MultiGzDecoder::new(packed)),
            Self::Zstd => Box::new(Frames {
                frame: None,
                rest: Some(packed),
            }),
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

/// The frames of a Zstandard file, one after another.
struct Frames<R: BufRead> {
    frame: Option<StreamingDecoder<R, FrameDecoder>>,
    /// The input while no frame is being read.
    rest: Option<R>,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let read = frame.read(into)?;
                if read > 0 || into.is_empty() {
                    return Ok(read);
                }
            }
            if let Some(frame) = self.frame.take() {
                self.rest = Some(frame.into_inner());
            }
            let Some(mut rest) = self.rest.take() else {
                return Ok(0);
            };
            if rest.fill_buf()?.is_empty() {
                return Ok(0);
            }
            let frame = StreamingDecoder::new(rest);
            self.frame = Some(frame.map_err(|error| io::Error::other(error.to_string()))?);
        }
    }
}

/// Packs bytes that come in parts.
#[derive(Debug)]
#[non_exhaustive]
pub enum Packer {
    /// Not at all.
    Plain,
    /// As one gzip member.
    Gzip(Box<GzEncoder<Vec<u8>>>),
    /// As a Zstandard frame for each part.
    Zstd,
}

impl Packer {
    /// A packer of this kind.
    pub fn new(packing: Packing) -> Self {
        match packing {
            Packing::Plain => Self::Plain,
            Packing::Gzip => {
                Self::Gzip(Box::new(GzEncoder::new(Vec::new(), Compression::default())))
            }
            Packing::Zstd => Self::Zstd,
        }
    }

    /// What is to be written for a part.
    ///
    /// # Errors
    ///
    /// An error when the compressor fails.
    pub fn pack<'b>(&mut self, bytes: &'b [u8]) -> io::Result<Cow<'b, [u8]>> {
        Ok(match self {
            Self::Plain => Cow::Borrowed(bytes),
            Self::Gzip(packer) => {
                packer.write_all(bytes)?;
                Cow::Owned(std::mem::take(packer.get_mut()))
            }
            Self::Zstd => Cow::Owned(compress_to_vec(bytes, CompressionLevel::Fastest)),
        })
    }

    /// What is to be written after the last part.
    ///
    /// # Errors
    ///
    /// An error when the compressor fails.
    pub fn finish(&mut self) -> io::Result<Vec<u8>> {
        match self {
            Self::Plain | Self::Zstd => Ok(Vec::new()),
            Self::Gzip(packer) => {
                packer.try_finish()?;
                Ok(std::mem::take(packer.get_mut()))
            }
        }
    }
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
}
