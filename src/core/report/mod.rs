//! One file per output format. Every one of them renders the same [`Report`]; none knows a rule.

use crate::core::model::Report;
