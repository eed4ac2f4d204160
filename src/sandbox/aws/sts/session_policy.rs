//! Session policies: what a request may narrow its session by, of the form that STS demands. Sessions of the sandbox do
//! nothing, so the form is all there is to them.
//!
//! STS API Reference, `AssumeRoleWithWebIdentity`: `Policy` of at most 2,048 characters, `PolicyArns` of at most ten managed
//! policies, which exist in the account of the role or are AWS's own; policy and ARNs together have at most 2,048 characters.

use super::super::iam::{POLICY, check_permissions, is_of_aws};
use super::super::protocol::AwsError;
use super::super::{Call, global_collection};
use crate::policy::RoleArn;

const LONGEST: usize = 2_048;
const MOST: usize = 10;

/// Checks what a request says of them.
pub(super) fn check(call: &Call<'_>, role: &RoleArn) -> Result<(), AwsError> {
    let policy = call.form.get("Policy");
    if let Some(policy) = policy {
        check_policy(policy)?;
    }
    let arns: Vec<String> = (1..)
        .map_while(|index| call.form.get(&format!("PolicyArns.member.{index}.arn")))
        .map(str::to_owned)
        .collect();
    if arns.len() > MOST {
        let text = format!(
            "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to {MOST}"
        );
        return Err(AwsError::new(400, "ValidationError", text));
    }
    for arn in &arns {
        check_managed(call, role, arn)?;
    }
    let together = arns.iter().map(|arn| arn.chars().count()).sum::<usize>()
        + policy.map_or(0, |policy| policy.chars().count());
    if together > LONGEST {
        let text = format!(
            "The session policies have {together} characters, of which {LONGEST} are allowed"
        );
        return Err(AwsError::new(400, "PackedPolicyTooLarge", text));
    }
    Ok(())
}

fn check_policy(policy: &str) -> Result<(), AwsError> {
    let length = policy.chars().count();
    if !(1..=LONGEST).contains(&length) {
        let text = format!(
            "1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length between 1 and {LONGEST}"
        );
        return Err(AwsError::new(400, "ValidationError", text));
    }
    check_permissions(policy)
}

/// A managed policy is AWS's own, or one of the role's account.
fn check_managed(call: &Call<'_>, role: &RoleArn, arn: &str) -> Result<(), AwsError> {
    let own = format!("arn:{}:iam::{}:policy/", role.partition(), role.account());
    let collection = global_collection(role.account().as_str(), POLICY);
    let is_there = match arn.starts_with(&own) {
        true => call.store.get(&collection, arn).is_some(),
        false => is_of_aws(call, arn),
    };
    match is_there {
        true => Ok(()),
        false => Err(AwsError::new(
            400,
            "ValidationError",
            format!(
                "The session policy {arn} is no managed policy of AWS or of account {}",
                role.account()
            ),
        )),
    }
}
