//! Imports: objects that exist already and that an `import` block names, with the instances that they become.

use super::Action;
use super::change::NotRead;
use super::instance::Live;
use super::options::Mode;
use super::planner::{Planner, ProviderStatus, Subject};
use super::reads::ReadFailure;
use super::secret::mark_sensitive;
use crate::address::{InstanceAddress, InstanceKey, ModuleInstance, ResourceAddress};
use crate::config::{Import, Repetition};
use crate::diagnostic::{Code, Diagnostic};
use crate::eval::{Evaluation, Place, Program, Stage};
use crate::graph::NodeId;
use crate::lang::{Evaluated, Expression, Halt};
use crate::schema::Identity;
use crate::source::Span;
use crate::value::{Kind, Marks, Type, Value, convert};
use std::collections::{BTreeMap, BTreeSet};

/// The `import` blocks of a configuration by the block that they are for.
pub(super) type ImportBlocks<'p> = BTreeMap<ResourceAddress, Vec<&'p Import>>;

/// The import blocks of a program.
pub(super) fn blocks_of(program: &Program) -> ImportBlocks<'_> {
    let mut blocks: ImportBlocks<'_> = BTreeMap::new();
    let root = ModuleInstance::root().path();
    for import in program
        .configuration
        .module(&root)
        .into_iter()
        .flat_map(|root| &root.imports)
    {
        if let Some((name, _)) = &import.to.resource {
            let block = name.clone().in_module(import.to.path());
            blocks.entry(block).or_default().push(import);
        }
    }
    blocks
}

/// An object that is to be taken over.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// What it is found by.
    pub(super) identity: Identity,
    /// Where its id is written.
    id: Span,
    /// Where the address is written.
    to: Span,
}

/// The nodes that matter where nothing is done but to look for what is to be imported.
pub(super) fn scope(program: &Program, mode: Mode) -> Option<BTreeSet<NodeId>> {
    if mode != Mode::Import {
        return None;
    }
    let graph = &program.graph;
    let wanted = blocks_of(program).into_keys();
    let wanted =
        wanted.filter_map(|block| graph.module(&block.module)?.resources.get(&block.resource));
    let mut reached: BTreeSet<NodeId> = wanted.copied().collect();
    for node in graph.order().iter().rev() {
        if reached.contains(node) {
            reached.extend(graph.dependencies(*node).iter().copied());
        }
    }
    Some(reached)
}

impl Planner<'_> {
    /// Looks for the object that an instance is to take over; its arguments do not matter.
    pub(super) fn looked_for(&mut self, subject: &Subject<'_>) -> Evaluated {
        let prior = self.prior.instances.get(&subject.address);
        let recorded = prior.and_then(|prior| prior.current.as_ref());
        let Some(wanted) = self.imports.get(&subject.address).cloned() else {
            // What only others refer to is what the state says.
            let object = recorded.and_then(|recorded| recorded.object.as_ref());
            let unknown = || Value::unknown(subject.entry.schema.block.ty());
            return Ok(object.map_or_else(unknown, |object| object.object.value().clone()));
        };
        if recorded.is_some() {
            return Err(already_managed(&subject.address).into());
        }
        self.can_look(subject, &wanted)?;
        match self.existing(subject, &wanted.identity)? {
            Live::Gone => Err(wanted.not_there(subject)),
            Live::NotRead(failure) if failure.malformed => Err(wanted.malformed(subject, &failure)),
            Live::NotRead(failure) => {
                self.plan.not_read.push(NotRead {
                    address: subject.address.clone(),
                    failure,
                });
                Err(Halt::Blocked)
            }
            Live::Found(live) => {
                let object = mark_sensitive(&subject.entry.schema.block, live.object.value());
                let mut change = self.blank(subject, Action::NoOp);
                change.before = Some(live);
                change.after = Some(object.clone());
                change.importing = Some(wanted.identity);
                self.change(Some(subject.node), change);
                Ok(object)
            }
        }
    }

    /// Evaluates the import blocks for one block of the configuration, before its instances are planned.
    pub(super) fn note_imports(&mut self, block: &ResourceAddress) -> Result<(), Halt> {
        if self.options.mode == Mode::Destroy {
            return Ok(());
        }
        for import in self.import_blocks.get(block).cloned().unwrap_or_default() {
            for place in places(&self.evaluation, import)? {
                let address = self.import_address(import, &place)?;
                let wanted = self.wanted(import, &place)?;
                if let Some(first) = self.imports.insert(address.clone(), wanted) {
                    return Err(twice(import, &address, &first).into());
                }
            }
        }
        Ok(())
    }

    /// Reports the imports for instances that the configuration does not have.
    pub(super) fn imports_without_instance(&mut self) {
        let imports = self.imports.iter();
        let missing = imports.filter(|(address, _)| !self.planned.contains(address));
        let diagnostics = missing.map(|(address, wanted)| {
            let detail = format!(
                "The configuration for the given import target {address} does not exist. All target instances must have \
                 an associated configuration to be imported."
            );
            Diagnostic::error(Code::UnknownReference, detail)
                .with_summary("Configuration for import target does not exist")
                .at(wanted.to)
        });
        let diagnostics: Vec<Diagnostic> = diagnostics.collect();
        self.diagnostics.extend(diagnostics);
    }

    /// The instance that an object becomes.
    fn import_address(&self, import: &Import, place: &Place) -> Result<InstanceAddress, Halt> {
        let key = |key: &Option<Expression>| match key {
            None => Ok(InstanceKey::None),
            Some(expression) => {
                let value = self.evaluation.evaluate(expression, place)?;
                key_of(&value).ok_or_else(|| wrong_key(expression.span))
            }
        };
        let mut module = ModuleInstance::root();
        for (name, module_key) in &import.to.modules {
            module = module.child(name.clone(), key(module_key)?);
        }
        let (resource, own_key) = import.to.resource.as_ref().ok_or(Halt::Blocked)?;
        Ok(InstanceAddress {
            module,
            resource: resource.clone(),
            key: key(own_key)?,
        })
    }

    /// The id that a block gives.
    fn wanted(&self, import: &Import, place: &Place) -> Result<Wanted, Halt> {
        let span = import.id.span;
        let id = judged_id(&self.evaluation, import, place)?.ok_or_else(|| {
            let detail = "The import block \"id\" argument depends on resource attributes that cannot be determined until \
                          apply, so this resource cannot be planned to be imported.";
            wrong_id(detail.to_owned(), span)
        })?;
        Ok(Wanted {
            identity: Identity(id),
            id: span,
            to: import.to.span,
        })
    }

    /// Refuses an import through a provider configuration whose settings are not known yet.
    pub(super) fn can_look(&mut self, subject: &Subject<'_>, wanted: &Wanted) -> Result<(), Halt> {
        match self.provider_status(&subject.provider) {
            ProviderStatus::Known(_) => Ok(()),
            ProviderStatus::Blocked => Err(Halt::Blocked),
            ProviderStatus::Unknown => {
                let detail = format!(
                    "{} cannot be imported: settings of its provider configuration are known only after apply.",
                    subject.address
                );
                Err(Diagnostic::error(Code::InvalidProvider, detail)
                    .at(wanted.id)
                    .about(&subject.address)
                    .hint("Apply what the provider configuration depends on first.")
                    .into())
            }
        }
    }
}

impl Wanted {
    /// The error of an object that is not there.
    pub(super) fn not_there(&self, subject: &Subject<'_>) -> Halt {
        let detail = format!(
            "While attempting to import an existing object to \"{}\", the provider detected that no object exists with \
             the given id: `{}`. Only pre-existing objects can be imported; check that the id is correct and that it is \
             associated with the provider's configured region or endpoint, or make a new object by dropping the import.",
            subject.address, self.identity.0
        );
        Diagnostic::error(Code::InvalidValue, detail)
            .with_summary("Cannot import non-existent remote object")
            .at(self.id)
            .about(&subject.address)
            .into()
    }

    /// The error of an id that is not of the form which the type's ids have.
    pub(super) fn malformed(&self, subject: &Subject<'_>, failure: &ReadFailure) -> Halt {
        wrong_id(
            format!("{}.", failure.message.trim_end_matches('.')),
            self.id,
        )
        .about(&subject.address)
        .into()
    }
}

/// Where the expressions of a block are evaluated: once, or for each element. In Terraform's validation nowhere while a part
/// of the collection is unknown.
pub(super) fn places(evaluation: &Evaluation<'_>, import: &Import) -> Result<Vec<Place>, Halt> {
    let root = Place::module(&ModuleInstance::root());
    let Some(for_each) = &import.for_each else {
        return Ok(vec![root]);
    };
    let place = |key, each| Place {
        key,
        each: Some(each),
        ..root.clone()
    };
    let value = evaluation.evaluate(for_each, &root)?;
    let is_open = evaluation.stage() == Stage::Validate && !value.is_wholly_known();
    // Unlike a resource, an import may go through a list.
    if !is_open && let Kind::List(_, elements) | Kind::Tuple(elements) = &value.kind {
        let numbered = elements.iter().zip(0..);
        return Ok(numbered
            .map(|(each, index)| place(InstanceKey::Int(index), each.clone()))
            .collect());
    }
    let is_list = matches!(value.ty(), Type::List(_) | Type::Tuple(_));
    if is_list && is_open {
        return Ok(Vec::new());
    }
    let elements = evaluation.elements(for_each, &root.module)?;
    if is_open {
        return Ok(Vec::new());
    }
    let elements = elements.each.into_iter();
    Ok(elements.map(|(key, each)| place(key, each)).collect())
}

/// Refuses a key of the kind that the instances of the block do not have.
pub(super) fn has_fitting_key(
    evaluation: &Evaluation<'_>,
    import: &Import,
    place: &Place,
) -> Result<(), Halt> {
    let Some((name, Some(key))) = &import.to.resource else {
        return Ok(());
    };
    let configuration = &evaluation.program().configuration;
    let module = configuration.module(&import.to.path());
    let Some(resource) = module.and_then(|module| module.resources.get(name)) else {
        return Ok(());
    };
    let lacking = match (
        key_of(&evaluation.evaluate(key, place)?),
        &resource.repetition,
    ) {
        (Some(InstanceKey::Int(_)), Repetition::None | Repetition::ForEach(_)) => "count",
        (Some(InstanceKey::String(_)), Repetition::None | Repetition::Count(_)) => "for_each",
        (Some(InstanceKey::Int(_)), Repetition::Count(_))
        | (Some(InstanceKey::String(_)), Repetition::ForEach(_))
        | (Some(InstanceKey::None) | None, _) => return Ok(()),
    };
    let detail = format!("The target resource does not use {lacking}.");
    let diagnostic = Diagnostic::error(Code::InvalidReference, detail)
        .with_summary("Invalid import 'to' expression")
        .at(import.to.span)
        .also(resource.span, "declared here");
    Err(diagnostic
        .hint("Name an instance as the block makes them.")
        .into())
}

/// The id that a block gives; `None` while it is not known.
pub(super) fn judged_id(
    evaluation: &Evaluation<'_>,
    import: &Import,
    place: &Place,
) -> Result<Option<String>, Halt> {
    let span = import.id.span;
    let value = evaluation.evaluate(&import.id, place)?;
    let fail = |detail: &str| Halt::from(wrong_id(detail.to_owned(), span));
    let text = convert(&value, &Type::String).map_err(|error| {
        let detail = format!("The import ID must be a string: {error}.");
        Diagnostic::error(Code::WrongType, detail).at(span)
    })?;
    let predicted = value.deep_marks().intersects(Marks::PREDICTED);
    if value.is_unknown() || predicted {
        return Ok(None);
    }
    if value.deep_marks().intersects(Marks::EPHEMERAL) {
        return Err(fail(
            "The import ID cannot be made from an ephemeral value, since plans and states would hold it.",
        ));
    }
    if value.is_null() {
        return Err(fail("The import ID cannot be null."));
    }
    match text.as_str() {
        Some("") => Err(fail(
            "The import ID value evaluates to an empty string, please provide a non-empty value.",
        )),
        id => Ok(id.map(str::to_owned)),
    }
}

fn key_of(value: &Value) -> Option<InstanceKey> {
    let number = || Some(InstanceKey::Int(value.as_number()?.as_u64()?));
    let text = value.as_str().map(InstanceKey::string);
    text.or_else(number)
}

fn already_managed(address: &InstanceAddress) -> Diagnostic {
    let detail = format!(
        "{address} is already managed: the state has an object for it. To import to this address you must first remove \
         the existing object from the state."
    );
    Diagnostic::error(Code::AlreadyExists, detail)
        .with_summary("Resource already managed by Trustform")
        .about(address)
}

fn wrong_key(span: Span) -> Halt {
    let detail =
        "The key of an instance must be a whole number or a text that is known while planning.";
    Diagnostic::error(Code::InvalidIndex, detail)
        .with_summary("Invalid import 'to' expression")
        .at(span)
        .into()
}

fn wrong_id(detail: String, span: Span) -> Diagnostic {
    Diagnostic::error(Code::InvalidValue, detail)
        .with_summary("Invalid import id argument")
        .at(span)
}

fn twice(import: &Import, address: &InstanceAddress, first: &Wanted) -> Diagnostic {
    let detail = format!(
        "An import block for the resource \"{address}\" was already declared. A resource can have only one import block."
    );
    let diagnostic = Diagnostic::error(Code::Duplicate, detail)
        .with_summary(format!("Duplicate import configuration for \"{address}\""))
        .at(import.to.span);
    if first.to == import.to.span {
        return diagnostic.hint("Each element of its `for_each` must lead to another address.");
    }
    diagnostic.also(first.to, "first declared here")
}
