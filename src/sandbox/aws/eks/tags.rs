//! Tags of clusters, by ARN.

use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::protocol::AwsError;
use super::Asked;
use super::record::{self, Record};
use super::settings::check_tags;

pub(super) fn tag(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let (name, mut record) = of_request(call, asked)?;
    let mut tags = tags_of(&record);
    tags.extend(
        asked
            .body
            .get("tags")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default(),
    );
    check_tags(&tags).map_err(|error| bad_request(&error.message))?;
    record
        .cluster
        .insert("tags".to_owned(), Value::Object(tags));
    record::save(call, &name, &record);
    Ok(json!({}))
}

pub(super) fn untag(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let (name, mut record) = of_request(call, asked)?;
    let mut tags = tags_of(&record);
    let removed: Vec<&String> = asked
        .query
        .iter()
        .filter(|(key, _)| key == "tagKeys")
        .map(|(_, value)| value)
        .collect();
    if removed.is_empty() {
        return Err(bad_request("tagKeys is required"));
    }
    tags.retain(|key, _| !removed.contains(&key));
    record
        .cluster
        .insert("tags".to_owned(), Value::Object(tags));
    record::save(call, &name, &record);
    Ok(json!({}))
}

pub(super) fn list(call: &Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let (_, record) = of_request(call, asked)?;
    Ok(json!({ "tags": tags_of(&record) }))
}

fn of_request(call: &Call<'_>, asked: &Asked) -> Result<(String, Record), AwsError> {
    let arn = asked.path.get(1..).unwrap_or_default().join("/");
    let prefix = format!(
        "arn:{}:eks:{}:{}:cluster/",
        call.account.partition, call.account.region, call.account.id
    );
    let name = arn
        .strip_prefix(&prefix)
        .ok_or_else(|| bad_request(&format!("The resource ARN {arn} is not valid")))?;
    let missing = || {
        AwsError::new(
            404,
            "NotFoundException",
            format!("No cluster found for ARN: {arn}"),
        )
    };
    let record = record::find(call, name).ok_or_else(missing)?;
    Ok((name.to_owned(), record))
}

fn tags_of(record: &Record) -> Map<String, Value> {
    record
        .cluster
        .get("tags")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default()
}

fn bad_request(text: &str) -> AwsError {
    AwsError::new(400, "BadRequestException", text)
}
