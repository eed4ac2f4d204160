//! The hosts of issuers: the certificates that they show. All show the same made-up chain.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::record::CLUSTERS;
use crate::sandbox::store::Store;

/// The certificate of the server, that of its authority, and that of the root. Their keys exist no more.
const CHAIN: &str = include_str!("issuer-chain.pem");

/// The certificates (DER, the server's own first) that a host shows; `None` when it is not the issuer of a cluster.
pub(in crate::sandbox) fn issuer_certificates(
    store: &mut Store,
    host: &str,
) -> Option<Vec<Vec<u8>>> {
    let is_issuer = store.list(CLUSTERS).any(|(_, cluster)| {
        let issuer = cluster.get("issuer").and_then(Value::as_str);
        let issuer = issuer.and_then(|issuer| issuer.strip_prefix("https://"));
        issuer.and_then(|issuer| issuer.split('/').next()) == Some(host)
    });
    is_issuer.then(chain)
}

fn chain() -> Vec<Vec<u8>> {
    let blocks = CHAIN.split("-----BEGIN CERTIFICATE-----").skip(1);
    let encoded = blocks.filter_map(|block| block.split("-----END").next());
    encoded
        .filter_map(|text| STANDARD.decode(text.replace('\n', "")).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_chain_is_whole() {
        assert_eq!(super::chain().len(), 3);
    }
}
