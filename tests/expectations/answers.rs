//! The answers to what people try first, and reports that other programs read.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use super::command;
use crate::program::{code, said};

const ARTICLE: &str = "首頁 > 新聞 > 正文\n分享到：新浪微博 騰訊微博\n昨天晚上下了一場雨，今天早上的空氣很新鮮，路上的人比平時多了不少。\n公園裡的花都開了，大家在樹下休息，孩子們在草地上踢球。\n最新評論\n返回頂部\n";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = command(folder);
    command.args(arguments).output().expect("it starts")
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn scene(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let place = folder.path().join(name);
        fs::create_dir_all(place.parent().expect("a folder")).expect("made");
        fs::write(place, text).expect("written");
    }
    folder
}

#[test]
fn flags_of_other_programs_get_an_answer_that_leads_on() {
    let scene = scene(&[("a.txt", ARTICLE)]);
    for (arguments, answer) in [
        (&["-i", "a.txt"][..], "-w"),
        (&["--in-place", "a.txt"], "-w"),
        (&["-r", "."], "leave -r out"),
        (&["-t", "zh-TW", "a.txt"], "--to zh-TW"),
    ] {
        let output = run(scene.path(), arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(said(&output).contains(answer), "{}", said(&output));
    }
    assert_eq!(
        fs::read_to_string(scene.path().join("a.txt")).expect("read"),
        ARTICLE
    );
}

#[test]
fn files_that_are_no_text_are_named_with_the_way_out() {
    let scene = scene(&[(
        "in/warc.txt",
        "WARC/1.0\r\nWARC-Type: warcinfo\r\n\r\n今天\n",
    )]);
    let write =
        |name: &str, bytes: &[u8]| fs::write(scene.path().join(name), bytes).expect("written");
    write("in/a.parquet", b"PAR1\x15\x04PAR1");
    write("in/a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
    write("in/a.docx", b"PK\x03\x04\x14\0\0\0\0\0");
    write("in/a.xz", b"\xfd7zXZ\0\0\x04");
    write("in/a.bz2", b"BZh91AY&SY\0");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed
        .write_all(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n")
        .expect("packed");
    write("in/b.warc.gz", &packed.finish().expect("packed"));
    for (name, way) in [
        ("warc.txt", "warcio"),
        ("b.warc.gz", "warcio"),
        ("a.parquet", "DuckDB"),
        ("a.pdf", "pdftotext"),
        ("a.docx", "pandoc"),
        ("a.xz", "xz -d"),
        ("a.bz2", "bzip2 -d"),
    ] {
        let name = format!("in/{name}");
        let before = fs::read(scene.path().join(&name)).expect("read");
        let output = run(scene.path(), &["-w", &name]);
        assert_eq!(code(&output), 2, "{name}");
        assert!(said(&output).contains(way), "{}", said(&output));
        // In a walk it is counted, with the same way out.
        let output = run(scene.path(), &["-w", "in"]);
        assert_eq!(code(&output), 0, "{}", said(&output));
        assert!(said(&output).contains("7 binary skipped") && said(&output).contains(way));
        assert_eq!(fs::read(scene.path().join(&name)).expect("read"), before);
    }
}

#[test]
fn a_list_separated_by_nul_is_recognised() {
    let scene = scene(&[
        ("a.txt", ARTICLE),
        ("b.txt", ARTICLE),
        ("list", "a.txt\0b.txt\0"),
    ]);
    let output = run(scene.path(), &["--check", "--files-from", "list"]);
    assert_eq!(printed(&output), "a.txt\nb.txt\n", "{}", said(&output));
}

#[test]
fn a_check_of_nothing_says_so() {
    let scene = scene(&[("in/.hidden.txt", ARTICLE)]);
    let output = run(scene.path(), &["--check", "in"]);
    assert_eq!(code(&output), 0);
    assert!(
        said(&output).contains("no file was found"),
        "{}",
        said(&output)
    );
}

#[test]
fn only_what_was_left_alone_is_listed_when_that_is_asked_for() {
    let scene = scene(&[]);
    let text = [ARTICLE.as_bytes(), b"\xff\xff\n", ARTICLE.as_bytes()].concat();
    fs::write(scene.path().join("a.txt"), text).expect("written");
    for mode in [&["--check"][..], &["-o", "out"], &["--diff"]] {
        let flags = ["--to", "zh-Hans", "--explain=flags"];
        let output = run(scene.path(), &[&flags[..], mode, &["a.txt"]].concat());
        let all = printed(&output) + &said(&output);
        assert!(
            all.contains("decode undecodable: left alone"),
            "{mode:?}: {all}"
        );
        assert!(!all.contains("convert t2s"), "{mode:?}: {all}");
    }
}

#[test]
fn one_input_and_the_name_of_one_output() {
    let scene = scene(&[("a.txt", ARTICLE)]);
    let output = run(scene.path(), &["-o", "new/b.txt", "a.txt"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let text = fs::read_to_string(scene.path().join("new/b.txt")).expect("a file");
    assert!(!text.contains("返回頂部") && text.contains("公園裡"));
}

#[test]
fn completions_offer_the_tags_and_rules_of_all_stages_are_listed() {
    let scene = scene(&[]);
    for shell in ["complete-bash", "complete-zsh", "complete-fish"] {
        // This one goes alone.
        let mut command = crate::program::command(scene.path());
        let output = command.args(["--generate", shell]).output();
        let output = output.expect("it starts");
        for tag in ["zh-Hans", "zh-TW", "zh-HK"] {
            assert!(printed(&output).contains(tag), "{shell} lacks {tag}");
        }
    }
    let listed = printed(&run(scene.path(), &["--list-rules"]));
    for rule in [
        "encoding.",
        "undecodable",
        "mojibake.",
        "pinyin.",
        "share.prompt",
        "OPENCC-",
    ] {
        assert!(listed.lines().any(|line| line.starts_with(rule)), "{rule}");
    }
}

/// Replaces the ranges of bytes, from the last to the first.
fn patched(mut bytes: Vec<u8>, mut edits: Vec<(usize, usize, String)>) -> Vec<u8> {
    edits.sort();
    for (start, end, text) in edits.into_iter().rev() {
        bytes.splice(start..end, text.into_bytes());
    }
    bytes
}

#[test]
fn the_fixes_of_a_report_give_what_a_run_writes() {
    let scene = scene(&[
        ("a.txt", &format!("\u{FEFF}{ARTICLE}")),
        ("b.txt", &ARTICLE.replace('\n', "\r\n")),
    ]);
    let folder = scene.path();
    let number =
        |value: &serde_json::Value| value.as_u64().and_then(|value| usize::try_from(value).ok());
    for name in ["a.txt", "b.txt"] {
        let before = fs::read(folder.join(name)).expect("read");
        let arguments = ["--to", "zh-Hans", "--check", name, "--report"];
        let output = run(folder, &[&arguments[..], &["sarif"]].concat());
        let log: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let log = &log["runs"][0];
        let rules = log["tool"]["driver"]["rules"].as_array().expect("rules");
        assert_eq!(log["columnKind"], "unicodeCodePoints");
        let (mut from_sarif, mut from_json) = (Vec::new(), Vec::new());
        for result in log["results"].as_array().expect("results") {
            if result["ruleId"] == "summary" {
                continue;
            }
            let rule = rules.iter().find(|rule| rule["id"] == result["ruleId"]);
            let meaning = rule.and_then(|rule| rule["shortDescription"]["text"].as_str());
            assert!(meaning.is_some_and(|text| !text.is_empty()), "{result}");
            let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
            let region = &replacement["deletedRegion"];
            let place = (number(&region["byteOffset"]), number(&region["byteLength"]));
            let (Some(start), Some(length)) = place else {
                panic!("{result}");
            };
            assert!(number(&region["startColumn"]) >= Some(1), "{result}");
            let text = replacement["insertedContent"]["text"].as_str();
            from_sarif.push((start, start + length, text.unwrap_or_default().to_owned()));
        }
        let output = run(folder, &[&arguments[..], &["json"]].concat());
        for line in printed(&output).lines() {
            let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
            if line["type"] == "start" {
                assert_eq!(line["schema"], 1);
            }
            if line["type"] == "change" {
                let place = (number(&line["file"]["start"]), number(&line["file"]["end"]));
                let (Some(start), Some(end)) = place else {
                    panic!("{line}");
                };
                let text = line["after"].as_str().unwrap_or_default();
                from_json.push((start, end, text.to_owned()));
            }
        }
        assert!(from_sarif.len() > 10 && from_sarif.len() == from_json.len());
        run(folder, &["--to", "zh-Hans", "-w", name]);
        let after = fs::read_to_string(folder.join(name)).expect("read");
        for edits in [from_sarif, from_json] {
            let fixed = String::from_utf8(patched(before.clone(), edits)).expect("UTF-8");
            assert_eq!(fixed, after);
        }
    }
}

#[test]
fn a_diff_is_a_patch_whatever_ends_the_lines() {
    let texts = [
        "\u{FEFF}第一行的頭髮\r第二行的頭髮\r\n第三行，沒有換行",
        "頭髮\r\n第二\r\n",
        "軟件\n第二行\r沒有\n繼續頭髮\n",
    ];
    for program in ["patch", "git"] {
        let names = ["a.txt", "b.txt", "c.txt"];
        let files: Vec<_> = names.into_iter().zip(texts).collect();
        let (scene, other) = (scene(&files), scene(&files));
        let output = run(scene.path(), &["--to", "zh-Hans", "--diff", "."]);
        assert_eq!(code(&output), 1, "{}", said(&output));
        fs::write(other.path().join("p"), &output.stdout).expect("written");
        let arguments: &[&str] = match program {
            "patch" => &["-p1", "--binary", "-i", "p"],
            _ => &["apply", "p"],
        };
        let mut command = Command::new(program);
        let applied = command.args(arguments).current_dir(other.path()).output();
        let Ok(applied) = applied else {
            eprintln!("skipped: no {program} here");
            continue;
        };
        assert!(applied.status.success(), "{program}: {applied:?}");
        run(scene.path(), &["--to", "zh-Hans", "-w", "."]);
        for name in names {
            let read = |folder: &Path| fs::read_to_string(folder.join(name)).expect("read");
            assert_eq!(read(other.path()), read(scene.path()), "{program}: {name}");
        }
    }
}
