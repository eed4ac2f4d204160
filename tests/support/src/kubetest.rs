//! Builds `tests/services/kubetest`, the control plane in one Go program, once per content of its sources.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use sha2::{Digest as _, Sha256};

use crate::{Missing, folder, program};

const SERVICE: &str = "kube-apiserver";

/// The files the binary depends on, in the folder of the program.
const SOURCES: [&str; 3] = ["go.mod", "go.sum", "main.go"];

/// The version that the binary reports; without it clients meet `v0.0.0-master` and complain. The same as in `go.mod`.
const LINKER_FLAGS: &str = "-s -w \
     -X k8s.io/component-base/version.gitVersion=v1.37.2 \
     -X k8s.io/component-base/version.gitMajor=1 \
     -X k8s.io/component-base/version.gitMinor=37";

/// The path of the built program, which is built first where its sources are new to this `target` folder.
///
/// Two runs that want it at the same time build it once: the second waits for the first.
pub(crate) fn binary() -> Result<PathBuf, Missing> {
    let sources = folder::repository().join("tests/services/kubetest");
    let built = folder::services().join("kubetest");
    provide(&sources, &built).map_err(|error| Missing::new(SERVICE, error.to_string()))
}

fn provide(sources: &Path, built: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(built)?;
    let lock = File::create(built.join("lock"))?;
    lock.lock()?;
    let binary = built.join("kubetest");
    let stamp = built.join("stamp");
    let digest = digest(sources)?;
    if !binary.is_file() || fs::read_to_string(&stamp).ok().as_deref() != Some(&*digest) {
        build(sources, &binary)?;
        fs::write(stamp, digest)?;
    }
    Ok(binary)
}

/// A digest of everything that decides what the binary is.
fn digest(sources: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    hash.update(LINKER_FLAGS);
    for name in SOURCES {
        let content = fs::read(sources.join(name))?;
        hash.update(format!("\n{name} {}\n", content.len()));
        hash.update(content);
    }
    let mut text = String::new();
    for byte in hash.finalize() {
        write!(text, "{byte:02x}").ok();
    }
    Ok(text)
}

#[expect(
    clippy::print_stderr,
    reason = "minutes of silence would look like a hang"
)]
fn build(sources: &Path, binary: &Path) -> io::Result<()> {
    let go = program::find("go").ok_or_else(|| io::Error::other("`go` is not on the PATH"))?;
    eprintln!(
        "services: building etcd and kube-apiserver with {} (once; about 5 minutes on 2 cores, 1 GB of Go modules) …",
        go.display()
    );
    let start = Instant::now();
    let unfinished = binary.with_extension("unfinished");
    let output = Command::new(go)
        .current_dir(sources)
        .env("CGO_ENABLED", "0")
        .env("GOFLAGS", "-buildvcs=false -mod=readonly")
        .args(["build", "-trimpath", "-ldflags", LINKER_FLAGS, "-o"])
        .arg(&unfinished)
        .arg(".")
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let lines: Vec<&str> = said.lines().collect();
        let end = lines
            .get(lines.len().saturating_sub(10)..)
            .unwrap_or_default();
        return Err(io::Error::other(format!(
            "`go build` failed\n{}",
            end.join("\n")
        )));
    }
    fs::rename(unfinished, binary)?;
    eprintln!("services: built in {} s", start.elapsed().as_secs());
    Ok(())
}
