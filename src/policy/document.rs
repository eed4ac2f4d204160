//! The typed form of a policy document: what every legal spelling of it means.
//!
//! Lists are sets here, since IAM reads them so; two documents of one meaning differ only in statement order and in the spelling of names that ignore letter case.

use super::error::{JsonPath, PolicyError};
use super::names::{ActionPattern, ConditionKey};
use super::operator::ConditionOperator;
use super::{canonical, grammar, parse};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A policy document of any type: identity, inline or trust.
///
/// Equality compares version, id and statements in order, but not how the text was laid out; [`PolicyDocument::means_the_same_as`] knows which of these differences mean nothing.
#[derive(Debug, Clone)]
pub struct PolicyDocument {
    /// The language version; a missing one is **not** the same as 2012-10-17.
    pub version: Option<Version>,
    /// The optional id of the document.
    pub id: Option<String>,
    /// The statements in the order of the text, at least one.
    pub statements: Vec<Statement>,
    /// How the text was laid out.
    layout: Layout,
}

/// What the text of a document said beyond its meaning.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// Characters IAM counts.
    pub(super) size: usize,
    /// Whether `Statement` was one object instead of an array.
    pub(super) bare_statement: bool,
}

impl PartialEq for PolicyDocument {
    fn eq(&self, other: &Self) -> bool {
        (self.version, &self.id, &self.statements) == (other.version, &other.id, &other.statements)
    }
}

impl Eq for PolicyDocument {}

impl PolicyDocument {
    /// Reads a document in any legal spelling, and reports every problem of it with its place.
    ///
    /// Elements that depend on the type of policy (`Principal`, `Resource`) are judged by [`PolicyDocument::check_trust`] and [`PolicyDocument::check_identity`].
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        parse::document(text)
    }

    /// Reads a role's trust policy: [`PolicyDocument::parse`], then [`PolicyDocument::check_trust`].
    pub fn parse_trust(text: &str) -> Result<Self, PolicyError> {
        let document = Self::parse(text)?;
        document.check_trust()?;
        Ok(document)
    }

    /// Reads a role's inline policy or a managed policy: [`PolicyDocument::parse`], then [`PolicyDocument::check_identity`].
    pub fn parse_identity(text: &str) -> Result<Self, PolicyError> {
        let document = Self::parse(text)?;
        document.check_identity()?;
        Ok(document)
    }

    /// Refuses what IAM refuses in a trust policy only: a resource, `NotPrincipal`, no principal.
    pub fn check_trust(&self) -> Result<(), PolicyError> {
        grammar::check(self, grammar::trust_problems)
    }

    /// Refuses what IAM refuses in an identity policy only: a principal, no resource, an action without its service.
    pub fn check_identity(&self) -> Result<(), PolicyError> {
        grammar::check(self, grammar::identity_problems)
    }

    /// The document as one line: fixed member order, sorted values, lists of one as the value itself.
    ///
    /// Statements keep their order, names their letter case, principals their form.
    pub fn canonical_json(&self) -> String {
        canonical::document(self)
    }

    /// The characters IAM counts against its quotas, of the text that was parsed.
    pub fn size(&self) -> usize {
        self.layout.size
    }

    /// The place of the statement at `position` in the text that was parsed.
    pub fn statement_path(&self, position: usize) -> JsonPath {
        let statement = JsonPath::root().member("Statement");
        if self.layout.bare_statement {
            statement
        } else {
            statement.index(position)
        }
    }

    pub(super) fn new(
        version: Option<Version>,
        id: Option<String>,
        statements: Vec<Statement>,
        layout: Layout,
    ) -> Self {
        Self {
            version,
            id,
            statements,
            layout,
        }
    }
}

/// The versions of the policy language ("IAM JSON policy elements: Version").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// The old language, also what a missing version means: `${…}` is plain text.
    V2008,
    /// The current language, with policy variables.
    V2012,
}

impl Version {
    /// The value of the `Version` element.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2008 => "2008-10-17",
            Self::V2012 => "2012-10-17",
        }
    }
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// The statement's id; significant for equality.
    pub sid: Option<String>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Whom it is about; none in identity policies.
    pub principal: Option<PrincipalClause>,
    /// What it is about.
    pub action: ActionClause,
    /// On what; none in trust policies.
    pub resource: Option<ResourceClause>,
    /// Operators, each with keys, each with values: all must hold.
    pub condition: BTreeMap<ConditionOperator, BTreeMap<ConditionKey, BTreeSet<String>>>,
}

/// What a matching statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Grants, unless something denies.
    Allow,
    /// Refuses, whatever else allows.
    Deny,
}

impl Effect {
    /// The value of the `Effect` element; letter case matters to IAM.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// `Principal` or `NotPrincipal`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrincipalClause {
    /// These.
    Principal(Principals),
    /// All but these.
    NotPrincipal(Principals),
}

/// The principals of a statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Principals {
    /// `"*"`.
    Everyone,
    /// Names by kind; some kind has at least one name.
    Named(BTreeMap<PrincipalKind, BTreeSet<String>>),
}

/// The kinds of principal ("AWS JSON policy elements: Principal").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrincipalKind {
    /// Accounts, users, roles, sessions; `*` for everyone.
    Aws,
    /// S3's form of an account.
    CanonicalUser,
    /// Identity providers: OIDC, SAML.
    Federated,
    /// AWS services.
    Service,
}

impl PrincipalKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::Aws,
        Self::CanonicalUser,
        Self::Federated,
        Self::Service,
    ];

    /// The member name in a policy.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::CanonicalUser => "CanonicalUser",
            Self::Federated => "Federated",
            Self::Service => "Service",
        }
    }
}

/// `Action` or `NotAction`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActionClause {
    /// These actions.
    Action(BTreeSet<ActionPattern>),
    /// All but these.
    NotAction(BTreeSet<ActionPattern>),
}

/// `Resource` or `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceClause {
    /// These resources.
    Resource(BTreeSet<String>),
    /// All but these.
    NotResource(BTreeSet<String>),
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for PrincipalKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
