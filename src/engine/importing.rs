//! `import ADDR ID`: one object that exists already is taken into the state at once.
//!
//! The command is an `import` block that is written on the command line. It is decoded, linked and looked up like one;
//! what it does not do is plan: the block of the resource may still be empty.

use super::saving::written;
use super::session::Session;
use crate::address::{ModulePath, ResourceAddress};
use crate::apply::StateStore;
use crate::config::{Configuration, Import, Module, NounKind, Target, decode_file};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::Expression;
use crate::plan::Plan;
use crate::schema::Schemas;
use crate::value::Value;
use std::sync::Arc;

/// Makes the import of the command line the only one of a configuration that is not linked yet.
pub fn ask_for(
    configuration: &mut Configuration,
    address: &str,
    id: &str,
) -> Result<(), Diagnostics> {
    let import = decoded(configuration, address, id)?;
    declared(configuration, &import.to)?;
    let root = configuration.modules.entry(ModulePath::root()).or_default();
    Arc::make_mut(root).imports = vec![import];
    Ok(())
}

/// The import block that the two arguments are.
fn decoded(
    configuration: &mut Configuration,
    address: &str,
    id: &str,
) -> Result<Import, Diagnostics> {
    if address.contains(['\n', '\r']) {
        return Err(wrong("An address stands on one line.").into());
    }
    let text = format!(
        "import {{\n  to = {address}\n  id = \"{}\"\n}}\n",
        escaped(id)
    );
    let file = configuration.sources.add("<import-address>", text.as_str());
    let mut module = Module::default();
    let diagnostics = decode_file(file, &text, &mut module);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let Some(mut import) = module.imports.pop() else {
        return Err(wrong("The address of a resource instance is wanted.").into());
    };
    import.id = Expression::literal(import.id.span, Value::string(id));
    Ok(import)
}

/// An id as it is written between quotes.
fn escaped(id: &str) -> String {
    let escaped = id.replace('\\', "\\\\").replace('"', "\\\"");
    let escaped = escaped.replace('\n', "\\n").replace('\r', "\\r");
    escaped.replace("${", "$${").replace("%{", "%%{")
}

fn wrong(detail: &str) -> Diagnostic {
    Diagnostic::error(Code::Usage, detail).with_summary("Invalid address")
}

/// Refuses a target that is not declared, with the block to write.
fn declared(configuration: &Configuration, target: &Target<Expression>) -> Result<(), Diagnostics> {
    if let Some((kind, label, _)) = &target.noun {
        let is_declared = configuration
            .root()
            .nouns
            .contains_key(&(*kind, label.clone()));
        return if is_declared {
            Ok(())
        } else {
            Err(no_noun(*kind, label).into())
        };
    }
    let Some((name, _)) = &target.resource else {
        return Err(wrong("The address of a resource instance is wanted.").into());
    };
    let block = name.clone().in_module(target.path());
    let Some(module) = configuration.module(&block.module) else {
        // A noun's module comes into being later.
        if is_of_a_noun(configuration, &block) {
            return Ok(());
        }
        let detail = format!(
            "{} is not defined in the configuration. Add configuration for this module before importing into it.",
            block.module
        );
        return Err(Diagnostic::error(Code::UnknownReference, detail)
            .with_summary("Import to non-existent module")
            .into());
    };
    if module.resources.contains_key(name) {
        Ok(())
    } else {
        Err(no_block(&block).into())
    }
}

fn is_of_a_noun(configuration: &Configuration, block: &ResourceAddress) -> bool {
    let [call] = block.module.names() else {
        return false;
    };
    let root = configuration.root();
    root.nouns
        .values()
        .any(|noun| **call == *format!("{}_{}", noun.kind, noun.name))
}

fn no_noun(kind: NounKind, label: &str) -> Diagnostic {
    let detail = format!(
        "The configuration has no {kind} \"{label}\". Before importing it, write its block in the root module."
    );
    Diagnostic::error(Code::UnknownReference, detail)
        .with_summary(format!(
            "Address {kind}.{label} does not exist in the configuration"
        ))
        .hint(format!("For example: {kind} \"{label}\" {{ … }}"))
}

fn no_block(block: &ResourceAddress) -> Diagnostic {
    let place = if block.module.is_root() {
        "the root module".to_owned()
    } else {
        block.module.to_string()
    };
    let detail = format!(
        "Before importing this resource, create its configuration in {place}. For example:\n\nresource \"{}\" \"{}\" {{\n  \
         # (resource arguments)\n}}",
        block.resource.resource_type, block.resource.name
    );
    Diagnostic::error(Code::UnknownReference, detail).with_summary(format!(
        "Resource address \"{block}\" does not exist in the configuration"
    ))
}

/// Records the objects that a plan of imports found, and writes the state.
pub async fn take_in(
    session: &mut Session,
    plan: &Plan,
    schemas: &dyn Schemas,
) -> Result<(), Diagnostics> {
    let mut store = StateStore::open(session.snapshot().as_ref().clone());
    for change in &plan.changes {
        if change.importing.is_some() {
            store.take_in(change, schemas);
        }
    }
    written(session, store.close()).await
}
