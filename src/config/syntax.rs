//! The syntax of files as the decoder reads it: blocks and arguments of any form, each with its place.
//!
//! Native files and JSON files become the same tree, in which override files can change what others say. Expressions keep
//! the form they were written in until somebody says what is wanted of them: a value, a reference, a list.

use super::json::Json;
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::bare::{self, Traversal};
use crate::lang::{self, Expression, TypeConstraint};
use crate::source::{FileId, Span};
use crate::value::Value;
use hcl_edit::expr::{Expression as Native, ObjectKey, ObjectValue, TraversalOperator};
use hcl_edit::structure::{BlockLabel, Structure as NativeStructure};
use std::sync::Arc;

/// A name with its place.
#[derive(Clone, Debug)]
pub(super) struct Ident {
    pub(super) name: Name,
    pub(super) span: Span,
}

impl Ident {
    /// The name.
    pub(super) fn as_str(&self) -> &str {
        &self.name
    }
}

/// An argument or a block.
#[derive(Clone, Debug)]
pub(super) enum Structure {
    Attribute(Attribute),
    Block(Block),
}

/// An argument.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    pub(super) key: Ident,
    pub(super) value: Syntax,
}

/// A block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// The block's type.
    pub(super) ident: Ident,
    pub(super) labels: Vec<Ident>,
    pub(super) body: Vec<Structure>,
}

impl Block {
    /// The place of the type and the labels.
    pub(super) fn header(&self) -> Span {
        let last = self.labels.last();
        last.map_or(self.ident.span, |label| self.ident.span.to(label.span))
    }
}

/// An expression that is not lowered yet.
#[derive(Clone, Debug)]
pub(super) enum Syntax {
    /// Of a native file, or of a text in a JSON file that holds a reference.
    Native(Native, Text),
    /// A value of a JSON file.
    Json(Json),
}

/// The text of native syntax, in which it has its spans.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) file: FileId,
    pub(super) whole: Arc<str>,
    /// Where the text stands, if it is not the whole file: spans in it are not those of the file.
    pub(super) within: Option<Span>,
}

impl Text {
    fn span(&self, syntax: &impl hcl_edit::Span) -> Span {
        let own = || Span::new(self.file, syntax.span().unwrap_or_default());
        self.within.unwrap_or_else(own)
    }

    fn ident(&self, name: &str, syntax: &impl hcl_edit::Span) -> Ident {
        Ident {
            name: name.into(),
            span: self.span(syntax),
        }
    }

    fn structure(&self, structure: NativeStructure) -> Structure {
        match structure {
            NativeStructure::Attribute(attribute) => Structure::Attribute(Attribute {
                key: self.ident(attribute.key.as_str(), &attribute.key),
                value: Syntax::Native(attribute.value, self.clone()),
            }),
            NativeStructure::Block(block) => {
                let label = |label: &BlockLabel| match label {
                    BlockLabel::Ident(name) => self.ident(name.as_str(), name),
                    BlockLabel::String(text) => self.ident(text.as_str(), text),
                };
                Structure::Block(Block {
                    ident: self.ident(block.ident.as_str(), &block.ident),
                    labels: block.labels.iter().map(label).collect(),
                    body: self.structures(block.body),
                })
            }
        }
    }

    fn structures(&self, body: hcl_edit::structure::Body) -> Vec<Structure> {
        body.into_iter()
            .map(|structure| self.structure(structure))
            .collect()
    }
}

/// What a native file says, as far as it could be read, and its syntax errors.
pub(super) fn native(file: FileId, text: &Arc<str>) -> (Vec<Structure>, Diagnostics) {
    let (body, diagnostics) = lang::parse(text, file);
    let text = Text {
        file,
        whole: text.clone(),
        within: None,
    };
    (text.structures(body), diagnostics)
}

/// What follows the first name of an address.
pub(super) enum AddressPart {
    /// `.name`
    Name(Name),
    /// `[key]`
    Key(Syntax),
    /// What an address has not: a splat, an old index.
    Other,
}

/// What has a place.
pub(super) trait Placed {
    /// The place.
    fn place(&self) -> Span;
}

impl Placed for Ident {
    fn place(&self) -> Span {
        self.span
    }
}

impl Placed for Syntax {
    fn place(&self) -> Span {
        match self {
            Syntax::Native(native, text) => text.span(native),
            Syntax::Json(json) => json.span,
        }
    }
}

impl Syntax {
    /// The expression, with names that the surroundings bind.
    pub(super) fn lower(&self, names: &[Name]) -> Result<Expression, Diagnostics> {
        match self {
            Syntax::Native(native, text) => match text.within {
                None => lang::lower_with_names(native, text.file, &text.whole, names),
                Some(at) => lang::lower_within(native, at, &text.whole, names),
            },
            Syntax::Json(json) => json.lower(names),
        }
    }

    /// The value, where no reference is possible. Texts of JSON are no templates there.
    pub(super) fn constant(&self) -> Result<Value, Diagnostics> {
        match self {
            Syntax::Native(..) => self
                .lower(&[])
                .and_then(|expression| lang::evaluate_constant(&expression)),
            Syntax::Json(json) => json.constant(),
        }
    }

    /// The reference, where one is wanted that is not evaluated; a text of JSON holds one.
    pub(super) fn reference(&self, names: &[Name]) -> Result<Expression, Diagnostics> {
        match self {
            Syntax::Native(..) => self.lower(names),
            Syntax::Json(json) => match json.written() {
                Some(written) => written.lower(names),
                None => {
                    let detail = "A reference is wanted here, as a text: \"aws_iam_role.a\".";
                    let diagnostic = Diagnostic::error(Code::InvalidReference, detail);
                    Err(diagnostic.at(json.span).into())
                }
            },
        }
    }

    /// The names and keys of a bare reference; `None` for anything else.
    pub(super) fn traversal(&self) -> Option<Traversal> {
        match self {
            Syntax::Native(native, text) => {
                let found = bare::traversal(native, text.file)?;
                let span = text.within.unwrap_or(found.span);
                Some(Traversal { span, ..found })
            }
            Syntax::Json(json) => json.written()?.traversal(),
        }
    }

    /// The single name that it is, as `all`.
    pub(super) fn keyword(&self) -> Option<Name> {
        self.traversal()
            .filter(|found| found.steps.is_empty())
            .map(|found| found.root)
    }

    /// The elements of a list that is written out; `None` for anything else.
    pub(super) fn elements(&self) -> Option<Vec<Syntax>> {
        match self {
            Syntax::Native(native, text) => {
                let elements = native.as_array()?.iter().cloned();
                let element = |element| Syntax::Native(element, text.clone());
                Some(elements.map(element).collect())
            }
            Syntax::Json(json) => {
                let elements = json.as_array()?.iter().cloned();
                Some(elements.map(Syntax::Json).collect())
            }
        }
    }

    /// The keys and values of an object that is written out; `None` for anything else.
    pub(super) fn members(&self) -> Option<Vec<(Syntax, Syntax)>> {
        match self {
            Syntax::Native(native, text) => {
                let key = |key: &ObjectKey| match key {
                    ObjectKey::Ident(name) => Native::Variable(name.clone()),
                    ObjectKey::Expression(key) => key.clone(),
                };
                let native_object = native.as_object()?;
                let native = |native| Syntax::Native(native, text.clone());
                let members = native_object.iter();
                let member = |(name, value): (&ObjectKey, &ObjectValue)| {
                    (native(key(name)), native(value.expr().clone()))
                };
                Some(members.map(member).collect())
            }
            Syntax::Json(json) => {
                let members = json.as_object()?.iter();
                let member = |member: &super::json::Member| {
                    let value = Syntax::Json(member.value.clone());
                    (Syntax::Json(member.key()), value)
                };
                Some(members.map(member).collect())
            }
        }
    }

    /// The text of an object's key that is a name or a constant text.
    pub(super) fn key_text(&self) -> Option<Name> {
        match self {
            Syntax::Native(native, _) => {
                let name = native.as_variable().map(hcl_edit::Ident::as_str);
                name.or_else(|| native.as_str()).map(Name::from)
            }
            Syntax::Json(json) => json.as_text().map(Name::from),
        }
    }

    /// The first name of an address and what follows it, where keys may be any expression; `None` for anything else.
    pub(super) fn address(&self) -> Option<(Name, Vec<AddressPart>)> {
        let (native, text) = match self {
            Syntax::Native(native, text) => (native, text),
            Syntax::Json(json) => return json.written()?.address(),
        };
        if let Some(name) = native.as_variable() {
            return Some((name.as_str().into(), Vec::new()));
        }
        let traversal = native.as_traversal()?;
        let part = |operator: &TraversalOperator| match operator {
            TraversalOperator::GetAttr(name) => AddressPart::Name(name.as_str().into()),
            TraversalOperator::Index(key) => {
                AddressPart::Key(Syntax::Native(key.clone(), text.clone()))
            }
            TraversalOperator::LegacyIndex(_)
            | TraversalOperator::AttrSplat(_)
            | TraversalOperator::FullSplat(_) => AddressPart::Other,
        };
        let root = traversal.expr.as_variable()?.as_str().into();
        let parts = traversal.operators.iter().map(|operator| part(operator));
        Some((root, parts.collect()))
    }

    /// The type constraint that it spells.
    pub(super) fn type_constraint(&self) -> Result<TypeConstraint, Diagnostics> {
        match self {
            Syntax::Native(native, text) => lang::type_constraint(native, text.file, &text.whole),
            Syntax::Json(json) => match json.as_text() {
                Some(text) => lang::type_constraint_of_text(text, json.span),
                None => {
                    let detail = "A type constraint is a text that holds one, as \"list(string)\".";
                    Err(Diagnostic::error(Code::WrongType, detail)
                        .with_summary("Invalid type specification")
                        .at(json.span)
                        .into())
                }
            },
        }
    }
}
