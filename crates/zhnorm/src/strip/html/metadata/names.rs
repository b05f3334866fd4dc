//! Names of authors and of sources on short lines: `作者：王小明`, `记者 王小明 李红`,
//! `王小明／台北報導`, `来源：晨报`, `晨报网 2024-07-04`.

use std::borrow::Cow;

use super::dates::date_in;

/// Longer names are no names, in characters.
const LONGEST: usize = 24;

/// The longest name of a person in Chinese characters.
const LONGEST_PERSON: usize = 4;

/// What stands before the name of an author.
const AUTHORS: &[&str] = &[
    "作者",
    "撰文",
    "撰稿人",
    "撰稿",
    "文字",
    "采写",
    "採寫",
    "采访",
    "採訪",
    "文图",
    "文圖",
    "图文",
    "圖文",
    "文",
    "记者",
    "記者",
    "By",
    "by",
    "BY",
];

/// What stands before the name of a source.
const SOURCES: &[&str] = &[
    "来源",
    "來源",
    "稿源",
    "文章来源",
    "文章來源",
    "出处",
    "出處",
    "转自",
    "轉自",
    "转载自",
    "轉載自",
    "摘自",
];

/// What a masthead's name ends with.
const MASTHEADS: &[&str] = &[
    "网",
    "網",
    "报",
    "報",
    "社",
    "刊",
    "台",
    "新闻",
    "新聞",
    "在线",
    "線上",
    "客户端",
    "杂志",
    "雜誌",
    "周报",
    "網報",
    "传媒",
    "傳媒",
    "网站",
    "頻道",
    "频道",
];

/// Words that stand beside names and are none.
const NO_NAMES: &[&str] = &[
    "admin",
    "administrator",
    "webmaster",
    "editor",
    "root",
    "管理员",
    "管理員",
    "网站管理员",
    "小编",
    "小編",
    "编辑",
    "編輯",
    "编辑部",
    "編輯部",
    "佚名",
    "未知",
    "不详",
    "匿名",
    "本站",
    "本网",
    "本刊",
    "原创",
    "原創",
    "网络",
    "網路",
    "互联网",
    "転載",
    "转载",
    "轉載",
    "综合",
    "綜合",
];

/// The first characters of most names, in both scripts.
const SURNAMES: &str = "王李张張陈陳刘劉杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅高郑鄭梁谢謝宋唐许許韩韓邓鄧冯馮\
    曹彭曾肖蕭萧田董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范金石廖贾賈夏韦韋付傅方\
    白邹鄒孟熊秦邱丘江尹薛闫閻段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔向汤湯庄莊游詹簡简\
    洪施柯翁欧歐倪康赖賴温溫纪紀卓童连連凌涂俞樊葛舒阮左岳牛辛管祝骆駱鲁魯";

/// The names of authors on a line, several with `、` between them.
pub(super) fn authors(line: &str) -> Option<String> {
    if !may_name(line) {
        return None;
    }
    let line = &*without_gaps(line);
    // The name of who took the picture.
    if line
        .trim_end_matches([')', '）', '。', ' '])
        .ends_with(['摄', '攝'])
    {
        return None;
    }
    labelled(line, AUTHORS)
        .and_then(people)
        .or_else(|| reporters(line))
        .or_else(|| byline(line))
}

/// The name of a source on a line.
pub(super) fn source(line: &str) -> Option<String> {
    if !may_be_labelled(line) {
        return None;
    }
    let line = &*without_gaps(line);
    let named = labelled(line, SOURCES)?;
    let name = named.split(ends_name).next()?.trim();
    let name = name.trim_matches(|char| "《》“”\"".contains(char));
    (is_name(name) && date_in(name).is_none()).then(|| name.to_owned())
}

/// The name of a paper or a site beside a date.
pub(super) fn masthead(line: &str) -> Option<String> {
    date_in(line)?;
    let is_end = |char: char| {
        char.is_whitespace() || char.is_ascii_digit() || "|｜:：()（）[]【】/·-".contains(char)
    };
    let words = line.split(is_end).filter(|word| !word.is_empty());
    // Of 4日晨报 the first character belongs to the date.
    let mut words = words.map(|word| match word.strip_prefix('日') {
        Some(rest) if rest.chars().count() > 1 => rest,
        _ => word,
    });
    let is_masthead = |word: &&str| {
        let length = word.chars().count();
        (3..=12).contains(&length) && MASTHEADS.iter().any(|end| word.ends_with(end))
    };
    words.find(is_masthead).map(str::to_owned)
}

/// The name of the site at the end of what a page calls itself.
pub(super) fn site_in_title(page_title: &str, title: &str) -> Option<String> {
    let rest = page_title.trim().strip_prefix(title)?;
    let last = rest
        .rsplit(['_', '-', '|', '｜', '—', '–', '：'])
        .next()?
        .trim();
    let begins = rest
        .trim_start()
        .starts_with(|char: char| !char.is_alphanumeric());
    (begins && last.chars().count() >= 2 && is_name(last)).then(|| last.to_owned())
}

/// Whether something that is told as a name can be one.
pub(super) fn is_name(name: &str) -> bool {
    let name = name.trim();
    !name.is_empty()
        && !name.contains("://")
        && !name.contains(['。', '@', '<'])
        && name.chars().nth(LONGEST).is_none()
        && name.chars().any(char::is_alphabetic)
        && !NO_NAMES.iter().any(|no| name.eq_ignore_ascii_case(no))
}

/// Whether a name is that of the site: told as such, or behind the title in what the page calls
/// itself.
pub(super) fn is_site(name: &str, site: Option<&str>, page_title: &str) -> bool {
    let is_person = is_person(name) && SURNAMES.contains(name.chars().next().unwrap_or(' '));
    site == Some(name)
        || (!is_person
            && (page_title.trim_end().ends_with(name)
                || MASTHEADS.iter().any(|end| name.ends_with(end))
                || site.is_some_and(|site| site.contains(name) || name.contains(site))))
}

/// A name without the label that an element may have.
pub(super) fn plain_name(text: &str) -> String {
    let labels = AUTHORS.iter().chain(SOURCES);
    let mut text = text.trim();
    for label in labels {
        if let Some(rest) = text.strip_prefix(label)
            && let Some(name) = rest
                .trim_start()
                .strip_prefix(['：', ':', '/', '／', '|', '｜'])
        {
            text = name.trim();
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A line without the blanks that some put into labels: `作　者：王小明`.
fn without_gaps(line: &str) -> Cow<'_, str> {
    const LABELS: [(char, char); 5] = [
        ('作', '者'),
        ('来', '源'),
        ('來', '源'),
        ('记', '者'),
        ('記', '者'),
    ];
    let is_blank = |char: char| matches!(char, ' ' | '　' | '\u{a0}');
    let mut without = String::new();
    let mut done = 0;
    // Most lines have no blank, and pages have many lines.
    for (at, _) in line.match_indices(is_blank) {
        if at < done {
            continue;
        }
        let behind = line[at..].trim_start_matches(is_blank);
        let gap = at..line.len() - behind.len();
        let label = (line[..at].chars().next_back()).zip(behind.chars().next());
        if line[gap.clone()].chars().nth(2).is_none()
            && label.is_some_and(|label| LABELS.contains(&label))
        {
            without.push_str(&line[done..at]);
            done = gap.end;
        }
    }
    if done == 0 {
        return Cow::Borrowed(line);
    }
    without.push_str(&line[done..]);
    Cow::Owned(without)
}

/// What stands behind one of these labels and a colon.
fn labelled<'l>(line: &'l str, labels: &[&str]) -> Option<&'l str> {
    if !may_be_labelled(line) {
        return None;
    }
    labels.iter().find_map(|label| {
        line.match_indices(label).find_map(|(at, label)| {
            // 本文来源 is the label, 外来源 is not at a line's start or behind a blank.
            let before = line[..at].chars().next_back();
            let begins = before.is_none_or(|char| {
                !char.is_alphanumeric()
                    || (label.chars().count() > 1 && "本文稿原章".contains(char))
                    || char.is_ascii_digit()
            });
            let rest = line[at + label.len()..].trim_start();
            let named = rest
                .strip_prefix(is_colon)
                .or_else(|| label.eq_ignore_ascii_case("by").then_some(rest))?
                .trim_start();
            (begins && !named.is_empty()).then_some(named)
        })
    })
}

/// Whether a line may name an author or a source. Most lines name none, and pages have many lines.
pub(super) fn may_name(line: &str) -> bool {
    may_be_labelled(line) || line.contains(['者', '／', '/'])
}

/// The last characters of all labels.
const ENDS: [char; 15] = [
    '者', '文', '稿', '人', '字', '写', '寫', '访', '訪', '图', '圖', '源', '处', '處', '自',
];

/// Whether a label may stand before a colon, or one that needs none is in a line.
fn may_be_labelled(line: &str) -> bool {
    let mut last = ' ';
    line.chars().any(|char| {
        let may_be = matches!(char, 'y' | 'Y') || (is_colon(char) && ENDS.contains(&last));
        if !char.is_whitespace() {
            last = char;
        }
        may_be
    })
}

/// Whether a character stands between a label and a name.
fn is_colon(char: char) -> bool {
    matches!(
        char,
        '：' | ':' | '︰' | '／' | '/' | '|' | '｜' | '丨' | '╱'
    )
}

fn ends_name(char: char) -> bool {
    char.is_whitespace() || "|｜)）】]；;，,。丨／/".contains(char)
}

/// The people that a text begins with.
fn people(text: &str) -> Option<String> {
    let first = text.split(ends_name).next()?;
    let mut rest = text;
    let mut names: Vec<&str> = Vec::new();
    while let Some(name) = rest
        .split(|char| ends_name(char) || "、&".contains(char))
        .next()
    {
        let trimmed = name.trim();
        let goes_on = if names.is_empty() {
            is_person(trimmed)
        } else {
            is_person(trimmed) && SURNAMES.contains(trimmed.chars().next().unwrap_or(' '))
        };
        if !goes_on || is_followed(&rest[name.len()..]) {
            break;
        }
        names.push(trimmed);
        let gap =
            rest[name.len()..].trim_start_matches([' ', '　', '\u{a0}', '、', '&', '，', ',']);
        if gap.len() == rest.len() - name.len() || names.len() > 8 {
            break;
        }
        rest = gap;
    }
    if !names.is_empty() {
        return Some(names.join("、"));
    }
    // A name in another script, an account or an office.
    let latin = text.split(|char: char| !(char.is_ascii_alphanumeric() || " .'-_·".contains(char)));
    let latin = latin.into_iter().next().unwrap_or_default().trim();
    let name = if latin.len() > 1 && text.starts_with(|char: char| char.is_ascii_alphabetic()) {
        latin
    } else {
        first.trim()
    };
    let is_number = name
        .chars()
        .all(|char| char.is_ascii_digit() || char == '-');
    (is_name(name) && !is_number).then(|| name.to_owned())
}

/// Whether what seems a name is the label of another.
fn is_followed(rest: &str) -> bool {
    rest.trim_start().starts_with(['：', ':'])
}

/// Whether a text is a name of two to four Chinese characters, perhaps with a dot.
fn is_person(name: &str) -> bool {
    let is_char = |char: char| ('\u{4e00}'..='\u{9fff}').contains(&char);
    let words = [
        "报道", "報導", "報道", "来源", "來源", "编辑", "編輯", "责编", "時間", "时间", "发布",
        "發布", "阅读", "閱讀", "摄影", "攝影", "记者", "記者", "通讯", "通訊", "实习", "實習",
        "综合", "綜合", "中心", "电", "字号", "原创", "浏览", "评论", "日报", "晚报", "网", "社",
        "台北", "北京",
    ];
    let length = name.chars().filter(|char| *char != '·').count();
    let most = if name.contains('·') {
        12
    } else {
        LONGEST_PERSON
    };
    (2..=most).contains(&length)
        && name.chars().all(|char| is_char(char) || char == '·')
        && !words
            .iter()
            .any(|word| name.ends_with(word) || name.starts_with(word))
        && !NO_NAMES.contains(&name)
}

/// The names of reporters: `记者 王小明`, `本报记者王小明`, `記者王小明／台北報導`, `（记者王小明）`.
fn reporters(line: &str) -> Option<String> {
    ["记者", "記者"].iter().find_map(|label| {
        let (before, rest) = line.split_once(label)?;
        let begins = before.is_empty()
            || before.ends_with([
                '本', '报', '報', '社', '网', '網', '刊', '台', '（', '(', '〔', '【', '／', '/',
                ' ', '　', '\u{a0}', '□', '■', '◎', '●', '習', '习', '約', '约', '派',
            ]);
        let named = rest.trim_start_matches([' ', '　', '\u{a0}', '：', ':']);
        let is_end = |char: char| char.is_whitespace() || "／/）)〕】|｜，,。；;、".contains(char);
        let name = named.split(is_end).next()?;
        // Of a sentence about reporters the name has no end.
        let ends = name.len() < named.len() || named.len() < rest.len() || before.is_empty();
        (begins && ends && is_person(name)).then(|| people(named))?
    })
}

/// The names before a stroke and a place: `王小明／台北報導`, `王小明、李紅／綜合報導`.
fn byline(line: &str) -> Option<String> {
    let line =
        line.trim_matches(|char: char| char.is_whitespace() || "〔〕【】[]()（）".contains(char));
    let (names, place) = line.split_once(['／', '/'])?;
    let reports = ["報導", "报道", "報道", "专访", "專訪", "撰稿", "特稿"];
    let is_place = place.chars().count() <= 8 && reports.iter().any(|end| place.ends_with(end));
    let names = names.trim();
    is_place.then(|| people(names)).flatten().filter(|found| {
        // All of it is names.
        let length = |text: &str| text.chars().filter(|char| char.is_alphanumeric()).count();
        length(found) == length(names)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_stand_behind_labels() {
        for (line, wanted) in [
            ("2024-01-02 来源：晨报 作者：王", Some("晨报")),
            ("（本文来源：晨报网）", Some("晨报网")),
            ("来源:《读者》", Some("读者")),
            ("转自｜晨报", Some("晨报")),
            ("水的来源：不明的地方", None),
            ("来源不明", None),
            ("来源：网络", None),
        ] {
            assert_eq!(source(line).as_deref(), wanted, "{line}");
        }
    }

    #[test]
    fn authors_are_named() {
        for (line, wanted) in [
            ("作者：宋怡 杨志华", Some("宋怡、杨志华")),
            ("作者：王小明 来源：晨报", Some("王小明")),
            ("作者：王小明、李红", Some("王小明、李红")),
            ("文／王小明 圖／李紅", Some("王小明")),
            ("撰文｜王小明", Some("王小明")),
            ("作　者：王小明　日　期：2024-07-04", Some("王小明")),
            ("作者：雪人的日记", Some("雪人的日记")),
            ("By John Smith | 2024", Some("John Smith")),
            ("本报记者 王小明", Some("王小明")),
            ("□本报记者 王小明 李红", Some("王小明、李红")),
            ("〔記者王小明／台北報導〕", Some("王小明")),
            ("王小明、李紅／綜合報導", Some("王小明、李紅")),
            ("新华社北京7月4日电（记者王小明）", Some("王小明")),
            ("记者 王小明 北京报道", Some("王小明")),
            ("2024-07-04 07:21作者：王小明", Some("王小明")),
            ("作者：admin", None),
            ("新华社记者 王小明 摄", None),
            ("记者从气象台了解到，明天有雪", None),
            ("一名记者在现场看到", None),
            ("记者节", None),
            ("北京/天津", None),
        ] {
            assert_eq!(authors(line).as_deref(), wanted, "{line}");
        }
    }

    #[test]
    fn sites_are_no_authors() {
        assert!(is_site("晨报网", Some("晨报"), ""));
        assert!(is_site("雪人", None, "雪后的早晨 - 雪人"));
        assert!(!is_site("王小明", Some("晨报网"), "雪后的早晨 - 王小明"));
    }

    #[test]
    fn mastheads_stand_beside_dates() {
        for (line, wanted) in [
            ("2024年07月04日07:21 晨报网", Some("晨报网")),
            ("2024年7月4日山城晨报", Some("山城晨报")),
            ("2024-07-04 雪域日報", Some("雪域日報")),
            ("人民晨报 2024-07-04", Some("人民晨报")),
            ("2024-07-04 07:21 王小明", None),
            ("晨报网", None),
        ] {
            assert_eq!(masthead(line).as_deref(), wanted, "{line}");
        }
    }

    #[test]
    fn no_label_goes_unasked() {
        let by = |label: &str| label.eq_ignore_ascii_case("by");
        for label in AUTHORS.iter().chain(SOURCES) {
            assert!(may_be_labelled(&format!("{label} ：雪")), "{label}");
            assert_eq!(may_be_labelled(&format!("{label}雪：")), by(label));
        }
    }

    #[test]
    fn a_page_names_its_site() {
        let of = |page: &str| site_in_title(page, "雪后的早晨");
        assert_eq!(of("雪后的早晨_新闻_晨报网").as_deref(), Some("晨报网"));
        assert_eq!(of("雪后的早晨").as_deref(), None);
        assert_eq!(of("晨报"), None);
    }
}
