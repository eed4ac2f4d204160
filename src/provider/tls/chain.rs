//! The certificates that a server shows, leaf first.

use crate::provider::{ProviderContext, ProviderError, ProviderErrorKind};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How long a server may take to show its certificates.
const LIMIT: Duration = Duration::from_secs(30);

/// The certificates of one server, DER, leaf first.
pub(super) type Chain = Vec<Vec<u8>>;

/// Who answers for a host.
pub enum Served {
    /// These certificates (DER, leaf first); nobody is asked.
    Here(Vec<Vec<u8>>),
    /// The host itself, over the network.
    ByHost,
}

type Directory = dyn Fn(&str) -> Result<Served, ProviderError> + Send + Sync;

/// Asks servers for their certificates.
#[derive(Clone)]
pub struct TlsClients {
    directory: Arc<Directory>,
    /// Certificates (DER) that chains may end in besides those that the machine trusts.
    trusted: Vec<Vec<u8>>,
}

impl TlsClients {
    /// Asks the hosts that `directory` leaves to the network; its errors say that a host is out of reach.
    pub fn new(
        directory: impl Fn(&str) -> Result<Served, ProviderError> + Send + Sync + 'static,
    ) -> Self {
        TlsClients {
            directory: Arc::new(directory),
            trusted: Vec::new(),
        }
    }

    /// Also trusts a certificate, DER.
    #[must_use]
    pub fn trusting(mut self, certificate: Vec<u8>) -> Self {
        self.trusted.push(certificate);
        self
    }

    /// The clients of a context.
    pub(super) fn of(ctx: &ProviderContext) -> Result<&Self, ProviderError> {
        ctx.clients.downcast_ref().ok_or_else(|| {
            ProviderError::internal("asking for certificates", "the context has other clients")
        })
    }

    /// The certificates that a host shows at a port; verified, unless `verify` is false.
    pub(super) async fn chain(
        &self,
        host: &str,
        port: u16,
        verify: bool,
    ) -> Result<Chain, ProviderError> {
        let doing = format!("reading the certificates of {host}:{port}");
        match (self.directory)(host)? {
            Served::Here(chain) => Ok(chain),
            Served::ByHost => self.asked(host, port, verify, &doing).await,
        }
    }

    async fn asked(
        &self,
        host: &str,
        port: u16,
        verify: bool,
        doing: &str,
    ) -> Result<Chain, ProviderError> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let name =
            ServerName::try_from(bare.to_owned()).map_err(|error| unreachable(doing, &error))?;
        let config = self
            .config(verify)
            .map_err(|error| unreachable(doing, &error))?;
        let shaken = async {
            let socket = TcpStream::connect((bare, port)).await?;
            TlsConnector::from(Arc::new(config))
                .connect(name, socket)
                .await
        };
        let stream = tokio::time::timeout(LIMIT, shaken)
            .await
            .map_err(|_| unreachable(doing, &format!("no answer within {} s", LIMIT.as_secs())))?
            .map_err(|error| unreachable(doing, &error))?;
        let (_, session) = stream.get_ref();
        let shown = session.peer_certificates().unwrap_or_default();
        Ok(shown
            .iter()
            .map(|certificate| certificate.to_vec())
            .collect())
    }

    fn config(&self, verify: bool) -> Result<ClientConfig, rustls::Error> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?;
        if !verify {
            return Ok(builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
                .with_no_client_auth());
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(self.trusted.iter().cloned().map(CertificateDer::from));
        Ok(builder.with_root_certificates(roots).with_no_client_auth())
    }
}

fn unreachable(doing: &str, error: &dyn Display) -> ProviderError {
    ProviderError {
        kind: ProviderErrorKind::Unreachable,
        ..ProviderError::internal(doing, &format!("unable to execute TLS connection: {error}"))
    }
}

/// Takes whatever certificates a server shows, as `verify_chain = false` asks for. The handshake itself is checked.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
