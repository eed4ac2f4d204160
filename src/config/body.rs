//! Bodies of blocks: arguments and nested blocks, with expressions in their compact form.

use super::block::Reader;
use super::dynamic::Dynamic;
use super::syntax::{Attribute, Structure};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{Expression, Reference, Step};
use crate::source::Span;

/// The arguments and blocks of a block.
#[derive(Clone, Debug)]
pub struct Body {
    /// The arguments, in the order they were written.
    pub arguments: Vec<Argument>,
    /// The nested blocks, in the order they were written.
    pub blocks: Vec<NestedBlock>,
    /// The whole body, or the header of its block.
    pub span: Span,
}

/// One argument.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Its name.
    pub name: Name,
    /// Where the name stands.
    pub span: Span,
    /// Its value.
    pub value: Expression,
}

/// A block in a block.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// The block's type.
    pub name: Name,
    /// Its labels.
    pub labels: Vec<Name>,
    /// The block's header.
    pub span: Span,
    /// What stands in it.
    pub body: Body,
    /// What makes many blocks of it, if it is the content of a `dynamic` block.
    pub dynamic: Option<Dynamic>,
}

impl Body {
    /// An empty body.
    pub fn empty(span: Span) -> Self {
        Body {
            arguments: Vec::new(),
            blocks: Vec::new(),
            span,
        }
    }

    /// The argument of a name.
    pub fn argument(&self, name: &str) -> Option<&Argument> {
        self.arguments
            .iter()
            .find(|argument| argument.name.as_ref() == name)
    }

    /// The nested blocks of a type; a `dynamic` block is one of the type that it makes.
    pub fn blocks_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a NestedBlock> + Clone {
        self.blocks
            .iter()
            .filter(move |block| block.name.as_ref() == name)
    }

    /// Whether a `dynamic` block stands in it, at any depth; how often it is looked at depends on values.
    pub fn has_dynamic(&self) -> bool {
        let mut blocks = self.blocks.iter();
        blocks.any(|block| block.dynamic.is_some() || block.body.has_dynamic())
    }

    /// Calls `visit` with every reference and the steps behind it, nested blocks included.
    pub fn each_reference<'a>(&'a self, visit: &mut dyn FnMut(&'a Reference, &'a [Step])) {
        for expression in self.expressions() {
            expression.each_reference(visit);
        }
    }

    /// Every expression, nested blocks included.
    pub fn expressions(&self) -> Vec<&Expression> {
        let mut found: Vec<&Expression> = self.arguments.iter().map(|it| &it.value).collect();
        for block in &self.blocks {
            found.extend(block.dynamic.iter().map(|dynamic| &dynamic.for_each));
            found.extend(block.body.expressions());
        }
        found
    }

    /// Calls `replace` with every expression, nested blocks included, and keeps what it returns.
    pub fn map_expressions(&mut self, replace: &mut dyn FnMut(&Expression) -> Expression) {
        for argument in &mut self.arguments {
            argument.value = replace(&argument.value);
        }
        for block in &mut self.blocks {
            if let Some(dynamic) = &mut block.dynamic {
                dynamic.for_each = replace(&dynamic.for_each);
            }
            block.body.map_expressions(replace);
        }
    }
}

impl Reader {
    /// Lowers a whole body.
    pub(super) fn body(&mut self, body: &[Structure], span: Span) -> Body {
        let mut lowered = Body::empty(span);
        for structure in body {
            self.structure(structure, &mut lowered);
        }
        lowered
    }

    /// Lowers one argument or block into a body; what is wrong with it is recorded.
    pub(super) fn structure(&mut self, structure: &Structure, body: &mut Body) {
        match structure {
            Structure::Attribute(attribute) => self.argument_of(attribute, body),
            Structure::Block(block) if block.ident.as_str() == "dynamic" => {
                body.blocks.extend(self.dynamic(block));
            }
            Structure::Block(block) => {
                let span = self.header(block);
                let labels = block
                    .labels
                    .iter()
                    .map(|label| label.as_str().into())
                    .collect();
                let name = block.ident.as_str().into();
                body.blocks.push(NestedBlock {
                    name,
                    labels,
                    span,
                    body: self.body(&block.body, span),
                    dynamic: None,
                });
            }
        }
    }

    /// Lowers an argument into a body. It can stand there already where one of the two is in an escaping block; the parser
    /// has told of those that are set twice in one place.
    pub(super) fn argument_of(&mut self, attribute: &Attribute, body: &mut Body) {
        let Some(argument) = self.argument(attribute) else {
            return;
        };
        let Some(first) = body.argument(&argument.name) else {
            body.arguments.push(argument);
            return;
        };
        let detail = format!(
            "The argument \"{}\" was already set. Each argument may be set only once.",
            argument.name
        );
        let diagnostic = Diagnostic::error(Code::Duplicate, detail)
            .with_summary("Duplicate argument")
            .at(argument.span)
            .also(first.span, "first set here");
        self.diagnostics.push(diagnostic);
    }

    /// Lowers an argument; `None` when its expression is wrong, which is recorded.
    pub(super) fn argument(&mut self, attribute: &Attribute) -> Option<Argument> {
        let span = self.span_of(&attribute.key);
        let value = self.expression(&attribute.value)?;
        Some(Argument {
            name: attribute.key.as_str().into(),
            span,
            value,
        })
    }
}
