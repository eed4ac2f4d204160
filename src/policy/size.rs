//! The size of a policy as IAM counts it, and the quotas it is held against.
//!
//! Source: IAM User Guide, "IAM and AWS STS quotas": white space is not counted. The numbers are the account defaults; the applied ones come from `iam:GetAccountSummary`.

/// The characters of a document as IAM counts them: all but white space.
pub fn measured_size(text: &str) -> usize {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .count()
}

/// A quota for policy sizes, in characters without white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyQuota {
    /// One trust policy.
    Trust,
    /// All inline policies of one role together.
    InlineOfRole,
    /// One version of a managed policy.
    Managed,
}

impl PolicyQuota {
    /// The limit of an account that asked for no increase.
    pub fn default_limit(self) -> usize {
        match self {
            Self::Trust => 2_048,
            Self::InlineOfRole => 10_240,
            Self::Managed => 6_144,
        }
    }

    /// The name IAM gives the quota in its answer.
    pub fn iam_name(self) -> &'static str {
        match self {
            Self::Trust => "ACLSizePerRole",
            Self::InlineOfRole => "RolePolicySize",
            Self::Managed => "PolicySize",
        }
    }

    /// Holds `size` against the default limit.
    pub fn check(self, size: usize) -> Result<(), QuotaExceeded> {
        self.check_against(self.default_limit(), size)
    }

    /// Holds `size` against the limit an account really has.
    pub fn check_against(self, limit: usize, size: usize) -> Result<(), QuotaExceeded> {
        if size <= limit {
            Ok(())
        } else {
            Err(QuotaExceeded {
                quota: self,
                limit,
                size,
            })
        }
    }
}

/// A policy that is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Cannot exceed quota for {}: {limit} (the policy has {size} characters without white space)", self.quota.iam_name())]
pub struct QuotaExceeded {
    /// Which quota.
    pub quota: PolicyQuota,
    /// Its limit in characters.
    pub limit: usize,
    /// The size found, in characters.
    pub size: usize,
}
