//! Faults on request: refusals, throttling, lost replies, unreachable servers.

use std::time::Duration;

use super::aws::Operation;

/// Stands for the caller's ARN in the text of a refusal.
pub const CALLER: &str = "<caller>";

/// What happens to a request that runs into a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is refused with this status, code and text, and changes nothing.
    Refuse {
        /// The HTTP status.
        status: u16,
        /// The error code, as `ServiceFailure`; for Kubernetes the reason.
        code: String,
        /// The error's text; [`CALLER`] in it stands for the caller's ARN.
        message: String,
    },
    /// It is carried out, but the connection breaks before the reply arrives.
    LoseReply,
    /// It never arrives.
    Unreachable,
}

/// A rule: which requests run into what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `iam`, `sts`, `eks`, `s3` or `kubernetes`.
    pub service: String,
    /// The operation's name (for Kubernetes the beginning of `METHOD /path`); `None` for all of the service.
    pub operation: Option<String>,
    /// So many matching requests pass unharmed first.
    pub after: u32,
    /// So many matching requests are hit then; `None` for all that follow.
    pub times: Option<u32>,
    /// What happens to them.
    pub effect: Effect,
}

impl Fault {
    /// Refuses the `nth` request (counted from 1) of an operation, and only that one.
    pub fn fail_nth(
        service: &str,
        operation: &str,
        nth: u32,
        status: u16,
        code: &str,
        message: &str,
    ) -> Self {
        let effect = Effect::Refuse {
            status,
            code: code.to_owned(),
            message: message.to_owned(),
        };
        Self {
            after: nth.saturating_sub(1),
            times: Some(1),
            ..Self::always(service, Some(operation), effect)
        }
    }

    /// Throttles the next `times` requests of an operation, in the service's own words.
    pub fn throttle(service: &str, operation: &str, times: u32) -> Self {
        let (status, code, message) = match service {
            "iam" | "sts" => (400, "Throttling", "Rate exceeded"),
            "s3" => (503, "SlowDown", "Please reduce your request rate."),
            "ec2" => (503, "RequestLimitExceeded", "Request limit exceeded."),
            "kubernetes" => (
                429,
                "TooManyRequests",
                "Too many requests, please try again later.",
            ),
            _ => (429, "ThrottlingException", "Too Many Requests"),
        };
        Self {
            times: Some(times),
            ..Self::refusing(service, Some(operation), status, code, message)
        }
    }

    /// Denies an operation, for good.
    pub fn deny(service: &str, operation: &str) -> Self {
        let code = if service == "eks" {
            "AccessDeniedException"
        } else {
            "AccessDenied"
        };
        let message = format!(
            "User: {CALLER} is not authorized to perform: {service}:{operation} because no identity-based policy allows the {service}:{operation} action"
        );
        Self::refusing(service, Some(operation), 403, code, &message)
    }

    /// Loses the reply to the next request of an operation, after it was carried out.
    pub fn lose_reply(service: &str, operation: &str) -> Self {
        Self {
            times: Some(1),
            ..Self::always(service, Some(operation), Effect::LoseReply)
        }
    }

    /// Makes a whole service unreachable, for good.
    pub fn unreachable(service: &str) -> Self {
        Self::always(service, None, Effect::Unreachable)
    }

    fn refusing(
        service: &str,
        operation: Option<&str>,
        status: u16,
        code: &str,
        message: &str,
    ) -> Self {
        let effect = Effect::Refuse {
            status,
            code: code.to_owned(),
            message: message.to_owned(),
        };
        Self::always(service, operation, effect)
    }

    fn always(service: &str, operation: Option<&str>, effect: Effect) -> Self {
        Self {
            service: service.to_owned(),
            operation: operation.map(str::to_owned),
            after: 0,
            times: None,
            effect,
        }
    }

    fn matches(&self, request: &Operation) -> bool {
        let named = |name: &String| match self.service.as_str() {
            "kubernetes" => request.name.starts_with(name),
            _ => request.name == *name,
        };
        self.service == request.service && self.operation.as_ref().is_none_or(named)
    }

    /// Counts a matching request; tells whether it is hit.
    fn hits(&mut self) -> bool {
        if self.after > 0 {
            self.after -= 1;
            return false;
        }
        match &mut self.times {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }
}

/// The faults in force.
#[derive(Debug, Default)]
pub(super) struct Faults {
    rules: Vec<Fault>,
    pub(super) visibility_delay: Duration,
}

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        self.rules.push(fault);
    }

    /// What happens to a request; counts it.
    pub(super) fn strike(&mut self, request: &Operation) -> Option<Effect> {
        let mut matching = self.rules.iter_mut().filter(|rule| rule.matches(request));
        matching.find_map(|rule| rule.hits().then(|| rule.effect.clone()))
    }
}
