//! A role of IAM as an object.

use super::permissions::Granted;
use super::schema;
use crate::provider::ProviderError;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::iam::decoded;
use crate::provider::aws::object::{object, respelled};
use crate::provider::aws::{names, tags};
use crate::value::{Known, Value};
use aws_sdk_iam::types::Role;
use aws_smithy_types::date_time::Format;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The object of a live role, in the words of what is recorded or planned where both mean the same.
pub(super) fn of(
    clients: &AwsClients,
    role: &Role,
    spelled: Option<&Value>,
    granted: &Granted,
) -> Result<Known, ProviderError> {
    let (own, all) = tags::seen(
        tags_of(role),
        spelled,
        clients.default_tags(),
        clients.ignored_tags(),
    );
    let force = spelled
        .and_then(|object| object.get("force_detach_policies"))
        .and_then(Value::as_bool);
    let mut json = described(role);
    if let Some(members) = json.as_object_mut() {
        members.insert(
            "name_prefix".into(),
            json!(names::prefix_of(&role.role_name)),
        );
        members.insert(
            "force_detach_policies".into(),
            json!(force.unwrap_or(false)),
        );
        members.insert("managed_policy_arns".into(), granted.managed(spelled));
        members.insert("inline_policy".into(), granted.inline(spelled));
        members.insert("tags".into(), own);
        members.insert("tags_all".into(), all);
    }
    let object = object(schema::resource(), &json)?;
    match spelled {
        Some(spelled) => respelled(object, spelled, &["assume_role_policy"]),
        None => Ok(object),
    }
}

/// What resource and data source have in common.
pub(super) fn described(role: &Role) -> Json {
    let boundary = role
        .permissions_boundary()
        .and_then(|boundary| boundary.permissions_boundary_arn());
    json!({
        "arn": role.arn,
        "assume_role_policy": decoded(role.assume_role_policy_document().unwrap_or_default()),
        "create_date": role.create_date.fmt(Format::DateTime).unwrap_or_default(),
        "description": role.description(),
        "id": role.role_name,
        "max_session_duration": role.max_session_duration(),
        "name": role.role_name,
        "path": role.path,
        "permissions_boundary": boundary,
        "unique_id": role.role_id,
    })
}

pub(super) fn tags_of(role: &Role) -> BTreeMap<String, String> {
    let tags = role.tags().iter();
    tags.map(|tag| (tag.key.clone(), tag.value.clone()))
        .collect()
}
