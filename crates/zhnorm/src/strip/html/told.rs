//! What a page says of itself where it stands in the page: `meta` elements, JSON-LD, its canonical
//! address and language, and elements that are called the author, the source or the date.

use html5ever::tokenizer::Tag;

/// More elements than any page needs.
const MOST: usize = 200;

/// A longer text in an element that is called a date or a name is none, in characters.
const LONGEST: usize = 80;

/// What a page tells machines about itself.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Names in lower case, and contents.
    pub meta: Vec<(String, String)>,
    pub json_ld: Vec<String>,
    pub canonical: Option<String>,
    pub language: Option<String>,
    /// What stands in elements that are called so.
    pub called: Vec<Called>,
    /// The seconds since 1970 that a page of `WeChat` writes into a script.
    pub seconds: Option<u64>,
    /// The element that is read, and how often one of its name is open.
    open: Option<(String, usize)>,
}

/// What an element with a telling name holds.
#[derive(Debug)]
pub(super) struct Called {
    pub role: Role,
    pub text: String,
    /// The number of the line in which it is.
    pub line: usize,
}

/// What an element is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Author,
    Source,
    Date,
}

impl Head {
    /// The first content of the first of these names.
    pub(super) fn meta(&self, names: &[&str]) -> Option<String> {
        let of = |name: &&str| self.meta.iter().find(|(known, _)| known == name);
        names.iter().find_map(of).map(|(_, text)| text.clone())
    }

    /// Takes a tag in this line. Says whether the text that follows is JSON-LD.
    pub(super) fn tag(&mut self, name: &str, starts: bool, tag: &Tag, line: usize) -> bool {
        if let Some((open, times)) = &mut self.open {
            if open == name {
                *times = if starts { *times + 1 } else { *times - 1 };
                if *times == 0 {
                    self.open = None;
                }
            }
        } else if starts && !tag.self_closing {
            self.call(name, tag, line);
        }
        starts && self.take(name, tag)
    }

    /// Takes text of the page.
    pub(super) fn text(&mut self, text: &str) {
        if self.open.is_some()
            && let Some(called) = self.called.last_mut()
        {
            called.text.push_str(text);
            if called.text.len() > 4 * LONGEST {
                self.called.pop();
                self.open = None;
            }
        }
    }

    /// Takes text of the open block of JSON-LD.
    pub(super) fn json_ld_text(&mut self, text: &str) {
        if let Some(block) = self.json_ld.last_mut() {
            block.push_str(text);
        }
    }

    /// Takes text of another script.
    pub(super) fn script(&mut self, text: &str) {
        const CREATED: &str = "var ct = \"";
        if self.seconds.is_none()
            && let Some(at) = memchr::memmem::find(text.as_bytes(), CREATED.as_bytes())
        {
            let digits = text[at + CREATED.len()..].split('"').next();
            self.seconds = digits.and_then(|digits| digits.parse().ok());
        }
    }

    fn take(&mut self, name: &str, tag: &Tag) -> bool {
        match name {
            "meta" if self.meta.len() < MOST => {
                let named = ["property", "name", "itemprop", "http-equiv"];
                let named = named.iter().find_map(|named| value(tag, named));
                if let (Some(named), Some(content)) = (named, value(tag, "content")) {
                    self.meta
                        .push((named.to_ascii_lowercase(), content.to_owned()));
                }
            }
            "link" => {
                let is_canonical = value(tag, "rel").is_some_and(|rel| {
                    let mut rels = rel.split_ascii_whitespace();
                    rels.any(|rel| rel.eq_ignore_ascii_case("canonical"))
                });
                if is_canonical && self.canonical.is_none() {
                    self.canonical = value(tag, "href").map(str::to_owned);
                }
            }
            "html" if self.language.is_none() => {
                let language = value(tag, "lang").or_else(|| value(tag, "xml:lang"));
                self.language = language.map(str::to_owned);
            }
            "script"
                if self.json_ld.len() < MOST
                    && value(tag, "type").is_some_and(|kind| kind.contains("ld+json")) =>
            {
                self.json_ld.push(String::new());
                return true;
            }
            _ => {}
        }
        false
    }

    /// Begins to read an element if it is called so.
    fn call(&mut self, name: &str, tag: &Tag, line: usize) {
        if self.called.len() >= MOST || is_without_end(name) {
            return;
        }
        let Some(role) = role(name, tag) else { return };
        let told = value(tag, "datetime").filter(|_| role == Role::Date);
        if told.is_none() {
            self.open = Some((name.to_owned(), 1));
        }
        self.called.push(Called {
            role,
            text: told.unwrap_or_default().to_owned(),
            line,
        });
    }
}

fn value<'t>(tag: &'t Tag, wanted: &str) -> Option<&'t str> {
    let mut attrs = tag.attrs.iter();
    let attr = attrs.find(|attr| &*attr.name.local == wanted)?;
    Some(attr.value.trim()).filter(|value| !value.is_empty())
}

/// Elements that have no end, or are left open by many.
fn is_without_end(name: &str) -> bool {
    matches!(
        name,
        "area" | "base" | "body" | "br" | "col" | "html" | "hr" | "img" | "input" | "link" | "meta"
    )
}

/// What an element is called by its classes, its identifier or its property.
fn role(name: &str, tag: &Tag) -> Option<Role> {
    if name == "time" {
        return Some(Role::Date);
    }
    tag.attrs.iter().find_map(|attr| match &*attr.name.local {
        "class" | "id" | "itemprop" | "rel" => {
            attr.value.split_ascii_whitespace().find_map(role_of_name)
        }
        _ => None,
    })
}

fn role_of_name(name: &str) -> Option<Role> {
    // The longest name below has 13 letters, and may have two dashes.
    if !(4..=16).contains(&name.len()) {
        return None;
    }
    let mut letters = [0; 16];
    let mut length = 0;
    for byte in name.bytes().filter(|byte| !matches!(byte, b'-' | b'_')) {
        letters[length] = byte.to_ascii_lowercase();
        length += 1;
    }
    let plain = std::str::from_utf8(&letters[..length]).ok()?;
    match plain {
        "author" | "authors" | "authorname" | "byline" | "articleauthor" | "postauthor"
        | "entryauthor" | "newsauthor" | "writer" | "zuozhe" | "reporter" => Some(Role::Author),
        "source" | "articlesource" | "newssource" | "artsource" | "infosource" | "laiyuan"
        | "mediasource" | "jsname" | "sourcename" => Some(Role::Source),
        "date" | "pubtime" | "pubdate" | "publishtime" | "publishdate" | "posttime"
        | "postdate" | "articletime" | "articledate" | "newstime" | "newsdate" | "createtime"
        | "datetime" | "entrydate" | "datepublished" | "fabushijian" => Some(Role::Date),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::Page;
    use super::*;

    fn called(page: &str) -> Vec<(Role, String)> {
        let called = Page::read(page, false).told.called.into_iter();
        called.map(|called| (called.role, called.text)).collect()
    }

    #[test]
    fn elements_are_called_author_source_and_date() {
        let page = "<span class='post-author vcard'>作者：<a href=/u>王小明</a></span>\
            <time datetime=2024-07-04>昨天</time><em id=publish_time>2024-07-05</em>\
            <a id=js_name> 晨报 </a><p class=authority>权威</p>";
        assert_eq!(
            called(page),
            [
                (Role::Author, "作者：王小明".into()),
                (Role::Date, "2024-07-04".into()),
                (Role::Date, "2024-07-05".into()),
                (Role::Source, " 晨报 ".into()),
            ]
        );
    }

    #[test]
    fn a_long_text_is_no_name() {
        let page = format!(
            "<div class=author>{}</div><b class=date>1</b>",
            "雪".repeat(200)
        );
        assert_eq!(called(&page), [(Role::Date, "1".into())]);
    }

    #[test]
    fn a_script_may_tell_the_time() {
        let page = "<script>var ct = \"1720051260\";</script><p>雪";
        assert_eq!(Page::read(page, false).told.seconds, Some(1_720_051_260));
    }
}
