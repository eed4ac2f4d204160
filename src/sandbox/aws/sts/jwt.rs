//! A token as STS judges it before any policy: its parts, its algorithm, its signature, its times.
//!
//! RFC 7515, RFC 7518 and RFC 7519; STS API Reference, `AssumeRoleWithWebIdentity`: RS256, RS384, RS512, ES256, ES384 and ES512
//! are taken, so neither `none` nor a shared secret ever is.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not three parts of base64url, the first two JSON objects, or lacks a claim.
    Malformed,
    /// No key of the issuer fits its header.
    NoKey,
    /// The signature is not that key's.
    Signature,
}

/// The algorithms that STS takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Es256,
    Es384,
    Es512,
}

impl Algorithm {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "ES512" => Self::Es512,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
        }
    }

    /// `kty` and `crv` of the keys it is used with.
    fn key_type(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Rs256 | Self::Rs384 | Self::Rs512 => ("RSA", None),
            Self::Es256 => ("EC", Some("P-256")),
            Self::Es384 => ("EC", Some("P-384")),
            Self::Es512 => ("EC", Some("P-521")),
        }
    }
}

/// A token that was taken apart. Nothing of it is to be believed before [`Token::verify`] said so.
pub(super) struct Token {
    algorithm: Option<Algorithm>,
    key_id: Option<String>,
    signed: String,
    signature: Vec<u8>,
    claims: Map<String, Value>,
}

/// The claims that STS reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claims {
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) audiences: Vec<String>,
    /// Seconds of Unix time, as all three.
    pub(super) expires: i64,
    pub(super) issued: Option<i64>,
    pub(super) not_before: Option<i64>,
}

impl Token {
    /// Takes a token apart.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let parts: Vec<&str> = text.split('.').collect();
        let [header, claims, signature] = parts.as_slice() else {
            return Err(Fault::Malformed);
        };
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Fault::Malformed);
        let object = |part: &str| -> Result<Map<String, Value>, Fault> {
            serde_json::from_slice(&bytes(part)?).map_err(|_| Fault::Malformed)
        };
        let members = object(header)?;
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        // An extension that has to be understood is not (RFC 7515, 4.1.11).
        if members.contains_key("crit") {
            return Err(Fault::Malformed);
        }
        Ok(Self {
            algorithm: text("alg").and_then(Algorithm::of),
            key_id: text("kid").map(str::to_owned),
            signed: format!("{header}.{claims}"),
            signature: bytes(signature)?,
            claims: object(claims)?,
        })
    }

    /// The claims, believed or not.
    pub(super) fn claims(&self) -> Result<Claims, Fault> {
        let text = |name: &str| {
            let value = self.claims.get(name).and_then(Value::as_str);
            value.map(str::to_owned).ok_or(Fault::Malformed)
        };
        let number = |name: &str| self.claims.get(name).and_then(seconds);
        let audiences = match self.claims.get("aud") {
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(all)) => {
                let texts = all.iter().map(|one| one.as_str().map(str::to_owned));
                texts.collect::<Option<_>>().ok_or(Fault::Malformed)?
            }
            Some(_) | None => return Err(Fault::Malformed),
        };
        Ok(Claims {
            issuer: text("iss")?,
            subject: text("sub")?,
            audiences,
            expires: number("exp").ok_or(Fault::Malformed)?,
            issued: number("iat"),
            not_before: number("nbf"),
        })
    }

    /// Checks the signature by the issuer's keys, a JWK set.
    pub(super) fn verify(&self, keys: &Value) -> Result<(), Fault> {
        let algorithm = self.algorithm.ok_or(Fault::NoKey)?;
        let keys = keys.get("keys").and_then(Value::as_array);
        let fitting = keys.into_iter().flatten().filter(|key| {
            let is = |name: &str, wanted: &str| {
                key.get(name)
                    .and_then(Value::as_str)
                    .is_none_or(|value| value == wanted)
            };
            let id = self.key_id.as_deref();
            let (kind, curve) = algorithm.key_type();
            key.get("kty").and_then(Value::as_str) == Some(kind)
                && curve.is_none_or(|curve| key.get("crv").and_then(Value::as_str) == Some(curve))
                && id.is_none_or(|id| key.get("kid").and_then(Value::as_str) == Some(id))
                && is("alg", algorithm.name())
                && is("use", "sig")
        });
        let mut outcome = Err(Fault::NoKey);
        for key in fitting {
            if self.is_signed_by(algorithm, key) {
                return Ok(());
            }
            outcome = Err(Fault::Signature);
        }
        outcome
    }

    fn is_signed_by(&self, algorithm: Algorithm, key: &Value) -> bool {
        let number = |name: &str| {
            let text = key.get(name).and_then(Value::as_str).unwrap_or_default();
            URL_SAFE_NO_PAD.decode(text).unwrap_or_default()
        };
        let message = self.signed.as_bytes();
        let rsa = |parameters| {
            let components = RsaPublicKeyComponents {
                n: number("n"),
                e: number("e"),
            };
            components
                .verify(parameters, message, &self.signature)
                .is_ok()
        };
        // An uncompressed point (SEC 1, 2.3.3).
        let point = || [vec![4], number("x"), number("y")].concat();
        match algorithm {
            Algorithm::Rs256 => rsa(&RSA_PKCS1_2048_8192_SHA256),
            Algorithm::Rs384 => rsa(&RSA_PKCS1_2048_8192_SHA384),
            Algorithm::Rs512 => rsa(&RSA_PKCS1_2048_8192_SHA512),
            Algorithm::Es256 => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point())
                .verify(message, &self.signature)
                .is_ok(),
            Algorithm::Es384 => UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point())
                .verify(message, &self.signature)
                .is_ok(),
            Algorithm::Es512 => UnparsedPublicKey::new(&ECDSA_P521_SHA512_FIXED, point())
                .verify(message, &self.signature)
                .is_ok(),
        }
    }
}

/// A `NumericDate`: seconds, of which the fraction does not count here.
fn seconds(value: &Value) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a date with a fraction is cut to whole seconds"
    )]
    value
        .as_i64()
        .or_else(|| value.as_f64().map(|seconds| seconds as i64))
}
