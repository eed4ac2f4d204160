//! Reading the names of a role's inline policies, and deleting those that are not wanted.

use super::SCHEMA;
use crate::provider::aws::answers::found;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::iam::grants;
use crate::provider::aws::object::{object, text, texts};
use crate::provider::aws::waiting::{Situation, patiently, unseen};
use crate::provider::{ProviderContext, ProviderError};
use crate::value::{Known, Value};
use serde_json::json;
use std::collections::BTreeSet;

/// The object of a role; `None` when there is no such role.
pub(super) async fn read(
    ctx: &ProviderContext,
    role: &str,
) -> Result<Option<Known>, ProviderError> {
    let there = found(grants::inline_names(AwsClients::of(ctx)?, role).await)?;
    there.map(|there| of(role, &there)).transpose()
}

/// Deletes what is not wanted, once all that is wanted is there.
pub(super) async fn align(ctx: &ProviderContext, planned: &Value) -> Result<Known, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let role = text(planned, "role_name").unwrap_or_default();
    let wanted: BTreeSet<String> = texts(planned, "policy_names").into_iter().collect();
    let _alone = clients.alone_with(&format!("role/{role}")).await;
    let there = complete(ctx, clients, role, &wanted).await?;
    for name in there.difference(&wanted) {
        grants::delete(ctx, clients, role, name).await?;
    }
    of(role, &wanted)
}

/// The names that are there, as soon as the wanted ones are among them: they may just have been written.
async fn complete(
    ctx: &ProviderContext,
    clients: &AwsClients,
    role: &str,
    wanted: &BTreeSet<String>,
) -> Result<BTreeSet<String>, ProviderError> {
    let doing = format!("waiting for the inline policies of IAM Role ({role})");
    let there = patiently(ctx, Situation::New, &doing, || async {
        let there = grants::inline_names(clients, role).await?;
        let missing: Vec<&str> = wanted.difference(&there).map(String::as_str).collect();
        if missing.is_empty() {
            return Ok(there);
        }
        let names = missing.join(", ");
        Err(ProviderError {
            message: format!(
                "the role has no inline policy {names}; `aws_iam_role_policies_exclusive` makes none, an `aws_iam_role_policy` does"
            ),
            ..unseen(&doing)
        })
    });
    there.await
}

fn of(role: &str, names: &BTreeSet<String>) -> Result<Known, ProviderError> {
    object(
        &SCHEMA,
        &json!({ "policy_names": names, "role_name": role }),
    )
}
