//! What a Worker's source code says about its deployment, as far as the text alone can tell.
//!
//! ```text
//! text ──▶ Module              one file's facts                        module.rs, nesting.rs
//!            imports              what it asks for                     imports.rs
//!            exports              what it offers, and which handlers   exports.rs
//!            env                  the names it reads from `env`        env_uses.rs, env_scope.rs,
//!                                                                      env_types.rs, handled.rs,
//!                                                                      shapes.rs
//!            startup              forbidden calls while it loads       startup.rs
//!          resolve.rs           where a specifier leads, as esbuild sees it
//! modules ──▶ SourceFacts       one Worker's facts, through its imports  graph.rs
//!          origin.rs            whether people or a tool wrote the entry point
//!          declared.rs          the names it relies on, against a configuration
//! ```
//!
//! Nothing here reads a file: `world::files` walks the imports. Parsing is done by oxc, a real
//! parser; nothing looks at code with patterns. What is not certain is said to be so
//! ([`Handlers::Unsure`], `complete: false`), and rules are then silent.

mod declared;
mod env_scope;
mod env_types;
mod env_uses;
mod exports;
mod graph;
mod handled;
mod imports;
mod module;
mod nesting;
mod origin;
mod resolve;
mod shapes;
mod span;
mod startup;

pub use declared::{Undeclared, required, undeclared};
pub use env_scope::How;
pub use env_types::{EnvType, EnvTypes};
pub use env_uses::{EnvUse, EnvUses};
pub use exports::{Class, Export, Exported, Exports, Handlers, Superclass};
pub use graph::{
    EnvFacts, Format, Graph, ImportFact, Link, Located, Node, SourceFacts, Sources, beyond,
};
pub use imports::{Import, Kind, Package, Specifier};
pub use module::Module;
pub use origin::Origin;
pub(crate) use origin::VITE;
pub use resolve::{Entry, Paths, Resolver};
pub use startup::Startup;
