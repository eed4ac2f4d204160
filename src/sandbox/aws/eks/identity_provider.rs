//! OIDC identity providers for the users of a cluster's Kubernetes API; they have nothing to do with roles of pods.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::protocol::AwsError;
use super::members::{self, Member, PROVIDER_CONFIG};
use super::settings::check_tags;
use super::update::{self, Change};
use super::{Asked, invalid_parameter, invalid_request};

const CHANGING: Duration = Duration::from_mins(15);

pub(super) fn associate(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let record = members::cluster(call, asked)?;
    let cluster = asked.cluster().to_owned();
    let oidc = asked.body.get("oidc").and_then(Value::as_object).cloned();
    let oidc = oidc.ok_or_else(|| invalid_parameter("oidc is required"))?;
    let text = |name: &str| oidc.get(name).and_then(Value::as_str).unwrap_or_default();
    let name = text("identityProviderConfigName").to_owned();
    let tags = asked.body.get("tags").cloned().unwrap_or_else(|| json!({}));
    if let Some(update) = update::repeated(call, asked) {
        return Ok(with_tags(update, tags));
    }
    if members::find(call, PROVIDER_CONFIG, &cluster, &name).is_some() {
        let text = format!("Identity provider config already exists with name: {name}");
        return Err(AwsError::new(409, "ResourceInUseException", text));
    }
    if !members::all(call, PROVIDER_CONFIG, &cluster).is_empty() {
        let text = "Identity provider config limit of 1 reached";
        return Err(AwsError::new(400, "ResourceLimitExceededException", text));
    }
    if !text("issuerUrl").starts_with("https://") {
        return Err(invalid_parameter("The issuer URL must begin with https://"));
    }
    let own = record
        .cluster
        .get("identity")
        .and_then(|identity| identity.pointer("/oidc/issuer"));
    if own.and_then(Value::as_str) == Some(text("issuerUrl")) {
        return Err(invalid_parameter(
            "The issuer URL of an identity provider config must differ from the issuer of the cluster",
        ));
    }
    tags.as_object().map_or(Ok(()), check_tags)?;
    update::check_free(&cluster, &record, "AssociateIdentityProviderConfig")?;
    let uuid = members::fresh_uuid(call);
    let arn = members::arn(
        call,
        &format!("identityproviderconfig/{cluster}/oidc/{name}/{uuid}"),
    );
    let mut shown = oidc;
    shown.insert("identityProviderConfigArn".to_owned(), json!(arn));
    shown.insert("clusterName".to_owned(), json!(cluster));
    shown.insert("tags".to_owned(), tags.clone());
    let mut member = Member::new(Value::Object(shown), asked);
    let active = json!({ "status": "ACTIVE" });
    member.enter("CREATING", call.now, CHANGING, active);
    members::save(call, PROVIDER_CONFIG, &cluster, &name, &member);
    let change = Change {
        kind: "AssociateIdentityProviderConfig",
        params: vec![(
            "IdentityProviderConfig",
            json!([{ "type": "oidc", "name": name }]),
        )],
        then: Map::new(),
    };
    Ok(with_tags(
        update::begin(call, asked, record, change, CHANGING),
        tags,
    ))
}

pub(super) fn describe(call: &Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    members::cluster(call, asked)?;
    let name = named(asked);
    let found = members::find(call, PROVIDER_CONFIG, asked.cluster(), &name);
    let member = found.ok_or_else(|| {
        let text = format!("IdentityProviderConfig not found with name: {name}");
        AwsError::new(404, "ResourceNotFoundException", text)
    })?;
    Ok(json!({ "identityProviderConfig": { "oidc": member.told() } }))
}

pub(super) fn list(call: &Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    members::cluster(call, asked)?;
    let all = members::all(call, PROVIDER_CONFIG, asked.cluster());
    let all = all
        .into_iter()
        .map(|(name, _)| json!({ "type": "oidc", "name": name }));
    Ok(json!({ "identityProviderConfigs": all.collect::<Vec<_>>() }))
}

pub(super) fn disassociate(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let record = members::cluster(call, asked)?;
    let (cluster, name) = (asked.cluster().to_owned(), named(asked));
    if let Some(update) = update::repeated(call, asked) {
        return Ok(update);
    }
    let Some(mut member) = members::find(call, PROVIDER_CONFIG, &cluster, &name) else {
        let text = format!("Identity provider config is not associated with cluster {cluster}");
        return Err(invalid_request(text));
    };
    update::check_free(&cluster, &record, "DisassociateIdentityProviderConfig")?;
    member.enter("DELETING", call.now, CHANGING, json!({}));
    members::save(call, PROVIDER_CONFIG, &cluster, &name, &member);
    let change = Change {
        kind: "DisassociateIdentityProviderConfig",
        params: vec![(
            "IdentityProviderConfig",
            json!([{ "type": "oidc", "name": name }]),
        )],
        then: Map::new(),
    };
    Ok(update::begin(call, asked, record, change, CHANGING))
}

fn named(asked: &Asked) -> String {
    let config = asked.body.get("identityProviderConfig");
    let name = config.and_then(|config| config.get("name"));
    name.and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn with_tags(mut answer: Value, tags: Value) -> Value {
    if let Some(members) = answer.as_object_mut() {
        members.insert("tags".to_owned(), tags);
    }
    answer
}
