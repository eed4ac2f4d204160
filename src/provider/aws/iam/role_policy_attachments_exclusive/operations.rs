//! Reading which managed policies are attached to a role, and making them the wanted ones.

use super::SCHEMA;
use crate::provider::aws::answers::found;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::iam::grants;
use crate::provider::aws::object::{object, text, texts};
use crate::provider::{ProviderContext, ProviderError};
use crate::value::{Known, Value};
use serde_json::json;
use std::collections::BTreeSet;

/// The object of a role; `None` when there is no such role.
pub(super) async fn read(
    ctx: &ProviderContext,
    role: &str,
) -> Result<Option<Known>, ProviderError> {
    let there = found(grants::attached(AwsClients::of(ctx)?, role).await)?;
    there.map(|there| of(role, &there)).transpose()
}

/// Attaches what is missing, then detaches what is not wanted.
pub(super) async fn align(ctx: &ProviderContext, planned: &Value) -> Result<Known, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let role = text(planned, "role_name").unwrap_or_default();
    let wanted: BTreeSet<String> = texts(planned, "policy_arns").into_iter().collect();
    let _alone = clients.alone_with(&format!("role/{role}")).await;
    grants::align_attached(ctx, clients, role, &wanted).await?;
    of(role, &wanted)
}

fn of(role: &str, arns: &BTreeSet<String>) -> Result<Known, ProviderError> {
    object(&SCHEMA, &json!({ "policy_arns": arns, "role_name": role }))
}
