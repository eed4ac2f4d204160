//! Finding, making, changing and deleting add-ons.

use super::rules::UPDATED;
use super::{SCHEMA, waiters};
use crate::provider::aws::answers::{found, updated};
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::eks::belonging::{
    client, instant, kept, limit, planned_tags, region, split_names, split_region, tags_of,
    update_tags,
};
use crate::provider::aws::eks::pod_identity_association;
use crate::provider::aws::object::{differs, object, respelled, text};
use crate::provider::aws::tags;
use crate::provider::aws::waiting::{Situation, patiently, unseen};
use crate::provider::{Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded};
use crate::value::{Known, Value};
use aws_sdk_eks::Client;
use aws_sdk_eks::types::{
    Addon, AddonNamespaceConfigRequest, AddonPodIdentityAssociations, AddonStatus, ResolveConflicts,
};
use serde_json::{Value as Json, json};
use std::time::Duration;

/// Times of Terraform's provider.
const CREATE: Duration = Duration::from_mins(20);
const UPDATE: Duration = Duration::from_mins(20);
const DELETE: Duration = Duration::from_mins(40);

/// The add-on of a cluster; `None` when it is not installed.
pub(super) async fn find(
    eks: &Client,
    cluster: &str,
    addon: &str,
) -> Result<Option<Addon>, ProviderError> {
    let call = eks.describe_addon().cluster_name(cluster);
    let answer = call.addon_name(addon).send().await;
    let doing = format!("reading EKS Add-On ({cluster}:{addon})");
    let answer = found(answer.map_err(|error| failure(doing, error)))?;
    Ok(answer.and_then(|answer| answer.addon))
}

pub(super) async fn read(
    ctx: &ProviderContext,
    recorded: &Recorded,
) -> Result<Option<Recorded>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let spelled = recorded.object.value();
    let (cluster, addon) = names(spelled);
    let Some(found) = find(&client(clients, spelled), cluster, addon).await? else {
        return Ok(None);
    };
    Ok(Some(Recorded {
        object: of(clients, region(clients, spelled), &found, Some(spelled)).await?,
        private: recorded.private.clone(),
    }))
}

pub(super) async fn import(
    ctx: &ProviderContext,
    id: &str,
) -> Result<Option<Recorded>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let (names, region) = split_region(id);
    let (cluster, addon) = split_names("aws_eks_addon", names, "cluster-name:addon-name")?;
    let region = region.unwrap_or(clients.region());
    match find(&clients.eks(Some(region)), cluster, addon).await? {
        Some(found) => Ok(Some(of(clients, region, &found, None).await?.into())),
        None => Ok(None),
    }
}

pub(super) async fn create(ctx: &ProviderContext, planned: &Value) -> Outcome {
    let clients = match AwsClients::of(ctx) {
        Ok(clients) => clients,
        Err(error) => return Outcome::failed(error),
    };
    let eks = client(clients, planned);
    let (cluster, name) = names(planned);
    let made = match make(ctx, &eks, planned).await {
        Ok(made) => made,
        Err(error) => return Outcome::failed(error),
    };
    let patience = limit(planned, "create", CREATE);
    let (addon, error) = match waiters::active(ctx, &eks, cluster, name, patience).await {
        Ok(addon) => (addon, None),
        // What is there now tells more than what was answered first.
        Err(error) => {
            let now = find(&eks, cluster, name).await.ok().flatten();
            (now.unwrap_or(made), Some(error))
        }
    };
    let object = of(clients, region(clients, planned), &addon, Some(planned)).await;
    match (object, error) {
        (Ok(object), None) => Outcome::done(object),
        (Ok(object), Some(error)) => Outcome::partial(object, error),
        (Err(broken), error) => Outcome::failed(error.unwrap_or(broken)),
    }
}

/// Asks for the add-on. Its role may just have been made and not be visible to EKS yet.
async fn make(
    ctx: &ProviderContext,
    eks: &Client,
    planned: &Value,
) -> Result<Addon, ProviderError> {
    let (cluster, name) = names(planned);
    let part = |name| text(planned, name).map(str::to_owned);
    let associations = associations(planned)?;
    let namespace = crate::provider::aws::object::block(planned, "namespace_config");
    let namespace = namespace.and_then(|config| text(config, "namespace"));
    let namespace = namespace.map(|namespace| {
        AddonNamespaceConfigRequest::builder()
            .namespace(namespace)
            .build()
    });
    let resolve = part("resolve_conflicts_on_create");
    let call = eks
        .create_addon()
        .cluster_name(cluster)
        .addon_name(name)
        .set_addon_version(part("addon_version"))
        .set_configuration_values(part("configuration_values"))
        .set_namespace_config(namespace)
        .set_pod_identity_associations((!associations.is_empty()).then_some(associations))
        .set_resolve_conflicts(resolve.map(|how| ResolveConflicts::from(how.as_str())))
        .set_service_account_role_arn(part("service_account_role_arn"))
        .set_tags(planned_tags(planned))
        .client_request_token(uuid::Uuid::new_v4().to_string());
    let doing = format!("creating EKS Add-On ({cluster}:{name})");
    let waiting =
        format!("waiting for the role of EKS Add-On ({cluster}:{name}) to become visible");
    let answer = patiently(ctx, Situation::New, &waiting, || async {
        let sent = call.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    answer.await?.addon.ok_or_else(|| unseen(&doing))
}

pub(super) async fn update(ctx: &ProviderContext, prior: &Known, planned: &Value) -> Outcome {
    let changed = change(ctx, prior.value(), planned).await;
    let spelled = if changed.is_ok() {
        planned
    } else {
        prior.value()
    };
    let (cluster, addon) = names(prior.value());
    let live = async {
        let clients = AwsClients::of(ctx)?;
        let Some(live) = find(&client(clients, prior.value()), cluster, addon).await? else {
            return Ok(None);
        };
        let region = region(clients, prior.value());
        of(clients, region, &live, Some(spelled)).await.map(Some)
    };
    let reading = format!("reading EKS Add-On ({cluster}:{addon})");
    updated(prior, &reading, live.await, changed)
}

async fn change(ctx: &ProviderContext, before: &Value, after: &Value) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let eks = client(clients, before);
    if UPDATED.iter().any(|name| differs(before, after, name)) {
        change_addon(ctx, &eks, before, after).await?;
    }
    let (cluster, addon) = names(before);
    let arn = text(before, "arn").unwrap_or_default();
    let what = format!("EKS Add-On ({cluster}:{addon})");
    update_tags(&eks, arn, &what, before, after).await
}

/// Changes the add-on itself. One whose creation failed has no version, and is installed by an update.
async fn change_addon(
    ctx: &ProviderContext,
    eks: &Client,
    before: &Value,
    after: &Value,
) -> Result<(), ProviderError> {
    let (cluster, addon) = names(before);
    let part = |name: &str| text(after, name).unwrap_or_default().to_owned();
    let changed = |name: &str| differs(before, after, name).then(|| part(name));
    let unfinished = text(before, "addon_version").is_none();
    let resolve = text(after, "resolve_conflicts_on_update").or_else(|| {
        let on_create = text(after, "resolve_conflicts_on_create");
        on_create.filter(|_| unfinished)
    });
    let role = part("service_account_role_arn");
    let role_matters = differs(before, after, "service_account_role_arn") || !role.is_empty();
    let associations = if differs(before, after, "pod_identity_association") {
        Some(associations(after)?)
    } else {
        None
    };
    let call = eks
        .update_addon()
        .cluster_name(cluster)
        .addon_name(addon)
        .set_addon_version(changed("addon_version").filter(|version| !version.is_empty()))
        .set_configuration_values(changed("configuration_values"))
        .set_pod_identity_associations(associations)
        .set_resolve_conflicts(resolve.map(ResolveConflicts::from))
        .set_service_account_role_arn(role_matters.then_some(role))
        .client_request_token(uuid::Uuid::new_v4().to_string());
    let doing = format!("updating EKS Add-On ({cluster}:{addon})");
    let answer = patiently(ctx, Situation::New, &doing, || async {
        let sent = call.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    let answer = answer.await?;
    let patience = limit(after, "update", UPDATE);
    waiters::updated(ctx, eks, (cluster, addon), answer.update(), patience).await
}

pub(super) async fn delete(ctx: &ProviderContext, prior: &Known) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let addon = prior.value();
    let eks = client(clients, addon);
    let (cluster, name) = names(addon);
    let preserve = addon.get("preserve").and_then(Value::as_bool);
    let call = eks.delete_addon().cluster_name(cluster).addon_name(name);
    let call = call.set_preserve(preserve.filter(|preserve| *preserve));
    let doing = format!("deleting EKS Add-On ({cluster}:{name})");
    match call.send().await.map_err(|error| failure(doing, error)) {
        Err(error) if error.kind == ProviderErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(_) => waiters::gone(ctx, &eks, cluster, name, limit(addon, "delete", DELETE)).await,
    }
}

/// Cluster and add-on.
fn names(addon: &Value) -> (&str, &str) {
    let part = |name| text(addon, name).unwrap_or_default();
    (part("cluster_name"), part("addon_name"))
}

fn associations(addon: &Value) -> Result<Vec<AddonPodIdentityAssociations>, ProviderError> {
    let blocks = addon
        .get("pod_identity_association")
        .and_then(Value::as_elements);
    let request = |block: &Value| {
        AddonPodIdentityAssociations::builder()
            .set_role_arn(text(block, "role_arn").map(str::to_owned))
            .set_service_account(text(block, "service_account").map(str::to_owned))
            .build()
            .map_err(|error| ProviderError::internal("creating EKS Add-On", &error.to_string()))
    };
    blocks.into_iter().flatten().map(request).collect()
}

/// The object of a live add-on, in the words of what is recorded or planned where both mean the same.
async fn of(
    clients: &AwsClients,
    region: &str,
    addon: &Addon,
    spelled: Option<&Value>,
) -> Result<Known, ProviderError> {
    let (own, all) = tags::seen(
        tags_of(addon.tags()),
        spelled,
        clients.default_tags(),
        clients.ignored_tags(),
    );
    let (cluster, name) = (
        addon.cluster_name().unwrap_or_default(),
        addon.addon_name().unwrap_or_default(),
    );
    let installed = addon.status() != Some(&AddonStatus::CreateFailed);
    let namespace = addon
        .namespace_config()
        .map(|config| json!({ "namespace": config.namespace() }));
    let json = json!({
        "addon_name": name,
        "addon_version": addon.addon_version().filter(|_| installed),
        "arn": addon.addon_arn(),
        "cluster_name": cluster,
        "configuration_values": addon.configuration_values().unwrap_or_default(),
        "created_at": addon.created_at().map(instant),
        "id": format!("{cluster}:{name}"),
        "modified_at": addon.modified_at().map(instant),
        "namespace_config": namespace.into_iter().collect::<Vec<_>>(),
        "pod_identity_association": associated(&clients.eks(Some(region)), cluster, addon).await?,
        "preserve": kept(spelled, "preserve"),
        "region": region,
        "resolve_conflicts_on_create": kept(spelled, "resolve_conflicts_on_create"),
        "resolve_conflicts_on_update": kept(spelled, "resolve_conflicts_on_update"),
        "service_account_role_arn": addon.service_account_role_arn(),
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

/// The add-on tells the ARNs of its associations; what they say has to be asked for.
async fn associated(
    eks: &Client,
    cluster: &str,
    addon: &Addon,
) -> Result<Vec<Json>, ProviderError> {
    let mut found = Vec::new();
    for arn in addon.pod_identity_associations() {
        let id = arn.rsplit('/').next().unwrap_or_default();
        let association = pod_identity_association::find(eks, cluster, id).await?;
        found.extend(association.map(|association| {
            json!({
                "role_arn": association.role_arn(),
                "service_account": association.service_account(),
            })
        }));
    }
    Ok(found)
}
