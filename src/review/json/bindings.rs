//! `trustform`: the one member of a plan that Terraform's format does not have. It says whether each service account will
//! be able to assume its role, and what could not be read.

use crate::plan::{Binding, Finding, NotRead, Plan};
use crate::review::display::{display_address, noun};
use crate::trust::Verdict;
use serde_json::{Map, Value as Json, json};

/// The member; `None` when it would say nothing.
pub(super) fn ours(plan: &Plan) -> Option<Json> {
    let mut members = Map::new();
    if !plan.bindings.is_empty() {
        let bindings = plan.bindings.iter().map(binding).collect();
        members.insert("bindings".into(), Json::Array(bindings));
    }
    if !plan.not_read.is_empty() {
        let missing = plan.not_read.iter().map(missing).collect();
        members.insert("not_read".into(), Json::Array(missing));
    }
    (!members.is_empty()).then_some(Json::Object(members))
}

fn binding(binding: &Binding) -> Json {
    let mut members = Map::new();
    let name = |address: &_| noun(address).unwrap_or_else(|| display_address(address));
    let account = &binding.account;
    members.insert("service_account".into(), json!(name(account)));
    members.insert("service_account_address".into(), json!(account.to_string()));
    members.insert("subject".into(), json!(binding.subject));
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
