//! The settings of a provider block: what the block and the environment together come to.
//!
//! Settings and variables are those of Terraform's AWS provider 6.x; see
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs#aws-configuration-reference>. What the SDK reads of
//! the environment and of the shared files by itself (keys, `AWS_PROFILE`, `AWS_REGION`, `AWS_ENDPOINT_URL…`) is not read
//! here.

mod endpoints;
mod network;
mod roles;
mod schema;

pub use network::NetworkSettings;
pub use roles::{AssumedRole, IdentityToken, WebIdentity};
pub use schema::provider_schema;

use super::client::Services;
use super::object::{block, integer, map_of_texts, text, texts};
use super::tags::IgnoredTags;
use crate::value::{Kind, Known, Value};
use std::collections::BTreeMap;

/// What a provider block comes to.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The region, if the block names one.
    pub region: Option<String>,
    /// Whether the region's name is taken as it is.
    pub skip_region_validation: bool,
    /// The profile that the block names: its credentials and no others are used.
    pub profile: Option<String>,
    /// The profile that is used where nobody names one (`AWS_DEFAULT_PROFILE`).
    pub usual_profile: Option<String>,
    /// The name of the profile that is in use, for what is said of it.
    pub signed_in_profile: String,
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
    /// Whether attempts are slowed down by what the service answers; `None` leaves it to environment and profile.
    pub adaptive_retries: Option<bool>,
    /// Whether the instance metadata service is not asked.
    pub skip_metadata: bool,
    /// The address of the instance metadata service.
    pub metadata_endpoint: Option<String>,
    /// Whether the instance metadata service is reached by IPv6.
    pub metadata_over_ipv6: bool,
    /// Whether endpoints of FIPS 140 are used.
    pub use_fips: Option<bool>,
    /// Whether endpoints with IPv6 are used.
    pub use_dual_stack: Option<bool>,
    /// Proxies and trusted certificates.
    pub network: NetworkSettings,
    /// A role to assume with a web identity token, before those below.
    pub web_identity: Option<WebIdentity>,
    /// Roles to assume, each with the credentials of the one before.
    pub assumed_roles: Vec<AssumedRole>,
    /// What kinds have to know.
    pub services: Services,
}

/// A setting that cannot be honoured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A setting that is not supported, why, and the settings that are.
    #[error("`{0}` of provider \"aws\" is not supported: {1}. The supported settings are {2}")]
    Unsupported(&'static str, &'static str, String),
    /// A setting with an unusable value.
    #[error("`{0}` of provider \"aws\" is {1}")]
    Invalid(&'static str, String),
}

/// Settings that would change what requests mean, and why they are refused.
const UNSUPPORTED: [(&str, &str); 2] = [
    (
        "insecure",
        "certificates are always checked; name the file of the authority in `custom_ca_bundle`",
    ),
    (
        "tag_policy_compliance",
        "tag policies of the organization are not asked for; leave it out or set it to `disabled`",
    ),
];

impl Settings {
    /// What a provider block and the environment say; the block goes first.
    ///
    /// # Errors
    /// The block has a setting that is not supported, or one with an unusable value.
    pub fn read(
        config: &Known,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, ConfigError> {
        let config = config.value();
        refuse_unsupported(config)?;
        let sources = Sources {
            config,
            environment,
        };
        let owned = |name| text(config, name).map(str::to_owned);
        let truth = |name: &str| config.get(name).and_then(Value::as_bool);
        Ok(Settings {
            region: owned("region"),
            skip_region_validation: truth("skip_region_validation").unwrap_or(false),
            profile: owned("profile"),
            usual_profile: sources.usual_profile(),
            signed_in_profile: sources
                .text("profile", &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
                .unwrap_or_else(|| "default".to_owned()),
            keys: keys(config)?,
            token: owned("token"),
            config_files: sources.files("shared_config_files"),
            credentials_files: sources.files("shared_credentials_files"),
            max_retries: integer(config, "max_retries").and_then(|n| u32::try_from(n).ok()),
            adaptive_retries: adaptive(config)?,
            skip_metadata: text(config, "skip_metadata_api_check")
                .is_some_and(|skip| skip.eq_ignore_ascii_case("true")),
            metadata_endpoint: sources.text(
                "ec2_metadata_service_endpoint",
                &["AWS_EC2_METADATA_SERVICE_ENDPOINT"],
            ),
            metadata_over_ipv6: sources.metadata_over_ipv6()?,
            use_fips: truth("use_fips_endpoint"),
            use_dual_stack: truth("use_dualstack_endpoint"),
            network: NetworkSettings::read(&sources),
            web_identity: roles::web_identity(&sources)?,
            assumed_roles: roles::assumed_roles(config)?,
            services: services(&sources)?,
        })
    }
}

/// Where settings come from: the block before the environment.
struct Sources<'s> {
    config: &'s Value,
    environment: &'s BTreeMap<String, String>,
}

impl Sources<'_> {
    /// A setting of the block, or the first of these variables that is set.
    fn text(&self, name: &str, variables: &[&str]) -> Option<String> {
        let configured = text(self.config, name).map(str::to_owned);
        configured.or_else(|| self.variable(variables))
    }

    /// The first of these variables that is set to something.
    fn variable(&self, names: &[&str]) -> Option<String> {
        let mut values = names.iter().filter_map(|name| self.environment.get(*name));
        values.find(|value| !value.is_empty()).cloned()
    }

    /// The paths of a list, with the home folder for `~`.
    fn files(&self, name: &str) -> Vec<String> {
        let paths = texts(self.config, name);
        paths.into_iter().map(|path| self.expanded(path)).collect()
    }

    fn expanded(&self, path: String) -> String {
        match (path.strip_prefix("~/"), self.environment.get("HOME")) {
            (Some(rest), Some(home)) => format!("{home}/{rest}"),
            _ => path,
        }
    }

    fn usual_profile(&self) -> Option<String> {
        match self.variable(&["AWS_PROFILE"]) {
            Some(_) => None,
            None => self.variable(&["AWS_DEFAULT_PROFILE"]),
        }
    }

    fn metadata_over_ipv6(&self) -> Result<bool, ConfigError> {
        let name = "ec2_metadata_service_endpoint_mode";
        let mode = self.text(name, &["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]);
        match mode.as_deref().map(str::to_ascii_lowercase).as_deref() {
            None | Some("ipv4") => Ok(false),
            Some("ipv6") => Ok(true),
            Some(other) => Err(ConfigError::Invalid(
                name,
                format!("`{other}`; valid are `IPv4` and `IPv6`"),
            )),
        }
    }
}

fn refuse_unsupported(config: &Value) -> Result<(), ConfigError> {
    let set = |name: &str| match config.get(name).map(|value| &value.kind) {
        None | Some(Kind::Null(_) | Kind::Bool(false)) => false,
        Some(Kind::String(text)) => text.as_ref() != "disabled" && !text.is_empty(),
        Some(_) => true,
    };
    let Some((name, why)) = UNSUPPORTED.into_iter().find(|(name, _)| set(name)) else {
        return Ok(());
    };
    let supported = provider_schema()
        .names()
        .filter(|name| UNSUPPORTED.iter().all(|(refused, _)| refused != name));
    let supported = supported.collect::<Vec<_>>().join(", ");
    Err(ConfigError::Unsupported(name, why, supported))
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

fn adaptive(config: &Value) -> Result<Option<bool>, ConfigError> {
    match text(config, "retry_mode") {
        None => Ok(None),
        Some("standard") => Ok(Some(false)),
        Some("adaptive") => Ok(Some(true)),
        Some(other) => Err(ConfigError::Invalid(
            "retry_mode",
            format!("`{other}`; valid are `standard` and `adaptive`"),
        )),
    }
}

fn services(sources: &Sources<'_>) -> Result<Services, ConfigError> {
    let config = sources.config;
    let truth = |name: &str| config.get(name).and_then(Value::as_bool).unwrap_or(false);
    let allowed_accounts = texts(config, "allowed_account_ids");
    let forbidden_accounts = texts(config, "forbidden_account_ids");
    if !allowed_accounts.is_empty() && !forbidden_accounts.is_empty() {
        return Err(ConfigError::Invalid(
            "allowed_account_ids",
            "set together with `forbidden_account_ids`; only one of them can be".to_owned(),
        ));
    }
    let capacity = integer(config, "token_bucket_rate_limiter_capacity");
    Ok(Services {
        default_tags: default_tags(sources),
        ignored_tags: ignored_tags(sources),
        endpoints: endpoints(sources),
        allowed_accounts,
        forbidden_accounts,
        // Trying the credentials out is what tells the account otherwise.
        knows_no_account: truth("skip_requesting_account_id")
            && truth("skip_credentials_validation"),
        sts_region: text(config, "sts_region").map(str::to_owned),
        retry_capacity: capacity.and_then(|capacity| usize::try_from(capacity).ok()),
        products: products(sources),
    })
}

/// The block's own tags over those of the variables `TF_AWS_DEFAULT_TAGS_<key>`.
fn default_tags(sources: &Sources<'_>) -> BTreeMap<String, String> {
    let mut tags: BTreeMap<String, String> = sources
        .environment
        .iter()
        .filter_map(|(name, value)| {
            let key = name.strip_prefix("TF_AWS_DEFAULT_TAGS_")?;
            (!key.is_empty()).then(|| (key.to_owned(), value.clone()))
        })
        .collect();
    let own = block(sources.config, "default_tags").and_then(|block| block.get("tags"));
    tags.extend(own.map(map_of_texts).unwrap_or_default());
    tags
}

fn ignored_tags(sources: &Sources<'_>) -> IgnoredTags {
    let ignored = block(sources.config, "ignore_tags");
    let both = |name: &str, variable: &str| {
        let mut all = ignored.map(|block| texts(block, name)).unwrap_or_default();
        let listed = sources.variable(&[variable]).unwrap_or_default();
        let listed = listed.split(',').map(str::trim);
        all.extend(listed.filter(|key| !key.is_empty()).map(str::to_owned));
        all
    };
    IgnoredTags {
        keys: both("keys", "TF_AWS_IGNORE_TAGS_KEYS"),
        prefixes: both("key_prefixes", "TF_AWS_IGNORE_TAGS_KEY_PREFIXES"),
    }
}

/// Addresses by service. The SDK reads `AWS_ENDPOINT_URL…` and the shared files by itself.
fn endpoints(sources: &Sources<'_>) -> BTreeMap<String, String> {
    let mut endpoints = BTreeMap::new();
    for (service, variables) in [
        ("iam", ["TF_AWS_IAM_ENDPOINT", "AWS_IAM_ENDPOINT"]),
        ("sts", ["TF_AWS_STS_ENDPOINT", "AWS_STS_ENDPOINT"]),
    ] {
        if let Some(url) = sources.variable(&variables) {
            endpoints.insert(service.to_owned(), url);
        }
    }
    let blocks = sources.config.get("endpoints").and_then(Value::as_elements);
    for block in blocks.into_iter().flatten() {
        let set = map_of_texts(block).into_iter();
        endpoints.extend(set.filter(|(_, url)| !url.is_empty()));
    }
    endpoints
}

fn products(sources: &Sources<'_>) -> Vec<String> {
    let mut products = texts(sources.config, "user_agent");
    products.extend(sources.variable(&["TF_APPEND_USER_AGENT"]));
    products
}
