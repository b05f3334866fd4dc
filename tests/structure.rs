//! Files with structure: their texts change, everything else is returned byte for byte.

mod program;

use std::fs;
use std::path::Path;

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
    for name in ["103.a.ass", "103.b.md", "62.ja-zh.srt"] {
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
