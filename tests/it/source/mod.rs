//! What clodo understands of source code: small texts, and what it makes of them.

mod exports;
mod imports;
mod names;
mod reading;
mod texts;

use clodo::core::model::FileId;
use clodo::core::model::path::parent;
use clodo::core::source::{
    Entry, Exported, Graph, Handlers, Link, Module, Node, Origin, Resolver, SourceFacts, Specifier,
    Superclass, beyond,
};

/// The facts of files that stand side by side; the first is the entry point.
fn facts(files: &[(&str, &str)]) -> SourceFacts {
    let modules: Vec<Module> = files.iter().map(|(path, text)| Module::parse(path, text)).collect();
    let look = |path: &str| match files.iter().any(|(file, _)| *file == path) {
        true => Entry::File,
        false if files.iter().any(|(file, _)| file.starts_with(&format!("{path}/"))) => {
            Entry::Folder
        }
        false => Entry::Nothing,
    };
    let resolver = Resolver { look: &look };
    let nodes = files.iter().zip(&modules).enumerate().map(|(index, ((path, _), module))| {
        let links = module.imports.iter().map(|import| match Specifier::of(&import.specifier) {
            Specifier::Path(to) => match resolver.path(parent(path), to) {
                Some(found) => match files.iter().position(|(file, _)| *file == found) {
                    Some(index) if Module::can_read(&found) => Link::Module(index),
                    _ => Link::Other,
                },
                None => Link::Missing { generated: false },
            },
            other => beyond(other),
        });
        let file = FileId(u32::try_from(index).expect("few files"));
        Node { file, module, links: links.collect(), types: false }
    });
    let graph = Graph { nodes: nodes.collect(), truncated: false };
    SourceFacts::of(&graph, Origin::Handwritten).expect("there is an entry point")
}

fn one(path: &str, text: &str) -> SourceFacts {
    facts(&[(path, text)])
}

fn handlers(facts: &SourceFacts) -> String {
    match &facts.handlers {
        Handlers::Unsure => "unsure".into(),
        Handlers::Known(names) => names.iter().map(|n| &**n).collect::<Vec<_>>().join(" "),
    }
}

fn exports(facts: &SourceFacts) -> String {
    let mut list: Vec<String> = facts
        .exports
        .iter()
        .map(|(name, export)| match &export.value {
            Exported::Class(class) => match &class.extends {
                Superclass::Nothing => format!("{name}:class"),
                Superclass::Runtime(of) => format!("{name}:{of}"),
                Superclass::Other(of) => format!("{name}:other {of}"),
            },
            Exported::Function => format!("{name}:function"),
            Exported::Value(_) => format!("{name}:value"),
            Exported::From { .. } => format!("{name}:from"),
        })
        .collect();
    if !facts.exports_complete {
        list.push("…".into());
    }
    list.join(", ")
}
