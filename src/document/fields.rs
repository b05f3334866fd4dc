//! What the fields of a JSON line say: its text, and the site that it is from.

use std::collections::HashMap;

use zhnorm::strip::Evidence;
use zhnorm::{Normalizer, Options};

use crate::configuration::Config;

/// The field that holds text unless somebody names another.
const TEXT: &str = "text";

/// The fields in which collections of pages keep the page's address, most telling first.
const ADDRESSES: [&str; 5] = ["url", "source_url", "page_url", "link", "uri"];

/// More sites than this are not remembered while a file is worked on.
const SITES: usize = 256;

/// Which fields hold what.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// Text.
    pub text: Vec<String>,
    /// The page's address; the first that holds one counts.
    pub address: Vec<String>,
    /// What is known of the sites; without it nobody asks for addresses.
    pub evidence: Option<Evidence>,
}

impl Fields {
    /// The fields that the configuration names, or the usual ones.
    pub fn of(config: &Config) -> Self {
        let named = |fields: &[String], usual: &[&str]| {
            if fields.is_empty() {
                usual.iter().map(ToString::to_string).collect()
            } else {
                fields.to_vec()
            }
        };
        Self {
            text: named(&config.field, &[TEXT]),
            address: named(&config.host_field, &ADDRESSES),
            evidence: None,
        }
    }

    /// How telling the address in a field is, 0 most, when it is one of these fields.
    pub(super) fn rank(&self, key: &str) -> Option<usize> {
        self.address.iter().position(|field| field == key)
    }
}

/// The host of an address of the web, in lower case.
pub(super) fn host(address: &str) -> Option<String> {
    let address = address.trim();
    let (scheme, rest) = address.split_once("://")?;
    if !(scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")) {
        return None;
    }
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    // An address of the sixth version stands in brackets and has colons of its own.
    let host = match host.find(']') {
        Some(end) => &host[..=end],
        None => host.split(':').next()?,
    };
    let host = host.trim_end_matches('.');
    (!host.is_empty()).then(|| host.to_lowercase())
}

/// The name of the group that the pages of a host are: no folder is called so.
pub fn group(host: &str) -> String {
    format!("//{host}")
}

/// The normalizers of the sites that records are from.
pub(super) struct Sites<'n> {
    usual: &'n Normalizer,
    evidence: Option<&'n Evidence>,
    of_host: HashMap<String, Normalizer>,
}

impl<'n> Sites<'n> {
    pub fn new(usual: &'n Normalizer, evidence: Option<&'n Evidence>) -> Self {
        Self {
            usual,
            evidence,
            of_host: HashMap::new(),
        }
    }

    /// The normalizer for a record of a host, or of none: then its folder is its site.
    pub fn normalizer(&mut self, host: Option<&str>) -> &Normalizer {
        let (Some(host), Some(evidence)) = (host, self.evidence) else {
            return self.usual;
        };
        if self.of_host.len() >= SITES && !self.of_host.contains_key(host) {
            self.of_host.clear();
        }
        self.of_host.entry(host.to_owned()).or_insert_with(|| {
            let options = self.usual.options();
            let known = evidence.of_group(&group(host));
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
}
