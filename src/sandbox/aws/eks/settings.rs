//! What a cluster may be made or changed to: the constraints of its settings.

use serde_json::{Map, Value};

use super::super::protocol::AwsError;
use super::super::{Call, iam};
use super::{invalid_parameter, invalid_request};

/// Minor versions of Kubernetes 1 that a new cluster may have.
pub(super) const MINORS: std::ops::RangeInclusive<u64> = 30..=35;
/// The minor version of a cluster made without one.
pub(super) const DEFAULT_MINOR: u64 = 35;

/// The types of control plane logs.
pub(super) const LOG_TYPES: [&str; 5] = [
    "api",
    "audit",
    "authenticator",
    "controllerManager",
    "scheduler",
];

/// 1 to 100 letters, digits, `-` and `_`, beginning with a letter or digit.
pub(super) fn check_name(name: &str) -> Result<(), AwsError> {
    let good = name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.len() <= 100
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "-_".contains(character));
    if good {
        return Ok(());
    }
    Err(invalid_parameter(format!(
        "The cluster name {name} is not valid: it must match ^[0-9A-Za-z][A-Za-z0-9\\-_]* and have at most 100 characters"
    )))
}

/// The minor of a version `1.N`.
pub(super) fn minor_of(version: &str) -> Option<u64> {
    version
        .strip_prefix("1.")
        .and_then(|minor| minor.parse().ok())
}

/// The cluster's role must exist, trust EKS, and grant something. New roles need a while for that.
pub(super) fn check_role(call: &Call<'_>, arn: &str) -> Result<(), AwsError> {
    let mine = format!(
        "arn:{}:iam::{}:role/",
        call.account.partition, call.account.id
    );
    if !arn.starts_with(&mine) {
        return Err(AwsError::new(
            403,
            "AccessDeniedException",
            "Cross-account pass role is not allowed.",
        ));
    }
    let role = iam::visible_role(call, arn);
    let role = role.ok_or_else(|| invalid_parameter(format!("Role with arn: {arn}, could not be assumed because it does not exist or the trusted entity is not correct")))?;
    if !trusts_eks(&role.assume_role_policy_document) {
        return Err(invalid_parameter(
            "Role could not be assumed because the trusted entity is not correct",
        ));
    }
    if role.attached_policies.is_empty() && role.inline_policies.is_empty() {
        let policy = format!(
            "arn:{}:iam::aws:policy/AmazonEKSClusterPolicy",
            call.account.partition
        );
        return Err(invalid_parameter(format!(
            "The provided role doesn't have the Amazon EKS Managed Policies associated with it. Please ensure the following policy is attached: {policy}"
        )));
    }
    Ok(())
}

/// Subnets, security groups and endpoints; `current` fills in what a change leaves out.
pub(super) fn check_network(
    network: &Map<String, Value>,
    current: Option<&Map<String, Value>>,
) -> Result<(), AwsError> {
    if let Some(subnets) = network.get("subnetIds").and_then(Value::as_array) {
        check_ids(subnets, "subnet-")?;
        if subnets.len() < 2 {
            return Err(invalid_parameter(
                "Subnets specified must be in at least two different AZs",
            ));
        }
    }
    if let Some(groups) = network.get("securityGroupIds").and_then(Value::as_array) {
        check_ids(groups, "sg-")?;
        if groups.len() > 5 {
            return Err(invalid_parameter(
                "You can only specify up to 5 security groups",
            ));
        }
    }
    let flag = |name: &str, default: bool| {
        let value = network
            .get(name)
            .or_else(|| current.and_then(|current| current.get(name)));
        value.and_then(Value::as_bool).unwrap_or(default)
    };
    if !flag("endpointPublicAccess", true) && !flag("endpointPrivateAccess", false) {
        return Err(invalid_parameter(
            "Private and public endpoint access cannot be false",
        ));
    }
    Ok(())
}

/// The types of control plane logs.
pub(super) fn check_logging(logging: &Value) -> Result<(), AwsError> {
    let setups = logging.get("clusterLogging").and_then(Value::as_array);
    let types = setups
        .into_iter()
        .flatten()
        .filter_map(|setup| setup.get("types")?.as_array())
        .flatten();
    for kind in types {
        if !kind.as_str().is_some_and(|kind| LOG_TYPES.contains(&kind)) {
            return Err(invalid_parameter(format!("Unsupported log type: {kind}")));
        }
    }
    Ok(())
}

/// The authentication mode, and whether the creator becomes an administrator.
pub(super) fn check_access(access: &Map<String, Value>) -> Result<(), AwsError> {
    let mode = access.get("authenticationMode").and_then(Value::as_str);
    let mode = mode.unwrap_or("CONFIG_MAP");
    if !["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"].contains(&mode) {
        return Err(invalid_parameter(format!(
            "Unsupported authentication mode: {mode}"
        )));
    }
    let bootstrap = access.get("bootstrapClusterCreatorAdminPermissions");
    if mode == "CONFIG_MAP" && bootstrap == Some(&Value::Bool(false)) {
        return Err(invalid_parameter(
            "bootstrapClusterCreatorAdminPermissions must be true if cluster authentication mode is set to CONFIG_MAP",
        ));
    }
    Ok(())
}

/// One configuration at most, for secrets, with a key.
pub(super) fn check_encryption(encryption: &Value) -> Result<(), AwsError> {
    let Some([one]) = encryption.as_array().map(Vec::as_slice) else {
        return Err(invalid_parameter("Only one encryption config is supported"));
    };
    let secrets = one
        .get("resources")
        .is_some_and(|resources| *resources == serde_json::json!(["secrets"]));
    let key = one
        .pointer("/provider/keyArn")
        .and_then(Value::as_str)
        .is_some_and(|arn| arn.starts_with("arn:"));
    if secrets && key {
        return Ok(());
    }
    Err(invalid_parameter(
        "The encryption config must have resources [secrets] and the ARN of a KMS key",
    ))
}

/// 50 tags at most, keys of 1 to 128 characters that do not begin with `aws:`, values of 256 at most.
pub(super) fn check_tags(tags: &Map<String, Value>) -> Result<(), AwsError> {
    if tags.len() > 50 {
        return Err(invalid_parameter("Too many tags: a resource can have 50"));
    }
    for (key, value) in tags {
        let good = (1..=128).contains(&key.chars().count())
            && value
                .as_str()
                .is_some_and(|value| value.chars().count() <= 256);
        if !good {
            return Err(invalid_parameter(format!("The tag {key} is not valid")));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid_request(
                "Caller is attempting to use a reserved tag prefix: aws:",
            ));
        }
    }
    Ok(())
}

fn check_ids(ids: &[Value], prefix: &str) -> Result<(), AwsError> {
    for id in ids {
        if !id.as_str().is_some_and(|id| id.starts_with(prefix)) {
            let kind = if prefix == "sg-" {
                "security group"
            } else {
                "subnet"
            };
            return Err(invalid_parameter(format!(
                "The {kind} ID {id} does not exist"
            )));
        }
    }
    Ok(())
}

/// Whether some statement lets the service `eks.amazonaws.com` assume the role.
fn trusts_eks(trust: &str) -> bool {
    let document: Value = serde_json::from_str(trust).unwrap_or_default();
    let statements = document.get("Statement").cloned().unwrap_or_default();
    let statements = statements
        .as_array()
        .cloned()
        .unwrap_or_else(|| vec![statements]);
    let allows = |statement: &Value| {
        let service = statement.pointer("/Principal/Service");
        let named = |value: &Value| value.as_str() == Some("eks.amazonaws.com");
        let trusted = service.is_some_and(|service| {
            named(service)
                || service
                    .as_array()
                    .is_some_and(|list| list.iter().any(named))
        });
        trusted && statement.get("Effect").and_then(Value::as_str) == Some("Allow")
    };
    statements.iter().any(allows)
}
