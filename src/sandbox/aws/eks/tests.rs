#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]
//! EKS through the real SDK: a cluster's life by the sandbox's time, its updates, and what is refused.

use std::time::Duration;

use aws_sdk_eks::Client;
use aws_sdk_eks::client::Waiters;
use aws_sdk_eks::error::ProvideErrorMetadata;
use aws_sdk_eks::operation::list_clusters::ListClustersOutput;
use aws_sdk_eks::types::{
    ClusterStatus, LogSetup, LogType, Logging, UpdateStatus, VpcConfigRequest,
};
use serde_json::{Value, json};

use crate::sandbox::Sandbox;
use crate::sandbox::aws::tests::{config, empty, query, rest, run};

const ROLE: &str = "arn:aws:iam::123456789012:role/cluster";
const TRUST: &str = r#"{"Statement":{"Effect":"Allow","Principal":{"Service":["eks.amazonaws.com"]},"Action":"sts:AssumeRole"}}"#;

fn client(sandbox: &Sandbox) -> Client {
    Client::new(&config(sandbox))
}

/// An account with a role for clusters.
fn with_role() -> Sandbox {
    let sandbox = empty();
    let create = [
        ("Action", "CreateRole"),
        ("RoleName", "cluster"),
        ("AssumeRolePolicyDocument", TRUST),
    ];
    let attach = [
        ("Action", "AttachRolePolicy"),
        ("RoleName", "cluster"),
        (
            "PolicyArn",
            "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
        ),
    ];
    assert_eq!(query(&sandbox, &create), "200");
    assert_eq!(query(&sandbox, &attach), "200");
    sandbox
}

fn request() -> Value {
    json!({ "name": "main", "roleArn": ROLE, "version": "1.34", "resourcesVpcConfig": { "subnetIds": ["subnet-a", "subnet-b"] } })
}

fn request_with(member: &str, value: Value) -> Value {
    let mut request = request();
    request[member] = value;
    request
}

/// An account with an active cluster.
fn with_cluster() -> Sandbox {
    let sandbox = with_role();
    assert_eq!(rest(&sandbox, "POST", "/clusters", &request()), "200");
    sandbox.sleep(Duration::from_hours(1)).unwrap();
    sandbox
}

fn network(subnets: [&str; 2]) -> VpcConfigRequest {
    VpcConfigRequest::builder()
        .set_subnet_ids(Some(subnets.map(str::to_owned).to_vec()))
        .build()
}

#[test]
fn a_cluster_lives() {
    run(async {
        let sandbox = with_role();
        let client = client(&sandbox);
        let begun = std::time::Instant::now();
        let created = client
            .create_cluster()
            .name("main")
            .role_arn(ROLE)
            .resources_vpc_config(network(["subnet-a", "subnet-b"]))
            .tags("a", "b")
            .send()
            .await
            .unwrap();
        let created = created.cluster().unwrap();
        assert_eq!(created.status(), Some(&ClusterStatus::Creating));
        assert_eq!(
            created.arn(),
            Some("arn:aws:eks:us-east-1:123456789012:cluster/main")
        );
        assert!(
            created.endpoint().is_none()
                && created.certificate_authority().is_none()
                && created.identity().is_none()
        );
        client
            .wait_until_cluster_active()
            .name("main")
            .wait(Duration::from_mins(30))
            .await
            .unwrap();
        let read = client.describe_cluster().name("main").send().await.unwrap();
        let read = read.cluster().unwrap();
        assert_eq!(read.version(), Some("1.35"));
        assert!(
            read.endpoint()
                .unwrap()
                .ends_with(".gr7.us-east-1.eks.amazonaws.com")
        );
        assert!(read.certificate_authority().unwrap().data().is_some());
        let issuer = read.identity().unwrap().oidc().unwrap().issuer().unwrap();
        let id = issuer
            .strip_prefix("https://oidc.eks.us-east-1.amazonaws.com/id/")
            .unwrap();
        assert!(
            id.len() == 32
                && id
                    .chars()
                    .all(|digit| digit.is_ascii_hexdigit() && !digit.is_ascii_lowercase()),
            "{id}"
        );
        assert_eq!(
            sandbox
                .cluster_at(read.endpoint().unwrap())
                .unwrap()
                .as_deref(),
            Some("main")
        );
        let first_issuer = issuer.to_owned();

        client.delete_cluster().name("main").send().await.unwrap();
        client
            .wait_until_cluster_deleted()
            .name("main")
            .wait(Duration::from_mins(30))
            .await
            .unwrap();
        assert_eq!(sandbox.cluster_at(read.endpoint().unwrap()).unwrap(), None);
        client
            .create_cluster()
            .name("main")
            .role_arn(ROLE)
            .resources_vpc_config(network(["subnet-a", "subnet-b"]))
            .send()
            .await
            .unwrap();
        client
            .wait_until_cluster_active()
            .name("main")
            .wait(Duration::from_mins(30))
            .await
            .unwrap();
        let again = client.describe_cluster().name("main").send().await.unwrap();
        let issuer = again
            .cluster()
            .unwrap()
            .identity()
            .unwrap()
            .oidc()
            .unwrap()
            .issuer()
            .unwrap();
        assert_ne!(
            issuer, first_issuer,
            "a cluster made again has another issuer"
        );
        assert!(begun.elapsed() < Duration::from_secs(5));
    });
}

#[test]
fn updates_run_one_at_a_time_and_show_when_they_end() {
    run(async {
        let sandbox = with_cluster();
        let client = client(&sandbox);
        let setup = LogSetup::builder()
            .types(LogType::Api)
            .enabled(true)
            .build();
        let logging = Logging::builder().cluster_logging(setup).build();
        let update = client
            .update_cluster_config()
            .name("main")
            .logging(logging.clone())
            .send()
            .await
            .unwrap();
        let update = update.update().unwrap();
        assert_eq!(update.status(), Some(&UpdateStatus::InProgress));
        let busy = client
            .update_cluster_version()
            .name("main")
            .version("1.35")
            .send()
            .await
            .unwrap_err();
        assert_eq!(busy.code(), Some("ResourceInUseException"));
        let status = async || {
            client
                .describe_cluster()
                .name("main")
                .send()
                .await
                .unwrap()
                .cluster()
                .unwrap()
                .clone()
        };
        assert_eq!(status().await.status(), Some(&ClusterStatus::Updating));
        sandbox.sleep(Duration::from_mins(10)).unwrap();
        let ended = client
            .describe_update()
            .name("main")
            .update_id(update.id().unwrap())
            .send()
            .await
            .unwrap();
        assert_eq!(
            ended.update().unwrap().status(),
            Some(&UpdateStatus::Successful)
        );
        let cluster = status().await;
        let setups = cluster.logging().unwrap().cluster_logging();
        assert_eq!(setups[0].types(), [LogType::Api]);
        assert_eq!(setups[1].types().len(), 4);
        let same = client
            .update_cluster_config()
            .name("main")
            .logging(logging)
            .send()
            .await
            .unwrap_err();
        assert_eq!(
            same.message(),
            Some("No changes needed for the logging config provided")
        );
        client
            .update_cluster_version()
            .name("main")
            .version("1.35")
            .send()
            .await
            .unwrap();
        sandbox.sleep(Duration::from_mins(10)).unwrap();
        assert_eq!(status().await.version(), Some("1.35"));
        client
            .update_cluster_config()
            .name("main")
            .deletion_protection(true)
            .send()
            .await
            .unwrap();
        sandbox.sleep(Duration::from_mins(10)).unwrap();
        let protected = client
            .delete_cluster()
            .name("main")
            .send()
            .await
            .unwrap_err();
        assert_eq!(protected.code(), Some("InvalidRequestException"));
    });
}

#[test]
fn tags_are_kept_by_arn() {
    run(async {
        let client = client(&with_cluster());
        let arn = "arn:aws:eks:us-east-1:123456789012:cluster/main";
        client
            .tag_resource()
            .resource_arn(arn)
            .tags("a b", "c/d")
            .tags("e", "f")
            .send()
            .await
            .unwrap();
        client
            .untag_resource()
            .resource_arn(arn)
            .tag_keys("e")
            .tag_keys("g")
            .send()
            .await
            .unwrap();
        let tags = client
            .list_tags_for_resource()
            .resource_arn(arn)
            .send()
            .await
            .unwrap();
        assert_eq!(tags.tags().unwrap().len(), 1);
        assert_eq!(tags.tags().unwrap()["a b"], "c/d");
        let missing = client
            .list_tags_for_resource()
            .resource_arn(format!("{arn}x"))
            .send()
            .await
            .unwrap_err();
        assert_eq!(missing.code(), Some("NotFoundException"));
    });
}

#[test]
fn the_same_token_is_the_same_request() {
    let sandbox = with_role();
    let create = request_with("clientRequestToken", json!("token-1"));
    assert_eq!(rest(&sandbox, "POST", "/clusters", &create), "200");
    assert_eq!(rest(&sandbox, "POST", "/clusters", &create), "200");
    let mut other = create.clone();
    other["version"] = json!("1.33");
    assert!(
        rest(&sandbox, "POST", "/clusters", &other).starts_with("400 InvalidParameterException")
    );
    let exists = rest(&sandbox, "POST", "/clusters", &request());
    assert_eq!(
        exists,
        "409 ResourceInUseException Cluster already exists with name: main"
    );
    sandbox.sleep(Duration::from_hours(1)).unwrap();
    let update = json!({ "version": "1.35", "clientRequestToken": "token-2" });
    assert_eq!(
        rest(&sandbox, "POST", "/clusters/main/updates", &update),
        "200"
    );
    assert_eq!(
        rest(&sandbox, "POST", "/clusters/main/updates", &update),
        "200"
    );
}

#[test]
fn clusters_are_listed_in_pages() {
    run(async {
        let sandbox = with_role();
        for name in ["c", "a", "b"] {
            assert_eq!(
                rest(
                    &sandbox,
                    "POST",
                    "/clusters",
                    &request_with("name", json!(name))
                ),
                "200"
            );
        }
        let pages = client(&sandbox)
            .list_clusters()
            .max_results(2)
            .into_paginator()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .unwrap();
        let names: Vec<&[String]> = pages.iter().map(ListClustersOutput::clusters).collect();
        assert_eq!(names, [["a", "b"].as_slice(), ["c"].as_slice()]);
    });
}

#[test]
fn clusters_that_cannot_be_are_refused() {
    let cases = [
        (
            request_with("name", json!("-main")),
            "400 InvalidParameterException The cluster name",
        ),
        (
            request_with("name", json!("n".repeat(101))),
            "400 InvalidParameterException",
        ),
        (
            request_with("version", json!("1.14")),
            "400 InvalidParameterException unsupported Kubernetes version",
        ),
        (
            request_with("version", json!("latest")),
            "400 InvalidParameterException unsupported Kubernetes version",
        ),
        (
            request_with("roleArn", json!("arn:aws:iam::123456789012:role/missing")),
            "400 InvalidParameterException Role with arn: arn:aws:iam::123456789012:role/missing, could not be assumed because it does not exist",
        ),
        (
            request_with("roleArn", json!("arn:aws:iam::999999999999:role/foreign")),
            "403 AccessDeniedException",
        ),
        (
            request_with("resourcesVpcConfig", json!({})),
            "400 InvalidParameterException Subnets specified",
        ),
        (
            request_with("resourcesVpcConfig", json!({ "subnetIds": ["subnet-a"] })),
            "400 InvalidParameterException Subnets specified",
        ),
        (
            request_with("resourcesVpcConfig", json!({ "subnetIds": ["a", "b"] })),
            "400 InvalidParameterException The subnet ID",
        ),
        (
            request_with(
                "resourcesVpcConfig",
                json!({ "subnetIds": ["subnet-a", "subnet-b"], "endpointPublicAccess": false }),
            ),
            "400 InvalidParameterException Private and public endpoint access cannot be false",
        ),
        (
            request_with(
                "logging",
                json!({ "clusterLogging": [{ "types": ["kubelet"], "enabled": true }] }),
            ),
            "400 InvalidParameterException Unsupported log type",
        ),
        (
            request_with(
                "encryptionConfig",
                json!([{ "resources": ["pods"], "provider": { "keyArn": "arn:aws:kms:k" } }]),
            ),
            "400 InvalidParameterException",
        ),
        (
            request_with(
                "accessConfig",
                json!({ "bootstrapClusterCreatorAdminPermissions": false }),
            ),
            "400 InvalidParameterException bootstrap",
        ),
        (
            request_with("tags", json!({ "aws:x": "y" })),
            "400 InvalidRequestException",
        ),
    ];
    for (request, expected) in &cases {
        let end = rest(&with_role(), "POST", "/clusters", request);
        assert!(
            end.starts_with(expected),
            "{request}\n  ended  {end}\n  not as {expected}"
        );
    }
    let sandbox = empty();
    let bare = [
        ("Action", "CreateRole"),
        ("RoleName", "cluster"),
        ("AssumeRolePolicyDocument", TRUST),
    ];
    assert_eq!(query(&sandbox, &bare), "200");
    let end = rest(&sandbox, "POST", "/clusters", &request());
    assert!(
        end.contains("doesn't have the Amazon EKS Managed Policies associated with it"),
        "{end}"
    );
    let other = TRUST.replace("eks", "ec2");
    let update = [
        ("Action", "UpdateAssumeRolePolicy"),
        ("RoleName", "cluster"),
        ("PolicyDocument", other.as_str()),
    ];
    assert_eq!(query(&sandbox, &update), "200");
    let end = rest(&sandbox, "POST", "/clusters", &request());
    assert!(
        end.contains("Role could not be assumed because the trusted entity is not correct"),
        "{end}"
    );
}

#[test]
fn changes_that_cannot_be_are_refused() {
    let cases = [
        (
            "update-config",
            json!({}),
            "400 InvalidParameterException The type for cluster update was not provided.",
        ),
        (
            "update-config",
            json!({ "deletionProtection": true, "logging": {} }),
            "400 InvalidParameterException Only one type of update can be allowed.",
        ),
        (
            "update-config",
            json!({ "resourcesVpcConfig": { "endpointPublicAccess": true, "subnetIds": ["subnet-a", "subnet-c"] } }),
            "400 InvalidParameterException Only one type",
        ),
        (
            "update-config",
            json!({ "resourcesVpcConfig": { "endpointPublicAccess": true } }),
            "400 InvalidParameterException Cluster is already at the desired configuration with endpointPrivateAccess: false , endpointPublicAccess: true",
        ),
        (
            "update-config",
            json!({ "resourcesVpcConfig": { "endpointPublicAccess": false } }),
            "400 InvalidParameterException Private and public",
        ),
        (
            "update-config",
            json!({ "accessConfig": { "authenticationMode": "API" } }),
            "400 InvalidParameterException Unsupported authentication mode update from CONFIG_MAP to API",
        ),
        (
            "updates",
            json!({ "version": "1.34" }),
            "400 InvalidParameterException unsupported Kubernetes version update from the current version, 1.34, to 1.34",
        ),
        (
            "updates",
            json!({ "version": "1.36" }),
            "400 InvalidParameterException Unsupported Kubernetes minor version update from 1.34 to 1.36",
        ),
        (
            "updates",
            json!({ "version": "1.33" }),
            "400 InvalidParameterException Unsupported Kubernetes minor version update from 1.34 to 1.33",
        ),
        (
            "update-config",
            json!({ "accessConfig": { "authenticationMode": "API_AND_CONFIG_MAP" } }),
            "200",
        ),
        (
            "update-config",
            json!({ "resourcesVpcConfig": { "endpointPrivateAccess": true, "publicAccessCidrs": ["10.0.0.0/8"] } }),
            "200",
        ),
    ];
    for (path, change, expected) in &cases {
        let end = rest(
            &with_cluster(),
            "POST",
            &format!("/clusters/main/{path}"),
            change,
        );
        assert!(
            end.starts_with(expected),
            "{change}\n  ended  {end}\n  not as {expected}"
        );
    }
    let missing = "404 ResourceNotFoundException No cluster found for name: other.";
    for (method, path, body) in [
        ("GET", "/clusters/other", Value::Null),
        ("DELETE", "/clusters/other", Value::Null),
        (
            "POST",
            "/clusters/other/updates",
            json!({ "version": "1.35" }),
        ),
    ] {
        assert_eq!(rest(&empty(), method, path, &body), missing);
    }
    let sandbox = with_role();
    assert_eq!(rest(&sandbox, "POST", "/clusters", &request()), "200");
    let early = rest(&sandbox, "DELETE", "/clusters/main", &Value::Null);
    assert!(early.starts_with("409 ResourceInUseException"), "{early}");
}
