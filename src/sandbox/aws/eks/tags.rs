//! Tags of clusters and of what belongs to them, by ARN.

use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::protocol::AwsError;
use super::settings::check_tags;
use super::{Asked, CLUSTER, members};

/// Where the tags of an object are kept.
struct Tagged {
    collection: String,
    key: String,
    /// The member of the document that has the object's own members.
    within: &'static str,
    document: Value,
}

pub(super) fn tag(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let object = of_request(call, asked)?;
    let mut tags = object.tags();
    let written = asked.body.get("tags").and_then(Value::as_object);
    tags.extend(written.cloned().unwrap_or_default());
    check_tags(&tags).map_err(|error| bad_request(&error.message))?;
    object.save(call, tags);
    Ok(json!({}))
}

pub(super) fn untag(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let object = of_request(call, asked)?;
    let mut tags = object.tags();
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
    object.save(call, tags);
    Ok(json!({}))
}

pub(super) fn list(call: &Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let object = of_request(call, asked)?;
    Ok(json!({ "tags": object.tags() }))
}

impl Tagged {
    fn tags(&self) -> Map<String, Value> {
        let object = self.document.get(self.within);
        let tags = object.and_then(|object| object.get("tags")?.as_object());
        tags.cloned().unwrap_or_default()
    }

    fn save(mut self, call: &mut Call<'_>, tags: Map<String, Value>) {
        let object = self.document.get_mut(self.within);
        if let Some(members) = object.and_then(Value::as_object_mut) {
            members.insert("tags".to_owned(), Value::Object(tags));
        }
        call.store.put(&self.collection, &self.key, self.document);
    }
}

fn of_request(call: &Call<'_>, asked: &Asked) -> Result<Tagged, AwsError> {
    /// Each kind, the beginning of its ARNs, and the member that has the ARN.
    const KINDS: [(&str, &str, &str, &str); 5] = [
        (CLUSTER, "cluster/", "cluster", "arn"),
        (
            members::ACCESS_ENTRY,
            "access-entry/",
            "shown",
            "accessEntryArn",
        ),
        (members::ADDON, "addon/", "shown", "addonArn"),
        (
            members::ASSOCIATION,
            "podidentityassociation/",
            "shown",
            "associationArn",
        ),
        (
            members::PROVIDER_CONFIG,
            "identityproviderconfig/",
            "shown",
            "identityProviderConfigArn",
        ),
    ];
    let arn = asked.path.get(1..).unwrap_or_default().join("/");
    let resource = arn.strip_prefix(&members::arn(call, ""));
    let kind = KINDS
        .iter()
        .find(|(_, start, ..)| resource.is_some_and(|resource| resource.starts_with(start)));
    let (kind, _, within, name) =
        kind.ok_or_else(|| bad_request(&format!("The resource ARN {arn} is not valid")))?;
    let collection = call.regional(kind);
    let is = |document: &Value| {
        let own = document.get(within).and_then(|object| object.get(name));
        own.and_then(Value::as_str) == Some(arn.as_str())
    };
    let found = call
        .store
        .list(&collection)
        .find(|(_, document)| is(document))
        .map(|(key, document)| (key.clone(), document.clone()));
    let (key, document) = found.ok_or_else(|| {
        let object = if *kind == CLUSTER {
            "cluster"
        } else {
            "resource"
        };
        let text = format!("No {object} found for ARN: {arn}");
        AwsError::new(404, "NotFoundException", text)
    })?;
    Ok(Tagged {
        collection,
        key,
        within,
        document,
    })
}

fn bad_request(text: &str) -> AwsError {
    AwsError::new(400, "BadRequestException", text)
}
