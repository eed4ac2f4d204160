//! Where credentials come from when the block has no keys: the places that the SDKs of AWS look in, in their order.

use super::profiles::files;
use crate::provider::aws::Settings;
use crate::provider::{ProviderError, ProviderErrorKind};
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use std::error::Error;
use std::time::Duration;

/// The instance metadata service answers in milliseconds where there is one; elsewhere nothing should wait for it.
const METADATA_PATIENCE: Duration = Duration::from_secs(1);

/// The access key and secret key of a block.
pub(super) fn of_the_block(settings: &Settings) -> Option<SharedCredentialsProvider> {
    let (access_key, secret_key) = settings.keys.as_ref()?;
    let token = settings.token.clone();
    let credentials = Credentials::new(access_key, secret_key, token, None, "provider block");
    Some(SharedCredentialsProvider::new(credentials))
}

/// The chain. A profile that the block names is the only place that is looked in: keys that happen to be in the
/// environment belong to somebody else then.
pub(super) fn chain(
    settings: &Settings,
    config: &ProviderConfig,
    metadata: Option<imds::Client>,
) -> SharedCredentialsProvider {
    let mut profile = ProfileFileCredentialsProvider::builder().configure(config);
    if let Some(name) = named_profile(settings) {
        profile = profile.profile_name(name);
    }
    if let Some(files) = files(settings) {
        profile = profile.profile_files(files);
    }
    let chain = if settings.profile.is_some() {
        CredentialsProviderChain::first_try("Profile", profile.build())
    } else {
        let web_identity = WebIdentityTokenCredentialsProvider::builder().configure(config);
        let container = EcsCredentialsProvider::builder().configure(config);
        let chain = CredentialsProviderChain::first_try(
            "Environment",
            EnvironmentVariableCredentialsProvider::new(),
        )
        .or_else("Profile", profile.build())
        .or_else("WebIdentityToken", web_identity.build())
        .or_else("EcsContainer", container.build());
        match metadata {
            Some(client) => {
                let instance = ImdsCredentialsProvider::builder().imds_client(client);
                chain.or_else("Ec2InstanceMetadata", instance.configure(config).build())
            }
            None => chain,
        }
    };
    SharedCredentialsProvider::new(Explained {
        chain,
        profile: settings.signed_in_profile.clone(),
        is_named: settings.profile.is_some(),
    })
}

/// The profile to look for, where the SDK would not find its name by itself.
pub(super) fn named_profile(settings: &Settings) -> Option<&String> {
    settings
        .profile
        .as_ref()
        .or(settings.usual_profile.as_ref())
}

/// The instance metadata service; `None` where the block says not to ask it.
///
/// # Errors
/// Its address is no URL.
pub(super) fn metadata(settings: &Settings) -> Result<Option<imds::Client>, ProviderError> {
    if settings.skip_metadata {
        return Ok(None);
    }
    let mut client = imds::Client::builder()
        .connect_timeout(METADATA_PATIENCE)
        .read_timeout(METADATA_PATIENCE)
        .max_attempts(1);
    if let Some(url) = &settings.metadata_endpoint {
        client = client.endpoint(url).map_err(|error| ProviderError {
            kind: ProviderErrorKind::InvalidInput,
            ..ProviderError::internal(
                "configuring the AWS provider",
                &format!("`ec2_metadata_service_endpoint` cannot be used: {error}"),
            )
        })?;
    } else if settings.metadata_over_ipv6 {
        client = client.endpoint_mode(imds::client::EndpointMode::IpV6);
    }
    Ok(Some(client.build()))
}

/// A chain whose failures say what to do about them.
#[derive(Debug)]
struct Explained {
    chain: CredentialsProviderChain,
    profile: String,
    /// Whether the block names the profile, so that nothing else was tried.
    is_named: bool,
}

impl ProvideCredentials for Explained {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let found = self.chain.provide_credentials().await;
            found.map_err(|error| self.explained(error))
        })
    }

    fn fallback_on_interrupt(&self) -> Option<Credentials> {
        self.chain.fallback_on_interrupt()
    }
}

impl Explained {
    fn explained(&self, error: CredentialsError) -> CredentialsError {
        let profile = &self.profile;
        let message = if is_about_signing_in(&error) {
            format!(
                "its IAM Identity Center (SSO) session has expired, or nobody has signed in yet. Sign in and run this \
                 again:\n  aws sso login --profile {profile}"
            )
        } else if self.is_named && matches!(error, CredentialsError::CredentialsNotLoaded(_)) {
            "the shared files have no profile of that name, or no credentials in it".to_owned()
        } else {
            return error;
        };
        CredentialsError::provider_error(ProviderError {
            kind: ProviderErrorKind::Credentials,
            ..ProviderError::internal(
                &format!("signing in with the profile `{profile}`"),
                &message,
            )
        })
    }
}

/// Whether a session of IAM Identity Center is missing, expired or not accepted any more.
///
/// The SDK's own types of these errors cannot be named; their words can.
fn is_about_signing_in(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let words = format!("{error} {error:?}");
        if words.contains("SSO token")
            || words.contains("SsoTokenProviderError")
            || words.contains("CachedSsoTokenError")
            || words.contains("UnauthorizedException")
        {
            return true;
        }
        next = error.source();
    }
    false
}
