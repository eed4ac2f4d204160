//! From what a person asks for to the service accounts and roles that are meant.

use super::world::AccountFacts;
use super::{Explainer, Speaking, Topic, live_account, unknown};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::trust::pod::Workload;
use crate::trust::{Story, Subject, shown};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Stories, the roles to be told of by their ARNs, and whether those were asked for.
type Answered = (Vec<Story>, BTreeSet<String>, bool);

impl Explainer<'_> {
    pub(super) async fn topic(&self, topic: &Topic) -> Result<Answered, Diagnostics> {
        match topic {
            Topic::Named(name) => self.named(name).await,
            Topic::Manifests(manifests) => self.manifests(manifests).await,
        }
    }

    /// The cluster that was named must be there.
    pub(super) fn check_cluster(&self) -> Result<(), Diagnostics> {
        let is_there = (0..self.world.clusters.len()).any(|position| self.is_wanted(position));
        match self.wanted_cluster {
            Some(name) if !is_there => Err(unknown(format!(
                "There is no cluster `{name}` in the configuration; there {}.",
                listed(self.world.clusters.iter().map(|one| one.name.clone()))
            ))),
            Some(_) | None => Ok(()),
        }
    }

    fn is_wanted(&self, position: usize) -> bool {
        let Some(wanted) = self.wanted_cluster else {
            return true;
        };
        let mut clusters = self.world.clusters.iter().enumerate();
        clusters.any(|(other, cluster)| {
            let label = cluster.name.strip_prefix("cluster.");
            let is_named =
                cluster.name == wanted || cluster.own_name == wanted || label == Some(wanted);
            is_named && self.world.is_same_cluster(position, other)
        })
    }

    async fn named(&self, name: &str) -> Result<Answered, Diagnostics> {
        let accounts: Vec<&AccountFacts> = self
            .world
            .accounts
            .iter()
            .filter(|account| is_named(&account.names, name))
            .filter(|account| account.cluster.is_none_or(|at| self.is_wanted(at)))
            .collect();
        if !accounts.is_empty() {
            return Ok(self.of_accounts(accounts).await);
        }
        let roles = self.world.roles.iter().filter(|role| {
            is_named(&role.names, name)
                || role.arn == name
                || role.arn.rsplit('/').next() == Some(name)
        });
        let roles: BTreeSet<String> = roles.map(|role| role.arn.clone()).collect();
        if !roles.is_empty() {
            return Ok((Vec::new(), roles, true));
        }
        if name.parse::<crate::policy::RoleArn>().is_ok() {
            return Ok((Vec::new(), BTreeSet::from([name.to_owned()]), true));
        }
        match name
            .split_once('/')
            .map(|(one, two)| Subject::new(one, two))
        {
            Some(Ok(subject)) => self.of_subject(&subject).await,
            Some(Err(error)) => Err(unknown(format!("{error}."))),
            None => Err(self.nothing(name)),
        }
    }

    async fn of_accounts(&self, accounts: Vec<&AccountFacts>) -> Answered {
        let mut stories = Vec::new();
        for account in accounts {
            let speaking = Speaking {
                account,
                declared: true,
                workload: None,
            };
            stories.push(self.story(speaking).await);
        }
        let roles = stories.iter().filter_map(role_of).collect();
        (stories, roles, false)
    }

    async fn of_subject(&self, subject: &Subject) -> Result<Answered, Diagnostics> {
        let (account, declared) = self.account(subject).await?;
        let speaking = Speaking {
            account: &account,
            declared,
            workload: None,
        };
        let story = self.story(speaking).await;
        let roles = role_of(&story).into_iter().collect();
        Ok((vec![story], roles, false))
    }

    /// The service account of a name: declared, else in a cluster. Several are an error.
    async fn account(&self, subject: &Subject) -> Result<(AccountFacts, bool), Diagnostics> {
        let declared = self.world.accounts.iter().filter(|account| {
            account.subject == *subject && account.cluster.is_none_or(|at| self.is_wanted(at))
        });
        let declared: Vec<&AccountFacts> = declared.collect();
        match declared.as_slice() {
            [] => {}
            [one] => return Ok(((*one).clone(), true)),
            several => {
                let names = several.iter().filter_map(|one| one.names.first().cloned());
                return Err(unknown(format!(
                    "There are several service accounts {}: {}. Name one of them, or its cluster with -cluster=NAME.",
                    shown(subject),
                    names.collect::<Vec<_>>().join(", ")
                )));
            }
        }
        self.live_account(subject).await
    }

    /// The service account of a name in the clusters.
    async fn live_account(&self, subject: &Subject) -> Result<(AccountFacts, bool), Diagnostics> {
        let mut found = Vec::new();
        let mut failures = Vec::new();
        let clusters = self.world.each_cluster().into_iter();
        let clusters = clusters.filter(|position| self.is_wanted(*position));
        for position in clusters {
            match self.live.account(&self.world, position, subject).await {
                Ok(Some(object)) => found.push(live_account(subject, position, &object)),
                Ok(None) => {}
                Err(failure) => failures.push(failure),
            }
        }
        if found.len() > 1 {
            return Err(unknown(format!(
                "Several clusters have a service account {}. Say which is meant with -cluster=NAME.",
                shown(subject)
            )));
        }
        match found.pop() {
            Some(account) => Ok((account, false)),
            None if failures.is_empty() => Err(unknown(format!(
                "There is no service account {} in the configuration or its clusters; the configuration {}.",
                shown(subject),
                listed(self.names())
            ))),
            None => Err(unknown(format!(
                "The service account {} is not in the configuration, and could not be looked up: {}.",
                shown(subject),
                failures.join("; ")
            ))),
        }
    }

    async fn manifests(&self, manifests: &[(String, Json)]) -> Result<Answered, Diagnostics> {
        let mut stories = Vec::new();
        let mut problems = Diagnostics::new();
        for (place, manifest) in manifests {
            let workload = match Workload::of(manifest, "default") {
                Ok(workload) => workload,
                // A file holds other objects beside workloads.
                Err(crate::trust::pod::ManifestError::NoWorkload(_)) => continue,
                Err(error) => {
                    problems.extend(unknown(format!("{place}: {error}.")));
                    continue;
                }
            };
            match self.of_workload(place, workload).await {
                Ok(story) => stories.push(story),
                Err(more) => problems.extend(more),
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        if stories.is_empty() {
            return Err(unknown(
                "None of the documents makes pods: a workload is a Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, \
                 ReplicationController, Job or CronJob.",
            ));
        }
        let roles = stories.iter().filter_map(role_of).collect();
        Ok((stories, roles, false))
    }

    async fn of_workload(&self, place: &str, workload: Workload) -> Result<Story, Diagnostics> {
        let name = workload.template.service_account();
        let subject = Subject::new(&workload.namespace, name);
        let subject = subject.map_err(|error| unknown(format!("{place}: {error}.")))?;
        let manifest = format!("{} {}", workload.kind, workload.name);
        let found = self.account(&subject).await;
        let (account, declared) =
            found.map_err(|problems| self.misnamed(&manifest, &subject, problems))?;
        let speaking = Speaking {
            account: &account,
            declared,
            workload: Some((manifest, workload)),
        };
        Ok(self.story(speaking).await)
    }

    /// Why the account of a workload was not found, with those that may have been meant.
    fn misnamed(&self, manifest: &str, subject: &Subject, problems: Diagnostics) -> Diagnostics {
        let meant = self.world.meant(subject, None);
        let is_declared = |account: &AccountFacts| account.subject == *subject;
        if meant.is_empty() || self.world.accounts.iter().any(is_declared) {
            return problems;
        }
        let detail = format!(
            "{manifest} runs as {}, which is not in the configuration and was not found in its clusters.",
            shown(subject)
        );
        let hint = format!(
            "With a role there is {}: name it in `serviceAccountName`.",
            meant.join(", ")
        );
        Diagnostic::error(Code::OtherServiceAccount, detail)
            .hint(hint)
            .into()
    }

    fn nothing(&self, name: &str) -> Diagnostics {
        if let Some(first) = self.world.unread.first() {
            let detail = format!(
                "It is not known what `{name}` is, since not everything could be read. {first}"
            );
            return Diagnostic::error(Code::NotRead, detail)
                .with_summary("Nothing to explain")
                .into();
        }
        unknown(format!(
            "`{name}` is no service account or role of the configuration, which {}. A service account of a cluster is \
             written as NAMESPACE/NAME.",
            listed(self.names())
        ))
    }

    /// All that can be asked for.
    fn names(&self) -> impl Iterator<Item = String> + '_ {
        let accounts = self.world.accounts.iter().map(|account| &account.names);
        let roles = self.world.roles.iter().map(|role| &role.names);
        accounts
            .chain(roles)
            .filter_map(|names| names.first().cloned())
    }
}

/// Whether one of the names is meant: the same, or an instance of the block.
fn is_named(names: &[String], asked: &str) -> bool {
    let block = format!("{asked}[");
    names
        .iter()
        .any(|name| name == asked || (name.starts_with(&block) && name.ends_with(']')))
}

fn role_of(story: &Story) -> Option<String> {
    story.chain.facts.annotations.role_arn.clone()
}

fn listed(names: impl Iterator<Item = String>) -> String {
    const MOST: usize = 10;
    let names: BTreeSet<String> = names.collect();
    let shown: Vec<&str> = names.iter().take(MOST).map(String::as_str).collect();
    match names.len().saturating_sub(MOST) {
        _ if names.is_empty() => "has none".to_owned(),
        0 => format!("has {}", shown.join(", ")),
        more => format!("has {} and {more} more", shown.join(", ")),
    }
}
