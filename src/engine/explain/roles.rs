//! Roles: what is known of one, and who comes in.

use super::Explainer;
use super::world::{RoleFacts, text};
use crate::plan::objects;
use crate::policy::{OidcProviderArn, RoleArn};
use crate::trust::{
    Admitted, DEFAULT_AUDIENCE, Door, Entrance, Entrances, Fact, Role, TrustPolicy,
};
use std::collections::BTreeSet;

impl Explainer<'_> {
    /// A role of the plan, else of an account that can be asked.
    pub(super) async fn role_facts(&self, arn: &str) -> Option<RoleFacts> {
        if let Some(known) = self.world.roles.iter().find(|role| role.arn == arn) {
            return Some(known.clone());
        }
        let parsed: RoleArn = arn.parse().ok()?;
        let role = self.live.role(&parsed).await.ok().flatten()?;
        Some(RoleFacts {
            names: vec![arn.to_owned()],
            arn: arn.to_owned(),
            policy: text(&role, "assume_role_policy"),
        })
    }

    /// A role as the decision wants it; one that no account has is said to be absent.
    pub(super) async fn role(&self, arn: &str) -> Result<Role, String> {
        let parsed: RoleArn = arn.parse().map_err(|error| format!("{error}"))?;
        if let Some(known) = self.world.roles.iter().find(|role| role.arn == arn) {
            let trust = known.policy.as_deref().map(TrustPolicy::parse);
            return Ok(Role {
                arn: parsed,
                exists: Fact::Known(true),
                trust: trust.map_or(Fact::Unknown, Fact::Known),
                max_session_duration: Fact::Unknown,
            });
        }
        let found = self.live.role(&parsed).await?;
        let facts = found.as_ref().and_then(objects::RoleFacts::of);
        Ok(facts
            .unwrap_or_else(|| objects::RoleFacts::absent(parsed))
            .role)
    }

    /// How people refer to a role.
    pub(super) fn role_name(&self, arn: &str) -> String {
        let known = self.world.roles.iter().find(|role| role.arn == arn);
        let name = known.and_then(|role| role.names.first().cloned());
        name.unwrap_or_else(|| arn.to_owned())
    }

    /// Who comes in at a role; nothing for a text that is no role's ARN.
    pub(super) async fn entrances(&self, arn: &str) -> Option<Entrances> {
        let role: RoleArn = arn.parse().ok()?;
        let facts = self.role_facts(arn).await;
        let mut entrances = Entrances {
            role: self.role_name(arn),
            arn: arn.to_owned(),
            policy: facts.as_ref().and_then(|facts| facts.policy.clone()),
            clusters: Vec::new(),
            open: None,
        };
        let policy = entrances.policy.as_deref().map(TrustPolicy::parse);
        match (facts, policy) {
            (None, _) => {
                entrances.open =
                    Some("none of the accounts that could be asked has the role".to_owned());
            }
            (Some(_), None) => {
                entrances.open = Some("its trust policy is known only after apply".to_owned());
            }
            (Some(_), Some(Err(error))) => entrances.open = Some(error.to_string()),
            (Some(_), Some(Ok(policy))) => {
                self.doors(&role, &policy, &mut entrances).await;
            }
        }
        Some(entrances)
    }

    /// Who comes in from a cluster. Its own accounts are listed where the policy lets in others than the declared ones.
    async fn entrance(&self, door: &Door<'_>, cluster: usize, name: &str) -> Entrance {
        let declared = self.world.accounts_of(cluster);
        let mut entrance = Entrance {
            cluster: name.to_owned(),
            admitted: door.admitted(&declared),
            live_only: BTreeSet::new(),
            is_listed: false,
        };
        let Admitted { others, beyond, .. } = &entrance.admitted;
        if others.is_empty() && beyond.is_empty() {
            return entrance;
        }
        if let Ok(live) = self.live.accounts(&self.world, cluster).await {
            entrance.admitted = door.admitted(&declared.union(&live).cloned().collect());
            entrance.live_only = live.difference(&declared).cloned().collect();
            entrance.is_listed = true;
        }
        entrance
    }

    /// A door for each cluster that the role's account has a provider for.
    async fn doors(&self, role: &RoleArn, policy: &TrustPolicy, entrances: &mut Entrances) {
        for position in self.world.each_cluster() {
            let cluster = self.world.clusters.get(position);
            let Some((cluster, issuer)) =
                cluster.and_then(|cluster| Some((cluster, cluster.issuer.as_ref()?)))
            else {
                continue;
            };
            let found = match self.providers_for(role, cluster).await {
                Ok((providers, _)) => providers.find(role.account(), issuer).cloned(),
                Err(reason) => {
                    entrances.open = Some(reason);
                    continue;
                }
            };
            let Some(found) = found else { continue };
            let audiences = match found.client_ids {
                Fact::Known(audiences) => audiences,
                Fact::Unknown => BTreeSet::from([DEFAULT_AUDIENCE.to_owned()]),
            };
            let (partition, account) = (role.partition().clone(), role.account().clone());
            let provider = OidcProviderArn::new(partition, account, issuer.clone()).to_string();
            let door = Door {
                policy,
                provider: &provider,
                issuer,
                audiences: &audiences,
            };
            let entrance = self.entrance(&door, position, &cluster.name).await;
            entrances.clusters.push(entrance);
        }
    }
}
