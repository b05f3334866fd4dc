//! The JSON schema of `zhnorm.toml`, made from the definition of the flags: an editor that knows it
//! completes keys and values, and marks wrong ones.

use clap::CommandFactory as _;
use serde_json::{Map, Value, json};
use zhnorm::strip::DocumentKind;

use crate::arguments::Arguments;

/// Where the committed schema is published.
const ID: &str = "https://github.com/OWNER/zhnorm/raw/main/docs/zhnorm.schema.json";

/// What a key holds.
#[derive(Clone, Copy)]
enum Kind {
    /// One of the values of the flag.
    Choice,
    /// Any text; the values of the flag are examples.
    Text,
    /// Texts.
    Texts,
    /// Names of stages.
    Stages(&'static [&'static str]),
    /// A number from 0 to 1.
    Share,
    /// True or false.
    Switch,
}

/// The keys that a flag sets as well, and whether they hold for the whole file only.
const KEYS: [(&str, Kind, bool); 29] = [
    ("to", Kind::Text, false),
    ("quotes", Kind::Choice, false),
    ("context", Kind::Choice, false),
    ("vocabulary", Kind::Choice, false),
    ("spelling", Kind::Choice, false),
    ("dict", Kind::Text, false),
    ("opencc-config", Kind::Text, false),
    ("engine", Kind::Choice, false),
    ("encoding", Kind::Text, false),
    ("encodings", Kind::Texts, false),
    ("output-encoding", Kind::Text, true),
    ("unmappable", Kind::Choice, true),
    ("min-confidence", Kind::Share, false),
    ("format", Kind::Choice, false),
    ("field", Kind::Texts, false),
    ("field-format", Kind::Choice, false),
    ("image-alt", Kind::Switch, false),
    ("code", Kind::Choice, false),
    ("bom", Kind::Choice, false),
    ("convert-urls", Kind::Switch, false),
    ("emit", Kind::Choice, false),
    ("host-field", Kind::Texts, false),
    (
        "only",
        Kind::Stages(&["decode", "repair", "strip", "convert"]),
        false,
    ),
    ("skip", Kind::Stages(&["repair", "strip", "convert"]), false),
    ("on-uncertain", Kind::Choice, false),
    ("strip", Kind::Texts, false),
    ("keep", Kind::Texts, false),
    ("glob", Kind::Texts, false),
    ("hidden", Kind::Switch, true),
];

/// The schema, as it is committed.
pub(crate) fn text() -> String {
    format!("{:#}\n", schema())
}

fn schema() -> Value {
    let mut whole = keys(true);
    whole.insert(
        "ignore".into(),
        json!({
            "description": "Whether .gitignore, .ignore and .zhnormignore are respected",
            "type": "boolean",
        }),
    );
    whole.insert(
        "override".into(),
        json!({
            "description": "Other settings for the files that match a glob",
            "type": "array",
            "items": {
                "type": "object",
                "properties": keys(false),
                "required": ["glob"],
                "additionalProperties": false,
            },
        }),
    );
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": ID,
        "title": "zhnorm.toml",
        "description": "The configuration of zhnorm",
        "type": "object",
        "properties": whole,
        "additionalProperties": false,
    })
}

/// The keys of the file, or those that an override can set.
fn keys(whole: bool) -> Map<String, Value> {
    let command = Arguments::command();
    let mut keys = Map::new();
    for (key, kind, only_whole) in KEYS {
        if only_whole && !whole {
            continue;
        }
        let flag = command
            .get_arguments()
            .find(|argument| argument.get_long() == Some(key));
        let help = flag.and_then(clap::Arg::get_help).map(ToString::to_string);
        let values: Vec<String> = flag
            .map(clap::Arg::get_possible_values)
            .unwrap_or_default()
            .iter()
            .map(|value| value.get_name().to_owned())
            .collect();
        let mut schema = match kind {
            Kind::Choice => json!({ "type": "string", "enum": values }),
            Kind::Text if values.is_empty() => json!({ "type": "string" }),
            Kind::Text => json!({ "type": "string", "examples": values }),
            Kind::Texts => texts(),
            Kind::Stages(names) => {
                json!({ "type": "array", "items": { "type": "string", "enum": names } })
            }
            Kind::Share => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
            Kind::Switch => json!({ "type": "boolean" }),
        };
        if key == "glob" && !whole {
            schema["minItems"] = json!(1);
        }
        schema["description"] = json!(help.unwrap_or_default());
        keys.insert(key.into(), schema);
    }
    keys.insert(
        "protect".into(),
        json!({
            "description": "What is never converted",
            "type": "object",
            "properties": { "terms": described(texts(), "Terms that are never converted") },
            "additionalProperties": false,
        }),
    );
    keys.insert("rule".into(), rule());
    keys
}

/// The rules of the strip stage of a user's own.
fn rule() -> Value {
    let kinds: Vec<&str> = DocumentKind::ALL.iter().map(|kind| kind.name()).collect();
    let number = || json!({ "type": "integer", "minimum": 0 });
    let properties = [
        ("name", json!({ "type": "string" }), "The dotted name"),
        ("about", json!({ "type": "string" }), "What such a line is"),
        ("lines", texts(), "Whole lines"),
        ("words", texts(), "Words of an interface"),
        ("fillers", texts(), "Words among them that prove nothing"),
        (
            "patterns",
            texts(),
            "Regular expressions for a whole folded line",
        ),
        (
            "has",
            texts(),
            "Words of which a line must hold one before patterns are tried",
        ),
        (
            "phrases",
            texts(),
            "Phrases of which a line must hold several",
        ),
        ("at-least", number(), "How many of the phrases; 0 is 2"),
        ("max", number(), "The longest line, in characters; 0 is 40"),
        (
            "weak",
            json!({ "type": "boolean" }),
            "Whether a line needs company",
        ),
        (
            "opens",
            json!({ "type": "boolean" }),
            "Whether the line heads a list of titles",
        ),
        (
            "off",
            json!({ "type": "boolean" }),
            "Whether the rule is off unless it is asked for",
        ),
        (
            "role",
            json!({ "type": "string", "enum": ["furniture", "inset", "between", "post", "about"] }),
            "Where such lines are found",
        ),
        (
            "template",
            json!({ "type": "string", "enum": ["none", "line", "date"] }),
            "Whether a template writes such a line on each page",
        ),
        (
            "kinds",
            json!({ "type": "array", "items": { "type": "string", "enum": kinds } }),
            "The kinds of documents in which the rule acts; none is every kind",
        ),
        ("matches", texts(), "Lines that the rule must match"),
        ("keeps", texts(), "Lines that the rule must not match"),
    ];
    let properties: Map<String, Value> = properties
        .into_iter()
        .map(|(name, schema, about)| (name.replace('-', "_"), described(schema, about)))
        .collect();
    json!({
        "description": "Rules of the strip stage of your own",
        "type": "array",
        "items": {
            "type": "object",
            "properties": properties,
            "required": ["name"],
            "additionalProperties": false,
        },
    })
}

fn texts() -> Value {
    json!({ "type": "array", "items": { "type": "string" } })
}

fn described(mut schema: Value, about: &str) -> Value {
    schema["description"] = json!(about);
    schema
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::{Config, Counting, Dictionaries, options, parse};

    /// The keys that a type knows, as serde lists them for one that it does not know.
    fn known<T: for<'de> serde::Deserialize<'de>>() -> Vec<String> {
        let error = serde_json::from_value::<T>(json!({ "?": 0 })).err();
        let message = error.map(|error| error.to_string()).unwrap_or_default();
        let mut keys: Vec<String> = message
            .split('`')
            .skip(3)
            .step_by(2)
            .map(String::from)
            .collect();
        keys.sort();
        keys
    }

    fn listed(schema: &Value) -> Vec<String> {
        let properties = schema["properties"].as_object().expect("properties");
        let mut keys: Vec<String> = properties.keys().cloned().collect();
        keys.sort();
        keys
    }

    #[test]
    fn the_schema_has_the_keys_of_the_file() {
        let schema = schema();
        assert_eq!(listed(&schema), known::<Config>());
        let rule = &schema["properties"]["rule"]["items"];
        assert_eq!(listed(rule), known::<zhnorm::strip::Rule>());
        for (key, ..) in KEYS {
            let about = &schema["properties"][key]["description"];
            assert_ne!(about, &json!(""), "{key} has no flag of its name");
        }
    }

    /// Keeps the committed file in step; `ZHNORM_BLESS=1 cargo test schema` writes it.
    #[test]
    fn the_committed_schema_is_the_generated_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/zhnorm.schema.json");
        if std::env::var_os("ZHNORM_BLESS").is_some() {
            std::fs::write(path, text()).expect("a writable checkout");
        }
        let committed = std::fs::read_to_string(path).expect("docs/zhnorm.schema.json");
        let committed: Value = serde_json::from_str(&committed).expect("JSON");
        assert!(
            committed == schema(),
            "run `zhnorm --generate schema > docs/zhnorm.schema.json`"
        );
    }

    /// As much of JSON schema as this one uses.
    fn is_valid(schema: &Value, value: &Value) -> bool {
        let is_type = match schema["type"].as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("boolean") => value.is_boolean(),
            Some("integer") => value.is_u64() || value.is_i64(),
            Some("number") => value.is_number(),
            other => panic!("unknown type {other:?}"),
        };
        let in_enum = schema["enum"]
            .as_array()
            .is_none_or(|all| all.contains(value));
        let number = value.as_f64().unwrap_or(0.0);
        let in_range = schema["minimum"]
            .as_f64()
            .is_none_or(|least| number >= least)
            && schema["maximum"].as_f64().is_none_or(|most| number <= most);
        let items = value.as_array().is_none_or(|items| {
            items.len() as u64 >= schema["minItems"].as_u64().unwrap_or(0)
                && items.iter().all(|item| is_valid(&schema["items"], item))
        });
        let fields = value.as_object().is_none_or(|fields| {
            let required = schema["required"].as_array();
            let required = required.into_iter().flatten().filter_map(Value::as_str);
            required.into_iter().all(|key| fields.contains_key(key))
                && fields.iter().all(|(key, value)| {
                    let known = schema["properties"].get(key);
                    known.is_some_and(|schema| is_valid(schema, value))
                })
        });
        is_type && in_enum && in_range && items && fields
    }

    /// Whether a run takes the text of a file.
    fn is_taken(text: &str) -> bool {
        parse(text).is_ok_and(|config| {
            let layers = std::iter::once(&config).chain(&config.overrides);
            layers
                .into_iter()
                .all(|layer| options(layer, Counting::RULES, &mut Dictionaries::default()).is_ok())
        })
    }

    #[test]
    fn what_the_schema_takes_a_run_takes() {
        for (text, expected) in [
            ("", true),
            ("#:schema x\nto = \"zh-Hans\"\n", true),
            ("to = \"s2twp\"\nquotes = \"corner\"\nhidden = true\n", true),
            ("only = [\"repair\", \"convert\"]\n", true),
            ("format = \"jsonl\"\nfield = [\"text\", \"title\"]\n", true),
            ("min-confidence = 0.5\non-uncertain = \"mark\"\n", true),
            ("output-encoding = \"gbk\"\nunmappable = \"entity\"\n", true),
            ("[protect]\nterms = [\"干支\"]\n", true),
            ("[[override]]\nglob = [\"tw/**\"]\nto = \"zh-TW\"\n", true),
            (
                "[[rule]]\nname = \"own.footer\"\nlines = [\"本站内部水印行\"]\nkinds = [\"article-page\"]\n",
                true,
            ),
            ("too = \"zh-Hans\"\n", false),
            ("to = 3\n", false),
            ("quotes = \"straight\"\n", false),
            ("only = [\"repiar\"]\n", false),
            ("skip = [\"decode\"]\n", false),
            ("format = \"wordperfect\"\n", false),
            ("min-confidence = 2\n", false),
            ("on-uncertain = \"guess\"\n", false),
            ("hidden = \"yes\"\n", false),
            ("[protect]\nwords = [\"干支\"]\n", false),
            ("[[override]]\nto = \"zh-TW\"\n", false),
            ("[[override]]\nglob = [\"a\"]\nhidden = true\n", false),
            ("[[rule]]\nlines = [\"本站内部水印行\"]\n", false),
            (
                "[[rule]]\nname = \"a\"\nline = [\"本站内部水印行\"]\n",
                false,
            ),
            (
                "[[rule]]\nname = \"a\"\nlines = [\"本站内部水印行\"]\nrole = \"x\"\n",
                false,
            ),
        ] {
            let value: Value = toml::from_str(text).expect("TOML");
            assert_eq!(is_valid(&schema(), &value), expected, "{text}");
            assert_eq!(is_taken(text), expected, "{text}");
        }
    }
}
