//! Who can assume a role: accounts among the known ones, others that are named, and reaches beyond.

use super::super::*;
use super::{ACCOUNT, ISSUER, allow_if, canonical, document, spelt_out};
use crate::policy::Issuer;
use std::collections::BTreeSet;

/// The accounts that are known.
const KNOWN: [&str; 5] = [
    "prod:app",
    "prod:web",
    "dev:app",
    "kube-system:default",
    "dev-1:app",
];

fn admitted(statements: &str) -> String {
    let policy = TrustPolicy::parse(&document(statements)).unwrap();
    let issuer: Issuer = ISSUER.parse().unwrap();
    let provider = spelt_out("FED");
    assert!(provider.contains(ACCOUNT));
    let audiences = BTreeSet::from([DEFAULT_AUDIENCE.to_owned()]);
    let known = KNOWN.map(|name| format!("{SUBJECT_PREFIX}{name}").parse().unwrap());
    let door = Door {
        policy: &policy,
        provider: &provider,
        issuer: &issuer,
        audiences: &audiences,
    };
    let found = door.admitted(&BTreeSet::from(known));
    let names = |subjects: Vec<&Subject>| {
        let names = subjects.iter();
        let names: Vec<_> = names
            .map(|s| format!("{}:{}", s.namespace(), s.name()))
            .collect();
        names.join(" ")
    };
    let beyond: Vec<_> = found
        .beyond
        .iter()
        .map(|one| one.breadth.to_string())
        .collect();
    format!(
        "{} | {} | {} | {}",
        names(found.accounts.iter().collect()),
        names(found.perhaps.keys().collect()),
        names(found.others.iter().collect()),
        beyond.join("; ")
    )
}

#[test]
fn accounts_are_told_apart_by_how_they_come_in() {
    let like = |pattern: &str| {
        allow_if(&format!(
            r#"{{"StringEquals":{{"ISS:aud":"AUD"}},"StringLike":{{"ISS:sub":"{SUBJECT_PREFIX}{pattern}"}}}}"#
        ))
    };
    let everyone = "dev:app dev-1:app kube-system:default prod:app prod:web |  |  | every service account of the cluster";
    let deny = r#"{"Effect":"Deny","Principal":{"Federated":"FED"},"Action":"sts:*","Condition":{"StringEquals":{"ISS:sub":"system:serviceaccount:dev:app"}}}"#;
    let cases: [(&str, String, &str); 12] = [
        ("canonical", canonical(), "prod:app |  |  | "),
        (
            "one that is not known",
            canonical().replace("\"SUB\"", r#"["SUB","system:serviceaccount:prod:batch"]"#),
            "prod:app |  | prod:batch | ",
        ),
        (
            "a namespace",
            like("prod:*"),
            "prod:app prod:web |  |  | every service account of namespace `prod`",
        ),
        (
            "any namespace",
            like("*:app"),
            "dev:app dev-1:app prod:app |  |  | a service account named `app` in every namespace",
        ),
        (
            "a pattern",
            like("dev*:app"),
            "dev:app dev-1:app |  |  | every service account that matches `system:serviceaccount:dev*:app`",
        ),
        (
            "no subject",
            allow_if(r#"{"StringEquals":{"ISS:aud":"AUD"}}"#),
            everyone,
        ),
        (
            "anyone but one",
            format!(
                "{},{deny}",
                allow_if(r#"{"StringEquals":{"ISS:aud":"AUD"}}"#)
            ),
            "dev-1:app kube-system:default prod:app prod:web |  |  | every service account of the cluster",
        ),
        (
            "an audience nobody has",
            allow_if(r#"{"StringEquals":{"ISS:aud":"other"}}"#),
            " |  |  | ",
        ),
        (
            "a condition nobody can judge",
            allow_if(
                r#"{"StringEquals":{"ISS:sub":"SUB"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#,
            ),
            " | prod:app |  | ",
        ),
        (
            "a namespace and a name",
            allow_if(&format!(
                r#"{{"StringLike":{{"ISS:sub":"{SUBJECT_PREFIX}prod:*"}},"StringNotLike":{{"ISS:sub":"*:web"}}}}"#
            )),
            "prod:app |  |  | every service account of namespace `prod`",
        ),
        (
            "another cluster",
            canonical().replace("FED", "arn:aws:iam::111111111111:oidc-provider/elsewhere"),
            " |  |  | ",
        ),
        (
            "a variable",
            allow_if(r#"{"StringEquals":{"ISS:sub":"${ISS:sub}"}}"#),
            everyone,
        ),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .map(|(name, statements, expected)| (name, admitted(statements), expected))
        .filter(|(_, found, expected)| found != *expected)
        .map(|(name, found, expected)| {
            format!("{name}:\n  expected {expected}\n  found    {found}")
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
