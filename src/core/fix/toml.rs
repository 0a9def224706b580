//! Edits in TOML, with toml_edit.

use serde_json::Value;
use toml_edit::{
    Array, ArrayOfTables, Decor, DocumentMut, InlineTable, Item, Key, Table, TableLike,
};

use super::EditError;
use crate::core::model::{Edit, Step, steps};

pub(super) fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut document: DocumentMut = text.parse().map_err(|_| EditError::Unparsed)?;
    for edit in edits {
        make(&mut document, edit).ok_or_else(|| EditError::NotThere(edit.path().to_owned()))?;
    }
    Ok(document.to_string())
}

/// A place in a document that holds other values.
enum Place<'d> {
    Table(&'d mut Table),
    Inline(&'d mut InlineTable),
    Array(&'d mut Array),
    Tables(&'d mut ArrayOfTables),
}

impl<'d> Place<'d> {
    fn of_item(item: &'d mut Item) -> Option<Self> {
        match item {
            Item::Table(table) => Some(Self::Table(table)),
            Item::ArrayOfTables(tables) => Some(Self::Tables(tables)),
            Item::Value(value) => Self::of_value(value),
            Item::None => None,
        }
    }

    fn of_value(value: &'d mut toml_edit::Value) -> Option<Self> {
        match value {
            toml_edit::Value::Array(array) => Some(Self::Array(array)),
            toml_edit::Value::InlineTable(table) => Some(Self::Inline(table)),
            _ => None,
        }
    }

    fn enter(self, step: &Step) -> Option<Self> {
        match (self, step) {
            (Self::Table(table), Step::Key(key)) => Self::of_item(table.get_mut(key)?),
            (Self::Inline(table), Step::Key(key)) => Self::of_value(table.get_mut(key)?),
            (Self::Array(array), Step::Index(index)) => Self::of_value(array.get_mut(*index)?),
            (Self::Tables(tables), Step::Index(index)) => tables.get_mut(*index).map(Self::Table),
            _ => None,
        }
    }

    fn into_table_like(self) -> Option<&'d mut dyn TableLike> {
        match self {
            Self::Table(table) => Some(table),
            Self::Inline(table) => Some(table),
            Self::Array(_) | Self::Tables(_) => None,
        }
    }
}

fn make(document: &mut DocumentMut, edit: &Edit) -> Option<()> {
    let steps = steps(edit.path())?;
    let (last, above) = steps.split_last()?;
    let parent = above.iter().try_fold(Place::Table(document.as_table_mut()), Place::enter)?;
    match (edit, last) {
        (Edit::Set { value, .. }, Step::Key(key)) => set(parent, key, value),
        (Edit::Set { value, .. }, Step::Index(index)) => {
            let Place::Array(array) = parent else { return None };
            replace(array.get_mut(*index)?, value)
        }
        (Edit::Append { value, .. }, Step::Key(key)) => append(parent, key, value),
        (Edit::Remove { .. }, Step::Key(key)) => parent.into_table_like()?.remove(key).map(drop),
        (Edit::Remove { .. }, Step::Index(index)) => remove_item(parent, *index),
        (Edit::Rename { to, .. }, Step::Key(key)) => rename(parent.into_table_like()?, key, to),
        (Edit::Append { .. } | Edit::Rename { .. }, Step::Index(_)) => None,
    }
}

/// Puts a value where another one was, with its comments and spaces.
fn replace(old: &mut toml_edit::Value, new: &Value) -> Option<()> {
    let mut new = inline(new)?;
    *new.decor_mut() = old.decor().clone();
    *old = new;
    Some(())
}

fn set(parent: Place<'_>, key: &str, value: &Value) -> Option<()> {
    let table = match parent {
        Place::Table(table) => table,
        Place::Inline(table) => {
            return match table.get_mut(key) {
                Some(old) => replace(old, value),
                None => insert(table, key, inline(value)?),
            };
        }
        Place::Array(_) | Place::Tables(_) => return None,
    };
    if let Some(old) = table.get_mut(key).and_then(Item::as_value_mut) {
        return replace(old, value);
    }
    let item = match value {
        Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_object) => {
            let mut tables = ArrayOfTables::new();
            for item in items {
                tables.push(header_table(item)?);
            }
            if let Some(first) = tables.get_mut(0) {
                first.decor_mut().set_prefix("\n");
            }
            Item::ArrayOfTables(tables)
        }
        _ => Item::Value(inline(value)?),
    };
    show_header(table, item.is_value());
    table.insert(key, item);
    Some(())
}

/// Adds a key to an inline table. The space before the brace goes with the last value.
fn insert(table: &mut InlineTable, key: &str, mut value: toml_edit::Value) -> Option<()> {
    if let Some((_, last)) = table.iter_mut().last()
        && let Some(space) = last.decor().suffix().cloned()
    {
        last.decor_mut().set_suffix("");
        *value.decor_mut() = Decor::new(" ", space);
    }
    table.insert(key, value);
    Some(())
}

/// A JSON object as a table with a header of its own.
fn header_table(value: &Value) -> Option<Table> {
    Some(inline(value)?.as_inline_table()?.clone().into_table())
}

/// A table that only has tables in it has no header of its own; a key needs one.
fn show_header(table: &mut Table, needs_one: bool) {
    if needs_one && table.is_implicit() {
        table.set_implicit(false);
        let first = table.iter().filter_map(|(_, item)| first_position(item)).min();
        if let Some(position) = first {
            table.set_position(Some(position));
        }
        table.decor_mut().set_prefix("\n");
    }
}

fn first_position(item: &Item) -> Option<isize> {
    match item {
        Item::Table(table) => table
            .position()
            .into_iter()
            .chain(table.iter().filter_map(|(_, item)| first_position(item)))
            .min(),
        Item::ArrayOfTables(tables) => tables.iter().filter_map(Table::position).min(),
        _ => None,
    }
}

fn append(parent: Place<'_>, key: &str, value: &Value) -> Option<()> {
    let mut parent = parent;
    let list = match &mut parent {
        Place::Table(table) => table.get_mut(key).and_then(Place::of_item),
        Place::Inline(table) => table.get_mut(key).and_then(Place::of_value),
        Place::Array(_) | Place::Tables(_) => return None,
    };
    match list {
        Some(Place::Array(array)) => array.push(inline(value)?),
        Some(Place::Tables(tables)) => tables.push(header_table(value)?),
        Some(Place::Table(_) | Place::Inline(_)) => return None,
        None => return set(parent, key, &Value::Array(vec![value.clone()])),
    }
    Some(())
}

fn remove_item(list: Place<'_>, index: usize) -> Option<()> {
    match list {
        Place::Tables(tables) => (index < tables.len()).then(|| tables.remove(index)).map(drop),
        Place::Array(array) => (index < array.len()).then(|| array.remove(index)).map(drop),
        Place::Table(_) | Place::Inline(_) => None,
    }
}

/// Gives a key another name, in its place and with its comments.
fn rename(table: &mut dyn TableLike, from: &str, to: &str) -> Option<()> {
    if !table.contains_key(from) || table.contains_key(to) {
        return None;
    }
    let order: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    // Taking everything out and putting it back is the way to keep the order.
    for name in order {
        let key: Option<Key> = table.key(&name).cloned();
        let item = table.remove(&name)?;
        let new = if name == from { to } else { &name };
        table.insert(new, item);
        if let (Some(old), Some(mut key)) = (key, table.key_mut(new)) {
            *key.leaf_decor_mut() = old.leaf_decor().clone();
            *key.dotted_decor_mut() = old.dotted_decor().clone();
        }
    }
    Some(())
}

/// A JSON value as TOML that stands on one line. TOML has no null.
fn inline(value: &Value) -> Option<toml_edit::Value> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => integer.into(),
            None => number.as_f64()?.into(),
        },
        Value::String(text) => text.into(),
        Value::Array(items) => {
            let items = items.iter().map(inline).collect::<Option<Vec<_>>>()?;
            items.into_iter().collect::<Array>().into()
        }
        Value::Object(entries) => {
            let mut table = InlineTable::new();
            for (key, value) in entries {
                table.insert(key, inline(value)?);
            }
            table.into()
        }
    })
}
