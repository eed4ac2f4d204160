//! Pod Identity: will the pods of a service account get a role through an association of EKS?
//!
//! EKS itself assumes the role, as the service `pods.eks.amazonaws.com`: the trust policy must allow `sts:AssumeRole` and, unless session tags are disabled, `sts:TagSession`. No OIDC provider is asked.
//! The call carries six tags, of which cluster, namespace and service account are known beforehand; a target role, of any account, is then assumed from the first with the association's external id.
//! Source: EKS User Guide, "EKS Pod Identity" (id roles, session tags, target roles); EKS API Reference, `CreatePodIdentityAssociation`.

use super::association_call::{Caller, PodIdentityCall, SERVICE, Tags};
use super::binding::{Fact, Role, Subject};
use super::breadth::{Breadth, OverBroad};
use super::decision::{Decision, Passage, Verdict, verdict};
use super::document::TrustPolicy;
use super::explanation::{Cause, StatementRefusal};
use super::gate::Gate;
use super::kleene::Truth;
use super::note::Note;
use super::statement::StatementRef;
use super::unknown::Input;
use crate::policy::{AccountId, Effect, RoleArn};

/// A pod identity association and what is known of its surroundings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Association {
    /// The account of the cluster.
    pub account: AccountId,
    /// The name of the cluster.
    pub cluster_name: Fact<String>,
    /// The ARN of the cluster.
    pub cluster_arn: Fact<String>,
    /// The service account.
    pub subject: Subject,
    /// The `roleArn` as written.
    pub role: Fact<String>,
    /// Whether session tags are disabled, as an inline session policy asks for.
    pub session_tags_disabled: bool,
    /// The external id that EKS gave, of which only the target role asks.
    pub external_id: Fact<String>,
    /// The account's annotation `eks.amazonaws.com/role-arn`, which the association overrides.
    pub annotation: Fact<Option<String>>,
}

/// An association, its role, and the target role if it has one.
#[derive(Debug, Clone, Copy)]
pub struct AssociationQuestion<'a> {
    /// The association.
    pub association: &'a Association,
    /// The role in question: that of `roleArn`.
    pub role: &'a Role,
    /// The role of `targetRoleArn`.
    pub target: Option<&'a Role>,
}

impl AssociationQuestion<'_> {
    /// Decides the question, by the gates of [`Gate`] that an association has, those of the target role last.
    ///
    /// Reaches beyond the account are told as of any proved binding; an association of every cluster of the account, as the note [`Note::AnyAssociation`].
    pub fn decide(&self) -> Decision {
        for role in [Some(self.role), self.target].into_iter().flatten() {
            if let Fact::Known(Err(error)) = &role.trust {
                return Decision::bare(Verdict::Invalid(error.clone()));
            }
        }
        let mut decision = Decision::bare(verdict(self.gates()));
        if let Fact::Known(Some(annotation)) = &self.association.annotation {
            decision
                .notes
                .insert(Note::AnnotationOverridden(annotation.clone()));
        }
        if let (Verdict::Proved, Fact::Known(Ok(policy))) = (&decision.verdict, &self.role.trust) {
            self.add_reach(policy, &mut decision);
        }
        decision
    }

    fn gates(&self) -> Vec<(Gate, Passage)> {
        let tags = Tags::of(self.association);
        let mut gates = vec![
            (Gate::Annotation, self.association_gate()),
            (Gate::Role, exists(self.role)),
            (Gate::Trust, trusts(self.role, Caller::Service, &tags)),
        ];
        if let Some(target) = self.target {
            let caller = Caller::Role(&self.role.arn);
            gates.push((Gate::Role, exists(target)));
            gates.push((Gate::Trust, trusts(target, caller, &tags)));
        }
        gates
    }

    fn association_gate(&self) -> Passage {
        let named: RoleArn = match &self.association.role {
            Fact::Unknown => return Passage::unknown(Input::AssociationRole),
            Fact::Known(text) => match text.parse() {
                Ok(named) => named,
                Err(error) => return Passage::Fails(Cause::AssociationNotARole(error)),
            },
        };
        if named != self.role.arn {
            let role = self.role.arn.clone();
            return Passage::Fails(Cause::AssociationElsewhere { named, role });
        }
        if *named.account() != self.association.account {
            let (role, cluster) = (named.account().clone(), self.association.account.clone());
            return Passage::Fails(Cause::RoleOfAnotherAccount { role, cluster });
        }
        Passage::Holds
    }

    /// Tries other associations: of names that are written nowhere, in this cluster and in another.
    fn add_reach(&self, policy: &TrustPolicy, decision: &mut Decision) {
        let [fresh, _] = policy.unlisted_names();
        let (namespace, name) = (
            self.association.subject.namespace(),
            self.association.subject.name(),
        );
        let admits = |cluster: Option<&str>, namespace: &str, name: &str| {
            let other = self.other(cluster, namespace, name)?;
            let passage = allowed(policy, Caller::Service, &Tags::of(&other));
            matches!(passage, Passage::Holds).then(|| other.subject.to_string())
        };
        if let Some(witness) = admits(Some(fresh), fresh, fresh) {
            decision.notes.insert(Note::AnyAssociation);
            decision.over_broad = vec![OverBroad {
                breadth: Breadth::Cluster,
                witness,
            }];
            return;
        }
        if let Some(witness) = admits(None, fresh, fresh) {
            decision.over_broad = vec![OverBroad {
                breadth: Breadth::Cluster,
                witness,
            }];
            return;
        }
        let in_namespace = admits(None, namespace, fresh)
            .map(|witness| (Breadth::Namespace(namespace.to_owned()), witness));
        let of_name = admits(None, fresh, name)
            .map(|witness| (Breadth::AnyNamespace(name.to_owned()), witness));
        let found = in_namespace.into_iter().chain(of_name);
        decision.over_broad = found
            .map(|(breadth, witness)| OverBroad { breadth, witness })
            .collect();
        if admits(Some(fresh), namespace, name).is_some() {
            decision.notes.insert(Note::AnyCluster);
        }
    }

    /// The same association for another service account, of a cluster of that name or of this one.
    fn other(&self, cluster: Option<&str>, namespace: &str, name: &str) -> Option<Association> {
        let mut other = self.association.clone();
        other.subject = Subject::new(namespace, name).ok()?;
        if let Some(cluster) = cluster {
            other.cluster_name = Fact::Known(cluster.to_owned());
            other.cluster_arn = Fact::Known(format!(
                "arn:{}:eks:{cluster}:{}:cluster/{cluster}",
                self.role.arn.partition(),
                self.association.account
            ));
        }
        Some(other)
    }
}

fn exists(role: &Role) -> Passage {
    match role.exists {
        Fact::Known(true) => Passage::Holds,
        Fact::Known(false) => Passage::Fails(Cause::NoRole(role.arn.clone())),
        Fact::Unknown => Passage::unknown(Input::RoleExistence),
    }
}

fn trusts(role: &Role, caller: Caller<'_>, tags: &Tags) -> Passage {
    match &role.trust {
        Fact::Known(Ok(policy)) => allowed(policy, caller, tags),
        Fact::Known(Err(_)) | Fact::Unknown => Passage::unknown(Input::TrustPolicy),
    }
}

/// Whether a policy allows every action the call needs.
fn allowed(policy: &TrustPolicy, caller: Caller<'_>, tags: &Tags) -> Passage {
    let mut unknown = std::collections::BTreeSet::new();
    for action in tags.actions() {
        let call = PodIdentityCall::new(action, caller, tags);
        match policy.admits(&call) {
            Truth::True => {}
            Truth::Unknown(reasons) => unknown.extend(reasons),
            Truth::False => return Passage::Fails(refusal(policy, &call)),
        }
    }
    if unknown.is_empty() {
        Passage::Holds
    } else {
        Passage::Unknown(unknown)
    }
}

fn refusal(policy: &TrustPolicy, call: &PodIdentityCall<'_>) -> Cause {
    let denials: Vec<StatementRef> = policy
        .with_effect(Effect::Deny)
        .filter(|statement| statement.matches(call) == Truth::True)
        .map(|statement| statement.reference.clone())
        .collect();
    if !denials.is_empty() {
        return Cause::ExplicitDeny(denials);
    }
    let caller = match call.caller() {
        Caller::Service => SERVICE.to_owned(),
        Caller::Role(role) => role.to_string(),
    };
    let refusals = policy
        .with_effect(Effect::Allow)
        .filter_map(|statement| StatementRefusal::explain_call(statement, &caller, call));
    Cause::NotAllowed(refusals.collect())
}
