//! Finding, making, changing and deleting roles.

use super::object;
use super::permissions::{self, Granted};
use crate::provider::aws::answers::{deleted, found, updated};
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::iam::{grants, outcome, request_tags, role_tags};
use crate::provider::aws::names;
use crate::provider::aws::object::{differs, integer, map_of_texts, text};
use crate::provider::aws::unheard::{Unheard, is_as_planned};
use crate::provider::aws::waiting::{Situation, patiently, unseen};
use crate::provider::{Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded};
use crate::value::{Known, Value};
use aws_sdk_iam::types::Role;

/// The role of a name; `None` when there is none.
pub(in crate::provider::aws::iam) async fn find(
    clients: &AwsClients,
    name: &str,
) -> Result<Option<Role>, ProviderError> {
    let answer = clients.iam().get_role().role_name(name).send().await;
    let answer =
        found(answer.map_err(|error| failure(format!("reading IAM Role ({name})"), error)))?;
    Ok(answer.and_then(|answer| answer.role))
}

pub(super) async fn read(
    ctx: &ProviderContext,
    recorded: &Recorded,
) -> Result<Option<Recorded>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let name = recorded
        .object
        .text("id")
        .or_else(|| recorded.object.text("name"));
    let Some(role) = find(clients, name.unwrap_or_default()).await? else {
        return Ok(None);
    };
    let granted = Granted::as_recorded(clients, &role.role_name, recorded.object.value()).await?;
    let object = object::of(clients, &role, Some(recorded.object.value()), &granted)?;
    Ok(Some(Recorded {
        object,
        private: recorded.private.clone(),
    }))
}

/// The role of an import id, which is its name.
pub(super) async fn import(
    ctx: &ProviderContext,
    name: &str,
) -> Result<Option<Recorded>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    match find(clients, name).await? {
        Some(role) => {
            let granted = Granted::all(clients, name).await?;
            Ok(Some(object::of(clients, &role, None, &granted)?.into()))
        }
        None => Ok(None),
    }
}

pub(super) async fn create(ctx: &ProviderContext, planned: &Value) -> Outcome {
    let name = names::chosen(planned);
    let clients = match AwsClients::of(ctx) {
        Ok(clients) => clients,
        Err(error) => return Outcome::failed(error),
    };
    let made = match make(ctx, clients, &name, planned).await {
        Ok(made) => made,
        Err(error) => return Outcome::failed(error),
    };
    let nothing = Granted::none();
    let role = match visible(ctx, clients, &name).await {
        Ok(role) => role,
        Err(error) => {
            return outcome(
                object::of(clients, &made, Some(planned), &nothing),
                Some(error),
            );
        }
    };
    match permissions::align(ctx, clients, &name, planned).await {
        Ok(granted) => outcome(object::of(clients, &role, Some(planned), &granted), None),
        Err(error) => {
            let granted = Granted::all(clients, &name).await.unwrap_or(nothing);
            outcome(
                object::of(clients, &role, Some(planned), &granted),
                Some(error),
            )
        }
    }
}

async fn make(
    ctx: &ProviderContext,
    clients: &AwsClients,
    name: &str,
    planned: &Value,
) -> Result<Role, ProviderError> {
    let tags = planned.get("tags_all").map(map_of_texts);
    let request = clients
        .iam()
        .create_role()
        .role_name(name)
        .set_path(text(planned, "path").map(str::to_owned))
        .set_assume_role_policy_document(text(planned, "assume_role_policy").map(str::to_owned))
        .set_description(text(planned, "description").map(str::to_owned))
        .set_max_session_duration(integer(planned, "max_session_duration"))
        .set_permissions_boundary(text(planned, "permissions_boundary").map(str::to_owned))
        .set_tags(request_tags(&tags.unwrap_or_default())?);
    let doing = format!("creating IAM Role ({name})");
    let waiting = format!("waiting to create the IAM role {name}");
    let unheard = Unheard::default();
    let answer = patiently(ctx, Situation::Write, &waiting, || async {
        let request = request.clone().customize().interceptor(unheard.clone());
        let sent = request.send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    match answer.await {
        Err(refusal) if unheard.explains(&refusal) => {
            let role = visible(ctx, clients, name).await?;
            let live = object::of(clients, &role, Some(planned), &Granted::recorded())?;
            let ours = is_as_planned(planned, live.value());
            if ours { Ok(role) } else { Err(refusal) }
        }
        answer => answer?.role.ok_or_else(|| unseen(&doing)),
    }
}

/// The role as soon as IAM shows it under its ARN; for a moment it may show none, or the unique id in its place.
async fn visible(
    ctx: &ProviderContext,
    clients: &AwsClients,
    name: &str,
) -> Result<Role, ProviderError> {
    let doing = format!("waiting for IAM Role ({name}) to become visible");
    patiently(ctx, Situation::New, &doing, || async {
        let found = find(clients, name).await?;
        found
            .filter(|role| role.arn.starts_with("arn:"))
            .ok_or_else(|| unseen(&doing))
    })
    .await
}

pub(super) async fn update(ctx: &ProviderContext, prior: &Recorded, planned: &Value) -> Outcome {
    let clients = match AwsClients::of(ctx) {
        Ok(clients) => clients,
        Err(error) => return Outcome::partial(prior.object.clone(), error),
    };
    let name = text(prior.object.value(), "id")
        .unwrap_or_default()
        .to_owned();
    let alone = clients.alone_with(&format!("role/{name}")).await;
    let changed = change(ctx, clients, &name, prior.object.value(), planned).await;
    drop(alone);
    let (spelled, granted) = match changed {
        Ok(()) => (planned, Ok(Granted::recorded())),
        Err(_) => {
            let before = prior.object.value();
            (before, Granted::as_recorded(clients, &name, before).await)
        }
    };
    let granted = granted.unwrap_or_else(|_| Granted::recorded());
    let of = |role| object::of(clients, &role, Some(spelled), &granted);
    let live = find(clients, &name).await;
    let live = live.and_then(|role| role.map(of).transpose());
    let reading = format!("reading IAM Role ({name})");
    updated(&prior.object, &reading, live, changed)
}

async fn change(
    ctx: &ProviderContext,
    clients: &AwsClients,
    name: &str,
    before: &Value,
    after: &Value,
) -> Result<(), ProviderError> {
    if differs(before, after, "assume_role_policy") {
        set_trust(ctx, clients, name, after).await?;
    }
    if differs(before, after, "description") || differs(before, after, "max_session_duration") {
        set_description_and_duration(ctx, clients, name, after).await?;
    }
    if differs(before, after, "permissions_boundary") {
        set_boundary(ctx, clients, name, after).await?;
    }
    permissions::change(ctx, clients, name, before, after).await?;
    role_tags::set(ctx, clients, ("IAM Role", name), before, after).await
}

async fn set_trust(
    ctx: &ProviderContext,
    clients: &AwsClients,
    name: &str,
    after: &Value,
) -> Result<(), ProviderError> {
    let request = clients
        .iam()
        .update_assume_role_policy()
        .role_name(name)
        .set_policy_document(text(after, "assume_role_policy").map(str::to_owned));
    let doing = format!("updating IAM Role ({name}) assume role policy");
    patiently(ctx, Situation::Write, &doing, || async {
        let sent = request.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    })
    .await
    .map(drop)
}

/// Both are always sent: a duration that is left out becomes one hour (IAM API reference, `UpdateRole`).
async fn set_description_and_duration(
    ctx: &ProviderContext,
    clients: &AwsClients,
    name: &str,
    after: &Value,
) -> Result<(), ProviderError> {
    let request = clients
        .iam()
        .update_role()
        .role_name(name)
        .description(text(after, "description").unwrap_or_default())
        .set_max_session_duration(integer(after, "max_session_duration"));
    let doing = format!("updating IAM Role ({name})");
    patiently(ctx, Situation::Write, &doing, || async {
        let sent = request.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    })
    .await
    .map(drop)
}

async fn set_boundary(
    ctx: &ProviderContext,
    clients: &AwsClients,
    name: &str,
    after: &Value,
) -> Result<(), ProviderError> {
    let doing = format!("updating IAM Role ({name}) permissions boundary");
    let iam = clients.iam();
    patiently(ctx, Situation::Write, &doing, || async {
        match text(after, "permissions_boundary") {
            Some(boundary) => iam
                .put_role_permissions_boundary()
                .role_name(name)
                .permissions_boundary(boundary)
                .send()
                .await
                .map(drop)
                .map_err(|error| failure(doing.as_str(), error)),
            None => deleted(
                iam.delete_role_permissions_boundary()
                    .role_name(name)
                    .send()
                    .await
                    .map(drop)
                    .map_err(|error| failure(doing.as_str(), error)),
            ),
        }
    })
    .await
}

pub(super) async fn delete(ctx: &ProviderContext, prior: &Known) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let name = prior.text("id").unwrap_or_default();
    let _alone = clients.alone_with(&format!("role/{name}")).await;
    let removed = async {
        leave_instance_profiles(clients, name).await?;
        permissions::revoke(ctx, clients, name, prior.value()).await?;
        let doing = format!("deleting IAM Role ({name})");
        // Without `force_detach_policies` a conflict passes only where our own detaching is on its way.
        patiently(ctx, Situation::Removal, &doing, || async {
            let sent = clients.iam().delete_role().role_name(name).send().await;
            let sent = sent
                .map(drop)
                .map_err(|error| failure(doing.as_str(), error));
            still_attached(clients, name, sent).await
        })
        .await
    };
    deleted(removed.await)
}

/// A conflict that will not pass: policies are attached to the role, and IAM shows them.
async fn still_attached(
    clients: &AwsClients,
    name: &str,
    sent: Result<(), ProviderError>,
) -> Result<(), ProviderError> {
    let Err(mut error) = sent else { return Ok(()) };
    if error.code != "DeleteConflict" {
        return Err(error);
    }
    let mut policies = grants::attached(clients, name).await?;
    policies.extend(grants::inline_names(clients, name).await?);
    let policies: Vec<String> = policies.into_iter().collect();
    if !policies.is_empty() {
        error.kind = ProviderErrorKind::Conflict;
        error.message = format!(
            "{} The role still has {}. Remove them first, or set `force_detach_policies = true` and apply before deleting.",
            error.message,
            policies.join(", ")
        );
    }
    Err(error)
}

async fn leave_instance_profiles(clients: &AwsClients, name: &str) -> Result<(), ProviderError> {
    let doing = format!("reading the instance profiles of IAM Role ({name})");
    let listed = clients
        .iam()
        .list_instance_profiles_for_role()
        .role_name(name)
        .into_paginator()
        .items()
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await
        .map_err(|error| failure(doing, error))?;
    for profile in listed {
        let doing = format!(
            "removing IAM Role ({name}) from instance profile ({})",
            profile.instance_profile_name
        );
        let removed = clients
            .iam()
            .remove_role_from_instance_profile()
            .instance_profile_name(&profile.instance_profile_name)
            .role_name(name)
            .send()
            .await
            .map(drop)
            .map_err(|error| failure(doing, error));
        deleted(removed)?;
    }
    Ok(())
}
