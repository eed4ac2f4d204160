//! `existing = true`: an account that somebody else made, of which our annotation is ours and nothing else.

use std::sync::Arc;

use trustform_test_support::kubernetes::KubeApiServer;

use super::Test;
use super::server::{
    ARN, ROLE_ARN, account, annotation, apply, declare, destroy, fails_to_apply, has_nothing_to_do,
    make_account, make_namespace, nouns, owners, plan, recorded,
};
use crate::common::project::Project;

pub(super) const TESTS: &[(&str, Test)] = &[
    ("an_existing_account_keeps_what_it_had", keeps),
    ("an_existing_account_of_a_foreign_manager", foreign),
    ("an_existing_account_that_is_not_there", absent),
    ("an_account_is_given_away_and_taken_back", given_away),
];

fn existing(server: &KubeApiServer, namespace: &str) -> Project {
    nouns(server, server, namespace, "existing = true")
}

fn keeps(server: &Arc<KubeApiServer>) {
    let namespace = "existing-keeps";
    make_namespace(server, namespace);
    make_account(server, namespace);
    let before = account(server, namespace);
    let project = existing(server, namespace);

    apply(&project);
    let annotated = account(server, namespace);
    assert_eq!(annotated["metadata"]["annotations"][ROLE_ARN], ARN);
    assert_eq!(annotated["metadata"]["annotations"]["team"], "theirs");
    let ours = [("trustform".to_owned(), "Apply".to_owned())];
    assert_eq!(owners(&annotated), ours);
    has_nothing_to_do(&project);

    destroy(&project);
    let mut after = account(server, namespace);
    // Each write has a revision of its own.
    after["metadata"]["resourceVersion"] = before["metadata"]["resourceVersion"].clone();
    assert_eq!(after, before);
}

fn foreign(server: &Arc<KubeApiServer>) {
    let namespace = "existing-foreign";
    make_namespace(server, namespace);
    make_account(server, namespace);
    declare(server, namespace, "argocd", "arn:of-argocd");
    let project = existing(server, namespace);
    let ran = fails_to_apply(&project);
    for said in ["argocd", ROLE_ARN] {
        assert!(ran.stderr.contains(said), "{said}\n{ran}");
    }
    assert_eq!(annotation(server, namespace, ROLE_ARN), "arn:of-argocd");
    assert_eq!(annotation(server, namespace, "team"), "theirs");
    // The role was made all the same, and the state tells.
    let addresses = recorded(&project).join("\n");
    assert!(addresses.contains("aws_iam_role.this"), "{addresses}");

    // The other tool lets go: what is left is ours to take.
    declare(server, namespace, "argocd", ARN);
    apply(&project);
    has_nothing_to_do(&project);
    destroy(&project);
    assert_eq!(annotation(server, namespace, ROLE_ARN), ARN);
}

fn absent(server: &Arc<KubeApiServer>) {
    let namespace = "existing-absent";
    make_namespace(server, namespace);
    let project = existing(server, namespace);
    assert_eq!(plan(&project).code, 2);
    let ran = fails_to_apply(&project);
    assert!(ran.stderr.contains("does not exist"), "{ran}");
}

fn given_away(server: &Arc<KubeApiServer>) {
    let namespace = "existing-given-away";
    make_namespace(server, namespace);
    let project = nouns(server, server, namespace, "");
    apply(&project);
    let uid = account(server, namespace)["metadata"]["uid"].clone();
    let own = project.read("main.trustform.hcl");
    let foreign = existing(server, namespace).read("main.trustform.hcl");
    for (text, kind) in [
        (&foreign, "kubernetes_annotations"),
        (&own, "kubernetes_service_account_v1"),
    ] {
        project.write("main.trustform.hcl", text);
        apply(&project);
        let now = account(server, namespace);
        assert_eq!(now["metadata"]["uid"], uid, "{kind}");
        assert_eq!(now["metadata"]["annotations"][ROLE_ARN], ARN, "{kind}");
        let addresses = recorded(&project);
        let of_the_account: Vec<_> = addresses
            .iter()
            .filter(|address| address.contains(".kubernetes_"))
            .collect();
        assert_eq!(of_the_account.len(), 1, "{addresses:?}");
        assert!(of_the_account[0].contains(kind), "{addresses:?}");
        has_nothing_to_do(&project);
    }
}
