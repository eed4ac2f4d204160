//! `explain`: from a plan to the ways of its service accounts and the entrances of its roles. Nothing is changed, and no lock is taken.
//!
//! The verdicts are the plan's own. What the plan does not know (a service account that only exists in a cluster, a role outside the configuration) is looked up and judged by the same rules.

mod asked;
mod association;
mod live;
mod meant;
mod roles;
mod world;

use self::live::Live;
use self::world::{AccountFacts, World};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::Plan;
use crate::policy::RoleArn;
use crate::refresh::Connections;
use crate::trust::pod::{AccountAnnotations, AccountDefaults, Workload};
use crate::trust::{
    Binding, Cause, Chain, ChainFacts, Cluster, DEFAULT_AUDIENCE, Decision, Explained, Fact, Gate,
    Providers, Question, Refutation, Story, Subject, Verdict,
};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// What is to be explained.
#[derive(Clone, Debug)]
pub enum Topic {
    /// A service account or role by one of its names.
    Named(String),
    /// The pods of manifests, each with where it stands.
    Manifests(Vec<(String, Json)>),
}

/// A request to explain.
pub struct ExplainRequest<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Clients, for what the plan does not know.
    pub connections: &'a Connections,
    /// What is to be explained.
    pub topic: &'a Topic,
    /// The cluster that is meant, where it could be several.
    pub cluster: Option<&'a str>,
}

/// Explains. What is asked for and not there, or could be several things, is an error that names what there is.
pub async fn explain(request: ExplainRequest<'_>) -> Result<Explained, Diagnostics> {
    let world = World::of(request.plan);
    let live = Live::new(request.plan, request.connections);
    let explainer = Explainer {
        world,
        live,
        wanted_cluster: request.cluster,
    };
    explainer.check_cluster()?;
    let (stories, role_arns, about_roles) = explainer.topic(request.topic).await?;
    let mut roles = Vec::new();
    for arn in role_arns {
        roles.extend(explainer.entrances(&arn).await);
    }
    Ok(Explained {
        stories,
        roles,
        about_roles,
        witnesses: explainer.world.witnesses,
    })
}

/// What is at hand to explain with.
struct Explainer<'a> {
    world: World,
    live: Live<'a>,
    wanted_cluster: Option<&'a str>,
}

/// A service account with the pods that are spoken of.
struct Speaking<'a> {
    account: &'a AccountFacts,
    declared: bool,
    workload: Option<(String, Workload)>,
}

impl Explainer<'_> {
    /// The way of one service account.
    async fn story(&self, speaking: Speaking<'_>) -> Story {
        let Speaking {
            account,
            declared,
            workload,
        } = speaking;
        let cluster = account
            .cluster
            .and_then(|position| self.world.clusters.get(position));
        let (association, association_unknown) = match self.association(account).await {
            Ok(association) => (association, None),
            Err(reason) => (None, Some(reason)),
        };
        let annotations = annotations(account);
        let role_arn = association.as_ref().map_or_else(
            || annotations.role_arn.clone(),
            |association| Some(association.role_arn.clone()),
        );
        let finding = match &association {
            Some(association) => self.associated(account, association).await,
            None => self.finding(account, annotations.role_arn.as_deref()).await,
        };
        let policy = match &role_arn {
            Some(arn) => self.role_facts(arn).await.and_then(|role| role.policy),
            None => None,
        };
        let role = role_arn.as_deref().map(|arn| self.role_name(arn));
        let meant = match (&workload, &role_arn) {
            (Some(_), None) => self.world.meant(&account.subject, account.cluster),
            (Some(_) | None, _) => Vec::new(),
        };
        let (manifest, workload) = match workload {
            Some((manifest, workload)) => (Some(manifest), Some(workload)),
            None => (None, None),
        };
        let workload = workload.unwrap_or_else(|| any_pod(&account.subject));
        let names = account.names.first().cloned();
        Story {
            account: names.unwrap_or_else(|| crate::trust::shown(&account.subject)),
            declared,
            cluster: cluster.map_or_else(|| "a cluster".to_owned(), |one| one.name.clone()),
            role,
            manifest,
            meant,
            association_unknown,
            chain: Chain::predict(ChainFacts {
                subject: account.subject.clone(),
                annotations,
                defaults: account.defaults.clone(),
                workload,
                association: association.map(|association| association.name.clone()),
                issuer: cluster.and_then(|cluster| cluster.issuer.clone()),
                region: cluster.and_then(|cluster| cluster.region.clone()),
                policy,
                finding,
            }),
        }
    }

    /// The verdict on an annotation: the plan's, if it has one.
    async fn finding(
        &self,
        account: &AccountFacts,
        role: Option<&str>,
    ) -> Result<Decision, String> {
        let Some(role) = role else {
            return Ok(refuted(Cause::NoAnnotation));
        };
        let address = account.address.as_ref();
        match address.and_then(|address| self.world.findings.get(address)) {
            Some(Ok(decision)) => Ok(decision.clone()),
            Some(Err(reason)) if !self.is_known(role) => {
                let decided = self.judged(account, role).await;
                decided.map_err(|_| reason.clone())
            }
            Some(Err(reason)) => Err(reason.clone()),
            None => self.judged(account, role).await,
        }
    }

    fn is_known(&self, role: &str) -> bool {
        self.world.roles.iter().any(|known| known.arn == role)
    }

    /// A binding the plan does not judge, decided by the same rules.
    async fn judged(&self, account: &AccountFacts, annotation: &str) -> Result<Decision, String> {
        let arn: RoleArn = match annotation.parse() {
            Ok(arn) => arn,
            Err(error) => return Ok(refuted(Cause::AnnotationNotARole(error))),
        };
        let cluster = account
            .cluster
            .and_then(|position| self.world.clusters.get(position));
        let cluster = cluster.ok_or("it is not known which cluster the service account is in")?;
        let role = self.role(annotation).await?;
        let (providers, issuer) = self.providers_for(&arn, cluster).await?;
        let partition = cluster.region.as_deref();
        let audience = account.annotations.get(&annotation_name("audience"));
        let audience = match audience {
            None => Fact::Known(DEFAULT_AUDIENCE.to_owned()),
            Some(Some(audience)) => Fact::Known(audience.clone()),
            Some(None) => Fact::Unknown,
        };
        let binding = Binding {
            cluster: Cluster {
                issuer,
                partition: partition.map_or_else(
                    || arn.partition().clone(),
                    crate::policy::Partition::of_region,
                ),
            },
            subject: account.subject.clone(),
            role_annotation: Fact::Known(Some(annotation.to_owned())),
            audience,
            association: Fact::Known(None),
            duration: None,
        };
        Ok(Question {
            binding: &binding,
            role: &role,
            providers: &providers,
        }
        .decide())
    }

    /// The providers that a binding hangs on: those of the plan, and the account's own for the issuer.
    async fn providers_for(
        &self,
        role: &RoleArn,
        cluster: &world::ClusterFacts,
    ) -> Result<(Providers, Fact<crate::policy::Issuer>), String> {
        let mut providers = Providers {
            known: self.world.providers.clone(),
            complete_for: BTreeSet::from([role.account().clone()]),
        };
        let Some(issuer) = &cluster.issuer else {
            return Ok((providers, Fact::Unknown));
        };
        if providers.find(role.account(), issuer).is_none() {
            providers
                .known
                .extend(self.live.provider(role, issuer).await?);
        }
        Ok((providers, Fact::Known(issuer.clone())))
    }
}

const PREFIX: &str = "eks.amazonaws.com/";

fn annotation_name(name: &str) -> String {
    format!("{PREFIX}{name}")
}

/// The annotations the webhook reads. What is known only after apply is said to be so.
fn annotations(account: &AccountFacts) -> AccountAnnotations {
    let known = account.annotations.iter().map(|(name, value)| {
        let value = value.clone();
        (
            name.clone(),
            value.unwrap_or_else(|| "<known after apply>".to_owned()),
        )
    });
    AccountAnnotations::of(&known.collect())
}

fn refuted(cause: Cause) -> Decision {
    let gate = match matches!(cause, Cause::NoRole(_)) {
        true => Gate::Role,
        false => Gate::Annotation,
    };
    Decision {
        verdict: Verdict::Refuted(Refutation { gate, cause }),
        over_broad: Vec::new(),
        notes: BTreeSet::new(),
    }
}

/// A pod with nothing to it, where no manifest is given.
fn any_pod(subject: &Subject) -> Workload {
    let manifest = json!({
        "kind": "Pod",
        "metadata": { "name": subject.name(), "namespace": subject.namespace() },
        "spec": {
            "containers": [{ "image": "<image>", "name": "app" }],
            "serviceAccountName": subject.name(),
        },
    });
    let template = |manifest: &Json| Workload::of(manifest, subject.namespace());
    match template(&manifest) {
        Ok(workload) => workload,
        Err(_) => Workload {
            kind: crate::trust::pod::WorkloadKind::Pod,
            name: subject.name().to_owned(),
            namespace: subject.namespace().to_owned(),
            template: crate::trust::pod::PodTemplate::default(),
        },
    }
}

fn unknown(detail: impl Into<String>) -> Diagnostics {
    Diagnostic::error(Code::Usage, detail)
        .with_summary("Nothing to explain")
        .into()
}

/// The account of a live object.
fn live_account(subject: &Subject, cluster: usize, object: &Json) -> AccountFacts {
    let annotations = object.pointer("/metadata/annotations");
    let annotations = annotations.and_then(Json::as_object).into_iter().flatten();
    let secrets = object.get("imagePullSecrets").and_then(Json::as_array);
    let secrets = secrets.into_iter().flatten();
    let automount = object.get("automountServiceAccountToken");
    AccountFacts {
        address: None,
        names: Vec::new(),
        subject: subject.clone(),
        cluster: Some(cluster),
        annotations: annotations
            .map(|(name, value)| (name.clone(), value.as_str().map(str::to_owned)))
            .collect(),
        defaults: AccountDefaults {
            automount_token: automount.and_then(Json::as_bool),
            image_pull_secrets: secrets
                .filter_map(|secret| Some(secret.get("name")?.as_str()?.to_owned()))
                .collect(),
        },
    }
}
