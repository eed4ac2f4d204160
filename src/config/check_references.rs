//! Whether what an expression refers to is declared, and may be referred to where it stands.

use super::check::{Allowed, Checker};
use super::module::{Repetition, module_name};
use crate::address::ResourceMode;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{EachPart, Reference, Step, Subject};

impl Checker<'_> {
    /// Checks a reference and the steps behind it.
    pub(super) fn reference(&mut self, reference: &Reference, steps: &[Step], allowed: Allowed) {
        let module = self.module;
        match &reference.subject {
            Subject::Variable(name) => {
                if !module.variables.contains_key(name) {
                    let names = module.variables.keys().map(AsRef::as_ref);
                    self.undeclared(reference, "input variable", name, names.collect());
                }
            }
            Subject::Local(name) => {
                if !module.locals.contains_key(name) {
                    let names = module.locals.keys().map(AsRef::as_ref);
                    self.undeclared(reference, "local value", name, names.collect());
                }
            }
            Subject::Module(name) => {
                if !module.calls.contains_key(name) {
                    let names = module.calls.keys().map(AsRef::as_ref);
                    self.undeclared(reference, "module", name, names.collect());
                }
            }
            Subject::Resource(name) => match module.resources.get(name) {
                Some(resource) if resource.check.is_some() && resource.check != self.within => {
                    self.scoped(reference, resource);
                }
                Some(resource) => {
                    self.instance_key(reference, resource, steps);
                    self.attribute_of(resource, &resource.repetition, steps);
                }
                None => self.undeclared_resource(reference),
            },
            Subject::Each(_) if !allowed.each => self.out_of_place(reference, "each", "for_each"),
            Subject::CountIndex if !allowed.count => self.out_of_place(reference, "count", "count"),
            Subject::Own if !allowed.own => {
                let detail = "The \"self\" object is available only in provisioners, connections and postconditions.";
                self.push(
                    Code::InvalidReference,
                    reference.span,
                    detail.into(),
                    "Invalid \"self\" reference",
                );
            }
            Subject::Own => {
                if let Some(resource) = self.own {
                    self.attribute_of(resource, &Repetition::None, steps);
                }
            }
            Subject::Each(_) | Subject::CountIndex | Subject::Path(_) | Subject::Workspace => {}
        }
    }

    fn out_of_place(&mut self, reference: &Reference, object: &str, argument: &str) {
        let detail = format!(
            "The \"{object}\" object can be used only in \"module\", \"resource\", and \"data\" blocks, and only when the \
             \"{argument}\" argument is set."
        );
        let summary = if matches!(reference.subject, Subject::Each(EachPart::Value)) {
            "each.value cannot be used in this context"
        } else if object == "count" {
            "Reference to \"count\" in non-counted context"
        } else {
            "Reference to \"each\" in context without for_each"
        };
        self.push(Code::InvalidReference, reference.span, detail, summary);
    }

    fn undeclared(&mut self, reference: &Reference, what: &str, name: &str, names: Vec<&str>) {
        let detail = format!(
            "No {what} named \"{name}\" has been declared in {}.",
            module_name(self.path)
        );
        self.diagnostics.push(
            Diagnostic::error(Code::UnknownReference, detail)
                .with_summary(format!("Reference to undeclared {what}"))
                .at(reference.span)
                .suggest(name, names),
        );
    }

    fn undeclared_resource(&mut self, reference: &Reference) {
        let Subject::Resource(name) = &reference.subject else {
            return;
        };
        let what = match name.mode {
            ResourceMode::Managed => "managed resource",
            ResourceMode::Data => "data resource",
            ResourceMode::Ephemeral => "ephemeral resource",
        };
        let detail = format!(
            "No {what} \"{}\" \"{}\" has been declared in {}.",
            name.resource_type,
            name.name,
            module_name(self.path)
        );
        let written = name.to_string();
        let names: Vec<String> = self
            .module
            .resources
            .keys()
            .map(ToString::to_string)
            .collect();
        self.diagnostics.push(
            Diagnostic::error(Code::UnknownReference, detail)
                .at(reference.span)
                .suggest(&written, names.iter().map(String::as_str)),
        );
    }
}
