use proptest::prelude::*;

use super::*;

/// A configuration whose dictionaries are given by name.
fn with(json: &str, dictionaries: &[(&str, &str)]) -> Configuration {
    Configuration::parse(json, |name| {
        let (_, text) = dictionaries
            .iter()
            .find(|(known, _)| *known == name)
            .expect("a dictionary of the test");
        Ok((*text).to_owned())
    })
    .expect("a valid configuration")
}

const ONE: &str = r#"{"conversion_chain": [{"dict": {"type": "text", "file": "a"}}]}"#;

fn error(json: &str) -> (usize, usize, String) {
    match Configuration::parse(json, |_| Ok(String::new())) {
        Err(Error::Configuration {
            line,
            column,
            message,
        }) => (line, column, message),
        other => panic!("{other:?}"),
    }
}

#[test]
fn groups_take_the_first_or_the_longest() {
    let group = |policy: &str| {
        let json = format!(
            r#"{{"conversion_chain": [{{"dict": {{"type": "group", {policy} "dicts": [
                {{"type": "text", "file": "a"}}, {{"type": "text", "file": "b"}}]}}}}]}}"#
        );
        with(&json, &[("a", "甲\t一\n"), ("b", "甲乙\t二\n甲\t三\n")]).apply("甲乙甲")
    };
    assert_eq!(group(""), "一乙一");
    assert_eq!(group(r#""match_policy": "short_circuit","#), "一乙一");
    assert_eq!(group(r#""match_policy": "union","#), "二一");
}

#[test]
fn a_step_does_not_reach_across_segments() {
    let chain = r#""conversion_chain": [{"dict": {"type": "text", "file": "a"}},
        {"dict": {"type": "text", "file": "b"}}]"#;
    let dictionaries = [("a", "甲\t一\n"), ("b", "一一\t两\n"), ("s", "甲\tx\n")];
    let whole = with(&format!("{{{chain}}}"), &dictionaries);
    assert_eq!(whole.apply("甲甲甲"), "两一");
    let segmentation =
        r#""segmentation": {"type": "mmseg", "dict": {"type": "text", "file": "s"}}"#;
    let segmented = with(&format!("{{{segmentation}, {chain}}}"), &dictionaries);
    assert_eq!(segmented.apply("甲甲甲"), "一一一");
}

#[test]
fn description_sequences_are_copied_where_no_key_begins() {
    assert_eq!(
        with(ONE, &[("a", "甲乙\t二\n甲\t三\n")]).apply("⿰甲乙甲乙"),
        "⿰甲乙二"
    );
    assert_eq!(
        with(ONE, &[("a", "⿰\tx\n甲\t三\n")]).apply("⿰甲乙甲"),
        "x三乙三"
    );
}

#[test]
fn errors_name_the_place() {
    assert_eq!(error("{\n  \"conversion_chain\": 5\n}").0, 2);
    let (line, _, message) =
        error("{\n\"conversion_chain\": [\n{\"dict\": {\"type\": \"text\"}}]}");
    assert_eq!((line, message.contains("file")), (3, true));
    assert!(error("{}").2.contains("conversion_chain"));
    assert!(error(r#"{"segmentation": null, "conversion_chain": []}"#).0 == 1);
    let binary = r#"{"conversion_chain": [{"dict": {"type": "ocd2", "file": "x"}}]}"#;
    assert!(error(binary).2.contains("ocd2"));
    let dictionary = Configuration::parse(ONE, |_| Ok("甲\t乙\n甲乙\n".to_owned()));
    assert_eq!(
        dictionary.expect_err("no tab").to_string(),
        "a: line 2, column 3: a tab is missing between the key and its values"
    );
}

#[test]
fn each_changed_line_is_recorded() {
    let configuration = with(ONE, &[("a", "甲\t一一\n")]);
    let mut report = Report::listing();
    assert_eq!(
        configuration.convert("丙\n乙甲乙\n", &mut report),
        "丙\n乙一一乙\n"
    );
    let [change] = report.changes() else {
        panic!("{report:?}")
    };
    assert_eq!((change.span.clone(), change.line), (7..10, 2));
    assert_eq!(
        (change.before.as_str(), change.after.as_str()),
        ("甲", "一一")
    );
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(
        keys in prop::collection::vec(("[甲乙丙⿰a\n]{0,3}", "[甲乙丙⿰]{0,2}"), 0..6),
        text in "[甲乙丙⿰⿲丁a\n]{0,30}",
        json in "\\PC{0,60}",
    ) {
        let _ = Configuration::parse(&json, |_| Ok(String::new()));
        let lines: std::collections::BTreeMap<_, _> =
            keys.iter().filter(|(key, _)| !key.contains('\n')).cloned().collect();
        let lines: Vec<String> =
            lines.iter().map(|(key, value)| format!("{key}\t{value}\n")).collect();
        let dictionary = lines.concat();
        if Dictionary::parse(&dictionary).is_ok() {
            let configuration = with(ONE, &[("a", &dictionary)]);
            let mut report = Report::listing();
            let output = configuration.convert(&text, &mut report).into_owned();
            prop_assert_eq!(&output, &configuration.apply(&text));
            let mut applied = String::new();
            let mut copied = 0;
            for change in report.changes() {
                applied += &text[copied..change.span.start];
                applied += &change.after;
                copied = change.span.end;
            }
            applied += &text[copied..];
            prop_assert_eq!(applied, output);
        }
    }
}
