//! The keys and certificates of one API server, made anew for each run.

use std::io;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, Error, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate and its private key, both PEM.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The certificate.
    pub certificate: String,
    /// Its private key, PKCS #8.
    pub key: String,
}

/// Everything one API server and its administrator need to know each other.
#[derive(Debug, Clone)]
pub struct Certificates {
    /// The certificate of the authority that signed the two below; its key is thrown away.
    pub authority: String,
    /// The server, named `127.0.0.1` and `localhost`.
    pub server: Identity,
    /// A client in the group `system:masters`, which RBAC allows everything.
    pub administrator: Identity,
    /// The RSA key that signs the tokens of service accounts, PKCS #8 PEM.
    pub service_account_key: String,
}

impl Identity {
    /// What a server of this identity speaks TLS with, and asks no client who it is.
    ///
    /// # Errors
    /// The certificate or the key is none.
    pub fn server_config(&self) -> io::Result<Arc<ServerConfig>> {
        let certificate = CertificateDer::from_pem_slice(self.certificate.as_bytes());
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.map_err(io::Error::other)?],
                key.map_err(io::Error::other)?,
            );
        Ok(Arc::new(config.map_err(io::Error::other)?))
    }
}

impl Certificates {
    /// Makes new keys and certificates.
    pub fn generate() -> Result<Self, Error> {
        let authority_key = KeyPair::generate()?;
        let mut authority = named("trustform test authority")?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = authority.self_signed(&authority_key)?;
        let issuer = Issuer::new(authority, authority_key);
        Ok(Self {
            authority: certificate.pem(),
            server: server(&issuer)?,
            administrator: administrator(&issuer)?,
            service_account_key: token_key()?,
        })
    }
}

/// Makes an RSA key as the API server signs tokens with, PKCS #8 PEM.
fn token_key() -> Result<String, Error> {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
    Ok(key.serialize_pem())
}

fn server(issuer: &Issuer<'_, KeyPair>) -> Result<Identity, Error> {
    let mut params = CertificateParams::new(["127.0.0.1".to_owned(), "localhost".to_owned()])?;
    params
        .distinguished_name
        .push(DnType::CommonName, "kube-apiserver");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    sign(&params, issuer)
}

fn administrator(issuer: &Issuer<'_, KeyPair>) -> Result<Identity, Error> {
    let mut params = named("administrator")?;
    params
        .distinguished_name
        .push(DnType::OrganizationName, "system:masters");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    sign(&params, issuer)
}

fn named(common_name: &str) -> Result<CertificateParams, Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    Ok(params)
}

fn sign(params: &CertificateParams, issuer: &Issuer<'_, KeyPair>) -> Result<Identity, Error> {
    let key = KeyPair::generate()?;
    Ok(Identity {
        certificate: params.signed_by(&key, issuer)?.pem(),
        key: key.serialize_pem(),
    })
}
