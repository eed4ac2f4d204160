//! Amazon Resource Names: the general form, roles, and OIDC providers.
//!
//! Source: AWS General Reference, "Amazon Resource Names (ARNs)"; IAM User Guide, "IAM identifiers". A role's ARN contains its path; a provider's contains its URL without the scheme.

use super::issuer::Issuer;
use std::fmt;
use std::str::FromStr;

/// `arn:partition:service:region:account:resource`; region and account may be empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn {
    partition: Partition,
    service: String,
    region: String,
    account: String,
    resource: String,
}

impl Arn {
    /// An ARN of the given parts.
    pub fn new(
        partition: Partition,
        service: &str,
        region: &str,
        account: &str,
        resource: &str,
    ) -> Self {
        Self {
            partition,
            service: service.to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
            resource: resource.to_owned(),
        }
    }

    /// The partition, such as `aws-cn`.
    pub fn partition(&self) -> &Partition {
        &self.partition
    }

    /// The service, such as `iam`.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The region; empty for global services.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The account number; empty or `aws` for objects no account owns.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// All after the fifth colon.
    pub fn resource(&self) -> &str {
        &self.resource
    }
}

/// Why a text is not the ARN it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArnError {
    /// Fewer than six parts, or not beginning with `arn`.
    #[error("`{0}` is not an ARN (arn:partition:service:region:account:resource)")]
    Shape(String),
    /// A partition that is none of AWS's.
    #[error("`{0}` is not a partition (aws, aws-cn, aws-us-gov, …)")]
    Partition(String),
    /// An account that is not twelve digits.
    #[error("`{0}` is not an account number of 12 digits")]
    Account(String),
    /// An ARN of something else than a role.
    #[error("`{0}` is not the ARN of an IAM role (arn:aws:iam::<account>:role/<path><name>)")]
    NotARole(String),
    /// An ARN of something else than an OIDC provider.
    #[error(
        "`{0}` is not the ARN of an IAM OIDC provider (arn:aws:iam::<account>:oidc-provider/<url>)"
    )]
    NotAProvider(String),
}

impl FromStr for Arn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, ArnError> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let [scheme, partition, service, region, account, resource] = parts.as_slice() else {
            return Err(ArnError::Shape(text.to_owned()));
        };
        if *scheme != "arn" || service.is_empty() || resource.is_empty() {
            return Err(ArnError::Shape(text.to_owned()));
        }
        Ok(Self::new(
            partition.parse()?,
            service,
            region,
            account,
            resource,
        ))
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            service,
            region,
            account,
            resource,
        } = self;
        write!(
            formatter,
            "arn:{partition}:{service}:{region}:{account}:{resource}"
        )
    }
}

/// A group of regions with accounts of its own: `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc`, `aws-iso…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition(String);

impl Partition {
    /// The commercial partition.
    pub fn aws() -> Self {
        Self("aws".to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition a region lies in, by the naming rules of AWS's regions.
    pub fn of_region(region: &str) -> Self {
        let by_prefix = [
            ("cn-", "aws-cn"),
            ("us-gov-", "aws-us-gov"),
            ("eusc-", "aws-eusc"),
            ("us-isob-", "aws-iso-b"),
            ("us-isof-", "aws-iso-f"),
            ("eu-isoe-", "aws-iso-e"),
            ("us-iso-", "aws-iso"),
        ];
        let name = by_prefix
            .into_iter()
            .find(|(prefix, _)| region.starts_with(prefix));
        Self(name.map_or("aws", |(_, partition)| partition).to_owned())
    }

    /// The domain under which the services of the partition answer.
    pub fn dns_suffix(&self) -> &'static str {
        match self.as_str() {
            "aws-cn" => "amazonaws.com.cn",
            "aws-eusc" => "amazonaws.eu",
            "aws-iso" => "c2s.ic.gov",
            "aws-iso-b" => "sc2s.sgov.gov",
            "aws-iso-e" => "cloud.adc-e.uk",
            "aws-iso-f" => "csp.hci.ic.gov",
            _ => "amazonaws.com",
        }
    }
}

impl FromStr for Partition {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, ArnError> {
        let lower = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
        let known = text.strip_prefix("aws").is_some_and(|rest| {
            rest.chars()
                .all(|character| lower(character) || character == '-')
        });
        if known {
            Ok(Self(text.to_owned()))
        } else {
            Err(ArnError::Partition(text.to_owned()))
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The twelve digits of an AWS account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(String);

impl AccountId {
    /// The account of AWS's own documentation, where nothing hangs on which it is.
    pub fn example() -> Self {
        Self("123456789012".to_owned())
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountId {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, ArnError> {
        if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ArnError::Account(text.to_owned()))
        }
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The ARN of an IAM role, path included: what stands in the service account's `eks.amazonaws.com/role-arn`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleArn {
    partition: Partition,
    account: AccountId,
    /// Path and name, such as `/team/app`; begins with a slash.
    path_and_name: String,
}

impl RoleArn {
    /// The ARN of the role `name` under `path` (`/`, or with a slash at both ends).
    pub fn new(partition: Partition, account: AccountId, path: &str, name: &str) -> Self {
        Self {
            partition,
            account,
            path_and_name: format!("{path}{name}"),
        }
    }

    /// The partition.
    pub fn partition(&self) -> &Partition {
        &self.partition
    }

    /// The account the role lies in.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The name without the path.
    pub fn name(&self) -> &str {
        self.path_and_name.rsplit('/').next().unwrap_or_default()
    }

    /// The path, with a slash at both ends, or `/`.
    pub fn path(&self) -> &str {
        self.path_and_name.strip_suffix(self.name()).unwrap_or("/")
    }
}

impl FromStr for RoleArn {
    type Err = ArnError;

    /// Takes what the EKS pod identity webhook takes: `arn:aws…:iam::<12 digits>:role/<path and name>`.
    fn from_str(text: &str) -> Result<Self, ArnError> {
        let not_a_role = || ArnError::NotARole(text.to_owned());
        let arn: Arn = text.parse()?;
        let path_and_name = arn
            .resource
            .strip_prefix("role")
            .filter(|rest| rest.starts_with('/'));
        let path_and_name = path_and_name.ok_or_else(not_a_role)?;
        let named = !path_and_name.ends_with('/') && path_and_name.chars().all(is_role_character);
        if arn.service != "iam" || !arn.region.is_empty() || !named {
            return Err(not_a_role());
        }
        Ok(Self {
            account: arn.account.parse()?,
            path_and_name: path_and_name.to_owned(),
            partition: arn.partition,
        })
    }
}

impl fmt::Display for RoleArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            account,
            path_and_name,
        } = self;
        write!(
            formatter,
            "arn:{partition}:iam::{account}:role{path_and_name}"
        )
    }
}

/// The ARN of an IAM OIDC provider, which is a function of partition, account and issuer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OidcProviderArn {
    partition: Partition,
    account: AccountId,
    issuer: Issuer,
}

impl OidcProviderArn {
    /// The ARN that IAM gives a provider for `issuer` in `account`.
    pub fn new(partition: Partition, account: AccountId, issuer: Issuer) -> Self {
        Self {
            partition,
            account,
            issuer,
        }
    }

    /// The partition.
    pub fn partition(&self) -> &Partition {
        &self.partition
    }

    /// The account the provider lies in.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The issuer it stands for.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }
}

impl FromStr for OidcProviderArn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, ArnError> {
        let not_a_provider = || ArnError::NotAProvider(text.to_owned());
        let arn: Arn = text.parse()?;
        let url = arn
            .resource
            .strip_prefix("oidc-provider/")
            .ok_or_else(not_a_provider)?;
        if arn.service != "iam" || !arn.region.is_empty() {
            return Err(not_a_provider());
        }
        let issuer = url.parse().map_err(|_| not_a_provider())?;
        Ok(Self {
            account: arn.account.parse()?,
            issuer,
            partition: arn.partition,
        })
    }
}

impl fmt::Display for OidcProviderArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            account,
            issuer,
        } = self;
        write!(
            formatter,
            "arn:{partition}:iam::{account}:oidc-provider/{issuer}"
        )
    }
}

fn is_role_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_-/.@+=,".contains(character)
}
