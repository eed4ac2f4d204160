//! Explanations in sentences, for people.

use super::breadth::OverBroad;
use super::decision::Verdict;
use super::explanation::{
    Cause, Failure, NearProvider, PrincipalDifference, Refutation, StatementRefusal,
};
use super::note::Note;
use std::fmt;

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())?;
        match self {
            Self::Proved => Ok(()),
            Self::Refuted(refutation) => {
                write!(
                    formatter,
                    " at {} ({}): {refutation}",
                    refutation.gate,
                    refutation.code()
                )
            }
            Self::Undecided(reasons) => {
                let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
                write!(formatter, ": {}", reasons.join("; "))
            }
            Self::Invalid(error) => write!(formatter, ": {error}"),
        }
    }
}

impl fmt::Display for OverBroad {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { breadth, witness } = self;
        write!(
            formatter,
            "{breadth} can assume the role, for example `{witness}`"
        )
    }
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AnyAudience => formatter.write_str(
                "the policy asks for no audience, so that every client id of the provider will do",
            ),
            Self::EveryoneAllowed(statement) => write!(
                formatter,
                "{statement} allows everyone, in every account, if its conditions hold"
            ),
            Self::WildcardPrincipal {
                statement,
                principal,
            } => write!(
                formatter,
                "{statement}: wildcards have no meaning in the principal `{principal}`, it never matches"
            ),
            Self::PrincipalGone { statement, id } => write!(
                formatter,
                "{statement} names `{id}`, the id of a role or user that was deleted; one made again under its name is another"
            ),
            Self::UnreadableValue {
                statement,
                operator,
                key,
                value,
            } => write!(
                formatter,
                "{statement}: `{operator}` on `{key}` cannot read \"{value}\"; what comes of it is not documented"
            ),
            Self::ArnOperatorOnClaim {
                statement,
                operator,
                key,
            } => write!(
                formatter,
                "{statement}: `{operator}` compares ARNs, and the value of `{key}` is none; write StringEquals or StringLike"
            ),
            Self::AsksForCaller { statement, key } => write!(
                formatter,
                "{statement} asks for `{key}`, though a pod that presents a token is no principal of AWS yet"
            ),
            Self::AnyAssociation => formatter.write_str(
                "every pod identity association of the account can use the role; restrict it by aws:RequestTag/kubernetes-namespace, …/kubernetes-service-account and …/eks-cluster-arn",
            ),
            Self::AnyCluster => formatter.write_str(
                "the service account of that name can use the role in every cluster of the account; restrict it by aws:RequestTag/eks-cluster-arn",
            ),
            Self::AnnotationOverridden(annotation) => write!(
                formatter,
                "the pod identity association takes precedence over the annotation for `{annotation}`: pods made from now on get the association's role only, older ones keep the annotation's until they are made again"
            ),
            Self::HoldsWithoutKey {
                statement,
                operator,
                key,
            } => write!(
                formatter,
                "{statement}: `{operator}` on `{key}` also holds when the token has no such key, so that a misspelt key opens it"
            ),
        }
    }
}

impl fmt::Display for Refutation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.cause)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnnotation => formatter
                .write_str("the service account has no annotation `eks.amazonaws.com/role-arn`"),
            Self::AnnotationNotARole(error) => {
                write!(
                    formatter,
                    "the annotation `eks.amazonaws.com/role-arn`: {error}"
                )
            }
            Self::AnnotationElsewhere { annotation, role } => {
                write!(
                    formatter,
                    "the annotation names `{annotation}`, the role is `{role}`"
                )
            }
            Self::CrossPartition { role, cluster } => write!(
                formatter,
                "the role lies in partition `{role}`, the cluster in `{cluster}`; roles cannot be assumed across partitions"
            ),
            Self::ShadowedByPodIdentity { association } => write!(
                formatter,
                "the pod identity association `{association}` takes precedence over the annotation"
            ),
            Self::NoRole(role) => write!(formatter, "the role `{role}` does not exist"),
            Self::NoProvider {
                account,
                issuer,
                near,
            } => {
                write!(
                    formatter,
                    "account {account}, in which the role lies, has no OIDC provider for `{issuer}`"
                )?;
                near.iter()
                    .try_for_each(|near| write!(formatter, "; {near}"))
            }
            Self::AudienceNotAccepted {
                audience,
                client_ids,
            } => write!(
                formatter,
                "the token's audience is `{audience}`, the provider accepts {}",
                listed(client_ids)
            ),
            Self::ExplicitDeny(statements) => {
                let statements: Vec<String> = statements.iter().map(ToString::to_string).collect();
                write!(
                    formatter,
                    "the trust policy denies it in {}",
                    statements.join(", ")
                )
            }
            Self::NotAllowed(refusals) if refusals.is_empty() => {
                formatter.write_str("the trust policy has no statement that allows anything")
            }
            Self::NotAllowed(refusals) => {
                formatter.write_str("no statement of the trust policy allows it")?;
                refusals
                    .iter()
                    .try_for_each(|refusal| write!(formatter, "; {refusal}"))
            }
            Self::AssociationNotARole(error) => {
                write!(
                    formatter,
                    "the role of the pod identity association: {error}"
                )
            }
            Self::AssociationElsewhere { named, role } => write!(
                formatter,
                "the pod identity association names `{named}`, the role is `{role}`"
            ),
            Self::RoleOfAnotherAccount { role, cluster } => write!(
                formatter,
                "the role lies in account {role}, the cluster in {cluster}; the role of a pod identity association must be in the cluster's account (name one of another account as its target role)"
            ),
            Self::Duration { requested, maximum } => write!(
                formatter,
                "a session of {requested} seconds is asked for, the role allows {maximum}"
            ),
        }
    }
}

impl fmt::Display for NearProvider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DualStackAlias(issuer) => write!(
                formatter,
                "it has one for `{issuer}`, the dual-stack alias, which never stands in a token"
            ),
            Self::OtherCluster(issuer) => write!(
                formatter,
                "it has one for `{issuer}`, the issuer of another cluster, perhaps of one that was replaced"
            ),
            Self::OtherAccount(account) => write!(
                formatter,
                "account {account} has one, but it must be in the role's own account"
            ),
        }
    }
}

impl fmt::Display for StatementRefusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.statement, self.failure)?;
        self.hints
            .iter()
            .try_for_each(|hint| write!(formatter, "; {hint}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Principal {
                nearest: Some(found),
                difference,
                actual,
            } => write!(
                formatter,
                "the principal is `{found}`, the token comes from `{actual}` ({difference})"
            ),
            Self::Principal {
                nearest: None,
                actual,
                ..
            } => {
                write!(
                    formatter,
                    "it names no federated principal, the token comes from `{actual}`"
                )
            }
            Self::Action {
                named,
                inverted,
                asked,
            } => {
                let names = if *inverted {
                    "every action but"
                } else {
                    "the action"
                };
                write!(
                    formatter,
                    "it is about {names} {}, asked for is `{asked}`",
                    listed(named)
                )
            }
            Self::Caller { named, actual } => write!(
                formatter,
                "it is about {}, the call comes from `{actual}`",
                listed(named)
            ),
            Self::Condition {
                operator,
                key,
                expected,
                actual: Some(actual),
            } => write!(
                formatter,
                "`{operator}` asks of `{key}` for {}, it is `{actual}`",
                listed(expected)
            ),
            Self::Condition {
                operator,
                key,
                expected,
                actual: None,
            } => write!(
                formatter,
                "`{operator}` asks of `{key}` for {}, and the token has no such key",
                listed(expected)
            ),
        }
    }
}

impl fmt::Display for PrincipalDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spelling => formatter.write_str("they differ in spelling only"),
            Self::Account => formatter.write_str("the provider must be in the role's own account"),
            Self::Partition => formatter.write_str("the partitions differ"),
            Self::Issuer(fault) => write!(formatter, "{fault}"),
            Self::Wildcard => formatter.write_str("wildcards have no meaning in a principal"),
            Self::NotAProvider => formatter.write_str("that is no OIDC provider of an account"),
            Self::NoneFederated => formatter.write_str("there is no federated principal"),
        }
    }
}

fn listed<T: fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| format!("`{item}`")).collect();
    if items.is_empty() {
        "nothing".to_owned()
    } else {
        items.join(", ")
    }
}
