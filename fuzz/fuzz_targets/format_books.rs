//! E-books, and the names of files in archives. An archive is made of the pieces of a text, the names
//! and contents of its files in turn, and damaged in places that the input gives.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhnorm::formats::{self, Format, Options};
use zhnorm::{Normalizer, names};
use zhnorm_fuzz::{CONVERTING, IDLE};

/// A ZIP archive of files that are stored as they are.
fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let number = |value: usize| (value as u32).to_le_bytes();
    for (name, text) in files {
        let sizes = [[0; 4], number(text.len()), number(text.len())].concat();
        let lengths = number(name.len());
        let common = [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0], sizes.as_slice(), &lengths].concat();
        directory.extend(
            [
                b"PK\x01\x02\x14\0",
                common.as_slice(),
                &[0; 10],
                &number(bytes.len()),
            ]
            .concat(),
        );
        directory.extend(name.as_bytes());
        bytes.extend(
            [
                b"PK\x03\x04",
                common.as_slice(),
                name.as_bytes(),
                text.as_bytes(),
            ]
            .concat(),
        );
    }
    let (start, count) = (bytes.len(), number(files.len()));
    bytes.extend(&directory);
    bytes.extend([b"PK\x05\x06\0\0\0\0", &count[..2], &count[..2]].concat());
    bytes.extend([number(directory.len()), number(start)].concat());
    bytes.extend([0, 0]);
    bytes
}

/// Of a book that is not sound a file may be in another encoding, and is written in UTF-8 then.
fn check(book: &[u8], is_sound: bool) {
    let options = Options::default();
    let run = |bytes: &[u8], normalizer: &Normalizer| {
        let file = formats::normalize(bytes, Format::Epub, normalizer, &options).ok()?;
        Some(file.contents.into_owned())
    };
    let Some(same) = run(book, &IDLE) else {
        assert!(run(book, &CONVERTING[0]).is_none());
        return;
    };
    assert!(!is_sound || same == book, "other bytes with nothing to do");
    let new = run(book, &CONVERTING[0]).expect("it was a book");
    // What is written is a book again. Not of damaged ones: they may say of their files what is not so.
    let _ = run(&new, &CONVERTING[0]);
    for normalizer in [&*IDLE, &CONVERTING[0]] {
        let renamed = names::in_archive(book, normalizer).expect("it was an archive");
        assert_eq!(book == &*renamed.contents, renamed.changes.is_empty());
        let again = names::in_archive(&renamed.contents, normalizer).expect("an archive");
        assert!(again.changes.is_empty(), "{:?}", again.changes);
    }
}

fuzz_target!(|input: (Vec<(u16, u8)>, &str)| {
    let (damage, text) = input;
    check(text.as_bytes(), false);
    let mut pieces = text.split('\n');
    let mut files: Vec<(&str, &str)> = Vec::new();
    while let (Some(name), Some(contents)) = (pieces.next(), pieces.next()) {
        files.push((name, contents));
    }
    files.truncate(50);
    let endings = [".xhtml", ".opf", ".ncx", ".txt"];
    let named: Vec<String> = (files.iter().enumerate())
        .map(|(at, (name, _))| format!("{name}{}", endings[at % endings.len()]))
        .collect();
    let files: Vec<(&str, &str)> = (named.iter().zip(&files))
        .map(|(name, (_, contents))| (name.as_str(), *contents))
        .collect();
    let mut book = archive(&files);
    // A few bytes with controls among them may be a text in another encoding, which is written in UTF-8.
    let is_control = |character: char| character.is_control() && character != '\t';
    check(
        &book,
        !files.iter().any(|(_, text)| text.contains(is_control)),
    );
    let options = Options::default();
    if let Ok(new) = formats::normalize(&book, Format::Epub, &CONVERTING[0], &options) {
        let again = formats::normalize(&new.contents, Format::Epub, &CONVERTING[0], &options);
        assert!(again.is_ok(), "what is written is no book");
    }
    for (place, byte) in damage {
        let length = book.len();
        book[usize::from(place) % length] = byte;
    }
    check(&book, false);
});
