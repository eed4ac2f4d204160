//! What clusters that are gone have left: OIDC providers whose issuer no live cluster has, and trust policies that name them.
//!
//! An EKS issuer names its region, so that region's clusters are all that has to be listed. Issuers outside EKS are passed over.

use super::not_checked;
use super::report::{Check, Finding, Outcome};
use super::world::World;
use crate::policy::OidcProviderArn;
use crate::provider::ProviderError;
use crate::provider::aws::AwsClients;
use crate::trust::Fact;
use std::collections::{BTreeMap, BTreeSet};

/// Looks for them in all accounts that the configuration works in.
pub(super) async fn orphans(world: &World) -> Vec<Finding> {
    let trouble = world.trouble.iter();
    let mut findings: Vec<Finding> = trouble
        .map(|error| not_checked(Check::Orphans, error))
        .collect();
    let mut regions = BTreeMap::new();
    for provider in &world.providers.known {
        let Some(region) = provider.issuer.region().map(str::to_owned) else {
            continue;
        };
        if !regions.contains_key(&region) {
            let issuers = issuers(world, &region).await;
            regions.insert(region.clone(), issuers);
        }
        match regions.get(&region) {
            Some(Ok(issuers)) if !issuers.contains(provider.issuer.url().as_str()) => {
                let text = format!(
                    "the OIDC provider for {} in account {} belongs to no cluster that these credentials see in {region}",
                    provider.issuer.url(),
                    provider.account
                );
                findings.push(Finding::new(Check::Orphans, Outcome::Note, text).coded("T09"));
            }
            Some(Ok(_) | Err(_)) | None => {}
        }
    }
    for error in regions.values().filter_map(|answer| answer.as_ref().err()) {
        findings.push(not_checked(Check::Orphans, error));
    }
    findings.extend(stale(world));
    if findings.is_empty() {
        let text = "no provider and no trust policy is left over from a cluster";
        findings.push(Finding::new(Check::Orphans, Outcome::Ok, text));
    }
    findings
}

/// The issuers of a region's clusters, as all accounts see them.
async fn issuers(world: &World, region: &str) -> Result<BTreeSet<String>, ProviderError> {
    let mut all = BTreeSet::new();
    for (_, context) in &world.aws {
        all.extend(AwsClients::of(context)?.issuers(region).await?);
    }
    Ok(all)
}

/// Trust policies that name a provider their account does not have.
fn stale(world: &World) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (role, live) in &world.roles {
        let Fact::Known(Ok(policy)) = &live.role.trust else {
            continue;
        };
        let named = policy.statements().iter().flat_map(|one| &one.federated);
        let named: BTreeSet<&String> = named.collect();
        for arn in named {
            let Ok(parsed) = arn.parse::<OidcProviderArn>() else {
                continue;
            };
            let readable = world.providers.complete_for.contains(parsed.account());
            if readable
                && world
                    .providers
                    .find(parsed.account(), parsed.issuer())
                    .is_none()
            {
                let text = format!("{role} trusts the OIDC provider {arn}, which does not exist");
                findings.push(Finding::new(Check::Orphans, Outcome::Problem, text).coded("T08"));
            }
        }
    }
    findings
}
