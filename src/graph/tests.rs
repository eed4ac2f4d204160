//! The order of declarations, and cycles.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::{DependencyGraph, build};
use crate::eval::tests::configuration;

fn graph(modules: &[(&str, &str)]) -> Result<DependencyGraph, Vec<String>> {
    let (configuration, diagnostics) = configuration(modules);
    assert!(!diagnostics.has_errors(), "{diagnostics:#?}");
    build(&configuration).map_err(|problems| {
        let told = problems
            .iter()
            .map(|problem| format!("{}: {}", problem.summary, problem.detail));
        told.collect()
    })
}

/// The position of a declaration in the order.
fn position(graph: &DependencyGraph, name: &str) -> usize {
    let order = graph.order().iter();
    let mut names = order.map(|id| graph.node(*id).unwrap().to_string());
    names
        .position(|node| node == name)
        .unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn everything_comes_after_what_it_needs() {
    let child = "variable \"v\" {}\nresource \"terraform_data\" \"r\" { input = var.v }\noutput \"o\" { value = terraform_data.r.id }";
    let root = r#"
        output "z" { value = local.y }
        locals {
          a = module.m.o
          y = [for key, value in terraform_data.x : value.id]
        }
        resource "terraform_data" "x" {
          for_each   = toset(["k"])
          input      = local.a
          depends_on = [terraform_data.w]
        }
        resource "terraform_data" "w" {}
        resource "terraform_data" "v" { depends_on = [module.m] }
        module "m" {
          source = "./child"
          v      = terraform_data.u.id
        }
        resource "terraform_data" "u" {}
    "#;
    let graph = graph(&[("root", root), ("root/child", child)]).unwrap();
    for (before, after) in [
        ("local.y", "output.z"),
        ("terraform_data.x", "local.y"),
        ("local.a", "terraform_data.x"),
        ("terraform_data.w", "terraform_data.x"),
        ("module.m.output.o", "local.a"),
        ("module.m.terraform_data.r", "module.m.output.o"),
        ("module.m.var.v", "module.m.terraform_data.r"),
        ("terraform_data.u", "module.m.var.v"),
        ("module.m.terraform_data.r", "terraform_data.v"),
    ] {
        assert!(
            position(&graph, before) < position(&graph, after),
            "{before} before {after}"
        );
    }
}

#[test]
fn a_module_is_not_one_node() {
    // One output feeds a resource that feeds the other variable of the same module.
    let child = "variable \"a\" {}\nvariable \"b\" {}\noutput \"a\" { value = var.a }\noutput \"b\" { value = var.b }";
    let root = "module \"m\" {\n source = \"./child\"\n a = 1\n b = terraform_data.r.id\n}\nresource \"terraform_data\" \"r\" { input = module.m.a }";
    let graph = graph(&[("root", root), ("root/child", child)]).unwrap();
    assert!(position(&graph, "terraform_data.r") < position(&graph, "module.m.output.b"));
}

/// Whether a declaration comes after another because it needs it, directly or not.
fn waits(graph: &DependencyGraph, name: &str, on: &str) -> bool {
    let order = graph.order().iter();
    let mut open: Vec<_> = order
        .filter(|id| graph.node(**id).unwrap().to_string() == name)
        .copied()
        .collect();
    while let Some(id) = open.pop() {
        if graph.node(id).unwrap().to_string() == on {
            return true;
        }
        open.extend(graph.dependencies(id));
    }
    false
}

#[test]
fn a_module_is_waited_for_as_far_as_it_is_taken() {
    let child = "resource \"terraform_data\" \"slow\" {}\noutput \"quick\" { value = 1 }";
    for (taken, is_whole) in [
        ("module.m[\"k\"].quick", false),
        ("values(module.m)[*].quick", true),
        ("module.m[*].quick", true),
        ("module.m.*.quick", true),
        ("[for key in [\"k\"] : module.m[key].quick]", true),
        ("keys(module.m)", true),
        ("module.m[\"k\"]", true),
    ] {
        let root = format!(
            "module \"m\" {{\n source = \"./child\"\n for_each = toset([\"k\"])\n}}\nlocals {{ taken = {taken} }}"
        );
        let graph = graph(&[("root", &root), ("root/child", child)]).unwrap();
        assert!(
            waits(&graph, "local.taken", "module.m.output.quick"),
            "{taken}"
        );
        let waits_for_all = waits(&graph, "local.taken", "module.m.terraform_data.slow");
        assert_eq!(waits_for_all, is_whole, "{taken}");
    }
}

#[test]
fn cycles_are_told_step_by_step() {
    for (text, expected) in [
        (
            "locals {\n a = local.b\n b = local.a\n}",
            "Cycle: local.a → local.b → local.a: each needs the next before it can be evaluated.",
        ),
        (
            "resource \"terraform_data\" \"a\" { input = terraform_data.a.id }",
            "Self-referential block: Configuration for terraform_data.a may not refer to itself.",
        ),
        (
            "resource \"terraform_data\" \"a\" { count = length(local.l) }\nlocals { l = terraform_data.a[*].id }",
            "Cycle: local.l → terraform_data.a → local.l: each needs the next before it can be evaluated.",
        ),
    ] {
        assert_eq!(graph(&[("root", text)]).unwrap_err(), [expected], "{text}");
    }
}
