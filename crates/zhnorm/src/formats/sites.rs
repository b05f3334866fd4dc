//! The site that a text is from: pages of one site share their template.

use std::collections::HashMap;
use std::path::Path;

use crate::strip::Evidence;
use crate::{Normalizer, Options};

/// The most sites of a file for which a normalizer is kept.
const SITES: usize = 256;

/// The host of an address of the web, in lower case, without a port or a user; `None` for other text.
pub fn host(address: &str) -> Option<String> {
    let address = address.trim();
    let (scheme, rest) = address.split_once("://")?;
    if !(scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")) {
        return None;
    }
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    // An IPv6 address is in brackets and has colons of its own.
    let host = match host.find(']') {
        Some(end) => &host[..=end],
        None => host.split(':').next()?,
    };
    let host = host.trim_end_matches('.');
    (!host.is_empty()).then(|| host.to_lowercase())
}

/// The name of the group of a text, for [`crate::strip::EvidenceBuilder`]: its site is the host that
/// its record names, or the host after which a folder of a mirror is named, or the folder of its
/// file. Nothing is read from the disk.
pub fn site_group(host: Option<&str>, path: &Path) -> String {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut names = folder.iter().rev().map(|name| name.to_string_lossy());
    match host {
        Some(host) => host_group(host),
        None => match names.find(|name| is_host(name)) {
            Some(host) => host_group(&host.to_lowercase()),
            None => folder.to_string_lossy().into_owned(),
        },
    }
}

/// The group of the pages of a host; no folder has such a name.
fn host_group(host: &str) -> String {
    format!("//{host}")
}

/// Whether a folder's name is a host, as in a mirror of a whole site: `www.morning.example`.
fn is_host(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|char| char.is_alphanumeric() || char == '-')
    };
    let Some((labels, last)) = name.rsplit_once('.') else {
        return false;
    };
    labels.split('.').all(is_label)
        && last.chars().nth(1).is_some()
        && last.chars().all(char::is_alphabetic)
}

/// The normalizers of the sites of records.
pub(super) struct Sites<'n> {
    usual: &'n Normalizer,
    evidence: Option<&'n Evidence>,
    by_host: HashMap<String, Normalizer>,
}

impl<'n> Sites<'n> {
    pub(super) fn new(usual: &'n Normalizer, evidence: Option<&'n Evidence>) -> Self {
        Self {
            usual,
            evidence,
            by_host: HashMap::new(),
        }
    }

    /// The normalizer for a record of a host; without a host the folder is the site.
    pub(super) fn normalizer(&mut self, host: Option<&str>) -> &Normalizer {
        let (Some(host), Some(evidence)) = (host, self.evidence) else {
            return self.usual;
        };
        if self.by_host.len() >= SITES && !self.by_host.contains_key(host) {
            self.by_host.clear();
        }
        self.by_host.entry(host.to_owned()).or_insert_with(|| {
            let options = self.usual.options();
            let known = evidence.of_group(&host_group(host));
            Normalizer::new(Options {
                strip: options.strip.clone().with_evidence(known),
                ..options.clone()
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (address, expected) in [
            ("http://morning.example/a/1.html", Some("morning.example")),
            (
                " HTTPS://WWW.Morning.Example:8080?x=1",
                Some("www.morning.example"),
            ),
            (
                "https://user:word@morning.example.",
                Some("morning.example"),
            ),
            ("http://[2001:db8::1]:80/", Some("[2001:db8::1]")),
            ("https://晨报.中国/雪", Some("晨报.中国")),
            ("morning.example/a", None),
            ("ftp://morning.example", None),
            ("http://", None),
            ("", None),
        ] {
            assert_eq!(host(address).as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn the_site_of_a_text() {
        for (host, path, site) in [
            (None, "site/1.txt", "site"),
            (None, "1.txt", ""),
            (
                None,
                "a/www.morning.example/2024/01/1.html",
                "//www.morning.example",
            ),
            (None, "Morning.Example/1.html", "//morning.example"),
            (None, "notes.d/v1.2/1.txt", "notes.d/v1.2"),
            (None, "../a/1.txt", "../a"),
            (Some("morning.example"), "a/1.jsonl", "//morning.example"),
        ] {
            assert_eq!(site_group(host, Path::new(path)), site, "{path}");
        }
    }
}
