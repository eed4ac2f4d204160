//! STS: who the caller is.

use super::Call;
use super::protocol::{Answer, AwsError, Xml};

pub(super) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

pub(super) fn answer(call: &Call<'_>, operation: &str) -> Answer {
    match operation {
        "GetCallerIdentity" => Ok(Some(vec![
            Xml::text("Arn", &call.account.caller_arn),
            Xml::text("UserId", &call.account.user_id),
            Xml::text("Account", &call.account.id),
        ])),
        other => {
            let text = format!("Could not find operation {other} for version 2011-06-15");
            Err(AwsError::new(400, "InvalidAction", text))
        }
    }
}
