//! The nouns: what clodo talks about, as plain data.

mod finding;
mod report;
mod service;
mod source;
mod value;
mod workspace;

pub use finding::{Evidence, Finding, Fix, Place, Severity, WranglerSays};
pub use report::{
    BindingReport, Coverage, EnvironmentReport, Gap, Report, ServiceReport, Summary,
};
pub use service::{ConfigFile, Format, Kind, Redirect, Service};
pub use source::{FileId, Lines, Position, Source, Span, SyntaxError};
pub use value::{Data, Entry, Object, Value};
pub use workspace::{ImagePath, SideFile, Skipped, Workspace, WranglerVersion};
