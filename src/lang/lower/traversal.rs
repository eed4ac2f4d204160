//! Names and the steps that follow them: which object of the module is meant.

use super::Lowering;
use crate::address::ResourceName;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{EachPart, Expression, ExpressionKind, PathName, Reference, Step, Subject};
use crate::source::Span;
use crate::syntax::{self, ExpressionId, Form, Run, StepForm};
use crate::value::{Type, Value};

/// Steps as they are written.
type Written<'t> = &'t [syntax::Step];

impl<'t> Lowering<'t> {
    pub(super) fn access(
        &mut self,
        span: Span,
        root: ExpressionId,
        steps: Run<syntax::Step>,
    ) -> Expression {
        let steps = self.root.tree().steps(steps);
        let root = self.root.other(root);
        if let Some(name) = root.name().filter(|name| !is_keyword(name)) {
            let root_span = self.span(root.place());
            return self.reference(span, name, root_span, steps);
        }
        let root = self.expression(root);
        let steps = self.steps(steps);
        Expression::new(span, ExpressionKind::Access(root, steps))
    }

    /// A name with what follows it.
    pub(super) fn reference(
        &mut self,
        span: Span,
        root: &str,
        root_span: Span,
        written: Written<'t>,
    ) -> Expression {
        if self.is_bound(root) {
            let steps = self.steps(written);
            return Expression::new(span, ExpressionKind::Variable(root.into(), steps));
        }
        match self.subject(root, root_span, written) {
            Ok((subject, used)) => {
                let rest = written.get(used..).unwrap_or_default();
                let steps = self.steps(rest);
                let last = used.checked_sub(1).and_then(|last| written.get(last));
                let end = last.map_or(root_span, |last| self.span(last.place));
                let span_of_name = root_span.to(end);
                let reference = Reference {
                    subject,
                    span: span_of_name,
                };
                Expression::new(span, ExpressionKind::Reference(reference, steps))
            }
            Err(diagnostic) => {
                // What follows may be wrong too.
                self.steps(written);
                self.problems.push(*diagnostic);
                Expression::literal(span, Value::null(Type::Dynamic))
            }
        }
    }

    /// What a root name refers to, and how many of the steps belong to its name.
    fn subject(
        &self,
        root: &str,
        root_span: Span,
        written: Written<'t>,
    ) -> Result<(Subject, usize), Box<Diagnostic>> {
        let named = || self.attribute_of(root, root_span, written);
        let two = |parts| self.two_attributes(root, parts, root_span, written);
        let subject = match root {
            "var" => (Subject::Variable(named()?.0.into()), 1),
            "local" => (Subject::Local(named()?.0.into()), 1),
            "module" => (Subject::Module(named()?.0.into()), 1),
            "each" | "count" | "path" | "terraform" => (built_in(root, root_span, named()?)?, 1),
            "self" => (Subject::Own, 0),
            "data" => {
                let (resource_type, name) = two(DATA)?;
                let resource = ResourceName::data(resource_type, name);
                (Subject::Resource(resource), 2)
            }
            "resource" => {
                let (resource_type, name) = two(RESOURCE)?;
                let resource = ResourceName::managed(resource_type, name);
                (Subject::Resource(resource), 2)
            }
            "ephemeral" => {
                let (resource_type, name) = two(EPHEMERAL)?;
                let resource = ResourceName::ephemeral(resource_type, name);
                (Subject::Resource(resource), 2)
            }
            "template" | "lazy" | "arg" => return Err(reserved(root, root_span)),
            resource_type => {
                let name = self.name_of_resource(root_span, written)?;
                let resource = ResourceName::managed(resource_type, name);
                (Subject::Resource(resource), 1)
            }
        };
        Ok(subject)
    }

    /// The name that must follow the type of a managed resource.
    fn name_of_resource(
        &self,
        root_span: Span,
        written: Written<'t>,
    ) -> Result<&'t str, Box<Diagnostic>> {
        if let Some((name, _)) = self.attribute(written, 0) {
            return Ok(name);
        }
        let place = written.first().filter(|step| self.is_constant_index(step));
        let at = place.map_or(root_span, |step| self.span(step.place));
        Err(invalid_reference(BARE, at))
    }

    /// The attribute that must follow a root such as `var`.
    fn attribute_of(
        &self,
        root: &str,
        root_span: Span,
        written: Written<'t>,
    ) -> Result<(&'t str, Span), Box<Diagnostic>> {
        if let Some(found) = self.attribute(written, 0) {
            return Ok(found);
        }
        let first = written.first();
        if let Some(step) = first.filter(|step| self.is_constant_index(step)) {
            let detail = format!("The \"{root}\" object does not support this operation.");
            return Err(invalid_reference(&detail, self.span(step.place)));
        }
        let detail = format!(
            "The \"{root}\" object cannot be accessed directly. Instead, access one of its attributes."
        );
        Err(invalid_reference(&detail, root_span))
    }

    /// The two attributes that must follow `data`, `ephemeral` and `resource`.
    fn two_attributes(
        &self,
        root: &str,
        parts: &str,
        root_span: Span,
        written: Written<'t>,
    ) -> Result<(&'t str, &'t str), Box<Diagnostic>> {
        let first = self.attribute(written, 0);
        let second = self.attribute(written, 1);
        if let (Some((resource_type, _)), Some((name, _))) = (first, second) {
            return Ok((resource_type, name));
        }
        let detail =
            format!("The \"{root}\" object must be followed by two attribute names: {parts}.");
        let end = first.map_or(root_span, |(_, span)| span);
        Err(invalid_reference(&detail, root_span.to(end)))
    }

    fn attribute(&self, written: Written<'t>, position: usize) -> Option<(&'t str, Span)> {
        let step = written.get(position)?;
        match step.form {
            StepForm::Attribute(name) => Some((self.written(name), self.span(step.place))),
            StepForm::Index(_)
            | StepForm::LegacyIndex(_)
            | StepForm::AttributeSplat
            | StepForm::Splat => None,
        }
    }

    /// The steps of a traversal. A `[*]` takes all that follow, a `.*` the attributes and old indexes that follow.
    pub(super) fn steps(&mut self, written: Written<'t>) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut rest = written;
        while let Some((step, after)) = rest.split_first() {
            rest = after;
            let span = self.span(step.place);
            steps.push(match step.form {
                StepForm::Attribute(name) => Step::Attribute(self.written(name).into(), span),
                StepForm::Index(key) => Step::Index(self.part(key), span),
                StepForm::LegacyIndex(digits) => {
                    Step::Index(self.number(span, self.written(digits)), span)
                }
                StepForm::Splat => {
                    rest = &[];
                    Step::Splat(self.splat_steps(after, span), span)
                }
                StepForm::AttributeSplat => {
                    let simple = |step: &&syntax::Step| {
                        matches!(step.form, StepForm::Attribute(_) | StepForm::LegacyIndex(_))
                    };
                    let length = after.iter().take_while(simple).count();
                    let (inner, outer) = after.split_at(length);
                    rest = outer;
                    Step::AttributeSplat(self.steps(inner), span)
                }
            });
        }
        steps
    }

    /// The steps behind a `[*]`, which count as one level of nesting.
    fn splat_steps(&mut self, written: Written<'t>, span: Span) -> Vec<Step> {
        if self.depth >= super::DEEPEST {
            self.too_deep(span);
            return Vec::new();
        }
        self.depth += 1;
        let steps = self.steps(written);
        self.depth -= 1;
        steps
    }

    fn is_constant_index(&self, step: &syntax::Step) -> bool {
        match step.form {
            StepForm::LegacyIndex(_) => true,
            StepForm::Index(key) => {
                let key = self.root.other(key);
                matches!(key.form(), Form::Number) || key.constant_text().is_some()
            }
            StepForm::Attribute(_) | StepForm::AttributeSplat | StepForm::Splat => false,
        }
    }
}

/// What an attribute of an object with few known attributes stands for.
fn built_in(
    root: &str,
    root_span: Span,
    (name, span): (&str, Span),
) -> Result<Subject, Box<Diagnostic>> {
    let wrong = |detail: String| Err(invalid_attribute(root, detail, root_span.to(span)));
    let unsupported = |supported: &str| {
        wrong(format!(
            "The \"{root}\" object does not have an attribute named \"{name}\". {supported}"
        ))
    };
    match (root, name) {
        ("each", "key") => Ok(Subject::Each(EachPart::Key)),
        ("each", "value") => Ok(Subject::Each(EachPart::Value)),
        ("each", _) => unsupported(EACH),
        ("count", "index") => Ok(Subject::CountIndex),
        ("count", _) => unsupported(COUNT),
        ("path", "module") => Ok(Subject::Path(PathName::Module)),
        ("path", "root") => Ok(Subject::Path(PathName::Root)),
        ("path", "cwd") => Ok(Subject::Path(PathName::Cwd)),
        ("path", _) => unsupported(PATH),
        (_, "workspace") => Ok(Subject::Workspace),
        (_, "env") => wrong(ENV.to_owned()),
        (_, _) => unsupported(TERRAFORM),
    }
}

fn is_keyword(name: &str) -> bool {
    matches!(name, "true" | "false" | "null")
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
const EPHEMERAL: &str = "the ephemeral resource type and the resource name";
const RESOURCE: &str = "the resource type and the resource name";
const BARE: &str = "A reference to a resource type must be followed by at least one attribute access, specifying the \
                    resource name.";

fn invalid_reference(detail: &str, at: Span) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::InvalidReference, detail).at(at))
}

fn reserved(root: &str, at: Span) -> Box<Diagnostic> {
    let detail = format!(
        "The symbol name \"{root}\" is reserved. If it is meant as a resource type, write `resource.{root}`."
    );
    let diagnostic = Diagnostic::error(Code::InvalidReference, detail);
    Box::new(diagnostic.with_summary("Reserved symbol name").at(at))
}

fn invalid_attribute(root: &str, detail: String, at: Span) -> Box<Diagnostic> {
    let summary = format!("Invalid \"{root}\" attribute");
    let diagnostic = Diagnostic::error(Code::InvalidReference, detail);
    Box::new(diagnostic.with_summary(summary).at(at))
}
