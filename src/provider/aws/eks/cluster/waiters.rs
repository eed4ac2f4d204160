//! Waiting for clusters and their updates, on the context's clock.

use super::operations::find;
use crate::provider::aws::call::failure;
use crate::provider::aws::eks::duration;
use crate::provider::aws::object::{block, text};
use crate::provider::{ProviderContext, ProviderError, ProviderErrorKind};
use crate::value::Value;
use aws_sdk_eks::Client;
use aws_sdk_eks::types::{Cluster, ClusterStatus, Update, UpdateStatus};
use std::time::Duration;

/// EKS takes minutes for everything; its own waiters ask every half minute.
const POLL: Duration = Duration::from_secs(30);
/// A deleted cluster may show once more, so it counts as gone only after three answers in a row.
const GONE_POLL: Duration = Duration::from_secs(5);
const GONE_ANSWERS: u32 = 3;

/// How long an operation may take: what `timeouts` says, or the default of Terraform's provider.
pub(super) fn limit(cluster: &Value, operation: &str) -> Duration {
    let told = block(cluster, "timeouts").and_then(|timeouts| text(timeouts, operation));
    told.and_then(duration).unwrap_or(match operation {
        "create" => Duration::from_mins(30),
        "delete" => Duration::from_mins(15),
        _ => Duration::from_hours(1),
    })
}

/// The cluster as soon as it is active.
pub(super) async fn active(
    ctx: &ProviderContext,
    eks: &Client,
    name: &str,
    limit: Duration,
) -> Result<Cluster, ProviderError> {
    let doing = format!("waiting for EKS Cluster ({name}) create");
    let start = ctx.clock.now();
    loop {
        let found = find(eks, name).await?;
        let cluster = found.ok_or_else(|| unexpected(&doing, "it is gone"))?;
        let status = cluster.status().map_or("unknown", ClusterStatus::as_str);
        match cluster.status() {
            Some(ClusterStatus::Active) => return Ok(cluster),
            Some(ClusterStatus::Failed | ClusterStatus::Deleting) => {
                let text = format!("unexpected state '{status}'{}", issues(&cluster));
                return Err(unexpected(&doing, &text));
            }
            _ => wait(ctx, &doing, status, start, limit).await?,
        }
    }
}

/// Until the cluster is gone.
pub(super) async fn gone(
    ctx: &ProviderContext,
    eks: &Client,
    name: &str,
    limit: Duration,
) -> Result<(), ProviderError> {
    let doing = format!("waiting for EKS Cluster ({name}) delete");
    let start = ctx.clock.now();
    let mut answers = 0;
    while answers < GONE_ANSWERS {
        match find(eks, name).await? {
            None => {
                answers += 1;
                ctx.clock.sleep(GONE_POLL).await;
            }
            Some(cluster) => {
                answers = 0;
                let status = cluster.status().map_or("unknown", ClusterStatus::as_str);
                if cluster.status() == Some(&ClusterStatus::Failed) {
                    let text = format!("unexpected state '{status}'{}", issues(&cluster));
                    return Err(unexpected(&doing, &text));
                }
                wait(ctx, &doing, status, start, limit).await?;
            }
        }
    }
    Ok(())
}

/// Until an update of the cluster has ended well.
pub(super) async fn updated(
    ctx: &ProviderContext,
    eks: &Client,
    name: &str,
    what: &str,
    update: Option<&Update>,
    limit: Duration,
) -> Result<(), ProviderError> {
    let Some(id) = update.and_then(Update::id) else {
        return Ok(());
    };
    let doing = format!("waiting for EKS Cluster ({name}) {what} update ({id})");
    let start = ctx.clock.now();
    loop {
        let asked = eks.describe_update().name(name).update_id(id).send().await;
        let answer = asked.map_err(|error| failure(doing.as_str(), error))?;
        let Some(update) = answer.update() else {
            return Err(unexpected(&doing, "it is gone"));
        };
        let status = update.status().map_or("unknown", UpdateStatus::as_str);
        match update.status() {
            Some(UpdateStatus::Successful) => return Ok(()),
            Some(UpdateStatus::Failed | UpdateStatus::Cancelled) => {
                let causes = update.errors().iter().map(|error| {
                    let code = error.error_code().map_or("", |code| code.as_str());
                    format!("{code}: {}", error.error_message().unwrap_or_default())
                });
                let causes: Vec<String> = causes.collect();
                let text = format!("unexpected state '{status}': {}", causes.join("; "));
                return Err(unexpected(&doing, &text));
            }
            _ => wait(ctx, &doing, status, start, limit).await?,
        }
    }
}

async fn wait(
    ctx: &ProviderContext,
    doing: &str,
    status: &str,
    start: Duration,
    limit: Duration,
) -> Result<(), ProviderError> {
    let elapsed = ctx.clock.now().saturating_sub(start);
    if elapsed >= limit {
        return Err(ProviderError {
            kind: ProviderErrorKind::Timeout,
            ..unexpected(
                doing,
                &format!(
                    "timeout after {} minutes (state '{status}')",
                    limit.as_secs() / 60
                ),
            )
        });
    }
    (ctx.progress)(&format!("{doing}: {status}"));
    ctx.clock
        .sleep(POLL.min(limit.saturating_sub(elapsed)))
        .await;
    Ok(())
}

/// What EKS itself finds wrong with a cluster.
fn issues(cluster: &Cluster) -> String {
    let issues = cluster
        .health()
        .map(aws_sdk_eks::types::ClusterHealth::issues);
    let issues = issues.unwrap_or_default().iter().map(|issue| {
        let code = issue.code().map_or("", |code| code.as_str());
        format!(": {code}: {}", issue.message().unwrap_or_default())
    });
    issues.collect()
}

fn unexpected(doing: &str, message: &str) -> ProviderError {
    ProviderError {
        kind: ProviderErrorKind::Service,
        doing: doing.to_owned(),
        code: String::new(),
        message: message.to_owned(),
        request_id: String::new(),
    }
}
