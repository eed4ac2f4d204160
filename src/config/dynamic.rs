//! `dynamic` blocks: one block of a type for each element of a collection.
//!
//! The iterator is a name of its own in `content`, as the names of a `for` expression are, so that it hides what the
//! language calls the same and never counts as a reference.

use super::block::Reader;
use super::body::{Body, NestedBlock};
use super::syntax::{Block, Structure, Syntax};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::Expression;
use crate::source::Span;

/// What makes many blocks of one.
#[derive(Clone, Debug)]
pub struct Dynamic {
    /// The name that stands for the element, with the attributes `key` and `value`.
    pub iterator: Name,
    /// The collection.
    pub for_each: Expression,
    /// Where the type of the blocks stands.
    pub label: Span,
}

impl Reader {
    /// Reads a `dynamic` block as a block of the type that its label names.
    pub(super) fn dynamic(&mut self, block: &Block) -> Option<NestedBlock> {
        let span = self.header(block);
        let [label] = block.labels.as_slice() else {
            let summary = if block.labels.is_empty() {
                "Missing type for dynamic"
            } else {
                "Extraneous label for dynamic"
            };
            self.wrong(
                span,
                summary,
                "All dynamic blocks must have 1 labels (type).",
            );
            return None;
        };
        let name: Name = label.as_str().into();
        let (mut for_each, mut has_for_each) = (None, false);
        let (mut iterator, mut contents) = (Some(name.clone()), Vec::new());
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => match attribute.key.as_str() {
                    "for_each" => {
                        has_for_each = true;
                        for_each = self.expression(&attribute.value);
                    }
                    "iterator" => iterator = self.iterator(&attribute.value),
                    // Labels are for block types that have some, and no type here does.
                    _ => self.unexpected(structure, &["for_each", "iterator"]),
                },
                Structure::Block(inner) if inner.ident.as_str() == "content" => {
                    contents.push(inner);
                }
                Structure::Block(_) => self.unexpected(structure, &["content"]),
            }
        }
        self.required(span, &[("for_each", has_for_each)]);
        let body = self.content(&contents, span, iterator.as_ref());
        Some(NestedBlock {
            name,
            labels: Vec::new(),
            span,
            body: body?,
            dynamic: Some(Dynamic {
                iterator: iterator?,
                for_each: for_each?,
                label: self.span_of(label),
            }),
        })
    }

    /// The name after `iterator`; anything else is recorded as a problem.
    fn iterator(&mut self, syntax: &Syntax) -> Option<Name> {
        let found = syntax.traversal();
        match found {
            Some(found) if found.steps.is_empty() => Some(found.root),
            Some(found) => {
                let detail = "Dynamic iterator must be a single variable name.";
                self.wrong(found.span, "Invalid dynamic iterator name", detail);
                None
            }
            None => {
                let detail = "A single static variable reference is required: only attribute access and indexing with \
                              constant keys. No calculations, function calls, template expressions, etc are allowed here.";
                let span = self.span_of(syntax);
                self.wrong(span, "Invalid expression", detail);
                None
            }
        }
    }

    /// The body of the one `content` block, in which the iterator has a meaning.
    fn content(
        &mut self,
        contents: &[&Block],
        span: Span,
        iterator: Option<&Name>,
    ) -> Option<Body> {
        let content = match contents {
            [] => {
                let detail = "A dynamic block must have a nested block of type \"content\" to describe the body of each \
                              generated block.";
                self.wrong(span, "Missing dynamic content block", detail);
                return None;
            }
            [only] => only,
            [first, second, ..] => {
                let detail = "Only one nested content block is allowed for each dynamic block.";
                let second = self.header(second);
                self.wrong(second, "Extraneous dynamic content block", detail);
                first
            }
        };
        let outer = self.iterators.len();
        self.iterators.extend(iterator.cloned());
        let body = self.body(&content.body, span);
        self.iterators.truncate(outer);
        Some(body)
    }

    fn wrong(&mut self, span: Span, summary: &str, detail: &str) {
        let diagnostic = Diagnostic::error(Code::InvalidBlock, detail);
        self.diagnostics
            .push(diagnostic.with_summary(summary).at(span));
    }
}
