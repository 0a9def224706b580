//! Lists for people: columns.

/// How wide a column gets at most: whoever chooses a longer name does not move all the others.
const WIDEST: usize = 100;

/// Columns, as wide as they must be.
pub(super) fn table<const N: usize>(rows: Vec<[String; N]>) -> String {
    let length = |cell: &String| cell.chars().count();
    let width = |at: usize| rows.iter().map(|row| length(&row[at])).max().unwrap_or(0).min(WIDEST);
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}
