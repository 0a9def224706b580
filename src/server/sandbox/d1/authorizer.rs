//! What a statement may touch.
//!
//! As workerd decides it (`SqliteDatabase::isAuthorized`, src/workerd/util/sqlite.c++). Which
//! functions it lets through is observed: every function of SQLite was called in workerd 1.20261117.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, Result};

use super::Error;
use crate::core::sql;

/// The beginning of names that are D1's own, in any case of letters.
const RESERVED: &str = "_cf_";

/// Functions that D1 lets through. The operators `->`, `LIKE`, `GLOB` and `MATCH` are functions, too;
/// `sqlite_…` is what `ALTER TABLE` calls.
const FUNCTIONS: &str = "-> ->> abs acos acosh asin asinh atan atan2 atanh avg bm25 ceil changes char \
    coalesce concat concat_ws cos cosh count cume_dist current_date current_time current_timestamp \
    date datetime degrees dense_rank exp first_value floor format glob group_concat hex highlight \
    ifnull iif instr json json_array json_array_length json_each json_extract json_group_array \
    json_group_object json_insert json_object json_patch json_quote json_remove json_replace \
    json_set json_tree json_type json_valid jsonb jsonb_array jsonb_extract jsonb_group_array \
    jsonb_group_object jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set \
    julianday lag last_insert_rowid last_value lead length like likelihood likely ln \
    load_extension log log2 lower ltrim match max min mod nth_value ntile nullif octet_length \
    percent_rank pi pow printf quote radians random randomblob rank replace round row_number \
    rtreecheck rtrim sign sin sinh snippet sqlite_add_constraint sqlite_drop_column \
    sqlite_rename_column sqlite_rename_quotefix sqlite_rename_table sqlite_rename_test sqrt \
    strftime string_agg substr substring sum tan tanh time timediff total total_changes trim trunc \
    typeof unhex unicode unixepoch unlikely upper zeroblob";

/// Modules of virtual tables that D1 lets through.
const MODULES: [&str; 4] = ["fts5", "fts5vocab", "rtree", "rtree_i32"];

/// Stands before a database and looks at every statement from outside.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// What is prepared now is not from outside.
    is_open: AtomicBool,
    /// The last refusal was because of a transaction.
    refused_transaction: AtomicBool,
}

impl Gate {
    pub(super) fn before(connection: &mut Connection) -> Result<Arc<Self>> {
        let gate = Arc::new(Self::default());
        let asked = Arc::clone(&gate);
        connection.authorizer(Some(move |context: AuthContext<'_>| asked.ask(context)))?;
        Ok(gate)
    }

    pub(super) fn open(&self) {
        self.is_open.store(true, Ordering::Relaxed);
    }

    pub(super) fn close(&self) {
        self.is_open.store(false, Ordering::Relaxed);
    }

    fn ask(&self, context: AuthContext<'_>) -> Authorization {
        if self.is_open.load(Ordering::Relaxed) || is_allowed(context) {
            return Authorization::Allow;
        }
        let transaction =
            matches!(context.action, AuthAction::Transaction { .. } | AuthAction::Savepoint { .. });
        self.refused_transaction.store(transaction, Ordering::Relaxed);
        Authorization::Deny
    }

    /// The better words for an error that the gate made SQLite give.
    pub(super) fn explain(&self, error: Error) -> Error {
        if self.refused_transaction.swap(false, Ordering::Relaxed) {
            Error::no_transactions()
        } else {
            error
        }
    }
}

fn is_allowed(context: AuthContext<'_>) -> bool {
    let database = match context.action {
        AuthAction::AlterTable { database_name, .. } => Some(database_name),
        _ => context.database_name,
    };
    match database {
        None | Some("main") => {}
        Some("temp") => {
            return match context.action {
                AuthAction::Read { table_name, .. } | AuthAction::Update { table_name, .. } => {
                    is_free(table_name)
                }
                _ => false,
            };
        }
        Some(_) => return false,
    }
    match context.action {
        AuthAction::Select | AuthAction::Recursive | AuthAction::Analyze { .. } => true,
        AuthAction::CreateTable { table_name }
        | AuthAction::DropTable { table_name }
        | AuthAction::Insert { table_name }
        | AuthAction::Delete { table_name }
        | AuthAction::AlterTable { table_name, .. }
        | AuthAction::Read { table_name, .. }
        | AuthAction::Update { table_name, .. } => is_free(table_name),
        AuthAction::CreateView { view_name } | AuthAction::DropView { view_name } => {
            is_free(view_name)
        }
        AuthAction::Reindex { index_name } => is_free(index_name),
        AuthAction::CreateIndex { index_name, table_name }
        | AuthAction::DropIndex { index_name, table_name } => {
            is_free(index_name) && is_free(table_name)
        }
        AuthAction::CreateTrigger { trigger_name, table_name }
        | AuthAction::DropTrigger { trigger_name, table_name } => {
            is_free(trigger_name) && is_free(table_name)
        }
        AuthAction::CreateVtable { table_name, module_name }
        | AuthAction::DropVtable { table_name, module_name } => {
            is_free(table_name)
                && MODULES.iter().any(|module| module.eq_ignore_ascii_case(module_name))
        }
        AuthAction::Function { function_name } => FUNCTIONS
            .split_ascii_whitespace()
            .any(|function| function.eq_ignore_ascii_case(function_name)),
        AuthAction::Pragma { pragma_name, pragma_value } => pragma(pragma_name, pragma_value),
        _ => false,
    }
}

/// Whether a name is not D1's own.
fn is_free(name: &str) -> bool {
    name.get(..RESERVED.len()).is_none_or(|start| !start.eq_ignore_ascii_case(RESERVED))
}

/// Whether a statement gives a table a name that is D1's own. SQLite asks the authorizer about the old
/// name only.
pub(super) fn renames_to_reserved(text: &str) -> bool {
    let statements = sql::statements(text);
    let renamed = statements.first().and_then(|statement| {
        let (_, rest) = sql::name(statement.after(&["ALTER", "TABLE"])?)?;
        sql::name(sql::after(rest, &["RENAME", "TO"])?)
    });
    renamed.is_some_and(|(name, _)| !is_free(&name))
}

/// Whether a PRAGMA is allowed with this value.
fn pragma(name: &str, value: Option<&str>) -> bool {
    match name.to_ascii_lowercase().as_str() {
        "table_list" => true,
        "data_version" | "page_size" => value.is_none(),
        "case_sensitive_like"
        | "defer_foreign_keys"
        | "foreign_keys"
        | "ignore_check_constraints"
        | "legacy_alter_table"
        | "recursive_triggers"
        | "reverse_unordered_selects" => value.is_none_or(is_boolean),
        "foreign_key_list" | "index_info" | "index_list" | "index_xinfo" | "table_info"
        | "table_xinfo" => value.is_some_and(is_free),
        "foreign_key_check" => value.is_none_or(is_free),
        "quick_check" => value.is_none_or(is_free),
        "optimize" => value.is_none_or(is_mask),
        _ => false,
    }
}

/// Whether a value is a number, also one such as `0xfffe`.
fn is_mask(value: &str) -> bool {
    match value.strip_prefix("0x") {
        Some(digits) => i32::from_str_radix(digits, 16).is_ok(),
        None => value.parse::<i32>().is_ok(),
    }
}

/// Whether a value is one of SQLite's many words for yes and no. As in workerd, only its beginning
/// counts.
fn is_boolean(value: &str) -> bool {
    let quoted =
        ['\'', '"'].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    let value = quoted.unwrap_or(value).to_ascii_lowercase();
    ["true", "false", "yes", "no", "on", "off", "1", "0"].iter().any(|word| value.starts_with(word))
}
