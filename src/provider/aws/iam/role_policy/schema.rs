//! The attributes of `aws_iam_role_policy`.

use crate::schema::{Attribute, Block, TypeSchema};
use crate::value::Type;
use std::sync::LazyLock;

pub(super) fn schema() -> &'static TypeSchema {
    &SCHEMA
}

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "An inline policy of a role.",
    block: Block {
        attributes: vec![
            Attribute::computed("id", Type::String, "`role:name`."),
            Attribute::optional_computed("name", Type::String, "The name of the policy.")
                .replaces(),
            Attribute::optional_computed(
                "name_prefix",
                Type::String,
                "What the name begins with when the provider makes it.",
            )
            .replaces(),
            Attribute::required("policy", Type::String, "The policy as JSON."),
            Attribute::required("role", Type::String, "The name of the role.").replaces(),
        ],
        blocks: Vec::new(),
    },
});
