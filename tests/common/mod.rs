//! What the integration tests share: where the repository is, and trials that need a server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::{Completion, Failed, Trial};
use trustform_test_support::kubernetes::{self, KubeApiServer};
use trustform_test_support::{Missing, services_are_required};

pub mod cases;
pub mod catalogue;
pub mod documents;
pub mod import_table;
pub mod life;
pub mod pages;
pub mod project;
pub mod random;
pub mod rust_source;

/// The argument that makes goldens be rewritten: `cargo cases -- --update`.
pub const UPDATE: &str = "--update";

/// The root of this repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A trial that passes when `check` finds nothing to say.
pub fn finds_nothing(name: &str, check: fn() -> Vec<String>) -> Trial {
    Trial::test(name, move || {
        let findings = check();
        if findings.is_empty() {
            Ok(())
        } else {
            Err(Failed::from(findings.join("\n")))
        }
    })
}

/// A trial on the shared cluster of the name `cluster`; skipped where the machine cannot have one, unless it must.
pub fn on_cluster(name: &str, cluster: &'static str, test: fn(&Arc<KubeApiServer>)) -> Trial {
    Trial::ignorable_test(name, move || match kubernetes::cluster(cluster) {
        Ok(server) => {
            test(&server);
            Ok(Completion::Completed)
        }
        Err(missing) => without(&missing),
    })
}

/// A trial that runs a program of the machine; skipped where there is none, unless it must.
pub fn with_program(name: &str, program: &'static str, test: fn()) -> Trial {
    Trial::ignorable_test(name, move || {
        if is_on_the_path(program) {
            test();
            return Ok(Completion::Completed);
        }
        without(&Missing::new(
            program,
            "there is no such program on the PATH",
        ))
    })
}

fn is_on_the_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// What a trial amounts to that cannot have its service.
pub fn without(missing: &Missing) -> Result<Completion, Failed> {
    if services_are_required() {
        Err(Failed::from(missing.to_string()))
    } else {
        Ok(Completion::ignored_with(missing))
    }
}

/// The folders right in a folder of the repository, in order, each with its name.
pub fn folders_in(path: &str) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(repository().join(path)).expect("a folder of folders");
    let folders = entries.flatten().map(|entry| entry.path());
    let mut folders: Vec<_> = folders
        .filter(|path| path.is_dir())
        .map(|path| {
            let name = path.file_name().unwrap_or_default();
            (name.to_string_lossy().into_owned(), path)
        })
        .collect();
    folders.sort();
    folders
}

/// Every `.rs` file under `folder`, in order.
pub fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("an entry of it").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
