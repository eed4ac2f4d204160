//! Waiting for add-ons and their updates, and telling what is wrong with them.

use super::operations::find;
use crate::provider::aws::call::failure;
use crate::provider::aws::eks::belonging::Wait;
use crate::provider::{ProviderContext, ProviderError};
use aws_sdk_eks::Client;
use aws_sdk_eks::types::{Addon, AddonIssueCode, AddonStatus, Update, UpdateStatus};
use std::time::Duration;

/// EKS's own waiters ask so often.
const POLL: Duration = Duration::from_secs(10);

/// The add-on as soon as it is active. One that is degraded may yet become so: most need nodes to run on.
pub(super) async fn active(
    ctx: &ProviderContext,
    eks: &Client,
    cluster: &str,
    name: &str,
    limit: Duration,
) -> Result<Addon, ProviderError> {
    let doing = format!("waiting for EKS Add-On ({cluster}:{name}) create");
    let wait = Wait::new(ctx, doing, limit, POLL);
    loop {
        let found = find(eks, cluster, name).await?;
        let addon = found.ok_or_else(|| wait.unexpected("it is gone"))?;
        let status = addon.status().map_or("unknown", AddonStatus::as_str);
        match addon.status() {
            Some(AddonStatus::Active) => return Ok(addon),
            Some(AddonStatus::CreateFailed | AddonStatus::DeleteFailed | AddonStatus::Deleting) => {
                let text = format!(
                    "unexpected state '{status}'{}{}",
                    issues(&addon),
                    advice(&addon)
                );
                return Err(wait.unexpected(&text));
            }
            _ => wait.again(status, &issues(&addon)).await?,
        }
    }
}

/// Until the add-on is gone.
pub(super) async fn gone(
    ctx: &ProviderContext,
    eks: &Client,
    cluster: &str,
    name: &str,
    limit: Duration,
) -> Result<(), ProviderError> {
    let doing = format!("waiting for EKS Add-On ({cluster}:{name}) delete");
    let wait = Wait::new(ctx, doing, limit, POLL);
    while let Some(addon) = find(eks, cluster, name).await? {
        let status = addon.status().map_or("unknown", AddonStatus::as_str);
        if addon.status() == Some(&AddonStatus::DeleteFailed) {
            let text = format!("unexpected state '{status}'{}", issues(&addon));
            return Err(wait.unexpected(&text));
        }
        wait.again(status, "").await?;
    }
    Ok(())
}

/// Until an update of the add-on of a cluster has ended well.
pub(super) async fn updated(
    ctx: &ProviderContext,
    eks: &Client,
    (cluster, name): (&str, &str),
    update: Option<&Update>,
    limit: Duration,
) -> Result<(), ProviderError> {
    let Some(id) = update.and_then(Update::id) else {
        return Ok(());
    };
    let doing = format!("waiting for EKS Add-On ({cluster}:{name}) update ({id})");
    let wait = Wait::new(ctx, doing, limit, POLL);
    loop {
        let asked = eks.describe_update().name(cluster).addon_name(name);
        let asked = asked.update_id(id).send().await;
        let answer = asked.map_err(|error| failure(wait.doing(), error))?;
        let update = answer
            .update()
            .ok_or_else(|| wait.unexpected("it is gone"))?;
        let status = update.status().map_or("unknown", UpdateStatus::as_str);
        match update.status() {
            Some(UpdateStatus::Successful) => return Ok(()),
            Some(UpdateStatus::Failed | UpdateStatus::Cancelled) => {
                let causes = update.errors().iter().map(|error| {
                    let code = error.error_code().map_or("", |code| code.as_str());
                    format!(": {code}: {}", error.error_message().unwrap_or_default())
                });
                let causes: String = causes.collect();
                let advice = advice_for(causes.contains("Conflict"), "update");
                return Err(
                    wait.unexpected(&format!("unexpected state '{status}'{causes}{advice}"))
                );
            }
            _ => wait.again(status, "").await?,
        }
    }
}

/// What EKS itself finds wrong with an add-on.
fn issues(addon: &Addon) -> String {
    let issues = addon.health().map(aws_sdk_eks::types::AddonHealth::issues);
    let issues = issues.unwrap_or_default().iter().map(|issue| {
        let code = issue.code().map_or("", AddonIssueCode::as_str);
        format!(": {code}: {}", issue.message().unwrap_or_default())
    });
    issues.collect()
}

fn advice(addon: &Addon) -> &'static str {
    let issues = addon.health().map(aws_sdk_eks::types::AddonHealth::issues);
    let conflict = issues
        .unwrap_or_default()
        .iter()
        .any(|issue| issue.code() == Some(&AddonIssueCode::ConfigurationConflict));
    advice_for(conflict, "create")
}

/// What to do about fields that others have set.
fn advice_for(conflict: bool, operation: &str) -> &'static str {
    match (conflict, operation) {
        (true, "create") => ". Consider setting resolve_conflicts_on_create to \"OVERWRITE\"",
        (true, _) => ". Consider setting resolve_conflicts_on_update to \"OVERWRITE\"",
        (false, _) => "",
    }
}
