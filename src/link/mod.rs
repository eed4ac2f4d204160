//! The linker: nouns become module calls of the prelude, roles get the service accounts that name them, clusters become
//! Kubernetes connections.
//!
//! [`link`] is pure and static: it looks at blocks and references, never at values, and what it adds are expressions over
//! what the user wrote. After it no noun is left, and the configuration is one that Terraform's language could say (but
//! for connections of repeated clusters, which are evaluated for each module instance).
//!
//! Everything it adds stands at the user's lines: a noun's call at the block, its arguments where they were written, the
//! declarations of its module at the argument from which they come.

mod accounts;
mod build;
mod calls;
mod connections;
pub mod display;
mod expand;
mod facts;
mod further;
mod instantiate;
mod namespaces;
mod nouns;
mod providers;
mod rebuild;
mod references;
mod subjects;
mod targets;
#[cfg(test)]
mod tests;

pub use connections::INTERNAL_SETTINGS;
pub use expand::{PlainFile, expand};
pub use facts::{PriorFacts, RecordedObject};

use crate::address::{ModulePath, Name};
use crate::config::{Configuration, Module, NounBlock, NounKind, Nouns};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::Expression;
use crate::source::Span;
use references::References;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An expression over a configuration that is not linked yet (its nouns are given), as it reads after linking.
pub fn linked_expression(
    expression: &Expression,
    nouns: &Nouns,
) -> Result<Expression, Diagnostics> {
    let references = References::new(nouns);
    let turned = references.turn(expression);
    references
        .into_diagnostics()
        .into_result(turned)
        .map(|(turned, _)| turned)
}

/// Replaces the nouns of a configuration by calls of the prelude.
///
/// `prior` are facts of the state: they decide what is adopted when `existing` was turned off, and how clusters are reached
/// whose block is gone. All that is wrong is returned together; the configuration is of use only without errors.
pub fn link(mut configuration: Configuration, prior: &PriorFacts) -> (Configuration, Diagnostics) {
    let mut diagnostics = misplaced(&configuration);
    let root_path = ModulePath::root();
    let Some(root) = configuration.modules.get(&root_path) else {
        return (configuration, diagnostics);
    };
    let mut root = Module::clone(root);
    let mut nouns = std::mem::take(&mut root.nouns);
    let problems = nouns.values().map(nouns::check_shape);
    diagnostics.extend(problems.flatten());
    if !nouns.is_empty() {
        diagnostics.extend(reserved(&root));
    }
    let references = References::new(&nouns);
    references.turn_module(&mut root);
    targets::turn(&mut root, &references);
    for block in nouns.values_mut() {
        references.turn_noun(block);
    }
    let accounts = accounts::followed(&nouns, &references);
    let mut linker = Linker {
        nouns: &nouns,
        references: &references,
        accounts: &accounts,
        prior,
        root,
        modules: BTreeMap::new(),
        provider_locals: BTreeMap::new(),
        diagnostics: Diagnostics::new(),
    };
    linker.link();
    let Linker {
        root,
        modules,
        diagnostics: found,
        ..
    } = linker;
    diagnostics.extend(found);
    diagnostics.extend(references.into_diagnostics());
    configuration
        .modules
        .insert(root_path.clone(), Arc::new(root));
    for (name, module) in modules {
        configuration
            .modules
            .insert(root_path.child(name), Arc::new(module));
    }
    (configuration, diagnostics)
}

/// One run of the linker over the root module, whose references to nouns are turned already.
struct Linker<'a> {
    nouns: &'a Nouns,
    references: &'a References,
    accounts: &'a accounts::Accounts,
    prior: &'a PriorFacts,
    root: Module,
    /// The modules of the calls that were made.
    modules: BTreeMap<Name, Module>,
    /// The local values of clusters, by cluster and the alias of the roles' AWS provider.
    provider_locals: BTreeMap<(Name, Option<Name>), Name>,
    diagnostics: Diagnostics,
}

impl<'a> Linker<'a> {
    fn link(&mut self) {
        self.duplicates();
        for kind in NounKind::ALL {
            for block in self.of_kind(kind) {
                self.add_noun(block);
            }
        }
        for cluster in self.of_kind(NounKind::Cluster) {
            self.add_connection(cluster);
            self.add_namespaces(cluster);
        }
        self.keep_namespaces();
        self.add_recorded_connections();
    }

    fn of_kind(&self, kind: NounKind) -> Vec<&'a NounBlock> {
        let of_kind = self.nouns.values().filter(|block| block.kind == kind);
        of_kind.collect()
    }

    fn block(&self, kind: NounKind, label: &Name) -> Option<&'a NounBlock> {
        self.nouns.get(&(kind, label.clone()))
    }

    /// Adds a call, unless the user has one of that name.
    fn add_call(&mut self, call: crate::config::ModuleCall, module: Module, what: &str) {
        if let Some(own) = self.root.calls.get(&call.name) {
            let detail = format!(
                "The module call `{}` has the name that {what} needs for its own.",
                call.name
            );
            self.diagnostics.push(
                Diagnostic::error(Code::Duplicate, detail)
                    .with_summary("Reserved module name")
                    .at(own.span)
                    .also(call.span, "declared here")
                    .hint("Rename the module call."),
            );
            return;
        }
        self.modules.insert(call.name.clone(), module);
        self.root.calls.insert(call.name.clone(), call);
    }

    /// Adds a local value of the linker's own.
    fn add_local(&mut self, name: &Name, span: Span, value: crate::lang::Expression) {
        let local = crate::config::Local {
            name: name.clone(),
            span,
            value,
        };
        self.root.locals.insert(name.clone(), local);
    }
}

/// Calls that make the namespaces of a cluster are called so, and then as the cluster.
const NAMESPACES_OF: &str = "namespaces_";

/// Names that begin so are the linker's own.
const RESERVED: &str = "trustform_";

/// Names of the user's that the linker needs.
fn reserved(root: &Module) -> Diagnostics {
    let locals = root.locals.values().map(|local| (&local.name, local.span));
    let data = root
        .resources
        .values()
        .map(|resource| (&resource.name.name, resource.span));
    let taken = locals
        .chain(data)
        .filter(|(name, _)| name.starts_with(RESERVED));
    let mut diagnostics: Diagnostics = taken
        .map(|(name, span)| {
            let detail =
                format!("Names that begin with `{RESERVED}` are reserved, as `{name}` is.");
            Diagnostic::error(Code::Duplicate, detail)
                .with_summary("Reserved name")
                .at(span)
        })
        .collect();
    for provider in &root.providers {
        for setting in connections::INTERNAL_SETTINGS {
            if let Some(argument) = provider.body.argument(setting) {
                let detail = format!("An argument named \"{setting}\" is not expected here.");
                diagnostics.push(
                    Diagnostic::error(Code::UnknownArgument, detail)
                        .at(argument.span)
                        .hint("Declare the cluster as a `cluster` block: its connection is made for you."),
                );
            }
        }
    }
    diagnostics
}

/// Nouns that stand in another module than the root.
fn misplaced(configuration: &Configuration) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for (path, module) in &configuration.modules {
        if path.is_root() {
            continue;
        }
        diagnostics.extend(targets::misplaced(module));
        for block in module.nouns.values() {
            let kind = block.kind;
            let detail = format!(
                "A `{kind}` block stands in {path}, but nouns can be declared in the root module only."
            );
            diagnostics.push(
                Diagnostic::error(Code::InvalidNoun, detail)
                    .with_summary("Noun outside the root module")
                    .at(block.span)
                    .hint(format!("In a module, write {} instead.", plain(kind))),
            );
        }
    }
    diagnostics
}

/// The plain resources that stand for a noun.
fn plain(kind: NounKind) -> &'static str {
    match kind {
        NounKind::Cluster => "`aws_eks_cluster` (or the data source of that name)",
        NounKind::OidcProvider => {
            "`aws_iam_openid_connect_provider` (or the data source of that name)"
        }
        NounKind::Role => {
            "`aws_iam_role`, `aws_iam_role_policy` and `aws_iam_role_policy_attachment`"
        }
        NounKind::ServiceAccount => {
            "`kubernetes_service_account_v1`, or `kubernetes_annotations` for one that exists"
        }
    }
}
