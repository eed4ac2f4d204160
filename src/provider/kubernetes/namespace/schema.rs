//! The attributes of a namespace, as Terraform's Kubernetes provider has them.

use crate::provider::kubernetes::metadata::{self, Scope};
use crate::schema::{Attribute, Block, TypeSchema};
use crate::value::Type;
use std::sync::LazyLock;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "A namespace: a scope for names within a cluster.",
    block: Block {
        attributes: vec![
            Attribute::computed("id", Type::String, "The name."),
            Attribute::optional(
                "wait_for_default_service_account",
                Type::Bool,
                "Whether to wait until Kubernetes has made the service account `default`; false unless set.",
            ),
        ],
        blocks: vec![
            metadata::block(Scope::Cluster),
            metadata::timeouts(&["delete"]),
        ],
    },
});

pub(super) fn schema() -> &'static TypeSchema {
    &SCHEMA
}
