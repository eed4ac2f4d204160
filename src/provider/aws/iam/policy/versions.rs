//! The versions of a managed policy: five at most, one of them the default.

use super::operations;
use crate::policy;
use crate::provider::aws::answers::deleted;
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::unheard::Unheard;
use crate::provider::aws::waiting::{Situation, patiently};
use crate::provider::{ProviderContext, ProviderError};
use aws_sdk_iam::types::PolicyVersion;
use std::time::Duration;

/// So many versions a policy may have (IAM User Guide, "IAM and AWS STS quotas").
const MOST: usize = 5;

/// Makes a document the default version; where a delay in milliseconds is told, in two steps with that time between.
pub(super) async fn add(
    ctx: &ProviderContext,
    clients: &AwsClients,
    arn: &str,
    document: &str,
    delay: Option<i32>,
) -> Result<(), ProviderError> {
    make_room(clients, arn).await?;
    let request = clients
        .iam()
        .create_policy_version()
        .policy_arn(arn)
        .policy_document(document)
        .set_as_default(delay.is_none());
    let doing = format!("updating IAM Policy ({arn})");
    let unheard = Unheard::default();
    let answer = patiently(ctx, Situation::Write, &doing, || async {
        let request = request.clone().customize().interceptor(unheard.clone());
        let sent = request.send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    let made = match answer.await {
        // The first attempt took the last room.
        Err(refusal) if refusal.code == "LimitExceeded" && unheard.any() => {
            newest(clients, arn, document).await?.ok_or(refusal)?
        }
        answer => {
            let version = answer?.policy_version;
            version.and_then(|made| made.version_id).unwrap_or_default()
        }
    };
    let Some(delay) = delay else { return Ok(()) };
    let wait = Duration::from_millis(u64::try_from(delay).unwrap_or_default());
    ctx.clock.sleep(wait).await;
    set_default(ctx, clients, arn, &made).await
}

async fn set_default(
    ctx: &ProviderContext,
    clients: &AwsClients,
    arn: &str,
    version: &str,
) -> Result<(), ProviderError> {
    let request = clients.iam().set_default_policy_version().policy_arn(arn);
    let request = request.version_id(version);
    let doing = format!("setting IAM Policy ({arn}) default version ({version})");
    let sent = patiently(ctx, Situation::New, &doing, || async {
        let sent = request.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    sent.await.map(drop)
}

/// Deletes the oldest version that is not the default, when there is no room for another.
async fn make_room(clients: &AwsClients, arn: &str) -> Result<(), ProviderError> {
    let versions = list(clients, arn).await?;
    if versions.len() < MOST {
        return Ok(());
    }
    let others = versions
        .iter()
        .filter(|version| !version.is_default_version);
    match others.min_by_key(|version| age(version)) {
        Some(oldest) => remove(clients, arn, oldest).await,
        None => Ok(()),
    }
}

/// The newest version, if it says the same as a document.
async fn newest(
    clients: &AwsClients,
    arn: &str,
    document: &str,
) -> Result<Option<String>, ProviderError> {
    let versions = list(clients, arn).await?;
    let Some(newest) = versions.iter().max_by_key(|version| age(version)) else {
        return Ok(None);
    };
    let id = newest.version_id().unwrap_or_default();
    let found = operations::document(clients, arn, id).await?;
    let same = found.is_some_and(|found| policy::equivalent(&found, document));
    Ok(same.then(|| id.to_owned()))
}

/// Deletes all versions but the default, which is deleted with the policy.
pub(super) async fn remove_others(clients: &AwsClients, arn: &str) -> Result<(), ProviderError> {
    for version in list(clients, arn).await? {
        if !version.is_default_version {
            remove(clients, arn, &version).await?;
        }
    }
    Ok(())
}

async fn list(clients: &AwsClients, arn: &str) -> Result<Vec<PolicyVersion>, ProviderError> {
    let doing = format!("reading IAM Policy ({arn}) versions");
    let listed = clients.iam().list_policy_versions().policy_arn(arn);
    let listed = listed.into_paginator().items().send();
    let listed = listed.collect::<Result<Vec<_>, _>>().await;
    listed.map_err(|error| failure(doing, error))
}

async fn remove(
    clients: &AwsClients,
    arn: &str,
    version: &PolicyVersion,
) -> Result<(), ProviderError> {
    let id = version.version_id().unwrap_or_default();
    let doing = format!("deleting IAM Policy ({arn}) version ({id})");
    let request = clients.iam().delete_policy_version().policy_arn(arn);
    let sent = request.version_id(id).send().await;
    deleted(sent.map_err(|error| failure(doing, error)))
}

/// What orders versions by age: dates have seconds only, numbers never come again.
fn age(version: &PolicyVersion) -> u64 {
    let id = version.version_id().unwrap_or_default();
    let number = id.strip_prefix('v').and_then(|number| number.parse().ok());
    number.unwrap_or_default()
}
