//! References to nouns: following a bare one, and turning all others into references to module calls.

use super::nouns::{a, call_name, shape, title};
use super::rebuild::Rebuild;
use crate::address::{Name, ResourceMode};
use crate::config::{Body, Dependency, Module, NounBlock, NounKind, Nouns, Repetition};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{Expression, ExpressionKind, Reference, Step, Subject};
use crate::source::Span;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A noun, or one of its instances, that a bare reference names.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// The label.
    pub(super) label: Name,
    /// What stands in the brackets, with its own references already turned.
    pub(super) key: Option<Expression>,
    /// Where the reference stands.
    pub(super) span: Span,
}

/// The nouns of the configuration, by which references are followed; collects what is wrong with them.
pub(super) struct References {
    /// Whether each noun is repeated.
    known: BTreeMap<(NounKind, Name), bool>,
    diagnostics: RefCell<Diagnostics>,
    /// Where references were turned, and to which calls.
    turned: RefCell<BTreeMap<Span, Name>>,
}

impl References {
    pub(super) fn new(nouns: &Nouns) -> Self {
        let repeated = |block: &NounBlock| !matches!(block.repetition, Repetition::None);
        References {
            known: nouns
                .iter()
                .map(|(noun, block)| (noun.clone(), repeated(block)))
                .collect(),
            diagnostics: RefCell::default(),
            turned: RefCell::default(),
        }
    }

    /// The places of all references that were turned, with the names of the calls that they are to now.
    pub(super) fn into_turned(self) -> BTreeMap<Span, Name> {
        self.turned.into_inner()
    }

    pub(super) fn into_diagnostics(self) -> Diagnostics {
        self.diagnostics.into_inner()
    }

    fn push(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    /// Follows an argument that must be a bare reference to a noun, indexed or not.
    pub(super) fn follow(
        &self,
        argument: &str,
        expression: &Expression,
        kind: NounKind,
    ) -> Option<Target> {
        let ExpressionKind::Reference(reference, steps) = expression.kind.as_ref() else {
            self.push(not_bare(argument, kind, expression.span));
            return None;
        };
        let Some((found, label)) = noun_of(&reference.subject) else {
            self.push(not_bare(argument, kind, expression.span));
            return None;
        };
        if found != kind {
            let detail = format!(
                "`{argument}` must refer to a {}, not to {}.",
                title(kind),
                a(found).to_lowercase().replace("oidc", "OIDC")
            );
            self.push(Diagnostic::error(Code::InvalidNoun, detail).at(expression.span));
            return None;
        }
        let repeated = *self.declared(reference, kind, label)?;
        let key = match steps.as_slice() {
            [] => None,
            [Step::Index(key, _)] => Some(key),
            _ => {
                self.push(not_bare(argument, kind, expression.span));
                return None;
            }
        };
        if repeated != key.is_some() {
            self.push(wrong_index(kind, label, repeated, expression.span));
            return None;
        }
        Some(Target {
            label: label.clone(),
            key: key.map(|key| self.turn(key)),
            span: expression.span,
        })
    }

    fn declared(&self, reference: &Reference, kind: NounKind, label: &Name) -> Option<&bool> {
        let found = self.known.get(&(kind, label.clone()));
        if found.is_none() {
            let detail = format!(
                "{} named \"{label}\" has not been declared in the root module.",
                a(kind)
            );
            let names = self.known.keys().filter(|(other, _)| *other == kind);
            self.push(
                Diagnostic::error(Code::UnknownReference, detail)
                    .with_summary(format!("Reference to undeclared {}", title(kind)))
                    .at(reference.span)
                    .suggest(label, names.map(|(_, name)| name.as_ref())),
            );
        }
        found
    }

    /// The expression with references to nouns turned into references to their module calls.
    pub(super) fn turn(&self, expression: &Expression) -> Expression {
        let mut speaks_of_nouns = false;
        expression.each_reference(&mut |reference, _| {
            speaks_of_nouns |= noun_of(&reference.subject).is_some();
        });
        if !speaks_of_nouns {
            return expression.clone();
        }
        let replace = |reference: &Reference, steps: &[Step], _: Span| {
            let turned = self.turned(reference, steps)?;
            Some(ExpressionKind::Reference(turned, steps.to_vec()))
        };
        Rebuild {
            place: None,
            replace: &replace,
        }
        .expression(expression)
    }

    fn turned(&self, reference: &Reference, steps: &[Step]) -> Option<Reference> {
        let (kind, label) = noun_of(&reference.subject)?;
        if let Some(repeated) = self.declared(reference, kind, label) {
            self.check_attribute(kind, label, *repeated, steps);
        }
        let call: Name = call_name(kind, label).into();
        self.turned
            .borrow_mut()
            .insert(reference.span, call.clone());
        Some(Reference {
            subject: Subject::Module(call),
            span: reference.span,
        })
    }

    fn check_attribute(&self, kind: NounKind, label: &Name, repeated: bool, steps: &[Step]) {
        let attribute = match (steps, repeated) {
            ([Step::Attribute(name, span), ..], false)
            | ([Step::Index(..), Step::Attribute(name, span), ..], _) => Some((name, *span)),
            ([Step::Splat(inner, _) | Step::AttributeSplat(inner, _), ..], true) => {
                match inner.first() {
                    Some(Step::Attribute(name, span)) => Some((name, *span)),
                    _ => None,
                }
            }
            _ => None,
        };
        let Some((name, span)) = attribute else {
            return;
        };
        let attributes = shape(kind).attributes;
        if !attributes.contains(&name.as_ref()) {
            let detail = format!("{kind}.{label} has no attribute named \"{name}\".");
            self.push(
                Diagnostic::error(Code::UnknownAttribute, detail)
                    .at(span)
                    .suggest(name, attributes.iter().copied())
                    .hint(format!("{} has: {}.", a(kind), attributes.join(", "))),
            );
        }
    }

    fn turn_dependencies(&self, dependencies: &mut [Dependency]) {
        for dependency in dependencies {
            if let Some(turned) = self.turned(&dependency.reference, &[]) {
                dependency.reference = turned;
            }
        }
    }

    fn turn_repetition(&self, repetition: &mut Repetition) {
        match repetition {
            Repetition::None => {}
            Repetition::Count(expression) | Repetition::ForEach(expression) => {
                *expression = self.turn(expression);
            }
        }
    }

    fn turn_body(&self, body: &mut Body) {
        body.map_expressions(&mut |expression| self.turn(expression));
    }

    /// Turns every reference of a module's own declarations.
    pub(super) fn turn_module(&self, module: &mut Module) {
        for variable in module.variables.values_mut() {
            self.turn_conditions(&mut variable.validations);
        }
        for local in module.locals.values_mut() {
            local.value = self.turn(&local.value);
        }
        for output in module.outputs.values_mut() {
            output.value = self.turn(&output.value);
            self.turn_dependencies(&mut output.depends_on);
            self.turn_conditions(&mut output.preconditions);
        }
        for resource in module.resources.values_mut() {
            self.turn_repetition(&mut resource.repetition);
            self.turn_dependencies(&mut resource.depends_on);
            self.turn_body(&mut resource.body);
            for provisioner in &mut resource.provisioning.provisioners {
                self.turn_body(&mut provisioner.body);
            }
            self.turn_conditions(&mut resource.lifecycle.preconditions);
            self.turn_conditions(&mut resource.lifecycle.postconditions);
        }
        for check in module.checks.values_mut() {
            self.turn_conditions(&mut check.assertions);
        }
        for call in module.calls.values_mut() {
            self.turn_repetition(&mut call.repetition);
            self.turn_dependencies(&mut call.depends_on);
            for argument in &mut call.arguments {
                argument.value = self.turn(&argument.value);
            }
        }
        for provider in &mut module.providers {
            self.turn_body(&mut provider.body);
        }
    }

    /// Turns the references of a noun's block but those of arguments that the linker follows itself.
    pub(super) fn turn_noun(&self, block: &mut NounBlock) {
        const FOLLOWED: &[&str] = &["cluster", "role", "service_accounts"];
        self.turn_repetition(&mut block.repetition);
        self.turn_dependencies(&mut block.depends_on);
        for argument in &mut block.body.arguments {
            if !FOLLOWED.contains(&argument.name.as_ref()) {
                argument.value = self.turn(&argument.value);
            }
        }
        for nested in &mut block.body.blocks {
            self.turn_body(&mut nested.body);
        }
    }

    fn turn_conditions(&self, conditions: &mut [crate::config::Condition]) {
        for condition in conditions {
            condition.condition = self.turn(&condition.condition);
            condition.error_message = self.turn(&condition.error_message);
        }
    }
}

/// The noun that a subject names, if its type is one.
pub(super) fn noun_of(subject: &Subject) -> Option<(NounKind, &Name)> {
    match subject {
        Subject::Resource(name) if name.mode == ResourceMode::Managed => {
            Some((NounKind::from_name(&name.resource_type)?, &name.name))
        }
        Subject::Resource(_)
        | Subject::Variable(_)
        | Subject::Local(_)
        | Subject::Module(_)
        | Subject::Each(_)
        | Subject::CountIndex
        | Subject::Path(_)
        | Subject::Workspace
        | Subject::Own => None,
    }
}

fn not_bare(argument: &str, kind: NounKind, span: Span) -> Diagnostic {
    let detail = format!(
        "`{argument}` must be a bare reference to a {}, indexed or not, so that it can be followed before anything is \
         evaluated.",
        title(kind)
    );
    let diagnostic = Diagnostic::error(Code::InvalidNoun, detail)
        .at(span)
        .hint(format!(
            "Write `{argument} = {kind}.name` or `{argument} = {kind}.name[each.key]`."
        ));
    if kind == NounKind::Role {
        return diagnostic.hint("For any other role, write its ARN as `role_arn`.");
    }
    diagnostic
}

fn wrong_index(kind: NounKind, label: &str, repeated: bool, span: Span) -> Diagnostic {
    let detail = if repeated {
        format!(
            "Because {kind}.{label} has `count` or `for_each`, a reference to it must name one instance, as \
             {kind}.{label}[each.key]."
        )
    } else {
        format!(
            "Because {kind}.{label} has neither `count` nor `for_each`, references to it must not include an index."
        )
    };
    Diagnostic::error(Code::InvalidIndex, detail).at(span)
}
