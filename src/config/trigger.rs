//! `replace_triggered_by`: what makes a resource be made again although nothing about itself changes.

use super::block::Reader;
use super::syntax::{Block, Structure, Syntax};
use crate::address::{AttributePath, PathStep, ResourceMode, ResourceName};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{EachPart, Expression, ExpressionKind, FixedStep, Reference, Step, Subject};
use crate::source::Span;

/// An entry of `replace_triggered_by`.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// The reference to the resource.
    pub reference: Reference,
    /// The resource.
    pub resource: ResourceName,
    /// The key of one instance: a constant, `each.key` or `count.index`. Without one any instance counts.
    pub key: Option<Expression>,
    /// The part of the object that counts; the root for any update or replacement.
    pub path: AttributePath,
    /// What follows the resource, as written.
    pub steps: Vec<Step>,
    /// The whole entry.
    pub span: Span,
}

impl Reader {
    /// Reads the entries of `replace_triggered_by`.
    pub(super) fn replace_triggered_by(&mut self, syntax: &Syntax) -> Vec<Trigger> {
        let Some(entries) = syntax.elements() else {
            let span = self.span_of(syntax);
            let detail = "A static list expression is required.";
            self.wrong_trigger(span, "Invalid expression", detail);
            return Vec::new();
        };
        let triggers = entries.iter().filter_map(|entry| self.trigger(entry));
        triggers.collect()
    }

    fn trigger(&mut self, entry: &Syntax) -> Option<Trigger> {
        let expression = self.reference(entry)?;
        let span = expression.span;
        let ExpressionKind::Reference(reference, steps) = expression.kind.as_ref() else {
            self.not_a_reference(span);
            return None;
        };
        let Subject::Resource(resource) = &reference.subject else {
            self.not_a_resource(span);
            return None;
        };
        if resource.mode == ResourceMode::Ephemeral {
            self.not_a_resource(span);
            return None;
        }
        let (key, rest) = match steps.split_first() {
            Some((Step::Index(key, _), rest)) => (Some(key.clone()), rest),
            _ => (None, steps.as_slice()),
        };
        if key.as_ref().is_some_and(|key| !self.is_key(key, span)) {
            return None;
        }
        let path = rest
            .iter()
            .map(|step| step.fixed().and_then(|step| part(&step)));
        let Some(path) = path.collect::<Option<Vec<_>>>() else {
            self.not_a_reference(span);
            return None;
        };
        Some(Trigger {
            reference: reference.clone(),
            resource: resource.clone(),
            key,
            path: AttributePath::from_steps(path),
            steps: steps.clone(),
            span,
        })
    }

    /// Whether an expression may select an instance; what may not is recorded.
    fn is_key(&mut self, key: &Expression, entry: Span) -> bool {
        if key.as_literal().is_some() {
            return true;
        }
        if let ExpressionKind::Reference(reference, steps) = key.kind.as_ref()
            && steps.is_empty()
        {
            let subject = &reference.subject;
            return match subject {
                Subject::CountIndex | Subject::Each(EachPart::Key) => true,
                Subject::Each(EachPart::Value) => {
                    let detail = "Of \"each\" only each.key may be used in replace_triggered_by.";
                    let summary = "Invalid each reference in replace_triggered_by expression";
                    self.wrong_trigger(entry, summary, detail);
                    false
                }
                Subject::Variable(_)
                | Subject::Local(_)
                | Subject::Module(_)
                | Subject::Resource(_)
                | Subject::Path(_)
                | Subject::Workspace
                | Subject::Own => {
                    self.not_a_resource(key.span);
                    false
                }
            };
        }
        self.not_a_reference(key.span);
        false
    }

    fn not_a_resource(&mut self, span: Span) {
        let detail =
            "Only resources, count.index, and each.key may be used in replace_triggered_by.";
        self.wrong_trigger(span, "Invalid replace_triggered_by expression", detail);
    }

    fn not_a_reference(&mut self, span: Span) {
        let detail = "A reference to a resource, to an instance of one or to an attribute is required: only attribute \
                      access and indexing with constant keys, each.key or count.index, without calls and operators.";
        self.wrong_trigger(span, "Invalid replace_triggered_by expression", detail);
    }

    fn wrong_trigger(&mut self, span: Span, summary: &str, detail: &str) {
        let diagnostic = Diagnostic::error(Code::InvalidReference, detail);
        self.diagnostics
            .push(diagnostic.with_summary(summary).at(span));
    }

    /// Refuses what a `lifecycle` block can say of objects only that are managed.
    pub(super) fn lifecycle_of(&mut self, mode: ResourceMode, block: &Block) {
        let kind = match mode {
            ResourceMode::Managed => return,
            ResourceMode::Data => "data",
            ResourceMode::Ephemeral => "ephemeral",
        };
        for structure in &block.body {
            if let Structure::Attribute(attribute) = structure {
                let span = self.span_of(&attribute.key);
                let detail = format!(
                    "The lifecycle argument \"{}\" is defined only for managed resources (\"resource\" blocks), and is not \
                     valid for {kind} resources.",
                    attribute.key.as_str()
                );
                let diagnostic = Diagnostic::error(Code::UnknownArgument, detail)
                    .with_summary(format!("Invalid {kind} resource lifecycle argument"))
                    .at(span);
                self.diagnostics.push(diagnostic);
            }
        }
    }
}

fn part(step: &FixedStep) -> Option<PathStep> {
    use crate::address::InstanceKey;
    Some(match step {
        FixedStep::Attribute(name) => PathStep::Attribute(name.clone()),
        FixedStep::Index(InstanceKey::Int(index)) => PathStep::Index(*index),
        FixedStep::Index(InstanceKey::String(key)) => PathStep::Key(key.clone()),
        FixedStep::Index(InstanceKey::None) => return None,
    })
}
