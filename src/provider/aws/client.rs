//! The clients of one provider configuration, and what its kinds have to know of it.

use super::call::{CallCounter, Products, failure};
use super::patience::Patience;
use super::tags::IgnoredTags;
use crate::policy::Partition;
use crate::provider::{CallCounts, ProviderContext, ProviderError, ProviderErrorKind};
use crate::schema::Facts;
use aws_config::{Region, SdkConfig};
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use aws_types::service_config::ServiceConfigKey;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Mutex as AsyncMutex, OnceCell, OwnedMutexGuard};

/// The clients of one provider configuration. Cheap to clone.
#[derive(Clone)]
pub struct AwsClients(Arc<Inner>);

struct Inner {
    iam: aws_sdk_iam::Client,
    sts: aws_sdk_sts::Client,
    eks: Mutex<BTreeMap<String, aws_sdk_eks::Client>>,
    sdk: SdkConfig,
    services: Services,
    eks_retries: Retries,
    calls: CallCounts,
    region: String,
    caller: OnceCell<Caller>,
    writing: Mutex<BTreeMap<String, Arc<AsyncMutex<()>>>>,
}

/// What a configuration says beyond credentials and region.
#[derive(Clone, Debug, Default)]
pub struct Services {
    /// Tags that every object gets which can have some.
    pub default_tags: BTreeMap<String, String>,
    /// Tags that are left out of account.
    pub ignored_tags: IgnoredTags,
    /// Addresses to use instead of AWS's own, by service (`iam`, `eks`, `sts`).
    pub endpoints: BTreeMap<String, String>,
    /// The accounts that may be worked on; all when empty.
    pub allowed_accounts: Vec<String>,
    /// The accounts that may not.
    pub forbidden_accounts: Vec<String>,
    /// Whether STS is not asked for the account, which then stays empty.
    pub knows_no_account: bool,
    /// The region of STS, where it is another.
    pub sts_region: Option<String>,
    /// The capacity of the bucket that retries are paid from; `None` for one that never runs dry.
    pub retry_capacity: Option<usize>,
    /// What is added to the `User-Agent` header.
    pub products: Vec<String>,
}

/// The retries of one service: paid from a bucket of its own, and none where nobody answers.
#[derive(Clone)]
struct Retries {
    partition: RetryPartition,
    patience: Patience,
}

impl Retries {
    fn new(services: &Services) -> Self {
        let bucket = match services.retry_capacity {
            Some(capacity) => TokenBucket::builder().capacity(capacity).build(),
            None => TokenBucket::unlimited(),
        };
        Retries {
            partition: RetryPartition::custom("trustform")
                .token_bucket(bucket)
                .build(),
            patience: Patience::default(),
        }
    }
}

/// A client of STS, in the region and at the address that the settings give it.
pub(super) fn sts_client(
    sdk: &SdkConfig,
    services: &Services,
    calls: &CallCounts,
) -> aws_sdk_sts::Client {
    let retries = Retries::new(services);
    let mut sts = aws_sdk_sts::config::Builder::from(sdk)
        .interceptor(CallCounter::new(calls, "STS"))
        .interceptor(Products::new(&services.products))
        .retry_partition(retries.partition)
        .retry_classifier(retries.patience);
    if let Some(region) = &services.sts_region {
        sts = sts.region(Region::new(region.clone()));
    }
    if let Some(url) = services.endpoints.get("sts") {
        sts = sts.endpoint_url(url);
    }
    aws_sdk_sts::Client::from_conf(sts.build())
}

/// Who makes the calls.
#[derive(Clone, Debug, Default)]
struct Caller {
    account: String,
    arn: String,
    id: String,
}

impl AwsClients {
    /// Clients over an SDK configuration that has credentials and a region.
    pub(super) fn new(sdk: SdkConfig, services: Services, calls: CallCounts) -> Self {
        let region = sdk.region().map(ToString::to_string).unwrap_or_default();
        let retries = Retries::new(&services);
        let mut iam = aws_sdk_iam::config::Builder::from(&sdk)
            .interceptor(CallCounter::new(&calls, "IAM"))
            .interceptor(Products::new(&services.products))
            .retry_partition(retries.partition)
            .retry_classifier(retries.patience);
        if let Some(url) = services.endpoints.get("iam") {
            iam = iam.endpoint_url(url);
        }
        let sts = sts_client(&sdk, &services, &calls);
        let eks_retries = Retries::new(&services);
        AwsClients(Arc::new(Inner {
            iam: aws_sdk_iam::Client::from_conf(iam.build()),
            sts,
            eks: Mutex::default(),
            sdk,
            services,
            eks_retries,
            calls,
            region,
            caller: OnceCell::new(),
            writing: Mutex::default(),
        }))
    }

    /// The clients of a context of this provider.
    ///
    /// # Errors
    /// The context belongs to another provider, which is a mistake of the caller.
    pub fn of(context: &ProviderContext) -> Result<&AwsClients, ProviderError> {
        context
            .clients
            .downcast_ref()
            .ok_or_else(|| ProviderError::internal("calling AWS", "the context has no AWS clients"))
    }

    /// IAM.
    pub fn iam(&self) -> &aws_sdk_iam::Client {
        &self.0.iam
    }

    /// STS.
    pub fn sts(&self) -> &aws_sdk_sts::Client {
        &self.0.sts
    }

    /// EKS in a region; `None` for the configuration's own.
    pub fn eks(&self, region: Option<&str>) -> aws_sdk_eks::Client {
        let region = region.filter(|region| !region.is_empty());
        let region = region.unwrap_or(self.region());
        let mut made = self.0.eks.lock().unwrap_or_else(PoisonError::into_inner);
        let client = made
            .entry(region.to_owned())
            .or_insert_with(|| self.make_eks(region));
        client.clone()
    }

    fn make_eks(&self, region: &str) -> aws_sdk_eks::Client {
        let inner = &self.0;
        let mut eks = aws_sdk_eks::config::Builder::from(&inner.sdk)
            .region(Region::new(region.to_owned()))
            .interceptor(CallCounter::new(&inner.calls, "EKS"))
            .interceptor(Products::new(&inner.services.products))
            .retry_partition(inner.eks_retries.partition.clone())
            .retry_classifier(inner.eks_retries.patience.clone());
        if let Some(url) = inner.services.endpoints.get("eks") {
            eks = eks.endpoint_url(url);
        }
        aws_sdk_eks::Client::from_conf(eks.build())
    }

    /// The SDK's configuration, for what signs requests of its own.
    pub fn sdk(&self) -> &SdkConfig {
        &self.0.sdk
    }

    /// The address of a service that has no client of its own, in a region.
    pub(super) fn endpoint(&self, service: &'static str, region: &str) -> String {
        let Inner { services, sdk, .. } = &*self.0;
        endpoint(services, service, sdk).unwrap_or_else(|| {
            let fips = if sdk.use_fips() == Some(true) {
                "-fips"
            } else {
                ""
            };
            let suffix = Partition::of_region(region).dns_suffix();
            format!("https://{service}{fips}.{region}.{suffix}")
        })
    }

    /// The region of the configuration.
    pub fn region(&self) -> &str {
        &self.0.region
    }

    /// The tags that every object gets.
    pub fn default_tags(&self) -> &BTreeMap<String, String> {
        &self.0.services.default_tags
    }

    /// The tags that are left out of account.
    pub fn ignored_tags(&self) -> &IgnoredTags {
        &self.0.services.ignored_tags
    }

    /// Who the caller is and where. Asked once for each configuration.
    ///
    /// # Errors
    /// The call fails, or the account is not one that the configuration allows.
    pub async fn facts(&self) -> Result<Facts, ProviderError> {
        if self.0.services.knows_no_account {
            return self.facts_of(&Caller::default());
        }
        self.identity().await
    }

    /// As [`AwsClients::facts`], and asked for also where the configuration says not to.
    pub(super) async fn identity(&self) -> Result<Facts, ProviderError> {
        let caller = self.0.caller.get_or_try_init(|| self.ask_caller()).await?;
        self.facts_of(caller)
    }

    fn facts_of(&self, caller: &Caller) -> Result<Facts, ProviderError> {
        self.check_account(&caller.account)?;
        Ok(Facts {
            partition: Partition::of_region(self.region()).to_string(),
            account: caller.account.clone(),
            region: self.region().to_owned(),
            caller_arn: caller.arn.clone(),
            caller_id: caller.id.clone(),
            default_tags: self.default_tags().clone(),
        })
    }

    /// Waits until no other write to an object is under way: IAM refuses concurrent ones with `ConcurrentModification`.
    pub(super) async fn alone_with(&self, object: &str) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self
                .0
                .writing
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            Arc::clone(locks.entry(object.to_owned()).or_default())
        };
        lock.lock_owned().await
    }

    async fn ask_caller(&self) -> Result<Caller, ProviderError> {
        let identity = self
            .sts()
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| failure("reading the caller's identity (STS)", error))?;
        Ok(Caller {
            account: identity.account.unwrap_or_default(),
            arn: identity.arn.unwrap_or_default(),
            id: identity.user_id.unwrap_or_default(),
        })
    }

    fn check_account(&self, account: &str) -> Result<(), ProviderError> {
        let Services {
            allowed_accounts,
            forbidden_accounts,
            ..
        } = &self.0.services;
        let is = |id: &String| id == account;
        let allowed = allowed_accounts.is_empty() || allowed_accounts.iter().any(is);
        if allowed && !forbidden_accounts.iter().any(is) {
            return Ok(());
        }
        let account = if account.is_empty() {
            "an unknown one (`skip_requesting_account_id` is set)"
        } else {
            account
        };
        let rule = if allowed_accounts.is_empty() {
            format!("forbids {}", forbidden_accounts.join(", "))
        } else {
            format!("allows only {}", allowed_accounts.join(", "))
        };
        Err(ProviderError {
            kind: ProviderErrorKind::WrongTarget,
            ..ProviderError::internal(
                "configuring the AWS provider",
                &format!(
                    "AWS account ID not allowed: the credentials are those of {account}, and the provider block {rule}. \
                     Nothing was read or written; use other credentials or another profile, or change the block"
                ),
            )
        })
    }
}

/// The address that the settings, the environment or the profile give a service.
fn endpoint(services: &Services, service: &str, sdk: &SdkConfig) -> Option<String> {
    let own = services.endpoints.get(service).cloned();
    let shared = || {
        let id = service.to_uppercase();
        let key = ServiceConfigKey::builder()
            .service_id(&id)
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url");
        sdk.service_config()?.load_config(key.build().ok()?)
    };
    own.or_else(shared)
        .or_else(|| sdk.endpoint_url().map(str::to_owned))
}
