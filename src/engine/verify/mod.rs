//! `verify`: does it work now? Every link of the chain is looked at live, and nothing is written.
//!
//! For each service account with a role: the cluster and its issuer, the account's annotation, the decision on live inputs, the
//! webhook's registration, a pod that is never stored against the prediction, the running pods, a token (never shown), and on
//! request a session from STS (whose credentials are dropped at once). Then the providers and trust policies of clusters that
//! are gone. What may not be looked at was not checked, which is no failure; a service account that does not exist, or could not be read
//! at all, is one.

mod decision;
mod orphans;
mod pods;
mod prediction;
mod report;
mod session;
mod webhook;
mod world;

pub use report::{Account, Check, Finding, Outcome, Report};

use crate::address::InstanceAddress;
use crate::plan::{Plan, Way};
use crate::provider::ProviderError;
use crate::refresh::Connections;
use std::collections::{BTreeMap, BTreeSet};

use self::prediction::Setting;
use self::world::World;

/// What is examined, and how far.
pub struct Examination<'a> {
    /// A fresh plan: what exists, as it was read a moment ago.
    pub plan: &'a Plan,
    /// The clients.
    pub connections: &'a Connections,
    /// How people refer to an address.
    pub named: &'a (dyn Fn(&crate::address::InstanceAddress) -> String + Sync),
    /// The addresses to look at, as people refer to them, or `namespace/name`; all when empty.
    pub only: &'a [String],
    /// Whether STS is asked for a session, which leaves a trace in the account's log.
    pub assume: bool,
}

/// Looks at everything. An address of `only` that is no service account with a role shows as a problem.
pub async fn verify(examination: &Examination<'_>) -> Report {
    let world = World::gather(examination.plan, examination.connections).await;
    let mut report = Report::default();
    let wanted = |address: &str, subject: &str| {
        let only = examination.only;
        only.is_empty() || only.iter().any(|one| one == address || one == subject)
    };
    for account in &world.accounts {
        let address = (examination.named)(&account.address);
        if wanted(&address, &account.subject()) {
            let examined = account_report(examination, &world, account, address).await;
            report.accounts.push(examined);
        }
    }
    for (address, subject) in missing(examination) {
        if wanted(&address, &subject) {
            report.accounts.push(not_there(address, subject));
        }
    }
    for one in examination.only {
        let known = |account: &Account| account.address == *one || account.subject == *one;
        if !report.accounts.iter().any(known) {
            let text = format!(
                "`{one}` is no service account with a role of this configuration that exists"
            );
            let finding = Finding::new(Check::Account, Outcome::Problem, text);
            report.further.push(finding);
        }
    }
    report.further.extend(unread(examination, &report.accounts));
    if examination.only.is_empty() {
        report.further.extend(orphans::orphans(&world).await);
    }
    report
}

/// The service accounts with a role that are declared and do not exist, by address and subject.
fn missing(examination: &Examination<'_>) -> BTreeMap<String, String> {
    let plan = examination.plan;
    let absent: BTreeSet<&InstanceAddress> = plan
        .changes
        .iter()
        .filter(|change| change.before.is_none() && change.deposed.is_none())
        .map(|change| &change.address)
        .collect();
    let bound = plan
        .bindings
        .iter()
        .filter(|binding| binding.way == Way::Token && absent.contains(&binding.account));
    bound
        .map(|binding| {
            let address = (examination.named)(&binding.account);
            (address, binding.subject.clone())
        })
        .collect()
}

fn not_there(address: String, subject: String) -> Account {
    let text = "it does not exist; `apply` makes it";
    Account {
        address,
        subject,
        role_arn: String::new(),
        checks: vec![Finding::new(Check::Account, Outcome::Problem, text)],
    }
}

/// What the plan could not read, once for each reason, but for what stands in the report already. Where that is a service account, or leaves nothing to look at, it is a
/// problem: a report of nothing must not pass for a good one.
fn unread(examination: &Examination<'_>, accounts: &[Account]) -> Vec<Finding> {
    let mut by_reason: BTreeMap<&str, Vec<&InstanceAddress>> = BTreeMap::new();
    let is_told = |address: &InstanceAddress| {
        let name = (examination.named)(address);
        accounts.iter().any(|account| account.address == name)
    };
    let not_read = examination.plan.not_read.iter();
    for missing in not_read.filter(|missing| !is_told(&missing.address)) {
        let reason = missing.failure.message.as_str();
        by_reason.entry(reason).or_default().push(&missing.address);
    }
    let is_account = |address: &&InstanceAddress| {
        let resource_type = &address.resource.resource_type;
        resource_type.starts_with("kubernetes_service_account")
    };
    let finding = |(reason, addresses): (&str, Vec<&InstanceAddress>)| {
        let names: Vec<String> = addresses
            .iter()
            .map(|address| (examination.named)(address))
            .collect();
        let outcome = match accounts.is_empty() || addresses.iter().any(is_account) {
            true => Outcome::Problem,
            false => Outcome::NotChecked,
        };
        let text = format!("could not be read: {}: {reason}", names.join(", "));
        Finding::new(Check::Account, outcome, text)
    };
    by_reason.into_iter().map(finding).collect()
}

async fn account_report(
    examination: &Examination<'_>,
    world: &World,
    account: &world::DeclaredAccount,
    address: String,
) -> Account {
    let mut examined = Account {
        address,
        subject: account.subject(),
        role_arn: String::new(),
        checks: Vec::new(),
    };
    let checks = &mut examined.checks;
    let live = match account
        .read(examination.connections, examination.plan)
        .await
    {
        Ok(Some(live)) => live,
        Ok(None) => {
            let text = "it does not exist in the cluster";
            checks.push(Finding::new(Check::Account, Outcome::Problem, text));
            return examined;
        }
        Err(error) => {
            // Nothing else can be looked at, and a report of nothing must not pass for a good one.
            let text = format!("could not be read: {error}");
            checks.push(Finding::new(Check::Account, Outcome::Problem, text));
            return examined;
        }
    };
    examined.role_arn = live.role_arn().unwrap_or_default().to_owned();
    checks.push(world.cluster_finding(&live));
    checks.push(live.annotation_finding(account));
    let decided = decision::decide(world, account, &live).await;
    checks.push(decided.finding);
    let (registered, registration) = webhook::registered(&live, account).await;
    checks.push(registered);
    let setting = Setting {
        webhook: world.webhook(&live),
        live: &live,
        associated: decided.associated,
        registration,
    };
    let made = webhook::dry_run(&setting, account).await;
    checks.push(made.unwrap_or_else(|error| not_checked(Check::DryRun, &error)));
    let running = pods::running(&setting, account).await;
    checks.extend(running.unwrap_or_else(|error| vec![not_checked(Check::Pods, &error)]));
    checks.extend(session::findings(world, account, &live, examination.assume).await);
    examined
}

/// What could not be looked at; not being let in is no failure of what was to be looked at.
fn not_checked(check: Check, error: &ProviderError) -> Finding {
    Finding::new(check, Outcome::NotChecked, format!("not checked: {error}"))
}
