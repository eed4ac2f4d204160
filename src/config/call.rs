//! `module` blocks.

use super::block::Reader;
use super::body::Body;
use super::escaping::ESCAPING;
use super::module::{Module, ModuleCall, ProviderReference, Repetition};
use super::syntax::{Attribute, Block, Structure, Syntax};
use crate::diagnostic::{Code, Diagnostic};

impl Reader {
    /// Reads a `module` block.
    pub(super) fn module_call(&mut self, block: &Block, module: &mut Module) {
        let span = self.header(block);
        let Some([name]) = self.labels(block, ["a name"]) else {
            return;
        };
        let mut call = ModuleCall {
            name: name.clone(),
            span,
            source: String::new(),
            source_span: span,
            version: None,
            arguments: Vec::new(),
            repetition: Repetition::None,
            depends_on: Vec::new(),
            providers: Vec::new(),
            noun: None,
        };
        let before = self.diagnostics.iter().count();
        let mut arguments = Body::empty(span);
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => {
                    self.call_argument(attribute, &mut call, &mut arguments);
                }
                Structure::Block(inner)
                    if matches!(inner.ident.as_str(), "lifecycle" | "locals" | "provider") =>
                {
                    self.reserved_block(&inner.ident, "module");
                }
                Structure::Block(inner) if inner.ident.as_str() == ESCAPING => {
                    self.without_blocks(inner);
                    self.escaped(inner, &mut arguments);
                }
                Structure::Block(_) => self.unexpected(structure, &[]),
            }
        }
        call.arguments = arguments.arguments;
        self.at_most_one(block, ESCAPING);
        if call.source.is_empty() && self.diagnostics.iter().count() == before {
            self.no_source(&call);
        }
        if let Some(first) = module.calls.get(&name) {
            let detail = format!("A module call named `{name}` was already declared.");
            self.diagnostics.push(
                Diagnostic::error(Code::Duplicate, detail)
                    .with_summary("Duplicate module call")
                    .at(span)
                    .also(first.span, "first declared here"),
            );
            return;
        }
        module.calls.insert(name, call);
    }

    /// Records the blocks in a block that has arguments only.
    fn without_blocks(&mut self, block: &Block) {
        for structure in &block.body {
            if matches!(structure, Structure::Block(_)) {
                self.unexpected(structure, &[]);
            }
        }
    }

    /// Records that a call has no source, or an empty one.
    fn no_source(&mut self, call: &ModuleCall) {
        let diagnostic = if call.source_span == call.span {
            let detail = "The argument \"source\" is required, but no definition was found.";
            Diagnostic::error(Code::MissingArgument, detail)
        } else {
            Diagnostic::error(Code::InvalidValue, "The source is empty.")
                .with_summary("Invalid module source address")
        };
        self.diagnostics.push(diagnostic.at(call.source_span));
    }

    fn call_argument(
        &mut self,
        attribute: &Attribute,
        call: &mut ModuleCall,
        arguments: &mut Body,
    ) {
        match attribute.key.as_str() {
            "source" => {
                call.source_span = self.span_of(&attribute.value);
                call.source = self.constant_text(attribute).unwrap_or_default();
            }
            "version" => {
                call.version = self.constant_text(attribute);
                if let Some(version) = &call.version {
                    self.version_constraint(version, self.span_of(&attribute.value));
                }
            }
            "count" | "for_each" => self.repetition(attribute, &mut call.repetition),
            "depends_on" => call.depends_on = self.depends_on(&attribute.value),
            "providers" => call.providers = self.providers(&attribute.value),
            _ => self.argument_of(attribute, arguments),
        }
    }

    fn providers(&mut self, syntax: &Syntax) -> Vec<(ProviderReference, ProviderReference)> {
        let Some(entries) = syntax.members() else {
            let span = self.span_of(syntax);
            self.error(
                Code::WrongType,
                span,
                "`providers` must be a map from provider names to provider references.",
            );
            return Vec::new();
        };
        let mut providers = Vec::new();
        for (key, value) in entries {
            let inner = self.provider_reference(&key);
            let outer = self.provider_reference(&value);
            providers.extend(inner.zip(outer));
        }
        providers
    }
}
