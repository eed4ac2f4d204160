//! Names and the steps that follow them: which object of the module is meant.

use super::Lowering;
use crate::address::ResourceName;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{EachPart, Expression, ExpressionKind, PathName, Reference, Step, Subject};
use crate::source::Span;
use crate::value::{Number, Type, Value};
use hcl_edit::expr::{Traversal, TraversalOperator};
use hcl_edit::{Decorated, Span as _};

type Operators<'a> = &'a [Decorated<TraversalOperator>];

impl Lowering<'_> {
    pub(super) fn traversal(&mut self, span: Span, traversal: &Traversal) -> Expression {
        if let Some(name) = traversal.expr.as_variable() {
            let root_span = self.span(traversal.expr.span());
            return self.reference(span, name.as_str(), root_span, &traversal.operators);
        }
        let root = self.expression(&traversal.expr);
        let steps = self.steps(&traversal.operators);
        Expression::new(span, ExpressionKind::Access(root, steps))
    }

    /// A name with what follows it.
    pub(super) fn reference(
        &mut self,
        span: Span,
        root: &str,
        root_span: Span,
        operators: Operators<'_>,
    ) -> Expression {
        if self.is_bound(root) {
            let steps = self.steps(operators);
            return Expression::new(span, ExpressionKind::Variable(root.into(), steps));
        }
        match self.subject(root, root_span, operators) {
            Ok((subject, used)) => {
                let rest = operators.get(used..).unwrap_or_default();
                let steps = self.steps(rest);
                let last = used.checked_sub(1).and_then(|last| operators.get(last));
                let end = last.map_or(root_span, |last| self.span(last.span()));
                let span_of_name = root_span.to(end);
                let reference = Reference {
                    subject,
                    span: span_of_name,
                };
                Expression::new(span, ExpressionKind::Reference(reference, steps))
            }
            Err(diagnostic) => {
                // What follows may be wrong too.
                self.steps(operators);
                self.problems.push(*diagnostic);
                Expression::literal(span, Value::null(Type::Dynamic))
            }
        }
    }

    /// What a root name refers to, and how many of the operators belong to its name.
    fn subject(
        &self,
        root: &str,
        root_span: Span,
        operators: Operators<'_>,
    ) -> Result<(Subject, usize), Box<Diagnostic>> {
        let named = || self.attribute_of(root, root_span, operators);
        let unsupported = |(name, span): (&str, Span), supported: &str| {
            let detail = format!(
                "The \"{root}\" object does not have an attribute named \"{name}\". {supported}"
            );
            invalid_attribute(root, detail, root_span.to(span))
        };
        let subject = match root {
            "var" => (Subject::Variable(named()?.0.into()), 1),
            "local" => (Subject::Local(named()?.0.into()), 1),
            "module" => (Subject::Module(named()?.0.into()), 1),
            "each" => match named()? {
                ("key", _) => (Subject::Each(EachPart::Key), 1),
                ("value", _) => (Subject::Each(EachPart::Value), 1),
                other => return Err(unsupported(other, EACH)),
            },
            "count" => match named()? {
                ("index", _) => (Subject::CountIndex, 1),
                other => return Err(unsupported(other, COUNT)),
            },
            "path" => match named()? {
                ("module", _) => (Subject::Path(PathName::Module), 1),
                ("root", _) => (Subject::Path(PathName::Root), 1),
                ("cwd", _) => (Subject::Path(PathName::Cwd), 1),
                other => return Err(unsupported(other, PATH)),
            },
            "terraform" => match named()? {
                ("workspace", _) => (Subject::Workspace, 1),
                ("env", span) => {
                    return Err(invalid_attribute(root, ENV.to_owned(), root_span.to(span)));
                }
                other => return Err(unsupported(other, TERRAFORM)),
            },
            "self" => (Subject::Own, 0),
            "data" => {
                let (resource_type, name) =
                    self.two_attributes(root, DATA, root_span, operators)?;
                (
                    Subject::Resource(ResourceName::data(resource_type, name)),
                    2,
                )
            }
            "resource" => {
                let (resource_type, name) =
                    self.two_attributes(root, RESOURCE, root_span, operators)?;
                (
                    Subject::Resource(ResourceName::managed(resource_type, name)),
                    2,
                )
            }
            "ephemeral" => {
                let detail = "Ephemeral resources are not supported by this version.";
                return Err(Diagnostic::error(Code::NotSupportedYet, detail)
                    .at(root_span)
                    .into());
            }
            "template" | "lazy" | "arg" => {
                let detail = format!(
                    "The symbol name \"{root}\" is reserved. If it is meant as a resource type, write \
                     `resource.{root}`."
                );
                let diagnostic = Diagnostic::error(Code::InvalidReference, detail)
                    .with_summary("Reserved symbol name");
                return Err(diagnostic.at(root_span).into());
            }
            resource_type => {
                let Some((name, _)) = self.attribute(operators, 0) else {
                    let place = operators
                        .first()
                        .filter(|operator| is_constant_index(operator));
                    let at = place.map_or(root_span, |operator| self.span(operator.span()));
                    return Err(invalid_reference(BARE, at));
                };
                let resource = ResourceName::managed(resource_type, name);
                (Subject::Resource(resource), 1)
            }
        };
        Ok(subject)
    }

    /// The attribute that must follow a root such as `var`.
    fn attribute_of<'o>(
        &self,
        root: &str,
        root_span: Span,
        operators: Operators<'o>,
    ) -> Result<(&'o str, Span), Box<Diagnostic>> {
        if let Some(found) = self.attribute(operators, 0) {
            return Ok(found);
        }
        let first = operators.first();
        if let Some(operator) = first.filter(|operator| is_constant_index(operator)) {
            let detail = format!("The \"{root}\" object does not support this operation.");
            return Err(invalid_reference(&detail, self.span(operator.span())));
        }
        let detail = format!(
            "The \"{root}\" object cannot be accessed directly. Instead, access one of its attributes."
        );
        Err(invalid_reference(&detail, root_span))
    }

    /// The two attributes that must follow `data` and `resource`.
    fn two_attributes<'o>(
        &self,
        root: &str,
        parts: &str,
        root_span: Span,
        operators: Operators<'o>,
    ) -> Result<(&'o str, &'o str), Box<Diagnostic>> {
        let first = self.attribute(operators, 0);
        let second = self.attribute(operators, 1);
        if let (Some((resource_type, _)), Some((name, _))) = (first, second) {
            return Ok((resource_type, name));
        }
        let detail =
            format!("The \"{root}\" object must be followed by two attribute names: {parts}.");
        let end = first.map_or(root_span, |(_, span)| span);
        Err(invalid_reference(&detail, root_span.to(end)))
    }

    fn attribute<'o>(&self, operators: Operators<'o>, position: usize) -> Option<(&'o str, Span)> {
        let operator = operators.get(position)?;
        match operator.value() {
            TraversalOperator::GetAttr(name) => Some((name.as_str(), self.span(operator.span()))),
            TraversalOperator::Index(_)
            | TraversalOperator::LegacyIndex(_)
            | TraversalOperator::AttrSplat(_)
            | TraversalOperator::FullSplat(_) => None,
        }
    }

    /// The steps of a traversal. A `[*]` takes all that follow, a `.*` the attributes and old indexes that follow.
    pub(super) fn steps(&mut self, operators: Operators<'_>) -> Vec<Step> {
        let mut steps = Vec::with_capacity(operators.len());
        let mut rest = operators;
        while let Some((operator, after)) = rest.split_first() {
            rest = after;
            let span = self.span(operator.span());
            steps.push(match operator.value() {
                TraversalOperator::GetAttr(name) => Step::Attribute(name.as_str().into(), span),
                TraversalOperator::Index(key) => Step::Index(self.expression(key), span),
                TraversalOperator::LegacyIndex(index) => {
                    self.refuse_chained_index(span, after);
                    Step::Index(legacy_index(span, **index), span)
                }
                TraversalOperator::FullSplat(_) => {
                    rest = &[];
                    Step::Splat(self.steps(after), span)
                }
                TraversalOperator::AttrSplat(_) => {
                    let simple = |operator: &&Decorated<TraversalOperator>| {
                        matches!(
                            operator.value(),
                            TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_)
                        )
                    };
                    let length = after.iter().take_while(simple).count();
                    let (inner, outer) = after.split_at(length);
                    rest = outer;
                    self.refuse_nested_splat(outer);
                    Step::AttributeSplat(self.steps(inner), span)
                }
            });
        }
        steps
    }

    fn refuse_chained_index(&mut self, span: Span, after: Operators<'_>) {
        let next = after.first().map(Decorated::value);
        if matches!(next, Some(TraversalOperator::LegacyIndex(_))) {
            let detail = "When using the legacy index syntax, chaining two indexes together is not permitted. Use the \
                          proper index syntax instead, like [0][1].";
            let diagnostic =
                Diagnostic::error(Code::Syntax, detail).with_summary("Invalid legacy index syntax");
            self.problem(span, diagnostic);
        }
    }

    fn refuse_nested_splat(&mut self, outer: Operators<'_>) {
        let Some(next) = outer.first() else { return };
        if matches!(next.value(), TraversalOperator::AttrSplat(_)) {
            let detail = "A splat expression (*) cannot be used inside another attribute-only splat expression.";
            let diagnostic = Diagnostic::error(Code::Syntax, detail)
                .with_summary("Nested splat expression not allowed");
            let span = self.span(next.span());
            self.problem(span, diagnostic);
        }
    }
}

const EACH: &str = "The supported attributes are each.key and each.value, the current key and value pair of the \
                    \"for_each\" attribute set.";
const COUNT: &str = "The only supported attribute is count.index, which is the index of each instance of a resource \
                     block that has the \"count\" argument set.";
const PATH: &str = "The supported attributes are path.module, path.root and path.cwd.";
const TERRAFORM: &str = "The only supported attribute is terraform.workspace, the name of the currently-selected workspace.";
const ENV: &str =
    "The terraform.env attribute was removed long ago. The workspace name is terraform.workspace.";
const DATA: &str = "the data source type and the resource name";
const RESOURCE: &str = "the resource type and the resource name";
const BARE: &str = "A reference to a resource type must be followed by at least one attribute access, specifying the \
                    resource name.";

fn legacy_index(span: Span, index: u64) -> Expression {
    Expression::literal(span, Value::number(Number::from(index)))
}

fn is_constant_index(operator: &Decorated<TraversalOperator>) -> bool {
    match operator.value() {
        TraversalOperator::LegacyIndex(_) => true,
        TraversalOperator::Index(key) => key.is_str() || key.is_number(),
        TraversalOperator::GetAttr(_)
        | TraversalOperator::AttrSplat(_)
        | TraversalOperator::FullSplat(_) => false,
    }
}

fn invalid_reference(detail: &str, at: Span) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::InvalidReference, detail).at(at))
}

fn invalid_attribute(root: &str, detail: String, at: Span) -> Box<Diagnostic> {
    let summary = format!("Invalid \"{root}\" attribute");
    let diagnostic = Diagnostic::error(Code::InvalidReference, detail);
    Box::new(diagnostic.with_summary(summary).at(at))
}
