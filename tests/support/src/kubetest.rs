//! `tests/services/kubetest`, the control plane of Kubernetes in one Go program.

use std::path::PathBuf;

use crate::Missing;
use crate::go::GoProgram;

const SERVICE: &str = "kube-apiserver";

const PROGRAM: GoProgram = GoProgram {
    name: "kubetest",
    sources: &["go.mod", "go.sum", "main.go"],
    // The version that the binary reports; without it clients meet `v0.0.0-master` and complain. The same as in `go.mod`.
    linker_flags: "-s -w \
         -X k8s.io/component-base/version.gitVersion=v1.37.2 \
         -X k8s.io/component-base/version.gitMajor=1 \
         -X k8s.io/component-base/version.gitMinor=37",
    announcement: "building etcd and kube-apiserver (once; about 5 minutes on 2 cores, 1 GB of Go modules)",
};

/// The path of the built program.
pub(crate) fn binary() -> Result<PathBuf, Missing> {
    PROGRAM
        .binary()
        .map_err(|error| Missing::new(SERVICE, error.to_string()))
}
