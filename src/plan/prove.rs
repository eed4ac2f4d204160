//! Proof before apply: for each service account with a role annotation, whether its pods will be able to assume the role.
//!
//! The planner gathers what the decision needs from the plan itself; `trust` decides. Where a cluster is made in the same
//! plan its issuer is not known: the documents are evaluated again with a made-up issuer in its place, twice with
//! different ones, and the verdict holds only when both agree. No made-up value ever leaves this folder.

use super::change::Plan;
use super::planner::{Planner, ProviderStatus};
use super::reads::{Answer, Read, ReadKey};
use super::witnessed::Witnessed;
use super::{Change, ProviderKey};
use crate::address::{InstanceAddress, InstanceKey};
use crate::diagnostic::{Code, Diagnostic};
use crate::policy::{AccountId, Issuer, OidcProviderArn, Partition, RoleArn};
use crate::schema::Identity;
use crate::trust::{
    Binding as Asked, Cluster, DEFAULT_AUDIENCE, Decision, Fact, Gate, Provider, Providers,
    Question, Role, Subject, TrustPolicy, Verdict, Which, decide_with_witnesses,
};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A service account, the role it asks for, and what was found out about the two.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The service account (or the annotations of one).
    pub account: InstanceAddress,
    /// Namespace and name.
    pub subject: String,
    /// The role, when it is in this plan.
    pub role: Option<InstanceAddress>,
    /// The ARN in the annotation; empty when it is known only after apply.
    pub role_arn: String,
    /// What was found out.
    pub finding: Finding,
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

const ROLE_ANNOTATION: &str = "eks.amazonaws.com/role-arn";
const AUDIENCE_ANNOTATION: &str = "eks.amazonaws.com/audience";

/// A service account as the plan leaves it.
struct Account {
    address: InstanceAddress,
    provider: ProviderKey,
    namespace: String,
    name: String,
    role_arn: Option<String>,
    audience: Fact<String>,
}

impl Planner<'_> {
    /// Decides every binding of the plan. Refuted ones are errors; questions it needs answered are noted as any other.
    pub(super) fn prove(&mut self) {
        let accounts: Vec<Account> = self.plan.changes.iter().filter_map(account).collect();
        let has_roles =
            |change: &Change| change.address.resource.resource_type.as_ref() == "aws_iam_role";
        if accounts.is_empty() && !self.plan.changes.iter().any(has_roles) {
            return;
        }
        let first = Witnessed::new(self, Which::First);
        let second = first
            .has_witnesses()
            .then(|| Witnessed::new(self, Which::Second));
        let roles = roles_by_arn(&self.plan);
        for account in accounts {
            let role = account.role_arn.as_ref().and_then(|arn| roles.get(arn));
            let binding = self.decide(&account, role, &first, second.as_ref());
            self.judge(&binding);
            self.plan.bindings.push(binding);
        }
        self.plan.access = self.access(&first);
    }

    /// The OIDC providers that were found outside the configuration.
    pub(super) fn found_providers(&self) -> Vec<Provider> {
        let asked = self
            .answers
            .reads
            .iter()
            .filter(|(key, _)| key.is_existing());
        let found = asked.filter_map(|(_, answer)| match answer {
            Answer::Object(Some(live)) => provider(live.object.value()),
            Answer::Object(None) | Answer::Data(_) | Answer::Facts(_) | Answer::NotRead(_) => None,
        });
        found.collect()
    }

    fn decide(
        &mut self,
        account: &Account,
        role: Option<&Found>,
        first: &Witnessed<'_>,
        second: Option<&Witnessed<'_>>,
    ) -> Binding {
        let mut binding = Binding {
            account: account.address.clone(),
            subject: format!("{}/{}", account.namespace, account.name),
            role: role.map(|(address, _)| address.clone()),
            role_arn: account.role_arn.clone().unwrap_or_default(),
            finding: Finding::NotDecided("the role is known only after apply".to_owned()),
        };
        let Some(role_arn) = &account.role_arn else {
            return binding;
        };
        let Some((role_address, role_provider)) = role else {
            binding.finding = Finding::NotDecided(format!(
                "the role {role_arn} is not part of this configuration"
            ));
            return binding;
        };
        let mut ask = |witnessed: &Witnessed<'_>| {
            self.facts_for(account, role_arn, role_address, role_provider, witnessed)
        };
        let one = ask(first);
        let two = second.map(&mut ask);
        binding.finding = match (one, two) {
            (Ok(one), None) => finding(one.question().decide(), &one, first),
            (Ok(one), Some(Ok(two))) => finding(
                decide_with_witnesses(&one.question(), &two.question()),
                &one,
                first,
            ),
            (Err(reason), _) | (_, Some(Err(reason))) => Finding::NotDecided(reason),
        };
        binding
    }

    /// Gathers everything one question needs, or why it cannot be asked.
    fn facts_for(
        &mut self,
        account: &Account,
        role_arn: &str,
        role_address: &InstanceAddress,
        role_provider: &ProviderKey,
        witnessed: &Witnessed<'_>,
    ) -> Result<Asking, String> {
        let arn: RoleArn = role_arn.parse().map_err(|error| format!("{error}"))?;
        let subject =
            Subject::new(&account.namespace, &account.name).map_err(|error| error.to_string())?;
        let issuer = witnessed
            .issuer_of(&account.provider)
            .ok_or("it is not known which cluster the Kubernetes connection leads to")?;
        let issuer: Issuer = issuer.parse().map_err(|error| format!("{error}"))?;
        let object = witnessed
            .object(role_address)
            .ok_or("the role's planned object is not known")?;
        let document = object.get("assume_role_policy").and_then(Value::as_str);
        let document = document
            .ok_or("the role's trust policy is known only after apply")?
            .to_owned();
        let session = object
            .get("max_session_duration")
            .and_then(Value::as_number)
            .and_then(crate::value::Number::as_u64);
        let providers = self.inventory(&arn, &issuer, role_provider, witnessed)?;
        let partition = region_of(&issuer)
            .map_or_else(|| arn.partition().clone(), |r| Partition::of_region(&r));
        Ok(Asking {
            binding: Asked {
                cluster: Cluster {
                    issuer: Fact::Known(issuer),
                    partition,
                },
                subject,
                role_annotation: Fact::Known(Some(role_arn.to_owned())),
                audience: account.audience.clone(),
                association: Fact::Known(None),
                duration: None,
            },
            role: Role {
                arn,
                exists: Fact::Known(true),
                trust: Fact::Known(TrustPolicy::parse(&document)),
                max_session_duration: session
                    .and_then(|seconds| u32::try_from(seconds).ok())
                    .map_or(Fact::Unknown, Fact::Known),
            },
            providers,
            document,
        })
    }

    /// The OIDC providers that matter: those of the plan, and the account's own for the issuer, which is asked for.
    fn inventory(
        &mut self,
        role: &RoleArn,
        issuer: &Issuer,
        role_provider: &ProviderKey,
        witnessed: &Witnessed<'_>,
    ) -> Result<Providers, String> {
        let mut providers = Providers {
            known: witnessed.providers(),
            complete_for: BTreeSet::new(),
        };
        let there = providers
            .known
            .iter()
            .any(|p| p.account == *role.account() && p.issuer == *issuer);
        if there || witnessed.is_witness(issuer) {
            providers.complete_for.insert(role.account().clone());
            return Ok(providers);
        }
        let arn = OidcProviderArn::new(
            role.partition().clone(),
            role.account().clone(),
            issuer.clone(),
        );
        let config = match self.provider_status(role_provider) {
            ProviderStatus::Known(config) => config,
            ProviderStatus::Unknown | ProviderStatus::Blocked => {
                return Err(
                    "the role's account cannot be asked for its OIDC providers yet".to_owned(),
                );
            }
        };
        let identity = Identity(arn.to_string());
        let resource_type = "aws_iam_openid_connect_provider";
        let key = ReadKey::existing(role_provider, resource_type, &identity);
        let read = Read::Existing {
            resource_type: resource_type.into(),
            provider: role_provider.clone(),
            identity,
        };
        match self.ask(key, &config, read) {
            Some(Answer::Object(found)) => {
                if let Some(live) = found {
                    providers.known.extend(provider(live.object.value()));
                }
                providers.complete_for.insert(role.account().clone());
                Ok(providers)
            }
            Some(Answer::NotRead(failure)) => Err(failure.message.clone()),
            Some(Answer::Data(_) | Answer::Facts(_)) | None => {
                Err("the OIDC providers are not read yet".to_owned())
            }
        }
    }

    /// Turns what is wrong with a binding into diagnostics at the service account.
    fn judge(&mut self, binding: &Binding) {
        let Finding::Decided {
            decision, words, ..
        } = &binding.finding
        else {
            return;
        };
        let span = self.span_of(&binding.account);
        let place = |diagnostic: Diagnostic| {
            let diagnostic = diagnostic.about(&binding.account);
            span.map_or(diagnostic.clone(), |span| diagnostic.at(span))
        };
        match &decision.verdict {
            Verdict::Proved => {
                for broad in &decision.over_broad {
                    let detail = format!("{}: {broad}.", binding.role_arn);
                    self.diagnostics
                        .push(place(Diagnostic::warning(Code::Overbroad, detail)));
                }
            }
            Verdict::Refuted(refutation) => {
                let code = if refutation.gate == Gate::Provider {
                    Code::NoProvider
                } else {
                    Code::Refuted
                };
                let detail = format!(
                    "The pods of {} will not be able to assume {}: {words}",
                    binding.subject, binding.role_arn
                );
                let mut diagnostic = place(Diagnostic::error(code, detail));
                if code == Code::NoProvider {
                    diagnostic = diagnostic.hint(
                        "Declare the provider: oidc_provider \"main\" { cluster = cluster.<name> }",
                    );
                }
                self.diagnostics.push(diagnostic);
            }
            Verdict::Invalid(_) => {
                let detail = format!(
                    "IAM would refuse the trust policy of {}: {words}",
                    binding.role_arn
                );
                self.diagnostics
                    .push(place(Diagnostic::error(Code::Refuted, detail)));
            }
            Verdict::Undecided(_) => {}
        }
    }

    fn span_of(&self, address: &InstanceAddress) -> Option<crate::source::Span> {
        let module = self.program.configuration.module(&address.module.path())?;
        let resource = module.resources.get(&address.resource)?;
        let call = address.module.path().names().first().and_then(|name| {
            self.program
                .configuration
                .root()
                .calls
                .get(name)
                .filter(|call| call.noun.is_some())
                .map(|call| call.span)
        });
        // A noun's resources stand in the prelude, which is no place of the user's.
        Some(call.unwrap_or(resource.span))
    }
}

/// A question with everything it borrows.
struct Asking {
    binding: Asked,
    role: Role,
    providers: Providers,
    document: String,
}

impl Asking {
    fn question(&self) -> Question<'_> {
        Question {
            binding: &self.binding,
            role: &self.role,
            providers: &self.providers,
        }
    }
}

fn finding(decision: Decision, asking: &Asking, witnessed: &Witnessed<'_>) -> Finding {
    let words = witnessed.display(&decision.verdict.to_string());
    let policy = witnessed.display(&asking.document);
    Finding::Decided {
        decision: Box::new(decision),
        words,
        policy,
    }
}

/// The service account that a change leaves, if it is one with a role annotation.
fn account(change: &Change) -> Option<Account> {
    let after = change.after.as_ref().filter(|_| change.deposed.is_none())?;
    let metadata = after.get("metadata")?.as_elements()?.first()?.clone();
    let annotations = match change.address.resource.resource_type.as_ref() {
        "kubernetes_service_account" | "kubernetes_service_account_v1" => {
            metadata.get("annotations")?.clone()
        }
        "kubernetes_annotations" if after.get("kind")?.as_str() == Some("ServiceAccount") => {
            after.get("annotations")?.clone()
        }
        _ => return None,
    };
    let role = annotations
        .get(ROLE_ANNOTATION)
        .filter(|value| !value.is_null())?;
    let audience = match annotations.get(AUDIENCE_ANNOTATION) {
        None => Fact::Known(DEFAULT_AUDIENCE.to_owned()),
        Some(value) => value
            .as_str()
            .map_or(Fact::Unknown, |text| Fact::Known(text.to_owned())),
    };
    Some(Account {
        address: change.address.clone(),
        provider: change.provider.clone(),
        namespace: metadata
            .get("namespace")
            .and_then(Value::as_str)
            .unwrap_or("default")
            .to_owned(),
        name: metadata.get("name")?.as_str()?.to_owned(),
        role_arn: role.as_str().map(str::to_owned),
        audience,
    })
}

/// A role of the plan, with its provider configuration.
type Found = (InstanceAddress, ProviderKey);

/// The roles of the plan by their ARN, managed ones before those that are only read.
fn roles_by_arn(plan: &Plan) -> BTreeMap<String, Found> {
    let arn = |address: &InstanceAddress, value: Option<&Value>| {
        let is_role = address.resource.resource_type.as_ref() == "aws_iam_role";
        value
            .filter(|_| is_role)?
            .get("arn")?
            .as_str()
            .map(str::to_owned)
    };
    let mut roles = BTreeMap::new();
    for data in &plan.data {
        if let Some(arn) = arn(&data.address, Some(&data.value)) {
            roles.insert(arn, (data.address.clone(), data.provider.clone()));
        }
    }
    for change in plan
        .changes
        .iter()
        .filter(|change| change.deposed.is_none())
    {
        if let Some(arn) = arn(&change.address, change.after.as_ref()) {
            roles.insert(arn, (change.address.clone(), change.provider.clone()));
        }
    }
    roles
}

/// An OIDC provider as the decision wants it.
pub(super) fn provider(object: &Value) -> Option<Provider> {
    let arn: OidcProviderArn = object.get("arn")?.as_str()?.parse().ok()?;
    let account: AccountId = arn.account().clone();
    let ids = object.get("client_id_list").and_then(Value::as_elements);
    let ids: Option<BTreeSet<String>> = ids.and_then(|ids| {
        ids.iter()
            .map(|id| id.as_str().map(str::to_owned))
            .collect()
    });
    let issuer = arn.issuer().clone();
    Some(Provider {
        account,
        issuer,
        client_ids: ids.map_or(Fact::Unknown, Fact::Known),
    })
}

/// The region in an EKS issuer's host, `oidc.eks.<region>.<suffix>`.
fn region_of(issuer: &Issuer) -> Option<String> {
    let mut labels = issuer.host().split('.');
    (labels.next() == Some("oidc") && labels.next() == Some("eks"))
        .then(|| labels.next().map(str::to_owned))?
}

/// The label of the cluster that a linker-made connection belongs to.
pub(super) fn connected_cluster(provider: &ProviderKey) -> Option<(String, InstanceKey)> {
    let alias = provider.address.alias.as_ref()?;
    let label = alias.strip_prefix("cluster_")?;
    Some((label.to_owned(), provider.key.clone()))
}
