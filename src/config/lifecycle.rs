//! `lifecycle` blocks and the conditions in them.

use super::block::Reader;
use super::module::{Condition, IgnoreChanges, Lifecycle};
use super::syntax::{Block, Structure, Syntax};
use crate::address::{AttributePath, PathStep, ResourceName};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::bare::{Traversal, TraversalStep};
use crate::lang::{Expression, Subject};
use crate::source::Span;

impl Reader {
    /// Reads a `lifecycle` block.
    pub(super) fn lifecycle(&mut self, block: &Block, lifecycle: &mut Lifecycle) {
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => match attribute.key.as_str() {
                    "create_before_destroy" => {
                        lifecycle.create_before_destroy =
                            self.constant_bool(attribute).unwrap_or(false);
                    }
                    "prevent_destroy" => {
                        let span = self.span_of(&attribute.key);
                        lifecycle.prevent_destroy = self
                            .constant_bool(attribute)
                            .unwrap_or(false)
                            .then_some(span);
                    }
                    "ignore_changes" => {
                        lifecycle.ignore_changes = self.ignore_changes(&attribute.value);
                    }
                    "replace_triggered_by" => {
                        lifecycle.replace_triggered_by =
                            self.replace_triggered_by(&attribute.value);
                    }
                    _ => self.unexpected(
                        structure,
                        &[
                            "create_before_destroy",
                            "prevent_destroy",
                            "ignore_changes",
                            "replace_triggered_by",
                        ],
                    ),
                },
                Structure::Block(inner) => match inner.ident.as_str() {
                    "precondition" => lifecycle.preconditions.extend(self.condition(inner)),
                    "postcondition" => lifecycle.postconditions.extend(self.condition(inner)),
                    _ => self.unexpected(structure, &["precondition", "postcondition"]),
                },
            }
        }
    }

    /// Reads a `precondition`, `postcondition` or `validation` block.
    pub(super) fn condition(&mut self, block: &Block) -> Option<Condition> {
        let span = self.header(block);
        self.labels(block, [])?;
        let (mut condition, mut error_message) = (None, None);
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "condition" => {
                    condition = Some(self.expression(&attribute.value)?);
                }
                Structure::Attribute(attribute) if attribute.key.as_str() == "error_message" => {
                    error_message = Some(self.expression(&attribute.value)?);
                }
                Structure::Attribute(_) | Structure::Block(_) => {
                    self.unexpected(structure, &["condition", "error_message"]);
                }
            }
        }
        self.required(
            span,
            &[
                ("condition", condition.is_some()),
                ("error_message", error_message.is_some()),
            ],
        );
        if let Some(condition) = &condition {
            self.checks_something(condition, block.ident.as_str());
        }
        Some(Condition {
            condition: condition?,
            error_message: error_message?,
            span,
        })
    }

    /// A condition that refers to nothing is always the same.
    fn checks_something(&mut self, condition: &Expression, kind: &str) {
        if condition.references().is_empty() {
            let detail = "The condition expression must refer to at least one object from elsewhere in the \
                          configuration, or else its result would not be checking anything.";
            let diagnostic = Diagnostic::error(Code::InvalidBlock, detail)
                .with_summary(format!("Invalid {kind} expression"))
                .at(condition.span);
            self.diagnostics.push(diagnostic);
        }
    }

    fn ignore_changes(&mut self, syntax: &Syntax) -> IgnoreChanges {
        if syntax.keyword().as_deref() == Some("all") {
            return IgnoreChanges::All;
        }
        let Some(entries) = syntax.elements() else {
            let detail = "`ignore_changes` must be `all` or a list of attributes.";
            self.wrong_path(self.span_of(syntax), "Invalid expression", detail);
            return IgnoreChanges::None;
        };
        let (mut paths, mut stars) = (Vec::new(), Vec::new());
        for entry in entries {
            let found = self.unquoted(&entry).traversal();
            let constant = || entry.constant().ok();
            match found.and_then(|found| Some((path(&found)?, found.span))) {
                Some(found) => paths.push(found),
                None if constant().is_some_and(|value| value.as_str() == Some("*")) => {
                    stars.push(self.span_of(&entry));
                }
                None => {
                    let detail = "An entry of `ignore_changes` must be an attribute, as `tags` or `tags[\"Owner\"]`.";
                    self.wrong_path(self.span_of(&entry), "Invalid expression", detail);
                }
            }
        }
        self.quoted_wildcards(syntax, &stars, &paths);
        IgnoreChanges::Paths(paths)
    }

    /// Records wildcards in quotes, which once stood for all attributes.
    fn quoted_wildcards(&mut self, list: &Syntax, stars: &[Span], paths: &[(AttributePath, Span)]) {
        for _ in stars {
            let detail = "A wildcard in quotes belongs to Terraform 0.11 and earlier: write `ignore_changes = all`.";
            self.wrong_path(
                self.span_of(list),
                "Invalid ignore_changes wildcard",
                detail,
            );
        }
        if let Some(star) = stars.first().filter(|_| !paths.is_empty()) {
            let detail = "A wildcard means all attributes: there is no use for others beside it.";
            self.wrong_path(*star, "Invalid ignore_changes ruleset", detail);
        }
    }

    fn wrong_path(&mut self, span: Span, summary: &str, detail: &str) {
        let diagnostic = Diagnostic::error(Code::InvalidReference, detail);
        self.diagnostics
            .push(diagnostic.with_summary(summary).at(span));
    }

    /// Refuses conditions that name the object whose block they stand in: `self` is what they can look at.
    pub(super) fn about_others(&mut self, name: &ResourceName, lifecycle: &Lifecycle) {
        let before = lifecycle
            .preconditions
            .iter()
            .map(|it| ("precondition", it));
        let after = lifecycle
            .postconditions
            .iter()
            .map(|it| ("postcondition", it));
        for (kind, condition) in before.chain(after) {
            for expression in [&condition.condition, &condition.error_message] {
                for reference in expression.references() {
                    if !matches!(&reference.subject, Subject::Resource(other) if other == name) {
                        continue;
                    }
                    let detail = format!(
                        "This {kind} belongs to {name} itself. A postcondition refers to it as `self`."
                    );
                    let diagnostic = Diagnostic::error(Code::InvalidReference, detail)
                        .with_summary(format!("Invalid reference in {kind}"));
                    self.diagnostics.push(diagnostic.at(reference.span));
                }
            }
        }
    }
}

/// A bare reference as a path into the object of the block it stands in.
fn path(traversal: &Traversal) -> Option<AttributePath> {
    let root = PathStep::Attribute(traversal.root.clone());
    let steps = traversal.steps.iter().map(|step| match step {
        TraversalStep::Attribute(name) => Some(PathStep::Attribute(name.clone())),
        TraversalStep::Key(key) => Some(PathStep::Key(key.clone())),
        TraversalStep::Index(index) => Some(PathStep::Index(*index)),
        TraversalStep::Splat => None,
    });
    let steps: Option<Vec<PathStep>> = std::iter::once(Some(root)).chain(steps).collect();
    Some(AttributePath::from_steps(steps?))
}
