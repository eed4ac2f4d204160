//! Finding, making, changing and deleting providers.

use super::object;
use crate::provider::aws::answers::{found, updated};
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::iam::{arn, request_tags};
use crate::provider::aws::object::{differs, map_of_texts, text, texts};
use crate::provider::aws::tags;
use crate::provider::aws::unheard::{Unheard, is_as_planned};
use crate::provider::aws::waiting::{Situation, patiently, unseen};
use crate::provider::{Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded};
use crate::value::{Known, Value};
use aws_sdk_iam::operation::get_open_id_connect_provider::GetOpenIdConnectProviderOutput;

/// The provider of an ARN; `None` when there is none.
pub(super) async fn find(
    clients: &AwsClients,
    arn: &str,
) -> Result<Option<GetOpenIdConnectProviderOutput>, ProviderError> {
    let request = clients.iam().get_open_id_connect_provider();
    let answer = request.open_id_connect_provider_arn(arn).send().await;
    found(answer.map_err(|error| failure(format!("reading IAM OIDC Provider ({arn})"), error)))
}

pub(super) async fn read(
    ctx: &ProviderContext,
    arn: &str,
    spelled: Option<&Value>,
) -> Result<Option<Known>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let found = find(clients, arn).await?;
    found
        .map(|live| object::of(clients, arn, &live, spelled))
        .transpose()
}

pub(super) async fn create(ctx: &ProviderContext, planned: &Value) -> Outcome {
    let arn = match make(ctx, planned).await {
        Ok(arn) => arn,
        Err(error) => return Outcome::failed(error),
    };
    match visible(ctx, &arn, planned).await {
        Ok(object) => Outcome::done(object),
        Err(error) => match unread(ctx, &arn, planned) {
            Ok(object) => Outcome::partial(object, error),
            Err(broken) => Outcome::failed(broken),
        },
    }
}

async fn make(ctx: &ProviderContext, planned: &Value) -> Result<String, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let url = text(planned, "url").unwrap_or_default();
    let tags = planned
        .get("tags_all")
        .map(map_of_texts)
        .unwrap_or_default();
    let mut request = clients
        .iam()
        .create_open_id_connect_provider()
        .url(format!("https://{}", super::rules::without_scheme(url)))
        .set_client_id_list(Some(texts(planned, "client_id_list")))
        .set_tags(request_tags(&tags)?);
    let thumbprints = texts(planned, "thumbprint_list");
    if !thumbprints.is_empty() {
        request = request.set_thumbprint_list(Some(thumbprints));
    }
    let doing = format!("creating IAM OIDC Provider ({url})");
    let waiting = format!("waiting to create the IAM OIDC provider of {url}");
    let unheard = Unheard::default();
    let answer = patiently(ctx, Situation::Write, &waiting, || async {
        let request = request.clone().customize().interceptor(unheard.clone());
        let sent = request.send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    match answer.await {
        Err(refusal) if unheard.explains(&refusal) => {
            let resource = format!("oidc-provider/{}", super::rules::without_scheme(url));
            let arn = arn(&clients.facts().await?, &resource).unwrap_or_default();
            let live = visible(ctx, &arn, planned).await?;
            let ours = is_as_planned(planned, live.value());
            if ours { Ok(arn) } else { Err(refusal) }
        }
        answer => {
            let arn = answer?.open_id_connect_provider_arn;
            arn.ok_or_else(|| unseen(&doing))
        }
    }
}

async fn visible(
    ctx: &ProviderContext,
    arn: &str,
    planned: &Value,
) -> Result<Known, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let doing = format!("waiting for IAM OIDC Provider ({arn}) to become visible");
    let live = patiently(ctx, Situation::New, &doing, || async {
        find(clients, arn).await?.ok_or_else(|| unseen(&doing))
    });
    object::of(clients, arn, &live.await?, Some(planned))
}

/// The object of a provider that was made but could not be read.
fn unread(ctx: &ProviderContext, arn: &str, planned: &Value) -> Result<Known, ProviderError> {
    let tags = planned
        .get("tags_all")
        .map(map_of_texts)
        .unwrap_or_default();
    let told = GetOpenIdConnectProviderOutput::builder()
        .set_url(text(planned, "url").map(str::to_owned))
        .set_client_id_list(Some(texts(planned, "client_id_list")))
        .set_thumbprint_list(Some(texts(planned, "thumbprint_list")))
        .set_tags(request_tags(&tags)?)
        .build();
    object::of(AwsClients::of(ctx)?, arn, &told, Some(planned))
}

pub(super) async fn update(ctx: &ProviderContext, prior: &Recorded, planned: &Value) -> Outcome {
    let before = prior.object.value();
    let arn = text(before, "id").unwrap_or_default();
    let changed = change(ctx, arn, before, planned).await;
    let spelled = if changed.is_ok() { planned } else { before };
    let live = read(ctx, arn, Some(spelled)).await;
    let reading = format!("reading IAM OIDC Provider ({arn})");
    updated(&prior.object, &reading, live, changed)
}

async fn change(
    ctx: &ProviderContext,
    arn: &str,
    before: &Value,
    after: &Value,
) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let _alone = clients.alone_with(arn).await;
    if differs(before, after, "thumbprint_list") {
        set_thumbprints(ctx, arn, texts(after, "thumbprint_list")).await?;
    }
    if differs(before, after, "client_id_list") {
        let (before, after) = (
            texts(before, "client_id_list"),
            texts(after, "client_id_list"),
        );
        // What is new is there before what is old goes, so that no token is without its audience.
        for id in after.iter().filter(|id| !before.contains(id)) {
            add_client_id(ctx, arn, id).await?;
        }
        for id in before.iter().filter(|id| !after.contains(id)) {
            remove_client_id(ctx, arn, id).await?;
        }
    }
    set_tags(ctx, arn, before, after).await
}

async fn set_thumbprints(
    ctx: &ProviderContext,
    arn: &str,
    thumbprints: Vec<String>,
) -> Result<(), ProviderError> {
    if thumbprints.is_empty() {
        return Ok(());
    }
    let request = AwsClients::of(ctx)?
        .iam()
        .update_open_id_connect_provider_thumbprint()
        .open_id_connect_provider_arn(arn)
        .set_thumbprint_list(Some(thumbprints));
    let doing = format!("updating IAM OIDC Provider ({arn}) thumbprint");
    patiently(ctx, Situation::Write, &doing, || async {
        let sent = request.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    })
    .await
    .map(drop)
}

async fn add_client_id(ctx: &ProviderContext, arn: &str, id: &str) -> Result<(), ProviderError> {
    let request = AwsClients::of(ctx)?
        .iam()
        .add_client_id_to_open_id_connect_provider()
        .open_id_connect_provider_arn(arn)
        .client_id(id);
    let doing = format!("adding IAM OIDC Provider ({arn}) client ID ({id})");
    patiently(ctx, Situation::Write, &doing, || async {
        let sent = request.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    })
    .await
    .map(drop)
}

async fn remove_client_id(ctx: &ProviderContext, arn: &str, id: &str) -> Result<(), ProviderError> {
    let request = AwsClients::of(ctx)?
        .iam()
        .remove_client_id_from_open_id_connect_provider()
        .open_id_connect_provider_arn(arn)
        .client_id(id);
    let doing = format!("removing IAM OIDC Provider ({arn}) client ID ({id})");
    patiently(ctx, Situation::Write, &doing, || async {
        let sent = request.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    })
    .await
    .map(drop)
}

async fn set_tags(
    ctx: &ProviderContext,
    arn: &str,
    before: &Value,
    after: &Value,
) -> Result<(), ProviderError> {
    let iam = AwsClients::of(ctx)?.iam();
    let doing = format!("updating tags for IAM OIDC Provider ({arn})");
    let (removed, written) = tags::change(before, after);
    if !removed.is_empty() {
        let request = iam
            .untag_open_id_connect_provider()
            .open_id_connect_provider_arn(arn)
            .set_tag_keys(Some(removed));
        patiently(ctx, Situation::Write, &doing, || async {
            let sent = request.clone().send().await;
            sent.map_err(|error| failure(doing.as_str(), error))
        })
        .await?;
    }
    if let Some(written) = request_tags(&written)? {
        let request = iam
            .tag_open_id_connect_provider()
            .open_id_connect_provider_arn(arn)
            .set_tags(Some(written));
        patiently(ctx, Situation::Write, &doing, || async {
            let sent = request.clone().send().await;
            sent.map_err(|error| failure(doing.as_str(), error))
        })
        .await?;
    }
    Ok(())
}

pub(super) async fn delete(ctx: &ProviderContext, prior: &Known) -> Result<(), ProviderError> {
    let arn = prior.text("id").unwrap_or_default();
    let clients = AwsClients::of(ctx)?;
    let _alone = clients.alone_with(arn).await;
    let request = clients.iam().delete_open_id_connect_provider();
    let request = request.open_id_connect_provider_arn(arn);
    let doing = format!("deleting IAM OIDC Provider ({arn})");
    let removed = patiently(ctx, Situation::Write, &doing, || async {
        let sent = request.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    match removed.await {
        Err(error) if error.kind == ProviderErrorKind::NotFound => Ok(()),
        other => other.map(drop),
    }
}

/// The ARN of the provider of a URL, among all of the account.
pub(super) async fn arn_of_url(
    clients: &AwsClients,
    url: &str,
) -> Result<Option<String>, ProviderError> {
    let doing = format!("reading IAM OIDC Provider ({url})");
    let listed = clients.iam().list_open_id_connect_providers().send().await;
    let listed = listed.map_err(|error| failure(doing, error))?;
    let wanted = format!(":oidc-provider/{}", super::rules::without_scheme(url));
    let arns = listed.open_id_connect_provider_list.unwrap_or_default();
    Ok(arns
        .into_iter()
        .filter_map(|entry| entry.arn)
        .find(|arn| arn.ends_with(&wanted)))
}
