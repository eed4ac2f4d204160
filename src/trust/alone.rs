//! A token and a trust policy alone, without cluster, account or configuration: what is not given is taken as it is where nothing is wrong.
//!
//! The OIDC provider is the issuer's own, in the role's account, with the client id `sts.amazonaws.com`; the partition is that of the issuer's host; the role is one in the account of the provider that the policy names.
//! A token with `azp` is judged by it (IAM User Guide, "Available keys for AWS OIDC federation": where a token has both, `azp` is the value of the key `aud`).
//! What STS makes of several audiences is not documented: the verdict stands if it is the same for each of them, else it hangs on the key `aud`.

use super::binding::{
    Binding, Cluster, DEFAULT_AUDIENCE, Fact, Provider, Providers, Role, SUBJECT_PREFIX, Subject,
};
use super::decision::{Decision, Question, Verdict};
use super::document::TrustPolicy;
use super::unknown::Unknown;
use crate::policy::{
    AccountId, ConditionKey, Issuer, OidcProviderArn, Partition, PolicyError, ProblemKind, RoleArn,
};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The claims of a token that matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// `iss`.
    pub issuer: Issuer,
    /// `sub`.
    pub subject: Subject,
    /// `aud`, or `azp` where there is one; not empty.
    pub audiences: Vec<String>,
}

/// Claims that are no token's of a service account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsError {
    /// Not JSON.
    #[error("it is not JSON: {0}")]
    Syntax(String),
    /// Not an object.
    #[error("the claims of a token are a JSON object")]
    NotAnObject,
    /// A claim that is missing, or of the wrong type.
    #[error("claim `{0}` must be {1}")]
    Claim(&'static str, &'static str),
    /// The issuer is no URL.
    #[error("claim `iss`: {0}")]
    Issuer(crate::policy::IssuerError),
    /// The subject is no service account.
    #[error("claim `sub`: `{0}` is not of the form system:serviceaccount:<namespace>:<name>")]
    Subject(String),
}

impl Claims {
    /// Reads the payload of a token.
    pub fn parse(text: &str) -> Result<Self, ClaimsError> {
        let json: Value =
            serde_json::from_str(text).map_err(|error| ClaimsError::Syntax(error.to_string()))?;
        let claims = json.as_object().ok_or(ClaimsError::NotAnObject)?;
        let issuer = text_of(claims, "iss")?;
        let subject = text_of(claims, "sub")?;
        Ok(Self {
            issuer: issuer.parse().map_err(ClaimsError::Issuer)?,
            subject: subject_of(subject)?,
            audiences: audiences(claims)?,
        })
    }
}

fn text_of<'c>(claims: &'c Map<String, Value>, name: &'static str) -> Result<&'c str, ClaimsError> {
    let text = claims.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
        .ok_or(ClaimsError::Claim(name, "a text"))
}

/// A subject by its shape alone: a policy is judged on whatever the token says, also if Kubernetes would not have the name.
fn subject_of(text: &str) -> Result<Subject, ClaimsError> {
    let parts = text
        .strip_prefix(SUBJECT_PREFIX)
        .and_then(|rest| rest.split_once(':'));
    let (namespace, name) = parts
        .filter(|(namespace, name)| !namespace.is_empty() && !name.is_empty())
        .ok_or_else(|| ClaimsError::Subject(text.to_owned()))?;
    Ok(Subject::verbatim(namespace, name))
}

fn audiences(claims: &Map<String, Value>) -> Result<Vec<String>, ClaimsError> {
    const EXPECTED: ClaimsError = ClaimsError::Claim("aud", "a text, or a list of texts");
    if claims.contains_key("azp") {
        return Ok(vec![text_of(claims, "azp")?.to_owned()]);
    }
    let audiences: Option<Vec<String>> = match claims.get("aud") {
        Some(Value::String(one)) => Some(vec![one.clone()]),
        Some(Value::Array(several)) => {
            let several = several.iter().map(|one| one.as_str().map(str::to_owned));
            several.collect()
        }
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => None,
    };
    audiences.filter(|all| !all.is_empty()).ok_or(EXPECTED)
}

/// The OIDC provider of the role's account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Registered {
    /// The one for the token's issuer.
    #[default]
    ForTheIssuer,
    /// One for this issuer.
    For(Issuer),
    /// None.
    None,
}

/// A token and a policy, with what is given beside them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alone {
    /// What the token says.
    pub claims: Claims,
    /// The policy, or why IAM would refuse it.
    pub policy: Result<TrustPolicy, PolicyError>,
    /// The role, if it is known.
    pub role: Option<RoleArn>,
    /// The provider.
    pub registered: Registered,
    /// The audiences it accepts, if they are known.
    pub client_ids: Option<BTreeSet<String>>,
}

/// Whether the text of a policy is no JSON at all, so that there is nothing to judge.
pub fn is_no_json(error: &PolicyError) -> Option<&str> {
    error.problems.iter().find_map(|problem| {
        let ProblemKind::Syntax(text) = &problem.kind else {
            return None;
        };
        Some(text.as_str())
    })
}

impl Alone {
    /// Decides whether the token's owner can assume the role.
    pub fn decide(&self) -> Decision {
        let role = self.role();
        let providers = self.providers(&role);
        let decisions = self.claims.audiences.iter().map(|audience| {
            let binding = self.binding(&role, audience);
            Question {
                binding: &binding,
                role: &role,
                providers: &providers,
            }
            .decide()
        });
        let mut decisions: Vec<Decision> = decisions.collect();
        let agree = decisions
            .windows(2)
            .all(|pair| matches!(pair, [one, other] if alike(&one.verdict, &other.verdict)));
        let first = decisions.swap_remove(0);
        if agree {
            return first;
        }
        let key = ConditionKey::new(self.claims.issuer.key("aud"));
        Decision {
            verdict: Verdict::Undecided(BTreeSet::from([Unknown::ConditionKey(key)])),
            over_broad: Vec::new(),
            notes: first.notes,
        }
    }

    /// The ARN of the role in question.
    pub fn role_arn(&self) -> RoleArn {
        if let Some(role) = &self.role {
            return role.clone();
        }
        let named = self.named_provider();
        let partition = partition_of(&self.claims.issuer)
            .or_else(|| named.as_ref().map(|named| named.partition().clone()))
            .unwrap_or_else(Partition::aws);
        let account = named.map(|named| named.account().clone());
        RoleArn::new(
            partition,
            account.unwrap_or_else(AccountId::example),
            "/",
            "role",
        )
    }

    fn role(&self) -> Role {
        Role {
            arn: self.role_arn(),
            exists: Fact::Known(true),
            trust: Fact::Known(self.policy.clone()),
            max_session_duration: Fact::Known(super::sts::USUAL_SESSION),
        }
    }

    fn binding(&self, role: &Role, audience: &str) -> Binding {
        let issuer = self.claims.issuer.clone();
        let partition = partition_of(&issuer).unwrap_or_else(|| role.arn.partition().clone());
        Binding {
            cluster: Cluster {
                issuer: Fact::Known(issuer),
                partition,
            },
            subject: self.claims.subject.clone(),
            role_annotation: Fact::Known(Some(role.arn.to_string())),
            audience: Fact::Known(audience.to_owned()),
            association: Fact::Known(None),
            duration: None,
        }
    }

    fn providers(&self, role: &Role) -> Providers {
        let account = role.arn.account().clone();
        let issuer = match &self.registered {
            Registered::ForTheIssuer => Some(self.claims.issuer.clone()),
            Registered::For(issuer) => Some(issuer.clone()),
            Registered::None => None,
        };
        let usual = || BTreeSet::from([DEFAULT_AUDIENCE.to_owned()]);
        let client_ids = self.client_ids.clone().unwrap_or_else(usual);
        let provider = issuer.map(|issuer| Provider {
            account: account.clone(),
            issuer,
            client_ids: Fact::Known(client_ids),
        });
        Providers {
            known: provider.into_iter().collect(),
            complete_for: BTreeSet::from([account]),
        }
    }

    /// The provider that the policy names: the one of the token's issuer, else the first.
    fn named_provider(&self) -> Option<OidcProviderArn> {
        let policy = self.policy.as_ref().ok()?;
        let named = policy
            .statements()
            .iter()
            .flat_map(|statement| &statement.federated)
            .filter_map(|name| name.parse().ok());
        let named: Vec<OidcProviderArn> = named.collect();
        let own = named
            .iter()
            .find(|named| *named.issuer() == self.claims.issuer);
        own.or_else(|| named.first()).cloned()
    }
}

/// Whether two verdicts say the same to whoever acts on them.
fn alike(one: &Verdict, other: &Verdict) -> bool {
    if let (Verdict::Undecided(one), Verdict::Undecided(other)) = (one, other) {
        return one == other;
    }
    one.as_str() == other.as_str() && one.refuted_at() == other.refuted_at()
}

/// The partition of an EKS issuer's host: by its region; nothing for a host of another kind.
fn partition_of(issuer: &Issuer) -> Option<Partition> {
    let host = issuer.host();
    let region = host
        .strip_prefix("oidc.eks.")
        .or_else(|| host.strip_prefix("oidc-eks."))?;
    region.split('.').next().map(Partition::of_region)
}
