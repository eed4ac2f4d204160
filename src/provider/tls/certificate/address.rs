//! Where a server is asked: `https://host[:port]…` or `tls://host:port`.

use crate::address::AttributePath;
use crate::schema::Problem;
use std::str::FromStr;

/// A host and a port.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) host: String,
    pub(super) port: u16,
}

impl FromStr for Address {
    type Err = Problem;

    /// The address of a URL. The problem is one of the attribute `url`, in the words of Terraform's provider.
    fn from_str(url: &str) -> Result<Self, Problem> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let authority = authority
            .rsplit_once('@')
            .map_or(authority, |(_, host)| host);
        if scheme.is_empty() || authority.is_empty() {
            return Err(problem(
                "Invalid URL",
                format!("URL {url:?} contains no host"),
            ));
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let port = match (scheme, port) {
            ("https", None) => Ok(443),
            ("https" | "tls", Some(port)) => port.parse().map_err(|_| {
                problem(
                    "Invalid URL",
                    format!("URL {url:?} has an invalid port {port:?}"),
                )
            }),
            ("tls", None) => Err(problem(
                "URL malformed",
                format!("Port missing from URL: {url}"),
            )),
            _ => Err(problem(
                "Invalid URL scheme",
                format!(
                    "URL {url:?} expected to use scheme from [\"https\" \"tls\"], got: {scheme:?}"
                ),
            )),
        };
        Ok(Address {
            host: host.to_owned(),
            port: port?,
        })
    }
}

fn problem(summary: &str, detail: String) -> Problem {
    Problem {
        path: AttributePath::attribute("url"),
        summary: summary.to_owned(),
        detail,
    }
}
