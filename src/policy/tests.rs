//! Documents as data: what parses, what is refused and where, what means the same, how it is printed and measured.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

/// The trust policy of the AWS Load Balancer Controller's role, laid out as consoles show it.
const TRUST: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "Federated": "arn:aws:iam::132099918825:oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53"
      },
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {
          "oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53:aud": "sts.amazonaws.com",
          "oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53:sub": "system:serviceaccount:kube-system:aws-load-balancer-controller"
        }
      }
    }
  ]
}"#;

#[test]
fn a_console_document_is_canonical_but_for_white_space() {
    let document = PolicyDocument::parse_trust(TRUST).unwrap();
    let minified: String = TRUST
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    assert_eq!(document.canonical_json(), minified);
    assert_eq!(document.size(), minified.len());
}

#[test]
fn canonical_form_sorts_values_and_collapses_lists_of_one() {
    let document = PolicyDocument::parse(
        r#"{"Statement":{"Condition":{"StringLike":{"b:x":["2","1","2"]},"Bool":{"a:y":[true]}},
            "Resource":["*"],"NotAction":["s3:Put","s3:Get"],"Effect":"Deny","Sid":"A"},"Id":"i"}"#,
    )
    .unwrap();
    assert_eq!(
        document.canonical_json(),
        concat!(
            r#"{"Id":"i","Statement":[{"Sid":"A","Effect":"Deny","NotAction":["s3:Get","s3:Put"],"Resource":"*","#,
            r#""Condition":{"Bool":{"a:y":"true"},"StringLike":{"b:x":["1","2"]}}}]}"#
        )
    );
}

/// Every problem of `text` under `parse`, one a line.
fn problems<T>(result: Result<T, PolicyError>) -> Vec<String> {
    result.err().map_or_else(Vec::new, |error| {
        error.problems.iter().map(ToString::to_string).collect()
    })
}

#[test]
fn refused_documents_say_where_and_why() {
    let cases: &[(&str, &[&str])] = &[
        ("[]", &["$: expected an object, found an array"]),
        (
            "",
            &["$: not JSON: EOF while parsing a value at line 1 column 0"],
        ),
        (
            r#"{"Version":"2012-10-17"}"#,
            &["$: missing required element `Statement`"],
        ),
        (
            r#"{"Statement":[]}"#,
            &["$.Statement: a policy needs at least one statement"],
        ),
        (
            r#"{"Version":"2012-10-18","Statements":[],"Statement":[{"Effect":"allow","Action":5}]}"#,
            &[
                "$.Statements: unknown element `Statements`",
                r#"$.Version: `Version` must be "2012-10-17" or "2008-10-17", not "2012-10-18""#,
                r#"$.Statement[0].Effect: `Effect` must be "Allow" or "Deny", not "allow""#,
                "$.Statement[0].Action: expected a string, found a number",
            ],
        ),
        (
            r#"{"Statement":{"Effect":"Allow","Action":"a:b","Action":"a:c","Resource":"*"}}"#,
            &["$.Statement.Action: member `Action` appears twice"],
        ),
        (
            r#"{"Statement":{"Effect":"Allow","NotAction":"a:b","Action":"a:c","Resource":"*","NotResource":"*"}}"#,
            &[
                "$.Statement: `Action` and `NotAction` exclude each other",
                "$.Statement: `Resource` and `NotResource` exclude each other",
            ],
        ),
        (
            r#"{"Statement":{"Effect":"Allow","Action":"a:b","Condition":{"StringEqual":{},"Null":{"a:b":null},"NullIfExists":{},"ForAllValues:Null":{},
                "StringLike":{"a:B":"1","A:b":"2"}}}}"#,
            &[
                "$.Statement.Condition.StringEqual: unknown condition operator `StringEqual`",
                r#"$.Statement.Condition.Null["a:b"]: expected a string, a number or a boolean, found null"#,
                "$.Statement.Condition.NullIfExists: `NullIfExists`: `Null` takes neither `IfExists` nor a set operator",
                r#"$.Statement.Condition["ForAllValues:Null"]: `ForAllValues:Null`: `Null` takes neither `IfExists` nor a set operator"#,
                r#"$.Statement.Condition.StringLike["A:b"]: condition key `A:b` appears twice in one operator block (letter case does not tell keys apart)"#,
            ],
        ),
        (
            r#"{"Statement":[{"Sid":"a b","Effect":"Allow","Action":"a:b","Principal":"arn:x"},{"Sid":"A","Effect":"Allow","Action":"a:b","Principal":{}},
                {"Sid":"A","Effect":"Allow","Principal":{"Federation":"x","AWS":[]}}]}"#,
            &[
                r#"$.Statement[0].Sid: `Sid` "a b" may hold letters and digits only"#,
                r#"$.Statement[0].Principal: a principal is "*" or an object such as {"Federated": …}, not "arn:x""#,
                "$.Statement[1].Principal: the principal element names nobody",
                "$.Statement[2].Principal.Federation: unknown principal type `Federation`; known are AWS, Federated, Service, CanonicalUser",
                "$.Statement[2].Principal: the principal element names nobody",
                "$.Statement[2]: missing required element `Action`",
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(problems(PolicyDocument::parse(text)), *expected, "{text}");
    }
}

#[test]
fn each_type_of_policy_has_its_own_elements() {
    let statement = |rest: &str| format!(r#"{{"Statement":[{{"Effect":"Allow",{rest}}}]}}"#);
    let everyone = statement(r#""Principal":"*","Action":"sts:AssumeRole""#);
    let resource = statement(r#""Resource":"*","Action":"s3:Get""#);
    let both = statement(r#""NotPrincipal":{"AWS":"*"},"NotResource":"x","Action":"Get""#);
    let trust = |text: &str| problems(PolicyDocument::parse_trust(text));
    let identity = |text: &str| problems(PolicyDocument::parse_identity(text));
    let at = |kinds: &[&str]| -> Vec<String> {
        kinds
            .iter()
            .map(|kind| format!("$.Statement[0]: {kind}"))
            .collect()
    };
    let not_allowed =
        |name: &str| format!("element `{name}` is not allowed in this type of policy");

    assert_eq!(trust(&everyone), at(&[]));
    assert_eq!(
        trust(&resource),
        at(&[
            "missing required element `Principal`",
            &not_allowed("Resource")
        ])
    );
    assert_eq!(
        trust(&both),
        at(&[&not_allowed("NotPrincipal"), &not_allowed("NotResource")])
    );
    assert_eq!(identity(&resource), at(&[]));
    assert_eq!(
        identity(&everyone),
        at(&[
            &not_allowed("Principal"),
            "missing required element `Resource`"
        ])
    );
    assert_eq!(
        identity(&both),
        at(&[
            &not_allowed("NotPrincipal"),
            r#"action "Get" names no service; write it as `service:Action` or "*""#,
            r#"resource "x" is neither an ARN nor "*""#
        ])
    );
}

#[test]
fn texts_that_mean_the_same_are_equivalent_and_others_are_not() {
    let wrap = |rest: &str| {
        format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{rest}}}]}}"#)
    };
    let cases = [
        (wrap(r#""Action":"a:b""#), wrap(r#""Action":["A:B"]"#), true),
        (
            wrap(r#""Action":["a:b","a:c"]"#),
            wrap(r#""Action":["a:c","a:b","a:b"]"#),
            true,
        ),
        (
            wrap(r#""Action":"a:b""#),
            wrap(r#""Action":"a:b","Sid":"x""#),
            false,
        ),
        (
            wrap(r#""Action":"a:b""#),
            wrap(r#""Action":"a:b","Sid":"""#),
            true,
        ),
        (
            wrap(r#""Action":"a:b""#),
            wrap(r#""NotAction":"a:b""#),
            false,
        ),
        (
            wrap(
                r#""Action":"a:b","Condition":{"Bool":{"aws:SecureTransport":true},"NumericEquals":{"a:n":3600}}"#,
            ),
            wrap(
                r#""Condition":{"NumericEquals":{"A:N":["3600"]},"bool":{"aws:securetransport":"true"}},"Action":"a:b""#,
            ),
            true,
        ),
        (
            wrap(r#""Action":"a:b","Resource":"X""#),
            wrap(r#""Action":"a:b","Resource":"x""#),
            false,
        ),
        (
            wrap(r#""Action":"a:b","Principal":{"AWS":"123456789012"}"#),
            wrap(r#""Action":"a:b","Principal":{"AWS":["arn:aws:iam::123456789012:root"]}"#),
            true,
        ),
        (
            wrap(r#""Action":"a:b","Principal":{"AWS":"123456789012"}"#),
            wrap(r#""Action":"a:b","Principal":{"AWS":["arn:aws:iam::123456789013:root"]}"#),
            false,
        ),
        (
            wrap(r#""Action":"a:b","Principal":{"AWS":"arn:aws-cn:iam::123456789012:root"}"#),
            wrap(r#""Action":"a:b","Principal":{"AWS":["arn:aws:iam::123456789012:root"]}"#),
            false,
        ),
        (
            r#"{"Statement":{"Effect":"Allow","Action":"a:b"}}"#.to_owned(),
            wrap(r#""Action":"a:b""#),
            false,
        ),
        (
            r#"{"Statement":[{"Effect":"Allow","Action":"a:b"},{"Effect":"Deny","Action":"a:c"}]}"#
                .to_owned(),
            r#"{"Statement":[{"Effect":"Deny","Action":"a:c"},{"Effect":"Allow","Action":"a:b"}]}"#
                .to_owned(),
            true,
        ),
        (
            r#"{"a":1,"b":[1]}"#.to_owned(),
            r#"{ "b": [1], "a": 1 }"#.to_owned(),
            true,
        ),
        (r#"{"a":1}"#.to_owned(), r#"{"a":[1]}"#.to_owned(), false),
        ("not json".to_owned(), "not json".to_owned(), true),
        ("not json".to_owned(), "not  json".to_owned(), false),
    ];
    for (one, other, expected) in cases {
        assert_eq!(equivalent(&one, &other), expected, "{one}\n{other}");
        assert_eq!(equivalent(&other, &one), expected, "{other}\n{one}");
    }
}

#[test]
fn sizes_count_no_white_space_and_quotas_name_themselves() {
    assert_eq!(measured_size(" { \"a\" :\n\t\"ü b\" } "), 10);
    assert_eq!(PolicyQuota::Trust.check(2_048), Ok(()));
    assert_eq!(
        PolicyQuota::Trust.check(2_049).unwrap_err().to_string(),
        "Cannot exceed quota for ACLSizePerRole: 2048 (the policy has 2049 characters without white space)"
    );
    assert_eq!(
        PolicyQuota::Managed.check_against(10, 11).unwrap_err().size,
        11
    );
    assert_eq!(PolicyQuota::InlineOfRole.default_limit(), 10_240);
}

#[test]
fn every_operator_name_reads_in_any_case_and_prints_in_awss_own() {
    for base in BaseOperator::ALL {
        for set in [
            None,
            Some(SetQuantifier::ForAllValues),
            Some(SetQuantifier::ForAnyValue),
        ] {
            for if_exists in [false, true] {
                let operator = ConditionOperator {
                    set,
                    base: *base,
                    if_exists,
                };
                let decorated = set.is_some() || if_exists;
                let read: Result<ConditionOperator, _> =
                    operator.to_string().to_lowercase().parse();
                assert_eq!(
                    read.is_ok(),
                    *base != BaseOperator::Null || !decorated,
                    "{operator}"
                );
                assert!(read.is_err() || read == Ok(operator), "{operator}");
            }
        }
    }
}

#[test]
fn arns_read_and_print_themselves() {
    for text in [
        "arn:aws:iam::132099918825:role/app",
        "arn:aws-cn:iam::132099918825:role/team/x/app",
        "arn:aws-us-gov:iam::132099918825:role/a+b=c,d.e@f-g_h",
    ] {
        let role: RoleArn = text.parse().unwrap();
        assert_eq!(role.to_string(), text);
        let rebuilt = RoleArn::new(
            role.partition().clone(),
            role.account().clone(),
            role.path(),
            role.name(),
        );
        assert_eq!(rebuilt, role);
    }
    for text in [
        "",
        "app",
        "arn:aws:iam::1111:role/app",
        "arn:aws:iam::132099918825:role/",
        "arn:aws:iam::132099918825:user/app",
        "arn:aws:iam::132099918825:role/app ",
        "arn:aws:iam:us-east-1:132099918825:role/app",
        "arn:gcp:iam::132099918825:role/app",
        "arn:aws:sts::132099918825:role/app",
    ] {
        assert!(text.parse::<RoleArn>().is_err(), "{text}");
    }
    let provider = "arn:aws:iam::132099918825:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB";
    let parsed: OidcProviderArn = provider.parse().unwrap();
    assert_eq!(parsed.to_string(), provider);
    assert_eq!(parsed.issuer().eks_id(), Some("AB"));
    assert_eq!(
        Partition::of_region("cn-north-1").dns_suffix(),
        "amazonaws.com.cn"
    );
    assert_eq!(Partition::of_region("us-gov-west-1").as_str(), "aws-us-gov");
}

#[test]
fn issuers_lose_their_scheme_and_the_case_of_their_host_only() {
    let issuer: Issuer = "https://OIDC.eks.eu-west-1.amazonaws.com/id/AbC"
        .parse()
        .unwrap();
    assert_eq!(issuer.as_str(), "oidc.eks.eu-west-1.amazonaws.com/id/AbC");
    assert_eq!(
        issuer.url(),
        "https://oidc.eks.eu-west-1.amazonaws.com/id/AbC"
    );
    assert_eq!(
        issuer.key("sub"),
        "oidc.eks.eu-west-1.amazonaws.com/id/AbC:sub"
    );
    assert_eq!(issuer, Issuer::eks("eu-west-1", &Partition::aws(), "AbC"));
    for text in [
        "http://a.b",
        "",
        "https://",
        "https://a.b:443/x",
        "a.b/x?y",
        "a.b/x y",
        "/id/A",
    ] {
        assert!(text.parse::<Issuer>().is_err(), "{text}");
    }
}

/// A value spelt as it is, or as a list of itself, or as a longer list with repeats in another order.
fn respelt(values: &[Value], spelling: u8) -> Value {
    match (values, spelling % 3) {
        ([only], 0) => only.clone(),
        (values, 1) => values.iter().rev().chain(values).cloned().collect(),
        (values, _) => values.to_vec().into(),
    }
}

fn recased(text: &str, spelling: u8) -> String {
    if spelling.is_multiple_of(2) {
        text.to_owned()
    } else {
        text.to_ascii_uppercase()
    }
}

/// One statement of small words, spelt in the way `spelling` says; the meaning depends on `meaning` alone.
fn spelt(meaning: &[(u8, u8, u8)], spelling: u8) -> String {
    let mut statements: Vec<Value> = meaning
        .iter()
        .map(|(actions, condition, principal)| {
            let actions: Vec<Value> = (0..=actions % 3)
                .map(|at| recased(&format!("sts:a{at}"), spelling).into())
                .collect();
            let number = if spelling.is_multiple_of(2) { json!(condition) } else { json!(condition.to_string()) };
            let texts: Vec<Value> = (0..=condition % 2).map(|at| format!("v{at}").into()).collect();
            let account = match (principal % 2, spelling % 2) {
                (0, _) => json!("arn:aws:iam::000000000001:user/x"),
                (_, 0) => json!("000000000001"),
                (_, _) => json!(["arn:aws:iam::000000000001:root"]),
            };
            json!({
                "Effect": "Allow",
                "Principal": { "AWS": account },
                "Action": respelt(&actions, spelling),
                "Condition": {
                    "NumericEquals": { recased("a:n", spelling): number },
                    recased("StringLike", spelling): { recased("a:b", spelling): respelt(&texts, spelling) },
                },
            })
        })
        .collect();
    if spelling.is_multiple_of(2) {
        statements.reverse();
    }
    let statements = respelt(&statements, if meaning.len() == 1 { spelling } else { 2 });
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

proptest! {
    #[test]
    fn spelling_never_changes_the_meaning(
        one in prop::collection::vec((0u8..4, 0u8..4, 0u8..4), 1..4),
        other in prop::collection::vec((0u8..4, 0u8..4, 0u8..4), 1..4),
        spellings in (0u8..6, 0u8..6),
    ) {
        let (first, second) = (spelt(&one, spellings.0), spelt(&one, spellings.1));
        prop_assert!(equivalent(&first, &second), "{first}\n{second}");
        let foreign = spelt(&other, spellings.1);
        prop_assert_eq!(
            equivalent(&first, &foreign),
            equivalent(&spelt(&one, 0), &spelt(&other, 0)),
            "{}\n{}", first, foreign
        );
    }

    #[test]
    fn the_canonical_form_keeps_the_meaning_and_is_its_own(
        meaning in prop::collection::vec((0u8..4, 0u8..4, 0u8..4), 1..4),
        spelling in 0u8..6,
    ) {
        let text = spelt(&meaning, spelling);
        let canonical = PolicyDocument::parse(&text).unwrap().canonical_json();
        prop_assert!(equivalent(&text, &canonical));
        prop_assert_eq!(&PolicyDocument::parse(&canonical).unwrap().canonical_json(), &canonical);
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in ".{0,60}") {
        drop(PolicyDocument::parse(&text).map_err(|error| error.to_string()));
    }
}

#[test]
fn an_issuer_tells_its_region_and_partition() {
    let cases = [
        (
            "oidc.eks.ap-northeast-2.amazonaws.com/id/A",
            Some("ap-northeast-2"),
            "aws",
        ),
        (
            "oidc.eks.cn-north-1.amazonaws.com.cn/id/A",
            Some("cn-north-1"),
            "aws-cn",
        ),
        (
            "oidc.eks.us-gov-west-1.amazonaws.com/id/A",
            Some("us-gov-west-1"),
            "aws-us-gov",
        ),
        (
            "oidc.eks.eusc-de-east-1.amazonaws.eu/id/A",
            Some("eusc-de-east-1"),
            "aws-eusc",
        ),
        (
            "oidc.eks.us-iso-east-1.c2s.ic.gov/id/A",
            Some("us-iso-east-1"),
            "aws-iso",
        ),
        (
            "oidc.eks.us-isob-east-1.sc2s.sgov.gov/id/A",
            Some("us-isob-east-1"),
            "aws-iso-b",
        ),
        (
            "oidc.eks.eu-isoe-west-1.cloud.adc-e.uk/id/A",
            Some("eu-isoe-west-1"),
            "aws-iso-e",
        ),
        (
            "oidc.eks.us-isof-south-1.csp.hci.ic.gov/id/A",
            Some("us-isof-south-1"),
            "aws-iso-f",
        ),
        (
            "oidc-eks.ap-northeast-2.api.aws/id/A",
            Some("ap-northeast-2"),
            "aws",
        ),
        ("tokens.example.com/cluster", None, "aws"),
    ];
    for (text, region, partition) in cases {
        let issuer: Issuer = text.parse().unwrap();
        assert_eq!(issuer.region(), region, "{text}");
        assert_eq!(issuer.partition().as_str(), partition, "{text}");
        if !issuer.is_dual_stack_alias()
            && let Some(region) = region
        {
            assert_eq!(issuer, Issuer::eks(region, &issuer.partition(), "A"));
        }
    }
}
