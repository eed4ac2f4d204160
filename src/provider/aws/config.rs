//! The settings of a provider block: their schema, and what they come to.

use super::client::Services;
use super::object::{block, integer, map_of_texts, text, texts};
use super::tags::IgnoredTags;
use crate::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::value::{Kind, Known, Type, Value};
use std::sync::LazyLock;
use std::time::Duration;

/// What a provider block comes to.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The region, if the block names one.
    pub region: Option<String>,
    /// The profile of the shared files.
    pub profile: Option<String>,
    /// Access key and secret key.
    pub keys: Option<(String, String)>,
    /// The session token that belongs to the keys.
    pub token: Option<String>,
    /// Shared configuration files; the usual one when empty.
    pub config_files: Vec<String>,
    /// Shared credentials files; the usual one when empty.
    pub credentials_files: Vec<String>,
    /// So many times a call is tried again.
    pub max_retries: Option<u32>,
    /// Whether attempts are slowed down by what the service answers.
    pub adaptive_retries: bool,
    /// Whether the instance metadata service is not asked for the region.
    pub skip_metadata: bool,
    /// Whether endpoints of FIPS 140 are used.
    pub use_fips: Option<bool>,
    /// Whether endpoints with IPv6 are used.
    pub use_dual_stack: Option<bool>,
    /// Roles to assume, each with the credentials of the one before.
    pub assumed_roles: Vec<AssumedRole>,
    /// What kinds have to know.
    pub services: Services,
}

/// A role to assume before any other call.
#[derive(Clone, Debug, Default)]
pub struct AssumedRole {
    /// Its ARN.
    pub arn: String,
    /// The name of the session.
    pub session_name: Option<String>,
    /// What the role's trust policy asks for as `sts:ExternalId`.
    pub external_id: Option<String>,
    /// A policy that narrows the session, as JSON.
    pub policy: Option<String>,
    /// Managed policies that narrow the session.
    pub policy_arns: Vec<String>,
    /// How long the session lasts.
    pub duration: Option<Duration>,
}

/// A setting that cannot be honoured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A setting that is not supported.
    #[error("`{0}` of provider \"aws\" is not supported yet; the supported settings are {1}")]
    Unsupported(&'static str, String),
    /// A setting with an unusable value.
    #[error("`{0}` of provider \"aws\" is {1}")]
    Invalid(&'static str, String),
}

/// Settings that would change where requests go or what they mean, and are refused for now.
const UNSUPPORTED: [&str; 13] = [
    "assume_role_with_web_identity",
    "custom_ca_bundle",
    "ec2_metadata_service_endpoint",
    "ec2_metadata_service_endpoint_mode",
    "http_proxy",
    "https_proxy",
    "insecure",
    "no_proxy",
    "skip_requesting_account_id",
    "sts_region",
    "tag_policy_compliance",
    "token_bucket_rate_limiter_capacity",
    "user_agent",
];

impl Settings {
    /// What a provider block says.
    ///
    /// # Errors
    /// It has a setting that is not supported, or one with an unusable value.
    pub fn from_block(config: &Known) -> Result<Self, ConfigError> {
        let config = config.value();
        refuse_unsupported(config)?;
        let owned = |name| text(config, name).map(str::to_owned);
        let truth = |name: &str| config.get(name).and_then(Value::as_bool);
        Ok(Settings {
            region: owned("region"),
            profile: owned("profile"),
            keys: keys(config)?,
            token: owned("token"),
            config_files: texts(config, "shared_config_files"),
            credentials_files: texts(config, "shared_credentials_files"),
            max_retries: integer(config, "max_retries").and_then(|n| u32::try_from(n).ok()),
            adaptive_retries: adaptive(config)?,
            skip_metadata: text(config, "skip_metadata_api_check")
                .is_some_and(|skip| skip.eq_ignore_ascii_case("true")),
            use_fips: truth("use_fips_endpoint"),
            use_dual_stack: truth("use_dualstack_endpoint"),
            assumed_roles: assumed_roles(config)?,
            services: services(config),
        })
    }
}

fn refuse_unsupported(config: &Value) -> Result<(), ConfigError> {
    let set = |name: &str| match config.get(name).map(|value| &value.kind) {
        None | Some(Kind::Null(_) | Kind::Bool(false)) => false,
        Some(Kind::List(_, parts) | Kind::Set(_, parts)) => !parts.is_empty(),
        Some(_) => true,
    };
    let Some(name) = UNSUPPORTED.into_iter().find(|name| set(name)) else {
        return Ok(());
    };
    let supported = provider_schema()
        .names()
        .filter(|name| !UNSUPPORTED.contains(name));
    Err(ConfigError::Unsupported(
        name,
        supported.collect::<Vec<_>>().join(", "),
    ))
}

fn keys(config: &Value) -> Result<Option<(String, String)>, ConfigError> {
    match (text(config, "access_key"), text(config, "secret_key")) {
        (Some(access), Some(secret)) => Ok(Some((access.to_owned(), secret.to_owned()))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(ConfigError::Invalid(
            "access_key",
            "set without `secret_key`; both are needed".to_owned(),
        )),
        (None, Some(_)) => Err(ConfigError::Invalid(
            "secret_key",
            "set without `access_key`; both are needed".to_owned(),
        )),
    }
}

fn adaptive(config: &Value) -> Result<bool, ConfigError> {
    match text(config, "retry_mode") {
        None | Some("standard") => Ok(false),
        Some("adaptive") => Ok(true),
        Some(other) => Err(ConfigError::Invalid(
            "retry_mode",
            format!("`{other}`; valid are `standard` and `adaptive`"),
        )),
    }
}

fn services(config: &Value) -> Services {
    let default_tags = block(config, "default_tags").and_then(|block| block.get("tags"));
    let ignored = block(config, "ignore_tags");
    let endpoints = config.get("endpoints").and_then(Value::as_elements);
    let mut services = Services {
        default_tags: default_tags.map(map_of_texts).unwrap_or_default(),
        ignored_tags: IgnoredTags {
            keys: ignored.map(|i| texts(i, "keys")).unwrap_or_default(),
            prefixes: ignored
                .map(|i| texts(i, "key_prefixes"))
                .unwrap_or_default(),
        },
        allowed_accounts: texts(config, "allowed_account_ids"),
        forbidden_accounts: texts(config, "forbidden_account_ids"),
        ..Services::default()
    };
    for endpoint in endpoints.into_iter().flatten() {
        services.endpoints.extend(map_of_texts(endpoint));
    }
    services
}

fn assumed_roles(config: &Value) -> Result<Vec<AssumedRole>, ConfigError> {
    let blocks = config.get("assume_role").and_then(Value::as_elements);
    let mut roles = Vec::new();
    for block in blocks.into_iter().flatten() {
        let given = |name: &str| block.get(name).is_some_and(|value| !value.is_null());
        for name in ["source_identity", "tags", "transitive_tag_keys"] {
            if given(name) {
                return Err(ConfigError::Invalid(
                    "assume_role",
                    format!("set with `{name}`, which is not supported yet"),
                ));
            }
        }
        let owned = |name| text(block, name).map(str::to_owned);
        let duration = text(block, "duration").map(|text| {
            super::eks::duration(text).ok_or_else(|| {
                ConfigError::Invalid(
                    "assume_role",
                    format!("set with the duration `{text}`; write it as `15m` or `1h30m`"),
                )
            })
        });
        // A block without a role stands for none, as it always did.
        if let Some(arn) = owned("role_arn") {
            roles.push(AssumedRole {
                arn,
                session_name: owned("session_name"),
                external_id: owned("external_id"),
                policy: owned("policy"),
                policy_arns: texts(block, "policy_arns"),
                duration: duration.transpose()?,
            });
        }
    }
    Ok(roles)
}

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

fn attributes() -> Vec<Attribute> {
    let string = |name, description| Attribute::optional(name, Type::String, description);
    let truth = |name, description| Attribute::optional(name, Type::Bool, description);
    let number = |name, description| Attribute::optional(name, Type::Number, description);
    let list = |name, description| Attribute::optional(name, Type::list(Type::String), description);
    let set = |name, description| Attribute::optional(name, Type::set(Type::String), description);
    vec![
        string("access_key", "The access key."),
        set("allowed_account_ids", "The accounts that may be worked on."),
        string("custom_ca_bundle", "A file of certificates to trust."),
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
            "Whether the region's name is not checked; it never is.",
        ),
        truth(
            "skip_requesting_account_id",
            "Whether the account is not asked for.",
        ),
        string("sts_region", "The region of STS."),
        string("tag_policy_compliance", "`error`, `warning` or `disabled`."),
        string("token", "The session token of the keys.").sensitive(),
        number(
            "token_bucket_rate_limiter_capacity",
            "The capacity of the SDK's rate limiter.",
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
    let string = |name, description| Attribute::optional(name, Type::String, description);
    let set = |name, description| Attribute::optional(name, Type::set(Type::String), description);
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
    let string = |name, description| Attribute::optional(name, Type::String, description);
    vec![
        string("duration", "How long the session lasts, as `1h`."),
        string("policy", "A policy that narrows the session."),
        Attribute::optional(
            "policy_arns",
            Type::set(Type::String),
            "Managed policies that narrow the session.",
        ),
        string("role_arn", "The role."),
        string("session_name", "The name of the session."),
        string("web_identity_token", "The token.").sensitive(),
        string("web_identity_token_file", "The file of the token."),
    ]
}

fn endpoint_attributes() -> Vec<Attribute> {
    let service = |name, description| Attribute::optional(name, Type::String, description);
    vec![
        service("ec2", "The address of EC2."),
        service("eks", "The address of EKS."),
        service("iam", "The address of IAM."),
        service("sts", "The address of STS."),
    ]
}

fn ignored_attributes() -> Vec<Attribute> {
    let set = |name, description| Attribute::optional(name, Type::set(Type::String), description);
    vec![
        set("key_prefixes", "Beginnings of keys."),
        set("keys", "Whole keys."),
    ]
}
