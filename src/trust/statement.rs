//! One statement of a trust policy against one call: principal, action, then each condition; all must hold.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal" and "Action". A federated principal matches by exact text, wildcards have no meaning in it; an action is matched as a glob without regard to letter case.

use super::context::{Claim, Knowledge, TokenContext};
use super::glob::Glob;
use super::kleene::Truth;
use super::operator::Condition;
use super::unknown::Unknown;
use super::variable::PolicyValue;
use crate::policy::{
    ActionClause, ActionPattern, ConditionKey, Effect, Issuer, PrincipalClause, PrincipalKind,
    Principals, Statement, Version,
};
use std::collections::BTreeSet;
use std::fmt;

/// The action a pod's SDK asks for.
pub const WEB_IDENTITY_ACTION: &str = "sts:AssumeRoleWithWebIdentity";

/// A call that a trust policy is asked about: who calls, what for, and what is known of the condition keys.
pub trait Call {
    /// The action.
    fn action(&self) -> &'static str;

    /// Whether a statement speaks of the caller.
    fn is_meant_by(&self, statement: &TrustStatement) -> Truth;

    /// What a condition on `key` will find.
    fn lookup(&self, key: &ConditionKey) -> Knowledge<'_>;

    /// What a policy variable naming `key` will find.
    fn variable(&self, key: &ConditionKey) -> Knowledge<'_>;
}

/// A call of [`WEB_IDENTITY_ACTION`].
#[derive(Debug, Clone, Copy)]
pub struct WebIdentity<'a> {
    /// The ARN of the OIDC provider that vouches for the token.
    pub provider: &'a str,
    /// What the token says.
    pub token: TokenContext<'a>,
}

impl Call for WebIdentity<'_> {
    fn action(&self) -> &'static str {
        WEB_IDENTITY_ACTION
    }

    /// What everyone means to a web identity is not documented: a Deny is taken to match, an Allow to be unknown.
    fn is_meant_by(&self, statement: &TrustStatement) -> Truth {
        if statement.federated.contains(self.provider) {
            return Truth::True;
        }
        statement.means_everyone()
    }

    fn lookup(&self, key: &ConditionKey) -> Knowledge<'_> {
        self.token.lookup(key)
    }

    fn variable(&self, key: &ConditionKey) -> Knowledge<'_> {
        self.token.variable(key)
    }
}

/// A statement, ready to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustStatement {
    /// Its place in the document.
    pub reference: StatementRef,
    /// What it does when it matches.
    pub effect: Effect,
    /// The federated principals, as written.
    pub federated: BTreeSet<String>,
    /// Principals of other kinds, which never are a web identity.
    pub others: Vec<(PrincipalKind, String)>,
    /// Whether it speaks of everyone: `"*"` or `{"AWS": "*"}`.
    pub everyone: bool,
    /// The actions, as written.
    pub actions: Vec<ActionPattern>,
    /// Whether it speaks of all actions but those.
    pub inverted_actions: bool,
    /// The conditions, all of which must hold.
    pub conditions: Vec<Condition>,
    /// The actions as patterns, letter case folded.
    action_globs: Vec<Glob>,
}

/// How a statement is named to people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatementRef {
    /// Its position in the document, from 0.
    pub position: usize,
    /// Its id, if it has one.
    pub sid: Option<String>,
}

/// One part of a statement that can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conjunct<'a> {
    /// Whom it is about.
    Principal,
    /// What it is about.
    Action,
    /// Under which condition.
    Condition(&'a Condition),
}

impl TrustStatement {
    /// Reads a statement of a document in the given version of the language.
    pub fn new(position: usize, statement: &Statement, version: Option<Version>) -> Self {
        let (actions, inverted_actions) = match &statement.action {
            ActionClause::Action(actions) => (actions, false),
            ActionClause::NotAction(actions) => (actions, true),
        };
        let mut this = Self {
            reference: StatementRef {
                position,
                sid: statement.sid.clone(),
            },
            effect: statement.effect,
            federated: BTreeSet::new(),
            others: Vec::new(),
            everyone: false,
            actions: actions.iter().cloned().collect(),
            inverted_actions,
            action_globs: actions
                .iter()
                .map(|action| Glob::new(&action.folded()))
                .collect(),
            conditions: conditions(statement, version),
        };
        // A document with `NotPrincipal`, or without a principal, is refused before it comes here.
        if let Some(PrincipalClause::Principal(principals)) = &statement.principal {
            this.take_principals(principals);
        }
        this
    }

    /// Whether the statement matches the call.
    pub fn matches(&self, call: &impl Call) -> Truth {
        Truth::all(self.conjuncts().map(|conjunct| self.holds(conjunct, call)))
    }

    /// The first part of the statement that certainly fails.
    pub fn first_failure(&self, call: &impl Call) -> Option<Conjunct<'_>> {
        self.conjuncts()
            .find(|conjunct| self.holds(*conjunct, call) == Truth::False)
    }

    /// The parts in the order in which they are explained.
    pub fn conjuncts(&self) -> impl Iterator<Item = Conjunct<'_>> {
        [Conjunct::Principal, Conjunct::Action]
            .into_iter()
            .chain(self.conditions.iter().map(Conjunct::Condition))
    }

    /// Whether one part holds for the call.
    pub fn holds(&self, conjunct: Conjunct<'_>, call: &impl Call) -> Truth {
        match conjunct {
            Conjunct::Principal => call.is_meant_by(self),
            Conjunct::Action => self.covers(call.action()).into(),
            Conjunct::Condition(condition) => condition.holds(call),
        }
    }

    /// Whether an action is among those it speaks of; letter case does not tell actions apart.
    pub fn covers(&self, action: &str) -> bool {
        let asked = action.to_ascii_lowercase();
        let named = self
            .action_globs
            .iter()
            .any(|pattern| pattern.matches(&asked));
        named != self.inverted_actions
    }

    /// What everyone means to a caller who is no principal of an account: true of a Deny, not known of an Allow.
    pub(super) fn means_everyone(&self) -> Truth {
        match (self.everyone, self.effect) {
            (false, _) => Truth::False,
            (true, Effect::Deny) => Truth::True,
            (true, Effect::Allow) => Truth::unknown(Unknown::UniversalPrincipal),
        }
    }

    /// The principals as written, but for everyone.
    pub fn principals(&self) -> Vec<String> {
        let others = self.others.iter().map(|(_, name)| name);
        self.federated.iter().chain(others).cloned().collect()
    }

    /// The subjects it asks for: for each condition on them a list, of which one must be the token's. Without any list it may match others.
    ///
    /// Wildcards are left in the patterns only where the operator reads them; where it ignores letter case, the patterns are in lower case, as subjects are.
    pub fn wanted_subjects(&self, issuer: &Issuer) -> Vec<Vec<Glob>> {
        let conditions = self.conditions.iter();
        conditions
            .filter(|one| Claim::of_key(&one.key, issuer) == Some(Claim::Subject))
            .filter_map(Condition::wanted)
            .collect()
    }

    fn take_principals(&mut self, principals: &Principals) {
        let named = match principals {
            Principals::Everyone => {
                self.everyone = true;
                return;
            }
            Principals::Named(named) => named,
        };
        for (kind, names) in named {
            for name in names {
                match (kind, name.as_str()) {
                    (PrincipalKind::Federated, _) => {
                        self.federated.insert(name.clone());
                    }
                    (PrincipalKind::Aws, "*") => self.everyone = true,
                    (
                        PrincipalKind::Aws | PrincipalKind::CanonicalUser | PrincipalKind::Service,
                        _,
                    ) => {
                        self.others.push((*kind, name.clone()));
                    }
                }
            }
        }
    }
}

impl fmt::Display for StatementRef {
    /// Counts from 1, as people do.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "statement {}", self.position + 1)?;
        if let Some(sid) = &self.sid {
            write!(formatter, " (`{sid}`)")?;
        }
        Ok(())
    }
}

fn conditions(statement: &Statement, version: Option<Version>) -> Vec<Condition> {
    let blocks = statement.condition.iter();
    blocks
        .flat_map(|(operator, keys)| {
            keys.iter().map(|(key, values)| Condition {
                operator: *operator,
                key: key.clone(),
                values: values
                    .iter()
                    .map(|value| PolicyValue::new(value, version))
                    .collect(),
            })
        })
        .collect()
}
