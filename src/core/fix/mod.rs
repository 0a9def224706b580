//! Makes the edits of a repair in a configuration's text, and leaves everything else as it is:
//! comments, order, indentation, line endings.

mod jsonc;
mod toml;

use crate::core::model::{Edit, Format};

/// Why an edit cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The configuration cannot be parsed.
    #[error("the configuration cannot be parsed")]
    Unparsed,
    /// There is nothing at the path, or something that such an edit cannot change.
    #[error("there is nothing to edit at `{0}`")]
    NotThere(String),
}

/// Makes edits, one after the other.
pub fn apply(format: Format, text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let edited = match format {
        Format::Toml => toml::apply(text, edits)?,
        Format::Json => jsonc::apply(text, edits)?,
        Format::Unknown => return Err(EditError::Unparsed),
    };
    Ok(with_line_endings_of(text, edited))
}

/// A file written on Windows stays one.
fn with_line_endings_of(original: &str, edited: String) -> String {
    if !original.contains("\r\n") {
        return edited;
    }
    edited.replace("\r\n", "\n").replace('\n', "\r\n")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn set(path: &str, value: Value) -> Edit {
        Edit::Set { path: path.into(), value }
    }

    fn toml(text: &str, edit: Edit) -> String {
        apply(Format::Toml, text, &[edit]).expect("an edit")
    }

    fn json(text: &str, edit: Edit) -> String {
        apply(Format::Json, text, &[edit]).expect("an edit")
    }

    #[test]
    fn a_key_is_set_where_it_stands() {
        let text = "# top\nname = \"Shop\" # why\n\n[vars]\nA = 1\n";
        assert_eq!(
            toml(text, set("name", json!("shop"))),
            "# top\nname = \"shop\" # why\n\n[vars]\nA = 1\n"
        );
        assert_eq!(
            toml(text, set("minify", json!(true))),
            "# top\nname = \"Shop\" # why\nminify = true\n\n[vars]\nA = 1\n"
        );
        let text = "{\n  // top\n  \"name\": \"Shop\", // why\n}\n";
        assert_eq!(
            json(text, set("name", json!("shop"))),
            "{\n  // top\n  \"name\": \"shop\", // why\n}\n"
        );
    }

    #[test]
    fn an_environment_gets_a_key() {
        let text = "[env.staging]\nname = \"a\"\n\n[env.staging.vars]\nA = 1\n";
        assert_eq!(
            toml(text, set("env.staging.routes", json!([]))),
            "[env.staging]\nname = \"a\"\nroutes = []\n\n[env.staging.vars]\nA = 1\n"
        );
        let text = "name = \"a\"\n\n[env.staging.vars]\nA = 1\n";
        let edited = toml(text, set("env.staging.routes", json!([])));
        assert_eq!(
            edited,
            "name = \"a\"\n\n[env.staging]\nroutes = []\n\n[env.staging.vars]\nA = 1\n"
        );
    }

    #[test]
    fn a_table_in_a_table_is_made() {
        let edited = toml("[env.staging]\n", set("env.staging.triggers", json!({ "crons": [] })));
        assert_eq!(edited, "[env.staging]\ntriggers = { crons = [] }\n");
        let edited = toml("name = \"a\"\n", set("migrations", json!([{ "tag": "v1" }])));
        assert_eq!(edited, "name = \"a\"\n\n[[migrations]]\ntag = \"v1\"\n");
    }

    #[test]
    fn keys_are_removed_and_renamed_in_place() {
        let text = "a = 1\nb = 2 # two\nc = 3\n";
        assert_eq!(toml(text, Edit::Remove { path: "b".into() }), "a = 1\nc = 3\n");
        let renamed = toml(text, Edit::Rename { path: "b".into(), to: "z".into() });
        assert_eq!(renamed, "a = 1\nz = 2 # two\nc = 3\n");
        let text = "{\n  \"a\": 1,\n  \"b\": 2, // two\n  \"c\": 3\n}\n";
        let renamed = json(text, Edit::Rename { path: "b".into(), to: "z".into() });
        assert_eq!(renamed, "{\n  \"a\": 1,\n  \"z\": 2, // two\n  \"c\": 3\n}\n");
        let removed = json(text, Edit::Remove { path: "c".into() });
        assert!(crate::core::config::jsonc::parse(&removed).is_ok(), "{removed}");
    }

    #[test]
    fn a_header_is_renamed_with_what_is_below() {
        let text = "[[kv_namespace]] # one\nbinding = \"A\"\n\n[[kv_namespace]]\nbinding = \"B\"\n";
        let renamed =
            toml(text, Edit::Rename { path: "kv_namespace".into(), to: "kv_namespaces".into() });
        assert_eq!(renamed, text.replace("kv_namespace", "kv_namespaces"));
    }

    #[test]
    fn lists_of_tables_are_entered() {
        let text = "[[queues.consumers]]\nqueue = \"a\"\nmax_retries = \"3\"\n";
        let edited = toml(text, set("queues.consumers[0].max_retries", json!(3)));
        assert_eq!(edited, text.replace("\"3\"", "3"));
        let text = "kv_namespaces = [{ bindng = \"A\" }] # all\n";
        let rename = Edit::Rename { path: "kv_namespaces[0].bindng".into(), to: "binding".into() };
        assert_eq!(toml(text, rename), text.replace("bindng", "binding"));
        let text = "kv_namespaces = [{ binding = \"A\" }, {binding=\"B\"}] # all\n";
        let edited = toml(text, set("kv_namespaces[0].id", json!("a1")));
        let edited = toml(&edited, set("kv_namespaces[1].id", json!("b2")));
        assert_eq!(
            edited,
            "kv_namespaces = [{ binding = \"A\", id = \"a1\" }, {binding=\"B\", id = \"b2\"}] # all\n"
        );
    }

    #[test]
    fn lists_grow_and_shrink() {
        let edited = toml(
            "flags = [\"a\"] # all\n",
            Edit::Append { path: "flags".into(), value: json!("b") },
        );
        assert_eq!(edited, "flags = [\"a\", \"b\"] # all\n");
        let edited = toml("a = [1, 2, 3]\n", Edit::Remove { path: "a[1]".into() });
        assert_eq!(edited, "a = [1, 3]\n");
        let edited = json("{ \"a\": [1, 2] }", Edit::Append { path: "a".into(), value: json!(3) });
        assert_eq!(edited, "{ \"a\": [1, 2, 3] }");
        let edited = json("{}", Edit::Append { path: "flags".into(), value: json!("b") });
        assert!(edited.contains("\"flags\""), "{edited}");
    }

    #[test]
    fn line_endings_stay() {
        let edited = toml("a = 1\r\nb = 2\r\n", set("c", json!(3)));
        assert_eq!(edited, "a = 1\r\nb = 2\r\nc = 3\r\n");
    }

    #[test]
    fn what_is_not_there_is_refused() {
        let edit = Edit::Remove { path: "x.y".into() };
        assert!(apply(Format::Toml, "a = 1\n", std::slice::from_ref(&edit)).is_err());
        assert!(apply(Format::Json, "{}", &[edit]).is_err());
    }
}
