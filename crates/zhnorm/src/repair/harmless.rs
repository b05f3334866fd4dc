//! Healthy text of many kinds comes through unchanged.

use super::{Options, repair};
use crate::report::Report;

fn changed(text: &str) -> Option<String> {
    let found = repair(text, &Options::default(), &mut Report::counting());
    (found != text).then(|| found.into_owned())
}

#[track_caller]
fn stays(text: &str) {
    assert_eq!(changed(text), None, "{text}");
}

/// The characters of a double-byte charset.
fn characters(
    charset: &'static encoding_rs::Encoding,
    leads: std::ops::RangeInclusive<u8>,
) -> Vec<char> {
    let pairs = leads.flat_map(|lead| (0x40..=0xFEu8).map(move |trail| [lead, trail]));
    pairs
        .filter_map(|pair| {
            let text = charset.decode_without_bom_handling_and_without_replacement(&pair)?;
            text.chars()
                .next()
                .filter(|ch| zhnorm_lang::characters::is_basic_han(*ch))
        })
        .collect()
}

#[test]
fn doubled_and_tripled_characters_stay() {
    for (charset, leads) in [
        (encoding_rs::GBK, 0xB0..=0xF7),
        (encoding_rs::BIG5, 0xA4..=0xF9),
    ] {
        for ch in characters(charset, leads).into_iter().step_by(13) {
            for times in [2, 3] {
                let word = ch.to_string().repeat(times);
                stays(&word);
                stays(&format!("今天下了一场小雨。\n{word}\n他们走到河边坐下来。"));
            }
        }
    }
}

#[test]
fn lists_of_rare_characters_stay() {
    let all = characters(encoding_rs::GBK, 0xD8..=0xF7);
    for (index, separator) in ["、", ",", " ", "\t", "/", "\n", " | ", "", "，"]
        .into_iter()
        .enumerate()
    {
        for ten in all.chunks(10).skip(index).step_by(17) {
            let ten: Vec<String> = ten.iter().map(char::to_string).collect();
            stays(&ten.join(separator));
        }
    }
    // One document of all of them: many tries, of which none may fit by chance.
    let lines: Vec<String> = all.iter().map(|ch| format!("{ch}\t{ch}{ch}")).collect();
    stays(&lines.join("\n"));
}

#[test]
fn charts_and_ornaments_stay() {
    for first in (0xA0..0x600)
        .chain(0x3040..0x3130)
        .chain(0x9000..0x9400)
        .step_by(16)
    {
        let row: String = (first..first + 16).filter_map(char::from_u32).collect();
        stays(&row);
    }
    for text in [
        "»»»»»»»»",
        "¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡¡",
        "ºººººººººººººººººººººººººººººººººººººººº",
        "ÀÖÐÀÖÐÀÖÐÀÖÐÀÖÐÀÖÐÀÖÐÀÖÐÀÖÐÀÖÐÀÖÐÀÖÐ",
        "ÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃÃ",
        "¤¤¤¤¤¤¤¤¤¤",
        "¶¶¶¶¶¶¶¶",
        "¸,ø¤º°`°º¤ø,¸¸,ø¤º°`°º¤ø,¸",
        "························",
        "厉害了²³³³³³³",
        "(｡･ω･｡) ಥ_ಥ (╯°□°）╯︵ ┻━┻ ヾ(´･ ･｀｡)ノ",
        "ㅋㅋㅋㅋ ㅠㅠ ㅡㅡ 우웩우웩",
        "仄平仄平仄，平仄仄平平。\n仄平仄平仄，平仄仄平平。\n弓，矢，禾，豕，虫。",
        "窸窸窣窣\n忸忸怩怩\n窸窸窣窣\n忸忸怩怩\n弓，矢，禾，豕，虫。",
        "請安,ㄑㄧㄥˇ ㄢ\n昑,昑,ㄑㄧㄣˇ\n竦,竦,ㄙㄨㄥˇ\n芩,芩,ㄑㄧㄣˊ",
        "ńg,ńg,ńg,",
    ] {
        stays(text);
    }
}

#[test]
fn escapes_that_are_syntax_or_shown_stay() {
    for text in [
        "# 系统\nlogin=\\u767b\\u5f55\ntitle = \\u7cfb\\u7edf",
        "{\"title\": \"\\u4e2d\\u6587\", \"body\": \"第一段&nbsp;第二段\"}",
        "记录：{&quot;title&quot;:&quot;今天的新闻&quot;}",
        "<p>&nbsp;&nbsp;前辈啊！\n</p>\n<p>&nbsp;&nbsp;好的</p>",
        "中字写作 &#20013; 或 &#x4e2d;，这是 HTML 的写法。",
        "“中文”经过编码以后变成 %E4%B8%AD%E6%96%87。",
        "主题是“你好”，邮件里写成 =?UTF-8?B?5L2g5aW9?=，很多人不知道。",
        "执行：\n\n```\necho \\u4f60\\u597d\n```\n\n输出：\n\n    \\u4f60\\u597d\n",
        "得到 meta 形式的 &lt;*argument*&gt;。",
    ] {
        stays(text);
    }
}

#[test]
fn lessons_on_readings_stay() {
    for text in [
        "“一”的变调：一(yí)定、一(yì)起、第一(yī)、一(yí)个、一(yì)天。",
        "看拼音写词语：大家(jiā)　学习(xí)　时(shí)间　国(guó)家　老师(shī)　中(zhōng)国",
        "生字\n學(xué)\n國(guó)\n書(shū)\n寫(xiě)\n讀(dú)",
        "練習：環(huán)　護(hù)　時(shí)　報(bào)　產(chǎn)　業(yè)　發(fā)",
    ] {
        stays(text);
    }
}

#[test]
fn mojibake_that_is_shown_stays() {
    for text in [
        "他写道：“浠婂ぉ”是乱码。",
        "问：打开文件看到“鎴戠埍浣?”是怎么回事？\n答：UTF-8 的字节被当成 GBK 读了。",
        "GBK 的文件在西文系统上是这样的：\nÎÒÃÇ½ñÌìÈ¥¹«Ô°\n换成 UTF-8 就好。\n「ÎÒÃÇ½ñÌìÈ¥¹«Ô°」",
        "| UTF-8 当作 GBK | 浠婂ぉ澶╂皵寰堝ソ |\n| 原文 | （略） |",
        "ä¸\u{ad}æ–‡ 其实就是“中文”两个字。",
    ] {
        stays(text);
    }
}

#[test]
fn mojibake_in_quotation_marks_is_repaired_where_nothing_speaks_of_charsets() {
    let text = "他站起来说：“鎴戜滑浠婂ぉ鍘诲叕鍥暎姝ャ€”没有人回答他。";
    let repaired = changed(text).unwrap_or_default();
    assert!(repaired.contains("我们今天"), "{repaired}");
}
