//! Finding, making and removing identity provider configs.

use super::SCHEMA;
use crate::provider::aws::answers::{found, updated};
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::eks::belonging::{
    Wait, client, kept, limit, planned_tags, region, split_names, split_region, tags_of,
    update_tags,
};
use crate::provider::aws::object::{block, map_of_texts, object, respelled, text};
use crate::provider::aws::tags;
use crate::provider::aws::waiting::unseen;
use crate::provider::{
    Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded, RetryClass, retry,
};
use crate::value::{Known, Value};
use aws_sdk_eks::Client;
use aws_sdk_eks::types::{
    ConfigStatus, IdentityProviderConfig, OidcIdentityProviderConfig,
    OidcIdentityProviderConfigRequest,
};
use serde_json::json;
use std::time::Duration;

/// Times of Terraform's provider.
const CREATE: Duration = Duration::from_mins(40);
const DELETE: Duration = Duration::from_mins(40);
const POLL: Duration = Duration::from_secs(30);
/// Another update of the cluster may have to end first.
const BUSY: Duration = Duration::from_hours(1);

fn named(name: &str) -> Result<IdentityProviderConfig, ProviderError> {
    let config = IdentityProviderConfig::builder().r#type("oidc").name(name);
    let config = config.build();
    config.map_err(|error| {
        ProviderError::internal("naming EKS Identity Provider Config", &error.to_string())
    })
}

/// The config of a name; `None` when there is none.
async fn find(
    eks: &Client,
    cluster: &str,
    name: &str,
) -> Result<Option<OidcIdentityProviderConfig>, ProviderError> {
    let call = eks.describe_identity_provider_config();
    let call = call.cluster_name(cluster);
    let answer = call.identity_provider_config(named(name)?).send().await;
    let doing = format!("reading EKS Identity Provider Config ({cluster}:{name})");
    let answer = found(answer.map_err(|error| failure(doing, error)))?;
    Ok(answer.and_then(|answer| answer.identity_provider_config.and_then(|found| found.oidc)))
}

pub(super) async fn read(
    ctx: &ProviderContext,
    recorded: &Recorded,
) -> Result<Option<Recorded>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let spelled = recorded.object.value();
    let (cluster, name) = names(spelled);
    let Some(found) = find(&client(clients, spelled), cluster, name).await? else {
        return Ok(None);
    };
    Ok(Some(Recorded {
        object: of(clients, region(clients, spelled), &found, Some(spelled))?,
        private: recorded.private.clone(),
    }))
}

pub(super) async fn import(
    ctx: &ProviderContext,
    id: &str,
) -> Result<Option<Recorded>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let (names, region) = split_region(id);
    let (cluster, name) = split_names(
        "aws_eks_identity_provider_config",
        names,
        "cluster-name:config-name",
    )?;
    let region = region.unwrap_or(clients.region());
    match find(&clients.eks(Some(region)), cluster, name).await? {
        Some(found) => Ok(Some(of(clients, region, &found, None)?.into())),
        None => Ok(None),
    }
}

pub(super) async fn create(ctx: &ProviderContext, planned: &Value) -> Outcome {
    let clients = match AwsClients::of(ctx) {
        Ok(clients) => clients,
        Err(error) => return Outcome::failed(error),
    };
    let eks = client(clients, planned);
    if let Err(error) = associate(ctx, &eks, planned).await {
        return Outcome::failed(error);
    }
    let (cluster, name) = names(planned);
    let active = active(ctx, &eks, cluster, name, limit(planned, "create", CREATE)).await;
    let (found, error) = match active {
        Ok(found) => (Some(found), None),
        Err(error) => (find(&eks, cluster, name).await.ok().flatten(), Some(error)),
    };
    let doing = format!("creating EKS Identity Provider Config ({cluster}:{name})");
    let found = found.ok_or_else(|| unseen(&doing));
    let object =
        found.and_then(|found| of(clients, region(clients, planned), &found, Some(planned)));
    match (object, error) {
        (Ok(object), None) => Outcome::done(object),
        (Ok(object), Some(error)) => Outcome::partial(object, error),
        (Err(broken), error) => Outcome::failed(error.unwrap_or(broken)),
    }
}

/// Asks for the config. The cluster makes one change at a time.
async fn associate(
    ctx: &ProviderContext,
    eks: &Client,
    planned: &Value,
) -> Result<(), ProviderError> {
    let (cluster, name) = names(planned);
    let doing = format!("associating EKS Identity Provider Config ({cluster}:{name})");
    let call = eks
        .associate_identity_provider_config()
        .cluster_name(cluster)
        .oidc(request(planned)?)
        .set_tags(planned_tags(planned))
        .client_request_token(uuid::Uuid::new_v4().to_string());
    let asked = retry(
        ctx.clock.as_ref(),
        |error| busy(ctx, &doing, error),
        || async {
            let sent = call.clone().send().await;
            sent.map_err(|error| failure(doing.as_str(), error))
        },
    );
    asked.await.map(drop)
}

fn busy(ctx: &ProviderContext, doing: &str, error: &ProviderError) -> RetryClass {
    if error.code == "ResourceInUseException" && error.message.contains("in progress") {
        (ctx.progress)(&format!("{doing}: {}", error.message));
        RetryClass::Until(BUSY)
    } else {
        RetryClass::Final
    }
}

fn request(planned: &Value) -> Result<OidcIdentityProviderConfigRequest, ProviderError> {
    let oidc = block(planned, "oidc");
    let part = |name| oidc.and_then(|oidc| text(oidc, name)).map(str::to_owned);
    let claims = oidc.and_then(|oidc| oidc.get("required_claims"));
    let claims = claims.map(map_of_texts).unwrap_or_default();
    let request = OidcIdentityProviderConfigRequest::builder()
        .set_client_id(part("client_id"))
        .set_groups_claim(part("groups_claim"))
        .set_groups_prefix(part("groups_prefix"))
        .set_identity_provider_config_name(part("identity_provider_config_name"))
        .set_issuer_url(part("issuer_url"))
        .set_required_claims((!claims.is_empty()).then(|| claims.into_iter().collect()))
        .set_username_claim(part("username_claim"))
        .set_username_prefix(part("username_prefix"))
        .build();
    request.map_err(|error| {
        ProviderError::internal(
            "associating EKS Identity Provider Config",
            &error.to_string(),
        )
    })
}

async fn active(
    ctx: &ProviderContext,
    eks: &Client,
    cluster: &str,
    name: &str,
    limit: Duration,
) -> Result<OidcIdentityProviderConfig, ProviderError> {
    let doing = format!("waiting for EKS Identity Provider Config ({cluster}:{name}) create");
    let wait = Wait::new(ctx, doing, limit, POLL);
    loop {
        let found = find(eks, cluster, name).await?;
        let found = found.ok_or_else(|| wait.unexpected("it is gone"))?;
        let status = found.status().map_or("unknown", ConfigStatus::as_str);
        match found.status() {
            Some(ConfigStatus::Active) => return Ok(found),
            Some(ConfigStatus::Deleting) => {
                return Err(wait.unexpected(&format!("unexpected state '{status}'")));
            }
            _ => wait.again(status, "").await?,
        }
    }
}

/// Only tags change in place; one that is still being made is waited for.
pub(super) async fn update(ctx: &ProviderContext, prior: &Known, planned: &Value) -> Outcome {
    let before = prior.value();
    let (cluster, name) = names(before);
    let changed = async {
        let eks = client(AwsClients::of(ctx)?, before);
        if text(before, "status") == Some("CREATING") {
            active(ctx, &eks, cluster, name, limit(planned, "create", CREATE)).await?;
        }
        let arn = text(before, "arn").unwrap_or_default();
        let what = format!("EKS Identity Provider Config ({cluster}:{name})");
        update_tags(&eks, arn, &what, before, planned).await
    };
    let changed = changed.await;
    let spelled = if changed.is_ok() { planned } else { before };
    let live = async {
        let clients = AwsClients::of(ctx)?;
        let live = find(&client(clients, before), cluster, name).await?;
        let of = |live| of(clients, region(clients, before), &live, Some(spelled));
        live.map(of).transpose()
    };
    let reading = format!("reading EKS Identity Provider Config ({cluster}:{name})");
    updated(prior, &reading, live.await, changed)
}

pub(super) async fn delete(ctx: &ProviderContext, prior: &Known) -> Result<(), ProviderError> {
    let config = prior.value();
    let eks = client(AwsClients::of(ctx)?, config);
    let (cluster, name) = names(config);
    let doing = format!("disassociating EKS Identity Provider Config ({cluster}:{name})");
    let call = eks.disassociate_identity_provider_config();
    let call = call
        .cluster_name(cluster)
        .identity_provider_config(named(name)?)
        .client_request_token(uuid::Uuid::new_v4().to_string());
    let asked = retry(
        ctx.clock.as_ref(),
        |error| busy(ctx, &doing, error),
        || async {
            let sent = call.clone().send().await;
            sent.map_err(|error| failure(doing.as_str(), error))
        },
    );
    match asked.await {
        Err(error) if error.kind == ProviderErrorKind::NotFound => return Ok(()),
        Err(error) if error.message.contains("is not associated with cluster") => return Ok(()),
        other => other.map(drop)?,
    }
    let doing = format!("waiting for EKS Identity Provider Config ({cluster}:{name}) delete");
    let wait = Wait::new(ctx, doing, limit(config, "delete", DELETE), POLL);
    while let Some(found) = find(&eks, cluster, name).await? {
        let status = found.status().map_or("unknown", ConfigStatus::as_str);
        wait.again(status, "").await?;
    }
    Ok(())
}

/// Cluster and name.
fn names(config: &Value) -> (&str, &str) {
    let cluster = text(config, "cluster_name").unwrap_or_default();
    let oidc = block(config, "oidc");
    let name = oidc.and_then(|oidc| text(oidc, "identity_provider_config_name"));
    (cluster, name.unwrap_or_default())
}

/// The object of a live config, in the words of what is recorded or planned where both mean the same.
fn of(
    clients: &AwsClients,
    region: &str,
    found: &OidcIdentityProviderConfig,
    spelled: Option<&Value>,
) -> Result<Known, ProviderError> {
    let (own, all) = tags::seen(
        tags_of(found.tags()),
        spelled,
        clients.default_tags(),
        clients.ignored_tags(),
    );
    let (cluster, name) = (
        found.cluster_name().unwrap_or_default(),
        found.identity_provider_config_name().unwrap_or_default(),
    );
    let json = json!({
        "arn": found.identity_provider_config_arn(),
        "cluster_name": cluster,
        "id": format!("{cluster}:{name}"),
        "oidc": [{
            "client_id": found.client_id(),
            "groups_claim": found.groups_claim(),
            "groups_prefix": found.groups_prefix(),
            "identity_provider_config_name": name,
            "issuer_url": found.issuer_url(),
            "required_claims": tags_of(found.required_claims()),
            "username_claim": found.username_claim(),
            "username_prefix": found.username_prefix(),
        }],
        "region": region,
        "status": found.status().map(ConfigStatus::as_str),
        "tags": own,
        "tags_all": all,
        "timeouts": kept(spelled, "timeouts"),
    });
    let object = object(&SCHEMA, &json)?;
    match spelled {
        Some(spelled) => respelled(object, spelled, &[]),
        None => Ok(object),
    }
}
