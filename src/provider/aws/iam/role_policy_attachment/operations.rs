//! Finding, making and removing attachments.

use super::SCHEMA;
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::iam::grants;
use crate::provider::aws::object::{object, text};
use crate::provider::aws::waiting::{Situation, patiently, unseen};
use crate::provider::{Outcome, ProviderContext, ProviderError, ProviderErrorKind};
use crate::value::{Known, Value};
use serde_json::json;

/// Whether the policy is attached to the role; not when there is no such role.
pub(super) async fn is_attached(
    ctx: &ProviderContext,
    attachment: &Known,
) -> Result<bool, ProviderError> {
    let (role, policy) = names(attachment.value());
    find(AwsClients::of(ctx)?, role, policy).await
}

async fn find(clients: &AwsClients, role: &str, policy: &str) -> Result<bool, ProviderError> {
    let doing = format!("reading IAM Role Policy Attachment ({role}:{policy})");
    let mut pages = clients
        .iam()
        .list_attached_role_policies()
        .role_name(role)
        .into_paginator()
        .items()
        .send();
    while let Some(attached) = pages.next().await {
        match attached.map_err(|error| failure(doing.as_str(), error)) {
            Ok(attached) if attached.policy_arn.as_deref() == Some(policy) => return Ok(true),
            Ok(_) => {}
            Err(error) if error.kind == ProviderErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

pub(super) async fn create(ctx: &ProviderContext, planned: &Value) -> Outcome {
    let (role, policy) = names(planned);
    let attached = attach(ctx, role, policy).await;
    let object = match attached.and_then(|()| of(role, policy)) {
        Ok(object) => object,
        Err(error) => return Outcome::failed(error),
    };
    let doing = format!("waiting for IAM Role Policy Attachment ({role}:{policy}) create");
    let seen = patiently(ctx, Situation::New, &doing, || async {
        if find(AwsClients::of(ctx)?, role, policy).await? {
            Ok(())
        } else {
            Err(unseen(&doing))
        }
    });
    match seen.await {
        Ok(()) => Outcome::done(object),
        Err(error) => Outcome::partial(object, error),
    }
}

/// Attaches the policy. Role or policy may just have been made and not be visible yet.
async fn attach(ctx: &ProviderContext, role: &str, policy: &str) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let _alone = clients.alone_with(&format!("role/{role}")).await;
    grants::attach(ctx, clients, role, policy).await
}

pub(super) async fn delete(ctx: &ProviderContext, prior: &Known) -> Result<(), ProviderError> {
    let (role, policy) = names(prior.value());
    let clients = AwsClients::of(ctx)?;
    let _alone = clients.alone_with(&format!("role/{role}")).await;
    grants::detach(ctx, clients, role, policy).await
}

/// The object of an import id, `role/policy_arn`.
pub(super) fn of_id(id: &str) -> Result<Known, ProviderError> {
    let parts = id.split_once('/');
    match parts.filter(|(role, policy)| !role.is_empty() && !policy.is_empty()) {
        Some((role, policy)) => of(role, policy),
        None => Err(ProviderError {
            kind: ProviderErrorKind::InvalidInput,
            doing: "reading an id of aws_iam_role_policy_attachment".to_owned(),
            code: String::new(),
            message: format!("unexpected format of ID ({id:?}), expected <role-name>/<policy_arn>"),
            request_id: String::new(),
        }),
    }
}

fn of(role: &str, policy: &str) -> Result<Known, ProviderError> {
    let json = json!({ "id": format!("{role}/{policy}"), "policy_arn": policy, "role": role });
    object(&SCHEMA, &json)
}

fn names(attachment: &Value) -> (&str, &str) {
    let part = |name| text(attachment, name).unwrap_or_default();
    (part("role"), part("policy_arn"))
}
