//! Markdown: prose, headings, cells, the text of links and images; code, addresses, tags, formulas
//! and shortcodes are structure.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::front_matter::front_matter;
use super::markup;
use super::parts::{Parts, Role, is_han};
use super::spelling::Spelling;

/// Signs that are markup.
const MARKDOWN: Spelling = Spelling::Plain(b"\\`*_{}[]()<>#|~$&");

/// Signs that end the target of a link.
const TARGET: Spelling = Spelling::Plain(b"\\()<>[]|\" \t&");

/// The most signs of markup that are read in any file, and in how many bytes one more may stand. The
/// parser keeps up to 140 bytes for each: a file of nothing but `[` would take eighty times its size.
const MOST_SIGNS: usize = 1_500_000;
const BYTES_A_SIGN: usize = 12;

/// Whether a file has more markup than is read.
pub(super) fn has_too_much_markup(text: &str) -> bool {
    let most = MOST_SIGNS.max(text.len() / BYTES_A_SIGN);
    // Each is a byte at least.
    text.len() > most && signs(text.as_bytes()) > most
}

/// How many bytes make the parser keep something: line ends, signs within a line, and those that make
/// an item of a list.
fn signs(text: &[u8]) -> usize {
    let within = text.iter().filter(|byte| b"\n\\*_~[]<>&`$|".contains(byte));
    let items = text
        .windows(2)
        .filter(|pair| pair[1] == b' ' && b"-+.)".contains(&pair[0]));
    within.count() + items.count()
}

/// The texts of a Markdown file; with the targets of links and images where these are to be
/// converted. A file with too much markup has none.
pub(super) fn markdown(text: &str, has_targets: bool) -> Parts {
    let mut parts = Parts::default();
    if has_too_much_markup(text) {
        return parts;
    }
    let start = front_matter(text, &mut parts);
    let mut reader = Reader {
        text,
        start,
        parts,
        role: Role::Prose,
        shortcodes: templates(text),
        passed: 0,
        skipped: 0,
        shortcut: 0,
        links: Vec::new(),
        has_targets,
        html: None,
    };
    let extensions = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_MATH
        | Options::ENABLE_WIKILINKS;
    let parser = Parser::new_ext(&text[start..], extensions);
    let mut definitions: Vec<(Range<usize>, Link<'_>)> = (parser.reference_definitions().iter())
        .map(|(_, definition)| {
            let span = start + definition.span.start..start + definition.span.end;
            let title = definition.title.as_deref().unwrap_or_default();
            let link = Link {
                end: span.end,
                target: definition.dest.to_string().into(),
                title: title.to_owned().into(),
            };
            (span, link)
        })
        .collect();
    definitions.sort_by_key(|(span, _)| span.start);
    let mut definitions = definitions.into_iter().peekable();
    for (event, range) in parser.into_offset_iter() {
        // They stand between blocks and are no events.
        let range = start + range.start..start + range.end;
        while let Some((span, link)) = definitions.next_if(|(span, _)| span.end <= range.start) {
            reader.definition(span, &link);
        }
        reader.take(event, range);
    }
    reader.end();
    for (span, link) in definitions {
        reader.definition(span, &link);
    }
    reader.parts
}

/// A link or an image that is open, or the definition of one.
struct Link<'t> {
    end: usize,
    /// As a reader of the page has it: without escapes.
    target: CowStr<'t>,
    title: CowStr<'t>,
}

struct Reader<'t> {
    text: &'t str,
    /// Where the Markdown begins.
    start: usize,
    parts: Parts,
    /// What the block is that is being read.
    role: Role,
    /// The templates of site generators: `{{< figure >}}`, `{% raw %}`.
    shortcodes: Vec<Range<usize>>,
    /// How many of them are done.
    passed: usize,
    /// How many elements are open whose text is not shown, such as code.
    skipped: usize,
    /// How many links are open whose text is the name of their target.
    shortcut: usize,
    /// The links that are open.
    links: Vec<Link<'t>>,
    /// Whether the targets of links are texts too.
    has_targets: bool,
    /// The block of HTML that is being read.
    html: Option<Range<usize>>,
}

impl<'t> Reader<'t> {
    fn take(&mut self, event: Event<'t>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.open(tag, range),
            Event::End(tag) => self.close(tag),
            Event::Text(shown) => self.text(&shown, range),
            Event::Code(_)
            | Event::FootnoteReference(_)
            | Event::DisplayMath(_)
            | Event::TaskListMarker(_) => self.parts.glue(' '),
            Event::InlineMath(_) => self.formula(range),
            Event::InlineHtml(_) => self.tag(range),
            Event::Html(_) => match &mut self.html {
                Some(html) => html.end = range.end,
                None => self.html = Some(range),
            },
            Event::SoftBreak => self.line_end(&range),
            Event::HardBreak => self.parts.glue('\n'),
            Event::Rule => self.end(),
        }
    }

    fn open(&mut self, tag: Tag<'t>, range: Range<usize>) {
        match tag {
            Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript => {}
            Tag::Link {
                link_type,
                title,
                dest_url,
                ..
            }
            | Tag::Image {
                link_type,
                title,
                dest_url,
                ..
            } => {
                let names_target = matches!(
                    link_type,
                    LinkType::Shortcut
                        | LinkType::ShortcutUnknown
                        | LinkType::Collapsed
                        | LinkType::CollapsedUnknown
                        | LinkType::Autolink
                        | LinkType::Email
                        | LinkType::WikiLink { has_pothole: false }
                );
                if names_target || self.shortcut > 0 {
                    self.shortcut += 1;
                    self.parts.glue(' ');
                }
                // Some stand before what is shown, or are it.
                let opening = match link_type {
                    LinkType::WikiLink { .. } => "[[",
                    LinkType::Autolink | LinkType::Email => "<",
                    _ => "",
                };
                if !opening.is_empty() {
                    self.target(range.clone(), opening, &dest_url);
                }
                self.links.push(Link {
                    end: range.end,
                    target: dest_url,
                    title,
                });
            }
            _ => {
                self.end();
                self.role = match tag {
                    Tag::Heading { .. } => Role::Heading,
                    Tag::TableCell => Role::Cell,
                    _ => Role::Prose,
                };
                if matches!(tag, Tag::CodeBlock(_) | Tag::MetadataBlock(_)) {
                    self.skipped += 1;
                }
            }
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript => {}
            TagEnd::Link | TagEnd::Image => {
                if let Some(link) = self.links.pop() {
                    let from = self.parts.taken().max(self.start).min(link.end);
                    self.target(from..link.end, "](", &link.target);
                    self.title(link.end, &link.title);
                }
                self.shortcut = self.shortcut.saturating_sub(1);
            }
            _ => {
                self.end();
                self.role = Role::Prose;
                // A tag that was never closed.
                if self.skipped > 0 && matches!(tag, TagEnd::Paragraph | TagEnd::Heading(_)) {
                    self.skipped = 0;
                }
                if matches!(tag, TagEnd::CodeBlock | TagEnd::MetadataBlock(_)) {
                    self.skipped = self.skipped.saturating_sub(1);
                }
            }
        }
    }

    /// Ends a block.
    fn end(&mut self) {
        self.parts.end(self.role, MARKDOWN);
        if let Some(html) = self.html.take() {
            markup::html_parts(self.text, html, &mut self.parts);
        }
    }

    /// Takes text of a block, as the reader of the page sees it.
    fn text(&mut self, shown: &str, range: Range<usize>) {
        if self.skipped > 0 || self.shortcut > 0 {
            return;
        }
        let source = &self.text[range.clone()];
        if source != shown {
            if self.is_in_shortcode(range.start) {
                self.parts.glue(' ');
                return;
            }
            // A reference or something else that is written otherwise.
            let mut characters = shown.chars();
            match (characters.next(), characters.next()) {
                (Some(character), None) if character != '\n' => {
                    self.parts.character(range, character);
                }
                _ => self.parts.glue(' '),
            }
            return;
        }
        let mut start = range.start;
        while let Some(shortcode) = self.shortcodes.get(self.passed) {
            if shortcode.end <= start {
                self.passed += 1;
                continue;
            }
            if shortcode.start >= range.end {
                break;
            }
            self.parts.source(start..shortcode.start.max(start));
            self.parts.glue(' ');
            start = shortcode.end.min(range.end);
            if shortcode.end > range.end {
                break;
            }
        }
        self.parts.source(start..range.end);
    }

    /// Whether a place is in a shortcode. Places are asked about in rising order.
    fn is_in_shortcode(&mut self, at: usize) -> bool {
        let rest = &self.shortcodes[self.passed..];
        self.passed += rest.iter().take_while(|one| one.end <= at).count();
        let next = self.shortcodes.get(self.passed);
        next.is_some_and(|next| next.start <= at)
    }

    /// A formula is structure; prose between two dollar signs is not one.
    fn formula(&mut self, range: Range<usize>) {
        let source = &self.text[range.clone()];
        let inner = source.trim_matches('$');
        // Sums of money have digits behind their signs, and sentences have marks.
        let after = self.text.as_bytes().get(range.end);
        let is_money = inner.starts_with(|first: char| first.is_ascii_digit())
            || after.is_some_and(u8::is_ascii_digit);
        let is_prose = inner.chars().any(is_han)
            && !inner.contains(['\\', '^', '_', '{', '=', '+', '<', '>'])
            && (is_money || inner.contains(['，', '。', '、', '；', '：', '？', '！']));
        if is_prose && self.skipped == 0 && self.shortcut == 0 {
            let start = range.start + (source.len() - source.trim_start_matches('$').len());
            self.parts.source(start..start + inner.len());
        } else {
            self.parts.glue(' ');
        }
    }

    /// A tag within a text does not end a word; its attributes may have text.
    fn tag(&mut self, range: Range<usize>) {
        let tag = &self.text[range.clone()];
        if tag.starts_with("<br") || tag.starts_with("<BR") {
            self.parts.glue('\n');
        }
        match markup::shows(tag) {
            Some(false) => {
                self.parts.glue(' ');
                self.skipped += 1;
            }
            Some(true) => self.skipped = self.skipped.saturating_sub(1),
            None => {}
        }
        if self.shortcut == 0 && self.skipped == 0 {
            for value in markup::text_attributes(tag) {
                // One with a reference is left alone.
                if tag[value.clone()].contains(['&', '\n', '\r']) {
                    continue;
                }
                self.aside(range.start + value.start..range.start + value.end);
            }
        }
    }

    /// The title of a link, which is at its end.
    fn title(&mut self, end: usize, title: &str) {
        if title.is_empty() || self.shortcut > 0 {
            return;
        }
        let from = self.parts.taken().max(self.start).min(end);
        if let Some(found) = self.text.get(from..end).and_then(|rest| rest.rfind(title)) {
            self.aside(from + found..from + found + title.len());
        }
    }

    /// The target and the title of a definition of a link.
    fn definition(&mut self, span: Range<usize>, link: &Link<'_>) {
        self.target(span.clone(), "]:", &link.target);
        if link.title.is_empty() {
            return;
        }
        if let Some(found) = self.text[span.clone()].rfind(&*link.title) {
            let start = span.start + found;
            self.aside(start..start + link.title.len());
        }
    }

    /// The target of a link, which follows a sign. One that is written with escapes stays.
    fn target(&mut self, range: Range<usize>, sign: &str, target: &str) {
        if !self.has_targets || target.is_ascii() {
            return;
        }
        let Some(link) = self.text.get(range.clone()) else {
            return;
        };
        let found = link.rmatch_indices(sign).find_map(|(at, _)| {
            let rest = link[at + sign.len()..].trim_start_matches([' ', '\t', '\r', '\n', '<']);
            let start = range.start + link.len() - rest.len();
            rest.starts_with(target).then_some(start)
        });
        if let Some(start) = found {
            self.parts.end(self.role, MARKDOWN);
            self.parts
                .whole(start..start + target.len(), Role::Address, TARGET);
        }
    }

    /// A text of its own between two fragments of another. That one is cut in two, which matters
    /// little: few words are cut by a tag that has a title.
    fn aside(&mut self, range: Range<usize>) {
        self.parts.end(self.role, MARKDOWN);
        self.parts.whole(range, Role::Title, MARKDOWN);
    }

    /// A line that was wrapped between two characters has no space there.
    fn line_end(&mut self, range: &Range<usize>) {
        let before = self.text[..range.start].chars().next_back();
        let rest = self.text[range.end..].trim_start_matches([' ', '\t', '>']);
        let after = rest.chars().next();
        if !(before.is_some_and(is_han) && after.is_some_and(is_han)) {
            self.parts.glue('\n');
        }
    }
}

/// What is for the generator of a site: shortcodes, and the labels of `MyST`, a line each.
fn templates(text: &str) -> Vec<Range<usize>> {
    let mut found = shortcodes(text);
    let mut at = 0;
    while let Some(next) = text[at..].find(")=") {
        let end = at + next + 2;
        let start = text[..end].rfind('\n').map_or(0, |line| line + 1);
        let line = text[start..end].trim_start();
        let rest = text[end..].lines().next().unwrap_or_default();
        if line.starts_with('(') && !line.contains([' ', '{']) && rest.trim().is_empty() {
            found.push(start..end);
        }
        at = end;
    }
    found.sort_by_key(|range| range.start);
    found
}

/// The templates of site generators in a text, each within a line.
fn shortcodes(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = memchr::memchr(b'{', &text.as_bytes()[at..]) {
        let start = at + next;
        let line =
            memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |end| start + end);
        let rest = &text[start..line];
        let end = match rest.as_bytes().get(1) {
            Some(b'{') => rest.find("}}"),
            Some(b'%') => rest.find("%}"),
            _ => None,
        };
        at = match end {
            Some(end) => {
                found.push(start..start + end + 2);
                start + end + 2
            }
            None => start + 1,
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(Role, String)> {
        (markdown(text, false).iter())
            .map(|part| (part.role, part.text(text)))
            .collect()
    }

    fn strings(text: &str) -> Vec<String> {
        texts(text).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn words_are_joined_across_markup_and_wrapped_lines() {
        assert_eq!(
            strings("他的**头**发，皇<b>后</b>，她的头\n发。"),
            ["他的头发，皇后，她的头发。"]
        );
        assert_eq!(strings("> 她的头\n> 发 a\n> b"), ["她的头发 a\nb"]);
    }

    #[test]
    fn a_file_with_too_much_markup_has_no_texts() {
        assert!(!has_too_much_markup(&"汉字*汉*\n".repeat(MOST_SIGNS / 4)));
        let much = "[汉".repeat(MOST_SIGNS + 1);
        assert!(has_too_much_markup(&much));
        assert!(strings(&much).is_empty());
        // A long file may have more.
        assert!(!has_too_much_markup(
            &"一行二十个字的正文一行二十个字的正文\n".repeat(MOST_SIGNS + 1)
        ));
    }

    #[test]
    fn code_addresses_and_tags_are_structure() {
        let text = "# 圖片 `碼`\n\n![風景](./圖/風景.jpg \"題\") 與 <https://例.tw/圖>\n\n```圖\n碼\n```\n\n    碼\n\n\
                    [標籤] [字][標籤]\n\n[標籤]: ./圖 \"名\"\n\n$圖^2$ {{< 圖 >}} $5 和 $6\n";
        let found: Vec<_> = strings(text)
            .iter()
            .map(|text| text.trim().to_owned())
            .collect();
        assert_eq!(found, ["圖片", "風景", "題", "與", "字", "名", "$5 和 $6"]);
        assert_eq!(strings("(標籤-圖)=\n# 題\n"), ["題"]);
        let text = "$變數$ 和 $頭 = 髮$ 是，花了$100買了頭髮，又花$50\n";
        assert_eq!(strings(text), [" 和   是，花了100買了頭髮，又花50"]);
        // A reference within a shortcode is as much of the program.
        assert_eq!(strings("字{% 圖&#22294; %}字&#22294;\n"), ["字 字圖"]);
    }

    #[test]
    fn targets_of_links_are_texts_where_that_is_asked_for() {
        let text = "[![字](圖1.png \"題\")](./圖2.md) [字](<圖 3.md>) [[圖4]] [[圖5|字]] <https://a.tw/圖6> ![字][乙] [字](\\_圖7)\n\n[乙]: 圖8 '題'\n";
        let all: Vec<_> = (markdown(text, true).iter())
            .filter(|part| part.role == Role::Address)
            .map(|part| part.text(text))
            .collect();
        assert_eq!(
            all,
            [
                "圖1.png",
                "./圖2.md",
                "圖 3.md",
                "圖4",
                "圖5",
                "https://a.tw/圖6",
                "圖8"
            ]
        );
        let others = |has_targets| {
            let parts = markdown(text, has_targets);
            let texts = parts.iter().filter(|part| part.role != Role::Address);
            texts
                .flat_map(|part| {
                    part.text(text)
                        .split_whitespace()
                        .map(str::to_owned)
                        .collect::<Vec<_>>()
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(others(true), others(false));
    }

    #[test]
    fn front_matter_has_titles() {
        let text = "---\ntitle: \"圖片\" # 註\ntags: [圖]\ndescription: 說明\n---\n\n| 甲 | 乙 |\n|--|--|\n| 丙 | 丁 |\n";
        let found = texts(text);
        assert_eq!(found[0], (Role::Title, "圖片".to_owned()));
        assert_eq!(found[1], (Role::Title, "說明".to_owned()));
        assert!(found[2..].iter().all(|(role, _)| *role == Role::Cell));
        assert_eq!(found.len(), 6);
    }

    #[test]
    fn blocks_of_html_have_text_and_titles() {
        let text = "<div class=\"圖\">\n<img src=\"圖.jpg\" alt=\"風景\">電<i>影</i>\n<code>碼</code></div>\n\n<a href=\"/圖\" title=\"電影\">看</a>\n";
        assert_eq!(strings(text), ["風景", "電影", "電影", "看"]);
        // A quote too many ends nothing.
        let text = "<div>\n<meta content=\"a; charset=\"UTF-8\">\n<p>圖</p></div>\n";
        assert_eq!(strings(text), ["圖"]);
    }
}
