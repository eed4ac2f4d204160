//! Pod identity associations: which role the pods of a service account get.

use serde_json::{Value, json};

use super::super::protocol::AwsError;
use super::super::{Call, regional_collection};
use super::members::{self, ASSOCIATION, Member};
use super::settings::check_tags;
use super::{Asked, invalid_parameter, invalid_request};
use crate::sandbox::store::Store;

/// What a list shows of an association.
const SUMMARY: [&str; 6] = [
    "associationArn",
    "associationId",
    "clusterName",
    "namespace",
    "ownerArn",
    "serviceAccount",
];

/// Associations of a cluster.
const ASSOCIATIONS: usize = 5_000;

pub(super) fn create(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    members::living_cluster(call, asked)?;
    let cluster = asked.cluster().to_owned();
    let (namespace, account) = (
        asked.text("namespace").unwrap_or_default(),
        asked.text("serviceAccount").unwrap_or_default(),
    );
    let all = members::all(call, ASSOCIATION, &cluster);
    let same = |member: &Member| {
        member.text("namespace") == namespace && member.text("serviceAccount") == account
    };
    if let Some((id, existing)) = all.iter().find(|(_, member)| same(member)) {
        if existing.was_made_by(asked) {
            return Ok(shown(existing));
        }
        let text = format!("Association already exists: {id}");
        return Err(AwsError::new(409, "ResourceInUseException", text));
    }
    if all.len() >= ASSOCIATIONS {
        let text = format!("Pod identity association limit of {ASSOCIATIONS} reached");
        return Err(AwsError::new(400, "ResourceLimitExceededException", text));
    }
    members::check_own_role(call, asked.text("roleArn").unwrap_or_default())?;
    check_policy(
        asked.text("policy"),
        asked.body.get("disableSessionTags") == Some(&json!(true)),
    )?;
    let tags = asked.body.get("tags").and_then(Value::as_object);
    tags.map_or(Ok(()), check_tags)?;
    let member = made(call, &cluster, asked, None);
    Ok(shown(&member))
}

/// Makes an association; one that an add-on asked for is the add-on's.
pub(super) fn made(
    call: &mut Call<'_>,
    cluster: &str,
    asked: &Asked,
    owner: Option<&str>,
) -> Member {
    let id = members::association_id(call);
    let now = call.now.as_second();
    let text = |name: &str| asked.text(name);
    let arn = members::arn(call, &format!("podidentityassociation/{cluster}/{id}"));
    let target = text("targetRoleArn");
    let external = target.map(|_| {
        let account = &call.account;
        format!(
            "{}/{}/{cluster}/{}/{}/{id}",
            account.region,
            account.id,
            text("namespace").unwrap_or_default(),
            text("serviceAccount").unwrap_or_default()
        )
    });
    let member = Member::new(
        json!({
            "associationArn": arn,
            "associationId": id,
            "clusterName": cluster,
            "createdAt": now,
            "disableSessionTags": asked.body.get("disableSessionTags").cloned().unwrap_or(json!(false)),
            "externalId": external,
            "modifiedAt": now,
            "namespace": text("namespace"),
            "ownerArn": owner,
            "policy": text("policy"),
            "roleArn": text("roleArn"),
            "serviceAccount": text("serviceAccount"),
            "tags": asked.body.get("tags").cloned().unwrap_or_else(|| json!({})),
            "targetRoleArn": target,
        }),
        asked,
    );
    members::save(call, ASSOCIATION, cluster, &id, &member);
    member
}

pub(super) fn describe(call: &Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    of_request(call, asked).map(|member| shown(&member))
}

pub(super) fn list(call: &Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    members::cluster(call, asked)?;
    let is = |member: &Member, query: &str, name: &str| {
        asked
            .query(query)
            .is_none_or(|wanted| wanted == member.text(name))
    };
    let found = members::all(call, ASSOCIATION, asked.cluster());
    let found = found
        .into_iter()
        .map(|(_, member)| member)
        .filter(|member| {
            is(member, "namespace", "namespace") && is(member, "serviceAccount", "serviceAccount")
        });
    let summary = |member: Member| {
        let mut shown = member.shown;
        shown.retain(|name, _| SUMMARY.contains(&name.as_str()));
        Value::Object(shown)
    };
    Ok(json!({ "associations": found.map(summary).collect::<Vec<_>>() }))
}

pub(super) fn update(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let mut member = of_request(call, asked)?;
    refuse_owned(&member)?;
    if let Some(role) = asked.text("roleArn") {
        members::check_own_role(call, role)?;
    }
    let mut after = member.shown.clone();
    for name in ["roleArn", "targetRoleArn", "disableSessionTags", "policy"] {
        if let Some(value) = asked.body.get(name) {
            // An empty text takes a setting away.
            let value = if value == "" { &Value::Null } else { value };
            after.insert(name.to_owned(), value.clone());
        }
    }
    let policy = after.get("policy").and_then(Value::as_str);
    let untagged = after.get("disableSessionTags") == Some(&json!(true));
    check_policy(policy, untagged)?;
    let (id, cluster) = (asked.part(3), asked.cluster());
    let external = match after.get("targetRoleArn").and_then(Value::as_str) {
        None => Value::Null,
        Some(_) => {
            let account = &call.account;
            json!(format!(
                "{}/{}/{cluster}/{}/{}/{id}",
                account.region,
                account.id,
                member.text("namespace"),
                member.text("serviceAccount")
            ))
        }
    };
    after.insert("externalId".to_owned(), external);
    member.modify(call.now, Value::Object(after));
    members::save(call, ASSOCIATION, cluster, id, &member);
    Ok(shown(&member))
}

pub(super) fn delete(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let member = of_request(call, asked)?;
    refuse_owned(&member)?;
    members::remove(call, ASSOCIATION, asked.cluster(), asked.part(3));
    Ok(shown(&member))
}

fn shown(member: &Member) -> Value {
    json!({ "association": member.told() })
}

fn of_request(call: &Call<'_>, asked: &Asked) -> Result<Member, AwsError> {
    members::cluster(call, asked)?;
    let (cluster, id) = (asked.cluster(), asked.part(3));
    members::find(call, ASSOCIATION, cluster, id).ok_or_else(|| {
        let text = format!("No association found for id: {id} in cluster: {cluster}");
        AwsError::new(404, "ResourceNotFoundException", text)
    })
}

fn refuse_owned(member: &Member) -> Result<(), AwsError> {
    match member.shown.get("ownerArn").and_then(Value::as_str) {
        None => Ok(()),
        Some(owner) => Err(invalid_request(format!(
            "The association is owned by {owner} and can only be changed through it"
        ))),
    }
}

/// A session policy takes the room of the session tags.
fn check_policy(policy: Option<&str>, untagged: bool) -> Result<(), AwsError> {
    match policy {
        None => Ok(()),
        Some(_) if !untagged => Err(invalid_parameter(
            "disableSessionTags must be true when policy is specified",
        )),
        Some(text) if serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object()) => {
            Ok(())
        }
        Some(_) => Err(invalid_parameter("The policy is not a valid JSON document")),
    }
}

/// Whether a cluster, by its ARN, has an association for a service account.
pub(in crate::sandbox) fn is_associated(
    store: &Store,
    arn: &str,
    namespace: &str,
    account: &str,
) -> bool {
    let mut parts = arn.splitn(6, ':').skip(3);
    let (Some(region), Some(owner), Some(cluster)) = (parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let prefix = format!("{}/", cluster.trim_start_matches("cluster/"));
    let collection = regional_collection(owner, region, ASSOCIATION);
    let is = |member: &Value, name: &str, wanted: &str| {
        let shown = member.get("shown").and_then(|shown| shown.get(name));
        shown.and_then(Value::as_str) == Some(wanted)
    };
    store.list(&collection).any(|(key, member)| {
        key.starts_with(&prefix)
            && is(member, "namespace", namespace)
            && is(member, "serviceAccount", account)
    })
}
