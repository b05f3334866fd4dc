//! E-books (EPUB): the texts of their chapters, the title, the labels of their contents.
//!
//! An e-book is an archive. What does not change keeps its bytes and its place in it, so that the
//! file `mimetype` stays the first and is not compressed.

use std::borrow::Cow;

use super::archive::Archive;
use super::{FileOutcome, Format, Options, normalize as normalize_file};
use crate::convert::Variety;
use crate::decode::{self, Encoding};
use crate::report::Origin;
use crate::{Normalizer, Result};

/// The most bytes of a chapter.
const CHAPTER: usize = 32 << 20;

/// The most bytes of all chapters: those of one, and so many times the book. Text packs to a third or
/// a fifth; what unpacks to more is made to fill the memory.
const UNPACKED: usize = 20;

/// The format of a file in an e-book, if it has text.
fn format_of(name: &[u8]) -> Option<Format> {
    let ends = |end: &str| {
        name.len() >= end.len()
            && name[name.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
    };
    if [".xhtml", ".html", ".htm"].iter().any(|end| ends(end)) {
        Some(Format::HtmlDocument)
    } else if ends(".opf") {
        Some(Format::PackageDocument)
    } else if ends(".ncx") {
        Some(Format::Xml)
    } else {
        None
    }
}

/// Whether a file of a book is in UTF-8. By the standard (EPUB 3.3, section 3.9) its files are UTF-8
/// or UTF-16, so a short one that is valid is not asked whether it reads better as GBK.
fn is_utf_8(contents: &[u8]) -> bool {
    memchr::memchr(0, contents).is_none() && simdutf8::basic::from_utf8(contents).is_ok()
}

/// The options of a normalizer for a file in UTF-8, unless the caller named the encoding.
fn in_utf_8(normalizer: &Normalizer) -> crate::Options {
    let mut options = normalizer.options().clone();
    options.decode.encoding.get_or_insert(Encoding::UTF_8);
    options
}

/// Runs the pipeline over the texts of an e-book.
pub(super) fn normalize<'a>(
    bytes: &'a [u8],
    normalizer: &Normalizer,
    options: &Options,
) -> Result<FileOutcome<'a>> {
    normalize_within(CHAPTER, bytes, normalizer, options)
}

fn normalize_within<'a>(
    chapter: usize,
    bytes: &'a [u8],
    normalizer: &Normalizer,
    options: &Options,
) -> Result<FileOutcome<'a>> {
    let Some(archive) = Archive::read(bytes) else {
        return Err(decode::Error::Binary.into());
    };
    let mut of_chapters = options.clone();
    of_chapters.output = None;
    let of_utf_8 = Normalizer::new(in_utf_8(normalizer));
    let mut report = normalizer.report();
    let mut varieties: Vec<(Variety, usize)> = Vec::new();
    let mut new = Vec::new();
    let mut warnings = Vec::new();
    let mut room = chapter + UNPACKED * archive.length();
    for (index, name) in archive.names().enumerate() {
        let Some(format) = format_of(name) else {
            continue;
        };
        let shown = || String::from_utf8_lossy(name).into_owned();
        let Some(contents) = archive.contents(index, chapter.min(room)) else {
            warnings.push(super::Problem::NotRead { name: shown() });
            continue;
        };
        room -= contents.len();
        let reader = if is_utf_8(&contents) {
            &of_utf_8
        } else {
            normalizer
        };
        let Ok(outcome) = normalize_file(&contents, format, reader, &of_chapters) else {
            warnings.push(super::Problem::NotRead { name: shown() });
            continue;
        };
        report.append(outcome.report, |_| Origin::default());
        match varieties
            .iter_mut()
            .find(|(variety, _)| *variety == outcome.variety)
        {
            Some((_, length)) => *length += contents.len(),
            None => varieties.push((outcome.variety, contents.len())),
        }
        if outcome.contents.as_ref() != contents.as_slice() {
            new.push((index, outcome.contents.into_owned()));
        }
    }
    let contents = if new.is_empty() {
        Cow::Borrowed(bytes)
    } else {
        let archive = archive.replaced(&new);
        Cow::Owned(archive.map_err(|_| crate::Error::from(decode::Error::Binary))?)
    };
    let variety = varieties.into_iter().max_by_key(|(_, length)| *length);
    Ok(FileOutcome {
        contents,
        encoding: Encoding::UTF_8,
        confidence: 1.0,
        byte_order_mark: false,
        variety: variety.map_or(Variety::Unknown, |(variety, _)| variety),
        report,
        problems: Vec::new(),
        warnings,
        article: None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::archive::tests::archive;
    use super::*;

    #[test]
    fn chapters_and_titles_change_and_the_rest_keeps_its_bytes() {
        let files = [
            ("mimetype", "application/epub+zip"),
            ("a.xhtml", "<p class=\"頭\">皇<b>后</b>的頭髮</p>"),
            ("圖.txt", "頭髮"),
            (
                "c.opf",
                "<dc:title>頭髮</dc:title><dc:identifier>頭</dc:identifier>",
            ),
        ];
        let book = archive(&files.map(|(name, text)| (name.as_bytes(), text)));
        let options = crate::Options::default().with_to("zh-Hans".parse().unwrap());
        let normalizer = Normalizer::new(options);
        let files = Options::default();
        let outcome = normalize_file(&book, Format::Epub, &normalizer, &files).unwrap();
        let new = Archive::read(&outcome.contents).unwrap();
        let text = |index| String::from_utf8(new.contents(index, 1000).unwrap()).unwrap();
        assert_eq!(text(0), "application/epub+zip");
        assert_eq!(text(1), "<p class=\"頭\">皇<b>后</b>的头发</p>");
        assert_eq!(text(2), "頭髮");
        assert_eq!(
            text(3),
            "<dc:title>头发</dc:title><dc:identifier>頭</dc:identifier>"
        );
        assert_eq!(outcome.contents[..60], book[..60]);
        let again = normalize_file(&outcome.contents, Format::Epub, &normalizer, &files).unwrap();
        assert!(matches!(again.contents, Cow::Borrowed(_)));
    }

    #[test]
    fn a_short_file_of_a_book_is_utf_8() {
        // Two characters of GBK, or one of UTF-8.
        let text = "description: Ȫ";
        let found = decode::detect(text.as_bytes()).encoding;
        assert_eq!(found, Encoding::GB18030);
        let book = archive(&[(b"a.ncx", text), (b"b.xhtml", text)]);
        let normalizer = Normalizer::default();
        let options = Options::default();
        let outcome = normalize_file(&book, Format::Epub, &normalizer, &options).unwrap();
        assert_eq!(outcome.contents, book);
        assert!(outcome.report.changes().is_empty());
        let gbk = decode::Options::default().with_encoding(Encoding::GBK);
        let named = Normalizer::new(crate::Options::default().with_decode(gbk));
        let outcome = normalize_file(&book, Format::Epub, &named, &options).unwrap();
        assert!(outcome.contents != book);
    }

    /// A book of chapters that are deflated.
    fn deflated(chapters: usize, text: &str) -> Vec<u8> {
        let name = |at: usize| format!("{at}.xhtml");
        let names: Vec<String> = (0..chapters).map(name).collect();
        let stored: Vec<(&[u8], &str)> = names.iter().map(|name| (name.as_bytes(), "")).collect();
        let book = archive(&stored);
        let contents = (0..chapters).map(|at| (at, text.as_bytes().to_vec()));
        let contents: Vec<_> = contents.collect();
        Archive::read(&book).unwrap().replaced(&contents).unwrap()
    }

    #[test]
    fn chapters_that_unpack_to_too_much_are_passed_through_and_named() {
        let most = 1 << 16;
        let text = format!("<p>{}</p>", "a".repeat(most / 3));
        let book = deflated(80, &text);
        let normalizer = Normalizer::default();
        let outcome = normalize_within(most, &book, &normalizer, &Options::default()).unwrap();
        let read = (most + UNPACKED * book.len()) / text.len();
        assert!(outcome.warnings.len() == 80 - read && read < 80);
        let none = normalize_within(most / 4, &book, &normalizer, &Options::default()).unwrap();
        assert_eq!(none.warnings.len(), 80);
        assert_eq!(outcome.contents, book);
    }

    #[test]
    fn files_that_share_their_data_are_no_archive() {
        let mut book = archive(&[(b"a.xhtml", "<p>頭</p>"), (b"b.xhtml", "<p>頭</p>")]);
        assert!(Archive::read(&book).is_some());
        // The second record of the directory points at the first file.
        let central = b"PK\x01\x02";
        let second = memchr::memmem::rfind(&book, central).unwrap();
        book[second + 42..second + 46].fill(0);
        assert!(Archive::read(&book).is_none());
    }

    #[test]
    fn what_is_no_archive_is_no_text() {
        let book = archive(&[(b"a.xhtml", "<p>頭</p>")]);
        for length in 0..book.len() {
            let cut = &book[..length];
            assert!(
                normalize_file(
                    cut,
                    Format::Epub,
                    &Normalizer::default(),
                    &Options::default()
                )
                .is_err()
            );
        }
    }
}
