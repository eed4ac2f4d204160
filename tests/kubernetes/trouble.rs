//! What others do and networks do: conflicts, servers that are not there, and servers that are not the ones meant.

use std::sync::Arc;

use trustform_test_support::kubernetes::{ClusterOptions, KubeApiServer, cluster, own_cluster};

use super::Test;
use super::server::{
    ARN, CREATES, ROLE_ARN, account_path, annotation, apply, by_context, connect, declare, destroy,
    fails_to_apply, get, has_nothing_to_do, make_account, make_namespace, namespace_path, nouns,
    plan, recorded,
};
use crate::common::project::Project;

pub(super) const TESTS: &[(&str, Test)] = &[
    ("a_foreign_manager_is_named", foreign_manager),
    ("an_account_of_others_is_not_taken", of_others),
    ("an_unreachable_server_is_not_read", unreachable),
    ("a_server_that_goes_away_after_the_plan", gone_after_plan),
    ("a_server_that_cannot_be_trusted_gets_nothing", untrusted),
    ("a_wrong_server_is_not_written_to", wrong_server),
    ("a_wrong_context_is_not_written_to", wrong_context),
    ("a_context_that_is_not_there", missing_context),
];

fn foreign_manager(server: &Arc<KubeApiServer>) {
    let namespace = "trouble-foreign";
    let project = nouns(server, server, namespace, CREATES);
    apply(&project);
    declare(server, namespace, "argocd", "arn:of-argocd");
    assert_eq!(plan(&project).code, 2);
    let before = recorded(&project);

    let ran = fails_to_apply(&project);
    for said in [
        "conflict with",
        "argocd",
        ROLE_ARN,
        "service_account.reader",
    ] {
        assert!(ran.stderr.contains(said), "{said}\n{ran}");
    }
    assert_eq!(annotation(server, namespace, ROLE_ARN), "arn:of-argocd");
    assert_eq!(recorded(&project), before);
    assert_eq!(plan(&project).code, 2);

    // Both want the same: nobody is in the way.
    declare(server, namespace, "argocd", ARN);
    apply(&project);
    has_nothing_to_do(&project);
}

fn of_others(server: &Arc<KubeApiServer>) {
    let namespace = "trouble-of-others";
    make_namespace(server, namespace);
    make_account(server, namespace);
    let project = nouns(server, server, namespace, "");
    let ran = fails_to_apply(&project);
    assert!(ran.stderr.contains("exists already"), "{ran}");
    assert_eq!(annotation(server, namespace, "team"), "theirs");
    assert!(annotation(server, namespace, ROLE_ARN).is_null());
    // What was made is known and goes; the account of others stays.
    destroy(&project);
    assert_eq!(annotation(server, namespace, "team"), "theirs");
}

fn unreachable(server: &Arc<KubeApiServer>) {
    let namespace = "trouble-unreachable";
    let project = nouns(server, server, namespace, CREATES);
    apply(&project);
    let state = project.read("terraform.tfstate");
    // No server is given so low a port by itself.
    connect(&project, "https://127.0.0.1:1");

    let planned = plan(&project);
    assert_eq!(planned.code, 1, "{planned}");
    for said in [
        "could not be read",
        "Connection refused",
        "service_account.reader",
    ] {
        assert!(planned.stdout.contains(said), "{said}\n{planned}");
    }
    for shown in ["deleted", "destroyed", "created"] {
        assert!(!planned.stdout.contains(shown), "{shown}\n{planned}");
    }
    for command in ["apply", "destroy"] {
        let ran = project.run(&[command, "-sandbox", "-auto-approve"]);
        assert_eq!(ran.code, 1, "{command}\n{ran}");
    }
    assert_eq!(project.read("terraform.tfstate"), state);

    connect(&project, &server.host);
    has_nothing_to_do(&project);
    assert!(get(server, &account_path(namespace)).is_some());
}

fn gone_after_plan(_: &Arc<KubeApiServer>) {
    let namespace = "trouble-gone";
    let server = own_cluster(&ClusterOptions::named("leaving")).expect("a server of one's own");
    let project = nouns(&server, &server, namespace, CREATES);
    project.succeeds(&["plan", "-sandbox", "-out=saved"]);
    drop(server);
    let ran = project.run(&["apply", "-sandbox", "saved"]);
    assert_eq!(ran.code, 1, "{ran}");
    let said = format!("{ran}");
    assert!(said.contains("Connection refused"), "{ran}");
    // What AWS made is recorded; what nobody made is not.
    let addresses = recorded(&project).join("\n");
    assert!(addresses.contains("aws_iam_role.this"), "{addresses}");
    assert!(!addresses.contains(".kubernetes_"), "{addresses}");
}

fn untrusted(server: &Arc<KubeApiServer>) {
    let namespace = "trouble-untrusted";
    make_namespace(server, namespace);
    let project = nouns(server, server, namespace, "");
    // A certificate authority that did not sign what the server shows.
    let other = cluster("other").expect("a second server");
    project.write("authority.pem", &other.ca_pem);
    let ran = fails_to_apply(&project);
    assert!(ran.stdout.contains("invalid peer certificate"), "{ran}");
    assert!(ran.stderr.contains("error[not-read]"), "{ran}");
    assert!(
        !ran.stdout.contains("service_account.reader will be"),
        "{ran}"
    );
    assert_eq!(get(server, &account_path(namespace)), None);
}

fn wrong_server(server: &Arc<KubeApiServer>) {
    let namespace = "trouble-wrong";
    let other = cluster("other").expect("a second server");
    let project = nouns(&other, server, namespace, CREATES);
    let ran = fails_to_apply(&project);
    for said in [&server.issuer, &other.issuer] {
        assert!(ran.stdout.contains(said.as_str()), "{said}\n{ran}");
    }
    assert_eq!(get(&other, &namespace_path(namespace)), None);
    assert!(project.state().is_null(), "{ran}");

    let right = nouns(server, server, namespace, CREATES);
    for file in ["authority.pem", "client.pem", "client-key.pem"] {
        project.write(file, &right.read(file));
    }
    connect(&project, &server.host);
    apply(&project);
    assert_eq!(annotation(server, namespace, ROLE_ARN), ARN);
}

fn wrong_context(server: &Arc<KubeApiServer>) {
    let namespace = "trouble-context";
    let other = cluster("other").expect("a second server");
    let servers: [&KubeApiServer; 2] = [server, &other];
    let project = nouns(server, server, namespace, CREATES);
    by_context(&project, &servers, &other.name);
    let ran = fails_to_apply(&project);
    assert!(ran.stdout.contains(&other.issuer), "{ran}");
    assert_eq!(get(&other, &namespace_path(namespace)), None);

    let right = nouns(server, server, namespace, CREATES);
    by_context(&right, &servers, &server.name);
    project.write("main.trustform.hcl", &right.read("main.trustform.hcl"));
    apply(&project);
    assert_eq!(annotation(server, namespace, ROLE_ARN), ARN);
    has_nothing_to_do(&project);

    // Turned round later: that nothing is there does not mean that it is gone.
    let state = project.read("terraform.tfstate");
    by_context_again(&project, &server.name, &other.name);
    for command in ["apply", "destroy"] {
        let ran = project.run(&[command, "-sandbox", "-auto-approve"]);
        assert_eq!(ran.code, 1, "{command}\n{ran}");
        assert!(ran.stdout.contains(&other.issuer), "{command}\n{ran}");
    }
    assert_eq!(get(&other, &namespace_path(namespace)), None);
    assert_eq!(project.read("terraform.tfstate"), state);
    by_context_again(&project, &other.name, &server.name);
    has_nothing_to_do(&project);
}

fn missing_context(server: &Arc<KubeApiServer>) {
    let project = nouns(server, server, "trouble-no-context", CREATES);
    by_context(&project, &[server], "nobody");
    let ran = plan(&project);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(format!("{ran}").contains("nobody"), "{ran}");
    assert!(project.state().is_null(), "{ran}");
}

/// Names another context in the configuration.
fn by_context_again(project: &Project, former: &str, context: &str) {
    let text = project.read("main.trustform.hcl");
    let (former, context) = (
        format!("context    = \"{former}\""),
        format!("context    = \"{context}\""),
    );
    project.write("main.trustform.hcl", &text.replace(&former, &context));
}
