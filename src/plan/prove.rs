//! Proof before apply: for each service account with a role, whether its pods will be able to assume it.
//!
//! The planner gathers what the decision needs from the plan itself; `trust` decides. Where a cluster is made in the same
//! plan its issuer is not known: the documents are evaluated again with a made-up issuer in its place, twice with
//! different ones, and the verdict holds only when both agree. No made-up value ever leaves this folder.

use super::bound::{Account, Association, Associations};
use super::inventory::{Inventory, Named};
use super::judge::together;
use super::options::Mode;
use super::planner::Planner;
use super::witnessed::Witnessed;
use super::{Action, Change, ProviderKey};
use crate::address::InstanceAddress;
use crate::policy::{Issuer, Partition, RoleArn};
use crate::trust::{
    Binding as Asked, Cause, Cluster, Decision, Fact, Gate, Providers, Question, Refutation,
    Subject, Verdict, Which, decide_with_witnesses,
};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A service account, the role it asks for, and what was found out about the two.
#[derive(Clone, Debug)]
pub struct Binding {
    /// What binds the service account: itself (or the annotations of one), or the association for it.
    pub account: InstanceAddress,
    /// How its pods come by the role.
    pub way: Way,
    /// Namespace and name.
    pub subject: String,
    /// The role, when it is in this plan.
    pub role: Option<InstanceAddress>,
    /// The ARN it is bound to; empty when it is known only after apply.
    pub role_arn: String,
    /// The issuer of its cluster without a scheme, as where it will come from while the cluster is to be made; empty when
    /// that is not known.
    pub issuer: String,
    /// The audience that its tokens are for.
    pub audience: String,
    /// What was found out.
    pub finding: Finding,
}

/// How pods come by a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By their token, which STS takes for the role of the annotation (IAM roles for service accounts).
    Token,
    /// By an association, through the agent on their node (EKS Pod Identity).
    PodIdentity,
}

impl Binding {
    /// Whether it is certain that the pods can assume the role.
    pub fn is_proved(&self) -> bool {
        matches!(&self.finding, Finding::Decided { decision, .. } if decision.verdict == Verdict::Proved)
    }
}

/// What is known of a binding.
#[derive(Clone, Debug)]
pub enum Finding {
    /// The decision, with made-up issuers shown as where they will come from.
    Decided {
        /// The decision.
        decision: Box<Decision>,
        /// It in words.
        words: String,
        /// The trust policy it was decided on, minified, for display.
        policy: String,
    },
    /// Nothing was decided, for this reason.
    NotDecided(String),
}

/// One world of made-up values, with what its service accounts and roles come to.
pub(super) struct World<'p> {
    pub(super) values: Witnessed<'p>,
    pub(super) inventory: Inventory,
    pub(super) associations: Associations,
    /// The service accounts of clusters, where they were asked for.
    known: BTreeMap<ProviderKey, Rc<BTreeSet<Subject>>>,
}

/// A service account or association as it is in both worlds; without a made-up value there is only one.
struct InWorlds<T> {
    first: T,
    second: Option<T>,
}

impl<'p> Planner<'p> {
    /// Decides every binding of the plan, and says who gains and who loses what. Refuted bindings are errors; questions
    /// that need an answer are noted as any other.
    pub(super) fn prove(&mut self) {
        if !self.plan.changes.iter().any(speaks_of_access) {
            return;
        }
        let mut first = self.world(Which::First);
        if self.options.mode == Mode::Normal {
            let second = first.values.has_witnesses();
            let mut second = second.then(|| self.world(Which::Second));
            self.prove_accounts(&mut first, second.as_mut());
            self.prove_associations(&mut first, second.as_mut());
        }
        self.prove_reaches(&first);
        if self.options.mode == Mode::Normal && self.needs.reads.is_empty() {
            self.lint(&first.values);
        }
    }

    /// What is wrong, once everything is known that could explain it.
    pub(super) fn judge_all(&mut self, world: &Witnessed<'p>) {
        let bindings = std::mem::take(&mut self.plan.bindings);
        let told = bindings
            .iter()
            .filter_map(|binding| self.judge(binding, world));
        let told = together(told.collect());
        self.plan.bindings = bindings;
        self.diagnostics.extend(told);
        self.judge_policies(world);
    }

    fn world(&mut self, which: Which) -> World<'p> {
        let values = Witnessed::new(self, which);
        World {
            inventory: Inventory::of(&self.plan, &values),
            associations: self.associations(&values),
            known: BTreeMap::new(),
            values,
        }
    }

    fn prove_accounts(&mut self, first: &mut World<'p>, mut second: Option<&mut World<'p>>) {
        let in_worlds = |change: &Change| {
            let other = second.as_deref();
            Some(InWorlds {
                first: Account::of(change, &first.values)?,
                second: other.and_then(|world| Account::of(change, &world.values)),
            })
        };
        let accounts: Vec<InWorlds<Account>> =
            self.plan.changes.iter().filter_map(in_worlds).collect();
        for account in accounts {
            let binding = self.account_binding(&account, first, second.as_deref_mut());
            self.plan.bindings.push(binding);
        }
    }

    fn account_binding(
        &mut self,
        account: &InWorlds<Account>,
        first: &mut World<'p>,
        second: Option<&mut World<'p>>,
    ) -> Binding {
        let one = self.asking(&account.first, first);
        let two = account.second.as_ref().zip(second);
        let two = two.map(|(account, world)| self.asking(account, world));
        let role = one.as_ref().ok().and_then(|one| one.role.address.clone());
        let issuer = one.as_ref().ok().map(Asking::issuer);
        let issuer = issuer.map(|issuer| first.values.display(&issuer));
        let finding = match (one, two) {
            (Ok(one), None) => {
                let decision = self.explained(one.question().decide(), &account.first, first);
                finding(decision, &one.role, &first.values)
            }
            (Ok(one), Some(Ok(two))) => {
                let decision = decide_with_witnesses(&one.question(), &two.question());
                let decision = self.explained(decision, &account.first, first);
                finding(decision, &one.role, &first.values)
            }
            (Err(finding), _) | (_, Some(Err(finding))) => *finding,
        };
        let role_arn = account.first.role_arn.as_deref().unwrap_or_default();
        Binding {
            account: account.first.address.clone(),
            way: Way::Token,
            subject: account.first.subject(),
            role,
            role_arn: first.values.display(role_arn),
            issuer: issuer.unwrap_or_default(),
            audience: match &account.first.audience {
                Fact::Known(audience) => audience.clone(),
                Fact::Unknown => String::new(),
            },
            finding,
        }
    }

    /// A decision with what the service accounts of the cluster tell of it: which one the policy may have meant.
    fn explained(
        &mut self,
        decision: Decision,
        account: &Account,
        world: &mut World<'p>,
    ) -> Decision {
        if decision.verdict.refuted_at().map(|(gate, _)| gate) != Some(Gate::Trust) {
            return decision;
        }
        let known = match world.known.get(&account.provider) {
            Some(known) => known.clone(),
            None => self.known_accounts(&account.provider, world),
        };
        let decision = decision.with_known_accounts(&known);
        world.known.insert(account.provider.clone(), known);
        decision
    }

    /// The service accounts of a cluster, declared and live.
    fn known_accounts(
        &mut self,
        connection: &ProviderKey,
        world: &World<'p>,
    ) -> Rc<BTreeSet<Subject>> {
        let live = self.live_accounts(connection);
        let declared = self
            .plan
            .changes
            .iter()
            .filter(|change| change.provider == *connection && change.action != Action::Delete);
        let mut known: BTreeSet<Subject> = declared
            .filter_map(|change| Account::of(change, &world.values))
            .filter_map(|account| Subject::new(&account.namespace, &account.name).ok())
            .collect();
        known.extend(live.into_iter().flatten());
        Rc::new(known)
    }

    /// Gathers everything one question needs, or says why it cannot be asked.
    fn asking(&mut self, account: &Account, world: &mut World<'p>) -> Result<Asking, Box<Finding>> {
        let role_arn = account
            .role_arn
            .as_ref()
            .ok_or_else(|| not_decided("the role in its annotation is known only after apply"))?;
        let arn: RoleArn = role_arn.parse().map_err(|error| {
            refuted(Refutation {
                gate: Gate::Annotation,
                cause: Cause::AnnotationNotARole(error),
            })
        })?;
        let subject = Subject::new(&account.namespace, &account.name)
            .map_err(|error| not_decided(error.to_string()))?;
        let connection = world.values.connection(&account.provider);
        let issuer = connection.issuer.ok_or_else(|| no_cluster(account))?;
        let partition = region_of(&issuer)
            .map_or_else(|| arn.partition().clone(), |r| Partition::of_region(&r));
        // Nothing can be asked about a role of another partition, and nothing has to be.
        if *arn.partition() != partition {
            return Err(refuted(Refutation {
                gate: Gate::Annotation,
                cause: Cause::CrossPartition {
                    role: arn.partition().clone(),
                    cluster: partition,
                },
            }));
        }
        let role = self
            .named_role(&arn, &mut world.inventory, &world.values)
            .map_err(not_decided)?;
        let providers = self
            .providers_for(&role, &issuer, &world.inventory, &world.values)
            .map_err(not_decided)?;
        let cluster_arn = connection
            .cluster
            .and_then(|cluster| world.values.arn(&cluster));
        let association = cluster_arn
            .and_then(|arn| world.associations.get(&(arn, account.subject())))
            .and_then(|association| overriding(association, role_arn));
        Ok(Asking {
            binding: Asked {
                cluster: Cluster {
                    issuer: Fact::Known(issuer),
                    partition,
                },
                subject,
                role_annotation: Fact::Known(Some(role_arn.clone())),
                audience: account.audience.clone(),
                association: Fact::Known(association),
                duration: None,
            },
            role,
            providers,
        })
    }
}

/// Whether an instance has to do with who can assume what.
fn speaks_of_access(change: &Change) -> bool {
    matches!(
        change.address.resource.resource_type.as_ref(),
        "aws_iam_role"
            | "aws_iam_openid_connect_provider"
            | "aws_eks_identity_provider_config"
            | "aws_eks_pod_identity_association"
            | "kubernetes_service_account"
            | "kubernetes_service_account_v1"
            | "kubernetes_annotations"
    )
}

/// The association that keeps pods from the role of the annotation: one with another role. Where both name one role, pods
/// made before the association still come by it with their token, and both ways are decided.
fn overriding(association: &Association, role_arn: &str) -> Option<String> {
    let same = association.role_arn.as_deref() == Some(role_arn);
    (!same).then(|| association.address.to_string())
}

/// A question with everything it borrows.
struct Asking {
    binding: Asked,
    role: Named,
    providers: Providers,
}

impl Asking {
    fn issuer(&self) -> String {
        match &self.binding.cluster.issuer {
            Fact::Known(issuer) => issuer.to_string(),
            Fact::Unknown => String::new(),
        }
    }

    fn question(&self) -> Question<'_> {
        Question {
            binding: &self.binding,
            role: &self.role.facts.role,
            providers: &self.providers,
        }
    }
}

/// A decision as it is shown.
pub(super) fn finding(decision: Decision, role: &Named, world: &Witnessed<'_>) -> Finding {
    let words = match &decision.verdict {
        Verdict::Proved => decision.verdict.to_string(),
        Verdict::Refuted(_) | Verdict::Invalid(_) | Verdict::Undecided(_) => {
            world.display(&decision.verdict.to_string())
        }
    };
    let document = role.facts.document.as_deref().unwrap_or_default();
    let policy = match &role.address {
        Some(address) if world.is_made_up(address) => world.display(document),
        Some(_) | None => document.to_owned(),
    };
    Finding::Decided {
        decision: Box::new(decision),
        words,
        policy,
    }
}

#[expect(
    clippy::unnecessary_box_returns,
    reason = "it is the error of a result, which is small that way"
)]
fn refuted(refutation: Refutation) -> Box<Finding> {
    let verdict = Verdict::Refuted(refutation);
    Box::new(Finding::Decided {
        words: verdict.to_string(),
        decision: Box::new(Decision {
            verdict,
            over_broad: Vec::new(),
            notes: BTreeSet::new(),
        }),
        policy: String::new(),
    })
}

#[expect(
    clippy::unnecessary_box_returns,
    reason = "it is the error of a result, which is small that way"
)]
fn not_decided(reason: impl Into<String>) -> Box<Finding> {
    Box::new(Finding::NotDecided(reason.into()))
}

#[expect(
    clippy::unnecessary_box_returns,
    reason = "it is the error of a result, which is small that way"
)]
fn no_cluster(account: &Account) -> Box<Finding> {
    not_decided(format!(
        "it is not known which cluster {} leads to: declare the cluster (`cluster`, `aws_eks_cluster` or the data source \
         of that name) and connect with its `endpoint`",
        account.provider
    ))
}

/// The region in an EKS issuer's host, `oidc.eks.<region>.<suffix>`.
fn region_of(issuer: &Issuer) -> Option<String> {
    let mut labels = issuer.host().split('.');
    (labels.next() == Some("oidc") && labels.next() == Some("eks"))
        .then(|| labels.next().map(str::to_owned))?
}
