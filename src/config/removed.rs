//! `removed` blocks: objects whose block is gone are destroyed, or forgotten and left alone.

use super::block::Reader;
use super::module::Module;
use super::syntax::{Block, Structure};
use super::target::Target;
use crate::address::{InstanceKey, ResourceMode};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// A `removed` block.
#[derive(Clone, Debug)]
pub struct Removed {
    /// The resource or module that was removed; it has no keys.
    pub from: Target<InstanceKey>,
    /// Whether its objects are destroyed; otherwise they are forgotten.
    pub destroy: bool,
    /// The block's header.
    pub span: Span,
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
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "from" => {
                    has_from = true;
                    from = self.target(&attribute.value);
                }
                Structure::Block(inner) => self.removed_block(inner, structure, &mut destroy),
                Structure::Attribute(_) => self.unexpected(structure, &["from"]),
            }
        }
        self.required(span, &[("from", has_from)]);
        if let Some(from) = from.filter(|from| self.without_keys(from)) {
            module.removed.push(Removed {
                from,
                destroy,
                span,
            });
        }
    }

    fn removed_block(&mut self, block: &Block, structure: &Structure, destroy: &mut bool) {
        match block.ident.as_str() {
            "lifecycle" => {
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
            name @ ("provisioner" | "connection") => {
                let span = self.header(block);
                let detail = format!("`{name}` blocks are not supported by this version.");
                self.error(Code::NotSupportedYet, span, detail);
            }
            _ => self.unexpected(structure, &["lifecycle"]),
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
