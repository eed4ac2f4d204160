//! Constant texts of small HCL files: the CLI configuration and the lock.

use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body};

/// The first label of a block.
pub(super) fn label(block: &Block) -> Option<&str> {
    block
        .labels
        .first()
        .map(hcl_edit::structure::BlockLabel::as_str)
}

/// An argument that is a text.
pub(super) fn text(body: &Body, name: &str) -> Option<String> {
    body.get_attribute(name)
        .and_then(|attribute| attribute.value.as_str())
        .map(str::to_owned)
}

/// A member of an argument that is an object, where the member is a text.
pub(super) fn member(body: &Body, name: &str, key: &str) -> Option<String> {
    let Expression::Object(object) = &body.get_attribute(name)?.value else {
        return None;
    };
    let is_it = |given: &ObjectKey| match given {
        ObjectKey::Ident(ident) => ident.as_str() == key,
        ObjectKey::Expression(expression) => expression.as_str() == Some(key),
    };
    let value = object.iter().find(|(given, _)| is_it(given));
    value
        .and_then(|(_, value)| value.expr().as_str())
        .map(str::to_owned)
}
