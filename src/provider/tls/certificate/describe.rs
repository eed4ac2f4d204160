//! What is told of a certificate, in the spelling of Terraform's provider, which is that of Go's `crypto/x509`.

use super::name;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use sha1::{Digest, Sha1};
use std::fmt::Write as _;
use x509_parser::certificate::X509Certificate;
use x509_parser::signature_algorithm::SignatureAlgorithm;
use x509_parser::time::ASN1Time;

/// What is told of one certificate, in the order in which the id of a chain is made of it.
#[derive(Debug)]
pub(super) struct Described {
    signature_algorithm: String,
    public_key_algorithm: &'static str,
    serial_number: String,
    is_ca: bool,
    max_path_length: i64,
    version: u32,
    issuer: String,
    subject: String,
    not_before: String,
    not_after: String,
    sha1_fingerprint: String,
    cert_pem: String,
}

impl Described {
    /// What is told of a certificate, DER.
    ///
    /// # Errors
    /// It is none.
    pub(super) fn of(der: &[u8]) -> Result<Self, String> {
        let (_, certificate) =
            x509_parser::parse_x509_certificate(der).map_err(|error| error.to_string())?;
        let constraints = certificate
            .basic_constraints()
            .map_err(|error| error.to_string())?;
        // Go tells -1 where the length is not limited, and 0 where nothing is said at all.
        let max_path_length = constraints.as_ref().map_or(0, |constraints| {
            constraints.value.path_len_constraint.map_or(-1, i64::from)
        });
        Ok(Described {
            signature_algorithm: signature(&certificate),
            public_key_algorithm: public_key(&certificate),
            serial_number: certificate.tbs_certificate.serial.to_string(),
            is_ca: constraints.is_some_and(|constraints| constraints.value.ca),
            max_path_length,
            version: certificate.version().0.saturating_add(1),
            issuer: name::text(certificate.issuer()),
            subject: name::text(certificate.subject()),
            not_before: time(certificate.validity().not_before),
            not_after: time(certificate.validity().not_after),
            sha1_fingerprint: hex_sha1(der),
            cert_pem: pem(der),
        })
    }

    /// The object of the schema.
    pub(super) fn json(&self) -> Json {
        json!({
            "cert_pem": self.cert_pem,
            "is_ca": self.is_ca,
            "issuer": self.issuer,
            "max_path_length": self.max_path_length,
            "not_after": self.not_after,
            "not_before": self.not_before,
            "public_key_algorithm": self.public_key_algorithm,
            "serial_number": self.serial_number,
            "sha1_fingerprint": self.sha1_fingerprint,
            "signature_algorithm": self.signature_algorithm,
            "subject": self.subject,
            "version": self.version,
        })
    }
}

/// The id of a chain: SHA-1 of its certificates as Go prints such structures, so that it is the one that Terraform has.
pub(super) fn id(described: &[Described]) -> String {
    let printed = described.iter().map(|one| {
        format!(
            "{{{:?} {:?} {:?} {} {} {} {:?} {:?} {:?} {:?} {:?} {:?}}}",
            one.signature_algorithm,
            one.public_key_algorithm,
            one.serial_number,
            one.is_ca,
            one.max_path_length,
            one.version,
            one.issuer,
            one.subject,
            one.not_before,
            one.not_after,
            one.sha1_fingerprint,
            one.cert_pem,
        )
    });
    let printed = printed.collect::<Vec<_>>().join(" ");
    hex_sha1(format!("[{printed}]").as_bytes())
}

fn hex_sha1(bytes: &[u8]) -> String {
    let digest = Sha1::digest(bytes);
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn time(time: ASN1Time) -> String {
    Timestamp::from_second(time.timestamp()).map_or_else(|_| String::new(), |time| time.to_string())
}

fn pem(der: &[u8]) -> String {
    const WIDTH: usize = 64;
    let encoded = STANDARD.encode(der);
    let mut rest = encoded.as_str();
    let mut text = "-----BEGIN CERTIFICATE-----\n".to_owned();
    while !rest.is_empty() {
        let (line, further) = rest.split_at_checked(WIDTH).unwrap_or((rest, ""));
        text.push_str(line);
        text.push('\n');
        rest = further;
    }
    text + "-----END CERTIFICATE-----\n"
}

/// The algorithm of the signature; `0` for one that Go does not know.
fn signature(certificate: &X509Certificate<'_>) -> String {
    let oid = certificate.signature_algorithm.algorithm.to_id_string();
    let known = match oid.as_str() {
        "1.2.840.113549.1.1.2" => "MD2-RSA",
        "1.2.840.113549.1.1.4" => "MD5-RSA",
        "1.2.840.113549.1.1.5" => "SHA1-RSA",
        "1.2.840.113549.1.1.10" => pss(certificate),
        "1.2.840.113549.1.1.11" => "SHA256-RSA",
        "1.2.840.113549.1.1.12" => "SHA384-RSA",
        "1.2.840.113549.1.1.13" => "SHA512-RSA",
        "1.2.840.10040.4.3" => "DSA-SHA1",
        "2.16.840.1.101.3.4.3.2" => "DSA-SHA256",
        "1.2.840.10045.4.1" => "ECDSA-SHA1",
        "1.2.840.10045.4.3.2" => "ECDSA-SHA256",
        "1.2.840.10045.4.3.3" => "ECDSA-SHA384",
        "1.2.840.10045.4.3.4" => "ECDSA-SHA512",
        "1.3.101.112" => "Ed25519",
        _ => "0",
    };
    known.to_owned()
}

fn pss(certificate: &X509Certificate<'_>) -> &'static str {
    let Ok(SignatureAlgorithm::RSASSA_PSS(parameters)) =
        SignatureAlgorithm::try_from(&certificate.signature_algorithm)
    else {
        return "0";
    };
    match parameters.hash_algorithm_oid().to_id_string().as_str() {
        "2.16.840.1.101.3.4.2.1" => "SHA256-RSAPSS",
        "2.16.840.1.101.3.4.2.2" => "SHA384-RSAPSS",
        "2.16.840.1.101.3.4.2.3" => "SHA512-RSAPSS",
        _ => "0",
    }
}

/// The algorithm of the key; `0` for one that Go does not know.
fn public_key(certificate: &X509Certificate<'_>) -> &'static str {
    let oid = certificate.public_key().algorithm.algorithm.to_id_string();
    match oid.as_str() {
        "1.2.840.113549.1.1.1" => "RSA",
        "1.2.840.10040.4.1" => "DSA",
        "1.2.840.10045.2.1" => "ECDSA",
        "1.3.101.112" => "Ed25519",
        _ => "0",
    }
}
