//! Deleting a service's role: a task of the service, which is asked about until it has ended.

use super::object;
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::waiting::{Situation, patiently};
use crate::provider::{ProviderContext, ProviderError, ProviderErrorKind};
use crate::value::Known;
use aws_sdk_iam::operation::get_service_linked_role_deletion_status::GetServiceLinkedRoleDeletionStatusOutput as Answer;
use aws_sdk_iam::types::DeletionTaskStatusType as Status;
use std::time::Duration;

const POLL: Duration = Duration::from_secs(5);
/// So long the service may take (waiter of Terraform's provider).
const LIMIT: Duration = Duration::from_mins(5);

pub(super) async fn delete(ctx: &ProviderContext, prior: &Known) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let arn = prior.text("id").unwrap_or_default();
    let (_, name) = object::parts(arn)?;
    let _alone = clients.alone_with(&format!("role/{name}")).await;
    let doing = format!("deleting IAM Service Linked Role ({arn})");
    let request = clients.iam().delete_service_linked_role().role_name(name);
    let begun = patiently(ctx, Situation::Write, &doing, || async {
        let sent = request.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    match begun.await {
        Err(error) if error.kind == ProviderErrorKind::NotFound => Ok(()),
        begun => ended(ctx, clients, arn, &begun?.deletion_task_id).await,
    }
}

/// Until the task has ended well.
async fn ended(
    ctx: &ProviderContext,
    clients: &AwsClients,
    arn: &str,
    task: &str,
) -> Result<(), ProviderError> {
    let doing = format!("waiting for IAM Service Linked Role ({arn}) delete");
    let start = ctx.clock.now();
    loop {
        let request = clients.iam().get_service_linked_role_deletion_status();
        let answer = request.deletion_task_id(task).send().await;
        let answer = answer.map_err(|error| failure(doing.as_str(), error))?;
        let status = answer.status();
        if *status == Status::Succeeded {
            return Ok(());
        }
        if *status == Status::Failed {
            let message = format!("the service keeps it{}", reason(&answer));
            return Err(unfinished(&doing, ProviderErrorKind::Conflict, message));
        }
        if ctx.clock.now().saturating_sub(start) >= LIMIT {
            let message = format!("timeout while its deletion is {}", status.as_str());
            return Err(unfinished(&doing, ProviderErrorKind::Timeout, message));
        }
        (ctx.progress)(&format!("{doing}: {}", status.as_str()));
        ctx.clock.sleep(POLL).await;
    }
}

/// What the service says, and what still uses the role.
fn reason(answer: &Answer) -> String {
    let Some(reason) = answer.reason() else {
        return String::new();
    };
    let words = reason.reason().map(|words| format!(": {words}"));
    let users = reason.role_usage_list().iter();
    let users: Vec<String> = users
        .map(|usage| {
            let region = usage.region().unwrap_or("no region");
            format!("{} in {region}", usage.resources().join(", "))
        })
        .collect();
    let used = (!users.is_empty()).then(|| format!(" It is used by {}.", users.join("; ")));
    format!("{}{}", words.unwrap_or_default(), used.unwrap_or_default())
}

fn unfinished(doing: &str, kind: ProviderErrorKind, message: String) -> ProviderError {
    ProviderError {
        kind,
        doing: doing.to_owned(),
        code: String::new(),
        message,
        request_id: String::new(),
    }
}
