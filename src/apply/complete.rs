//! Filling in what was unknown: the planned object of one change, evaluated again now that its inputs exist.

use crate::address::InstanceAddress;
use crate::config::{Condition, Resource};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::eval::{Evaluation, Place};
use crate::graph::NodeId;
use crate::lang::Halt;
use crate::plan::{Action, Change, propose};
use crate::schema::{Facts, TypeEntry};
use crate::value::{Kind, Known, Marks, Value};

/// The block of an instance, found again.
pub(super) struct Block<'p> {
    pub(super) node: NodeId,
    pub(super) resource: &'p Resource,
    pub(super) entry: TypeEntry,
}

/// Finds the block of an instance; `None` when the configuration does not have it.
pub(super) fn block<'p>(
    evaluation: &Evaluation<'p>,
    address: &InstanceAddress,
) -> Option<Block<'p>> {
    let program = evaluation.program();
    let path = address.module.path();
    let resource = program
        .configuration
        .module(&path)?
        .resources
        .get(&address.resource)?;
    let node = *program
        .graph
        .module(&path)?
        .resources
        .get(&address.resource)?;
    let entry = program
        .schemas
        .find(address.resource.mode, &address.resource.resource_type)?;
    Some(Block {
        node,
        resource,
        entry,
    })
}

/// The configured value of an instance as it is now.
pub(super) fn config(
    evaluation: &Evaluation<'_>,
    block: &Block<'_>,
    address: &InstanceAddress,
) -> Result<(Value, Place), Diagnostics> {
    let place = evaluation
        .place_of(block.node, address)
        .map_err(|halt| failed(halt, address))?;
    let shape = &block.entry.schema.block;
    let value = evaluation
        .resource_config(block.resource, shape, &place)
        .map_err(|halt| failed(halt, address))?;
    Ok((value, place))
}

/// Checks what must hold before an instance is touched, now that what was unknown has a value.
pub(super) fn preconditions(
    evaluation: &Evaluation<'_>,
    block: &Block<'_>,
    address: &InstanceAddress,
) -> Result<(), Diagnostics> {
    let conditions = &block.resource.lifecycle.preconditions;
    let what = "Resource precondition";
    match conditions_at(evaluation, block, address, conditions, what, None) {
        broken if broken.has_errors() => Err(broken),
        _ => Ok(()),
    }
}

/// Checks what must hold of an object that was made, changed or read.
pub(super) fn postconditions(
    evaluation: &Evaluation<'_>,
    block: &Block<'_>,
    address: &InstanceAddress,
    object: Value,
) -> Diagnostics {
    let conditions = &block.resource.lifecycle.postconditions;
    let what = "Resource postcondition";
    conditions_at(evaluation, block, address, conditions, what, Some(object))
}

fn conditions_at(
    evaluation: &Evaluation<'_>,
    block: &Block<'_>,
    address: &InstanceAddress,
    conditions: &[Condition],
    what: &str,
    own: Option<Value>,
) -> Diagnostics {
    if conditions.is_empty() {
        return Diagnostics::new();
    }
    match evaluation.place_of(block.node, address) {
        Ok(place) => {
            let broken = evaluation.check(conditions, what, &Place { own, ..place });
            broken.into_iter().map(|d| d.about(address)).collect()
        }
        Err(halt) => failed(halt, address),
    }
}

/// The planned object of a change with everything filled in that can be known before its call.
pub(super) fn planned(
    evaluation: &Evaluation<'_>,
    block: &Block<'_>,
    change: &Change,
    facts: &Facts,
) -> Result<Value, Diagnostics> {
    let shown = change
        .after
        .clone()
        .unwrap_or_else(|| Value::null(block.entry.schema.block.ty()));
    let certain = !shown.deep_marks().intersects(Marks::PREDICTED) && shown.is_wholly_known();
    if certain && change.action == Action::Update {
        return Ok(shown);
    }
    let (config, _) = config(evaluation, block, &change.address)?;
    let prior = match change.action {
        Action::Update => change.before.as_ref().map(|live| live.object.value()),
        Action::NoOp
        | Action::Create
        | Action::Read
        | Action::Replace(_)
        | Action::Delete
        | Action::Forget => None,
    };
    let config = match prior {
        Some(prior) => {
            crate::plan::configured(&config, prior, block.resource, &block.entry.schema.block)
        }
        None => config,
    };
    let proposed = propose(&block.entry.schema.block, &config, prior);
    let value = block.entry.rules.plan(&config, prior, proposed, facts);
    contradiction(&shown, &value, &change.address)?;
    Ok(value)
}

/// An error when a value contradicts what the plan showed as known.
pub(super) fn contradiction(
    shown: &Value,
    value: &Value,
    address: &InstanceAddress,
) -> Result<(), Diagnostics> {
    let mut found = Vec::new();
    compare(
        shown,
        value,
        &crate::address::AttributePath::root(),
        &mut found,
    );
    if found.is_empty() {
        return Ok(());
    }
    let paths: Vec<String> = found.iter().map(ToString::to_string).collect();
    let detail = format!(
        "What {address} comes to now differs from what the plan showed, in {}. Nothing was done to it.",
        paths.join(", ")
    );
    Err(Diagnostic::error(Code::InconsistentResult, detail)
        .with_summary("Provider produced inconsistent final plan")
        .about(address)
        .hint("Plan again; if it happens again, this is a bug in trustform.")
        .into())
}

/// Collects the paths at which a known part of `shown` is something else in `value`.
pub(super) fn compare(
    shown: &Value,
    value: &Value,
    path: &crate::address::AttributePath,
    found: &mut Vec<crate::address::AttributePath>,
) {
    use crate::address::PathStep;
    match (&shown.kind, &value.kind) {
        (Kind::Unknown(_), _) | (Kind::Null(_), Kind::Null(_)) => {}
        (Kind::Object(a), Kind::Object(b)) => {
            for (name, shown) in a {
                let path = path.then(PathStep::Attribute(name.clone()));
                match b.get(name) {
                    Some(value) => compare(shown, value, &path, found),
                    None => found.push(path),
                }
            }
        }
        (Kind::Map(_, a), Kind::Map(_, b)) if a.keys().eq(b.keys()) => {
            for ((key, shown), value) in a.iter().zip(b.values()) {
                compare(shown, value, &path.then(PathStep::Key(key.clone())), found);
            }
        }
        (Kind::List(_, a), Kind::List(_, b)) | (Kind::Tuple(a), Kind::Tuple(b))
            if a.len() == b.len() =>
        {
            for (index, (shown, value)) in (0..).zip(a.iter().zip(b.iter())) {
                compare(shown, value, &path.then(PathStep::Index(index)), found);
            }
        }
        // A set with unknown elements may come to anything of its size or less.
        (Kind::Set(..), Kind::Set(..)) if !shown.is_wholly_known() => {}
        _ => {
            if !crate::plan::differences(shown, value).is_empty() {
                found.push(path.clone());
            }
        }
    }
}

/// Turns a halt into diagnostics: during apply nothing may be blocked any more.
pub(super) fn failed(halt: Halt, address: &InstanceAddress) -> Diagnostics {
    match halt {
        Halt::Failed(diagnostics) => diagnostics.into_iter().map(|d| d.about(address)).collect(),
        Halt::Blocked => {
            let detail = format!(
                "Something that {address} refers to has no value, although its turn has come."
            );
            Diagnostic::error(Code::Internal, detail)
                .about(address)
                .into()
        }
    }
}

/// The known object of a value, or an error that names it.
pub(super) fn certain(value: &Value, address: &InstanceAddress) -> Result<Known, Diagnostics> {
    Known::new(value).map_err(|_| {
        let detail =
            format!("An argument of {address} is still unknown, although its turn has come.");
        Diagnostic::error(Code::Internal, detail)
            .about(address)
            .into()
    })
}
