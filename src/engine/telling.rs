//! Problems of planning and applying as people read them: at a place in the configuration, and with the names of nouns.

use crate::address::InstanceAddress;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::Program;
use crate::link::display::Display;

/// The problems with a place for each that is about an instance and has none: the block it is an instance of.
pub(super) fn told(program: &Program, diagnostics: Diagnostics) -> Diagnostics {
    let display = Display::new(&program.configuration);
    let tell = |diagnostic| display.diagnostic(placed(program, diagnostic));
    diagnostics.into_iter().map(tell).collect()
}

fn placed(program: &Program, diagnostic: Diagnostic) -> Diagnostic {
    if diagnostic.primary.is_some() {
        return diagnostic;
    }
    let address = diagnostic
        .address
        .as_deref()
        .and_then(|address| address.parse().ok());
    let span = address.and_then(|address: InstanceAddress| {
        let module = program.configuration.module(&address.module.path())?;
        Some(module.resources.get(&address.resource)?.span)
    });
    match span {
        Some(span) => diagnostic.at(span),
        None => diagnostic,
    }
}
