//! Finding, making and changing roles of services.

use super::object;
use super::rules::path_of;
use crate::provider::aws::answers::{found, updated};
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::iam::{outcome, role_tags};
use crate::provider::aws::object::{differs, text};
use crate::provider::aws::unheard::Unheard;
use crate::provider::aws::waiting::{Situation, patiently, unseen};
use crate::provider::{Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded};
use crate::value::{Known, Value};
use aws_sdk_iam::types::Role;
use std::collections::BTreeMap;

/// How messages call it.
const WHAT: &str = "IAM Service Linked Role";

async fn find(clients: &AwsClients, arn: &str) -> Result<Option<Role>, ProviderError> {
    let (_, name) = object::parts(arn)?;
    let answer = clients.iam().get_role().role_name(name).send().await;
    let doing = format!("reading IAM Service Linked Role ({arn})");
    let answer = found(answer.map_err(|error| failure(doing, error)))?;
    Ok(answer.and_then(|answer| answer.role.filter(|role| object::parts(&role.arn).is_ok())))
}

pub(super) async fn read(
    ctx: &ProviderContext,
    arn: &str,
    spelled: Option<&Value>,
) -> Result<Option<Known>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let found = find(clients, arn).await?;
    found
        .map(|role| object::of(clients, &role, spelled))
        .transpose()
}

pub(super) async fn create(ctx: &ProviderContext, planned: &Value) -> Outcome {
    let clients = match AwsClients::of(ctx) {
        Ok(clients) => clients,
        Err(error) => return Outcome::failed(error),
    };
    let made = match make(ctx, clients, planned).await {
        Ok(made) => made,
        Err(error) => return Outcome::failed(error),
    };
    let complete = async {
        visible(ctx, clients, &made.arn).await?;
        let nothing = Value::object(BTreeMap::new());
        role_tags::set(ctx, clients, (WHAT, &made.role_name), &nothing, planned).await?;
        visible(ctx, clients, &made.arn).await
    };
    match complete.await {
        Ok(role) => outcome(object::of(clients, &role, Some(planned)), None),
        Err(error) => outcome(object::of(clients, &made, Some(planned)), Some(error)),
    }
}

async fn make(
    ctx: &ProviderContext,
    clients: &AwsClients,
    planned: &Value,
) -> Result<Role, ProviderError> {
    let service = text(planned, "aws_service_name").unwrap_or_default();
    let suffix = text(planned, "custom_suffix");
    let request = clients
        .iam()
        .create_service_linked_role()
        .aws_service_name(service)
        .set_custom_suffix(suffix.map(str::to_owned))
        .set_description(text(planned, "description").map(str::to_owned));
    let doing = format!("creating IAM Service Linked Role ({service})");
    let unheard = Unheard::default();
    let answer = patiently(ctx, Situation::Write, &doing, || async {
        let request = request.clone().customize().interceptor(unheard.clone());
        let sent = request.send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    match answer.await {
        Err(refusal) if unheard.explains(&refusal) => {
            let made = made_before(clients, planned).await?;
            made.ok_or(refusal)
        }
        Err(mut refusal) if refusal.kind == ProviderErrorKind::AlreadyExists => {
            refusal.message = format!(
                "{} To manage the role that is there, import it by its ARN.",
                refusal.message
            );
            Err(refusal)
        }
        answer => answer?.role.ok_or_else(|| unseen(&doing)),
    }
}

/// The role that an earlier attempt made: the one of the service and suffix, if its description is the planned one.
async fn made_before(clients: &AwsClients, planned: &Value) -> Result<Option<Role>, ProviderError> {
    let service = text(planned, "aws_service_name").unwrap_or_default();
    let doing = format!("reading IAM Service Linked Roles ({service})");
    let listed = clients.iam().list_roles().path_prefix(path_of(service));
    let listed = listed.into_paginator().items().send();
    let listed = listed.collect::<Result<Vec<_>, _>>().await;
    for role in listed.map_err(|error| failure(doing, error))? {
        let live = object::of(clients, &role, Some(planned))?;
        let same = |name| !differs(planned, live.value(), name);
        if same("custom_suffix") && same("description") {
            return Ok(Some(role));
        }
    }
    Ok(None)
}

async fn visible(
    ctx: &ProviderContext,
    clients: &AwsClients,
    arn: &str,
) -> Result<Role, ProviderError> {
    let doing = format!("waiting for IAM Service Linked Role ({arn}) to become visible");
    let found = patiently(ctx, Situation::New, &doing, || async {
        find(clients, arn).await?.ok_or_else(|| unseen(&doing))
    });
    found.await
}

pub(super) async fn update(ctx: &ProviderContext, prior: &Recorded, planned: &Value) -> Outcome {
    let before = prior.object.value();
    let arn = text(before, "id").unwrap_or_default();
    let changed = change(ctx, arn, before, planned).await;
    let spelled = if changed.is_ok() { planned } else { before };
    let live = read(ctx, arn, Some(spelled)).await;
    let reading = format!("reading IAM Service Linked Role ({arn})");
    updated(&prior.object, &reading, live, changed)
}

async fn change(
    ctx: &ProviderContext,
    arn: &str,
    before: &Value,
    after: &Value,
) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let (_, name) = object::parts(arn)?;
    let _alone = clients.alone_with(&format!("role/{name}")).await;
    if differs(before, after, "description") {
        let request = clients.iam().update_role().role_name(name);
        let request = request.description(text(after, "description").unwrap_or_default());
        let doing = format!("updating IAM Service Linked Role ({arn})");
        patiently(ctx, Situation::Write, &doing, || async {
            let sent = request.clone().send().await;
            sent.map_err(|error| failure(doing.as_str(), error))
        })
        .await?;
    }
    role_tags::set(ctx, clients, (WHAT, name), before, after).await
}
