//! `removed` blocks: objects whose block is gone are destroyed, or forgotten and left alone.

use super::block::Reader;
use super::load::Configuration;
use super::module::Module;
use super::provisioner::{Provisioning, When};
use super::syntax::{Block, Structure};
use super::target::Target;
use crate::address::{InstanceAddress, InstanceKey, ModulePath, ResourceMode};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// A `removed` block.
#[derive(Clone, Debug)]
pub struct Removed {
    /// The resource or module that was removed; it has no keys.
    pub from: Target<InstanceKey>,
    /// Whether its objects are destroyed; otherwise they are forgotten.
    pub destroy: bool,
    /// What is run before they are destroyed.
    pub provisioning: Provisioning,
    /// The block's header.
    pub span: Span,
}

impl Configuration {
    /// The `removed` block that decides about an instance, and the module in which it stands: the one that names it most
    /// closely, and of equal ones the one that destroys nothing.
    pub fn removed(&self, address: &InstanceAddress) -> Option<(&ModulePath, &Removed)> {
        let blocks = self.modules.iter().flat_map(|(base, module)| {
            let removed = module.removed.iter();
            removed.filter_map(move |it| Some((it.closeness(base, address)?, base, it)))
        });
        let decisive = blocks.max_by_key(|(closeness, _, removed)| (*closeness, !removed.destroy));
        decisive.map(|(_, base, removed)| (base, removed))
    }
}

impl Removed {
    /// How closely the block names an address; `None` when it does not. A resource is closer than any module around it.
    fn closeness(&self, base: &ModulePath, address: &InstanceAddress) -> Option<usize> {
        let relative = self.from.path();
        let names = base.names().iter().chain(relative.names());
        let path = address.module.path();
        let count = base.names().len() + relative.names().len();
        let leads_there =
            count <= path.names().len() && names.zip(path.names()).all(|(a, b)| a == b);
        match &self.from.resource {
            None => leads_there.then_some(count),
            Some((name, _)) => {
                let is_it = count == path.names().len() && *name == address.resource;
                (leads_there && is_it).then_some(count + 1)
            }
        }
    }
}

impl Reader {
    /// Reads a `removed` block.
    pub(super) fn removed(&mut self, block: &Block, module: &mut Module) {
        let span = self.header(block);
        if self.labels(block, []).is_none() {
            return;
        }
        let mut from = None;
        let (mut has_from, mut destroy) = (false, true);
        let mut provisioning = Provisioning::default();
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "from" => {
                    has_from = true;
                    from = self.target(&attribute.value);
                }
                Structure::Block(inner) => match inner.ident.as_str() {
                    "lifecycle" => self.removed_lifecycle(inner, &mut destroy),
                    "provisioner" | "connection" => self.provisioning(inner, &mut provisioning),
                    _ => self.unexpected(structure, &["lifecycle", "provisioner", "connection"]),
                },
                Structure::Attribute(_) => self.unexpected(structure, &["from"]),
            }
        }
        self.required(span, &[("from", has_from)]);
        self.at_most_one(block, "connection");
        if let Some(from) = from.filter(|from| self.without_keys(from)) {
            self.at_destruction(&from, &provisioning);
            module.removed.push(Removed {
                from,
                destroy,
                provisioning,
                span,
            });
        }
    }

    /// Refuses provisioners that no object can have any more.
    fn at_destruction(&mut self, from: &Target<InstanceKey>, all: &Provisioning) {
        for provisioner in &all.provisioners {
            let detail = if from.resource.is_none() {
                "Provisioners are valid only where a removed block names a managed resource."
            } else if provisioner.when == When::Create {
                "Only provisioners that run before destruction are valid in \"removed\" blocks. They say: when = destroy"
            } else {
                continue;
            };
            self.diagnostics.push(
                Diagnostic::error(Code::InvalidBlock, detail)
                    .with_summary("Invalid provisioner block")
                    .at(provisioner.span),
            );
        }
    }

    fn removed_lifecycle(&mut self, block: &Block, destroy: &mut bool) {
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "destroy" => {
                    *destroy = self.constant_bool(attribute).unwrap_or(true);
                }
                Structure::Attribute(_) | Structure::Block(_) => {
                    self.unexpected(structure, &["destroy"]);
                }
            }
        }
    }

    /// Whether an address names a whole resource or module, as it must here; what does not is recorded.
    fn without_keys(&mut self, from: &Target<InstanceKey>) -> bool {
        let is_data = from
            .resource
            .as_ref()
            .is_some_and(|(name, _)| name.mode == ResourceMode::Data);
        let instance = from.resource.as_ref().is_some_and(|(_, key)| key.is_some());
        let module = from.modules.iter().any(|(_, key)| key.is_some())
            || from.noun.as_ref().is_some_and(|(_, _, key)| key.is_some());
        let (summary, detail) = if is_data {
            (
                "Data source address not allowed",
                "Data sources are never destroyed, so they are not valid targets of removed blocks. To drop one from the \
                 state, remove its block.",
            )
        } else if instance {
            (
                "Resource instance keys not allowed",
                "A whole resource is removed, as `aws_iam_role.a`, not an instance of one.",
            )
        } else if module {
            (
                "Module instance keys not allowed",
                "A whole module or noun is removed, as `module.a` or `role.a`, not an instance of one.",
            )
        } else {
            return true;
        };
        self.diagnostics.push(
            Diagnostic::error(Code::InvalidReference, detail)
                .with_summary(summary)
                .at(from.span),
        );
        false
    }
}
