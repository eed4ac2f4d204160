//! Explanations as people read them.

use super::*;

fn explanation(trust: &str) -> String {
    match Scene::new(trust).decide().verdict {
        Verdict::Refuted(refutation) => refutation
            .to_string()
            .replace(ISSUER, "ISS")
            .replace(SUBJECT, "SUB"),
        other @ (Verdict::Proved | Verdict::Undecided(_) | Verdict::Invalid(_)) => {
            format!("{other:?}")
        }
    }
}

/// A condition, and what is said of it.
#[test]
fn conditions() {
    let cases = [
        (
            r#"{"StringEquals":{"ISS:aud":"SUB","ISS:sub":"AUD"}}"#,
            "`StringEquals` asks of `ISS:aud` for `SUB`, it is `sts.amazonaws.com`; the values of `:aud` and `:sub` are swapped",
        ),
        (
            r#"{"StringEquals":{"ISS:sub":"system:serviceaccount:prod:*"}}"#,
            "`StringEquals` asks of `ISS:sub` for `system:serviceaccount:prod:*`, it is `SUB`; `*` and `?` are ordinary characters here; `StringLike` reads them as wildcards",
        ),
        (
            r#"{"StringEquals":{"ISS:sub":["prod:app","system:serviceaccount:prod/app","system:serviceaccount:app:prod"]}}"#,
            "`StringEquals` asks of `ISS:sub` for `prod:app`, `system:serviceaccount:app:prod`, `system:serviceaccount:prod/app`, it is `SUB`; a subject begins with `system:serviceaccount:`; a `:` stands between namespace and name, not a `/`; namespace and name are swapped",
        ),
        (
            r#"{"StringEquals":{"ISS:sub":" SUB"}}"#,
            "`StringEquals` asks of `ISS:sub` for ` SUB`, it is `SUB`; the value differs only in white space around it",
        ),
        (
            r#"{"StringEquals":{"oidc.ap-northeast-2.eks.amazonaws.com/id/A:sub":"SUB"}}"#,
            "`StringEquals` asks of `oidc.ap-northeast-2.eks.amazonaws.com/id/A:sub` for `SUB`, and the token has no such key; the host is `oidc.eks.<region>…`, not `oidc.<region>.eks…`",
        ),
        (
            r#"{"StringEquals":{"oidc-eks.ap-northeast-2.api.aws/id/A:sub":"SUB"}}"#,
            "`StringEquals` asks of `oidc-eks.ap-northeast-2.api.aws/id/A:sub` for `SUB`, and the token has no such key; `oidc-eks.<region>.api.aws` is an alias that never stands in a token; use the issuer that the cluster reports",
        ),
        (
            r#"{"StringEquals":{"ISS:subject":"SUB"}}"#,
            "`StringEquals` asks of `ISS:subject` for `SUB`, and the token has no such key; `subject` is no key of an EKS token; it has `aud` and `sub`",
        ),
        (
            r#"{"StringEquals":{"aws:RequestTag/x":"y"}}"#,
            "`StringEquals` asks of `aws:RequestTag/x` for `y`, and the token has no such key",
        ),
    ];
    for (condition, expected) in cases {
        let expected =
            format!("no statement of the trust policy allows it; statement 1: {expected}");
        assert_eq!(
            explanation(&document(&allow_if(condition))),
            expected,
            "{condition}"
        );
    }
}

/// A whole document, and what is said of it.
#[test]
fn statements() {
    let with = |from: &str, to: &str| document(&canonical().replace(from, to));
    let cases = [
        (
            with("sts:AssumeRoleWithWebIdentity", "sts:AssumeRole"),
            "no statement of the trust policy allows it; statement 1: it is about the action `sts:AssumeRole`, asked for is `sts:AssumeRoleWithWebIdentity`",
        ),
        (
            with(
                r#"{"Federated":"FED"}"#,
                r#"{"Federated":["accounts.google.com","arn:aws:iam::222222222222:oidc-provider/ISS"]}"#,
            ),
            "no statement of the trust policy allows it; statement 1: the principal is `arn:aws:iam::222222222222:oidc-provider/ISS`, the token comes from `arn:aws:iam::111111111111:oidc-provider/ISS` (the provider must be in the role's own account)",
        ),
        (
            with(
                r#"{"Federated":"FED"}"#,
                r#"{"Service":"pods.eks.amazonaws.com"}"#,
            ),
            "no statement of the trust policy allows it; statement 1: it names no federated principal, the token comes from `arn:aws:iam::111111111111:oidc-provider/ISS`",
        ),
        (
            document(&format!(
                "{},{}",
                canonical(),
                canonical().replace(r#""Effect":"Allow""#, r#""Sid":"Never","Effect":"Deny""#)
            )),
            "the trust policy denies it in statement 2 (`Never`)",
        ),
        (
            with("Allow", "Deny").replace(SUBJECT, "x"),
            "the trust policy has no statement that allows anything",
        ),
    ];
    for (trust, expected) in cases {
        assert_eq!(explanation(&trust), expected, "{trust}");
    }
}

#[test]
fn every_allow_statement_is_explained_and_the_nearest_gives_the_code() {
    let trust = document(&format!(
        "{},{}",
        canonical().replace("FED", "accounts.google.com"),
        canonical().replace("SUB", "system:serviceaccount:prod:api")
    ));
    let Verdict::Refuted(refutation) = Scene::new(&trust).decide().verdict else {
        panic!()
    };
    assert_eq!(
        (refutation.gate, refutation.code()),
        (Gate::Trust, Code::Subject)
    );
    let Cause::NotAllowed(refusals) = &refutation.cause else {
        panic!()
    };
    assert_eq!(refusals.len(), 2);
    assert_eq!(nearest(refusals).unwrap().statement.position, 1);
}

#[test]
fn negated_and_null_conditions_get_no_hints_about_their_values() {
    for condition in [
        r#"{"Null":{"ISS:sub":"true"}}"#,
        r#"{"StringNotEquals":{"ISS:sub":["x","SUB"]}}"#,
    ] {
        assert!(!explanation(&document(&allow_if(condition))).contains("a subject begins"));
    }
}

#[test]
fn verdicts_and_remarks_read_as_sentences() {
    let decision = Scene::new(&document(&allow_if(
        r#"{"StringLike":{"ISS:sub":"*:app"}}"#,
    )))
    .decide();
    assert_eq!(decision.verdict.to_string(), "PROVED");
    assert_eq!(
        decision.over_broad[0].to_string(),
        "a service account named `app` in every namespace can assume the role, for example `system:serviceaccount:unlisted:app`"
    );
    assert_eq!(
        decision
            .notes
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["the policy asks for no audience, so that every client id of the provider will do"]
    );
    let undecided =
        allow_if(r#"{"StringEquals":{"ISS:sub":"SUB"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#);
    assert_eq!(
        Scene::new(&document(&undecided))
            .decide()
            .verdict
            .to_string(),
        "UNDECIDED: the value of condition key `aws:SourceIp` is only known during the call"
    );
    let mut scene = Scene::new(&document(&canonical()));
    scene.binding.duration = Some(7200);
    assert_eq!(
        scene.decide().verdict.to_string(),
        "REFUTED at G10 (R06): a session of 7200 seconds is asked for, the role allows 3600"
    );
    assert_eq!(
        Scene::new("[]").decide().verdict.to_string(),
        "INVALID: $: expected an object, found an array"
    );
}

#[test]
fn notes_tell_what_a_reviewer_should_know() {
    let notes = |trust: &str| Scene::new(trust).decide().notes.len();
    assert_eq!(notes(&document(&canonical())), 0);
    let set = allow_if(
        r#"{"ForAllValues:StringEquals":{"ISS:sub":"SUB"},"StringEquals":{"ISS:aud":"AUD"}}"#,
    );
    assert_eq!(notes(&document(&set)), 1);
    let if_exists = allow_if(r#"{"StringEqualsIfExists":{"ISS:sub":"SUB","ISS:aud":"AUD"}}"#);
    assert_eq!(notes(&document(&if_exists)), 2);
    let everyone = canonical().replace(
        r#"{"Federated":"FED"}"#,
        r#"{"AWS":"*","Federated":["FED","x*"]}"#,
    );
    assert_eq!(notes(&document(&everyone)), 2);
}

/// A subject nobody has, against the accounts there are.
#[test]
fn near_misses_name_the_account_that_was_meant() {
    let known: BTreeSet<Subject> = ["prod:web", "prod:payments", "infra:dns", "edge:dns"]
        .map(|name| format!("{SUBJECT_PREFIX}{name}").parse().unwrap())
        .into();
    let cases = [
        (
            "prod:ap",
            "there is no service account `prod/ap`, but one called `prod/app`",
        ),
        (
            "prod:weeb",
            "there is no service account `prod/weeb`, but one called `prod/web`",
        ),
        (
            "prdo:payments",
            "there is no service account `prdo/payments`, but one called `prod/payments`",
        ),
        (
            "staging:app",
            "there is no service account `staging/app`, but one of that name in namespace `prod`",
        ),
        (
            "system:dns",
            "there is no service account `system/dns`, but one of that name in namespace `edge`, `infra`",
        ),
        ("prod:web", ""),
        ("batch:nightly", ""),
    ];
    for (written, expected) in cases {
        let trust = document(&canonical().replace("SUB", &format!("{SUBJECT_PREFIX}{written}")));
        let decision = Scene::new(&trust).decide().with_known_accounts(&known);
        assert_eq!(
            decision.verdict.refuted_at(),
            Some((Gate::Trust, Code::Subject))
        );
        let Verdict::Refuted(Refutation {
            cause: Cause::NotAllowed(refusals),
            ..
        }) = decision.verdict
        else {
            panic!()
        };
        let hints: Vec<String> = refusals[0].hints.iter().map(ToString::to_string).collect();
        assert_eq!(hints.join("; "), expected, "{written}");
    }
}
