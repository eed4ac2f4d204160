//! A service's role as an object, and its id.

use super::schema;
use crate::policy::Arn;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::{object, respelled};
use crate::provider::aws::tags;
use crate::provider::{ProviderError, ProviderErrorKind};
use crate::value::{Known, Value};
use aws_sdk_iam::types::Role;
use aws_smithy_types::date_time::Format;
use serde_json::json;

/// Service and name in the ARN of a service's role, `arn:…:role/aws-service-role/SERVICE/NAME`.
pub(super) fn parts(arn: &str) -> Result<(&str, &str), ProviderError> {
    let resource = arn.split(':').nth(5).filter(|_| arn.parse::<Arn>().is_ok());
    let parts = resource.and_then(|resource| {
        resource
            .strip_prefix("role/aws-service-role/")?
            .split_once('/')
    });
    let well_formed = |(service, name): &(&str, &str)| {
        !service.is_empty() && !name.is_empty() && !name.contains('/')
    };
    parts.filter(well_formed).ok_or_else(|| ProviderError {
        kind: ProviderErrorKind::InvalidInput,
        doing: "reading an id of aws_iam_service_linked_role".to_owned(),
        code: String::new(),
        message: format!(
            "expected IAM Service Role ARN (arn:PARTITION:iam::ACCOUNTID:role/aws-service-role/SERVICENAME/ROLENAME), received: {arn}"
        ),
        request_id: String::new(),
    })
}

/// The object of a live role, in the words of what is recorded or planned where both mean the same.
pub(super) fn of(
    clients: &AwsClients,
    role: &Role,
    spelled: Option<&Value>,
) -> Result<Known, ProviderError> {
    let (service, name) = parts(&role.arn)?;
    let live = role.tags().iter();
    let (own, all) = tags::seen(
        live.map(|tag| (tag.key.clone(), tag.value.clone()))
            .collect(),
        spelled,
        clients.default_tags(),
        clients.ignored_tags(),
    );
    let json = json!({
        "arn": role.arn,
        "aws_service_name": service,
        "create_date": role.create_date.fmt(Format::DateTime).unwrap_or_default(),
        "custom_suffix": suffix(name),
        "description": role.description(),
        "id": role.arn,
        "name": name,
        "path": role.path,
        "tags": own,
        "tags_all": all,
        "unique_id": role.role_id,
    });
    let object = object(schema::schema(), &json)?;
    match spelled {
        Some(spelled) => respelled(object, spelled, &[]),
        None => Ok(object),
    }
}

/// What stands behind the one underscore of a name.
fn suffix(name: &str) -> Option<&str> {
    let (_, suffix) = name.split_once('_')?;
    (!suffix.contains('_')).then_some(suffix)
}
