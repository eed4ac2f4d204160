//! The attributes of `aws_iam_openid_connect_provider`, as resource and as data source.

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
        Attribute::computed("arn", Type::String, "The ARN of the provider."),
        Attribute::required(
            "client_id_list",
            Type::set(Type::String),
            "The audiences that its tokens may be for.",
        ),
        Attribute::computed("id", Type::String, "The ARN of the provider."),
        Attribute::optional_computed(
            "thumbprint_list",
            Type::list(Type::String),
            "Thumbprints of certificates; IAM's own if not given.",
        ),
        Attribute::required(
            "url",
            Type::String,
            "The issuer, without `https://` once it is made.",
        )
        .replaces(),
    ];
    attributes.extend(tags::attributes());
    TypeSchema {
        version: 0,
        description: "An issuer of tokens that IAM trusts.",
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
    }
});

static DATA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let texts = || Type::list(Type::String);
    TypeSchema {
        version: 0,
        description: "An issuer of tokens that IAM trusts already.",
        block: Block {
            attributes: vec![
                Attribute::optional_computed("arn", Type::String, "The ARN of the provider."),
                Attribute::computed(
                    "client_id_list",
                    texts(),
                    "The audiences that its tokens may be for.",
                ),
                Attribute::computed("id", Type::String, "The ARN of the provider."),
                Attribute::optional_computed("tags", Type::map(Type::String), "The tags."),
                Attribute::computed("thumbprint_list", texts(), "Thumbprints of certificates."),
                Attribute::optional_computed("url", Type::String, "The issuer."),
            ],
            blocks: Vec::new(),
        },
    }
});
