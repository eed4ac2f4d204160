//! The lives of IAM objects through the real SDK, and faults.

use std::time::Duration;

use aws_sdk_iam::Client;
use aws_sdk_iam::error::ProvideErrorMetadata;
use aws_sdk_iam::operation::list_roles::ListRolesOutput;
use aws_sdk_iam::types::{Role, Tag};

use super::{GRANT, ISSUER, PROVIDER, TRUST, role};
use crate::sandbox::aws::tests::{config, empty, query, run};
use crate::sandbox::{Fault, Sandbox};

const BOUNDARY: &str = "arn:aws:iam::aws:policy/PowerUserAccess";

fn client(sandbox: &Sandbox) -> Client {
    Client::new(&config(sandbox))
}

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build().unwrap()
}

async fn create_role(client: &Client, name: &str) {
    client
        .create_role()
        .role_name(name)
        .assume_role_policy_document(TRUST)
        .send()
        .await
        .unwrap();
}

#[test]
fn a_role_lives() {
    run(async {
        let client = client(&empty());
        let created = client
            .create_role()
            .role_name("App")
            .path("/irsa/")
            .assume_role_policy_document(TRUST)
            .description("reads & writes <objects>")
            .max_session_duration(7200)
            .permissions_boundary(BOUNDARY)
            .tags(tag("team", "identity"))
            .send()
            .await
            .unwrap();
        let role = created.role().unwrap();
        assert_eq!(role.arn(), "arn:aws:iam::123456789012:role/irsa/App");
        assert!(
            role.role_id().starts_with("AROA") && role.role_id().len() == 21,
            "{}",
            role.role_id()
        );
        let read = client.get_role().role_name("App").send().await.unwrap();
        let read = read.role().unwrap();
        assert_eq!(read.role_id(), role.role_id());
        assert_eq!(read.create_date().to_string(), "2026-01-01T00:00:00Z");
        assert_eq!(read.path(), "/irsa/");
        assert_eq!(read.description(), Some("reads & writes <objects>"));
        assert_eq!(read.max_session_duration(), Some(7200));
        assert_eq!(
            read.permissions_boundary()
                .unwrap()
                .permissions_boundary_arn(),
            Some(BOUNDARY)
        );
        assert_eq!(read.tags(), [tag("team", "identity")]);
        let document = read.assume_role_policy_document().unwrap();
        assert!(
            document.starts_with("%7B%22Version%22%3A%222012-10-17%22"),
            "{document}"
        );
        assert_eq!(
            percent_encoding::percent_decode_str(document)
                .decode_utf8()
                .unwrap(),
            TRUST
        );

        client
            .update_role()
            .role_name("App")
            .description("other")
            .send()
            .await
            .unwrap();
        client
            .delete_role_permissions_boundary()
            .role_name("App")
            .send()
            .await
            .unwrap();
        client
            .tag_role()
            .role_name("App")
            .tags(tag("TEAM", "platform"))
            .tags(tag("env", "dev"))
            .send()
            .await
            .unwrap();
        client
            .untag_role()
            .role_name("App")
            .tag_keys("ENV")
            .send()
            .await
            .unwrap();
        let read = client.get_role().role_name("App").send().await.unwrap();
        let read = read.role().unwrap();
        assert_eq!(
            (read.description(), read.max_session_duration()),
            (Some("other"), Some(3600))
        );
        assert!(read.permissions_boundary().is_none());
        let tags = client
            .list_role_tags()
            .role_name("App")
            .send()
            .await
            .unwrap();
        assert_eq!(tags.tags(), [tag("TEAM", "platform")]);

        let trust = TRUST.replace("eks", "ec2");
        client
            .update_assume_role_policy()
            .role_name("App")
            .policy_document(&trust)
            .send()
            .await
            .unwrap();
        let listed = client
            .list_roles()
            .path_prefix("/irsa/")
            .send()
            .await
            .unwrap();
        assert_eq!(listed.roles().len(), 1);
        assert!(
            listed.roles()[0].tags().is_empty()
                && listed.roles()[0]
                    .assume_role_policy_document()
                    .unwrap()
                    .contains("ec2")
        );
        let profiles = client
            .list_instance_profiles_for_role()
            .role_name("App")
            .send()
            .await
            .unwrap();
        assert!(profiles.instance_profiles().is_empty());
        client.delete_role().role_name("App").send().await.unwrap();
        let gone = client.get_role().role_name("App").send().await.unwrap_err();
        assert!(
            gone.as_service_error()
                .unwrap()
                .is_no_such_entity_exception()
        );
    });
}

#[test]
fn a_roles_policies_live() {
    run(async {
        let client = client(&empty());
        create_role(&client, "app").await;
        for name in ["b", "a"] {
            client
                .put_role_policy()
                .role_name("app")
                .policy_name(name)
                .policy_document(GRANT)
                .send()
                .await
                .unwrap();
        }
        let names = client
            .list_role_policies()
            .role_name("app")
            .send()
            .await
            .unwrap();
        assert_eq!(names.policy_names(), ["a", "b"]);
        let policy = client
            .get_role_policy()
            .role_name("app")
            .policy_name("a")
            .send()
            .await
            .unwrap();
        assert_eq!(
            percent_encoding::percent_decode_str(policy.policy_document())
                .decode_utf8()
                .unwrap(),
            GRANT
        );
        for name in [
            "AmazonEKSClusterPolicy",
            "service-role/AmazonEBSCSIDriverPolicy",
            "AmazonEKSClusterPolicy",
        ] {
            let arn = format!("arn:aws:iam::aws:policy/{name}");
            client
                .attach_role_policy()
                .role_name("app")
                .policy_arn(arn)
                .send()
                .await
                .unwrap();
        }
        let attached = client
            .list_attached_role_policies()
            .role_name("app")
            .send()
            .await
            .unwrap();
        let attached: Vec<_> = attached
            .attached_policies()
            .iter()
            .map(|policy| policy.policy_name().unwrap())
            .collect();
        assert_eq!(
            attached,
            ["AmazonEKSClusterPolicy", "AmazonEBSCSIDriverPolicy"]
        );
        let conflict = client
            .delete_role()
            .role_name("app")
            .send()
            .await
            .unwrap_err();
        assert_eq!(conflict.code(), Some("DeleteConflict"));
        for name in ["a", "b"] {
            client
                .delete_role_policy()
                .role_name("app")
                .policy_name(name)
                .send()
                .await
                .unwrap();
        }
        let conflict = client
            .delete_role()
            .role_name("app")
            .send()
            .await
            .unwrap_err();
        assert_eq!(
            conflict.message(),
            Some("Cannot delete entity, must detach all policies first.")
        );
    });
}

#[test]
fn a_provider_lives() {
    run(async {
        let client = client(&empty());
        let created = client
            .create_open_id_connect_provider()
            .url(ISSUER)
            .client_id_list("sts.amazonaws.com")
            .tags(tag("a", "b"))
            .send()
            .await
            .unwrap();
        assert_eq!(created.open_id_connect_provider_arn(), Some(PROVIDER));
        let read = client
            .get_open_id_connect_provider()
            .open_id_connect_provider_arn(PROVIDER)
            .send()
            .await
            .unwrap();
        assert_eq!(read.url(), Some(ISSUER.trim_start_matches("https://")));
        assert_eq!(read.client_id_list(), ["sts.amazonaws.com"]);
        assert_eq!(read.thumbprint_list().len(), 1);
        assert_eq!(read.tags(), [tag("a", "b")]);
        for _ in 0..2 {
            client
                .add_client_id_to_open_id_connect_provider()
                .open_id_connect_provider_arn(PROVIDER)
                .client_id("other")
                .send()
                .await
                .unwrap();
        }
        for id in ["sts.amazonaws.com", "never there"] {
            client
                .remove_client_id_from_open_id_connect_provider()
                .open_id_connect_provider_arn(PROVIDER)
                .client_id(id)
                .send()
                .await
                .unwrap();
        }
        let thumbprint = "A".repeat(40);
        client
            .update_open_id_connect_provider_thumbprint()
            .open_id_connect_provider_arn(PROVIDER)
            .thumbprint_list(&thumbprint)
            .send()
            .await
            .unwrap();
        client
            .untag_open_id_connect_provider()
            .open_id_connect_provider_arn(PROVIDER)
            .tag_keys("a")
            .send()
            .await
            .unwrap();
        client
            .tag_open_id_connect_provider()
            .open_id_connect_provider_arn(PROVIDER)
            .tags(tag("c", "d"))
            .send()
            .await
            .unwrap();
        let tags = client
            .list_open_id_connect_provider_tags()
            .open_id_connect_provider_arn(PROVIDER)
            .send()
            .await
            .unwrap();
        assert_eq!(tags.tags(), [tag("c", "d")]);
        let read = client
            .get_open_id_connect_provider()
            .open_id_connect_provider_arn(PROVIDER)
            .send()
            .await
            .unwrap();
        assert_eq!(read.client_id_list(), ["other"]);
        assert_eq!(read.thumbprint_list(), [thumbprint.to_lowercase()]);
        let listed = client
            .list_open_id_connect_providers()
            .send()
            .await
            .unwrap();
        assert_eq!(
            listed.open_id_connect_provider_list()[0].arn(),
            Some(PROVIDER)
        );
        for _ in 0..2 {
            client
                .delete_open_id_connect_provider()
                .open_id_connect_provider_arn(PROVIDER)
                .send()
                .await
                .unwrap();
        }
        let gone = client
            .get_open_id_connect_provider()
            .open_id_connect_provider_arn(PROVIDER)
            .send()
            .await
            .unwrap_err();
        assert_eq!(gone.code(), Some("NoSuchEntity"));
    });
}

#[test]
fn a_managed_policy_lives() {
    run(async {
        let client = client(&empty());
        let created = client
            .create_policy()
            .policy_name("reads")
            .path("/irsa/")
            .policy_document(GRANT)
            .description("d")
            .send()
            .await
            .unwrap();
        let arn = created.policy().unwrap().arn().unwrap().to_owned();
        assert_eq!(arn, "arn:aws:iam::123456789012:policy/irsa/reads");
        for _ in 0..4 {
            client
                .create_policy_version()
                .policy_arn(&arn)
                .policy_document(GRANT)
                .set_as_default(true)
                .send()
                .await
                .unwrap();
        }
        let sixth = client
            .create_policy_version()
            .policy_arn(&arn)
            .policy_document(GRANT)
            .send()
            .await
            .unwrap_err();
        assert_eq!(sixth.code(), Some("LimitExceeded"));
        let default = client
            .delete_policy_version()
            .policy_arn(&arn)
            .version_id("v5")
            .send()
            .await
            .unwrap_err();
        assert_eq!(default.code(), Some("DeleteConflict"));
        client
            .delete_policy_version()
            .policy_arn(&arn)
            .version_id("v1")
            .send()
            .await
            .unwrap();
        create_role(&client, "app").await;
        client
            .attach_role_policy()
            .role_name("app")
            .policy_arn(&arn)
            .send()
            .await
            .unwrap();
        let read = client.get_policy().policy_arn(&arn).send().await.unwrap();
        let read = read.policy().unwrap();
        assert_eq!(
            (
                read.attachment_count(),
                read.default_version_id(),
                read.description()
            ),
            (Some(1), Some("v5"), Some("d"))
        );
        let version = client
            .get_policy_version()
            .policy_arn(&arn)
            .version_id("v5")
            .send()
            .await
            .unwrap();
        assert!(version.policy_version().unwrap().is_default_version());
        let versions = client
            .list_policy_versions()
            .policy_arn(&arn)
            .send()
            .await
            .unwrap();
        assert_eq!(versions.versions().len(), 4);
        let attached = client
            .delete_policy()
            .policy_arn(&arn)
            .send()
            .await
            .unwrap_err();
        assert_eq!(attached.code(), Some("DeleteConflict"));
        let of_aws = client
            .get_policy()
            .policy_arn("arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy")
            .send()
            .await
            .unwrap();
        assert_eq!(of_aws.policy().unwrap().path(), Some("/service-role/"));
        let summary = client.get_account_summary().send().await.unwrap();
        let summary = summary.summary_map().unwrap();
        assert_eq!(summary.get(&"Roles".into()), Some(&1));
        assert_eq!(
            summary.get(&"AssumeRolePolicySizeQuota".into()),
            Some(&2048)
        );
    });
}

#[test]
fn listings_come_in_pages() {
    run(async {
        let client = client(&empty());
        for index in 0..7 {
            create_role(&client, &format!("role-{index}")).await;
        }
        let pages: Vec<_> = client
            .list_roles()
            .max_items(3)
            .into_paginator()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .unwrap();
        let sizes: Vec<usize> = pages.iter().map(|page| page.roles().len()).collect();
        assert_eq!(sizes, [3, 3, 1]);
        let names: Vec<&str> = pages
            .iter()
            .flat_map(ListRolesOutput::roles)
            .map(Role::role_name)
            .collect();
        assert_eq!(names[6], "role-6");
    });
}

#[test]
fn a_principal_that_is_gone_shows_as_its_unique_id() {
    run(async {
        let client = client(&empty());
        create_role(&client, "trusted").await;
        let arn = "arn:aws:iam::123456789012:role/trusted";
        let trust = TRUST.replace(
            r#""Service":"eks.amazonaws.com""#,
            &format!(r#""AWS":"{arn}""#),
        );
        client
            .create_role()
            .role_name("app")
            .assume_role_policy_document(&trust)
            .send()
            .await
            .unwrap();
        let shown = async || {
            let read = client.get_role().role_name("app").send().await.unwrap();
            let document = read
                .role()
                .unwrap()
                .assume_role_policy_document()
                .unwrap()
                .to_owned();
            percent_encoding::percent_decode_str(&document)
                .decode_utf8()
                .unwrap()
                .into_owned()
        };
        assert_eq!(shown().await, trust);
        client
            .delete_role()
            .role_name("trusted")
            .send()
            .await
            .unwrap();
        assert!(
            shown().await.contains(r#""AWS":"AROA"#),
            "{}",
            shown().await
        );
        create_role(&client, "trusted").await;
        assert!(
            shown().await.contains(r#""AWS":"AROA"#),
            "a new role of the name is another principal"
        );
    });
}

#[test]
fn faults_strike_where_they_are_told() {
    let sandbox = empty();
    sandbox.inject(Fault::fail_nth(
        "iam",
        "CreateRole",
        2,
        500,
        "ServiceFailure",
        "broken",
    ));
    sandbox.inject(Fault::deny("iam", "DeleteRole"));
    assert_eq!(query(&sandbox, &role("one")), "200");
    assert_eq!(query(&sandbox, &role("two")), "500 ServiceFailure broken");
    assert_eq!(query(&sandbox, &role("two")), "200");
    let denied = query(&sandbox, &[("Action", "DeleteRole"), ("RoleName", "one")]);
    assert!(denied.starts_with(
            "403 AccessDenied User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:DeleteRole"
        ), "{denied}");
    sandbox.clear_faults();
    assert_eq!(
        query(&sandbox, &[("Action", "DeleteRole"), ("RoleName", "one")]),
        "200"
    );
}

#[test]
fn a_lost_reply_was_carried_out() {
    let sandbox = empty();
    sandbox.inject(Fault::lose_reply("iam", "CreateRole"));
    let client = client(&sandbox);
    // The SDK tries again by itself and finds its own work.
    let error = run(client
        .create_role()
        .role_name("app")
        .assume_role_policy_document(TRUST)
        .send())
    .unwrap_err();
    assert_eq!(error.code(), Some("EntityAlreadyExists"));
    sandbox.inject(Fault::unreachable("iam"));
    let error = run(client.get_role().role_name("app").send()).unwrap_err();
    assert!(error.as_service_error().is_none(), "{error:?}");
}

#[test]
fn new_objects_are_seen_late_when_told() {
    run(async {
        let sandbox = empty();
        sandbox.delay_visibility(Duration::from_secs(10));
        let client = client(&sandbox);
        create_role(&client, "app").await;
        client
            .create_open_id_connect_provider()
            .url(ISSUER)
            .send()
            .await
            .unwrap();
        let early = client.get_role().role_name("app").send().await.unwrap_err();
        assert_eq!(early.code(), Some("NoSuchEntity"));
        assert!(client.list_roles().send().await.unwrap().roles().is_empty());
        assert!(
            client
                .list_open_id_connect_providers()
                .send()
                .await
                .unwrap()
                .open_id_connect_provider_list()
                .is_empty()
        );
        let again = client
            .create_role()
            .role_name("app")
            .assume_role_policy_document(TRUST)
            .send()
            .await
            .unwrap_err();
        assert_eq!(again.code(), Some("EntityAlreadyExists"));
        sandbox.sleep(Duration::from_secs(10)).unwrap();
        client.get_role().role_name("app").send().await.unwrap();
    });
}

#[test]
fn the_whole_account_is_listed_at_once() {
    run(async {
        let client = client(&empty());
        for name in ["a", "B", "c"] {
            create_role(&client, name).await;
        }
        let own = client
            .create_policy()
            .policy_name("own")
            .policy_document(GRANT)
            .send()
            .await
            .unwrap();
        let arn = own.policy().unwrap().arn().unwrap().to_owned();
        client
            .attach_role_policy()
            .role_name("B")
            .policy_arn(&arn)
            .send()
            .await
            .unwrap();
        client
            .put_role_policy()
            .role_name("B")
            .policy_name("inline")
            .policy_document(GRANT)
            .send()
            .await
            .unwrap();
        client
            .put_role_permissions_boundary()
            .role_name("B")
            .permissions_boundary(BOUNDARY)
            .send()
            .await
            .unwrap();
        let pages = client
            .get_account_authorization_details()
            .max_items(2)
            .into_paginator()
            .send();
        let pages = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
        assert_eq!(pages.len(), 2);
        assert_eq!(pages[0].policies()[0].attachment_count(), Some(1));
        assert_eq!(pages[0].policies()[0].policy_version_list().len(), 1);
        assert_eq!(pages[0].role_detail_list()[0].role_name(), Some("a"));
        let role = &pages[1].role_detail_list()[0];
        assert_eq!(role.role_name(), Some("B"));
        assert_eq!(role.role_policy_list()[0].policy_name(), Some("inline"));
        assert_eq!(
            role.attached_managed_policies()[0].policy_arn(),
            Some(arn.as_str())
        );
        let boundary = role.permissions_boundary().unwrap();
        assert_eq!(boundary.permissions_boundary_arn(), Some(BOUNDARY));
        let roles = client
            .get_account_authorization_details()
            .filter(aws_sdk_iam::types::EntityType::Role)
            .send()
            .await
            .unwrap();
        assert_eq!(
            (roles.role_detail_list().len(), roles.policies().len()),
            (3, 0)
        );
    });
}
