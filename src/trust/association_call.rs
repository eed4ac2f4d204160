//! The calls of Pod Identity: who calls, and what is known of the condition keys.
//!
//! Source: EKS User Guide, "Grant Pods access to AWS resources based on tags" (the six session tags, all transitive) and "Access AWS resources using EKS Pod Identity Target IAM Roles";
//! IAM User Guide, "Pass session tags in AWS STS" and "AWS JSON policy elements: Principal" (an account stands for all its principals).

use super::association::Association;
use super::binding::Fact;
use super::context::{Knowledge, lookup_foreign};
use super::kleene::Truth;
use super::statement::{Call, TrustStatement};
use super::unknown::Unknown;
use crate::policy::{ConditionKey, PrincipalKind, RoleArn};

/// The service that assumes roles for associations.
pub const SERVICE: &str = "pods.eks.amazonaws.com";

/// The names of the session tags.
pub const SESSION_TAGS: [&str; 6] = [
    "eks-cluster-arn",
    "eks-cluster-name",
    "kubernetes-namespace",
    "kubernetes-service-account",
    "kubernetes-pod-name",
    "kubernetes-pod-uid",
];

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller<'a> {
    /// EKS, to assume the association's role.
    Service,
    /// A session of the association's role, to assume the target role.
    Role(&'a RoleArn),
}

/// What a call says of the pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tags {
    /// A value for each of [`SESSION_TAGS`], if it is known; nothing at all when they are disabled.
    values: Option<[Option<String>; 6]>,
    account: String,
    external_id: Option<String>,
}

impl Tags {
    /// The tags of an association.
    pub(super) fn of(association: &Association) -> Self {
        let known = |fact: &Fact<String>| match fact {
            Fact::Known(value) => Some(value.clone()),
            Fact::Unknown => None,
        };
        let values = [
            known(&association.cluster_arn),
            known(&association.cluster_name),
            Some(association.subject.namespace().to_owned()),
            Some(association.subject.name().to_owned()),
            None,
            None,
        ];
        Self {
            values: (!association.session_tags_disabled).then_some(values),
            account: association.account.to_string(),
            external_id: known(&association.external_id),
        }
    }

    /// The actions that must be allowed.
    pub(super) fn actions(&self) -> impl Iterator<Item = &'static str> {
        let tag = self.values.is_some().then_some("sts:TagSession");
        std::iter::once("sts:AssumeRole").chain(tag)
    }

    /// What is known of the tag of this name, in lower case.
    fn value(&self, name: &str) -> Knowledge<'_> {
        let Some(values) = &self.values else {
            return Knowledge::Absent;
        };
        let position = SESSION_TAGS.iter().position(|tag| *tag == name);
        match position.and_then(|position| values.get(position)) {
            None => Knowledge::Absent,
            Some(None) => Knowledge::Present,
            Some(Some(value)) => Knowledge::Value(value),
        }
    }

    fn names(&self) -> Knowledge<'_> {
        match self.values {
            None => Knowledge::Absent,
            Some(_) => Knowledge::Values(&SESSION_TAGS),
        }
    }
}

/// One call of STS that an association leads to.
#[derive(Debug, Clone)]
pub(super) struct PodIdentityCall<'a> {
    action: &'static str,
    caller: Caller<'a>,
    /// The caller's ARN, if it is a role.
    caller_arn: String,
    tags: &'a Tags,
}

impl<'a> PodIdentityCall<'a> {
    /// A call of an action.
    pub(super) fn new(action: &'static str, caller: Caller<'a>, tags: &'a Tags) -> Self {
        let caller_arn = match caller {
            Caller::Service => String::new(),
            Caller::Role(role) => role.to_string(),
        };
        Self {
            action,
            caller,
            caller_arn,
            tags,
        }
    }

    /// Who calls.
    pub(super) fn caller(&self) -> Caller<'a> {
        self.caller
    }

    /// The keys of the service's own call.
    fn of_service(&self, folded: &str) -> Option<Knowledge<'_>> {
        Some(match folded {
            "aws:tagkeys" | "sts:transitivetagkeys" => self.tags.names(),
            "aws:sourceaccount" => Knowledge::Value(&self.tags.account),
            "sts:externalid" => Knowledge::Absent,
            _ => self.tags.value(folded.strip_prefix("aws:requesttag/")?),
        })
    }

    /// The keys of the call of a role, whose session carries the tags on.
    fn of_role(&self, role: &'a RoleArn, folded: &str) -> Option<Knowledge<'_>> {
        let absent_means_unknown = |knowledge| match knowledge {
            Knowledge::Absent => Knowledge::Unknown,
            other @ (Knowledge::Value(_)
            | Knowledge::Values(_)
            | Knowledge::Present
            | Knowledge::Unknown) => other,
        };
        Some(match folded {
            "aws:principalarn" => Knowledge::Value(&self.caller_arn),
            "aws:principalaccount" => Knowledge::Value(role.account().as_str()),
            "sts:externalid" => {
                let known = self.tags.external_id.as_deref();
                known.map_or(Knowledge::Present, Knowledge::Value)
            }
            "aws:tagkeys" | "sts:transitivetagkeys" => Knowledge::Unknown,
            _ if folded.starts_with("aws:requesttag/") => Knowledge::Unknown,
            _ => {
                // The role may have tags of its own.
                let name = folded.strip_prefix("aws:principaltag/")?;
                absent_means_unknown(self.tags.value(name))
            }
        })
    }
}

impl Call for PodIdentityCall<'_> {
    fn action(&self) -> &'static str {
        self.action
    }

    fn is_meant_by(&self, statement: &TrustStatement) -> Truth {
        match self.caller {
            Caller::Service => {
                let service = (PrincipalKind::Service, SERVICE.to_owned());
                if statement.others.contains(&service) {
                    Truth::True
                } else {
                    statement.means_everyone()
                }
            }
            Caller::Role(_) if statement.everyone => Truth::True,
            Caller::Role(role) => {
                let names = statement.others.iter();
                let names = names.filter(|(kind, _)| *kind == PrincipalKind::Aws);
                Truth::any(names.map(|(_, name)| is_named(role, &self.caller_arn, name)))
            }
        }
    }

    fn lookup(&self, key: &ConditionKey) -> Knowledge<'_> {
        let folded = key.folded();
        let own = match self.caller {
            Caller::Service => self.of_service(&folded),
            Caller::Role(role) => self.of_role(role, &folded),
        };
        own.unwrap_or_else(|| match folded.as_str() {
            "sts:sourceidentity" => Knowledge::Unknown,
            _ => lookup_foreign(key),
        })
    }

    fn variable(&self, key: &ConditionKey) -> Knowledge<'_> {
        self.lookup(key)
    }
}

/// Whether a principal of a policy is a role, its account, or perhaps a session of it.
fn is_named(role: &RoleArn, arn: &str, principal: &str) -> Truth {
    let (partition, account) = (role.partition(), role.account());
    let sessions = format!(
        "arn:{partition}:sts::{account}:assumed-role/{}/",
        role.name()
    );
    if principal == arn
        || principal == account.as_str()
        || principal == format!("arn:{partition}:iam::{account}:root")
    {
        Truth::True
    } else if principal.starts_with(&sessions) || !principal.contains([':', '*']) {
        Truth::unknown(Unknown::Principal(principal.to_owned()))
    } else {
        Truth::False
    }
}
