//! What a fresh plan read: service accounts with roles, roles, OIDC providers, clusters; and the live service account itself.

use super::report::{Check, Finding, Outcome};
use crate::address::InstanceAddress;
use crate::plan::objects::{AccountObject, RoleFacts, cluster_issuer, oidc_provider};
use crate::plan::{Change, Plan, ProviderKey};
use crate::policy::{AccountId, Issuer, OidcProviderArn, RoleArn};
use crate::provider::aws::AwsClients;
use crate::provider::kubernetes::KubernetesClients;
use crate::provider::{ProviderContext, ProviderError};
use crate::refresh::Connections;
use crate::trust::pod::Webhook;
use crate::trust::{Fact, Provider, Providers};
use crate::value::Value;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// The annotation that gives the pods of an account a role.
pub(super) const ROLE_ANNOTATION: &str = "eks.amazonaws.com/role-arn";

/// The field managers that write for a configuration: ours, and those of Terraform's provider.
const OURS: [&str; 4] = ["trustform", "trustform-fields", "Terraform", "HashiCorp"];

/// A service account that the configuration gives a role.
pub(super) struct DeclaredAccount {
    pub(super) address: InstanceAddress,
    provider: ProviderKey,
    pub(super) namespace: String,
    pub(super) name: String,
    /// The ARN that was written, or will be by the next apply.
    pub(super) role_arn: String,
    /// The field manager that the resource names, where it names one.
    field_manager: Option<String>,
}

/// A cluster as it is.
pub(super) struct LiveCluster {
    pub(super) name: String,
    pub(super) status: String,
    /// The provider configuration that it was read with.
    provider: ProviderKey,
    ipv6: bool,
}

/// Everything that was read.
pub(super) struct World {
    pub(super) accounts: Vec<DeclaredAccount>,
    pub(super) roles: BTreeMap<String, RoleFacts>,
    /// Roles that annotations name and that do not exist.
    pub(super) missing_roles: BTreeSet<String>,
    pub(super) providers: Providers,
    pub(super) clusters: BTreeMap<Issuer, LiveCluster>,
    /// The AWS configurations, with the account each works in.
    pub(super) aws: Vec<(AccountId, ProviderContext)>,
    /// All AWS configurations, by what they are in the plan.
    contexts: BTreeMap<ProviderKey, ProviderContext>,
    /// Why accounts could not be asked for their providers.
    pub(super) trouble: Vec<ProviderError>,
}

impl World {
    /// Takes what a plan has read, and asks each account for its OIDC providers.
    pub(super) async fn gather(plan: &Plan, connections: &Connections) -> Self {
        let mut world = World {
            accounts: plan.changes.iter().filter_map(declared).collect(),
            roles: BTreeMap::new(),
            missing_roles: BTreeSet::new(),
            providers: Providers::default(),
            clusters: BTreeMap::new(),
            aws: Vec::new(),
            contexts: BTreeMap::new(),
            trouble: Vec::new(),
        };
        let live = plan
            .changes
            .iter()
            .filter(|change| change.deposed.is_none());
        let live = live.filter_map(|change| {
            let object = change.before.as_ref()?.object.value();
            Some((&change.address, &change.provider, object))
        });
        let data = plan.data.iter();
        let data = data.map(|data| (&data.address, &data.provider, &data.value));
        for (address, provider, object) in live.chain(data) {
            match address.resource.resource_type.as_ref() {
                "aws_iam_role" => world.take_role(object),
                "aws_eks_cluster" => world.take_cluster(provider, object),
                _ => {}
            }
        }
        world.connect(plan, connections).await;
        world.look_up_roles(connections).await;
        world
    }

    /// Looks up the roles that annotations name and the plan has not read.
    async fn look_up_roles(&mut self, connections: &Connections) {
        let Some(kind) = connections.connector().resource("aws_iam_role") else {
            return;
        };
        let unread = self.accounts.iter().map(|account| account.role_arn.clone());
        let unread: BTreeSet<String> = unread.filter(|arn| !self.roles.contains_key(arn)).collect();
        for arn in unread {
            let Ok(parsed) = arn.parse::<RoleArn>() else {
                continue;
            };
            let Some(context) = self.in_account(parsed.account()).cloned() else {
                continue;
            };
            let identity = crate::schema::Identity(parsed.name().to_owned());
            match kind.find(&context, &identity).await {
                Ok(Some(found)) => self.take_role(found.object.value()),
                Ok(None) => {
                    self.missing_roles.insert(arn);
                }
                Err(error) => self.trouble.push(error),
            }
        }
    }

    fn take_role(&mut self, object: &Value) {
        if let Some(facts) = RoleFacts::of(object) {
            self.roles.insert(facts.role.arn.to_string(), facts);
        }
    }

    fn take_cluster(&mut self, provider: &ProviderKey, object: &Value) {
        let text = |name: &str| object.get(name).and_then(Value::as_str);
        let issuer = cluster_issuer(object).and_then(Value::as_str);
        let Some(issuer) = issuer.and_then(|issuer| issuer.parse().ok()) else {
            return;
        };
        let network = object.get("kubernetes_network_config").and_then(first);
        let family = network.and_then(|network| network.get("ip_family")?.as_str());
        let cluster = LiveCluster {
            name: text("name").unwrap_or_default().to_owned(),
            status: text("status").unwrap_or_default().to_owned(),
            provider: provider.clone(),
            ipv6: family == Some("ipv6"),
        };
        self.clusters.insert(issuer, cluster);
    }

    /// Connects to the AWS configurations and lists the providers of their accounts, with client ids.
    async fn connect(&mut self, plan: &Plan, connections: &Connections) {
        let finder = connections
            .connector()
            .resource("aws_iam_openid_connect_provider");
        let is_aws = |provider: &ProviderKey| provider.provider_type().as_ref() == "aws";
        for (key, settings) in plan.providers.iter().filter(|(key, _)| is_aws(key)) {
            match self.account(key, settings, connections, finder).await {
                Ok(()) => {}
                Err(error) => self.trouble.push(error),
            }
        }
    }

    async fn account(
        &mut self,
        key: &ProviderKey,
        settings: &crate::value::Known,
        connections: &Connections,
        finder: Option<&'static dyn crate::provider::ResourceKind>,
    ) -> Result<(), ProviderError> {
        let context = connections.context(key, settings).await?;
        self.contexts.insert(key.clone(), context.clone());
        let clients = AwsClients::of(&context)?;
        let facts = clients.facts().await?;
        let Ok(account) = facts.account.parse::<AccountId>() else {
            return Ok(());
        };
        if !self.aws.iter().any(|(known, _)| *known == account) {
            self.aws.push((account.clone(), context.clone()));
        }
        if self.providers.complete_for.contains(&account) {
            return Ok(());
        }
        for arn in clients.oidc_providers().await? {
            let identity = crate::schema::Identity(arn.clone());
            let found = match finder {
                Some(kind) => kind.find(&context, &identity).await?,
                None => None,
            };
            let found = found.and_then(|found| oidc_provider(found.object.value()));
            let listed = || without_clients(&arn);
            self.providers.known.extend(found.or_else(listed));
        }
        self.providers.complete_for.insert(account);
        Ok(())
    }

    /// The AWS configuration that works in an account.
    pub(super) fn in_account(&self, account: &AccountId) -> Option<&ProviderContext> {
        let found = self.aws.iter().find(|(known, _)| known == account);
        found.map(|(_, context)| context)
    }

    /// The AWS configuration that leads to a cluster.
    pub(super) fn leading_to(&self, cluster: &LiveCluster) -> Option<&ProviderContext> {
        self.contexts.get(&cluster.provider)
    }

    /// The webhook of the cluster that an account lives in.
    pub(super) fn webhook(&self, live: &LiveAccount) -> Webhook {
        let issuer = live.issuer.as_ref();
        let cluster = issuer.and_then(|issuer| self.clusters.get(issuer));
        Webhook {
            region: issuer.and_then(Issuer::region).map(str::to_owned),
            ipv6: cluster.is_some_and(|cluster| cluster.ipv6),
            ..Webhook::of_eks("")
        }
    }

    /// The cluster of an account, by the issuer that its API server names.
    pub(super) fn cluster_finding(&self, live: &LiveAccount) -> Finding {
        let Some(issuer) = &live.issuer else {
            let text = "not checked: the API server does not tell its issuer";
            return Finding::new(Check::Cluster, Outcome::NotChecked, text);
        };
        match self.clusters.get(issuer) {
            Some(cluster) if cluster.status == "ACTIVE" => {
                let text = format!("{} is ACTIVE, its issuer is {}", cluster.name, issuer.url());
                Finding::new(Check::Cluster, Outcome::Ok, text)
            }
            Some(cluster) => {
                let text = format!("{} is {}", cluster.name, cluster.status);
                Finding::new(Check::Cluster, Outcome::Problem, text)
            }
            None => {
                let text = format!(
                    "its issuer {} is that of no EKS cluster in this configuration",
                    issuer.url()
                );
                Finding::new(Check::Cluster, Outcome::Note, text)
            }
        }
    }
}

/// The only element of a block, or the block itself.
fn first(value: &Value) -> Option<&Value> {
    match value.as_elements() {
        Some(elements) => elements.first(),
        None => Some(value),
    }
}

/// A provider of which nothing but its ARN is known.
fn without_clients(arn: &str) -> Option<Provider> {
    let arn: OidcProviderArn = arn.parse().ok()?;
    Some(Provider {
        account: arn.account().clone(),
        issuer: arn.issuer().clone(),
        client_ids: Fact::Unknown,
    })
}

/// The service account that exists and that the configuration, or else the state, gives a role.
fn declared(change: &Change) -> Option<DeclaredAccount> {
    let resource_type = change.address.resource.resource_type.as_ref();
    let before = change.before.as_ref();
    let before = before.filter(|_| change.deposed.is_none())?;
    let field_manager = before.object.value().get("field_manager");
    let field_manager = field_manager.and_then(Value::as_str).map(str::to_owned);
    let before = AccountObject::of(resource_type, before.object.value())?;
    let role = |account: AccountObject| account.annotations.get(ROLE_ANNOTATION).cloned().flatten();
    // The refreshed object may have lost what is wanted; the plan says what that is.
    let after = change.after.as_ref();
    let wanted = after.and_then(|after| role(AccountObject::of(resource_type, after)?));
    let (namespace, name) = (before.namespace.clone(), before.name.clone());
    Some(DeclaredAccount {
        address: change.address.clone(),
        provider: change.provider.clone(),
        namespace,
        name,
        role_arn: wanted.or_else(|| role(before))?,
        field_manager,
    })
}

/// A service account as its API server has it.
pub(super) struct LiveAccount {
    pub(super) context: ProviderContext,
    pub(super) object: Json,
    /// The issuer that the API server names; `None` when it does not tell.
    pub(super) issuer: Option<Issuer>,
}

impl DeclaredAccount {
    /// Whether a field manager writes for the configuration.
    fn is_written_by(&self, manager: &str) -> bool {
        OURS.contains(&manager) || self.field_manager.as_deref() == Some(manager)
    }

    /// Namespace and name.
    pub(super) fn subject(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    /// The path of the account on its API server.
    pub(super) fn path(&self) -> String {
        format!(
            "/api/v1/namespaces/{}/serviceaccounts/{}",
            self.namespace, self.name
        )
    }

    /// Reads the account again; `None` when it is gone.
    pub(super) async fn read(
        &self,
        connections: &Connections,
        plan: &Plan,
    ) -> Result<Option<LiveAccount>, ProviderError> {
        let settings = plan.providers.get(&self.provider).ok_or_else(|| {
            ProviderError::internal(
                "connecting to Kubernetes",
                "the connection is not known yet",
            )
        })?;
        let context = connections.context(&self.provider, settings).await?;
        let clients = KubernetesClients::in_context(&context)?;
        let doing = format!("reading ServiceAccount ({})", self.subject());
        let Some(object) = clients.look_at(&context, &doing, &self.path()).await? else {
            return Ok(None);
        };
        let path = "/.well-known/openid-configuration";
        let discovery = clients.look_at(&context, "reading the issuer", path).await;
        let issuer = discovery.ok().flatten();
        let issuer = issuer.and_then(|found| found.get("issuer")?.as_str()?.parse().ok());
        Ok(Some(LiveAccount {
            context,
            object,
            issuer,
        }))
    }
}

impl LiveAccount {
    /// The live annotations.
    pub(super) fn annotations(&self) -> BTreeMap<String, String> {
        let all = self.object.pointer("/metadata/annotations");
        let all = all.and_then(Json::as_object).into_iter().flatten();
        all.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect()
    }

    /// The role that the annotation names.
    pub(super) fn role_arn(&self) -> Option<&str> {
        let annotations = self.object.pointer("/metadata/annotations")?;
        annotations.get(ROLE_ANNOTATION)?.as_str()
    }

    /// The account's clients.
    pub(super) fn clients(&self) -> Result<&KubernetesClients, ProviderError> {
        KubernetesClients::in_context(&self.context)
    }

    /// Who wrote the annotation last, and when, by the managed fields.
    pub(super) fn annotated(&self) -> Option<(String, jiff::Timestamp)> {
        let entries = self.object.pointer("/metadata/managedFields")?.as_array()?;
        let field = format!("f:{ROLE_ANNOTATION}");
        let owning = entries.iter().filter(|entry| {
            let annotations = entry.pointer("/fieldsV1/f:metadata/f:annotations");
            annotations.is_some_and(|annotations| annotations.get(&field).is_some())
        });
        let times = owning.filter_map(|entry| {
            let time = entry.get("time")?.as_str()?.parse().ok()?;
            Some((entry.get("manager")?.as_str()?.to_owned(), time))
        });
        times.max_by_key(|(_, time)| *time)
    }

    /// Whether the annotation is the one that was recorded.
    ///
    /// Another manager that wrote it last will write it again (W13), whether it agrees today or not.
    pub(super) fn annotation_finding(&self, account: &DeclaredAccount) -> Finding {
        let annotated = self.annotated();
        let by = annotated
            .as_ref()
            .map_or_else(String::new, |(manager, time)| {
                format!(", written by `{manager}` at {time}")
            });
        let other = annotated.is_some_and(|(manager, _)| !account.is_written_by(&manager));
        match self.role_arn() {
            Some(arn) if arn == account.role_arn => {
                let text = format!("annotated with {arn}{by}");
                match other {
                    true => {
                        let text = format!("{text}, which manages it too and may change it");
                        Finding::new(Check::Account, Outcome::Note, text).coded("W13")
                    }
                    false => Finding::new(Check::Account, Outcome::Ok, text),
                }
            }
            Some(arn) => {
                let text = format!("its annotation names {arn}, not {}{by}", account.role_arn);
                let code = if other { "W13" } else { "W11" };
                Finding::new(Check::Account, Outcome::Problem, text).coded(code)
            }
            None => {
                let text =
                    format!("it has no annotation `{ROLE_ANNOTATION}`, although one was written");
                Finding::new(Check::Account, Outcome::Problem, text).coded("W13")
            }
        }
    }
}
