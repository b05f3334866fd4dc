//! Lines of furniture of every family, one at a time: in the footer of a page each must go, and in
//! prose that mentions it none may. Whether a line goes on its own words is seen where it is the last
//! one, below a single line of furniture.

use std::collections::BTreeMap;

use anyhow::Result;
use zhnorm::strip::Options;

use super::dropped;
use crate::corpora;

const PROSE: [&str; 3] = [
    "昨天山城下了一整夜的雪，路上的车开得很慢，学校也停了半天课。",
    "市民说，这样大的雪已经有十年没有见过了，孩子们都很高兴。",
    "气象台预计，雪会在周末停下来，气温要到下周才能回升。",
];

/// Prints how many lines of `../shared/cases/frame/lines.tsv` go; which stay, with `missed`.
pub(super) fn run(options: &Options, words: &[&str]) -> Result<()> {
    let path = corpora::shared()?.join("cases/frame/lines.tsv");
    let lines = std::fs::read_to_string(path)?;
    let mut families: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let (mut found, mut all, mut in_prose, mut last) = (0, 0, 0, 0);
    for (family, line) in lines.lines().filter_map(|row| row.split_once('\t')) {
        let article = PROSE.join("\n");
        let (head, tail) = if family == "novel-ad" {
            (
                "上一章 返回目录 下一章",
                "上一章 返回目录 下一章\n加入书签 投推荐票",
            )
        } else {
            ("首页 > 新闻 > 正文", "返回顶部")
        };
        let footer = format!(
            "{head}\n{article}\n分享到：新浪微博 腾讯微博\n{line}\n版权所有 晨报网\n{tail}\n"
        );
        let place = footer.lines().position(|of| of == line);
        let (gone, ..) = dropped(&footer, options);
        let goes = place.is_some_and(|place| gone.contains_key(&place));
        let counts = families.entry(family).or_default();
        *counts = (counts.0 + usize::from(goes), counts.1 + 1);
        found += usize::from(goes);
        all += 1;
        if !goes && words.contains(&"missed") {
            println!("PROBE {family} {line}");
        }
        let end = format!(
            "{head}\n分享到：新浪微博 腾讯微博\n返回首页\n{article}\n版权所有 晨报网\n{line}\n"
        );
        let (gone, ..) = dropped(&end, options);
        last += usize::from(gone.contains_key(&(end.lines().count() - 1)));
        let mention = format!("牌子上写着“{line}”，他看了很久，没有说话。");
        let page = format!(
            "{head}\n{}\n{mention}\n{}\n分享到：新浪微博 腾讯微博\n版权所有 晨报网\n{tail}\n",
            PROSE[0], PROSE[1]
        );
        let (gone, ..) = dropped(&page, options);
        if gone.contains_key(&2) {
            in_prose += 1;
            println!("IN PROSE {family} {line}");
        }
    }
    println!(
        "\n## probe lines: {found} of {all} go in a footer, {last} as its last line, {in_prose} in prose"
    );
    for (family, (found, all)) in families {
        println!("{family:10} {found} of {all}");
    }
    Ok(())
}
