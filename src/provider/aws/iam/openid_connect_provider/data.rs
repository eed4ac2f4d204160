//! `data "aws_iam_openid_connect_provider"`: a provider that exists, by its ARN or its URL.
//!
//! Calls: `GetOpenIDConnectProvider`; by URL also `ListOpenIDConnectProviders`.
//!
//! ```hcl
//! data "aws_iam_openid_connect_provider" "main" {
//!   url = data.aws_eks_cluster.main.identity[0].oidc[0].issuer
//! }
//! ```

use super::{object, operations, schema};
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::object as known_object;
use crate::provider::aws::tags;
use crate::provider::aws::validate::Checks;
use crate::provider::aws::waiting::unseen;
use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError};
use crate::schema::{Problem, Rules, TypeSchema, is_given};
use crate::value::{Known, Value};
use async_trait::async_trait;

pub(super) struct OidcProviderData;

impl ObjectType for OidcProviderData {
    fn name(&self) -> &'static str {
        "aws_iam_openid_connect_provider"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::data()
    }

    fn rules(&self) -> &'static dyn Rules {
        &OidcProviderData
    }
}

impl Rules for OidcProviderData {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks.arn("arn").issuer_url("url");
        let wrong = match (is_given(config, "arn"), is_given(config, "url")) {
            (Some(true), Some(true)) => Some("`arn,url` were specified"),
            (Some(false), Some(false)) => Some("one of `arn,url` must be specified"),
            _ => None,
        };
        if let Some(what) = wrong {
            checks.problem(
                "arn",
                "Invalid combination of arguments".to_owned(),
                format!("\"arn\": only one of `arn,url` can be specified; {what}."),
            );
        }
        checks.found()
    }
}

#[async_trait]
impl DataSource for OidcProviderData {
    async fn read(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        let clients = AwsClients::of(ctx)?;
        let asked = config.text("arn").or_else(|| config.text("url"));
        let asked = asked.unwrap_or_default();
        let none = || ProviderError {
            message: "there is no such provider in the account".to_owned(),
            code: "NoSuchEntity".to_owned(),
            ..unseen(&format!("reading IAM OIDC Provider ({asked})"))
        };
        let arn = match config.text("arn") {
            Some(arn) => arn.to_owned(),
            None => operations::arn_of_url(clients, asked)
                .await?
                .ok_or_else(none)?,
        };
        let live = operations::find(clients, &arn).await?.ok_or_else(none)?;
        let (_, all) = tags::seen(
            object::tags_of(&live),
            None,
            clients.default_tags(),
            clients.ignored_tags(),
        );
        let mut json = object::described(&arn, &live);
        if let Some(members) = json.as_object_mut() {
            members.insert("tags".into(), all);
        }
        known_object(schema::data(), &json)
    }
}
