//! What the main module offers, as far as its text says.

use std::thread;

use super::form::Form;
use crate::core::source::{Exported, Handlers, Module};
use crate::server::sandbox::envelope::ApiError;
use crate::server::sandbox::errors::INVALID_UPLOAD;

/// What is known of the code.
#[derive(Default)]
pub(super) struct Code {
    /// The event handlers of the default export, where they can be told.
    pub(super) handlers: Vec<String>,
    /// The names that it exports, where they can be told.
    exports: Option<Vec<String>>,
}

impl Code {
    /// Whether it certainly does not export a name.
    pub(super) fn lacks(&self, name: &str) -> bool {
        self.exports.as_ref().is_some_and(|names| !names.iter().any(|known| known == name))
    }
}

/// Reads the main module of an upload.
pub(super) fn read(form: &Form) -> Result<Code, ApiError> {
    let metadata = &form.metadata;
    let Some(main) = metadata.main_module.as_ref().or(metadata.body_part.as_ref()) else {
        return match metadata.assets {
            Some(_) => Ok(Code::default()),
            None => Err(INVALID_UPLOAD.saying("The metadata names no main module.")),
        };
    };
    let part = form.parts.iter().find(|part| part.name == *main);
    let part = part.ok_or_else(|| INVALID_UPLOAD.saying(format!("No such module \"{main}\".")))?;
    if metadata.body_part.is_some() || !part.content_type.contains("javascript+module") {
        return Ok(Code::default());
    }
    let text = String::from_utf8_lossy(&part.bytes);
    // What nobody can read offers nothing that is known; the runtime may still take it.
    let Some(module) = parse(&text) else { return Ok(Code::default()) };
    if let Some(error) = module.syntax {
        return Err(INVALID_UPLOAD.saying(format!("Uncaught SyntaxError: {}", error.message)));
    }
    let handlers = match module.exports.names.get("default").map(|export| &export.value) {
        Some(Exported::Value(Handlers::Known(names))) => {
            names.iter().map(|name| name.to_string()).collect()
        }
        _ => Vec::new(),
    };
    let is_complete = module.exports.stars.is_empty() && !module.exports.commonjs;
    let exports = module.exports.names.keys().map(|name| name.to_string()).collect();
    Ok(Code { handlers, exports: is_complete.then_some(exports) })
}

/// What a thread needs beside what parsing takes, in bytes.
const MARGIN: usize = 1 << 20;

/// Parses a module with as much stack as it takes, which the threads of the server do not have.
/// Nothing where it is nested deeper than is worth reading.
fn parse(text: &str) -> Option<Module> {
    let stack = Module::stack(text)?;
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(stack + MARGIN);
        let parse = || Module::parse_within(stack, "main.mjs", text);
        builder.spawn_scoped(scope, parse).ok()?.join().ok()
    })
}
