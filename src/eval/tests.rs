//! Configurations at work, and the programs that other folders' tests work on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::{Evaluation, FileAnswers, FileRead, Program, Stage, Surroundings};
use crate::address::{InstanceKey, ModuleInstance};
use crate::config::{Configuration, ModuleFiles, ModuleSource, check, load};
use crate::diagnostic::Diagnostics;
use crate::provider::registry::Registry;
use crate::source::LoadError;
use crate::value::{Known, Value, to_json};
use std::path::Path;
use std::sync::Arc;

/// Modules by directory, one file each.
struct Texts<'a>(&'a [(&'a str, &'a str)]);

impl ModuleSource for Texts<'_> {
    fn files(&mut self, directory: &Path) -> Result<ModuleFiles, LoadError> {
        let files = self
            .0
            .iter()
            .filter(|(name, _)| Path::new(name) == directory);
        let files: ModuleFiles = files
            .map(|(name, text)| (Path::new(name).join("main.tf"), Arc::from(*text)))
            .collect();
        if files.is_empty() {
            let cause = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(LoadError {
                path: directory.to_path_buf(),
                cause,
            });
        }
        Ok(files)
    }
}

/// The configuration of modules by directory, the root module's first, and what is wrong with it.
pub(crate) fn configuration(modules: &[(&str, &str)]) -> (Configuration, Diagnostics) {
    let root = Path::new(modules[0].0);
    let (configuration, mut diagnostics) = load(root, &mut Texts(modules), &Registry);
    diagnostics.extend(check(&configuration, &Registry));
    (configuration, diagnostics)
}

/// A program of modules by directory, the root module's first, with the defaults of its variables. It has to be sound.
pub(crate) fn program_of(modules: &[(&str, &str)]) -> Program {
    let (configuration, diagnostics) = configuration(modules);
    assert!(!diagnostics.has_errors(), "{diagnostics:#?}");
    let graph = crate::graph::build(&configuration).unwrap();
    let root = configuration.root();
    let variables = root.variables.values();
    let inputs =
        variables.filter_map(|variable| Some((variable.name.clone(), variable.default.clone()?)));
    Program {
        inputs: inputs.collect(),
        configuration,
        graph,
        schemas: Arc::new(Registry),
        surroundings: Surroundings {
            workspace: "default".to_owned(),
            ..Surroundings::default()
        },
    }
}

/// A program of one module.
pub(crate) fn program(text: &str) -> Program {
    program_of(&[("root", text)])
}

/// The value of an output as JSON, or the summary of what went wrong.
fn output(evaluation: &Evaluation<'_>, name: &str) -> String {
    match evaluation.output(name) {
        Ok(value) if !value.is_wholly_known() => "unknown".to_owned(),
        Ok(value) => to_json(&Known::new(&value).unwrap()).to_string(),
        Err(crate::lang::Halt::Blocked) => "blocked".to_owned(),
        Err(crate::lang::Halt::Failed(problems)) => problems.iter().next().unwrap().summary.clone(),
    }
}

/// The values of outputs `o` of one configuration each.
fn check_outputs(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let program = program(text);
        let files = FileAnswers::default();
        let evaluation = Evaluation::new(&program, &files, Stage::Plan);
        assert_eq!(output(&evaluation, "o"), *expected, "{text}");
    }
}

#[test]
fn values_follow_references() {
    check_outputs(&[
        ("output \"o\" { value = 1 + 1 }", "2"),
        (
            "locals {\n a = local.b\n b = \"x\"\n}\noutput \"o\" { value = local.a }",
            "\"x\"",
        ),
        (
            "variable \"v\" { default = [1, 2] }\noutput \"o\" { value = var.v[1] }",
            "2",
        ),
        (
            "output \"o\" { value = terraform.workspace }",
            "\"default\"",
        ),
        ("output \"o\" { value = path.module }", "\"root\""),
        (
            "resource \"terraform_data\" \"a\" {}\noutput \"o\" { value = terraform_data.a.id }",
            "blocked",
        ),
        (
            "resource \"terraform_data\" \"a\" { count = 0 }\noutput \"o\" { value = terraform_data.a[*].id }",
            "[]",
        ),
        (
            "resource \"terraform_data\" \"a\" { count = 0 }\noutput \"o\" { value = terraform_data.a[0].id }",
            "Invalid index",
        ),
        (
            "locals { a = abs(\"x\") }\noutput \"o\" { value = local.a }",
            "Invalid function argument",
        ),
    ]);
}

#[test]
fn modules_have_instances() {
    let child = "variable \"v\" {}\nvariable \"d\" { default = \"d\" }\noutput \"o\" { value = \"${var.v}${var.d}\" }";
    for (call, value, expected) in [
        ("v = 1", "module.m.o", "\"1d\""),
        (
            "v = 1\n d = null",
            "module.m.o",
            "Invalid template interpolation value",
        ),
        (
            "v = each.key\n for_each = toset([\"b\", \"a\"])",
            "[for m in module.m : m.o]",
            "[\"ad\",\"bd\"]",
        ),
        (
            "v = count.index\n count = 2",
            "module.m[*].o",
            "[\"0d\",\"1d\"]",
        ),
        ("v = count.index\n count = 2", "module.m[1].o", "\"1d\""),
        ("v = count.index\n count = 0", "module.m", "[]"),
    ] {
        let root = format!(
            "module \"m\" {{\n source = \"./child\"\n {call}\n}}\noutput \"o\" {{ value = {value} }}"
        );
        let program = program_of(&[("root", &root), ("root/child", child)]);
        let files = FileAnswers::default();
        let evaluation = Evaluation::new(&program, &files, Stage::Plan);
        assert_eq!(output(&evaluation, "o"), expected, "{root}");
    }
}

#[test]
fn a_reference_to_one_instance_does_not_need_the_others() {
    let program = program(
        "resource \"terraform_data\" \"a\" {\n for_each = toset([\"x\", \"y\"])\n}\noutput \"o\" { value = terraform_data.a[\"x\"] }\noutput \"all\" { value = terraform_data.a }",
    );
    let files = FileAnswers::default();
    let evaluation = Evaluation::new(&program, &files, Stage::Plan);
    let root = ModuleInstance::root();
    let resources = &program.graph.module(&root.path()).unwrap().resources;
    let node = *resources.values().next().unwrap();
    let key = InstanceKey::String("x".into());
    evaluation.set_object(node, &root, key, Value::string("object"));
    assert_eq!(output(&evaluation, "o"), "\"object\"");
    assert_eq!(output(&evaluation, "all"), "blocked");
}

#[test]
fn files_are_asked_for() {
    let program = program("output \"o\" { value = file(\"a.txt\") }");
    let mut files = FileAnswers::default();
    {
        let evaluation = Evaluation::new(&program, &files, Stage::Plan);
        assert_eq!(output(&evaluation, "o"), "blocked");
        let asked: Vec<FileRead> = evaluation.missing_files().into_iter().collect();
        assert_eq!(asked, [FileRead::Content("a.txt".to_owned())]);
    }
    files
        .contents
        .insert("a.txt".to_owned(), Some(Arc::from(&b"text"[..])));
    let evaluation = Evaluation::new(&program, &files, Stage::Plan);
    assert_eq!(output(&evaluation, "o"), "\"text\"");
    assert!(evaluation.missing_files().is_empty());
}
