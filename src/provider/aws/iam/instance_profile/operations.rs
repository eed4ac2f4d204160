//! Finding, making, changing and deleting instance profiles.

use super::object;
use crate::provider::aws::answers::{deleted, found, updated};
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::iam::{outcome, request_tags};
use crate::provider::aws::object::{differs, map_of_texts, text};
use crate::provider::aws::unheard::{Unheard, is_as_planned};
use crate::provider::aws::waiting::{Situation, patiently, unseen};
use crate::provider::aws::{names, tags};
use crate::provider::{Outcome, ProviderContext, ProviderError, Recorded};
use crate::value::{Known, Value};
use aws_sdk_iam::types::InstanceProfile;

/// The profile of a name; `None` when there is none.
async fn find(clients: &AwsClients, name: &str) -> Result<Option<InstanceProfile>, ProviderError> {
    let request = clients.iam().get_instance_profile();
    let answer = request.instance_profile_name(name).send().await;
    let doing = format!("reading IAM Instance Profile ({name})");
    let answer = found(answer.map_err(|error| failure(doing, error)))?;
    Ok(answer.and_then(|answer| answer.instance_profile))
}

pub(super) async fn read(
    ctx: &ProviderContext,
    name: &str,
    spelled: Option<&Value>,
) -> Result<Option<Known>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let found = find(clients, name).await?;
    found
        .map(|profile| object::of(clients, &profile, spelled))
        .transpose()
}

pub(super) async fn create(ctx: &ProviderContext, planned: &Value) -> Outcome {
    let clients = match AwsClients::of(ctx) {
        Ok(clients) => clients,
        Err(error) => return Outcome::failed(error),
    };
    let name = names::chosen(planned);
    let made = match make(ctx, clients, &name, planned).await {
        Ok(made) => made,
        Err(error) => return Outcome::failed(error),
    };
    let complete = async {
        visible(ctx, clients, &name).await?;
        if let Some(role) = text(planned, "role") {
            add_role(ctx, clients, &name, role).await?;
        }
        visible(ctx, clients, &name).await
    };
    match complete.await {
        Ok(profile) => outcome(object::of(clients, &profile, Some(planned)), None),
        Err(error) => outcome(object::of(clients, &made, Some(planned)), Some(error)),
    }
}

async fn make(
    ctx: &ProviderContext,
    clients: &AwsClients,
    name: &str,
    planned: &Value,
) -> Result<InstanceProfile, ProviderError> {
    let tags = planned.get("tags_all").map(map_of_texts);
    let request = clients
        .iam()
        .create_instance_profile()
        .instance_profile_name(name)
        .set_path(text(planned, "path").map(str::to_owned))
        .set_tags(request_tags(&tags.unwrap_or_default())?);
    let doing = format!("creating IAM Instance Profile ({name})");
    let unheard = Unheard::default();
    let answer = patiently(ctx, Situation::Write, &doing, || async {
        let request = request.clone().customize().interceptor(unheard.clone());
        let sent = request.send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    match answer.await {
        Err(refusal) if unheard.explains(&refusal) => {
            let profile = visible(ctx, clients, name).await?;
            let live = object::of(clients, &profile, Some(planned))?;
            let ours = object::role(&profile).is_none()
                && is_as_planned(&without_role(planned), live.value());
            if ours { Ok(profile) } else { Err(refusal) }
        }
        answer => answer?.instance_profile.ok_or_else(|| unseen(&doing)),
    }
}

/// What is planned of a profile that has not got its role yet.
fn without_role(planned: &Value) -> Value {
    let mut attributes = planned.to_entries();
    attributes.remove("role");
    Value::object(attributes)
}

/// The profile as soon as IAM shows it under its ARN.
async fn visible(
    ctx: &ProviderContext,
    clients: &AwsClients,
    name: &str,
) -> Result<InstanceProfile, ProviderError> {
    let doing = format!("waiting for IAM Instance Profile ({name}) to be ready");
    let found = patiently(ctx, Situation::New, &doing, || async {
        let found = find(clients, name).await?;
        found
            .filter(|profile| profile.arn.starts_with("arn:"))
            .ok_or_else(|| unseen(&doing))
    });
    found.await
}

pub(super) async fn update(ctx: &ProviderContext, prior: &Recorded, planned: &Value) -> Outcome {
    let before = prior.object.value();
    let name = text(before, "id").unwrap_or_default();
    let changed = change(ctx, name, before, planned).await;
    let spelled = if changed.is_ok() { planned } else { before };
    let live = read(ctx, name, Some(spelled)).await;
    let reading = format!("reading IAM Instance Profile ({name})");
    updated(&prior.object, &reading, live, changed)
}

async fn change(
    ctx: &ProviderContext,
    name: &str,
    before: &Value,
    after: &Value,
) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let _alone = clients
        .alone_with(&format!("instance-profile/{name}"))
        .await;
    if differs(before, after, "role") {
        if let Some(role) = text(before, "role") {
            remove_role(ctx, clients, name, role).await?;
        }
        if let Some(role) = text(after, "role") {
            add_role(ctx, clients, name, role).await?;
        }
    }
    set_tags(ctx, clients, name, before, after).await
}

/// Gives the profile a role, which may just have been made and not be visible yet.
async fn add_role(
    ctx: &ProviderContext,
    clients: &AwsClients,
    name: &str,
    role: &str,
) -> Result<(), ProviderError> {
    let request = clients.iam().add_role_to_instance_profile();
    let request = request.instance_profile_name(name).role_name(role);
    let doing = format!("adding IAM Role ({role}) to IAM Instance Profile ({name})");
    let unheard = Unheard::default();
    let sent = patiently(ctx, Situation::New, &doing, || async {
        let request = request.clone().customize().interceptor(unheard.clone());
        let sent = request.send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    match sent.await {
        // The first attempt took the profile's one place.
        Err(refusal) if refusal.code == "LimitExceeded" && unheard.any() => {
            let found = find(clients, name).await?;
            let there = found.as_ref().and_then(object::role) == Some(role);
            there.then_some(()).ok_or(refusal)
        }
        sent => sent.map(drop),
    }
}

async fn remove_role(
    ctx: &ProviderContext,
    clients: &AwsClients,
    name: &str,
    role: &str,
) -> Result<(), ProviderError> {
    let request = clients.iam().remove_role_from_instance_profile();
    let request = request.instance_profile_name(name).role_name(role);
    let doing = format!("removing IAM Role ({role}) from IAM Instance Profile ({name})");
    let sent = patiently(ctx, Situation::Write, &doing, || async {
        let sent = request.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    deleted(sent.await)
}

async fn set_tags(
    ctx: &ProviderContext,
    clients: &AwsClients,
    name: &str,
    before: &Value,
    after: &Value,
) -> Result<(), ProviderError> {
    let doing = format!("updating tags for IAM Instance Profile ({name})");
    let (removed, written) = tags::change(before, after);
    if !removed.is_empty() {
        let request = clients.iam().untag_instance_profile();
        let request = request.instance_profile_name(name);
        let request = request.set_tag_keys(Some(removed));
        patiently(ctx, Situation::Write, &doing, || async {
            let sent = request.clone().send().await;
            sent.map_err(|error| failure(doing.as_str(), error))
        })
        .await?;
    }
    if let Some(written) = request_tags(&written)? {
        let request = clients.iam().tag_instance_profile();
        let request = request.instance_profile_name(name).set_tags(Some(written));
        patiently(ctx, Situation::Write, &doing, || async {
            let sent = request.clone().send().await;
            sent.map_err(|error| failure(doing.as_str(), error))
        })
        .await?;
    }
    Ok(())
}

/// Takes the role out and deletes the profile.
pub(super) async fn delete(ctx: &ProviderContext, prior: &Known) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let name = prior.text("id").unwrap_or_default();
    let _alone = clients
        .alone_with(&format!("instance-profile/{name}"))
        .await;
    if let Some(role) = prior.text("role").filter(|role| !role.is_empty()) {
        remove_role(ctx, clients, name, role).await?;
    }
    let doing = format!("deleting IAM Instance Profile ({name})");
    let request = clients.iam().delete_instance_profile();
    let request = request.instance_profile_name(name);
    let sent = patiently(ctx, Situation::Removal, &doing, || async {
        let sent = request.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    deleted(sent.await)
}
