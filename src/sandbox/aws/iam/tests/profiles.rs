//! Instance profiles, roles of services, and listings of managed policies: their lives and what is refused.

use aws_sdk_iam::Client;
use aws_sdk_iam::types::DeletionTaskStatusType as Status;
use serde_json::json;
use std::time::Duration;

use super::{GRANT, TRUST, role};
use crate::sandbox::aws::tests::{config, empty, query, run};
use crate::sandbox::{Sandbox, Seed};

const SPOT: &str = "AWSServiceRoleForEC2Spot";

fn profile<'a>(action: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut request = vec![("Action", action), ("InstanceProfileName", "node")];
    request.extend(more);
    request
}

fn service<'a>(action: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut request = vec![("Action", action)];
    request.extend(more);
    request
}

/// Sends requests one after the other; each must end as told.
fn ends(sandbox: &Sandbox, requests: &[(Vec<(&str, &str)>, &str)]) {
    for (request, expected) in requests {
        let end = query(sandbox, request);
        assert!(end.starts_with(expected), "{request:?}\n  ended {end}");
    }
}

#[test]
fn a_profile_has_one_role_and_keeps_it_from_being_deleted() {
    let sandbox = empty();
    let app = [("RoleName", "app")];
    let other = [("RoleName", "other")];
    let first =
        "409 DeleteConflict Cannot delete entity, must remove roles from instance profile first.";
    ends(
        &sandbox,
        &[
            (role("app"), "200"),
            (role("other"), "200"),
            (profile("CreateInstanceProfile", &[]), "200"),
            (
                profile("CreateInstanceProfile", &[]),
                "409 EntityAlreadyExists Instance Profile node already exists.",
            ),
            (
                profile("AddRoleToInstanceProfile", &[("RoleName", "none")]),
                "404 NoSuchEntity The role with name none cannot be found.",
            ),
            (profile("AddRoleToInstanceProfile", &app), "200"),
            (
                profile("AddRoleToInstanceProfile", &other),
                "409 LimitExceeded Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
            ),
            (vec![("Action", "DeleteRole"), ("RoleName", "app")], first),
            (profile("DeleteInstanceProfile", &[]), first),
            (
                profile("RemoveRoleFromInstanceProfile", &other),
                "404 NoSuchEntity",
            ),
            (profile("RemoveRoleFromInstanceProfile", &app), "200"),
            (profile("DeleteInstanceProfile", &[]), "200"),
            (
                profile("GetInstanceProfile", &[]),
                "404 NoSuchEntity Instance Profile node cannot be found.",
            ),
        ],
    );
}

#[test]
fn the_profiles_of_a_role_are_listed() {
    run(async {
        let seed = json!({
            "roles": [{ "RoleName": "App", "AssumeRolePolicyDocument": TRUST }],
            "instance_profiles": [
                { "InstanceProfileName": "Node", "Path": "/nodes/", "Roles": ["App"], "Tags": { "a": "1" } },
                { "InstanceProfileName": "bare" },
            ],
        });
        let seed = Seed::parse(&seed.to_string()).unwrap();
        let sandbox = Sandbox::in_memory(Some(seed)).unwrap();
        let client = Client::new(&config(&sandbox));
        let listed = client
            .list_instance_profiles_for_role()
            .role_name("app")
            .send()
            .await
            .unwrap();
        let [node] = listed.instance_profiles() else {
            panic!("{listed:?}");
        };
        assert_eq!(
            node.arn(),
            "arn:aws:iam::123456789012:instance-profile/nodes/Node"
        );
        assert_eq!(node.roles()[0].role_name(), "App");
        let all = client
            .list_instance_profiles()
            .path_prefix("/nodes/")
            .send()
            .await
            .unwrap();
        assert_eq!(all.instance_profiles().len(), 1);
        let details = client.get_account_authorization_details();
        let details = details.send().await.unwrap();
        let role = &details.role_detail_list()[0];
        assert_eq!(
            role.instance_profile_list()[0].instance_profile_name(),
            "Node"
        );
        let shown = sandbox.inspect("iam/instance-profile").unwrap();
        let shown: Vec<&str> = shown.iter().map(|(address, _)| address.as_str()).collect();
        assert_eq!(
            shown,
            ["iam/instance-profile/bare", "iam/instance-profile/Node"]
        );
    });
}

#[test]
fn the_role_of_a_service_is_out_of_reach() {
    let sandbox = empty();
    let spot = [("AWSServiceName", "spot.amazonaws.com")];
    let named = [("RoleName", SPOT)];
    let protected = "400 UnmodifiableEntity Cannot perform the operation on the protected role ";
    let attach = [
        ("RoleName", SPOT),
        ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
    ];
    let put = [
        ("RoleName", SPOT),
        ("PolicyName", "a"),
        ("PolicyDocument", GRANT),
    ];
    ends(
        &sandbox,
        &[
            (service("CreateServiceLinkedRole", &spot), "200"),
            (
                service("CreateServiceLinkedRole", &spot),
                "400 InvalidInput Service role name AWSServiceRoleForEC2Spot has been taken in this account, please try a different suffix.",
            ),
            (
                service(
                    "CreateServiceLinkedRole",
                    &[spot[0], ("CustomSuffix", "blue")],
                ),
                "400 InvalidInput Custom suffix is not allowed for spot.amazonaws.com",
            ),
            (
                service("CreateServiceLinkedRole", &[("AWSServiceName", "spot")]),
                "400 ValidationError",
            ),
            (service("DeleteRole", &named), protected),
            (service("AttachRolePolicy", &attach), protected),
            (service("PutRolePolicy", &put), protected),
            (
                service("UpdateRole", &[named[0], ("Description", "new")]),
                "200",
            ),
            (role("app"), "200"),
            (
                service("DeleteServiceLinkedRole", &[("RoleName", "app")]),
                "404 NoSuchEntity",
            ),
        ],
    );
}

#[test]
fn deleting_the_role_of_a_service_takes_its_time() {
    run(async {
        let sandbox = empty();
        let client = Client::new(&config(&sandbox));
        let create = client.create_service_linked_role();
        let create = create.aws_service_name("spot.amazonaws.com");
        let role = create.send().await.unwrap().role.unwrap();
        assert_eq!(
            role.arn(),
            format!("arn:aws:iam::123456789012:role/aws-service-role/spot.amazonaws.com/{SPOT}")
        );
        let delete = || async {
            let delete = client.delete_service_linked_role().role_name(SPOT);
            delete.send().await.unwrap().deletion_task_id
        };
        let task = delete().await;
        assert_eq!(delete().await, task, "the same task while it is under way");
        let status = || async {
            let status = client.get_service_linked_role_deletion_status();
            let status = status.deletion_task_id(&task).send().await.unwrap();
            status.status().clone()
        };
        assert_eq!(status().await, Status::InProgress);
        sandbox.sleep(Duration::from_secs(10)).unwrap();
        assert_eq!(status().await, Status::Succeeded);
        assert!(sandbox.inspect("iam/role").unwrap().is_empty());
    });
}

#[test]
fn policies_are_listed_by_scope_and_path_and_say_who_has_them() {
    run(async {
        let seed = json!({
            "policies": [
                { "Arn": "arn:aws:iam::123456789012:policy/irsa/read", "PolicyDocument": GRANT },
                { "PolicyName": "write", "Versions": { "3": { "Document": GRANT } }, "DefaultVersionId": "v3" },
            ],
            "roles": [{
                "RoleName": "app",
                "AssumeRolePolicyDocument": TRUST,
                "AttachedPolicies": ["arn:aws:iam::123456789012:policy/irsa/read"],
                "PermissionsBoundary": "arn:aws:iam::123456789012:policy/write",
            }],
        });
        let seed = Seed::parse(&seed.to_string()).unwrap();
        let sandbox = Sandbox::in_memory(Some(seed)).unwrap();
        let client = Client::new(&config(&sandbox));
        for (scope, path, attached, expected) in [
            ("Local", "/", false, vec!["read", "write"]),
            ("Local", "/irsa/", false, vec!["read"]),
            ("Local", "/", true, vec!["read"]),
            ("AWS", "/job-function/Sup", false, vec![]),
        ] {
            let listed = client.list_policies().scope(scope.into()).path_prefix(path);
            let listed = listed.only_attached(attached).send().await.unwrap();
            let names = listed.policies().iter();
            let names: Vec<&str> = names.filter_map(|policy| policy.policy_name()).collect();
            assert_eq!(names, expected, "{scope} {path}");
        }
        let all = client.list_policies().into_paginator().page_size(7).items();
        let all: Vec<_> = all.send().collect().await;
        assert!(all.len() > 30, "AWS's own come in pages: {}", all.len());
        for (name, count) in [("irsa/read", 1), ("write", 1)] {
            let arn = format!("arn:aws:iam::123456789012:policy/{name}");
            let held = client.list_entities_for_policy().policy_arn(arn);
            let held = held.send().await.unwrap();
            assert_eq!(held.policy_roles().len(), count, "{name}");
        }
        // By hand, a document that is none is refused.
        let address = "iam/policy/arn:aws:iam::123456789012:policy/write";
        let broken = json!({ "Versions": { "3": { "Document": "x" } } });
        assert!(sandbox.set(address, &broken).is_err());
    });
}
