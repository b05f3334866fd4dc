//! Examples of each rule: the text before and after, with the changed characters marked.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use zhnorm::report::Action;

use super::charts::rule_off;
use super::escape::{self, number};
use super::marks::{Stretch, marks};
use super::tally::{FileLine, RuleKey};
use super::totals::{Place, RuleTotals, Totals};
use super::words::counted;
use crate::rules::meaning;

/// The rules that did one thing, the most frequent first.
pub(super) fn rules(html: &mut String, totals: &Totals, action: Action) {
    let mut rules: Vec<(&RuleKey, &RuleTotals)> = totals
        .rules
        .iter()
        .filter(|(key, _)| key.action == action)
        .collect();
    rules.sort_by_key(|(_, rule)| Reverse(rule.places));
    let most = totals
        .rules
        .iter()
        .filter(|(key, _)| key.action == action)
        .map(|(_, rule)| rule.places)
        .max()
        .unwrap_or(0);
    let mut first = html.is_empty() && action != Action::Flag;
    for (key, rule) in rules {
        let stage = key.stage;
        // Something to see at once, and the rest one click away.
        html.push_str(if std::mem::take(&mut first) {
            "<details open><summary><span class=\"name mono\">"
        } else {
            "<details><summary><span class=\"name mono\">"
        });
        escape::text(html, &key.rule);
        let what = if action == Action::Drop {
            "line"
        } else {
            "place"
        };
        put!(
            html,
            "</span><span class=\"tag {stage}\">{stage}</span><span class=\"count\">{} in {}</span>",
            counted(rule.places, what),
            counted(rule.files, "file"),
        );
        rule_off(html, stage.name(), rule.places, most);
        html.push_str("</summary><div class=\"inside\">");
        if let Some(meaning) = meaning(stage, &key.rule) {
            html.push_str("<p>");
            escape::text(html, &meaning);
            html.push_str(".</p>");
        }
        examples(html, totals, rule, action);
        html.push_str("</div></details>");
    }
}

/// The sample of a rule: equal places together, the most frequent first.
fn examples(html: &mut String, totals: &Totals, rule: &RuleTotals, action: Action) {
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
    let shown = match action {
        Action::Drop => totals.limits.shown_drops,
        Action::Edit | Action::Flag => totals.limits.shown,
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
pub(super) fn item(html: &mut String, place: &Place, lead: &str) {
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
pub(super) fn files<'a>(lines: impl Iterator<Item = (&'a FileLine, String)>) -> String {
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
pub(super) fn search(html: &mut String, section: &str, label: &str) {
    put!(
        html,
        "<div class=\"search\" role=\"search\" hidden><label for=\"search-{section}\">{label}</label>\
         <input type=\"search\" id=\"search-{section}\" data-search=\"{section}\" autocomplete=\"off\" spellcheck=\"false\">\
         <button type=\"button\" data-all=\"{section}\">Open all</button>\
         <span class=\"soft\" role=\"status\"></span></div>"
    );
}
