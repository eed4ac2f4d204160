//! The issuer of service account tokens: an `https` URL, kept without its scheme as IAM keeps it.
//!
//! Source: IAM API Reference, `CreateOpenIDConnectProvider` (begins with `https://`, may have a path, no query, no port, case-sensitive) and `GetOpenIDConnectProvider` (returned without the scheme);
//! EKS User Guide, "IAM roles for service accounts" (`https://oidc.eks.<region>.<suffix>/id/<32 hex digits>`). Host names ignore letter case (RFC 3986 §3.2.2), paths do not.

use super::arn::Partition;
use std::fmt;
use std::str::FromStr;

/// An issuer without its scheme, host in lower case, path as written: the form of condition keys and provider ARNs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Issuer(String);

impl Issuer {
    /// The issuer EKS would give a cluster with this id.
    pub fn eks(region: &str, partition: &Partition, id: &str) -> Self {
        Self(format!(
            "oidc.eks.{region}.{}/id/{id}",
            partition.dns_suffix()
        ))
    }

    /// Host and path, without the scheme.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL with its scheme, as a token's `iss` and `DescribeCluster` have it.
    pub fn url(&self) -> String {
        format!("https://{}", self.0)
    }

    /// The host name.
    pub fn host(&self) -> &str {
        self.0
            .split_once('/')
            .map_or(self.0.as_str(), |(host, _)| host)
    }

    /// The path with its leading slash; empty if there is none.
    pub fn path(&self) -> &str {
        self.0.get(self.host().len()..).unwrap_or_default()
    }

    /// The cluster's id, if this is an issuer of EKS.
    pub fn eks_id(&self) -> Option<&str> {
        self.path()
            .strip_prefix("/id/")
            .filter(|_| self.host().starts_with("oidc.eks."))
    }

    /// The region that an issuer of EKS names in its host, the dual-stack alias included.
    pub fn region(&self) -> Option<&str> {
        let host = self.host();
        let rest = host
            .strip_prefix("oidc.eks.")
            .or_else(|| host.strip_prefix("oidc-eks."))?;
        rest.split_once('.').map(|(region, _)| region)
    }

    /// The partition of the cluster, by the region in the host; for an issuer of another kind, the commercial one.
    pub fn partition(&self) -> Partition {
        self.region()
            .map_or_else(Partition::aws, Partition::of_region)
    }

    /// Whether the host is EKS's dual-stack alias, which serves the same documents but never stands in a token.
    pub fn is_dual_stack_alias(&self) -> bool {
        self.host().starts_with("oidc-eks.")
    }

    /// The name of a condition key of this issuer, such as `<issuer>:sub` for the claim `sub`.
    pub fn key(&self, claim: &str) -> String {
        format!("{}:{claim}", self.0)
    }
}

/// Why a text is no issuer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// A scheme other than `https`.
    #[error("`{0}` must begin with https://")]
    Scheme(String),
    /// No host.
    #[error("`{0}` has no host")]
    Host(String),
    /// A query, fragment, port or white space.
    #[error("`{0}` may have neither a port nor a query, a fragment or white space")]
    Characters(String),
}

impl FromStr for Issuer {
    type Err = IssuerError;

    /// Takes the URL with or without `https://`.
    fn from_str(text: &str) -> Result<Self, IssuerError> {
        let bare = without_scheme(text).ok_or_else(|| IssuerError::Scheme(text.to_owned()))?;
        let (host, path) = bare.find('/').map_or((bare, ""), |at| bare.split_at(at));
        if host.is_empty() {
            return Err(IssuerError::Host(text.to_owned()));
        }
        let forbidden = |character: char| character.is_whitespace() || "?#".contains(character);
        if host.contains([':', '@']) || bare.contains(forbidden) {
            return Err(IssuerError::Characters(text.to_owned()));
        }
        Ok(Self(format!("{}{path}", host.to_ascii_lowercase())))
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn without_scheme(text: &str) -> Option<&str> {
    match text.split_once("://") {
        None => Some(text),
        Some((scheme, rest)) => scheme.eq_ignore_ascii_case("https").then_some(rest),
    }
}
