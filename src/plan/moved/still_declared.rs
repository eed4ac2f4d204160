//! Moves whose origin the configuration still has: the object could be meant by either address.

use super::pattern::{Keys, Pattern};
use super::statement::Statement;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::planner::Planner;
use crate::source::Span;

impl Planner<'_> {
    /// Reports each move from what is still declared. Runs when the instances of the configuration are known.
    pub(in crate::plan) fn moved_but_declared(&mut self) {
        let prior = self.prior;
        for statement in &prior.moves.statements {
            let (Some(span), Some(place)) = (statement.span, self.declared(&statement.from)) else {
                continue;
            };
            self.diagnostics.push(still_exists(statement, span, place));
        }
    }

    /// Where that which a pattern names is declared, if it is.
    fn declared(&self, pattern: &Pattern) -> Option<Span> {
        let configuration = &self.program.configuration;
        let path = pattern.path();
        match &pattern.resource {
            Some((name, keys)) => {
                let resource = configuration.module(&path)?.resources.get(name)?;
                let instance = || self.planned.iter().any(|address| pattern.matches(address));
                (*keys == Keys::Any || instance()).then_some(resource.span)
            }
            None => {
                let (call, (_, keys)) = (path.names().last()?, pattern.modules.last()?);
                let call = configuration.module(&path.parent()?)?.calls.get(call)?;
                let instances = self.evaluation.module_instances(&path).ok()?;
                let instance = || instances.iter().any(|module| pattern.leads_to(module));
                (*keys == Keys::Any || instance()).then_some(call.span)
            }
        }
    }
}

fn still_exists(statement: &Statement, span: Span, place: Span) -> Diagnostic {
    let (Statement { from, to, .. }, what) = match statement.from.resource {
        Some(_) => (statement, "resource"),
        None => (statement, "module"),
    };
    let detail = format!(
        "This statement declares a move from {from}, but that {what} is still declared. Change the configuration so that \
         it is declared as {to} instead."
    );
    Diagnostic::error(Code::InvalidReference, detail)
        .with_summary("Moved object still exists")
        .at(span)
        .also(place, "still declared here")
}
