//! The lock: the same is installed again, what differs is refused, and `-upgrade` takes what is new.

use libtest_mimic::Trial;

use super::world::{Repository, Server, gzip, says, tar};
use super::{plain, with_git};
use crate::common::project::Project;

const LOCK: &str = ".trustform.modules.lock.hcl";

pub fn trials() -> Vec<Trial> {
    let mut trials = plain(&[
        ("an_archive_that_changed_is_refused", archive),
        ("the_lock_goes_with_the_calls", pruned),
    ]);
    trials.extend(with_git(&[
        ("a_locked_version_is_installed_again", version),
        ("a_locked_commit_is_installed_again", commit),
        ("a_tag_that_moved_is_refused", tag),
    ]));
    trials
}

/// A project that calls one module, and says what it says.
fn calling(source: &str) -> Project {
    Project::of(&format!(
        "module \"m\" {{\n  source = \"{source}\"\n}}\noutput \"o\" {{\n  value = module.m.said\n}}\n"
    ))
}

fn said(project: &Project) -> String {
    project.succeeds(&["apply", "-auto-approve"]);
    project.succeeds(&["output", "-raw", "o"]).stdout
}

/// Forgets what is installed, as in a fresh clone.
fn forget(project: &Project) {
    std::fs::remove_dir_all(project.file(".terraform")).unwrap();
}

fn version() {
    let server = Server::start();
    let (old, new) = (
        Repository::of(&[("main.tf", &says("old"))]),
        Repository::of(&[("main.tf", &says("new"))]),
    );
    server.module("a/b/c", &[("1.0.0", &old.source())]);
    let mut project = calling("a/b/c");
    server.serves(&mut project);
    project.succeeds(&["init"]);
    let lock = project.read(LOCK);
    assert!(
        lock.contains("module \"registry.terraform.io/a/b/c\"")
            && lock.contains("version = \"1.0.0\""),
        "{lock}"
    );
    server.module(
        "a/b/c",
        &[("1.0.0", &old.source()), ("1.1.0", &new.source())],
    );
    forget(&project);
    project.succeeds(&["init"]);
    assert_eq!(said(&project), "old");
    assert_eq!(project.read(LOCK), lock);
    project.succeeds(&["get", "-update"]);
    assert_eq!(said(&project), "new");
    assert!(project.read(LOCK).contains("1.1.0"));
    // The lock of somebody who has upgraded brings the newer one.
    let newer = project.read(LOCK);
    project.write(LOCK, &lock);
    project.succeeds(&["init"]);
    assert_eq!(said(&project), "old");
    project.write(LOCK, &newer);
    project.succeeds(&["init"]);
    assert_eq!(said(&project), "new");
}

fn commit() {
    let repository = Repository::of(&[("main.tf", &says("old"))]);
    for query in ["", "?ref=main", "?ref=main&depth=1"] {
        repository.commit(&[("main.tf", &says("old")), ("query.txt", query)]);
        let project = calling(&(repository.source() + query));
        project.succeeds(&["init"]);
        repository.commit(&[("main.tf", &says("new"))]);
        forget(&project);
        project.succeeds(&["init"]);
        assert_eq!(said(&project), "old", "{query}");
        project.succeeds(&["init", "-upgrade"]);
        assert_eq!(said(&project), "new", "{query}");
    }
}

fn archive() {
    let server = Server::start();
    server.file("/m.tgz", gzip(&tar(&[("main.tf", &says("old"))])));
    let project = calling(&server.url("/m.tgz"));
    project.succeeds(&["init"]);
    let locked = project.read(LOCK);
    server.file("/m.tgz", gzip(&tar(&[("main.tf", &says("new"))])));
    project.succeeds(&["init"]);
    forget(&project);
    let ran = project.run(&["init"]);
    assert!(
        ran.code == 1 && ran.stderr.contains("Module differs from the lock"),
        "{ran}"
    );
    let hash = locked
        .split('"')
        .find(|text| text.starts_with("h1:"))
        .unwrap();
    assert!(
        ran.stderr.contains(hash) && ran.stderr.matches("h1:").count() == 2,
        "{ran}"
    );
    assert!(!project.file(".terraform/modules/m").exists());
    assert_eq!(project.read(LOCK), locked);
    project.succeeds(&["init", "-upgrade"]);
    assert_eq!(said(&project), "new");
}

/// The registry says the same tag, and the tag is another commit.
fn tag() {
    let server = Server::start();
    let repository = Repository::of(&[("main.tf", &says("old"))]);
    repository.git(&["tag", "v1"]);
    server.module(
        "a/b/c",
        &[("1.0.0", &format!("{}?ref=v1", repository.source()))],
    );
    let mut project = calling("a/b/c");
    server.serves(&mut project);
    project.succeeds(&["init"]);
    repository.commit(&[("main.tf", &says("new"))]);
    repository.git(&["tag", "--force", "v1"]);
    forget(&project);
    let ran = project.run(&["init"]);
    assert!(
        ran.code == 1 && ran.stderr.contains("Module differs from the lock"),
        "{ran}"
    );
}

fn pruned() {
    let server = Server::start();
    server.file("/m.tgz", gzip(&tar(&[("main.tf", &says("x"))])));
    let project = calling(&server.url("/m.tgz"));
    project.succeeds(&["init"]);
    assert!(project.file(LOCK).exists());
    project.write("main.tf", "");
    project.succeeds(&["init", "-get=false"]);
    assert!(project.file(LOCK).exists());
    project.succeeds(&["init"]);
    assert!(!project.file(LOCK).exists());
}
