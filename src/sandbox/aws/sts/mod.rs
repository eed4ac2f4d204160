//! STS: who the caller is, and sessions for the bearers of a cluster's tokens.

mod jwt;
pub(in crate::sandbox) mod keys;
mod session_policy;
#[cfg(test)]
mod tests;
mod web_identity;

use super::Call;
use super::protocol::{Answer, AwsError, Xml};

pub(super) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

pub(super) fn answer(call: &mut Call<'_>, operation: &str) -> Answer {
    match operation {
        "GetCallerIdentity" => Ok(Some(vec![
            Xml::text("Arn", &call.account.caller_arn),
            Xml::text("UserId", &call.account.user_id),
            Xml::text("Account", &call.account.id),
        ])),
        "AssumeRoleWithWebIdentity" => web_identity::assume_role(call),
        other => {
            let text = format!("Could not find operation {other} for version 2011-06-15");
            Err(AwsError::new(400, "InvalidAction", text))
        }
    }
}
