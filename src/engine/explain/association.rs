//! EKS Pod Identity: the association that binds a service account, in the configuration or only at EKS, and its verdict.

use super::world::{AccountFacts, AssociationFacts};
use super::{Explainer, annotations, refuted};
use crate::policy::AccountId;
use crate::trust::{Association, AssociationQuestion, Cause, Decision, Fact};

impl Explainer<'_> {
    /// The association for a service account; the error says why EKS could not be asked for one.
    pub(super) async fn association(
        &self,
        account: &AccountFacts,
    ) -> Result<Option<AssociationFacts>, String> {
        let Some(position) = account.cluster else {
            return Ok(None);
        };
        let Some(cluster) = self.world.clusters.get(position) else {
            return Ok(None);
        };
        let declared = self.world.associations.iter().find(|association| {
            association.cluster_name == cluster.own_name
                && association.namespace == account.subject.namespace()
                && association.service_account == account.subject.name()
        });
        match declared {
            Some(declared) => Ok(Some(declared.clone())),
            None => {
                let found = self.live.association(position, cluster, &account.subject);
                found.await
            }
        }
    }

    /// The verdict on an association: the plan's, or by the same rules on what EKS has.
    pub(super) async fn associated(
        &self,
        account: &AccountFacts,
        association: &AssociationFacts,
    ) -> Result<Decision, String> {
        let Some(address) = &association.address else {
            return self.judged_association(account, association).await;
        };
        match self.world.findings.get(address) {
            Some(finding) => finding.clone(),
            None => Ok(refuted(Cause::ShadowedByPodIdentity {
                association: association.name.clone(),
            })),
        }
    }

    async fn judged_association(
        &self,
        account: &AccountFacts,
        association: &AssociationFacts,
    ) -> Result<Decision, String> {
        let cluster = account.cluster;
        let cluster = cluster.and_then(|position| self.world.clusters.get(position));
        let arn = cluster.and_then(|cluster| cluster.arn.clone());
        let arn = arn.ok_or("the ARN of the cluster is not known")?;
        let owner = arn.split(':').nth(4).unwrap_or_default();
        let owner: AccountId = owner.parse().map_err(|error| format!("{arn}: {error}"))?;
        let role = self.role(&association.role_arn).await?;
        let target = match &association.target_role_arn {
            Some(target) => Some(self.role(target).await?),
            None => None,
        };
        let asked = Association {
            account: owner,
            cluster_name: Fact::Known(association.cluster_name.clone()),
            cluster_arn: Fact::Known(arn),
            subject: account.subject.clone(),
            role: Fact::Known(association.role_arn.clone()),
            session_tags_disabled: association.without_tags,
            external_id: association
                .external_id
                .clone()
                .map_or(Fact::Unknown, Fact::Known),
            annotation: Fact::Known(annotations(account).role_arn),
        };
        let question = AssociationQuestion {
            association: &asked,
            role: &role,
            target: target.as_ref(),
        };
        Ok(question.decide())
    }
}
