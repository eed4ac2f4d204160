//! The decision vectors: one variation of the usual policy, or of the inputs, and its verdict.

use super::*;

/// Variations of the condition.
#[test]
fn conditions() {
    let cases = [
        (
            "1 canonical",
            r#"{"StringEquals":{"ISS:aud":"AUD","ISS:sub":"SUB"}}"#,
            "PROVED",
        ),
        ("2 no condition", "{}", "PROVED cluster-wide any-audience"),
        (
            "3 subject only",
            r#"{"StringEquals":{"ISS:sub":"SUB"}}"#,
            "PROVED any-audience",
        ),
        (
            "4 audience only",
            r#"{"StringEquals":{"ISS:aud":"AUD"}}"#,
            "PROVED cluster-wide",
        ),
        (
            "5 swapped",
            r#"{"StringEquals":{"ISS:aud":"SUB","ISS:sub":"AUD"}}"#,
            "REFUTED G5 T02",
        ),
        (
            "6 literal wildcard",
            r#"{"StringEquals":{"ISS:aud":"AUD","ISS:sub":"system:serviceaccount:prod:*"}}"#,
            "REFUTED G5 T04",
        ),
        (
            "7 namespace",
            r#"{"StringEquals":{"ISS:aud":"AUD"},"StringLike":{"ISS:sub":"system:serviceaccount:prod:*"}}"#,
            "PROVED namespace-wide:prod",
        ),
        (
            "8 any namespace",
            r#"{"StringEquals":{"ISS:aud":"AUD"},"StringLike":{"ISS:sub":"system:serviceaccount:*:app"}}"#,
            "PROVED any-namespace",
        ),
        (
            "9 pattern inside a name",
            r#"{"StringEquals":{"ISS:aud":"AUD"},"StringLike":{"ISS:sub":"system:serviceaccount:prod:a*"}}"#,
            "PROVED pattern:system:serviceaccount:prod:a*",
        ),
        (
            "10 letter case",
            r#"{"StringEquals":{"ISS:aud":"AUD","ISS:sub":"system:serviceaccount:Prod:app"}}"#,
            "REFUTED G5 T05",
        ),
        (
            "11 letter case ignored",
            r#"{"StringEqualsIgnoreCase":{"ISS:aud":"AUD","ISS:sub":"system:serviceaccount:Prod:app"}}"#,
            "PROVED",
        ),
        (
            "12 several subjects",
            r#"{"StringEquals":{"ISS:aud":"AUD","ISS:sub":["system:serviceaccount:a:b","SUB"]}}"#,
            "PROVED",
        ),
        (
            "13 other subjects excluded",
            r#"{"StringEquals":{"ISS:aud":"AUD"},"StringNotEquals":{"ISS:sub":["system:serviceaccount:a:b","x"]}}"#,
            "PROVED cluster-wide",
        ),
        (
            "14 this subject excluded",
            r#"{"StringEquals":{"ISS:aud":"AUD"},"StringNotEquals":{"ISS:sub":["x","SUB"]}}"#,
            "REFUTED G5 T01",
        ),
        (
            "16 misspelt key",
            r#"{"StringEquals":{"ISS:subject":"SUB"}}"#,
            "REFUTED G5 T02",
        ),
        (
            "17 misspelt key, if it exists",
            r#"{"StringEquals":{"ISS:aud":"AUD"},"StringEqualsIfExists":{"ISS:subject":"SUB"}}"#,
            "PROVED cluster-wide",
        ),
        (
            "18 set operator",
            r#"{"StringEquals":{"ISS:aud":"AUD"},"ForAllValues:StringEquals":{"ISS:sub":["SUB"]}}"#,
            "PROVED",
        ),
        (
            "21 subject absent",
            r#"{"Null":{"ISS:sub":"true"}}"#,
            "REFUTED G5 T01",
        ),
        (
            "23 ARN in the key",
            r#"{"StringEquals":{"FED:sub":"SUB"}}"#,
            "REFUTED G5 T03",
        ),
        (
            "24 scheme in the key",
            r#"{"StringEquals":{"https://ISS:sub":"SUB"}}"#,
            "REFUTED G5 T03",
        ),
        (
            "34 source address",
            r#"{"StringEquals":{"ISS:aud":"AUD","ISS:sub":"SUB"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#,
            "UNDECIDED aws:SourceIp",
        ),
        (
            "36 request tag",
            r#"{"StringEquals":{"aws:RequestTag/x":"y"}}"#,
            "REFUTED G5 condition-never-holds",
        ),
        (
            "41 ARN operator",
            r#"{"ArnLike":{"ISS:sub":"*"}}"#,
            "UNDECIDED ArnOperator",
        ),
    ];
    check(
        &cases.map(|(name, condition, expected)| (name, document(&allow_if(condition)), expected)),
    );
}

/// Variations of the statements.
#[test]
fn statements() {
    let with = |from: &str, to: &str| canonical().replace(from, to);
    let action = |to: &str| with(r#""Action":"sts:AssumeRoleWithWebIdentity""#, to);
    let principal = |to: &str| with(r#"{"Federated":"FED"}"#, to);
    let stale = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB";
    let cases = [
        (
            "26 provider of another account",
            principal(r#"{"Federated":"arn:aws:iam::222222222222:oidc-provider/ISS"}"#),
            "REFUTED G5 T10",
        ),
        (
            "27 another id",
            principal(&format!(
                r#"{{"Federated":"arn:aws:iam::{ACCOUNT}:oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/{stale}"}}"#
            )),
            "REFUTED G5 T09",
        ),
        (
            "28 several principals",
            principal(r#"{"Federated":["accounts.google.com","FED"]}"#),
            "PROVED",
        ),
        (
            "29 another action",
            action(r#""Action":"sts:AssumeRole""#),
            "REFUTED G5 T07",
        ),
        (
            "30a wildcard action",
            action(r#""Action":"sts:*""#),
            "PROVED",
        ),
        (
            "30b letter case of the action",
            action(r#""Action":"STS:assumerolewithwebidentity""#),
            "PROVED",
        ),
        (
            "30c several actions",
            action(r#""Action":["sts:TagSession","sts:AssumeRoleWithWebIdentity"]"#),
            "PROVED",
        ),
        ("30d everything", action(r#""Action":"*""#), "PROVED"),
        (
            "30e inside",
            action(r#""Action":"sts:Assume*Identity""#),
            "PROVED",
        ),
        (
            "30f SAML",
            action(r#""Action":"sts:AssumeRoleWithSAML""#),
            "REFUTED G5 T07",
        ),
        (
            "31 explicit deny",
            format!("{},{}", with("Allow", "Deny"), canonical()),
            "REFUTED G5 explicit-deny",
        ),
        (
            "33a everyone",
            principal(r#"{"AWS":"*"}"#),
            "UNDECIDED UniversalPrincipal",
        ),
        (
            "33b everyone",
            principal(r#""*""#),
            "UNDECIDED UniversalPrincipal",
        ),
        (
            "33c everyone, denied",
            format!(
                "{},{}",
                canonical(),
                r#"{"Effect":"Deny","Principal":"*","Action":"sts:*"}"#
            ),
            "REFUTED G5 explicit-deny",
        ),
        (
            "33d everyone and the provider",
            principal(r#"{"AWS":"*","Federated":"FED"}"#),
            "PROVED",
        ),
        (
            "37 two issuers",
            format!(
                "{},{}",
                canonical().replace(
                    "ISS",
                    &format!("oidc.eks.ap-northeast-2.amazonaws.com/id/{stale}")
                ),
                canonical()
            ),
            "PROVED",
        ),
        (
            "49 inverted action",
            action(r#""NotAction":"sts:TagSession""#),
            "PROVED",
        ),
        (
            "wildcard in a principal",
            principal(&format!(
                r#"{{"Federated":"arn:aws:iam::{ACCOUNT}:oidc-provider/*"}}"#
            )),
            "REFUTED G5 T04",
        ),
        (
            "other kinds of principals",
            principal(r#"{"AWS":"111111111111","Service":"ec2.amazonaws.com"}"#),
            "REFUTED G5 other-principal",
        ),
        (
            "nothing allowed",
            with("Allow", "Deny").replace("SUB", "x"),
            "REFUTED G5 no-allow",
        ),
    ];
    check(&cases.map(|(name, statements, expected)| (name, document(&statements), expected)));
}

/// Documents that differ in more than a statement.
#[test]
fn documents() {
    let whole = |text: &str| spelt_out(text);
    let variable = r#""ISS:sub":"${ISS:sub}""#;
    let with_variable = canonical().replace(r#""ISS:sub":"SUB""#, variable);
    let resource = canonical().replace(r#""Effect""#, r#""Resource":"*","Effect""#);
    let cases = [
        (
            "39 variable without a version",
            whole(&format!(r#"{{"Statement":[{with_variable}]}}"#)),
            "REFUTED G5 T01",
        ),
        (
            "39b variable of the old version",
            whole(&format!(
                r#"{{"Version":"2008-10-17","Statement":[{with_variable}]}}"#
            )),
            "REFUTED G5 T01",
        ),
        (
            "39c variable",
            document(&with_variable),
            "PROVED cluster-wide",
        ),
        (
            "48 one statement",
            whole(&format!(
                r#"{{"Version":"2012-10-17","Statement":{}}}"#,
                canonical()
            )),
            "PROVED",
        ),
        ("no statement", document(""), "INVALID"),
        ("a resource", document(&resource), "INVALID"),
        (
            "no principal",
            document(r#"{"Effect":"Allow","Action":"sts:*"}"#),
            "INVALID",
        ),
        (
            "unknown operator",
            document(&allow_if(r#"{"StringMatches":{"ISS:sub":"SUB"}}"#)),
            "INVALID",
        ),
        (
            "Null with IfExists",
            document(&allow_if(r#"{"NullIfExists":{"ISS:sub":"true"}}"#)),
            "INVALID",
        ),
        (
            "key twice",
            document(&allow_if(
                r#"{"StringLike":{"ISS:sub":"SUB","ISS:SUb":"SUB"}}"#,
            )),
            "INVALID",
        ),
        ("not JSON", "{".to_owned(), "INVALID"),
    ];
    check(&cases);
}

/// Variations of everything but the policy.
#[test]
fn inputs() {
    type Change = fn(&mut Scene);
    let cases: &[(&str, Change, &str)] = &[
        (
            "no annotation",
            |scene| scene.binding.role_annotation = Fact::Known(None),
            "REFUTED G1 no-annotation",
        ),
        (
            "empty annotation",
            |scene| scene.binding.role_annotation = Fact::Known(Some(String::new())),
            "REFUTED G1 no-annotation",
        ),
        (
            "annotation with a space",
            |scene| {
                scene.binding.role_annotation = Fact::Known(Some(format!("{} ", scene.role.arn)));
            },
            "REFUTED G1 W10",
        ),
        (
            "annotation not known",
            |scene| scene.binding.role_annotation = Fact::Unknown,
            "UNDECIDED Input",
        ),
        (
            "45 annotation without the path",
            |scene| {
                scene.binding.role_annotation =
                    Fact::Known(Some(format!("arn:aws:iam::{ACCOUNT}:role/app")));
            },
            "REFUTED G1 W11",
        ),
        (
            "cluster in another partition",
            |scene| scene.binding.cluster.partition = Partition::of_region("cn-north-1"),
            "REFUTED G1 W11",
        ),
        (
            "46 pod identity association",
            |scene| scene.binding.association = Fact::Known(Some("a-1".to_owned())),
            "REFUTED G1 W12",
        ),
        (
            "no role",
            |scene| scene.role.exists = Fact::Known(false),
            "REFUTED G2 no-role",
        ),
        (
            "no role, trust not known",
            |scene| {
                scene.role.exists = Fact::Known(false);
                scene.role.trust = Fact::Unknown;
            },
            "REFUTED G2 no-role",
        ),
        (
            "42 client id of China",
            |scene| {
                scene.providers.known[0].client_ids =
                    Fact::Known(BTreeSet::from(["sts.amazonaws.com.cn".to_owned()]));
            },
            "REFUTED G4 T12",
        ),
        (
            "43 audience the provider lacks",
            |scene| scene.binding.audience = Fact::Known("foo".to_owned()),
            "REFUTED G4 T12",
        ),
        (
            "audience the policy lacks",
            |scene| {
                scene.binding.audience = Fact::Known("foo".to_owned());
                scene.providers.known[0].client_ids = Fact::Unknown;
            },
            "REFUTED G5 T12",
        ),
        (
            "audience not known",
            |scene| scene.binding.audience = Fact::Unknown,
            &format!("UNDECIDED {ISSUER}:aud Input"),
        ),
        (
            "no provider",
            |scene| scene.providers.known.clear(),
            "REFUTED G3 T08",
        ),
        (
            "providers not read",
            |scene| scene.providers = Providers::default(),
            "UNDECIDED Input",
        ),
        (
            "50 alias",
            |scene| {
                scene.providers.known[0].issuer =
                    "https://oidc-eks.ap-northeast-2.api.aws/id/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                        .parse()
                        .unwrap();
            },
            "REFUTED G3 T11",
        ),
        (
            "provider of a replaced cluster",
            |scene| {
                scene.providers.known[0].issuer = "oidc.eks.ap-northeast-2.amazonaws.com/id/BB"
                    .parse()
                    .unwrap();
            },
            "REFUTED G3 T09",
        ),
        (
            "provider in the cluster's account",
            |scene| scene.providers.known[0].account = "222222222222".parse().unwrap(),
            "REFUTED G3 T10",
        ),
        (
            "issuer not known",
            |scene| scene.binding.cluster.issuer = Fact::Unknown,
            "UNDECIDED Input",
        ),
        (
            "trust not known",
            |scene| scene.role.trust = Fact::Unknown,
            "UNDECIDED Input",
        ),
        (
            "session too long",
            |scene| scene.binding.duration = Some(7200),
            "REFUTED G10 R06",
        ),
        (
            "session short enough",
            |scene| scene.binding.duration = Some(3600),
            "PROVED",
        ),
        (
            "maximum not known",
            |scene| {
                scene.binding.duration = Some(3600);
                scene.role.max_session_duration = Fact::Unknown;
            },
            "UNDECIDED Input",
        ),
    ];
    for (name, change, expected) in cases {
        let mut scene = Scene::new(&document(&canonical()));
        change(&mut scene);
        assert_eq!(summary(&scene.decide()), *expected, "{name}");
    }
}
