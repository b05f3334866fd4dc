//! Compressed files: `.gz` and `.zst`, told by their first bytes.

use std::borrow::Cow;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::has_extension;
use crate::fault::Fault;

const GZIP: &[u8] = &[0x1f, 0x8b, 0x08];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// The name that a packed file has unpacked; of another file its own.
pub fn unpacked_name(name: &Path) -> &Path {
    if has_extension(name, &["gz", "zst"]) {
        name.file_stem().map_or(name, Path::new)
    } else {
        name
    }
}

/// How the bytes of a file are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

impl Packing {
    /// Tells by the first bytes.
    pub fn of(bytes: &[u8]) -> Self {
        if bytes.starts_with(GZIP) {
            Self::Gzip
        } else if bytes.starts_with(ZSTD) {
            Self::Zstd
        } else {
            Self::Plain
        }
    }

    /// The bytes that are packed: all members of a gzip file, all frames of a Zstandard file.
    ///
    /// # Errors
    ///
    /// A fault when the packed bytes are damaged.
    pub fn unpack(self, bytes: &[u8]) -> Result<Cow<'_, [u8]>, Fault> {
        let fault = |name: &str, reason: String| {
            Fault::new(format!(
                "damaged {name} data ({reason}); it was left alone; get the file again"
            ))
        };
        let mut unpacked = Vec::new();
        match self {
            Self::Plain => return Ok(Cow::Borrowed(bytes)),
            Self::Gzip => {
                MultiGzDecoder::new(bytes)
                    .read_to_end(&mut unpacked)
                    .map_err(|error| fault("gzip", error.to_string()))?;
            }
            Self::Zstd => {
                let mut rest = bytes;
                while !rest.is_empty() {
                    let mut frame = StreamingDecoder::new(&mut rest)
                        .map_err(|error| fault("Zstandard", error.to_string()))?;
                    frame
                        .read_to_end(&mut unpacked)
                        .map_err(|error| fault("Zstandard", error.to_string()))?;
                }
            }
        }
        Ok(Cow::Owned(unpacked))
    }

    /// Packs bytes the same way.
    ///
    /// # Errors
    ///
    /// A fault when memory ends.
    pub fn pack(self, bytes: &[u8]) -> Result<Cow<'_, [u8]>, Fault> {
        Ok(match self {
            Self::Plain => Cow::Borrowed(bytes),
            Self::Gzip => {
                let pack = || -> io::Result<Vec<u8>> {
                    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
                    packer.write_all(bytes)?;
                    packer.finish()
                };
                Cow::Owned(pack().map_err(|error| Fault::new(error.to_string()))?)
            }
            Self::Zstd => Cow::Owned(compress_to_vec(bytes, CompressionLevel::Fastest)),
        })
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
            assert_eq!(Packing::of(&packed), packing);
            let unpacked = packing.unpack(&packed).unwrap();
            assert_eq!(unpacked.as_ref(), "今天\n明天\n".as_bytes());
            packed.truncate(packed.len() - 5);
            assert!(packing.unpack(&packed).is_err());
        }
    }
}
