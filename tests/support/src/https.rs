//! The few requests that starting a server takes, over TLS and blocking; tests of the product use the product's clients.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::certificates::Identity;

/// How long one request may take.
const LIMIT: Duration = Duration::from_secs(30);

/// A TLS client for one server on loopback.
#[derive(Debug, Clone)]
pub struct Client {
    port: u16,
    config: Arc<ClientConfig>,
}

/// One request.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// The path and query, beginning with `/`.
    pub path: &'a str,
    /// The type of the body; it is sent even when the body is empty.
    pub content_type: &'a str,
    /// The body.
    pub body: &'a str,
}

impl<'a> Request<'a> {
    /// A request without a body.
    pub fn get(path: &'a str) -> Self {
        Self {
            method: "GET",
            path,
            content_type: "application/json",
            body: "",
        }
    }

    /// A request that sends a JSON document.
    pub fn post(path: &'a str, body: &'a str) -> Self {
        Self {
            method: "POST",
            body,
            ..Self::get(path)
        }
    }
}

/// What the server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names, in lower case, and values of the headers.
    pub headers: Vec<(String, String)>,
    /// The body, taken as UTF-8.
    pub body: String,
}

impl Response {
    /// An answer in JSON.
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.into(),
        }
    }
}

impl Client {
    /// A client that trusts `authority` (PEM) alone and shows `identity`, or is anonymous without one.
    pub fn new(port: u16, authority: &str, identity: Option<&Identity>) -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        let authority =
            CertificateDer::from_pem_slice(authority.as_bytes()).map_err(io::Error::other)?;
        roots.add(authority).map_err(io::Error::other)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots);
        let config = match identity {
            Some(identity) => with_identity(builder, identity)?,
            None => builder.with_no_client_auth(),
        };
        Ok(Self {
            port,
            config: Arc::new(config),
        })
    }

    /// Sends one request on a connection of its own.
    pub fn send(&self, request: Request<'_>) -> io::Result<Response> {
        self.send_with(&[("Accept", "*/*")], request)
    }

    /// Sends one request with these headers besides those that every request has.
    pub fn send_with(
        &self,
        headers: &[(&str, &str)],
        request: Request<'_>,
    ) -> io::Result<Response> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let socket = TcpStream::connect_timeout(&address, LIMIT)?;
        socket.set_read_timeout(Some(LIMIT))?;
        socket.set_write_timeout(Some(LIMIT))?;
        let name = ServerName::from(std::net::IpAddr::from(Ipv4Addr::LOCALHOST));
        let connection =
            ClientConnection::new(Arc::clone(&self.config), name).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(connection, socket);
        stream.write_all(head(self.port, headers, request).as_bytes())?;
        stream.write_all(request.body.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        parse(&String::from_utf8_lossy(&answer))
    }
}

/// The head of a request in HTTP/1.0, so that the answer comes whole and the connection ends with it.
pub(crate) fn head(port: u16, headers: &[(&str, &str)], request: Request<'_>) -> String {
    let headers = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"));
    let headers: String = headers.collect();
    format!(
        "{} {} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n{headers}Content-Type: {}\r\nContent-Length: {}\r\n\r\n",
        request.method,
        request.path,
        request.content_type,
        request.body.len()
    )
}

fn with_identity(
    builder: rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert>,
    identity: &Identity,
) -> io::Result<ClientConfig> {
    let certificate = CertificateDer::from_pem_slice(identity.certificate.as_bytes());
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes());
    builder
        .with_client_auth_cert(
            vec![certificate.map_err(io::Error::other)?],
            key.map_err(io::Error::other)?,
        )
        .map_err(io::Error::other)
}

/// Takes an answer that came to its end apart.
pub(crate) fn parse(answer: &str) -> io::Result<Response> {
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .ok_or_else(|| io::Error::other("the answer has no end of headers"))?;
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .ok_or_else(|| io::Error::other("the answer has no status"))?;
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    Ok(Response {
        status,
        headers: headers.collect(),
        body: body.to_owned(),
    })
}
