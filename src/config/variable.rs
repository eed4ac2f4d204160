//! `variable` blocks.

use super::block::Reader;
use super::module::{Module, Variable};
use super::syntax::{Attribute, Block, Structure};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::TypeConstraint;
use crate::source::Span;
use crate::value::{Value, convert};

/// The arguments and blocks of module calls that are no variables of the module.
const RESERVED_VARIABLES: &[&str] = &[
    "source",
    "version",
    "providers",
    "count",
    "for_each",
    "lifecycle",
    "depends_on",
    "locals",
];

impl Reader {
    /// Reads a `variable` block.
    pub(super) fn variable(&mut self, block: &Block, module: &mut Module) {
        let span = self.header(block);
        let Some([name]) = self.labels(block, ["a name"]) else {
            return;
        };
        if RESERVED_VARIABLES.contains(&name.as_ref()) {
            let detail = format!(
                "The variable name \"{name}\" is reserved: calls of the module use it for an argument of their own."
            );
            if let Some(label) = block.labels.first() {
                self.misplaced(Code::InvalidBlock, label, "Invalid variable name", &detail);
            }
        }
        let mut variable = Variable {
            name: name.clone(),
            span,
            constraint: TypeConstraint::any(),
            has_type: false,
            default: None,
            nullable: true,
            sensitive: false,
            ephemeral: false,
            description: String::new(),
            validations: Vec::new(),
        };
        let mut default = None;
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "default" => {
                    default = self
                        .constant(attribute)
                        .map(|value| (value, self.span_of(&attribute.value)));
                }
                Structure::Attribute(attribute) => {
                    self.variable_attribute(structure, attribute, &mut variable);
                }
                Structure::Block(inner) if inner.ident.as_str() == "validation" => {
                    variable.validations.extend(self.condition(inner));
                }
                Structure::Block(_) => self.unexpected(structure, &["validation"]),
            }
        }
        if let Some((value, place)) = default {
            variable.default = self.fitting_default(&value, place, &variable);
        }
        match module.variables.get(&name) {
            Some(first) => {
                let summary = "variable declaration";
                self.duplicate("variable", summary, &name, (span, first.span));
            }
            None => {
                module.variables.insert(name, variable);
            }
        }
    }

    fn variable_attribute(
        &mut self,
        structure: &Structure,
        attribute: &Attribute,
        variable: &mut Variable,
    ) {
        match attribute.key.as_str() {
            "type" => {
                variable.has_type = true;
                match attribute.value.type_constraint() {
                    Ok(constraint) => variable.constraint = constraint,
                    Err(diagnostics) => self.diagnostics.extend(diagnostics),
                }
            }
            "description" => {
                variable.description = self.constant_text(attribute).unwrap_or_default();
            }
            "nullable" => variable.nullable = self.constant_bool(attribute).unwrap_or(true),
            "sensitive" => variable.sensitive = self.constant_bool(attribute).unwrap_or(false),
            "ephemeral" => variable.ephemeral = self.constant_bool(attribute).unwrap_or(false),
            _ => self.unexpected(
                structure,
                &[
                    "type",
                    "default",
                    "description",
                    "nullable",
                    "sensitive",
                    "ephemeral",
                ],
            ),
        }
    }

    /// The default as the type has it.
    fn fitting_default(
        &mut self,
        value: &Value,
        place: Span,
        Variable {
            constraint,
            nullable,
            ..
        }: &Variable,
    ) -> Option<Value> {
        if value.is_null() && !nullable {
            let detail = "A null default value is not valid when nullable=false.";
            self.wrong_default(place, detail.to_owned());
            return None;
        }
        convert(&constraint.apply_defaults(value), &constraint.ty)
            .map_err(|error| {
                let detail = format!(
                    "This default value is not compatible with the variable's type constraint: {error}."
                );
                self.wrong_default(place, detail);
            })
            .ok()
    }

    fn wrong_default(&mut self, place: Span, detail: String) {
        let diagnostic = Diagnostic::error(Code::WrongType, detail);
        let diagnostic = diagnostic.with_summary("Invalid default value for variable");
        self.diagnostics.push(diagnostic.at(place));
    }
}
