//! The constraints of a request's parameters, reported together as AWS's front ends do.

use super::protocol::AwsError;

/// Collects what is wrong with the parameters of a request.
#[derive(Debug, Default)]
pub(super) struct Checks(Vec<String>);

impl Checks {
    /// A text whose length in characters must lie in a range.
    pub(super) fn length(
        &mut self,
        name: &str,
        value: &str,
        least: usize,
        most: usize,
    ) -> &mut Self {
        let length = value.chars().count();
        if length < least {
            self.fail(
                name,
                value,
                &format!("Member must have length greater than or equal to {least}"),
            );
        }
        if length > most {
            self.fail(
                name,
                value,
                &format!("Member must have length less than or equal to {most}"),
            );
        }
        self
    }

    /// A text all of whose characters must be allowed; `pattern` is how the service words it.
    pub(super) fn characters(
        &mut self,
        name: &str,
        value: &str,
        pattern: &str,
        allowed: fn(char) -> bool,
    ) -> &mut Self {
        if !value.chars().all(allowed) {
            self.fail(
                name,
                value,
                &format!("Member must satisfy regular expression pattern: {pattern}"),
            );
        }
        self
    }

    /// A number that must lie in a range.
    pub(super) fn range(&mut self, name: &str, value: i64, least: i64, most: i64) -> &mut Self {
        if value < least {
            self.fail(
                name,
                &value.to_string(),
                &format!("Member must have value greater than or equal to {least}"),
            );
        }
        if value > most {
            self.fail(
                name,
                &value.to_string(),
                &format!("Member must have value less than or equal to {most}"),
            );
        }
        self
    }

    /// Notes a broken constraint.
    pub(super) fn fail(&mut self, name: &str, value: &str, constraint: &str) {
        self.0.push(format!(
            "Value '{value}' at '{name}' failed to satisfy constraint: {constraint}"
        ));
    }

    /// The error that names all broken constraints, with the service's code for it.
    pub(super) fn finish(&self, code: &str) -> Result<(), AwsError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let plural = if self.0.len() == 1 { "" } else { "s" };
        let text = format!(
            "{} validation error{plural} detected: {}",
            self.0.len(),
            self.0.join("; ")
        );
        Err(AwsError::new(400, code, text))
    }
}

/// The error for a required parameter that was not sent.
pub(super) fn missing(name: &str) -> AwsError {
    let text = format!(
        "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"
    );
    AwsError::new(400, "ValidationError", text)
}
