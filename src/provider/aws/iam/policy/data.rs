//! `data "aws_iam_policy"`: a managed policy that exists, by its ARN, or by its name and the beginning of its path.
//!
//! Exactly one policy has to match, of those of the account and those of AWS.
//!
//! Calls: `GetPolicy`, `GetPolicyVersion`; by name also `ListPolicies`.
//!
//! ```hcl
//! data "aws_iam_policy" "read" {
//!   name = "read"
//! }
//! ```

use super::{object, operations, schema};
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::object as known_object;
use crate::provider::aws::tags;
use crate::provider::aws::validate::Checks;
use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError, ProviderErrorKind};
use crate::schema::{Problem, Rules, TypeSchema};
use crate::value::{Known, Value};
use async_trait::async_trait;

pub(super) struct PolicyData;
struct PolicyDataRules;

impl Rules for PolicyDataRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks
            .arn("arn")
            .conflict("arn", "name")
            .conflict("arn", "path_prefix");
        checks.found()
    }
}

impl ObjectType for PolicyData {
    fn name(&self) -> &'static str {
        "aws_iam_policy"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::data()
    }

    fn rules(&self) -> &'static dyn Rules {
        &PolicyDataRules
    }
}

#[async_trait]
impl DataSource for PolicyData {
    async fn read(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        let clients = AwsClients::of(ctx)?;
        let prefix = config.text("path_prefix").filter(|path| !path.is_empty());
        let arn = match config.text("arn").filter(|arn| !arn.is_empty()) {
            Some(arn) => arn.to_owned(),
            None => named(clients, config.text("name"), prefix).await?,
        };
        let found = operations::find(clients, &arn).await?;
        let (policy, document) = found.ok_or_else(|| {
            let message = format!("there is no policy of the ARN {arn}");
            refusal(ProviderErrorKind::NotFound, message)
        })?;
        let (_, all) = tags::seen(
            object::tags_of(&policy),
            None,
            clients.default_tags(),
            clients.ignored_tags(),
        );
        let mut json = object::described(&policy, &document);
        if let Some(members) = json.as_object_mut() {
            members.insert("path_prefix".into(), prefix.into());
            members.insert("tags".into(), all);
        }
        known_object(schema::data(), &json)
    }
}

/// The ARN of the one policy of a name under a path.
async fn named(
    clients: &AwsClients,
    name: Option<&str>,
    prefix: Option<&str>,
) -> Result<String, ProviderError> {
    let doing = "reading IAM Policies";
    let name = name.filter(|name| !name.is_empty());
    let mut listed = clients
        .iam()
        .list_policies()
        .set_path_prefix(prefix.map(str::to_owned))
        .max_items(1_000)
        .into_paginator()
        .items()
        .send();
    let mut arns = Vec::new();
    while let Some(policy) = listed.next().await {
        let policy = policy.map_err(|error| failure(doing, error))?;
        if name.is_none_or(|name| policy.policy_name() == Some(name)) {
            arns.extend(policy.arn);
        }
    }
    match arns.as_slice() {
        [arn] => Ok(arn.clone()),
        [] => Err(refusal(
            ProviderErrorKind::NotFound,
            format!("there is no policy{}", asked(name, prefix)),
        )),
        several => Err(refusal(
            ProviderErrorKind::InvalidInput,
            format!(
                "{} policies match, where there has to be one{}; give its `arn`",
                several.len(),
                asked(name, prefix)
            ),
        )),
    }
}

fn asked(name: Option<&str>, prefix: Option<&str>) -> String {
    let name = name.map(|name| format!(" of the name {name}"));
    let prefix = prefix.map(|prefix| format!(" in a path that begins with {prefix}"));
    format!("{}{}", name.unwrap_or_default(), prefix.unwrap_or_default())
}

fn refusal(kind: ProviderErrorKind, message: String) -> ProviderError {
    ProviderError {
        kind,
        doing: "reading IAM Policy".to_owned(),
        code: String::new(),
        message,
        request_id: String::new(),
    }
}
