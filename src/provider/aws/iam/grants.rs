//! What a role is granted: its inline policies and the managed policies that are attached to it.

use super::decoded;
use crate::policy;
use crate::provider::aws::answers::deleted;
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::waiting::{Situation, patiently};
use crate::provider::{ProviderContext, ProviderError};
use std::collections::{BTreeMap, BTreeSet};

/// The ARNs of the managed policies that are attached to a role.
///
/// # Errors
/// The call fails; there is no such role (`NotFound`).
pub(super) async fn attached(
    clients: &AwsClients,
    role: &str,
) -> Result<BTreeSet<String>, ProviderError> {
    let doing = format!("reading the policies attached to IAM Role ({role})");
    let listed = clients
        .iam()
        .list_attached_role_policies()
        .role_name(role)
        .into_paginator()
        .items()
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await
        .map_err(|error| failure(doing, error))?;
    let listed = listed.into_iter();
    Ok(listed.filter_map(|attached| attached.policy_arn).collect())
}

/// The names of a role's inline policies.
///
/// # Errors
/// The call fails; there is no such role (`NotFound`).
pub(super) async fn inline_names(
    clients: &AwsClients,
    role: &str,
) -> Result<BTreeSet<String>, ProviderError> {
    let doing = format!("reading the inline policies of IAM Role ({role})");
    let listed = clients
        .iam()
        .list_role_policies()
        .role_name(role)
        .into_paginator()
        .items()
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await
        .map_err(|error| failure(doing, error))?;
    Ok(listed.into_iter().collect())
}

/// A role's inline policies: documents by name.
///
/// # Errors
/// A call fails; there is no such role (`NotFound`).
pub(super) async fn inline(
    clients: &AwsClients,
    role: &str,
) -> Result<BTreeMap<String, String>, ProviderError> {
    let mut documents = BTreeMap::new();
    for name in inline_names(clients, role).await? {
        let doing = format!("reading IAM Role Policy ({role}:{name})");
        let request = clients.iam().get_role_policy().role_name(role);
        let answer = request.policy_name(&name).send().await;
        let answer = answer.map_err(|error| failure(doing, error))?;
        documents.insert(name, decoded(&answer.policy_document));
    }
    Ok(documents)
}

/// Attaches a managed policy. Role or policy may just have been made and not be visible yet.
///
/// # Errors
/// The service refuses.
pub(super) async fn attach(
    ctx: &ProviderContext,
    clients: &AwsClients,
    role: &str,
    managed: &str,
) -> Result<(), ProviderError> {
    let request = clients.iam().attach_role_policy().role_name(role);
    let request = request.policy_arn(managed);
    let doing = format!("attaching IAM Policy ({managed}) to IAM Role ({role})");
    let sent = patiently(ctx, Situation::New, &doing, || async {
        let sent = request.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    sent.await.map(drop)
}

/// Detaches a managed policy; one that is not attached is detached.
///
/// # Errors
/// The service refuses.
pub(super) async fn detach(
    ctx: &ProviderContext,
    clients: &AwsClients,
    role: &str,
    managed: &str,
) -> Result<(), ProviderError> {
    let request = clients.iam().detach_role_policy().role_name(role);
    let request = request.policy_arn(managed);
    let doing = format!("detaching IAM Policy ({managed}) from IAM Role ({role})");
    let sent = patiently(ctx, Situation::Write, &doing, || async {
        let sent = request.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    deleted(sent.await)
}

/// Writes an inline policy; where that is `New`, the role may just have been made and not be visible yet.
///
/// # Errors
/// The service refuses.
pub(super) async fn put(
    ctx: &ProviderContext,
    clients: &AwsClients,
    situation: Situation,
    role: &str,
    name: &str,
    document: &str,
) -> Result<(), ProviderError> {
    let request = clients.iam().put_role_policy().role_name(role);
    let request = request.policy_name(name).policy_document(document);
    let doing = format!("putting IAM Role ({role}) Policy ({name})");
    let sent = patiently(ctx, situation, &doing, || async {
        let sent = request.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    sent.await.map(drop)
}

/// Deletes an inline policy; one that is not there is deleted.
///
/// # Errors
/// The service refuses.
pub(super) async fn delete(
    ctx: &ProviderContext,
    clients: &AwsClients,
    role: &str,
    name: &str,
) -> Result<(), ProviderError> {
    let request = clients.iam().delete_role_policy().role_name(role);
    let request = request.policy_name(name);
    let doing = format!("deleting IAM Role Policy ({role}:{name})");
    let sent = patiently(ctx, Situation::Write, &doing, || async {
        let sent = request.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    deleted(sent.await)
}

/// Makes these the managed policies of a role, and no others. What is new comes before what is old goes, so that the
/// role is never without either, unless the quota has no room for both.
///
/// # Errors
/// The service refuses a call; what was done before stays.
pub(super) async fn align_attached(
    ctx: &ProviderContext,
    clients: &AwsClients,
    role: &str,
    wanted: &BTreeSet<String>,
) -> Result<(), ProviderError> {
    let there = attached(clients, role).await?;
    let mut missing = wanted.difference(&there).peekable();
    let mut superfluous = there.difference(wanted);
    while let Some(arn) = missing.peek() {
        match attach(ctx, clients, role, arn).await {
            Err(error) if error.code == "LimitExceeded" => match superfluous.next() {
                Some(arn) => detach(ctx, clients, role, arn).await?,
                None => return Err(error),
            },
            attached => {
                attached?;
                missing.next();
            }
        }
    }
    for arn in superfluous {
        detach(ctx, clients, role, arn).await?;
    }
    Ok(())
}

/// Makes these the inline policies of a role, and no others, as [`align_attached`] does. A document that means what is
/// wanted is left as it is.
///
/// # Errors
/// The service refuses a call; what was done before stays.
pub(super) async fn align_inline(
    ctx: &ProviderContext,
    clients: &AwsClients,
    role: &str,
    wanted: &BTreeMap<String, String>,
) -> Result<(), ProviderError> {
    let there = inline(clients, role).await?;
    let stale = |(name, document): &(&String, &String)| {
        let found = there.get(*name);
        found.is_none_or(|found| !policy::equivalent(found, document))
    };
    let mut missing = wanted.iter().filter(stale).peekable();
    let mut superfluous = there.keys().filter(|name| !wanted.contains_key(*name));
    while let Some((name, document)) = missing.peek() {
        match put(ctx, clients, Situation::New, role, name, document).await {
            Err(error) if error.code == "LimitExceeded" => match superfluous.next() {
                Some(name) => delete(ctx, clients, role, name).await?,
                None => return Err(error),
            },
            put => {
                put?;
                missing.next();
            }
        }
    }
    for name in superfluous {
        delete(ctx, clients, role, name).await?;
    }
    Ok(())
}
