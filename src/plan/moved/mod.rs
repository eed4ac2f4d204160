//! Moves: what the state records under one address is from now on the object of another.
//!
//! Moves are made in the state before anything is planned, so that planning knows only the new addresses. They come from
//! `moved` blocks, and from the configuration itself where `count` was added to a block or taken away. [`moves`] is
//! applied to the state as it was read; the result is what is planned from, and is written before anything else is done.

mod order;
mod pattern;
mod statement;
mod still_declared;

use self::pattern::Pattern;
use self::statement::{Statement, explicit, implied};
use crate::address::{
    InstanceAddress, InstanceKey, ModuleInstance, ResourceMode as Mode, ResourceName,
};
use crate::config::Configuration;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::schema::{Schemas, TypeEntry};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trustform_state::snapshot::{
    IndexKey, InstanceState, ResourceKey, ResourceMode, ResourceState, Snapshot,
};

/// What became of a state's addresses.
#[derive(Clone, Debug, Default)]
pub struct Moves {
    statements: Vec<Statement>,
    /// The new addresses, each with the one that the state has.
    moved: BTreeMap<InstanceAddress, InstanceAddress>,
}

impl Moves {
    /// The address under which the state has an object; `None` when it was not moved.
    pub fn previous(&self, address: &InstanceAddress) -> Option<&InstanceAddress> {
        self.moved.get(address)
    }

    /// Every object that was moved: the address in the state, and the new one.
    pub fn all(&self) -> impl Iterator<Item = (&InstanceAddress, &InstanceAddress)> {
        self.moved.iter().map(|(to, from)| (from, to))
    }

    /// Whether no object was moved.
    pub fn is_empty(&self) -> bool {
        self.moved.is_empty()
    }
}

/// Gives the objects of a state the addresses that the configuration says they have now.
///
/// Moves whose target is taken are not made, which is a warning; statements that contradict each other are errors, and
/// then nothing is moved.
pub fn moves(
    snapshot: &mut Arc<Snapshot>,
    configuration: &Configuration,
    schemas: &dyn Schemas,
) -> (Moves, Diagnostics) {
    let mut statements = explicit(configuration);
    let diagnostics = order::contradictions(&statements);
    if diagnostics.has_errors() {
        return (Moves::default(), diagnostics);
    }
    statements.extend(implied(snapshot, configuration, &statements));
    let statements = match order::ordered(statements) {
        Ok(statements) => statements,
        Err(diagnostics) => return (Moves::default(), diagnostics),
    };
    let mut journey = Journey::of(snapshot);
    for statement in &statements {
        journey.follow(statement);
    }
    let mut diagnostics = journey.blocked();
    let moved = journey.moved();
    for (to, from) in &moved {
        let by = || {
            let mut latest = statements.iter().rev();
            latest.find(|statement| statement.to.matches(to))
        };
        diagnostics.extend(wrong_type(from, to, by, schemas));
    }
    if !diagnostics.has_errors() && !moved.is_empty() {
        rewrite(Arc::make_mut(snapshot), &moved, schemas);
    }
    (Moves { statements, moved }, diagnostics)
}

/// Where each object is while the statements are followed.
struct Journey {
    /// The address now, with the one in the state.
    places: BTreeMap<InstanceAddress, InstanceAddress>,
    /// Moves that were not made because their target is taken.
    blocked: Vec<(InstanceAddress, InstanceAddress)>,
}

impl Journey {
    fn of(snapshot: &Snapshot) -> Self {
        let managed = snapshot
            .resources
            .iter()
            .filter(|resource| resource.key.mode == ResourceMode::Managed);
        let addresses = managed.flat_map(|resource| {
            let parent = owner(resource);
            let instances = resource.instances.iter();
            instances.filter_map(move |instance| {
                let (module, name) = parent.clone()?;
                Some(InstanceAddress {
                    module,
                    resource: name,
                    key: instance_key(instance),
                })
            })
        });
        Journey {
            places: addresses
                .map(|address| (address.clone(), address))
                .collect(),
            blocked: Vec::new(),
        }
    }

    fn follow(&mut self, statement: &Statement) {
        for from in self.named_by(&statement.from) {
            let to = statement.target_of(&from);
            if self.places.contains_key(&to) {
                self.blocked.push((from, to));
            } else if let Some(original) = self.places.remove(&from) {
                self.places.insert(to, original);
            }
        }
    }

    /// The addresses that an end of a move names.
    fn named_by(&self, end: &Pattern) -> Vec<InstanceAddress> {
        let matches = |address: &&InstanceAddress| end.matches(address);
        match end.first() {
            Some(first) => {
                let from_there = self.places.range(&first..).map(|(address, _)| address);
                let same = from_there.take_while(|address| {
                    address.module == first.module && address.resource == first.resource
                });
                same.filter(matches).cloned().collect()
            }
            None => self.places.keys().filter(matches).cloned().collect(),
        }
    }

    /// The objects whose address is another one now.
    fn moved(self) -> BTreeMap<InstanceAddress, InstanceAddress> {
        let moved = self.places.into_iter().filter(|(now, then)| now != then);
        moved.collect()
    }

    fn blocked(&self) -> Diagnostics {
        if self.blocked.is_empty() {
            return Diagnostics::new();
        }
        let lines: Vec<String> = self
            .blocked
            .iter()
            .map(|(from, to)| format!("  - {from} could not move to {to}"))
            .collect();
        let detail = format!(
            "Some objects could not move to the addresses that the configuration gives them, because the state has \
             objects there already:\n{}\nThe plan destroys the ones that the configuration does not have.",
            lines.join("\n")
        );
        Diagnostic::warning(Code::InvalidReference, detail)
            .with_summary("Unresolved resource instance address changes")
            .hint(
                "To keep them, give the objects other addresses before planning again: `state mv`.",
            )
            .into()
    }
}

/// The problem of an object that is to become one of another type, unless it can.
fn wrong_type<'s>(
    from: &InstanceAddress,
    to: &InstanceAddress,
    by: impl FnOnce() -> Option<&'s Statement>,
    schemas: &dyn Schemas,
) -> Option<Diagnostic> {
    let (old, new) = (&from.resource.resource_type, &to.resource.resource_type);
    let target = schemas.find(Mode::Managed, new);
    let same_kind = old == new
        || target.is_some_and(|target| {
            let source = schemas.find(Mode::Managed, old);
            source.is_some_and(|source| source.name == target.name)
                || target
                    .rules
                    .take_over(old, &serde_json::Value::Null)
                    .is_some()
        });
    if same_kind {
        return None;
    }
    let detail = format!(
        "{from} cannot move to {to}: an object of type \"{old}\" cannot become one of type \"{new}\"."
    );
    let diagnostic = Diagnostic::error(Code::InvalidReference, detail)
        .with_summary("Unsupported `moved` across resource types")
        .about(to)
        .hint(
            "To give the object up without destroying it, write a `removed` block with `destroy = false`; to take it up \
             as the other type, an `import` block.",
        );
    Some(match by().and_then(|statement| statement.span) {
        Some(span) => diagnostic.at(span),
        None => diagnostic,
    })
}

/// Puts the moved objects where they are now.
fn rewrite(
    snapshot: &mut Snapshot,
    moved: &BTreeMap<InstanceAddress, InstanceAddress>,
    schemas: &dyn Schemas,
) {
    let targets: BTreeMap<&InstanceAddress, &InstanceAddress> =
        moved.iter().map(|(to, from)| (from, to)).collect();
    let mut taken: Vec<(InstanceAddress, String, InstanceState)> = Vec::new();
    for resource in &mut snapshot.resources {
        let Some((module, name)) = owner(resource) else {
            continue;
        };
        let mut kept = Vec::new();
        for instance in std::mem::take(&mut resource.instances) {
            let address = InstanceAddress {
                module: module.clone(),
                resource: name.clone(),
                key: instance_key(&instance),
            };
            match targets.get(&address) {
                Some(to) => taken.push(((*to).clone(), resource.provider.clone(), instance)),
                None => kept.push(instance),
            }
        }
        resource.instances = kept;
    }
    snapshot
        .resources
        .retain(|resource| !resource.instances.is_empty());
    let keys = snapshot.resources.iter().enumerate();
    let mut places: BTreeMap<ResourceKey, usize> = keys
        .map(|(place, resource)| (resource.key.clone(), place))
        .collect();
    for (to, provider, mut instance) in taken {
        let from = moved
            .get(&to)
            .map(|from| from.resource.resource_type.clone());
        let entry = schemas.find(Mode::Managed, &to.resource.resource_type);
        if let (Some(from), Some(entry)) = (from, entry) {
            take_over(&mut instance, &from, entry);
        }
        instance.index_key = index_key(&to.key);
        put(snapshot, &mut places, (&to, provider, instance));
    }
    snapshot.resources.sort_by(|a, b| a.key.cmp(&b.key));
    let blocks = renamed_blocks(snapshot, moved);
    for resource in &mut snapshot.resources {
        resource.instances.sort_by_key(InstanceState::key);
        for instance in &mut resource.instances {
            follow_blocks(&mut instance.dependencies, &blocks);
        }
    }
}

/// The blocks that objects were moved from, each with those that it stands for now.
fn renamed_blocks(
    snapshot: &Snapshot,
    moved: &BTreeMap<InstanceAddress, InstanceAddress>,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut blocks: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (to, from) in moved {
        let now = blocks.entry(from.block().to_string()).or_default();
        now.insert(to.block().to_string());
    }
    for (module, name) in snapshot.resources.iter().filter_map(owner) {
        let block = name.in_module(module.path()).to_string();
        if let Some(now) = blocks.get_mut(&block) {
            now.insert(block);
        }
    }
    blocks
}

/// Recorded dependencies by the names that the blocks have now: they say what is destroyed before what.
fn follow_blocks(dependencies: &mut Vec<String>, blocks: &BTreeMap<String, BTreeSet<String>>) {
    if !dependencies.iter().any(|block| blocks.contains_key(block)) {
        return;
    }
    let mut names = BTreeSet::new();
    for block in std::mem::take(dependencies) {
        match blocks.get(&block) {
            Some(now) => names.extend(now.iter().cloned()),
            None => _ = names.insert(block),
        }
    }
    *dependencies = names.into_iter().collect();
}

/// Gives an object of another type the shape of its new one, where they differ.
fn take_over(instance: &mut InstanceState, from: &str, entry: TypeEntry) {
    if let Some(attributes) = entry.rules.take_over(from, &instance.attributes.json()) {
        instance.attributes = attributes.into();
        instance.schema_version = entry.schema.version;
        instance.private = None;
    }
}

/// Puts an object to the others of its resource, which begins to exist with the first.
fn put(
    snapshot: &mut Snapshot,
    places: &mut BTreeMap<ResourceKey, usize>,
    (to, provider, instance): (&InstanceAddress, String, InstanceState),
) {
    let key = ResourceKey {
        module: (!to.module.is_root()).then(|| to.module.to_string()),
        mode: ResourceMode::Managed,
        ty: to.resource.resource_type.to_string(),
        name: to.resource.name.to_string(),
    };
    let last = snapshot.resources.len();
    let place = *places.entry(key.clone()).or_insert(last);
    if place == last {
        snapshot.resources.push(ResourceState::new(key, provider));
    }
    if let Some(resource) = snapshot.resources.get_mut(place) {
        resource.instances.push(instance);
    }
}

/// The module and name of a recorded resource; `None` when the state names its module wrongly.
fn owner(resource: &ResourceState) -> Option<(ModuleInstance, ResourceName)> {
    let module = resource.key.module.as_deref().unwrap_or_default();
    let name = ResourceName::managed(resource.key.ty.as_str(), resource.key.name.as_str());
    Some((module.parse().ok()?, name))
}

fn instance_key(instance: &InstanceState) -> InstanceKey {
    match &instance.index_key {
        None => InstanceKey::None,
        Some(IndexKey::Int(index)) => InstanceKey::Int(u64::try_from(*index).unwrap_or_default()),
        Some(IndexKey::Text(text)) => InstanceKey::string(text.as_str()),
    }
}

fn index_key(key: &InstanceKey) -> Option<IndexKey> {
    match key {
        InstanceKey::None => None,
        InstanceKey::Int(index) => Some(IndexKey::Int(i64::try_from(*index).unwrap_or(i64::MAX))),
        InstanceKey::String(text) => Some(IndexKey::Text(text.to_string())),
    }
}
