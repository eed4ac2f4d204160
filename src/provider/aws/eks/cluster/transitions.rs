//! The ways between two settings that EKS does not go, told before anything is changed.

use crate::address::AttributePath;
use crate::provider::aws::object::{block, text};
use crate::schema::Problem;
use crate::value::Value;

/// The authentication modes in the order in which a cluster can go through them (EKS User Guide, "Change authentication
/// mode to use access entries").
const MODES: [&str; 3] = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];

/// What EKS refuses of a change in place.
pub(super) fn refusals(prior: &Value, planned: &Value) -> Vec<Problem> {
    let found = [
        version(prior, planned),
        mode(prior, planned),
        auto_mode(prior, planned),
        egress(prior, planned),
    ];
    found.into_iter().flatten().collect()
}

fn problem(name: &str, summary: &str, detail: String) -> Problem {
    Problem {
        path: AttributePath::attribute(name),
        summary: summary.to_owned(),
        detail,
    }
}

/// Kubernetes goes up by one minor version at a time, and not down.
fn version(prior: &Value, planned: &Value) -> Option<Problem> {
    let minor = |cluster| -> Option<u32> {
        let version = text(cluster, "version")?;
        version.strip_prefix("1.")?.parse().ok()
    };
    let (before, after) = (minor(prior)?, minor(planned)?);
    let next = before + 1;
    if after < before {
        return Some(problem(
            "version",
            "Clusters are not downgraded",
            format!(
                "The cluster has version 1.{before}, and EKS does not go back to 1.{after}. Write \"1.{before}\", or replace the cluster with `-replace`."
            ),
        ));
    }
    (after > next).then(|| {
        problem(
            "version",
            "Clusters are upgraded by one minor version at a time",
            format!(
                "The cluster has version 1.{before}, and EKS does not go to 1.{after} at once. Write \"1.{next}\" and apply, and go on from there."
            ),
        )
    })
}

fn mode(prior: &Value, planned: &Value) -> Option<Problem> {
    let mode = |cluster| text(block(cluster, "access_config")?, "authentication_mode");
    let place = |mode: &str| MODES.iter().position(|known| *known == mode);
    let (before, after) = (mode(prior)?, mode(planned)?);
    let (from, to) = (place(before)?, place(after)?);
    if to < from {
        return Some(problem(
            "access_config",
            "The authentication mode goes one way",
            format!(
                "The cluster's authentication mode is {before}, and EKS does not go back to {after}. Write \"{before}\"."
            ),
        ));
    }
    (to > from + 1).then(|| {
        problem(
            "access_config",
            "The authentication mode changes by one step at a time",
            format!(
                "The cluster's authentication mode is {before}, and EKS goes to {after} by API_AND_CONFIG_MAP only. Write that and apply, make sure that everybody has an access entry, and go on from there."
            ),
        )
    })
}

/// What is left out stays on, so leaving the blocks out says less than it seems.
fn auto_mode(prior: &Value, planned: &Value) -> Option<Problem> {
    let on = |cluster| {
        let compute = block(cluster, "compute_config")?;
        compute.get("enabled")?.as_bool()
    };
    let left_out = block(planned, "compute_config").is_none();
    (on(prior) == Some(true) && left_out).then(|| {
        problem(
            "compute_config",
            "EKS Auto Mode is switched off by name",
            "The cluster is in EKS Auto Mode, and leaving the blocks out does not end it. Set `enabled = false` in `compute_config`, in `kubernetes_network_config.elastic_load_balancing` and in `storage_config.block_storage`.".to_owned(),
        )
    })
}

/// Once the control plane's way out leads through the VPC, it stays there.
fn egress(prior: &Value, planned: &Value) -> Option<Problem> {
    let mode = |cluster| text(block(cluster, "vpc_config")?, "control_plane_egress_mode");
    let (before, after) = (mode(prior)?, mode(planned)?);
    (before != "AWS_MANAGED" && after == "AWS_MANAGED").then(|| {
        problem(
            "vpc_config",
            "The control plane's egress goes one way",
            format!(
                "The cluster's `control_plane_egress_mode` is {before}, and EKS does not go back to {after}. Write \"{before}\", or replace the cluster with `-replace`."
            ),
        )
    })
}
