//! Finding, making and deleting clusters.

use super::{components, object, request, waiters};
use crate::provider::aws::answers::found;
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::{map_of_texts, text};
use crate::provider::aws::waiting::{Situation, patiently, unseen};
use crate::provider::{
    Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded, RetryClass, retry,
};
use crate::value::{Known, Value};
use aws_sdk_eks::Client;
use aws_sdk_eks::types::Cluster;
use std::time::Duration;

/// Another operation on a cluster may have to end before it can be deleted.
const BUSY: Duration = Duration::from_hours(1);

/// The cluster of a name; `None` when there is none.
pub(super) async fn find(eks: &Client, name: &str) -> Result<Option<Cluster>, ProviderError> {
    let answer = eks.describe_cluster().name(name).send().await;
    let answer =
        found(answer.map_err(|error| failure(format!("reading EKS Cluster ({name})"), error)))?;
    Ok(answer.and_then(|answer| answer.cluster))
}

/// The region of a recorded or planned cluster.
pub(super) fn region<'r>(clients: &'r AwsClients, cluster: &'r Value) -> &'r str {
    text(cluster, "region").unwrap_or(clients.region())
}

pub(super) async fn read(
    ctx: &ProviderContext,
    recorded: &Recorded,
) -> Result<Option<Recorded>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let spelled = recorded.object.value();
    let region = region(clients, spelled);
    let name = text(spelled, "id").or_else(|| text(spelled, "name"));
    let found = find(&clients.eks(Some(region)), name.unwrap_or_default()).await?;
    let Some(cluster) = found else {
        return Ok(None);
    };
    Ok(Some(Recorded {
        object: object::of(clients, region, &cluster, Some(spelled))?,
        private: recorded.private.clone(),
    }))
}

/// The cluster of an import id: its name, with `@region` behind it for another region than the provider's.
pub(super) async fn import(
    ctx: &ProviderContext,
    id: &str,
) -> Result<Option<Recorded>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let (name, region) = id.split_once('@').unwrap_or((id, clients.region()));
    match find(&clients.eks(Some(region)), name).await? {
        Some(cluster) => Ok(Some(object::of(clients, region, &cluster, None)?.into())),
        None => Ok(None),
    }
}

pub(super) async fn create(ctx: &ProviderContext, planned: &Value) -> Outcome {
    let name = text(planned, "name").unwrap_or_default();
    let clients = match AwsClients::of(ctx) {
        Ok(clients) => clients,
        Err(error) => return Outcome::failed(error),
    };
    let region = region(clients, planned);
    let eks = clients.eks(Some(region));
    let made = match make(ctx, &eks, name, planned).await {
        Ok(made) => made,
        Err(error) => return Outcome::failed(error),
    };
    let limit = waiters::limit(planned, "create");
    let (cluster, error) = match waiters::active(ctx, &eks, name, limit).await {
        Ok(cluster) => (cluster, None),
        // What is there now tells more than what was answered first.
        Err(error) => {
            let now = find(&eks, name).await.ok().flatten();
            (now.unwrap_or(made), Some(error))
        }
    };
    match (object::of(clients, region, &cluster, Some(planned)), error) {
        (Ok(object), None) => Outcome::done(object),
        (Ok(object), Some(error)) => Outcome::partial(object, error),
        (Err(broken), error) => Outcome::failed(error.unwrap_or(broken)),
    }
}

/// Asks for the cluster. Its role, or what the role may do, may just have been made and not be visible to EKS yet.
async fn make(
    ctx: &ProviderContext,
    eks: &Client,
    name: &str,
    planned: &Value,
) -> Result<Cluster, ProviderError> {
    let tags = planned
        .get("tags_all")
        .map(map_of_texts)
        .unwrap_or_default();
    let call = eks
        .create_cluster()
        .name(name)
        .client_request_token(uuid::Uuid::new_v4().to_string())
        .set_role_arn(text(planned, "role_arn").map(str::to_owned))
        .set_version(text(planned, "version").map(str::to_owned))
        .set_resources_vpc_config(request::vpc(planned))
        .set_access_config(request::access(planned))
        .set_bootstrap_self_managed_addons(request::flag(planned, "bootstrap_self_managed_addons"))
        .set_compute_config(request::compute(planned))
        .set_control_plane_scaling_config(request::scaling(planned))
        .set_deletion_protection(request::flag(planned, "deletion_protection"))
        .set_encryption_config(request::encryption(planned))
        .set_kube_api_server_config(components::api_server_request(planned))
        .set_kube_controller_manager_config(components::controller_manager_request(planned))
        .set_kube_scheduler_config(components::scheduler_request(planned))
        .set_kubernetes_network_config(request::network(planned))
        .set_outpost_config(request::outpost(planned)?)
        .logging(request::logging(planned))
        .set_remote_network_config(request::remote(planned))
        .set_storage_config(request::storage(planned))
        .set_tags((!tags.is_empty()).then(|| tags.into_iter().collect()))
        .set_upgrade_policy(request::upgrade_policy(planned));
    let call = match planned
        .get("zonal_shift_config")
        .and_then(Value::as_elements)
    {
        Some([_, ..]) => call.zonal_shift_config(request::zonal_shift(planned)),
        Some([]) | None => call,
    };
    let doing = format!("creating EKS Cluster ({name})");
    let waiting = format!("waiting for the role of EKS Cluster ({name}) to become usable");
    let answer = patiently(ctx, Situation::New, &waiting, || async {
        let sent = call.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    answer.await?.cluster.ok_or_else(|| unseen(&doing))
}

pub(super) async fn delete(ctx: &ProviderContext, prior: &Known) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let cluster = prior.value();
    let name = text(cluster, "id").unwrap_or_default();
    let eks = clients.eks(Some(region(clients, cluster)));
    let doing = format!("deleting EKS Cluster ({name})");
    let classify = |error: &ProviderError| {
        let busy = error.code == "ResourceInUseException" && error.message.contains("in progress");
        if busy {
            (ctx.progress)(&format!("{doing}: {}", error.message));
            RetryClass::Until(BUSY)
        } else {
            RetryClass::Final
        }
    };
    let asked = retry(ctx.clock.as_ref(), classify, || async {
        let sent = eks.delete_cluster().name(name).send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    match asked.await {
        Err(error) if error.kind == ProviderErrorKind::NotFound => return Ok(()),
        other => other.map(drop)?,
    }
    waiters::gone(ctx, &eks, name, waiters::limit(cluster, "delete")).await
}
