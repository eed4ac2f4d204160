//! The settings of `provider "tls"`.

use crate::provider::{ProviderError, ProviderErrorKind};
use crate::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::value::{Known, Type, Value};
use std::sync::LazyLock;

/// The settings, as Terraform's provider has them.
pub fn provider_block() -> &'static Block {
    &BLOCK
}

static BLOCK: LazyLock<Block> = LazyLock::new(|| {
    let text = |name, description| Attribute::optional(name, Type::String, description);
    Block {
        attributes: Vec::new(),
        blocks: vec![NestedBlock {
            name: "proxy",
            nesting: Nesting::List,
            min: 0,
            max: 1,
            block: Block {
                attributes: vec![
                    Attribute::optional(
                        "from_env",
                        Type::Bool,
                        "Whether the environment names the proxy.",
                    ),
                    text("password", "The password for the proxy.").sensitive(),
                    text("url", "The address of the proxy."),
                    text("username", "The user for the proxy."),
                ],
                blocks: Vec::new(),
            },
            description: "Not supported: servers are asked directly.",
        }],
    }
});

/// Checks that the settings ask for nothing that is not supported.
///
/// # Errors
/// There is a `proxy` block.
pub fn check(settings: &Known) -> Result<(), ProviderError> {
    let proxies = settings.get("proxy").and_then(Value::as_elements);
    if proxies.unwrap_or_default().is_empty() {
        return Ok(());
    }
    Err(ProviderError {
        kind: ProviderErrorKind::InvalidInput,
        ..ProviderError::internal(
            "configuring provider \"tls\"",
            "`proxy` is not supported: the certificates that a proxy shows may be its own, and a thumbprint of these \
             would be wrong. Remove the block",
        )
    })
}
