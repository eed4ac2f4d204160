//! The registry protocol: which versions of a module there are, and where one of them is
//! (<https://developer.hashicorp.com/terraform/internals/module-registry-protocol>).

use super::http::{Answer, Http, shown};
use super::settings::Settings;
use super::source::RegistrySource;
use super::version::Version;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use tokio::sync::Mutex;
use url::Url;

/// No answer of the protocol is larger.
const LIMIT: usize = 16 << 20;

/// Registries, each of which is discovered once.
#[derive(Debug)]
pub(super) struct Registries {
    http: Http,
    settings: Settings,
    discovered: Mutex<BTreeMap<String, Url>>,
}

/// The versions of a module, and those texts that are none.
pub(super) struct Versions {
    /// All that can be understood.
    pub(super) known: Vec<(Version, String)>,
    /// Texts that are no versions.
    pub(super) invalid: Vec<String>,
}

impl Registries {
    /// Registries over a client.
    pub(super) fn new(http: Http, settings: Settings) -> Registries {
        Registries {
            http,
            settings,
            discovered: Mutex::default(),
        }
    }

    /// The versions of a module.
    ///
    /// # Errors
    /// The registry cannot be reached, or does not have the module.
    pub(super) async fn versions(&self, module: &RegistrySource) -> Result<Versions, String> {
        let url = self.address(module, "versions").await?;
        let answer = self.get(&module.host, &url).await?;
        if answer.status == 404 {
            return Err(format!(
                "the registry {} has no module {}",
                module.host,
                module.package()
            ));
        }
        let json = json(&expect(answer)?)?;
        let listed = json.pointer("/modules/0/versions").and_then(Json::as_array);
        let listed = listed.ok_or_else(|| format!("{} lists no modules", shown(&url)))?;
        let texts = listed
            .iter()
            .filter_map(|version| version.get("version")?.as_str());
        let mut versions = Versions {
            known: Vec::new(),
            invalid: Vec::new(),
        };
        for text in texts {
            match Version::parse(text) {
                Some(version) => {
                    let plain = version.to_string();
                    versions.known.push((version, plain));
                }
                None => versions.invalid.push(text.to_owned()),
            }
        }
        Ok(versions)
    }

    /// The address of the package of a version, as another source; relative ones are made absolute.
    ///
    /// # Errors
    /// The registry cannot be reached, or names no address.
    pub(super) async fn location(
        &self,
        module: &RegistrySource,
        version: &str,
    ) -> Result<String, String> {
        let url = self.address(module, &format!("{version}/download")).await?;
        let answer = self.get(&module.host, &url).await?;
        if !matches!(answer.status, 200 | 204) {
            return Err(refused(&answer));
        }
        let named = match answer.headers.get("x-terraform-get") {
            Some(named) => named.clone(),
            None => json(&answer)
                .ok()
                .and_then(|json| json.get("location")?.as_str().map(str::to_owned))
                .ok_or_else(|| format!("{} does not say where the module is", shown(&url)))?,
        };
        let is_relative = ["/", "./", "../"]
            .iter()
            .any(|start| named.starts_with(start));
        if is_relative {
            let absolute = answer
                .url
                .join(&named)
                .map_err(|error| format!("{named}: {error}"))?;
            return Ok(absolute.to_string());
        }
        Ok(named)
    }

    async fn address(&self, module: &RegistrySource, rest: &str) -> Result<Url, String> {
        let base = self.base(&module.host).await?;
        let path = format!(
            "{}/{}/{}/{rest}",
            module.namespace, module.name, module.system
        );
        base.join(&path)
            .map_err(|error| format!("{base}{path}: {error}"))
    }

    /// Where the modules of a host are.
    async fn base(&self, host: &str) -> Result<Url, String> {
        let mut discovered = self.discovered.lock().await;
        if let Some(base) = discovered.get(host) {
            return Ok(base.clone());
        }
        let mut base = match self.settings.modules.get(host) {
            Some(url) => Url::parse(url).map_err(|error| format!("`{url}` is no URL: {error}"))?,
            None => self.discover(host).await?,
        };
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        discovered.insert(host.to_owned(), base.clone());
        Ok(base)
    }

    async fn discover(&self, host: &str) -> Result<Url, String> {
        let url = format!("https://{host}/.well-known/terraform.json");
        let url = Url::parse(&url).map_err(|error| format!("{url}: {error}"))?;
        let answer = self.get(host, &url).await?;
        let none = || format!("the host {host} has no registry of modules");
        if answer.status == 404 {
            return Err(none());
        }
        let answer = expect(answer)?;
        let service = json(&answer)?;
        let service = service
            .get("modules.v1")
            .and_then(Json::as_str)
            .ok_or_else(none)?;
        let base = answer
            .url
            .join(service)
            .map_err(|error| format!("{service}: {error}"))?;
        match base.scheme() {
            "https" | "http" => Ok(base),
            _ => Err(none()),
        }
    }

    /// Asks a host, once more when it could not be reached or has a problem of its own.
    async fn get(&self, host: &str, url: &Url) -> Result<Answer, String> {
        let token = self.settings.token(host);
        match self.http.get(url, token, LIMIT).await {
            Ok(answer) if answer.status < 500 => Ok(answer),
            Ok(_) | Err(_) => self.http.get(url, token, LIMIT).await,
        }
    }
}

fn expect(answer: Answer) -> Result<Answer, String> {
    if answer.status == 200 {
        Ok(answer)
    } else {
        Err(refused(&answer))
    }
}

fn refused(answer: &Answer) -> String {
    let hint = match answer.status {
        401 | 403 => "; does it need a token (TF_TOKEN_… or a `credentials` block)?",
        _ => "",
    };
    format!(
        "{} answered with status {}{hint}",
        shown(&answer.url),
        answer.status
    )
}

fn json(answer: &Answer) -> Result<Json, String> {
    serde_json::from_slice(&answer.body).map_err(|error| format!("{}: {error}", shown(&answer.url)))
}
