//! What is wrong with a configuration before anything is evaluated: names that do not exist, arguments that a type
//! does not have, blocks that are missing.

use super::body::{Argument, Body, NestedBlock};
use super::load::Configuration;
use super::module::{Dependency, Module, ModuleCall, Repetition, Resource, module_name};
use super::unknown_type;
use crate::address::{ModulePath, Name, ResourceMode};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{
    EachPart, Expression, Reference, Step, Subject, evaluate_constant, unknown_calls,
};
use crate::schema::{Attribute, Block, Presence, Schemas};
use crate::source::Span;
use crate::value::{ConversionError, Type, Value, convert};

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

/// The mistake of giving an attribute a value that is not of its type.
pub fn unsuitable(name: &str, error: &ConversionError) -> Diagnostic {
    let part = if error.path.is_root() {
        String::new()
    } else {
        format!(" at {}", error.path)
    };
    let detail = format!("Inappropriate value for attribute \"{name}\"{part}: {error}.");
    Diagnostic::error(Code::WrongType, detail).with_summary("Incorrect attribute value type")
}

/// The error of an argument that only the provider gives a value.
pub fn unconfigurable(name: &str) -> Diagnostic {
    let detail = format!(
        "The value of \"{name}\" is decided by the provider; the configuration cannot set it."
    );
    Diagnostic::error(Code::UnknownArgument, detail)
        .with_summary("Value for unconfigurable attribute")
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

    /// Checks a body against the shape of its block.
    pub(super) fn shape(&mut self, body: &Body, block: &Block, owner: &str) {
        for argument in &body.arguments {
            self.argument(argument, block, owner);
        }
        for nested in &body.blocks {
            match block.nested(&nested.name) {
                Some(shape) => {
                    self.labels(nested);
                    let owner = format!("`{}` blocks", nested.name);
                    self.shape(&nested.body, &shape.block, &owner);
                }
                None => {
                    let detail =
                        format!("Blocks of type \"{}\" are not expected here.", nested.name);
                    self.diagnostics.push(
                        Diagnostic::error(Code::UnknownBlock, detail)
                            .at(nested.dynamic.as_ref().map_or(nested.span, |it| it.label))
                            .suggest(&nested.name, block.names()),
                    );
                }
            }
        }
        self.required(body, block);
    }

    /// Checks that an argument is one that can be written here.
    fn argument(&mut self, argument: &Argument, block: &Block, owner: &str) {
        let (name, span) = (&argument.name, argument.span);
        match (block.attribute(name), block.nested(name)) {
            // What refers to something may come to null, which sets nothing.
            (Some(attribute), _)
                if attribute.presence == Presence::Computed
                    && argument.value.references().is_empty()
                    && !argument.value.as_literal().is_some_and(Value::is_null) =>
            {
                self.diagnostics
                    .push(unconfigurable(name).at(argument.value.span));
            }
            (Some(attribute), _) => self.constant(attribute, argument),
            (None, Some(_)) => {
                let detail = format!(
                    "An argument named \"{name}\" is not expected here. Did you mean to define a block of type \"{name}\"?"
                );
                self.diagnostics
                    .push(Diagnostic::error(Code::UnknownArgument, detail).at(span));
            }
            (None, None) => {
                let of_all = self.of_all_resources(argument);
                let diagnostic = if self.is_json(span) {
                    let detail = format!("No argument or block type is named \"{name}\".");
                    Diagnostic::error(Code::UnknownArgument, detail)
                        .with_summary("Extraneous JSON object property")
                } else {
                    let detail = format!("An argument named \"{name}\" is not expected here.");
                    Diagnostic::error(Code::UnknownArgument, detail)
                };
                self.diagnostics.push(
                    diagnostic
                        .labelled(span, format!("not an argument of {owner}"))
                        .suggest(name, block.names().chain(of_all)),
                );
            }
        }
    }

    /// What may stand beside an argument whatever the type is: it is the block's own, and not one of a block within.
    fn of_all_resources(&self, argument: &Argument) -> impl Iterator<Item = &'static str> {
        let own = self.own.map(|resource| &resource.body.arguments);
        let is_own = own.is_some_and(|own| own.iter().any(|it| std::ptr::eq(it, argument)));
        let names = ["count", "depends_on", "for_each", "provider"];
        // In the block `_` such a name is no meta-argument, and not meant.
        let names = names
            .into_iter()
            .filter(|name| *name != argument.name.as_ref());
        names.filter(move |_| is_own)
    }

    /// Whether a place is in a JSON file, whose members are neither arguments nor blocks by themselves.
    fn is_json(&self, span: Span) -> bool {
        let file = self.configuration.sources.file(span.file);
        let ending = file.and_then(|file| file.path().extension());
        ending.is_some_and(|ending| ending == "json")
    }

    /// A value that stands here in full has to be of the attribute's type; others are judged when they have come to one.
    fn constant(&mut self, attribute: &Attribute, argument: &Argument) {
        if !argument.value.is_constant() {
            return;
        }
        let converted =
            evaluate_constant(&argument.value).map(|value| convert(&value, &attribute.ty));
        if let Ok(Err(error)) = converted {
            let problem = unsuitable(attribute.name, &error);
            self.diagnostics.push(problem.at(argument.value.span));
        }
    }

    /// Blocks of a schema have no labels.
    fn labels(&mut self, nested: &NestedBlock) {
        if nested.labels.is_empty() {
            return;
        }
        let name = &nested.name;
        let detail = format!("No labels are expected for {name} blocks.");
        let summary = format!("Extraneous label for {name}");
        self.push(Code::InvalidBlock, nested.span, detail, &summary);
    }

    fn required(&mut self, body: &Body, block: &Block) {
        for attribute in &block.attributes {
            if attribute.presence == Presence::Required && body.argument(attribute.name).is_none() {
                let detail = format!(
                    "The argument \"{}\" is required, but no definition was found.",
                    attribute.name
                );
                self.diagnostics
                    .push(Diagnostic::error(Code::MissingArgument, detail).at(body.span));
            }
        }
        for nested in &block.blocks {
            if body
                .blocks_of(nested.name)
                .any(|block| block.dynamic.is_some())
            {
                // How many these are is known when they are made.
                continue;
            }
            let given = body.blocks_of(nested.name).count();
            if given < nested.min {
                let detail = format!(
                    "At least {} \"{}\" blocks are required.",
                    nested.min, nested.name
                );
                self.push(
                    Code::MissingArgument,
                    body.span,
                    detail,
                    &format!("Insufficient {} blocks", nested.name),
                );
            }
            if let Some((summary, detail)) = nested.too_many(given) {
                let span = body
                    .blocks_of(nested.name)
                    .nth(nested.max.max(1))
                    .map_or(body.span, |block| block.span);
                self.push(Code::InvalidBlock, span, detail, &summary);
            }
        }
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
