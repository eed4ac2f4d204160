//! Tests of what all kinds share: settings, errors, retry classes, names, spelling, durations.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::object::{keep_spelling, object};
use super::testing::World;
use super::waiting::{PROPAGATION, Situation, class};
use super::{AwsClients, Settings, eks, names, provider_schema};
use crate::provider::{ProviderError, ProviderErrorKind, RetryClass};
use crate::sandbox::{Effect, Fault};
use crate::schema::TypeSchema;
use crate::value::{Known, Type, Value};
use serde_json::{Value as Json, json};
use std::time::Duration;

fn settings_in(block: &Json, environment: &[(&str, &str)]) -> Result<Settings, String> {
    let schema = TypeSchema {
        version: 0,
        block: provider_schema().clone(),
        description: "",
    };
    let block = object(&schema, block).unwrap();
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let environment = environment.iter().map(owned).collect();
    Settings::read(&block, &environment).map_err(|error| error.to_string())
}

fn settings(block: &Json) -> Result<Settings, String> {
    settings_in(block, &[])
}

#[test]
fn settings_are_read() {
    let read = settings(&json!({
        "region": "eu-west-1",
        "access_key": "a",
        "secret_key": "s",
        "token": "t",
        "max_retries": 3,
        "retry_mode": "adaptive",
        "default_tags": [{ "tags": { "team": "a" } }],
        "ignore_tags": [{ "keys": ["k"], "key_prefixes": ["p"] }],
        "allowed_account_ids": ["123456789012"],
        "assume_role": [
            {
                "role_arn": "arn:aws:iam::1:role/a", "session_name": "n", "duration": "1h", "external_id": "x",
                "source_identity": "me", "tags": { "a": "b" }, "transitive_tag_keys": ["a"],
                "policy": "{}", "policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
            },
            {},
            { "role_arn": "arn:aws:iam::2:role/b" },
        ],
        "endpoints": [{ "iam": "http://localhost:1", "s3": "http://localhost:2", "eks": "" }],
        "skip_metadata_api_check": "true",
        "skip_requesting_account_id": true,
        "skip_credentials_validation": true,
        "sts_region": "us-east-1",
        "token_bucket_rate_limiter_capacity": 7,
        "user_agent": ["a/1", "b/2 (c)"],
        "ec2_metadata_service_endpoint": "http://localhost:3",
        "ec2_metadata_service_endpoint_mode": "IPv6",
    }))
    .unwrap();
    assert_eq!(read.region.as_deref(), Some("eu-west-1"));
    assert_eq!(read.keys, Some(("a".to_owned(), "s".to_owned())));
    assert_eq!(
        (read.max_retries, read.adaptive_retries),
        (Some(3), Some(true))
    );
    assert_eq!(read.services.default_tags["team"], "a");
    assert_eq!(read.services.ignored_tags.prefixes, ["p"]);
    assert_eq!(read.services.endpoints["iam"], "http://localhost:1");
    assert_eq!(read.services.endpoints.get("eks"), None);
    assert_eq!(read.assumed_roles.len(), 2);
    let role = &read.assumed_roles[0];
    assert_eq!(role.duration, Some(Duration::from_hours(1)));
    assert_eq!(role.source_identity.as_deref(), Some("me"));
    assert_eq!(
        (role.tags["a"].as_str(), role.transitive_tag_keys.len()),
        ("b", 1)
    );
    assert!(read.skip_metadata && read.metadata_over_ipv6 && read.services.knows_no_account);
    assert_eq!(
        read.metadata_endpoint.as_deref(),
        Some("http://localhost:3")
    );
    assert_eq!(read.services.sts_region.as_deref(), Some("us-east-1"));
    assert_eq!(read.services.retry_capacity, Some(7));
    assert_eq!(read.services.products, ["a/1", "b/2 (c)"]);
    assert_eq!(read.signed_in_profile, "default");
}

#[test]
fn the_environment_fills_in_what_the_block_leaves_out() {
    let environment = [
        ("HOME", "/home/me"),
        ("AWS_DEFAULT_PROFILE", "usual"),
        ("AWS_CA_BUNDLE", "~/ca.pem"),
        ("HTTPS_PROXY", "http://proxy:1"),
        ("no_proxy", "internal"),
        ("TF_AWS_DEFAULT_TAGS_team", "from-environment"),
        ("TF_AWS_DEFAULT_TAGS_cost", "1"),
        ("TF_AWS_IGNORE_TAGS_KEYS", "one, two"),
        ("AWS_IAM_ENDPOINT", "http://localhost:1"),
        ("TF_AWS_STS_ENDPOINT", "http://localhost:2"),
        ("TF_APPEND_USER_AGENT", "Build/1"),
        ("AWS_ROLE_ARN", "arn:aws:iam::1:role/a"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
    ];
    let read = settings_in(
        &json!({
            "default_tags": [{ "tags": { "team": "own" } }],
            "endpoints": [{ "sts": "http://localhost:3" }],
            "assume_role_with_web_identity": [{ "session_name": "n" }],
            "shared_config_files": ["~/config"],
        }),
        &environment,
    )
    .unwrap();
    assert_eq!(
        (read.profile, read.usual_profile.as_deref()),
        (None, Some("usual"))
    );
    assert_eq!(read.signed_in_profile, "usual");
    assert_eq!(read.network.authorities.as_deref(), Some("/home/me/ca.pem"));
    assert_eq!(read.network.https_proxy.as_deref(), Some("http://proxy:1"));
    assert_eq!(read.network.http_proxy, None);
    assert!(
        read.network.no_proxy.ends_with(",internal"),
        "{}",
        read.network.no_proxy
    );
    let tags = &read.services.default_tags;
    assert_eq!((tags["team"].as_str(), tags["cost"].as_str()), ("own", "1"));
    assert_eq!(read.services.ignored_tags.keys, ["one", "two"]);
    let endpoints = &read.services.endpoints;
    assert_eq!(endpoints["iam"], "http://localhost:1");
    assert_eq!(endpoints["sts"], "http://localhost:3");
    assert_eq!(read.services.products, ["Build/1"]);
    assert_eq!(read.config_files, ["/home/me/config"]);
    let identity = read.web_identity.unwrap();
    assert_eq!(identity.role.arn, "arn:aws:iam::1:role/a");
    assert!(matches!(identity.token, super::IdentityToken::File(path) if path == "/token"));
}

#[test]
fn one_proxy_of_the_block_stands_for_both_schemes() {
    let proxies = |block: Json| {
        let network = settings(&block).unwrap().network;
        (network.http_proxy, network.https_proxy)
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        proxies(json!({ "http_proxy": "a" })),
        (text("a"), text("a"))
    );
    assert_eq!(
        proxies(json!({ "http_proxy": "a", "https_proxy": "b" })),
        (text("a"), text("b"))
    );
    assert_eq!(
        proxies(json!({ "http_proxy": "a", "https_proxy": "" })),
        (text("a"), None)
    );
}

#[test]
fn what_cannot_be_honoured_is_refused_by_name() {
    for (block, expected) in [
        (
            json!({ "insecure": true }),
            "`insecure` of provider \"aws\" is not supported: certificates are always checked",
        ),
        (
            json!({ "tag_policy_compliance": "error" }),
            "`tag_policy_compliance` of provider \"aws\" is not supported",
        ),
        (
            json!({ "assume_role_with_web_identity": [{}] }),
            "`assume_role_with_web_identity` of provider \"aws\" is set without `role_arn`",
        ),
        (
            json!({ "assume_role_with_web_identity": [{ "role_arn": "a" }] }),
            "`assume_role_with_web_identity` of provider \"aws\" is set without `web_identity_token`",
        ),
        (
            json!({ "assume_role": [{ "role_arn": "a", "duration": "soon" }] }),
            "`assume_role` of provider \"aws\" is set with the duration `soon`",
        ),
        (
            json!({ "allowed_account_ids": ["1"], "forbidden_account_ids": ["2"] }),
            "`allowed_account_ids` of provider \"aws\" is set together with `forbidden_account_ids`",
        ),
        (
            json!({ "access_key": "a" }),
            "`access_key` of provider \"aws\" is set without `secret_key`",
        ),
        (
            json!({ "retry_mode": "wild" }),
            "`retry_mode` of provider \"aws\" is `wild`",
        ),
        (
            json!({ "ec2_metadata_service_endpoint_mode": "IPX" }),
            "`ec2_metadata_service_endpoint_mode` of provider \"aws\" is `ipx`",
        ),
    ] {
        let error = settings(&block).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
    for harmless in [
        json!({}),
        json!({ "insecure": false }),
        json!({ "no_proxy": null }),
        json!({ "tag_policy_compliance": "disabled" }),
    ] {
        assert!(settings(&harmless).is_ok(), "{harmless}");
    }
}

#[tokio::test]
async fn the_caller_tells_the_facts_once() {
    let world = World::with(
        r#"{"region":"cn-north-1","default_tags":[{"tags":{"a":"1"}}]}"#,
        None,
    )
    .await;
    let clients = AwsClients::of(&world.context).unwrap();
    for _ in 0..3 {
        let facts = clients.facts().await.unwrap();
        assert_eq!(facts.partition, "aws-cn");
        assert_eq!(facts.region, "cn-north-1");
        assert_eq!(facts.account, "123456789012");
        assert_eq!(facts.default_tags["a"], "1");
    }
    assert_eq!(world.calls(), "1 STS");
}

#[tokio::test]
async fn failures_of_calls_have_kinds() {
    for (fault, kind, words) in [
        (
            Fault::deny("sts", "GetCallerIdentity"),
            ProviderErrorKind::Denied,
            "not authorized",
        ),
        (
            Fault::fail_nth(
                "sts",
                "GetCallerIdentity",
                1,
                403,
                "ExpiredToken",
                "The security token included in the request is expired",
            ),
            ProviderErrorKind::Credentials,
            "expired",
        ),
        (
            Fault::fail_nth(
                "sts",
                "GetCallerIdentity",
                1,
                403,
                "InvalidClientTokenId",
                "invalid",
            ),
            ProviderErrorKind::Credentials,
            "invalid",
        ),
        (
            Fault {
                service: "sts".to_owned(),
                operation: None,
                after: 0,
                times: None,
                effect: Effect::Unreachable,
            },
            ProviderErrorKind::Unreachable,
            "",
        ),
    ] {
        let world = World::with(r#"{"max_retries":0}"#, None).await;
        world.sandbox.inject(fault);
        let clients = AwsClients::of(&world.context).unwrap();
        let error = clients.facts().await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.message.contains(words), "{error}");
        assert_eq!(error.doing, "reading the caller's identity (STS)");
    }
}

#[tokio::test]
async fn every_attempt_is_counted() {
    let world = World::new().await;
    world
        .sandbox
        .inject(Fault::throttle("sts", "GetCallerIdentity", 3));
    AwsClients::of(&world.context)
        .unwrap()
        .facts()
        .await
        .unwrap();
    assert_eq!(world.calls(), "4 STS");
}

#[test]
fn retry_classes_are_those_of_iam() {
    use Situation::{New, Removal, Write};
    let until = RetryClass::Until(PROPAGATION);
    for (situation, kind, code, message, expected) in [
        (
            Write,
            ProviderErrorKind::Service,
            "ConcurrentModification",
            "",
            until,
        ),
        (
            Write,
            ProviderErrorKind::InvalidInput,
            "MalformedPolicyDocument",
            "Invalid principal in policy: x",
            until,
        ),
        (
            Write,
            ProviderErrorKind::InvalidInput,
            "MalformedPolicyDocument",
            "Syntax errors in policy.",
            RetryClass::Final,
        ),
        (
            Write,
            ProviderErrorKind::NotFound,
            "NoSuchEntity",
            "",
            RetryClass::Final,
        ),
        (New, ProviderErrorKind::NotFound, "NoSuchEntity", "", until),
        (New, ProviderErrorKind::NotFound, "", "", until),
        (
            Write,
            ProviderErrorKind::NotFound,
            "",
            "",
            RetryClass::Final,
        ),
        (
            Removal,
            ProviderErrorKind::Service,
            "DeleteConflict",
            "",
            until,
        ),
        (
            Removal,
            ProviderErrorKind::Conflict,
            "DeleteConflict",
            "",
            RetryClass::Final,
        ),
        (
            New,
            ProviderErrorKind::Service,
            "LimitExceeded",
            "",
            RetryClass::Final,
        ),
        (
            New,
            ProviderErrorKind::AlreadyExists,
            "EntityAlreadyExists",
            "",
            RetryClass::Final,
        ),
        (
            New,
            ProviderErrorKind::InvalidInput,
            "InvalidParameterException",
            "Error in role params",
            until,
        ),
    ] {
        let error = ProviderError {
            kind,
            doing: String::new(),
            code: code.to_owned(),
            message: message.to_owned(),
            request_id: String::new(),
        };
        assert_eq!(class(situation, &error), expected, "{situation:?} {error}");
    }
}

#[test]
fn names_that_are_made_show_their_prefix() {
    let one = names::unique("app-");
    assert_eq!(names::prefix_of(&one), Some("app-"));
    assert_ne!(one, names::unique("app-"));
    for name in ["app", "", "app-0123456789", &one[4..]] {
        assert_eq!(names::prefix_of(name), None, "{name}");
    }
}

fn words() -> Type {
    Type::object([
        ("text", Type::String),
        ("map", Type::map(Type::String)),
        ("flag", Type::Bool),
        ("blocks", Type::list(Type::object([("on", Type::Bool)]))),
    ])
}

#[test]
fn nothing_is_kept_in_the_words_it_had() {
    let object = |json: Json| crate::value::from_json(&json, &words()).unwrap();
    let spelled =
        object(json!({ "text": "", "map": {}, "flag": false, "blocks": [{ "on": false }] }));
    let bare = object(json!({ "text": null, "map": null, "flag": null, "blocks": [] }));
    assert_eq!(keep_spelling(bare.clone(), &spelled, &[]), spelled);
    assert_eq!(keep_spelling(spelled.clone(), &bare, &[]), bare);
    let other =
        object(json!({ "text": "a", "map": {"a": "1"}, "flag": true, "blocks": [{ "on": true }] }));
    assert_eq!(keep_spelling(other.clone(), &spelled, &[]), other);
    let unknown = Value::object_of([("text", Value::unknown(Type::String))]);
    assert_eq!(keep_spelling(unknown.clone(), &spelled, &[]), unknown);
    assert!(Known::new(&spelled).is_ok());
}

#[test]
fn durations_are_gos() {
    for (text, seconds) in [
        ("30m", Some(1_800)),
        ("1h30m", Some(5_400)),
        ("1.5h", Some(5_400)),
        ("90s", Some(90)),
        ("", None),
        ("10", None),
        ("1d", None),
        ("m", None),
    ] {
        assert_eq!(
            eks::duration(text),
            seconds.map(Duration::from_secs),
            "{text}"
        );
    }
}
