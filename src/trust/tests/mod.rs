//! The decision procedure tried on vectors, on single rules, and on properties.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod associations;
mod cases;
mod chain;
mod explanations;
mod oracle;
mod pods;
mod properties;
mod reverse;
mod rules;
mod table;
mod vectors;

use self::cases::cases;
use super::*;
use crate::policy::{AccountId, Issuer, Partition};
use std::collections::BTreeSet;

pub(super) const ISSUER: &str =
    "oidc.eks.ap-northeast-2.amazonaws.com/id/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
pub(super) const ACCOUNT: &str = "111111111111";
pub(super) const SUBJECT: &str = "system:serviceaccount:prod:app";

/// Replaces the short names that the cases use: `ISS`, `FED`, `AUD`, `SUB`.
pub(super) fn spelt_out(text: &str) -> String {
    text.replace("FED", &format!("arn:aws:iam::{ACCOUNT}:oidc-provider/ISS"))
        .replace("ISS", ISSUER)
        .replace("AUD", DEFAULT_AUDIENCE)
        .replace("SUB", SUBJECT)
}

/// A document with these statements.
pub(super) fn document(statements: &str) -> String {
    spelt_out(&format!(
        r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#
    ))
}

/// An Allow of the usual principal and action under a condition.
pub(super) fn allow_if(condition: &str) -> String {
    format!(
        r#"{{"Effect":"Allow","Principal":{{"Federated":"FED"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{condition}}}"#
    )
}

/// The statement that trustform itself writes.
pub(super) fn canonical() -> String {
    allow_if(r#"{"StringEquals":{"ISS:aud":"AUD","ISS:sub":"SUB"}}"#)
}

/// A question whose parts a case may change.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) binding: Binding,
    pub(super) role: Role,
    pub(super) providers: Providers,
}

impl Scene {
    /// `prod/app` on a cluster with its provider, a role in the same account with this trust policy.
    pub(super) fn new(trust: &str) -> Self {
        let issuer: Issuer = ISSUER.parse().unwrap();
        let account: AccountId = ACCOUNT.parse().unwrap();
        let role = Role {
            arn: format!("arn:aws:iam::{ACCOUNT}:role/team/app")
                .parse()
                .unwrap(),
            exists: Fact::Known(true),
            trust: Fact::Known(TrustPolicy::parse(trust)),
            max_session_duration: Fact::Known(3600),
        };
        let binding = Binding {
            cluster: Cluster {
                issuer: Fact::Known(issuer.clone()),
                partition: Partition::aws(),
            },
            subject: SUBJECT.parse().unwrap(),
            role_annotation: Fact::Known(Some(role.arn.to_string())),
            audience: Fact::Known(DEFAULT_AUDIENCE.to_owned()),
            association: Fact::Known(None),
            duration: None,
        };
        let client_ids = Fact::Known(BTreeSet::from([DEFAULT_AUDIENCE.to_owned()]));
        let provider = Provider {
            account: account.clone(),
            issuer,
            client_ids,
        };
        let providers = Providers {
            known: vec![provider],
            complete_for: BTreeSet::from([account]),
        };
        Self {
            binding,
            role,
            providers,
        }
    }

    pub(super) fn question(&self) -> Question<'_> {
        Question {
            binding: &self.binding,
            role: &self.role,
            providers: &self.providers,
        }
    }

    pub(super) fn decide(&self) -> Decision {
        self.question().decide()
    }
}

/// A decision in a line: verdict; gate and code, or unknown keys, or breadth; and `any-audience`.
pub(super) fn summary(decision: &Decision) -> String {
    let mut words = vec![decision.verdict.as_str().to_owned()];
    match &decision.verdict {
        Verdict::Proved | Verdict::Invalid(_) => {}
        Verdict::Refuted(refutation) => {
            words.extend([refutation.gate.to_string(), refutation.code().to_string()]);
        }
        Verdict::Undecided(reasons) => {
            words.extend(reasons.iter().map(|reason| {
                let debug = format!("{reason:?}");
                match reason.key() {
                    Some(key) if debug.starts_with("ConditionKey") => key.to_string(),
                    _ => debug.split(['(', ' ']).next().unwrap().to_owned(),
                }
            }));
        }
    }
    words.extend(
        decision
            .over_broad
            .iter()
            .map(|broad| match &broad.breadth {
                Breadth::Cluster => "cluster-wide".to_owned(),
                Breadth::Namespace(namespace) => format!("namespace-wide:{namespace}"),
                Breadth::AnyNamespace(_) => "any-namespace".to_owned(),
                Breadth::Pattern(pattern) => format!("pattern:{pattern}"),
            }),
    );
    if decision.notes.contains(&Note::AnyAudience) {
        words.push("any-audience".to_owned());
    }
    words.join(" ")
}

/// Judges every case, and shows all that came out otherwise than expected.
pub(super) fn check(cases: &[(&str, String, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(name, trust, expected)| {
            let found = summary(&Scene::new(trust).decide());
            (found != *expected).then(|| format!("{name}: expected {expected}, found {found}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
