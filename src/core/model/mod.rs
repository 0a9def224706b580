//! The nouns: what clodo talks about, as plain data.

mod facts;
mod edit;
mod finding;
mod report;
mod service;
mod source;
mod value;
mod workspace;

pub use facts::{
    Asset, AssetFolder, Document, DocumentKind, DotEnv, DotEnvKey, Facts, Migration, PathKind,
};
pub use edit::{Edit, Step, steps};
pub use finding::{Evidence, Finding, Fix, Place, Severity, WranglerSays};
pub use report::{
    BindingReport, Coverage, EnvironmentReport, Gap, Report, ServiceReport, Summary,
};
pub use service::{ConfigFile, Format, Kind, Redirect, Service};
pub use source::{FileId, Lines, Position, Source, Span, SyntaxError};
pub use value::{Data, Entry, Object, Value};
pub use workspace::{SideFile, Skipped, Workspace, WranglerVersion};
