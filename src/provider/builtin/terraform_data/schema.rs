//! The attributes of `terraform_data`.

use crate::schema::{Attribute, Block, TypeSchema};
use crate::value::Type;
use std::sync::LazyLock;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "Keeps a value in the state.",
    block: Block {
        attributes: vec![
            Attribute::computed("id", Type::String, "A random identifier of the object."),
            Attribute::optional("input", Type::Dynamic, "The value to keep."),
            Attribute::computed(
                "output",
                Type::Dynamic,
                "The value that is kept, known once it was stored.",
            ),
            Attribute::optional(
                "triggers_replace",
                Type::Dynamic,
                "A value whose change replaces the object.",
            )
            .replaces(),
        ],
        blocks: Vec::new(),
    },
});

pub(super) fn schema() -> &'static TypeSchema {
    &SCHEMA
}
