//! A provider of IAM as an object.

use super::schema;
use crate::provider::ProviderError;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::{object, respelled};
use crate::provider::aws::tags;
use crate::value::{Kind, Known, Value};
use aws_sdk_iam::operation::get_open_id_connect_provider::GetOpenIdConnectProviderOutput;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The object of a live provider, in the words of what is recorded or planned where both mean the same.
pub(super) fn of(
    clients: &AwsClients,
    arn: &str,
    live: &GetOpenIdConnectProviderOutput,
    spelled: Option<&Value>,
) -> Result<Known, ProviderError> {
    let (own, all) = tags::seen(
        tags_of(live),
        spelled,
        clients.default_tags(),
        clients.ignored_tags(),
    );
    let mut json = described(arn, live);
    if let Some(members) = json.as_object_mut() {
        members.insert("thumbprint_list".into(), thumbprints(live, spelled));
        members.insert("url".into(), url(live, spelled));
        members.insert("tags".into(), own);
        members.insert("tags_all".into(), all);
    }
    let object = object(schema::resource(), &json)?;
    match spelled {
        Some(spelled) => respelled(object, spelled, &[]),
        None => Ok(object),
    }
}

/// What resource and data source have in common.
pub(super) fn described(arn: &str, live: &GetOpenIdConnectProviderOutput) -> Json {
    json!({
        "arn": arn,
        "client_id_list": live.client_id_list(),
        "id": arn,
        "thumbprint_list": live.thumbprint_list(),
        "url": live.url(),
    })
}

pub(super) fn tags_of(live: &GetOpenIdConnectProviderOutput) -> BTreeMap<String, String> {
    let tags = live.tags().iter();
    tags.map(|tag| (tag.key.clone(), tag.value.clone()))
        .collect()
}

/// IAM keeps no order of thumbprints: the recorded one stays as long as it has the same.
fn thumbprints(live: &GetOpenIdConnectProviderOutput, spelled: Option<&Value>) -> Json {
    let recorded = spelled
        .and_then(|object| object.get("thumbprint_list"))
        .filter(|list| !matches!(list.kind, Kind::Unknown(_)))
        .and_then(Value::as_elements)
        .unwrap_or_default();
    let recorded: Vec<&str> = recorded.iter().filter_map(Value::as_str).collect();
    let sorted = |list: &mut Vec<String>| list.sort_unstable();
    let mut known: Vec<String> = recorded.iter().map(|t| t.to_ascii_lowercase()).collect();
    let mut found: Vec<String> = live
        .thumbprint_list()
        .iter()
        .map(|t| t.to_ascii_lowercase())
        .collect();
    sorted(&mut known);
    sorted(&mut found);
    if known == found {
        json!(recorded)
    } else {
        json!(live.thumbprint_list())
    }
}

fn url(live: &GetOpenIdConnectProviderOutput, spelled: Option<&Value>) -> Json {
    use super::rules::without_scheme;
    let found = live.url().unwrap_or_default();
    let recorded = spelled.and_then(|object| object.get("url")?.as_str());
    match recorded {
        Some(recorded) if without_scheme(recorded) == without_scheme(found) => json!(recorded),
        _ => json!(found),
    }
}
