//! The attributes of `tls_certificate`.

use crate::schema::{Attribute, Block, TypeSchema};
use crate::value::Type;
use std::sync::LazyLock;

pub(super) static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "The certificates that a server shows.",
    block: Block {
        attributes: vec![
            Attribute::computed(
                "certificates",
                Type::list(certificate()),
                "The certificates, the last of the chain first and the server's own last.",
            ),
            Attribute::optional(
                "content",
                Type::String,
                "A certificate in PEM, instead of `url`.",
            ),
            Attribute::computed("id", Type::String, "A checksum of the certificates."),
            Attribute::optional(
                "url",
                Type::String,
                "Where the server is: `https://host`, with or without a port, or `tls://host:port`.",
            ),
            Attribute::optional(
                "verify_chain",
                Type::Bool,
                "Whether the certificates have to be trusted by this machine; true unless set.",
            ),
        ],
        blocks: Vec::new(),
    },
});

fn certificate() -> Type {
    Type::object([
        ("cert_pem", Type::String),
        ("is_ca", Type::Bool),
        ("issuer", Type::String),
        ("max_path_length", Type::Number),
        ("not_after", Type::String),
        ("not_before", Type::String),
        ("public_key_algorithm", Type::String),
        ("serial_number", Type::String),
        ("sha1_fingerprint", Type::String),
        ("signature_algorithm", Type::String),
        ("subject", Type::String),
        ("version", Type::Number),
    ])
}
