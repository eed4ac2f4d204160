//! `data "tls_certificate"`: the certificates that a server shows, or one that is written down.
//!
//! The last certificate of the chain stands first, and the server's own last: `certificates[0].sha1_fingerprint` is the
//! thumbprint that IAM means, that of the top authority which the server shows. For an EKS issuer none is needed; where
//! one is given, that of the server's own certificate (the last element) is wrong, and so is one that is read through
//! a proxy which opens TLS connections: that shows certificates of its own.
//!
//! Only a handshake is made, at the host of `url`; redirections are not followed.
//!
//! ```hcl
//! data "tls_certificate" "issuer" {
//!   url = aws_eks_cluster.main.identity[0].oidc[0].issuer
//! }
//!
//! output "thumbprint" {
//!   value = data.tls_certificate.issuer.certificates[0].sha1_fingerprint
//! }
//! ```

mod address;
mod describe;
mod name;
mod schema;
#[cfg(test)]
mod tests;

use super::chain::{Chain, TlsClients};
use crate::address::AttributePath;
use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError, ProviderErrorKind};
use crate::schema::{Problem, Rules, TypeSchema, is_given};
use crate::value::{Known, Value, from_json};
use address::Address;
use async_trait::async_trait;
use describe::Described;
use serde_json::json;

/// The data type, for the registry.
pub static DATA: &dyn DataSource = &CertificateData;

struct CertificateData;

impl ObjectType for CertificateData {
    fn name(&self) -> &'static str {
        "tls_certificate"
    }

    fn provider(&self) -> &'static str {
        "tls"
    }

    fn schema(&self) -> &'static TypeSchema {
        &schema::SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &CertificateData
    }
}

impl Rules for CertificateData {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let combination = |name: &str, detail: &str| Problem {
            path: AttributePath::attribute(name),
            summary: "Invalid Attribute Combination".to_owned(),
            detail: detail.to_owned(),
        };
        let given = |name| is_given(config, name);
        match (given("url"), given("content"), given("verify_chain")) {
            (Some(false), Some(false), _) => vec![combination(
                "url",
                "No attribute specified when one (and only one) of [content,url] is required",
            )],
            (Some(true), Some(true), _) => vec![combination(
                "url",
                "2 attributes specified when one (and only one) of [content,url] is required",
            )],
            (_, Some(true), Some(true)) => vec![combination(
                "verify_chain",
                "Attribute \"content\" cannot be specified when \"verify_chain\" is specified",
            )],
            _ => {
                let url = config.get("url").and_then(Value::as_str);
                url.and_then(|url| url.parse::<Address>().err())
                    .into_iter()
                    .collect()
            }
        }
    }
}

#[async_trait]
impl DataSource for CertificateData {
    async fn read(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        let chain = match config.text("content") {
            Some(content) => vec![written(content)?],
            None => asked(ctx, config).await?,
        };
        let described: Result<Vec<Described>, String> =
            chain.iter().rev().map(|der| Described::of(der)).collect();
        let described =
            described.map_err(|error| wrong(&format!("unable to parse certificate: {error}")))?;
        of(config, &described)
    }
}

async fn asked(ctx: &ProviderContext, config: &Known) -> Result<Chain, ProviderError> {
    let url = config.text("url").unwrap_or_default();
    let address: Address = url
        .parse()
        .map_err(|problem: Problem| wrong(&problem.detail))?;
    let verify = config.get("verify_chain").and_then(Value::as_bool) != Some(false);
    ctx.calls.count("TLS");
    let clients = TlsClients::of(ctx)?;
    clients.chain(&address.host, address.port, verify).await
}

/// The first certificate of a text in PEM.
fn written(content: &str) -> Result<Vec<u8>, ProviderError> {
    let (_, pem) = x509_parser::pem::parse_x509_pem(content.as_bytes())
        .map_err(|_| wrong("`content` is not a valid PEM encoding of a certificate"))?;
    if pem.label != "CERTIFICATE" {
        return Err(wrong(&format!(
            "certificate PEM should be \"CERTIFICATE\", got {:?}",
            pem.label
        )));
    }
    Ok(pem.contents)
}

fn of(config: &Known, described: &[Described]) -> Result<Known, ProviderError> {
    let verify = config.get("verify_chain").and_then(Value::as_bool);
    let json = json!({
        "certificates": described.iter().map(Described::json).collect::<Vec<_>>(),
        "content": config.text("content"),
        "id": describe::id(described),
        "url": config.text("url"),
        "verify_chain": verify.unwrap_or(true),
    });
    let value = from_json(&json, &schema::SCHEMA.block.ty());
    let known = value
        .map_err(|error| error.to_string())
        .and_then(|value| Known::new(&value).map_err(|error| error.to_string()));
    known.map_err(|error| ProviderError::internal("reading certificates", &error))
}

fn wrong(message: &str) -> ProviderError {
    ProviderError {
        kind: ProviderErrorKind::InvalidInput,
        ..ProviderError::internal("reading certificates", message)
    }
}
