//! The mathematical functions of SQLite, which D1's has and the bundled one is built without.
//!
//! <https://www.sqlite.org/lang_mathfunc.html>. What is no number, and what has no result, is NULL.
//! D1 lets some of them not through: that is the [`authorizer`](super::authorizer)'s to say.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Result};

const FLAGS: FunctionFlags = FunctionFlags::SQLITE_UTF8
    .union(FunctionFlags::SQLITE_DETERMINISTIC)
    .union(FunctionFlags::SQLITE_INNOCUOUS);

type OfOne = (&'static str, fn(f64) -> f64);
type OfTwo = (&'static str, fn(f64, f64) -> f64);

/// Functions of one number.
const OF_ONE: [OfOne; 21] = [
    ("acos", f64::acos),
    ("acosh", f64::acosh),
    ("asin", f64::asin),
    ("asinh", f64::asinh),
    ("atan", f64::atan),
    ("atanh", f64::atanh),
    ("cos", f64::cos),
    ("cosh", f64::cosh),
    ("degrees", f64::to_degrees),
    ("exp", f64::exp),
    ("ln", positive_ln),
    ("log", positive_log10),
    ("log10", positive_log10),
    ("log2", positive_log2),
    ("radians", f64::to_radians),
    ("sin", f64::sin),
    ("sinh", f64::sinh),
    ("sqrt", f64::sqrt),
    ("tan", f64::tan),
    ("tanh", f64::tanh),
    ("pi", |_| std::f64::consts::PI),
];

/// Functions that leave an integer as it is.
const ROUNDING: [OfOne; 4] =
    [("ceil", f64::ceil), ("ceiling", f64::ceil), ("floor", f64::floor), ("trunc", f64::trunc)];

/// Functions of two numbers.
const OF_TWO: [OfTwo; 5] = [
    ("atan2", f64::atan2),
    ("log", |base, x| positive_ln(x) / positive_ln(base)),
    ("mod", |x, y| x % y),
    ("pow", f64::powf),
    ("power", f64::powf),
];

pub(super) fn add(connection: &Connection) -> Result<()> {
    for (name, of) in OF_ONE {
        let arguments = if name == "pi" { 0 } else { 1 };
        connection.create_scalar_function(name, arguments, FLAGS, move |context| {
            let x = if context.is_empty() { Some(0.0) } else { number(context, 0) };
            Ok(x.map(of).filter(|result| !result.is_nan()))
        })?;
    }
    for (name, of) in ROUNDING {
        connection.create_scalar_function(name, 1, FLAGS, move |context| {
            Ok(match context.get_raw(0) {
                ValueRef::Integer(integer) => Value::Integer(integer),
                _ => number(context, 0).map_or(Value::Null, |x| Value::Real(of(x))),
            })
        })?;
    }
    for (name, of) in OF_TWO {
        connection.create_scalar_function(name, 2, FLAGS, move |context| {
            let both = number(context, 0).zip(number(context, 1));
            Ok(both.map(|(x, y)| of(x, y)).filter(|result| !result.is_nan()))
        })?;
    }
    Ok(())
}

/// An argument, if it is a number or a text that reads as one.
fn number(context: &Context<'_>, at: usize) -> Option<f64> {
    match context.get_raw(at) {
        #[expect(clippy::cast_precision_loss)]
        ValueRef::Integer(integer) => Some(integer as f64),
        ValueRef::Real(real) => Some(real),
        ValueRef::Text(text) => std::str::from_utf8(text).ok()?.trim().parse().ok(),
        ValueRef::Null | ValueRef::Blob(_) => None,
    }
}

/// A logarithm of zero is NULL, not minus infinity.
fn positive(x: f64) -> f64 {
    if x > 0.0 { x } else { f64::NAN }
}

fn positive_ln(x: f64) -> f64 {
    positive(x).ln()
}

fn positive_log2(x: f64) -> f64 {
    positive(x).log2()
}

fn positive_log10(x: f64) -> f64 {
    positive(x).log10()
}
