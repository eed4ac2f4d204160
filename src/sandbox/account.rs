//! Whose sandbox it is: the account behind all credentials, and its home region.

use serde_json::Value;

use super::aws::Account;
use super::store::Store;

const COLLECTION: &str = "account";
const HOME: &str = "home";

/// The account of an unseeded sandbox.
pub(super) const DEFAULT_ACCOUNT: &str = "123456789012";
/// The region of an unseeded sandbox.
pub(super) const DEFAULT_REGION: &str = "us-east-1";

/// The account that all credentials belong to, in its home region.
pub(super) fn home(store: &Store) -> Account {
    let stored = store.get(COLLECTION, HOME).cloned();
    let account = stored.and_then(|account| serde_json::from_value(account).ok());
    account.unwrap_or_else(|| of(DEFAULT_ACCOUNT, DEFAULT_REGION, None))
}

pub(super) fn set_home(store: &mut Store, account: &Account) {
    store.put(
        COLLECTION,
        HOME,
        serde_json::to_value(account).unwrap_or(Value::Null),
    );
}

/// The account `id` as seen from `region`, which decides its partition.
pub(super) fn of(id: &str, region: &str, caller_arn: Option<String>) -> Account {
    let partition = partition_of(region);
    Account {
        id: id.to_owned(),
        partition: partition.to_owned(),
        region: region.to_owned(),
        caller_arn: caller_arn.unwrap_or_else(|| format!("arn:{partition}:iam::{id}:user/sandbox")),
        user_id: "AIDASANDBOXSANDBOXSAN".to_owned(),
    }
}

/// The partition of a region, and the suffix of its hosts
/// (<https://docs.aws.amazon.com/general/latest/gr/rande.html>).
pub(super) fn partition_of(region: &str) -> &'static str {
    match region.split('-').next().unwrap_or_default() {
        "cn" => "aws-cn",
        "eusc" => "aws-eusc",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// The DNS suffix of a region's hosts.
pub(super) fn suffix_of(region: &str) -> &'static str {
    match partition_of(region) {
        "aws-cn" => "amazonaws.com.cn",
        "aws-eusc" => "amazonaws.eu",
        _ => "amazonaws.com",
    }
}
