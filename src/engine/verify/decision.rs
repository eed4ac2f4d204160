//! The decision again, on live inputs only.

use super::report::{Check, Finding, Outcome};
use super::world::{DeclaredAccount, LiveAccount, World};
use crate::policy::{Partition, RoleArn};
use crate::provider::aws::AwsClients;
use crate::trust::{
    Binding, Cluster, DEFAULT_AUDIENCE, Fact, Question, Role, Subject, TrustPolicy, Verdict,
};

/// What was decided, and whether a pod identity association overrides the annotation.
pub(super) struct Decided {
    pub(super) finding: Finding,
    pub(super) associated: bool,
}

/// Decides whether the account's pods can assume the role that its annotation names.
pub(super) async fn decide(
    world: &World,
    account: &DeclaredAccount,
    live: &LiveAccount,
) -> Decided {
    let association = association(world, account, live).await;
    let associated = matches!(&association, Fact::Known(Some(_)));
    let finding = match question(world, account, live, association) {
        Ok((binding, role)) => {
            let providers = &world.providers;
            let question = Question {
                binding: &binding,
                role: &role,
                providers,
            };
            told(&question.decide().verdict)
        }
        Err(problem) => Finding::new(Check::Trust, Outcome::Problem, problem),
    };
    Decided {
        finding,
        associated,
    }
}

fn told(verdict: &Verdict) -> Finding {
    let (outcome, word) = match verdict {
        Verdict::Proved => (Outcome::Ok, "PROVED"),
        Verdict::Refuted(_) => (Outcome::Problem, "REFUTED"),
        Verdict::Invalid(_) => (Outcome::Problem, "INVALID"),
        Verdict::Undecided(_) => (Outcome::NotChecked, "UNDECIDED"),
    };
    let text = match verdict {
        Verdict::Proved => format!("{word} on what is there now"),
        Verdict::Refuted(_) | Verdict::Invalid(_) | Verdict::Undecided(_) => {
            format!("{word}: {verdict}")
        }
    };
    let code = verdict.refuted_at().map(|(_, code)| code.to_string());
    Finding::new(Check::Trust, outcome, text).coded(&code.unwrap_or_default())
}

fn question(
    world: &World,
    account: &DeclaredAccount,
    live: &LiveAccount,
    association: Fact<Option<String>>,
) -> Result<(Binding, Role), String> {
    let annotation = live.role_arn().unwrap_or(&account.role_arn);
    let arn: RoleArn = annotation.parse().map_err(|error| format!("{error}"))?;
    let subject = Subject::new(&account.namespace, &account.name);
    let subject = subject.map_err(|error| error.to_string())?;
    let role = world.roles.get(annotation);
    let issuer = live.issuer.clone();
    let region = live.region();
    let partition = region.map_or_else(
        || arn.partition().clone(),
        |region| Partition::of_region(&region),
    );
    let annotations = live.annotations();
    let audience = annotations.get("eks.amazonaws.com/audience").cloned();
    let binding = Binding {
        cluster: Cluster {
            issuer: issuer.map_or(Fact::Unknown, Fact::Known),
            partition,
        },
        subject,
        role_annotation: Fact::Known(live.role_arn().map(str::to_owned)),
        audience: Fact::Known(audience.unwrap_or_else(|| DEFAULT_AUDIENCE.to_owned())),
        association,
        duration: None,
    };
    let session = role.and_then(|role| role.max_session);
    let role = Role {
        arn,
        exists: match role {
            Some(_) => Fact::Known(true),
            None if world.missing_roles.contains(annotation) => Fact::Known(false),
            None => Fact::Unknown,
        },
        trust: role.map_or(Fact::Unknown, |role| {
            Fact::Known(TrustPolicy::parse(&role.trust))
        }),
        max_session_duration: session.map_or(Fact::Unknown, Fact::Known),
    };
    Ok((binding, role))
}

/// The association that EKS has for the account, if the cluster is one that can be asked about.
async fn association(
    world: &World,
    account: &DeclaredAccount,
    live: &LiveAccount,
) -> Fact<Option<String>> {
    let cluster = live
        .issuer
        .as_ref()
        .and_then(|issuer| world.clusters.get(issuer));
    let (Some(cluster), Some((_, context))) = (cluster, world.aws.first()) else {
        // A cluster outside of EKS has none.
        return Fact::Known(None);
    };
    let Ok(clients) = AwsClients::of(context) else {
        return Fact::Unknown;
    };
    let region = cluster.region.as_deref();
    let found = clients.association(region, &cluster.name, &account.namespace, &account.name);
    found.await.map_or(Fact::Unknown, Fact::Known)
}

impl LiveAccount {
    /// The region of an EKS issuer, `oidc.eks.<region>.<suffix>`.
    pub(super) fn region(&self) -> Option<String> {
        let mut labels = self.issuer.as_ref()?.host().split('.');
        (labels.next() == Some("oidc") && labels.next() == Some("eks"))
            .then(|| labels.next().map(str::to_owned))?
    }
}
