//! Planning to a fixpoint: plan, answer what it asks, plan again.

use super::telling::told;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::eval::{FileRead, Program};
use crate::plan::{Answers, Needs, Options, Plan, PriorState, Step};
use crate::refresh::{Connections, ReadEvents, answer};
use std::path::Path;
use std::sync::Arc;

/// What a plan is made of.
pub struct PlanRequest<'a> {
    /// The program.
    pub program: &'a Program,
    /// The state.
    pub prior: &'a PriorState,
    /// Clients for the reads.
    pub connections: &'a Connections,
    /// How to plan.
    pub options: &'a Options,
    /// How many reads may run at once.
    pub parallelism: usize,
    /// Who is told of the reads.
    pub events: ReadEvents<'a>,
}

/// A plan, with the answers it rests on.
#[derive(Debug)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The answers to all reads.
    pub answers: Answers,
    /// Warnings.
    pub diagnostics: Diagnostics,
    /// How many rounds it took.
    pub rounds: usize,
}

/// More rounds than this mean that the planner asks in circles.
const MOST_ROUNDS: usize = 64;

/// Plans until nothing is asked any more.
pub async fn plan(request: PlanRequest<'_>) -> Result<Planned, Diagnostics> {
    let mut answers = Answers::default();
    for round in 1..=MOST_ROUNDS {
        let (step, diagnostics) =
            crate::plan::plan(request.program, request.prior, &answers, request.options);
        match step {
            Step::Failed => return Err(told(request.program, diagnostics)),
            Step::Planned(plan) => {
                return Ok(Planned {
                    plan: *plan,
                    answers,
                    diagnostics: told(request.program, diagnostics),
                    rounds: round,
                });
            }
            Step::Needs(needs) => {
                read_files(&needs, &mut answers);
                let more = answer(
                    needs,
                    request.connections,
                    request.parallelism,
                    request.events,
                )
                .await;
                answers.reads.extend(more.reads);
            }
        }
    }
    let detail = format!("Planning asked for more facts in each of {MOST_ROUNDS} rounds.");
    Err(Diagnostic::error(Code::Internal, detail).into())
}

/// Answers the questions about the file system.
pub(super) fn read_files(needs: &Needs, answers: &mut Answers) {
    for read in &needs.files {
        match read {
            FileRead::Content(path) => {
                let bytes = crate::source::read_bytes(Path::new(path))
                    .ok()
                    .map(Arc::from);
                answers.files.contents.insert(path.clone(), bytes);
            }
            FileRead::Listing(directory, pattern) => {
                let found = crate::source::matching(Path::new(directory), pattern);
                answers
                    .files
                    .listings
                    .insert((directory.clone(), pattern.clone()), found);
            }
        }
    }
}
