//! What is put together, what is not, and what is said of a policy over its quota.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::*;
use serde_json::{Value, json};

/// An Allow for one subject of one issuer, as a tool writes it that knows no lists.
fn allow_one(issuer: &str, operator: &str, subject: &str) -> Value {
    json!({
        "Effect": "Allow",
        "Principal": { "Federated": format!("arn:aws:iam::132099918825:oidc-provider/{issuer}") },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            operator: { format!("{issuer}:sub"): format!("system:serviceaccount:{subject}") },
            "StringEqualsIfExists": { format!("{issuer}:aud"): "sts.amazonaws.com" },
        },
    })
}

fn of_statements(statements: &[Value]) -> PolicyDocument {
    let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    PolicyDocument::parse_trust(&text).unwrap()
}

#[test]
fn statements_are_put_together_where_any_value_would_do() {
    let issuer = "oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53";
    let counts = |statements: &[Value]| of_statements(statements).coalesced().statements.len();
    let equals = |subject: &str| allow_one(issuer, "StringEquals", subject);
    assert_eq!(counts(&[equals("a:b"), equals("a:c"), equals("a:b")]), 1);
    assert_eq!(
        counts(&[
            equals("a:b"),
            allow_one("other.example/id/1", "StringEquals", "a:b")
        ]),
        2
    );
    assert_eq!(
        counts(&[equals("a:b"), allow_one(issuer, "StringLike", "a:*")]),
        2
    );
    let differs = |operator: &str| {
        [
            allow_one(issuer, operator, "a:b"),
            allow_one(issuer, operator, "a:c"),
        ]
    };
    assert_eq!(
        counts(&differs("StringNotEquals")),
        2,
        "neither of two is not one of two"
    );
    assert_eq!(counts(&differs("ForAllValues:StringEquals")), 2);
    assert_eq!(counts(&differs("ForAnyValue:StringLike")), 1);
    let named = |sid: &str, subject: &str| {
        let mut statement = equals(subject);
        statement["Sid"] = sid.into();
        statement
    };
    let joined = of_statements(&[named("A", "a:b"), named("B", "a:c")]).coalesced();
    assert_eq!(joined.statements.len(), 1);
    assert_eq!(joined.statements[0].sid, None);
    let mut denied = equals("a:c");
    denied["Effect"] = "Deny".into();
    assert_eq!(counts(&[equals("a:b"), denied]), 2);
}

#[test]
fn a_policy_over_quota_says_what_would_help() {
    let issuer = "oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53";
    let subjects = |count: usize| -> PolicyDocument {
        let statements: Vec<Value> = (0..count)
            .map(|at| {
                allow_one(
                    issuer,
                    "StringEquals",
                    &format!("kube-system:aws-load-balancer-controller-{at}"),
                )
            })
            .collect();
        of_statements(&statements)
    };
    let advice = |document: &PolicyDocument| {
        QuotaAdvice::for_document(
            document,
            PolicyQuota::Trust,
            PolicyQuota::Trust.default_limit(),
        )
    };
    assert_eq!(advice(&subjects(3)), None);
    let some = advice(&subjects(8)).unwrap();
    assert!(some.fits_coalesced());
    assert!(
        some.to_string()
            .starts_with("Cannot exceed quota for ACLSizePerRole: 2048"),
        "{some}"
    );
    assert!(some.to_string().ends_with("and fits"), "{some}");
    let many = advice(&subjects(60)).unwrap();
    assert!(!many.fits_coalesced());
    assert!(many.to_string().contains("still too many"), "{many}");
}
