//! Files to model: parsing with places, what Wrangler makes of the keys, and `clodo.yml`.

pub mod asset_rules;
pub mod builds;
pub mod clodo_yml;
pub mod credentials;
pub mod cron;
pub mod d1_damage;
pub mod d1_ledger;
pub mod d1_migrations;
pub mod discover;
pub mod dotenv;
pub mod ids;
pub mod jsonc;
pub mod limits;
pub mod lockfile;
pub mod placeholder;
pub mod shape;
pub mod toml;
pub mod wanted;
pub mod wanted_account;
pub mod wrangler;
pub mod yaml;
pub mod zones;

pub use crate::core::model::SyntaxError;
use crate::core::model::{Format, Span, Value};

/// Parses a configuration by its format. A file of unknown format is empty, as for Wrangler.
pub fn parse(format: Format, text: &str) -> Result<Value, SyntaxError> {
    match format {
        Format::Toml => toml::parse(text),
        Format::Json => jsonc::parse(text),
        Format::Unknown => Ok(Value {
            span: Span::default(),
            data: crate::core::model::Data::Object(Default::default()),
        }),
    }
}
