//! IAM as its clients see it: what each operation returns, what it refuses, and in which words.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod lives;
mod profiles;
mod refusals;

pub(super) const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
pub(super) const GRANT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
pub(super) const ISSUER: &str =
    "https://oidc.eks.us-east-1.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53";
pub(super) const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53";
pub(super) fn role(name: &str) -> Vec<(&str, &str)> {
    vec![
        ("Action", "CreateRole"),
        ("RoleName", name),
        ("AssumeRolePolicyDocument", TRUST),
    ]
}
