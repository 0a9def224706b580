//! The nouns: what clodo talks about, as plain data.

pub mod account;
mod actor;
pub mod context;
mod delivery;
pub mod deployment;
mod documents;
mod edit;
mod facts;
mod finding;
pub mod gate;
pub mod journal;
pub mod lock;
pub mod path;
mod protection;
mod report;
mod service;
mod source;
mod value;
mod workspace;

pub use actor::Actor;
pub use delivery::{Delivery, DeliveryReport, GateReport, PreviewReport};
pub use documents::{Document, DocumentKind, Documents};
pub use edit::{Edit, Step, steps};
pub use facts::{Asset, AssetFolder, DotEnv, DotEnvKey, Facts, Migration, PathKind};
pub use finding::{Evidence, Finding, Fix, Place, Severity, WranglerSays};
pub use protection::{Protection, Protections};
pub use report::{
    BindingReport, Coverage, EnvironmentReport, Gap, PlanReport, Report, ServiceReport, Sight,
    Summary, Unknown,
};
pub use service::{ConfigFile, Format, Kind, Redirect, Service};
pub use source::{FileId, Lines, Position, Source, Span, SyntaxError};
pub use value::{Data, Entry, Object, Value};
pub use workspace::{SideFile, Skipped, Workspace, WranglerVersion};
