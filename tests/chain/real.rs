//! Tokens that a kube-apiserver signed, and what becomes of them when somebody tampers with them.
//!
//! The sandbox's STS knows the server by its JWK set, which is registered as an issuer of `sandbox.json`. Whoever tampers
//! has all that a token holds, and keys of his own.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use trustform::policy::{Issuer, Partition, RoleArn};
use trustform::sandbox::{Sandbox, Seed};
use trustform::trust::{
    Binding, Cluster, DEFAULT_AUDIENCE, Fact, Gate, Provider, Providers, Question, Role, Subject,
    TrustPolicy, Verdict,
};
use trustform_test_support::https::Request;
use trustform_test_support::kubernetes::KubeApiServer;

use super::Test;
use super::sts::{self, Answer, encoded, part};

pub(super) const TESTS: &[(&str, Test)] = &[
    ("a_declared_account_gets_a_session", declared),
    ("everybody_else_is_refused_as_foretold", refused),
    ("a_tampered_token_is_worth_nothing", tampered),
    ("a_token_ends", ends),
];

const ROLE: &str = "arn:aws:iam::123456789012:role/reader";

/// Makes a namespace with two accounts on the server, and waits for nobody.
fn furnish(server: &KubeApiServer, namespace: &str) {
    let body =
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": namespace } });
    post(server, "/api/v1/namespaces", &body);
    for name in ["reader", "writer"] {
        let body = json!({
            "apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": { "name": name, "annotations": { "eks.amazonaws.com/role-arn": ROLE } },
        });
        post(
            server,
            &format!("/api/v1/namespaces/{namespace}/serviceaccounts"),
            &body,
        );
    }
}

pub(super) fn post(server: &KubeApiServer, path: &str, body: &Json) -> Json {
    let answer = server.send(Request::post(path, &body.to_string())).unwrap();
    let said: Json = serde_json::from_str(&answer.body).unwrap_or_default();
    assert!(
        matches!(answer.status, 200 | 201 | 409),
        "{path}: {} {said}",
        answer.status
    );
    said
}

fn token(server: &KubeApiServer, namespace: &str, name: &str, audience: &str) -> String {
    let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token");
    let spec = json!({ "spec": { "audiences": [audience], "expirationSeconds": 600 } });
    let answer = post(server, &path, &spec);
    answer["status"]["token"].as_str().unwrap().to_owned()
}

fn jwks(server: &KubeApiServer) -> Json {
    let answer = server
        .send_anonymously(Request::get("/openid/v1/jwks"))
        .unwrap();
    serde_json::from_str(&answer.body).unwrap()
}

fn trust(server: &KubeApiServer, namespace: &str) -> Json {
    let host = server.issuer.strip_prefix("https://").unwrap();
    let key = |claim: &str| format!("{host}:{claim}");
    json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": { "Federated": format!("arn:aws:iam::123456789012:oidc-provider/{host}") },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringEquals": {
            key("aud"): DEFAULT_AUDIENCE,
            key("sub"): format!("system:serviceaccount:{namespace}:reader"),
        } },
    }] })
}

/// An account at AWS that trusts the server's tokens, at this very moment.
fn aws(server: &KubeApiServer, namespace: &str) -> Sandbox {
    let seed = json!({
        "account": "123456789012", "region": "eu-central-1", "now": Timestamp::now().to_string(),
        "issuers": [{ "url": server.issuer, "jwks": jwks(server) }],
        "oidc_providers": [{ "Url": server.issuer, "ClientIDList": [DEFAULT_AUDIENCE, "second"] }],
        "roles": [{ "RoleName": "reader", "AssumeRolePolicyDocument": trust(server, namespace) }],
    });
    Sandbox::in_memory(Some(Seed::parse(&seed.to_string()).unwrap())).unwrap()
}

/// What was decided before anything ran.
fn foretold(server: &KubeApiServer, namespace: &str, name: &str, audience: &str) -> Verdict {
    let arn: RoleArn = ROLE.parse().unwrap();
    let issuer: Issuer = server.issuer.parse().unwrap();
    let ids = BTreeSet::from([DEFAULT_AUDIENCE.to_owned(), "second".to_owned()]);
    let providers = Providers {
        known: vec![Provider {
            account: arn.account().clone(),
            issuer: issuer.clone(),
            client_ids: Fact::Known(ids),
        }],
        complete_for: BTreeSet::from([arn.account().clone()]),
    };
    let binding = Binding {
        cluster: Cluster {
            issuer: Fact::Known(issuer),
            partition: Partition::aws(),
        },
        subject: Subject::new(namespace, name).unwrap(),
        role_annotation: Fact::Known(Some(ROLE.to_owned())),
        audience: Fact::Known(audience.to_owned()),
        association: Fact::Known(None),
        duration: None,
    };
    let role = Role {
        arn,
        exists: Fact::Known(true),
        trust: Fact::Known(TrustPolicy::parse(&trust(server, namespace).to_string())),
        max_session_duration: Fact::Known(3600),
    };
    Question {
        binding: &binding,
        role: &role,
        providers: &providers,
    }
    .decide()
    .verdict
}

fn declared(server: &Arc<KubeApiServer>) {
    let namespace = "chain-declared";
    furnish(server, namespace);
    let token = token(server, namespace, "reader", DEFAULT_AUDIENCE);
    let claims = part(&token, 1);
    assert_eq!(
        claims["sub"],
        format!("system:serviceaccount:{namespace}:reader")
    );
    assert_eq!(claims["iss"], server.issuer);
    assert_eq!(
        foretold(server, namespace, "reader", DEFAULT_AUDIENCE),
        Verdict::Proved
    );
    let answer = sts::assume(&aws(server, namespace), ROLE, &token, None);
    assert_eq!(answer, Answer::Granted);
}

fn refused(server: &Arc<KubeApiServer>) {
    let namespace = "chain-refused";
    furnish(server, namespace);
    let aws = aws(server, namespace);
    let cases = [
        ("writer", DEFAULT_AUDIENCE, Gate::Trust, "AccessDenied"),
        ("reader", "second", Gate::Trust, "AccessDenied"),
        ("reader", "third", Gate::Audience, "InvalidIdentityToken"),
        ("default", DEFAULT_AUDIENCE, Gate::Trust, "AccessDenied"),
    ];
    let account =
        json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "default" } });
    post(
        server,
        &format!("/api/v1/namespaces/{namespace}/serviceaccounts"),
        &account,
    );
    for (name, audience, gate, code) in cases {
        let verdict = foretold(server, namespace, name, audience);
        assert_eq!(
            verdict.refuted_at().map(|(gate, _)| gate),
            Some(gate),
            "{name} {audience}"
        );
        let answer = sts::assume(&aws, ROLE, &token(server, namespace, name, audience), None);
        assert_eq!(answer.code(), code, "{name} {audience}: {answer:?}");
    }
}

fn tampered(server: &Arc<KubeApiServer>) {
    let namespace = "chain-tampered";
    furnish(server, namespace);
    let aws = aws(server, namespace);
    let good = token(server, namespace, "reader", DEFAULT_AUDIENCE);
    let other = token(server, namespace, "writer", DEFAULT_AUDIENCE);
    let [header, claims, signature] = good.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts");
    };
    let kid = part(&good, 0)["kid"].clone();
    let head = |alg: &str| encoded(&json!({ "alg": alg, "kid": kid }));
    let random = SystemRandom::new();
    let own = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let rs256 = |head: &str| {
        let text = format!("{head}.{claims}");
        let mut signed = vec![0; own.public_modulus_len()];
        own.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signed)
            .unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signed))
    };
    let public = jwks(server)["keys"][0]["n"].as_str().unwrap().to_owned();
    let hs256 = {
        let text = format!("{}.{claims}", head("HS256"));
        let key = hmac::Key::new(hmac::HMAC_SHA256, public.as_bytes());
        format!(
            "{text}.{}",
            URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes()))
        )
    };
    let es256 = {
        let text = format!("{}.{claims}", head("ES256"));
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let signed = pair.sign(&random, text.as_bytes()).unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signed))
    };
    let mut longer = part(&good, 1);
    longer["exp"] = json!(longer["exp"].as_i64().unwrap() + 86_400);
    let stranger = encoded(&json!({ "alg": "RS256", "kid": "a-key-of-my-own" }));
    let cases = [
        (
            "the account of another token",
            format!("{header}.{claims}.{}", other.split('.').nth(2).unwrap()),
        ),
        (
            "a later end",
            format!("{header}.{}.{signature}", encoded(&longer)),
        ),
        (
            "a key of somebody's own under the server's id",
            rs256(header),
        ),
        ("a key of somebody's own under its own id", rs256(&stranger)),
        ("the public key as a shared secret", hs256),
        ("another algorithm with another key", es256),
        ("no signature", format!("{}.{claims}.", head("none"))),
        ("no signature at all", format!("{header}.{claims}.")),
        (
            "no signature, and a word for it",
            format!("{}.{claims}.{signature}", head("NONE")),
        ),
        ("half a token", format!("{header}.{claims}")),
    ];
    // The account would be admitted: what is wrong is only ever the token.
    assert_eq!(
        foretold(server, namespace, "reader", DEFAULT_AUDIENCE),
        Verdict::Proved
    );
    assert_eq!(sts::assume(&aws, ROLE, &good, None), Answer::Granted);
    for (what, token) in cases {
        let answer = sts::assume(&aws, ROLE, &token, None);
        assert_eq!(answer.code(), "InvalidIdentityToken", "{what}: {answer:?}");
    }
}

fn ends(server: &Arc<KubeApiServer>) {
    let namespace = "chain-ends";
    furnish(server, namespace);
    let aws = aws(server, namespace);
    let token = token(server, namespace, "reader", DEFAULT_AUDIENCE);
    assert_eq!(sts::assume(&aws, ROLE, &token, None), Answer::Granted);
    aws.sleep(Duration::from_mins(11)).unwrap();
    let answer = sts::assume(&aws, ROLE, &token, None);
    assert_eq!(answer.code(), "ExpiredTokenException", "{answer:?}");
}
