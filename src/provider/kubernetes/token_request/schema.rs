//! The arguments of a token request, as Terraform's Kubernetes provider has them.

use crate::schema::{Attribute, Block, NestedBlock, Nesting, TypeSchema};
use crate::value::Type;
use std::sync::LazyLock;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "A token of a service account, kept nowhere.",
    block: Block {
        attributes: vec![
            Attribute::computed(
                "expiration_timestamp",
                Type::String,
                "When the token expires, as RFC 3339 writes it.",
            ),
            Attribute::computed("token", Type::String, "The token.").sensitive(),
        ],
        blocks: vec![metadata(), spec()],
    },
});

/// The shape of the type.
pub(super) fn schema() -> &'static TypeSchema {
    &SCHEMA
}

fn metadata() -> NestedBlock {
    let attributes = vec![
        Attribute::required("name", Type::String, "The name of the service account."),
        Attribute::required("namespace", Type::String, "The namespace that it is in."),
    ];
    single(
        "metadata",
        1,
        attributes,
        Vec::new(),
        "The service account.",
    )
}

fn spec() -> NestedBlock {
    let attributes = vec![
        Attribute::optional_computed(
            "audiences",
            Type::list(Type::String),
            "Who is to accept the token; the API server unless set.",
        ),
        Attribute::optional_computed(
            "expiration_seconds",
            Type::Number,
            "How long the token is to be good, at least 600 seconds; an hour unless set.",
        ),
    ];
    let blocks = vec![bound_object()];
    single("spec", 0, attributes, blocks, "What the token is to be.")
}

fn bound_object() -> NestedBlock {
    let text = |name, description| Attribute::optional(name, Type::String, description);
    let attributes = vec![
        text("api_version", "The API version of the object."),
        text("kind", "The kind of the object: `Pod` or `Secret`."),
        text("name", "The name of the object."),
        text("uid", "The uid of the object."),
    ];
    let description = "An object with which the token ends.";
    single("bound_object_ref", 0, attributes, Vec::new(), description)
}

fn single(
    name: &'static str,
    min: usize,
    attributes: Vec<Attribute>,
    blocks: Vec<NestedBlock>,
    description: &'static str,
) -> NestedBlock {
    NestedBlock {
        name,
        nesting: Nesting::Single,
        min,
        max: 1,
        block: Block { attributes, blocks },
        description,
    }
}
