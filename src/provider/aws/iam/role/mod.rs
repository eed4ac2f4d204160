//! `aws_iam_role`: an IAM role and its trust policy.
//!
//! What the role is granted is best said by `aws_iam_role_policy` and `aws_iam_role_policy_attachment`. The deprecated
//! `inline_policy` and `managed_policy_arns` say all of it: what they leave out is removed from the role. Where they are not
//! written, the role's policies are left alone; one empty `inline_policy {}` or `managed_policy_arns = []` says that there are none.
//!
//! Calls: `CreateRole`, `GetRole`, `UpdateRole`, `UpdateAssumeRolePolicy`, `Put`/`DeleteRolePermissionsBoundary`,
//! `Tag`/`UntagRole`, `DeleteRole`; to delete always `ListInstanceProfilesForRole` and `RemoveRoleFromInstanceProfile`;
//! with the deprecated arguments, to import, and to delete with `force_detach_policies` also `ListAttachedRolePolicies`,
//! `Attach`/`DetachRolePolicy`, `ListRolePolicies`, `Get`/`Put`/`DeleteRolePolicy`.
//!
//! Import: the name, as `app`.
//!
//! ```hcl
//! resource "aws_iam_role" "app" {
//!   name               = "app"
//!   assume_role_policy = data.aws_iam_policy_document.trust.json
//! }
//! ```

mod data;
mod inline;
mod object;
mod operations;
mod permissions;
mod rules;
mod schema;
#[cfg(test)]
mod tests;

use crate::provider::{
    DataSource, ObjectType, Outcome, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::schema::{Identity, Rules, TypeSchema};
use crate::value::Value;
use async_trait::async_trait;

/// The resource type, for the registry.
pub static KIND: &dyn ResourceKind = &Role;
/// The data type, for the registry.
pub static DATA: &dyn DataSource = &data::RoleData;

pub(super) use operations::find;

struct Role;

impl ObjectType for Role {
    fn name(&self) -> &'static str {
        "aws_iam_role"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::resource()
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::RoleRules
    }
}

#[async_trait]
impl ResourceKind for Role {
    async fn read(
        &self,
        ctx: &ProviderContext,
        recorded: &Recorded,
    ) -> Result<Option<Recorded>, ProviderError> {
        operations::read(ctx, recorded).await
    }

    async fn find(
        &self,
        ctx: &ProviderContext,
        identity: &Identity,
    ) -> Result<Option<Recorded>, ProviderError> {
        operations::import(ctx, &identity.0).await
    }

    async fn create(&self, ctx: &ProviderContext, planned: &Value) -> Outcome {
        operations::create(ctx, planned).await
    }

    async fn update(&self, ctx: &ProviderContext, prior: &Recorded, planned: &Value) -> Outcome {
        operations::update(ctx, prior, planned).await
    }

    async fn delete(&self, ctx: &ProviderContext, prior: &Recorded) -> Result<(), ProviderError> {
        operations::delete(ctx, &prior.object).await
    }
}
