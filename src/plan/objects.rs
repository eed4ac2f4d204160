//! What objects tell the decision: a role, an OIDC provider, the issuer of a cluster, a service account and its annotations.
//!
//! Objects are as the schemas of the types have them, planned or live; parts may be unknown.

use crate::policy::{AccountId, OidcProviderArn, RoleArn};
use crate::trust::{Fact, Provider, Role, TrustPolicy};
use crate::value::{Number, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A role as the decision wants it.
#[derive(Clone, Debug)]
pub struct RoleFacts {
    /// The role.
    pub role: Role,
    /// Its trust policy as it is written; `None` when it is not known.
    pub document: Option<String>,
}

impl RoleFacts {
    /// The role of an `aws_iam_role`; `None` while its ARN is not known.
    pub fn of(object: &Value) -> Option<Self> {
        let arn: RoleArn = object.get("arn")?.as_str()?.parse().ok()?;
        let document = object.get("assume_role_policy").and_then(Value::as_str);
        let session = object
            .get("max_session_duration")
            .and_then(Value::as_number)
            .and_then(Number::as_u64)
            .and_then(|seconds| u32::try_from(seconds).ok());
        Some(RoleFacts {
            role: Role {
                arn,
                exists: Fact::Known(true),
                trust: document.map_or(Fact::Unknown, |document| {
                    Fact::Known(TrustPolicy::parse(document))
                }),
                max_session_duration: session.map_or(Fact::Unknown, Fact::Known),
            },
            document: document.map(str::to_owned),
        })
    }

    /// A role that is not there, or will not be.
    pub fn absent(arn: RoleArn) -> Self {
        RoleFacts {
            role: Role {
                arn,
                exists: Fact::Known(false),
                trust: Fact::Unknown,
                max_session_duration: Fact::Unknown,
            },
            document: None,
        }
    }
}

/// The provider of an `aws_iam_openid_connect_provider`; `None` while its ARN, and with it the issuer, is not known.
pub fn oidc_provider(object: &Value) -> Option<Provider> {
    let arn: OidcProviderArn = object.get("arn")?.as_str()?.parse().ok()?;
    let account: AccountId = arn.account().clone();
    let ids = object.get("client_id_list").and_then(Value::as_elements);
    let ids: Option<BTreeSet<String>> = ids.and_then(|ids| {
        ids.iter()
            .map(|id| id.as_str().map(str::to_owned))
            .collect()
    });
    let issuer = arn.issuer().clone();
    Some(Provider {
        account,
        issuer,
        client_ids: ids.map_or(Fact::Unknown, Fact::Known),
    })
}

/// The issuer of an `aws_eks_cluster`, which may be an unknown value.
pub fn cluster_issuer(object: &Value) -> Option<&Value> {
    let identity = object.get("identity")?.as_elements()?.first()?;
    identity.get("oidc")?.as_elements()?.first()?.get("issuer")
}

/// A service account, or the annotations that are ours of one that is there already.
#[derive(Clone, Debug)]
pub struct AccountObject {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its annotations; `None` for a value that is not known yet.
    pub annotations: BTreeMap<String, Option<String>>,
    /// `automountServiceAccountToken`, where the object says.
    pub automount_token: Option<bool>,
}

impl AccountObject {
    /// The service account that an object of a type is about; `None` for any other.
    pub fn of(resource_type: &str, object: &Value) -> Option<Self> {
        let metadata = object.get("metadata")?.as_elements()?.first()?;
        let annotations = match resource_type {
            "kubernetes_service_account" | "kubernetes_service_account_v1" => {
                metadata.get("annotations")
            }
            "kubernetes_annotations" if object.get("kind")?.as_str() == Some("ServiceAccount") => {
                object.get("annotations")
            }
            _ => return None,
        };
        let entries = annotations.and_then(Value::as_entries);
        let known = entries.into_iter().flatten();
        let known = known
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.to_string(), value.as_str().map(str::to_owned)));
        let namespace = metadata.get("namespace").and_then(Value::as_str);
        Some(AccountObject {
            namespace: namespace.unwrap_or("default").to_owned(),
            name: metadata.get("name")?.as_str()?.to_owned(),
            annotations: known.collect(),
            automount_token: object
                .get("automount_service_account_token")
                .and_then(Value::as_bool),
        })
    }
}
