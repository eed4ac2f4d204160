//! The linker on small configurations: what they become, what is wrong with them, what the trust policy comes to.
//!
//! A case is a file of `cases/`: a configuration, a line `-----`, and what the linker makes of it; in `expanded/` what it is
//! in plain Terraform. `UPDATE_GOLDENS=1` writes the second half anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod evaluation;
mod print;
mod targets;

use super::*;
use crate::address::{ModuleInstance, ResourceName};
use crate::config::{ModuleFiles, ModuleSource, load};
use crate::diagnostic::{Style, render};
use crate::source::LoadError;
use std::path::{Path, PathBuf};

struct Files(Vec<(PathBuf, String)>);

impl ModuleSource for Files {
    fn files(&mut self, directory: &Path) -> Result<ModuleFiles, LoadError> {
        let here = |path: &Path| path.parent() == Some(directory);
        let files = self.0.iter().filter(|(path, _)| here(path));
        Ok(files
            .map(|(path, text)| (path.clone(), text.as_str().into()))
            .collect())
    }
}

/// Loads a text as the root module, with what follows a line `# file: path` in files of their own.
fn loaded(text: &str) -> (Configuration, Diagnostics) {
    let mut files = vec![(PathBuf::from("./main.tf"), String::new())];
    for line in text.lines() {
        if let Some(path) = line.strip_prefix("# file: ") {
            files.push((PathBuf::from(path), String::new()));
        } else {
            let file = files.last_mut().unwrap();
            file.1.push_str(line);
            file.1.push('\n');
        }
    }
    load(
        Path::new("."),
        &mut Files(files),
        &crate::provider::registry::Registry,
    )
}

pub(super) fn linked(text: &str, prior: &PriorFacts) -> (Configuration, Diagnostics) {
    let (configuration, mut diagnostics) = loaded(text);
    let (configuration, found) = link(configuration, prior);
    diagnostics.extend(found);
    (configuration, diagnostics)
}

fn shown(text: &str) -> String {
    let (configuration, diagnostics) = linked(text, &PriorFacts::default());
    if diagnostics.is_empty() {
        return print::root(&configuration);
    }
    problems(&diagnostics, &configuration)
}

fn problems(diagnostics: &Diagnostics, configuration: &Configuration) -> String {
    let rendered = diagnostics
        .iter()
        .map(|diagnostic| render(diagnostic, &configuration.sources, Style::Plain));
    let rendered: Vec<String> = rendered.collect();
    let mut text = rendered.join("\n").replace("\n\n\n", "\n\n");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The files that are written otherwise or are new; of modules their names alone.
fn expanded(text: &str) -> String {
    let (configuration, mut diagnostics) = loaded(text);
    let files = expand(&configuration).unwrap_or_else(|problems| {
        diagnostics.extend(problems);
        Vec::new()
    });
    if !diagnostics.is_empty() {
        return problems(&diagnostics, &configuration);
    }
    let mut shown = String::new();
    for file in files {
        let path = file.path.display().to_string();
        let text = if path.contains('/') { "" } else { &file.text };
        shown.extend(["# ", path.as_str(), "\n", text]);
    }
    shown
}

#[test]
fn cases() {
    check_all("cases", shown);
}

#[test]
fn nouns_in_plain_terraform() {
    check_all("expanded", expanded);
}

fn check_all(folder: &str, made_of: fn(&str) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/link/tests")
        .join(folder);
    let mut wrong = Vec::new();
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let case = std::fs::read_to_string(&path).unwrap();
        let (configuration, expected) = case.split_once("-----\n").unwrap_or((&case, ""));
        let actual = made_of(configuration);
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            std::fs::write(&path, format!("{configuration}-----\n{actual}")).unwrap();
        } else if actual != expected {
            wrong.push(format!("{}:\n{actual}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Facts as a state with one object in a call gives them.
fn prior(objects: &[(&str, &str, &str, serde_json::Value)]) -> PriorFacts {
    let mut facts = PriorFacts::default();
    for (module, resource, provider, attributes) in objects {
        let module: ModuleInstance = module.parse().unwrap();
        let (kind, name) = resource.rsplit_once('.').unwrap();
        let resource = match kind.strip_prefix("data.") {
            Some(kind) => ResourceName::data(kind, name),
            None => ResourceName::managed(kind, name),
        };
        facts.record(RecordedObject {
            module: &module,
            resource: &resource,
            provider,
            attributes: &|| attributes.clone(),
        });
    }
    facts
}

const KUBERNETES: &str = "provider[\"registry.terraform.io/hashicorp/kubernetes\"]";
const AWS: &str = "provider[\"registry.terraform.io/hashicorp/aws\"]";

#[test]
fn what_was_only_read_is_adopted() {
    let facts = prior(&[(
        "module.role_app",
        "data.aws_iam_role.existing",
        AWS,
        serde_json::json!({ "name": "app" }),
    )]);
    let text = "role \"app\" {\n  trust = \"[]\"\n}\n";
    let (configuration, diagnostics) = linked(text, &facts);
    assert!(diagnostics.is_empty());
    let call = &configuration.root().calls["role_app"];
    let recorded = call
        .arguments
        .iter()
        .find(|a| a.name.as_ref() == "recorded");
    assert_eq!(print::expression(&recorded.unwrap().value), "\"app\"");
}

#[test]
fn a_cluster_that_is_gone_can_still_be_reached() {
    let cluster = serde_json::json!({
        "name": "old", "arn": "arn:aws:eks:eu-west-1:123456789012:cluster/old", "endpoint": "https://old",
        "certificate_authority": [{ "data": "Q0E=" }]
    });
    let account = format!("{KUBERNETES}.cluster_main");
    let keyed = format!("{KUBERNETES}.cluster_many_{}", "0a0a0a0a");
    let facts = prior(&[
        ("module.cluster_main", "aws_eks_cluster.this", AWS, cluster),
        (
            "module.service_account_a",
            "kubernetes_service_account_v1.this",
            &account,
            serde_json::json!({}),
        ),
        (
            "module.service_account_b",
            "kubernetes_service_account_v1.this",
            &keyed,
            serde_json::json!({}),
        ),
        (
            "module.namespaces_main[\"apps\"]",
            "kubernetes_namespace_v1.this",
            &account,
            serde_json::json!({}),
        ),
    ]);
    let (configuration, diagnostics) = linked("", &facts);
    assert!(diagnostics.is_empty());
    let shown = print::root(&configuration);
    assert_eq!(
        shown,
        r#"module "namespaces_main" {
  source   = "./modules/namespaces"
  for_each = {}
  providers = { kubernetes = kubernetes.cluster_main }
  name = each.value
}

provider "kubernetes" {
  alias = "cluster_main"
  host = "https://old"
  cluster_ca_certificate = base64decode("Q0E=")
  eks_cluster_name = "old"
  eks_region = "eu-west-1"
  endpoint_from_cluster = true
}

"#
    );
}

#[test]
fn addresses_are_shown_as_nouns() {
    let (configuration, _) = linked(
        "role \"x\" {\n  trust = \"[]\"\n}\nmodule \"role_mine\" {\n  source = \"./m\"\n}\n# file: m/a.tf\n",
        &PriorFacts::default(),
    );
    let display = display::Display::new(&configuration);
    for (address, expected) in [
        ("module.role_x.aws_iam_role.this[0]", "role.x"),
        ("module.role_x[\"k\"].aws_iam_role.this[0]", "role.x[\"k\"]"),
        (
            "module.role_x.aws_iam_role_policy.inline[\"load\"]",
            "role.x.aws_iam_role_policy.inline[\"load\"]",
        ),
        (
            "module.role_mine.aws_iam_role.this[0]",
            "module.role_mine.aws_iam_role.this[0]",
        ),
        (
            "module.service_account_gone[2].kubernetes_annotations.this[0]",
            "service_account.gone[2].kubernetes_annotations.this",
        ),
        ("aws_iam_role.x", "aws_iam_role.x"),
    ] {
        assert_eq!(display.instance(&address.parse().unwrap()), expected);
    }
    assert_eq!(
        display.text("module.role_x[\"k\"].aws_iam_role.this[0] needs module.role_mine.a and module.role_x.var.bindings."),
        "role.x[\"k\"] needs module.role_mine.a and role.x.bindings."
    );
    assert_eq!(
        display::module_form("role.x[\"k\"]").as_deref(),
        Some("module.role_x[\"k\"]")
    );
    assert_eq!(display::module_form("aws_iam_role.x"), None);
}

/// No place in the linked configuration may lie outside the user's file.
#[test]
fn everything_stands_in_the_users_file() {
    let text = include_str!("cases/seed.tf")
        .split("-----\n")
        .next()
        .unwrap();
    let (configuration, _) = linked(text, &PriorFacts::default());
    for module in configuration.modules.values() {
        for resource in module.resources.values() {
            let shown = configuration.sources.text(resource.span);
            assert!(text.contains(shown) && !shown.is_empty());
        }
    }
    let role =
        &configuration.modules[&ModulePath::root().child("role_aws_load_balancer_controller")];
    let inline = &role.resources[&ResourceName::managed("aws_iam_role_policy", "inline")];
    let crate::config::Repetition::ForEach(policies) = &inline.repetition else {
        panic!("inline policies are repeated");
    };
    assert_eq!(
        configuration.sources.text(policies.span),
        "{ load_balancing = file(\"iam-policy.json\") }"
    );
}
