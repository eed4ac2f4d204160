#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]
//! Tokens of the sandbox's clusters and what STS makes of them: every gate of `AssumeRoleWithWebIdentity`, with its code and words.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::sandbox::{Sandbox, Seed, Store};

const ISSUER: &str = "https://oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
const READER: &str = "arn:aws:iam::123456789012:role/apps/reader";

fn sandbox() -> Sandbox {
    let host = ISSUER.strip_prefix("https://").unwrap();
    let key = |claim: &str| format!("{host}:{claim}");
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": { "Federated": format!("arn:aws:iam::123456789012:oidc-provider/{host}") },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringEquals": {
            key("aud"): "sts.amazonaws.com",
            key("sub"): "system:serviceaccount:apps:reader",
        } },
    }] });
    let account = |name: &str| {
        json!({ "object": {
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": { "name": name, "namespace": "apps", "annotations": { "eks.amazonaws.com/role-arn": READER } },
    } })
    };
    let cluster = |name: &str, id: &str| {
        json!({
            "name": name, "issuer_id": id, "namespaces": ["apps"],
            "objects": [account("reader"), account("writer")],
        })
    };
    let seed = json!({
        "clusters": [
            cluster("main", "0123456789ABCDEF0123456789ABCDEF"),
            cluster("other", "FEDCBA9876543210FEDCBA9876543210"),
        ],
        "oidc_providers": [{ "Url": ISSUER, "ClientIDList": ["sts.amazonaws.com", "second"] }],
        "roles": [{
            "RoleName": "reader", "Path": "/apps/", "MaxSessionDuration": 7200,
            "AssumeRolePolicyDocument": trust,
        }],
    });
    Sandbox::in_memory(Some(Seed::parse(&seed.to_string()).unwrap())).unwrap()
}

fn ask(sandbox: &Sandbox, cluster: &str, account: &str, spec: &Value) -> (u16, Value) {
    let path = format!("/api/v1/namespaces/apps/serviceaccounts/{account}/token");
    let request = Request::builder()
        .method("POST")
        .uri(path)
        .header("content-type", "application/json")
        .body(Bytes::from(json!({ "spec": spec }).to_string()))
        .unwrap();
    let response = sandbox.handle_kubernetes(cluster, request);
    let body = serde_json::from_slice(response.body()).unwrap();
    (response.status().as_u16(), body)
}

fn token(sandbox: &Sandbox, cluster: &str, account: &str, audience: &str) -> String {
    let spec = json!({ "audiences": [audience], "expirationSeconds": 900 });
    let (status, answer) = ask(sandbox, cluster, account, &spec);
    assert_eq!(status, 201, "{answer}");
    answer["status"]["token"].as_str().unwrap().to_owned()
}

/// What STS says: `granted ARN`, or status, code and text.
fn assume(sandbox: &Sandbox, role: &str, token: &str, more: &str) -> String {
    let body = format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={role}&RoleSessionName=test&WebIdentityToken={token}{more}"
    );
    let request = Request::builder()
        .method("POST")
        .uri("https://sts.us-east-1.amazonaws.com/")
        .body(Bytes::from(body))
        .unwrap();
    let response = sandbox.handle_aws(request);
    let text = String::from_utf8(response.body().to_vec()).unwrap();
    let inner = |tag: &str| {
        let rest = text.split_once(&format!("<{tag}>")).map(|(_, rest)| rest);
        let inner = rest.and_then(|rest| rest.split_once(&format!("</{tag}>")));
        inner
            .map(|(inner, _)| inner.replace("&apos;", "'"))
            .unwrap_or_default()
    };
    match response.status().as_u16() {
        200 => format!("granted {}", inner("Arn")),
        status => format!("{status} {} {}", inner("Code"), inner("Message")),
    }
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn a_token_says_who_it_is_for() {
    let sandbox = sandbox();
    let token = token(&sandbox, "main", "reader", "sts.amazonaws.com");
    let (header, claims) = (part(&token, 0), part(&token, 1));
    assert_eq!(header["alg"], "RS256");
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["aud"], json!(["sts.amazonaws.com"]));
    assert_eq!(claims["sub"], "system:serviceaccount:apps:reader");
    let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(life, 900);
    let account = &claims["kubernetes.io"]["serviceaccount"];
    assert_eq!(account["name"], "reader");
    assert_eq!(account["uid"].as_str().unwrap().len(), 36);
    let keys = sandbox.handle_kubernetes(
        "main",
        Request::get("/openid/v1/jwks").body(Bytes::new()).unwrap(),
    );
    let keys: Value = serde_json::from_slice(keys.body()).unwrap();
    assert_eq!(keys["keys"][0]["kid"], header["kid"]);
    assert_eq!(keys["keys"][0]["e"], "AQAB");
}

#[test]
fn lives_are_bounded_as_by_the_api_server_and_eks() {
    let sandbox = sandbox();
    let life = |seconds: Value| {
        ask(
            &sandbox,
            "main",
            "reader",
            &json!({ "expirationSeconds": seconds }),
        )
    };
    let (status, answer) = life(json!(599));
    assert_eq!(status, 422);
    assert_eq!(
        answer["message"],
        "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes"
    );
    assert_eq!(life(json!(4_294_967_297_u64)).0, 422);
    assert_eq!(life(Value::Null).1["spec"]["expirationSeconds"], 3600);
    assert_eq!(life(json!(100_000)).1["spec"]["expirationSeconds"], 86_400);
    assert_eq!(life(Value::Null).1["spec"]["audiences"], json!([ISSUER]));
    assert_eq!(ask(&sandbox, "main", "nobody", &json!({})).0, 404);
}

#[test]
fn sts_judges_gate_by_gate() {
    let sandbox = sandbox();
    let good = token(&sandbox, "main", "reader", "sts.amazonaws.com");
    let granted = "granted arn:aws:sts::123456789012:assumed-role/reader/test";
    let denied = "403 AccessDenied Not authorized to perform sts:AssumeRoleWithWebIdentity";
    assert_eq!(assume(&sandbox, READER, &good, ""), granted);
    assert_eq!(
        assume(&sandbox, READER, &good, "&DurationSeconds=7200"),
        granted
    );
    let too_long = assume(&sandbox, READER, &good, "&DurationSeconds=7201");
    assert!(
        too_long.starts_with("400 ValidationError The requested DurationSeconds exceeds"),
        "{too_long}"
    );
    let too_short = assume(&sandbox, READER, &good, "&DurationSeconds=899");
    assert!(
        too_short.contains("greater than or equal to 900"),
        "{too_short}"
    );
    let arn = assume(&sandbox, "arn:aws:iam::123456789012:user/x", &good, "");
    assert_eq!(arn, "400 ValidationError Request ARN is invalid");
    let elsewhere = assume(&sandbox, "arn:aws:iam::210987654321:role/reader", &good, "");
    assert_eq!(
        elsewhere,
        format!(
            "400 InvalidIdentityToken No OpenIDConnect provider found in your account for {ISSUER}"
        )
    );
    // The path is part of a role's ARN.
    assert_eq!(
        assume(&sandbox, "arn:aws:iam::123456789012:role/reader", &good, ""),
        denied
    );
    let writer = token(&sandbox, "main", "writer", "sts.amazonaws.com");
    assert_eq!(assume(&sandbox, READER, &writer, ""), denied);
    let second = token(&sandbox, "main", "reader", "second");
    assert_eq!(assume(&sandbox, READER, &second, ""), denied);
    let third = token(&sandbox, "main", "reader", "third");
    assert_eq!(
        assume(&sandbox, READER, &third, ""),
        "400 InvalidIdentityToken Incorrect token audience"
    );
    let other = token(&sandbox, "other", "reader", "sts.amazonaws.com");
    assert!(assume(&sandbox, READER, &other, "").contains("No OpenIDConnect provider found"));
}

#[test]
fn what_the_cluster_did_not_sign_is_worth_nothing() {
    let sandbox = sandbox();
    let good = token(&sandbox, "main", "writer", "sts.amazonaws.com");
    let [header, claims, signature] = good.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts");
    };
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut reader = part(&good, 1);
    reader["sub"] = json!("system:serviceaccount:apps:reader");
    let forged = format!("{header}.{}.{signature}", encode(&reader));
    let no_key =
        "400 InvalidIdentityToken Couldn't retrieve verification key from your identity provider";
    let bad = "400 InvalidIdentityToken The signature of the ID Token provided is invalid";
    assert_eq!(assume(&sandbox, READER, &forged, ""), bad);
    for alg in [
        "none", "None", "HS256", "HS512", "PS256", "EdDSA", "ES256", "RS512",
    ] {
        let header = json!({ "alg": alg, "kid": part(&good, 0)["kid"] });
        let token = format!("{}.{claims}.{signature}", encode(&header));
        assert_eq!(assume(&sandbox, READER, &token, ""), no_key, "{alg}");
        let bare = format!("{}.{claims}.", encode(&header));
        assert_eq!(assume(&sandbox, READER, &bare, ""), no_key, "{alg}");
    }
    // A key of another cluster, under this issuer's name.
    let other = token(&sandbox, "other", "reader", "sts.amazonaws.com");
    let other_header = other.split('.').next().unwrap();
    let wrong_key = format!("{other_header}.{claims}.{signature}");
    assert_eq!(assume(&sandbox, READER, &wrong_key, ""), no_key);
    for broken in ["abcd", "a.b.c", &format!("{header}.{claims}")] {
        let answer = assume(&sandbox, READER, broken, "");
        assert!(answer.contains("is not a valid JWT"), "{broken}: {answer}");
    }
}

#[test]
fn tokens_end() {
    let sandbox = sandbox();
    let good = token(&sandbox, "main", "reader", "sts.amazonaws.com");
    sandbox.sleep(Duration::from_secs(899)).unwrap();
    assert!(assume(&sandbox, READER, &good, "").starts_with("granted"));
    sandbox.sleep(Duration::from_secs(1)).unwrap();
    let answer = assume(&sandbox, READER, &good, "");
    assert!(
        answer.starts_with("400 ExpiredTokenException Token expired"),
        "{answer}"
    );
}

#[test]
fn a_token_is_neither_too_old_nor_too_large() {
    let sandbox = sandbox();
    let large = assume(&sandbox, READER, &"a".repeat(20_001), "");
    assert!(large.contains("'***' at 'webIdentityToken'"), "{large}");
    assert!(large.ends_with("Member must have length between 4 and 20000"));
    // A cluster of EKS gives no token for so long; another issuer may.
    let keys = crate::sandbox::keys::SigningKey::of(&mut Store::in_memory(), "own").unwrap();
    let url = "https://issuer.example";
    let provider = json!({ "ClientIDList": ["sts.amazonaws.com"] });
    sandbox
        .set("iam/oidc-provider/issuer.example", &provider)
        .unwrap();
    let published = json!({ "jwks": keys.published() });
    sandbox
        .set("sts/issuer/issuer.example", &published)
        .unwrap();
    let now = sandbox.now().as_second();
    let token = keys.sign(&json!({
        "iss": url, "sub": "robot", "aud": "sts.amazonaws.com",
        "iat": now - 90_000, "exp": now + 90_000,
    }));
    let answer = assume(&sandbox, READER, &token.unwrap(), "");
    assert_eq!(answer, "400 ExpiredTokenException Token too old: 90000");
}

#[test]
fn session_policies_have_the_form_of_policies() {
    let sandbox = sandbox();
    let good = token(&sandbox, "main", "reader", "sts.amazonaws.com");
    let with = |more: &str| assume(&sandbox, READER, &good, more);
    let policy = |document: &Value| {
        let text = document.to_string();
        let bytes = text.bytes().map(|byte| format!("%{byte:02X}"));
        format!("&Policy={}", bytes.collect::<String>())
    };
    let statement = json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" });
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] });
    assert!(with(&policy(&document)).starts_with("granted"));
    let managed = |index: usize, arn: &str| format!("&PolicyArns.member.{index}.arn={arn}");
    let aws = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    assert!(with(&managed(1, aws)).starts_with("granted"));

    let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole" }] });
    let refused = with(&policy(&trust));
    assert_eq!(
        refused,
        "400 MalformedPolicyDocument Policy document should not specify a principal."
    );
    let mut long = document.clone();
    long["Id"] = json!("x".repeat(2_048));
    assert!(with(&policy(&long)).contains("at 'policy' failed to satisfy constraint"));
    let eleven: Vec<String> = (1..=11).map(|index| managed(index, aws)).collect();
    assert!(with(&eleven.concat()).contains("at 'policyArns' failed to satisfy constraint"));
    for arn in [
        "arn:aws:iam::123456789012:policy/gone",
        "arn:aws:iam::210987654321:policy/of-others",
        "reader",
    ] {
        let refused = with(&managed(1, arn));
        assert!(refused.contains(&format!("The session policy {arn} is no managed policy")));
    }
    long["Id"] = json!("x".repeat(1_930));
    let both = format!("{}{}", policy(&long), managed(1, aws));
    assert!(with(&both).starts_with("400 PackedPolicyTooLarge"));
}

#[test]
fn new_pods_are_mutated_while_the_webhook_is_registered() {
    let sandbox = sandbox();
    let send = |method: &str, path: &str, body: &Value| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .body(Bytes::from(body.to_string()))
            .unwrap();
        let response = sandbox.handle_kubernetes("main", request);
        let body: Value = serde_json::from_slice(response.body()).unwrap();
        (response.status().as_u16(), body)
    };
    let pod = |account: &str| {
        json!({
            "metadata": { "generateName": "try-" },
            "spec": { "serviceAccountName": account, "containers": [{ "name": "app", "image": "app" }] },
        })
    };
    let pods = "/api/v1/namespaces/apps/pods?dryRun=All";
    let (status, made) = send("POST", pods, &pod("reader"));
    assert_eq!(status, 201, "{made}");
    let env = &made["spec"]["containers"][0]["env"];
    let names: Vec<&str> = env
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "AWS_STS_REGIONAL_ENDPOINTS",
            "AWS_DEFAULT_REGION",
            "AWS_REGION",
            "AWS_ROLE_ARN",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
        ]
    );
    assert_eq!(made["spec"]["volumes"][0]["name"], "aws-iam-token");
    assert_eq!(made["spec"]["volumes"][0]["projected"]["defaultMode"], 420);
    assert_eq!(
        send("GET", "/api/v1/namespaces/apps/pods", &Value::Null).1["items"],
        json!([])
    );
    let (status, refused) = send("POST", pods, &pod("nobody"));
    assert_eq!(status, 403, "{refused}");
    let webhook =
        "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/pod-identity-webhook";
    assert_eq!(
        send("GET", webhook, &Value::Null).1["webhooks"][0]["failurePolicy"],
        "Ignore"
    );
    assert_eq!(send("DELETE", webhook, &Value::Null).0, 200);
    assert_eq!(send("GET", webhook, &Value::Null).0, 404);
    let (_, made) = send("POST", pods, &pod("reader"));
    assert_eq!(made["spec"]["containers"][0]["env"], Value::Null);
}
