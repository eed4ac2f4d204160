//! `data "aws_iam_policy_document"`: a policy document as JSON, computed without any call.
//!
//! It renders as version 6 of Terraform's AWS provider does: members in the order of the policy grammar, one-element
//! lists as single values, other lists in descending order (condition values in their own), no `Sid` where none is
//! given (provider 5.0.0, "Don't add empty `statement.sid` values").
//!
//! ```hcl
//! data "aws_iam_policy_document" "trust" {
//!   statement {
//!     actions = ["sts:AssumeRole"]
//!     principals {
//!       type        = "Service"
//!       identifiers = ["eks.amazonaws.com"]
//!     }
//!   }
//! }
//! ```

mod document;
mod json;
mod rules;
mod schema;
mod set_order;
#[cfg(test)]
mod tests;

use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError};
use crate::schema::{Facts, Rules, TypeSchema};
use crate::value::Known;
use async_trait::async_trait;

/// The data type, for the registry.
pub static DATA: &dyn DataSource = &PolicyDocumentData;

struct PolicyDocumentData;

impl ObjectType for PolicyDocumentData {
    fn name(&self) -> &'static str {
        "aws_iam_policy_document"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::schema()
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::PolicyDocumentRules
    }
}

#[async_trait]
impl DataSource for PolicyDocumentData {
    async fn read(&self, _: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        let doing = "writing IAM Policy Document";
        let computed = rules::PolicyDocumentRules.compute(config.value(), &Facts::default());
        match computed {
            Some(Ok(value)) => Known::new(&value)
                .map_err(|error| ProviderError::internal(doing, &error.to_string())),
            Some(Err(problem)) => Err(ProviderError::internal(doing, &problem.summary)),
            None => Err(ProviderError::internal(doing, "an argument is unknown")),
        }
    }
}
