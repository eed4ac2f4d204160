//! Constant texts of small HCL files: the CLI configuration and the lock.

use crate::lang::bare::items;
use crate::syntax::{Block, Expr, Tree};

/// The type of a block.
pub(super) fn kind<'t>(tree: &'t Tree, block: &Block) -> &'t str {
    block.name.text(tree.text())
}

/// The first label of a block.
pub(super) fn label(tree: &Tree, block: &Block) -> Option<String> {
    let first = tree.labels(block.labels).first();
    first.map(|label| label.text(tree))
}

/// An argument that is a text.
pub(super) fn text(tree: &Tree, block: &Block, name: &str) -> Option<String> {
    argument(tree, block, name)?.constant_text()
}

/// A member of an argument that is an object, where the member is a text.
pub(super) fn member(tree: &Tree, block: &Block, name: &str, key: &str) -> Option<String> {
    let members = items(argument(tree, block, name)?)?;
    let member = members
        .into_iter()
        .rfind(|(given, ..)| given.as_ref() == key);
    member.and_then(|(_, _, value)| value.constant_text())
}

fn argument<'t>(tree: &'t Tree, block: &Block, name: &str) -> Option<Expr<'t>> {
    tree.argument(tree.items(block.body), name)
}
