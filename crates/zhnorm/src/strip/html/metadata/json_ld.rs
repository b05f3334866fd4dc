//! The objects that a page describes in JSON-LD.

use serde_json::Value;

use super::names::is_name;

/// Objects in objects are looked for so deep.
const DEEPEST: usize = 4;

/// The objects of a page's JSON-LD, that of the article first.
#[derive(Default)]
pub(in super::super) struct JsonLd(Vec<Value>);

impl JsonLd {
    pub(in super::super) fn new(blocks: &[String]) -> Self {
        let mut objects = Vec::new();
        for block in blocks {
            if let Some(value) = parsed(block) {
                gather(value, DEEPEST, &mut objects);
            }
        }
        // A page also describes its site and its path.
        let is_article = |object: &Value| object.get("headline").is_some();
        objects.sort_by_key(|object| !is_article(object));
        Self(objects)
    }

    pub(in super::super) fn text(&self, field: &str) -> Option<String> {
        self.0
            .iter()
            .find_map(|object| object[field].as_str())
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    /// An address, told as such or as that of an object.
    pub(super) fn address(&self, field: &str) -> Option<String> {
        let told = |object: &Value| {
            let value = &object[field];
            value
                .as_str()
                .or_else(|| value["@id"].as_str())
                .map(str::to_owned)
        };
        self.0.iter().find_map(told)
    }

    /// The name of a person or an organisation, or of the first of several.
    pub(in super::super) fn name(&self, field: &str) -> Option<String> {
        self.names(field).into_iter().next()
    }

    /// The names of all people of a field.
    pub(super) fn people(&self, field: &str) -> Option<String> {
        let mut names = self.names(field);
        names.retain(|name| is_name(name));
        names.dedup();
        (!names.is_empty()).then(|| names.join("、"))
    }

    /// The names in a field of the first object that has some.
    fn names(&self, field: &str) -> Vec<String> {
        let of = |object: &Value| {
            let mut names = Vec::new();
            self.name_values(&object[field], &mut names);
            names
        };
        let mut objects = self.0.iter().map(of);
        objects.find(|names| !names.is_empty()).unwrap_or_default()
    }

    fn name_values(&self, value: &Value, names: &mut Vec<String>) {
        match value {
            Value::String(name) if !name.trim().is_empty() => names.push(name.trim().to_owned()),
            Value::Array(list) => {
                for value in list {
                    self.name_values(value, names);
                }
            }
            Value::Object(_) => {
                // Another object may hold the name.
                let holder = if value["name"].is_null() {
                    let is_same = |object: &&Value| object["@id"] == value["@id"];
                    let other = self.0.iter().filter(|_| value["@id"].is_string());
                    other.into_iter().find(is_same).unwrap_or(value)
                } else {
                    value
                };
                let name = holder["name"].as_str().map(str::trim);
                names.extend(name.filter(|name| !name.is_empty()).map(str::to_owned));
            }
            _ => {}
        }
    }
}

/// A block as a value. Programs that write pages put line ends into strings, and the whole into a
/// comment.
fn parsed(block: &str) -> Option<Value> {
    let start = block.find(['{', '['])?;
    let end = block.rfind(['}', ']'])? + 1;
    let inner = block.get(start..end)?;
    let plain = || inner.replace(|char: char| char.is_control(), " ");
    serde_json::from_str(inner)
        .or_else(|_| serde_json::from_str(&plain()))
        .ok()
}

/// Takes all objects out of lists, graphs and what describes a page.
fn gather(value: Value, depth: usize, objects: &mut Vec<Value>) {
    match value {
        Value::Array(list) => {
            for value in list {
                gather(value, depth, objects);
            }
        }
        Value::Object(ref map) => {
            let inner: Vec<Value> = ["@graph", "mainEntity"]
                .iter()
                .filter_map(|field| map.get(*field).cloned())
                .collect();
            objects.push(value);
            if depth > 0 {
                for value in inner {
                    gather(value, depth - 1, objects);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_ld_names_people_in_several_ways() {
        let of = |author: &str| {
            let block = format!("{{\"@graph\": [{{\"headline\": \"雪\", \"author\": {author}}}]}}");
            JsonLd::new(&[block]).people("author")
        };
        assert_eq!(of("\"王小明\""), Some("王小明".into()));
        assert_eq!(of("{\"name\": \"王小明\"}"), Some("王小明".into()));
        assert_eq!(
            of("[{\"name\": \"王小明\"}, \"李红\"]"),
            Some("王小明、李红".into())
        );
        assert_eq!(of("{\"@id\": \"#p\"}"), None);
        assert_eq!(JsonLd::new(&["{".into()]).name("author"), None);
    }

    #[test]
    fn objects_refer_to_each_other_and_blocks_are_broken() {
        let block = "<!-- [{\"@graph\": [{\"headline\": \"雪\n后\", \"author\": {\"@id\": \"#p\"}}, \
                     {\"@id\": \"#p\", \"name\": \"王小明\"}]}] -->";
        let ld = JsonLd::new(&[block.into()]);
        assert_eq!(ld.people("author").as_deref(), Some("王小明"));
        assert_eq!(ld.text("headline").as_deref(), Some("雪 后"));
    }
}
