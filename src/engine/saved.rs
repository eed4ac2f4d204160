//! Whether the world is still as a saved plan saw it.

use super::planfile::PlanFile;
use super::planning::Planned;
use super::starting::Starting;
use super::telling::told;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::eval::Program;
use crate::plan::{Answer, Change, Needs, PriorState, Read, ReadKey, Step, differences};
use crate::refresh::{Connections, answer};

/// Computes a saved plan again, from what it was computed from.
pub fn replan(
    file: &PlanFile,
    program: &Program,
    prior: &PriorState,
) -> Result<Planned, Diagnostics> {
    let answers = file.answers()?;
    let options = file.options()?;
    let (step, diagnostics) = crate::plan::plan(program, prior, &answers, &options);
    match step {
        Step::Planned(plan) if file.is_of(&plan) => Ok(Planned {
            plan: *plan,
            answers,
            diagnostics: told(program, diagnostics),
            rounds: 1,
        }),
        Step::Failed => Err(told(program, diagnostics)),
        Step::Planned(_) | Step::Needs(_) => Err(another()),
    }
}

/// Computes a saved plan again for applying it: what was opened for it is opened again.
pub async fn reopened(
    file: &PlanFile,
    program: &Program,
    prior: &PriorState,
    connections: &Connections,
    parallelism: usize,
) -> Result<Planned, Diagnostics> {
    let mut answers = file.answers()?;
    let count = answers.reads.len();
    answers
        .reads
        .retain(|_, answer| *answer != Answer::Opened(None));
    if answers.reads.len() == count {
        return replan(file, program, prior);
    }
    let options = file.options()?;
    // One may need another, but each round opens one at least.
    for _ in answers.reads.len()..=count {
        let (step, diagnostics) = crate::plan::plan(program, prior, &answers, &options);
        match step {
            Step::Needs(needs) if needs.only_opens() => {
                let more = answer(needs, connections, parallelism, &|_| {}).await;
                answers.reads.extend(more.reads);
            }
            Step::Planned(plan) if file.is_of(&plan) => {
                return Ok(Planned {
                    plan: *plan,
                    answers,
                    diagnostics: told(program, diagnostics),
                    rounds: 1,
                });
            }
            Step::Failed => return Err(told(program, diagnostics)),
            Step::Planned(_) | Step::Needs(_) => break,
        }
    }
    Err(another())
}

fn another() -> Diagnostics {
    let detail = "The saved plan does not come to what was shown when it was made.";
    Diagnostic::error(Code::Internal, detail)
        .hint("Make the plan again.")
        .into()
}

/// Checks that the state records what the plan touches as it did when the plan was made.
///
/// A state that moved elsewhere does not make the plan stale. `then` is what the plan started from, and `now` what it
/// would start from.
pub fn recorded_unchanged(
    planned: &Planned,
    then: &Starting,
    now: &Starting,
    now_exists: bool,
) -> Result<(), Diagnostics> {
    let (before, after) = (&then.snapshot.lineage, &now.snapshot.lineage);
    if now_exists && before != after {
        return Err(stale(if then.snapshot.serial.get() == 0 {
            "There was no state when the plan was made, and there is one now: this plan or another has been applied since."
                .to_owned()
        } else {
            format!(
                "The plan was made from the state of lineage {before}, and this is the state of lineage {after}."
            )
        }));
    }
    touched(planned).try_for_each(|change| recorded_same(change, &then.prior, &now.prior))
}

/// Checks that the live objects that the plan touches are as they were; `before` is what the plan started from.
pub async fn live_unchanged(
    planned: &Planned,
    before: &PriorState,
    connections: &Connections,
    parallelism: usize,
    program: &Program,
) -> Result<(), Diagnostics> {
    connections.prepare(&planned.plan.providers).await;
    let needs = reads_of(planned, before, program);
    let now = answer(needs, connections, parallelism, &|_| {}).await;
    now.reads
        .iter()
        .try_for_each(|(key, now)| same_answer(key, planned.answers.reads.get(key), now))
}

/// What a plan changes.
fn touched(planned: &Planned) -> impl Iterator<Item = &Change> {
    let changes = planned.plan.changes.iter();
    changes.filter(|change| change.is_change())
}

fn recorded_same(
    change: &Change,
    before: &PriorState,
    now: &PriorState,
) -> Result<(), Diagnostics> {
    let object = |state: &PriorState| {
        let current = state.instances.get(&change.address)?.current.as_ref()?;
        current.object.as_ref().map(|object| object.object.clone())
    };
    match (object(before), object(now)) {
        (None, None) => Ok(()),
        (Some(then), Some(now)) => {
            let moved = differences(then.value(), now.value());
            match moved.first() {
                None => Ok(()),
                Some(path) => Err(stale(format!(
                    "The state's record of {} has changed since the plan was made: `{path}`.",
                    change.address
                ))),
            }
        }
        (Some(_), None) => Err(stale(format!(
            "{} is no longer in the state.",
            change.address
        ))),
        (None, Some(_)) => Err(stale(format!(
            "{} has been created since the plan was made.",
            change.address
        ))),
    }
}

/// The reads that show the touched objects as they are now.
fn reads_of(planned: &Planned, before: &PriorState, program: &Program) -> Needs {
    let mut needs = Needs::default();
    for change in touched(planned) {
        let recorded = before
            .instances
            .get(&change.address)
            .and_then(|prior| prior.current.as_ref()?.object.clone());
        let entry = program.schemas.find(
            change.address.resource.mode,
            &change.address.resource.resource_type,
        );
        let local = entry.is_none_or(|entry| entry.rules.is_local());
        let settings = planned.plan.providers.get(&change.provider);
        if let (Some(recorded), Some(settings), false, None) =
            (recorded, settings, local, &change.deposed)
        {
            needs
                .providers
                .insert(change.provider.clone(), settings.clone());
            let read = Read::Object {
                address: change.address.clone(),
                deposed: None,
                provider: change.provider.clone(),
                recorded,
            };
            let key = ReadKey::object(&change.address, None);
            // What was not looked at while planning cannot have changed since.
            if planned.answers.reads.contains_key(&key) {
                needs.reads.insert(key, read);
            }
        }
        if let (Some(identity), Some(settings), None) =
            (&change.importing, settings, &change.deposed)
        {
            let resource_type = entry.map_or("", |entry| entry.name);
            let key = ReadKey::existing(&change.provider, resource_type, identity);
            needs
                .providers
                .insert(change.provider.clone(), settings.clone());
            let read = Read::Existing {
                resource_type: resource_type.into(),
                provider: change.provider.clone(),
                identity: identity.clone(),
            };
            needs.reads.insert(key, read);
        }
    }
    needs
}

/// Refuses an answer that differs from the one that the plan was made with.
fn same_answer(key: &ReadKey, then: Option<&Answer>, now: &Answer) -> Result<(), Diagnostics> {
    match (then, now) {
        (Some(Answer::Object(Some(then))), Answer::Object(Some(now))) => {
            match differences(then.object.value(), now.object.value()).first() {
                Some(path) => Err(stale(format!(
                    "The live object has changed since the plan was made: `{path}` ({key})."
                ))),
                None => Ok(()),
            }
        }
        (Some(Answer::Object(Some(_))), Answer::Object(None)) => Err(stale(format!(
            "The live object is gone since the plan was made ({key})."
        ))),
        (Some(Answer::Object(None)), Answer::Object(Some(_))) => Err(stale(format!(
            "The live object has been made since the plan was made ({key})."
        ))),
        (_, Answer::NotRead(failure)) => {
            Err(Diagnostic::error(Code::NotRead, failure.message.clone()).into())
        }
        _ => Ok(()),
    }
}

fn stale(detail: String) -> Diagnostics {
    Diagnostic::error(Code::StalePlan, detail)
        .hint("Make the plan again.")
        .into()
}
