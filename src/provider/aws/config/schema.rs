//! The shape of a provider block: every setting of Terraform's AWS provider 6.x, also those that are refused.

use super::endpoints::SERVICES;
use crate::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::value::Type;
use std::sync::LazyLock;

/// The schema of a provider block.
pub fn provider_schema() -> &'static Block {
    &SCHEMA
}

static SCHEMA: LazyLock<Block> = LazyLock::new(|| Block {
    attributes: attributes(),
    blocks: vec![
        nested(
            "assume_role",
            Nesting::List,
            0,
            role_attributes(),
            "A role to assume before any other call; several are assumed one after the other.",
        ),
        nested(
            "assume_role_with_web_identity",
            Nesting::List,
            1,
            web_identity_attributes(),
            "A role to assume with a web identity token.",
        ),
        nested(
            "default_tags",
            Nesting::List,
            1,
            vec![Attribute::optional("tags", texts_by_key(), "The tags.")],
            "Tags for every object that can have some.",
        ),
        nested(
            "endpoints",
            Nesting::Set,
            0,
            endpoint_attributes(),
            "Addresses to use instead of AWS's own.",
        ),
        nested(
            "ignore_tags",
            Nesting::List,
            1,
            ignored_attributes(),
            "Tags to leave out of account.",
        ),
    ],
});

fn nested(
    name: &'static str,
    nesting: Nesting,
    max: usize,
    attributes: Vec<Attribute>,
    description: &'static str,
) -> NestedBlock {
    NestedBlock {
        name,
        nesting,
        min: 0,
        max,
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
        description,
    }
}

fn texts_by_key() -> Type {
    Type::map(Type::String)
}

fn string(name: &'static str, description: &'static str) -> Attribute {
    Attribute::optional(name, Type::String, description)
}

fn set(name: &'static str, description: &'static str) -> Attribute {
    Attribute::optional(name, Type::set(Type::String), description)
}

fn attributes() -> Vec<Attribute> {
    let truth = |name, description| Attribute::optional(name, Type::Bool, description);
    let number = |name, description| Attribute::optional(name, Type::Number, description);
    let list = |name, description| Attribute::optional(name, Type::list(Type::String), description);
    vec![
        string("access_key", "The access key."),
        set("allowed_account_ids", "The accounts that may be worked on."),
        string(
            "custom_ca_bundle",
            "A file of certificates to trust instead of the system's.",
        ),
        string(
            "ec2_metadata_service_endpoint",
            "The address of the instance metadata service.",
        ),
        string(
            "ec2_metadata_service_endpoint_mode",
            "`IPv4` or `IPv6`, for the instance metadata service.",
        ),
        set(
            "forbidden_account_ids",
            "The accounts that must not be worked on.",
        ),
        string("http_proxy", "The proxy for HTTP requests."),
        string("https_proxy", "The proxy for HTTPS requests."),
        truth("insecure", "Whether certificates are not checked."),
        number("max_retries", "So many times a call is tried again."),
        string("no_proxy", "Hosts that are reached without proxy."),
        string("profile", "The profile of the shared files."),
        string("region", "The region."),
        string("retry_mode", "`standard` or `adaptive`."),
        string(
            "s3_us_east_1_regional_endpoint",
            "`legacy` or `regional`, for S3.",
        ),
        truth("s3_use_path_style", "Whether S3 buckets stand in the path."),
        string("secret_key", "The secret key.").sensitive(),
        list("shared_config_files", "Shared configuration files."),
        list("shared_credentials_files", "Shared credentials files."),
        truth(
            "skip_credentials_validation",
            "Whether the credentials are not tried out first; they never are.",
        ),
        string(
            "skip_metadata_api_check",
            "Whether the instance metadata service is not asked.",
        ),
        truth(
            "skip_region_validation",
            "Whether the region may have a name that is not of AWS's form.",
        ),
        truth(
            "skip_requesting_account_id",
            "Whether the account is not asked for; with `skip_credentials_validation`, STS is not called at all.",
        ),
        string("sts_region", "The region of STS."),
        string("tag_policy_compliance", "`error`, `warning` or `disabled`."),
        string("token", "The session token of the keys.").sensitive(),
        number(
            "token_bucket_rate_limiter_capacity",
            "The capacity of the SDK's bucket of retries; without one it never runs dry.",
        ),
        truth(
            "use_dualstack_endpoint",
            "Whether endpoints with IPv6 are used.",
        ),
        truth(
            "use_fips_endpoint",
            "Whether endpoints of FIPS 140 are used.",
        ),
        list("user_agent", "Products to name to AWS."),
    ]
}

fn role_attributes() -> Vec<Attribute> {
    vec![
        string("duration", "How long the session lasts, as `1h`."),
        string("external_id", "What the role's trust policy asks for."),
        string("policy", "A policy that narrows the session."),
        set("policy_arns", "Managed policies that narrow the session."),
        string("role_arn", "The role."),
        string("session_name", "The name of the session."),
        string("source_identity", "The source identity of the session."),
        Attribute::optional("tags", texts_by_key(), "Tags of the session."),
        set("transitive_tag_keys", "Tags that later sessions keep."),
    ]
}

fn web_identity_attributes() -> Vec<Attribute> {
    vec![
        string("duration", "How long the session lasts, as `1h`."),
        string("policy", "A policy that narrows the session."),
        set("policy_arns", "Managed policies that narrow the session."),
        string("role_arn", "The role."),
        string("session_name", "The name of the session."),
        string("web_identity_token", "The token.").sensitive(),
        string("web_identity_token_file", "The file of the token."),
    ]
}

fn endpoint_attributes() -> Vec<Attribute> {
    SERVICES
        .iter()
        .map(|service| string(service, "The address of this service."))
        .collect()
}

fn ignored_attributes() -> Vec<Attribute> {
    vec![
        set("key_prefixes", "Beginnings of keys."),
        set("keys", "Whole keys."),
    ]
}
