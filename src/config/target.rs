//! Addresses as `moved`, `removed` and `import` blocks write them: a module, a resource, or one instance of either.
//!
//! Nouns may stand where a resource may: `role.x`, and `role.x.aws_iam_role_policy.inline["a"]` for a part of one. The
//! linker says what they mean, so that no other phase has to.

use super::block::Reader;
use super::module::NounKind;
use super::syntax::{AddressPart, Syntax};
use crate::address::{InstanceKey, ModulePath, Name, ResourceName};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::Expression;
use crate::lang::bare::TraversalStep;
use crate::source::Span;

/// An address, relative to the module in which its block stands. Keys are of type `K`: constants, or expressions.
#[derive(Clone, Debug)]
pub struct Target<K> {
    /// The noun it begins with, its label and its key; the linker turns it into a module, so there is none after it.
    pub noun: Option<(NounKind, Name, Option<K>)>,
    /// The module calls that lead to it.
    pub modules: Vec<(Name, Option<K>)>,
    /// The resource, with the key of the instance; `None` when a module is meant.
    pub resource: Option<(ResourceName, Option<K>)>,
    /// Where it stands.
    pub span: Span,
}

impl<K> Target<K> {
    /// The module of the resource, or the one that is meant, without keys; relative as the target is.
    pub fn path(&self) -> ModulePath {
        let names = self.modules.iter().map(|(name, _)| name.clone());
        names.fold(ModulePath::root(), |path, name| path.child(name))
    }
}

/// A name that follows a dot, or a key in brackets.
enum Step<K> {
    Name(Name),
    Key(K),
}

/// Roots of references that are no resource types.
const RESERVED: [&str; 8] = [
    "var",
    "local",
    "each",
    "count",
    "path",
    "terraform",
    "self",
    "ephemeral",
];

impl Reader {
    /// An address with constant keys; what is none is recorded as a problem.
    pub(super) fn target(&mut self, syntax: &Syntax) -> Option<Target<InstanceKey>> {
        let span = self.span_of(syntax);
        let steps = syntax.traversal().and_then(|found| {
            let steps = found.steps.into_iter().map(|step| match step {
                TraversalStep::Attribute(name) => Some(Step::Name(name)),
                TraversalStep::Key(key) => Some(Step::Key(InstanceKey::String(key))),
                TraversalStep::Index(index) => Some(Step::Key(InstanceKey::Int(index))),
                TraversalStep::Splat => None,
            });
            let steps: Option<Vec<_>> = steps.collect();
            Some((found.root, steps?))
        });
        let Some((root, steps)) = steps else {
            // `true` has the form of a name.
            let is_word = syntax
                .constant()
                .is_ok_and(|value| value.as_bool().is_some() || value.is_null());
            self.wrong_address(
                span,
                if is_word {
                    "Invalid address"
                } else {
                    "Invalid expression"
                },
                "An address is made of names and constant keys, as `aws_iam_role.a`, `module.b[\"k\"]` or `role.c`.",
            );
            return None;
        };
        self.parsed(root, steps, span)
    }

    /// An address whose keys may be expressions, as in `to = aws_iam_role.a[each.key]`.
    pub(super) fn target_with_expressions(
        &mut self,
        syntax: &Syntax,
    ) -> Option<Target<Expression>> {
        let span = self.span_of(syntax);
        let Some((root, parts)) = syntax.address() else {
            self.wrong_address(
                span,
                "Invalid import address",
                "An address is made of names and keys, as `aws_iam_role.a`, `module.b[\"k\"].aws_iam_role.a` or `role.c`.",
            );
            return None;
        };
        let mut steps = Vec::new();
        for part in parts {
            steps.push(self.step(part, span)?);
        }
        self.parsed(root, steps, span)
    }

    fn step(&mut self, part: AddressPart, span: Span) -> Option<Step<Expression>> {
        match part {
            AddressPart::Name(name) => Some(Step::Name(name)),
            AddressPart::Key(key) => self.expression(&key).map(Step::Key),
            AddressPart::Other => {
                let detail = "The address of one instance is wanted: a key stands in brackets, and no splat is possible.";
                self.wrong_address(span, "Invalid import address", detail);
                None
            }
        }
    }

    fn parsed<K>(&mut self, root: Name, steps: Vec<Step<K>>, span: Span) -> Option<Target<K>> {
        let mut parser = Parser {
            steps: std::iter::once(Step::Name(root))
                .chain(steps)
                .collect::<Vec<_>>()
                .into_iter()
                .peekable(),
        };
        match parser.target(span) {
            Ok(target) => Some(target),
            Err(detail) => {
                self.wrong_address(span, "Invalid address", &detail);
                None
            }
        }
    }

    fn wrong_address(&mut self, span: Span, summary: &str, detail: &str) {
        self.diagnostics.push(
            Diagnostic::error(Code::InvalidReference, detail)
                .with_summary(summary)
                .at(span),
        );
    }
}

/// Reads steps from left to right.
struct Parser<K> {
    steps: std::iter::Peekable<std::vec::IntoIter<Step<K>>>,
}

impl<K> Parser<K> {
    fn target(&mut self, span: Span) -> Result<Target<K>, String> {
        let mut target = Target {
            noun: None,
            modules: Vec::new(),
            resource: None,
            span,
        };
        let mut first = self.name("An address begins with a name.")?;
        while first.as_ref() == "module" {
            let name = self.name("The name of a module call must follow \"module.\".")?;
            target.modules.push((name, self.key()));
            match self.next_name() {
                Some(next) => first = next,
                None => return self.end(target),
            }
        }
        if target.modules.is_empty()
            && let Some(kind) = NounKind::from_name(&first)
        {
            let label = self.name("The label of a noun must follow its kind, as in `role.a`.")?;
            target.noun = Some((kind, label, self.key()));
            match self.next_name() {
                Some(next) => first = next,
                None => return self.end(target),
            }
        } else if target.modules.is_empty() && RESERVED.contains(&first.as_ref()) {
            return Err(format!(
                "\"{first}\" is no resource type: an address names a resource or a module. A resource type of that name \
                 is written with \"resource.\" before it."
            ));
        }
        target.resource = Some(self.resource(first)?);
        self.end(target)
    }

    fn resource(&mut self, first: Name) -> Result<(ResourceName, Option<K>), String> {
        const WANTED: &str = "A resource has a type and a name, as in `aws_iam_role.a`.";
        let (data, resource_type) = match first.as_ref() {
            "data" => (true, self.name(WANTED)?),
            "resource" => (false, self.name(WANTED)?),
            _ => (false, first),
        };
        let name = self.name(WANTED)?;
        let name = if data {
            ResourceName::data(resource_type, name)
        } else {
            ResourceName::managed(resource_type, name)
        };
        Ok((name, self.key()))
    }

    fn name(&mut self, wanted: &str) -> Result<Name, String> {
        self.next_name().ok_or_else(|| wanted.to_owned())
    }

    fn next_name(&mut self) -> Option<Name> {
        match self.steps.next_if(|step| matches!(step, Step::Name(_))) {
            Some(Step::Name(name)) => Some(name),
            Some(Step::Key(_)) | None => None,
        }
    }

    fn key(&mut self) -> Option<K> {
        match self.steps.next_if(|step| matches!(step, Step::Key(_))) {
            Some(Step::Key(key)) => Some(key),
            Some(Step::Name(_)) | None => None,
        }
    }

    fn end(&mut self, target: Target<K>) -> Result<Target<K>, String> {
        match self.steps.next() {
            None => Ok(target),
            Some(_) => Err("Something follows the address.".to_owned()),
        }
    }
}
