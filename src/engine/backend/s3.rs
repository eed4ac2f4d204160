//! From the settings of `backend "s3"` to a bucket: what is refused, what is for the objects, what is for the clients.

use super::{BackendSettings, Reach};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::provider::aws::{self, ConfigError, Settings, Transport};
use crate::provider::{ProviderError, ProviderErrorKind};
use crate::value::{Known, Type, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use trustform_state::backend::Store;
use trustform_state::backend::s3::{Encryption, S3Settings, S3Store};

/// So often a call is tried again, as with Terraform's backend.
const RETRIES: i64 = 5;

/// Settings of the backend that mean the same in a `provider "aws"` block.
const SHARED: [&str; 24] = [
    "access_key",
    "allowed_account_ids",
    "custom_ca_bundle",
    "ec2_metadata_service_endpoint",
    "ec2_metadata_service_endpoint_mode",
    "forbidden_account_ids",
    "http_proxy",
    "https_proxy",
    "insecure",
    "max_retries",
    "no_proxy",
    "profile",
    "region",
    "retry_mode",
    "secret_key",
    "shared_config_files",
    "shared_credentials_files",
    "skip_credentials_validation",
    "skip_region_validation",
    "sts_region",
    "token",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
    "skip_metadata_api_check",
];

/// The bucket that the settings describe.
pub(super) async fn store(settings: &BackendSettings, reach: &Reach) -> Result<Store, Diagnostics> {
    let objects = objects(settings, reach)?;
    let clients = clients(settings, reach)?;
    let clients = aws::connect(&clients, &reach.transport, &reach.calls)
        .await
        .map_err(|error| not_connected(&error))?;
    Ok(Store::S3(Box::new(S3Store::new(clients.sdk(), objects))))
}

/// What the settings say about objects, and everything that is wrong with that.
fn objects(settings: &BackendSettings, reach: &Reach) -> Result<S3Settings, Diagnostics> {
    let mut problems = Diagnostics::new();
    problems.extend(refused(settings));
    let text = |name: &str| settings.text(name).filter(|text| !text.is_empty());
    for name in ["bucket", "key"] {
        if text(name).is_none() {
            let detail = format!("The attribute \"{name}\" is required by the backend.");
            problems.push(
                Diagnostic::error(Code::Backend, detail)
                    .with_summary("Missing Required Value")
                    .hint(format!("It may also be given as -backend-config={name}=…")),
            );
        }
    }
    for name in ["key", "workspace_key_prefix"] {
        if text(name).is_some_and(|text| text.starts_with('/') || text.ends_with('/')) {
            let detail = format!("The value of `{name}` must not start or end with \"/\".");
            problems.push(invalid(detail));
        }
    }
    let encryption = encryption(settings, reach).unwrap_or_else(|more| {
        problems.extend(more);
        Encryption::default()
    });
    let endpoint = endpoint(settings, reach);
    let owned = |name: &str| text(name).unwrap_or_default().to_owned();
    let found = S3Settings {
        bucket: owned("bucket"),
        key: owned("key"),
        workspace_key_prefix: settings
            .text("workspace_key_prefix")
            .unwrap_or("env:")
            .to_owned(),
        acl: text("acl").map(str::to_owned),
        encryption,
        endpoint,
        use_path_style: truth(settings, "use_path_style").or(truth(settings, "force_path_style"))
            == Some(true),
        skip_s3_checksum: truth(settings, "skip_s3_checksum") == Some(true),
    };
    problems.into_result(found).map(|(found, _)| found)
}

/// What is not supported, and why.
fn refused(settings: &BackendSettings) -> Diagnostics {
    let mut problems = Diagnostics::new();
    let endpoints = settings.config.get("endpoints");
    let service = |name: &str| endpoints.and_then(|endpoints| endpoints.get(name)?.as_str());
    if settings.text("dynamodb_table").is_some() {
        let detail = "A lock in DynamoDB (`dynamodb_table`) is not supported: Terraform also keeps a digest of the state \
                      there and refuses a state that does not match it, so that writing the state without the table would \
                      break everybody who uses it. The lock beside the state replaces it.";
        problems.push(
            Diagnostic::error(Code::NotSupportedYet, detail)
                .with_summary("Lock in DynamoDB is not supported")
                .hint("Set both `use_lockfile = true` and `dynamodb_table`, and run `terraform init -reconfigure`, until nobody works without the former.")
                .hint("Then remove `dynamodb_table` from the block; `docs/state.md` tells it step by step."),
        );
    }
    let unused = settings.text("dynamodb_endpoint").or(service("dynamodb"));
    if unused.is_some() && settings.text("dynamodb_table").is_none() {
        let detail = "The address of DynamoDB (`dynamodb_endpoint`, `endpoints.dynamodb`) has no use here: the lock is an \
                      object beside the state.";
        problems.push(Diagnostic::error(Code::NotSupportedYet, detail).hint("Remove it."));
    }
    if service("sso").is_some() {
        let detail = "The address of IAM Identity Center (`endpoints.sso`) is not supported yet.";
        problems.push(Diagnostic::error(Code::NotSupportedYet, detail));
    }
    for (old, new) in [
        ("endpoint", "s3"),
        ("iam_endpoint", "iam"),
        ("sts_endpoint", "sts"),
    ] {
        if settings.text(old).is_some() && service(new).is_some() {
            let detail = format!(
                "The parameters \"{old}\" and \"endpoints.{new}\" cannot be configured together."
            );
            problems.push(invalid(detail));
        }
    }
    problems
}

/// How objects are encrypted: only where `encrypt` says so, as in Terraform.
fn encryption(settings: &BackendSettings, reach: &Reach) -> Result<Encryption, Diagnostics> {
    let of_environment = reach.environment.get("AWS_SSE_CUSTOMER_KEY");
    let customer = settings
        .text("sse_customer_key")
        .or(of_environment.map(String::as_str))
        .filter(|key| !key.is_empty());
    let key = settings.text("kms_key_id").filter(|key| !key.is_empty());
    let encrypted = truth(settings, "encrypt") == Some(true);
    match (encrypted, key, customer) {
        (_, Some(_), Some(_)) => Err(invalid(
            "Only one of `kms_key_id` and `sse_customer_key` can be set.".to_owned(),
        )
        .into()),
        (true, Some(key), None) => Ok(Encryption::Kms(key.to_owned())),
        (true, None, Some(key)) => {
            let decoded = STANDARD.decode(key).ok();
            let bytes = decoded.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            bytes.map(Encryption::Customer).ok_or_else(|| {
                invalid(
                    "`sse_customer_key` must be 32 bytes in base64, which are 44 characters."
                        .to_owned(),
                )
                .into()
            })
        }
        (true, None, None) => Ok(Encryption::Aes256),
        (false, _, _) => Ok(Encryption::OfBucket),
    }
}

/// The address of S3, if it is not the region's own; the sandbox has none.
fn endpoint(settings: &BackendSettings, reach: &Reach) -> Option<String> {
    if matches!(reach.transport, Transport::Injected(_)) {
        return None;
    }
    let old = reach.environment.get("AWS_S3_ENDPOINT");
    endpoint_of(settings, "s3", "endpoint").or_else(|| old.cloned())
}

fn endpoint_of(settings: &BackendSettings, service: &str, deprecated: &str) -> Option<String> {
    let endpoints = settings.config.get("endpoints");
    let named = endpoints.and_then(|endpoints| endpoints.get(service)?.as_str());
    named
        .or(settings.text(deprecated))
        .filter(|endpoint| !endpoint.is_empty())
        .map(str::to_owned)
}

/// What the settings say about clients: the same as the equal settings of a provider block.
fn clients(settings: &BackendSettings, reach: &Reach) -> Result<Settings, Diagnostics> {
    let mut block: BTreeMap<crate::address::Name, Value> = BTreeMap::new();
    for name in SHARED {
        if let Some(value) = settings.config.get(name).filter(|value| !value.is_null()) {
            block.insert(name.into(), value.clone());
        }
    }
    block
        .entry("max_retries".into())
        .or_insert_with(|| Value::number(RETRIES));
    if truth(settings, "skip_metadata_api_check") == Some(true) {
        block.insert("skip_metadata_api_check".into(), Value::string("true"));
    }
    if let Some(file) = settings.text("shared_credentials_file") {
        let files = Value::list(Type::String, vec![Value::string(file)]);
        block
            .entry("shared_credentials_files".into())
            .or_insert(files);
    }
    for name in ["assume_role", "assume_role_with_web_identity"] {
        if let Some(role) = settings.config.get(name).filter(|role| !role.is_null()) {
            block.insert(name.into(), Value::list(role.ty(), vec![role.clone()]));
        }
    }
    let mut endpoints = BTreeMap::new();
    if matches!(reach.transport, Transport::Network) {
        for (service, deprecated) in [("iam", "iam_endpoint"), ("sts", "sts_endpoint")] {
            if let Some(endpoint) = endpoint_of(settings, service, deprecated) {
                endpoints.insert(service.into(), Value::string(endpoint));
            }
        }
    }
    if !endpoints.is_empty() {
        let endpoints = Value::object(endpoints);
        block.insert(
            "endpoints".into(),
            Value::list(endpoints.ty(), vec![endpoints]),
        );
    }
    let block = Known::new(&Value::object(block)).map_err(|error| {
        Diagnostics::from(Diagnostic::error(Code::Backend, format!("{error}.")))
    })?;
    Settings::read(&block, &reach.environment).map_err(|error| unusable(&error).into())
}

fn unusable(error: &ConfigError) -> Diagnostic {
    match error {
        ConfigError::Unsupported(name, ..) => {
            let detail = format!("`{name}` of backend \"s3\" is not supported yet.");
            Diagnostic::error(Code::NotSupportedYet, detail)
        }
        ConfigError::Invalid(name, problem) => {
            invalid(format!("`{name}` of backend \"s3\" is {problem}."))
        }
    }
}

/// Why there are no clients.
fn not_connected(error: &ProviderError) -> Diagnostics {
    let diagnostic = match error.kind {
        ProviderErrorKind::InvalidInput if error.message.starts_with("no AWS region") => {
            let detail = "The \"region\" attribute or the \"AWS_REGION\" or \"AWS_DEFAULT_REGION\" environment variables \
                          must be set: a bucket is asked for in the region where it is.";
            Diagnostic::error(Code::Backend, detail).with_summary("Missing region value")
        }
        ProviderErrorKind::Credentials => Diagnostic::error(Code::Credentials, format!("{error}.")),
        ProviderErrorKind::NotFound
        | ProviderErrorKind::AlreadyExists
        | ProviderErrorKind::Denied
        | ProviderErrorKind::Unreachable
        | ProviderErrorKind::Conflict
        | ProviderErrorKind::InvalidInput
        | ProviderErrorKind::WrongTarget
        | ProviderErrorKind::Timeout
        | ProviderErrorKind::Service => Diagnostic::error(Code::Backend, format!("{error}."))
            .with_summary("Backend cannot be used"),
    };
    diagnostic.into()
}

fn truth(settings: &BackendSettings, name: &str) -> Option<bool> {
    settings.config.get(name)?.as_bool()
}

fn invalid(detail: String) -> Diagnostic {
    Diagnostic::error(Code::Backend, detail).with_summary("Invalid Value")
}
