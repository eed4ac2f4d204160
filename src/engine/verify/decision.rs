//! The decision again, on live inputs only.

use super::report::{Check, Finding, Outcome};
use super::world::{DeclaredAccount, LiveAccount, World};
use crate::plan::objects::RoleFacts;
use crate::policy::{Issuer, Partition, RoleArn};
use crate::provider::aws::AwsClients;
use crate::trust::{Binding, Cluster, DEFAULT_AUDIENCE, Fact, Question, Role, Subject, Verdict};

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
    let outcome = match verdict {
        Verdict::Proved => Outcome::Ok,
        Verdict::Refuted(_) | Verdict::Invalid(_) => Outcome::Problem,
        Verdict::Undecided(_) => Outcome::NotChecked,
    };
    let text = match verdict {
        Verdict::Proved => format!("{verdict} on what is there now"),
        Verdict::Refuted(_) | Verdict::Invalid(_) | Verdict::Undecided(_) => verdict.to_string(),
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
    let issuer = live.issuer.clone();
    let region = issuer.as_ref().and_then(Issuer::region);
    let partition = region.map_or_else(|| arn.partition().clone(), Partition::of_region);
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
    let role = match world.roles.get(annotation) {
        Some(facts) => facts.role.clone(),
        None if world.missing_roles.contains(annotation) => RoleFacts::absent(arn).role,
        None => Role {
            arn,
            exists: Fact::Unknown,
            trust: Fact::Unknown,
            max_session_duration: Fact::Unknown,
        },
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
    let Some(cluster) = cluster else {
        // A cluster outside of EKS has none.
        return Fact::Known(None);
    };
    let context = world.leading_to(cluster);
    let Some(clients) = context.and_then(|context| AwsClients::of(context).ok()) else {
        return Fact::Unknown;
    };
    let region = live.issuer.as_ref().and_then(Issuer::region);
    let found = clients.association(region, &cluster.name, &account.namespace, &account.name);
    found.await.map_or(Fact::Unknown, Fact::Known)
}
