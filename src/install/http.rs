//! Getting something over HTTP: through the environment's proxies, trusting the system's authorities.

use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::{
    HttpConnector as _, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt as _;
use std::collections::BTreeMap;
use std::time::Duration;
use url::Url;

/// Redirects are followed this often.
const REDIRECTS: usize = 10;
/// How long a connection may take, and how long a server may be silent.
const CONNECT: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_mins(1);

/// A client. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Http {
    plain: SharedHttpConnector,
    encrypted: SharedHttpConnector,
}

/// What a server answered.
pub(super) struct Answer {
    /// The status code.
    pub(super) status: u16,
    /// The header fields, with names in lower case.
    pub(super) headers: BTreeMap<String, String>,
    /// The content.
    pub(super) body: Vec<u8>,
    /// Where it came from in the end, after redirects.
    pub(super) url: Url,
}

impl Http {
    /// A client with the proxies of an environment.
    ///
    /// # Errors
    /// A proxy is no URL.
    pub(super) fn new(environment: &BTreeMap<String, String>) -> Result<Http, String> {
        let set = |name: &str| {
            [name.to_ascii_lowercase(), name.to_owned()]
                .iter()
                .find_map(|name| environment.get(name).filter(|text| !text.is_empty()))
        };
        let unproxied = set("NO_PROXY").map_or("", String::as_str);
        let through = |name: &str| match set(name) {
            None => Ok(connector(ProxyConfig::disabled())),
            Some(url) => {
                let url = if url.contains("://") {
                    url.clone()
                } else {
                    format!("http://{url}")
                };
                let proxy = ProxyConfig::all(url).map_err(|error| format!("{name}: {error}"))?;
                // This machine is never reached through a proxy.
                let rules = format!("localhost,127.0.0.1,::1,{unproxied}");
                Ok::<_, String>(connector(proxy.no_proxy(rules)))
            }
        };
        Ok(Http {
            plain: through("HTTP_PROXY")?,
            encrypted: through("HTTPS_PROXY")?,
        })
    }

    /// Gets a URL and follows redirects, never from HTTPS to HTTP. A token goes to the host of the URL alone. More than
    /// `limit` bytes are refused.
    ///
    /// # Errors
    /// Nothing came that could be understood as an answer; any status is one.
    pub(super) async fn get(
        &self,
        url: &Url,
        token: Option<&str>,
        limit: usize,
    ) -> Result<Answer, String> {
        let mut here = url.clone();
        for _ in 0..REDIRECTS {
            let token = token.filter(|_| here.origin() == url.origin());
            let answer = self.get_once(&here, token, limit).await?;
            let location = answer.headers.get("location");
            let Some(location) = location.filter(|_| (300..400).contains(&answer.status)) else {
                return Ok(answer);
            };
            let next = here
                .join(location)
                .map_err(|error| format!("{here} leads to `{location}`: {error}"))?;
            if here.scheme() == "https" && next.scheme() != "https" {
                return Err(format!(
                    "{here} leads from HTTPS to {next}, which is not encrypted"
                ));
            }
            here = next;
        }
        Err(format!(
            "{url} leads from one address to the next without end"
        ))
    }

    async fn get_once(
        &self,
        url: &Url,
        token: Option<&str>,
        limit: usize,
    ) -> Result<Answer, String> {
        let connector = match url.scheme() {
            "https" => &self.encrypted,
            "http" => &self.plain,
            other => return Err(format!("nothing is fetched over `{other}`")),
        };
        let shown = shown(url);
        let request = request(url, token).map_err(|error| format!("{shown}: {error}"))?;
        let response = connector.call(request).await;
        let response = response.map_err(|error| format!("{shown}: {}", causes(&error)))?;
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let body = read(response.into_body(), limit).await;
        let body = body.map_err(|problem| format!("{shown}: {problem}"))?;
        Ok(Answer {
            status,
            headers,
            body,
            url: url.clone(),
        })
    }
}

/// A URL without the password in it.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    if url.password().is_some() && url.set_password(Some("redacted")).is_err() {
        return String::from("(an address with a password)");
    }
    url.to_string()
}

fn connector(proxy: ProxyConfig) -> SharedHttpConnector {
    let settings = HttpConnectorSettings::builder()
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .build();
    let mut builder = Connector::builder().proxy_config(proxy);
    builder.set_connector_settings(Some(settings));
    builder.set_sleep_impl(Some(SharedAsyncSleep::new(TokioSleep::new())));
    let connector = builder
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .build();
    SharedHttpConnector::new(connector)
}

fn request(
    url: &Url,
    token: Option<&str>,
) -> Result<HttpRequest, Box<dyn std::error::Error + Send + Sync>> {
    let mut bare = url.clone();
    bare.set_fragment(None);
    let user = bare.username().to_owned();
    let password = bare.password().map(str::to_owned);
    if bare.set_username("").is_err() || bare.set_password(None).is_err() {
        return Err("the address has a user, but no host".into());
    }
    let mut request = http::Request::get(bare.as_str()).header(
        http::header::USER_AGENT,
        concat!("trustform/", env!("CARGO_PKG_VERSION")),
    );
    if let Some(token) = token {
        request = request.header(http::header::AUTHORIZATION, format!("Bearer {token}"));
    } else if !user.is_empty() || password.is_some() {
        use base64::Engine as _;
        let pair = format!("{user}:{}", password.unwrap_or_default());
        let pair = base64::engine::general_purpose::STANDARD.encode(pair);
        request = request.header(http::header::AUTHORIZATION, format!("Basic {pair}"));
    }
    Ok(HttpRequest::try_from(request.body(SdkBody::empty())?)?)
}

async fn read(mut body: SdkBody, limit: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| error.to_string())?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > limit {
                return Err(format!("the answer is larger than {limit} bytes"));
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes)
}

/// An error with what caused it.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let more = cause.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = cause.source();
    }
    text
}
