//! `tests/services/stubprovider`, a provider for the real `terraform` that serves schemas from a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::go::GoProgram;
use crate::terraform::Terraform;
use crate::{Missing, folder};

const SERVICE: &str = "stubprovider";

const PROGRAM: GoProgram = GoProgram {
    name: SERVICE,
    sources: &[
        "go.mod",
        "go.sum",
        "main.go",
        "played.go",
        "provider.go",
        "schema.go",
        "values.go",
    ],
    linker_flags: "-s -w",
    announcement: "building a provider for the real terraform (once; about a minute on 2 cores)",
};

/// The providers that it stands for.
const PROVIDERS: [&str; 6] = ["aws", "kubernetes", "null", "random", "time", "tls"];

/// The stub as providers that `terraform` finds.
#[derive(Debug)]
pub struct StubProviders {
    folder: PathBuf,
}

impl StubProviders {
    /// A command of Terraform's in `folder` that uses the stub for every provider. `files` are variables
    /// with the files that the stub reads, as its own documentation says.
    pub fn command(
        &self,
        terraform: &Terraform,
        folder: &Path,
        files: [(&str, &Path); 4],
    ) -> Command {
        let mut command = terraform.command(folder);
        command.env("TF_CLI_CONFIG_FILE", self.folder.join("terraformrc"));
        command.envs(files);
        command
    }
}

/// The stub, built where it is not yet; the same for the whole run.
///
/// # Errors
/// It could not be built, or there is no place for it.
pub fn stub_providers() -> Result<&'static StubProviders, Missing> {
    static MADE: OnceLock<Result<StubProviders, Missing>> = OnceLock::new();
    let made =
        MADE.get_or_init(|| make().map_err(|error| Missing::new(SERVICE, error.to_string())));
    made.as_ref().map_err(Clone::clone)
}

fn make() -> io::Result<StubProviders> {
    let binary = PROGRAM.binary()?;
    let folder = folder::services().join(SERVICE);
    let mut overrides = String::new();
    for provider in PROVIDERS {
        let name = folder.join(format!("terraform-provider-{provider}"));
        if fs::read_link(&name).ok().as_deref() != Some(&*binary) {
            // Another run may have made it meanwhile, and a copied folder has links into the one it was copied from.
            let _removed = fs::remove_file(&name);
            let _made = std::os::unix::fs::symlink(&binary, &name);
        }
        let line = format!("    \"hashicorp/{provider}\" = \"{}\"\n", folder.display());
        overrides.push_str(&line);
    }
    let settings = format!(
        "provider_installation {{\n  dev_overrides {{\n{overrides}  }}\n  direct {{}}\n}}\n"
    );
    fs::write(folder.join("terraformrc"), settings)?;
    Ok(StubProviders { folder })
}
