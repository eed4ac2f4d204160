//! Linked configurations at work: the trust policies that roles come to.

use super::{PriorFacts, linked};
use crate::address::{InstanceKey, ModuleInstance, ModulePath, Name, ResourceMode};
use crate::config::Configuration;
use crate::eval::{Evaluation, FileAnswers, Program, Stage, Surroundings};
use crate::graph;
use crate::lang::Halt;
use crate::schema::{Block, Schemas, TypeEntry};
use crate::value::{Type, Value};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// No type is known: objects are put in by hand.
struct NoTypes;

impl Schemas for NoTypes {
    fn find(&self, _: ResourceMode, _: &str) -> Option<TypeEntry> {
        None
    }

    fn provider(&self, _: &str) -> Option<&'static Block> {
        None
    }

    fn names(&self, _: ResourceMode) -> Vec<&'static str> {
        Vec::new()
    }
}

const ISSUER: &str =
    "https://oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53";
const PROVIDER: &str = "arn:aws:iam::132099918825:oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53";

fn list(value: Value) -> Value {
    Value::list(value.ty(), vec![value])
}

/// A program whose clusters all have the published issuer (or an unknown one), and whose providers have its ARN.
fn program(configuration: Configuration) -> Program {
    let graph = graph::build(&configuration).unwrap_or_else(|problems| panic!("{problems:?}"));
    Program {
        configuration,
        graph,
        schemas: Arc::new(NoTypes),
        inputs: BTreeMap::new(),
        surroundings: Surroundings::default(),
    }
}

fn objects(evaluation: &Evaluation<'_>, program: &Program, issuer: &Value) {
    let oidc = Value::object_of([("issuer", issuer.clone())]);
    let identity = list(Value::object_of([("oidc", list(oidc))]));
    let cluster = Value::object_of([
        (
            "arn",
            "arn:aws:eks:ap-northeast-2:132099918825:cluster/c".into_value(),
        ),
        ("identity", identity),
    ]);
    let provider = Value::object_of([("arn", PROVIDER.into_value())]);
    let keys = [InstanceKey::None, InstanceKey::Int(0)];
    for (path, module) in &program.configuration.modules {
        for name in module.resources.keys() {
            let object = match name.resource_type.as_ref() {
                "aws_eks_cluster" => &cluster,
                "aws_iam_openid_connect_provider" => &provider,
                _ => continue,
            };
            let index = program.graph.module(path).unwrap();
            let node = index.resources[name];
            for instance in evaluation.module_instances(path).unwrap().iter() {
                for key in &keys {
                    evaluation.set_object(node, instance, key.clone(), object.clone());
                }
            }
        }
    }
}

trait IntoValue {
    fn into_value(self) -> Value;
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::string(self)
    }
}

/// An output of a noun's module; of the instance with the key, if it is repeated.
fn output(text: &str, call: &str, key: InstanceKey, name: &str, issuer: &Value) -> Value {
    let (configuration, diagnostics) = linked(text, &PriorFacts::default());
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let program = program(configuration);
    let files = FileAnswers {
        contents: BTreeMap::from([("iam-policy.json".to_owned(), Some(Arc::from(&b"{}"[..])))]),
        ..FileAnswers::default()
    };
    let evaluation = Evaluation::new(&program, &files, Stage::Plan);
    objects(&evaluation, &program, issuer);
    let index = program
        .graph
        .module(&ModulePath::root().child(call))
        .unwrap();
    let node = index.outputs[&Name::from(name)];
    let module = ModuleInstance::root().child(call, key);
    match evaluation.result(node, &module) {
        Ok(value) => value,
        Err(Halt::Blocked) => panic!("blocked"),
        Err(Halt::Failed(problems)) => panic!("{problems:?}"),
    }
}

fn trust(text: &str, call: &str, key: InstanceKey) -> serde_json::Value {
    let value = output(text, call, key, "trust_policy", &Value::string(ISSUER));
    serde_json::from_str(value.as_str().unwrap()).unwrap()
}

fn seed() -> &'static str {
    include_str!("cases/seed.tf")
        .split("-----\n")
        .next()
        .unwrap()
}

#[test]
fn the_published_trust_policy() {
    let value = output(
        seed(),
        "role_aws_load_balancer_controller",
        InstanceKey::None,
        "trust_policy",
        &Value::string(ISSUER),
    );
    // As the role's page in the console shows it, byte for byte but for white space.
    let published = r#"{
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": {
              "Federated": "arn:aws:iam::132099918825:oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53"
            },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
              "StringEquals": {
                "oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53:aud": "sts.amazonaws.com",
                "oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53:sub": "system:serviceaccount:kube-system:aws-load-balancer-controller"
              }
            }
          }
        ]
      }"#;
    let squeezed: String = published.split_whitespace().collect();
    assert_eq!(value.as_str().unwrap(), squeezed);
}

#[test]
fn an_unknown_issuer_leaves_the_subjects_known() {
    let call = "role_aws_load_balancer_controller";
    let issuer = Value::unknown(Type::String);
    let policy = output(seed(), call, InstanceKey::None, "trust_policy", &issuer);
    assert!(policy.is_unknown());
    let subjects = output(seed(), call, InstanceKey::None, "subjects", &issuer);
    let subject = "system:serviceaccount:kube-system:aws-load-balancer-controller";
    assert_eq!(subjects.as_elements().unwrap(), [Value::string(subject)]);
}

const MANY: &str = r#"
cluster "main" {
  name     = "c"
  existing = true
}
locals { apps = { a = "x", b = "y" } }
role "app" {
  for_each = local.apps
  name     = each.key
}
service_account "app" {
  for_each  = local.apps
  cluster   = cluster.main
  namespace = each.value
  name      = each.key
  role      = role.app[each.key]
}
service_account "more" {
  count     = 2
  cluster   = cluster.main
  namespace = "z"
  name      = "more-${count.index}"
  role      = role.app["a"]
}
"#;

#[test]
fn each_role_gets_its_own_subjects() {
    let condition = |key: &str| {
        let trust = trust(MANY, "role_app", InstanceKey::string(key));
        let statements = trust["Statement"].as_array().unwrap().clone();
        assert_eq!(statements.len(), 1);
        let name = format!("{}:sub", ISSUER.trim_start_matches("https://"));
        statements[0]["Condition"]["StringEquals"][name].clone()
    };
    assert_eq!(condition("b"), "system:serviceaccount:y:b");
    assert_eq!(
        condition("a"),
        serde_json::json!([
            "system:serviceaccount:x:a",
            "system:serviceaccount:z:more-0",
            "system:serviceaccount:z:more-1"
        ])
    );
}

#[test]
fn audiences_patterns_and_further_statements() {
    let text = r#"
cluster "main" {
  name     = "c"
  existing = true
}
role "app" {
  service_accounts = ["team-a/*", { namespace = "b", name = "exact" }]
  trust            = jsonencode({ Effect = "Deny", Principal = "*", Action = "sts:AssumeRole" })
}
service_account "app" {
  cluster   = cluster.main
  namespace = "n"
  role      = role.app
  audience  = "vault"
}
"#;
    let trust = trust(text, "role_app", InstanceKey::None);
    let name = |part: &str| format!("{}:{part}", ISSUER.trim_start_matches("https://"));
    let statements = trust["Statement"].as_array().unwrap();
    assert_eq!(statements.len(), 3);
    assert_eq!(
        statements[0]["Condition"],
        serde_json::json!({
            "StringEquals": { name("aud"): "sts.amazonaws.com" },
            "StringLike": { name("sub"): ["system:serviceaccount:b:exact", "system:serviceaccount:team-a:*"] }
        })
    );
    assert_eq!(
        statements[1]["Condition"],
        serde_json::json!({
            "StringEquals": { name("aud"): "vault", name("sub"): "system:serviceaccount:n:app" }
        })
    );
    assert_eq!(statements[2]["Effect"], "Deny");
}

#[test]
fn nobody_is_denied() {
    let text = MANY.replace("count     = 2", "count     = 0").replace(
        "for_each  = local.apps\n  cluster",
        "for_each  = {}\n  cluster",
    );
    let trust = trust(&text, "role_app", InstanceKey::string("b"));
    assert_eq!(
        trust["Statement"],
        serde_json::json!([{ "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRoleWithWebIdentity" }])
    );
    let issuer = Value::string(ISSUER);
    let subjects = output(
        &text,
        "role_app",
        InstanceKey::string("b"),
        "subjects",
        &issuer,
    );
    assert!(subjects.as_elements().unwrap().is_empty());
}

#[test]
fn a_role_under_count() {
    let text = MANY
        .replace(
            "for_each = local.apps\n  name     = each.key",
            "count = 2\n  name  = \"app-${count.index}\"",
        )
        .replace("role.app[each.key]", "role.app[each.key == \"a\" ? 0 : 1]")
        .replace("role.app[\"a\"]", "role.app[count.index]");
    let subjects = |index: u64| {
        let issuer = Value::string(ISSUER);
        let value = output(
            &text,
            "role_app",
            InstanceKey::Int(index),
            "subjects",
            &issuer,
        );
        let subjects = value.as_elements().unwrap().to_vec();
        subjects
            .iter()
            .map(|s| s.as_str().unwrap().replace("system:serviceaccount:", ""))
            .collect::<Vec<_>>()
    };
    assert_eq!(subjects(0), ["x:a", "z:more-0"]);
    assert_eq!(subjects(1), ["y:b", "z:more-1"]);
}

#[test]
fn annotations_are_what_the_webhook_reads() {
    let text = r#"
cluster "main" {
  name     = "c"
  existing = true
}
service_account "app" {
  cluster                = cluster.main
  namespace              = "n"
  role_arn               = "arn:aws:iam::123456789012:role/x"
  token_expiration       = 3600
  sts_regional_endpoints = true
  annotations            = { team = "a" }
}
"#;
    let (configuration, diagnostics) = linked(text, &PriorFacts::default());
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let program = program(configuration);
    let files = FileAnswers::default();
    let evaluation = Evaluation::new(&program, &files, Stage::Plan);
    let path = ModulePath::root().child("service_account_app");
    let local = program.graph.module(&path).unwrap().locals[&Name::from("annotations")];
    let module = ModuleInstance::root().child("service_account_app", InstanceKey::None);
    let value = evaluation.result(local, &module).unwrap();
    let entries: Vec<(String, String)> = value
        .as_entries()
        .unwrap()
        .iter()
        .map(|(name, value)| {
            (
                name.to_string(),
                value.as_str().unwrap_or_default().to_owned(),
            )
        })
        .collect();
    let expected = [
        (
            "eks.amazonaws.com/role-arn",
            "arn:aws:iam::123456789012:role/x",
        ),
        ("eks.amazonaws.com/sts-regional-endpoints", "true"),
        ("eks.amazonaws.com/token-expiration", "3600"),
        ("team", "a"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(entries, expected);
}

/// Linking must not have a quadratic step; this measures, it does not judge.
#[test]
#[ignore = "a measurement"]
fn time_of_many_bindings() {
    for count in [1_000, 4_000] {
        let mut text = String::from("cluster \"main\" {\n  name = \"c\"\n  existing = true\n}\n");
        for n in 0..count {
            let _ = write!(
                text,
                "role \"r{n}\" {{}}\nservice_account \"a{n}\" {{\n  cluster = cluster.main\n  namespace = \"n\"\n  role = role.r{n}\n}}\n"
            );
        }
        let (configuration, _) = super::loaded(&text);
        let before = std::time::Instant::now();
        let (_, diagnostics) = crate::link::link(configuration, &PriorFacts::default());
        assert!(diagnostics.is_empty());
        println!("{count}: {:?}", before.elapsed());
    }
}
