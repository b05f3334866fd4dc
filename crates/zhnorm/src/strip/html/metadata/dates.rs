//! Dates as pages write them: `2024-07-04 07:21`, `2024年7月4日`, `民國113年7月4日`, `二〇二四年七月四日`.

use std::fmt::Write as _;

use super::names::source;
use super::{Line, short};

/// What stands before the date of publication, or ends it: `发布时间`, `刊登日期`, `发表于`.
const DATES: &[&str] = &[
    "时间",
    "時間",
    "日期",
    "发布于",
    "發佈於",
    "發布於",
    "发表于",
    "發表於",
];

/// So many short lines below the title may tell the date.
const NEAR_TITLE: usize = 8;

/// The first year of the Republic of China is 1912.
const REPUBLIC: u32 = 1911;

/// China and Taiwan are so many hours before UTC.
const HOURS: u32 = 8;

/// The date of publication on short lines: the one that the address has too, the one behind a
/// label or beside a source, the first below the title, the first of all.
pub(super) fn date_of_lines(title: &str, url: Option<&str>, lines: &[Line]) -> Option<String> {
    let of_url = url.and_then(date_of_url);
    let is_of_url = |date: &str| {
        of_url
            .as_ref()
            .is_some_and(|of_url| date.starts_with(of_url))
    };
    let labelled =
        |line: &str| DATES.iter().any(|label| line.contains(label)) || source(line).is_some();
    // Some sites leave out the year.
    let with_year = |line: &str| {
        let (year, day) = of_url.as_ref()?.split_once('-')?;
        let at = line.find(day)?;
        labelled(line).then(|| date_in(&format!("{year}-{}", &line[at..])))?
    };
    let mut below = None;
    let mut dated: Vec<(usize, &str, String)> = Vec::new();
    for (at, line) in short(lines).enumerate() {
        if line == title && below.is_none() {
            below = Some(at + 1..at + 1 + NEAR_TITLE);
        }
        dated.extend(date_in(line).map(|date| (at, line, date)));
    }
    let is_below = |at: usize| below.as_ref().is_some_and(|below| below.contains(&at));
    let find = |is: &dyn Fn(usize, &str) -> bool| {
        let found = dated.iter().find(|(at, line, _)| is(*at, line));
        found.map(|(_, _, date)| date.clone())
    };
    let of_url_too = dated
        .iter()
        .map(|(_, _, date)| date)
        .find(|date| is_of_url(date));
    (of_url_too.cloned())
        .or_else(|| {
            of_url
                .as_ref()
                .and_then(|_| short(lines).find_map(with_year))
        })
        .or_else(|| find(&|at, line| is_below(at) && labelled(line)))
        .or_else(|| find(&|_, line| labelled(line)))
        .or_else(|| find(&|at, _| is_below(at)))
        .or_else(|| find(&|_, _| true))
        .or(of_url)
}

/// The day in an address: `/2024/07/04/`, `/2024-07-04/`, `/20240704/`, `/2024/0704/`.
pub(super) fn date_of_url(url: &str) -> Option<String> {
    let (_, path) = url.split_once("://")?;
    let path = &path[path.find('/')?..];
    for (at, _) in path.match_indices(['/', '-', '_', 't']) {
        let rest = &path[at + 1..];
        let mut digits = String::new();
        let mut after = None;
        for char in rest.chars() {
            match char {
                '0'..='9' if digits.len() < 8 => digits.push(char),
                '/' | '-' | '_' if matches!(digits.len(), 4 | 6) => {}
                _ => {
                    after = Some(char);
                    break;
                }
            }
        }
        if digits.len() != 8 || after.is_some_and(|char| char.is_ascii_digit()) {
            continue;
        }
        let date = format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]);
        if let Some(date) = date_in(&date) {
            return Some(date);
        }
    }
    None
}

/// The first date of a text as `2024-01-02`, with the time of day if there is one.
pub(super) fn date_in(text: &str) -> Option<String> {
    // Most lines have none, and pages have many lines.
    let separates = |char| matches!(char, '-' | '/' | '.' | '年' | '－' | '／' | '．');
    if !text.contains(separates) {
        return None;
    }
    let chars: Vec<char> = text.chars().map(narrow).collect();
    let begins = |start: &usize| {
        let char = chars[*start];
        char.is_ascii_digit() || char == '民' || numeral(char).is_some()
    };
    (0..chars.len()).filter(begins).find_map(|start| {
        let is_within = start > 0
            && (chars[start - 1].is_ascii_digit() || numeral(chars[start - 1]).is_some())
            && (chars[start].is_ascii_digit() || numeral(chars[start]).is_some());
        let mut reader = Reader {
            chars: &chars,
            at: start,
        };
        (!is_within).then(|| reader.date())?
    })
}

/// A wide digit, colon or stroke as a narrow one.
fn narrow(char: char) -> char {
    match char {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(char) - 0xfee0).unwrap_or(char),
        '\u{a0}' | '\u{3000}' => ' ',
        _ => char,
    }
}

/// The value of a Chinese numeral below ten.
fn numeral(char: char) -> Option<u32> {
    let value = match char {
        '〇' | '○' | '零' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    };
    Some(value)
}

/// Reads a date from a place on.
struct Reader<'c> {
    chars: &'c [char],
    at: usize,
}

impl Reader<'_> {
    fn date(&mut self) -> Option<String> {
        let (year, is_short) = self.year()?;
        self.blanks();
        let separator = self.peek()?;
        if !"-/.年".contains(separator) {
            return None;
        }
        self.at += 1;
        self.blanks();
        let (month, of_month) = self.number()?;
        self.blanks();
        if !"-/.月".contains(self.peek()?) {
            return None;
        }
        self.at += 1;
        self.blanks();
        let (day, of_day) = self.number()?;
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        // A short year of the Republic has full months and days beside it.
        if is_short && separator != '年' && (of_month < 2 || of_day < 2) {
            return None;
        }
        let mut found = format!("{year}-{month:02}-{day:02}");
        if let Some((hour, minute)) = self.time() {
            // Writing to a string cannot fail.
            let _ = write!(found, "T{hour:02}:{minute:02}");
        }
        Some(found)
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn skips(&mut self, text: &str) -> bool {
        let begins = self.chars[self.at..]
            .iter()
            .copied()
            .take(text.chars().count());
        let is = begins.eq(text.chars());
        self.at += if is { text.chars().count() } else { 0 };
        is
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn digits(&mut self, most: usize) -> (u32, usize) {
        let (mut value, start) = (0, self.at);
        while let Some(digit) = self.peek().and_then(|char| char.to_digit(10))
            && self.at - start < most
        {
            value = value * 10 + digit;
            self.at += 1;
        }
        (value, self.at - start)
    }

    /// A number below a hundred, and of how many digits it is written.
    fn number(&mut self) -> Option<(u32, usize)> {
        let (value, digits) = self.digits(2);
        if digits > 0 {
            return Some((value, digits));
        }
        // 四, 十, 十二, 二十, 二十三.
        let tens = self.peek().and_then(numeral);
        self.at += usize::from(tens.is_some());
        if self.peek() != Some('十') {
            return tens.map(|ones| (ones, 2));
        }
        self.at += 1;
        let ones = self.peek().and_then(numeral);
        self.at += usize::from(ones.is_some());
        Some((tens.unwrap_or(1) * 10 + ones.unwrap_or(0), 2))
    }

    /// A year, and whether it is a short one of the Republic.
    fn year(&mut self) -> Option<(u32, bool)> {
        let is_republic = self.skips("民國") || self.skips("民国");
        self.blanks();
        if is_republic && self.skips("元") {
            return Some((REPUBLIC + 1, false));
        }
        let start = self.at;
        let (year, digits) = self.digits(5);
        match (digits, year) {
            (4, 1900..=2099) => return Some((year, false)),
            (1..=3, 1..) if is_republic => return Some((REPUBLIC + year, false)),
            // Since 2001: it is no number of a law or a room then.
            (3, 90..=140) => return Some((REPUBLIC + year, true)),
            (1.., _) => return None,
            _ => {}
        }
        if is_republic {
            let tens = self.number().map(|(year, _)| REPUBLIC + year);
            return tens
                .filter(|year| *year > REPUBLIC)
                .map(|year| (year, false));
        }
        let year = (0..4).try_fold(0, |year, _| {
            let digit = self.peek().and_then(numeral)?;
            self.at += 1;
            Some(year * 10 + digit)
        });
        let year = year.filter(|year| (1900..=2099).contains(year) && self.at == start + 4);
        year.filter(|_| self.peek() == Some('年'))
            .map(|year| (year, false))
    }

    /// The time of day behind a date.
    fn time(&mut self) -> Option<(u32, u32)> {
        while self
            .peek()
            .is_some_and(|char| char.is_whitespace() || "日號号T,，・·|".contains(char))
        {
            self.at += 1;
        }
        self.weekday();
        self.skips("HKT");
        self.blanks();
        let halves = [
            "上午", "凌晨", "早上", "AM", "下午", "晚上", "晚間", "晚间", "PM",
        ];
        let half = halves.iter().position(|half| self.skips(half));
        self.blanks();
        let (hour, digits) = self.digits(2);
        if digits == 0 || hour > 23 || !":时時点點".contains(self.peek()?) {
            return None;
        }
        self.at += 1;
        let (minute, digits) = self.digits(2);
        if digits != 2 || minute > 59 {
            return None;
        }
        while self.peek().is_some_and(|char| ":0123456789".contains(char)) {
            self.at += 1;
        }
        self.blanks();
        let is_late = half.is_some_and(|half| half > 3) || self.skips("PM") || self.skips("pm");
        Some((
            if is_late && hour < 12 {
                hour + 12
            } else {
                hour
            },
            minute,
        ))
    }

    /// A day of the week, perhaps in brackets.
    fn weekday(&mut self) {
        let start = self.at;
        let is_bracket = self.skips("(") || self.skips("[");
        let named = ["星期", "週", "周", "礼拜", "禮拜"]
            .iter()
            .any(|name| self.skips(name));
        let is_bare = is_bracket && !named;
        let day = self.peek().filter(|day| "一二三四五六日天".contains(*day));
        if day.is_none() || !(named || is_bare) {
            self.at = start;
            return;
        }
        self.at += 1;
        let _ = self.skips(")") || self.skips("]");
        self.blanks();
    }
}

/// A time of UTC as one of China; nothing for others.
pub(super) fn in_china(text: &str) -> Option<String> {
    let text = text.trim();
    let is_utc = text.ends_with('Z') || text.ends_with("+00:00") || text.ends_with("+0000");
    let date = date_in(text).filter(|_| is_utc)?;
    let part = |range: std::ops::Range<usize>| date.get(range)?.parse::<u32>().ok();
    let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
    let (hour, minute) = (part(11..13)?, part(14..16)?);
    let days = days_before(year, month, day) + u64::from((hour + HOURS) / 24);
    let seconds = days * 86_400 + u64::from((hour + HOURS) % 24 * 3600 + minute * 60);
    Some(written(seconds))
}

/// The time in China so many seconds after 1970 began in UTC.
pub(super) fn of_seconds(seconds: u64) -> Option<String> {
    // Before 2000 there was nothing to publish, and from 2100 on there is something else to it.
    (946_684_800..4_102_444_800)
        .contains(&seconds)
        .then(|| written(seconds + u64::from(HOURS) * 3600))
}

/// Days from the start of 1970 to a day.
fn days_before(year: u32, month: u32, day: u32) -> u64 {
    let years = 1970..year;
    let of_years: u64 = years
        .map(|year| if is_leap(year) { 366 } else { 365 })
        .sum();
    let months = (1..month).map(|month| u64::from(length(year, month)));
    of_years + months.sum::<u64>() + u64::from(day) - 1
}

fn written(seconds: u64) -> String {
    let (mut days, rest) = (seconds / 86_400, seconds % 86_400);
    let mut year = 1970;
    loop {
        let of_year = if is_leap(year) { 366 } else { 365 };
        if days < of_year {
            break;
        }
        days -= of_year;
        year += 1;
    }
    let mut month = 1;
    while days >= u64::from(length(year, month)) {
        days -= u64::from(length(year, month));
        month += 1;
    }
    let (hour, minute) = (rest / 3600, rest / 60 % 60);
    format!("{year}-{month:02}-{:02}T{hour:02}:{minute:02}", days + 1)
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn length(year: u32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_pages_write_them() {
        for (text, wanted) in [
            ("2024-07-04 07:21", Some("2024-07-04T07:21")),
            ("2024年7月4日07:21 晨报", Some("2024-07-04T07:21")),
            ("发布时间：2024/7/4", Some("2024-07-04")),
            ("2024-07-04T07:21:05+08:00", Some("2024-07-04T07:21")),
            ("2024年07月04日 星期四 07:21", Some("2024-07-04T07:21")),
            ("2024/07/04（四）下午 3:05", Some("2024-07-04T15:05")),
            ("2024-07-04 12:05 PM", Some("2024-07-04T12:05")),
            ("2024.07.04 HKT 07:21", Some("2024-07-04T07:21")),
            ("２０２４年７月４日　０７：２１", Some("2024-07-04T07:21")),
            ("中華民國113年7月4日", Some("2024-07-04")),
            ("民國一一三年", None),
            ("113/07/04 07:21", Some("2024-07-04T07:21")),
            ("113年7月4日", Some("2024-07-04")),
            ("113-7-4", None),
            ("二〇二四年七月十四日", Some("2024-07-14")),
            ("二○二四年十二月三十一日", Some("2024-12-31")),
            ("第 2024 页", None),
            ("12024-07-04", None),
            ("2024-13-04", None),
            ("192.168.1.10", None),
        ] {
            assert_eq!(date_in(text).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn times_of_other_places_are_told_as_in_china() {
        let of = |text| in_china(text);
        assert_eq!(
            of("2024-02-28T23:21:05Z").as_deref(),
            Some("2024-02-29T07:21")
        );
        assert_eq!(
            of("2023-12-31T16:00:00+00:00").as_deref(),
            Some("2024-01-01T00:00")
        );
        assert_eq!(of("2024-07-04T07:21:05+08:00"), None);
        assert_eq!(
            of_seconds(1_720_051_260).as_deref(),
            Some("2024-07-04T08:01")
        );
        assert_eq!(of_seconds(12), None);
    }

    fn lines(texts: &[&str]) -> Vec<Line> {
        let line = |text: &&str| Line {
            text: (*text).to_owned(),
            ..Line::default()
        };
        texts.iter().map(line).collect()
    }

    #[test]
    fn a_date_of_publication_is_none_of_the_frame() {
        let page = lines(&[
            "今天是2025年3月1日 星期六",
            "雪",
            "2024-07-04 07:21 来源：晨报",
            "2023-01-01 旧闻",
        ]);
        let of = |url, page: &[Line]| date_of_lines("雪", url, page);
        assert_eq!(of(None, &page).as_deref(), Some("2024-07-04T07:21"));
        let page = lines(&["2025-03-01", "雪", "王小明", "2024年7月4日", "2023-01-01"]);
        assert_eq!(of(None, &page).as_deref(), Some("2024-07-04"));
        let url = Some("https://a.cn/n/2023/0101/c1-2.html");
        assert_eq!(of(url, &page).as_deref(), Some("2023-01-01"));
        assert_eq!(of(url, &lines(&["雪"])).as_deref(), Some("2023-01-01"));
        let short = lines(&["雪", "時間：01-01 08:30"]);
        assert_eq!(of(url, &short).as_deref(), Some("2023-01-01T08:30"));
    }

    #[test]
    fn addresses_hold_days() {
        for (url, wanted) in [
            ("http://a.cn/2024/07/04/1.html", Some("2024-07-04")),
            ("http://a.cn/a/20240704/1.html", Some("2024-07-04")),
            ("http://a.cn/n1/2024/0704/c1.html", Some("2024-07-04")),
            ("http://a.cn/202407/t20240704_12.html", Some("2024-07-04")),
            ("http://a.cn/1234567890123.html", None),
            ("http://a.cn/99999999/1.html", None),
        ] {
            assert_eq!(date_of_url(url).as_deref(), wanted, "{url}");
        }
    }
}
