//! An instance profile of IAM as an object.

use super::schema;
use crate::provider::ProviderError;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::{object, respelled};
use crate::provider::aws::{names, tags};
use crate::value::{Known, Value};
use aws_sdk_iam::types::InstanceProfile;
use aws_smithy_types::date_time::Format;
use serde_json::json;

/// The object of a live profile, in the words of what is recorded or planned where both mean the same.
pub(super) fn of(
    clients: &AwsClients,
    profile: &InstanceProfile,
    spelled: Option<&Value>,
) -> Result<Known, ProviderError> {
    let live = profile.tags().iter();
    let (own, all) = tags::seen(
        live.map(|tag| (tag.key.clone(), tag.value.clone()))
            .collect(),
        spelled,
        clients.default_tags(),
        clients.ignored_tags(),
    );
    let name = &profile.instance_profile_name;
    let json = json!({
        "arn": profile.arn,
        "create_date": profile.create_date.fmt(Format::DateTime).unwrap_or_default(),
        "id": name,
        "name": name,
        "name_prefix": names::prefix_of(name),
        "path": profile.path,
        "role": role(profile),
        "tags": own,
        "tags_all": all,
        "unique_id": profile.instance_profile_id,
    });
    let object = object(schema::schema(), &json)?;
    match spelled {
        Some(spelled) => respelled(object, spelled, &[]),
        None => Ok(object),
    }
}

/// The one role of a profile.
pub(super) fn role(profile: &InstanceProfile) -> Option<&str> {
    profile.roles().first().map(|role| role.role_name.as_str())
}
