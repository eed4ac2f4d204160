//! `terraform` blocks: required providers and versions, and the backend.

use super::block::{Reader, is_name_of_provider};
use super::module::{Backend, Module, RequiredProvider};
use super::syntax::{Attribute, Block, Structure, Syntax};
use super::version::{LANGUAGE_VERSION, meets};
use crate::address::ProviderAddress;
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
                self.one_requirement(block, module);
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
        self.is_provider_name(&provider, span);
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => {
                    self.constant(attribute);
                }
                Structure::Block(_) => self.unexpected(structure, &[]),
            }
        }
        match module.provider_meta.get(&provider).copied() {
            Some(first) => {
                let what = "provider_meta block";
                self.duplicate(what, what, &provider, (span, first));
            }
            None => {
                module.provider_meta.insert(provider, span);
            }
        }
    }

    /// Records a `required_providers` block after the first one of a module.
    fn one_requirement(&mut self, block: &Block, module: &mut Module) {
        let span = block.ident.span;
        let first = *module.requirements.get_or_insert(span);
        if first != span {
            let detail = "A module may have one `required_providers` block.";
            self.diagnostics.push(
                Diagnostic::error(Code::Duplicate, detail)
                    .with_summary("Duplicate required providers configuration")
                    .at(span)
                    .also(first, "first declared here"),
            );
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
                    .with_summary("Duplicate backend configuration")
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

    fn required_provider(&mut self, attribute: &Attribute, module: &mut Module) {
        let span = self.span_of(&attribute.key);
        let local_name = attribute.key.as_str();
        self.is_provider_name(local_name, self.span_of(&attribute.value));
        let mut source = (local_name.to_owned(), span);
        let mut version = (String::new(), span);
        if let Some(members) = attribute.value.members() {
            for (key, value) in &members {
                self.requirement(key, value, &mut source, &mut version);
            }
        } else {
            let place = self.span_of(&attribute.value);
            version = (self.constant_text(attribute).unwrap_or_default(), place);
        }
        if !version.0.is_empty() {
            self.version_constraint(&version.0, version.1);
        }
        if local_name == "terraform" && source.0 == "terraform" {
            "terraform.io/builtin/terraform".clone_into(&mut source.0);
        }
        match ProviderAddress::parse_source(&source.0) {
            Ok(address) => {
                if source.1 != span {
                    self.source_parts(&address, source.1);
                }
                let required = RequiredProvider {
                    address,
                    version: version.0,
                    span,
                };
                module
                    .required_providers
                    .insert(local_name.into(), required);
            }
            Err(error) => self.wrong_provider(
                source.1,
                "Invalid provider source string",
                &error.to_string(),
            ),
        }
    }

    /// Records what is wrong with the parts of a provider's source
    /// (<https://developer.hashicorp.com/terraform/language/providers/requirements#source-addresses>).
    fn source_parts(&mut self, address: &ProviderAddress, span: Span) {
        let parts = [
            ("namespace", &address.namespace),
            ("type", &address.provider_type),
        ];
        for (called, part) in parts {
            if !is_name_of_provider(part) {
                let detail = format!(
                    "The {called} of the provider `{address}` may have letters, digits and single dashes, with none at its \
                     beginning or end."
                );
                self.wrong_provider(span, &format!("Invalid provider {called}"), &detail);
                return;
            }
        }
        let repeated = ["terraform-provider-", "terraform-"];
        let mut repeated = repeated.into_iter();
        if let Some(prefix) = repeated.find(|prefix| address.provider_type.starts_with(prefix)) {
            let detail = format!(
                "The type of the provider `{address}` begins with `{prefix}`, as repositories of providers do; write what \
                 follows."
            );
            self.wrong_provider(span, "Invalid provider type", &detail);
        }
    }

    /// Reads what an object says of a required provider: `source`, `version`, and aliases, which callers give.
    fn requirement(
        &mut self,
        key: &Syntax,
        value: &Syntax,
        source: &mut (String, Span),
        version: &mut (String, Span),
    ) {
        let place = self.span_of(value);
        let text = value.constant().ok();
        let text = text.as_ref().and_then(Value::as_str).map(str::to_owned);
        match (key.key_text().as_deref(), text) {
            (Some("source"), Some(text)) => *source = (text, place),
            (Some("version"), Some(text)) => *version = (text, place),
            (Some("source"), None) => {
                let detail = "The source must be a text without references.";
                self.wrong_provider(place, "Invalid source", detail);
            }
            (Some("version"), None) => {
                let detail = "The version must be a text without references.";
                self.wrong_provider(place, "Invalid version constraint", detail);
            }
            (Some("configuration_aliases"), _) => {}
            (Some(_) | None, _) => {
                let detail = "An object of `required_providers` has `source`, `version` and `configuration_aliases`.";
                let place = self.span_of(key);
                self.wrong_provider(place, "Invalid required_providers object", detail);
            }
        }
    }

    fn wrong_provider(&mut self, span: Span, summary: &str, detail: &str) {
        let diagnostic = Diagnostic::error(Code::InvalidProvider, detail);
        self.diagnostics
            .push(diagnostic.with_summary(summary).at(span));
    }
}
