//! IAM policy documents as typed, canonical values: parsed from every legal spelling, printed canonically, compared by meaning, measured as IAM measures them.
//!
//! Pure and synchronous. What IAM would refuse is an error with the JSON path of the culprit; nothing unknown is kept in silence.
//!
//! ```
//! use trustform::policy::{PolicyDocument, equivalent};
//!
//! let one = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"*"}}"#;
//! let other = r#"{"Statement":[{"Resource":["*"],"Action":"S3:getobject","Effect":"Allow"}],"Version":"2012-10-17"}"#;
//! assert!(equivalent(one, other));
//! assert_eq!(
//!     PolicyDocument::parse(one).unwrap().canonical_json(),
//!     r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#
//! );
//! ```

mod arn;
mod canonical;
mod coalesce;
mod document;
mod equivalence;
mod error;
mod grammar;
mod issuer;
mod json;
mod names;
mod operator;
mod parse;
mod size;

#[cfg(test)]
mod tests;

pub use arn::{AccountId, Arn, ArnError, OidcProviderArn, Partition, RoleArn};
pub use coalesce::QuotaAdvice;
pub use document::{
    ActionClause, Effect, PolicyDocument, PrincipalClause, PrincipalKind, Principals,
    ResourceClause, Statement, Version,
};
pub use equivalence::equivalent;
pub use error::{JsonPath, PathStep, PolicyError, PolicyProblem, ProblemKind};
pub use issuer::{Issuer, IssuerError};
pub use names::{ActionPattern, ConditionKey};
pub use operator::{BaseOperator, ConditionOperator, OperatorKind, SetQuantifier};
pub use size::{PolicyQuota, QuotaExceeded, measured_size};
