//! Making clients from settings: over the network with the SDK's whole credential chain, or over a transport of ours.

mod credentials;
mod http;
mod profiles;
mod roles;
#[cfg(test)]
mod tests;

use super::client::{AwsClients, sts_client};
use super::config::Settings;
use crate::provider::{CallCounts, ProviderError, ProviderErrorKind};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::{RetryConfig, RetryMode};
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::service_config::ServiceConfigKey;
use credentials::{chain, metadata, named_profile, of_the_block};
use profiles::{files, is_a_region, region};
use roles::{ByRole, ByToken};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// How AWS is reached.
#[derive(Clone, Debug)]
pub enum Transport {
    /// Over the network.
    Network,
    /// Over a client of ours.
    Injected(Injected),
}

/// A transport that replaces the network, with credentials that it takes. Nothing is read from the machine then.
#[derive(Clone, Debug)]
pub struct Injected {
    /// Where requests go.
    pub http: SharedHttpClient,
    /// What requests are signed with.
    pub credentials: SharedCredentialsProvider,
    /// Waiting between attempts.
    pub sleep: SharedAsyncSleep,
    /// The time that requests are signed with.
    pub time: SharedTimeSource,
    /// The region of configurations that do not name one.
    pub region: String,
}

/// So many attempts a call has at most where nothing says otherwise, as with Terraform's provider.
const ATTEMPTS: u32 = 25;
/// A server that does not take a connection in that time is not there.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// The clients of a provider configuration. Asks nobody, but for `allowed_account_ids` and its like, which need to know
/// the account.
///
/// The future is a box, so that the types of its callers do not carry all of the SDK's.
///
/// # Errors
/// No region is set, a setting cannot be used, or the account is not one that the configuration allows.
pub fn connect<'c>(
    settings: &'c Settings,
    transport: &'c Transport,
    calls: &'c CallCounts,
) -> Pin<Box<dyn Future<Output = Result<AwsClients, ProviderError>> + Send + 'c>> {
    Box::pin(connected(settings, transport, calls))
}

async fn connected(
    settings: &Settings,
    transport: &Transport,
    calls: &CallCounts,
) -> Result<AwsClients, ProviderError> {
    let sdk = match transport {
        Transport::Injected(injected) => injected_config(settings, injected),
        Transport::Network => network_config(settings).await?,
    };
    let sdk = with_assumed_roles(sdk, settings, calls);
    let clients = AwsClients::new(sdk, settings.services.clone(), calls.clone());
    if !settings.services.allowed_accounts.is_empty()
        || !settings.services.forbidden_accounts.is_empty()
    {
        clients.facts().await?;
    }
    Ok(clients)
}

fn injected_config(settings: &Settings, injected: &Injected) -> SdkConfig {
    let region = settings.region.clone();
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(
            region.unwrap_or_else(|| injected.region.clone()),
        ))
        .credentials_provider(
            of_the_block(settings).unwrap_or_else(|| injected.credentials.clone()),
        )
        .http_client(injected.http.clone())
        .sleep_impl(injected.sleep.clone())
        .time_source(injected.time.clone())
        .retry_config(retries(settings, None, None))
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build()
}

async fn network_config(settings: &Settings) -> Result<SdkConfig, ProviderError> {
    let http = http::client(&settings.network).await?;
    let metadata = metadata(settings)?;
    let region = region(settings, metadata.clone()).region().await;
    check_region(settings, region.as_ref())?;
    let providers = ProviderConfig::without_region()
        .with_region(region.clone())
        .with_http_client(http.clone());
    let credentials = of_the_block(settings).unwrap_or_else(|| {
        // The file of a profile may send STS elsewhere too.
        chain(settings, &providers, metadata)
    });
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region)
        .http_client(http)
        .credentials_provider(credentials)
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(CONNECT_PATIENCE)
                .build(),
        );
    if let Some(profile) = named_profile(settings) {
        loader = loader.profile_name(profile);
    }
    if let Some(files) = files(settings) {
        loader = loader.profile_files(files);
    }
    if let Some(fips) = settings.use_fips {
        loader = loader.use_fips(fips);
    }
    if let Some(dual_stack) = settings.use_dual_stack {
        loader = loader.use_dual_stack(dual_stack);
    }
    Ok(with_retries(loader.load().await, settings))
}

fn check_region(settings: &Settings, region: Option<&Region>) -> Result<(), ProviderError> {
    let wrong = |message: String| {
        Err(ProviderError {
            kind: ProviderErrorKind::InvalidInput,
            ..ProviderError::internal("configuring the AWS provider", &message)
        })
    };
    match region {
        None => wrong(
            "no AWS region is set: give the provider block a `region`, or set AWS_REGION or a profile's region"
                .to_owned(),
        ),
        Some(region) if !settings.skip_region_validation && !is_a_region(region.as_ref()) => wrong(format!(
            "invalid AWS Region: `{region}` is not of the form of `eu-west-1`. Where it is right all the same, set \
             `skip_region_validation = true`"
        )),
        Some(_) => Ok(()),
    }
}

/// The configuration with what block, environment and profile say of retrying.
fn with_retries(sdk: SdkConfig, settings: &Settings) -> SdkConfig {
    let attempts = shared(&sdk, "AWS_MAX_ATTEMPTS", "max_attempts");
    let attempts = attempts.and_then(|attempts| attempts.parse().ok());
    let mode = shared(&sdk, "AWS_RETRY_MODE", "retry_mode");
    let retries = retries(settings, attempts, mode.as_deref());
    sdk.into_builder().retry_config(retries).build()
}

/// A value of the environment or, without one there, of the profile.
fn shared(sdk: &SdkConfig, variable: &str, member: &str) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id("IAM")
        .env(variable)
        .profile(member)
        .build()
        .ok()?;
    sdk.service_config()?.load_config(key)
}

fn retries(settings: &Settings, attempts: Option<u32>, mode: Option<&str>) -> RetryConfig {
    let own = settings
        .max_retries
        .map(|retries| retries.saturating_add(1));
    let adaptive = settings.adaptive_retries;
    let config = if adaptive.unwrap_or(mode == Some("adaptive")) {
        RetryConfig::adaptive()
    } else {
        RetryConfig::standard().with_retry_mode(RetryMode::Standard)
    };
    config.with_max_attempts(own.or(attempts).unwrap_or(ATTEMPTS).max(1))
}

/// The configuration with the credentials of the last of the roles to assume.
fn with_assumed_roles(mut sdk: SdkConfig, settings: &Settings, calls: &CallCounts) -> SdkConfig {
    if let Some(identity) = &settings.web_identity {
        let sts = sts_client(&sdk, &settings.services, calls);
        let identity = identity.clone();
        sdk = with_credentials(sdk, ByToken { sts, identity });
    }
    for role in &settings.assumed_roles {
        let sts = sts_client(&sdk, &settings.services, calls);
        let role = role.clone();
        sdk = with_credentials(sdk, ByRole { sts, role });
    }
    sdk
}

fn with_credentials(sdk: SdkConfig, provider: impl ProvideCredentials + 'static) -> SdkConfig {
    sdk.into_builder()
        .credentials_provider(SharedCredentialsProvider::new(provider))
        .build()
}
