//! Worlds for the tests of kinds that belong to a cluster.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use crate::provider::aws::testing::World;
use crate::sandbox::Seed;
use serde_json::{Value as Json, json};

/// A role of the world.
pub(super) const ROLE: &str = "arn:aws:iam::123456789012:role/app";
/// Another.
pub(super) const OTHER: &str = "arn:aws:iam::123456789012:role/other";

/// A world with two roles and an active cluster `main`; `more` are members of the cluster's seed.
pub(super) async fn with_cluster(more: Json) -> World {
    let role = |name: &str| {
        let statement = json!({ "Effect": "Allow", "Principal": { "Service": "pods.eks.amazonaws.com" }, "Action": ["sts:AssumeRole", "sts:TagSession"] });
        json!({ "RoleName": name, "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [statement] } })
    };
    let mut cluster = json!({ "name": "main" });
    let Json::Object(more) = more else {
        unreachable!("members are an object");
    };
    for (name, value) in more {
        cluster[name.as_str()] = value;
    }
    let seed = json!({ "roles": [role("app"), role("other")], "clusters": [cluster] });
    World::with("{}", Some(Seed::parse(&seed.to_string()).unwrap())).await
}

/// The operations sent so far.
pub(super) fn calls(world: &World) -> Vec<String> {
    world.sent()
}
