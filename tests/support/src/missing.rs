//! What a machine cannot give, and whether that is a skipped test or a failed one.

/// A service that a test wants and this machine cannot give.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{service} is not available: {reason}")]
pub struct Missing {
    /// The service, as a person would ask for it.
    pub service: &'static str,
    /// Why it cannot be had, with the end of the log where a server did not start.
    pub reason: String,
}

impl Missing {
    /// Says that `service` cannot be had because of `reason`.
    pub fn new(service: &'static str, reason: impl Into<String>) -> Self {
        Self {
            service,
            reason: reason.into(),
        }
    }
}

/// Tells whether a missing service fails the run: where `CI` or `TRUSTFORM_REQUIRE_SERVICES` is set to anything but
/// nothing, `0` or `false`.
pub fn services_are_required() -> bool {
    ["CI", "TRUSTFORM_REQUIRE_SERVICES"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .any(|value| !matches!(value.as_str(), "" | "0" | "false"))
}
