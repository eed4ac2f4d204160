//! The attributes of `aws_eks_cluster`, as resource and as data source.

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
    let mut attributes = attributes();
    attributes.extend(tags::attributes());
    TypeSchema {
        version: 1,
        description: "An EKS cluster's control plane.",
        block: Block {
            attributes,
            blocks: blocks(),
        },
    }
});

/// The data source has what the resource has, all of it computed but the name, and no arguments of operations.
static DATA: LazyLock<TypeSchema> = LazyLock::new(|| {
    const LEFT_OUT: [&str; 5] = [
        "bootstrap_self_managed_addons",
        "encryption_config",
        "force_update_version",
        "tags_all",
        "timeouts",
    ];
    let schema = resource();
    let kept = |name: &str| !LEFT_OUT.contains(&name);
    let mut attributes: Vec<Attribute> = Vec::new();
    for attribute in &schema.block.attributes {
        let Attribute {
            name,
            ty,
            description,
            ..
        } = attribute.clone();
        match name {
            "name" => attributes.push(Attribute::required(name, ty, description)),
            "region" | "tags" => {
                attributes.push(Attribute::optional_computed(name, ty, description));
            }
            _ if kept(name) => attributes.push(Attribute::computed(name, ty, description)),
            _ => {}
        }
    }
    for nested in &schema.block.blocks {
        if kept(nested.name) {
            attributes.push(Attribute::computed(
                nested.name,
                nested.ty(),
                nested.description,
            ));
        }
    }
    TypeSchema {
        version: 0,
        description: "An EKS cluster that exists.",
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
    }
});

fn string(name: &'static str, description: &'static str) -> Attribute {
    Attribute::optional(name, Type::String, description)
}

fn truth(name: &'static str, description: &'static str) -> Attribute {
    Attribute::optional(name, Type::Bool, description)
}

fn set(name: &'static str, description: &'static str) -> Attribute {
    Attribute::optional(name, Type::set(Type::String), description)
}

fn computed(name: &'static str, description: &'static str) -> Attribute {
    Attribute::computed(name, Type::String, description)
}

/// A text that EKS gives when the configuration does not.
pub(super) fn maybe(name: &'static str, description: &'static str) -> Attribute {
    Attribute::optional_computed(name, Type::String, description)
}

fn attributes() -> Vec<Attribute> {
    vec![
        computed("arn", "The ARN of the cluster."),
        truth(
            "bootstrap_self_managed_addons",
            "Whether EKS installs the default add-ons once.",
        )
        .replaces(),
        Attribute::computed(
            "certificate_authority",
            Type::list(Type::object([("data", Type::String)])),
            "The certificate authority of the API server, base64 of PEM.",
        ),
        computed("cluster_id", "The id of a local cluster on an Outpost."),
        computed("created_at", "When the cluster was made."),
        Attribute::optional_computed(
            "deletion_protection",
            Type::Bool,
            "Whether the cluster cannot be deleted.",
        ),
        set(
            "enabled_cluster_log_types",
            "The logs of the control plane that are kept.",
        ),
        computed("endpoint", "The URL of the API server."),
        truth(
            "force_update_version",
            "Whether a version update is made although insights speak against it.",
        ),
        computed("id", "The name of the cluster."),
        Attribute::computed(
            "identity",
            Type::list(Type::object([(
                "oidc",
                Type::list(Type::object([("issuer", Type::String)])),
            )])),
            "The issuer of the cluster's tokens.",
        ),
        Attribute::required(
            "name",
            Type::String,
            "The name, unique in account and region.",
        )
        .replaces(),
        computed(
            "platform_version",
            "The version of the platform, as `eks.1`.",
        ),
        maybe("region", "The region; the provider's if not given."),
        Attribute::required("role_arn", Type::String, "The ARN of the cluster's role.").replaces(),
        computed("status", "The status, as `ACTIVE`."),
        maybe(
            "version",
            "The version of Kubernetes, as `1.35`; the newest default if not given.",
        ),
    ]
}

fn blocks() -> Vec<NestedBlock> {
    let mut blocks = own_blocks();
    blocks.extend(super::components::blocks());
    blocks.sort_by_key(|block| block.name);
    blocks
}

fn own_blocks() -> Vec<NestedBlock> {
    vec![
        one(
            "access_config",
            access(),
            "How the API server lets people in.",
        ),
        one("compute_config", compute(), "EKS Auto Mode's nodes."),
        one(
            "control_plane_scaling_config",
            vec![maybe(
                "tier",
                "The tier of the control plane, as `standard`.",
            )],
            "How large the control plane is.",
        ),
        with(
            one(
                "encryption_config",
                vec![Attribute::required(
                    "resources",
                    Type::set(Type::String),
                    "What is encrypted: `secrets`.",
                )],
                "Encryption of the cluster's secrets.",
            ),
            vec![required(one(
                "provider",
                vec![Attribute::required(
                    "key_arn",
                    Type::String,
                    "The ARN of the KMS key.",
                )],
                "The key.",
            ))],
        ),
        with(
            one(
                "kubernetes_network_config",
                network(),
                "The cluster's own network.",
            ),
            vec![one(
                "elastic_load_balancing",
                vec![truth(
                    "enabled",
                    "Whether EKS Auto Mode makes load balancers.",
                )],
                "EKS Auto Mode's load balancers.",
            )],
        ),
        with(
            one(
                "outpost_config",
                outpost(),
                "A local cluster on an Outpost.",
            ),
            vec![
                one(
                    "control_plane_placement",
                    vec![
                        maybe("group_name", "The placement group.").replaces(),
                        maybe(
                            "spread_level",
                            "What the instances are spread over, as `host`.",
                        )
                        .replaces(),
                    ],
                    "Where the control plane runs.",
                ),
                one(
                    "etcd_placement",
                    vec![
                        maybe(
                            "spread_level",
                            "What the instances are spread over, as `host`.",
                        )
                        .replaces(),
                    ],
                    "Where etcd runs.",
                ),
            ],
        ),
        with(
            one(
                "remote_network_config",
                Vec::new(),
                "Networks of hybrid nodes.",
            ),
            vec![
                one(
                    "remote_node_networks",
                    vec![set("cidrs", "CIDR blocks of nodes.")],
                    "Networks of hybrid nodes.",
                ),
                one(
                    "remote_pod_networks",
                    vec![set("cidrs", "CIDR blocks of pods.")],
                    "Networks of pods on hybrid nodes.",
                ),
            ],
        ),
        with(
            one("storage_config", Vec::new(), "EKS Auto Mode's storage."),
            vec![one(
                "block_storage",
                vec![truth("enabled", "Whether EKS Auto Mode makes volumes.")],
                "EKS Auto Mode's volumes.",
            )],
        ),
        timeouts(),
        one(
            "upgrade_policy",
            vec![maybe("support_type", "`STANDARD` or `EXTENDED`.")],
            "What happens when the version's support ends.",
        ),
        required(one("vpc_config", vpc(), "The cluster's place in a VPC.")),
        one(
            "zonal_shift_config",
            vec![truth(
                "enabled",
                "Whether traffic can be shifted out of a zone.",
            )],
            "Zonal shift.",
        ),
    ]
}

fn access() -> Vec<Attribute> {
    vec![
        maybe(
            "authentication_mode",
            "`CONFIG_MAP`, `API_AND_CONFIG_MAP` or `API`.",
        ),
        truth(
            "bootstrap_cluster_creator_admin_permissions",
            "Whether who makes the cluster administers it.",
        )
        .replaces(),
    ]
}

fn compute() -> Vec<Attribute> {
    vec![
        truth("enabled", "Whether EKS Auto Mode makes nodes."),
        set(
            "node_pools",
            "Its node pools, `general-purpose` and `system`.",
        ),
        string("node_role_arn", "The role of its nodes."),
    ]
}

fn network() -> Vec<Attribute> {
    vec![
        maybe("ip_family", "`ipv4` or `ipv6`.").replaces(),
        maybe("service_ipv4_cidr", "The addresses of services.").replaces(),
        computed("service_ipv6_cidr", "The IPv6 addresses of services."),
    ]
}

fn outpost() -> Vec<Attribute> {
    vec![
        Attribute::required(
            "control_plane_instance_type",
            Type::String,
            "The instance type of the control plane.",
        )
        .replaces(),
        maybe(
            "etcd_instance_type",
            "The instance type of etcd, if it has instances of its own.",
        )
        .replaces(),
        Attribute::required("outpost_arns", Type::set(Type::String), "The Outposts.").replaces(),
    ]
}

fn vpc() -> Vec<Attribute> {
    vec![
        computed(
            "cluster_security_group_id",
            "The security group that EKS made.",
        ),
        maybe(
            "control_plane_egress_mode",
            "How the control plane reaches out: `AWS_MANAGED`, `CUSTOMER_ROUTED` or `CUSTOMER_ISOLATED`.",
        ),
        truth(
            "endpoint_private_access",
            "Whether the API server is reached from inside the VPC.",
        ),
        truth(
            "endpoint_public_access",
            "Whether the API server is reached from outside.",
        ),
        Attribute::optional_computed(
            "public_access_cidrs",
            Type::set(Type::String),
            "From where it is reached from outside.",
        ),
        set(
            "security_group_ids",
            "Further security groups, five at most.",
        ),
        Attribute::required(
            "subnet_ids",
            Type::set(Type::String),
            "Subnets in two availability zones at least.",
        ),
        computed("vpc_id", "The VPC."),
    ]
}

/// A block that stands at most once.
pub(super) fn one(
    name: &'static str,
    attributes: Vec<Attribute>,
    description: &'static str,
) -> NestedBlock {
    NestedBlock {
        name,
        nesting: Nesting::List,
        min: 0,
        max: 1,
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
        description,
    }
}

fn required(block: NestedBlock) -> NestedBlock {
    NestedBlock { min: 1, ..block }
}

/// A block with blocks in it.
pub(super) fn with(mut block: NestedBlock, blocks: Vec<NestedBlock>) -> NestedBlock {
    block.block.blocks = blocks;
    block
}

fn timeouts() -> NestedBlock {
    NestedBlock {
        nesting: Nesting::Single,
        ..one(
            "timeouts",
            vec![
                string("create", "How long creating may take, `30m` if not given."),
                string("delete", "How long deleting may take, `15m` if not given."),
                string(
                    "update",
                    "How long each update may take, `60m` if not given.",
                ),
            ],
            "How long operations may take.",
        )
    }
}
