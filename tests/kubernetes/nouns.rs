//! The four nouns: everything is made once, drift is repaired, and what is not ours stays.

use std::sync::Arc;

use trustform_test_support::kubernetes::KubeApiServer;

use super::Test;
use super::server::{
    ARN, CREATES, ROLE_ARN, account, account_path, annotate, annotation, apply, delete_account,
    destroy, edit, get, has_nothing_to_do, make_config_map, namespace_path, nouns, owners, plan,
    recorded,
};
use crate::common::project::Project;

pub(super) const TESTS: &[(&str, Test)] = &[
    ("nouns_from_plan_to_destroy", whole_way),
    ("a_deleted_account_is_made_again", deleted),
    ("an_edited_annotation_is_repaired", edited),
    ("what_others_add_stays", added),
    ("a_namespace_with_something_of_others_stays", shared),
];

fn applied(server: &KubeApiServer, namespace: &str) -> Project {
    let project = nouns(server, server, namespace, CREATES);
    apply(&project);
    project
}

fn whole_way(server: &Arc<KubeApiServer>) {
    let namespace = "nouns-whole-way";
    let project = nouns(server, server, namespace, CREATES);
    let planned = plan(&project);
    assert_eq!(planned.code, 2, "{planned}");
    let claim = format!("system:serviceaccount:{namespace}:reader");
    for shown in [ARN, &claim, "proved"] {
        assert!(planned.stdout.contains(shown), "{shown}\n{planned}");
    }
    assert_eq!(get(server, &namespace_path(namespace)), None);

    apply(&project);
    let made = account(server, namespace);
    assert_eq!(made["metadata"]["annotations"][ROLE_ARN], ARN);
    let ours = [("trustform".to_owned(), "Apply".to_owned())];
    assert_eq!(owners(&made), ours);
    has_nothing_to_do(&project);

    destroy(&project);
    assert_eq!(get(server, &account_path(namespace)), None);
    assert_eq!(get(server, &namespace_path(namespace)), None);
    assert_eq!(recorded(&project), Vec::<String>::new());
}

fn shared(server: &Arc<KubeApiServer>) {
    let namespace = "nouns-shared";
    let project = applied(server, namespace);
    make_config_map(server, namespace, "theirs");
    let destroyed = destroy(&project);
    for told in [
        "Object kept",
        "configmaps (theirs)",
        "kubectl delete namespace",
    ] {
        assert!(destroyed.stderr.contains(told), "{told}\n{destroyed}");
    }
    assert_eq!(get(server, &account_path(namespace)), None);
    assert!(get(server, &namespace_path(namespace)).is_some());
    let theirs = format!("{}/configmaps/theirs", namespace_path(namespace));
    assert!(get(server, &theirs).is_some());
    assert_eq!(recorded(&project), Vec::<String>::new());
}

fn deleted(server: &Arc<KubeApiServer>) {
    let namespace = "nouns-deleted";
    let project = applied(server, namespace);
    let first = account(server, namespace)["metadata"]["uid"].clone();
    delete_account(server, namespace);
    let planned = plan(&project);
    assert_eq!(planned.code, 2, "{planned}");
    let shown = "service_account.reader has been deleted";
    assert!(planned.stdout.contains(shown), "{planned}");
    apply(&project);
    assert_ne!(account(server, namespace)["metadata"]["uid"], first);
    has_nothing_to_do(&project);
}

fn edited(server: &Arc<KubeApiServer>) {
    let namespace = "nouns-edited";
    let project = applied(server, namespace);
    edit(server, namespace, "arn:of-an-edit");
    let planned = plan(&project);
    assert_eq!(planned.code, 2, "{planned}");
    for shown in ["changed outside of Trustform", "arn:of-an-edit"] {
        assert!(planned.stdout.contains(shown), "{shown}\n{planned}");
    }
    assert_eq!(annotation(server, namespace, ROLE_ARN), "arn:of-an-edit");
    apply(&project);
    assert_eq!(annotation(server, namespace, ROLE_ARN), ARN);
    has_nothing_to_do(&project);
}

fn added(server: &Arc<KubeApiServer>) {
    let namespace = "nouns-added";
    let project = applied(server, namespace);
    annotate(server, namespace, "team", "theirs");
    has_nothing_to_do(&project);
    edit(server, namespace, "arn:of-an-edit");
    apply(&project);
    assert_eq!(annotation(server, namespace, ROLE_ARN), ARN);
    assert_eq!(annotation(server, namespace, "team"), "theirs");
}
