//! The HTTP client of a configuration: through its proxies, trusting its authorities.

use crate::provider::aws::NetworkSettings;
use crate::provider::{ProviderError, ProviderErrorKind};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// The client. Reads the file of authorities, and asks nobody.
///
/// # Errors
/// The file cannot be read or holds no certificates; a proxy is no URL.
pub(super) async fn client(network: &NetworkSettings) -> Result<SharedHttpClient, ProviderError> {
    let trust = match &network.authorities {
        Some(path) => TrustStore::empty().with_pem_certificate(authorities(path).await?),
        None => TrustStore::default(),
    };
    let context = TlsContext::builder().with_trust_store(trust).build();
    let context = context.map_err(|error| unusable("custom_ca_bundle", &error.to_string()))?;
    let through = |name, proxy: Option<&String>| {
        let proxy = proxy_of(name, proxy, &network.no_proxy)?;
        Ok(connecting(proxy, context.clone()))
    };
    let plain = through("http_proxy", network.http_proxy.as_ref())?;
    if network.http_proxy == network.https_proxy {
        return Ok(plain);
    }
    let encrypted = through("https_proxy", network.https_proxy.as_ref())?;
    Ok(SharedHttpClient::new(ByScheme { plain, encrypted }))
}

fn connecting(proxy: ProxyConfig, context: TlsContext) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut builder = Connector::builder().proxy_config(proxy.clone());
        builder.set_connector_settings(settings.cloned());
        builder.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        builder
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .tls_context(context.clone())
            .build()
    })
}

fn proxy_of(
    name: &str,
    url: Option<&String>,
    no_proxy: &str,
) -> Result<ProxyConfig, ProviderError> {
    let Some(url) = url else {
        return Ok(ProxyConfig::disabled());
    };
    // As elsewhere, a proxy without a scheme is one over HTTP.
    let url = if url.contains("://") {
        url.clone()
    } else {
        format!("http://{url}")
    };
    let config = ProxyConfig::all(url).map_err(|error| unusable(name, &error.to_string()))?;
    Ok(config.no_proxy(no_proxy))
}

/// The certificates of a file, each of which can be trusted as an authority.
async fn authorities(path: &str) -> Result<Vec<u8>, ProviderError> {
    let wrong = |problem: String| unusable("custom_ca_bundle", &format!("{path}: {problem}"));
    let pem = tokio::fs::read(path)
        .await
        .map_err(|error| wrong(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
        roots
            .add(certificate)
            .map_err(|error| wrong(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(wrong("it holds no certificate (PEM)".to_owned()));
    }
    Ok(pem)
}

fn unusable(name: &str, problem: &str) -> ProviderError {
    ProviderError {
        kind: ProviderErrorKind::InvalidInput,
        ..ProviderError::internal(
            "configuring the AWS provider",
            &format!("`{name}` cannot be used: {problem}"),
        )
    }
}

/// Requests over HTTP go one way, those over HTTPS another.
#[derive(Clone, Debug)]
struct ByScheme<Way> {
    plain: Way,
    encrypted: Way,
}

impl HttpClient for ByScheme<SharedHttpClient> {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(ByScheme {
            plain: self.plain.http_connector(settings, components),
            encrypted: self.encrypted.http_connector(settings, components),
        })
    }
}

impl HttpConnector for ByScheme<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if request.uri().starts_with("https:") {
            self.encrypted.call(request)
        } else {
            self.plain.call(request)
        }
    }
}
