//! Providers and their configurations.

use super::{ModulePath, Name, parse::AddressError};
use std::fmt;

/// A provider: host, namespace and type, as `registry.terraform.io/hashicorp/aws`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderAddress {
    /// The registry's host.
    pub host: Name,
    /// The namespace, as `hashicorp`.
    pub namespace: Name,
    /// The type, as `aws`.
    pub provider_type: Name,
}

impl ProviderAddress {
    /// A provider of HashiCorp's namespace, which is what a bare name means.
    pub fn hashicorp(provider_type: impl Into<Name>) -> Self {
        ProviderAddress {
            host: "registry.terraform.io".into(),
            namespace: "hashicorp".into(),
            provider_type: provider_type.into(),
        }
    }

    /// The provider of `terraform_data`, which is part of the tool.
    pub fn builtin() -> Self {
        ProviderAddress {
            host: "terraform.io".into(),
            namespace: "builtin".into(),
            provider_type: "terraform".into(),
        }
    }

    /// Parses a `source`: `aws`, `hashicorp/aws` or `host/namespace/type`.
    pub fn parse_source(source: &str) -> Result<Self, AddressError> {
        let parts: Vec<&str> = source.split('/').collect();
        let of_a_name = |c: char| c.is_alphanumeric() || "-_.:".contains(c);
        let valid = |part: &&str| !part.is_empty() && part.chars().all(of_a_name);
        if !parts.iter().all(valid) {
            return Err(AddressError::new(
                source,
                "the parts of a provider source are made of letters, digits, `-`, `_` and `.`",
            ));
        }
        match parts.as_slice() {
            [kind] => Ok(ProviderAddress::hashicorp(kind.to_lowercase())),
            [namespace, kind] => Ok(ProviderAddress {
                namespace: namespace.to_lowercase().into(),
                ..ProviderAddress::hashicorp(kind.to_lowercase())
            }),
            [host, namespace, kind] => Ok(ProviderAddress {
                host: host.to_lowercase().into(),
                namespace: namespace.to_lowercase().into(),
                provider_type: kind.to_lowercase().into(),
            }),
            _ => Err(AddressError::new(
                source,
                "a provider source has one to three parts",
            )),
        }
    }
}

impl fmt::Display for ProviderAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.host, self.namespace, self.provider_type)
    }
}

/// One configuration of a provider: where it stands and its alias.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderConfigAddress {
    /// The module in which the `provider` block stands.
    pub module: ModulePath,
    /// The provider.
    pub provider: ProviderAddress,
    /// The alias; `None` for the default configuration.
    pub alias: Option<Name>,
}

impl fmt::Display for ProviderConfigAddress {
    /// As a state file writes it: `module.a.provider["host/namespace/type"].alias`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        write!(f, "provider[\"{}\"]", self.provider)?;
        match &self.alias {
            Some(alias) => write!(f, ".{alias}"),
            None => Ok(()),
        }
    }
}
