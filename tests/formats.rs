//! Text as people keep it: compressed, in lines of JSON, in other encodings, in parts that are to
//! be left alone; and what is generated from the flags.

mod program;

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Output;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use program::code;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use zhnorm::decode::{Encoding, Unmappable, encode};

const TEXT: &str = "今天的天气很好，我们一起去公园散步，看见了许多人。\n";

fn gbk(text: &str) -> Vec<u8> {
    encode(text, Encoding::GB18030, Unmappable::Error).expect("all in GB18030")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).expect("packed");
    packer.finish().expect("packed")
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    MultiGzDecoder::new(bytes)
        .read_to_end(&mut unpacked)
        .expect("unpacked");
    unpacked
}

fn run(folder: &Path, arguments: &[&str], stdin: &[u8]) -> Output {
    program::fed(program::command(folder).args(arguments), stdin)
}

#[test]
fn compressed_files_stay_compressed_and_are_plain_in_a_pipe() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    fs::create_dir(folder.join("in")).expect("made");
    let zstd = compress_to_vec(gbk(TEXT).as_slice(), CompressionLevel::Fastest);
    fs::write(folder.join("in/a.txt.gz"), gzip(&gbk(TEXT))).expect("written");
    fs::write(folder.join("in/b.txt.zst"), &zstd).expect("written");
    fs::write(folder.join("in/clean.txt.gz"), gzip(TEXT.as_bytes())).expect("written");
    let mirrored = run(folder, &["-o", "out", "in"], b"");
    assert_eq!(code(&mirrored), 0);
    for (name, unpacked) in [
        (
            "a.txt.gz",
            gunzip(&fs::read(folder.join("out/a.txt.gz")).expect("read")),
        ),
        ("b.txt.zst", run(folder, &["out/b.txt.zst"], b"").stdout),
    ] {
        assert_eq!(unpacked, TEXT.as_bytes(), "{name}");
    }
    // What does not change keeps its bytes, not only its text.
    assert_eq!(
        fs::read(folder.join("in/clean.txt.gz")).expect("read"),
        fs::read(folder.join("out/clean.txt.gz")).expect("read")
    );
    assert!(
        !fs::read(folder.join("out/b.txt.zst"))
            .expect("read")
            .starts_with(TEXT.as_bytes())
    );
    assert_eq!(run(folder, &[], &zstd).stdout, TEXT.as_bytes());
    assert_eq!(code(&run(folder, &["-w", "in"], b"")), 0);
    assert_eq!(
        gunzip(&fs::read(folder.join("in/a.txt.gz")).expect("read")),
        TEXT.as_bytes()
    );
    assert_eq!(code(&run(folder, &["--check", "in", "out"], b"")), 0);
}

#[test]
fn damaged_compression_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut packed = gzip(TEXT.as_bytes());
    packed.truncate(packed.len() / 2);
    fs::write(folder.path().join("a.txt.gz"), &packed).expect("written");
    let output = run(folder.path(), &["-w", "."], b"");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(code(&output), 2);
    assert!(said.contains("a.txt.gz: damaged gzip data"), "{said}");
    assert_eq!(
        fs::read(folder.path().join("a.txt.gz")).expect("read"),
        packed
    );
}

#[test]
fn json_lines_inside_gzip() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines =
        "{\"id\": 1.0, \"text\": \"ＡＢＣ中國\"}\r\n{\"text\": \"\\u4e2d\\u570b\",\"z\":[1,2]}";
    fs::write(
        folder.path().join("corpus.jsonl.gz"),
        gzip(lines.as_bytes()),
    )
    .expect("written");
    let output = run(folder.path(), &["--to", "t2s", "corpus.jsonl.gz"], b"");
    let expected =
        "{\"id\": 1.0, \"text\": \"ＡＢＣ中国\"}\r\n{\"text\": \"\\u4e2d\\u56fd\",\"z\":[1,2]}";
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}

#[test]
fn the_output_may_be_in_another_encoding() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let output = run(folder, &["--output-encoding", "gb18030"], TEXT.as_bytes());
    assert_eq!(output.stdout, gbk(TEXT));
    // A file that is in that encoding already is clean.
    fs::write(folder.join("a.txt"), gbk(TEXT)).expect("written");
    let check = run(
        folder,
        &["--output-encoding", "gb18030", "--check", "a.txt"],
        b"",
    );
    assert_eq!(code(&check), 0);
    let lost = run(
        folder,
        &["--output-encoding", "big5"],
        "今天은\n".as_bytes(),
    );
    let said = String::from_utf8_lossy(&lost.stderr);
    assert_eq!((code(&lost), lost.stdout.len()), (2, 0));
    assert!(said.contains("line 1"), "{said}");
    let arguments = ["--output-encoding", "big5", "--unmappable", "entity"];
    let kept = run(folder, &arguments, "今天은\n".as_bytes());
    assert!(kept.stdout.ends_with(b"&#51008;\n"));
}

#[test]
fn markdown_with_too_much_markup_is_passed_through_and_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let much = "[中國".repeat(1_600_000);
    fs::write(folder.path().join("a.md"), &much).expect("written");
    let output = run(folder.path(), &["--to", "t2s", "a.md"], b"");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(code(&output), 2, "{said}");
    assert!(said.contains("a.md: it has more markup than"), "{said}");
    assert!(output.stdout == much.as_bytes());
    // In a record it is flagged.
    let line = format!("{{\"text\":\"{much}\"}}\n");
    fs::write(folder.path().join("a.jsonl"), &line).expect("written");
    let words = [
        "--check",
        "--field-format",
        "markdown",
        "--explain=flags",
        "a.jsonl",
    ];
    let said = run(folder.path(), &words, b"");
    let said = String::from_utf8_lossy(&said.stdout);
    assert!(said.contains("it has more markup than"), "{said}");
}

#[test]
fn escapes_and_invisible_characters_of_source_code_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let code = "// 標點\nconst marks = /[，。\\u3001\\u300a\\u4e2d\u{ad}，\u{2f00}]/g; // 中\u{200b}文\nconst a = '是&nbsp;的';\n";
    fs::write(folder.join("marks.js"), code).expect("written");
    let output = run(folder, &["marks.js"], b"");
    assert_eq!(String::from_utf8_lossy(&output.stdout), code);
    // What a wrong decoder did to a comment is undone.
    let garbled = "// 環(huán)球時(shí)報(bào)：這個(gè)標(biāo)題(tí)，還(hái)沒(méi)有處(chǔ)理(lǐ)。\nlet a = '\\u4e2d';\n";
    fs::write(folder.join("garbled.js"), garbled).expect("written");
    let output = run(folder, &["garbled.js"], b"");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!text.contains("huán"), "{text}");
    assert!(text.contains("'\\u4e2d'"), "{text}");
}

#[test]
fn completions_and_the_man_page_name_every_flag() {
    let folder = tempfile::tempdir().expect("a folder");
    for what in ["complete-bash", "complete-zsh", "complete-fish", "man"] {
        let output = run(folder.path(), &["--generate", what], b"");
        let text = String::from_utf8_lossy(&output.stdout).replace('\\', "");
        assert_eq!(code(&output), 0, "{what}");
        for flag in ["output-dir", "keep-mtime", "files-from"] {
            assert!(text.contains(flag), "{what} lacks {flag}");
        }
    }
}

#[test]
fn the_rules_are_listed_as_the_flags_set_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["--list-rules", "--strip", "metadata", "--keep", "related"];
    let output = run(folder.path(), &arguments, b"");
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = |name: &str| {
        let line = listed.lines().find(|line| line.starts_with(name));
        line.unwrap_or_else(|| panic!("{name} is not in:\n{listed}"))
            .to_owned()
    };
    assert!(line("metadata.date").contains(" strips "));
    assert!(line("related.heading").contains(" keeps "));
}

#[test]
fn json_and_sarif_are_what_they_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    fs::write(folder.join("a.txt"), gbk(TEXT)).expect("written");
    fs::write(folder.join("b c.txt"), TEXT).expect("written");
    let arguments = ["--check", "--report", "json", ".", "gone.txt"];
    let output = run(folder, &arguments, b"");
    let lines: Vec<serde_json::Value> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let kinds: Vec<_> = lines
        .iter()
        .filter_map(|line| line["type"].as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            "start", "change", "file", "file", "error", "file", "summary"
        ]
    );
    assert_eq!(lines[0]["schema"], 1);
    assert_eq!(lines[2]["status"], "would-change");
    assert_eq!(lines[1]["rule"], "encoding.gb18030");
    assert_eq!(code(&output), 2);

    let arguments = ["--check", "--report", "sarif", ".", "gone.txt"];
    let output = run(folder, &arguments, b"");
    let log: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    let results = log["runs"][0]["results"].as_array().expect("a list");
    assert_eq!(results[0]["ruleId"], "decode/encoding.gb18030");
    assert_eq!(results[1]["level"], "error");

    let output = run(folder, &["--detect", "--report", "json", "."], b"");
    let first = String::from_utf8_lossy(&output.stdout)
        .lines()
        .next()
        .map(str::to_owned);
    let first: serde_json::Value = serde_json::from_str(&first.expect("a line")).expect("JSON");
    assert_eq!(first["path"], "./a.txt");
    assert_eq!(first["encoding"], "gb18030");
    assert!(
        first["confidence"]
            .as_f64()
            .is_some_and(|confidence| confidence > 0.5)
    );
    assert_eq!(first["script"], "Hans");
}

#[test]
fn a_table_keeps_the_mark_that_spreadsheets_need() {
    let folder = tempfile::tempdir().expect("a folder");
    let utf_16: Vec<u8> = "\u{FEFF}編號,名稱\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::write(folder.path().join("a.csv"), utf_16).expect("written");
    assert_eq!(code(&run(folder.path(), &["-w", "a.csv"], b"")), 0);
    let new = fs::read_to_string(folder.path().join("a.csv")).expect("read");
    assert_eq!(new, "\u{FEFF}編號,名稱\n");
    let xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?><a>圖</a>\n";
    let output = run(
        folder.path(),
        &["--format", "xml", "--output-encoding", "utf-16"],
        xml.as_bytes(),
    );
    let text = zhnorm::decode::decode(
        &output.stdout,
        &zhnorm::decode::Options::default(),
        &mut zhnorm::report::Report::counting(),
    );
    let text = text.expect("UTF-16").text.into_owned();
    assert!(text.contains("encoding=\"utf-16\""), "{text}");
}

#[test]
fn a_field_that_json_lacks_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(
        folder.path().join("a.json"),
        "[{\"題\": \"圖\", \"n\": 1}]\n",
    )
    .expect("written");
    let arguments = ["--field", "題,titel", "--to", "zh-Hans", "a.json"];
    let output = run(folder.path(), &arguments, b"");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("no record has the field `titel`"), "{said}");
    assert!(said.contains("the fields there are: 題"), "{said}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("图"));
}
