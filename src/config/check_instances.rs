//! What stands behind a reference: the key of an instance, an attribute of a resource, an output of a module.

use super::check::Checker;
use super::module::{ModuleCall, Repetition, Resource};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{Expression, ExpressionKind, Reference, Step, Subject, evaluate_constant};
use crate::schema::{NestedBlock, Nesting, TypeEntry};
use crate::source::Span;
use crate::value::{Type, Value};

impl Checker<'_> {
    /// A reference to a repeated resource selects an instance before an attribute; to a single one it does not. What does
    /// otherwise is wrong also inside `try`.
    pub(super) fn instance_key(
        &mut self,
        reference: &Reference,
        resource: &Resource,
        steps: &[Step],
    ) {
        if let (Repetition::None, Some(step @ Step::Index(_, place))) =
            (&resource.repetition, steps.first())
            && step.fixed().is_some()
        {
            let name = &resource.name;
            let detail = format!(
                "Because {name} does not have \"count\" or \"for_each\" set, references to it must not include an \
                 index key."
            );
            let (span, summary) = (
                reference.span.to(*place),
                "Unexpected resource instance key",
            );
            return self.push(Code::InvalidIndex, span, detail, summary);
        }
        let (argument, example) = match (&resource.repetition, steps.first()) {
            (Repetition::Count(_), Some(Step::Attribute(..))) => ("count", "count.index"),
            (Repetition::ForEach(_), Some(Step::Attribute(..))) => ("for_each", "each.key"),
            _ => return,
        };
        let name = &resource.name;
        let detail = format!(
            "Because {name} has \"{argument}\" set, its attributes must be accessed on specific instances."
        );
        self.diagnostics.push(
            Diagnostic::error(Code::InvalidIndex, detail)
                .with_summary("Missing resource instance key")
                .at(reference.span)
                .hint(format!(
                    "To correlate with the instances of the block that refers to it, write `{name}[{example}]`."
                )),
        );
    }

    /// Checks the first attribute behind a resource reference, which is a static error also inside `try`.
    pub(super) fn attribute_of(
        &mut self,
        resource: &Resource,
        repetition: &Repetition,
        steps: &[Step],
    ) {
        // What is asked of all instances shows when there are some.
        if matches!(
            steps.first(),
            Some(Step::Splat(..) | Step::AttributeSplat(..))
        ) {
            return;
        }
        let name = &resource.name;
        let Some(TypeEntry { schema, .. }) = self.schemas.find(name.mode, &name.resource_type)
        else {
            return;
        };
        // That the key of an instance is missing is another mistake.
        let without_key = first_attribute(steps, &Repetition::None);
        let attribute = without_key.or_else(|| first_attribute(steps, repetition));
        let Some((attribute, span, rest)) = attribute else {
            return;
        };
        let block = &schema.block;
        let nested = block.nested(attribute);
        let of_attribute = block.attribute(attribute).map(|it| it.ty.clone());
        let Some(ty) = of_attribute.or_else(|| nested.map(NestedBlock::ty)) else {
            let detail = format!(
                "This object has no argument, nested block, or exported attribute named \"{attribute}\"."
            );
            self.diagnostics.push(
                Diagnostic::error(Code::UnknownAttribute, detail)
                    .at(span)
                    .suggest(attribute, block.names()),
            );
            return;
        };
        if let Some(place) = index_of_set(nested, rest) {
            let detail = format!(
                "The blocks of type \"{attribute}\" are a set: none has an index. A \"for\" expression goes through them."
            );
            let summary = "Cannot index a set value";
            self.push(Code::InvalidIndex, place, detail, summary);
        } else {
            self.diagnostics.extend(mistaken_steps(&ty, rest));
        }
    }

    /// Checks that modules have the outputs that an expression asks of them. What `try` and `can` get shows when they are
    /// evaluated.
    pub(super) fn outputs_of_calls(&mut self, expression: &Expression) {
        if let ExpressionKind::Call { name, .. } = expression.kind.as_ref()
            && matches!(name.as_ref(), "try" | "can")
        {
            return;
        }
        if let ExpressionKind::Reference(reference, steps) = expression.kind.as_ref()
            && let Subject::Module(name) = &reference.subject
            && let Some(call) = self.module.calls.get(name)
        {
            self.module_output(call, steps);
        }
        expression.each_part(&mut |part| self.outputs_of_calls(part));
    }

    fn module_output(&mut self, call: &ModuleCall, steps: &[Step]) {
        let child = self.path.child(call.name.clone());
        let Some(module) = self.configuration.module(&child) else {
            return;
        };
        let Some((output, span, _)) = first_attribute(steps, &call.repetition) else {
            return;
        };
        if !module.outputs.contains_key(output) {
            let detail = format!("This object does not have an attribute named \"{output}\".");
            self.diagnostics.push(
                Diagnostic::error(Code::UnknownAttribute, detail)
                    .at(span)
                    .suggest(output, module.outputs.keys().map(AsRef::as_ref)),
            );
        }
    }
}

/// The attribute of one instance that the steps behind a reference lead to first, and the steps behind it.
fn first_attribute<'a>(
    steps: &'a [Step],
    repetition: &Repetition,
) -> Option<(&'a Name, Span, &'a [Step])> {
    let behind = match (steps, repetition) {
        (steps, Repetition::None) => steps,
        ([Step::Index(..), behind @ ..], _) => behind,
        ([Step::Splat(inner, _) | Step::AttributeSplat(inner, _), ..], _) => inner,
        _ => return None,
    };
    match behind {
        [Step::Attribute(name, span), rest @ ..] => Some((name, *span, rest)),
        _ => None,
    }
}

/// The place of an index into blocks that have none.
fn index_of_set(nested: Option<&NestedBlock>, steps: &[Step]) -> Option<Span> {
    match (nested?.nesting, steps.first()?) {
        (Nesting::Set, Step::Index(_, span)) => Some(*span),
        _ => None,
    }
}

/// What is wrong with the fixed steps into a value of which only the type is known.
fn mistaken_steps(ty: &Type, steps: &[Step]) -> Diagnostics {
    let fixed = steps.iter().take_while(|step| step.fixed().is_some());
    let steps: Vec<Step> = fixed.cloned().collect();
    let Some(Step::Attribute(_, span) | Step::Index(_, span)) = steps.first() else {
        return Diagnostics::new();
    };
    let value = ExpressionKind::Literal(Value::unknown(ty.clone()));
    let kind = ExpressionKind::Access(Expression::new(*span, value), steps.clone());
    let found = evaluate_constant(&Expression::new(*span, kind));
    found.err().unwrap_or_default()
}
