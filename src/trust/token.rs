//! The token that the kubelet puts into a pod: its claims, as far as they are known before it is asked for.
//!
//! Source: Kubernetes documentation, "Configure Service Accounts for Pods" (projected tokens, 80 % of whose life passes before they are renewed) and API reference, `TokenRequest`;
//! EKS User Guide, "IAM roles for service accounts": the issuer is the cluster's, the longest life is 86,400 seconds.

use super::binding::Subject;
use super::pod::{Credentials, Expiration};
use serde_json::{Value, json};

/// The longest life of a token that EKS gives, in seconds.
pub const LONGEST: u64 = 86_400;

/// A token before it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its `iss`: the cluster's issuer with its scheme, or how people refer to one that is not known yet.
    pub issuer: String,
    /// Its `aud`, which has one value.
    pub audience: String,
    /// Whom it speaks of.
    pub subject: Subject,
    /// How long it lives.
    pub life: Expiration,
}

impl Token {
    /// The token of the credentials that a pod is pointed at.
    pub fn of(issuer: &str, subject: &Subject, credentials: &Credentials) -> Self {
        let life = match credentials.expiration {
            Expiration::Exactly(seconds) => Expiration::Exactly(seconds.min(LONGEST)),
            Expiration::Between(least, most) => Expiration::Between(least, most.min(LONGEST)),
        };
        Self {
            issuer: issuer.to_owned(),
            audience: credentials.audience.clone(),
            subject: subject.clone(),
            life,
        }
    }

    /// The claims. What the API server invents stands in angle brackets.
    pub fn claims(&self) -> Value {
        let life = match self.life {
            Expiration::Exactly(seconds) => format!("<iat + {seconds}>"),
            Expiration::Between(least, most) => format!("<iat + {least} to {most}>"),
        };
        json!({
            "aud": [self.audience],
            "exp": life,
            "iat": "<now>",
            "iss": self.issuer,
            "kubernetes.io": {
                "namespace": self.subject.namespace(),
                "pod": { "name": "<pod>", "uid": "<uid>" },
                "serviceaccount": { "name": self.subject.name(), "uid": "<uid>" },
            },
            "nbf": "<iat>",
            "sub": self.subject.to_string(),
        })
    }
}
