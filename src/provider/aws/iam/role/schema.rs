//! The attributes of `aws_iam_role`, as resource and as data source.

use crate::provider::aws::tags;
use crate::schema::{Attribute, Block, NestedBlock, Nesting, TypeSchema};
use crate::value::Type;
use std::sync::LazyLock;

pub(super) fn resource() -> &'static TypeSchema {
    &RESOURCE
}

pub(super) fn data() -> &'static TypeSchema {
    &DATA
}

static RESOURCE: LazyLock<TypeSchema> = LazyLock::new(|| {
    let string = Type::String;
    let mut attributes = vec![
        Attribute::computed("arn", string.clone(), "The ARN of the role."),
        Attribute::required(
            "assume_role_policy",
            string.clone(),
            "The trust policy: who may assume the role, as JSON.",
        ),
        Attribute::computed("create_date", string.clone(), "When the role was made."),
        Attribute::optional(
            "description",
            string.clone(),
            "A description of at most 1,000 characters.",
        ),
        Attribute::optional(
            "force_detach_policies",
            Type::Bool,
            "Whether policies that others attached are detached before the role is deleted.",
        ),
        Attribute::computed("id", string.clone(), "The name of the role."),
        Attribute::optional_computed(
            "managed_policy_arns",
            Type::set(Type::String),
            "All managed policies of the role. Deprecated: use `aws_iam_role_policy_attachment`.",
        ),
        Attribute::optional(
            "max_session_duration",
            Type::Number,
            "The longest session, 3,600 to 43,200 seconds.",
        ),
        Attribute::optional_computed(
            "name",
            string.clone(),
            "The name, unique in the account whatever the case of its letters.",
        )
        .replaces(),
        Attribute::optional_computed(
            "name_prefix",
            string.clone(),
            "What the name begins with when the provider makes it.",
        )
        .replaces(),
        Attribute::optional("path", string.clone(), "The path, `/` if not given.").replaces(),
        Attribute::optional(
            "permissions_boundary",
            string.clone(),
            "The ARN of the policy that bounds the role's permissions.",
        ),
        Attribute::computed(
            "unique_id",
            string,
            "The id that IAM gave the role and gives no other.",
        ),
    ];
    attributes.extend(tags::attributes());
    TypeSchema {
        version: 0,
        description: "An IAM role and its trust policy.",
        block: Block {
            attributes,
            blocks: vec![inline_policy()],
        },
    }
});

fn inline_policy() -> NestedBlock {
    NestedBlock {
        name: "inline_policy",
        nesting: Nesting::Set,
        min: 0,
        max: 0,
        block: Block {
            attributes: vec![
                Attribute::optional("name", Type::String, "The name of the policy."),
                Attribute::optional("policy", Type::String, "The policy as JSON."),
            ],
            blocks: Vec::new(),
        },
        description: "All inline policies of the role. Deprecated: use `aws_iam_role_policy`.",
    }
}

static DATA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let computed = |name, description| Attribute::computed(name, Type::String, description);
    TypeSchema {
        version: 0,
        description: "An IAM role that exists.",
        block: Block {
            attributes: vec![
                computed("arn", "The ARN of the role."),
                computed("assume_role_policy", "The trust policy as JSON."),
                computed("create_date", "When the role was made."),
                computed("description", "The description."),
                computed("id", "The name of the role."),
                Attribute::computed(
                    "max_session_duration",
                    Type::Number,
                    "The longest session in seconds.",
                ),
                Attribute::required("name", Type::String, "The name of the role."),
                computed("path", "The path."),
                computed(
                    "permissions_boundary",
                    "The ARN of the policy that bounds it.",
                ),
                Attribute::computed(
                    "role_last_used",
                    last_used(),
                    "When and where the role was last used.",
                ),
                Attribute::optional_computed("tags", Type::map(Type::String), "The tags."),
                computed("unique_id", "The id that IAM gave the role."),
            ],
            blocks: Vec::new(),
        },
    }
});

fn last_used() -> Type {
    Type::list(Type::object([
        ("last_used_date", Type::String),
        ("region", Type::String),
    ]))
}
