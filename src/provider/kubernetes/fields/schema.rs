//! The attributes of `kubernetes_annotations` and `kubernetes_labels`, as Terraform's Kubernetes provider has them.

use crate::schema::{Attribute, Block, NestedBlock, Nesting, TypeSchema};
use crate::value::Type;
use std::sync::LazyLock;

pub(super) static ANNOTATIONS: LazyLock<TypeSchema> = LazyLock::new(|| {
    let map = Type::map(Type::String);
    schema(
        "Annotations of an object that exists already.",
        vec![
            Attribute::optional("annotations", map.clone(), "The annotations."),
            Attribute::optional(
                "template_annotations",
                map,
                "Annotations of the pod template of a workload.",
            ),
        ],
    )
});

pub(super) static LABELS: LazyLock<TypeSchema> = LazyLock::new(|| {
    let labels = Attribute::required("labels", Type::map(Type::String), "The labels.");
    schema("Labels of an object that exists already.", vec![labels])
});

fn schema(description: &'static str, maps: Vec<Attribute>) -> TypeSchema {
    let mut attributes = vec![
        Attribute::computed(
            "id",
            Type::String,
            "`apiVersion=…,kind=…,name=…,namespace=…`.",
        ),
        Attribute::required(
            "api_version",
            Type::String,
            "The API version of the object.",
        )
        .replaces(),
        Attribute::required("kind", Type::String, "The kind of the object.").replaces(),
        Attribute::optional(
            "force",
            Type::Bool,
            "Whether fields of other managers are taken over.",
        ),
        Attribute::optional(
            "field_manager",
            Type::String,
            "The field manager to write under; `trustform-fields` unless set.",
        ),
    ];
    attributes.extend(maps);
    TypeSchema {
        version: 0,
        description,
        block: Block {
            attributes,
            blocks: vec![metadata()],
        },
    }
}

fn metadata() -> NestedBlock {
    let attributes = vec![
        Attribute::required("name", Type::String, "The name of the object.").replaces(),
        Attribute::optional(
            "namespace",
            Type::String,
            "Its namespace, else `default` for a namespaced kind.",
        )
        .replaces(),
    ];
    NestedBlock {
        name: "metadata",
        nesting: Nesting::List,
        min: 1,
        max: 1,
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
        description: "Which object it is.",
    }
}
