//! What the webhook decides for a service account: no identity, a web identity token, or EKS Pod Identity's credentials.
//!
//! Source: aws/amazon-eks-pod-identity-webhook (release 0.6): a pod identity association wins over the annotation `eks.amazonaws.com/role-arn`, which may hold any text and is injected as it is.
//! Audience: the account's annotation, else the flag. Expiration: the pod's annotation, the account's, the flag; below 600 seconds becomes 600, what is no number is passed over.
//! Regional STS endpoints: the account's annotation where it is a Go boolean, else the flag, which EKS sets.

use super::workload::PodTemplate;
use crate::trust::DEFAULT_AUDIENCE;
use std::collections::BTreeMap;

/// The volume of a web identity token, and the mounts of it.
pub const TOKEN_VOLUME: &str = "aws-iam-token";

/// What stands before the names of the webhook's annotations and labels.
const PREFIX: &str = "eks.amazonaws.com/";

/// The shortest life of a token that the API server gives, in seconds.
const SHORTEST: u64 = 600;

/// The life of a token unless something else is asked for, in seconds; the longest on EKS.
const USUAL: u64 = 86_400;

/// How the webhook of a cluster is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// The region it injects; none for a webhook that knows none.
    pub region: Option<String>,
    /// The audience of tokens.
    pub audience: String,
    /// The life of tokens, in seconds.
    pub expiration: u64,
    /// Whether pods are told to use STS's regional endpoints.
    pub regional_sts: bool,
    /// Where the token's volume is mounted.
    pub mount_path: String,
    /// Whether the cluster's addresses are IPv6, which decides where Pod Identity's agent listens.
    pub ipv6: bool,
}

/// The annotations of a service account that the webhook reads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountAnnotations {
    /// `eks.amazonaws.com/role-arn`.
    pub role_arn: Option<String>,
    /// `eks.amazonaws.com/audience`.
    pub audience: Option<String>,
    /// `eks.amazonaws.com/token-expiration`.
    pub token_expiration: Option<String>,
    /// `eks.amazonaws.com/sts-regional-endpoints`.
    pub sts_regional_endpoints: Option<String>,
}

/// What the webhook gives the pods of a service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// Nothing: the pod stays as it is.
    None,
    /// Something.
    Some(Credentials),
}

/// The credentials that pods are pointed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The role of a web identity; none for Pod Identity, whose association names it.
    pub role_arn: Option<String>,
    /// The audience of the token.
    pub audience: String,
    /// How long the token lives.
    pub expiration: Expiration,
    /// Whether pods are told to use STS's regional endpoints.
    pub regional_sts: bool,
}

/// How long a token lives, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiration {
    /// So long.
    Exactly(u64),
    /// A number the webhook draws, between these two: Pod Identity spreads the renewals.
    Between(u64, u64),
}

impl Webhook {
    /// The webhook of an EKS cluster in a region.
    pub fn of_eks(region: &str) -> Self {
        Self {
            region: Some(region.to_owned()),
            audience: DEFAULT_AUDIENCE.to_owned(),
            expiration: USUAL,
            regional_sts: true,
            mount_path: "/var/run/secrets/eks.amazonaws.com/serviceaccount".to_owned(),
            ipv6: false,
        }
    }

    /// What the pods of an account with these annotations get; `associated` when a pod identity association is there for it.
    pub fn identity(
        &self,
        account: &AccountAnnotations,
        pod: &PodTemplate,
        associated: bool,
    ) -> Identity {
        if pod
            .labels
            .contains_key(&format!("{PREFIX}skip-pod-identity-webhook"))
        {
            return Identity::None;
        }
        let seconds = self.expiration(account, pod);
        let regional_sts = self.regional_sts(account);
        if associated {
            return Identity::Some(Credentials {
                role_arn: None,
                audience: "pods.eks.amazonaws.com".to_owned(),
                expiration: match seconds {
                    USUAL => Expiration::Between(79_200, USUAL),
                    seconds => Expiration::Exactly(seconds),
                },
                regional_sts,
            });
        }
        let Some(role_arn) = account.role_arn.clone().filter(|arn| !arn.is_empty()) else {
            return Identity::None;
        };
        Identity::Some(Credentials {
            role_arn: Some(role_arn),
            audience: account
                .audience
                .clone()
                .unwrap_or_else(|| self.audience.clone()),
            expiration: Expiration::Exactly(seconds),
            regional_sts,
        })
    }

    fn expiration(&self, account: &AccountAnnotations, pod: &PodTemplate) -> u64 {
        let of_pod = pod.annotations.get(&format!("{PREFIX}token-expiration"));
        of_pod
            .and_then(|text| seconds(text))
            .or_else(|| account.token_expiration.as_deref().and_then(seconds))
            .unwrap_or(self.expiration)
    }

    fn regional_sts(&self, account: &AccountAnnotations) -> bool {
        let told = account.sts_regional_endpoints.as_deref();
        told.and_then(go_boolean).unwrap_or(self.regional_sts)
    }

    /// The address of Pod Identity's agent on every node.
    pub(super) fn agent(&self) -> &'static str {
        match self.ipv6 {
            true => "http://[fd00:ec2::23]/v1/credentials",
            false => "http://169.254.170.23/v1/credentials",
        }
    }
}

impl AccountAnnotations {
    /// Takes what the webhook reads out of all annotations of an account.
    pub fn of(annotations: &BTreeMap<String, String>) -> Self {
        let named = |name: &str| annotations.get(&format!("{PREFIX}{name}")).cloned();
        Self {
            role_arn: named("role-arn"),
            audience: named("audience"),
            token_expiration: named("token-expiration"),
            sts_regional_endpoints: named("sts-regional-endpoints"),
        }
    }
}

impl Credentials {
    /// Whether they are Pod Identity's.
    pub fn of_pod_identity(&self) -> bool {
        self.role_arn.is_none()
    }

    /// The volume of the token.
    pub fn volume(&self) -> &'static str {
        match self.of_pod_identity() {
            true => "eks-pod-identity-token",
            false => TOKEN_VOLUME,
        }
    }

    /// The name of the token's file in the volume.
    pub(super) fn file(&self) -> &'static str {
        match self.of_pod_identity() {
            true => "eks-pod-identity-token",
            false => "token",
        }
    }

    /// Where the volume is mounted.
    pub(super) fn mount_path<'a>(&self, webhook: &'a Webhook) -> &'a str {
        match self.of_pod_identity() {
            true => "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount",
            false => &webhook.mount_path,
        }
    }

    /// The two variables that point at the credentials; a container that sets either gets neither.
    pub(super) fn variables(
        &self,
        webhook: &Webhook,
        windows: bool,
    ) -> [(&'static str, String); 2] {
        let path = self.mount_path(webhook);
        let file = match windows {
            true => format!("C:{}\\{}", path.replace('/', "\\"), self.file()),
            false => format!("{path}/{}", self.file()),
        };
        match &self.role_arn {
            Some(arn) => [
                ("AWS_ROLE_ARN", arn.clone()),
                ("AWS_WEB_IDENTITY_TOKEN_FILE", file),
            ],
            None => [
                (
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                    webhook.agent().to_owned(),
                ),
                ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file),
            ],
        }
    }
}

/// The life that an annotation asks for; none where it is no number.
fn seconds(text: &str) -> Option<u64> {
    let asked: i64 = text.parse().ok()?;
    Some(u64::try_from(asked).unwrap_or(0).max(SHORTEST))
}

/// A truth value as Go's `strconv.ParseBool` reads it.
fn go_boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}
