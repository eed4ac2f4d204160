//! What only an examination asks of an API server: any object, pods that are never stored, and tokens.

use super::client::{Call, KubernetesClients};
use super::failure::Effort;
use crate::provider::{ProviderContext, ProviderError};
use http::Method;
use serde_json::Value as Json;

impl KubernetesClients {
    /// The clients of a context of this provider.
    ///
    /// # Errors
    /// The context belongs to another provider, which is a mistake of the caller.
    pub fn in_context(ctx: &ProviderContext) -> Result<&KubernetesClients, ProviderError> {
        Self::of(ctx)
    }

    /// The object or list at a path; `None` when there is none.
    ///
    /// # Errors
    /// The server refuses, is not reached, or is not the one that was meant.
    pub async fn look_at(
        &self,
        ctx: &ProviderContext,
        doing: &str,
        path: &str,
    ) -> Result<Option<Json>, ProviderError> {
        self.get(ctx, doing, path).await
    }

    /// Posts what leaves nothing behind: a dry run, or a request for a token. The caller answers for that.
    ///
    /// # Errors
    /// The server refuses, is not reached, or is not the one that was meant.
    pub async fn ask(
        &self,
        ctx: &ProviderContext,
        doing: &str,
        path: &str,
        body: &Json,
    ) -> Result<Json, ProviderError> {
        self.ensure_target(ctx, Effort::Look).await?;
        let call = Call {
            body: Some(body),
            ..Call::new(doing, Method::POST, path.to_owned())
        };
        self.call(ctx, Effort::Look, call).await
    }
}
