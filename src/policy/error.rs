//! What is wrong with a policy document, and where in it.

use std::fmt;

/// A document IAM would refuse, with every problem found in it (at least one).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.summary())]
pub struct PolicyError {
    /// The problems in document order; never empty.
    pub problems: Vec<PolicyProblem>,
}

impl PolicyError {
    fn summary(&self) -> String {
        let lines: Vec<String> = self.problems.iter().map(ToString::to_string).collect();
        lines.join("; ")
    }
}

/// One problem of a policy document, at one place of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyProblem {
    /// The place of the culprit; the root for a text that is no JSON.
    pub path: JsonPath,
    /// What is wrong there.
    pub kind: ProblemKind,
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path, self.kind)
    }
}

/// The ways in which IAM refuses a document ("Grammar of the IAM JSON policy language", IAM User Guide).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProblemKind {
    /// The text is no JSON; the message has line and column.
    #[error("not JSON: {0}")]
    Syntax(String),
    /// A value of the wrong JSON type.
    #[error("expected {expected}, found {found}")]
    Type {
        /// What the grammar asks for.
        expected: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// The same member twice in one object.
    #[error("member `{0}` appears twice")]
    DuplicateMember(String),
    /// A condition key twice in one operator block; letter case does not tell keys apart.
    #[error(
        "condition key `{0}` appears twice in one operator block (letter case does not tell keys apart)"
    )]
    DuplicateConditionKey(String),
    /// A condition operator twice in one `Condition`, spelt with different letter case.
    #[error("condition operator `{0}` appears twice")]
    DuplicateOperator(String),
    /// A member the grammar does not have.
    #[error("unknown element `{0}`")]
    UnknownElement(String),
    /// A member that must be there and is not.
    #[error("missing required element `{0}`")]
    MissingElement(&'static str),
    /// A member that this type of policy may not have.
    #[error("element `{0}` is not allowed in this type of policy")]
    ProhibitedElement(&'static str),
    /// Two members that exclude each other.
    #[error("`{0}` and `{1}` exclude each other")]
    Exclusive(&'static str, &'static str),
    /// A `Version` other than the two.
    #[error("`Version` must be \"2012-10-17\" or \"2008-10-17\", not \"{0}\"")]
    UnknownVersion(String),
    /// An `Effect` other than the two; letter case matters.
    #[error("`Effect` must be \"Allow\" or \"Deny\", not \"{0}\"")]
    UnknownEffect(String),
    /// A principal kind IAM does not know.
    #[error("unknown principal type `{0}`; known are AWS, Federated, Service, CanonicalUser")]
    UnknownPrincipalKind(String),
    /// A principal written as a bare string other than `"*"`.
    #[error("a principal is \"*\" or an object such as {{\"Federated\": …}}, not \"{0}\"")]
    BarePrincipal(String),
    /// A principal element that names nobody.
    #[error("the principal element names nobody")]
    EmptyPrincipal,
    /// A condition operator IAM does not know.
    #[error("unknown condition operator `{0}`")]
    UnknownOperator(String),
    /// `Null` takes neither `IfExists` nor a set operator.
    #[error("`{0}`: `Null` takes neither `IfExists` nor a set operator")]
    DecoratedNull(String),
    /// No statement at all.
    #[error("a policy needs at least one statement")]
    NoStatement,
    /// A statement id with other characters than letters and digits.
    #[error("`Sid` \"{0}\" may hold letters and digits only")]
    InvalidSid(String),
    /// An action that names no service.
    #[error("action \"{0}\" names no service; write it as `service:Action` or \"*\"")]
    UnqualifiedAction(String),
    /// A resource that is no ARN.
    #[error("resource \"{0}\" is neither an ARN nor \"*\"")]
    InvalidResource(String),
    /// A statement id used twice.
    #[error("`Sid` \"{0}\" is used by another statement")]
    DuplicateSid(String),
}

/// A place in a JSON text, printed as `$.Statement[0].Action`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct JsonPath(Vec<PathStep>);

/// One step into a JSON value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathStep {
    /// Into the member of this name.
    Member(String),
    /// Into the element at this position, from 0.
    Index(usize),
}

impl JsonPath {
    /// The whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// This place, then the member `name`.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        self.then(PathStep::Member(name.to_owned()))
    }

    /// This place, then the element at `position`.
    #[must_use]
    pub fn index(&self, position: usize) -> Self {
        self.then(PathStep::Index(position))
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[PathStep] {
        &self.0
    }

    fn then(&self, step: PathStep) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("$")?;
        for step in &self.0 {
            match step {
                PathStep::Member(name) if is_plain(name) => write!(formatter, ".{name}")?,
                PathStep::Member(name) => write!(formatter, "[{name:?}]")?,
                PathStep::Index(position) => write!(formatter, "[{position}]")?,
            }
        }
        Ok(())
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric())
}
