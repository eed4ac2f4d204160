//! Override files: what `override.tf` and `*_override.tf` say replaces parts of what the other files say.
//!
//! Arguments are replaced one by one, nested blocks by their type. What would be unclear when it came from elsewhere
//! (dependencies, conditions, moves) cannot be overridden, and what is not there cannot either; the rules are Terraform's.

use super::syntax::{Attribute, Block, Structure};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Span;
use std::collections::BTreeSet;
use std::path::Path;

/// Whether a file is an override file, by its name.
pub fn is_override(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let endings = [".tf", ".tf.json", ".trustform.hcl"];
    let stem = name.and_then(|name| endings.iter().find_map(|ending| name.strip_suffix(ending)));
    stem.is_some_and(|stem| stem == "override" || stem.ends_with("_override"))
}

/// Changes what the files of a module say by what one override file says; what cannot be overridden is returned.
pub(super) fn override_with(base: &mut Vec<Structure>, file: Vec<Structure>) -> Diagnostics {
    let mut overriding = Overriding {
        base,
        backend: None,
        diagnostics: Diagnostics::new(),
    };
    for structure in file {
        match structure {
            Structure::Block(block) => overriding.block(block),
            // Wrong everywhere, as the decoder says.
            Structure::Attribute(_) => overriding.base.push(structure),
        }
    }
    overriding.diagnostics
}

struct Overriding<'a> {
    base: &'a mut Vec<Structure>,
    /// The backend that the file brings.
    backend: Option<Span>,
    diagnostics: Diagnostics,
}

impl Overriding<'_> {
    fn block(&mut self, block: Block) {
        match block.ident.as_str() {
            "terraform" => self.settings(block),
            "locals" => self.locals(block),
            "provider" => self.provider(block),
            "moved" => self.refuse(
                &block,
                "Cannot override 'moved' blocks",
                "Records of moved objects can appear only in normal files, not in override files.",
            ),
            "import" => self.refuse(
                &block,
                "Cannot override 'import' blocks",
                "Import blocks can appear only in normal files, not in override files.",
            ),
            // Terraform ignores these, which would destroy what somebody wants to keep.
            "removed" => self.refuse(
                &block,
                "Cannot override 'removed' blocks",
                "Removed blocks can appear only in normal files, not in override files.",
            ),
            "check" => self.refuse(
                &block,
                "Can't override check blocks",
                "Override files cannot override check blocks.",
            ),
            "variable" => self.named(block, "base variable declaration", "variable"),
            "output" => self.named(block, "base output definition", "output"),
            "module" => self.named(block, "module call", "module call"),
            "resource" => self.named(block, "resource", "resource"),
            "data" => self.named(block, "data resource", "data resource"),
            "ephemeral" => self.named(block, "ephemeral resource", "ephemeral resource"),
            "cluster" | "oidc_provider" | "role" | "service_account" => {
                let kind = block.ident.name.clone();
                self.named(block, &kind, &kind);
            }
            // What is unknown is told by the decoder.
            _ => self.base.push(Structure::Block(block)),
        }
    }

    /// A block that must be there with the same labels.
    fn named(&mut self, over: Block, missing: &str, what: &str) {
        let found = blocks(self.base).position(|block| is_same(block, &over));
        match found.and_then(|found| blocks_mut(self.base).nth(found)) {
            Some(base) => self.diagnostics.extend(merge(base, over)),
            None => {
                let detail = format!(
                    "There is no {}. An override file can only change what an ordinary file declares.",
                    called(&over, what)
                );
                let summary = format!("Missing {missing} to override");
                self.refuse(&over, &summary, &detail);
            }
        }
    }

    /// The default configuration of a provider is there even where nobody writes it.
    fn provider(&mut self, over: Block) {
        let wanted = alias(&over);
        let same = |block: &Block| is_same(block, &over) && alias(block) == wanted;
        let found = blocks(self.base).position(same);
        match found.and_then(|found| blocks_mut(self.base).nth(found)) {
            Some(base) => self.diagnostics.extend(merge(base, over)),
            None => match wanted {
                None => self.base.push(Structure::Block(over)),
                Some(alias) => {
                    let name = over.labels.first().map_or("", |label| label.as_str());
                    let detail = format!(
                        "There is no {name} provider configuration with the alias \"{alias}\". An override file can only \
                         change an aliased configuration that an ordinary file declares."
                    );
                    let summary = "Missing base provider configuration for override";
                    self.refuse(&over, summary, &detail);
                }
            },
        }
    }

    fn locals(&mut self, over: Block) {
        let mut replaced = BTreeSet::new();
        for attribute in attributes(&over.body) {
            if has_local(self.base, attribute.key.as_str()) {
                replaced.insert(attribute.key.name.clone());
            } else {
                let name = attribute.key.as_str();
                let detail = format!(
                    "There is no local value named \"{name}\". An override file can only change what an ordinary file \
                     declares."
                );
                self.diagnostics.push(
                    Diagnostic::error(Code::InvalidBlock, detail)
                        .with_summary("Missing base local value definition to override")
                        .at(attribute.key.span),
                );
            }
        }
        for block in blocks_mut(self.base).filter(|block| block.ident.as_str() == "locals") {
            remove(&mut block.body, &replaced);
        }
        self.base.push(Structure::Block(over));
    }

    /// Settings replace each other; a backend takes the place of any other, required providers stand alone.
    fn settings(&mut self, mut over: Block) {
        let mut hidden = BTreeSet::new();
        let mut providers = BTreeSet::new();
        for structure in &over.body {
            match structure {
                Structure::Attribute(attribute) => {
                    hidden.insert(attribute.key.name.clone());
                }
                Structure::Block(block) => match block.ident.as_str() {
                    "backend" | "cloud" => {
                        hidden.extend(["backend".into(), "cloud".into()]);
                        self.only_backend(block);
                    }
                    "required_providers" => {
                        let names = attributes(&block.body);
                        providers.extend(names.map(|attribute| attribute.key.name.clone()));
                    }
                    _ => {}
                },
            }
        }
        for block in blocks_mut(self.base).filter(|block| block.ident.as_str() == "terraform") {
            remove(&mut block.body, &hidden);
            if let Some(required) = requirements(&mut block.body) {
                remove(&mut required.body, &providers);
                // They stand in the one block that there may be.
                let own = requirements(&mut over.body).map(|own| std::mem::take(&mut own.body));
                required.body.extend(own.unwrap_or_default());
                over.body.retain(|structure| !is_requirements(structure));
            }
        }
        self.base.push(Structure::Block(over));
    }

    fn only_backend(&mut self, block: &Block) {
        match self.backend {
            None => self.backend = Some(block.header()),
            Some(first) => {
                let detail = "Each override file may have only one backend configuration.";
                self.diagnostics.push(
                    Diagnostic::error(Code::Duplicate, detail)
                        .with_summary("Duplicate backend configuration")
                        .at(block.header())
                        .also(first, "first configured here"),
                );
            }
        }
    }

    fn refuse(&mut self, block: &Block, summary: &str, detail: &str) {
        self.diagnostics.push(
            Diagnostic::error(Code::InvalidBlock, detail)
                .with_summary(summary)
                .at(block.header()),
        );
    }
}

fn is_requirements(structure: &Structure) -> bool {
    matches!(structure, Structure::Block(block) if block.ident.as_str() == "required_providers")
}

/// The `required_providers` block of a `terraform` block.
fn requirements(body: &mut [Structure]) -> Option<&mut Block> {
    blocks_mut(body).find(|block| block.ident.as_str() == "required_providers")
}

/// Blocks whose parts come from the override where it has them.
fn merge(base: &mut Block, over: Block) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let mut hidden = BTreeSet::new();
    let mut added = Vec::new();
    let counted = attributes(&base.body).any(|attribute| attribute.key.as_str() == "count");
    for structure in over.body {
        match structure {
            Structure::Attribute(attribute) if attribute.key.as_str() == "depends_on" => {
                let detail = "The depends_on argument may not be overridden.";
                diagnostics.push(
                    Diagnostic::error(Code::InvalidBlock, detail)
                        .with_summary("Unsupported override")
                        .at(attribute.key.span),
                );
            }
            // Where both are set, `count` decides.
            Structure::Attribute(attribute) if attribute.key.as_str() == "for_each" && counted => {}
            Structure::Block(block) if is_condition(&block) => {
                diagnostics.push(condition_refused(&block));
            }
            Structure::Block(block) if is_lifecycle(&block) => {
                diagnostics.extend(merge_lifecycle(base, block));
            }
            Structure::Attribute(_) | Structure::Block(_) => {
                if name_of(&structure).as_ref() == "count" {
                    hidden.insert("for_each".into());
                }
                hidden.insert(name_of(&structure));
                added.push(structure);
            }
        }
    }
    remove(&mut base.body, &hidden);
    base.body.extend(added);
    diagnostics
}

/// Lifecycle settings are replaced one by one. `ignore_changes` keeps `all`, and an empty list takes nothing back.
fn merge_lifecycle(base: &mut Block, over: Block) -> Diagnostics {
    if !blocks(&base.body).any(is_lifecycle) {
        base.body.push(Structure::Block(Block {
            body: Vec::new(),
            ..over.clone()
        }));
    }
    let Some(known) = blocks_mut(&mut base.body).find(|block| is_lifecycle(block)) else {
        return Diagnostics::new();
    };
    let ignores_all = attributes(&known.body).any(|attribute| {
        attribute.key.as_str() == "ignore_changes"
            && attribute.value.keyword().as_deref() == Some("all")
    });
    let mut over = over;
    let mut diagnostics = Diagnostics::new();
    over.body.retain(|structure| match structure {
        Structure::Attribute(attribute) if attribute.key.as_str() == "replace_triggered_by" => {
            diagnostics.push(without_effect(attribute));
            false
        }
        Structure::Attribute(attribute) if attribute.key.as_str() == "ignore_changes" => {
            let is_empty = |elements: Vec<_>| elements.is_empty();
            !ignores_all && !attribute.value.elements().is_some_and(is_empty)
        }
        Structure::Attribute(_) | Structure::Block(_) => true,
    });
    diagnostics.extend(merge(known, over));
    diagnostics
}

/// Terraform takes it and does nothing with it, without a word.
fn without_effect(attribute: &Attribute) -> Diagnostic {
    let detail =
        "In an override file `replace_triggered_by` has no effect: what the other files say stays.";
    Diagnostic::warning(Code::InvalidBlock, detail)
        .with_summary("Override without effect")
        .at(attribute.key.span)
        .hint("Write it where the resource is declared.")
}

fn is_lifecycle(block: &Block) -> bool {
    block.ident.as_str() == "lifecycle"
}

fn is_condition(block: &Block) -> bool {
    matches!(
        block.ident.as_str(),
        "validation" | "precondition" | "postcondition"
    )
}

fn condition_refused(block: &Block) -> Diagnostic {
    let kind = block.ident.as_str();
    let detail = format!("Override files cannot override \"{kind}\" blocks.");
    Diagnostic::error(Code::InvalidBlock, detail)
        .with_summary(format!("Can't override {kind} blocks"))
        .at(block.header())
}

/// What a part of a body says something about: an argument, or blocks of a type, made by `dynamic` or not.
fn name_of(structure: &Structure) -> Name {
    match structure {
        Structure::Attribute(attribute) => attribute.key.name.clone(),
        Structure::Block(block) => match block.labels.first() {
            Some(label) if block.ident.as_str() == "dynamic" => label.name.clone(),
            _ => block.ident.name.clone(),
        },
    }
}

fn remove(body: &mut Vec<Structure>, hidden: &BTreeSet<Name>) {
    body.retain(|structure| !hidden.contains(&name_of(structure)));
}

fn is_same(one: &Block, other: &Block) -> bool {
    let names = |block: &Block| -> Vec<Name> {
        let labels = block.labels.iter();
        labels.map(|label| label.name.clone()).collect()
    };
    one.ident.name == other.ident.name && names(one) == names(other)
}

/// A block as a sentence calls it: `variable named "a"`, `aws_iam_role resource named "a"`.
fn called(block: &Block, what: &str) -> String {
    match block.labels.as_slice() {
        [resource_type, name, ..] => {
            format!(
                "{} {what} named \"{}\"",
                resource_type.as_str(),
                name.as_str()
            )
        }
        [name] => format!("{what} named \"{}\"", name.as_str()),
        [] => what.to_owned(),
    }
}

fn alias(block: &Block) -> Option<String> {
    let alias = attributes(&block.body).find(|attribute| attribute.key.as_str() == "alias")?;
    let value = alias.value.constant().ok()?;
    value.as_str().map(str::to_owned)
}

fn has_local(base: &[Structure], name: &str) -> bool {
    blocks(base)
        .filter(|block| block.ident.as_str() == "locals")
        .flat_map(|block| attributes(&block.body))
        .any(|attribute| attribute.key.as_str() == name)
}

fn attributes(body: &[Structure]) -> impl Iterator<Item = &Attribute> {
    body.iter().filter_map(|structure| match structure {
        Structure::Attribute(attribute) => Some(attribute),
        Structure::Block(_) => None,
    })
}

fn blocks(body: &[Structure]) -> impl Iterator<Item = &Block> {
    body.iter().filter_map(|structure| match structure {
        Structure::Block(block) => Some(block),
        Structure::Attribute(_) => None,
    })
}

fn blocks_mut(body: &mut [Structure]) -> impl Iterator<Item = &mut Block> {
    body.iter_mut().filter_map(|structure| match structure {
        Structure::Block(block) => Some(block),
        Structure::Attribute(_) => None,
    })
}
