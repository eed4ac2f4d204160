//! The attributes of a service account, as Terraform's Kubernetes provider has them.

use crate::provider::kubernetes::metadata::{self, Scope};
use crate::schema::{Attribute, Block, NestedBlock, Nesting, TypeSchema};
use crate::value::Type;
use std::sync::LazyLock;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "A service account: the identity of the processes of a pod.",
    block: Block {
        attributes: vec![
            Attribute::computed("id", Type::String, "`namespace/name`."),
            Attribute::optional(
                "automount_service_account_token",
                Type::Bool,
                "Whether pods get a token for the Kubernetes API; true unless set.",
            ),
            Attribute::computed(
                "default_secret_name",
                Type::String,
                "The secret with a token that Kubernetes made before version 1.24; empty since.",
            ),
        ],
        blocks: vec![
            metadata::block(Scope::Namespaced),
            references("image_pull_secret", "Secrets for pulling images."),
            references("secret", "Secrets that pods under the account may use."),
            metadata::timeouts(&["create"]),
        ],
    },
});

pub(super) fn schema() -> &'static TypeSchema {
    &SCHEMA
}

fn references(name: &'static str, description: &'static str) -> NestedBlock {
    let attributes = vec![Attribute::optional(
        "name",
        Type::String,
        "The name of the secret.",
    )];
    NestedBlock {
        name,
        nesting: Nesting::Set,
        min: 0,
        max: 0,
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
        description,
    }
}
