//! IAM: roles, their policies, instance profiles, and identity providers.

mod grants;
pub mod instance_profile;
pub mod openid_connect_provider;
pub mod policy;
pub mod policy_document;
pub mod role;
pub mod role_policies_exclusive;
pub mod role_policy;
pub mod role_policy_attachment;
pub mod role_policy_attachments_exclusive;
mod role_tags;
pub mod service_linked_role;
pub mod session_context;
#[cfg(test)]
mod tests;

use crate::policy::{AccountId, Partition};
use crate::provider::{Outcome, ProviderError};
use crate::schema::Facts;
use crate::value::Known;
use aws_sdk_iam::types::Tag;
use std::collections::BTreeMap;

/// The ARN of an IAM object; `None` while the account is not known.
fn arn(facts: &Facts, resource: &str) -> Option<String> {
    let partition: Partition = facts.partition.parse().ok()?;
    let account: AccountId = facts.account.parse().ok()?;
    Some(format!("arn:{partition}:iam::{account}:{resource}"))
}

/// A policy document as IAM returns it, percent-encoded as RFC 3986 has it.
fn decoded(document: &str) -> String {
    percent_encoding::percent_decode_str(document)
        .decode_utf8_lossy()
        .into_owned()
}

/// Tags as requests have them; `None` when there are none.
fn request_tags(tags: &BTreeMap<String, String>) -> Result<Option<Vec<Tag>>, ProviderError> {
    let tags: Result<Vec<Tag>, _> = tags
        .iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect();
    match tags {
        Ok(tags) => Ok((!tags.is_empty()).then_some(tags)),
        Err(error) => Err(ProviderError::internal("writing tags", &error.to_string())),
    }
}

/// What became of an operation of which the object is known, and perhaps an error.
fn outcome(object: Result<Known, ProviderError>, error: Option<ProviderError>) -> Outcome {
    match (object, error) {
        (Ok(object), None) => Outcome::done(object),
        (Ok(object), Some(error)) => Outcome::partial(object, error),
        (Err(broken), error) => Outcome::failed(error.unwrap_or(broken)),
    }
}
