//! The totals as bar charts: lists that are drawn by the style sheet, so that they can be read out.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape::{self, number};
use super::totals::{LOSS_CLASSES, Totals};
use super::words::percent;

/// One line of a bar chart.
struct Bar<'a> {
    label: &'a str,
    class: &'a str,
    count: u64,
}

pub(super) fn charts(totals: &Totals) -> String {
    let mut html = String::from("<div class=\"grid\">");
    outcomes(&mut html, totals);
    let stages: Vec<_> = totals
        .by_stage()
        .into_iter()
        .map(|(stage, count)| Bar {
            label: stage.name(),
            class: stage.name(),
            count,
        })
        .collect();
    chart(&mut html, "Places changed, by stage", &stages);
    chart(&mut html, "Files by encoding", &bars(&totals.encodings));
    let varieties: BTreeMap<String, u64> = totals
        .varieties
        .iter()
        .map(|(tag, count)| (variety(tag).to_owned(), *count))
        .collect();
    chart(&mut html, "Files by script and region", &bars(&varieties));
    let sureness: Vec<_> = [
        "below 10 %",
        "10 – 20 %",
        "20 – 30 %",
        "30 – 40 %",
        "40 – 50 %",
        "50 – 60 %",
        "60 – 70 %",
        "70 – 80 %",
        "80 – 90 %",
        "90 – 100 %",
    ]
    .into_iter()
    .zip(totals.sureness)
    .rev()
    .skip_while(|(_, count)| *count == 0)
    .collect();
    // The empty classes below the least sure file say nothing.
    let last = sureness.iter().rposition(|(_, count)| *count > 0);
    let sureness: Vec<_> = sureness[..last.map_or(0, |last| last + 1)]
        .iter()
        .map(|(label, count)| Bar {
            label,
            class: "decode",
            count: *count,
        })
        .collect();
    chart(&mut html, "How sure of the encoding", &sureness);
    if totals.measured > 0 {
        let labels = [
            "nothing",
            "up to 5 %",
            "5 – 20 %",
            "20 – 50 %",
            "50 – 80 %",
            "over 80 %",
        ];
        debug_assert_eq!(labels.len(), LOSS_CLASSES.len() + 1);
        let losses: Vec<_> = labels
            .into_iter()
            .zip(totals.losses)
            .map(|(label, count)| Bar {
                label,
                class: "strip",
                count,
            })
            .collect();
        chart(&mut html, "Files by the share of text left out", &losses);
    }
    html.push_str("</div>");
    html
}

fn outcomes(html: &mut String, totals: &Totals) {
    let outcomes = [
        ("changed", "changed", totals.changed),
        ("unchanged", "clean already", totals.unchanged),
        ("unchanged", "done earlier", totals.up_to_date),
        ("skipped", "skipped, no text", totals.skipped),
        ("failed", "failed", totals.failed),
    ];
    let all = totals.files().max(1);
    html.push_str("<div class=\"card\"><div class=\"stack\" aria-hidden=\"true\">");
    for (class, _, count) in outcomes.iter().filter(|(.., count)| *count > 0) {
        put!(
            html,
            "<span class=\"{class}\" style=\"--w:{:.2}%\"></span>",
            *count as f64 * 100.0 / all as f64
        );
    }
    html.push_str("</div><table class=\"chart\"><caption>Files</caption><tbody>");
    let always = ["changed", "clean already", "failed"];
    for (class, label, count) in outcomes
        .into_iter()
        .filter(|(_, label, count)| *count > 0 || always.contains(label))
    {
        put!(
            html,
            "<tr><th scope=\"row\"><span class=\"key {class}\"></span>{label}</th><td class=\"n\">{}</td><td class=\"n soft\">{}</td></tr>",
            number(count),
            percent(count, all),
        );
    }
    html.push_str("</tbody></table></div>");
}

fn bars(counts: &BTreeMap<String, u64>) -> Vec<Bar<'_>> {
    let mut bars: Vec<_> = counts
        .iter()
        .map(|(label, count)| Bar {
            label,
            class: "",
            count: *count,
        })
        .collect();
    bars.sort_by_key(|bar| Reverse(bar.count));
    bars
}

fn chart(html: &mut String, caption: &str, bars: &[Bar<'_>]) {
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0);
    if most == 0 {
        return;
    }
    put!(
        html,
        "<div class=\"card\"><table class=\"chart\"><caption>{caption}</caption><tbody>"
    );
    for bar in bars {
        html.push_str("<tr><th scope=\"row\">");
        escape::text(html, bar.label);
        html.push_str("</th><td class=\"b\">");
        rule_off(html, bar.class, bar.count, most);
        put!(html, "</td><td class=\"n\">{}</td></tr>", number(bar.count));
    }
    html.push_str("</tbody></table></div>");
}

/// A bar as long as `count` is of `most`.
pub(super) fn rule_off(html: &mut String, class: &str, count: u64, most: u64) {
    put!(html, "<span class=\"bar {class}\" aria-hidden=\"true\">");
    if count > 0 {
        put!(
            html,
            "<span style=\"--w:{:.2}%\"></span>",
            count as f64 * 100.0 / most.max(1) as f64
        );
    }
    html.push_str("</span>");
}

/// What a language tag says, in words.
fn variety(tag: &str) -> &str {
    match tag {
        "zh-Hans" => "simplified",
        "zh-Hant" => "traditional",
        "zh-Hant-TW" => "traditional, Taiwan",
        "zh-Hant-HK" => "traditional, Hong Kong",
        "und" => "the text does not tell",
        _ => tag,
    }
}
