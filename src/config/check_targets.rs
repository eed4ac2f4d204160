//! What is wrong with `removed` and `import` blocks before anything is evaluated. What is wrong with `moved` blocks
//! shows when all of them are looked at together, which the planner does.

use super::import::Import;
use super::load::Configuration;
use super::module::{Module, Repetition};
use super::removed::Removed;
use super::target::Target;
use crate::address::{ModulePath, ResourceAddress};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{Expression, Subject, evaluate_constant};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Checks the blocks of one module.
pub(super) fn check(
    configuration: &Configuration,
    path: &ModulePath,
    module: &Module,
) -> Vec<Diagnostic> {
    let removed = module.removed.iter();
    let mut problems: Vec<Diagnostic> = removed
        .filter_map(|removed| still_there(configuration, path, removed))
        .collect();
    let (first, others) = match module.imports.split_first() {
        Some((first, _)) if !path.is_root() => (Some(first), &[] as &[Import]),
        _ => (None, module.imports.as_slice()),
    };
    problems.extend(first.map(|import| outside_root(path, import)));
    let mut known = BTreeMap::new();
    for import in others {
        let problem = not_declared(configuration, import)
            .or_else(|| twice(&mut known, import))
            .or_else(|| needs_a_key(configuration, import))
            .or_else(|| speaks_of_itself(import))
            .or_else(|| names_a_provider(import));
        problems.extend(problem);
    }
    problems
}

/// A path relative to a module, as the whole path.
fn within(base: &ModulePath, relative: &ModulePath) -> ModulePath {
    let names = relative.names().iter();
    names.fold(base.clone(), |path, name| path.child(name.clone()))
}

fn still_there(
    configuration: &Configuration,
    base: &ModulePath,
    removed: &Removed,
) -> Option<Diagnostic> {
    let path = within(base, &removed.from.path());
    let (what, name, place) = match &removed.from.resource {
        Some((name, _)) => {
            let declared = configuration.module(&path)?.resources.get(name)?;
            let address = name.clone().in_module(path);
            ("resource", address.to_string(), declared.span)
        }
        None => {
            let call = path.names().last()?;
            let caller = configuration.module(&path.parent()?)?;
            ("module", path.to_string(), caller.calls.get(call)?.span)
        }
    };
    let detail = format!(
        "This block says that {name} was removed, but it is still declared in the configuration."
    );
    let diagnostic = Diagnostic::error(Code::InvalidReference, detail)
        .with_summary(format!("Removed {what} still exists"))
        .at(place)
        .also(removed.from.span, "said to be removed here");
    Some(diagnostic.hint(format!(
        "Remove the {what}'s block, or the `removed` block to keep it."
    )))
}

fn outside_root(path: &ModulePath, import: &Import) -> Diagnostic {
    let detail = format!(
        "An import block stands in {path}, but import blocks are only allowed in the root module."
    );
    Diagnostic::error(Code::InvalidBlock, detail)
        .with_summary("Invalid import configuration")
        .at(import.span)
}

/// The block that a target is an instance of.
fn block_of(target: &Target<Expression>) -> Option<ResourceAddress> {
    let (name, _) = target.resource.as_ref()?;
    Some(name.clone().in_module(target.path()))
}

fn not_declared(configuration: &Configuration, import: &Import) -> Option<Diagnostic> {
    let block = block_of(&import.to)?;
    let module = configuration.module(&block.module);
    if module.is_some_and(|module| module.resources.contains_key(&block.resource)) {
        return None;
    }
    let detail = format!(
        "The configuration for the given import target {block} does not exist. All target instances must have an \
         associated configuration to be imported."
    );
    let diagnostic = Diagnostic::error(Code::UnknownReference, detail)
        .with_summary("Configuration for import target does not exist")
        .at(import.to.span);
    Some(if block.module.is_root() {
        diagnostic.hint(format!(
            "Write its block: resource \"{}\" \"{}\" {{ … }}",
            block.resource.resource_type, block.resource.name
        ))
    } else {
        diagnostic
    })
}

/// A second import for the address of an earlier one, as far as both are constant; `known` are the earlier ones.
fn twice<'a>(known: &mut BTreeMap<String, &'a Import>, import: &'a Import) -> Option<Diagnostic> {
    let address = constant_address(import)?;
    let first = match known.entry(address.clone()) {
        Entry::Vacant(free) => {
            free.insert(import);
            return None;
        }
        Entry::Occupied(taken) => *taken.get(),
    };
    let detail = format!(
        "An import block for the resource \"{address}\" was already declared. A resource can have only one import block."
    );
    let diagnostic = Diagnostic::error(Code::Duplicate, detail)
        .with_summary(format!("Duplicate import configuration for \"{address}\""))
        .at(import.to.span);
    Some(diagnostic.also(first.to.span, "first declared here"))
}

fn needs_a_key(configuration: &Configuration, import: &Import) -> Option<Diagnostic> {
    let block = block_of(&import.to)?;
    let (_, None) = import.to.resource.as_ref()? else {
        return None;
    };
    let resource = configuration
        .module(&block.module)?
        .resources
        .get(&block.resource)?;
    let (argument, key) = match resource.repetition {
        Repetition::Count(_) => ("count", "[0]"),
        Repetition::ForEach(_) => ("for_each", "[\"key\"]"),
        Repetition::None => return None,
    };
    let detail =
        format!("The target resource is using {argument}, so the instance has to be named.");
    let diagnostic = Diagnostic::error(Code::InvalidReference, detail)
        .with_summary("Invalid import 'to' expression")
        .at(import.to.span)
        .also(resource.span, "declared here");
    Some(diagnostic.hint(format!(
        "Write a key behind the address, as `{block}{key}`."
    )))
}

fn speaks_of_itself(import: &Import) -> Option<Diagnostic> {
    let block = block_of(&import.to)?;
    let references = import.id.references();
    let mut itself = references.iter().filter(|reference| {
        block.module.is_root()
            && matches!(&reference.subject, Subject::Resource(name) if *name == block.resource)
    });
    let reference = itself.next()?;
    let detail = "The import ID cannot reference the resource being imported.";
    let diagnostic = Diagnostic::error(Code::InvalidReference, detail)
        .with_summary("Invalid import id argument")
        .at(reference.span);
    Some(diagnostic)
}

fn names_a_provider(import: &Import) -> Option<Diagnostic> {
    let provider = import.provider.as_ref()?;
    let detail = "The provider argument can only be specified in import blocks that will generate configuration. Use the \
                  provider argument in the target resource block to configure the provider for a resource.";
    let diagnostic = Diagnostic::error(Code::InvalidBlock, detail)
        .with_summary("Invalid import provider argument")
        .at(provider.span);
    Some(diagnostic)
}

/// The address as a text, when no key of it has to be evaluated.
fn constant_address(import: &Import) -> Option<String> {
    let key = |key: &Option<Expression>| match key {
        None => Some(String::new()),
        Some(expression) => {
            let value = evaluate_constant(expression).ok()?;
            let number = || Some(value.as_number()?.to_string());
            let text = value.as_str().map(|text| format!("{text:?}"));
            Some(format!("[{}]", text.or_else(number)?))
        }
    };
    let modules = import.to.modules.iter();
    let modules = modules.map(|(name, own)| Some(format!("module.{name}{}.", key(own)?)));
    let modules: String = modules.collect::<Option<_>>()?;
    let (name, own) = import.to.resource.as_ref()?;
    Some(format!("{modules}{name}{}", key(own)?))
}
