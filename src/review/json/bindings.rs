//! `trustform`: the one member of a plan that Terraform's format does not have. It says whether each service account will
//! be able to assume its role, what changes about who can, and what could not be read.

use crate::plan::{
    AccessChange, Binding, Finding, NotRead, Plan, Reach, RoleName, RoleSwitch, Way, Workload,
};
use crate::review::access::{name, witness};
use crate::trust::{Breadth, Verdict};
use serde_json::{Map, Value as Json, json};

/// The member; `None` when it would say nothing.
pub(super) fn ours(plan: &Plan) -> Option<Json> {
    let mut members = Map::new();
    if !plan.bindings.is_empty() {
        let bindings = plan.bindings.iter().map(binding).collect();
        members.insert("bindings".into(), Json::Array(bindings));
    }
    let access = access(plan);
    if !access.is_empty() {
        members.insert("access".into(), Json::Array(access));
    }
    let switches: Vec<Json> = plan.switches.iter().map(switch).collect();
    if !switches.is_empty() {
        members.insert("role_switches".into(), Json::Array(switches));
    }
    if !plan.not_read.is_empty() {
        let missing = plan.not_read.iter().map(missing).collect();
        members.insert("not_read".into(), Json::Array(missing));
    }
    (!members.is_empty()).then_some(Json::Object(members))
}

/// What changes about who can assume each role, in the order of the roles.
pub fn access(plan: &Plan) -> Vec<Json> {
    plan.access.iter().map(change).collect()
}

fn change(change: &AccessChange) -> Json {
    let workloads = |all: &[Workload]| -> Vec<Json> {
        let workload = |one: &Workload| json!({ "cluster": one.cluster, "subject": one.subject });
        all.iter().map(workload).collect()
    };
    let reaches = |all: &[Reach]| -> Vec<Json> { all.iter().map(reach).collect() };
    let mut members = Map::new();
    if let Some(role) = &change.role {
        members.insert("role".into(), json!(name(role)));
        members.insert("role_address".into(), json!(role.to_string()));
    }
    members.insert("role_arn".into(), json!(change.role_arn));
    members.insert("known".into(), json!(!change.is_open));
    members.insert("broadened".into(), json!(reaches(&change.broadened)));
    members.insert("narrowed".into(), json!(reaches(&change.narrowed)));
    members.insert("lost".into(), json!(workloads(&change.lost)));
    members.insert("gained".into(), json!(workloads(&change.gained)));
    Json::Object(members)
}

fn reach(reach: &Reach) -> Json {
    let kind = match &reach.reach.breadth {
        Breadth::Cluster => json!({ "kind": "cluster" }),
        Breadth::Namespace(namespace) => json!({ "kind": "namespace", "namespace": namespace }),
        Breadth::AnyNamespace(name) => json!({ "kind": "any_namespace", "name": name }),
        Breadth::Pattern(pattern) => json!({ "kind": "pattern", "pattern": pattern }),
    };
    json!({
        "cluster": reach.cluster,
        "who": kind,
        "witness": witness(reach),
        "today": reach.today,
    })
}

fn switch(switch: &RoleSwitch) -> Json {
    let role = |role: &Option<RoleName>| {
        role.as_ref().map(|role| {
            let address = role.address.as_ref();
            json!({
                "role": address.map(name),
                "role_address": address.map(ToString::to_string),
                "role_arn": role.arn,
            })
        })
    };
    json!({
        "service_account": name(&switch.account),
        "service_account_address": switch.account.to_string(),
        "subject": switch.subject,
        "before": role(&switch.before),
        "after": role(&switch.after),
    })
}

fn binding(binding: &Binding) -> Json {
    let mut members = Map::new();
    let account = &binding.account;
    members.insert("service_account".into(), json!(name(account)));
    members.insert("service_account_address".into(), json!(account.to_string()));
    members.insert("subject".into(), json!(binding.subject));
    let way = match binding.way {
        Way::Token => "irsa",
        Way::PodIdentity => "pod_identity",
    };
    members.insert("binding".into(), json!(way));
    if let Some(role) = &binding.role {
        members.insert("role".into(), json!(name(role)));
        members.insert("role_address".into(), json!(role.to_string()));
    }
    if !binding.role_arn.is_empty() {
        members.insert("role_arn".into(), json!(binding.role_arn));
    }
    members.extend(finding(&binding.finding));
    Json::Object(members)
}

fn finding(finding: &Finding) -> Map<String, Json> {
    let mut members = Map::new();
    match finding {
        Finding::NotDecided(reason) => {
            members.insert("verdict".into(), json!("not_decided"));
            members.insert("detail".into(), json!(reason));
        }
        Finding::Decided {
            decision,
            words,
            policy,
        } => {
            let verdict = match &decision.verdict {
                Verdict::Proved => "proved",
                Verdict::Refuted(_) => "refuted",
                Verdict::Invalid(_) => "invalid",
                Verdict::Undecided(_) => "not_decided",
            };
            members.insert("verdict".into(), json!(verdict));
            members.insert("detail".into(), json!(words));
            let broad: Vec<String> = decision
                .over_broad
                .iter()
                .map(ToString::to_string)
                .collect();
            members.insert("too_broad".into(), json!(broad));
            members.insert("trust_policy".into(), json!(policy));
        }
    }
    members
}

fn missing(missing: &NotRead) -> Json {
    json!({ "address": missing.address.to_string(), "message": missing.failure.message })
}
