//! How the network is reached: proxies, and whose certificates are trusted.

use super::Sources;
use crate::provider::aws::object::text;
use crate::value::Value;

/// Proxies and trusted certificates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkSettings {
    /// The proxy for requests over HTTP.
    pub http_proxy: Option<String>,
    /// The proxy for requests over HTTPS.
    pub https_proxy: Option<String>,
    /// Hosts that are reached without proxy, separated by commas. Those of this machine always are.
    pub no_proxy: String,
    /// A file of certificates (PEM) that are trusted instead of the system's.
    pub authorities: Option<String>,
}

/// This machine: reached without proxy, as Go's clients do.
const THIS_MACHINE: &str = "localhost,127.0.0.0/8,::1";

impl NetworkSettings {
    /// The proxy of the block stands for both schemes where only `http_proxy` is given; an empty `https_proxy` keeps
    /// HTTPS without one.
    pub(super) fn read(sources: &Sources<'_>) -> Self {
        let http = text(sources.config, "http_proxy").map(str::to_owned);
        let https = sources.config.get("https_proxy").and_then(Value::as_str);
        let https = match (https, &http) {
            (Some(url), _) => Some(url.to_owned()).filter(|url| !url.is_empty()),
            (None, Some(http)) => Some(http.clone()),
            (None, None) => sources.variable(&["HTTPS_PROXY", "https_proxy"]),
        };
        let mut no_proxy = THIS_MACHINE.to_owned();
        if let Some(hosts) = sources.text("no_proxy", &["NO_PROXY", "no_proxy"]) {
            no_proxy.push(',');
            no_proxy.push_str(&hosts);
        }
        let authorities = sources.text("custom_ca_bundle", &["AWS_CA_BUNDLE"]);
        NetworkSettings {
            http_proxy: http.or_else(|| sources.variable(&["HTTP_PROXY", "http_proxy"])),
            https_proxy: https,
            no_proxy,
            authorities: authorities.map(|path| sources.expanded(path)),
        }
    }
}
