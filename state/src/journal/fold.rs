//! Taking a leftover journal into the state: what was noted is carried out on the snapshot, what
//! was intended and never noted is handed back to be looked for.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::{Effect, Intent, Journal, ObjectAddress, Outcome, Record};
use crate::snapshot::{
    InstanceState, Lineage, ObjectKey, ResourceKey, ResourceState, Serial, Snapshot,
};

/// A state with a journal taken into it.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    /// The state with all that was noted; its serial is still that of the stored one.
    pub snapshot: Snapshot,
    /// Whether it says more than the stored one, and so has to be written.
    pub changed: bool,
    /// What may or may not have been done: nobody noted how it ended.
    pub unresolved: Vec<Unresolved>,
}

/// An operation that was intended and of which no end was noted.
#[derive(Debug, Clone, PartialEq)]
pub struct Unresolved {
    /// The operation.
    pub intent: Intent,
    /// Whether it had begun for certain.
    pub begun: bool,
}

/// Why a journal does not belong to a state.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FoldError {
    /// It was written for another state.
    #[error("the journal is of another state: its lineage is `{journal}`, not `{state}`")]
    OtherLineage {
        /// Lineage in the journal.
        journal: Lineage,
        /// Lineage of the state.
        state: Lineage,
    },
    /// The state has been written by somebody who did not know of the journal.
    #[error(
        "the journal begins at serial {journal} of the state, which has since been changed \
         by somebody else: it is at serial {state}"
    )]
    OtherSerial {
        /// Serial the run began with.
        journal: Serial,
        /// Serial of the state.
        state: Serial,
    },
    /// The state is gone.
    #[error("the journal begins at serial {journal} of the state, which is gone")]
    StateGone {
        /// Serial the run began with.
        journal: Serial,
    },
}

/// Takes a journal into the state it belongs to: the same lineage, and the serial that the run
/// began with or that one of its own writes made.
///
/// `None` is a state that was never written, with which a journal of serial 0 agrees. The work is
/// proportional to the state and the journal.
pub fn fold(stored: Option<Snapshot>, journal: &Journal) -> Result<Folded, FoldError> {
    let manifest = &journal.manifest;
    let stored = match stored {
        Some(snapshot) => snapshot,
        None if manifest.serial == Serial::default() => Snapshot::empty(manifest.lineage.clone()),
        None => {
            return Err(FoldError::StateGone {
                journal: manifest.serial,
            });
        }
    };
    if stored.lineage != manifest.lineage {
        return Err(FoldError::OtherLineage {
            journal: manifest.lineage.clone(),
            state: stored.lineage,
        });
    }
    let news = news(&stored, journal)?;
    let before = carry_out(stored.clone(), []);
    let after = carry_out(stored.clone(), outcomes(news));
    let changed = !after.same_content(&before);
    Ok(Folded {
        snapshot: if changed { after } else { stored },
        changed,
        unresolved: unresolved(journal),
    })
}

/// The state after these outcomes; everything but its resources stays as it is.
///
/// The work is proportional to the state and the outcomes.
pub fn carry_out<'a>(state: Snapshot, outcomes: impl IntoIterator<Item = &'a Outcome>) -> Snapshot {
    let mut objects = Objects::of(state.resources);
    for outcome in outcomes {
        for effect in &outcome.effects {
            objects.apply(effect);
        }
    }
    Snapshot {
        resources: objects.into_resources(),
        ..state
    }
}

/// The records that the stored state does not hold yet.
fn news<'a>(stored: &Snapshot, journal: &'a Journal) -> Result<&'a [Record], FoldError> {
    if stored.serial == journal.manifest.serial {
        return Ok(&journal.records);
    }
    let digest = stored.digest();
    let mark = journal.records.iter().rposition(|record| match record {
        Record::Checkpoint(mark) => mark.serial == stored.serial && mark.digest == digest,
        Record::Outcome(_) => false,
    });
    mark.and_then(|mark| journal.records.get(mark..))
        .ok_or(FoldError::OtherSerial {
            journal: journal.manifest.serial,
            state: stored.serial,
        })
}

fn outcomes(records: &[Record]) -> impl Iterator<Item = &Outcome> {
    records.iter().filter_map(|record| match record {
        Record::Outcome(outcome) => Some(outcome),
        Record::Checkpoint(_) => None,
    })
}

fn unresolved(journal: &Journal) -> Vec<Unresolved> {
    let (over, running): (Vec<&Outcome>, Vec<&Outcome>) =
        outcomes(&journal.records).partition(|outcome| outcome.status.is_final());
    let positions = |outcomes: Vec<&Outcome>| -> BTreeSet<usize> {
        outcomes.iter().map(|outcome| outcome.operation).collect()
    };
    let (over, running) = (positions(over), positions(running));
    journal
        .manifest
        .operations
        .iter()
        .enumerate()
        .filter(|(position, _)| !over.contains(position))
        .map(|(position, intent)| Unresolved {
            intent: intent.clone(),
            begun: running.contains(&position),
        })
        .collect()
}

/// The objects of a snapshot, each found without looking at the others.
struct Objects {
    resources: BTreeMap<ResourceKey, (ResourceState, BTreeMap<ObjectKey, InstanceState>)>,
}

impl Objects {
    fn of(resources: Vec<ResourceState>) -> Self {
        let mut objects = Self {
            resources: BTreeMap::new(),
        };
        for mut resource in resources {
            let instances = std::mem::take(&mut resource.instances);
            let (_, known) = objects
                .resources
                .entry(resource.key.clone())
                .or_insert_with(|| (resource, BTreeMap::new()));
            known.extend(
                instances
                    .into_iter()
                    .map(|instance| (instance.key(), instance)),
            );
        }
        objects
    }

    fn into_resources(self) -> Vec<ResourceState> {
        self.resources
            .into_values()
            .filter(|(_, instances)| !instances.is_empty())
            .map(|(mut resource, instances)| {
                resource.instances = instances.into_values().collect();
                resource
            })
            .collect()
    }

    fn apply(&mut self, effect: &Effect) {
        match effect {
            Effect::Put {
                resource,
                provider,
                instance,
            } => self.put(resource, provider, instance),
            Effect::Remove(object) => {
                self.take(object);
            }
            Effect::Depose { object, key } => {
                if let Some(mut instance) = self.take(object) {
                    instance.deposed = Some(key.clone());
                    self.put_back(&object.resource, instance);
                }
            }
        }
    }

    fn put(&mut self, key: &ResourceKey, provider: &str, instance: &InstanceState) {
        let (resource, instances) = self
            .resources
            .entry(key.clone())
            .or_insert_with(|| (ResourceState::new(key.clone(), provider), BTreeMap::new()));
        provider.clone_into(&mut resource.provider);
        instances.insert(instance.key(), instance.clone());
    }

    fn put_back(&mut self, key: &ResourceKey, instance: InstanceState) {
        if let Some((_, instances)) = self.resources.get_mut(key) {
            instances.insert(instance.key(), instance);
        }
    }

    /// Takes an object out. A resource without objects stays until the end of the fold, since
    /// its provider and unknown members belong to the object that may come next.
    fn take(&mut self, object: &ObjectAddress) -> Option<InstanceState> {
        let (_, instances) = self.resources.get_mut(&object.resource)?;
        instances.remove(&object.key)
    }
}
