//! The arguments of the backends, with the types and in the version of Terraform 1.11.

use crate::schema::Attribute;
use crate::value::Type;

/// The backends that keep states here.
pub(super) const BACKENDS: [&str; 2] = ["local", "s3"];

/// The arguments of a backend; `None` for one that is not supported.
pub(super) fn arguments(backend_type: &str) -> Option<Vec<Attribute>> {
    match backend_type {
        "local" => Some(local()),
        "s3" => Some(s3()),
        _ => None,
    }
}

/// The type of a backend's settings as one object.
pub(super) fn type_of(arguments: &[Attribute]) -> Type {
    Type::object(
        arguments
            .iter()
            .map(|argument| (argument.name, argument.ty.clone())),
    )
}

fn text(name: &'static str, description: &'static str) -> Attribute {
    Attribute::optional(name, Type::String, description)
}

fn truth(name: &'static str, description: &'static str) -> Attribute {
    Attribute::optional(name, Type::Bool, description)
}

fn texts(name: &'static str, description: &'static str) -> Attribute {
    Attribute::optional(name, Type::set(Type::String), description)
}

fn object(
    name: &'static str,
    parts: &[(&'static str, Type)],
    description: &'static str,
) -> Attribute {
    Attribute::optional(name, Type::object(parts.iter().cloned()), description)
}

fn local() -> Vec<Attribute> {
    vec![
        text("path", "The state file of the default workspace."),
        text("workspace_dir", "The folder of the other workspaces."),
    ]
}

fn s3() -> Vec<Attribute> {
    let mut all = keeping();
    all.extend(reaching());
    all.extend(speaking());
    all.sort_by_key(|argument| argument.name);
    all
}

/// What is kept where, and how.
fn keeping() -> Vec<Attribute> {
    vec![
        text("acl", "A canned ACL for the objects."),
        text("bucket", "The bucket."),
        text("dynamodb_endpoint", "The address of DynamoDB."),
        text("dynamodb_table", "A table to lock with."),
        truth("encrypt", "Whether the objects are encrypted."),
        text("key", "The key of the state."),
        text("kms_key_id", "The key of KMS to encrypt with."),
        truth(
            "skip_s3_checksum",
            "Whether objects are sent without a checksum.",
        ),
        text(
            "sse_customer_key",
            "A key of one's own to encrypt with, in base64.",
        ),
        truth(
            "use_lockfile",
            "Whether to lock with an object beside the state.",
        ),
        text(
            "workspace_key_prefix",
            "What the keys of workspaces begin with.",
        ),
    ]
}

/// Who calls.
fn reaching() -> Vec<Attribute> {
    let texts_type = || Type::set(Type::String);
    let session = [
        ("duration", Type::String),
        ("policy", Type::String),
        ("policy_arns", texts_type()),
        ("role_arn", Type::String),
        ("session_name", Type::String),
    ];
    let mut role = session.to_vec();
    role.extend([
        ("external_id", Type::String),
        ("source_identity", Type::String),
        ("tags", Type::map(Type::String)),
        ("transitive_tag_keys", texts_type()),
    ]);
    let mut web = session.to_vec();
    web.extend([
        ("web_identity_token", Type::String),
        ("web_identity_token_file", Type::String),
    ]);
    vec![
        text("access_key", "The access key."),
        texts("allowed_account_ids", "The accounts that may be worked on."),
        object("assume_role", &role, "A role to assume."),
        object(
            "assume_role_with_web_identity",
            &web,
            "A role to assume with a web identity token.",
        ),
        texts(
            "forbidden_account_ids",
            "The accounts that must not be worked on.",
        ),
        text("profile", "The profile of the shared files."),
        text("region", "The region of the bucket."),
        text("secret_key", "The secret key."),
        texts("shared_config_files", "Shared configuration files."),
        text("shared_credentials_file", "A shared credentials file."),
        texts("shared_credentials_files", "Shared credentials files."),
        truth(
            "skip_credentials_validation",
            "Whether credentials are not tried out first.",
        ),
        truth(
            "skip_metadata_api_check",
            "Whether the instance metadata service is not asked.",
        ),
        truth(
            "skip_region_validation",
            "Whether the region's name is not checked.",
        ),
        truth(
            "skip_requesting_account_id",
            "Whether the account is not asked for.",
        ),
        text("sts_region", "The region of STS."),
        text("token", "The session token of the keys."),
    ]
}

/// How AWS is spoken to.
fn speaking() -> Vec<Attribute> {
    let services = ["dynamodb", "iam", "s3", "sso", "sts"];
    vec![
        text("custom_ca_bundle", "A file of certificates to trust."),
        text(
            "ec2_metadata_service_endpoint",
            "The address of the instance metadata service.",
        ),
        text("ec2_metadata_service_endpoint_mode", "`IPv4` or `IPv6`."),
        text("endpoint", "The address of S3."),
        object(
            "endpoints",
            &services.map(|service| (service, Type::String)),
            "Addresses to use instead of AWS's own.",
        ),
        truth("force_path_style", "Whether the bucket stands in the path."),
        text("http_proxy", "The proxy for HTTP requests."),
        text("https_proxy", "The proxy for HTTPS requests."),
        text("iam_endpoint", "The address of IAM."),
        truth("insecure", "Whether certificates are not checked."),
        Attribute::optional(
            "max_retries",
            Type::Number,
            "So many times a call is tried again.",
        ),
        text("no_proxy", "Hosts that are reached without proxy."),
        text("retry_mode", "`standard` or `adaptive`."),
        text("sts_endpoint", "The address of STS."),
        truth(
            "use_dualstack_endpoint",
            "Whether endpoints with IPv6 are used.",
        ),
        truth(
            "use_fips_endpoint",
            "Whether endpoints of FIPS 140 are used.",
        ),
        truth("use_path_style", "Whether the bucket stands in the path."),
    ]
}
