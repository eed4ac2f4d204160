//! One round of an installation: packages for the calls that were found to lead nowhere, fetched several at once.

use super::fetch::Means;
use super::manifest::Record;
use super::registry::{Registries, Versions};
use super::source::{RegistrySource, RemoteSource, Source};
use super::version::{Constraints, Version};
use super::{Installer, fetch, tree};
use crate::config::{ModuleCall, no_source};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use std::collections::BTreeMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// So many packages are fetched at once.
const AT_ONCE: usize = 8;

/// A call whose module is not there.
pub(super) struct Wanted {
    /// Its key in the manifest.
    pub(super) key: String,
    /// The call.
    pub(super) call: ModuleCall,
}

/// A package that was fetched.
#[derive(Clone, Debug)]
pub(super) struct Fetched {
    /// The folder within it that its registry names; mostly empty.
    subdir: String,
}

/// What a call needs.
#[derive(Clone)]
enum Package {
    Registry(RegistrySource, String),
    Remote(RemoteSource),
}

/// A call and the package that it was found to need.
struct Plan {
    wanted: Wanted,
    source: Source,
    package: Package,
}

impl Package {
    /// The address by which the lock knows it.
    fn address(&self) -> String {
        match self {
            Package::Registry(module, _) => module.package(),
            Package::Remote(remote) => remote.package.clone(),
        }
    }

    fn version(&self) -> Option<&str> {
        match self {
            Package::Registry(_, version) => Some(version),
            Package::Remote(_) => None,
        }
    }

    /// The address as people see it, without passwords.
    fn shown(&self) -> String {
        match self {
            Package::Registry(module, version) => format!("{} {version}", module.package()),
            Package::Remote(remote) => without_password(&remote.package),
        }
    }
}

/// The constraints of a call; none allow every release.
pub(super) fn constraints(call: &ModuleCall) -> Option<Constraints> {
    match &call.version {
        None => Some(Constraints::default()),
        Some(text) => Constraints::parse(text),
    }
}

impl Installer<'_> {
    /// Installs modules. What cannot be had is told, the rest is installed.
    pub(super) async fn round(&mut self, wanted: Vec<Wanted>) -> Diagnostics {
        let mut problems = Diagnostics::new();
        let mut sources = Vec::new();
        for wanted in wanted {
            self.manifest.remove(&wanted.key);
            match understood(&wanted) {
                Ok(source) => sources.push((wanted, source)),
                Err(problem) => problems.push(*problem),
            }
        }
        self.ask_for_versions(&sources, &mut problems).await;
        let mut plans = Vec::new();
        for (wanted, source) in sources {
            match self.plan(wanted, source) {
                Ok(plan) => plans.extend(plan),
                Err(problem) => problems.push(*problem),
            }
        }
        for plan in &plans {
            let line = format!(
                "Downloading {} for {}...",
                plan.package.shown(),
                plan.wanted.key
            );
            (self.request.tell)(&line);
        }
        let failed = self.fetch(&plans).await;
        // Whoever kills the run from here on finds no record of what is being replaced.
        if let Err(problem) = self.write_manifest() {
            problems.extend(problem.diagnostics);
            return problems;
        }
        for plan in plans {
            let call = plan.wanted.call.clone();
            let shown = plan.package.shown();
            let done = match failed.get(&identity(&plan.package)) {
                Some(problem) => Err(problem.clone()),
                None => self.place(plan),
            };
            problems.extend(done.err().map(|problem| problem.told(&call, &shown)));
        }
        problems
    }

    /// Asks registries for versions, each module once.
    async fn ask_for_versions(&mut self, sources: &[(Wanted, Source)], problems: &mut Diagnostics) {
        let mut questions = BTreeMap::new();
        for (wanted, source) in sources {
            if let Source::Registry(module) = source
                && !self.versions.contains_key(&module.package())
                && self.locked(module, &wanted.call).is_none()
            {
                questions
                    .entry(module.package())
                    .or_insert((module.clone(), wanted.call.clone()));
            }
        }
        let jobs = questions.iter().map(|(package, (module, _))| {
            let (registries, module) = (self.registries.clone(), module.clone());
            (package.clone(), async move {
                registries.versions(&module).await
            })
        });
        for (package, answer) in at_once(jobs).await {
            match answer {
                Ok(versions) => {
                    self.warn_of(&package, &versions);
                    self.versions.insert(package, Arc::new(versions));
                }
                Err(problem) => {
                    let span = questions.get(&package).map(|(_, call)| call.source_span);
                    let detail = format!("The versions of `{package}` cannot be had: {problem}.");
                    let diagnostic = Diagnostic::error(Code::ModuleNotInstalled, detail)
                        .with_summary("Error accessing remote module registry");
                    problems.push(match span {
                        Some(span) => diagnostic.at(span),
                        None => diagnostic,
                    });
                }
            }
        }
    }

    fn warn_of(&mut self, package: &str, versions: &Versions) {
        if let Some(invalid) = versions.invalid.first() {
            let detail = format!(
                "The registry lists `{invalid}` among the versions of `{package}`, which is none; it is left out."
            );
            self.warnings.push(
                Diagnostic::warning(Code::InvalidValue, detail)
                    .with_summary("Invalid response from remote module registry"),
            );
        }
    }

    /// The version that the lock has for a call.
    fn locked(&self, module: &RegistrySource, call: &ModuleCall) -> Option<Version> {
        if self.request.upgrade {
            return None;
        }
        self.lock.version(&module.package(), &constraints(call)?)
    }

    /// The package that a call needs; nothing where its registry did not answer.
    fn plan(&self, wanted: Wanted, source: Source) -> Result<Option<Plan>, Box<Diagnostic>> {
        let package = match &source {
            Source::Registry(module) => match self.select(module, &wanted.call)? {
                Some(version) => Package::Registry(module.clone(), version),
                None => return Ok(None),
            },
            Source::Remote(remote) => Package::Remote(remote.clone()),
            // `understood` lets none through.
            Source::Local(_) => return Ok(None),
        };
        Ok(Some(Plan {
            wanted,
            source,
            package,
        }))
    }

    /// The newest version that a call allows; the locked one goes first.
    fn select(
        &self,
        module: &RegistrySource,
        call: &ModuleCall,
    ) -> Result<Option<String>, Box<Diagnostic>> {
        if let Some(locked) = self.locked(module, call) {
            return Ok(Some(locked.to_string()));
        }
        let package = module.package();
        let Some(versions) = self.versions.get(&package) else {
            return Ok(None);
        };
        let known = || versions.known.iter().map(|(version, _)| version);
        let allowed = constraints(call).unwrap_or_default();
        if let Some(version) = allowed.newest(known()) {
            return Ok(Some(version.to_string()));
        }
        let newest = match Constraints::default().newest(known()) {
            Some(newest) => format!("the newest that is available is {newest}"),
            None => "it has no releases at all".to_owned(),
        };
        let asked = call.version.as_deref().unwrap_or("any version");
        let detail = format!("No version of `{package}` meets the constraint `{asked}`; {newest}.");
        Err(Box::new(
            Diagnostic::error(Code::ModuleNotInstalled, detail)
                .with_summary("Unresolvable module version constraint")
                .at(call.source_span),
        ))
    }

    /// Fetches the packages aside, each once, and says which could not be had.
    async fn fetch(&mut self, plans: &[Plan]) -> BTreeMap<String, Failed> {
        let mut failed = BTreeMap::new();
        let mut packages = BTreeMap::new();
        for plan in plans {
            let id = identity(&plan.package);
            if !self.have.contains_key(&id) {
                packages
                    .entry(id)
                    .or_insert_with(|| (plan.wanted.key.clone(), plan.package.clone()));
            }
        }
        let aside = match self.aside.make() {
            Ok(aside) => aside,
            Err(error) => {
                let problem = Failed::Plain(format!("A folder for them cannot be made: {error}"));
                return packages
                    .into_keys()
                    .map(|id| (id, problem.clone()))
                    .collect();
            }
        };
        let jobs = packages.iter().map(|(id, (key, package))| {
            let means = Means {
                http: self.http.clone(),
                objects: self.request.objects.clone(),
            };
            let shared = (means, self.registries.clone());
            let commit = self.commit(package);
            let (package, folder) = (package.clone(), aside.join(key));
            (id.clone(), async move {
                fetched(shared, package, commit, folder).await
            })
        });
        for (id, answer) in at_once(jobs).await {
            let Some((key, package)) = packages.get(&id) else {
                continue;
            };
            let checked = answer
                .map_err(Failed::Plain)
                .and_then(|fetched| self.check(package, &aside.join(key)).map(|()| fetched));
            match checked {
                Ok(fetched) => {
                    self.have.insert(id, (key.clone(), fetched));
                }
                Err(problem) => {
                    failed.insert(id, problem);
                }
            }
        }
        failed
    }

    /// The commit that the lock has for a package.
    fn commit(&self, package: &Package) -> Option<String> {
        if self.request.upgrade {
            return None;
        }
        let Package::Remote(remote) = package else {
            return None;
        };
        self.lock.get(&remote.package, None)?.commit.clone()
    }

    /// Whether a package is what the lock says.
    fn check(&self, package: &Package, folder: &Path) -> Result<(), Failed> {
        let locked = self.lock.get(&package.address(), package.version());
        let Some(locked) = locked.filter(|_| !self.request.upgrade) else {
            return Ok(());
        };
        let found = tree::hash(folder).map_err(|error| Failed::Plain(error.to_string()))?;
        if found == locked.hash {
            return Ok(());
        }
        Err(Failed::Differs {
            locked: locked.hash.clone(),
            found,
        })
    }

    /// Moves a package to where it belongs, or copies it from where it is already, and records the module.
    fn place(&mut self, plan: Plan) -> Result<(), Failed> {
        let Plan {
            wanted,
            source,
            package,
        } = plan;
        let Some((first, fetched)) = self.have.get(&identity(&package)).cloned() else {
            return Err(Failed::Plain("it was not fetched".to_owned()));
        };
        let folder = self.folder(&wanted.key);
        let aside = self.aside.make();
        let put = || -> std::io::Result<()> {
            let aside = aside?.join(&wanted.key);
            if first != wanted.key {
                let from = self.folder(&first);
                match std::fs::read_link(&from) {
                    Ok(target) => std::os::unix::fs::symlink(target, &aside)?,
                    Err(_) => tree::copy(&from, &aside)?,
                }
            }
            tree::remove(&folder)?;
            std::fs::rename(&aside, &folder)
        };
        put().map_err(|error| Failed::Plain(format!("{}: {error}", folder.display())))?;
        let outer = match &source {
            Source::Registry(module) => &module.subdir,
            Source::Remote(remote) => &remote.subdir,
            Source::Local(_) => "",
        };
        let mut directory = folder;
        directory.extend(
            [fetched.subdir.as_str(), outer]
                .iter()
                .filter(|part| !part.is_empty()),
        );
        if !directory.is_dir() {
            return Err(Failed::NoFolder(directory.display().to_string()));
        }
        let shown = directory.strip_prefix(".").unwrap_or(&directory);
        let shown = shown.display().to_string();
        (self.request.tell)(&format!("- {} in {shown}", wanted.key));
        self.fresh.insert(wanted.key.clone());
        self.manifest.insert(Record {
            key: wanted.key,
            source: source.to_string(),
            version: package.version().unwrap_or_default().to_owned(),
            dir: shown,
        });
        Ok(())
    }
}

/// What tells a package from others.
fn identity(package: &Package) -> String {
    format!(
        "{} {}",
        package.address(),
        package.version().unwrap_or_default()
    )
}

/// The source of a call, and whether the call can be followed at all.
fn understood(wanted: &Wanted) -> Result<Source, Box<Diagnostic>> {
    let call = &wanted.call;
    let error = |summary: &str, detail: String| {
        let diagnostic = Diagnostic::error(Code::ModuleNotInstalled, detail);
        Box::new(diagnostic.with_summary(summary).at(call.source_span))
    };
    let is_plain = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    if !wanted.key.chars().all(is_plain) || wanted.key.starts_with('.') {
        let detail = format!(
            "`{}` is no name for a module: it would be installed under it.",
            call.name
        );
        return Err(error("Invalid module instance name", detail));
    }
    if constraints(call).is_none() {
        let detail = format!(
            "`{}` is not a version constraint. Write conditions as `>= 1.5, < 2.0`.",
            call.version.as_deref().unwrap_or_default()
        );
        return Err(error("Invalid version constraint", detail));
    }
    let source = Source::of(call);
    let summary = no_source(call);
    if let Ok(Source::Local(path)) = &source {
        let detail = format!("A local source begins with `./` or `../`; write `{path}`.");
        return Err(error(summary, detail));
    }
    source.map_err(|problem| {
        let mut diagnostic = error(summary, problem.to_string());
        if let super::source::SourceError::Unknown(_) = problem {
            *diagnostic = diagnostic.hint(format!(
                "A folder beside the calling module is written `./{}`.",
                call.source
            ));
        }
        diagnostic
    })
}

/// Fetches one package.
async fn fetched(
    (means, registries): (Means, Arc<Registries>),
    package: Package,
    commit: Option<String>,
    folder: PathBuf,
) -> Result<Fetched, String> {
    let remote = match package {
        Package::Remote(remote) => RemoteSource {
            subdir: String::new(),
            ..remote
        },
        Package::Registry(module, version) => {
            let location = registries.location(&module, &version).await?;
            match Source::parse(&location) {
                Ok(Source::Remote(remote)) if remote.way().0 != "file" => remote,
                Ok(_) => {
                    return Err(format!(
                        "the registry says that it is at `{location}`, which is not the address of a package"
                    ));
                }
                Err(error) => {
                    return Err(format!(
                        "the registry says where it is, but that is no address: {error}"
                    ));
                }
            }
        }
    };
    fetch::fetch(&means, &remote, commit, folder).await?;
    Ok(Fetched {
        subdir: remote.subdir,
    })
}

/// Runs jobs, so many at once, and returns what came of them, by key.
async fn at_once<T: Send + 'static>(
    jobs: impl Iterator<Item = (String, impl Future<Output = T> + Send + 'static)>,
) -> BTreeMap<String, T> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for (key, job) in jobs {
        let places = places.clone();
        running.spawn(async move {
            let _place = places.acquire_owned().await;
            (key, job.await)
        });
    }
    running.join_all().await.into_iter().collect()
}

/// Why a package is not installed.
#[derive(Clone, Debug)]
enum Failed {
    Plain(String),
    NoFolder(String),
    Differs { locked: String, found: String },
}

impl Failed {
    fn told(self, call: &ModuleCall, shown: &str) -> Diagnostic {
        let error = |summary: &str, detail: String| {
            let diagnostic = Diagnostic::error(Code::ModuleNotInstalled, detail);
            diagnostic.with_summary(summary).at(call.source_span)
        };
        match self {
            Failed::Plain(problem) => {
                let detail = format!(
                    "The module `{}` cannot be had from {shown}: {problem}.",
                    call.name
                );
                error("Failed to download module", detail)
            }
            Failed::NoFolder(folder) => {
                let detail = format!(
                    "The package {shown} was fetched, but has no folder for the module `{}`: {folder} does not exist.",
                    call.name
                );
                error("Unreadable module subdirectory", detail)
            }
            Failed::Differs { locked, found } => {
                let detail = format!(
                    "What is at {shown} now is not what was installed before. Its hash is {found}, and the one in {} is \
                     {locked}.",
                    super::LOCK_FILE
                );
                error("Module differs from the lock", detail)
                    .hint("Somebody has changed a tag or an archive. Look at the change; to take it: trustform init -upgrade")
            }
        }
    }
}

/// An address whose password is not shown.
fn without_password(address: &str) -> String {
    let Some((before, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    let host_end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(host_end);
    match host.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((user, _)) => format!("{before}://{user}:redacted@{host}{path}"),
            None => address.to_owned(),
        },
        None => address.to_owned(),
    }
}
