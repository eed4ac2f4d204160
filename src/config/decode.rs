//! Decoding a file: each top-level block becomes a declaration of the module.

use super::block::Reader;
use super::body::Body;
use super::escaping::ESCAPING;
use super::module::{
    Internals, Lifecycle, Local, Module, NounBlock, NounKind, ProviderBlock, Repetition, Resource,
};
use super::provisioner::Provisioning;
use super::syntax::{Attribute, Block, Ident, NativeFile, Structure, Syntax};
use super::version::{LANGUAGE_VERSION, meets};
use crate::address::{Name, ResourceMode, ResourceName};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Span};
use crate::syntax::is_identifier;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The block types that may stand at the top of a file.
const BLOCK_TYPES: &[&str] = &[
    "terraform",
    "variable",
    "locals",
    "output",
    "module",
    "resource",
    "data",
    "ephemeral",
    "provider",
    "moved",
    "removed",
    "import",
    "check",
    "cluster",
    "oidc_provider",
    "role",
    "service_account",
];

/// Adds the declarations of one file to a module and returns what is wrong with the file.
pub fn decode_file(file: FileId, text: &str, module: &mut Module) -> Diagnostics {
    let (native, mut diagnostics) = NativeFile::read(file, &text.into());
    diagnostics.extend(decode(&mut native.structures(), module));
    diagnostics
}

/// Adds what stands at the top of files to a module and returns what is wrong with it. Of the blocks only one is there at
/// a time, if they come one by one.
pub(super) fn decode(
    structures: &mut dyn Iterator<Item = Structure>,
    module: &mut Module,
) -> Diagnostics {
    let mut reader = Reader::default();
    for structure in structures {
        match &structure {
            Structure::Attribute(attribute) => {
                let span = reader.span_of(&attribute.key);
                let detail = format!(
                    "An argument named \"{}\" is not expected here: only blocks may stand at the top of a file.",
                    attribute.key.as_str()
                );
                let diagnostic = Diagnostic::error(Code::UnknownArgument, detail).at(span);
                reader.diagnostics.push(match attribute.value {
                    Syntax::Native(..) => diagnostic,
                    Syntax::Json(_) => extraneous_attribute(attribute, BLOCK_TYPES),
                });
            }
            Structure::Block(block) => reader.top_level(block, module),
        }
    }
    reader.diagnostics
}

impl Reader {
    fn top_level(&mut self, block: &Block, module: &mut Module) {
        match block.ident.as_str() {
            "terraform" => self.settings(block, module),
            "variable" => self.variable(block, module),
            "locals" => self.locals(block, module),
            "output" => self.output(block, module),
            "module" => self.module_call(block, module),
            "resource" => self.resource(block, ResourceMode::Managed, None, module),
            "data" => self.resource(block, ResourceMode::Data, None, module),
            "ephemeral" => self.resource(block, ResourceMode::Ephemeral, None, module),
            "provider" => self.provider(block, module),
            "moved" => self.moved(block, module),
            "removed" => self.removed(block, module),
            "import" => self.import(block, module),
            "check" => self.check(block, module),
            name => match NounKind::from_name(name) {
                Some(kind) => self.noun(block, kind, module),
                None => self.unknown_block(block),
            },
        }
    }

    fn unknown_block(&mut self, block: &Block) {
        if block.ident.as_str() == "required_providers" {
            let detail = "A \"required_providers\" block stands in a \"terraform\" block.";
            let summary = "Invalid required_providers block";
            self.misplaced(Code::UnknownBlock, &block.ident, summary, detail);
            return;
        }
        let name = block.ident.as_str();
        let span = self.span_of(&block.ident);
        let detail = format!("Blocks of type \"{name}\" are not expected here.");
        self.diagnostics.push(
            Diagnostic::error(Code::UnknownBlock, detail)
                .at(span)
                .suggest(name, BLOCK_TYPES.iter().copied()),
        );
    }

    /// Records a second declaration of a name, with Terraform's summary of it.
    pub(super) fn duplicate(
        &mut self,
        what: &str,
        summary: &str,
        name: &dyn std::fmt::Display,
        (span, first): (Span, Span),
    ) {
        let detail = format!(
            "The {what} `{name}` is declared already. Names must be unique within a module."
        );
        self.diagnostics.push(
            Diagnostic::error(Code::Duplicate, detail)
                .with_summary(format!("Duplicate {summary}"))
                .at(span)
                .also(first, "first declared here"),
        );
    }

    /// Records arguments and blocks that a block of fixed shape does not have.
    pub(super) fn unexpected(&mut self, structure: &Structure, known: &[&str]) {
        let (name, span, what, code) = match structure {
            Structure::Attribute(
                attribute @ Attribute {
                    value: Syntax::Json(_),
                    ..
                },
            ) => {
                self.diagnostics
                    .push(extraneous_attribute(attribute, known));
                return;
            }
            Structure::Attribute(attribute) => (
                attribute.key.as_str(),
                self.span_of(&attribute.key),
                "An argument",
                Code::UnknownArgument,
            ),
            Structure::Block(block) => (
                block.ident.as_str(),
                self.span_of(&block.ident),
                "A block",
                Code::UnknownBlock,
            ),
        };
        let detail = format!("{what} named \"{name}\" is not expected here.");
        self.diagnostics.push(
            Diagnostic::error(code, detail)
                .at(span)
                .suggest(name, known.iter().copied()),
        );
    }

    /// Records what cannot stand where it does, with Terraform's summary.
    pub(super) fn misplaced(&mut self, code: Code, what: &Ident, summary: &str, detail: &str) {
        let diagnostic = Diagnostic::error(code, detail).with_summary(summary);
        self.diagnostics.push(diagnostic.at(what.span));
    }

    /// Records a block of a name that Terraform keeps for later versions.
    pub(super) fn reserved_block(&mut self, name: &Ident, owner: &str) {
        let detail = format!(
            "The block type name \"{}\" is reserved in {owner} blocks.",
            name.as_str()
        );
        let summary = format!("Reserved block type name in {owner} block");
        self.misplaced(Code::UnknownBlock, name, &summary, &detail);
    }

    /// Records a block where only arguments may stand.
    fn only_arguments(&mut self, block: &Block) {
        let summary = format!("Unexpected \"{}\" block", block.ident.as_str());
        let detail = "Blocks are not allowed here, only arguments are.";
        self.misplaced(Code::UnknownBlock, &block.ident, &summary, detail);
    }

    fn locals(&mut self, block: &Block, module: &mut Module) {
        if self.labels(block, []).is_none() {
            return;
        }
        for structure in &block.body {
            let attribute = match structure {
                Structure::Attribute(attribute) => attribute,
                Structure::Block(block) => {
                    self.only_arguments(block);
                    continue;
                }
            };
            let Some(argument) = self.argument(attribute) else {
                continue;
            };
            let name = argument.name.clone();
            match module.locals.get(&name) {
                Some(first) => {
                    let places = (argument.span, first.span);
                    self.duplicate("local value", "local value definition", &name, places);
                }
                None => {
                    let local = Local {
                        name: name.clone(),
                        span: argument.span,
                        value: argument.value,
                    };
                    module.locals.insert(name, local);
                }
            }
        }
    }

    /// Reads a `resource`, `data` or `ephemeral` block; a `data` block may stand in a `check` block.
    pub(super) fn resource(
        &mut self,
        block: &Block,
        mode: ResourceMode,
        check: Option<&Name>,
        module: &mut Module,
    ) {
        let span = self.header(block);
        let Some([resource_type, label]) = self.labels(block, ["a type", "a name"]) else {
            return;
        };
        let name = ResourceName {
            mode,
            resource_type,
            name: label,
        };
        let mut resource = Resource {
            name: name.clone(),
            span,
            repetition: Repetition::None,
            provider: None,
            depends_on: Vec::new(),
            lifecycle: Lifecycle::default(),
            body: Body::empty(span),
            provisioning: Provisioning::default(),
            check: check.cloned(),
            internals: Internals::default(),
        };
        for structure in &block.body {
            self.resource_item(structure, &mut resource);
        }
        self.about_others(&name, &resource.lifecycle);
        for kind in ["lifecycle", "connection", ESCAPING] {
            self.at_most_one(block, kind);
        }
        match module.resources.get(&name) {
            Some(first) => {
                let (places, kind) = ((span, first.span), &name.resource_type);
                let what = match mode {
                    ResourceMode::Managed => "resource",
                    ResourceMode::Data => "data",
                    ResourceMode::Ephemeral => "ephemeral",
                };
                let summary = format!("{what} \"{kind}\" configuration");
                self.duplicate("resource", &summary, &name, places);
            }
            None => {
                module.resources.insert(name, resource);
            }
        }
    }

    fn resource_item(&mut self, structure: &Structure, resource: &mut Resource) {
        match structure {
            Structure::Attribute(attribute) => match attribute.key.as_str() {
                "count" | "for_each" => self.repetition(attribute, &mut resource.repetition),
                "provider" => resource.provider = self.provider_reference(&attribute.value),
                "depends_on" => resource.depends_on = self.depends_on(&attribute.value),
                _ => self.structure(structure, &mut resource.body),
            },
            Structure::Block(block) => match block.ident.as_str() {
                "lifecycle" => {
                    self.lifecycle_of(resource.name.mode, block);
                    self.lifecycle(block, &mut resource.lifecycle);
                }
                "provisioner" | "connection" if resource.name.mode == ResourceMode::Managed => {
                    self.provisioning(block, &mut resource.provisioning);
                }
                "provisioner" | "connection" => self.unexpected(structure, &[]),
                ESCAPING => self.escaped(block, &mut resource.body),
                "locals" if resource.name.mode == ResourceMode::Data => {
                    self.reserved_block(&block.ident, "data");
                }
                "locals" => self.reserved_block(&block.ident, "resource"),
                _ => self.structure(structure, &mut resource.body),
            },
        }
    }

    fn provider(&mut self, block: &Block, module: &mut Module) {
        let span = self.header(block);
        let Some([local_name]) = self.labels(block, ["a name"]) else {
            return;
        };
        let mut body = Body::empty(span);
        let mut alias: Option<Name> = None;
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "alias" => {
                    alias = self.constant_text(attribute).map(Into::into);
                }
                Structure::Attribute(attribute) if attribute.key.as_str() == "version" => {
                    self.provider_version(attribute);
                }
                Structure::Attribute(attribute)
                    if matches!(
                        attribute.key.as_str(),
                        "count" | "for_each" | "depends_on" | "source"
                    ) =>
                {
                    let name = attribute.key.as_str();
                    let detail = format!("The name \"{name}\" is reserved in provider blocks.");
                    let summary = "Reserved argument name in provider block";
                    self.misplaced(Code::UnknownArgument, &attribute.key, summary, &detail);
                }
                Structure::Block(block)
                    if matches!(block.ident.as_str(), "lifecycle" | "locals") =>
                {
                    self.reserved_block(&block.ident, "provider");
                }
                Structure::Block(block) if block.ident.as_str() == ESCAPING => {
                    self.escaped(block, &mut body);
                }
                Structure::Attribute(_) | Structure::Block(_) => {
                    self.structure(structure, &mut body);
                }
            }
        }
        self.at_most_one(block, ESCAPING);
        self.provider_names(block, alias.as_deref());
        let same = |other: &&ProviderBlock| other.local_name == local_name && other.alias == alias;
        if let Some(first) = module.providers.iter().find(same) {
            let detail = format!(
                "A configuration of provider `{local_name}` with this alias was already declared."
            );
            self.diagnostics.push(
                Diagnostic::error(Code::Duplicate, detail)
                    .with_summary("Duplicate provider configuration")
                    .at(span)
                    .also(first.span, "first declared here")
                    .hint("Give each further configuration an `alias` of its own."),
            );
            return;
        }
        module.providers.push(ProviderBlock {
            local_name,
            alias,
            span,
            body,
            repetition: Repetition::None,
        });
    }

    /// Warns of a version that is asked for where Terraform 0.13 had it asked for.
    fn provider_version(&mut self, attribute: &Attribute) {
        let span = self.span_of(&attribute.value);
        let detail = "Versions of providers are asked for in a `required_providers` block.";
        self.diagnostics.push(
            Diagnostic::warning(Code::InvalidProvider, detail)
                .with_summary(
                    "Version constraints inside provider configuration blocks are deprecated",
                )
                .at(span),
        );
        if let Some(constraint) = self.constant_text(attribute) {
            self.version_constraint(&constraint, span);
        }
    }

    /// Records a text that is no version constraint.
    pub(super) fn version_constraint(&mut self, text: &str, span: Span) {
        if meets(text, LANGUAGE_VERSION).is_none() {
            let detail = format!(
                "`{text}` is not a version constraint. Write conditions as `>= 1.5, < 2.0`."
            );
            let diagnostic = Diagnostic::error(Code::InvalidValue, detail);
            let diagnostic = diagnostic.with_summary("Invalid version constraint");
            self.diagnostics.push(diagnostic.at(span));
        }
    }

    /// Records a name or an alias of a provider that is none.
    fn provider_names(&mut self, block: &Block, alias: Option<&str>) {
        if let Some(label) = block.labels.first() {
            self.is_provider_name(label.as_str(), self.header(block));
        }
        if alias.is_some_and(|alias| !is_identifier(alias)) {
            let detail = "An alias must be a valid name: a letter or underscore, then letters, digits, underscores and \
                          dashes.";
            let summary = "Invalid provider configuration alias";
            self.misplaced(Code::InvalidProvider, &block.ident, summary, detail);
        }
    }

    fn noun(&mut self, block: &Block, kind: NounKind, module: &mut Module) {
        let span = self.header(block);
        let Some([name]) = self.labels(block, ["a name"]) else {
            return;
        };
        let mut noun = NounBlock {
            kind,
            name: name.clone(),
            span,
            repetition: Repetition::None,
            depends_on: Vec::new(),
            provider: None,
            body: Body::empty(span),
        };
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => match attribute.key.as_str() {
                    "count" | "for_each" => self.repetition(attribute, &mut noun.repetition),
                    "provider" => noun.provider = self.provider_reference(&attribute.value),
                    "depends_on" => noun.depends_on = self.depends_on(&attribute.value),
                    _ => self.structure(structure, &mut noun.body),
                },
                Structure::Block(_) => self.structure(structure, &mut noun.body),
            }
        }
        match module.nouns.entry((kind, name)) {
            Entry::Occupied(first) => {
                let places = (span, first.get().span);
                self.duplicate(kind.name(), kind.name(), &noun.name, places);
            }
            Entry::Vacant(entry) => {
                entry.insert(noun);
            }
        }
    }
}

/// The problem of a member of a JSON object that is neither an argument nor a block, without its place.
pub(super) fn extraneous(name: &str) -> Diagnostic {
    let detail = format!("No argument or block type is named \"{name}\".");
    Diagnostic::error(Code::UnknownArgument, detail).with_summary("Extraneous JSON object property")
}

/// As [`extraneous`], of a block of fixed shape.
fn extraneous_attribute(attribute: &Attribute, known: &[&str]) -> Diagnostic {
    let name = attribute.key.as_str();
    extraneous(name)
        .at(attribute.key.span)
        .suggest(name, known.iter().copied())
}

/// The arguments of a values file (`*.tfvars`): constants by name, each with its place.
pub fn decode_values(
    file: FileId,
    text: &str,
) -> (BTreeMap<Name, (crate::value::Value, Span)>, Diagnostics) {
    let (native, diagnostics) = NativeFile::read(file, &text.into());
    let mut reader = Reader {
        diagnostics,
        ..Reader::default()
    };
    let mut values = BTreeMap::new();
    for structure in native.structures() {
        match &structure {
            Structure::Attribute(attribute) => {
                let span = reader.span_of(&attribute.key);
                if let Some(value) = reader.constant(attribute) {
                    values.insert(attribute.key.as_str().into(), (value, span));
                }
            }
            Structure::Block(block) => reader.only_arguments(block),
        }
    }
    (values, reader.diagnostics)
}
