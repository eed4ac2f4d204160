//! `moved` blocks: an object that the state records is from now on called otherwise.

use super::block::Reader;
use super::module::Module;
use super::syntax::{Block, Structure};
use super::target::Target;
use crate::address::InstanceKey;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// A `moved` block.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The address in states that were written before the move.
    pub from: Target<InstanceKey>,
    /// The address from now on.
    pub to: Target<InstanceKey>,
    /// The block's header.
    pub span: Span,
}

impl Reader {
    /// Reads a `moved` block.
    pub(super) fn moved(&mut self, block: &Block, module: &mut Module) {
        let span = self.header(block);
        if self.labels(block, []).is_none() {
            return;
        }
        let (mut from, mut to) = (None, None);
        let (mut has_from, mut has_to) = (false, false);
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "from" => {
                    has_from = true;
                    from = self.target(&attribute.value);
                }
                Structure::Attribute(attribute) if attribute.key.as_str() == "to" => {
                    has_to = true;
                    to = self.target(&attribute.value);
                }
                Structure::Attribute(_) | Structure::Block(_) => {
                    self.unexpected(structure, &["from", "to"]);
                }
            }
        }
        self.required(span, &[("from", has_from), ("to", has_to)]);
        let (Some(from), Some(to)) = (from, to) else {
            return;
        };
        // What a noun means depends on the other end, so nouns are left to the linker.
        let is_module =
            |target: &Target<InstanceKey>| target.resource.is_none() && target.noun.is_none();
        let is_resource = |target: &Target<InstanceKey>| target.resource.is_some();
        if (is_module(&from) && is_resource(&to)) || (is_resource(&from) && is_module(&to)) {
            let detail = "The \"from\" and \"to\" addresses must either both refer to resources or both refer to modules.";
            self.diagnostics.push(
                Diagnostic::error(Code::InvalidReference, detail)
                    .with_summary("Invalid \"moved\" addresses")
                    .at(span)
                    .also(from.span, "from here")
                    .also(to.span, "to here"),
            );
            return;
        }
        module.moved.push(Moved { from, to, span });
    }

    /// Records each required argument that is not there.
    pub(super) fn required(&mut self, span: Span, arguments: &[(&str, bool)]) {
        for (name, is_there) in arguments {
            if !is_there {
                let detail =
                    format!("The argument \"{name}\" is required, but no definition was found.");
                self.error(Code::MissingArgument, span, detail);
            }
        }
    }
}
