//! `import` blocks: objects that exist already are taken over instead of made.

use super::block::Reader;
use super::module::{Module, ProviderReference, Repetition};
use super::syntax::{Attribute, Block, Structure};
use super::target::Target;
use crate::address::ResourceMode;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::Expression;
use crate::source::Span;

/// An `import` block.
#[derive(Clone, Debug)]
pub struct Import {
    /// The instance that the object becomes; its keys may speak of `each`.
    pub to: Target<Expression>,
    /// The import id of the object.
    pub id: Expression,
    /// `for_each`: one import for each element.
    pub for_each: Option<Expression>,
    /// The provider configuration that looks for it, where it is written.
    pub provider: Option<ProviderReference>,
    /// The block's header.
    pub span: Span,
}

/// What an import block may say.
const ARGUMENTS: &[&str] = &["to", "id", "for_each", "provider"];

#[derive(Default)]
struct Parts {
    to: Option<Target<Expression>>,
    id: Option<Expression>,
    repetition: Repetition,
    provider: Option<ProviderReference>,
}

impl Reader {
    /// Reads an `import` block.
    pub(super) fn import(&mut self, block: &Block, module: &mut Module) {
        let span = self.header(block);
        if self.labels(block, []).is_none() {
            return;
        }
        let mut parts = Parts::default();
        let mut written = Vec::new();
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => {
                    written.push(attribute.key.as_str());
                    self.import_argument(structure, attribute, &mut parts);
                }
                Structure::Block(_) => self.unexpected(structure, ARGUMENTS),
            }
        }
        let has = |name| written.contains(&name);
        self.required(span, &[("to", has("to")), ("id", has("id"))]);
        let (Some(to), Some(id)) = (parts.to, parts.id) else {
            return;
        };
        module.imports.push(Import {
            to,
            id,
            for_each: match parts.repetition {
                Repetition::ForEach(expression) => Some(expression),
                Repetition::Count(_) | Repetition::None => None,
            },
            provider: parts.provider,
            span,
        });
    }

    fn import_argument(&mut self, structure: &Structure, attribute: &Attribute, parts: &mut Parts) {
        match attribute.key.as_str() {
            "to" => {
                parts.to = self
                    .target_with_expressions(&attribute.value)
                    .filter(|to| self.can_be_imported(to));
            }
            "id" => parts.id = self.expression(&attribute.value),
            "for_each" => self.repetition(attribute, &mut parts.repetition),
            "provider" => parts.provider = self.provider_reference(&attribute.value),
            "identity" => {
                let span = self.span_of(&attribute.key);
                let detail = "`identity` is not supported by this version; objects are imported by their `id`.";
                self.error(Code::NotSupportedYet, span, detail);
            }
            _ => self.unexpected(structure, ARGUMENTS),
        }
    }

    /// Whether an address is one of a managed resource; what is not is recorded.
    fn can_be_imported(&mut self, to: &Target<Expression>) -> bool {
        let managed = match &to.resource {
            Some((name, _)) => name.mode == ResourceMode::Managed,
            None => to.noun.is_some(),
        };
        if !managed {
            let detail = "Only managed resources can be imported, as `aws_iam_role.a` or `role.a`.";
            self.diagnostics.push(
                Diagnostic::error(Code::InvalidReference, detail)
                    .with_summary("Invalid import address")
                    .at(to.span),
            );
        }
        managed
    }
}
