//! The programs in `examples/` do what they say.

#[allow(dead_code)] // each has a `main` of its own
#[path = "../examples/folder.rs"]
mod folder;
#[allow(dead_code)]
#[path = "../examples/json_lines.rs"]
mod json_lines;
#[allow(dead_code)]
#[path = "../examples/one_string.rs"]
mod one_string;
#[allow(dead_code)]
#[path = "../examples/replay_plan.rs"]
mod replay_plan;

#[test]
fn one_string() {
    let mut output = Vec::new();
    one_string::one_string("電腦\n網絡", "zh-Hans", &mut output).unwrap();
    let output = String::from_utf8(output).unwrap();
    assert!(output.starts_with("电脑\n网络\n"), "{output}");
    assert!(output.contains("line 2: convert t2s"), "{output}");
    assert!(one_string::one_string("電腦", "nowhere", &mut Vec::new()).is_err());
}

#[test]
fn folder() {
    let from = tempfile::tempdir().unwrap();
    let to = tempfile::tempdir().unwrap();
    std::fs::write(from.path().join("a.txt"), "電腦\n").unwrap();
    let noise: Vec<u8> = (1..4096u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    std::fs::write(from.path().join("b.txt"), noise).unwrap();
    let failures = folder::folder(from.path(), &to.path().join("out")).unwrap();
    let clean = std::fs::read_to_string(to.path().join("out/a.txt")).unwrap();
    assert_eq!(clean, "电脑\n");
    assert_eq!(failures.len(), 1);
    assert!(failures[0].0.ends_with("b.txt"));
}

#[test]
fn json_lines() {
    let input = "{\"id\":1,\"text\":\"今天晚上的電腦網絡很慢\"}\n{\"id\":2}\n";
    let mut output = Vec::new();
    json_lines::json_lines(input.as_bytes(), &mut output).unwrap();
    let output = String::from_utf8(output).unwrap();
    let lines: Vec<&str> = output.lines().collect();
    assert!(lines[0].contains("今天晚上的电脑网络很慢"), "{output}");
    assert!(lines[0].contains("\"variety\":\"zh-Hant"), "{output}");
    assert_eq!(lines[1], "{\"id\":2}");
    assert!(json_lines::json_lines("no json\n".as_bytes(), &mut Vec::new()).is_err());
}

#[test]
fn replay_plan() {
    let mut output = Vec::new();
    replay_plan::replay_plan(replay_plan::DAMAGED, &mut output).unwrap();
    let output = String::from_utf8(output).unwrap();
    assert!(
        output.contains("repaired: 今天的天气很好，我们去公园。"),
        "{output}"
    );
    assert!(output.contains("the same again: true"), "{output}");
}
