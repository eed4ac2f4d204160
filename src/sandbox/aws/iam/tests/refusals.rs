//! What IAM refuses, as raw requests: the answer's status, code and text.

use super::{GRANT, ISSUER, PROVIDER, TRUST, role};
use crate::sandbox::aws::tests::{empty, query};

/// Sends requests one after the other to one account; the last must end as told.
fn ends(requests: &[&[(&str, &str)]], expected: &str) {
    let sandbox = empty();
    let (last, first) = requests.split_last().unwrap();
    for request in first {
        assert_eq!(query(&sandbox, request), "200", "{request:?}");
    }
    let end = query(&sandbox, last);
    assert!(
        end.starts_with(expected),
        "{last:?}\n  ended  {end}\n  not as {expected}"
    );
}

fn role_with<'a>(name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut request = role("app");
    request.retain(|(key, _)| *key != name);
    request.push((name, value));
    request
}

fn provider_with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut request = vec![("Action", "CreateOpenIDConnectProvider")];
    if !more.iter().any(|(name, _)| *name == "Url") {
        request.push(("Url", ISSUER));
    }
    request.extend(more);
    request
}

#[test]
fn requests_that_break_a_constraint_are_refused() {
    let long_name = "n".repeat(65);
    let long_path = format!("/{}/", "p".repeat(511));
    let long_text = "d".repeat(1001);
    let cases: &[(&str, &str, &str)] = &[
        (
            "RoleName",
            &long_name,
            "400 ValidationError 1 validation error detected: Value ",
        ),
        (
            "RoleName",
            "a/b",
            "400 ValidationError The specified value for roleName is invalid. It must contain only alphanumeric",
        ),
        (
            "RoleName",
            "",
            "400 ValidationError 1 validation error detected",
        ),
        (
            "Path",
            "irsa",
            "400 ValidationError The specified value for path is invalid.",
        ),
        (
            "Path",
            "/irsa",
            "400 ValidationError The specified value for path is invalid.",
        ),
        (
            "Path",
            "//",
            "400 ValidationError The specified value for path is invalid.",
        ),
        ("Path", &long_path, "400 ValidationError 1 validation error"),
        (
            "Description",
            &long_text,
            "400 ValidationError 1 validation error",
        ),
        (
            "Description",
            "\u{2014}",
            "400 ValidationError 1 validation error",
        ),
        (
            "MaxSessionDuration",
            "60",
            "400 ValidationError 1 validation error detected: Value &apos;60&apos; at &apos;maxSessionDuration&apos; failed to satisfy constraint: Member must have value greater than or equal to 3600",
        ),
        (
            "MaxSessionDuration",
            "43201",
            "400 ValidationError 1 validation error",
        ),
        (
            "PermissionsBoundary",
            "arn:aws:iam::123456789012:policy/missing",
            "404 NoSuchEntity Scope ARN: arn:aws:iam::123456789012:policy/missing does not exist or is not attachable.",
        ),
        (
            "PermissionsBoundary",
            "arn:aws:iam::aws:policy/AmazonEKSNothing",
            "404 NoSuchEntity",
        ),
    ];
    for (name, value, expected) in cases {
        ends(&[&role_with(name, value)], expected);
    }
    ends(
        &[&[("Action", "CreateRole"), ("RoleName", "app")]],
        "400 ValidationError 1 validation error detected: Value null at &apos;assumeRolePolicyDocument&apos;",
    );
    ends(
        &[&[("Action", "GetRole"), ("RoleName", "app")]],
        "404 NoSuchEntity The role with name app cannot be found.",
    );
}

#[test]
fn names_differ_by_more_than_case() {
    ends(
        &[&role("App"), &role("aPP")],
        "409 EntityAlreadyExists Role with name aPP already exists.",
    );
    ends(
        &[&provider_with(&[]), &provider_with(&[])],
        "409 EntityAlreadyExists Provider with url https://oidc.eks.us-east-1",
    );
    ends(
        &[
            &provider_with(&[]),
            &provider_with(&[(
                "Url",
                "https://OIDC.eks.us-east-1.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53",
            )]),
        ],
        "409",
    );
    ends(
        &[
            &provider_with(&[]),
            &provider_with(&[(
                "Url",
                "https://oidc.eks.us-east-1.amazonaws.com/id/b0678ed568fc12bbc37256bba2a4bb53",
            )]),
        ],
        "200",
    );
}

#[test]
fn trust_documents_are_judged_before_they_are_stored() {
    let federated = |arn: &str| {
        format!(
            r#"{{"Statement":[{{"Effect":"Allow","Principal":{{"Federated":"{arn}"}},"Action":"sts:AssumeRoleWithWebIdentity"}}]}}"#
        )
    };
    let aws = |arn: &str| {
        federated(arn)
            .replace("Federated", "AWS")
            .replace("WithWebIdentity", "")
    };
    let cases = [
        (federated(PROVIDER), "200"),
        (federated("cognito-identity.amazonaws.com"), "200"),
        (
            federated(""),
            "400 MalformedPolicyDocument Federated principals must be valid domain names or SAML metadata ARNs",
        ),
        (
            federated("arn:aws:iam::123456789012:oidc-provider/"),
            "400 MalformedPolicyDocument Federated principals",
        ),
        (
            aws("arn:aws:iam::123456789012:role/missing"),
            "400 MalformedPolicyDocument Invalid principal in policy: &quot;AWS&quot;:&quot;arn:aws:iam::123456789012:role/missing&quot;",
        ),
        (aws("arn:aws:iam::999999999999:role/foreign"), "200"),
        (aws("arn:aws:iam::123456789012:root"), "200"),
        (aws("123456789012"), "200"),
        (
            aws("nobody"),
            "400 MalformedPolicyDocument Invalid principal in policy",
        ),
        (
            "not json".to_owned(),
            "400 MalformedPolicyDocument This policy contains invalid Json",
        ),
        (
            TRUST.replace("eks.amazonaws.com", "eks\u{2014}"),
            "400 ValidationError 1 validation error detected",
        ),
        (
            TRUST.replace("2012-10-17", "2020-01-01"),
            "400 MalformedPolicyDocument The policy must contain a valid version string",
        ),
        (
            TRUST.replace(r#""Action":"#, r#""Resource":"*","Action":"#),
            "400 MalformedPolicyDocument Has prohibited field Resource",
        ),
        (
            TRUST.replace("Principal", "NotPrincipal"),
            "400 MalformedPolicyDocument Has prohibited field NotPrincipal",
        ),
        (
            TRUST.replace(r#""Principal":{"Service":"eks.amazonaws.com"},"#, ""),
            "400 MalformedPolicyDocument Missing required field Principal",
        ),
        (
            TRUST.replace(r#","Action":"sts:AssumeRole""#, ""),
            "400 MalformedPolicyDocument Missing required field Action",
        ),
        (
            TRUST.replace("sts:AssumeRole", "s3:GetObject"),
            "400 MalformedPolicyDocument AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            TRUST.replace("Allow", "Maybe"),
            "400 MalformedPolicyDocument Invalid effect: Maybe",
        ),
        (
            TRUST.replace("Effect", "Efect"),
            "400 MalformedPolicyDocument Has prohibited field Efect",
        ),
        (
            TRUST.replace(
                r#""Action""#,
                r#""Condition":{"StringIs":{"a:b":"c"}},"Action""#,
            ),
            "400 MalformedPolicyDocument Invalid Condition type : StringIs",
        ),
        (
            TRUST.replace(r#""Effect""#, r#""Sid":"not a sid","Effect""#),
            "400 MalformedPolicyDocument Syntax errors in policy.",
        ),
        (
            r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned(),
            "400 MalformedPolicyDocument",
        ),
    ];
    for (document, expected) in &cases {
        ends(
            &[&role_with("AssumeRolePolicyDocument", document)],
            expected,
        );
        ends(
            &[
                &role("app"),
                &[
                    ("Action", "UpdateAssumeRolePolicy"),
                    ("RoleName", "app"),
                    ("PolicyDocument", document),
                ],
            ],
            expected,
        );
    }
}

#[test]
fn permission_documents_are_judged_before_they_are_stored() {
    let cases = [
        (GRANT.to_owned(), "200"),
        (
            "{".to_owned(),
            "400 MalformedPolicyDocument Syntax errors in policy.",
        ),
        (
            TRUST.to_owned(),
            "400 MalformedPolicyDocument Policy document should not specify a principal.",
        ),
        (
            GRANT.replace("s3:GetObject", "GetObject"),
            "400 MalformedPolicyDocument Actions/Conditions must be prefaced by a vendor",
        ),
        (
            GRANT.replace(r#","Resource":"*""#, ""),
            "400 MalformedPolicyDocument Policy statement must contain resources.",
        ),
        (
            GRANT.replace(r#""Action":"s3:GetObject","#, ""),
            "400 MalformedPolicyDocument Policy statement must contain actions.",
        ),
        (
            GRANT.replace(r#""*""#, r#""bucket""#),
            "400 MalformedPolicyDocument Resource bucket must be in ARN format",
        ),
    ];
    for (document, expected) in &cases {
        let put = [
            ("Action", "PutRolePolicy"),
            ("RoleName", "app"),
            ("PolicyName", "p"),
            ("PolicyDocument", document.as_str()),
        ];
        ends(&[&role("app"), &put], expected);
        ends(
            &[&[
                ("Action", "CreatePolicy"),
                ("PolicyName", "p"),
                ("PolicyDocument", document.as_str()),
            ]],
            expected,
        );
    }
}

#[test]
fn providers_are_judged_before_they_are_stored() {
    let good = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";
    let six: Vec<(String, &str)> = (1..=6)
        .map(|index| (format!("ThumbprintList.member.{index}"), good))
        .collect();
    let six: Vec<(&str, &str)> = six
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    let many: Vec<(String, String)> = (1..=101)
        .map(|index| {
            (
                format!("ClientIDList.member.{index}"),
                format!("client-{index}"),
            )
        })
        .collect();
    let many: Vec<(&str, &str)> = many
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let long = format!("https://issuer.example/{}", "x".repeat(240));
    let not_hex = "g".repeat(40);
    let cases: &[(&[(&str, &str)], &str)] = &[
        (
            &[("Url", "http://issuer.example")],
            "400 ValidationError Invalid Open ID Connect Provider URL",
        ),
        (
            &[("Url", "https://issuer.example:8443/id")],
            "400 ValidationError Invalid Open ID",
        ),
        (
            &[("Url", "https://issuer.example/id?a=b")],
            "400 ValidationError Invalid Open ID",
        ),
        (
            &[("Url", "https://")],
            "400 ValidationError Invalid Open ID",
        ),
        (&[("Url", &long)], "400 ValidationError 1 validation error"),
        (
            &[("ThumbprintList.member.1", "abc")],
            "400 ValidationError 1 validation error",
        ),
        (&[("ThumbprintList.member.1", &not_hex)], "400 InvalidInput"),
        (&six, "400 InvalidInput"),
        (
            &many,
            "409 LimitExceeded Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100",
        ),
    ];
    for (parameters, expected) in cases {
        ends(&[&provider_with(parameters)], expected);
    }
    let update = [
        ("Action", "UpdateOpenIDConnectProviderThumbprint"),
        ("OpenIDConnectProviderArn", PROVIDER),
    ];
    ends(&[&provider_with(&[]), &update], "400 InvalidInput");
    ends(
        &[&update],
        "404 NoSuchEntity OpenIDConnect Provider not found for arn arn:aws:iam::123456789012:oidc-provider/oidc",
    );
}

#[test]
fn quotas_hold() {
    let many_subjects = |count: usize| {
        let subjects: Vec<String> = (0..count)
            .map(|index| format!(r#""system:serviceaccount:namespace-{index:03}:account""#))
            .collect();
        format!(
            r#"{{"Statement":[{{"Effect":"Allow","Principal":{{"Federated":"{PROVIDER}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"StringEquals":{{"k:sub":[{}]}}}}}}]}}"#,
            subjects.join(", \n        ")
        )
    };
    ends(
        &[&role_with("AssumeRolePolicyDocument", &many_subjects(36))],
        "200",
    );
    ends(
        &[&role_with("AssumeRolePolicyDocument", &many_subjects(42))],
        "409 LimitExceeded Cannot exceed quota for ACLSizePerRole: 2048",
    );
    let half = GRANT.replace("GetObject", &"x".repeat(5_050));
    let put = |name: &'static str| {
        vec![
            ("Action", "PutRolePolicy"),
            ("RoleName", "app"),
            ("PolicyName", name),
            ("PolicyDocument", half.as_str()),
        ]
    };
    ends(
        &[&role("app"), &put("a"), &put("b")],
        "409 LimitExceeded Maximum policy size of 10240 bytes exceeded for role app",
    );
    ends(&[&role("app"), &put("a"), &put("a")], "200");
    let arns: Vec<String> = (0..11)
        .map(|index| format!("arn:aws:iam::aws:policy/AmazonThing{index}"))
        .collect();
    let attach: Vec<Vec<(&str, &str)>> = arns
        .iter()
        .map(|arn| {
            vec![
                ("Action", "AttachRolePolicy"),
                ("RoleName", "app"),
                ("PolicyArn", arn.as_str()),
            ]
        })
        .collect();
    let created = role("app");
    let mut requests: Vec<&[(&str, &str)]> = vec![&created];
    requests.extend(attach.iter().map(Vec::as_slice));
    ends(
        &requests,
        "409 LimitExceeded Cannot exceed quota for PoliciesPerRole: 10",
    );
    let tags: Vec<(String, String)> = (1..=51)
        .map(|index| (format!("Tags.member.{index}.Key"), format!("key-{index}")))
        .collect();
    let mut tagged = role("app");
    tagged.extend(
        tags.iter()
            .take(50)
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    let one_more = [
        ("Action", "TagRole"),
        ("RoleName", "app"),
        ("Tags.member.1.Key", "one more"),
        ("Tags.member.1.Value", ""),
    ];
    ends(&[&tagged, &one_more], "409 LimitExceeded");
    tagged.extend(
        tags.iter()
            .skip(50)
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    ends(&[&tagged], "400 ValidationError");
}

#[test]
fn tags_are_judged_before_they_are_stored() {
    let cases: &[(&str, &str, &str)] = &[
        (
            "aws:team",
            "x",
            "400 InvalidInput aws: prefixed tag key names are not allowed for external use.",
        ),
        ("", "x", "400 ValidationError"),
        ("a;b", "x", "400 ValidationError"),
        ("team", "\u{7}", "400 ValidationError"),
    ];
    for (key, value, expected) in cases {
        let mut request = role("app");
        request.extend([("Tags.member.1.Key", *key), ("Tags.member.1.Value", *value)]);
        ends(&[&request], expected);
    }
    let mut request = role("app");
    request.extend([("Tags.member.1.Key", "Team"), ("Tags.member.2.Key", "team")]);
    ends(
        &[&request],
        "400 InvalidInput Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    );
}

#[test]
fn policies_that_are_not_there_are_refused() {
    let of_role = |action: &'static str, name: &'static str, value: &'static str| {
        vec![("Action", action), ("RoleName", "app"), (name, value)]
    };
    let missing = "arn:aws:iam::123456789012:policy/missing";
    let cases = [
        (
            of_role("GetRolePolicy", "PolicyName", "p"),
            "404 NoSuchEntity The role policy with name p cannot be found.",
        ),
        (
            of_role("DeleteRolePolicy", "PolicyName", "p"),
            "404 NoSuchEntity",
        ),
        (
            of_role("AttachRolePolicy", "PolicyArn", missing),
            "404 NoSuchEntity Policy arn:aws:iam::123456789012:policy/missing does not exist or is not attachable.",
        ),
        (
            of_role(
                "AttachRolePolicy",
                "PolicyArn",
                "arn:aws:iam::aws:policy/AmazonEKSTypoPolicy",
            ),
            "404 NoSuchEntity",
        ),
        (
            of_role("AttachRolePolicy", "PolicyArn", "not-an-arn-of-a-policy"),
            "400 ValidationError ARN not-an-arn-of-a-policy is not valid.",
        ),
        (
            of_role("DetachRolePolicy", "PolicyArn", missing),
            "404 NoSuchEntity Policy arn:aws:iam::123456789012:policy/missing was not found.",
        ),
        (
            of_role("PutRolePermissionsBoundary", "PermissionsBoundary", missing),
            "404 NoSuchEntity Scope ARN",
        ),
        (
            of_role("DeleteRolePermissionsBoundary", "x", ""),
            "404 NoSuchEntity",
        ),
    ];
    for (request, expected) in &cases {
        ends(&[&role("app"), request], expected);
    }
}
