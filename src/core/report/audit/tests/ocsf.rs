//! What OCSF asks of an event of the class API Activity, and of the objects in it: the attributes that
//! we use, which of them it requires, and which values they may have. Written down from the published
//! schema (`events/application/api_activity.json`, `objects/*.json` and `profiles/cloud.json` of
//! github.com/ocsf/ocsf-schema), which is not at hand here as a whole.

use serde_json::Value;

/// An object of the schema.
struct Object {
    /// Where it stands in the event.
    at: &'static str,
    /// Attributes that it must have.
    required: &'static [&'static str],
    /// Attributes that it may have, of those that we use. None of them is deprecated in 1.3.0.
    allowed: &'static [&'static str],
    /// Of these it must have one.
    one_of: &'static [&'static str],
}

const OBJECTS: [Object; 9] = [
    Object {
        at: "",
        required: &[
            "activity_id",
            "actor",
            "api",
            "category_uid",
            "class_uid",
            "cloud",
            "metadata",
            "severity_id",
            "src_endpoint",
            "time",
            "type_uid",
        ],
        allowed: &[
            "activity_name",
            "category_name",
            "class_name",
            "resources",
            "severity",
            "status",
            "status_id",
            "type_name",
            "unmapped",
        ],
        one_of: &[],
    },
    Object { at: "/actor", required: &[], allowed: &[], one_of: &["app_name", "user"] },
    Object { at: "/actor/user", required: &[], allowed: &["domain"], one_of: &["name", "uid"] },
    Object { at: "/api", required: &["operation"], allowed: &["service"], one_of: &[] },
    Object { at: "/cloud", required: &["provider"], allowed: &["account"], one_of: &[] },
    Object {
        at: "/metadata",
        required: &["product", "version"],
        allowed: &["profiles", "sequence", "uid"],
        one_of: &[],
    },
    Object {
        at: "/metadata/product",
        required: &["vendor_name"],
        allowed: &["version"],
        one_of: &["name", "uid"],
    },
    Object { at: "/src_endpoint", required: &[], allowed: &[], one_of: &["svc_name"] },
    Object { at: "/api/service", required: &[], allowed: &[], one_of: &["name", "uid"] },
];

/// Which numbers an attribute may be.
const NUMBERS: [(&str, &[u64]); 5] = [
    ("activity_id", &[0, 1, 2, 3, 4, 99]),
    ("severity_id", &[0, 1, 2, 3, 4, 5, 6, 99]),
    ("status_id", &[0, 1, 2, 99]),
    ("class_uid", &[6003]),
    ("category_uid", &[6]),
];

/// What is wrong with an event.
pub(super) fn faults(event: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    for Object { at, required, allowed, one_of } in OBJECTS {
        let Some(object) = event.pointer(at).and_then(Value::as_object) else { continue };
        let lacking = required.iter().filter(|name| !object.contains_key(**name));
        faults.extend(lacking.map(|name| format!("{at} lacks {name}")));
        if !one_of.is_empty() && !one_of.iter().any(|name| object.contains_key(*name)) {
            faults.push(format!("{at} lacks one of {one_of:?}"));
        }
        let known = [required, allowed, one_of].concat();
        let strange = object.keys().filter(|name| !known.contains(&name.as_str()));
        faults.extend(strange.map(|name| format!("{at} has {name}")));
        let empty = object.iter().filter(|(_, value)| **value == "");
        faults.extend(empty.map(|(name, _)| format!("{at}/{name} is empty")));
    }
    let number = |name: &str| event[name].as_u64();
    for (name, values) in NUMBERS {
        if number(name).is_none_or(|number| !values.contains(&number)) {
            faults.push(format!("{name} is {}", event[name]));
        }
    }
    let kind = number("class_uid").zip(number("activity_id"));
    if number("type_uid") != kind.map(|(class, activity)| class * 100 + activity) {
        faults.push(format!("type_uid is {}", event["type_uid"]));
    }
    if number("time").is_none_or(|millis| millis < 1_000_000_000_000) {
        faults.push("time is not in milliseconds".to_owned());
    }
    let resources = event["resources"].as_array().into_iter().flatten();
    let nameless = resources.filter(|one| one["name"].as_str().is_none_or(str::is_empty));
    faults.extend(nameless.map(|one| format!("a resource without a name: {one}")));
    faults
}
