//! Files with structure: their texts change, everything else is returned byte for byte.

mod program;

use std::fs;
use std::path::Path;
use std::process::Command;

use program::code;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/formats");

fn case(name: &str) -> Vec<u8> {
    fs::read(Path::new(CASES).join(name)).expect("a case")
}

/// What becomes of a case, on standard output.
fn converted(name: &str, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(name), case(name)).expect("written");
    let output = program::command(folder.path())
        .args(arguments)
        .arg(name)
        .output()
        .expect("run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(code(&output), 0, "{name}: {said}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn words_that_structure_cuts_are_seen_whole() {
    for name in ["103.a.ass", "103.b.md", "103.wrap.txt", "62.ja-zh.srt"] {
        let expected = case(&format!("{name}.expected"));
        assert_eq!(
            converted(name, &["--to", "zh-Hant"]),
            String::from_utf8(expected).expect("UTF-8")
        );
    }
}

#[test]
fn markdown_keeps_addresses_code_and_tags() {
    let text = converted("61.md.md", &["--to", "zh-Hans"]);
    assert_eq!(
        text,
        "# 图片\n\n![风景](./圖片/風景.jpg)\n\n[说明文件](../說明/說明.md#標題)\n\n\
         行内程式码 `變數名 = \"圖片\"`。\n\n```python\nprint(\"圖片說明\")  # 輸出圖片\n\
         路徑 = \"資料/圖片\"\n```\n\n<a href=\"/標籤/電影\" title=\"电影\">电影</a>\n"
    );
}

#[test]
fn a_format_is_named_for_all_files_or_by_glob() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let text = "他的**头**发`头发`\n";
    fs::write(folder.join("a.txt"), text).expect("written");
    fs::write(folder.join("b.txt"), text).expect("written");
    let configuration =
        "to = \"zh-Hant\"\n[[override]]\nglob = [\"b.txt\"]\nformat = \"markdown\"\n";
    fs::write(folder.join("zhnorm.toml"), configuration).expect("written");
    let run = |arguments: &[&str]| {
        let mut command = program::command(folder);
        let output = command.args(arguments).output().expect("run");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert_eq!(run(&["b.txt"]), "他的**頭**髮`头发`\n");
    assert!(run(&["a.txt"]).contains("`頭髮`"));
    assert_eq!(
        run(&["--format", "markdown", "a.txt"]),
        "他的**頭**髮`头发`\n"
    );
    assert!(run(&["--format", "text", "b.txt"]).contains("`頭髮`"));
    let listed = run(&["--list-formats"]);
    let markdown = listed
        .lines()
        .find(|line| line.starts_with("markdown"))
        .expect("listed");
    assert!(markdown.contains(".md") && markdown.ends_with("decode repair convert"));
}

/// What becomes of a case that is changed in place.
fn rewritten(name: &str, arguments: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, case(name)).expect("written");
    let output = program::command(folder.path())
        .args(["-w", name])
        .args(arguments)
        .output()
        .expect("run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(code(&output), 0, "{name}: {said}");
    fs::read(&path).expect("read")
}

#[test]
fn what_a_file_says_of_its_encoding_follows() {
    for (name, declaration) in [
        ("a.xml", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss"),
        ("b.py", "# -*- coding: utf-8 -*-\n# 打印"),
        ("c.css", "@charset \"utf-8\";\n/* 页面"),
        (
            "d.html",
            "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">",
        ),
        ("f.sql", "/*!40101 SET NAMES utf8mb4 */;\nINSERT"),
    ] {
        let new = String::from_utf8(rewritten(name, &[])).expect("UTF-8");
        assert!(new.starts_with(declaration), "{new}");
    }
    let feed = String::from_utf8(rewritten("a.xml", &[])).expect("UTF-8");
    assert!(
        feed.contains("<![CDATA[<p>") && feed.contains("a?x=1&amp;y=2</link>"),
        "{feed}"
    );
}

#[test]
fn a_byte_order_mark_stays_unless_something_else_is_said() {
    let mark = "\u{feff}".as_bytes();
    assert_eq!(rewritten("e.csv", &["--to", "zh-Hans"]), case("e.csv"));
    let new = rewritten("e.csv", &["--to", "zh-Hant"]);
    assert!(new.starts_with(mark) && new.len() == case("e.csv").len());
    let without = rewritten("e.csv", &["--bom", "remove"]);
    assert_eq!(without, case("e.csv")[3..]);
    assert!(rewritten("61.md.md", &["--bom", "add"]).starts_with(mark));
    let wide = rewritten("e.csv", &["--output-encoding", "utf-16le"]);
    assert_eq!(wide[..2], [0xff, 0xfe]);
}

#[test]
fn fields_that_no_record_has_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("c.jsonl"), case("c.jsonl")).expect("written");
    let run = |arguments: &[&str]| {
        let output = program::command(folder.path())
            .args(["--to", "zh-Hans", "c.jsonl"])
            .args(arguments)
            .output()
            .expect("run");
        assert_eq!(code(&output), 0);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (text, String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (text, said) = run(&[]);
    assert_eq!(text.as_bytes(), case("c.jsonl"));
    assert!(
        said.contains("no record has the field `text`") && said.contains("content"),
        "{said}"
    );
    let (text, said) = run(&["--field", "content"]);
    assert!(
        text.contains("这是繁体内容，需要转换成简体。") && said.is_empty(),
        "{text}{said}"
    );
}

#[test]
fn paths_lead_to_text_in_json() {
    let fields = [
        "--field",
        "text,texts[*],meta.text",
        "--to",
        "zh-Hans",
        "--skip",
        "strip",
    ];
    let text = converted("n.jsonl", &fields);
    let expected = String::from_utf8(case("n.jsonl"))
        .expect("UTF-8")
        .replace("這是繁體內容", "这是繁体内容")
        .replace("內層文字", "内层文字")
        .replace("一個\",\"兩個", "一个\",\"两个")
        .replace("陣列裡的繁體\",\"第二個", "阵列里的繁体\",\"第二个")
        .replace(
            "\\u9019\\u662f\\u7e41\\u9ad4",
            "\\u8fd9\\u662f\\u7e41\\u4f53",
        )
        .replace("\\\"引號\\\"", "\\\"引号\\\"")
        .replace("重複鍵一", "重复键一")
        .replace("重複鍵二", "重复键二")
        .replace("段落二。版權所有", "段落二。版权所有");
    assert_eq!(text, expected);
}

/// What a command writes, and what it says of it.
fn both(command: &mut Command) -> (String, String) {
    let output = command.output().expect("run");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (text, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn source_code_is_converted_only_when_that_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.py"), "头 = '头发'  # 头发\n").expect("written");
    let run = |arguments: &[&str]| {
        let mut command = program::command(folder.path());
        both(command.args(["--to", "zh-Hant", "a.py"]).args(arguments))
    };
    let (text, said) = run(&[]);
    assert_eq!(text, "头 = '头发'  # 头发\n");
    assert!(said.contains("--code comments"), "{said}");
    let (text, said) = run(&["--code", "comments"]);
    assert_eq!(
        (text.as_str(), said.as_str()),
        ("头 = '頭髮'  # 頭髮\n", "")
    );
}

#[test]
fn escapes_in_the_strings_of_a_data_file_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for (name, text) in [
        (
            "a.json",
            "{\n  \"more\": \"更多&hellip;\",\n  \"next\": \"下一页&nbsp;&raquo;\"\n}\n",
        ),
        ("a.yaml", "more: 更多&hellip;\nnext: 下一页&nbsp;&raquo;\n"),
        (
            "a.properties",
            "more=更多&hellip;\nnext=下一页&nbsp;&raquo;\n",
        ),
        (
            "a.toml",
            "more = \"更多&hellip;\"\nnext = \"下一页&nbsp;&raquo;\"\n",
        ),
        (
            "a.ini",
            "[a]\nmore=更多&hellip;\nnext=下一页&nbsp;&raquo;\n",
        ),
        (
            "a.po",
            "msgid \"more\"\nmsgstr \"更多&hellip;下一页&nbsp;&raquo;\"\n",
        ),
        (
            "a.strings",
            "\"more\" = \"更多&hellip;下一页&nbsp;&raquo;\";\n",
        ),
        ("a.xml", "<a>更多&amp;hellip;下一页&#160;&#187;</a>\n"),
    ] {
        fs::write(folder.join(name), text).expect("written");
        let output = program::command(folder).arg(name).output().expect("run");
        assert_eq!(String::from_utf8_lossy(&output.stdout), text, "{name}");
    }
}

#[test]
fn addresses_stay_unless_that_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "見 https://zh.wikipedia.org/wiki/電腦 和 ./圖片/風景.jpg 的電腦。\n";
    for name in ["a.txt", "a.md", "a.srt", "a.csv"] {
        fs::write(folder.path().join(name), text).expect("written");
        let run = |arguments: &[&str]| {
            let output = program::command(folder.path())
                .args(["--to", "zh-Hans", name])
                .args(arguments)
                .output()
                .expect("run");
            String::from_utf8(output.stdout).expect("UTF-8")
        };
        let kept = "见 https://zh.wikipedia.org/wiki/電腦 和 ./圖片/風景.jpg 的电脑。\n";
        let all = "见 https://zh.wikipedia.org/wiki/电脑 和 ./图片/风景.jpg 的电脑。\n";
        assert_eq!(run(&[]), kept, "{name}");
        assert_eq!(run(&["--convert-urls"]), all, "{name}");
    }
}

#[test]
fn targets_of_links_are_addresses() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "[電腦](./電腦.md) ![圖](圖/圖.png \"圖\") [書][書]\n\n[書]: <圖 書.md>\n";
    fs::write(folder.path().join("a.md"), text).expect("written");
    let run = |arguments: &[&str]| {
        let output = program::command(folder.path())
            .args(["--to", "zh-Hans", "a.md"])
            .args(arguments)
            .output()
            .expect("run");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let kept = "[电脑](./電腦.md) ![图](圖/圖.png \"图\") [书][書]\n\n[書]: <圖 書.md>\n";
    let all = "[电脑](./电脑.md) ![图](图/图.png \"图\") [书][書]\n\n[書]: <图 书.md>\n";
    assert_eq!(run(&[]), kept);
    assert_eq!(run(&["--convert-urls"]), all);
}

#[test]
fn web_pages_in_fields_are_told_or_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = "昨天下了雪，路上的车开得很慢，孩子们在路边堆雪人，大人们忙着扫雪。";
    let second = "气象台说，今天夜里还会有一场小雪，气温降到零下五度，请早上出门的人小心路滑。";
    let page = &format!("<html><body><p>{first}</p><p>{second}</p></body></html>");
    // A record on a line, and a file that is a list of records.
    for (name, file) in [
        ("a.jsonl", format!("{{\"text\":\"{page}\"}}\n")),
        (
            "a.json",
            format!("[\n  {{\n    \"id\": \"<1>\",\n    \"text\": \"{page}\"\n  }}\n]\n"),
        ),
    ] {
        fs::write(folder.path().join(name), &file).expect("written");
        let run =
            |arguments: &[&str]| both(program::command(folder.path()).arg(name).args(arguments));
        let (text, said) = run(&[]);
        assert_eq!(text, file);
        assert!(said.contains("--field-format html"), "{name}: {said}");
        let (text, said) = run(&["--field-format", "html"]);
        let expected = file.replace(page, &format!("{first}\\n{second}"));
        assert_eq!(text, expected, "{name}");
        assert!(said.is_empty(), "{name}: {said}");
        // The article is stripped and converted as that of a page in a file, and a field that is not there is told.
        let (text, said) = run(&[
            "--field-format",
            "html",
            "--field",
            "text",
            "--to",
            "zh-Hant",
        ]);
        assert!(
            text.contains("\"text\"") && text.contains("路上的車"),
            "{name}: {text}"
        );
        assert!(said.is_empty(), "{name}: {said}");
        let (_, said) = run(&["--field-format", "html", "--field", "body"]);
        assert!(
            said.contains("no record has the field `body`"),
            "{name}: {said}"
        );
        // A change is told with the line of the file on which its string stands.
        let (_, told) = run(&["--field-format", "html", "--to", "zh-Hant", "--explain"]);
        let line = if name == "a.json" { "4" } else { "1" };
        assert!(told.contains(&format!("{name}:{line}")), "{told}");
    }
}

/// Files of all formats, each with what is easily mistaken for text or for structure. When a change
/// is meant, look at what `-o` writes and replace the file in `after`.
#[test]
fn files_of_every_format_change_in_their_texts_only() {
    let every = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/every-format");
    let folder = tempfile::tempdir().expect("a folder");
    let configuration =
        "[[override]]\nglob = [\"*.html\", \"*.xhtml\"]\nformat = \"html-document\"\n";
    fs::write(folder.path().join("a.toml"), configuration).expect("written");
    let run = |input: &Path, output: &str| {
        let output = program::command(folder.path())
            .args([
                "--config", "a.toml", "--code", "comments", "--to", "zh-Hans",
            ])
            .args(["--no-ignore", "-o", output])
            .arg(input)
            .output()
            .expect("run");
        assert_eq!(code(&output), 0, "{}", program::said(&output));
    };
    run(&every.join("before"), "out");
    run(&every.join("after"), "again");
    let mut files = 0;
    for entry in fs::read_dir(every.join("after")).expect("read") {
        let name = entry.expect("read").file_name();
        let bytes = |folder: &Path| fs::read(folder.join(&name)).expect("read");
        let (after, out) = (
            bytes(&every.join("after")),
            bytes(&folder.path().join("out")),
        );
        let shown = (
            String::from_utf8_lossy(&out),
            String::from_utf8_lossy(&after),
        );
        assert_eq!(shown.0, shown.1, "{}", name.display());
        assert!(out == after, "{}", name.display());
        assert!(
            bytes(&folder.path().join("again")) == after,
            "{}",
            name.display()
        );
        files += 1;
    }
    assert_eq!(files, 43);
}
