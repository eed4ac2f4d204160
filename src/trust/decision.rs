//! The decision: will the pods of this service account be able to assume this role?
//!
//! Six gates are judged in order (see [`Gate`]). A gate that certainly fails refutes the binding, whatever is unknown at others; if none fails and some depend on unknown inputs, the binding is undecided.
//! A trust policy that IAM would refuse is judged before every gate.
//! Source: EKS User Guide, "IAM roles for service accounts"; STS API Reference, `AssumeRoleWithWebIdentity`; IAM User Guide, "Create a role for `OpenID` Connect federation".

use super::binding::{Binding, Fact, Provider, Providers, Role};
use super::breadth::OverBroad;
use super::context::TokenContext;
use super::document::TrustPolicy;
use super::explanation::{Cause, NearProvider, Refutation, StatementRefusal};
use super::gate::{Code, Gate};
use super::kleene::Truth;
use super::note::{Note, notes_on};
use super::statement::{StatementRef, WebIdentity};
use super::unknown::{Input, Unknown};
use crate::policy::{Effect, Issuer, OidcProviderArn, PolicyError, RoleArn};
use std::collections::BTreeSet;

/// A binding and all that is known about it.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The service account and its token.
    pub binding: &'a Binding,
    /// The role it should be able to assume.
    pub role: &'a Role,
    /// The OIDC providers.
    pub providers: &'a Providers,
}

/// The answer to a [`Question`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether access works.
    pub verdict: Verdict,
    /// Of a proved binding: whom the policy admits beyond the subjects it names, widest first.
    pub over_broad: Vec<OverBroad>,
    /// What else a reviewer should know.
    pub notes: BTreeSet<Note>,
}

/// Whether a binding works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every gate holds.
    Proved,
    /// A gate fails, whatever the unknown inputs turn out to be.
    Refuted(Refutation),
    /// It depends on these inputs, at least one.
    Undecided(BTreeSet<Unknown>),
    /// IAM would refuse the trust policy.
    Invalid(PolicyError),
}

impl Question<'_> {
    /// Decides the question.
    pub fn decide(&self) -> Decision {
        let policy = match &self.role.trust {
            Fact::Known(Err(error)) => return Decision::bare(Verdict::Invalid(error.clone())),
            Fact::Known(Ok(policy)) => Some(policy),
            Fact::Unknown => None,
        };
        let verdict = verdict(self.gates(policy));
        let (mut over_broad, mut notes) = (Vec::new(), policy.map(notes_on).unwrap_or_default());
        if let (Verdict::Proved, Some(policy), Fact::Known(issuer)) =
            (&verdict, policy, &self.binding.cluster.issuer)
        {
            self.with_call(issuer, |call| {
                over_broad = OverBroad::of(policy, &self.binding.subject, call);
                if OverBroad::any_audience(policy, call) {
                    notes.insert(Note::AnyAudience);
                }
            });
        }
        Decision {
            verdict,
            over_broad,
            notes,
        }
    }

    fn gates(&self, policy: Option<&TrustPolicy>) -> [(Gate, Passage); 6] {
        [
            (Gate::Annotation, self.annotation_gate()),
            (Gate::Role, self.role_gate()),
            (Gate::Provider, self.provider_gate()),
            (Gate::Audience, self.audience_gate()),
            (Gate::Trust, self.trust_gate(policy)),
            (Gate::Duration, self.duration_gate()),
        ]
    }

    fn annotation_gate(&self) -> Passage {
        let annotation = match &self.binding.role_annotation {
            Fact::Unknown => return Passage::unknown(Input::RoleAnnotation),
            Fact::Known(None) => return Passage::Fails(Cause::NoAnnotation),
            Fact::Known(Some(text)) if text.is_empty() => {
                return Passage::Fails(Cause::NoAnnotation);
            }
            Fact::Known(Some(text)) => text,
        };
        let annotation: RoleArn = match annotation.parse() {
            Ok(annotation) => annotation,
            Err(error) => return Passage::Fails(Cause::AnnotationNotARole(error)),
        };
        let (role, cluster) = (&self.role.arn, &self.binding.cluster);
        if annotation != *role {
            return Passage::Fails(Cause::AnnotationElsewhere {
                annotation,
                role: role.clone(),
            });
        }
        if *role.partition() != cluster.partition {
            let (role, cluster) = (role.partition().clone(), cluster.partition.clone());
            return Passage::Fails(Cause::CrossPartition { role, cluster });
        }
        match &self.binding.association {
            Fact::Known(None) => Passage::Holds,
            Fact::Known(Some(association)) => Passage::Fails(Cause::ShadowedByPodIdentity {
                association: association.clone(),
            }),
            Fact::Unknown => Passage::unknown(Input::PodIdentityAssociation),
        }
    }

    fn role_gate(&self) -> Passage {
        match self.role.exists {
            Fact::Known(true) => Passage::Holds,
            Fact::Known(false) => Passage::Fails(Cause::NoRole(self.role.arn.clone())),
            Fact::Unknown => Passage::unknown(Input::RoleExistence),
        }
    }

    fn provider_gate(&self) -> Passage {
        let account = self.role.arn.account();
        let Fact::Known(issuer) = &self.binding.cluster.issuer else {
            return Passage::unknown(Input::Issuer);
        };
        if self.providers.find(account, issuer).is_some() {
            return Passage::Holds;
        }
        if !self.providers.complete_for.contains(account) {
            return Passage::unknown(Input::Providers(account.clone()));
        }
        Passage::Fails(Cause::NoProvider {
            account: account.clone(),
            issuer: issuer.clone(),
            near: self.near_providers(issuer),
        })
    }

    /// Providers that nearly are the one: the alias, another cluster of the same host, the right one in another account.
    fn near_providers(&self, issuer: &Issuer) -> Vec<NearProvider> {
        let account = self.role.arn.account();
        let near = |known: &Provider| {
            let own = known.account == *account;
            if own && known.issuer.is_dual_stack_alias() && known.issuer.path() == issuer.path() {
                Some(NearProvider::DualStackAlias(known.issuer.clone()))
            } else if own && known.issuer.host() == issuer.host() {
                Some(NearProvider::OtherCluster(known.issuer.clone()))
            } else if !own && known.issuer == *issuer {
                Some(NearProvider::OtherAccount(known.account.clone()))
            } else {
                None
            }
        };
        let mut near: Vec<NearProvider> = self.providers.known.iter().filter_map(near).collect();
        near.sort();
        near
    }

    /// Without a provider there is nothing to ask: that is the gate before.
    fn audience_gate(&self) -> Passage {
        let account = self.role.arn.account();
        let Fact::Known(issuer) = &self.binding.cluster.issuer else {
            return Passage::Holds;
        };
        let Some(provider) = self.providers.find(account, issuer) else {
            return Passage::Holds;
        };
        match (&self.binding.audience, &provider.client_ids) {
            (Fact::Unknown, _) => Passage::unknown(Input::Audience),
            (Fact::Known(_), Fact::Unknown) => Passage::unknown(Input::ClientIds(account.clone())),
            (Fact::Known(audience), Fact::Known(client_ids)) if client_ids.contains(audience) => {
                Passage::Holds
            }
            (Fact::Known(audience), Fact::Known(client_ids)) => {
                Passage::Fails(Cause::AudienceNotAccepted {
                    audience: audience.clone(),
                    client_ids: client_ids.clone(),
                })
            }
        }
    }

    fn trust_gate(&self, policy: Option<&TrustPolicy>) -> Passage {
        let Some(policy) = policy else {
            return Passage::unknown(Input::TrustPolicy);
        };
        let Fact::Known(issuer) = &self.binding.cluster.issuer else {
            return Passage::unknown(Input::Issuer);
        };
        self.with_call(issuer, |call| match policy.admits(call) {
            Truth::True => Passage::Holds,
            Truth::Unknown(reasons) => Passage::Unknown(reasons),
            Truth::False => Passage::Fails(refusal(policy, call)),
        })
    }

    fn duration_gate(&self) -> Passage {
        match (self.binding.duration, &self.role.max_session_duration) {
            (None, _) => Passage::Holds,
            (Some(_), Fact::Unknown) => Passage::unknown(Input::MaxSessionDuration),
            (Some(requested), Fact::Known(maximum)) if requested <= *maximum => Passage::Holds,
            (Some(requested), Fact::Known(maximum)) => Passage::Fails(Cause::Duration {
                requested,
                maximum: *maximum,
            }),
        }
    }

    /// The call the pods will make. The provider is always that of the role's own account.
    fn with_call<T>(&self, issuer: &Issuer, judge: impl FnOnce(&WebIdentity<'_>) -> T) -> T {
        let role = &self.role.arn;
        let (partition, account) = (role.partition().clone(), role.account().clone());
        let provider = OidcProviderArn::new(partition, account, issuer.clone()).to_string();
        let subject = self.binding.subject.to_string();
        let audience = match &self.binding.audience {
            Fact::Known(audience) => Some(audience.as_str()),
            Fact::Unknown => None,
        };
        let token = TokenContext {
            issuer,
            audience,
            subject: &subject,
        };
        judge(&WebIdentity {
            provider: &provider,
            token,
        })
    }
}

/// Decides a question asked twice, with different witnesses for what is not known before apply.
///
/// The first answer stands if the second is of the same kind, gate and code; else the verdict hangs on an invented value, and is undecided.
pub fn decide_with_witnesses(first: &Question<'_>, second: &Question<'_>) -> Decision {
    let (mut first, second) = (first.decide(), second.decide());
    if !first.verdict.agrees_with(&second.verdict) {
        first.over_broad.clear();
        first.verdict = Verdict::Undecided(BTreeSet::from([Unknown::WitnessesDisagree]));
    }
    first
}

impl Verdict {
    /// The verdict's name, as it is printed.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Proved => "PROVED",
            Self::Refuted(_) => "REFUTED",
            Self::Undecided(_) => "UNDECIDED",
            Self::Invalid(_) => "INVALID",
        }
    }

    /// The gate that fails and the code, of a refuted binding.
    pub fn refuted_at(&self) -> Option<(Gate, Code)> {
        match self {
            Self::Refuted(refutation) => Some((refutation.gate, refutation.code())),
            Self::Proved | Self::Undecided(_) | Self::Invalid(_) => None,
        }
    }

    fn agrees_with(&self, other: &Self) -> bool {
        self.as_str() == other.as_str() && self.refuted_at() == other.refuted_at()
    }
}

impl Decision {
    pub(super) fn bare(verdict: Verdict) -> Self {
        Self {
            verdict,
            over_broad: Vec::new(),
            notes: BTreeSet::new(),
        }
    }
}

/// How a gate was passed.
pub(super) enum Passage {
    /// It is open.
    Holds,
    /// It is closed, for this cause.
    Fails(Cause),
    /// It depends on these inputs.
    Unknown(BTreeSet<Unknown>),
}

impl Passage {
    /// It depends on one input.
    pub(super) fn unknown(input: Input) -> Self {
        Self::Unknown(BTreeSet::from([Unknown::Input(input)]))
    }
}

/// The verdict of gates in order: the first that is closed refutes; else what is unknown leaves it undecided.
pub(super) fn verdict(gates: impl IntoIterator<Item = (Gate, Passage)>) -> Verdict {
    let mut unknown = BTreeSet::new();
    for (gate, passage) in gates {
        match passage {
            Passage::Holds => {}
            Passage::Fails(cause) => return Verdict::Refuted(Refutation { gate, cause }),
            Passage::Unknown(reasons) => unknown.extend(reasons),
        }
    }
    if unknown.is_empty() {
        Verdict::Proved
    } else {
        Verdict::Undecided(unknown)
    }
}

/// Why a policy certainly does not admit a call: a Deny that matches, or why no Allow does.
fn refusal(policy: &TrustPolicy, call: &WebIdentity<'_>) -> Cause {
    let denials = policy.with_effect(Effect::Deny);
    let denials: Vec<StatementRef> = denials
        .filter(|statement| statement.matches(call) == Truth::True)
        .map(|statement| statement.reference.clone())
        .collect();
    if !denials.is_empty() {
        return Cause::ExplicitDeny(denials);
    }
    let allows = policy.with_effect(Effect::Allow);
    Cause::NotAllowed(
        allows
            .filter_map(|statement| StatementRefusal::explain(statement, call))
            .collect(),
    )
}
