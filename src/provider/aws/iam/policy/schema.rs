//! The attributes of `aws_iam_policy`, as resource and as data source.

use crate::provider::aws::tags;
use crate::schema::{Attribute, Block, TypeSchema};
use crate::value::Type;
use std::sync::LazyLock;

pub(super) fn resource() -> &'static TypeSchema {
    &RESOURCE
}

pub(super) fn data() -> &'static TypeSchema {
    &DATA
}

static RESOURCE: LazyLock<TypeSchema> = LazyLock::new(|| {
    let mut attributes = vec![
        Attribute::computed("arn", Type::String, "The ARN of the policy."),
        Attribute::computed(
            "attachment_count",
            Type::Number,
            "To how many users, groups and roles it was attached when it was read.",
        ),
        Attribute::optional(
            "delay_after_policy_creation_in_ms",
            Type::Number,
            "So many milliseconds pass between the making of a new version and its becoming the default.",
        ),
        Attribute::optional(
            "description",
            Type::String,
            "A description of at most 1,000 characters. It cannot be changed.",
        )
        .replaces(),
        Attribute::computed("id", Type::String, "The ARN of the policy."),
        Attribute::optional_computed(
            "name",
            Type::String,
            "The name, unique in the account whatever its path and the case of its letters.",
        )
        .replaces(),
        Attribute::optional_computed(
            "name_prefix",
            Type::String,
            "What the name begins with when the provider makes it.",
        )
        .replaces(),
        Attribute::optional("path", Type::String, "The path, `/` if not given.").replaces(),
        Attribute::required(
            "policy",
            Type::String,
            "The policy as JSON, at most 6,144 characters without white space.",
        ),
        Attribute::computed(
            "policy_id",
            Type::String,
            "The id that IAM gave the policy and gives no other.",
        ),
    ];
    attributes.extend(tags::attributes());
    TypeSchema {
        version: 0,
        description: "A managed policy of the account.",
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
    }
});

static DATA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let computed = |name, description| Attribute::computed(name, Type::String, description);
    TypeSchema {
        version: 0,
        description: "A managed policy that exists, of the account or of AWS.",
        block: Block {
            attributes: vec![
                Attribute::optional_computed(
                    "arn",
                    Type::String,
                    "The ARN of the policy; conflicts with `name` and `path_prefix`.",
                ),
                Attribute::computed(
                    "attachment_count",
                    Type::Number,
                    "To how many users, groups and roles it is attached.",
                ),
                computed("description", "The description."),
                computed("id", "The ARN of the policy."),
                Attribute::optional_computed("name", Type::String, "The name of the policy."),
                computed("path", "The path."),
                Attribute::optional(
                    "path_prefix",
                    Type::String,
                    "What the path of the policy of this name begins with.",
                ),
                computed("policy", "The default version of the policy, as JSON."),
                computed("policy_id", "The id that IAM gave the policy."),
                Attribute::optional_computed("tags", Type::map(Type::String), "The tags."),
            ],
            blocks: Vec::new(),
        },
    }
});
