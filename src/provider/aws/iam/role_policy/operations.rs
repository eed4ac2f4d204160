//! Finding, writing and deleting inline policies.

use super::schema;
use crate::provider::aws::answers::found;
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::iam::{decoded, grants};
use crate::provider::aws::names;
use crate::provider::aws::object::{object, respelled, text};
use crate::provider::aws::waiting::{Situation, patiently, unseen};
use crate::provider::{Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded};
use crate::value::{Known, Value};
use serde_json::json;

/// The document of a policy; `None` when role or policy are not there.
async fn find(
    clients: &AwsClients,
    role: &str,
    name: &str,
) -> Result<Option<String>, ProviderError> {
    let request = clients.iam().get_role_policy().role_name(role);
    let answer = request.policy_name(name).send().await;
    let doing = format!("reading IAM Role Policy ({role}:{name})");
    let answer = found(answer.map_err(|error| failure(doing, error)))?;
    Ok(answer.map(|answer| decoded(&answer.policy_document)))
}

pub(super) async fn read(
    ctx: &ProviderContext,
    id: &str,
    spelled: Option<&Value>,
) -> Result<Option<Known>, ProviderError> {
    let (role, name) = parts(id)?;
    let found = find(AwsClients::of(ctx)?, role, name).await?;
    found
        .map(|document| of(role, name, &document, spelled))
        .transpose()
}

pub(super) async fn create(ctx: &ProviderContext, planned: &Value) -> Outcome {
    let role = text(planned, "role").unwrap_or_default();
    let name = names::chosen(planned);
    let document = text(planned, "policy").unwrap_or_default();
    let put = put(ctx, Situation::New, role, &name, document).await;
    let object = put.and_then(|()| of(role, &name, document, Some(planned)));
    let object = match object {
        Ok(object) => object,
        Err(error) => return Outcome::failed(error),
    };
    match visible(ctx, role, &name, planned).await {
        Ok(object) => Outcome::done(object),
        Err(error) => Outcome::partial(object, error),
    }
}

pub(super) async fn update(ctx: &ProviderContext, prior: &Recorded, planned: &Value) -> Outcome {
    let id = prior.object.text("id").unwrap_or_default();
    let changed = async {
        let (role, name) = parts(id)?;
        let document = text(planned, "policy").unwrap_or_default();
        put(ctx, Situation::Write, role, name, document).await?;
        of(role, name, document, Some(planned))
    };
    match changed.await {
        Ok(object) => Outcome::done(object),
        Err(error) => Outcome::partial(prior.object.clone(), error),
    }
}

pub(super) async fn delete(ctx: &ProviderContext, prior: &Known) -> Result<(), ProviderError> {
    let (role, name) = parts(prior.text("id").unwrap_or_default())?;
    let clients = AwsClients::of(ctx)?;
    let _alone = clients.alone_with(&format!("role/{role}")).await;
    grants::delete(ctx, clients, role, name).await
}

/// Writes the policy. A role that was just made may not be visible yet.
async fn put(
    ctx: &ProviderContext,
    situation: Situation,
    role: &str,
    name: &str,
    document: &str,
) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let _alone = clients.alone_with(&format!("role/{role}")).await;
    grants::put(ctx, clients, situation, role, name, document).await
}

async fn visible(
    ctx: &ProviderContext,
    role: &str,
    name: &str,
    planned: &Value,
) -> Result<Known, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let doing = format!("waiting for IAM Role Policy ({role}:{name}) create");
    let document = patiently(ctx, Situation::New, &doing, || async {
        let found = find(clients, role, name).await?;
        found.ok_or_else(|| unseen(&doing))
    });
    of(role, name, &document.await?, Some(planned))
}

fn of(
    role: &str,
    name: &str,
    document: &str,
    spelled: Option<&Value>,
) -> Result<Known, ProviderError> {
    let json = json!({
        "id": format!("{role}:{name}"),
        "name": name,
        "name_prefix": names::prefix_of(name),
        "policy": document,
        "role": role,
    });
    let object = object(schema::schema(), &json)?;
    match spelled {
        Some(spelled) => respelled(object, spelled, &["policy"]),
        None => Ok(object),
    }
}

/// Role and policy of an id.
fn parts(id: &str) -> Result<(&str, &str), ProviderError> {
    let parts = id.split_once(':');
    parts
        .filter(|(role, name)| !role.is_empty() && !name.is_empty())
        .ok_or_else(|| ProviderError {
            kind: ProviderErrorKind::InvalidInput,
            doing: "reading an id of aws_iam_role_policy".to_owned(),
            code: String::new(),
            message: format!("`{id}` is not of the form <role name>:<role policy name>"),
            request_id: String::new(),
        })
}
