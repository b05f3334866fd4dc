//! The right traditional character where `OpenCC` has a wrong one.
//!
//! `OpenCC` takes the longest phrase from the left and else the commonest character, so it writes
//! 被髮明 and 一箇中國. Here each ambiguous character is looked at in its clause (see
//! [`zhnorm_lang::context`]) and `OpenCC`'s choice is overruled where the context speaks clearly
//! against it (`CLEAR`). Characters that are two spellings of one word (佔, 占) are left to it.
//! Before that come the [`exceptions`]: phrases that it has wrong wherever they stand.
//!
//! Nothing beyond the line counts, so a text may be cut anywhere between lines.

mod character_set;
mod exceptions;
mod names;
mod vocabulary;

use std::borrow::Cow;
use std::ops::Range;

use zhnorm_lang::characters::is_basic_han;
use zhnorm_lang::context::{CLAUSE, CLEAR, Context, REACH, WEIGHT_UNITS, Window};

pub(super) use vocabulary::{is_word, without as without_vocabulary};

pub(crate) use self::names::Names;
use self::vocabulary::KeptWords;
use super::{Config, embedded};
use crate::report::{Change, LineCounter, Report, Stage};

/// The name under which the report has what the context decided.
const RULE: &str = "context";

/// A character for which `OpenCC` has the wrong one.
#[derive(Clone, Debug, PartialEq)]
struct Overruled {
    /// The character in the text.
    place: Range<usize>,
    /// What it is, in `OpenCC`'s standard characters.
    reading: char,
    /// What `OpenCC` takes it for.
    opencc: char,
    /// How sure this is.
    confidence: f32,
    /// It is a word of the text that stays; then nothing else here counts.
    keeps_word: bool,
}

/// What is done otherwise than `OpenCC` does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Revision {
    /// The context decides ambiguous characters.
    pub(super) characters: bool,
    /// Words that the target's region writes too stay.
    pub(super) words: bool,
}

impl Revision {
    /// What of it can be done on the way of a configuration; `None` for nothing.
    pub(super) fn on_the_way(self, config: Config) -> Option<Self> {
        let revision = Self {
            characters: self.characters && applies(config),
            words: self.words && KeptWords::of(config).is_some(),
        };
        (revision.characters || revision.words).then_some(revision)
    }
}

/// The configuration that puts a region's characters for those of the standard.
fn variants(config: Config) -> Option<Config> {
    match config {
        Config::S2tw | Config::S2twp => Some(Config::T2tw),
        Config::S2hk | Config::S2hkp => Some(Config::T2hk),
        _ => None,
    }
}

/// Whether the context can say something on the way of a configuration: from simplified text.
fn applies(config: Config) -> bool {
    config == Config::S2t || variants(config).is_some()
}

/// Converts a text with a configuration, but for the characters that the context overrules.
pub(super) fn convert<'a>(
    config: Config,
    revision: Revision,
    names: Option<&Names>,
    text: &'a str,
    report: &mut Report,
) -> Cow<'a, str> {
    let mut overruled = if revision.characters {
        match names {
            Some(names) => overruled(text, names),
            None => overruled(text, &Names::of(text)),
        }
    } else {
        Vec::new()
    };
    if revision.words
        && let Some(list) = KeptWords::of(config)
    {
        keep_words(list, text, &mut overruled);
    }
    if overruled.is_empty() {
        return super::run(config, text, report);
    }
    let mut output = String::with_capacity(text.len() + text.len() / 32);
    let mut lines = LineCounter::new(text.as_bytes());
    let mut at = 0;
    let mut rest = &overruled[..];
    while let [first, ..] = rest {
        let clause = clause(text, &first.place);
        let (own, others) =
            rest.split_at(rest.partition_point(|other| other.place.end <= clause.end));
        rest = others;
        let start = clause.start.max(at);
        stretch(config, text, at..start, &mut output, &mut lines, report);
        patch(
            config,
            text,
            start..clause.end,
            own,
            &mut output,
            &mut lines,
            report,
        );
        at = clause.end;
    }
    stretch(
        config,
        text,
        at..text.len(),
        &mut output,
        &mut lines,
        report,
    );
    if output == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(output)
    }
}

/// Converts a stretch in which nothing is overruled.
fn stretch(
    config: Config,
    text: &str,
    place: Range<usize>,
    output: &mut String,
    lines: &mut LineCounter<'_>,
    report: &mut Report,
) {
    let stretch = &text[place.clone()];
    if !report.lists() {
        output.push_str(&super::run(config, stretch, report));
        return;
    }
    let mut found = report.empty();
    output.push_str(&super::run(config, stretch, &mut found));
    super::custom::merge(found, place.start, lines.line_at(place.start), report);
}

/// A place in a clause that changes.
struct Edit<'o> {
    place: Range<usize>,
    after: String,
    /// What overruled `OpenCC`, and what `OpenCC` has.
    overruled: Option<(&'o Overruled, String)>,
}

/// The changes of a clause in which something is overruled.
fn edits<'o>(
    config: Config,
    clause: &str,
    start: usize,
    overruled: &'o [Overruled],
) -> Vec<Edit<'o>> {
    let mut edits: Vec<Edit<'o>> = Vec::new();
    embedded::convert_and_list(config, clause, |place, after| {
        edits.push(Edit {
            place,
            after: after.to_owned(),
            overruled: None,
        });
    });
    let within = |own: &Overruled| own.place.start - start..own.place.end - start;
    for own in overruled.iter().filter(|own| own.keeps_word) {
        let word = within(own);
        for edit in &mut edits {
            let before = &clause[edit.place.clone()];
            let plain = || embedded::convert(without_vocabulary(config), before).0;
            let is_within = word.start <= edit.place.start && edit.place.end <= word.end;
            if is_within || replaces(config, &clause[word.clone()], before, &edit.after) {
                edit.after = plain().into_owned();
            }
        }
    }
    for own in overruled.iter().filter(|own| !own.keeps_word) {
        let place = within(own);
        let reading = regional(config, own.reading);
        let found = edits
            .iter_mut()
            .find(|edit| edit.place.start <= place.start && place.end <= edit.place.end);
        let Some(edit) = found else {
            let at = edits.partition_point(|edit| edit.place.end <= place.start);
            let opencc = regional(config, own.opencc).to_string();
            let edit = Edit {
                place,
                after: reading.to_string(),
                overruled: Some((own, opencc)),
            };
            edits.insert(at, edit);
            continue;
        };
        // A word of another length is the region's own; what it was made from is gone.
        let before = &clause[edit.place.clone()];
        if before.chars().count() == edit.after.chars().count() {
            let opencc = edit.overruled.take();
            let opencc = opencc.map_or_else(|| edit.after.clone(), |(_, opencc)| opencc);
            let index = clause[edit.place.start..place.start].chars().count();
            let characters = edit.after.chars().enumerate();
            let put = |(at, ch)| if at == index { reading } else { ch };
            edit.after = characters.map(put).collect();
            edit.overruled = Some((own, opencc));
        }
    }
    edits
}

/// Whether what a longer stretch became has the region's word for this one: 恶性循环 became 惡性迴圈.
fn replaces(config: Config, word: &str, stretch: &str, after: &str) -> bool {
    if stretch.len() <= word.len() || !stretch.contains(word) {
        return false;
    }
    let plain = |text: &str| {
        embedded::convert(without_vocabulary(config), text)
            .0
            .into_owned()
    };
    let region = embedded::convert(config, word).0;
    plain(stretch).replacen(&plain(word), &region, 1) == after
}

/// Converts a clause in which something is overruled.
fn patch(
    config: Config,
    text: &str,
    place: Range<usize>,
    overruled: &[Overruled],
    output: &mut String,
    lines: &mut LineCounter<'_>,
    report: &mut Report,
) {
    let clause = &text[place.clone()];
    let mut counted = 0;
    let mut at = 0;
    for edit in edits(config, clause, place.start, overruled) {
        let before = &clause[edit.place.clone()];
        if report.counts_words() {
            let opencc = edit.overruled.as_ref().map(|(_, opencc)| opencc);
            if is_word(config, before, opencc.unwrap_or(&edit.after)) {
                report.count_word(before, &edit.after);
            }
        }
        output.push_str(&clause[at..edit.place.start]);
        output.push_str(&edit.after);
        at = edit.place.end;
        if before == edit.after {
            continue;
        }
        let is_own = edit.overruled.is_some();
        if !is_own && !report.lists() {
            counted += 1;
            continue;
        }
        let whole = edit.place.start + place.start..edit.place.end + place.start;
        let line = lines.line_at(whole.start);
        let rule = if is_own { RULE } else { config.name() };
        let mut change = Change::edit(Stage::Convert, rule, whole, line, before, edit.after);
        if let Some((own, opencc)) = edit.overruled {
            change = change.with_confidence(own.confidence);
            change.alternatives = vec![opencc];
        }
        report.record(change);
    }
    report.count(Stage::Convert, config.name(), counted);
    output.push_str(&clause[at..]);
}

/// A standard character as the region of a configuration writes it.
fn regional(config: Config, ch: char) -> char {
    let Some(variants) = variants(config) else {
        return ch;
    };
    let alone = ch.to_string();
    let written = embedded::convert(variants, &alone).0;
    let mut characters = written.chars();
    match (characters.next(), characters.next()) {
        (Some(written), None) => written,
        _ => ch,
    }
}

/// The clause around a character: Chinese characters without a mark between them.
fn clause(text: &str, place: &Range<usize>) -> Range<usize> {
    let before = text[..place.start].char_indices().rev();
    let start = before
        .take_while(|(_, ch)| is_basic_han(*ch))
        .last()
        .map_or(place.start, |(at, _)| at);
    let behind = text[place.end..].char_indices();
    let end = behind
        .take_while(|(_, ch)| is_basic_han(*ch))
        .last()
        .map_or(place.end, |(at, ch)| place.end + at + ch.len_utf8());
    start..end
}

/// A code of the Basic Multilingual Plane, 0 for what is no Chinese character.
fn code(ch: Option<char>) -> u16 {
    ch.filter(|ch| is_basic_han(*ch)).map_or(0, |ch| ch as u16)
}

/// Adds the words of a text that stay, and puts all in order.
fn keep_words(list: &KeptWords, text: &str, overruled: &mut Vec<Overruled>) {
    let before = overruled.len();
    list.find(text, |place| {
        overruled.push(Overruled {
            place,
            reading: '\0',
            opencc: '\0',
            confidence: 1.0,
            keeps_word: true,
        });
    });
    if overruled.len() > before {
        overruled.sort_by_key(|own| own.place.start);
    }
}

/// The characters of a text that `OpenCC` has wrong, in order.
fn overruled(text: &str, names: &Names) -> Vec<Overruled> {
    let table = Context::get();
    let marked = &*exceptions::MARKED;
    let standard = embedded::convert(Config::S2t, text).0;
    let (bytes, other) = (text.as_bytes(), standard.as_bytes());
    let mut found = Vec::new();
    // The place of the same character in both; `OpenCC`'s phrases have the length of what they
    // replace.
    let (mut at, mut there) = (0, 0);
    while let (Some(&lead), Some(&lead_there)) = (bytes.get(at), other.get(there)) {
        let here = (at, there);
        at += length(lead);
        there += length(lead_there);
        if lead & 0xF0 != 0xE0 {
            continue;
        }
        let [second, third] = [bytes[here.0 + 1], bytes[here.0 + 2]];
        let character =
            u16::from(lead) << 12 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F);
        let (number, is_marked) = (table.number(character), marked.has(character));
        if number == 0 && !is_marked {
            continue;
        }
        let Some(opencc) = standard.get(here.1..).and_then(|rest| rest.chars().next()) else {
            continue;
        };
        let before = text[..here.0].chars().next_back();
        let after = text[at..].chars().next();
        let place = here.0..at;
        // Surnames are marked too.
        let listed = || exceptions::reading(text, &place).or_else(|| names.reading(text, &place));
        if let Some(reading) = is_marked.then(listed).flatten() {
            if reading != opencc {
                found.push(Overruled {
                    place,
                    reading,
                    opencc,
                    confidence: 1.0,
                    keeps_word: false,
                });
            }
            continue;
        }
        let settled = || table.is_settled(character, code(before), code(after), code(Some(opencc)));
        if number == 0 || settled() {
            continue;
        }
        let answer = table.answer(&window(text, here.0), code(Some(opencc)));
        if let Some(answer) = answer.filter(|answer| answer.margin >= CLEAR) {
            let nats = answer.margin as f32 / WEIGHT_UNITS as f32;
            found.push(Overruled {
                place,
                reading: answer.reading,
                opencc,
                confidence: 1.0 / (1.0 + (-nats).exp()),
                keeps_word: false,
            });
        }
    }
    found
}

/// What stands around a character in its line.
fn window(text: &str, at: usize) -> Window {
    let mut window = [0; CLAUSE];
    let code = |ch: char| u16::try_from(u32::from(ch)).unwrap_or(0);
    let before = text[..at].chars().rev().take_while(|ch| *ch != '\n');
    for (slot, ch) in window[..REACH].iter_mut().rev().zip(before) {
        *slot = code(ch);
    }
    let behind = text[at..].chars().take_while(|ch| *ch != '\n');
    for (slot, ch) in window[REACH..].iter_mut().zip(behind) {
        *slot = code(ch);
    }
    window
}

/// The length of a character by its first byte.
fn length(lead: u8) -> usize {
    match lead {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::{Options, Plan, Vocabulary, convert as run_plan};

    fn converted(config: Config, text: &str) -> String {
        let plan = Plan::new([config]);
        let options = Options::default().with_context(true);
        let mut listing = Report::listing();
        let output = run_plan(text, &plan, &options, &mut listing).into_owned();
        let mut counting = Report::counting();
        assert_eq!(run_plan(text, &plan, &options, &mut counting), output);
        assert!(listing.tallies().eq(counting.tallies()), "{text}");
        let (mut replayed, mut at) = (String::new(), 0);
        for change in listing.changes() {
            assert_eq!(text[change.span.clone()], change.before);
            replayed += &text[at..change.span.start];
            replayed += &change.after;
            at = change.span.end;
        }
        replayed += &text[at..];
        assert_eq!(replayed, output);
        output
    }

    #[test]
    fn the_context_decides() {
        for (text, wanted) in [
            (
                "这项技术被发明出来以后，很快就普及了。",
                "這項技術被發明出來以後，很快就普及了。",
            ),
            ("她的秀发发出淡淡的香味。", "她的秀髮發出淡淡的香味。"),
            ("考试制度改革", "考試制度改革"),
            ("开启了新征程", "開啟了新征程"),
            ("世界上只有一个中国", "世界上只有一個中國"),
        ] {
            assert_eq!(converted(Config::S2tw, text), wanted);
        }
    }

    #[test]
    fn a_configuration_by_itself_is_opencc() {
        let plan = Plan::new([Config::S2t]);
        let text = "这项技术被发明出来";
        let output = run_plan(text, &plan, &Options::default(), &mut Report::counting());
        assert_eq!(output, "這項技術被髮明出來");
    }

    #[test]
    fn every_change_has_its_confidence_and_the_other_reading() {
        let plan = Plan::new([Config::S2tw]);
        let options = Options::default().with_context(true);
        let mut report = Report::listing();
        run_plan("一项\n被发明", &plan, &options, &mut report);
        let change = report
            .changes()
            .iter()
            .find(|change| change.rule == RULE)
            .expect("the context decides");
        assert_eq!((change.line, change.after.as_str()), (2, "被發"));
        assert_eq!(change.alternatives, ["被髮"]);
        assert!(change.confidence.is_some_and(|confidence| confidence > 0.8));
    }

    /// The committed half of the contrast set: no sentence may become worse.
    #[test]
    fn contrast_sentences() {
        let pairs = include_str!("../../../../fixtures/convert/contrast.tsv");
        let spelled = |text: &str| {
            // Either spelling of these is right.
            text.chars()
                .map(|ch| match ch {
                    '臺' | '檯' => '台',
                    '佔' => '占',
                    '劃' => '畫',
                    '註' => '注',
                    '佈' => '布',
                    '週' => '周',
                    '遊' => '游',
                    ch => ch,
                })
                .collect::<String>()
        };
        let wrong: Vec<&str> = pairs
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .filter(|(text, wanted)| spelled(&converted(Config::S2tw, text)) != spelled(wanted))
            .map(|(text, _)| text)
            .collect();
        assert!(wrong.len() <= 12, "{}: {wrong:#?}", wrong.len());
    }

    #[test]
    fn words_of_the_region_stay() {
        let convert = |config, text: &str| {
            let options = Options::default().with_vocabulary(Vocabulary::Safe);
            run_plan(
                text,
                &Plan::new([config]),
                &options,
                &mut Report::counting(),
            )
            .into_owned()
        };
        let text = "没有权限的士兵打开了软件";
        assert_eq!(convert(Config::S2twp, text), "沒有權限的士兵打開了軟體");
        let text = "恶性循环里，他们保持联系";
        assert_eq!(convert(Config::S2twp, text), "惡性循環裡，他們保持聯繫");
        let text = "按照程序文件執行，用滑鼠";
        assert_eq!(convert(Config::Tw2sp, text), "按照程序文件执行，用鼠标");
    }
}
