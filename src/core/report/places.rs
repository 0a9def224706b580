//! Where findings stand, in lines and columns.

use std::cell::OnceCell;

use crate::core::model::{Finding, Lines, Place, Position, Report};

/// The file that stands for the project as a whole: most formats want a file for every finding,
/// and this is where a project settles what concerns all of it. It need not exist.
const PROJECT_FILE: &str = "clodo.yml";

/// Turns places into lines and columns, and reads each file for that once.
pub(super) struct Places<'a> {
    report: &'a Report,
    lines: Vec<OnceCell<Lines<'a>>>,
}

/// A place in lines and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region<'a> {
    /// The file's path.
    pub(super) path: &'a str,
    /// Where it starts.
    pub(super) start: Position,
    /// Where it ends: the position after its last character.
    pub(super) end: Position,
}

impl<'a> Places<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        Self { report, lines: report.files.iter().map(|_| OnceCell::new()).collect() }
    }

    /// The region of a place; `None` where the report does not have the file.
    pub(super) fn region(&self, place: Place) -> Option<Region<'a>> {
        let index = place.file.0 as usize;
        let file = self.report.files.get(index)?;
        let lines = self.lines.get(index)?.get_or_init(|| file.lines());
        let start = lines.position(place.span.start);
        let end = lines.position(place.span.end.max(place.span.start));
        Some(Region { path: &file.path, start, end })
    }

    /// The region of a finding, if it has a place.
    pub(super) fn of(&self, finding: &Finding) -> Option<Region<'a>> {
        self.region(finding.place?)
    }

    /// The region of a finding; without a place, the start of the file that stands for its
    /// service, or for the project.
    pub(super) fn or_start(&self, finding: &Finding) -> Region<'a> {
        self.of(finding).unwrap_or_else(|| {
            let start = Position { line: 1, column: 1 };
            Region { path: self.config_of(finding).unwrap_or(PROJECT_FILE), start, end: start }
        })
    }

    /// The path of the configuration of a finding's service.
    pub(super) fn config_of(&self, finding: &Finding) -> Option<&'a str> {
        let name = finding.service.as_deref()?;
        let service = self.report.services.iter().find(|service| service.name == name)?;
        Some(&service.config)
    }
}
