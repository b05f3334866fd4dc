//! Writes the page: fills the template with [`super::charts`], lists of files and
//! [`super::examples`].

use std::cmp::Reverse;
use std::fmt::Write as _;

use zhnorm::report::Action;

use super::Run;
use super::charts::{charts, rule_off};
use super::escape::{self, number};
use super::examples::{files, item, rules, search};
use super::totals::{Place, Totals};
use super::words::{counted, listed, listed_lowest, size};

const TEMPLATE: &str = include_str!("page.html");
const MARKER: &str = "<!--zhnorm:";

/// The whole page.
pub(super) fn page(totals: &Totals, run: &Run) -> String {
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
        let (name, after) = marker.split_once("-->").unwrap_or((marker, ""));
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
        rest = after;
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
    escape::text(html, &run.outcome);
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
    rules(&mut html, totals, Action::Edit);
    if html.is_empty() {
        return html;
    }
    let mut whole = String::from(
        "<p class=\"soft\">Per rule, the text before and after, with the changed characters marked. \
         The most frequent come first.</p>",
    );
    search(&mut whole, "changed", "Search the examples");
    whole + &html
}

fn left_out(totals: &Totals) -> String {
    let mut html = String::new();
    rules(&mut html, totals, Action::Drop);
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
    rules(&mut html, totals, Action::Flag);
    if html.is_empty() {
        return html;
    }
    format!(
        "<p class=\"soft\">Nothing was changed here: damage that cannot be undone, or not with confidence.</p>{html}"
    )
}

/// How many places are kept as examples, and how many there are.
fn kept_and_places(totals: &Totals) -> (u64, u64) {
    totals.rules.values().fold((0, 0), |(kept, places), rule| {
        (kept + rule.sample.len() as u64, places + rule.places)
    })
}
