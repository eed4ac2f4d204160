//! Single rules: operators, globs, variables, keys, witnesses.

use super::*;
use crate::policy::{ConditionKey, Version};

/// Every operator on a present value, on a key that is absent, on one that is not known.
#[test]
fn operators() {
    let present = [
        (r#"{"StringEquals":{"ISS:Sub":"SUB"}}"#, "T"),
        (r#"{"stringequals":{"ISS:sub":"SUB"}}"#, "T"),
        (r#"{"StringEquals":{"ISS:sub":[]}}"#, "F"),
        (r#"{"StringNotEquals":{"ISS:sub":[]}}"#, "T"),
        (
            r#"{"StringEquals":{"ISS:sub":"system:serviceaccount:prod:ap?"}}"#,
            "F",
        ),
        (
            r#"{"StringLike":{"ISS:sub":"system:serviceaccount:prod:ap?"}}"#,
            "T",
        ),
        (
            r#"{"StringLike":{"ISS:sub":"system:serviceaccount:prod:app?"}}"#,
            "F",
        ),
        (r#"{"StringLike":{"ISS:sub":"System:*"}}"#, "F"),
        (
            r#"{"StringNotLike":{"ISS:sub":["system:serviceaccount:prod:b*","x"]}}"#,
            "T",
        ),
        (
            r#"{"StringNotLike":{"ISS:sub":["system:serviceaccount:prod:a*","x"]}}"#,
            "F",
        ),
        (
            r#"{"StringNotEqualsIgnoreCase":{"ISS:sub":"SYSTEM:serviceaccount:PROD:app"}}"#,
            "F",
        ),
        (r#"{"StringEqualsIfExists":{"ISS:sub":"x"}}"#, "F"),
        (
            r#"{"ForAnyValue:StringEquals":{"ISS:sub":["x","SUB"]}}"#,
            "T",
        ),
        (
            r#"{"ForAnyValue:StringNotEquals":{"ISS:sub":["x","SUB"]}}"#,
            "F",
        ),
        (
            r#"{"ForAllValues:StringNotLike":{"ISS:sub":["x","y*"]}}"#,
            "T",
        ),
        (r#"{"NumericEquals":{"ISS:sub":1}}"#, "U"),
        (r#"{"NumericNotEquals":{"ISS:sub":1}}"#, "U"),
        (r#"{"DateLessThan":{"ISS:sub":"2030-01-01"}}"#, "U"),
        (r#"{"NotIpAddress":{"ISS:sub":"10.0.0.0/8"}}"#, "U"),
        (r#"{"ArnNotLike":{"ISS:sub":"arn:aws:iam::*:role/x"}}"#, "U"),
        (r#"{"Bool":{"ISS:sub":"true"}}"#, "F"),
        (r#"{"Bool":{"aws:SecureTransport":"TRUE"}}"#, "T"),
        (r#"{"Bool":{"aws:SecureTransport":false}}"#, "F"),
        (r#"{"BinaryEquals":{"ISS:sub":"eA=="}}"#, "F"),
        (r#"{"Null":{"ISS:sub":false}}"#, "T"),
        (r#"{"Null":{"ISS:sub":"perhaps"}}"#, "U"),
        (r#"{"Null":{"sts:RoleSessionName":"false"}}"#, "T"),
        (r#"{"StringLike":{"sts:RoleSessionName":"x*"}}"#, "U"),
    ];
    let absent = [
        (r#"{"StringEquals":{"KEY":"x"}}"#, "F"),
        (r#"{"StringLike":{"KEY":"*"}}"#, "F"),
        (r#"{"StringNotEquals":{"KEY":"x"}}"#, "T"),
        (r#"{"StringNotLike":{"KEY":"*"}}"#, "T"),
        (r#"{"StringEqualsIfExists":{"KEY":"x"}}"#, "T"),
        (r#"{"ForAnyValue:StringEqualsIfExists":{"KEY":"x"}}"#, "T"),
        (r#"{"ForAnyValue:StringEquals":{"KEY":"x"}}"#, "F"),
        (r#"{"ForAnyValue:StringNotEquals":{"KEY":"x"}}"#, "F"),
        (r#"{"ForAllValues:StringEquals":{"KEY":"x"}}"#, "T"),
        (r#"{"NumericLessThan":{"KEY":"x"}}"#, "F"),
        (r#"{"NumericNotEquals":{"KEY":"x"}}"#, "T"),
        (r#"{"DateNotEquals":{"KEY":"x"}}"#, "T"),
        (r#"{"IpAddress":{"KEY":"x"}}"#, "F"),
        (r#"{"NotIpAddress":{"KEY":"x"}}"#, "T"),
        (r#"{"ArnLike":{"KEY":"*"}}"#, "F"),
        (r#"{"ArnNotEquals":{"KEY":"*"}}"#, "T"),
        (r#"{"Bool":{"KEY":"true"}}"#, "F"),
        (r#"{"BinaryEquals":{"KEY":"eA=="}}"#, "F"),
        (r#"{"Null":{"KEY":"true"}}"#, "T"),
        (r#"{"Null":{"KEY":"false"}}"#, "F"),
    ];
    let unknown = [
        r#"{"StringEquals":{"KEY":"x"}}"#,
        r#"{"StringNotEqualsIfExists":{"KEY":"x"}}"#,
        r#"{"ForAllValues:StringEquals":{"KEY":"x"}}"#,
        r#"{"Null":{"KEY":"true"}}"#,
    ];
    let mut cases: Vec<(String, &str)> = present
        .iter()
        .map(|(condition, truth)| ((*condition).to_owned(), *truth))
        .collect();
    for key in [
        "ISS:amr",
        "accounts.google.com:aud",
        "https://ISS:sub",
        "aws:RequestTag/x",
        "STS:ExternalId",
        "aws:TagKeys",
        "example.com/x",
    ] {
        cases.extend(
            absent
                .iter()
                .map(|(condition, truth)| (condition.replace("KEY", key), *truth)),
        );
    }
    for key in [
        "aws:SourceIp",
        "aws:PrincipalTag/a.b/c:d",
        "sts:Unheard",
        "saml:aud",
        "sub",
        "aws:CurrentTime",
    ] {
        cases.extend(
            unknown
                .iter()
                .map(|condition| (condition.replace("KEY", key), "U")),
        );
    }
    let verdict = |truth: &str| match truth {
        "T" => "PROVED",
        "F" => "REFUTED",
        _ => "UNDECIDED",
    };
    for (condition, truth) in cases {
        let scene = Scene::new(&document(&allow_if(&condition)));
        assert_eq!(
            scene.decide().verdict.as_str(),
            verdict(truth),
            "{condition}"
        );
        // A false conjunct hides what is unknown beside it, and a Deny turns the truth round.
        let statements = format!(
            "{},{}",
            canonical(),
            allow_if(&condition).replace("Allow", "Deny")
        );
        let denied = match truth {
            "T" => "REFUTED",
            "F" => "PROVED",
            _ => "UNDECIDED",
        };
        let scene = Scene::new(&document(&statements));
        assert_eq!(
            scene.decide().verdict.as_str(),
            denied,
            "denied: {condition}"
        );
    }
}

/// Operators that compare more than text, on an audience that can be read so.
#[test]
fn comparisons() {
    let cases = [
        ("1.50", r#""NumericEquals":{"ISS:aud":["x","1.5"]}"#, "T"),
        ("1.50", r#""NumericLessThan":{"ISS:aud":"1.5"}"#, "F"),
        ("1.50", r#""NumericLessThanEquals":{"ISS:aud":1.5}"#, "T"),
        ("-10", r#""NumericLessThan":{"ISS:aud":"-9.9"}"#, "T"),
        ("-0", r#""NumericGreaterThanEquals":{"ISS:aud":"0.0"}"#, "T"),
        (
            "99999999999999999999",
            r#""NumericGreaterThan":{"ISS:aud":"99999999999999999998"}"#,
            "T",
        ),
        (
            "99999999999999999999",
            r#""NumericNotEquals":{"ISS:aud":"99999999999999999998"}"#,
            "T",
        ),
        ("7", r#""NumericEquals":{"ISS:aud":["8","x"]}"#, "U"),
        (
            "2024-02-29T00:00:00Z",
            r#""DateEquals":{"ISS:aud":"2024-02-29"}"#,
            "T",
        ),
        (
            "2024-02-29T01:00:00+01:00",
            r#""DateGreaterThan":{"ISS:aud":"1709164799"}"#,
            "T",
        ),
        ("10.1.2.3", r#""IpAddress":{"ISS:aud":"10.0.0.0/8"}"#, "T"),
        (
            "10.1.2.3",
            r#""NotIpAddress":{"ISS:aud":["10.1.2.4","192.168.0.0/16"]}"#,
            "T",
        ),
        (
            "2001:db8::1",
            r#""IpAddress":{"ISS:aud":"2001:db8::/32"}"#,
            "T",
        ),
        (
            "arn:aws:iam::1:role/a/b",
            r#""ArnLike":{"ISS:aud":"arn:aws:iam::?:role/*"}"#,
            "T",
        ),
        (
            "arn:aws:iam::1:role/a/b",
            r#""ArnEquals":{"ISS:aud":"arn:*:role/a/b"}"#,
            "U",
        ),
        (
            "arn:aws:iam::1:role/a/b",
            r#""ArnNotLike":{"ISS:aud":"arn:aws:s3:::*"}"#,
            "T",
        ),
        ("eA==", r#""BinaryEquals":{"ISS:aud":"eA=="}"#, "U"),
        ("", r#""Null":{"ISS:aud":"false"}"#, "F"),
    ];
    for (audience, condition, expected) in cases {
        let mut scene = Scene::new(&document(&allow_if(&format!("{{{condition}}}"))));
        scene.binding.audience = Fact::Known(audience.to_owned());
        scene.providers.known[0].client_ids = Fact::Known(BTreeSet::from([audience.to_owned()]));
        let found = match scene.decide().verdict {
            Verdict::Proved => "T",
            Verdict::Refuted(_) => "F",
            Verdict::Undecided(_) | Verdict::Invalid(_) => "U",
        };
        assert_eq!(found, expected, "{audience} {condition}");
    }
}

#[test]
fn globs() {
    let cases = [
        ("", "", true),
        ("*", "", true),
        ("?", "", false),
        ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "a-b-b-d", false),
        ("*a", "aaa", true),
        ("a?c", "a:c", true),
        ("?", "ü", true),
        ("a*b", "a/1:b", true),
        ("**x**", "x", true),
        ("a", "A", false),
    ];
    for (pattern, text, expected) in cases {
        assert_eq!(
            Glob::new(pattern).matches(text),
            expected,
            "{pattern} on {text}"
        );
    }
}

/// Values of `:sub` with variables, in the current version of the language.
#[test]
fn variables() {
    let cases = [
        ("StringEquals", "${ISS:sub}", "PROVED"),
        ("StringEquals", "${iss:SUB}", "UNDECIDED"),
        ("StringEquals", "system:serviceaccount:prod:${*}", "REFUTED"),
        ("StringLike", "system:serviceaccount:prod:${*}", "REFUTED"),
        ("StringLike", "*${ISS:sub}", "PROVED"),
        ("StringLike", "${ISS:amr}*", "REFUTED"),
        ("StringNotLike", "${ISS:amr}*", "PROVED"),
        (
            "StringEquals",
            "system:serviceaccount:${aws:RequestTag/ns, 'prod'}:app",
            "PROVED",
        ),
        ("StringEquals", "${aws:RequestTag/ns, 'SUB'}", "PROVED"),
        ("StringEquals", "${aws:PrincipalTag/ns, 'SUB'}", "UNDECIDED"),
        ("StringEquals", "${aws:SecureTransport}", "UNDECIDED"),
        (
            "StringEquals",
            "${aws:RequestTag/a}${aws:username}",
            "REFUTED",
        ),
        ("StringEquals", "${ISS:sub", "UNDECIDED"),
        ("StringLike", "*${", "UNDECIDED"),
        ("StringLike", "*$*", "REFUTED"),
        ("NumericEquals", "${ISS:sub}", "UNDECIDED"),
    ];
    for (operator, value, expected) in cases {
        let value = if value.contains("iss") {
            value.to_owned()
        } else {
            spelt_out(value)
        };
        let condition = format!(r#"{{"{operator}":{{"ISS:sub":"{value}"}}}}"#);
        let scene = Scene::new(&document(&allow_if(&condition)));
        assert_eq!(
            scene.decide().verdict.as_str(),
            expected,
            "{operator} {value}"
        );
    }
    let plain = PolicyValue::new("${a:b}", Some(Version::V2008));
    assert!(plain.plain().is_some_and(|glob| glob.is_text("${a:b}")));
}

#[test]
fn claims_are_recognised_by_their_own_issuer_only() {
    let issuer = ISSUER.parse().unwrap();
    let claim = |key: &str| Claim::of_key(&ConditionKey::new(spelt_out(key)), &issuer);
    assert_eq!(claim("ISS:sub"), Some(Claim::Subject));
    assert_eq!(claim("ISS:AUD"), None, "the short name is spelt out");
    assert_eq!(claim("ISS:Aud"), Some(Claim::Audience));
    assert_eq!(claim("https://ISS:sub"), None);
    assert_eq!(claim("ISS/:sub"), None);
}

/// Reach beyond the subjects that are named, on `:sub` alone.
#[test]
fn breadth() {
    let like = |pattern: &str| {
        format!(r#"{{"StringLike":{{"ISS:sub":"{pattern}"}},"StringEquals":{{"ISS:aud":"AUD"}}}}"#)
    };
    let cases = [
        ("*", "cluster-wide"),
        ("system:serviceaccount:*", "cluster-wide"),
        ("system:*:*:*", "cluster-wide"),
        ("system:serviceaccount:prod:*", "namespace-wide:prod"),
        ("*:prod:*", "namespace-wide:prod"),
        ("*:app", "any-namespace"),
        ("*app", "any-namespace pattern:*app"),
        (
            "system:serviceaccount:p*",
            "namespace-wide:prod pattern:system:serviceaccount:p*",
        ),
        (
            "system:serviceaccount:????:*",
            "namespace-wide:prod pattern:system:serviceaccount:????:*",
        ),
        (
            "system:serviceaccount:prod:ap?",
            "pattern:system:serviceaccount:prod:ap?",
        ),
        ("sys*pro?:app", "pattern:sys*pro?:app"),
        ("SUB", ""),
    ];
    for (pattern, expected) in cases {
        let scene = Scene::new(&document(&allow_if(&like(pattern))));
        let decision = scene.decide();
        assert_eq!(
            summary(&decision),
            format!("PROVED {expected}").trim(),
            "{pattern}"
        );
        for broad in &decision.over_broad {
            let mut other = scene.clone();
            other.binding.subject = broad.witness.parse().unwrap();
            assert_eq!(
                other.decide().verdict,
                Verdict::Proved,
                "{pattern}: {}",
                broad.witness
            );
        }
    }
    let crossed = allow_if(
        r#"{"StringLike":{"ISS:sub":"*:prod:*"},"ForAnyValue:StringLike":{"ISS:sub":"*:a*"},"StringEquals":{"ISS:aud":"AUD"}}"#,
    );
    assert_eq!(
        summary(&Scene::new(&document(&crossed)).decide()),
        "PROVED pattern:*:a*"
    );
    let denied = document(&format!(
        "{},{}",
        allow_if(&like("system:serviceaccount:prod:*")),
        allow_if(r#"{"StringNotEquals":{"ISS:sub":"SUB"}}"#).replace("Allow", "Deny")
    ));
    assert_eq!(
        summary(&Scene::new(&denied).decide()),
        "PROVED",
        "a Deny takes the rest away"
    );
}

/// A cluster that does not exist yet: document, provider and issuer hold the same witness.
#[test]
fn witnesses() {
    let origin = "cluster.main.issuer";
    let witness = |which| Witness::issuer(origin, "eu-west-1", &Partition::aws(), which);
    let scene = |which, trust: &dyn Fn(&str) -> String| {
        let issuer: Issuer = witness(which).text().parse().unwrap();
        let mut scene = Scene::new(&trust(issuer.as_str()));
        scene.binding.cluster.issuer = Fact::Known(issuer.clone());
        scene.providers.known[0].issuer = issuer;
        scene
    };
    let decide = |trust: &dyn Fn(&str) -> String| {
        let (first, second) = (scene(Which::First, trust), scene(Which::Second, trust));
        decide_with_witnesses(&first.question(), &second.question())
    };
    let derived = |issuer: &str| document(&canonical()).replace(ISSUER, issuer);
    assert_eq!(summary(&decide(&derived)), "PROVED");

    let stale = |_: &str| document(&canonical());
    assert_eq!(summary(&decide(&stale)), "REFUTED G5 T09");
    let lucky = witness(Which::First).text().replace("https://", "");
    let hanging = |_: &str| document(&canonical()).replace(ISSUER, &lucky);
    assert_eq!(summary(&decide(&hanging)), "UNDECIDED WitnessesDisagree");

    let all: Witnesses = [
        witness(Which::First),
        Witness::opaque("role.app.unique_id", Which::First),
    ]
    .iter()
    .collect();
    let shown = all.display(&derived(&lucky));
    assert!(
        shown.contains(":oidc-provider/${cluster.main.issuer}\""),
        "{shown}"
    );
    assert!(shown.contains("\"${cluster.main.issuer}:sub\""), "{shown}");
    assert_eq!(
        all.display(witness(Which::First).text()),
        "${cluster.main.issuer}"
    );
    let id = lucky.rsplit_once('/').unwrap().1;
    assert_eq!(
        all.display(&format!("x-{id}")),
        "x-${id of cluster.main.issuer}"
    );
    let opaque = Witness::opaque("role.app.unique_id", Which::First);
    assert_eq!(all.display(opaque.text()), "${role.app.unique_id}");
    assert!(all.occur_in(&lucky) && !all.occur_in(&derived(ISSUER)));

    assert_eq!(id.len(), 32);
    assert_eq!(witness(Which::First), witness(Which::First));
    assert_ne!(witness(Which::First), witness(Which::Second));
    assert_ne!(
        witness(Which::First).text(),
        Witness::issuer(
            "cluster.b.issuer",
            "eu-west-1",
            &Partition::aws(),
            Which::First
        )
        .text()
    );
}
