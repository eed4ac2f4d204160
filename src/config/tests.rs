//! What reading a configuration finds, and what it refuses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::version::meets;
use super::{Module, decode_file};
use crate::source::SourceMap;

/// The module that a text declares, and the summaries of what is wrong with it.
fn decoded(text: &str) -> (Module, Vec<String>) {
    let file = SourceMap::default().add("main.tf", text);
    let mut module = Module::default();
    let problems = decode_file(file, text, &mut module);
    let summaries = problems.iter().map(|problem| problem.summary.clone());
    (module, summaries.collect())
}

#[test]
fn version_constraints_are_understood() {
    let cases = [
        ("1.11.4", Some(true)),
        ("= 1.11", Some(false)),
        ("!= 1.11.4", Some(false)),
        (">= 1.5", Some(true)),
        (">= 1.5, < 2.0", Some(true)),
        (">1.11.4", Some(false)),
        ("<= 1.11.4", Some(true)),
        ("~> 1.0", Some(true)),
        ("~> 1.11.0", Some(true)),
        ("~> 1.10.0", Some(false)),
        ("~> 1.11.5", Some(false)),
        ("~> 1", Some(true)),
        ("~> 2.0", Some(false)),
        (">= v1.2.0-beta1", Some(true)),
        ("", None),
        ("latest", None),
        (">= 1.x", None),
        (">= 1.2.3.4", None),
        ("=> 1.0", None),
    ];
    for (constraint, expected) in cases {
        assert_eq!(meets(constraint, "1.11.4"), expected, "{constraint}");
    }
}

#[test]
fn declarations_are_found() {
    let (module, problems) = decoded(
        r#"
        terraform {
          required_version = ">= 1.0"
          backend "local" {}
        }
        variable "v" { type = list(string) }
        locals {
          a = 1
          b = var.v
        }
        resource "terraform_data" "r" { count = 2 }
        data "aws_region" "d" {}
        module "m" { source = "./m" }
        output "o" { value = local.a }
        provider "aws" { alias = "x" }
        role "r" {}
        "#,
    );
    assert_eq!(problems, Vec::<String>::new());
    assert!(module.variables.contains_key("v"));
    assert_eq!(module.locals.len(), 2);
    assert_eq!(module.resources.len(), 2);
    assert!(module.calls.contains_key("m"));
    assert!(module.outputs.contains_key("o"));
    assert_eq!(module.providers[0].alias.as_deref(), Some("x"));
    assert_eq!(module.nouns.len(), 1);
    assert!(module.backend.is_some());
}

#[test]
fn every_problem_of_a_file_is_told() {
    let cases: [(&str, &[&str]); 10] = [
        ("", &[]),
        ("x = 1", &["Unsupported argument"]),
        ("nonsense {}", &["Unsupported block type"]),
        ("resource \"a\" {}", &["Missing name for resource"]),
        (
            "output \"a\" \"b\" { value = 1 }",
            &["Extraneous label for output"],
        ),
        ("output \"a\" {}", &["Missing required argument"]),
        (
            "check \"a\" {}\nephemeral \"a\" \"b\" {}",
            &["Zero assert blocks"],
        ),
        (
            "moved {}\nremoved {}",
            &[
                "Missing required argument",
                "Missing required argument",
                "Missing required argument",
            ],
        ),
        (
            "variable \"v\" {\n  typ = string\n}\nvariable \"w\" {\n  default = 1\n  nullabel = true\n}",
            &["Unsupported argument", "Unsupported argument"],
        ),
        (
            "terraform {\n  required_version = \"~> 9.0\"\n}",
            &["Unsupported Terraform Core version"],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(decoded(text).1, expected, "{text}");
    }
}

/// The module that files declare, by name and text, and the summaries of what is wrong with them.
fn loaded(files: &[(&str, &str)]) -> (std::sync::Arc<Module>, Vec<String>) {
    let (module, problems) = read(files);
    let summaries = problems.iter().map(|problem| problem.summary.clone());
    (module, summaries.collect())
}

fn read(files: &[(&str, &str)]) -> (std::sync::Arc<Module>, crate::diagnostic::Diagnostics) {
    struct Files(super::ModuleFiles);
    impl super::ModuleSource for Files {
        fn files(
            &mut self,
            _: &std::path::Path,
        ) -> Result<super::ModuleFiles, crate::source::LoadError> {
            Ok(self.0.clone())
        }
    }
    let file = |(name, text): &(&str, &str)| ((*name).into(), (*text).into());
    let mut files = Files(files.iter().map(file).collect());
    let (configuration, problems) = super::load(
        std::path::Path::new("."),
        &mut files,
        &crate::provider::registry::Registry,
    );
    (configuration.root(), problems)
}

const SETTINGS: &str = r#"
terraform {
  required_version = "> 99"
  required_providers {
    aws = { source = "hashicorp/aws", version = "1" }
    tls = { source = "hashicorp/tls", version = "1" }
  }
  backend "local" { path = "main" }
}
provider "aws" {
  region = "main"
  profile = "main"
}
"#;

#[test]
fn settings_are_overridden_one_by_one() {
    let (module, problems) = loaded(&[
        ("main.tf", SETTINGS),
        (
            "a_override.tf",
            "terraform {\n required_version = \">= 1\"\n required_providers {\n tls = { source = \"x/tls\" }\n }\n }\n\
             provider \"aws\" { region = \"a\" }",
        ),
        (
            "override.tf",
            "terraform {\n backend \"s3\" { bucket = \"b\" }\n}",
        ),
    ]);
    assert_eq!(problems, Vec::<String>::new());
    let versions = module
        .required_versions
        .iter()
        .map(|(text, _)| text.as_str());
    assert_eq!(versions.collect::<Vec<_>>(), [">= 1"]);
    let provider = |name: &str| {
        let required = &module.required_providers[name];
        format!("{} {}", required.address, required.version)
    };
    assert_eq!(provider("aws"), "registry.terraform.io/hashicorp/aws 1");
    assert_eq!(provider("tls"), "registry.terraform.io/x/tls ");
    let backend = module.backend.as_ref().unwrap();
    assert_eq!(backend.backend_type.as_ref(), "s3");
    assert!(backend.body.argument("path").is_none());
    let [aws] = module.providers.as_slice() else {
        panic!("one configuration")
    };
    let text = |name| aws.body.argument(name).unwrap().value.as_literal().cloned();
    assert_eq!(text("region").unwrap().as_str(), Some("a"));
    assert_eq!(text("profile").unwrap().as_str(), Some("main"));
}

#[test]
fn nested_blocks_are_overridden_by_type() {
    let (module, problems) = loaded(&[
        (
            "main.tf",
            "resource \"a\" \"b\" {\n one { n = 1 }\n one { n = 2 }\n two { n = 3 }\n dynamic \"three\" {\n \
             for_each = []\n content {}\n }\n}",
        ),
        (
            "b_override.trustform.hcl",
            "resource \"a\" \"b\" {\n one { n = 4 }\n three { n = 5 }\n}",
        ),
    ]);
    assert_eq!(problems, Vec::<String>::new());
    let resource = module.resources.values().next().unwrap();
    let blocks = resource.body.blocks.iter().map(|block| {
        let value = block
            .body
            .argument("n")
            .unwrap()
            .value
            .as_literal()
            .cloned();
        format!("{} {}", block.name, value.unwrap().as_number().unwrap())
    });
    assert_eq!(blocks.collect::<Vec<_>>(), ["two 3", "one 4", "three 5"]);
}

const NESTED: &str = r#"{
  "resource": {
    "kubernetes_service_account": {
      "a": {
        "automount_service_account_token": false,
        "metadata": {
          "name": "a${1}",
          "labels": { "dynamic": "x", "//": "y" }
        },
        "image_pull_secret": [{ "name": "one" }, { "name": "two" }],
        "dynamic": {
          "secret": [
            {
              "for_each": "${toset([\"s\"])}",
              "iterator": "it",
              "content": { "name": "${it.value}" }
            }
          ]
        }
      }
    },
    "unknown_type": { "b": { "anything": [{ "x": 1 }] } }
  },
  "provider": {
    "aws": [
      { "region": "r", "assume_role": { "role_arn": "arn" } },
      { "alias": "west", "default_tags": [{ "tags": { "a": "b" } }] }
    ]
  }
}"#;

#[test]
fn the_schema_says_which_members_of_json_are_blocks() {
    let (module, problems) = loaded(&[("main.tf.json", NESTED)]);
    assert_eq!(problems, Vec::<String>::new());
    let mut resources = module.resources.values();
    let account = &resources.next().unwrap().body;
    let names = |body: &super::Body| {
        let arguments = body
            .arguments
            .iter()
            .map(|argument| argument.name.to_string());
        let blocks = body.blocks.iter().map(|block| {
            let kind = block.dynamic.as_ref().map_or("block", |_| "dynamic");
            format!("{kind} {}", block.name)
        });
        arguments.chain(blocks).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        names(account),
        "automount_service_account_token, block metadata, block image_pull_secret, block image_pull_secret, dynamic secret"
    );
    assert_eq!(names(&account.blocks[0].body), "name, labels");
    assert_eq!(names(&resources.next().unwrap().body), "anything");
    let providers = module
        .providers
        .iter()
        .map(|provider| names(&provider.body));
    assert_eq!(
        providers.collect::<Vec<_>>(),
        ["region, block assume_role", "block default_tags"]
    );
}

#[test]
fn places_in_json_are_those_of_the_file() {
    let text = "{\"output\": {\"a\": {\"value\": [1,\n \"\u{e9} ${local.x}\"]}}}";
    let (module, problems) = loaded(&[("main.tf.json", text)]);
    assert_eq!(problems, Vec::<String>::new());
    let output = &module.outputs["a"];
    assert_eq!(&text[output.span.range()], "\"a\"");
    let references = output.value.references();
    assert_eq!(&text[references[0].span.range()], "\"\u{e9} ${local.x}\"");
}

#[test]
fn json_nested_too_deeply_is_refused() {
    let text = format!(
        "{{\"locals\": {{\"a\": {}{}}}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let (_, problems) = loaded(&[("main.tf.json", &text)]);
    assert_eq!(problems, ["Expression nested too deeply"]);
}

#[test]
fn files_read_at_the_same_time_are_told_of_in_their_order() {
    // Long enough that threads are worth it; every other file has a mistake of its own, and one is JSON.
    let padding = "# nothing\n".repeat(8_000);
    let names: Vec<String> = (0..9).map(|number| format!("f{number}.tf")).collect();
    let texts: Vec<String> = (0..9)
        .map(|number| match number % 2 {
            0 => format!("{padding}variable \"v{number}\" {{}}\n"),
            _ => format!("{padding}block_{number} {{}}\n"),
        })
        .collect();
    let mut files: Vec<(&str, &str)> = names
        .iter()
        .map(String::as_str)
        .zip(texts.iter().map(String::as_str))
        .collect();
    files.push(("z.tf.json", r#"{"variable": {"z": {}}}"#));
    let (module, problems) = read(&files);
    assert_eq!(module.variables.len(), 6);
    let details: Vec<String> = problems
        .iter()
        .map(|problem| problem.detail.clone())
        .collect();
    assert_eq!(details.len(), 4, "{details:?}");
    for (detail, number) in details.iter().zip([1, 3, 5, 7]) {
        assert!(detail.contains(&format!("block_{number}")), "{detail}");
    }
}
