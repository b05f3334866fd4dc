//! A file that is too large for memory, in every mode: the same bytes and the same report,
//! as the library gives for the text in one piece.
//!
//! `--group-size N`, which is not shown, makes a file of more than 8 N bytes a large one.

mod program;

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Output};

use program::said;
use zhnorm::decode::{Encoding, Unmappable, encode};
use zhnorm::{Normalizer, Options, stream};

const GROUP: usize = 900;

/// Articles with a frame, healthy, traditional or garbled, some 20 KB of them.
fn corpus(sentence: &str) -> String {
    let mut text = String::from("\n首页 > 新闻 > 正文\n");
    for number in 0..60 {
        text += &sentence.repeat(number % 4 + 1);
        let _ = writeln!(text, "{number}号。");
        text.push_str(match number % 5 {
            0 => "\n相关阅读\n雪后的早晨\n清晨的大桥\n\n",
            1 => "\u{200b}免责声明：本文仅代表作者个人观点，与本网无关。\n",
            2 => "\r\n",
            _ => "",
        });
    }
    text.push_str("上一篇：大桥通车\n\n\n");
    text
}

const HEALTHY: &str = "昨天晚上村里的老人在河边慢慢地走，孩子们跟在后面说话。";
const TRADITIONAL: &str = "一位年輕的工程師把機器拆開，發現裡面的零件都是新的。";
const GARBLED: &str = "報(bào)道說(shuō),當(dāng)?shù)孛襟w說(shuō),機(jī)器里的零件都是新的。";

fn normalizer() -> Normalizer {
    let limits = stream::Limits::default();
    let options = Options::default()
        .with_to("zh-Hans".parse().expect("a target"))
        .with_large(limits.with_whole(8 * GROUP).with_group(GROUP));
    Normalizer::new(options)
}

fn expected(bytes: &[u8]) -> Vec<u8> {
    let outcome = normalizer().normalize_bytes(bytes).expect("text");
    outcome.text.into_owned().into_bytes()
}

fn run(folder: &Path, arguments: &[&str], stdin: &[u8]) -> Output {
    let mut command = program::command(folder);
    command
        .args(["--isolated", "--to", "zh-Hans", "--group-size"])
        .arg(GROUP.to_string())
        .args(arguments);
    program::fed(&mut command, stdin)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).expect("packed");
    packer.finish().expect("packed")
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .read_to_end(&mut unpacked)
        .expect("unpacked");
    unpacked
}

#[test]
fn every_way_in_and_out_gives_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let all = [Encoding::UTF_8, Encoding::GB18030, Encoding::UTF_16LE];
    // What is garbled takes a while to search.
    for (sentence, encodings) in [
        (HEALTHY, &all[..]),
        (TRADITIONAL, &all),
        (GARBLED, &all[..1]),
    ] {
        for &encoding in encodings {
            let text = corpus(sentence);
            let bytes = encode(&text, encoding, Unmappable::Error).expect("every character");
            assert!(bytes.len() > 8 * GROUP);
            let expected = expected(&bytes);
            assert_ne!(expected, bytes);
            fs::write(at("in.txt"), &bytes).expect("written");
            for (arguments, stdin) in [(["in.txt"], &[][..]), (["-"], &bytes)] {
                let output = run(folder.path(), &arguments, stdin);
                assert_eq!(output.status.code(), Some(0), "{}", said(&output));
                assert!(output.stdout == expected, "{sentence} {encoding}");
            }
            let output = run(folder.path(), &["--check", "in.txt"], b"");
            assert_eq!(output.status.code(), Some(1));
            assert_eq!(output.stdout, b"in.txt\n");
            assert_eq!(fs::read(at("in.txt")).expect("there"), bytes);

            let output = run(folder.path(), &["in.txt", "-o", "out"], b"");
            assert_eq!(output.status.code(), Some(0), "{}", said(&output));
            assert!(fs::read(at("out/in.txt")).expect("there") == expected);

            let output = run(folder.path(), &["-w", "in.txt"], b"");
            assert_eq!(output.status.code(), Some(0), "{}", said(&output));
            assert!(fs::read(at("in.txt")).expect("there") == expected);

            // What is done is done.
            let before = fs::metadata(at("in.txt")).expect("there");
            let output = run(folder.path(), &["-w", "in.txt"], b"");
            assert!(said(&output).contains("0 changed, 1 unchanged"));
            let after = fs::metadata(at("in.txt")).expect("there");
            assert_eq!(before.modified().ok(), after.modified().ok());
            let output = run(folder.path(), &["--check", "in.txt"], b"");
            assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0));
        }
    }
}

#[test]
fn a_packed_file_that_is_large_when_it_is_unpacked_stays_packed() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let bytes = corpus(TRADITIONAL).into_bytes();
    let expected = expected(&bytes);
    let zstd =
        ruzstd::encoding::compress_to_vec(&*bytes, ruzstd::encoding::CompressionLevel::Fastest);
    fs::write(at("a.txt.gz"), gzip(&bytes)).expect("written");
    fs::write(at("b.txt.zst"), zstd).expect("written");
    assert!(fs::metadata(at("a.txt.gz")).expect("there").len() < 8 * GROUP as u64);
    for name in ["a.txt.gz", "b.txt.zst"] {
        let output = run(folder.path(), &[name], b"");
        assert!(output.stdout == expected, "{}", said(&output));
    }
    let output = run(folder.path(), &["-"], &gzip(&bytes));
    assert!(output.stdout == expected, "{}", said(&output));
    let output = run(folder.path(), &["-w", "a.txt.gz", "b.txt.zst"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(gunzip(&fs::read(at("a.txt.gz")).expect("there")) == expected);
    let output = run(folder.path(), &["b.txt.zst"], b"");
    assert!(output.stdout == expected);
    // Nothing to do: the packed bytes are what they were.
    let packed = fs::read(at("a.txt.gz")).expect("there");
    run(folder.path(), &["a.txt.gz", "-o", "out"], b"");
    assert!(fs::read(at("out/a.txt.gz")).expect("there") == packed);
}

#[test]
fn a_change_at_the_very_end_is_made_and_what_is_before_it_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("in.txt");
    let clean = format!("{HEALTHY}\n").repeat(200);
    for (end, ended) in [
        ("", ""),
        ("\n\n", "\n\n"),
        ("没有换行的一句\u{200b}话。", "没有换行的一句话。"),
    ] {
        fs::write(&path, format!("{clean}{end}")).expect("written");
        let output = run(folder.path(), &["-w", "in.txt"], b"");
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert!(fs::read_to_string(&path).expect("there") == format!("{clean}{ended}"));
    }
}

#[test]
fn markers_and_json_lines_hold_in_large_files_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let off = format!(
        "# zhnorm: off\n{}# zhnorm: on\n",
        format!("{TRADITIONAL}\n").repeat(50)
    );
    let text = format!("{0}{off}{0}", corpus(TRADITIONAL));
    fs::write(folder.path().join("in.txt"), &text).expect("written");
    let output = run(folder.path(), &["in.txt"], b"");
    let written = String::from_utf8(output.stdout).expect("text");
    assert!(
        written.contains(&off),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        written.matches('這').count() + written.matches('發').count(),
        50
    );

    let line = |number: usize, text: &str| format!("{{\"n\": {number}.0, \"text\":\"{text}\"}}\n");
    let mut lines: String = (1..200).map(|number| line(number, TRADITIONAL)).collect();
    lines.push_str("no json\n");
    fs::write(folder.path().join("in.jsonl"), &lines).expect("written");
    let output = run(folder.path(), &["-w", "in.jsonl"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("line 200 is no JSON object"),
        "{}",
        said(&output)
    );
    let simplified = "一位年轻的工程师把机器拆开，发现里面的零件都是新的。";
    let mut expected: String = (1..200).map(|number| line(number, simplified)).collect();
    expected.push_str("no json\n");
    assert_eq!(
        fs::read_to_string(folder.path().join("in.jsonl")).expect("there"),
        expected
    );
}

#[test]
fn what_is_told_of_a_large_file_has_its_places_and_sums() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = corpus(TRADITIONAL);
    fs::write(folder.path().join("in.txt"), &text).expect("written");
    let outcome = normalizer().normalize_bytes(text.as_bytes()).expect("text");
    let output = run(folder.path(), &["--check", "--explain", "in.txt"], b"");
    let listed = String::from_utf8_lossy(&output.stdout).lines().count();
    // And the name of the file.
    assert_eq!(listed, outcome.changes().len() + 1);
    for change in outcome.changes().iter().step_by(37) {
        let place = format!("in.txt:{}: {} {}", change.line, change.stage, change.rule);
        assert!(
            String::from_utf8_lossy(&output.stdout).contains(&place),
            "{place}"
        );
    }
    let output = run(
        folder.path(),
        &["--check", "--report", "json", "in.txt"],
        b"",
    );
    let json = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(
        json.lines()
            .filter(|line| line.contains("\"change\""))
            .count(),
        listed - 1
    );
    assert!(
        json.contains(&format!("\"changes\":{}", listed - 1)),
        "{json}"
    );

    let output = run(folder.path(), &["--detect", "in.txt"], b"");
    assert_eq!(output.stdout, b"in.txt\tutf-8\t1.000\tHant\n");

    // In a text of this size only a user's own rules leave lines out.
    let rule = "[[rule]]\nname = \"legal.own\"\nabout = \"The notice of one site\"\n\
                lines = [\"免责声明：本文仅代表作者个人观点，与本网无关。\"]\n";
    fs::write(folder.path().join("own.toml"), rule).expect("written");
    let mut command = program::command(folder.path());
    command
        .args(["--config", "own.toml", "--to", "zh-Hans", "--group-size"])
        .arg(GROUP.to_string())
        .args(["--check", "--report-html", "page.html"])
        .args(["--dropped", "dropped.jsonl", "in.txt"]);
    let output = program::fed(&mut command, b"");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let page = fs::read_to_string(folder.path().join("page.html")).expect("there");
    assert!(page.contains("legal.own"));
    let dropped = fs::read_to_string(folder.path().join("dropped.jsonl")).expect("there");
    assert_eq!(dropped.matches("legal.own").count(), 12);
}

/// `patch` makes of the old file what `--diff` says it becomes.
#[test]
fn the_diff_of_a_large_file_is_one_that_patch_takes() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = corpus(TRADITIONAL).replace('\r', "");
    fs::write(folder.path().join("in.txt"), &text).expect("written");
    let output = run(folder.path(), &["--diff", "in.txt"], b"");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    fs::write(folder.path().join("in.patch"), &output.stdout).expect("written");
    let patched = Command::new("patch")
        .current_dir(folder.path())
        .args(["in.txt", "in.patch"])
        .output();
    let Ok(patched) = patched else {
        eprintln!("skipped: there is no `patch` here");
        return;
    };
    assert!(patched.status.success(), "{patched:?}");
    let patched = fs::read(folder.path().join("in.txt")).expect("there");
    assert!(patched == expected(text.as_bytes()));
}

#[test]
fn several_large_files_are_told_of_one_after_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    for number in 0..9 {
        let text = corpus(if number % 2 == 0 {
            TRADITIONAL
        } else {
            HEALTHY
        });
        fs::write(folder.path().join(format!("{number}.txt")), text).expect("written");
    }
    let output = run(
        folder.path(),
        &["-j", "4", "--check", "--explain", "."],
        b"",
    );
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut names: Vec<&str> = shown
        .lines()
        .filter_map(|line| line.split(".txt").next())
        .collect();
    let lines = names.len();
    names.dedup();
    assert_eq!(names.len(), 9, "of {lines} lines");
}

#[test]
fn binary_and_damaged_large_files_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let noise: Vec<u8> = (0..40_000_u32)
        .map(|index| (index.wrapping_mul(2_654_435_761) >> 23) as u8)
        .collect();
    fs::write(folder.path().join("noise.bin"), &noise).expect("written");
    let output = run(folder.path(), &["noise.bin"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty() && said(&output).contains("noise.bin"));
    let mut packed = gzip(&corpus(HEALTHY).into_bytes());
    packed.truncate(packed.len() - 9);
    fs::write(folder.path().join("cut.gz"), &packed).expect("written");
    let output = run(folder.path(), &["-w", "cut.gz"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("damaged gzip data"),
        "{}",
        said(&output)
    );
    assert!(fs::read(folder.path().join("cut.gz")).expect("there") == packed);
}

#[test]
fn json_lines_learn_what_recurs_on_a_site() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut before, mut after) = (String::new(), String::new());
    for number in 0..120 {
        let host = ["morning", "evening"][number % 2];
        let article = format!("{HEALTHY}这是第{number}天的事。\\n");
        let footer = format!("{host}每日为您讲述城里的事\\n{host}的新闻天天更新");
        // What one site's template says, an article of the other may say once.
        let said = if number == 7 {
            "morning每日为您讲述城里的事\\n"
        } else {
            ""
        };
        let url = format!("https://{host}.example/{number}");
        let _ = writeln!(
            before,
            r#"{{"url":"{url}","text":"{said}{article}{footer}\n"}}"#
        );
        let _ = writeln!(after, r#"{{"url":"{url}","text":"{said}{article}"}}"#);
    }
    assert!(before.len() > 8 * GROUP);
    fs::write(folder.path().join("pages.jsonl"), &before).expect("written");
    let output = run(folder.path(), &["--corpus-evidence", "pages.jsonl"], b"");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        after,
        "{}",
        said(&output)
    );
}

#[test]
fn several_threads_give_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let text = [HEALTHY, TRADITIONAL, GARBLED].join("\n");
    let record = serde_json::json!({"id": 1, "text": text}).to_string();
    fs::write(folder.join("a.txt"), format!("{text}\n").repeat(4_000)).expect("written");
    fs::write(folder.join("a.jsonl"), format!("{record}\n").repeat(4_000)).expect("written");
    for name in ["a.txt", "a.jsonl"] {
        let with = |jobs: &str| {
            let output = program::command(folder)
                .args([
                    "--to",
                    "zh-Hans",
                    "--group-size",
                    "65536",
                    "-j",
                    jobs,
                    "--explain",
                    name,
                ])
                .output()
                .expect("it runs");
            assert_eq!(output.status.code(), Some(0), "{name}");
            (output.stdout, output.stderr)
        };
        let (one, four) = (with("1"), with("4"));
        assert!(!one.0.is_empty());
        assert!(one.0 == four.0, "the text of {name} differs");
        assert!(one.1 == four.1, "the report of {name} differs");
    }
}
