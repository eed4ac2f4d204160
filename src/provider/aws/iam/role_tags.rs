//! The tags of a role, a service's own among them.

use super::request_tags;
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::tags;
use crate::provider::aws::waiting::{Situation, patiently};
use crate::provider::{ProviderContext, ProviderError};
use crate::value::Value;

/// Brings the tags of a role from what they were to what they shall be; `what` is how messages call it.
pub(super) async fn set(
    ctx: &ProviderContext,
    clients: &AwsClients,
    (what, name): (&str, &str),
    before: &Value,
    after: &Value,
) -> Result<(), ProviderError> {
    let doing = format!("updating tags for {what} ({name})");
    let (removed, written) = tags::change(before, after);
    if !removed.is_empty() {
        let request = clients.iam().untag_role().role_name(name);
        let request = request.set_tag_keys(Some(removed));
        patiently(ctx, Situation::Write, &doing, || async {
            let sent = request.clone().send().await;
            sent.map_err(|error| failure(doing.as_str(), error))
        })
        .await?;
    }
    if let Some(written) = request_tags(&written)? {
        let request = clients.iam().tag_role().role_name(name);
        let request = request.set_tags(Some(written));
        patiently(ctx, Situation::Write, &doing, || async {
            let sent = request.clone().send().await;
            sent.map_err(|error| failure(doing.as_str(), error))
        })
        .await?;
    }
    Ok(())
}
