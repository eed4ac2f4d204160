//! `output` blocks.

use super::block::Reader;
use super::module::{Module, Output};
use super::syntax::{Attribute, Block, Structure};
use crate::diagnostic::Code;
use crate::lang::Expression;
use crate::value::{Type, Value};

/// The arguments of an `output` block.
const ARGUMENTS: &[&str] = &[
    "value",
    "sensitive",
    "ephemeral",
    "description",
    "depends_on",
];

impl Reader {
    /// Reads an `output` block.
    pub(super) fn output(&mut self, block: &Block, module: &mut Module) {
        let span = self.header(block);
        let Some([name]) = self.labels(block, ["a name"]) else {
            return;
        };
        let mut output = Output {
            name: name.clone(),
            span,
            // Stands only until the block is read: an output without a value is not kept.
            value: Expression::literal(span, Value::null(Type::Dynamic)),
            sensitive: false,
            ephemeral: false,
            description: String::new(),
            depends_on: Vec::new(),
            preconditions: Vec::new(),
        };
        let mut value = None;
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "value" => {
                    value = Some(self.expression(&attribute.value));
                }
                Structure::Attribute(attribute) => {
                    self.output_attribute(structure, attribute, &mut output);
                }
                Structure::Block(inner) => self.block_of_output(structure, inner, &mut output),
            }
        }
        match value {
            Some(Some(value)) => output.value = value,
            // It is there, and what is wrong with it is told.
            Some(None) => return,
            None => {
                let detail = "The argument \"value\" is required, but no definition was found.";
                self.error(Code::MissingArgument, span, detail);
                return;
            }
        }
        match module.outputs.get(&name) {
            Some(first) => {
                let places = (span, first.span);
                self.duplicate("output", "output definition", &name, places);
            }
            None => {
                module.outputs.insert(name, output);
            }
        }
    }

    fn output_attribute(
        &mut self,
        structure: &Structure,
        attribute: &Attribute,
        output: &mut Output,
    ) {
        match attribute.key.as_str() {
            "sensitive" => output.sensitive = self.constant_bool(attribute).unwrap_or(false),
            "ephemeral" => output.ephemeral = self.constant_bool(attribute).unwrap_or(false),
            "description" => {
                output.description = self.constant_text(attribute).unwrap_or_default();
            }
            "depends_on" => output.depends_on = self.depends_on(&attribute.value),
            _ => self.unexpected(structure, ARGUMENTS),
        }
    }

    fn block_of_output(&mut self, structure: &Structure, block: &Block, output: &mut Output) {
        match block.ident.as_str() {
            "precondition" => output.preconditions.extend(self.condition(block)),
            "postcondition" => {
                let detail =
                    "A value has no life of its own: only preconditions belong to outputs.";
                let summary = "Postconditions are not allowed";
                self.misplaced(Code::UnknownBlock, &block.ident, summary, detail);
            }
            _ => self.unexpected(structure, &["precondition"]),
        }
    }
}
