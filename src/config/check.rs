//! What is wrong with a configuration before anything is evaluated: every declaration is looked at, and every expression
//! in it. `check_*` have what is looked for.

use super::body::{Argument, Body};
use super::load::Configuration;
use super::module::{Dependency, Module, ModuleCall, Repetition, Resource};
use super::unknown_type;
use crate::address::{ModulePath, Name};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{Expression, unknown_calls};
use crate::schema::Schemas;
use crate::source::Span;
use crate::value::{Type, Value, convert};

/// Checks every module of a configuration (after the linker) and returns all that is wrong.
pub fn check(configuration: &Configuration, schemas: &dyn Schemas) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let mut seen = std::collections::BTreeSet::new();
    for (path, module) in &configuration.modules {
        // A declaration that several calls share is checked once.
        if !seen.insert(std::sync::Arc::as_ptr(module)) {
            continue;
        }
        let mut checker = Checker {
            configuration,
            schemas,
            path,
            module,
            diagnostics: Diagnostics::new(),
            within: None,
            own: None,
        };
        checker.module();
        diagnostics.extend(checker.diagnostics);
    }
    diagnostics.in_order_of_place()
}

/// Checks the arguments of a call against the variables of the module it calls.
pub(super) fn check_calls(
    call: &ModuleCall,
    module: Option<&std::sync::Arc<Module>>,
) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let Some(module) = module else {
        return diagnostics;
    };
    for argument in &call.arguments {
        if !module.variables.contains_key(&argument.name) {
            let detail = format!(
                "An argument named \"{}\" is not expected here.",
                argument.name
            );
            let names = module.variables.keys().map(AsRef::as_ref);
            diagnostics.push(
                Diagnostic::error(Code::UnknownArgument, detail)
                    .at(argument.span)
                    .suggest(&argument.name, names),
            );
        }
    }
    for variable in module.variables.values() {
        let mut arguments = call.arguments.iter();
        let given = arguments.find(|argument| argument.name == variable.name);
        if variable.default.is_none() && given.is_none() {
            let detail = format!(
                "The argument \"{}\" is required, but no definition was found.",
                variable.name
            );
            diagnostics.push(
                Diagnostic::error(Code::MissingArgument, detail)
                    .at(call.span)
                    .also(variable.span, "declared here"),
            );
        }
    }
    diagnostics
}

/// The error of an argument whose value is null where that stands for no value.
pub fn required_variable(module: &ModulePath, argument: &Argument) -> Diagnostic {
    let detail = format!(
        "The given value is not suitable for {module}.var.{} defined in the module: required variable may not be set to \
         null.",
        argument.name
    );
    Diagnostic::error(Code::InvalidValue, detail)
        .with_summary("Required variable not set")
        .at(argument.value.span)
}

/// The blocks of the root module that have an instance for certain and are of a type that is not supported.
pub fn unsupported(configuration: &Configuration, schemas: &dyn Schemas) -> Diagnostics {
    let root = configuration.module(&ModulePath::root());
    let resources = root
        .into_iter()
        .flat_map(|module| module.resources.values());
    resources
        .filter(|resource| has_instance(resource))
        .filter(|resource| {
            let name = &resource.name;
            schemas.find(name.mode, &name.resource_type).is_none()
        })
        .map(|resource| unknown_type(resource, schemas))
        .collect()
}

/// Whether a block has an instance, whatever values there are.
fn has_instance(resource: &Resource) -> bool {
    match &resource.repetition {
        Repetition::None => true,
        Repetition::Count(count) => count
            .as_literal()
            .and_then(|count| convert(count, &Type::Number).ok()?.as_number()?.as_u64())
            .is_some_and(|count| count > 0),
        Repetition::ForEach(_) => false,
    }
}

/// The check of one module.
pub(super) struct Checker<'a> {
    pub(super) configuration: &'a Configuration,
    pub(super) schemas: &'a dyn Schemas,
    pub(super) path: &'a ModulePath,
    pub(super) module: &'a Module,
    pub(super) diagnostics: Diagnostics,
    /// The `check` block that is looked at, which alone may refer to its data source.
    pub(super) within: Option<Name>,
    /// The block that is looked at, whose object `self` is.
    pub(super) own: Option<&'a Resource>,
}

/// What may be referred to at a place.
#[derive(Clone, Copy, Default)]
pub(super) struct Allowed {
    pub(super) each: bool,
    pub(super) count: bool,
    pub(super) own: bool,
}

impl Allowed {
    fn of(repetition: &Repetition) -> Self {
        Allowed {
            each: matches!(repetition, Repetition::ForEach(_)),
            count: matches!(repetition, Repetition::Count(_)),
            own: false,
        }
    }
}

impl<'a> Checker<'a> {
    fn module(&mut self) {
        let nothing = Allowed::default();
        for local in self.module.locals.values() {
            self.expression(&local.value, nothing);
        }
        for variable in self.module.variables.values() {
            self.validations(variable);
        }
        for output in self.module.outputs.values() {
            self.expression(&output.value, nothing);
            self.dependencies(&output.depends_on);
            self.conditions(&output.preconditions, nothing);
            if output.ephemeral && self.path.is_root() {
                let detail = "Ephemeral outputs are not allowed in context of a root module.";
                let summary = "Ephemeral output not allowed";
                self.push(Code::InvalidBlock, output.span, detail.to_owned(), summary);
            }
        }
        for call in self.module.calls.values() {
            let allowed = Allowed::of(&call.repetition);
            self.arguments(&call.arguments, allowed);
            self.repetition(&call.repetition);
            self.dependencies(&call.depends_on);
            self.nulls(call);
        }
        for provider in &self.module.providers {
            self.body(&provider.body, Allowed::of(&provider.repetition));
            self.repetition(&provider.repetition);
            let address = self.module.provider(&provider.local_name);
            if let Some(block) = self.schemas.provider(&address.provider_type) {
                let owner = format!("provider `{}`", provider.local_name);
                self.shape(&provider.body, block, &owner);
            }
        }
        for resource in self.module.resources.values() {
            self.resource(resource);
        }
        self.assertions();
        self.provider_meta();
        self.removed();
        self.imports();
        self.diagnostics.extend(super::check_targets::check(
            self.configuration,
            self.path,
            self.module,
        ));
    }

    /// Refuses null for a variable for which it stands for no value.
    fn nulls(&mut self, call: &ModuleCall) {
        let path = self.path.child(call.name.clone());
        let Some(module) = self.configuration.module(&path) else {
            return;
        };
        for argument in &call.arguments {
            let variable = module.variables.get(&argument.name);
            let needs = variable.is_some_and(|it| it.default.is_none() && !it.nullable);
            if needs && argument.value.as_literal().is_some_and(Value::is_null) {
                self.diagnostics.push(required_variable(&path, argument));
            }
        }
    }

    fn imports(&mut self) {
        for import in &self.module.imports {
            let allowed = Allowed {
                each: import.for_each.is_some(),
                ..Allowed::default()
            };
            let keys = import.to.modules.iter().map(|(_, key)| key);
            let keys = keys.chain(import.to.resource.iter().map(|(_, key)| key));
            for expression in keys.flatten().chain([&import.id]) {
                self.expression(expression, allowed);
            }
            if let Some(expression) = &import.for_each {
                self.expression(expression, Allowed::default());
            }
        }
    }

    fn resource(&mut self, resource: &'a Resource) {
        self.own = Some(resource);
        let allowed = Allowed::of(&resource.repetition);
        self.repetition(&resource.repetition);
        self.body(&resource.body, allowed);
        self.dependencies(&resource.depends_on);
        self.triggers(&resource.lifecycle.replace_triggered_by, allowed);
        self.provisioners(&resource.provisioning, allowed);
        self.conditions(&resource.lifecycle.preconditions, allowed);
        self.conditions(
            &resource.lifecycle.postconditions,
            Allowed {
                own: true,
                ..allowed
            },
        );
        let internals = [&resource.internals.adopt, &resource.internals.forget];
        for expression in internals.into_iter().flatten() {
            self.expression(expression, allowed);
        }
        let name = &resource.name;
        // A type that is not supported is told where an instance of it would be planned.
        if let Some(entry) = self.schemas.find(name.mode, &name.resource_type) {
            self.shape(
                &resource.body,
                &entry.schema.block,
                &format!("`{}`", name.resource_type),
            );
        }
        self.own = None;
    }

    /// Notes an error with a summary of its own.
    pub(super) fn push(&mut self, code: Code, span: Span, detail: String, summary: &str) {
        self.diagnostics.push(
            Diagnostic::error(code, detail)
                .with_summary(summary)
                .at(span),
        );
    }

    fn repetition(&mut self, repetition: &Repetition) {
        match repetition {
            Repetition::None => {}
            Repetition::Count(expression) | Repetition::ForEach(expression) => {
                self.expression(expression, Allowed::default());
            }
        }
    }

    fn arguments(&mut self, arguments: &[Argument], allowed: Allowed) {
        for argument in arguments {
            self.expression(&argument.value, allowed);
        }
    }

    /// Checks the expressions of a body.
    pub(super) fn body(&mut self, body: &Body, allowed: Allowed) {
        self.arguments(&body.arguments, allowed);
        for block in &body.blocks {
            if let Some(dynamic) = &block.dynamic {
                self.expression(&dynamic.for_each, allowed);
            }
            self.body(&block.body, allowed);
        }
    }

    fn dependencies(&mut self, dependencies: &[Dependency]) {
        for dependency in dependencies {
            self.reference(&dependency.reference, &[], Allowed::default());
        }
    }

    /// Checks the calls and references of an expression.
    pub(super) fn expression(&mut self, expression: &Expression, allowed: Allowed) {
        let is_builtin = |provider: &str| self.module.offers_functions(provider);
        let unknown = unknown_calls(expression, &is_builtin);
        self.diagnostics.extend(unknown);
        let mut found = Vec::new();
        expression.each_reference(&mut |reference, steps| found.push((reference, steps)));
        for (reference, steps) in found {
            self.reference(reference, steps, allowed);
        }
        self.outputs_of_calls(expression);
    }
}
