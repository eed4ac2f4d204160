//! The proposed object: what is written in the configuration, over what exists, with unknown for what the provider
//! will decide. The rules of the type then make the planned object of it.

use crate::address::{AttributePath, Name, PathStep};
use crate::config::IgnoreChanges;
use crate::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::source::Span;
use crate::value::{Entries, Kind, Type, Value};
use std::collections::BTreeMap;

/// Merges a configured object over a prior one.
///
/// An argument that is written wins. One that is not keeps the prior value when the provider may compute it, is unknown
/// when there is no prior object, and is null when only the configuration could give it.
pub fn propose(block: &Block, config: &Value, prior: Option<&Value>) -> Value {
    let mut attributes: BTreeMap<Name, Value> = BTreeMap::new();
    for attribute in &block.attributes {
        let configured = config.get(attribute.name);
        let before = prior.and_then(|prior| prior.get(attribute.name));
        attributes.insert(
            attribute.name.into(),
            proposed_attribute(attribute, configured, before),
        );
    }
    for nested in &block.blocks {
        let configured = config.get(nested.name);
        let before = prior.and_then(|prior| prior.get(nested.name));
        attributes.insert(
            nested.name.into(),
            proposed_blocks(nested, configured, before),
        );
    }
    Value::object(attributes)
}

fn proposed_attribute(
    attribute: &Attribute,
    configured: Option<&Value>,
    prior: Option<&Value>,
) -> Value {
    match (configured, prior) {
        (Some(value), _) if !value.is_null() => value.clone(),
        (_, Some(prior)) if attribute.is_computed() => prior.clone(),
        (_, None) if attribute.is_computed() => Value::unknown(attribute.ty.clone()),
        // Of an attribute that takes any type, a null keeps the one that it has.
        (Some(value), _) => Value::null(value.ty()),
        (None, _) => Value::null(attribute.ty.clone()),
    }
}

fn proposed_blocks(
    nested: &NestedBlock,
    configured: Option<&Value>,
    prior: Option<&Value>,
) -> Value {
    let Some(configured) = configured else {
        return Value::null(nested.ty());
    };
    let prior_elements = prior.and_then(Value::as_elements).unwrap_or_default();
    match (&configured.kind, nested.nesting) {
        (Kind::Object(_), Nesting::Single) => {
            propose(&nested.block, configured, prior.filter(|p| !p.is_null()))
        }
        (Kind::List(ty, elements), _) => {
            let proposed = elements
                .iter()
                .enumerate()
                .map(|(index, element)| propose(&nested.block, element, prior_elements.get(index)));
            Value::list(ty.clone(), proposed.collect()).marked(configured.marks)
        }
        (Kind::Set(ty, elements), _) => {
            let proposed = elements.iter().map(|element| {
                let same = prior_elements
                    .iter()
                    .find(|prior| agrees(&nested.block, element, prior));
                propose(&nested.block, element, same)
            });
            Value::set(ty.clone(), proposed.collect()).marked(configured.marks)
        }
        _ => configured.clone(),
    }
}

/// Whether a prior block has everything that a configured one says.
fn agrees(block: &Block, configured: &Value, prior: &Value) -> bool {
    block.attributes.iter().all(|attribute| {
        let wanted = configured
            .get(attribute.name)
            .filter(|value| !value.is_null());
        wanted.is_none_or(|wanted| prior.get(attribute.name) == Some(wanted))
    })
}

/// The configuration with the ignored attributes as they are in the prior object.
pub(super) fn ignore_changes(
    config: &Value,
    prior: &Value,
    ignored: &IgnoreChanges,
    block: &Block,
) -> Value {
    match ignored {
        IgnoreChanges::None => config.clone(),
        IgnoreChanges::All => configured_part(block, prior),
        IgnoreChanges::Paths(paths) => paths.iter().fold(config.clone(), |config, (path, _)| {
            with_prior(&config, Some(prior), path.steps())
        }),
    }
}

/// What a configuration equal to the prior object would say.
fn configured_part(block: &Block, prior: &Value) -> Value {
    let mut attributes: BTreeMap<Name, Value> = prior.to_entries();
    for attribute in block
        .attributes
        .iter()
        .filter(|a| a.presence == crate::schema::Presence::Computed)
    {
        attributes.insert(attribute.name.into(), Value::null(attribute.ty.clone()));
    }
    Value::object(attributes)
}

/// What is configured, with what the path leads to as before. A path that leads nowhere in the prior object ignores
/// nothing. Only maps are changed by the key: where something else has one, all of it is as before, as in Terraform.
fn with_prior(config: &Value, prior: Option<&Value>, steps: &[PathStep]) -> Value {
    let Some((step, rest)) = steps.split_first() else {
        return prior.unwrap_or(config).clone();
    };
    let is_map = matches!(config.ty(), Type::Map(_));
    if let (PathStep::Key(_), [], false) = (step, rest, is_map) {
        return prior.unwrap_or(config).clone();
    }
    match (&config.kind, step) {
        (Kind::Object(entries), PathStep::Attribute(name) | PathStep::Key(name)) => {
            let Some(inner) = entries.get(name) else {
                return config.clone();
            };
            let mut entries = entries.to_map();
            entries.insert(
                name.clone(),
                with_prior(inner, prior.and_then(|p| p.get(name)), rest),
            );
            Value {
                marks: config.marks,
                ..Value::object(entries)
            }
        }
        (Kind::Map(ty, entries), PathStep::Attribute(name) | PathStep::Key(name)) => {
            let before = prior.and_then(|p| p.get(name));
            Value {
                marks: config.marks,
                ..Value::map(ty.clone(), entry_with_prior(entries, name, before, rest))
            }
        }
        // A map that is not configured at all still keeps the prior entry.
        (Kind::Null(Type::Map(element)), PathStep::Attribute(name) | PathStep::Key(name)) => {
            match prior.and_then(|p| p.get(name)) {
                Some(before) if rest.is_empty() => Value::map(
                    element.as_ref().clone(),
                    BTreeMap::from([(name.clone(), before.clone())]),
                ),
                _ => config.clone(),
            }
        }
        (Kind::List(ty, elements), PathStep::Index(index)) => {
            let prior_elements = prior.and_then(Value::as_elements).unwrap_or_default();
            let replaced = (0..).zip(elements.iter()).map(|(position, element)| {
                if position == *index {
                    let before = usize::try_from(position)
                        .ok()
                        .and_then(|p| prior_elements.get(p));
                    with_prior(element, before, rest)
                } else {
                    element.clone()
                }
            });
            Value {
                marks: config.marks,
                ..Value::list(ty.clone(), replaced.collect())
            }
        }
        _ => config.clone(),
    }
}

/// The entries of a map in which one, or a part of it, is as before.
fn entry_with_prior(
    entries: &Entries,
    name: &Name,
    before: Option<&Value>,
    rest: &[PathStep],
) -> BTreeMap<Name, Value> {
    let mut entries = entries.to_map();
    let kept = match (rest.is_empty(), before) {
        (true, before) => before.cloned(),
        (false, before) => entries
            .get(name)
            .map(|inner| with_prior(inner, before, rest)),
    };
    match kept {
        Some(kept) => entries.insert(name.clone(), kept),
        None => entries.remove(name),
    };
    entries
}

/// Whether every ignored path leads into the type, with the first that does not.
pub(super) fn unknown_ignored<'p>(
    ignored: &'p IgnoreChanges,
    block: &Block,
) -> Option<(&'p AttributePath, Span)> {
    let IgnoreChanges::Paths(paths) = ignored else {
        return None;
    };
    paths
        .iter()
        .map(|(path, span)| (path, *span))
        .find(|(path, _)| match path.steps().first() {
            Some(PathStep::Attribute(name)) => {
                block.attribute(name).is_none() && block.nested(name).is_none()
            }
            _ => true,
        })
}

/// The configuration of an existing object with what its block ignores left as it is; apply evaluates with the same
/// rule as the plan.
pub fn configured(
    config: &Value,
    prior: &Value,
    resource: &crate::config::Resource,
    block: &Block,
) -> Value {
    ignore_changes(config, prior, &resource.lifecycle.ignore_changes, block)
}
