//! The real `terraform`, for tests that our files are read by it and its files by us.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::{Missing, program};

const SERVICE: &str = "terraform";

/// A `terraform` that this machine has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terraform {
    /// Where the program is.
    pub path: PathBuf,
    /// Its version, such as `1.11.4`.
    pub version: String,
}

impl Terraform {
    /// A command in `folder` that sees nothing of the user's own settings and asks nobody for updates.
    pub fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.path);
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", folder)
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .env("TF_INPUT", "0");
        command
    }
}

/// The `terraform` on the `PATH`; looked for once in a run.
pub fn terraform() -> Result<&'static Terraform, Missing> {
    static FOUND: OnceLock<Result<Terraform, Missing>> = OnceLock::new();
    FOUND.get_or_init(find).as_ref().map_err(Clone::clone)
}

fn find() -> Result<Terraform, Missing> {
    let path =
        program::find(SERVICE).ok_or_else(|| Missing::new(SERVICE, "it is not on the PATH"))?;
    let output = Command::new(&path)
        .args(["version", "-json"])
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .map_err(|error| Missing::new(SERVICE, error.to_string()))?;
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| Missing::new(SERVICE, format!("`terraform version -json`: {error}")))?;
    let version = answer
        .get("terraform_version")
        .and_then(serde_json::Value::as_str)
        .ok_or_else(|| Missing::new(SERVICE, "`terraform version -json` names no version"))?;
    Ok(Terraform {
        path,
        version: version.to_owned(),
    })
}
