//! `data "aws_iam_session_context"`: the role behind the ARN of a session, as `aws_caller_identity` gives it.
//!
//! An ARN that is no session of a role is its own issuer, and nobody is asked.
//!
//! Calls: for a session, `GetRole`.
//!
//! ```hcl
//! data "aws_caller_identity" "current" {}
//!
//! data "aws_iam_session_context" "current" {
//!   arn = data.aws_caller_identity.current.arn
//! }
//! ```

#[cfg(test)]
mod tests;

use super::role;
use crate::policy::Arn;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::object;
use crate::provider::aws::validate::Checks;
use crate::provider::aws::waiting::unseen;
use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError};
use crate::schema::{Attribute, Block, Problem, Rules, TypeSchema};
use crate::value::{Known, Type, Value};
use async_trait::async_trait;
use serde_json::json;
use std::sync::LazyLock;

/// The data type, for the registry.
pub static DATA: &dyn DataSource = &SessionContext;

struct SessionContext;
struct SessionContextRules;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let computed = |name, description| Attribute::computed(name, Type::String, description);
    TypeSchema {
        version: 0,
        description: "The role behind the ARN of a session.",
        block: Block {
            attributes: vec![
                Attribute::required(
                    "arn",
                    Type::String,
                    "The ARN of a session, a role or a user.",
                ),
                computed("id", "The ARN that was asked about."),
                computed(
                    "issuer_arn",
                    "The ARN of the session's role; else the ARN itself.",
                ),
                computed(
                    "issuer_id",
                    "The unique id of the session's role; else empty.",
                ),
                computed("issuer_name", "The name of the session's role; else empty."),
                computed(
                    "session_name",
                    "The name of the session; empty where it is none.",
                ),
            ],
            blocks: Vec::new(),
        },
    }
});

impl Rules for SessionContextRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks.arn("arn");
        checks.found()
    }
}

impl ObjectType for SessionContext {
    fn name(&self) -> &'static str {
        "aws_iam_session_context"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &SessionContextRules
    }
}

#[async_trait]
impl DataSource for SessionContext {
    async fn read(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        let arn = config.text("arn").unwrap_or_default();
        let Some((name, session)) = session_of(arn) else {
            let json = json!({
                "arn": arn, "id": arn, "issuer_arn": arn, "issuer_id": "", "issuer_name": "", "session_name": "",
            });
            return object(&SCHEMA, &json);
        };
        let found = role::find(AwsClients::of(ctx)?, name).await?;
        let role = found.ok_or_else(|| ProviderError {
            message: format!("there is no role of the name {name}"),
            code: "NoSuchEntity".to_owned(),
            ..unseen(&format!("reading the IAM Role of the session {arn}"))
        })?;
        let json = json!({
            "arn": arn,
            "id": arn,
            "issuer_arn": role.arn,
            "issuer_id": role.role_id,
            "issuer_name": name,
            "session_name": session,
        });
        object(&SCHEMA, &json)
    }
}

/// Role and session in `arn:…:sts::…:assumed-role/ROLE/SESSION`; sessions have two characters at least.
fn session_of(arn: &str) -> Option<(&str, &str)> {
    arn.parse::<Arn>().ok()?;
    let mut parts = arn.splitn(6, ':').skip(2);
    if parts.next() != Some("sts") {
        return None;
    }
    let resource = parts.nth(2)?.strip_prefix("assumed-role/")?;
    let (role, session) = resource.rsplit_once('/')?;
    let role = role.rsplit('/').next().unwrap_or(role);
    (!role.is_empty() && session.chars().count() >= 2).then_some((role, session))
}
