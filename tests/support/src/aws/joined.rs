//! A stand-in for AWS and a real kube-apiserver, joined to what looks like a cluster of EKS.
//!
//! A front gives the stand-in's clusters the endpoint, the authority and the issuer of the API server. The API server asks
//! a webhook about bearer tokens, which takes those that EKS would take: `k8s-aws-v1.` and a signed URL of
//! `GetCallerIdentity`. Two stand-ins' clusters never meet: each joined pair has an API server of its own.

use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};

use super::{Front, FrontOptions, Seen};
use crate::Missing;
use crate::https::Response;
use crate::kubernetes::{ClusterOptions, KubeApiServer, own_cluster};

/// A stand-in and an API server that are taken for one cluster of EKS.
#[derive(Debug)]
pub struct Joined {
    /// What clients of AWS are led to.
    pub front: Front,
    /// What clients of Kubernetes find.
    pub api_server: KubeApiServer,
    _webhook: Front,
}

impl Joined {
    /// Joins the stand-in at a port of loopback with an API server of its own, for a cluster of this name.
    pub fn new(stand_in: u16, cluster: &str) -> Result<Self, Missing> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let missing = |error: std::io::Error| Missing::new("a front", error.to_string());
        let cluster = cluster.to_owned();
        let webhook = FrontOptions {
            answer: Some(Box::new(move |seen| {
                Some(Response::json(200, token_review(seen, &cluster)))
            })),
            ..FrontOptions::default()
        };
        let webhook = Front::before(0, webhook).map_err(missing)?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let options = ClusterOptions {
            token_webhook: Some(webhook.endpoint.clone()),
            ..ClusterOptions::named(&format!("joined-{number}"))
        };
        let api_server = own_cluster(&options)?;
        let rewrite = FrontOptions {
            rewrite: Some(Box::new(joining(&api_server))),
            ..FrontOptions::default()
        };
        Ok(Self {
            front: Front::before(stand_in, rewrite).map_err(missing)?,
            api_server,
            _webhook: webhook,
        })
    }
}

/// Gives every cluster that an answer describes what the API server has.
fn joining(server: &KubeApiServer) -> impl Fn(&Seen, String) -> String + use<> {
    let (host, issuer) = (server.host.clone(), server.issuer.clone());
    let authority = STANDARD.encode(&server.ca_pem);
    move |seen, body| {
        let is_about_clusters = seen.service() == "eks" && seen.target.starts_with("/clusters");
        let described = is_about_clusters.then(|| serde_json::from_str::<Json>(&body).ok());
        let Some(mut described) = described.flatten() else {
            return body;
        };
        if let Some(Json::Object(cluster)) = described.get_mut("cluster") {
            cluster.insert("endpoint".to_owned(), host.as_str().into());
            cluster.insert(
                "certificateAuthority".to_owned(),
                json!({ "data": authority }),
            );
            cluster.insert(
                "identity".to_owned(),
                json!({ "oidc": { "issuer": issuer } }),
            );
        }
        described.to_string()
    }
}

/// What a `TokenReview` of a token comes to.
fn token_review(seen: &Seen, cluster: &str) -> String {
    let review: Json = serde_json::from_str(&seen.body).unwrap_or_default();
    let token = review.pointer("/spec/token").and_then(Json::as_str);
    let token = token.unwrap_or_default();
    let user = json!({ "username": "caller", "groups": ["system:masters"] });
    let status = if is_a_token_of_eks(token, cluster) {
        json!({ "authenticated": true, "user": user })
    } else {
        json!({ "authenticated": false })
    };
    json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "status": status })
        .to_string()
}

/// Whether a token has the form that the authenticator of EKS takes: a signed URL for 60 seconds, bound to the cluster.
///
/// See <https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster>.
fn is_a_token_of_eks(token: &str, cluster: &str) -> bool {
    let url = token.strip_prefix("k8s-aws-v1.");
    let url = url.and_then(|url| URL_SAFE_NO_PAD.decode(url).ok());
    let url = String::from_utf8(url.unwrap_or_default()).unwrap_or_default();
    let signed_by_command = url.ends_with(&format!("&cluster={cluster}"));
    url.starts_with("https://sts.")
        && url.contains("Action=GetCallerIdentity")
        && (signed_by_command || (url.contains("X-Amz-Signature=") && url.contains("x-k8s-aws-id")))
}
