//! The gates a binding must pass, and the stable codes of what goes wrong at them.

use std::fmt;

/// The gates that are decided before apply, in the order in which they are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gate {
    /// The annotation names this role, and nothing overrides it.
    Annotation,
    /// The role exists.
    Role,
    /// The role's account has an OIDC provider for the cluster's issuer.
    Provider,
    /// The provider accepts the token's audience.
    Audience,
    /// The role's trust policy admits the token.
    Trust,
    /// The session is not longer than the role allows.
    Duration,
}

impl Gate {
    /// The gate's short name, such as `G5`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Annotation => "G1",
            Self::Role => "G2",
            Self::Provider => "G3",
            Self::Audience => "G4",
            Self::Trust => "G5",
            Self::Duration => "G10",
        }
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What is wrong, as a stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The service account has no role annotation.
    NoAnnotation,
    /// The annotation is no role ARN.
    AnnotationNotARole,
    /// The annotation names another role, or one of another partition.
    AnnotationElsewhere,
    /// A pod identity association overrides the annotation.
    ShadowedByPodIdentity,
    /// The role does not exist.
    NoRole,
    /// The account has no provider for the issuer.
    NoProvider,
    /// Provider or trust policy name the issuer of another cluster, perhaps of one that is gone.
    StaleIssuer,
    /// Provider and role are in different accounts.
    OtherAccount,
    /// The provider's URL, or a key, is EKS's dual-stack alias.
    DualStackAlias,
    /// The audience is not accepted.
    Audience,
    /// The subject is another one.
    Subject,
    /// The keys `:aud` and `:sub` are swapped, or one is misspelt.
    SwappedOrMisspeltKey,
    /// A condition key contains an ARN or a scheme.
    ArnOrSchemeInKey,
    /// A wildcard under an operator that takes it literally.
    LiteralWildcard,
    /// A difference in letter case or white space.
    LetterCase,
    /// The issuer's host is written wrongly.
    IssuerHost,
    /// The action is another one.
    Action,
    /// The statement is about other kinds of principals.
    OtherPrincipal,
    /// Another condition can never hold for a service account.
    ConditionNeverHolds,
    /// The policy allows nobody.
    NoAllow,
    /// A statement denies it.
    ExplicitDeny,
    /// The session is longer than the role allows.
    Duration,
}

impl Code {
    /// The code as it is printed and searched for.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoAnnotation => "no-annotation",
            Self::AnnotationNotARole => "W10",
            Self::AnnotationElsewhere => "W11",
            Self::ShadowedByPodIdentity => "W12",
            Self::NoRole => "no-role",
            Self::NoProvider => "T08",
            Self::StaleIssuer => "T09",
            Self::OtherAccount => "T10",
            Self::DualStackAlias => "T11",
            Self::Audience => "T12",
            Self::Subject => "T01",
            Self::SwappedOrMisspeltKey => "T02",
            Self::ArnOrSchemeInKey => "T03",
            Self::LiteralWildcard => "T04",
            Self::LetterCase => "T05",
            Self::IssuerHost => "T06",
            Self::Action => "T07",
            Self::OtherPrincipal => "other-principal",
            Self::ConditionNeverHolds => "condition-never-holds",
            Self::NoAllow => "no-allow",
            Self::ExplicitDeny => "explicit-deny",
            Self::Duration => "R06",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
