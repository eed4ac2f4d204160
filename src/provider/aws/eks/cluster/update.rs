//! Changing clusters: EKS makes one kind of change at a time, so the changes follow one another, the version first.

use super::operations::{find, region};
use super::{components, object, request, transitions, waiters};
use crate::provider::aws::answers::updated;
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::{block, differs, text};
use crate::provider::aws::tags;
use crate::provider::aws::waiting::{Situation, patiently};
use crate::provider::{Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded};
use crate::value::Value;
use aws_sdk_eks::Client;
use aws_sdk_eks::operation::update_cluster_config::builders::UpdateClusterConfigFluentBuilder;

/// One cluster under change.
struct Changing<'c> {
    ctx: &'c ProviderContext,
    eks: Client,
    name: &'c str,
    before: &'c Value,
    after: &'c Value,
}

pub(super) async fn update(ctx: &ProviderContext, prior: &Recorded, planned: &Value) -> Outcome {
    let before = prior.object.value();
    let clients = match AwsClients::of(ctx) {
        Ok(clients) => clients,
        Err(error) => return Outcome::partial(prior.object.clone(), error),
    };
    let region = region(clients, before);
    let changing = Changing {
        ctx,
        eks: clients.eks(Some(region)),
        name: text(before, "id").unwrap_or_default(),
        before,
        after: planned,
    };
    let changed = changing.all().await;
    let spelled = if changed.is_ok() { planned } else { before };
    let of = |cluster| object::of(clients, region, &cluster, Some(spelled));
    let live = find(&changing.eks, changing.name).await;
    let live = live.and_then(|cluster| cluster.map(of).transpose());
    let reading = format!("reading EKS Cluster ({})", changing.name);
    updated(&prior.object, &reading, live, changed)
}

impl Changing<'_> {
    async fn all(&self) -> Result<(), ProviderError> {
        self.refuse_unsupported()?;
        self.rest().await?;
        if self.differs("version") {
            self.version().await?;
        }
        if self.differs_in("access_config", "authentication_mode") {
            let call = self
                .call()
                .set_access_config(request::access_mode(self.after));
            self.config("access configuration", call).await?;
        }
        self.auto_mode().await?;
        if self.differs("encryption_config") {
            self.encryption().await?;
        }
        if self.differs("enabled_cluster_log_types") {
            let call = self.call().logging(request::logging(self.after));
            self.config("logging", call).await?;
        }
        if self.differs("upgrade_policy") {
            let call = self
                .call()
                .set_upgrade_policy(request::upgrade_policy(self.after));
            self.config("upgrade policy", call).await?;
        }
        self.vpc().await?;
        if self.differs("zonal_shift_config") {
            let call = self
                .call()
                .zonal_shift_config(request::zonal_shift(self.after));
            self.config("zonal shift config", call).await?;
        }
        if self.differs("remote_network_config") {
            let call = self
                .call()
                .remote_network_config(request::changed_remote(self.after));
            self.config("remote network config", call).await?;
        }
        if self.differs("deletion_protection") {
            let protected = request::flag(self.after, "deletion_protection").unwrap_or(false);
            let call = self.call().deletion_protection(protected);
            self.config("deletion protection", call).await?;
        }
        if self.differs("control_plane_scaling_config") {
            let call = self.call();
            let call = call.set_control_plane_scaling_config(request::scaling(self.after));
            self.config("control plane scaling config", call).await?;
        }
        self.components().await?;
        self.tags().await
    }

    /// Until the cluster rests: one that was still being made, or changed by others, takes no change.
    async fn rest(&self) -> Result<(), ProviderError> {
        if text(self.before, "status") == Some("ACTIVE") {
            return Ok(());
        }
        let limit = waiters::limit(self.after, "create");
        let active = waiters::active(self.ctx, &self.eks, self.name, limit);
        active.await.map(drop)
    }

    /// What EKS cannot do, said before anything is changed. The plan says it too, as far as it is known then.
    fn refuse_unsupported(&self) -> Result<(), ProviderError> {
        match transitions::refusals(self.before, self.after).first() {
            Some(problem) => Err(self.refusal(problem.detail.clone())),
            None => Ok(()),
        }
    }

    fn refusal(&self, message: String) -> ProviderError {
        ProviderError {
            kind: ProviderErrorKind::InvalidInput,
            doing: format!("updating EKS Cluster ({})", self.name),
            code: String::new(),
            message,
            request_id: String::new(),
        }
    }

    async fn version(&self) -> Result<(), ProviderError> {
        let call = self
            .eks
            .update_cluster_version()
            .name(self.name)
            .set_version(text(self.after, "version").map(str::to_owned))
            .set_force(request::flag(self.after, "force_update_version").filter(|force| *force))
            .client_request_token(uuid::Uuid::new_v4().to_string());
        let doing = format!("updating EKS Cluster ({}) version", self.name);
        let answer = patiently(self.ctx, Situation::Write, &doing, || async {
            let sent = call.clone().send().await;
            sent.map_err(|error| failure(doing.as_str(), error))
        });
        let answer = answer.await?;
        let limit = waiters::limit(self.after, "update");
        let update = answer.update();
        waiters::updated(self.ctx, &self.eks, self.name, "version", update, limit).await
    }

    /// Settings of the control plane's components are one kind of change.
    async fn components(&self) -> Result<(), ProviderError> {
        let [api_server, controller_manager, scheduler] =
            components::BLOCKS.map(|name| self.differs(name).then_some(self.after));
        if api_server.is_none() && controller_manager.is_none() && scheduler.is_none() {
            return Ok(());
        }
        let call = self
            .call()
            .set_kube_api_server_config(api_server.and_then(components::api_server_request))
            .set_kube_controller_manager_config(
                controller_manager.and_then(components::controller_manager_request),
            )
            .set_kube_scheduler_config(scheduler.and_then(components::scheduler_request));
        self.config("control plane component config", call).await
    }

    /// Nodes, load balancers and volumes of EKS Auto Mode change together.
    async fn auto_mode(&self) -> Result<(), ProviderError> {
        let balancing = |cluster| {
            let network = block(cluster, "kubernetes_network_config")?;
            request::load_balancing(network)
        };
        let balancing_differs =
            balancing(self.before) != balancing(self.after) && balancing(self.after).is_some();
        if !self.differs("compute_config") && !self.differs("storage_config") && !balancing_differs
        {
            return Ok(());
        }
        let network = aws_sdk_eks::types::KubernetesNetworkConfigRequest::builder()
            .set_elastic_load_balancing(balancing(self.after))
            .build();
        let call = self
            .call()
            .set_compute_config(request::compute(self.after))
            .kubernetes_network_config(network)
            .set_storage_config(request::storage(self.after));
        self.config("compute config", call).await
    }

    async fn encryption(&self) -> Result<(), ProviderError> {
        let Some(encryption) = request::encryption(self.after) else {
            return Ok(());
        };
        let call = self
            .eks
            .associate_encryption_config()
            .cluster_name(self.name)
            .set_encryption_config(Some(encryption));
        let doing = format!("associating EKS Cluster ({}) encryption config", self.name);
        let answer = call.send().await.map_err(|error| failure(doing, error))?;
        let limit = waiters::limit(self.after, "update");
        let update = answer.update();
        waiters::updated(
            self.ctx,
            &self.eks,
            self.name,
            "encryption config",
            update,
            limit,
        )
        .await
    }

    async fn vpc(&self) -> Result<(), ProviderError> {
        let differs = |name| self.differs_in("vpc_config", name);
        if differs("endpoint_private_access")
            || differs("endpoint_public_access")
            || differs("public_access_cidrs")
        {
            let call = self
                .call()
                .set_resources_vpc_config(request::endpoints(self.after));
            self.config("VPC configuration", call).await?;
        }
        if differs("control_plane_egress_mode") {
            let call = self
                .call()
                .set_resources_vpc_config(request::egress(self.after));
            self.config("VPC configuration", call).await?;
        }
        if differs("subnet_ids") {
            let call = self
                .call()
                .set_resources_vpc_config(request::subnets(self.after));
            self.config("VPC configuration", call).await?;
        }
        if differs("security_group_ids") {
            let call = self.call();
            let call = call.set_resources_vpc_config(request::security_groups(self.after));
            self.config("VPC configuration", call).await?;
        }
        Ok(())
    }

    async fn tags(&self) -> Result<(), ProviderError> {
        let arn = text(self.before, "arn").unwrap_or_default();
        let doing = format!("updating tags for EKS Cluster ({})", self.name);
        let (removed, written) = tags::change(self.before, self.after);
        if !removed.is_empty() {
            let call = self.eks.untag_resource().resource_arn(arn);
            let sent = call.set_tag_keys(Some(removed)).send().await;
            sent.map_err(|error| failure(doing.as_str(), error))?;
        }
        if !written.is_empty() {
            let call = self.eks.tag_resource().resource_arn(arn);
            let sent = call
                .set_tags(Some(written.into_iter().collect()))
                .send()
                .await;
            sent.map_err(|error| failure(doing.as_str(), error))?;
        }
        Ok(())
    }

    fn call(&self) -> UpdateClusterConfigFluentBuilder {
        let token = uuid::Uuid::new_v4().to_string();
        let call = self.eks.update_cluster_config().name(self.name);
        call.client_request_token(token)
    }

    async fn config(
        &self,
        what: &str,
        call: UpdateClusterConfigFluentBuilder,
    ) -> Result<(), ProviderError> {
        let doing = format!("updating EKS Cluster ({}) {what}", self.name);
        let answer = patiently(self.ctx, Situation::Write, &doing, || async {
            let sent = call.clone().send().await;
            sent.map_err(|error| failure(doing.as_str(), error))
        });
        let answer = answer.await?;
        let limit = waiters::limit(self.after, "update");
        waiters::updated(self.ctx, &self.eks, self.name, what, answer.update(), limit).await
    }

    fn differs(&self, name: &str) -> bool {
        differs(self.before, self.after, name)
    }

    fn differs_in(&self, outer: &str, inner: &str) -> bool {
        match (block(self.before, outer), block(self.after, outer)) {
            (Some(before), Some(after)) => differs(before, after, inner),
            (None, Some(after)) => after.get(inner).is_some_and(|value| !value.is_null()),
            (_, None) => false,
        }
    }
}
