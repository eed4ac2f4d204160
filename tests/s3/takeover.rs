//! States that others wrote are taken over as they are: those of older providers, with older versions of schemas and
//! attributes that came and went.

use libtest_mimic::Trial;
use serde_json::{Value as Json, json};

use crate::common::project::Project;

pub fn trials() -> Vec<Trial> {
    vec![Trial::test(
        "s3::takeover::states_of_older_providers_plan_empty",
        || {
            older_providers();
            Ok(())
        },
    )]
}

const CONFIGURATION: &str = r#"
terraform {
  backend "s3" {
    bucket       = "states"
    key          = "older"
    region       = "us-east-1"
    use_lockfile = true
  }
}

resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "app" {
  name   = "read"
  role   = aws_iam_role.app.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })
}

resource "aws_iam_openid_connect_provider" "main" {
  url            = "https://oidc.example.com/id/1"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_eks_cluster" "main" {
  name = "main"
}

provider "kubernetes" {
  host                   = data.aws_eks_cluster.main.endpoint
  cluster_ca_certificate = base64decode(data.aws_eks_cluster.main.certificate_authority[0].data)
  token                  = "token"
}

resource "kubernetes_namespace" "app" {
  metadata {
    name = "app"
  }
}

resource "kubernetes_service_account" "app" {
  metadata {
    name        = "app"
    namespace   = kubernetes_namespace.app.metadata[0].name
    annotations = { team = "platform" }
  }
}

resource "terraform_data" "a" {
  input = { n = 1 }
}
"#;

/// The objects of a state, each as an older provider would have recorded it.
fn aged(mut state: Json) -> Json {
    let resources = state["resources"].as_array_mut().unwrap();
    for resource in resources {
        let ty = resource["type"].as_str().unwrap().to_owned();
        let instance = &mut resource["instances"][0];
        instance["schema_version"] = json!(0);
        // What the real tool keeps for its providers, and we for nobody.
        instance["private"] = json!("bnVsbA==");
        let attributes = instance["attributes"].as_object_mut().unwrap();
        match ty.as_str() {
            "aws_iam_role" => {
                attributes.remove("permissions_boundary");
                attributes.insert("tags".to_owned(), json!({}));
                attributes.insert("inline_policy".to_owned(), json!([]));
                attributes.insert("managed_policy_arns".to_owned(), json!([]));
                let spelled = attributes["assume_role_policy"]
                    .as_str()
                    .unwrap()
                    .replace(':', ": ");
                attributes.insert("assume_role_policy".to_owned(), json!(spelled));
            }
            "aws_iam_role_policy" => {
                attributes.remove("name_prefix");
            }
            "aws_iam_openid_connect_provider" => {
                attributes.insert("tags".to_owned(), Json::Null);
                attributes.remove("tags_all");
            }
            "kubernetes_namespace" => {
                attributes.remove("wait_for_default_service_account");
                attributes.remove("timeouts");
            }
            "kubernetes_service_account" => {
                attributes.insert("default_secret_name".to_owned(), json!("app-token-x7x2z"));
                attributes.remove("timeouts");
            }
            _ => {}
        }
    }
    state["terraform_version"] = json!("0.13.7");
    state.as_object_mut().unwrap().remove("check_results");
    state
}

fn older_providers() {
    let project = Project::of(CONFIGURATION);
    let seed = r#"{"buckets": [{"name": "states"}], "clusters": [{"name": "main"}]}"#;
    project.write("sandbox.json", seed);
    project.succeeds(&["-sandbox", "init"]);
    project.succeeds(&["-sandbox", "apply", "-auto-approve"]);
    let shown = project.succeeds(&[
        "-sandbox",
        "sandbox",
        "show",
        "-json",
        "s3/object/states/older",
    ]);
    let shown: Json = serde_json::from_str(&shown.stdout).unwrap();
    let body = body(&shown).expect("the object's body");
    let aged = aged(serde_json::from_str(body).unwrap());
    let change = json!({ "Body": aged.to_string() }).to_string();
    project.succeeds(&[
        "-sandbox",
        "sandbox",
        "set",
        "s3/object/states/older",
        &change,
    ]);
    let plan = project.succeeds(&["-sandbox", "plan"]);
    assert!(plan.stdout.contains("No changes"), "{plan}");
    // Nothing is lost by a write: the version of the writer is that of the newer of the two.
    let changed = CONFIGURATION.replace("n = 1", "n = 2");
    project.write("main.tf", &changed);
    let applied = project.succeeds(&["-sandbox", "apply", "-auto-approve"]);
    assert!(
        applied.stdout.contains("0 added, 1 changed, 0 destroyed"),
        "{applied}"
    );
}

/// The member `Body`, wherever the command puts the object.
fn body(shown: &Json) -> Option<&str> {
    match shown {
        Json::Object(members) => match members.get("Body") {
            Some(body) => body.as_str(),
            None => members.values().find_map(body),
        },
        Json::Array(parts) => parts.iter().find_map(body),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
    }
}
