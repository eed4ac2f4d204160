//! What IAM demands of policy documents before it stores them, and how it measures them.

use serde_json::{Map, Value};

use crate::policy::{PolicyDocument, PolicyError, ProblemKind};

use super::super::Call;
use super::super::checks::Checks;
use super::super::protocol::AwsError;
use super::role;

/// Checks a trust policy; returns the ARNs of the AWS roles and users it names.
pub(super) fn check_trust(text: &str) -> Result<Vec<String>, AwsError> {
    check_text("assumeRolePolicyDocument", text)?;
    let statements = statements_of(text, "This policy contains invalid Json")?;
    let mut principals = Vec::new();
    for statement in &statements {
        for field in ["Resource", "NotResource", "NotPrincipal"] {
            if statement.contains_key(field) {
                return Err(malformed(format!("Has prohibited field {field}")));
            }
        }
        check_effect(statement)?;
        let principal = statement
            .get("Principal")
            .ok_or_else(|| malformed("Missing required field Principal"))?;
        principals.extend(check_principal(principal)?);
        check_trust_actions(statement)?;
    }
    PolicyDocument::parse_trust(text).map_err(|error| grammar(&error))?;
    Ok(principals)
}

/// Checks a policy that grants permissions: an inline or a managed one.
pub(in crate::sandbox) fn check_permissions(text: &str) -> Result<(), AwsError> {
    check_text("policyDocument", text)?;
    let statements = statements_of(text, "Syntax errors in policy.")?;
    for statement in &statements {
        if statement.contains_key("Principal") || statement.contains_key("NotPrincipal") {
            return Err(malformed("Policy document should not specify a principal."));
        }
        check_effect(statement)?;
        let actions = one_of(statement, "Action", "NotAction")
            .ok_or_else(|| malformed("Policy statement must contain actions."))?;
        if !actions.iter().all(|action| {
            *action == "*"
                || action
                    .split_once(':')
                    .is_some_and(|(vendor, name)| !vendor.is_empty() && !name.is_empty())
        }) {
            return Err(malformed(
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            ));
        }
        let resources = one_of(statement, "Resource", "NotResource")
            .ok_or_else(|| malformed("Policy statement must contain resources."))?;
        if let Some(resource) = resources
            .iter()
            .find(|resource| **resource != "*" && !is_arn_like(resource))
        {
            return Err(malformed(format!(
                "Resource {resource} must be in ARN format or \"*\"."
            )));
        }
    }
    PolicyDocument::parse_identity(text).map_err(|error| grammar(&error))?;
    Ok(())
}

/// The unique id behind the ARN of a role or user in a trust policy; nothing for those of other accounts.
///
/// A role of this account must exist: IAM refuses the policy otherwise. Other accounts are outside the sandbox.
pub(super) fn principal_id(call: &Call<'_>, arn: &str) -> Result<Option<String>, AwsError> {
    let mine = format!(
        "arn:{}:iam::{}:role/",
        call.account.partition, call.account.id
    );
    let Some(path_and_name) = arn.strip_prefix(&mine) else {
        return Ok(None);
    };
    let name = path_and_name.rsplit('/').next().unwrap_or_default();
    let found = role::find(call, name).filter(|role| role.arn == arn);
    let visible = found.filter(|role| role::is_visible(call, role));
    visible
        .map(|role| Some(role.unique_id))
        .ok_or_else(|| invalid_principal("AWS", arn))
}

/// 131,072 characters at most, all of them Latin-1 without control characters.
fn check_text(member: &str, text: &str) -> Result<(), AwsError> {
    let pattern = "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+";
    let mut checks = Checks::default();
    checks.length(member, text, 1, 131_072);
    checks.characters(member, text, pattern, |character| {
        matches!(character, '\t' | '\n' | '\r' | '\x20'..='\u{ff}')
    });
    checks.finish("ValidationError")
}

fn statements_of(text: &str, not_json: &str) -> Result<Vec<Map<String, Value>>, AwsError> {
    let document: Value = serde_json::from_str(text).map_err(|_| malformed(not_json))?;
    let document = document.as_object().ok_or_else(|| malformed(not_json))?;
    if let Some(unknown) = document
        .keys()
        .find(|key| !["Version", "Id", "Statement"].contains(&key.as_str()))
    {
        return Err(malformed(format!("Has prohibited field {unknown}")));
    }
    let version = document
        .get("Version")
        .map(|version| version.as_str().unwrap_or_default());
    if version.is_some_and(|version| !["2012-10-17", "2008-10-17"].contains(&version)) {
        return Err(malformed("The policy must contain a valid version string"));
    }
    let statements = match document.get("Statement") {
        Some(Value::Array(items)) => items.iter().map(|item| item.as_object().cloned()).collect(),
        Some(Value::Object(one)) => Some(vec![one.clone()]),
        _ => None,
    };
    let statements: Vec<Map<String, Value>> =
        statements.ok_or_else(|| malformed("Syntax errors in policy."))?;
    if statements.is_empty() {
        return Err(malformed("Missing required field Statement"));
    }
    check_fields(&statements)?;
    Ok(statements)
}

fn check_fields(statements: &[Map<String, Value>]) -> Result<(), AwsError> {
    const KNOWN: [&str; 9] = [
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    ];
    let mut sids = Vec::new();
    for statement in statements {
        if let Some(unknown) = statement.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            return Err(malformed(format!("Has prohibited field {unknown}")));
        }
        if statement
            .get("Condition")
            .is_some_and(|condition| !is_condition(condition))
        {
            return Err(malformed("Syntax errors in policy."));
        }
        let sid = statement
            .get("Sid")
            .and_then(Value::as_str)
            .filter(|sid| !sid.is_empty());
        sids.extend(sid);
    }
    let count = sids.len();
    sids.sort_unstable();
    sids.dedup();
    if sids.len() < count {
        return Err(malformed(
            "Statement IDs (SID) in a single policy must be unique.",
        ));
    }
    Ok(())
}

/// An object of operators, each an object of keys.
fn is_condition(condition: &Value) -> bool {
    let operators = condition.as_object();
    operators.is_some_and(|operators| operators.values().all(Value::is_object))
}

fn check_effect(statement: &Map<String, Value>) -> Result<(), AwsError> {
    match statement.get("Effect").and_then(Value::as_str) {
        Some("Allow" | "Deny") => Ok(()),
        Some(other) => Err(malformed(format!("Invalid effect: {other}"))),
        None => Err(malformed("Missing required field Effect")),
    }
}

fn check_trust_actions(statement: &Map<String, Value>) -> Result<(), AwsError> {
    let actions = one_of(statement, "Action", "NotAction")
        .ok_or_else(|| malformed("Missing required field Action"))?;
    if actions
        .iter()
        .all(|action| action.to_ascii_lowercase().starts_with("sts:"))
    {
        return Ok(());
    }
    Err(malformed(
        "AssumeRole policy may only specify STS AssumeRole actions.",
    ))
}

/// Checks the principals of a trust statement; returns the ARNs of roles and users.
fn check_principal(principal: &Value) -> Result<Vec<String>, AwsError> {
    if principal.as_str() == Some("*") {
        return Ok(Vec::new());
    }
    let kinds = principal.as_object().filter(|kinds| !kinds.is_empty());
    let kinds = kinds.ok_or_else(|| malformed("Invalid principal in policy"))?;
    let mut arns = Vec::new();
    for (kind, names) in kinds {
        let names = texts(names).filter(|names| !names.is_empty());
        for name in names.ok_or_else(|| malformed("Invalid principal in policy"))? {
            if check_named_principal(kind, name)? {
                arns.push(name.to_owned());
            }
        }
    }
    Ok(arns)
}

/// Whether the principal is an AWS role or user, whose existence remains to be checked.
fn check_named_principal(kind: &str, name: &str) -> Result<bool, AwsError> {
    match kind {
        "Federated" if is_provider_arn(name) || is_domain(name) => Ok(false),
        "Federated" => Err(malformed(
            "Federated principals must be valid domain names or SAML metadata ARNs",
        )),
        "Service" if is_domain(name) => Ok(false),
        "Service" => Err(invalid_principal("SERVICE", name)),
        "CanonicalUser" => Ok(false),
        "AWS" if name == "*" || is_account(name) || is_unique_id(name) => Ok(false),
        "AWS" => check_arn_principal(name),
        other => Err(malformed(format!("Invalid principal in policy: {other}"))),
    }
}

fn check_arn_principal(arn: &str) -> Result<bool, AwsError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [scheme, partition, service, "", account, resource] = parts.as_slice() else {
        return Err(invalid_principal("AWS", arn));
    };
    let known = matches!(*service, "iam" | "sts")
        && *scheme == "arn"
        && partition.starts_with("aws")
        && is_account(account);
    let kind = resource.split('/').next().unwrap_or_default();
    match kind {
        "root" if known => Ok(false),
        "role" | "user" | "assumed-role" | "federated-user"
            if known && resource.len() > kind.len() + 1 =>
        {
            Ok(true)
        }
        _ => Err(invalid_principal("AWS", arn)),
    }
}

fn is_provider_arn(name: &str) -> bool {
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    let [scheme, partition, service, "", account, resource] = parts.as_slice() else {
        return false;
    };
    let kind = resource
        .split_once('/')
        .filter(|(_, url)| !url.is_empty())
        .map(|(kind, _)| kind);
    *scheme == "arn"
        && partition.starts_with("aws")
        && *service == "iam"
        && is_account(account)
        && matches!(kind, Some("oidc-provider" | "saml-provider"))
}

fn is_domain(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || character == '-')
    };
    name.contains('.') && name.split('.').all(label)
}

fn is_account(name: &str) -> bool {
    name.len() == 12 && name.chars().all(|character| character.is_ascii_digit())
}

fn is_unique_id(name: &str) -> bool {
    name.len() >= 16 && (name.starts_with("AROA") || name.starts_with("AIDA"))
}

fn is_arn_like(resource: &str) -> bool {
    resource.starts_with("arn:") && resource.split(':').count() >= 6
}

/// The texts of one of two fields of which exactly one must be there.
fn one_of<'a>(
    statement: &'a Map<String, Value>,
    field: &str,
    negated: &str,
) -> Option<Vec<&'a str>> {
    match (statement.get(field), statement.get(negated)) {
        (Some(value), None) | (None, Some(value)) => texts(value).filter(|texts| !texts.is_empty()),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// A text, or a list of texts.
fn texts(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(text) => Some(vec![text]),
        Value::Array(items) => items.iter().map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

fn invalid_principal(kind: &str, name: &str) -> AwsError {
    malformed(format!(
        "Invalid principal in policy: \"{kind}\":\"{name}\""
    ))
}

/// What the checks above let pass and the grammar does not.
fn grammar(error: &PolicyError) -> AwsError {
    for problem in &error.problems {
        if let ProblemKind::UnknownOperator(name) = &problem.kind {
            return malformed(format!("Invalid Condition type : {name}"));
        }
    }
    malformed("Syntax errors in policy.")
}

fn malformed(text: impl Into<String>) -> AwsError {
    AwsError::new(400, "MalformedPolicyDocument", text)
}
