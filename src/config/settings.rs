//! `terraform` blocks: required providers and versions, and the backend.

use super::block::Reader;
use super::module::{Backend, Module, RequiredProvider};
use super::syntax::{Attribute, Block, Structure, Syntax};
use super::version::{LANGUAGE_VERSION, meets};
use crate::address::{Name, ProviderAddress};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::value::Value;

impl Reader {
    /// Reads a `terraform` block.
    pub(super) fn settings(&mut self, block: &Block, module: &mut Module) {
        if self.labels(block, []).is_none() {
            return;
        }
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "required_version" => {
                    let span = self.span_of(&attribute.value);
                    let constraint = self.constant_text(attribute);
                    self.required_version(constraint.as_deref(), span);
                    module
                        .required_versions
                        .extend(constraint.map(|text| (text, span)));
                }
                Structure::Attribute(_) => self.unexpected(structure, &["required_version"]),
                Structure::Block(inner) => self.settings_block(inner, structure, module),
            }
        }
    }

    fn required_version(&mut self, constraint: Option<&str>, span: Span) {
        let Some(constraint) = constraint else {
            return;
        };
        let (detail, summary) = match meets(constraint, LANGUAGE_VERSION) {
            Some(true) => return,
            Some(false) => (
                format!(
                    "The configuration asks for Terraform {constraint}, and this tool speaks the language of Terraform \
                     {LANGUAGE_VERSION}."
                ),
                "Unsupported Terraform Core version",
            ),
            None => (
                format!(
                    "`{constraint}` is not a version constraint. Write conditions as `>= 1.5, < 2.0`."
                ),
                "Invalid version constraint",
            ),
        };
        self.diagnostics.push(
            Diagnostic::error(Code::InvalidValue, detail)
                .with_summary(summary)
                .at(span),
        );
    }

    fn settings_block(&mut self, block: &Block, structure: &Structure, module: &mut Module) {
        match block.ident.as_str() {
            "required_providers" => {
                for structure in &block.body {
                    match structure {
                        Structure::Attribute(attribute) => {
                            self.required_provider(attribute, module);
                        }
                        Structure::Block(_) => self.unexpected(structure, &[]),
                    }
                }
            }
            "backend" => self.backend(block, module),
            "provider_meta" => self.provider_meta(block, module),
            "cloud" => {
                let span = self.header(block);
                self.error(
                    Code::NotSupportedYet,
                    span,
                    "HCP Terraform (`cloud`) is not supported: use a `backend` block.",
                );
            }
            _ => self.unexpected(
                structure,
                &["required_providers", "backend", "provider_meta"],
            ),
        }
    }

    /// Reads a `provider_meta` block: what a module tells a provider about itself. It has to be constant.
    fn provider_meta(&mut self, block: &Block, module: &mut Module) {
        let span = self.header(block);
        let Some([provider]) = self.labels(block, ["a provider"]) else {
            return;
        };
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => {
                    self.constant(attribute);
                }
                Structure::Block(_) => self.unexpected(structure, &[]),
            }
        }
        match module.provider_meta.get(&provider).copied() {
            Some(first) => self.duplicate("provider_meta block", &provider, span, first),
            None => {
                module.provider_meta.insert(provider, span);
            }
        }
    }

    fn backend(&mut self, block: &Block, module: &mut Module) {
        let span = self.header(block);
        let Some([backend_type]) = self.labels(block, ["a type"]) else {
            return;
        };
        if let Some(first) = &module.backend {
            let detail = "A module may have one `backend` block.";
            self.diagnostics.push(
                Diagnostic::error(Code::Duplicate, detail)
                    .with_summary("Duplicate 'backend' configuration block")
                    .at(span)
                    .also(first.span, "first declared here"),
            );
            return;
        }
        let body = self.body(&block.body, span);
        module.backend = Some(Backend {
            backend_type,
            span,
            body,
        });
    }

    /// The members of an object that are constant texts.
    fn texts(members: &[(Syntax, Syntax)]) -> Vec<(Name, String)> {
        let mut found = Vec::new();
        for (key, value) in members {
            // `configuration_aliases` holds bare references.
            let text = value.constant().ok();
            if let (Some(name), Some(text)) =
                (key.key_text(), text.as_ref().and_then(Value::as_str))
            {
                found.push((name, text.to_owned()));
            }
        }
        found
    }

    fn required_provider(&mut self, attribute: &Attribute, module: &mut Module) {
        let span = self.span_of(&attribute.key);
        let local_name = attribute.key.as_str();
        let mut source = local_name.to_owned();
        let mut version = String::new();
        if let Some(members) = attribute.value.members() {
            for (name, text) in Self::texts(&members) {
                match name.as_ref() {
                    "source" => source = text,
                    "version" => version = text,
                    _ => {}
                }
            }
        } else {
            version = self.constant_text(attribute).unwrap_or_default();
        }
        if local_name == "terraform" && source == "terraform" {
            "terraform.io/builtin/terraform".clone_into(&mut source);
        }
        match ProviderAddress::parse_source(&source) {
            Ok(address) => {
                let required = RequiredProvider {
                    address,
                    version,
                    span,
                };
                module
                    .required_providers
                    .insert(local_name.into(), required);
            }
            Err(error) => self.diagnostics.push(
                Diagnostic::error(Code::InvalidProvider, error.to_string())
                    .with_summary("Invalid provider source string")
                    .at(span),
            ),
        }
    }
}
