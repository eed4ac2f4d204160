//! A project whose cluster is a real server, and what others do on that server.

use serde_json::{Value as Json, json};
use trustform_test_support::https::Request;
use trustform_test_support::kubernetes::{KubeApiServer, kubeconfig};

use crate::common::project::{Project, Ran};

/// The annotation that gives the pods of an account a role.
pub(super) const ROLE_ARN: &str = "eks.amazonaws.com/role-arn";

/// The role of the configurations here.
pub(super) const ARN: &str = "arn:aws:iam::123456789012:role/reader";

/// Lets the namespace be made with the account.
pub(super) const CREATES: &str = "create_namespace = true";

/// How the configurations here are connected unless they say otherwise.
const CONNECTION: &str = r#"
    host                   = var.host
    cluster_ca_certificate = file("authority.pem")
    client_certificate     = file("client.pem")
    client_key             = file("client-key.pem")
"#;

/// The cluster of the configurations here: it exists, and its API server is a real one.
fn cluster() -> String {
    format!(
        r#"
provider "aws" {{
  region = "eu-central-1"
}}

variable "host" {{
  type = string
}}

cluster "main" {{
  name     = "real"
  existing = true

  connection {{{CONNECTION}  }}
}}

oidc_provider "main" {{
  cluster = cluster.main
}}

role "reader" {{
  name = "reader"
}}
"#
    )
}

/// A project of nouns: cluster, provider, role, and an account `reader` with further arguments.
pub(super) fn nouns(
    server: &KubeApiServer,
    issuer: &KubeApiServer,
    namespace: &str,
    further: &str,
) -> Project {
    let cluster = cluster();
    let text = format!(
        r#"{cluster}
service_account "reader" {{
  cluster   = cluster.main
  namespace = "{namespace}"
  name      = "reader"
  role      = role.reader
  {further}
}}
"#
    );
    let project = project(server, issuer);
    project.write("main.trustform.hcl", &text);
    project
}

/// Lets a project of nouns reach its cluster by a context of a kubeconfig with these servers.
pub(super) fn by_context(project: &Project, servers: &[&KubeApiServer], context: &str) {
    project.write("kubeconfig", &kubeconfig(servers));
    let settings = format!("\n    kubeconfig = \"kubeconfig\"\n    context    = \"{context}\"\n");
    let text = project.read("main.trustform.hcl");
    assert!(text.contains(CONNECTION), "{text}");
    project.write("main.trustform.hcl", &text.replace(CONNECTION, &settings));
}

/// A project that is connected to `server`, with a cluster of the sandbox whose issuer is the one of `issuer`.
pub(super) fn project(server: &KubeApiServer, issuer: &KubeApiServer) -> Project {
    let project = Project::new();
    let (region, id) = issuer.issuer.rsplit_once("/id/").expect("an issuer of EKS");
    assert!(region.contains("eu-central-1"), "{region}");
    let sandbox = json!({
        "account": "123456789012",
        "region": "eu-central-1",
        "clusters": [{ "name": "real", "issuer_id": id }],
    });
    project.write("sandbox.json", &sandbox.to_string());
    project.write("authority.pem", &server.ca_pem);
    project.write("client.pem", &server.client_cert_pem);
    project.write("client-key.pem", &server.client_key_pem);
    connect(&project, &server.host);
    project
}

/// Connects a project to another host.
pub(super) fn connect(project: &Project, host: &str) {
    let variables = json!({ "host": host });
    project.write("terraform.tfvars.json", &variables.to_string());
}

/// Exit code and output of `plan`: 0 for nothing to do, 2 for changes.
pub(super) fn plan(project: &Project) -> Ran {
    project.run(&["plan", "-sandbox", "-detailed-exitcode"])
}

pub(super) fn has_nothing_to_do(project: &Project) {
    let ran = plan(project);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.contains("No changes"), "{ran}");
}

pub(super) fn apply(project: &Project) -> Ran {
    project.succeeds(&["apply", "-sandbox", "-auto-approve"])
}

pub(super) fn fails_to_apply(project: &Project) -> Ran {
    let ran = project.run(&["apply", "-sandbox", "-auto-approve"]);
    assert_eq!(ran.code, 1, "{ran}");
    ran
}

pub(super) fn destroy(project: &Project) -> Ran {
    project.succeeds(&["destroy", "-sandbox", "-auto-approve"])
}

/// The objects that the state records, by address.
pub(super) fn recorded(project: &Project) -> Vec<String> {
    let listed = project.succeeds(&["state", "list"]).stdout;
    listed.lines().map(str::to_owned).collect()
}

/// The object at a path; `None` when there is none.
pub(super) fn get(server: &KubeApiServer, path: &str) -> Option<Json> {
    let answer = server.send(Request::get(path)).expect("an answer");
    match answer.status {
        200 => Some(serde_json::from_str(&answer.body).expect("an object")),
        404 => None,
        status => panic!("{path}: {status} {}", answer.body),
    }
}

pub(super) fn namespace_path(namespace: &str) -> String {
    format!("/api/v1/namespaces/{namespace}")
}

pub(super) fn account_path(namespace: &str) -> String {
    format!("{}/serviceaccounts/reader", namespace_path(namespace))
}

/// The account `reader` of a namespace, which has to be there.
pub(super) fn account(server: &KubeApiServer, namespace: &str) -> Json {
    get(server, &account_path(namespace)).expect("the account")
}

/// One annotation of the account; null when it has none of that name.
pub(super) fn annotation(server: &KubeApiServer, namespace: &str, name: &str) -> Json {
    account(server, namespace)["metadata"]["annotations"][name].clone()
}

/// Who owns the role annotation: manager and operation.
pub(super) fn owners(account: &Json) -> Vec<(String, String)> {
    let field = format!("f:{ROLE_ARN}");
    let text = |entry: &Json, member: &str| entry[member].as_str().unwrap_or_default().to_owned();
    let entries = account["metadata"]["managedFields"].as_array();
    let entries = entries.into_iter().flatten();
    entries
        .filter(|entry| !entry["fieldsV1"]["f:metadata"]["f:annotations"][&field].is_null())
        .map(|entry| (text(entry, "manager"), text(entry, "operation")))
        .collect()
}

/// Somebody else makes a namespace.
pub(super) fn make_namespace(server: &KubeApiServer, namespace: &str) {
    let body =
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": namespace } });
    send(
        server,
        "POST",
        "/api/v1/namespaces",
        "application/json",
        &body,
    );
}

/// Somebody else makes a config map.
pub(super) fn make_config_map(server: &KubeApiServer, namespace: &str, name: &str) {
    let body = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name } });
    let path = format!("{}/configmaps", namespace_path(namespace));
    send(server, "POST", &path, "application/json", &body);
}

/// Somebody else makes the account `reader` with an annotation of their own.
pub(super) fn make_account(server: &KubeApiServer, namespace: &str) {
    let metadata = json!({ "name": "reader", "annotations": { "team": "theirs" } });
    let body = json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata });
    let path = format!(
        "{}/serviceaccounts?fieldManager=kubectl-create",
        namespace_path(namespace)
    );
    send(server, "POST", &path, "application/json", &body);
}

/// Somebody edits the role annotation.
pub(super) fn edit(server: &KubeApiServer, namespace: &str, value: &str) {
    annotate(server, namespace, ROLE_ARN, value);
}

/// Somebody sets an annotation of the account, as `kubectl annotate` does.
pub(super) fn annotate(server: &KubeApiServer, namespace: &str, name: &str, value: &str) {
    let body = json!({ "metadata": { "annotations": { name: value } } });
    let path = format!("{}?fieldManager=kubectl-annotate", account_path(namespace));
    send(
        server,
        "PATCH",
        &path,
        "application/merge-patch+json",
        &body,
    );
}

/// Another tool declares the role annotation and takes it over.
pub(super) fn declare(server: &KubeApiServer, namespace: &str, manager: &str, value: &str) {
    let body = json!({
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": { "name": "reader", "annotations": { ROLE_ARN: value } },
    });
    let path = format!(
        "{}?fieldManager={manager}&force=true",
        account_path(namespace)
    );
    send(
        server,
        "PATCH",
        &path,
        "application/apply-patch+yaml",
        &body,
    );
}

/// Somebody deletes the account.
pub(super) fn delete_account(server: &KubeApiServer, namespace: &str) {
    let path = account_path(namespace);
    send(server, "DELETE", &path, "application/json", &Json::Null);
}

/// Somebody sends a request, which has to succeed.
pub(super) fn send(
    server: &KubeApiServer,
    method: &str,
    path: &str,
    content_type: &str,
    body: &Json,
) {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let request = Request {
        method,
        path,
        content_type,
        body: &body,
    };
    let answer = server.send(request).expect("an answer");
    assert!(
        (200..300).contains(&answer.status),
        "{method} {path}: {} {}",
        answer.status,
        answer.body
    );
}
