//! Pod identity associations: whether EKS will be able to take on the role of each for its service account.

use super::bound::{Account, Association};
use super::inventory::Named;
use super::planner::Planner;
use super::prove::{Binding, Finding, Way, World, finding};
use crate::policy::RoleArn;
use crate::trust::{
    Association as Asked, AssociationQuestion, Decision, Fact, Subject, Unknown, Verdict,
};
use std::collections::{BTreeMap, BTreeSet};

/// The annotations of the service accounts, by the ARN of the cluster and the account.
type Annotations = BTreeMap<(String, String), String>;

impl<'p> Planner<'p> {
    /// Decides every association of the plan.
    pub(super) fn prove_associations(
        &mut self,
        first: &mut World<'p>,
        mut second: Option<&mut World<'p>>,
    ) {
        let annotations = self.annotations(first);
        let associations: Vec<Association> = first.associations.values().cloned().collect();
        for association in associations {
            let other = second.as_deref_mut().and_then(|world| {
                let key = (association.cluster_arn.clone(), association.subject());
                let other = world.associations.get(&key).cloned();
                other.map(|other| (other, world))
            });
            let one = self.decided(&association, &annotations, first);
            let two = other.map(|(other, world)| self.decided(&other, &annotations, world));
            let role = one.as_ref().ok().and_then(|(_, role)| role.address.clone());
            let finding = match (one, two) {
                (Err(reason), _) | (_, Some(Err(reason))) => Finding::NotDecided(reason),
                (Ok((decision, role)), None) => finding(decision, &role, &first.values),
                (Ok((decision, role)), Some(Ok((other, _)))) => {
                    finding(agreed(decision, &other), &role, &first.values)
                }
            };
            let role_arn = association.role_arn.as_deref().unwrap_or_default();
            self.plan.bindings.push(Binding {
                account: association.address.clone(),
                way: Way::PodIdentity,
                subject: association.subject(),
                role,
                role_arn: first.values.display(role_arn),
                issuer: String::new(),
                audience: String::new(),
                finding,
            });
        }
    }

    fn decided(
        &mut self,
        association: &Association,
        annotations: &Annotations,
        world: &mut World<'p>,
    ) -> Result<(Decision, Named), String> {
        let subject = Subject::new(&association.namespace, &association.service_account)
            .map_err(|error| error.to_string())?;
        let role_arn = association
            .role_arn
            .as_ref()
            .ok_or("its role is known only after apply")?;
        let role = self.named(role_arn, world)?;
        let target = association.target_role_arn.as_ref();
        let target = target.map(|arn| self.named(arn, world)).transpose()?;
        let key = (association.cluster_arn.clone(), association.subject());
        let asked = Asked {
            account: association.account.clone(),
            cluster_name: Fact::Known(association.cluster_name.clone()),
            cluster_arn: Fact::Known(association.cluster_arn.clone()),
            subject,
            role: Fact::Known(role_arn.clone()),
            session_tags_disabled: association.without_tags,
            external_id: association
                .external_id
                .clone()
                .map_or(Fact::Unknown, Fact::Known),
            annotation: Fact::Known(annotations.get(&key).cloned()),
        };
        let question = AssociationQuestion {
            association: &asked,
            role: &role.facts.role,
            target: target.as_ref().map(|target| &target.facts.role),
        };
        Ok((question.decide(), role))
    }

    fn named(&mut self, arn: &str, world: &mut World<'p>) -> Result<Named, String> {
        let arn: RoleArn = arn.parse().map_err(|error| format!("{error}"))?;
        self.named_role(&arn, &mut world.inventory, &world.values)
    }

    fn annotations(&self, world: &World<'p>) -> Annotations {
        let of = |account: Account| {
            let cluster = world.values.connection(&account.provider).cluster?;
            let key = (world.values.arn(&cluster)?, account.subject());
            Some((key, account.role_arn?))
        };
        let changes = self.plan.changes.iter();
        changes
            .filter_map(|change| of(Account::of(change, &world.values)?))
            .collect()
    }
}

/// The decision, if it does not hang on a made-up value.
fn agreed(mut decision: Decision, other: &Decision) -> Decision {
    let kind = |decision: &Decision| (decision.verdict.as_str(), decision.verdict.refuted_at());
    if kind(&decision) != kind(other) {
        decision.over_broad.clear();
        decision.verdict = Verdict::Undecided(BTreeSet::from([Unknown::WitnessesDisagree]));
    }
    decision
}
