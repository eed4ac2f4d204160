//! The kinds of objects this API server knows: a table.

use super::shape::{Field, OPEN, Shape, TEXT};

/// One kind of object of the core group, version `v1`.
#[allow(clippy::struct_excessive_bools, reason = "a row of a table")]
#[derive(Debug)]
pub(super) struct Kind {
    /// As in `kind`.
    pub(super) name: &'static str,
    /// As in the path.
    pub(super) plural: &'static str,
    /// As discovery tells.
    pub(super) singular: &'static str,
    /// As discovery tells.
    pub(super) short_names: &'static [&'static str],
    /// Whether objects live in a namespace.
    pub(super) namespaced: bool,
    /// What an object looks like.
    pub(super) shape: Shape,
    /// Members that are there even when empty.
    pub(super) always: &'static [&'static str],
    /// Whether a deletion answers with the object; else with a `Status`.
    pub(super) answers_with_deleted: bool,
    /// Whether a deletion of all objects at once is offered.
    pub(super) deletes_collections: bool,
    /// Whether names are DNS labels (63 characters, no dots); else DNS subdomains.
    pub(super) label_names: bool,
    /// Whether `metadata.generation` is counted.
    pub(super) counts_generations: bool,
}

/// The namespace kind.
pub(super) static NAMESPACE: Kind = Kind {
    name: "Namespace",
    plural: "namespaces",
    singular: "namespace",
    short_names: &["ns"],
    namespaced: false,
    shape: Shape::Struct("Namespace", NAMESPACE_FIELDS),
    always: &["spec", "status"],
    answers_with_deleted: true,
    deletes_collections: false,
    label_names: true,
    counts_generations: false,
};

/// The service account kind.
pub(super) static SERVICE_ACCOUNT: Kind = Kind {
    name: "ServiceAccount",
    plural: "serviceaccounts",
    singular: "serviceaccount",
    short_names: &["sa"],
    namespaced: true,
    shape: Shape::Struct("ServiceAccount", SERVICE_ACCOUNT_FIELDS),
    always: &[],
    answers_with_deleted: true,
    deletes_collections: true,
    label_names: false,
    counts_generations: false,
};

/// The configuration map kind.
pub(super) static CONFIG_MAP: Kind = Kind {
    name: "ConfigMap",
    plural: "configmaps",
    singular: "configmap",
    short_names: &["cm"],
    namespaced: true,
    shape: Shape::Struct("ConfigMap", CONFIG_MAP_FIELDS),
    always: &[],
    answers_with_deleted: false,
    deletes_collections: true,
    label_names: false,
    counts_generations: false,
};

/// The pod kind: stored as it comes and as admission leaves it, without a life of its own.
pub(super) static POD: Kind = Kind {
    name: "Pod",
    plural: "pods",
    singular: "pod",
    short_names: &["po"],
    namespaced: true,
    shape: Shape::Struct("Pod", POD_FIELDS),
    always: &["spec", "status"],
    answers_with_deleted: true,
    deletes_collections: true,
    label_names: false,
    counts_generations: true,
};

/// All kinds, in the order of discovery.
pub(super) static KINDS: [&Kind; 4] = [&CONFIG_MAP, &NAMESPACE, &POD, &SERVICE_ACCOUNT];

/// The kind with this name in the path.
pub(super) fn by_plural(plural: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.plural == plural).copied()
}

const NAMESPACE_FIELDS: &[Field] = &[
    ("kind", Shape::Text),
    ("apiVersion", Shape::Text),
    ("metadata", Shape::Struct("ObjectMeta", METADATA_FIELDS)),
    (
        "spec",
        Shape::Struct("NamespaceSpec", &[("finalizers", Shape::AtomicList(&TEXT))]),
    ),
    (
        "status",
        Shape::Struct(
            "NamespaceStatus",
            &[
                ("phase", Shape::Text),
                ("conditions", Shape::KeyedList("type", &OPEN)),
            ],
        ),
    ),
];

const SERVICE_ACCOUNT_FIELDS: &[Field] = &[
    ("kind", Shape::Text),
    ("apiVersion", Shape::Text),
    ("metadata", Shape::Struct("ObjectMeta", METADATA_FIELDS)),
    ("secrets", Shape::KeyedList("name", &OBJECT_REFERENCE)),
    (
        "imagePullSecrets",
        Shape::AtomicList(&LOCAL_OBJECT_REFERENCE),
    ),
    ("automountServiceAccountToken", Shape::Boolean),
];

const CONFIG_MAP_FIELDS: &[Field] = &[
    ("kind", Shape::Text),
    ("apiVersion", Shape::Text),
    ("metadata", Shape::Struct("ObjectMeta", METADATA_FIELDS)),
    ("immutable", Shape::Boolean),
    ("data", Shape::Map(&TEXT)),
    ("binaryData", Shape::Map(&TEXT)),
];

const POD_FIELDS: &[Field] = &[
    ("kind", Shape::Text),
    ("apiVersion", Shape::Text),
    ("metadata", Shape::Struct("ObjectMeta", METADATA_FIELDS)),
    ("spec", Shape::Open),
    ("status", Shape::Open),
];

/// A registration of webhooks, which is kept beside the objects (`webhook`).
pub(super) static WEBHOOKS: Shape = Shape::Struct(
    "MutatingWebhookConfiguration",
    &[
        ("kind", Shape::Text),
        ("apiVersion", Shape::Text),
        ("metadata", Shape::Struct("ObjectMeta", METADATA_FIELDS)),
        ("webhooks", Shape::KeyedList("name", &MUTATING_WEBHOOK)),
    ],
);

static MUTATING_WEBHOOK: Shape = Shape::Struct(
    "MutatingWebhook",
    &[
        ("name", Shape::Text),
        (
            "clientConfig",
            Shape::Struct(
                "WebhookClientConfig",
                &[
                    ("url", Shape::Text),
                    ("service", Shape::Open),
                    ("caBundle", Shape::Text),
                ],
            ),
        ),
        ("rules", Shape::AtomicList(&WEBHOOK_RULE)),
        ("failurePolicy", Shape::Text),
        ("matchPolicy", Shape::Text),
        ("namespaceSelector", LABEL_SELECTOR),
        ("objectSelector", LABEL_SELECTOR),
        ("sideEffects", Shape::Text),
        ("timeoutSeconds", Shape::Integer),
        ("admissionReviewVersions", Shape::AtomicList(&TEXT)),
        ("reinvocationPolicy", Shape::Text),
        ("matchConditions", Shape::KeyedList("name", &OPEN)),
    ],
);

static WEBHOOK_RULE: Shape = Shape::Struct(
    "RuleWithOperations",
    &[
        ("operations", Shape::AtomicList(&TEXT)),
        ("apiGroups", Shape::AtomicList(&TEXT)),
        ("apiVersions", Shape::AtomicList(&TEXT)),
        ("resources", Shape::AtomicList(&TEXT)),
        ("scope", Shape::Text),
    ],
);

const LABEL_SELECTOR: Shape = Shape::AtomicStruct(
    "LabelSelector",
    &[
        ("matchLabels", Shape::Map(&TEXT)),
        ("matchExpressions", Shape::AtomicList(&LABEL_REQUIREMENT)),
    ],
);

static LABEL_REQUIREMENT: Shape = Shape::Struct(
    "LabelSelectorRequirement",
    &[
        ("key", Shape::Text),
        ("operator", Shape::Text),
        ("values", Shape::AtomicList(&TEXT)),
    ],
);

const METADATA_FIELDS: &[Field] = &[
    ("name", Shape::Text),
    ("generateName", Shape::Text),
    ("namespace", Shape::Text),
    ("selfLink", Shape::Text),
    ("uid", Shape::Text),
    ("resourceVersion", Shape::Text),
    ("generation", Shape::Integer),
    ("creationTimestamp", Shape::Text),
    ("deletionTimestamp", Shape::Text),
    ("deletionGracePeriodSeconds", Shape::Count),
    ("labels", Shape::Map(&TEXT)),
    ("annotations", Shape::Map(&TEXT)),
    ("ownerReferences", Shape::KeyedList("uid", &OWNER_REFERENCE)),
    ("finalizers", Shape::Set),
    ("managedFields", Shape::AtomicList(&OPEN)),
];

static OBJECT_REFERENCE: Shape = Shape::AtomicStruct(
    "ObjectReference",
    &[
        ("kind", Shape::Text),
        ("namespace", Shape::Text),
        ("name", Shape::Text),
        ("uid", Shape::Text),
        ("apiVersion", Shape::Text),
        ("resourceVersion", Shape::Text),
        ("fieldPath", Shape::Text),
    ],
);

static LOCAL_OBJECT_REFERENCE: Shape =
    Shape::AtomicStruct("LocalObjectReference", &[("name", Shape::Text)]);

static OWNER_REFERENCE: Shape = Shape::AtomicStruct(
    "OwnerReference",
    &[
        ("apiVersion", Shape::Text),
        ("kind", Shape::Text),
        ("name", Shape::Text),
        ("uid", Shape::Text),
        ("controller", Shape::Boolean),
        ("blockOwnerDeletion", Shape::Boolean),
    ],
);
