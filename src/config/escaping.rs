//! The block `_`: what stands in it belongs to the type of the block around it, also where the language has a meaning of its
//! own for the name, as for an argument called `count`.

use super::block::Reader;
use super::body::Body;
use super::syntax::{Block, Structure};
use crate::diagnostic::{Code, Diagnostic};

/// The type of the block.
pub(super) const ESCAPING: &str = "_";

impl Reader {
    /// Adds what stands in an escaping block to the body that it escapes for.
    pub(super) fn escaped(&mut self, block: &Block, body: &mut Body) {
        if self.labels(block, []).is_some() {
            for structure in &block.body {
                self.structure(structure, body);
            }
        }
    }

    /// Records all but the first of the blocks of a type in a block.
    pub(super) fn at_most_one(&mut self, block: &Block, kind: &str) {
        let of_kind = block.body.iter().filter_map(|structure| match structure {
            Structure::Block(inner) if inner.ident.as_str() == kind => Some(inner.header()),
            Structure::Block(_) | Structure::Attribute(_) => None,
        });
        let mut places = of_kind;
        let Some(first) = places.next() else {
            return;
        };
        let called = if kind == ESCAPING { "escaping" } else { kind };
        for other in places {
            let detail = format!(
                "There is a block of type \"{kind}\" already, and one is all that a block can have."
            );
            let diagnostic = Diagnostic::error(Code::Duplicate, detail)
                .with_summary(format!("Duplicate {called} block"));
            self.diagnostics
                .push(diagnostic.at(other).also(first, "the first one"));
        }
    }
}
