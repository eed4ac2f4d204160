//! The hosts of issuers: the certificates that they show. All show the same made-up chain.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::record::CLUSTERS;
use crate::sandbox::store::Store;

/// The certificate of the server, that of its authority, and that of the root. Their keys exist no more.
const CHAIN: &str = include_str!("issuer-chain.pem");

/// Issuers outside AWS that roles often trust beside those of clusters.
const WELL_KNOWN: &[&str] = &[
    "accounts.google.com",
    "app.terraform.io",
    "gitlab.com",
    "token.actions.githubusercontent.com",
];

/// The certificates (DER, the server's own first) that a host shows; `None` when it is not the issuer of a cluster, of
/// clusters of a region, or a well-known one.
pub(in crate::sandbox) fn issuer_certificates(
    store: &mut Store,
    host: &str,
) -> Option<Vec<Vec<u8>>> {
    let is_issuer = store.list(CLUSTERS).any(|(_, cluster)| {
        let issuer = cluster.get("issuer").and_then(Value::as_str);
        let issuer = issuer.and_then(|issuer| issuer.strip_prefix("https://"));
        issuer.and_then(|issuer| issuer.split('/').next()) == Some(host)
    });
    (is_issuer || is_regional(host) || WELL_KNOWN.contains(&host)).then(chain)
}

/// Whether a host is the issuer of all clusters of a region, whether there is any or not.
fn is_regional(host: &str) -> bool {
    host.strip_prefix("oidc.eks.")
        .and_then(|rest| rest.strip_suffix(".amazonaws.com"))
        .is_some_and(|region| !region.is_empty() && !region.contains('.'))
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

    #[test]
    fn a_region_has_one_issuer_host() {
        assert!(super::is_regional("oidc.eks.eu-west-1.amazonaws.com"));
        for other in [
            "oidc.eks.amazonaws.com",
            "oidc.eks.a.b.amazonaws.com",
            "eks.eu-west-1.amazonaws.com",
        ] {
            assert!(!super::is_regional(other), "{other}");
        }
    }
}
