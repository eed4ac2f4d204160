//! A managed policy of IAM as an object.

use super::schema;
use crate::provider::ProviderError;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::{integer, object, respelled};
use crate::provider::aws::{names, tags};
use crate::value::{Known, Value};
use aws_sdk_iam::types::Policy;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The object of a live policy and its default document, in the words of what is recorded or planned where both mean
/// the same.
pub(super) fn of(
    clients: &AwsClients,
    policy: &Policy,
    document: &str,
    spelled: Option<&Value>,
) -> Result<Known, ProviderError> {
    let (own, all) = tags::seen(
        tags_of(policy),
        spelled,
        clients.default_tags(),
        clients.ignored_tags(),
    );
    let delay = spelled.and_then(|object| integer(object, "delay_after_policy_creation_in_ms"));
    let mut json = described(policy, document);
    if let Some(members) = json.as_object_mut() {
        let name = policy.policy_name().unwrap_or_default();
        members.insert("name_prefix".into(), json!(names::prefix_of(name)));
        members.insert("delay_after_policy_creation_in_ms".into(), json!(delay));
        members.insert("tags".into(), own);
        members.insert("tags_all".into(), all);
    }
    let object = object(schema::resource(), &json)?;
    match spelled {
        Some(spelled) => respelled(object, spelled, &["policy"]),
        None => Ok(object),
    }
}

/// What resource and data source have in common.
pub(super) fn described(policy: &Policy, document: &str) -> Json {
    json!({
        "arn": policy.arn,
        "attachment_count": policy.attachment_count,
        "description": policy.description,
        "id": policy.arn,
        "name": policy.policy_name,
        "path": policy.path,
        "policy": document,
        "policy_id": policy.policy_id,
    })
}

pub(super) fn tags_of(policy: &Policy) -> BTreeMap<String, String> {
    let tags = policy.tags().iter();
    tags.map(|tag| (tag.key.clone(), tag.value.clone()))
        .collect()
}
