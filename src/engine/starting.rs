//! The state as a plan starts from it: with the moves made that the configuration asks for, and decoded.

use crate::diagnostic::Diagnostics;
use crate::eval::Program;
use crate::plan::{PriorState, moves};
use std::sync::Arc;
use trustform_state::snapshot::Snapshot;

/// A state to plan from.
#[derive(Clone, Debug)]
pub struct Starting {
    /// The state with every object at the address that the configuration gives it.
    pub snapshot: Arc<Snapshot>,
    /// The same, decoded, with the moves that were made.
    pub prior: PriorState,
    /// Warnings about moves that were not made.
    pub diagnostics: Diagnostics,
}

/// Prepares a state for planning. Moves that contradict each other and objects that cannot be decoded are errors, unless
/// something is wrong with the program whatever its variables are worth: then that is told, as before any plan.
pub fn starting(snapshot: Arc<Snapshot>, program: &Program) -> Result<Starting, Diagnostics> {
    moved_and_decoded(snapshot, program).map_err(|problems| {
        let mistakes = super::compile::mistakes(program, &Diagnostics::new());
        if mistakes.has_errors() {
            return mistakes;
        }
        problems
    })
}

fn moved_and_decoded(
    mut snapshot: Arc<Snapshot>,
    program: &Program,
) -> Result<Starting, Diagnostics> {
    let schemas = program.schemas.as_ref();
    let (made, diagnostics) = moves(&mut snapshot, &program.configuration, schemas);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let (mut prior, problems) = PriorState::decode(&snapshot, schemas);
    if problems.has_errors() {
        return Err(problems);
    }
    prior.moves = made;
    Ok(Starting {
        snapshot,
        prior,
        diagnostics,
    })
}
