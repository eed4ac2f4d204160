//! Which programs run the control plane: our own build of them, or those of `KUBEBUILDER_ASSETS`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::watched;
use crate::{Missing, kubetest};

/// The programs of a control plane.
#[derive(Debug, Clone)]
pub(super) enum Binaries {
    /// One program with everything in it, which ends with its standard input.
    Kubetest(PathBuf),
    /// A folder with `etcd`, `kube-apiserver` and perhaps `kube-controller-manager`.
    Assets(PathBuf),
}

impl Binaries {
    /// Those of `KUBEBUILDER_ASSETS` when it is set, else our own, built when it must be.
    pub(super) fn find() -> Result<Self, Missing> {
        match std::env::var_os("KUBEBUILDER_ASSETS") {
            Some(folder) => assets(Path::new(&folder)),
            None => Ok(Self::Kubetest(kubetest::binary()?)),
        }
    }

    /// An etcd that keeps its data in `folder`.
    pub(super) fn etcd(&self, folder: &Path, client: &str, peer: &str) -> Command {
        match self {
            Self::Kubetest(program) => {
                let mut command = Command::new(program);
                command.arg("etcd").arg(folder).args([client, peer]);
                command
            }
            Self::Assets(assets) => {
                let mut command = watched(&assets.join("etcd"));
                command
                    .arg("--data-dir")
                    .arg(folder)
                    .args(["--unsafe-no-fsync", "--log-level=error"])
                    .arg(format!("--listen-client-urls={client}"))
                    .arg(format!("--advertise-client-urls={client}"))
                    .arg(format!("--listen-peer-urls={peer}"))
                    .arg(format!("--initial-advertise-peer-urls={peer}"))
                    .arg(format!("--initial-cluster=default={peer}"));
                command
            }
        }
    }

    /// A kube-apiserver, without its flags.
    pub(super) fn api_server(&self) -> Command {
        match self {
            Self::Kubetest(program) => {
                let mut command = Command::new(program);
                command.arg("apiserver");
                command
            }
            Self::Assets(assets) => watched(&assets.join("kube-apiserver")),
        }
    }

    /// A kube-controller-manager, without its flags; `None` where the assets have none.
    pub(super) fn controllers(&self) -> Option<Command> {
        match self {
            Self::Kubetest(program) => {
                let mut command = Command::new(program);
                command.arg("controller-manager");
                Some(command)
            }
            Self::Assets(assets) => {
                let program = assets.join("kube-controller-manager");
                program.is_file().then(|| watched(&program))
            }
        }
    }
}

fn assets(folder: &Path) -> Result<Binaries, Missing> {
    for (service, name) in [("etcd", "etcd"), ("kube-apiserver", "kube-apiserver")] {
        if !folder.join(name).is_file() {
            let reason = format!(
                "KUBEBUILDER_ASSETS is {} and has no `{name}`",
                folder.display()
            );
            return Err(Missing::new(service, reason));
        }
    }
    Ok(Binaries::Assets(folder.to_path_buf()))
}
