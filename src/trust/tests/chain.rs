//! The token, the request to STS and its answer, as predicted.

use super::super::pod::{AccountAnnotations, AccountDefaults, Workload};
use super::super::sts::{Endpoint, NotAsked, StsAnswer, StsRequest};
use super::super::*;
use crate::policy::{Effect, Issuer};
use serde_json::json;
use std::collections::BTreeSet;

const ROLE: &str = "arn:aws:iam::132099918825:role/team/app";
const ISSUER: &str = "oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53";

fn proved() -> Decision {
    Decision {
        verdict: Verdict::Proved,
        over_broad: Vec::new(),
        notes: BTreeSet::new(),
    }
}

/// The way of `prod/app` with these annotations; `association` when Pod Identity binds it.
fn way(
    annotations: AccountAnnotations,
    association: Option<&str>,
    env: &serde_json::Value,
) -> Chain {
    let manifest = json!({
        "kind": "Pod", "metadata": { "name": "app" },
        "spec": { "containers": [{ "name": "app", "env": env }], "serviceAccountName": "app" },
    });
    let issuer: Issuer = ISSUER.parse().unwrap();
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Sid": "App", "Effect": "Allow",
        "Principal": { "Federated": format!("arn:aws:iam::132099918825:oidc-provider/{ISSUER}") },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringEquals": { format!("{ISSUER}:sub"): "system:serviceaccount:prod:app" } },
    }] });
    Chain::predict(ChainFacts {
        subject: Subject::new("prod", "app").unwrap(),
        annotations,
        defaults: AccountDefaults::default(),
        workload: Workload::of(&manifest, "prod").unwrap(),
        association: association.map(str::to_owned),
        issuer: Some(issuer),
        region: Some("ap-northeast-2".to_owned()),
        policy: Some(policy.to_string()),
        finding: Ok(proved()),
    })
}

fn bound() -> AccountAnnotations {
    AccountAnnotations {
        role_arn: Some(ROLE.to_owned()),
        ..AccountAnnotations::default()
    }
}

#[test]
fn a_proved_way_ends_with_a_session() {
    let chain = way(bound(), None, &json!([]));
    assert_eq!(chain.outcome(), Outcome::Works);
    assert_eq!(chain.matching.len(), 1);
    assert_eq!(chain.matching[0].1, Effect::Allow);
    let StsAnswer::Granted(granted) = &chain.answer else {
        panic!("{:?}", chain.answer);
    };
    // A session's ARN has the role's name without its path.
    assert_eq!(
        granted.assumed_role,
        "arn:aws:sts::132099918825:assumed-role/app/<session>"
    );
    assert_eq!(granted.audience, "sts.amazonaws.com");
    let claims = chain.token.unwrap().claims();
    assert_eq!(claims["sub"], "system:serviceaccount:prod:app");
    assert_eq!(claims["iss"], format!("https://{ISSUER}"));
    assert_eq!(claims["exp"], "<iat + 86400>");
}

#[test]
fn annotations_shape_the_token() {
    let chain = way(
        AccountAnnotations {
            audience: Some("foo".to_owned()),
            token_expiration: Some("999999".to_owned()),
            ..bound()
        },
        None,
        &json!([]),
    );
    let claims = chain.token.unwrap().claims();
    assert_eq!(claims["aud"], json!(["foo"]));
    // The API server of EKS gives no token a longer life.
    assert_eq!(claims["exp"], "<iat + 86400>");
}

#[test]
fn who_has_nothing_asks_nobody() {
    let chain = way(AccountAnnotations::default(), None, &json!([]));
    assert_eq!(chain.answer, StsAnswer::NotAsked(NotAsked::NoCredentials));
    assert!(chain.mutated.is_none() && chain.request.is_none());
    assert_eq!(chain.outcome(), Outcome::Fails);
}

#[test]
fn an_association_wins_over_the_annotation() {
    let chain = way(
        bound(),
        Some("aws_eks_pod_identity_association.app"),
        &json!([]),
    );
    assert_eq!(chain.answer, StsAnswer::NotAsked(NotAsked::PodIdentity));
    assert!(chain.request.is_none());
    assert_eq!(chain.token.unwrap().audience, "pods.eks.amazonaws.com");
}

#[test]
fn a_pod_in_its_own_way_fails_whatever_the_verdict() {
    let env = json!([{ "name": "AWS_ROLE_ARN", "value": "x" }]);
    let chain = way(bound(), None, &env);
    assert_eq!(chain.outcome(), Outcome::Fails);
    assert_eq!(chain.collisions[0].code(), "W05");
}

#[test]
fn the_endpoint_follows_region_and_setting() {
    let endpoint = |region, regional| StsRequest::new(ROLE, region, regional).endpoint;
    assert_eq!(
        endpoint(Some("eu-west-1"), true),
        Endpoint::Regional("https://sts.eu-west-1.amazonaws.com/".to_owned())
    );
    // There is no global endpoint outside the partition `aws`.
    assert_eq!(
        endpoint(Some("cn-north-1"), false),
        Endpoint::Regional("https://sts.cn-north-1.amazonaws.com.cn/".to_owned())
    );
    assert!(matches!(
        endpoint(Some("eu-west-1"), false),
        Endpoint::Either { .. }
    ));
    assert_eq!(endpoint(None, true), Endpoint::Unknown);
}
