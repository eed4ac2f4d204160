//! Whether the right cluster answers, or none, or one that refuses.

use super::bench::{Bench, ISSUER_ID, Subject};
use crate::provider::ProviderErrorKind;
use crate::provider::kubernetes::{EksTokens, KubernetesClients, Settings, Target, provider_block};
use crate::sandbox::Fault;
use crate::value::{Known, from_json};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use base64::Engine;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

fn expecting(issuer: &str) -> Target {
    Target {
        expected_issuer: Some(issuer.to_owned()),
        endpoint_from_cluster: false,
    }
}

/// Variables of the environment, and the kubeconfig files they lead to.
type Case = (
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

fn account() -> Json {
    json!({ "metadata": [{ "name": "web", "namespace": "shop" }] })
}

fn settings(
    config: &Json,
    environment: &[(&str, &str)],
) -> Result<Settings, crate::provider::ProviderError> {
    let mut config = config.clone();
    config["exec"] = config.get("exec").cloned().unwrap_or_else(|| json!([]));
    config["experiments"] = json!([]);
    let value = from_json(&config, &provider_block().ty()).unwrap();
    let pairs = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Settings::read(
        &Known::new(&value).unwrap(),
        &pairs.collect::<BTreeMap<_, _>>(),
    )
}

#[tokio::test]
async fn the_wrong_cluster_is_not_written_to() {
    let issuer = format!("https://oidc.eks.us-east-1.amazonaws.com/id/{ISSUER_ID}");
    let bench = Bench::with(expecting(&issuer));
    Subject::new(&bench, "kubernetes_service_account")
        .created(&account())
        .await;

    let bench = Bench::with(expecting(
        "https://oidc.eks.us-east-1.amazonaws.com/id/FFFF",
    ));
    let error = Subject::new(&bench, "kubernetes_service_account")
        .create(&account())
        .await
        .error
        .unwrap();
    assert_eq!(error.kind, ProviderErrorKind::WrongTarget);
    assert!(error.message.contains(ISSUER_ID), "{error}");
    assert_eq!(
        bench
            .get("/api/v1/namespaces/shop/serviceaccounts/web")
            .await["code"],
        404
    );
}

#[tokio::test]
async fn the_wrong_cluster_is_not_believed() {
    let bench = Bench::new();
    let made = Subject::new(&bench, "kubernetes_service_account")
        .created(&account())
        .await;
    let bench = Bench::with(expecting(
        "https://oidc.eks.us-east-1.amazonaws.com/id/FFFF",
    ));
    let subject = Subject::new(&bench, "kubernetes_service_account");
    let error = subject.kind.read(&bench.ctx, &made).await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::WrongTarget, "{error}");
}

#[tokio::test]
async fn an_issuer_that_may_not_be_read_is_not_checked() {
    let bench = Bench::with(expecting(
        "https://oidc.eks.us-east-1.amazonaws.com/id/FFFF",
    ));
    bench.inject(Fault::deny(
        "kubernetes",
        "GET /.well-known/openid-configuration",
    ));
    Subject::new(&bench, "kubernetes_service_account")
        .created(&account())
        .await;
    assert!(
        bench
            .told
            .lock()
            .unwrap()
            .iter()
            .any(|text| text.contains("not checked"))
    );
}

#[tokio::test]
async fn a_cluster_that_is_down_is_unreachable_and_nothing_is_gone() {
    let bench = Bench::new();
    let subject = Subject::new(&bench, "kubernetes_service_account");
    let made = subject.created(&account()).await;
    bench.inject(Fault::unreachable("kubernetes"));
    let error = subject.kind.read(&bench.ctx, &made).await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::Unreachable);
    assert!(error.message.contains("refused"), "{error}");
    assert_eq!(
        subject.delete(&made).await.unwrap_err().kind,
        ProviderErrorKind::Unreachable
    );
}

#[tokio::test]
async fn a_denied_read_is_told() {
    let bench = Bench::new();
    let subject = Subject::new(&bench, "kubernetes_service_account");
    let made = subject.created(&account()).await;
    bench.inject(Fault::deny("kubernetes", "GET"));
    let error = subject.kind.read(&bench.ctx, &made).await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::Denied);
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let settings = settings(&json!({ "host": "http://127.0.0.1:1" }), &[]).unwrap();
    let clients = KubernetesClients::connect(&settings, None).await.unwrap();
    let bench = Bench::new();
    let ctx = crate::provider::ProviderContext {
        clients: std::sync::Arc::new(clients),
        ..bench.ctx.clone()
    };
    let kind = crate::provider::kubernetes::resource("kubernetes_namespace").unwrap();
    let error = kind
        .find(&ctx, &crate::schema::Identity("shop".to_owned()))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::Unreachable, "{error}");
}

#[test]
fn a_configuration_without_settings_is_refused_unless_the_environment_names_a_context() {
    let refused = settings(&json!({}), &[("HOME", "/home/u")])
        .map(|_| ())
        .unwrap_err();
    assert_eq!(refused.kind, ProviderErrorKind::InvalidInput);
    let cases: [Case; 4] = [
        (
            &[("KUBE_CONFIG_PATH", "~/k"), ("HOME", "/home/u")],
            &["/home/u/k"],
        ),
        (&[("KUBECONFIG", "/a:/b")], &["/a", "/b"]),
        (
            &[("KUBE_CTX", "prod"), ("HOME", "/home/u")],
            &["/home/u/.kube/config"],
        ),
        (&[("KUBE_CONFIG_PATHS", "/a:/b")], &["/a", "/b"]),
    ];
    for (environment, paths) in cases {
        assert_eq!(
            settings(&json!({}), environment).unwrap().config_paths,
            paths,
            "{environment:?}"
        );
    }
}

#[test]
fn the_configuration_comes_before_the_environment() {
    let config = json!({ "host": "one.example", "exec": [{ "api_version": "v1", "command": "get", "args": ["token"] }] });
    let settings = settings(
        &config,
        &[
            ("KUBE_HOST", "https://two.example"),
            ("KUBE_TOKEN", "secret"),
        ],
    )
    .unwrap();
    assert_eq!(settings.host.as_deref(), Some("https://one.example"));
    assert_eq!(settings.token.as_deref(), Some("secret"));
    assert_eq!(settings.exec.unwrap().args, ["token"]);
    assert!(settings.config_paths.is_empty());
}

#[tokio::test]
async fn a_token_is_a_presigned_request_that_names_the_cluster() {
    let credentials = Credentials::new(
        "AKIDEXAMPLE",
        "secret",
        Some("session".to_owned()),
        None,
        "test",
    );
    let tokens = EksTokens::new(
        "main",
        "eu-central-1",
        SharedCredentialsProvider::new(credentials),
    );
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let token = tokens.mint(now).await.unwrap();
    let encoded = token.strip_prefix("k8s-aws-v1.").unwrap();
    let url = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(encoded)
        .unwrap();
    let url = String::from_utf8(url).unwrap();
    for part in [
        "https://sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
        "X-Amz-Date=20231114T221320Z",
        "X-Amz-Expires=60",
        "X-Amz-SignedHeaders=host%3Bx-k8s-aws-id",
        "X-Amz-Security-Token=session",
        "X-Amz-Signature=",
    ] {
        assert!(url.contains(part), "{part} is missing in {url}");
    }
}
