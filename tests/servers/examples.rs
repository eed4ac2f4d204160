//! Every example on every stand-in, together with a real kube-apiserver: planned, applied, planned again, destroyed.

use std::path::Path;
use std::process::Command;

use libtest_mimic::Trial;
use serde_json::Value as Json;
use trustform_test_support::Missing;
use trustform_test_support::aws::Joined;
use trustform_test_support::https::Request;
use trustform_test_support::kubernetes::KubeApiServer;

use super::calls::{left_in_iam, make_cluster};
use super::differences::{is_as_on_aws, known};
use super::stand_in::{Kind, StandIn, lead_to, on};
use crate::common::project::Project;
use crate::common::repository;

/// An example and what has to be there before it.
struct Example {
    name: &'static str,
    /// Region and name of the cluster.
    cluster: (&'static str, &'static str),
    /// Whether the cluster is there already.
    exists: bool,
    /// The service accounts that it makes, as `namespace/name`.
    accounts: &'static [&'static str],
}

const EXAMPLES: [Example; 4] = [
    Example {
        name: "aws-load-balancer-controller",
        cluster: ("ap-northeast-2", "ssup2-eks-cluster"),
        exists: true,
        accounts: &["kube-system/aws-load-balancer-controller"],
    },
    Example {
        name: "many-service-accounts",
        cluster: ("eu-west-1", "shared"),
        exists: true,
        accounts: &[
            "billing/billing",
            "billing/import",
            "search/search",
            "web/web",
        ],
    },
    Example {
        name: "new-cluster",
        cluster: ("eu-west-1", "reports"),
        exists: false,
        accounts: &["reports/reader"],
    },
    Example {
        name: "plain-terraform",
        cluster: ("ap-northeast-2", "ssup2-eks-cluster"),
        exists: true,
        accounts: &["kube-system/aws-load-balancer-controller"],
    },
];

pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for kind in Kind::ALL {
        for example in EXAMPLES {
            let name = format!("example::{}", example.name);
            trials.push(on(kind, &name, move |server| whole_way(&example, server)));
        }
    }
    trials
}

fn whole_way(example: &Example, server: &StandIn) -> Result<(), Missing> {
    let joined = Joined::new(server.port(), example.cluster.1)?;
    let (region, cluster) = example.cluster;
    if example.exists {
        make_cluster(server, region, cluster);
    }
    let before = left_in_iam(server);
    let mut project = Project::new();
    let folder = repository().join("examples").join(example.name);
    project.copy(&folder, |name| name == "sandbox.json");
    lead_to(&mut project, &joined.front.endpoint);
    with_aws_command(&mut project, region);

    let name = server.kind().name();
    let run = |step: &str, arguments: &[&str], code: i32| {
        let ran = project.run(arguments);
        is_as_on_aws(name, example.name, step, &ran, code)
    };
    run("plan", &["plan", "-detailed-exitcode"], 2);
    if run("apply", &["apply", "-auto-approve"], 0) {
        check_accounts(example, &joined.api_server, server.kind());
        run("again", &["plan", "-detailed-exitcode"], 0);
    }
    if run("destroy", &["destroy", "-auto-approve"], 0) {
        let left = left_in_iam(server);
        match known(name, example.name, "left") {
            None => assert_eq!(left, before, "{} on {name}", example.name),
            Some(known) => assert!(left.contains(&known.says), "{known:?}: {left:?}"),
        }
    }
    Ok(())
}

/// Every account has the annotation of a role in the stand-in's account.
fn check_accounts(example: &Example, server: &KubeApiServer, kind: Kind) {
    for account in example.accounts {
        let (namespace, name) = account.split_once('/').expect("a namespace and a name");
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{name}");
        let answer = server.send(Request::get(&path)).expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.body);
        let found: Json = serde_json::from_str(&answer.body).expect("an account");
        let role = &found["metadata"]["annotations"]["eks.amazonaws.com/role-arn"];
        let role = role.as_str().unwrap_or_default();
        let expected = format!("arn:aws:iam::{}:role/", kind.account());
        assert!(role.starts_with(&expected), "{account}: {role}");
    }
}

/// Puts a command `aws` before the others, which prints the token that its namesake would.
fn with_aws_command(project: &mut Project, region: &str) {
    let url = format!("https://sts.{region}.amazonaws.com/?Action=GetCallerIdentity&cluster=");
    let script = format!(
        r#"#!/bin/sh
# aws eks get-token --cluster-name NAME
token=$(printf '%s' "{url}$4" | base64 | tr -d '\n=' | tr '+/' '-_')
echo '{{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","spec":{{}},"status":{{"token":"k8s-aws-v1.'"$token"'"}}}}'
"#
    );
    project.write("bin/script", &script);
    make_executable(&project.file("bin/script"), &project.file("bin/aws"));
    let path = std::env::var("PATH").unwrap_or_default();
    let bin = project.file("bin");
    project.set("PATH", &format!("{}:{path}", bin.display()));
}

/// A program with the text of a file. Another process writes it: one that this process starts meanwhile for another trial
/// would hold it open for writing, and until then nobody can run it.
fn make_executable(text: &Path, program: &Path) {
    let mut install = Command::new("install");
    let done = install.args(["-m", "755"]).args([text, program]).status();
    assert!(done.expect("`install`").success());
}
