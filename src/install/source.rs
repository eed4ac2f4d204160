//! The source of a module call: a local path, a module of a registry, or the address of a package.
//!
//! What a text means, and the normal form in which it is recorded, are Terraform's
//! (<https://developer.hashicorp.com/terraform/language/modules/sources>), so that both tools know each other's records.

use crate::config::ModuleCall;
use std::fmt;

/// The registry of sources that name no host.
pub(super) const DEFAULT_HOST: &str = "registry.terraform.io";

/// Where a module comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A path relative to the calling module, beginning with `./` or `../`.
    Local(String),
    /// A module of a registry.
    Registry(RegistrySource),
    /// A package that is fetched from its address.
    Remote(RemoteSource),
}

/// `host/namespace/name/system//subdir`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RegistrySource {
    /// The host in lower case, with its port if it has one.
    pub(super) host: String,
    /// Who publishes it.
    pub(super) namespace: String,
    /// What it is called.
    pub(super) name: String,
    /// The system that it is for, such as `aws`.
    pub(super) system: String,
    /// The folder within the package; empty for its root.
    pub(super) subdir: String,
}

/// The address of a package, and a folder within.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RemoteSource {
    /// The address with how it is to be fetched before `::`, where the scheme does not say it.
    pub(super) package: String,
    /// The folder within the package; empty for its root.
    pub(super) subdir: String,
}

/// A text that is no source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum SourceError {
    /// Nothing is there.
    #[error("The source is empty.")]
    Empty,
    /// Neither a path, nor a module of a registry, nor an address.
    #[error(
        "`{0}` is neither a path, nor a module of a registry, nor an address whose way of fetching is known."
    )]
    Unknown(String),
    /// `//..`
    #[error("The path `{0}` leads out of the module's package.")]
    Outside(String),
    /// A shorthand that lacks a part.
    #[error("`{0}` is not whole: write `{1}/OWNER/REPOSITORY`.")]
    Shorthand(String, &'static str),
    /// `version` beside a source that is not of a registry.
    #[error("`{0}` is not a module of a registry, and only those have versions.")]
    NotOfRegistry(String),
}

impl Source {
    /// Reads a source as a `module` block writes it.
    ///
    /// # Errors
    /// It is nothing that Terraform would install either.
    pub(super) fn parse(text: &str) -> Result<Source, SourceError> {
        if text.is_empty() {
            return Err(SourceError::Empty);
        }
        if let Some(path) = local(text) {
            return Ok(Source::Local(path));
        }
        if let Some(module) = registry(text)? {
            return Ok(Source::Registry(module));
        }
        remote(text).map(Source::Remote)
    }

    /// The source of a call.
    ///
    /// # Errors
    /// As [`Source::parse`]; also where the call says which `version` it wants and the source is not of a registry.
    pub(super) fn of(call: &ModuleCall) -> Result<Source, SourceError> {
        let source = Source::parse(&call.source)?;
        if call.version.is_some() && !matches!(source, Source::Registry(_)) {
            return Err(SourceError::NotOfRegistry(call.source.clone()));
        }
        Ok(source)
    }
}

impl RegistrySource {
    /// The module without the folder within.
    pub(super) fn package(&self) -> String {
        let RegistrySource {
            host,
            namespace,
            name,
            system,
            ..
        } = self;
        format!("{host}/{namespace}/{name}/{system}")
    }
}

impl RemoteSource {
    /// How it is fetched (`git`, `https`, `file` …), and the address without that.
    pub(super) fn way(&self) -> (&str, &str) {
        match forced(&self.package) {
            (Some(way), address) => (way, address),
            (None, address) => (scheme(address).unwrap_or_default(), address),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Local(path) => f.write_str(path),
            Source::Registry(module) if module.subdir.is_empty() => f.write_str(&module.package()),
            Source::Registry(module) => write!(f, "{}//{}", module.package(), module.subdir),
            Source::Remote(remote) => remote.fmt(f),
        }
    }
}

impl fmt::Display for RemoteSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.subdir.is_empty() {
            return f.write_str(&self.package);
        }
        match self.package.split_once('?') {
            Some((address, query)) => write!(f, "{address}//{}?{query}", self.subdir),
            None => write!(f, "{}//{}", self.package, self.subdir),
        }
    }
}

/// A local path in its normal form.
fn local(text: &str) -> Option<String> {
    let path = text.replace('\\', "/");
    if !path.starts_with("./") && !path.starts_with("../") {
        return None;
    }
    let clean = clean(&path);
    Some(if clean.starts_with("../") {
        clean
    } else {
        format!("./{clean}")
    })
}

/// A module of a registry; `None` where the text must be something else.
fn registry(text: &str) -> Result<Option<RegistrySource>, SourceError> {
    let (package, subdir) = split_subdir(text);
    let parts: Vec<&str> = package.split('/').collect();
    let (host, [namespace, name, system]) = match *parts.as_slice() {
        [namespace, name, system] => (DEFAULT_HOST.to_owned(), [namespace, name, system]),
        [host, namespace, name, system] => match host_name(host) {
            Some(host) => (host, [namespace, name, system]),
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    // Git hosts that have a shorthand of their own.
    let is_git_host = ["github.com", "bitbucket.org"]
        .iter()
        .any(|git| host == *git || (parts.len() == 3 && namespace == *git));
    if is_git_host || !is_name(namespace) || !is_name(name) || !is_system(system) {
        return Ok(None);
    }
    Ok(Some(RegistrySource {
        host,
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        system: system.to_owned(),
        subdir: inside(&subdir)?,
    }))
}

/// A host as it is compared: in lower case, with at least one dot.
fn host_name(text: &str) -> Option<String> {
    let host = text.to_ascii_lowercase();
    let (name, port) = match host.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (host.as_str(), None),
    };
    let is_label = |label: &str| {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !label.is_empty()
            && label.chars().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok());
    (name.contains('.') && name.split('.').all(is_label) && is_port).then_some(host)
}

fn is_name(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.len() <= 64
        && text.chars().all(inner)
        && edge(text.chars().next())
        && edge(text.chars().next_back())
}

fn is_system(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (1..=64).contains(&text.len()) && text.chars().all(inner)
}

/// The address of a package.
fn remote(text: &str) -> Result<RemoteSource, SourceError> {
    let (package, subdir) = split_subdir(text);
    let subdir = inside(&subdir)?;
    let (forced_way, address) = forced(&package);
    if scheme(address).is_some() {
        return Ok(RemoteSource { package, subdir });
    }
    let (detected, more) = detected(address)?;
    let (detected_way, address) = forced(&detected);
    let package = match forced_way.or(detected_way) {
        Some(way) => format!("{way}::{address}"),
        None => address.to_owned(),
    };
    let both = [more.as_str(), subdir.as_str()];
    let parts: Vec<&str> = both.into_iter().filter(|part| !part.is_empty()).collect();
    Ok(RemoteSource {
        package,
        subdir: inside(&parts.join("/"))?,
    })
}

/// What a shorthand stands for, and the folder that it names.
fn detected(text: &str) -> Result<(String, String), SourceError> {
    let none = String::new();
    for (host, shown) in [
        ("github.com/", "github.com"),
        ("bitbucket.org/", "bitbucket.org"),
    ] {
        if text.starts_with(host) {
            return repository(text, shown);
        }
    }
    if let Some(address) = secure_shell(text) {
        return Ok((format!("git::{address}"), none));
    }
    if text
        .split('/')
        .next()
        .is_some_and(|host| host.ends_with("amazonaws.com"))
    {
        return Ok((format!("s3::https://{text}"), none));
    }
    if text
        .split('/')
        .next()
        .is_some_and(|host| host.ends_with("googleapis.com"))
    {
        return Ok((format!("gcs::https://{text}"), none));
    }
    if text.starts_with('/') {
        return Ok((format!("file://{text}"), none));
    }
    Err(SourceError::Unknown(text.to_owned()))
}

/// `github.com/OWNER/REPOSITORY/folder?query`.
fn repository(text: &str, host: &'static str) -> Result<(String, String), SourceError> {
    let (path, query) = match text.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (text, String::new()),
    };
    let mut parts = path.splitn(4, '/');
    let whole = (parts.next(), parts.next(), parts.next());
    let (Some(_), Some(owner), Some(name)) = whole else {
        return Err(SourceError::Shorthand(text.to_owned(), host));
    };
    let name = name.strip_suffix(".git").unwrap_or(name);
    let folder = parts.next().unwrap_or_default().to_owned();
    Ok((
        format!("git::https://{host}/{owner}/{name}.git{query}"),
        folder,
    ))
}

/// `git@host:path`, as `ssh` and `scp` write it.
fn secure_shell(text: &str) -> Option<String> {
    let (host, path) = text.strip_prefix("git@")?.split_once(':')?;
    let path = path.trim_start_matches('/');
    (!host.is_empty() && !path.is_empty()).then(|| format!("ssh://git@{host}/{path}"))
}

/// `way::address`.
fn forced(text: &str) -> (Option<&str>, &str) {
    match text.split_once("::") {
        Some((way, address))
            if !way.is_empty()
                && !address.is_empty()
                && way.chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            (Some(way), address)
        }
        _ => (None, text),
    }
}

/// The scheme of a URL.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let inner = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let starts = scheme.chars().next()?.is_ascii_alphabetic();
    (starts && scheme.chars().all(inner)).then_some(scheme)
}

/// Parts an address from the folder behind `//`; a query belongs to the address.
fn split_subdir(text: &str) -> (String, String) {
    let (before, query) = match text.find('?') {
        Some(position) => text.split_at(position),
        None => (text, ""),
    };
    let start = before.find("://").map_or(0, |position| position + 3);
    let (head, tail) = before.split_at(start);
    match tail.split_once("//") {
        Some((package, subdir)) => (format!("{head}{package}{query}"), subdir.to_owned()),
        None => (text.to_owned(), String::new()),
    }
}

/// The folder in its normal form; empty for the root.
fn inside(subdir: &str) -> Result<String, SourceError> {
    if subdir.is_empty() {
        return Ok(String::new());
    }
    let clean = clean(subdir.trim_start_matches('/'));
    if clean == ".." || clean.starts_with("../") {
        return Err(SourceError::Outside(clean));
    }
    Ok(if clean == "." { String::new() } else { clean })
}

/// A path without `.`, without `..` behind a name, and with single slashes; `.` when nothing is left.
fn clean(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => {
                kept.pop();
            }
            _ => kept.push(part),
        }
    }
    if kept.is_empty() {
        ".".to_owned()
    } else {
        kept.join("/")
    }
}
