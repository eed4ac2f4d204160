//! EKS: clusters and what belongs to them.

pub mod access_entry;
pub mod access_policy_association;
pub mod addon;
mod belonging;
pub mod cluster;
pub mod cluster_auth;
pub mod ephemeral_cluster_auth;
pub mod identity_provider_config;
pub mod pod_identity_association;
#[cfg(test)]
mod testing;

use crate::provider::ProviderError;
use std::time::Duration;

/// A duration as Go writes it, as `1h30m`; `None` for anything else.
pub(in crate::provider::aws) fn duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at_checked(digits)?;
        let end = tail
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(tail.len());
        let (unit, next) = tail.split_at_checked(end)?;
        let seconds = match unit {
            "h" => 3_600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        let part = number.parse::<f64>().ok()? * seconds;
        total = total.checked_add(Duration::try_from_secs_f64(part).ok()?)?;
        rest = next;
    }
    (!text.is_empty()).then_some(total)
}

/// Whether a cluster lets people in by its config map only, so that it has no access entries.
fn has_no_access_api(error: &ProviderError) -> bool {
    error.code == "InvalidRequestException"
        && error.message.contains("authentication mode must be set")
}
