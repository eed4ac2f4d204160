//! The explanation for programs; `docs/machine-formats.md` says what its members mean.

use super::verdict::decision_json;
use crate::policy::Effect;
use crate::trust::pod::{Gravity, PodTemplate, Treatment};
use crate::trust::sts::{Endpoint, NotAsked, StsAnswer, StsRequest};
use crate::trust::{
    Admitted, Chain, Entrance, Entrances, Explained, Outcome, Story, Subject, Witnesses, shown,
};
use serde_json::{Map, Value as Json, json};

/// The explanation as JSON.
pub fn explained_json(explained: &Explained) -> Json {
    let stories: Vec<Json> = explained.stories.iter().map(story).collect();
    let roles: Vec<Json> = explained.roles.iter().map(entrances).collect();
    let outcome = match explained.outcome() {
        Outcome::Works => "works",
        Outcome::Open => "open",
        Outcome::Fails => "fails",
    };
    let json = json!({
        "format_version": "1.0",
        "outcome": outcome,
        "service_accounts": stories,
        "roles": roles,
    });
    displayed(json, &explained.witnesses)
}

/// With everything made-up shown as where it will come from.
fn displayed(json: Json, witnesses: &Witnesses) -> Json {
    match json {
        Json::String(text) => witnesses.display(&text).into(),
        Json::Array(elements) => {
            let elements = elements.into_iter();
            elements.map(|one| displayed(one, witnesses)).collect()
        }
        Json::Object(members) => {
            let members = members.into_iter();
            let shown: Map<String, Json> = members
                .map(|(name, value)| (witnesses.display(&name), displayed(value, witnesses)))
                .collect();
            Json::Object(shown)
        }
        other @ (Json::Null | Json::Bool(_) | Json::Number(_)) => other,
    }
}

fn story(story: &Story) -> Json {
    let chain = &story.chain;
    let facts = &chain.facts;
    let decision = match &facts.finding {
        Ok(decision) => decision_json(decision),
        Err(reason) => json!({
            "verdict": "UNDECIDED", "gate": null, "code": null, "explanation": reason,
            "unknown_keys": [], "overbroad": false, "witness": null,
        }),
    };
    json!({
        "service_account": story.account,
        "declared": story.declared,
        "subject": shown(&facts.subject),
        "cluster": story.cluster,
        "role": story.role,
        "role_arn": facts.annotations.role_arn,
        "association": facts.association,
        "association_unknown": story.association_unknown,
        "annotations": {
            "role-arn": facts.annotations.role_arn,
            "audience": facts.annotations.audience,
            "token-expiration": facts.annotations.token_expiration,
            "sts-regional-endpoints": facts.annotations.sts_regional_endpoints,
        },
        "manifest": story.manifest,
        "meant": story.meant,
        "pod": pod(chain),
        "collisions": collisions(chain),
        "token": chain.token.as_ref().map(crate::trust::TokenPrediction::claims),
        "trust_policy": facts.policy.as_deref().map(document),
        "matching_statements": matching(chain),
        "sts": { "request": chain.request.as_ref().map(request), "answer": answer(&chain.answer) },
        "decision": decision,
    })
}

fn document(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

fn pod(chain: &Chain) -> Json {
    let template = |pod: &PodTemplate| {
        json!({
            "metadata": { "labels": pod.labels, "annotations": pod.annotations },
            "spec": pod.spec,
        })
    };
    let Some(mutated) = &chain.mutated else {
        return json!({ "mutated": false, "containers": [], "volume_added": false, "template": template(&chain.admitted) });
    };
    let containers = mutated
        .containers
        .iter()
        .map(|(name, treatment)| match treatment {
            Treatment::Skipped => json!({ "name": name, "treatment": "skipped" }),
            Treatment::Untouched => json!({ "name": name, "treatment": "untouched" }),
            Treatment::Changed { variables, mounted } => {
                let variables = variables.iter();
                let variables: Vec<Json> = variables
                    .map(|(name, value)| json!({ "name": name, "value": value }))
                    .collect();
                json!({ "name": name, "treatment": "changed", "variables": variables, "mounted": mounted })
            }
        });
    let containers: Vec<Json> = containers.collect();
    json!({
        "mutated": true,
        "containers": containers,
        "volume_added": mutated.volume_added,
        "template": template(&mutated.pod),
    })
}

fn collisions(chain: &Chain) -> Json {
    let collisions = chain.collisions.iter().map(|collision| {
        let severity = match collision.gravity() {
            Gravity::Error => "error",
            Gravity::Warning => "warning",
            Gravity::Note => "note",
        };
        json!({ "code": collision.code(), "severity": severity, "message": collision.to_string() })
    });
    collisions.collect()
}

fn matching(chain: &Chain) -> Json {
    let statements = chain.matching.iter().map(|(reference, effect)| {
        let effect = match effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        json!({ "position": reference.position, "sid": reference.sid, "effect": effect })
    });
    statements.collect()
}

fn request(request: &StsRequest) -> Json {
    let endpoint = match &request.endpoint {
        Endpoint::Regional(url) => json!([url]),
        Endpoint::Either { regional, global } => json!([regional, global]),
        Endpoint::Unknown => json!([]),
    };
    let parameters: Map<String, Json> = request
        .parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    json!({ "method": "POST", "endpoints": endpoint, "parameters": parameters })
}

fn answer(answer: &StsAnswer) -> Json {
    match answer {
        StsAnswer::Granted(granted) => json!({
            "result": "granted",
            "status": 200,
            "AssumedRoleUser": granted.assumed_role,
            "SubjectFromWebIdentityToken": granted.subject,
            "Provider": granted.provider,
            "Audience": granted.audience,
            "seconds": granted.seconds,
        }),
        StsAnswer::Refused(error) => json!({
            "result": "refused", "status": error.status, "code": error.code, "message": error.message,
        }),
        StsAnswer::Depends => json!({ "result": "depends" }),
        StsAnswer::NotAsked(why) => json!({ "result": "not_asked", "reason": match why {
            NotAsked::NoCredentials => "no_credentials",
            NotAsked::OtherRole => "other_role",
            NotAsked::PodIdentity => "pod_identity",
            NotAsked::NoSuchPolicy => "invalid_policy",
        } }),
    }
}

fn entrances(role: &Entrances) -> Json {
    let clusters: Vec<Json> = role.clusters.iter().map(comes_in).collect();
    json!({
        "role": role.role,
        "arn": role.arn,
        "trust_policy": role.policy.as_deref().map(document),
        "clusters": clusters,
        "open": role.open,
    })
}

fn comes_in(entrance: &Entrance) -> Json {
    let Admitted {
        accounts,
        perhaps,
        others,
        beyond,
    } = &entrance.admitted;
    let is_live = |subject: &&Subject| entrance.live_only.contains(subject);
    let texts =
        |subjects: Vec<&Subject>| -> Vec<String> { subjects.into_iter().map(shown).collect() };
    let declared = accounts.iter().filter(|one| !is_live(one)).collect();
    let live = accounts.iter().filter(is_live).collect();
    let beyond: Vec<Json> = beyond
        .iter()
        .map(|broad| json!({ "reach": broad.breadth.to_string(), "witness": broad.witness }))
        .collect();
    json!({
        "cluster": entrance.cluster,
        "service_accounts": texts(declared),
        "in_cluster_only": texts(live),
        "perhaps": texts(perhaps.keys().collect()),
        "not_declared": texts(others.iter().collect()),
        "beyond": beyond,
    })
}
