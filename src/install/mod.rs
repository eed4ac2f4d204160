//! Installing modules: from the sources of calls to folders, as Terraform does it, so that either tool can use what the
//! other has installed.
//!
//! [`install()`] loads the configuration as far as it is there, fetches the packages of the calls that lead no further
//! (several at once), and does so again until everything is there. A package is fetched into a folder aside and moved
//! when it is whole. What was installed is recorded in Terraform's manifest and pinned in a lock of our own.

mod archive;
mod aside;
mod bucket;
mod fetch;
mod finish;
mod git;
mod hcl;
mod http;
mod installed;
mod lockfile;
mod manifest;
mod registry;
mod round;
mod settings;
mod source;
#[cfg(test)]
mod tests;
mod tree;
mod version;

pub use bucket::{Content, ObjectAddress, Objects};
pub use installed::Installed;
use lockfile::FILE_NAME as LOCK_FILE;
pub use version::{Constraints, Version};

use crate::address::ModulePath;
use crate::config::{
    Configuration, ModuleCall, ModuleFiles, ModuleSource, NotInstalled, load, local_directory,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::schema::Schemas;
use crate::source::{LoadError, SourceMap};
use aside::Aside;
use http::Http;
use lockfile::Lock;
use manifest::{Manifest, Record};
use registry::Registries;
use round::Wanted;
use settings::Settings;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is to be installed, and how.
pub struct Request<'a> {
    /// The root module's directory.
    pub directory: &'a Path,
    /// Where Terraform keeps what it installed, usually `.terraform`.
    pub data_directory: &'a Path,
    /// The environment, for proxies, tokens and the CLI configuration.
    pub environment: &'a BTreeMap<String, String>,
    /// The types that exist, which configurations in JSON are read by.
    pub schemas: &'a dyn Schemas,
    /// Whether what is installed and locked already is replaced by the newest that is allowed.
    pub upgrade: bool,
    /// Reaches objects of S3.
    pub objects: Arc<dyn Objects>,
    /// Told, line by line, what is done.
    pub tell: &'a (dyn Fn(&str) + Sync),
}

/// Why modules could not be installed: diagnostics, and the texts that their spans point into.
pub struct Problem {
    /// What is wrong.
    pub diagnostics: Diagnostics,
    /// The files.
    pub sources: SourceMap,
}

impl Problem {
    fn plain(diagnostic: Diagnostic) -> Self {
        Problem {
            diagnostics: diagnostic.into(),
            sources: SourceMap::default(),
        }
    }
}

impl From<(Diagnostics, SourceMap)> for Problem {
    fn from((diagnostics, sources): (Diagnostics, SourceMap)) -> Self {
        Problem {
            diagnostics,
            sources,
        }
    }
}

/// Installs what the configuration of a directory calls. Returns warnings.
///
/// # Errors
/// The configuration has mistakes, or a module cannot be had; those that could be had are installed.
pub async fn install(request: &Request<'_>) -> Result<Diagnostics, Problem> {
    let mut installer = Installer::new(request)?;
    loop {
        let (configuration, wanted) = installer.look()?;
        if wanted.is_empty() {
            installer.finish(&configuration)?;
            return Ok(installer.warnings);
        }
        let problems = installer.round(wanted).await;
        if problems.has_errors() {
            installer.write_manifest()?;
            return Err((problems, configuration.sources).into());
        }
    }
}

/// An installation under way.
struct Installer<'a> {
    request: &'a Request<'a>,
    aside: Aside,
    manifest: Manifest,
    lock: Lock,
    http: Http,
    registries: Arc<Registries>,
    /// The keys that this run has installed.
    fresh: BTreeSet<String>,
    /// Packages that this run has fetched, with the key under which each is.
    have: BTreeMap<String, (String, round::Fetched)>,
    /// The versions of modules that registries have told.
    versions: BTreeMap<String, Arc<registry::Versions>>,
    warnings: Diagnostics,
}

impl<'a> Installer<'a> {
    fn new(request: &'a Request<'a>) -> Result<Self, Problem> {
        let settings = Settings::read(request.environment)?;
        let http = Http::new(request.environment).map_err(|problem| {
            let detail = format!("The proxy cannot be used: {problem}.");
            Problem::plain(Diagnostic::error(Code::Usage, detail).with_summary("Invalid proxy"))
        })?;
        let manifest = Manifest::read(request.data_directory).map_err(|error| {
            let detail = format!("{error}.");
            Problem::plain(
                Diagnostic::error(Code::Unreadable, detail)
                    .with_summary("Failed to read module manifest file"),
            )
        })?;
        Ok(Installer {
            request,
            aside: Aside::below(incoming(request.data_directory)),
            manifest,
            lock: Lock::read(request.directory)?,
            registries: Arc::new(Registries::new(http.clone(), settings)),
            http,
            fresh: BTreeSet::new(),
            have: BTreeMap::new(),
            versions: BTreeMap::new(),
            warnings: Diagnostics::new(),
        })
    }

    /// Loads the configuration as far as it is installed, with the calls that lead no further.
    fn look(&self) -> Result<(Configuration, Vec<Wanted>), Problem> {
        let mut looking = Looking {
            installer: self,
            wanted: Vec::new(),
        };
        let (configuration, diagnostics) =
            load(self.request.directory, &mut looking, self.request.schemas);
        let is_mistake = |problem: &Diagnostic| problem.code != Code::ModuleNotInstalled;
        let mistakes: Diagnostics = diagnostics.into_iter().filter(is_mistake).collect();
        let wanted = looking.wanted;
        if mistakes.has_errors() {
            return Err((mistakes, configuration.sources).into());
        }
        Ok((configuration, wanted))
    }

    /// The folder of a module, if it can stay: it is what the call asks for, and what the lock says.
    fn kept(&self, key: &str, call: &ModuleCall) -> Result<PathBuf, NotInstalled> {
        let record = installed::fitting(self.manifest.get(key), call)?;
        let is_fresh = self.fresh.contains(key);
        if is_fresh || (!self.request.upgrade && self.is_as_locked(record, call)) {
            Ok(PathBuf::from(&record.dir))
        } else {
            Err(NotInstalled::Missing)
        }
    }

    fn is_as_locked(&self, record: &Record, call: &ModuleCall) -> bool {
        let Some(package) = finish::package(record) else {
            return true;
        };
        if !record.version.is_empty() {
            let allowed = round::constraints(call).unwrap_or_default();
            let locked = self.lock.version(&package, &allowed);
            if locked.is_some_and(|locked| locked.to_string() != record.version) {
                return false;
            }
        }
        let version = Some(record.version.as_str()).filter(|version| !version.is_empty());
        self.lock.get(&package, version).is_none_or(|entry| {
            let folder = self.folder(&record.key);
            tree::hash(&folder).is_ok_and(|hash| hash == entry.hash)
        })
    }

    /// The folder into which the package of a call is installed.
    fn folder(&self, key: &str) -> PathBuf {
        manifest::modules_directory(self.request.data_directory).join(key)
    }

    fn write_manifest(&self) -> Result<(), Problem> {
        self.manifest
            .write(self.request.data_directory)
            .map_err(|error: LoadError| not_written(&error.to_string()))
    }
}

/// Where the packages of all runs are until they are whole.
fn incoming(data_directory: &Path) -> PathBuf {
    manifest::modules_directory(data_directory).join(".incoming")
}

fn not_written(problem: &str) -> Problem {
    let diagnostic = Diagnostic::error(Code::Unreadable, format!("{problem}."));
    Problem::plain(diagnostic.with_summary("Modules could not be written"))
}

/// The disk as an installer sees it: what cannot stay is wanted.
struct Looking<'a> {
    installer: &'a Installer<'a>,
    wanted: Vec<Wanted>,
}

impl ModuleSource for Looking<'_> {
    fn files(&mut self, directory: &Path) -> Result<ModuleFiles, LoadError> {
        installed::files(directory)
    }

    fn directory(
        &mut self,
        module: &ModulePath,
        call: &ModuleCall,
        caller: &Path,
    ) -> Result<PathBuf, NotInstalled> {
        let local = local_directory(caller, &call.source).filter(|_| call.version.is_none());
        if let Some(directory) = local {
            return Ok(installed::resolved(directory));
        }
        let key = installed::key(module);
        self.installer.kept(&key, call).inspect_err(|_| {
            self.wanted.push(Wanted {
                key,
                call: call.clone(),
            });
        })
    }
}
