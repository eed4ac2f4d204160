//! Whether a body has what its block's schema asks for, and nothing else.

use super::body::{Argument, Body, NestedBlock};
use super::check::Checker;
use super::decode::extraneous;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::evaluate_constant;
use crate::schema::{Attribute, Block, Presence};
use crate::source::{SourceFile, Span};
use crate::value::{ConversionError, Value, convert};

/// The mistake of giving an attribute a value that is not of its type.
pub fn unsuitable(name: &str, error: &ConversionError) -> Diagnostic {
    let part = if error.path.is_root() {
        String::new()
    } else {
        format!(" at {}", error.path)
    };
    let detail = format!("Inappropriate value for attribute \"{name}\"{part}: {error}.");
    Diagnostic::error(Code::WrongType, detail).with_summary("Incorrect attribute value type")
}

/// The error of an argument that only the provider gives a value.
pub fn unconfigurable(name: &str) -> Diagnostic {
    let detail = format!(
        "The value of \"{name}\" is decided by the provider; the configuration cannot set it."
    );
    Diagnostic::error(Code::UnknownArgument, detail)
        .with_summary("Value for unconfigurable attribute")
}

impl Checker<'_> {
    /// Checks a body against the shape of its block.
    pub(super) fn shape(&mut self, body: &Body, block: &Block, owner: &str) {
        for argument in &body.arguments {
            self.argument(argument, block, owner);
        }
        for nested in &body.blocks {
            match block.nested(&nested.name) {
                Some(shape) => {
                    self.labels(nested);
                    let owner = format!("`{}` blocks", nested.name);
                    self.shape(&nested.body, &shape.block, &owner);
                }
                None => {
                    let detail =
                        format!("Blocks of type \"{}\" are not expected here.", nested.name);
                    self.diagnostics.push(
                        Diagnostic::error(Code::UnknownBlock, detail)
                            .at(nested.dynamic.as_ref().map_or(nested.span, |it| it.label))
                            .suggest(&nested.name, block.names()),
                    );
                }
            }
        }
        self.required(body, block);
    }

    /// Checks that an argument is one that can be written here.
    fn argument(&mut self, argument: &Argument, block: &Block, owner: &str) {
        let (name, span) = (&argument.name, argument.span);
        match (block.attribute(name), block.nested(name)) {
            // What refers to something may come to null, which sets nothing.
            (Some(attribute), _)
                if attribute.presence == Presence::Computed
                    && argument.value.references().is_empty()
                    && !argument.value.as_literal().is_some_and(Value::is_null) =>
            {
                self.diagnostics
                    .push(unconfigurable(name).at(argument.value.span));
            }
            (Some(attribute), _) => self.constant(attribute, argument),
            (None, Some(_)) => {
                let detail = format!(
                    "An argument named \"{name}\" is not expected here. Did you mean to define a block of type \"{name}\"?"
                );
                self.diagnostics
                    .push(Diagnostic::error(Code::UnknownArgument, detail).at(span));
            }
            (None, None) => {
                let of_all = self.of_all_resources(argument);
                let diagnostic = if self.is_json(span) {
                    extraneous(name)
                } else {
                    let detail = format!("An argument named \"{name}\" is not expected here.");
                    Diagnostic::error(Code::UnknownArgument, detail)
                };
                self.diagnostics.push(
                    diagnostic
                        .labelled(span, format!("not an argument of {owner}"))
                        .suggest(name, block.names().chain(of_all)),
                );
            }
        }
    }

    /// What may stand beside an argument whatever the type is: it is the block's own, and not one of a block within.
    fn of_all_resources(&self, argument: &Argument) -> impl Iterator<Item = &'static str> {
        let own = self.own.map(|resource| &resource.body.arguments);
        let is_own = own.is_some_and(|own| own.iter().any(|it| std::ptr::eq(it, argument)));
        let names = ["count", "depends_on", "for_each", "provider"];
        // In the block `_` such a name is no meta-argument, and not meant.
        let names = names
            .into_iter()
            .filter(|name| *name != argument.name.as_ref());
        names.filter(move |_| is_own)
    }

    /// Whether a place is in a JSON file, whose members are neither arguments nor blocks by themselves.
    fn is_json(&self, span: Span) -> bool {
        let file = self.configuration.sources.file(span.file);
        file.is_some_and(SourceFile::is_json)
    }

    /// A value that stands here in full has to be of the attribute's type; others are judged when they have come to one.
    fn constant(&mut self, attribute: &Attribute, argument: &Argument) {
        if !argument.value.is_constant() {
            return;
        }
        let converted =
            evaluate_constant(&argument.value).map(|value| convert(&value, &attribute.ty));
        if let Ok(Err(error)) = converted {
            let problem = unsuitable(attribute.name, &error);
            self.diagnostics.push(problem.at(argument.value.span));
        }
    }

    /// Blocks of a schema have no labels.
    fn labels(&mut self, nested: &NestedBlock) {
        if nested.labels.is_empty() {
            return;
        }
        let name = &nested.name;
        let detail = format!("No labels are expected for {name} blocks.");
        let summary = format!("Extraneous label for {name}");
        self.push(Code::InvalidBlock, nested.span, detail, &summary);
    }

    fn required(&mut self, body: &Body, block: &Block) {
        for attribute in &block.attributes {
            if attribute.presence == Presence::Required && body.argument(attribute.name).is_none() {
                let detail = format!(
                    "The argument \"{}\" is required, but no definition was found.",
                    attribute.name
                );
                self.diagnostics
                    .push(Diagnostic::error(Code::MissingArgument, detail).at(body.span));
            }
        }
        for nested in &block.blocks {
            if body
                .blocks_of(nested.name)
                .any(|block| block.dynamic.is_some())
            {
                // How many these are is known when they are made.
                continue;
            }
            let given = body.blocks_of(nested.name).count();
            if given < nested.min {
                let detail = format!(
                    "At least {} \"{}\" blocks are required.",
                    nested.min, nested.name
                );
                self.push(
                    Code::MissingArgument,
                    body.span,
                    detail,
                    &format!("Insufficient {} blocks", nested.name),
                );
            }
            if let Some((summary, detail)) = nested.too_many(given) {
                let span = body
                    .blocks_of(nested.name)
                    .nth(nested.max.max(1))
                    .map_or(body.span, |block| block.span);
                self.push(Code::InvalidBlock, span, detail, &summary);
            }
        }
    }
}
