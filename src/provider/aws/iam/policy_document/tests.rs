//! Rendering of policy documents against what the AWS provider documents and its public acceptance tests expect
//! (`Sid` left out where it is empty, since version 5.0.0 of the provider).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::DATA;
use crate::provider::aws::testing::config_of;
use crate::schema::Facts;
use crate::value::{Known, Marks, Type, Value};
use serde_json::{Value as Json, json};

fn compute(config: &Value) -> Result<Value, String> {
    let computed = DATA.rules().compute(config, &Facts::default());
    computed.unwrap().map_err(|problem| problem.detail)
}

fn render(config: &Json) -> String {
    let value = compute(&config_of(DATA.schema(), &config.to_string())).unwrap();
    assert!(Known::new(&value).is_ok());
    assert!(value.has_type(&DATA.schema().block.ty()));
    let minified = value.get("minified_json").unwrap().as_str().unwrap();
    let json = value.get("json").unwrap().as_str().unwrap();
    let parse = |text| serde_json::from_str::<Json>(text).unwrap();
    assert_eq!(parse(minified), parse(json));
    let escaped = parse(json).to_string().replace('&', "\\u0026");
    let escaped = escaped.replace('<', "\\u003c").replace('>', "\\u003e");
    assert_eq!(minified, escaped);
    json.to_owned()
}

#[test]
fn a_document_has_the_order_and_the_shape_that_the_provider_gives_it() {
    let rendered = render(&json!({
        "policy_id": "policy_id",
        "statement": [
            {
                "sid": "1",
                "actions": ["s3:GetBucketLocation", "s3:ListAllMyBuckets"],
                "resources": ["arn:aws:s3:::*"],
            },
            {
                "actions": ["s3:ListBucket"],
                "resources": ["arn:aws:s3:::foo"],
                "condition": [{
                    "test": "StringLike",
                    "variable": "s3:prefix",
                    "values": ["home/", "", "home/&{aws:username}/"],
                }],
                "not_principals": [{ "type": "AWS", "identifiers": ["arn:blahblah:example"] }],
            },
            {
                "actions": ["s3:*"],
                "resources": [
                    "arn:aws:s3:::foo/home/&{aws:username}",
                    "arn:aws:s3:::foo/home/&{aws:username}/*",
                ],
                "principals": [{ "type": "AWS", "identifiers": ["arn:blahblah:example", "arn:blahblahblah:example"] }],
            },
            { "effect": "Deny", "not_actions": ["s3:*"], "not_resources": ["arn:aws:s3:::*"] },
            { "actions": ["kinesis:*"], "principals": [{ "type": "AWS", "identifiers": ["*"] }] },
            { "actions": ["firehose:*"], "principals": [{ "type": "*", "identifiers": ["*"] }] },
        ],
    }));
    let expected = r#"{
  "Version": "2012-10-17",
  "Id": "policy_id",
  "Statement": [
    {
      "Sid": "1",
      "Effect": "Allow",
      "Action": [
        "s3:ListAllMyBuckets",
        "s3:GetBucketLocation"
      ],
      "Resource": "arn:aws:s3:::*"
    },
    {
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::foo",
      "NotPrincipal": {
        "AWS": "arn:blahblah:example"
      },
      "Condition": {
        "StringLike": {
          "s3:prefix": [
            "home/",
            "",
            "home/${aws:username}/"
          ]
        }
      }
    },
    {
      "Effect": "Allow",
      "Action": "s3:*",
      "Resource": [
        "arn:aws:s3:::foo/home/${aws:username}/*",
        "arn:aws:s3:::foo/home/${aws:username}"
      ],
      "Principal": {
        "AWS": [
          "arn:blahblahblah:example",
          "arn:blahblah:example"
        ]
      }
    },
    {
      "Effect": "Deny",
      "NotAction": "s3:*",
      "NotResource": "arn:aws:s3:::*"
    },
    {
      "Effect": "Allow",
      "Action": "kinesis:*",
      "Principal": {
        "AWS": "*"
      }
    },
    {
      "Effect": "Allow",
      "Action": "firehose:*",
      "Principal": "*"
    }
  ]
}"#;
    assert_eq!(rendered, expected);
}

#[test]
fn a_trust_policy_of_a_service_account() {
    let issuer = "oidc.eks.eu-west-1.amazonaws.com/id/ABC";
    let provider = format!("arn:aws:iam::123456789012:oidc-provider/{issuer}");
    let rendered = render(&json!({ "statement": [{
        "actions": ["sts:AssumeRoleWithWebIdentity"],
        "principals": [{ "type": "Federated", "identifiers": [provider] }],
        "condition": [
            { "test": "StringEquals", "variable": format!("{issuer}:sub"), "values": ["system:serviceaccount:a:b"] },
            { "test": "StringEquals", "variable": format!("{issuer}:aud"), "values": ["sts.amazonaws.com"] },
        ],
    }] }));
    let expected = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Principal": {
        "Federated": "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC"
      },
      "Condition": {
        "StringEquals": {
          "oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud": "sts.amazonaws.com",
          "oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub": "system:serviceaccount:a:b"
        }
      }
    }
  ]
}"#;
    assert_eq!(rendered, expected);
}

/// Blocks of one principal type stand in the order of the plugin SDK's sets.
#[test]
fn principals_of_one_type_come_together() {
    let root = |partition: &str, digit: u8| {
        format!("arn:{partition}:iam::{}:root", digit.to_string().repeat(12))
    };
    for (partition, blocks, expected) in [
        ("aws", vec![vec![1], vec![2, 3]], vec![1, 3, 2]),
        ("aws", vec![vec![1, 2], vec![3], vec![4]], vec![3, 4, 2, 1]),
        (
            "aws-us-gov",
            vec![vec![1, 2], vec![3], vec![4]],
            vec![3, 2, 1, 4],
        ),
    ] {
        let blocks: Vec<Json> = blocks
            .iter()
            .map(|digits| {
                let identifiers: Vec<String> = digits.iter().map(|d| root(partition, *d)).collect();
                json!({ "type": "AWS", "identifiers": identifiers })
            })
            .collect();
        let rendered =
            render(&json!({ "statement": [{ "actions": ["*"], "principals": blocks }] }));
        let parsed: Json = serde_json::from_str(&rendered).unwrap();
        let expected: Vec<String> = expected.iter().map(|d| root(partition, *d)).collect();
        assert_eq!(parsed["Statement"][0]["Principal"]["AWS"], json!(expected));
    }
}

fn one(sid: &str, effect: &str, action: &str) -> Json {
    json!({ "sid": sid, "effect": effect, "actions": [action] })
}

/// `Sid Effect Action` of each statement, in order.
fn outline(rendered: &str) -> Vec<String> {
    let parsed: Json = serde_json::from_str(rendered).unwrap();
    let statements = parsed["Statement"].as_array().cloned().unwrap_or_default();
    let word = |statement: &Json, name: &str| statement[name].as_str().unwrap_or("-").to_owned();
    statements
        .iter()
        .map(|s| {
            ["Sid", "Effect", "Action"]
                .map(|name| word(s, name))
                .join(" ")
        })
        .collect()
}

#[test]
fn documents_are_merged() {
    let document = |statements: &[Json]| render(&json!({ "statement": statements }));
    let a = document(&[one("", "Allow", "foo:One"), one("sid1", "Allow", "bar:One")]);
    let b = document(&[one("sid2", "Deny", "foo:Two")]);
    let c = document(&[one("sid1", "Deny", "bar:Two")]);
    for (config, expected) in [
        (
            json!({ "source_policy_documents": [a, b] }),
            vec!["- Allow foo:One", "sid1 Allow bar:One", "sid2 Deny foo:Two"],
        ),
        (
            json!({ "source_policy_documents": [a], "statement": [one("sid1", "Deny", "x:Y")] }),
            vec!["- Allow foo:One", "sid1 Deny x:Y"],
        ),
        (
            json!({ "override_policy_documents": [a, b, c] }),
            vec!["- Allow foo:One", "sid1 Deny bar:Two", "sid2 Deny foo:Two"],
        ),
        (
            json!({ "statement": [one("sid2", "Deny", "*")], "override_policy_documents": [a, b] }),
            vec!["sid2 Deny foo:Two", "- Allow foo:One", "sid1 Allow bar:One"],
        ),
        (
            json!({ "source_policy_documents": [b], "override_policy_documents": [null, c] }),
            vec!["sid2 Deny foo:Two", "sid1 Deny bar:Two"],
        ),
        (json!({}), vec![]),
    ] {
        assert_eq!(outline(&render(&config)), expected, "{config}");
    }
    let doubled = config_of(
        DATA.schema(),
        &json!({ "source_policy_documents": [a, c] }).to_string(),
    );
    assert_eq!(
        compute(&doubled).unwrap_err(),
        "merging source document 1: duplicate Sid (sid1) in source_policy_documents (statement 0). Remove the Sid or ensure Sids are unique."
    );
    let doubled = json!({ "statement": [one("1", "Allow", "a"), one("1", "Allow", "b")] });
    let doubled = config_of(DATA.schema(), &doubled.to_string());
    assert_eq!(
        compute(&doubled).unwrap_err(),
        "duplicate Sid (1). Remove the Sid or ensure the Sid is unique."
    );
}

#[test]
fn foreign_documents_keep_what_they_say() {
    let foreign = r#"{"Version":"2008-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":["b","a"],
        "Resource":["one"],"Condition":{"Bool":{"aws:SecureTransport":true},"StringEquals":{"k":["only"]}}}}"#;
    let rendered =
        render(&json!({ "version": "2008-10-17", "source_policy_documents": [foreign] }));
    let expected = r#"{
  "Version": "2008-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "b",
        "a"
      ],
      "Resource": [
        "one"
      ],
      "Principal": "*",
      "Condition": {
        "Bool": {
          "aws:SecureTransport": "true"
        },
        "StringEquals": {
          "k": "only"
        }
      }
    }
  ]
}"#;
    assert_eq!(rendered, expected);
    let newer = render(&json!({ "source_policy_documents": [foreign] }));
    assert!(newer.contains("2012-10-17"), "the newer version wins");
}

#[test]
fn old_documents_have_no_variables() {
    for statement in [
        json!({ "resources": ["a/&{aws:username}"] }),
        json!({ "not_resources": ["a/&{aws:username}"] }),
        json!({ "principals": [{ "type": "AWS", "identifiers": ["&{aws:username}"] }] }),
        json!({ "not_principals": [{ "type": "AWS", "identifiers": ["&{aws:username}"] }] }),
        json!({ "condition": [{ "test": "StringLike", "variable": "v", "values": ["&{aws:username}"] }] }),
    ] {
        let config = json!({ "version": "2008-10-17", "statement": [statement] });
        let error = compute(&config_of(DATA.schema(), &config.to_string())).unwrap_err();
        let words = "found &{ sequence in (";
        assert!(error.contains(words), "{error}");
        assert!(error.ends_with("which is not supported in document version 2008-10-17"));
    }
}

#[test]
fn texts_are_escaped_as_go_escapes_them() {
    let rendered =
        render(&json!({ "statement": [{ "actions": ["a"], "resources": ["x&y<z>\"\\\n"] }] }));
    assert!(
        rendered.contains(r#""x\u0026y\u003cz\u003e\"\\\n""#),
        "{rendered}"
    );
}

#[test]
fn unknown_parts_leave_the_document_to_apply_and_marks_go_with_it() {
    let config = json!({ "statement": [{ "actions": ["a"], "resources": ["b"] }] });
    let known = config_of(DATA.schema(), &config.to_string());
    let replaced = |value: Value| {
        let statements = known.get("statement").unwrap();
        let statement = statements.as_elements().unwrap()[0].clone();
        let mut entries = statement.to_entries();
        entries.insert("resources".into(), value);
        let ty = statement.ty();
        let statements = Value::list(ty, vec![Value::object(entries)]);
        let mut entries = known.to_entries();
        entries.insert("statement".into(), statements);
        Value::object(entries)
    };
    let set = |element: Value| Value::set(Type::String, vec![element]);
    let unknown = replaced(set(Value::unknown(Type::String)));
    let computed = DATA.rules().compute(&unknown, &Facts::default());
    assert!(computed.is_none());
    let predicted = Value::string("arn").marked(Marks::PREDICTED);
    let predicted = compute(&replaced(set(predicted))).unwrap();
    let json = predicted.get("json").unwrap();
    assert_eq!(json.marks, Marks::PREDICTED);
    assert!(json.as_str().unwrap().contains("\"arn\""));
}

#[test]
fn arguments_are_checked() {
    for (config, expected) in [
        (
            json!({ "version": "2020" }),
            "expected version to be one of [\"2012-10-17\" \"2008-10-17\"], got 2020",
        ),
        (
            json!({ "statement": [{ "effect": "allow" }] }),
            "expected effect to be one of [\"Allow\" \"Deny\"], got allow",
        ),
        (
            json!({ "statement": [{ "sid": "a-b" }] }),
            "invalid value for sid (must only include alphanumeric characters)",
        ),
        (
            json!({ "source_json": "{}" }),
            "expected source_json to be an empty string",
        ),
        (
            json!({ "source_policy_documents": ["x"] }),
            "\"source_policy_documents.0\" contains an invalid JSON: expected value at line 1 column 1",
        ),
    ] {
        let config = config_of(DATA.schema(), &config.to_string());
        let problems = DATA.rules().validate(&config);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].summary, expected);
    }
}

#[test]
fn the_id_is_the_checksum_of_the_document() {
    assert_eq!(super::set_order::checksum("123456789"), 0xcbf4_3926);
}
