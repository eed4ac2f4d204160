//! How a user chooses a cluster and credentials for it: provider blocks, kubeconfigs, commands and variables, each of which
//! makes a namespace on a real kube-apiserver.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libtest_mimic::{Completion, Trial};
use serde_json::{Value as Json, json};
use trustform_test_support::Missing;
use trustform_test_support::aws::{Front, FrontOptions};
use trustform_test_support::https::Request;
use trustform_test_support::kubernetes::{KubeApiServer, cluster, kubeconfig};

use crate::common::project::{Project, Ran};
use crate::common::without;

/// The server that the trials share; each keeps to a namespace of its own.
const CLUSTER: &str = "main";

type Test = fn(&Connected) -> Result<(), Missing>;

pub fn trials() -> Vec<Trial> {
    let tests: [(&str, Test); 12] = [
        ("host-and-certificates", host_and_certificates),
        ("token", token),
        ("exec", exec),
        ("config-path", config_path),
        ("config-paths", config_paths),
        ("config-context", config_context),
        ("variables-of-a-kubeconfig", variables_of_a_kubeconfig),
        ("variables-of-a-host", variables_of_a_host),
        ("insecure", insecure),
        ("tls-server-name", tls_server_name),
        ("proxy", proxy),
        ("ignored-annotations", ignored_annotations),
    ];
    tests
        .into_iter()
        .map(|(name, test)| trial(name, test))
        .collect()
}

fn trial(name: &'static str, test: Test) -> Trial {
    Trial::ignorable_test(format!("servers::kubernetes::{name}"), move || {
        let tested = cluster(CLUSTER).and_then(|server| test(&Connected { name, server }));
        match tested {
            Ok(()) => Ok(Completion::Completed),
            Err(missing) => without(&missing),
        }
    })
}

/// A trial's server and namespace.
struct Connected {
    name: &'static str,
    server: Arc<KubeApiServer>,
}

impl Connected {
    /// The name of the trial's namespace.
    fn namespace(&self) -> String {
        format!("by-{}", self.name)
    }

    /// A project that makes the namespace over a connection with these settings.
    fn project(&self, settings: &str) -> Project {
        let namespace = self.namespace();
        let project = Project::of(&format!(
            "provider \"kubernetes\" {{\n{settings}\n}}\n\n\
             resource \"kubernetes_namespace_v1\" \"own\" {{\n  metadata {{\n    name = \"{namespace}\"\n  }}\n}}\n"
        ));
        project.write("authority.pem", &self.server.ca_pem);
        project.write("client.pem", &self.server.client_cert_pem);
        project.write("client-key.pem", &self.server.client_key_pem);
        project.write("kubeconfig", &kubeconfig(&[&self.server]));
        project
    }

    /// The host, and these settings.
    fn at_host(&self, settings: &str) -> String {
        format!("  host = \"{}\"\n{settings}", self.server.host)
    }

    /// The namespace is made, found again, and taken away.
    fn works(&self, project: &Project) {
        project.succeeds(&["apply", "-auto-approve"]);
        assert_eq!(self.found(), 200);
        let ran = project.run(&["plan", "-detailed-exitcode"]);
        assert_eq!(ran.code, 0, "{ran}");
        project.succeeds(&["destroy", "-auto-approve"]);
    }

    fn found(&self) -> u16 {
        let path = format!("/api/v1/namespaces/{}", self.namespace());
        let answer = self.server.send(Request::get(&path)).expect("an answer");
        answer.status
    }
}

const AUTHORITY: &str = "  cluster_ca_certificate = file(\"authority.pem\")\n";
const CERTIFICATE: &str =
    "  client_certificate = file(\"client.pem\")\n  client_key = file(\"client-key.pem\")\n";

fn says(ran: &Ran, part: &str) {
    assert_eq!(ran.code, 1, "{ran}");
    let said = format!("{}{}", ran.stdout, ran.stderr);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(part), "it does not say {part}\n{ran}");
}

fn host_and_certificates(connected: &Connected) -> Result<(), Missing> {
    let settings = connected.at_host(&format!("{AUTHORITY}{CERTIFICATE}"));
    connected.works(&connected.project(&settings));
    Ok(())
}

/// A token of a service account that may do everything.
fn administrators_token(connected: &Connected) -> String {
    let name = connected.namespace();
    let post = |path: &str, body: Json| {
        let body = body.to_string();
        let answer = connected.server.send(Request::post(path, &body));
        let answer = answer.expect("an answer");
        assert!(answer.status < 300, "{}", answer.body);
        serde_json::from_str::<Json>(&answer.body).expect("an object")
    };
    let accounts = "/api/v1/namespaces/kube-system/serviceaccounts";
    post(accounts, json!({ "metadata": { "name": name } }));
    post(
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        json!({
            "metadata": { "name": name },
            "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin" },
            "subjects": [{ "kind": "ServiceAccount", "namespace": "kube-system", "name": name }],
        }),
    );
    let request = post(&format!("{accounts}/{name}/token"), json!({ "spec": {} }));
    let token = request["status"]["token"].as_str();
    token.expect("a token").to_owned()
}

fn token(connected: &Connected) -> Result<(), Missing> {
    let token = administrators_token(connected);
    let settings = connected.at_host(&format!("{AUTHORITY}  token = \"{token}\""));
    connected.works(&connected.project(&settings));
    let wrong = connected.at_host(&format!("{AUTHORITY}  token = \"other\""));
    let ran = connected.project(&wrong).run(&["plan"]);
    says(&ran, "Unauthorized");
    assert!(!ran.stderr.contains(&token), "{ran}");
    Ok(())
}

fn exec(connected: &Connected) -> Result<(), Missing> {
    let settings = connected.at_host(&format!(
        "{AUTHORITY}  exec {{\n    api_version = \"client.authentication.k8s.io/v1\"\n    command = \"sh\"\n    \
         args = [\"credentials.sh\", \"one\"]\n    env = {{ PART = \"two\" }}\n  }}"
    ));
    let project = connected.project(&settings);
    let encoded = |pem: &str| pem.replace('\n', "\\n");
    let credentials = format!(
        r#"[ "$1$PART" = onetwo ] || exit 3
cat <<'END'
{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{{"interactive":false}},"status":{{"clientCertificateData":"{}","clientKeyData":"{}"}}}}
END
"#,
        encoded(&connected.server.client_cert_pem),
        encoded(&connected.server.client_key_pem),
    );
    project.write("credentials.sh", &credentials);
    connected.works(&project);
    Ok(())
}

fn config_path(connected: &Connected) -> Result<(), Missing> {
    connected.works(&connected.project("  config_path = \"kubeconfig\""));
    let ran = connected
        .project("  config_path = \"absent\"")
        .run(&["plan"]);
    says(&ran, "absent");
    Ok(())
}

/// Two files: the first names users and contexts, the second the cluster.
fn config_paths(connected: &Connected) -> Result<(), Missing> {
    let project = connected.project("  config_paths = [\"users\", \"clusters\"]");
    let server = &connected.server;
    let encoded = |pem: &str| STANDARD.encode(pem);
    let users = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "it",
        "contexts": [{ "name": "it", "context": { "cluster": "that", "user": "me" } }],
        "users": [{ "name": "me", "user": {
            "client-certificate-data": encoded(&server.client_cert_pem),
            "client-key-data": encoded(&server.client_key_pem),
        } }],
    });
    let clusters = json!({
        "apiVersion": "v1", "kind": "Config",
        "clusters": [{ "name": "that", "cluster": {
            "server": server.host, "certificate-authority-data": encoded(&server.ca_pem),
        } }],
    });
    project.write("users", &users.to_string());
    project.write("clusters", &clusters.to_string());
    connected.works(&project);
    Ok(())
}

fn config_context(connected: &Connected) -> Result<(), Missing> {
    let named = |context: &str| {
        connected.project(&format!(
            "  config_path = \"kubeconfig\"\n  config_context = \"{context}\""
        ))
    };
    connected.works(&named(CLUSTER));
    says(&named("other").run(&["plan"]), "other");
    let parts = connected.project(&format!(
        "  config_path = \"kubeconfig\"\n  config_context_cluster = \"{CLUSTER}\"\n  \
         config_context_auth_info = \"nobody\""
    ));
    says(&parts.run(&["plan"]), "nobody");
    Ok(())
}

fn variables_of_a_kubeconfig(connected: &Connected) -> Result<(), Missing> {
    for variables in [
        &[("KUBE_CONFIG_PATH", "kubeconfig")][..],
        &[("KUBE_CONFIG_PATHS", "kubeconfig")],
        &[("KUBECONFIG", "kubeconfig"), ("KUBE_CTX", CLUSTER)],
    ] {
        let mut project = connected.project("");
        for (name, value) in variables {
            project.set(name, value);
        }
        project.succeeds(&["plan"]);
    }
    Ok(())
}

fn variables_of_a_host(connected: &Connected) -> Result<(), Missing> {
    let server = &connected.server;
    let mut project = connected.project("");
    project.set("KUBE_HOST", &server.host);
    project.set("KUBE_CLUSTER_CA_CERT_DATA", &server.ca_pem);
    project.set("KUBE_CLIENT_CERT_DATA", &server.client_cert_pem);
    project.set("KUBE_CLIENT_KEY_DATA", &server.client_key_pem);
    connected.works(&project);
    Ok(())
}

fn insecure(connected: &Connected) -> Result<(), Missing> {
    let settings = connected.at_host(CERTIFICATE);
    says(&connected.project(&settings).run(&["plan"]), "certificate");
    let settings = format!("{settings}  insecure = true");
    connected.works(&connected.project(&settings));
    Ok(())
}

fn tls_server_name(connected: &Connected) -> Result<(), Missing> {
    let named = |name: &str| {
        connected.project(&connected.at_host(&format!(
            "{AUTHORITY}{CERTIFICATE}  tls_server_name = \"{name}\""
        )))
    };
    connected.works(&named("localhost"));
    says(&named("elsewhere.test").run(&["plan"]), "certificate");
    Ok(())
}

fn proxy(connected: &Connected) -> Result<(), Missing> {
    let (_, port) = connected.server.host.rsplit_once(':').expect("a port");
    let port = port.parse().expect("a port");
    let front = Front::before(port, FrontOptions::default())
        .map_err(|error| Missing::new("a front", error.to_string()))?;
    let settings = connected.at_host(&format!(
        "{AUTHORITY}{CERTIFICATE}  proxy_url = \"{}\"",
        front.endpoint
    ));
    connected.works(&connected.project(&settings));
    let seen = front.seen();
    assert_eq!(seen[0].method, "CONNECT");
    assert_eq!(seen[0].target, format!("127.0.0.1:{port}"));
    Ok(())
}

/// An annotation of ours that neither configuration nor state has is taken away, unless its key is ignored.
fn ignored_annotations(connected: &Connected) -> Result<(), Missing> {
    let settings = connected.at_host(&format!("{AUTHORITY}{CERTIFICATE}"));
    let project = connected.project(&settings);
    let whole = project.read("main.tf");
    let annotated = whole.replace(
        "name = \"by-",
        "annotations = { \"tool.io/note\" = \"x\" }\n    name = \"by-",
    );
    project.write("main.tf", &annotated);
    project.succeeds(&["apply", "-auto-approve"]);
    let mut state = project.state();
    state["resources"][0]["instances"][0]["attributes"]["metadata"][0]["annotations"] = Json::Null;
    project.write("terraform.tfstate", &state.to_string());
    project.write("main.tf", &whole);
    let plan = project.run(&["plan", "-detailed-exitcode"]);
    assert_eq!(plan.code, 2, "{plan}");
    let ignoring = whole.replace(
        "provider \"kubernetes\" {",
        "provider \"kubernetes\" {\n  ignore_annotations = [\"^tool\\\\.io/\"]",
    );
    project.write("main.tf", &ignoring);
    let plan = project.run(&["plan", "-detailed-exitcode"]);
    assert_eq!(plan.code, 0, "{plan}");
    project.succeeds(&["destroy", "-auto-approve"]);
    Ok(())
}
