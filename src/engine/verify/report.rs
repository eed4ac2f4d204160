//! What an examination found, as values: a view prints them, and nothing in them is a secret.

use serde::Serialize;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is as it should be.
    Ok,
    /// Good to know; nothing is broken.
    Note,
    /// It could not be looked at, mostly for want of a permission.
    NotChecked,
    /// Something does not work.
    Problem,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The cluster and its issuer.
    Cluster,
    /// The service account and its annotation.
    Account,
    /// The decision on live inputs: role, provider, audience, trust policy.
    Trust,
    /// The registration of the webhook.
    Webhook,
    /// A pod that is never stored, against the prediction.
    DryRun,
    /// The running pods.
    Pods,
    /// A token of the account.
    Token,
    /// A session from STS.
    Session,
    /// Providers and trust policies of clusters that are gone.
    Orphans,
}

impl Check {
    /// The word before a line.
    pub fn title(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Account => "account",
            Self::Trust => "trust",
            Self::Webhook => "webhook",
            Self::DryRun => "dry run",
            Self::Pods => "pods",
            Self::Token => "token",
            Self::Session => "session",
            Self::Orphans => "orphans",
        }
    }
}

/// One result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// How it ended.
    pub outcome: Outcome,
    /// The stable code of a known failure; empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// It in words.
    pub message: String,
}

impl Finding {
    /// A result without a code.
    pub fn new(check: Check, outcome: Outcome, message: impl Into<String>) -> Self {
        Self {
            check,
            outcome,
            code: String::new(),
            message: message.into(),
        }
    }

    /// A result with the code of a known failure.
    #[must_use]
    pub fn coded(mut self, code: &str) -> Self {
        code.clone_into(&mut self.code);
        self
    }
}

/// What was found about one service account.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// Its address, as people write it.
    pub address: String,
    /// Namespace and name.
    pub subject: String,
    /// The ARN in its live annotation; empty for none.
    pub role_arn: String,
    /// The results, in the order of the checks.
    pub checks: Vec<Finding>,
}

/// What was found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// By service account.
    pub accounts: Vec<Account>,
    /// Beyond service accounts.
    pub further: Vec<Finding>,
}

impl Report {
    /// Whether nothing is broken. What was not checked breaks nothing.
    pub fn is_ok(&self) -> bool {
        let of_accounts = self.accounts.iter().flat_map(|account| &account.checks);
        let mut all = of_accounts.chain(&self.further);
        all.all(|finding| finding.outcome != Outcome::Problem)
    }
}
