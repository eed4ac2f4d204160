//! The real `terraform` and this program install from one server: what they leave behind is the same, and either goes on
//! with what the other has installed.

use std::path::Path;

use libtest_mimic::{Completion, Failed, Trial};
use trustform_test_support::terraform::terraform;

use super::world::{Repository, Server, gzip, says, tar, write};
use crate::common::project::{Project, Ran, files, ran};
use crate::common::without;

pub fn trials() -> Vec<Trial> {
    let tests: [(&str, fn()); 2] = [
        ("both_install_the_same", same),
        ("either_goes_on_with_what_the_other_installed", either),
    ];
    let trial = |(name, test): (&str, fn())| {
        Trial::ignorable_test(format!("modules::terraform::{name}"), move || {
            beside_terraform(test)
        })
    };
    tests.into_iter().map(trial).collect()
}

fn beside_terraform(test: fn()) -> Result<Completion, Failed> {
    match terraform() {
        Ok(_) => {
            test();
            Ok(Completion::Completed)
        }
        Err(missing) => without(&missing),
    }
}

/// Runs the real tool, which has to succeed.
fn terraform_does(project: &Project, arguments: &[&str]) -> Ran {
    let mut command = terraform().unwrap().command(project.path());
    let settings = project.file("cli.tfrc");
    let ran = ran(command
        .args(arguments)
        .env("TF_CLI_CONFIG_FILE", settings)
        .output());
    assert_eq!(ran.code, 0, "terraform {arguments:?}\n{ran}");
    ran
}

/// A configuration with every kind of source that needs no host of the internet.
struct World {
    server: Server,
    repository: Repository,
}

impl World {
    fn new() -> Self {
        let server = Server::start();
        let repository = Repository::of(&[
            ("main.tf", &says("root")),
            (
                "sub/x/main.tf",
                "module \"n\" {\n  source = \"../../nested\"\n}\n",
            ),
            ("nested/main.tf", &says("nested")),
        ]);
        repository.git(&["tag", "v1.0.0"]);
        let tagged = format!("{}?ref=v1.0.0", repository.source());
        server.module(
            "foo/bar/baz",
            &[
                ("1.0.0", &tagged),
                ("1.10.1", &tagged),
                ("1.2.0", &tagged),
                ("2.0.0-beta1", &tagged),
                ("v3.0.0", &tagged),
            ],
        );
        server.module("rel/bar/baz", &[("1.2.0", "/files/m.tgz//wrap")]);
        let files = [
            ("wrap/main.tf", says("wrapped")),
            ("wrap/sub/x.tf", String::new()),
        ];
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        server.file("/files/m.tgz", gzip(&tar(&files)));
        server.file("/files/m", gzip(&tar(&files)));
        Self { server, repository }
    }

    fn project(&self) -> Project {
        let source = self.repository.source();
        let calls = [
            ("latest", "foo/bar/baz".to_owned(), ">= 1.0, < 3"),
            ("sub", "foo/bar/baz//sub/x".to_owned(), "~> 1.2"),
            ("pre", "foo/bar/baz".to_owned(), "2.0.0-beta1"),
            ("rel", "example.com/rel/bar/baz//sub".to_owned(), "<= 1.5"),
            ("archive", self.server.url("/files/m.tgz//wrap"), ""),
            ("named", self.server.url("/files/m?archive=tar.gz"), ""),
            ("whole", source.clone(), ""),
            (
                "shallow",
                format!("{source}//sub/../nested?depth=1&ref=main"),
                "",
            ),
            ("local", "./l//k/../k".to_owned(), ""),
            ("local-a", "./l".to_owned(), ""),
        ];
        let block = |(name, source, version): &(&str, String, &str)| {
            let version = if version.is_empty() {
                String::new()
            } else {
                format!("  version = \"{version}\"\n")
            };
            format!("module \"{name}\" {{\n  source = \"{source}\"\n{version}}}\n")
        };
        let mut project = Project::of(&calls.iter().map(block).collect::<String>());
        write(
            project.path(),
            &[
                ("l/main.tf", "module \"x\" {\n  source = \"./k\"\n}\n"),
                ("l/k/main.tf", &says("k")),
            ],
        );
        self.server.serves(&mut project);
        project
    }
}

/// The files below `.terraform/modules` but for what git keeps, with their texts.
fn installed(project: &Project) -> Vec<(String, String)> {
    let folder = project.file(".terraform/modules");
    let is_gits = |path: &Path| path.iter().any(|part| part == ".git");
    let all = files(&folder).into_iter().filter(|path| !is_gits(path));
    all.map(|path| {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        (name, std::fs::read_to_string(path).unwrap())
    })
    .collect()
}

fn same() {
    let world = World::new();
    let (theirs, ours) = (world.project(), world.project());
    let told = terraform_does(&theirs, &["get", "-no-color"]);
    let said = ours.succeeds(&["get"]);
    let lines = |ran: &Ran| {
        let mut lines: Vec<String> = ran.stdout.lines().map(str::to_owned).collect();
        lines.retain(|line| line.starts_with("- ") || line.starts_with("Downloading "));
        lines.sort();
        lines
    };
    assert_eq!(lines(&said), lines(&told));
    assert_eq!(installed(&ours), installed(&theirs));
    for tool in [&theirs, &ours] {
        tool.succeeds(&["validate"]);
    }
}

fn either() {
    let world = World::new();
    let (theirs, ours) = (world.project(), world.project());
    terraform_does(&theirs, &["get"]);
    ours.succeeds(&["get"]);
    let before = world.server.seen().len();
    let (theirs_before, ours_before) = (installed(&theirs), installed(&ours));
    let ran = theirs.succeeds(&["get"]);
    assert_eq!(ran.stdout, "", "{ran}");
    let ran = terraform_does(&ours, &["get", "-no-color"]);
    assert_eq!(ran.stdout, "", "{ran}");
    terraform_does(&ours, &["validate"]);
    assert_eq!(installed(&theirs), theirs_before);
    assert_eq!(installed(&ours), ours_before);
    assert_eq!(world.server.seen().len(), before);
}
