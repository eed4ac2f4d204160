#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]
//! What the tests of all services share: clients of the real SDK on a sandbox, raw requests; and STS itself.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use bytes::Bytes;
use http::Request;
use serde_json::Value;

use crate::sandbox::transport::AwsTransport;
use crate::sandbox::{Fault, Sandbox, Seed};

/// The configuration of SDK clients that reach a sandbox.
pub(in crate::sandbox) fn config(sandbox: &Sandbox) -> SdkConfig {
    let transport = AwsTransport::new(sandbox.clone());
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(AwsTransport::credentials()))
        .http_client(transport.clone())
        .sleep_impl(transport.clone())
        .time_source(transport)
        .build()
}

pub(in crate::sandbox) fn empty() -> Sandbox {
    Sandbox::in_memory(None).unwrap()
}

/// Runs what the SDK does, on one thread and without a real clock.
pub(in crate::sandbox) fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(work)
}

/// Sends a request as signed for a service; returns status and body.
pub(in crate::sandbox) fn send(
    sandbox: &Sandbox,
    service: &str,
    method: &str,
    path: &str,
    body: &str,
) -> (u16, String) {
    let scope = format!(
        "AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    );
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", scope);
    let response = sandbox.handle_aws(request.body(Bytes::from(body.to_owned())).unwrap());
    let code = response
        .headers()
        .get("x-amzn-errortype")
        .map(|code| code.to_str().unwrap().to_owned());
    let body = String::from_utf8(response.body().to_vec()).unwrap();
    (response.status().as_u16(), code.unwrap_or_default() + &body)
}

/// Sends a query request to IAM and says how it ended: `200`, or status, code and text in one line.
pub(in crate::sandbox) fn query(sandbox: &Sandbox, parameters: &[(&str, &str)]) -> String {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let body: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect();
    let (status, body) = send(sandbox, "iam", "POST", "/", &body.join("&"));
    let inner = |tag: &str| {
        let start = body
            .split_once(&format!("<{tag}>"))
            .map(|(_, rest)| rest.to_owned());
        start
            .and_then(|rest| {
                rest.split_once(&format!("</{tag}>"))
                    .map(|(text, _)| text.to_owned())
            })
            .unwrap_or_default()
    };
    if status == 200 {
        "200".to_owned()
    } else {
        format!("{status} {} {}", inner("Code"), inner("Message"))
    }
}

/// Sends an EKS request and says how it ended: `200`, or status, code and text in one line.
pub(in crate::sandbox) fn rest(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    body: &Value,
) -> String {
    let text = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let (status, body) = send(sandbox, "eks", method, path, &text);
    if status == 200 {
        return "200".to_owned();
    }
    let (code, body) = body.split_once('{').unwrap();
    let body: Value = serde_json::from_str(&format!("{{{body}")).unwrap();
    format!("{status} {code} {}", body["message"].as_str().unwrap())
}

#[test]
fn the_caller_is_who_the_seed_says() {
    let seed = r#"{ "account": "132099918825", "region": "ap-northeast-2", "caller_arn": "arn:aws:iam::132099918825:user/ssup2" }"#;
    let sandbox = Sandbox::in_memory(Some(Seed::parse(seed).unwrap())).unwrap();
    let client = aws_sdk_sts::Client::new(&config(&sandbox));
    let caller = run(client.get_caller_identity().send()).unwrap();
    assert_eq!(caller.account(), Some("132099918825"));
    assert_eq!(caller.arn(), Some("arn:aws:iam::132099918825:user/ssup2"));
    assert_eq!(sandbox.requests()[0].service, "sts");
    assert_eq!(sandbox.requests()[0].name, "GetCallerIdentity");
}

#[test]
fn unknown_requests_are_refused_by_the_service_they_are_for() {
    let sandbox = empty();
    let cases = [
        (
            "iam",
            "POST",
            "/",
            "Action=CreateVirtualMFADevice",
            "<Code>InvalidAction</Code><Message>Could not find operation CreateVirtualMFADevice for version 2010-05-08",
        ),
        (
            "sts",
            "POST",
            "/",
            "Action=AssumeRole",
            "<Code>InvalidAction</Code>",
        ),
        ("eks", "GET", "/addons", "", "UnknownOperationException"),
        ("sqs", "GET", "/", "", "no service `sqs`"),
    ];
    for (service, method, path, body, expected) in cases {
        let (status, body) = send(&sandbox, service, method, path, body);
        assert!(
            status >= 400 && body.contains(expected),
            "{service} {path}: {status} {body}"
        );
    }
    let unsigned = Request::builder()
        .method("POST")
        .uri("https://iam.amazonaws.com/")
        .body(Bytes::from("Action=ListRoles"))
        .unwrap();
    let response = sandbox.handle_aws(unsigned);
    assert_eq!(response.status(), 403);
    assert!(String::from_utf8_lossy(response.body()).contains("MissingAuthenticationToken"));
}

#[test]
fn the_sdk_retries_what_is_throttled_without_waiting() {
    let sandbox = empty();
    sandbox.inject(Fault::throttle("iam", "ListRoles", 2));
    let client = aws_sdk_iam::Client::new(&config(&sandbox));
    let before = sandbox.now();
    run(client.list_roles().send()).unwrap();
    assert_eq!(sandbox.requests().len(), 3);
    assert!(
        sandbox.now() > before,
        "the sandbox's time moves while the SDK backs off"
    );
}
