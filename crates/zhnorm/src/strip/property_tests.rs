//! What must hold of any text.

use proptest::prelude::*;

use super::{DocumentKind, Options, strip};
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

/// Articles that are not made of sentences, or end in a line that a frame could end in.
const ARTICLES: &[&[&str]] = &[
    &[
        "昨天下了雪，路上的车开得很慢。",
        "大桥通车了。",
        "本报记者 王小明",
        "2024年1月2日",
    ],
    &[
        "静夜思",
        "李白",
        "床前明月光，",
        "疑是地上霜。",
        "举头望明月，",
        "低头思故乡。",
    ],
    &[
        "这首诗写于山中。",
        "我走过许多地方的桥",
        "看过许多次数的云",
        "喝过许多种类的酒",
    ],
    &[
        "人口如下：",
        "城市\t人口",
        "北京\t2189",
        "上海\t2487",
        "广州\t1868",
    ],
    &[
        "出门要带三样东西。",
        "一、雨伞",
        "二、水壶",
        "三、地图",
        "路上小心。",
    ],
    &[
        "大桥通车了。",
        "图为清晨的大桥",
        "新华社记者 王小明 摄",
        "桥上站满了人。",
    ],
    &[
        "第一条 为了规范市场，制定本法。",
        "第二条 本法所称市场，是指交易的场所。",
        "第三条 本法自公布之日起施行。",
    ],
    &[
        "大家的车冬天怎么启动？",
        "我的车放在地库里，没有问题。",
        "同问，早上打不着火。",
        "换个电瓶就好了。",
    ],
];

/// What pages put above an article, and below it, in order.
const ABOVE: &[&str] = &[
    "首页 > 新闻 > 正文",
    "首页 - 登录 - 注册 - 设为首页",
    "分享到：新浪微博 腾讯微博",
];
const BELOW: &[&str] = &[
    "分享到：新浪微博 腾讯微博",
    "【字号 大 中 小】 【打印】 【关闭】",
    "相关阅读",
    "雪后的早晨",
    "大桥今天通车",
    "网友评论",
    "版权所有 晨报网 未经书面授权禁止使用",
];

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

    /// Whatever frame is around it, an article of a kind that looks like a list stays whole.
    #[test]
    fn what_looks_like_a_list_and_is_an_article_survives(
        kind in 0..ARTICLES.len(),
        above in prop::sample::subsequence(ABOVE.to_vec(), 0..=ABOVE.len()),
        below in prop::sample::subsequence(BELOW.to_vec(), 0..=BELOW.len()),
    ) {
        let article = ARTICLES[kind];
        let lines: Vec<&str> = above.iter().chain(article).chain(&below).copied().collect();
        let text = lines.join("\n") + "\n";
        let mut report = Report::listing();
        let kept = strip(&text, &Options::default(), &mut report);
        for line in article {
            prop_assert!(
                kept.lines().any(|kept| kept == *line),
                "`{}` went: {:?}", line, report.changes()
            );
        }
    }

    #[test]
    fn a_document_of_one_line_is_never_erased(line in line()) {
        prop_assume!(!super::is_blank(line.split(['\n', '\r']).collect::<String>().as_str()));
        let line = line.replace(['\n', '\r'], " ");
        let kept = strip(&line, &Options::default(), &mut Report::counting());
        prop_assert_eq!(kept.trim_end(), line.trim_end());
    }

    /// What stays is more than the share that may go leaves, or else it is sentences.
    #[test]
    fn no_more_goes_than_may_go(text in text(), share in 0.0_f32..1.0) {
        let mut options = Options::default();
        options.max_share = share;
        let mut report = Report::listing();
        let kept = strip(&text, &options, &mut report);
        let left = super::weight(&kept);
        let all = super::weight(&text);
        let sentences = share >= 0.9 && kept.contains(['。', '！', '？']);
        prop_assert!(
            sentences || left as f32 >= all as f32 * (1.0 - share) - 1.0,
            "{} of {} left under {}", left, all, share
        );
    }

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        strip(&text, &Options::default(), &mut Report::listing());
    }
}

/// Strips a text that the caller knows to be an article page.
fn of_page(text: &str) -> (String, Report) {
    let options = Options::default().with_kind_hint(Some(DocumentKind::ArticlePage));
    let mut report = Report::listing();
    let kept = strip(text, &options, &mut report).into_owned();
    (kept, report)
}

#[test]
fn line_ends_stay_and_blank_lines_go_only_beside_what_went() {
    let stripped = |text: &str| of_page(text).0;
    assert_eq!(
        stripped("\r\n雪下了。\r\n\r\n天晴了。\r\n\r\n相关阅读\r\n大桥\r\n雪人\r\n"),
        "\r\n雪下了。\r\n\r\n天晴了。\r\n"
    );
    assert_eq!(
        stripped("\n首页 > 新闻 > 正文\n\n雪下了。\n\n"),
        "雪下了。\n\n"
    );
    for text in ["雪\r\n天", "雪\r天", "雪", "", " \n\n", "\n雪\n\n"] {
        assert_eq!(stripped(text), text);
    }
}

#[test]
fn a_document_that_would_lose_nearly_all_is_left_whole_and_flagged() {
    for text in [
        "分享到：新浪微博 腾讯微博\n",
        "分享到：新浪微博 腾讯微博\n版权所有 晨报网\n返回顶部\n",
    ] {
        let (kept, report) = of_page(text);
        assert_eq!(kept, text);
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

#[test]
fn outside_the_article_furniture_on_one_side_is_enough() {
    let prose = "昨天下了雪，路上的车开得很慢。\n";
    let frame = "分享到：新浪微博 腾讯微博\n版权所有 晨报网\n";
    let stripped = |text: &str| {
        let mut report = Report::listing();
        strip(text, &Options::default(), &mut report).into_owned()
    };
    let page = format!("首页 > 新闻 > 正文\n{prose}评论\n{frame}");
    assert_eq!(stripped(&page), prose);
    // A row of data, a number and the name of a section may be the author's.
    let article = format!("{prose}北京\t-5\n上海 3\n历史\n");
    let page = format!("首页 > 新闻 > 正文\n{article}{frame}返回顶部\n");
    assert_eq!(stripped(&page), article);
    // Between sentences a word is the author's.
    let article = format!("{prose}评论\n{prose}");
    let page = format!("首页 > 新闻 > 正文\n{article}{frame}");
    assert_eq!(stripped(&page), article);
    // A page with less furniture is not proved.
    let page = format!("{prose}评论\n版权所有 晨报网\n");
    assert_eq!(stripped(&page), page);
}

#[test]
fn rows_of_names_between_bars_are_furniture_at_the_edges() {
    let prose = "昨天下了雪，路上的车开得很慢。\n";
    let page = format!(
        "建議我們│ 廣告刊登│ 訂報服務│ 自由徵才\n晨报网 > 新闻 > 生活 > 正文\n{prose}版权所有 晨报网\n"
    );
    let mut report = Report::listing();
    assert_eq!(strip(&page, &Options::default(), &mut report), prose);
    let list = format!("{prose}鼗│鼙│鼯│鼷\n红茶│绿茶│白茶│黑茶│花茶\n{prose}");
    let mut report = Report::listing();
    assert_eq!(strip(&list, &Options::default(), &mut report), list);
}
