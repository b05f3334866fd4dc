//! The page from the numbers: fills the template's places with charts, lists and examples.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use zhnorm::report::Stage;

use super::Run;
use super::escape::{self, number};
use super::marks::{Stretch, marks};
use super::tally::{Deed, FileLine, RuleKey};
use super::totals::{LOSS_CLASSES, Place, RuleTotals, Totals};

const TEMPLATE: &str = include_str!("page.html");
const MARKER: &str = "<!--zhnorm:";

/// Appends formatted text: writing to a string cannot fail.
macro_rules! put {
    ($html:expr, $($argument:tt)*) => {{ let _ = write!($html, $($argument)*); }};
}

/// The whole page.
pub fn page(totals: &Totals, run: &Run) -> String {
    let parts = [
        ("totals", "Totals", charts(totals)),
        ("first", "Look here first", look_first(totals)),
        ("kinds", "Files by kind", kinds(totals)),
        ("changed", "What was changed", changed(totals)),
        ("left-out", "What was left out", left_out(totals)),
        ("flagged", "Seen and left alone", flagged(totals)),
    ];
    let mut html = String::new();
    // The template is walked once, so that a text which looks like a marker stays a text.
    let mut rest = TEMPLATE;
    while let Some(at) = rest.find(MARKER) {
        html.push_str(&rest[..at]);
        let marker = &rest[at + MARKER.len()..];
        let (name, behind) = marker.split_once("-->").unwrap_or((marker, ""));
        match name {
            "head" => head(&mut html, totals, run),
            "parts" => {
                for (id, title, _) in parts.iter().filter(|(.., part)| !part.is_empty()) {
                    put!(html, "<li><a href=\"#{id}\">{title}</a></li>");
                }
            }
            "main" => {
                for (id, title, part) in parts.iter().filter(|(.., part)| !part.is_empty()) {
                    put!(
                        html,
                        "<section id=\"{id}\" aria-labelledby=\"h-{id}\"><h2 id=\"h-{id}\">{title}</h2>{part}</section>\n"
                    );
                }
            }
            _ => foot(&mut html, totals),
        }
        rest = behind;
    }
    html.push_str(rest);
    html
}

fn head(html: &mut String, totals: &Totals, run: &Run) {
    html.push_str("<h1>What zhnorm did</h1><p><code><bdi>");
    escape::text(html, &run.command);
    html.push_str("</bdi></code></p><p class=\"lead\">");
    let files = totals.files();
    put!(
        html,
        "{} ({}): <strong>{} changed</strong>, {} clean already",
        counted(files, "file"),
        size(totals.bytes),
        number(totals.changed),
        number(totals.unchanged),
    );
    if totals.up_to_date > 0 {
        put!(
            html,
            ", {} done by an earlier run",
            number(totals.up_to_date)
        );
    }
    if totals.skipped > 0 {
        put!(html, ", {} skipped, being no text", number(totals.skipped));
    }
    if totals.failed > 0 {
        put!(html, ", <strong>{} failed</strong>", number(totals.failed));
    }
    html.push_str(". ");
    escape::text(html, &run.fate);
    let (kept, places) = kept_and_places(totals);
    html.push_str("</p><p class=\"soft\">");
    if kept < places {
        put!(
            html,
            "All numbers are exact. The examples are a sample: {} of {}, drawn evenly from each rule.",
            number(kept),
            counted(places, "place"),
        );
    } else {
        html.push_str("All numbers are exact, and the examples cover every place.");
    }
    html.push_str("</p>");
}

fn foot(html: &mut String, totals: &Totals) {
    let limits = &totals.limits;
    put!(
        html,
        "<p>Written by zhnorm {}. The page loads nothing from anywhere. The same run gives the same page: \
         up to {} places of a rule, and up to {} dropped lines, are drawn by a hash of path and place; \
         equal ones are shown once, at most {} and {}. Texts are cut after {} characters.</p>\
         <p>Characters that cannot be seen, or that would steer the page, are written out, as in \
         <code>",
        env!("CARGO_PKG_VERSION"),
        limits.places,
        limits.drops,
        limits.shown,
        limits.shown_drops,
        limits.text,
    );
    escape::text(html, "\u{200b}");
    html.push_str("</code>. Lines are counted in the text that went into the stage.</p>");
    if totals.rules_left_out {
        put!(
            html,
            "<p>Only the first {} rules are told apart.</p>",
            limits.rules
        );
    }
}

/// One line of a bar chart.
struct Bar<'a> {
    label: &'a str,
    class: &'a str,
    count: u64,
}

fn charts(totals: &Totals) -> String {
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
fn rule_off(html: &mut String, class: &str, count: u64, most: u64) {
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

fn look_first(totals: &Totals) -> String {
    let mut html = String::new();
    let mut group = |title: &str, count: String, open: bool, inside: String| {
        put!(
            html,
            "<details{}><summary><span class=\"name\">{title}</span><span class=\"count\">{count}</span></summary><div class=\"inside\">{inside}</div></details>",
            if open { " open" } else { "" }
        );
    };
    if !totals.failures.is_empty() {
        let mut inside = String::from("<ul class=\"files\">");
        for ((_, name), reason) in totals.failures.iter() {
            inside.push_str("<li><bdi>");
            escape::text(&mut inside, name);
            inside.push_str("</bdi><bdi>");
            escape::text(&mut inside, reason);
            inside.push_str("</bdi></li>");
        }
        inside.push_str("</ul>");
        group(
            "Files that failed, in whole or in part",
            listed(totals.failures.len(), totals.failed + totals.partly),
            true,
            inside,
        );
    }
    let with_drops: u64 = totals.losses[1..].iter().sum();
    if !totals.most_lost.is_empty() {
        let inside = files(totals.most_lost.iter().map(|((Reverse(share), _), line)| {
            (
                line,
                format!("{:.1} % of the text left out", *share as f64 / 100.0),
            )
        }));
        group(
            "Files that lost the most text",
            listed(totals.most_lost.len(), with_drops),
            false,
            inside,
        );
    }
    if !totals.least_sure.is_empty() {
        let inside = files(
            totals
                .least_sure
                .iter()
                .map(|((sure, _), line)| (line, format!("{} % sure", sure / 100))),
        );
        group(
            "Files whose encoding is least sure",
            listed_lowest(totals.least_sure.len()),
            false,
            inside,
        );
    }
    if !totals.doubtful.is_empty() {
        let mut inside = String::from("<ol class=\"places\">");
        for (_, place) in totals.doubtful.iter() {
            item(&mut inside, place, &rule_and_place(place));
        }
        inside.push_str("</ol>");
        group(
            "Edits that are least sure",
            listed_lowest(totals.doubtful.len()),
            false,
            inside,
        );
    }
    if html.is_empty() {
        return html;
    }
    format!(
        "<p class=\"soft\">The extremes of the run: if these are right, the rest is likely to be.</p>{html}"
    )
}

fn rule_and_place(place: &Place) -> String {
    let mut html = String::from("<code>");
    escape::text(&mut html, &place.rule);
    html.push_str("</code>");
    html
}

fn kinds(totals: &Totals) -> String {
    let mut kinds: Vec<_> = totals.kinds.iter().collect();
    if kinds.is_empty() {
        return String::new();
    }
    kinds.sort_by_key(|((stage, _), kind)| (*stage, Reverse(kind.files)));
    let most = totals
        .kinds
        .values()
        .map(|kind| kind.files)
        .max()
        .unwrap_or(0);
    let mut html = String::from(
        "<p class=\"soft\">Decode and repair undo damage, strip leaves out what is not the article, convert writes the script. \
         Open a kind to see the files with the most places.</p>",
    );
    search(&mut html, "kinds", "Search the files");
    for ((stage, family), kind) in kinds {
        put!(html, "<details><summary><span class=\"name mono\">");
        escape::text(&mut html, family);
        put!(
            html,
            "</span><span class=\"tag {stage}\">{stage}</span><span class=\"count\">{}, {}</span>",
            counted(kind.files, "file"),
            counted(kind.places, "place"),
        );
        rule_off(&mut html, stage.name(), kind.files, most);
        put!(
            html,
            "</summary><div class=\"inside\"><p class=\"soft\">{}</p>{}</div></details>",
            listed(kind.most.len(), kind.files),
            files(
                kind.most
                    .iter()
                    .map(|((Reverse(places), _), line)| { (line, counted(*places, "place")) })
            ),
        );
    }
    html
}

fn changed(totals: &Totals) -> String {
    let mut html = String::new();
    for stage in totals.stages() {
        rules(&mut html, totals, Some(stage), Deed::Edit);
    }
    if html.is_empty() {
        return html;
    }
    let mut whole = String::from(
        "<p class=\"soft\">Per rule, what stood there and what stands there now, with the changed characters marked. \
         The most frequent come first.</p>",
    );
    search(&mut whole, "changed", "Search the examples");
    whole + &html
}

fn left_out(totals: &Totals) -> String {
    let mut html = String::new();
    rules(&mut html, totals, None, Deed::Drop);
    if html.is_empty() {
        return html;
    }
    let mut whole = String::from(
        "<p class=\"soft\">Whole lines that are not in the result. A line of the article must not be among them: search for one.</p>",
    );
    search(&mut whole, "left-out", "Search the lines");
    whole + &html
}

fn flagged(totals: &Totals) -> String {
    let mut html = String::new();
    rules(&mut html, totals, None, Deed::Flag);
    if html.is_empty() {
        return html;
    }
    format!(
        "<p class=\"soft\">Nothing was changed here: damage that cannot be undone, or not with confidence.</p>{html}"
    )
}

/// The rules that did one thing, the most frequent first.
fn rules(html: &mut String, totals: &Totals, stage: Option<Stage>, deed: Deed) {
    let mut rules: Vec<(&RuleKey, &RuleTotals)> = totals
        .rules
        .iter()
        .filter(|(key, _)| key.deed == deed && stage.is_none_or(|stage| key.stage == stage))
        .collect();
    rules.sort_by_key(|(_, rule)| Reverse(rule.places));
    let most = totals
        .rules
        .iter()
        .filter(|(key, _)| key.deed == deed)
        .map(|(_, rule)| rule.places)
        .max()
        .unwrap_or(0);
    let mut first = html.is_empty() && deed != Deed::Flag;
    for (key, rule) in rules {
        let stage = key.stage;
        // Something to see at once, and the rest one click away.
        html.push_str(if std::mem::take(&mut first) {
            "<details open><summary><span class=\"name mono\">"
        } else {
            "<details><summary><span class=\"name mono\">"
        });
        escape::text(html, &key.rule);
        let what = if deed == Deed::Drop { "line" } else { "place" };
        put!(
            html,
            "</span><span class=\"tag {stage}\">{stage}</span><span class=\"count\">{} in {}</span>",
            counted(rule.places, what),
            counted(rule.files, "file"),
        );
        rule_off(html, stage.name(), rule.places, most);
        html.push_str("</summary><div class=\"inside\">");
        examples(html, totals, rule, deed);
        html.push_str("</div></details>");
    }
}

/// The sample of a rule: equal places together, the most frequent first.
fn examples(html: &mut String, totals: &Totals, rule: &RuleTotals, deed: Deed) {
    if rule.sample.is_empty() {
        html.push_str("<p class=\"soft\">Only counted: no examples were kept.</p>");
        return;
    }
    let mut alike: BTreeMap<(&str, &str), (usize, usize, &Place)> = BTreeMap::new();
    for (order, (_, place)) in rule.sample.iter().enumerate() {
        alike
            .entry((&place.before, &place.after))
            .or_insert((0, order, place))
            .0 += 1;
    }
    let mut alike: Vec<_> = alike.into_values().collect();
    alike.sort_by_key(|(count, order, _)| (Reverse(*count), *order));
    let shown = match deed {
        Deed::Drop => totals.limits.shown_drops,
        Deed::Edit | Deed::Flag => totals.limits.shown,
    };
    let kept = rule.sample.len() as u64;
    let sampled = kept < rule.places;
    put!(
        html,
        "<p class=\"soft\">{}",
        if sampled {
            format!("A sample of {} of {}", number(kept), number(rule.places))
        } else {
            format!("All {}", number(kept))
        }
    );
    put!(html, ", {} different", number(alike.len() as u64));
    if alike.len() > shown {
        put!(html, "; the first {shown} are shown");
    }
    html.push_str(".</p><ol class=\"places\">");
    for (count, _, place) in alike.iter().take(shown) {
        let times = match (count, sampled) {
            (1, _) => String::new(),
            (_, true) => format!("{count} times in the sample; once in "),
            (_, false) => format!("{count} times; once in "),
        };
        item(html, place, &times);
    }
    html.push_str("</ol>");
}

/// One place: the line before and after, and where it is.
fn item(html: &mut String, place: &Place, lead: &str) {
    html.push_str("<li>");
    let one_sided = place.after.is_empty() && place.left.is_empty() && place.right.is_empty();
    if one_sided {
        // A dropped line or a flag: there is one side only.
        html.push_str("<div class=\"row\"><bdi lang=\"zh\">");
        escape::text(html, &place.before);
        html.push_str("</bdi></div>");
    } else if place.after.is_empty() || place.before == place.after {
        side(
            html,
            place,
            "old",
            "−",
            "before",
            "del",
            &[whole(&place.before)],
        );
        if place.before != place.after {
            side(html, place, "new", "+", "after", "ins", &[]);
        }
    } else {
        let (old, new) = marks(&place.before, &place.after);
        side(html, place, "old", "−", "before", "del", &old);
        side(html, place, "new", "+", "after", "ins", &new);
    }
    let class = if one_sided { "where" } else { "where under" };
    put!(html, "<p class=\"{class}\">{lead}");
    if lead.ends_with("</code>") {
        html.push_str(" · ");
    }
    html.push_str("<bdi>");
    escape::text(html, &place.file);
    put!(html, "</bdi>, line {}", number(place.line as u64));
    if let Some(confidence) = place.confidence
        && confidence < 0.995
    {
        put!(html, " · {:.0} % sure", confidence * 100.0);
    }
    if !place.alternatives.is_empty() {
        html.push_str(" · or <bdi lang=\"zh\">");
        escape::text(html, &place.alternatives.join(" / "));
        html.push_str("</bdi>");
    }
    if let Some(note) = &place.note {
        html.push_str(" · <bdi>");
        escape::text(html, note);
        html.push_str("</bdi>");
    }
    html.push_str("</p></li>");
}

fn whole(text: &str) -> Stretch {
    Stretch {
        text: text.to_owned(),
        marked: true,
    }
}

/// One side of an edit within its line.
fn side(
    html: &mut String,
    place: &Place,
    class: &str,
    sign: &str,
    name: &str,
    tag: &str,
    stretches: &[Stretch],
) {
    put!(
        html,
        "<div class=\"row {class}\"><span class=\"sign\" aria-hidden=\"true\">{sign}</span><span class=\"vh\">{name}: </span><bdi lang=\"zh\">"
    );
    let around = |html: &mut String, text: &str| {
        if !text.is_empty() {
            html.push_str("<span class=\"around\">");
            escape::text(html, text);
            html.push_str("</span>");
        }
    };
    around(html, &place.left);
    for stretch in stretches {
        if stretch.marked {
            put!(html, "<{tag}>");
            escape::text(html, &stretch.text);
            put!(html, "</{tag}>");
        } else {
            escape::text(html, &stretch.text);
        }
    }
    around(html, &place.right);
    html.push_str("</bdi></div>");
}

/// A list of files, each with what is to be said of it.
fn files<'a>(lines: impl Iterator<Item = (&'a FileLine, String)>) -> String {
    let mut html = String::from("<ul class=\"files\">");
    for (line, said) in lines {
        html.push_str("<li><bdi>");
        escape::text(&mut html, &line.name);
        put!(html, "</bdi><span class=\"soft\">{said}");
        if let Some((label, confidence)) = &line.encoding {
            html.push_str(" · ");
            escape::text(&mut html, label);
            if *confidence < 0.995 {
                put!(html, " {:.0} %", confidence * 100.0);
            }
        }
        if let Some(tag) = &line.variety {
            html.push_str(" · ");
            escape::text(&mut html, tag);
        }
        html.push_str("</span></li>");
    }
    html.push_str("</ul>");
    html
}

/// A search field; hidden until the script that makes it work shows it.
fn search(html: &mut String, section: &str, label: &str) {
    put!(
        html,
        "<div class=\"search\" role=\"search\" hidden><label for=\"search-{section}\">{label}</label>\
         <input type=\"search\" id=\"search-{section}\" data-search=\"{section}\" autocomplete=\"off\" spellcheck=\"false\">\
         <button type=\"button\" data-all=\"{section}\">Open all</button>\
         <span class=\"soft\" role=\"status\"></span></div>"
    );
}

/// How many places are kept as examples, and how many there are.
fn kept_and_places(totals: &Totals) -> (u64, u64) {
    totals.rules.values().fold((0, 0), |(kept, places), rule| {
        (kept + rule.sample.len() as u64, places + rule.places)
    })
}

fn counted(count: u64, what: &str) -> String {
    format!(
        "{} {what}{}",
        number(count),
        if count == 1 { "" } else { "s" }
    )
}

fn listed(shown: usize, all: u64) -> String {
    if shown as u64 == all {
        format!("{} listed", number(all))
    } else {
        format!("{} of {} listed", number(shown as u64), number(all))
    }
}

fn listed_lowest(shown: usize) -> String {
    format!("the lowest {shown}")
}

fn percent(count: u64, all: u64) -> String {
    format!("{:.1} %", count as f64 * 100.0 / all.max(1) as f64)
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
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
