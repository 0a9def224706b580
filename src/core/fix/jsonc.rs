//! Edits in JSON with comments, with the concrete syntax tree of jsonc-parser.

use jsonc_parser::cst::{CstInputValue, CstNode, CstObjectProp, CstRootNode};
use serde_json::Value;

use super::EditError;
use crate::core::config::jsonc::OPTIONS;
use crate::core::model::{Edit, Step, steps};

pub(super) fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let root = CstRootNode::parse(text, &OPTIONS).map_err(|_| EditError::Unparsed)?;
    for edit in edits {
        make(&root, edit).ok_or_else(|| EditError::NotThere(edit.path().to_owned()))?;
    }
    Ok(root.to_string())
}

fn make(root: &CstRootNode, edit: &Edit) -> Option<()> {
    let steps = steps(edit.path())?;
    let (last, above) = steps.split_last()?;
    let parent = above.iter().try_fold(root.value()?, descend)?;
    match last {
        Step::Key(key) => edit_property(&parent, key, edit),
        Step::Index(index) => {
            let item = parent.as_array()?.elements().into_iter().nth(*index)?;
            match edit {
                Edit::Set { value, .. } => replace(item, input(value)),
                Edit::Remove { .. } => item.remove(),
                Edit::Append { .. } | Edit::Rename { .. } => return None,
            }
            Some(())
        }
    }
}

fn descend(node: CstNode, step: &Step) -> Option<CstNode> {
    match step {
        Step::Key(key) => property(&node, key)?.value(),
        Step::Index(index) => node.as_array()?.elements().into_iter().nth(*index),
    }
}

/// The property of a name; where it stands twice, the last one, which counts.
fn property(node: &CstNode, key: &str) -> Option<CstObjectProp> {
    let named = |property: &CstObjectProp| property.decoded_name().as_deref() == Some(key);
    node.as_object()?.properties().into_iter().rfind(named)
}

fn edit_property(parent: &CstNode, key: &str, edit: &Edit) -> Option<()> {
    let object = parent.as_object()?;
    let present = property(parent, key);
    match (edit, present) {
        (Edit::Set { value, .. }, Some(property)) => property.set_value(input(value)),
        (Edit::Set { value, .. }, None) => drop(object.append(key, input(value))),
        (Edit::Append { value, .. }, Some(property)) => {
            property.array_value()?.append(input(value));
        }
        (Edit::Append { value, .. }, None) => {
            object.append(key, input(&Value::Array(vec![value.clone()])));
        }
        (Edit::Remove { .. }, Some(property)) => property.remove(),
        (Edit::Rename { to, .. }, Some(property)) => {
            let name = property.name()?.as_string_lit()?;
            name.set_raw_value(Value::from(to.as_str()).to_string());
        }
        (Edit::Remove { .. } | Edit::Rename { .. }, None) => return None,
    }
    Some(())
}

fn replace(node: CstNode, value: CstInputValue) {
    match node {
        CstNode::Container(container) => {
            if let Some(object) = container.as_object() {
                object.replace_with(value);
            } else if let Some(array) = container.as_array() {
                array.replace_with(value);
            }
        }
        CstNode::Leaf(_) => {
            if let Some(text) = node.as_string_lit() {
                text.replace_with(value);
            } else if let Some(number) = node.as_number_lit() {
                number.replace_with(value);
            } else if let Some(boolean) = node.as_boolean_lit() {
                boolean.replace_with(value);
            } else if let Some(null) = node.as_null_keyword() {
                null.replace_with(value);
            }
        }
    }
}

fn input(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(value) => CstInputValue::Bool(*value),
        Value::Number(number) => CstInputValue::Number(number.to_string()),
        Value::String(text) => CstInputValue::String(text.clone()),
        Value::Array(items) => CstInputValue::Array(items.iter().map(input).collect()),
        Value::Object(entries) => CstInputValue::Object(
            entries.iter().map(|(key, value)| (key.clone(), input(value))).collect(),
        ),
    }
}
