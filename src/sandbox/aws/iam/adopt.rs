//! Objects that come from a seed or from a person's hand instead of a request: what they leave out is filled in.

use serde_json::Value;

use super::super::{Call, stored, unique_id};
use super::names::arn;
use super::provider::Provider;
use super::role::{self, Role};
use super::{PROVIDER, ROLE, documents};

/// The key under which a collection keeps the object of this name, URL or ARN.
pub(in crate::sandbox) fn key_of(kind: &str, name: &str) -> String {
    match kind {
        ROLE => role::key(name),
        _ => name.to_owned(),
    }
}

/// An object as it is kept, with ARN, unique id and date filled in; the reason when it is not one of its kind.
pub(in crate::sandbox) fn adopted(
    call: &mut Call<'_>,
    kind: &str,
    document: Value,
) -> Result<Value, String> {
    match kind {
        ROLE => adopted_role(call, document),
        PROVIDER => adopted_provider(call, document),
        _ => Ok(document),
    }
}

fn adopted_role(call: &mut Call<'_>, document: Value) -> Result<Value, String> {
    let mut role: Role = serde_json::from_value(document).map_err(|error| error.to_string())?;
    role.arn = arn(call, "role", &format!("{}{}", role.path, role.name));
    if role.unique_id.is_empty() {
        let number = call.store.next_counter("iam/role");
        role.unique_id = unique_id("AROA", 17, &format!("role {number} {}", role.name));
    }
    if role.create_date.is_empty() {
        role.create_date = call.created();
    }
    documents::check_trust(&role.assume_role_policy_document).map_err(|error| error.message)?;
    Ok(stored(&role))
}

fn adopted_provider(call: &Call<'_>, document: Value) -> Result<Value, String> {
    let mut provider: Provider =
        serde_json::from_value(document).map_err(|error| error.to_string())?;
    provider.url = provider.url.trim_start_matches("https://").to_owned();
    provider.arn = arn(call, "oidc-provider", &provider.url);
    if provider.create_date.is_empty() {
        provider.create_date = call.created();
    }
    Ok(stored(&provider))
}
