//! The attributes of `aws_iam_service_linked_role`.

use crate::provider::aws::tags;
use crate::schema::{Attribute, Block, TypeSchema};
use crate::value::Type;
use std::sync::LazyLock;

pub(super) fn schema() -> &'static TypeSchema {
    &SCHEMA
}

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let computed = |name, description| Attribute::computed(name, Type::String, description);
    let mut attributes = vec![
        computed("arn", "The ARN of the role."),
        Attribute::required(
            "aws_service_name",
            Type::String,
            "The service, as `spot.amazonaws.com`.",
        )
        .replaces(),
        computed("create_date", "When the role was made."),
        Attribute::optional(
            "custom_suffix",
            Type::String,
            "What the name ends with, for services that can have several roles.",
        )
        .replaces(),
        Attribute::optional(
            "description",
            Type::String,
            "A description of at most 1,000 characters.",
        ),
        computed("id", "The ARN of the role."),
        computed("name", "The name that the service gives the role."),
        computed("path", "The path, `/aws-service-role/SERVICE/`."),
        computed(
            "unique_id",
            "The id that IAM gave the role and gives no other.",
        ),
    ];
    attributes.extend(tags::attributes());
    TypeSchema {
        version: 0,
        description: "A role that a service of AWS has in the account, and only the service can use.",
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
    }
});
