//! Finding, making, changing and removing associations.

use super::SCHEMA;
use crate::provider::aws::answers::deleted;
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::eks::belonging::{client, kept, region, split_region, wrong_id};
use crate::provider::aws::eks::has_no_access_api;
use crate::provider::aws::object::{block, object, respelled, text, texts};
use crate::provider::aws::waiting::{Situation, patiently, unseen};
use crate::provider::{Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded};
use crate::value::{Known, Value};
use aws_sdk_eks::Client;
use aws_sdk_eks::types::{AccessScope, AccessScopeType, AssociatedAccessPolicy};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::json;

/// What names an association.
#[derive(Clone, Copy)]
struct Names<'n> {
    cluster: &'n str,
    principal: &'n str,
    policy: &'n str,
}

impl<'n> Names<'n> {
    fn of(association: &'n Value) -> Self {
        let part = |name| text(association, name).unwrap_or_default();
        Names {
            cluster: part("cluster_name"),
            principal: part("principal_arn"),
            policy: part("policy_arn"),
        }
    }

    fn of_id(id: &'n str) -> Option<Self> {
        let mut parts = id.splitn(3, '#').filter(|part| !part.is_empty());
        Some(Names {
            cluster: parts.next()?,
            principal: parts.next()?,
            policy: parts.next()?,
        })
    }

    fn id(self) -> String {
        format!("{}#{}#{}", self.cluster, self.principal, self.policy)
    }
}

/// The association of a policy; `None` when the principal does not have it, or is not there.
async fn find(
    eks: &Client,
    names: Names<'_>,
) -> Result<Option<AssociatedAccessPolicy>, ProviderError> {
    let doing = format!("reading EKS Access Policy Association ({})", names.id());
    let call = eks.list_associated_access_policies();
    let call = call.cluster_name(names.cluster);
    let mut pages = call
        .principal_arn(names.principal)
        .into_paginator()
        .items()
        .send();
    while let Some(found) = pages.next().await {
        match found.map_err(|error| failure(doing.as_str(), error)) {
            Ok(found) if found.policy_arn() == Some(names.policy) => return Ok(Some(found)),
            Ok(_) => {}
            Err(error) if error.kind == ProviderErrorKind::NotFound => return Ok(None),
            Err(error) if has_no_access_api(&error) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

pub(super) async fn read(
    ctx: &ProviderContext,
    recorded: &Recorded,
) -> Result<Option<Recorded>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let spelled = recorded.object.value();
    let names = Names::of(spelled);
    let Some(found) = find(&client(clients, spelled), names).await? else {
        return Ok(None);
    };
    Ok(Some(Recorded {
        object: of(region(clients, spelled), names, &found, Some(spelled))?,
        private: recorded.private.clone(),
    }))
}

pub(super) async fn import(
    ctx: &ProviderContext,
    id: &str,
) -> Result<Option<Recorded>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let (parts, region) = split_region(id);
    let form = "cluster-name#principal-arn#policy-arn";
    let names = Names::of_id(parts)
        .ok_or_else(|| wrong_id("aws_eks_access_policy_association", id, form))?;
    let region = region.unwrap_or(clients.region());
    match find(&clients.eks(Some(region)), names).await? {
        Some(found) => Ok(Some(of(region, names, &found, None)?.into())),
        None => Ok(None),
    }
}

pub(super) async fn create(ctx: &ProviderContext, planned: &Value) -> Outcome {
    match associate(ctx, planned).await {
        Ok(object) => Outcome::done(object),
        Err(error) => Outcome::failed(error),
    }
}

/// Associating a policy that is associated already changes its scope.
pub(super) async fn update(ctx: &ProviderContext, prior: &Known, planned: &Value) -> Outcome {
    if !crate::provider::aws::object::differs(prior.value(), planned, "access_scope") {
        // Only how long operations may take is different, which nobody has to be told.
        return match Known::new(planned) {
            Ok(object) => Outcome::done(object),
            Err(_) => Outcome::done(prior.clone()),
        };
    }
    match associate(ctx, planned).await {
        Ok(object) => Outcome::done(object),
        Err(error) => Outcome::partial(prior.clone(), error),
    }
}

/// Associates the policy. The entry of the principal may just have been made and not be visible yet.
async fn associate(ctx: &ProviderContext, planned: &Value) -> Result<Known, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let names = Names::of(planned);
    let scope = block(planned, "access_scope").map(|scope| {
        let namespaces = texts(scope, "namespaces");
        AccessScope::builder()
            .set_type(text(scope, "type").map(AccessScopeType::from))
            .set_namespaces((!namespaces.is_empty()).then_some(namespaces))
            .build()
    });
    let call = client(clients, planned)
        .associate_access_policy()
        .cluster_name(names.cluster)
        .principal_arn(names.principal)
        .policy_arn(names.policy)
        .set_access_scope(scope);
    let doing = format!("creating EKS Access Policy Association ({})", names.id());
    let waiting = format!(
        "waiting for the access entry of {} to become visible",
        names.principal
    );
    let answer = patiently(ctx, Situation::New, &waiting, || async {
        let sent = call.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    let found = answer.await?.associated_access_policy;
    let found = found.ok_or_else(|| unseen(&doing))?;
    of(region(clients, planned), names, &found, Some(planned))
}

pub(super) async fn delete(ctx: &ProviderContext, prior: &Known) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let names = Names::of(prior.value());
    let call = client(clients, prior.value())
        .disassociate_access_policy()
        .cluster_name(names.cluster)
        .principal_arn(names.principal)
        .policy_arn(names.policy);
    let doing = format!("deleting EKS Access Policy Association ({})", names.id());
    match call.send().await.map_err(|error| failure(doing, error)) {
        Err(error) if has_no_access_api(&error) => Ok(()),
        other => deleted(other),
    }
}

/// The object of a live association, in the words of what is recorded or planned where both mean the same.
fn of(
    region: &str,
    names: Names<'_>,
    found: &AssociatedAccessPolicy,
    spelled: Option<&Value>,
) -> Result<Known, ProviderError> {
    let scope = found.access_scope().map(|scope| {
        json!({
            "namespaces": scope.namespaces(),
            "type": scope.r#type().map(AccessScopeType::as_str),
        })
    });
    let json = json!({
        "access_scope": scope.into_iter().collect::<Vec<_>>(),
        "associated_at": found.associated_at().map(instant),
        "cluster_name": names.cluster,
        "id": names.id(),
        "modified_at": found.modified_at().map(instant),
        "policy_arn": names.policy,
        "principal_arn": names.principal,
        "region": region,
        "timeouts": kept(spelled, "timeouts"),
    });
    let object = object(&SCHEMA, &json)?;
    match spelled {
        Some(spelled) => respelled(object, spelled, &[]),
        None => Ok(object),
    }
}

/// An instant as the provider writes it for this kind: as Go prints one.
fn instant(instant: &DateTime) -> String {
    let text = instant.fmt(Format::DateTime).unwrap_or_default();
    text.replacen('T', " ", 1).replacen('Z', " +0000 UTC", 1)
}
