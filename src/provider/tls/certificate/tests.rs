//! Certificates: what is told of them, and a real handshake on loopback.

use super::address::Address;
use super::{DATA, schema};
use crate::provider::tls::{Served, TlsClients};
use crate::provider::{CallCounts, Clock, ProviderContext, ProviderError, ProviderErrorKind};
use crate::value::{Known, from_json, to_json};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value as Json, json};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use trustform_test_support::certificates::Certificates;

/// The chain of the sandbox's issuers, leaf first.
const CHAIN: &str = include_str!("../../../sandbox/aws/eks/issuer-chain.pem");

/// What `openssl x509` tells of it.
const LEAF: &str = "d807635b21f85454938c4d4a169bc099921948db";
const INTERMEDIATE: &str = "c36b47b2c98dc8809c269dcd4c4bccb205adb127";
const ROOT: &str = "52b7917023ddd1f2f3c142a544111e710f53d2a8";
const NOT_BEFORE: &str = "2026-11-25T19:46:50Z";
const NOT_AFTER: &str = "2126-11-01T19:46:50Z";

struct Still;

impl Clock for Still {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::ready(()))
    }
}

async fn read(clients: TlsClients, config: Json) -> Result<Json, ProviderError> {
    let ctx = ProviderContext {
        clock: Arc::new(Still),
        calls: CallCounts::default(),
        progress: Arc::new(|_| {}),
        clients: Arc::new(clients),
    };
    let config = from_json(&config, &schema::SCHEMA.block.ty()).unwrap();
    let problems = DATA.rules().validate(&config);
    assert!(problems.is_empty(), "{problems:?}");
    let found = DATA.read(&ctx, &Known::new(&config).unwrap()).await;
    found.map(|found| to_json(&found))
}

fn nobody() -> TlsClients {
    TlsClients::new(|host| panic!("{host} is not to be asked"))
}

#[tokio::test]
async fn the_first_certificate_of_a_text_is_told() {
    let found = read(nobody(), json!({ "content": CHAIN })).await.unwrap();
    let expected = json!([{
        "cert_pem": &CHAIN[..=CHAIN.find("-----END CERTIFICATE-----\n").unwrap() + 25],
        "is_ca": false,
        "issuer": "CN=Trustform Sandbox Server CA,O=Trustform Sandbox,C=US",
        "max_path_length": -1,
        "not_after": NOT_AFTER,
        "not_before": NOT_BEFORE,
        "public_key_algorithm": "ECDSA",
        "serial_number": "4099",
        "sha1_fingerprint": LEAF,
        "signature_algorithm": "ECDSA-SHA256",
        "subject": "CN=oidc.eks.amazonaws.com",
        "version": 3,
    }]);
    assert_eq!(found["certificates"], expected);
    assert_eq!(found["verify_chain"], json!(true));
    assert_eq!(found["id"].as_str().unwrap().len(), 40);
}

#[tokio::test]
async fn the_last_certificate_of_a_chain_stands_first() {
    let chain: Vec<Vec<u8>> = CertificateDer::pem_slice_iter(CHAIN.as_bytes())
        .map(|certificate| certificate.unwrap().to_vec())
        .collect();
    let clients = TlsClients::new(move |host| {
        assert_eq!(host, "oidc.eks.eu-west-1.amazonaws.com");
        Ok(Served::Here(chain.clone()))
    });
    let url = "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE";
    let found = read(clients, json!({ "url": url })).await.unwrap();
    let part = |name: &str| -> Vec<&Json> {
        let certificates = found["certificates"].as_array().unwrap().iter();
        certificates.map(|certificate| &certificate[name]).collect()
    };
    assert_eq!(part("sha1_fingerprint"), [ROOT, INTERMEDIATE, LEAF]);
    assert_eq!(part("is_ca"), [true, true, false]);
    assert_eq!(part("max_path_length"), [-1, 0, -1]);
    assert_eq!(part("serial_number"), ["4097", "4098", "4099"]);
}

/// A server on loopback that shows the certificate of an identity for a number of handshakes; returns its port.
async fn server(certificates: &Certificates, handshakes: usize) -> (u16, tokio::task::JoinSet<()>) {
    let own = CertificateDer::from_pem_slice(certificates.server.certificate.as_bytes()).unwrap();
    let authority = CertificateDer::from_pem_slice(certificates.authority.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(certificates.server.key.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own, authority], key)
        .unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let mut serving = tokio::task::JoinSet::new();
    serving.spawn(async move {
        for _ in 0..handshakes {
            let (socket, _) = listener.accept().await.unwrap();
            // A client that does not trust us breaks off.
            let _shaken = acceptor.accept(socket).await;
        }
    });
    (port, serving)
}

#[tokio::test]
async fn a_server_is_asked_and_its_chain_verified() {
    let certificates = Certificates::generate().unwrap();
    let (port, _serving) = server(&certificates, 3).await;
    let clients = || TlsClients::new(|_| Ok(Served::ByHost));
    let url = format!("https://127.0.0.1:{port}/id/X");

    let error = read(clients(), json!({ "url": url })).await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::Unreachable);
    assert_eq!(
        error.doing,
        format!("reading the certificates of 127.0.0.1:{port}")
    );
    assert!(error.message.contains("UnknownIssuer"), "{error}");

    let unverified = json!({ "url": url, "verify_chain": false });
    let found = read(clients(), unverified).await.unwrap();
    let subjects: Vec<&Json> = found["certificates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["subject"])
        .collect();
    assert_eq!(
        subjects,
        ["CN=trustform test authority", "CN=kube-apiserver"]
    );

    let authority = CertificateDer::from_pem_slice(certificates.authority.as_bytes()).unwrap();
    let trusting = clients().trusting(authority.to_vec());
    let url = format!("tls://127.0.0.1:{port}");
    let verified = read(trusting, json!({ "url": url })).await.unwrap();
    assert_eq!(verified["certificates"], found["certificates"]);
    assert_eq!(verified["id"], found["id"]);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let clients = TlsClients::new(|_| Ok(Served::ByHost));
    let url = format!("https://127.0.0.1:{port}");
    let error = read(clients, json!({ "url": url })).await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::Unreachable);
}

#[tokio::test]
async fn what_is_no_certificate_is_refused() {
    for (content, why) in [
        (
            "nothing",
            "`content` is not a valid PEM encoding of a certificate",
        ),
        (
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
            "certificate PEM should be \"CERTIFICATE\", got \"PUBLIC KEY\"",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "unable to parse certificate",
        ),
    ] {
        let error = read(nobody(), json!({ "content": content }))
            .await
            .unwrap_err();
        assert!(error.message.starts_with(why), "{error}");
    }
}

#[test]
fn addresses_have_a_scheme_and_a_port() {
    let address = |url: &str| url.parse::<Address>().map(|a| (a.host, a.port));
    let is = |host: &str, port| Ok((host.to_owned(), port));
    assert_eq!(address("https://example.com"), is("example.com", 443));
    assert_eq!(
        address("https://user:pw@example.com:8443/a:b?c"),
        is("example.com", 8443)
    );
    assert_eq!(address("https://[::1]/id"), is("[::1]", 443));
    assert_eq!(address("tls://[::1]:636"), is("[::1]", 636));
    for (url, summary) in [
        ("example.com", "Invalid URL"),
        ("https://", "Invalid URL"),
        ("https://example.com:port", "Invalid URL"),
        ("http://example.com", "Invalid URL scheme"),
        ("tls://example.com", "URL malformed"),
    ] {
        assert_eq!(address(url).unwrap_err().summary, summary, "{url}");
    }
}

#[test]
fn one_source_is_needed() {
    for config in [
        json!({}),
        json!({ "url": "https://a", "content": "b" }),
        json!({ "content": "b", "verify_chain": true }),
    ] {
        let value = from_json(&config, &schema::SCHEMA.block.ty()).unwrap();
        assert_eq!(DATA.rules().validate(&value).len(), 1, "{config}");
    }
}
