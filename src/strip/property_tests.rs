//! What must hold of any text.

use proptest::prelude::*;

use super::{Options, strip};
use crate::report::{Action, Report};

/// Lines as pages have them, mixed with anything.
fn line() -> impl Strategy<Value = String> {
    let known: Vec<String> = Options::default()
        .rules()
        .rules()
        .iter()
        .flat_map(|rule| {
            rule.matches
                .iter()
                .chain(&rule.keeps)
                .map(ToString::to_string)
        })
        .chain(
            [
                "",
                "　",
                "雪后的早晨",
                "昨天下了雪，路上的车开得很慢。",
                "评论",
                "推荐",
                "1",
                "更多",
                "二、路况",
                "路上的车开得很慢...",
            ]
            .map(str::to_owned),
        )
        .collect();
    prop_oneof![9 => prop::sample::select(known), 1 => "\\PC{0,30}", 1 => any::<String>()]
}

fn text() -> impl Strategy<Value = String> {
    let end = prop::sample::select(vec!["\n", "\r\n", "\r", "\n\n"]);
    prop::collection::vec((line(), end), 0..30)
        .prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn twice_is_once(text in text()) {
        let options = Options::default();
        let once = strip(&text, &options, &mut Report::counting()).into_owned();
        let twice = strip(&once, &options, &mut Report::counting()).into_owned();
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn what_stays_and_what_went_make_the_text(text in text()) {
        let mut report = Report::listing();
        let kept = strip(&text, &Options::default(), &mut report);
        let mut rest = text.as_str();
        let mut at = 0;
        let mut rebuilt = String::new();
        for change in report.changes() {
            match change.action {
                Action::Drop => {
                    rebuilt.push_str(&text[at..change.span.start]);
                    at = change.span.end;
                }
                Action::Edit => {
                    rebuilt.push_str(&text[at..change.span.start]);
                    rebuilt.push_str(&change.after);
                    at = change.span.end;
                }
                Action::Flag => {}
            }
        }
        rest = &rest[at..];
        rebuilt.push_str(rest);
        prop_assert_eq!(rebuilt, kept.into_owned());
    }

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        strip(&text, &Options::default(), &mut Report::listing());
    }
}

#[test]
fn line_ends_stay_and_the_last_one_is_added_in_kind() {
    let stripped =
        |text: &str| strip(text, &Options::default(), &mut Report::counting()).into_owned();
    assert_eq!(
        stripped("\r\n雪\r\n\r\n天\r\n相关阅读\r\n大桥\r\n"),
        "雪\r\n\r\n天\r\n"
    );
    assert_eq!(stripped("雪\r\n天"), "雪\r\n天\r\n");
    assert_eq!(stripped("雪\r天"), "雪\r天\r");
    assert_eq!(stripped("雪"), "雪\n");
    assert_eq!(stripped(""), "");
    assert_eq!(stripped(" \n\n"), "");
}

#[test]
fn a_document_that_would_lose_nearly_all_is_left_whole_and_flagged() {
    for text in [
        "分享到：新浪微博 腾讯微博\n",
        "相关阅读\n雪后的早晨\n大桥今天通车\n",
    ] {
        let mut report = Report::listing();
        assert_eq!(strip(text, &Options::default(), &mut report), text);
        assert_eq!(report.changes().len(), 1);
        assert_eq!(report.changes()[0].rule, "guard.share");
    }
}

#[test]
fn what_belongs_to_an_article_stays() {
    for text in [
        "昨天下了雪。\n本报记者 王小明\n2024年1月2日\n",
        "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。\n",
        "城市 人口\n北京 2189\n上海 2487\n",
        "第一条 为了规范市场，制定本法。\n第二条 本法所称市场，是指交易的场所。\n",
        "大桥通车了。\n图为清晨的大桥\n新华社记者 王小明 摄\n",
        "昨天下了雪。\n相关链接\n大模型是人工智能模型的简称，它从海量数据中学习，能回答问题，也能写作。\n",
        "昨天下了雪。\n评论\n今天又下了雪。\n",
    ] {
        let mut report = Report::listing();
        assert_eq!(
            strip(text, &Options::default(), &mut report),
            text,
            "{:?}",
            report.changes()
        );
    }
}
