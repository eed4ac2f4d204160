//! The attributes of `aws_iam_instance_profile`.

use crate::provider::aws::tags;
use crate::schema::{Attribute, Block, TypeSchema};
use crate::value::Type;
use std::sync::LazyLock;

pub(super) fn schema() -> &'static TypeSchema {
    &SCHEMA
}

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let mut attributes = vec![
        Attribute::computed("arn", Type::String, "The ARN of the instance profile."),
        Attribute::computed("create_date", Type::String, "When it was made."),
        Attribute::computed("id", Type::String, "The name of the instance profile."),
        Attribute::optional_computed(
            "name",
            Type::String,
            "The name, unique in the account whatever the case of its letters.",
        )
        .replaces(),
        Attribute::optional_computed(
            "name_prefix",
            Type::String,
            "What the name begins with when the provider makes it.",
        )
        .replaces(),
        Attribute::optional("path", Type::String, "The path, `/` if not given.").replaces(),
        Attribute::optional("role", Type::String, "The name of the role."),
        Attribute::computed(
            "unique_id",
            Type::String,
            "The id that IAM gave the instance profile and gives no other.",
        ),
    ];
    attributes.extend(tags::attributes());
    TypeSchema {
        version: 0,
        description: "The name under which EC2 finds a role.",
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
    }
});
