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
use crate::syntax::{self, Expr, ExpressionId, Form, Item, Place, StepForm, Tree};
use crate::value::Value;
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
    Native(Native),
    /// A value of a JSON file.
    Json(Json),
}

/// An expression of a native text.
#[derive(Clone, Debug)]
pub(super) struct Native {
    text: Arc<Text>,
    id: ExpressionId,
}

/// What was read from a native text.
#[derive(Debug)]
struct Text {
    tree: Tree,
    file: FileId,
    /// Where the text stands, if it is not the whole file: places in it are not those of the file.
    within: Option<Span>,
}

impl Text {
    fn span(&self, place: Place) -> Span {
        self.within
            .unwrap_or_else(|| Span::new(self.file, place.range()))
    }

    fn ident(&self, place: Place) -> Ident {
        Ident {
            name: place.text(self.tree.text()).into(),
            span: self.span(place),
        }
    }
}

impl Native {
    /// The expression that a text holds which stands at a place of a file; `None` when it holds none.
    pub(super) fn of_text(text: &str, at: Span) -> Option<Native> {
        let parsed = syntax::parse_expression(&Arc::from(text));
        parsed.problems.is_empty().then(|| Native {
            id: parsed.root,
            text: Arc::new(Text {
                tree: parsed.tree,
                file: at.file,
                within: Some(at),
            }),
        })
    }

    fn expression(&self) -> Expr<'_> {
        self.text.tree.expression(self.id)
    }

    /// Another expression of the same text.
    fn other(&self, expression: Expr<'_>) -> Syntax {
        Syntax::Native(Native {
            text: self.text.clone(),
            id: expression.id(),
        })
    }
}

/// A native file, whose arguments and blocks are handed out one by one.
pub(super) struct NativeFile(Arc<Text>);

impl NativeFile {
    /// Reads a file, as far as that is possible, and tells its syntax errors.
    pub(super) fn read(file: FileId, text: &Arc<str>) -> (Self, Diagnostics) {
        let (tree, diagnostics) = lang::parse(text, file);
        let within = None;
        let text = Text { tree, file, within };
        (NativeFile(Arc::new(text)), diagnostics)
    }

    /// What stands at the top of it.
    pub(super) fn structures(&self) -> impl Iterator<Item = Structure> {
        let items = self.0.tree.file().iter();
        items.map(|item| structure(&self.0, item))
    }
}

fn structure(text: &Arc<Text>, item: &Item) -> Structure {
    match item {
        Item::Argument(argument) => Structure::Attribute(Attribute {
            key: text.ident(argument.name),
            value: Syntax::Native(Native {
                text: text.clone(),
                id: argument.value,
            }),
        }),
        Item::Block(block) => {
            let label = |label: &syntax::Label| Ident {
                name: label.text(&text.tree).into(),
                span: text.span(label.place),
            };
            let body = text.tree.items(block.body).iter();
            Structure::Block(Block {
                ident: text.ident(block.name),
                labels: text.tree.labels(block.labels).iter().map(label).collect(),
                body: body.map(|item| structure(text, item)).collect(),
            })
        }
    }
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
            Syntax::Native(native) => native.text.span(native.expression().place()),
            Syntax::Json(json) => json.span,
        }
    }
}

impl Syntax {
    /// The expression, with names that the surroundings bind.
    pub(super) fn lower(&self, names: &[Name]) -> Result<Expression, Diagnostics> {
        match self {
            Syntax::Native(native) => match native.text.within {
                None => lang::lower_with_names(native.expression(), native.text.file, names),
                Some(at) => lang::lower_within(native.expression(), at, names),
            },
            Syntax::Json(json) => json.lower(names),
        }
    }

    /// The value, where no reference is possible. Texts of JSON are no templates there.
    pub(super) fn constant(&self) -> Result<Value, Diagnostics> {
        match self {
            Syntax::Native(_) => self
                .lower(&[])
                .and_then(|expression| lang::evaluate_constant(&expression)),
            Syntax::Json(json) => json.constant(),
        }
    }

    /// The reference, where one is wanted that is not evaluated; a text of JSON holds one.
    pub(super) fn reference(&self, names: &[Name]) -> Result<Expression, Diagnostics> {
        match self {
            Syntax::Native(_) => self.lower(names),
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
            Syntax::Native(native) => {
                let found = bare::traversal(native.expression(), native.text.file)?;
                let span = native.text.within.unwrap_or(found.span);
                Some(Traversal { span, ..found })
            }
            Syntax::Json(json) => json.written()?.traversal(),
        }
    }

    /// The reference that stands in quotes, as Terraform 0.11 wanted it; `None` for anything else, and in JSON, where
    /// there is no other way to write one.
    pub(super) fn quoted(&self) -> Option<Syntax> {
        match self {
            Syntax::Native(native) => {
                let quoted = native.expression();
                let at = native.text.span(quoted.place());
                let written = Json::of_text(&quoted.constant_text()?, at).written()?;
                written.traversal().is_some().then_some(written)
            }
            Syntax::Json(_) => None,
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
            Syntax::Native(native) => {
                let elements = bare::elements(native.expression())?.into_iter();
                Some(elements.map(|element| native.other(element)).collect())
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
            Syntax::Native(native) => {
                let Form::Object(members) = native.expression().form() else {
                    return None;
                };
                let members = native.text.tree.members(*members);
                let member = |(key, value)| (native.other(key), native.other(value));
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
            Syntax::Native(native) => bare::key_text(native.expression()),
            Syntax::Json(json) => json.as_text().map(Name::from),
        }
    }

    /// The first name of an address and what follows it, where keys may be any expression; `None` for anything else.
    pub(super) fn address(&self) -> Option<(Name, Vec<AddressPart>)> {
        let native = match self {
            Syntax::Native(native) => native,
            Syntax::Json(json) => return json.written()?.address(),
        };
        let expression = native.expression();
        if let Some(name) = bare::keyword(expression) {
            return Some((name.into(), Vec::new()));
        }
        let Form::Access(root, steps) = expression.form() else {
            return None;
        };
        let tree = expression.tree();
        let part = |step: &syntax::Step| match step.form {
            StepForm::Attribute(name) => AddressPart::Name(name.text(tree.text()).into()),
            StepForm::Index(key) => AddressPart::Key(native.other(expression.other(key))),
            StepForm::LegacyIndex(_) | StepForm::AttributeSplat | StepForm::Splat => {
                AddressPart::Other
            }
        };
        let root = bare::keyword(expression.other(*root))?.into();
        let parts = tree.steps(*steps).iter().map(part);
        Some((root, parts.collect()))
    }

    /// The type constraint that it spells.
    pub(super) fn type_constraint(&self) -> Result<TypeConstraint, Diagnostics> {
        match self {
            Syntax::Native(native) => lang::type_constraint(native.expression(), native.text.file),
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
