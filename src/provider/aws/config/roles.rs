//! Roles to assume: with other credentials, or with a web identity token.

use super::{ConfigError, Sources};
use crate::provider::aws::object::{block, map_of_texts, text, texts};
use crate::value::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// A role to assume before any other call.
#[derive(Clone, Debug, Default)]
pub struct AssumedRole {
    /// Its ARN.
    pub arn: String,
    /// The name of the session.
    pub session_name: Option<String>,
    /// What the role's trust policy asks for as `sts:ExternalId`.
    pub external_id: Option<String>,
    /// A policy that narrows the session, as JSON.
    pub policy: Option<String>,
    /// Managed policies that narrow the session.
    pub policy_arns: Vec<String>,
    /// How long the session lasts.
    pub duration: Option<Duration>,
    /// The identity behind all sessions that follow from this one.
    pub source_identity: Option<String>,
    /// Tags of the session.
    pub tags: BTreeMap<String, String>,
    /// Tags that later sessions keep.
    pub transitive_tag_keys: Vec<String>,
}

/// A role to assume with a token.
#[derive(Clone, Debug)]
pub struct WebIdentity {
    /// The role; of its members only those that a web identity may have.
    pub role: AssumedRole,
    /// The token.
    pub token: IdentityToken,
}

/// Where a token is.
#[derive(Clone)]
pub enum IdentityToken {
    /// The token itself.
    Text(String),
    /// The path of a file that is read whenever credentials are needed.
    File(String),
}

impl fmt::Debug for IdentityToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IdentityToken::Text(_) => f.write_str("Text(…)"),
            IdentityToken::File(path) => write!(f, "File({path})"),
        }
    }
}

/// The `assume_role` blocks, in their order. A block without a role stands for none.
pub(super) fn assumed_roles(config: &Value) -> Result<Vec<AssumedRole>, ConfigError> {
    let blocks = config.get("assume_role").and_then(Value::as_elements);
    let blocks = blocks.into_iter().flatten();
    let roles = blocks.filter_map(|block| {
        let arn = text(block, "role_arn")?;
        Some(role("assume_role", block, arn.to_owned()))
    });
    roles.collect()
}

/// The `assume_role_with_web_identity` block; what it leaves out is taken from the variables that a pod has.
pub(super) fn web_identity(sources: &Sources<'_>) -> Result<Option<WebIdentity>, ConfigError> {
    let name = "assume_role_with_web_identity";
    let Some(block) = block(sources.config, name) else {
        return Ok(None);
    };
    let missing = |what: &str| ConfigError::Invalid(name, format!("set without {what}"));
    let given = |member: &str, variable: &str| {
        let configured = text(block, member).map(str::to_owned);
        configured.or_else(|| sources.variable(&[variable]))
    };
    let arn = given("role_arn", "AWS_ROLE_ARN").ok_or_else(|| missing("`role_arn`"))?;
    let token = match (
        text(block, "web_identity_token"),
        given("web_identity_token_file", "AWS_WEB_IDENTITY_TOKEN_FILE"),
    ) {
        (Some(token), _) => IdentityToken::Text(token.to_owned()),
        (None, Some(file)) => IdentityToken::File(sources.expanded(file)),
        (None, None) => {
            return Err(missing(
                "`web_identity_token` and `web_identity_token_file`; one of them is needed",
            ));
        }
    };
    let mut role = role(name, block, arn)?;
    role.session_name = given("session_name", "AWS_ROLE_SESSION_NAME");
    Ok(Some(WebIdentity { role, token }))
}

fn role(name: &'static str, block: &Value, arn: String) -> Result<AssumedRole, ConfigError> {
    let owned = |member| text(block, member).map(str::to_owned);
    let duration = text(block, "duration").map(|text| {
        crate::provider::aws::eks::duration(text).ok_or_else(|| {
            let problem = format!("set with the duration `{text}`; write it as `15m` or `1h30m`");
            ConfigError::Invalid(name, problem)
        })
    });
    Ok(AssumedRole {
        arn,
        session_name: owned("session_name"),
        external_id: owned("external_id"),
        policy: owned("policy"),
        policy_arns: texts(block, "policy_arns"),
        duration: duration.transpose()?,
        source_identity: owned("source_identity"),
        tags: block.get("tags").map(map_of_texts).unwrap_or_default(),
        transitive_tag_keys: texts(block, "transitive_tag_keys"),
    })
}
