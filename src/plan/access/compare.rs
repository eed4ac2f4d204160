//! What differs between before and after: role by role, and for the accounts that get another role.

use super::gather::{Sides, before};
use super::side::Who;
use super::{AccessChange, Reach, RoleName, RoleSwitch, Workload};
use crate::address::InstanceAddress;
use crate::plan::bound::{Account, Association};
use crate::plan::objects::RoleFacts;
use crate::plan::options::Mode;
use crate::plan::planner::Planner;
use crate::plan::prove::World;
use crate::plan::{Action, Binding, Change, DataChange, Finding, Way};
use crate::policy::Issuer;
use crate::trust::{Admitted, Fact, OverBroad, Subject};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A role on both sides.
struct RoleSides {
    address: Option<InstanceAddress>,
    before: Option<Rc<RoleFacts>>,
    after: Option<Rc<RoleFacts>>,
    /// Whether there is a role afterwards, known or not.
    stays: bool,
    /// Whether it is ours to keep narrow: a managed role, or one that something of the plan is bound to.
    is_judged: bool,
    /// Who comes in; `None` while that is not known, or when there is no role.
    who: [Option<Who>; 2],
}

impl<'p> Planner<'p> {
    /// What the plan changes about who can assume what, and how far its roles reach.
    pub(in crate::plan) fn prove_reaches(&mut self, world: &World<'p>) {
        let mut sides = self.sides(world);
        self.add_associations(&mut sides, world);
        let mut roles = self.role_sides(world);
        for role in &mut roles {
            sides.decide(role);
        }
        let wide: BTreeSet<Issuer> = roles.iter().flat_map(RoleSides::wide).collect();
        self.add_live(&mut sides, &wide);
        if !self.needs.reads.is_empty() {
            return;
        }
        for role in roles.iter_mut().filter(|role| role.wide().next().is_some()) {
            sides.decide(role);
        }
        let changes = roles.iter().map(|role| sides.of_role(role, world));
        let mut changes: Vec<AccessChange> = changes.filter(|change| !change.is_empty()).collect();
        changes
            .sort_by(|one, other| (&one.role, &one.role_arn).cmp(&(&other.role, &other.role_arn)));
        self.plan.access = changes;
        self.plan.switches = self.switches(world);
        self.plan
            .switches
            .sort_by(|one, other| one.account.cmp(&other.account));
        let order = |binding: &Binding| (binding.account.clone(), binding.way == Way::PodIdentity);
        self.plan.bindings.sort_by_cached_key(order);
        if self.options.mode == Mode::Normal {
            self.judge_all(&world.values);
            self.judge_reaches(&roles, &sides, world);
        }
    }

    /// The reaches of every role, at its block, or at what is bound to it.
    fn judge_reaches(&mut self, roles: &[RoleSides], sides: &Sides, world: &World<'p>) {
        let bindings = self.plan.bindings.iter();
        let bound: BTreeMap<String, InstanceAddress> = bindings
            .filter(|binding| binding.role.is_none())
            .map(|binding| (binding.role_arn.clone(), binding.account.clone()))
            .collect();
        for role in roles.iter().filter(|role| role.is_judged) {
            let arn = world.values.display(&role.arn());
            let Some(place) = role.address.as_ref().or_else(|| bound.get(&arn)) else {
                continue;
            };
            for reach in sides.reaches_of(role) {
                self.judge_reach(place, &arn, &reach);
            }
        }
        for (place, arn, reach) in self.reaches_of_associations(world) {
            self.judge_reach(&place, &arn, &reach);
        }
    }

    /// How far the roles of associations reach: whose association would do as well.
    fn reaches_of_associations(&self, world: &World<'p>) -> Vec<(InstanceAddress, String, Reach)> {
        let clusters = world.associations.values();
        let clusters: BTreeMap<&InstanceAddress, &String> = clusters
            .map(|association| (&association.address, &association.cluster_name))
            .collect();
        let mut found: BTreeMap<(InstanceAddress, String), (String, Reach)> = BTreeMap::new();
        let bindings = self.plan.bindings.iter();
        for binding in bindings.filter(|binding| binding.way == Way::PodIdentity) {
            let Finding::Decided { decision, .. } = &binding.finding else {
                continue;
            };
            let Some(cluster) = clusters.get(&binding.account) else {
                continue;
            };
            let place = binding.role.as_ref().unwrap_or(&binding.account);
            for reach in &decision.over_broad {
                let reach = Reach {
                    way: Way::PodIdentity,
                    cluster: format!("cluster {cluster}, with an association"),
                    reach: reach.clone(),
                    today: Vec::new(),
                };
                let key = (place.clone(), reach.reach.breadth.to_string());
                let role_arn = binding.role_arn.clone();
                found.entry(key).or_insert((role_arn, reach));
            }
        }
        found
            .into_iter()
            .map(|((place, _), (arn, reach))| (place, arn, reach))
            .collect()
    }

    /// Every role that the plan knows: its own, those it reads, and those that were found for an annotation.
    fn role_sides(&self, world: &World<'p>) -> Vec<RoleSides> {
        let bound: BTreeSet<&InstanceAddress> = self
            .plan
            .bindings
            .iter()
            .filter_map(|binding| binding.role.as_ref())
            .collect();
        let managed = self
            .plan
            .changes
            .iter()
            .filter_map(|change| managed(change, world));
        let read = self.plan.data.iter().filter_map(|data| {
            let facts = world.values.role(&data.address)?;
            Some(on_both(Some(data), facts, bound.contains(&data.address)))
        });
        let found = world.inventory.found();
        let found = found.filter(|facts| facts.role.exists == Fact::Known(true));
        let found = found.map(|facts| on_both(None, facts.clone(), true));
        managed.chain(read).chain(found).collect()
    }

    /// The accounts that associations give a role, before and after.
    fn add_associations(&mut self, sides: &mut Sides, world: &World<'p>) {
        let proved = self
            .plan
            .bindings
            .iter()
            .filter(|binding| binding.is_proved());
        let proved: BTreeSet<&InstanceAddress> = proved.map(|binding| &binding.account).collect();
        for association in world.associations.values() {
            if proved.contains(&association.address) {
                sides.associated(association, true);
            }
        }
        for association in self.associations_before() {
            sides.associated(&association, false);
        }
    }

    /// The accounts whose annotation names another role than before, or that go away with a role from outside the plan.
    fn switches(&self, world: &World<'p>) -> Vec<RoleSwitch> {
        let name = |arn: String| RoleName {
            address: world.inventory.address_of(&arn).cloned(),
            arn: world.values.display(&arn),
        };
        let of = |change: &Change| {
            if change.action == Action::Forget {
                return None;
            }
            let before = Account::in_object(change, before(change)?)?;
            let subject_before = Some(before.subject());
            let before = before.role_arn;
            let after = Account::of(change, &world.values);
            let subject = after.as_ref().map(Account::subject);
            let is_open = after.as_ref().is_some_and(|after| after.role_arn.is_none());
            let after = after.and_then(|account| account.role_arn);
            // What becomes of roles of the plan when an account goes is told role by role.
            let is_told = |arn: &String| world.inventory.has(arn);
            let goes = change.after.is_none() && before.as_ref().is_some_and(is_told);
            let subject = subject.or_else(|| subject_before.clone());
            let changes = !goes && before.is_some() && before != after;
            (changes && !is_open).then(|| RoleSwitch {
                account: change.address.clone(),
                subject: subject.unwrap_or_default(),
                before: before.map(name),
                after: after.map(name),
            })
        };
        self.plan.changes.iter().filter_map(of).collect()
    }
}

/// A role that the plan manages.
fn managed(change: &Change, world: &World<'_>) -> Option<RoleSides> {
    let is_role = change.address.resource.resource_type.as_ref() == "aws_iam_role";
    if !is_role || change.deposed.is_some() {
        return None;
    }
    let before = before(change).and_then(RoleFacts::of).map(Rc::new);
    let is_forgotten = change.action == Action::Forget;
    let planned = || {
        change
            .after
            .as_ref()
            .and(world.values.role(&change.address))
    };
    Some(RoleSides {
        address: Some(change.address.clone()),
        after: if is_forgotten {
            before.clone()
        } else {
            planned()
        },
        before,
        stays: change.after.is_some() || is_forgotten,
        is_judged: change.after.is_some(),
        who: [None, None],
    })
}

/// A role that the plan leaves as it is.
fn on_both(data: Option<&DataChange>, facts: Rc<RoleFacts>, is_judged: bool) -> RoleSides {
    RoleSides {
        address: data.map(|data| data.address.clone()),
        before: Some(facts.clone()),
        after: Some(facts),
        stays: true,
        is_judged,
        who: [None, None],
    }
}

impl RoleSides {
    /// The clusters in which it lets in whom it does not name, on either side.
    fn wide(&self) -> impl Iterator<Item = Issuer> {
        let all = self.who.iter().flatten().flatten();
        all.filter(|(_, admitted)| !admitted.beyond.is_empty())
            .map(|(issuer, _)| issuer.clone())
    }

    fn arn(&self) -> String {
        let either = self.after.as_ref().or(self.before.as_ref());
        either
            .map(|facts| facts.role.arn.to_string())
            .unwrap_or_default()
    }
}

impl Sides {
    /// Finds out who comes in by a role, on both sides.
    fn decide(&self, role: &mut RoleSides) {
        let before = role.before.as_ref();
        let after = role.after.as_ref();
        role.who = [
            before.and_then(|facts| self.before.who(facts, &self.after)),
            after.and_then(|facts| self.after.who(facts, &self.before)),
        ];
    }

    fn associated(&mut self, association: &Association, is_after: bool) {
        let subject = Subject::new(&association.namespace, &association.service_account).ok();
        let issuer = self
            .issuer_of_arn(&association.cluster_arn, is_after)
            .cloned();
        if let (Some(role), Some(issuer), Some(subject)) = (&association.role_arn, issuer, subject)
        {
            let side = if is_after {
                &mut self.after
            } else {
                &mut self.before
            };
            side.association(role, &issuer, subject);
        }
    }

    fn of_role(&self, role: &RoleSides, world: &World<'_>) -> AccessChange {
        let mut found = AccessChange {
            role: role.address.clone(),
            role_arn: world.values.display(&role.arn()),
            is_open: false,
            gained: Vec::new(),
            lost: Vec::new(),
            broadened: Vec::new(),
            narrowed: Vec::new(),
        };
        let nowhere = Who::new();
        let [before, after] = &role.who;
        let before = before.as_ref().unwrap_or(&nowhere);
        let after = match after {
            Some(after) => after,
            None if role.stays => {
                found.is_open = role.is_open();
                return found;
            }
            None => &nowhere,
        };
        let nobody = Admitted::default();
        let issuers: BTreeSet<&Issuer> = before.keys().chain(after.keys()).collect();
        for issuer in issuers {
            let cluster = &self.name(issuer);
            let old = before.get(issuer).unwrap_or(&nobody);
            let new = after.get(issuer).unwrap_or(&nobody);
            let (gained, lost) = (&new.accounts, &old.accounts);
            found.gained.extend(workloads(cluster, gained, lost));
            found.lost.extend(workloads(cluster, lost, gained));
            found.broadened.extend(reaches(cluster, new, &old.beyond));
            found.narrowed.extend(reaches(cluster, old, &new.beyond));
        }
        found
    }

    /// How far a role reaches after the plan.
    fn reaches_of(&self, role: &RoleSides) -> Vec<Reach> {
        let [_, after] = &role.who;
        let after = after.iter().flatten();
        after
            .flat_map(|(issuer, admitted)| reaches(&self.name(issuer), admitted, &[]))
            .collect()
    }
}

impl RoleSides {
    /// Whether the policy afterwards is only known after apply.
    fn is_open(&self) -> bool {
        let after = self.after.as_ref();
        after.is_none_or(|facts| facts.document.is_none())
    }
}

/// The accounts of one side that are not on the other.
fn workloads(
    cluster: &str,
    here: &BTreeSet<Subject>,
    elsewhere: &BTreeSet<Subject>,
) -> Vec<Workload> {
    let only = here.difference(elsewhere);
    only.map(|subject| Workload {
        cluster: cluster.to_owned(),
        subject: shown(subject),
    })
    .collect()
}

/// The reaches of one side that are not on the other.
fn reaches(cluster: &str, here: &Admitted, elsewhere: &[OverBroad]) -> Vec<Reach> {
    let is_new = |one: &&OverBroad| !elsewhere.iter().any(|other| other.breadth == one.breadth);
    let reach = |one: &OverBroad| Reach {
        way: Way::Token,
        cluster: cluster.to_owned(),
        reach: one.clone(),
        today: here
            .accounts
            .iter()
            .filter(|subject| one.breadth.covers(subject))
            .map(shown)
            .collect(),
    };
    here.beyond.iter().filter(is_new).map(reach).collect()
}

fn shown(subject: &Subject) -> String {
    format!("{}/{}", subject.namespace(), subject.name())
}
