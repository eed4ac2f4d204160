//! `check` blocks: assertions about the whole, and the data that they look at.

use super::block::Reader;
use super::module::{Condition, Module};
use super::syntax::{Block, Structure};
use crate::address::{Name, ResourceMode};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::Expression;
use crate::source::Span;

/// A `check` block.
#[derive(Clone, Debug)]
pub struct Check {
    /// Its name.
    pub name: Name,
    /// The block's header.
    pub span: Span,
    /// What should hold; a warning tells when it does not.
    pub assertions: Vec<Condition>,
}

impl Check {
    /// Everything that its assertions look at.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let all = self.assertions.iter();
        all.flat_map(|assertion| [&assertion.condition, &assertion.error_message])
    }
}

impl Reader {
    /// Reads a `check` block. Its data source becomes one of the module that nothing else may refer to.
    pub(super) fn check(&mut self, block: &Block, module: &mut Module) {
        let span = self.header(block);
        let Some([name]) = self.labels(block, ["a name"]) else {
            return;
        };
        let (mut assertions, mut asserts, mut scoped) = (Vec::new(), 0, None::<Span>);
        for structure in &block.body {
            match structure {
                Structure::Block(inner) if inner.ident.as_str() == "assert" => {
                    asserts += 1;
                    assertions.extend(self.condition(inner));
                }
                Structure::Block(inner) if inner.ident.as_str() == "data" => {
                    let place = self.header(inner);
                    match scoped {
                        Some(first) => self.second_data(place, first),
                        None => {
                            scoped = Some(place);
                            self.scoped_data(inner, &name, module);
                        }
                    }
                }
                Structure::Attribute(_) | Structure::Block(_) => {
                    self.unexpected(structure, &["assert", "data"]);
                }
            }
        }
        if asserts == 0 {
            let detail = "Check blocks must have at least one assert block.";
            self.invalid(span, "Zero assert blocks", detail);
        }
        let check = Check {
            name: name.clone(),
            span,
            assertions,
        };
        match module.checks.get(&name) {
            Some(first) => {
                let places = (span, first.span);
                let summary = format!("check \"{name}\" configuration");
                self.duplicate("check", &summary, &name, places);
            }
            None => {
                module.checks.insert(name, check);
            }
        }
    }

    fn second_data(&mut self, span: Span, first: Span) {
        let detail = "This check block already has a data resource.";
        let diagnostic = Diagnostic::error(Code::InvalidBlock, detail)
            .with_summary("Multiple data resource blocks")
            .at(span)
            .also(first, "the first one");
        self.diagnostics.push(diagnostic);
    }

    fn scoped_data(&mut self, block: &Block, check: &Name, module: &mut Module) {
        for structure in &block.body {
            if let Structure::Attribute(attribute) = structure
                && matches!(attribute.key.as_str(), "count" | "for_each")
            {
                let span = self.span_of(&attribute.key);
                let detail = "The \"count\" and \"for_each\" meta-arguments are not supported within nested data blocks.";
                let summary = format!("Invalid \"{}\" attribute", attribute.key.as_str());
                return self.invalid(span, &summary, detail);
            }
        }
        self.resource(block, ResourceMode::Data, Some(check), module);
    }

    fn invalid(&mut self, span: Span, summary: &str, detail: &str) {
        let diagnostic = Diagnostic::error(Code::InvalidBlock, detail);
        self.diagnostics
            .push(diagnostic.with_summary(summary).at(span));
    }
}
