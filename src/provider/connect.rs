//! Connecting: from the settings of a provider configuration to clients.

use super::{DataSource, EphemeralKind, ProviderContext, ProviderError, ResourceKind};
use crate::schema::Facts;
use crate::value::Known;
use async_trait::async_trait;

/// Makes contexts for provider configurations: over the network, or over the sandbox.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The clients for a provider (by its type, as `aws`) with these settings.
    async fn connect(
        &self,
        provider_type: &str,
        settings: &Known,
    ) -> Result<ProviderContext, ProviderError>;

    /// Who the caller of a configuration is, and where.
    async fn facts(
        &self,
        provider_type: &str,
        context: &ProviderContext,
    ) -> Result<Facts, ProviderError>;

    /// The resource type of a name.
    fn resource(&self, name: &str) -> Option<&'static dyn ResourceKind>;

    /// The data type of a name.
    fn data(&self, name: &str) -> Option<&'static dyn DataSource>;

    /// The ephemeral type of a name.
    fn ephemeral(&self, name: &str) -> Option<&'static dyn EphemeralKind>;
}
