//! The key that signs a cluster's service account tokens: made when it is first needed, kept with the cluster, published as a JWK set.
//!
//! RFC 7515 (JWS), RFC 7517 (JWK) and RFC 7518 (JWA); the key id is the one that kube-apiserver derives:
//! the base64url of the SHA-256 of the public key as a `SubjectPublicKeyInfo`.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::Digest;

use super::store::Store;

/// Where a cluster's key is kept: a document of its collection `_meta`.
const KEY: &str = "signing-key";

/// Why there is no key: the library of the machine has none to give, or what was kept is damaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signing key of cluster `{0}` cannot be made or read")]
pub(super) struct KeyError(String);

/// The key of a cluster, for RS256.
pub(super) struct SigningKey(RsaKeyPair);

impl SigningKey {
    /// The key of a cluster, which is made and kept with the first call.
    pub(super) fn of(store: &mut Store, cluster: &str) -> Result<Self, KeyError> {
        let failed = || KeyError(cluster.to_owned());
        let collection = format!("kubernetes/{cluster}/_meta");
        if let Some(kept) = store.get(&collection, KEY) {
            let kept = kept.as_str().and_then(|text| STANDARD.decode(text).ok());
            let pair = kept.and_then(|der| RsaKeyPair::from_pkcs8(&der).ok());
            return pair.map(Self).ok_or_else(failed);
        }
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| failed())?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| failed())?;
        store.put(&collection, KEY, Value::from(STANDARD.encode(der.as_ref())));
        Ok(Self(pair))
    }

    /// The id under which the key is published; empty for a key without a public half.
    pub(super) fn id(&self) -> String {
        let public: Result<PublicKeyX509Der<'_>, _> = self.0.public_key().as_der();
        public.map_or_else(
            |_| String::new(),
            |der| URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(der.as_ref())),
        )
    }

    /// The public half as a JWK set.
    pub(super) fn published(&self) -> Value {
        let (modulus, exponent) = numbers(self.0.public_key().as_ref()).unwrap_or_default();
        json!({ "keys": [{
            "use": "sig", "kty": "RSA", "kid": self.id(), "alg": "RS256",
            "n": URL_SAFE_NO_PAD.encode(modulus), "e": URL_SAFE_NO_PAD.encode(exponent),
        }] })
    }

    /// A token with these claims in JWS compact serialisation; `None` when the library refuses to sign.
    pub(super) fn sign(&self, claims: &Value) -> Option<String> {
        let header = json!({ "alg": "RS256", "kid": self.id() });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(claims));
        let mut signature = vec![0; self.0.public_modulus_len()];
        let random = SystemRandom::new();
        self.0
            .sign(
                &RSA_PKCS1_SHA256,
                &random,
                signed.as_bytes(),
                &mut signature,
            )
            .ok()?;
        Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// Modulus and exponent of an `RSAPublicKey` (RFC 8017, appendix A.1.1), without leading zeros.
fn numbers(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (sequence, _) = element(0x30, der)?;
    let (modulus, rest) = element(0x02, sequence)?;
    let (exponent, _) = element(0x02, rest)?;
    let bare = |number: &[u8]| {
        let digits = number.iter().skip_while(|byte| **byte == 0);
        digits.copied().collect()
    };
    Some((bare(modulus), bare(exponent)))
}

/// The content of the DER element at the front, which has to have this tag, and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = der.strip_prefix(&[tag])?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        more => {
            let (digits, rest) = rest.split_at_checked(usize::from(more & 0x7f))?;
            let digits = digits.iter();
            (
                digits.fold(0, |length, digit| (length << 8) | usize::from(*digit)),
                rest,
            )
        }
    };
    rest.split_at_checked(length)
}
