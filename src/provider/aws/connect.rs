//! Making clients from settings: over the network with the SDK's whole credential chain, or over a transport of ours.

use super::client::AwsClients;
use super::config::{AssumedRole, Settings};
use crate::provider::{CallCounts, ProviderError, ProviderErrorKind};
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::imds;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileRegionProvider, profile_file};
use aws_config::retry::{RetryConfig, RetryMode};
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
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

/// So many attempts a call has at most, as with Terraform's provider.
const ATTEMPTS: u32 = 25;
/// The instance metadata service answers in milliseconds where there is one; elsewhere nothing should wait for it.
const METADATA_PATIENCE: Duration = Duration::from_secs(1);
/// A server that does not take a connection in that time is not there.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// The clients of a provider configuration. Asks nobody, but for `allowed_account_ids` and its like, which need to know
/// the account.
///
/// # Errors
/// No region is set, or the account is not one that the configuration allows.
pub async fn connect(
    settings: &Settings,
    transport: &Transport,
    calls: &CallCounts,
) -> Result<AwsClients, ProviderError> {
    let mut sdk = match transport {
        Transport::Injected(injected) => injected_config(settings, injected),
        Transport::Network => network_config(settings).await?,
    };
    for role in &settings.assumed_roles {
        sdk = assumed(sdk, role).await;
    }
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
            static_credentials(settings).unwrap_or_else(|| injected.credentials.clone()),
        )
        .http_client(injected.http.clone())
        .sleep_impl(injected.sleep.clone())
        .time_source(injected.time.clone())
        .retry_config(retries(settings))
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build()
}

async fn network_config(settings: &Settings) -> Result<SdkConfig, ProviderError> {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region(settings))
        .retry_config(retries(settings))
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(CONNECT_PATIENCE)
                .build(),
        );
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(files) = profile_files(settings) {
        loader = loader.profile_files(files);
    }
    if let Some(fips) = settings.use_fips {
        loader = loader.use_fips(fips);
    }
    if let Some(dual_stack) = settings.use_dual_stack {
        loader = loader.use_dual_stack(dual_stack);
    }
    if let Some(credentials) = static_credentials(settings) {
        loader = loader.credentials_provider(credentials);
    } else if profile_files(settings).is_none() {
        // Files of its own can be told to the loader only, which then makes the chain.
        loader = loader.credentials_provider(chain(settings).await);
    }
    let sdk = loader.load().await;
    if sdk.region().is_none() {
        return Err(ProviderError {
            kind: ProviderErrorKind::InvalidInput,
            doing: "configuring the AWS provider".to_owned(),
            code: String::new(),
            message: "no AWS region is set: give the provider block a `region`, or set AWS_REGION or a profile's region"
                .to_owned(),
            request_id: String::new(),
        });
    }
    Ok(sdk)
}

async fn chain(settings: &Settings) -> DefaultCredentialsChain {
    let mut chain = DefaultCredentialsChain::builder()
        .region(region(settings))
        .imds_client(metadata());
    if let Some(profile) = &settings.profile {
        chain = chain.profile_name(profile);
    }
    chain.build().await
}

fn region(settings: &Settings) -> RegionProviderChain {
    let configured = settings.region.clone().map(Region::new);
    let mut profile = ProfileFileRegionProvider::builder();
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name);
    }
    if let Some(files) = profile_files(settings) {
        profile = profile.profile_files(files);
    }
    let chain = RegionProviderChain::first_try(configured)
        .or_else(EnvironmentVariableRegionProvider::new())
        .or_else(profile.build());
    if settings.skip_metadata {
        return chain;
    }
    let instance = imds::region::ImdsRegionProvider::builder()
        .imds_client(metadata())
        .build();
    chain.or_else(instance)
}

fn metadata() -> imds::Client {
    imds::Client::builder()
        .connect_timeout(METADATA_PATIENCE)
        .read_timeout(METADATA_PATIENCE)
        .max_attempts(1)
        .build()
}

#[expect(
    deprecated,
    reason = "the new names of these types are in a crate that nothing else here needs"
)]
fn profile_files(settings: &Settings) -> Option<profile_file::ProfileFiles> {
    use profile_file::ProfileFileKind;
    if settings.config_files.is_empty() && settings.credentials_files.is_empty() {
        return None;
    }
    let mut files = profile_file::ProfileFiles::builder();
    if settings.config_files.is_empty() {
        files = files.include_default_config_file(true);
    }
    if settings.credentials_files.is_empty() {
        files = files.include_default_credentials_file(true);
    }
    for path in &settings.config_files {
        files = files.with_file(ProfileFileKind::Config, path);
    }
    for path in &settings.credentials_files {
        files = files.with_file(ProfileFileKind::Credentials, path);
    }
    Some(files.build())
}

fn static_credentials(settings: &Settings) -> Option<SharedCredentialsProvider> {
    let (access_key, secret_key) = settings.keys.as_ref()?;
    let token = settings.token.clone();
    let credentials = Credentials::new(access_key, secret_key, token, None, "provider block");
    Some(SharedCredentialsProvider::new(credentials))
}

fn retries(settings: &Settings) -> RetryConfig {
    let attempts = settings
        .max_retries
        .map_or(ATTEMPTS, |retries| retries.saturating_add(1));
    let config = if settings.adaptive_retries {
        RetryConfig::adaptive()
    } else {
        RetryConfig::standard().with_retry_mode(RetryMode::Standard)
    };
    config.with_max_attempts(attempts)
}

async fn assumed(sdk: SdkConfig, role: &AssumedRole) -> SdkConfig {
    let mut provider = AssumeRoleProvider::builder(&role.arn).configure(&sdk);
    if let Some(name) = &role.session_name {
        provider = provider.session_name(name);
    }
    if let Some(id) = &role.external_id {
        provider = provider.external_id(id);
    }
    if let Some(policy) = &role.policy {
        provider = provider.policy(policy);
    }
    if !role.policy_arns.is_empty() {
        provider = provider.policy_arns(role.policy_arns.clone());
    }
    if let Some(duration) = role.duration {
        provider = provider.session_length(duration);
    }
    let provider = provider.build().await;
    sdk.into_builder()
        .credentials_provider(SharedCredentialsProvider::new(provider))
        .build()
}
