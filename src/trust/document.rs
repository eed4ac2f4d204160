//! A role's trust policy: any Deny that matches refuses, else any Allow that matches grants, else it refuses.
//!
//! Source: IAM User Guide, "Policy evaluation logic".

use super::kleene::Truth;
use super::statement::{Call, TrustStatement};
use crate::policy::{Effect, PolicyDocument, PolicyError};

/// A trust policy that IAM accepts, ready to be judged many times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustPolicy {
    document: PolicyDocument,
    statements: Vec<TrustStatement>,
    canonical: String,
    unlisted: [String; 2],
}

impl TrustPolicy {
    /// Reads a trust policy; an error holds everything for which IAM would refuse it.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let document = PolicyDocument::parse_trust(text)?;
        let statements = document.statements.iter().enumerate();
        let statements = statements
            .map(|(position, statement)| TrustStatement::new(position, statement, document.version))
            .collect();
        let canonical = document.canonical_json();
        let unlisted = ["unlisted", "qxqx7"].map(|stem| absent_name(stem, &canonical));
        Ok(Self {
            document,
            statements,
            canonical,
            unlisted,
        })
    }

    /// The document as it was read.
    pub fn document(&self) -> &PolicyDocument {
        &self.document
    }

    /// The statements in the order of the document.
    pub fn statements(&self) -> &[TrustStatement] {
        &self.statements
    }

    /// Two names that stand nowhere in the document, with no letter and no length in common: what admits both admits any name.
    pub fn unlisted_names(&self) -> &[String; 2] {
        &self.unlisted
    }

    /// Whether `text` is one of the values of the document.
    pub fn lists(&self, text: &str) -> bool {
        self.canonical.contains(&format!("\"{text}\""))
    }

    /// Whether the policy lets the call through.
    pub fn admits(&self, call: &impl Call) -> Truth {
        let denied = self.some_matches(Effect::Deny, call);
        if denied == Truth::True {
            return Truth::False;
        }
        self.some_matches(Effect::Allow, call).and(denied.negated())
    }

    /// Whether a statement of this effect matches the call.
    pub fn some_matches(&self, effect: Effect, call: &impl Call) -> Truth {
        Truth::any(
            self.with_effect(effect)
                .map(|statement| statement.matches(call)),
        )
    }

    /// The statements of one effect.
    pub fn with_effect(&self, effect: Effect) -> impl Iterator<Item = &TrustStatement> {
        self.statements
            .iter()
            .filter(move |statement| statement.effect == effect)
    }
}

fn absent_name(stem: &str, text: &str) -> String {
    let mut name = stem.to_owned();
    while text.contains(&name) {
        name.push_str(stem);
    }
    name
}
