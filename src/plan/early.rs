//! What is wrong whatever the values are comes before all else that a plan finds, as in Terraform, which validates before it
//! plans.
//!
//! A plan judges what it evaluates. Only what it has not come to is judged here, so that what is valid costs next to
//! nothing; of a plan that fails everything is, since other mistakes may have come first.

use super::options::Mode;
use super::planner::Step;
use super::reads::{Answers, Needs};
use super::valid::{validity, validity_of};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::eval::Program;
use crate::graph::NodeId;
use std::collections::BTreeSet;

/// What becomes of a round in which the declarations `unjudged` were not evaluated: if anything is wrong with the program
/// whatever its variables are worth, that is told instead.
pub(super) fn judged(
    program: &Program,
    answers: &Answers,
    mode: Mode,
    unjudged: &BTreeSet<NodeId>,
    (step, diagnostics): (Step, Diagnostics),
) -> (Step, Diagnostics) {
    let (files, is_first) = (&answers.files, answers.reads.is_empty());
    let found = match (mode, &step) {
        // As in Terraform, whose `import` does not validate.
        (Mode::Import, _) => return (step, diagnostics),
        (Mode::Normal | Mode::Destroy | Mode::RefreshOnly, Step::Failed) => {
            validity(program, files, &Diagnostics::new())
        }
        // These evaluate little of the configuration, and no answer of theirs makes a difference.
        (Mode::Destroy | Mode::RefreshOnly, _) if is_first => {
            validity(program, files, &Diagnostics::new())
        }
        // Before anybody is asked, and once all is known that says how many instances there are.
        (Mode::Normal, Step::Planned(_)) => validity_of(program, files, unjudged),
        (Mode::Normal, Step::Needs(_)) if is_first => validity_of(program, files, unjudged),
        (Mode::Normal | Mode::Destroy | Mode::RefreshOnly, Step::Needs(_) | Step::Planned(_)) => {
            return (step, diagnostics);
        }
    };
    if !found.files.is_empty() {
        let needs = Needs {
            files: found.files,
            ..Needs::default()
        };
        return (Step::Needs(needs), diagnostics);
    }
    if !found.problems.has_errors() {
        return (step, diagnostics);
    }
    let mut problems = found.problems;
    // Terraform's providers say which types they have, so that it tells these with the rest.
    let is_of_type = |problem: &Diagnostic| problem.code == Code::UnknownType;
    problems.extend(diagnostics.into_iter().filter(is_of_type));
    (Step::Failed, problems.in_order_of_place())
}
